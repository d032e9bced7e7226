//! Feeding the token vault: what `sanitize.apply` sealed is taken in once a run is good, before it is published, and is no part of the run.
//!
//! The order makes every moment safe: the vault has the deltas durably, then the files are emptied and removed, then the store forgets that the result
//! had them. Cut short, the next run finds them missing, writes the same bytes again, and the vault passes over them.

use schemas::audit::AuditAction;
use schemas::record::RecordKind;

use crate::audit::{Audit, details};
use crate::failure::Failure;
use crate::names::shown;
use crate::plan::is_sealed_value;
use crate::retention::shred::empty;
use crate::run::{Results, Runner};
use crate::store::{Store, StoredFile};
use crate::vault::{Delta, Places, Vault};

fn is_delta(file: &StoredFile) -> bool {
    RecordKind::from_number(file.kind).is_some_and(is_sealed_value)
}

impl Runner<'_> {
    /// Takes the run's deltas into the vault, if it feeds one.
    ///
    /// # Errors
    /// When the vault is missing, damaged or in use for more than a minute, or cannot be written; then nothing is published.
    pub(crate) fn feed_vault(&self, results: &mut Results) -> Result<(), Failure> {
        let Some(places) = &self.session.vault else { return Ok(()) };
        let mut deltas = Vec::new();
        for done in results.values() {
            let home = self.session.runs.join(&done.home);
            deltas
                .extend(done.entry.files.iter().filter(|file| is_delta(file)).map(|file| Delta { path: home.join(&file.file), digest: file.digest }));
        }
        if deltas.is_empty() {
            return Ok(());
        }
        self.hold()?;
        take_in(&self.audit, places, &self.session.date, &deltas)?;
        shed(&self.store, results, &deltas)
    }
}

/// Takes deltas into the vault, which the audit log says before: an event that followed would be lost with the process.
fn take_in(audit: &Audit, places: &Places, date: &str, deltas: &[Delta]) -> Result<(), Failure> {
    let mut vault = Vault::write(places)?;
    if deltas.iter().all(|delta| vault.state().applied.contains(&delta.digest)) {
        return Ok(());
    }
    let digests: Vec<String> = deltas.iter().map(|delta| delta.digest.to_string()).collect();
    let labels = [("change", "append".into()), ("date", date.into()), ("deltas", digests.join(" ").into())];
    audit.append(AuditAction::VaultChangeBegun, details(labels))?;
    let appended = vault.append(date, deltas)?;
    let labels = details([
        ("date", date.into()),
        ("deltas", digests.join(" ").into()),
        ("entries", appended.entries.into()),
        ("entries_of_forgotten", appended.forgotten.into()),
        ("new", appended.new.into()),
    ]);
    audit.append(AuditAction::VaultAppended, labels)
}

/// Empties and removes deltas that the vault has, and lets the store forget them.
fn shed(store: &Store, results: &mut Results, deltas: &[Delta]) -> Result<(), Failure> {
    for path in deltas.iter().map(|delta| &delta.path).filter(|path| path.exists()) {
        empty(path)?;
        std::fs::remove_file(path).map_err(|error| Failure::io(format!("remove {}", shown(path)), error))?;
    }
    for done in results.values_mut().filter(|done| done.entry.files.iter().any(is_delta)) {
        done.entry.files.retain(|file| !is_delta(file));
        store.put(&done.entry)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemas::ids::Digest;
    use schemas::report::StageReport;

    use super::*;
    use crate::plan::Task;
    use crate::run::Done;
    use crate::store::{self, Usage};

    /// A result whose only file is a delta, and the delta.
    fn case(runs: &std::path::Path) -> (Results, Delta) {
        let path = runs.join("home/raw/delta");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, b"values under their inner layer").unwrap();
        let stat = crate::sources::StatId::of(&std::fs::metadata(&path).unwrap());
        let (digest, bytes) = crate::disk::digest_file(&path).unwrap();
        let kind = RecordKind::VaultEntry.number();
        let file = StoredFile { name: crate::vault::OUTPUT.to_owned(), kind, file: "raw/delta".to_owned(), digest, bytes, records: 1, stat };
        let entry =
            store::entry(Digest::of(b"key"), "sanitize.apply".to_owned(), "home".to_owned(), vec![file], StageReport::default(), Usage::default());
        let done = Done { entry, home: "home".to_owned(), reused: false, released_before: false, parts: BTreeMap::new(), inputs: Vec::new() };
        (Results::from([(Task { step: 0, index: 0 }, done)]), Delta { path, digest })
    }

    #[test]
    fn nothing_is_taken_in_that_the_audit_log_does_not_have() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places { vault: dir.path().join("tokens"), erasure: dir.path().join("erasure") };
        places.create().unwrap();
        let writer = schemas::container::ContainerWriter::<_, schemas::record::VaultEntry>::new(Vec::new(), Digest::of(b"delta"), 1).unwrap();
        let (bytes, summary) = writer.finish().unwrap();
        let delta = Delta { path: dir.path().join("delta"), digest: summary.digest };
        std::fs::write(&delta.path, bytes).unwrap();
        let taken = || Vault::read(&places).unwrap().state().applied.contains(&delta.digest);
        let log = dir.path().join("audit.jsonl");
        std::fs::create_dir(&log).unwrap();
        let deltas = std::slice::from_ref(&delta);
        assert!(take_in(&Audit::of(dir.path()), &places, "2026-11-20", deltas).is_err() && !taken());
        std::fs::remove_dir(&log).unwrap();
        take_in(&Audit::of(dir.path()), &places, "2026-11-20", deltas).unwrap();
        take_in(&Audit::of(dir.path()), &places, "2026-11-20", deltas).unwrap();
        let text = std::fs::read_to_string(&log).unwrap();
        let at = |action: &str| text.find(&format!("\"{action}\""));
        assert!(taken() && at("vault_change_begun") < at("vault_appended") && at("vault_change_begun").is_some());
        assert_eq!(text.lines().count(), 2, "a replay changes nothing and says nothing");
    }

    #[test]
    fn a_delta_is_gone_before_the_store_forgets_it() {
        let dir = tempfile::tempdir().unwrap();
        let (mut results, delta) = case(dir.path());
        // Another name of it, as a copy made by a link would be, and a store that cannot be written: as if killed at that moment.
        std::fs::hard_link(&delta.path, dir.path().join("elsewhere")).unwrap();
        std::fs::write(dir.path().join(store::FOLDER), b"in the way").unwrap();
        let store = Store::of(dir.path());
        assert!(shed(&store, &mut results, std::slice::from_ref(&delta)).is_err());
        assert!(!delta.path.exists());
        assert!(std::fs::read(dir.path().join("elsewhere")).unwrap().iter().all(|&byte| byte == 0));
        // The next run finds it missing and goes on.
        std::fs::remove_file(dir.path().join(store::FOLDER)).unwrap();
        let (mut results, delta) = case(dir.path());
        std::fs::remove_file(&delta.path).unwrap();
        shed(&store, &mut results, &[delta]).unwrap();
        assert!(results.values().all(|done| done.entry.files.is_empty()));
    }
}
