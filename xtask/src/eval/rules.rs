//! How many planted cases of each rule a whole run finds, and what else it finds: on days of web banking with planted cases, and on clean ones.
//!
//! A finding's evidence is compared record by record: the truth names the byte offset at which a rule must fire. Of a rule with more cases than a
//! finding has room for, the first records and the count are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use synth::fraud;

use crate::{logminer, pipeline, say};

/// What to measure.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Days, seeds 1 to this.
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Ordinary sessions of each day.
    #[arg(long, default_value_t = 5_000)]
    sessions: u32,
    /// Cases of each pattern, and cases that resemble it; 0: clean days.
    #[arg(long, default_value_t = 15)]
    cases: u32,
    /// Measure on a day of the four systems of the synthetic bank instead, with so many records: what fires, and what is planted.
    #[arg(long)]
    day: Option<u64>,
    /// Fail when a rule finds less than 95 % of its cases, or anything else.
    #[arg(long)]
    strict: bool,
}

/// What a rule found, over all days.
#[derive(Default)]
struct Score {
    planted: u64,
    found: u64,
    fired: u64,
    other: u64,
}

pub(super) fn run(options: &Options) -> Result<()> {
    if let Some(records) = options.day {
        return on_day(records, options.seeds);
    }
    let mut scores: BTreeMap<String, Score> = schemas::rules::BUILT_IN.iter().map(|rule| ((*rule).to_owned(), Score::default())).collect();
    let day = pipeline::LOGICAL_DATE.parse().map_err(anyhow::Error::msg)?;
    for seed in 1..=options.seeds {
        let dir = folder()?;
        let wanted = fraud::Options { seed, sessions: options.sessions, cases: options.cases };
        let truth = fraud::generate(&wanted, day, dir.path()).context("write the day")?;
        let findings = findings(dir.path())?;
        for (rule, score) in &mut scores {
            add(score, truth.planted.get(rule).map_or(&[][..], Vec::as_slice), findings.get(rule));
        }
    }
    let mut table = String::from("rule                          planted  found  recall  fired  other\n");
    let mut wrong = Vec::new();
    for (rule, score) in &scores {
        let recall = if score.planted == 0 { 1.0 } else { score.found as f64 / score.planted as f64 };
        writeln!(table, "{rule:<28} {:>8} {:>6} {:>6.1}% {:>6} {:>6}", score.planted, score.found, recall * 100.0, score.fired, score.other)?;
        if recall < 0.95 || score.other > 0 {
            wrong.push(rule.as_str());
        }
    }
    say(table.trim_end());
    ensure!(!options.strict || wrong.is_empty(), "these rules find too little, or something else: {}", wrong.join(", "));
    Ok(())
}

fn folder() -> Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("rules-").tempdir_in(crate::tree::target()).context("make a temporary directory")
}

fn add(score: &mut Score, planted: &[u64], finding: Option<&Value>) {
    let wanted: BTreeSet<u64> = planted.iter().copied().collect();
    score.planted += wanted.len() as u64;
    let Some(finding) = finding else { return };
    let shown: BTreeSet<u64> = finding["evidence"].as_array().into_iter().flatten().filter_map(|at| at["offset"].as_u64()).collect();
    let count = finding["count"].as_u64().unwrap_or(0);
    let right = shown.intersection(&wanted).count() as u64;
    // Beyond what is shown, every further firing is taken for a planted one as long as there are any.
    let beyond = count.saturating_sub(shown.len() as u64).min(wanted.len() as u64 - right);
    score.found += right + beyond;
    score.fired += count;
    score.other += count - right - beyond;
}

/// Runs the pipeline over `logs/` of a folder; the entries of rules in `findings.json`, by rule.
fn findings(dir: &Path) -> Result<BTreeMap<String, Value>> {
    logminer::command().args(["keygen", "--development", "--keys"]).arg(dir.join("keys")).run_quietly()?;
    logminer::command()
        .args(["run", "--json", "--date", pipeline::LOGICAL_DATE, "--input"])
        .arg(dir.join("logs"))
        .arg("--runs")
        .arg(dir.join("runs"))
        .arg("--keys")
        .arg(dir.join("keys"))
        .run_quietly()?;
    let path = dir.join("runs/latest/internal/findings.json");
    let entries: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).with_context(|| format!("read {}", path.display()))?)?;
    let rules = entries.into_iter().filter(|entry| entry["source"] == "rule");
    Ok(rules.filter_map(|entry| Some((entry["rule"].as_str()?.to_owned(), entry))).collect())
}

/// What fires on days of the four systems, beside what their truth says.
fn on_day(records: u64, seeds: u64) -> Result<()> {
    let mut table = String::from("seed  rule                          fired  customers  in the truth\n");
    for seed in 1..=seeds {
        let dir = folder()?;
        let truth = synth::generate(&synth::Options::new(records, seed, dir.path())).context("write the day")?;
        for (rule, finding) in findings(dir.path())? {
            let said = match (truth.planted.rules.get(&rule), truth.planted.compliance.get(&rule)) {
                (Some(customers), _) => format!("{} customers", customers.len()),
                (None, Some(records)) => format!("{records} records"),
                (None, None) => "-".to_owned(),
            };
            writeln!(table, "{seed:>4}  {rule:<28} {:>6} {:>10}  {said}", finding["count"], finding["subjects"])?;
        }
    }
    say(table.trim_end());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(planted: &[u64], evidence: &[u64], count: u64, expected: (u64, u64)) {
        let evidence: Vec<Value> = evidence.iter().map(|offset| serde_json::json!({ "source": 0, "offset": offset })).collect();
        let mut score = Score::default();
        add(&mut score, planted, Some(&serde_json::json!({ "count": count, "evidence": evidence })));
        assert_eq!((score.found, score.other), expected);
    }

    #[test]
    fn evidence_is_compared_record_by_record() {
        check(&[1, 2, 3], &[1, 2, 3], 3, (3, 0));
        check(&[1, 2, 3], &[1, 9], 2, (1, 1));
        check(&[], &[9], 1, (0, 1));
        check(&[1, 2, 3, 4], &[1, 2], 4, (4, 0));
        check(&[1, 2, 3, 4], &[1, 2], 5, (4, 1));
    }
}
