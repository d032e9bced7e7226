//! The tables of audit events and metrics in docs/OPERATING.md are those of the code, and each of them is really emitted. `UPDATE=1`
//! writes the tables.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::metric::{Series, SeriesType};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_tables_of_the_operating_page_are_current() {
    let path = root().join("docs/OPERATING.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let current = with_section(&with_section(&page, "audit events", &events()), "metrics", &metrics());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, current).unwrap();
    } else {
        assert!(page == current, "docs/OPERATING.md differs from the code; UPDATE=1 cargo test -p runner --test documentation");
    }
}

fn with_section(page: &str, name: &str, text: &str) -> String {
    let start = format!("<!-- {name} -->\n");
    let (before, rest) = page.split_once(&start).unwrap_or_else(|| panic!("the section {name} begins"));
    let (_, after) = rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("the section {name} ends"));
    format!("{before}{start}{text}<!-- end -->{after}")
}

fn events() -> String {
    let mut table = "| event.action | category | type | outcome | what it says |\n|---|---|---|---|---|\n".to_owned();
    for action in AuditAction::ALL {
        let (category, kind, outcome) = (action.category().name(), action.event_type().name(), action.outcome().name());
        writeln!(table, "| {} | {category} | {kind} | {outcome} | {} |", action.name(), action.about()).unwrap();
    }
    table
}

fn metrics() -> String {
    let mut table = "| series | type | labels | what it says |\n|---|---|---|---|\n".to_owned();
    for series in Series::ALL {
        let kind = if series.series_type() == SeriesType::Counter { "counter" } else { "gauge" };
        writeln!(table, "| {} | {kind} | {} | {} |", series.name(), series.labels().join(", "), series.help()).unwrap();
    }
    table
}

/// The program's code without its tests.
fn code() -> String {
    let mut text = String::new();
    for entry in walkdir::WalkDir::new(root().join("runner/src")).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "rs") && entry.file_name() != "tests.rs" {
            let file = std::fs::read_to_string(entry.path()).unwrap();
            text.push_str(file.split("#[cfg(test)]").next().unwrap());
        }
    }
    text
}

fn check(code: &str, names: &[String]) {
    let words: std::collections::BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '_').collect();
    let absent: Vec<_> = names.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(absent.is_empty(), "nothing emits {absent:?}");
}

#[test]
fn every_audit_event_and_every_metric_is_emitted_somewhere() {
    let code = code();
    check(&code, &AuditAction::ALL.iter().map(|action| format!("AuditAction::{}", action.identifier())).collect::<Vec<_>>());
    check(&code, &Series::ALL.iter().map(|series| format!("Series::{series:?}")).collect::<Vec<_>>());
}
