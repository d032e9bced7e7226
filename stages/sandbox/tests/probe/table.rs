//! The table of `docs/THREATS.md`: what the operations declare, which the test has just seen to be so.

use std::fmt::Write;

use super::common;
use super::operation::{Alone, OPERATIONS, Operation, Refused};

/// What must come of an operation in the sandbox, in a word.
pub(crate) fn inside(operation: &Operation) -> String {
    match operation.refused {
        Refused::Killed => "killed".to_owned(),
        Refused::Error(errno) => errno_name(errno),
        Refused::Never => "works".to_owned(),
    }
}

/// The name of an error number.
pub(crate) fn errno_name(errno: i32) -> String {
    match errno {
        0 => "works".to_owned(),
        libc::EACCES => "EACCES".to_owned(),
        libc::EBADF => "EBADF".to_owned(),
        libc::EINVAL => "EINVAL".to_owned(),
        libc::ENOENT => "ENOENT".to_owned(),
        libc::ENOSYS => "ENOSYS".to_owned(),
        libc::EPERM => "EPERM".to_owned(),
        other => format!("error {other}"),
    }
}

fn alone(operation: &Operation) -> (String, String) {
    let same = |text: String| (text.clone(), text);
    match operation.alone {
        Alone::Works => same("**works**".to_owned()),
        Alone::WorksOutsideAPod => ("**works**".to_owned(), "refused".to_owned()),
        Alone::DependsOnTheHost(why) => same(format!("works, but {why}")),
        Alone::DependsOnTheHostRefusedInAPod(why) => (format!("works, but {why}"), "refused".to_owned()),
        Alone::Refused(why) => same(format!("refused: {why}")),
    }
}

/// The documentation says what was seen.
pub(crate) fn is_current() {
    let mut table =
        "| operation | it | no sandbox | pod, no sandbox | root | nobody | pod | the same process |\n|---|---|---|---|---|---|---|---|\n".to_owned();
    for operation in OPERATIONS {
        let (outside, pod) = alone(operation);
        let (inside, twin) = (inside(operation), operation.twin.map_or("", |twin| twin.what));
        writeln!(table, "| {} | {} | {outside} | {pod} | {inside} | {inside} | {inside} | {twin} |", operation.name, operation.what)
            .expect("memory does not fail");
    }
    common::section_is_current("matrix", &table);
}
