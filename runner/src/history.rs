//! The last runs, from the audit log and the manifests: the log knows of runs that failed and how long each took, the manifests know
//! what was published. Neither is believed here (`verify` does that); this is for a look.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::audit::AuditAction;
use serde_json::Value;

use crate::audit::{action, label};
use crate::disk;
use crate::failure::Failure;
use crate::manifest::MANIFEST;
use crate::names::shown;

const MANIFEST_BYTES_MAX: u64 = 256 << 20;

/// One run: one start, and its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct PastRun {
    /// Logical date.
    pub date: String,
    /// Id, when it was published.
    pub run: Option<String>,
    /// Exit code; none when it has not ended, or died without a word.
    pub exit: Option<u64>,
    /// When it began, RFC 3339 in UTC.
    pub began_at: Option<String>,
    /// When it ended or was published.
    pub ended_at: Option<String>,
    /// From begin to end, in seconds.
    pub duration_s: Option<u64>,
    /// Records it read, when its folder is there.
    pub records_in: Option<u64>,
    /// Whether keys or seal were for development.
    pub development: Option<bool>,
    /// Whether its folder is in the runs folder.
    pub kept: bool,
}

/// What happened in a runs folder, the oldest first.
///
/// # Errors
/// When the folder or the log is there and cannot be read.
pub fn of(runs: &Path) -> Result<Vec<PastRun>, Failure> {
    let mut manifests = manifests(runs)?;
    let mut past = logged(runs)?;
    for run in &mut past {
        if let Some(manifest) = run.run.as_ref().and_then(|id| manifests.remove(id)) {
            describe(run, &manifest);
        }
    }
    // Folders that came from elsewhere, or whose log was lost.
    for (id, manifest) in manifests {
        let date = manifest["date"].as_str().unwrap_or_default().to_owned();
        let mut run = PastRun { date, run: Some(id), exit: Some(0), ended_at: text(&manifest["published_at"]), ..PastRun::default() };
        describe(&mut run, &manifest);
        past.push(run);
    }
    past.sort_by_key(|run| run.ended_at.clone().or_else(|| run.began_at.clone()));
    Ok(past)
}

fn describe(run: &mut PastRun, manifest: &Value) {
    run.records_in = manifest["counts"]["records_in"].as_u64();
    run.development = manifest["development"].as_bool();
    run.kept = true;
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Manifests of the runs folder by run id; a damaged one is an empty object, since `status` must work above all when something is wrong.
fn manifests(runs: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let mut manifests = BTreeMap::new();
    let entries = match std::fs::read_dir(runs) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(manifests),
        other => other.map_err(|error| Failure::io(format!("list {}", shown(runs)), error))?,
    };
    for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
        let path = runs.join(&name).join(MANIFEST);
        if name != "latest" && !name.starts_with('.') && path.is_file() {
            let bytes = disk::read_small(&path, MANIFEST_BYTES_MAX)?;
            manifests.insert(name, serde_json::from_slice(&bytes).unwrap_or_default());
        }
    }
    Ok(manifests)
}

/// Runs of the audit log. Runs of different dates may overlap, those of one date do not: the lock sees to that.
fn logged(runs: &Path) -> Result<Vec<PastRun>, Failure> {
    let path = runs.join("audit.jsonl");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let log = std::fs::read(&path).map_err(|error| Failure::io(format!("read {}", shown(&path)), error))?;
    let (mut past, mut open) = (Vec::new(), BTreeMap::<String, PastRun>::new());
    for event in log.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok()) {
        let label = |name| label(&event, name).map(str::to_owned);
        let (Some(date), at) = (label("date"), text(&event["@timestamp"]).or_else(|| text(&event["at"]))) else { continue };
        // A number in lines of version 0.1, text as ECS has it since.
        let exit = label("exit").and_then(|exit| exit.parse().ok()).or_else(|| event["details"]["exit"].as_u64());
        let decided = action(&event);
        match AuditAction::ALL.iter().find(|action| action.name() == decided) {
            Some(AuditAction::RunStarted) => {
                let begun = PastRun { date: date.clone(), began_at: at, ..PastRun::default() };
                past.extend(open.insert(date, begun));
            }
            Some(AuditAction::Published | AuditAction::Unchanged) => {
                let run = open.entry(date.clone()).or_insert_with(|| PastRun { date, ..PastRun::default() });
                (run.run, run.ended_at) = (label("run"), at);
            }
            Some(AuditAction::RunFinished) => {
                let mut run = open.remove(&date).unwrap_or(PastRun { date, ..PastRun::default() });
                (run.exit, run.ended_at) = (exit, at);
                run.duration_s = seconds(run.began_at.as_deref(), run.ended_at.as_deref());
                past.push(run);
            }
            _ => {}
        }
    }
    past.extend(open.into_values());
    Ok(past)
}

fn seconds(from: Option<&str>, to: Option<&str>) -> Option<u64> {
    let (from, to): (jiff::Timestamp, jiff::Timestamp) = (from?.parse().ok()?, to?.parse().ok()?);
    u64::try_from(to.as_second() - from.as_second()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Audit, details};

    fn log(runs: &Path, action: AuditAction, pairs: &[(&str, Value)]) {
        let mut map = details([]);
        map.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Audit::of(runs).append(action, map).unwrap();
    }

    #[test]
    fn runs_are_told_apart_by_date_and_take_their_facts_from_log_and_manifest() {
        let dir = tempfile::tempdir().unwrap();
        let runs = dir.path();
        let date = |date: &str| ("date", Value::from(date));
        log(runs, AuditAction::RunStarted, &[date("2026-11-20")]);
        log(runs, AuditAction::RunStarted, &[date("2026-11-21")]);
        log(runs, AuditAction::StepRun, &[("step", "mine.score".into())]);
        log(runs, AuditAction::Published, &[date("2026-11-20"), ("run", "2026-11-20-aa".into())]);
        log(runs, AuditAction::RunFinished, &[date("2026-11-20"), ("exit", 0.into())]);
        log(runs, AuditAction::RunFinished, &[date("2026-11-21"), ("exit", 143.into())]);
        log(runs, AuditAction::RunStarted, &[date("2026-11-22")]);
        for (id, date) in [("2026-11-20-aa", "2026-11-20"), ("2026-11-19-bb", "2026-11-19")] {
            std::fs::create_dir(runs.join(id)).unwrap();
            let manifest = serde_json::json!({
                "date": date, "published_at": "2026-11-19T02:00:00Z", "counts": { "records_in": 7 }, "development": true,
            });
            std::fs::write(runs.join(id).join(MANIFEST), manifest.to_string()).unwrap();
        }
        let past = of(runs).unwrap();
        let rows: Vec<_> =
            past.iter().map(|run| (run.date.as_str(), run.run.as_deref(), run.exit, run.records_in, run.duration_s.is_some())).collect();
        let expected = [
            ("2026-11-19", Some("2026-11-19-bb"), Some(0), Some(7), false),
            ("2026-11-20", Some("2026-11-20-aa"), Some(0), Some(7), true),
            ("2026-11-21", None, Some(143), None, true),
            ("2026-11-22", None, None, None, false),
        ];
        assert_eq!(rows, expected);
        assert!(past[0].kept && past[0].development == Some(true));
    }

    #[test]
    fn nothing_is_no_error() {
        assert_eq!(of(Path::new("nowhere")).unwrap(), []);
    }
}
