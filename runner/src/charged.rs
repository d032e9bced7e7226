//! What a runs folder still knows of its budget ledger: published manifests and the audit log name the RESERVE entry that each report was
//! charged to. Whoever removes the ledger and its anchor, or puts older or new ones in their place, would have to remove these too.
//!
//! Refuses nothing by itself: [`crate::budget::Place`] compares. What cannot be read here counts as if it were not there, like a file
//! that was removed; `logminer verify` looks for that.

use std::path::{Path, PathBuf};

use schemas::ids::Digest;
use serde_json::Value;

use crate::disk;
use crate::manifest::MANIFEST;

const MANIFEST_BYTES_MAX: u64 = 256 << 20;
/// How the audit log writes that an entry was appended which must not be missed: budget was reserved, or charged after a restore.
const CHARGED: [&str; 2] = ["\"budget_reserved\"", "\"budget_recharged\""];
/// The same of a changed promise.
const PROMISED: [&str; 1] = ["\"budget_policy_changed\""];
/// Name of the fact, in a manifest's task, that holds the RESERVE entry the report was drawn for.
pub const RESERVE_FACT: &str = "reserve_entry";
/// Name of the detail of an audit event that holds the same.
pub const ENTRY_DETAIL: &str = "entry";

/// A place that names an entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// The run, or the audit log.
    pub place: String,
    /// Hash of the RESERVE entry.
    pub entry: Digest,
}

/// All that the audit log and the newest run name: what an existing ledger is compared with at every run.
#[must_use]
pub fn newest(runs: &Path) -> Vec<Charged> {
    let mut found: Vec<Charged> = audit_files(runs).iter().flat_map(|file| of_audit(file, &CHARGED)).collect();
    found.extend(of_run(&runs.join("latest"), "latest"));
    found
}

/// All that the audit log and every run name: what a restored ledger is compared with.
#[must_use]
pub fn all(runs: &Path) -> Vec<Charged> {
    let mut found = newest(runs);
    found.extend(names(runs).iter().flat_map(|name| of_run(&runs.join(name), name)));
    found
}

/// Changes of the promise that the audit log names.
#[must_use]
pub fn policies(runs: &Path) -> Vec<Charged> {
    audit_files(runs).iter().flat_map(|file| of_audit(file, &PROMISED)).collect()
}

/// The entries that a run's manifest names, wherever the run lies.
#[must_use]
pub fn of_run_folder(run: &Path) -> Vec<Charged> {
    of_run(run, &run.file_name().unwrap_or_default().to_string_lossy())
}

/// Names of the published runs, which begin with their dates.
#[must_use]
pub fn runs_of(runs: &Path) -> Vec<String> {
    names(runs).into_iter().filter(|name| name != "latest" && runs.join(name).join(MANIFEST).is_file()).collect()
}

/// Any place that names an entry, looked for in every run: one is enough to refuse a ledger that begins anew.
#[must_use]
pub fn any(runs: &Path) -> Option<Charged> {
    let in_audit = audit_files(runs).iter().find_map(|file| of_audit(file, &CHARGED).pop());
    in_audit.or_else(|| names(runs).iter().rev().find_map(|name| of_run(&runs.join(name), name).pop()))
}

fn of_run(run: &Path, name: &str) -> Vec<Charged> {
    let text = disk::read_small(&run.join(MANIFEST), MANIFEST_BYTES_MAX).unwrap_or_default();
    let manifest: Value = serde_json::from_slice(&text).unwrap_or_default();
    let entries = manifest["tasks"].as_array().into_iter().flatten().filter_map(|task| Digest::from_hex(task["facts"][RESERVE_FACT].as_str()?));
    entries.map(|entry| Charged { place: format!("the run {}", crate::names::shown(Path::new(name))), entry }).collect()
}

fn of_audit(file: &Path, kinds: &[&str]) -> Vec<Charged> {
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    let entry = |line: &str| {
        let event: Value = serde_json::from_str(line).ok()?;
        // `details`, or `labels` where the log is written for a SIEM.
        ["details", "labels"].iter().find_map(|group| Digest::from_hex(event[group][ENTRY_DETAIL].as_str()?))
    };
    let entries = text.lines().filter(|line| kinds.iter().any(|kind| line.contains(kind))).filter_map(entry);
    entries.map(|entry| Charged { place: "the audit log".to_owned(), entry }).collect()
}

fn audit_files(runs: &Path) -> Vec<PathBuf> {
    names(runs).into_iter().filter(|name| name.starts_with("audit") && name.ends_with(".jsonl")).map(|name| runs.join(name)).collect()
}

fn names(runs: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Audit, details};
    use schemas::audit::AuditAction;

    fn run(runs: &Path, name: &str, entry: Digest) {
        std::fs::create_dir(runs.join(name)).unwrap();
        let manifest = serde_json::json!({ "tasks": [{ "facts": {} }, { "facts": { RESERVE_FACT: entry } }] });
        std::fs::write(runs.join(name).join(MANIFEST), manifest.to_string()).unwrap();
    }

    #[test]
    fn manifests_and_the_audit_log_name_entries() {
        let dir = tempfile::tempdir().unwrap();
        let runs = dir.path();
        assert_eq!((any(runs), newest(runs)), (None, Vec::new()));
        run(runs, "2026-11-20-aa", Digest::of(b"1"));
        assert_eq!(any(runs).map(|charged| charged.entry), Some(Digest::of(b"1")));
        assert_eq!(newest(runs), [], "older runs are asked only where there is no ledger");
        run(runs, "2026-11-21-bb", Digest::of(b"2"));
        std::os::unix::fs::symlink("2026-11-21-bb", runs.join("latest")).unwrap();
        let event = details([(ENTRY_DETAIL, Digest::of(b"3").to_string().into())]);
        Audit::of(runs).append(AuditAction::BudgetReserved, event).unwrap();
        let entries: Vec<Digest> = newest(runs).into_iter().map(|charged| charged.entry).collect();
        assert_eq!(entries, [Digest::of(b"3"), Digest::of(b"2")]);
    }
}
