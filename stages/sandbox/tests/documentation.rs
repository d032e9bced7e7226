//! The tables of docs/THREATS.md are those of the code. `UPDATE=1` writes them.
#![expect(clippy::disallowed_methods, reason = "tests stand on the runner's side")]

use std::fmt::Write;
use std::path::Path;

use sandbox::canary::probes::{Expected, PROBES};
use sandbox::syscalls::explain;

#[test]
fn the_tables_of_the_threats_page_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/THREATS.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let current = with_section(&with_section(&page, "calls", &calls()), "probes", &probes());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, current).expect("written");
    } else {
        assert!(page == current, "docs/THREATS.md differs from the code; UPDATE=1 cargo test -p sandbox --test documentation");
    }
}

fn with_section(page: &str, name: &str, text: &str) -> String {
    let start = format!("<!-- {name} -->\n");
    let (before, rest) = page.split_once(&start).expect("the section begins");
    let (_, after) = rest.split_once("<!-- end -->").expect("the section ends");
    format!("{before}{start}{text}<!-- end -->{after}")
}

fn calls() -> String {
    let mut table = "| call | when | what happens | needed for |\n|---|---|---|---|\n".to_owned();
    for row in explain() {
        writeln!(table, "| {} | {} | {} | {} |", row.call, row.phase, row.verdict, row.why).expect("memory does not fail");
    }
    table
}

fn probes() -> String {
    let mut table = "| property | probe | layer | must |\n|---|---|---|---|\n".to_owned();
    for probe in PROBES {
        let must = match probe.expected {
            Expected::Succeeds => "work",
            Expected::Fails(libc::EACCES) => "fail: EACCES",
            Expected::Fails(libc::ENOSYS) => "fail: ENOSYS",
            Expected::Fails(libc::EBADF) => "fail: EBADF",
            Expected::Fails(libc::EINVAL) => "fail: EINVAL",
            Expected::Fails(libc::EPERM) => "fail: EPERM",
            Expected::Fails(_) => "be killed",
        };
        writeln!(table, "| {} | {} | {} | {must} |", probe.property, probe.name, probe.layer).expect("memory does not fail");
    }
    for kill in ["before the lock-down", "after the lock-down", "through int 0x80"] {
        writeln!(table, "| killed_on_violation | a forbidden call {kill} | seccomp | be killed |").expect("memory does not fail");
    }
    table
}
