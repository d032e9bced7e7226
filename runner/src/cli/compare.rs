//! `logminer compare`: what changed between two released reports, such as this week's and last week's. Both are public, so comparing
//! them costs nothing (post-processing); what is told apart is a change from the noise of both.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::exit::Exit;
use schemas::privacy::Ratio;
use serde_json::{Value, json};

use super::budget_args::CompareOptions;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;
use crate::report::print_line;

const REPORT_BYTES_MAX: u64 = 64 << 20;
/// Deviations of the 95 % interval of a difference.
const INTERVAL: f64 = 1.96;
/// Deviations from which a difference is called a change: by noise alone once in about a thousand keys, so that a report of
/// hundreds of keys does not call noise a change every night.
const CHANGE: f64 = 3.3;

/// Counts by metric and key: of a journey variant its id, since whether its steps are spelled depends on the night; else the key in one line.
type Counts = BTreeMap<(String, String), Noisy>;

/// A count, the variance of its noise, and its key in one line.
struct Noisy {
    value: i64,
    variance: f64,
    label: String,
}

/// One key that both reports have.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct Change {
    metric: String,
    key: String,
    before: i64,
    after: i64,
    difference: i64,
    ci95: [i64; 2],
    /// More than noise explains.
    changed: bool,
}

pub(super) fn run(options: &CompareOptions) -> Result<Exit, Failure> {
    let (before, after) = (read(&options.before)?, read(&options.after)?);
    let (old, new) = (counts(&before)?, counts(&after)?);
    let changes = changes(&old, &new);
    let only = |a: &Counts, b: &Counts| a.keys().filter(|key| !b.contains_key(*key)).count();
    let (gone, fresh) = (only(&old, &new), only(&new, &old));
    if options.json {
        print_line(&json!({ "before": before["window"]["logical_date"], "after": after["window"]["logical_date"], "keys": changes, "only_before": gone, "only_after": fresh }).to_string());
        return Ok(Exit::Done);
    }
    let date = |report: &Value| report["window"]["logical_date"].as_str().unwrap_or("?").to_owned();
    print_line(&format!("customers, {} against {} (95 % range of the difference)", date(&after), date(&before)));
    let told: Vec<&Change> = changes.iter().filter(|change| change.changed).collect();
    for change in &told {
        let Change { metric, key, before, after, difference, ci95: [low, high], .. } = change;
        print_line(&format!("{difference:>+9}  [{low:+} to {high:+}]  {before} -> {after}  {metric}: {key}"));
    }
    print_line(&format!("{} of {} keys changed by more than the noise of both reports explains", told.len(), changes.len()));
    print_line(&format!(
        "{gone} keys are in the old report alone and {fresh} in the new one alone: near a threshold, noise decides which names are shown"
    ));
    Ok(Exit::Done)
}

/// `report.json`, or that of a run folder.
fn read(path: &Path) -> Result<Value, Failure> {
    let path = if path.is_dir() { path.join("release/report.json") } else { path.to_owned() };
    let text = disk::read_small(&path, REPORT_BYTES_MAX)?;
    serde_json::from_slice(&text)
        .ok()
        .filter(|value: &Value| value["dp"] == true && value["format"] == "logminer-dp-report/1")
        .ok_or_else(|| Failure::usage(format!("compare {}: it is no differentially private report.json", shown(&path))))
}

fn counts(report: &Value) -> Result<Counts, Failure> {
    let damaged = || Failure::usage("compare the reports: one lacks a number, its key or its scale");
    let mut counts = Counts::new();
    for metric in report["metrics"].as_array().into_iter().flatten() {
        let name = metric["metric"].as_str().ok_or_else(damaged)?;
        let variance = metric["price"]["sigma2"].as_str().and_then(|text| text.parse::<Ratio>().ok()).ok_or_else(damaged)?.as_f64();
        for number in metric["numbers"].as_array().into_iter().flatten() {
            let value = number["value"].as_i64().ok_or_else(damaged)?;
            let label = label(&number["key"]);
            let key = number["key"]["id"].as_str().unwrap_or(&label).to_owned();
            counts.insert((name.to_owned(), key), Noisy { value, variance, label });
        }
    }
    Ok(counts)
}

/// A key in one line.
fn label(key: &Value) -> String {
    let text = |field: &str, none: &str| key[field].as_str().unwrap_or(none).to_owned();
    if key.get("from").is_some() {
        format!("{} → {}", text("from", "(start)"), text("to", "(end)"))
    } else if key.get("family").is_some() {
        format!("{} ({})", text("family", ""), text("journeys", "all"))
    } else {
        text("name", "")
    }
}

fn changes(old: &Counts, new: &Counts) -> Vec<Change> {
    let both = new.iter().filter_map(|(key, after)| Some((key, old.get(key)?, after)));
    let change = |((metric, _), before, after): (&(String, String), &Noisy, &Noisy)| {
        let difference = after.value.saturating_sub(before.value);
        let deviation = (before.variance + after.variance).sqrt();
        let half = (INTERVAL * deviation).ceil() as i64;
        Change {
            metric: metric.clone(),
            key: after.label.clone(),
            before: before.value,
            after: after.value,
            difference,
            ci95: [difference.saturating_sub(half), difference.saturating_add(half)],
            changed: difference.unsigned_abs() as f64 > CHANGE * deviation,
        }
    };
    both.map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(values: &[(&str, i64)]) -> Value {
        let numbers: Vec<Value> = values.iter().map(|(name, value)| json!({ "key": { "name": name }, "value": value })).collect();
        json!({ "metrics": [{ "metric": "event_type", "price": { "sigma2": "50/1" }, "numbers": numbers }] })
    }

    #[test]
    fn a_change_is_more_than_the_noise_of_both() {
        let (old, new) = (report(&[("login", 1_000), ("pay", 500), ("gone", 90)]), report(&[("login", 1_034), ("pay", 467), ("new", 95)]));
        let found = changes(&counts(&old).unwrap(), &counts(&new).unwrap());
        // Variance 100 together: 19.6 deviations of 10 make the interval 20, and 33 is not yet a change.
        let told: Vec<_> = found.iter().map(|change| (change.key.as_str(), change.difference, change.ci95, change.changed)).collect();
        assert_eq!(told, [("login", 34, [14, 54], true), ("pay", -33, [-53, -13], false)]);
    }

    #[test]
    fn a_variant_is_compared_by_its_id() {
        let report = |numbers: Value| json!({ "metrics": [{ "metric": "variant", "price": { "sigma2": "50/1" }, "numbers": numbers }] });
        let key = |name: &str, id: &str, value: i64| json!({ "key": { "name": name, "id": id }, "value": value });
        let old = report(json!([key("variant 0a", "0a", 500), key("login → … 4 more", "0b", 900)]));
        let new = report(json!([key("login → pay", "0a", 700), key("login → … 4 more", "0c", 20)]));
        let found = changes(&counts(&old).unwrap(), &counts(&new).unwrap());
        let told: Vec<_> = found.iter().map(|change| (change.key.as_str(), change.difference)).collect();
        assert_eq!(told, [("login → pay", 200)], "a name is known on some nights only, and one name may be of two");
    }

    #[test]
    fn keys_of_all_forms_have_one_line() {
        assert_eq!(label(&json!({ "name": "login" })), "login");
        assert_eq!(label(&json!({ "from": null, "to": "login" })), "(start) → login");
        assert_eq!(label(&json!({ "family": "/pay", "journeys": "failed" })), "/pay (failed)");
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        std::fs::write(&path, "{\"dp\":false}").unwrap();
        assert_eq!(read(&path).unwrap_err().exit, Exit::Usage);
        assert!(counts(&json!({ "metrics": [{ "metric": "hour", "price": {} }] })).is_err());
    }
}
