//! `logminer policy list|explain|try`: what a policy knows and does.
//!
//! This program links no stage. The tables come from the sealed stage itself, from a step that reads no record and is given no key; `try` runs the
//! steps of a run on one file.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::job::{JobSpec, Secrets};
use schemas::policy::Section;
use serde_json::{Map, Value};

use super::args::{Places, PolicyFlags};
use super::config_args::{PolicyCommand, PolicyExplainOptions, PolicyListOptions, PolicyOptions};
use super::{prepare, try_policy};
use crate::engine::Job;
use crate::failure::Failure;
use crate::prove;
use crate::report::print_line;
use crate::resources::Budget;

/// The steps that tell, and the sections they read.
const SANITIZE: (&str, &[Section]) = ("sanitize.explain", &[Section::Ingest, Section::Sanitize]);
const MINE: (&str, &[Section]) = ("mine.explain", &[Section::Mine, Section::Rules]);
/// Minutes it may take.
const TIMEOUT_MINUTES: u64 = 1;
/// Columns of the tables it writes, in its order.
const CLASS: [&str; 4] = ["class", "operator", "field_names", "examples"];
const DETECTOR: [&str; 5] = ["detector", "class", "need", "locale", "finds"];
const RULE: [&str; 6] = ["rule", "state", "kind", "severity", "clause", "description"];
const FIELD: [&str; 5] = ["field", "does", "class", "operator", "why"];

pub(super) fn run(options: &PolicyOptions) -> Result<Exit, Failure> {
    match &options.what {
        PolicyCommand::List(options) => list(options),
        PolicyCommand::Explain(options) => explain(options),
        PolicyCommand::Try(options) => try_policy::run(options),
    }
}

fn list(options: &PolicyListOptions) -> Result<Exit, Failure> {
    let facts = ask(SANITIZE, &options.places, &options.policy, BTreeMap::new())?;
    let rules = rows(&ask(MINE, &options.places, &options.policy, BTreeMap::new())?, "rule", RULE)?;
    let policy = prepare::policy(&options.policy)?;
    let classes = rows(&facts, "class", CLASS)?;
    let detectors = rows(&facts, "detector", DETECTOR)?;
    let on = |locale: &str| locale == "-" || policy.sanitize.locales.iter().any(|known| known.code() == locale);
    if options.json {
        classes.iter().for_each(|row| print_line(&as_json(CLASS, row).to_string()));
        for row in &detectors {
            let mut value = as_json(DETECTOR, row);
            value["on"] = on(&row[3]).into();
            print_line(&value.to_string());
        }
        rules.iter().for_each(|row| print_line(&as_json(RULE, row).to_string()));
        return Ok(Exit::Done);
    }
    print_line("Classes, what is done with their values, and the names of fields that hold them");
    for [class, operator, names, examples] in &classes {
        print_line(&format!("{class:<12} {operator:<18} {names:>4} names: {examples} ..."));
    }
    print_line("\nDetectors, by class; `shape`: format and check prove a value, `cue`: a word or name nearby is needed, too");
    let mut sorted = detectors;
    sorted.sort_by(|a, b| (&a[1], &a[3], &a[0]).cmp(&(&b[1], &b[3], &b[0])));
    for [detector, class, need, locale, finds] in &sorted {
        let off = if on(locale) { "" } else { "  (off: locales does not name it)" };
        print_line(&format!("{class:<12} {detector:<28} {need:<6} {locale:<3} {finds}{off}"));
    }
    print_line("\nRules, with severity and clause; what each cannot see is in docs/RULES.md");
    for [rule, state, kind, severity, clause, description] in &rules {
        let off = if state == "on" { "" } else { "  (off: rules.off names it)" };
        print_line(&format!("{rule:<28} {kind:<10} {severity:<8} {clause}: {description}{off}"));
    }
    Ok(Exit::Done)
}

fn explain(options: &PolicyExplainOptions) -> Result<Exit, Failure> {
    if options.fields.iter().any(|field| field.is_empty() || field.chars().any(char::is_control)) {
        return Err(Failure::usage("explain a field: its name is empty or holds control characters"));
    }
    let facts = ask(SANITIZE, &options.places, &options.policy, BTreeMap::from([("fields".to_owned(), options.fields.join("\n"))]))?;
    for row in rows(&facts, "field", FIELD)? {
        if options.json {
            print_line(&as_json(FIELD, &row).to_string());
            continue;
        }
        let [field, does, class, operator, why] = row;
        let what = if class == "-" { String::new() } else { format!(", as {class}") };
        let how = if operator == "-" { String::new() } else { format!(", by {operator}") };
        print_line(&format!("{field}: {does}{what}{how}; {why}"));
    }
    Ok(Exit::Done)
}

/// The facts of the step that tells, under the policy of the flags.
fn ask(
    (step, sections): (&str, &[Section]),
    places: &Places,
    flags: &PolicyFlags,
    parameters: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Failure> {
    let policy = prepare::policy(flags)?;
    let budget = Budget::of_flags(Some(1), None)?;
    let engine = prepare::engine(places, &policy, TIMEOUT_MINUTES, budget)?;
    prove::sandbox(&engine)?;
    let spec = JobSpec {
        step: step.to_owned(),
        logical_day: 0,
        shard: 0,
        shards: 1,
        partition: 0,
        partitions: 1,
        threads: 1,
        policy: policy.only(sections),
        sources: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        scratch: Vec::new(),
        parameters,
        evaluation: false,
    };
    let ran = engine.run(step, &Job::new(spec, Secrets::default()), || {})?;
    Ok(ran.report.facts)
}

/// The rows of a table, each with as many columns as it must have.
fn rows<const N: usize>(facts: &BTreeMap<String, String>, table: &str, columns: [&str; N]) -> Result<Vec<[String; N]>, Failure> {
    let text = facts.get(table).map(String::as_str).unwrap_or_default();
    let row = |line: &str| -> Option<[String; N]> { line.split('\t').map(str::to_owned).collect::<Vec<_>>().try_into().ok() };
    let rows: Option<Vec<_>> = text.lines().map(row).collect();
    let wrong =
        || Failure::new(Exit::SchemaMismatch, format!("read the table {table} of the sealed stage: its rows have not {} columns", columns.len()));
    rows.filter(|rows| !rows.is_empty()).ok_or_else(wrong)
}

fn as_json<const N: usize>(columns: [&str; N], row: &[String; N]) -> Value {
    let value = |text: &String| match text.parse::<u64>() {
        Ok(number) => Value::from(number),
        Err(_) if text == "-" => Value::Null,
        Err(_) => Value::from(text.as_str()),
    };
    Value::Object(columns.iter().zip(row).map(|(column, text)| ((*column).to_owned(), value(text))).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_another_width_are_refused() {
        let facts = |text: &str| BTreeMap::from([("class".to_owned(), text.to_owned())]);
        assert_eq!(rows(&facts("a\tb\tc\td"), "class", CLASS).unwrap().len(), 1);
        for wrong in ["", "a\tb", "a\tb\tc\td\te"] {
            assert_eq!(rows(&facts(wrong), "class", CLASS).expect_err(wrong).exit, Exit::SchemaMismatch);
        }
        assert_eq!(
            as_json(CLASS, &["CARD", "-", "3", "pan"].map(str::to_owned)),
            serde_json::json!({ "class": "CARD", "operator": null, "field_names": 3, "examples": "pan" })
        );
    }
}
