//! Feeding the token vault: what `sanitize.apply` sealed is taken in once a run is good, before it is published, and is no part of the run.
//!
//! The order makes every moment safe: the vault has the deltas durably, then the store forgets that the result had them, then the files are emptied and
//! removed. Cut short, the next run takes them in again, which changes nothing.

use schemas::audit::AuditAction;
use schemas::record::RecordKind;

use crate::audit::details;
use crate::failure::Failure;
use crate::names::shown;
use crate::plan::is_sealed_value;
use crate::retention::shred::empty;
use crate::run::{Results, Runner};
use crate::store::StoredFile;
use crate::vault::{Delta, Vault};

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
        let appended = Vault::write(places)?.append(&self.session.date, &deltas)?;
        if appended.deltas > 0 {
            let digests: Vec<String> = deltas.iter().map(|delta| delta.digest.to_string()).collect();
            let labels = details([
                ("date", self.session.date.clone().into()),
                ("deltas", digests.join(" ").into()),
                ("entries", appended.entries.into()),
                ("entries_of_forgotten", appended.forgotten.into()),
                ("new", appended.new.into()),
            ]);
            self.audit.append(AuditAction::VaultAppended, labels)?;
        }
        for done in results.values_mut().filter(|done| done.entry.files.iter().any(is_delta)) {
            done.entry.files.retain(|file| !is_delta(file));
            self.store.put(&done.entry)?;
        }
        for Delta { path, .. } in deltas {
            empty(&path)?;
            std::fs::remove_file(&path).map_err(|error| Failure::io(format!("remove {}", shown(&path)), error))?;
        }
        Ok(())
    }
}
