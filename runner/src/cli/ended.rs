//! The beginning and the end of a run in the audit log and the metrics, whichever way it ends.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use schemas::audit::AuditAction;
use schemas::exit::Exit;

use super::args::RunOptions;
use crate::audit::{Audit, details};
use crate::budget::Place;
use crate::canaries;
use crate::failure::Failure;
use crate::keys::{Signer, key_id};
use crate::metrics::{self, Ended, Samples};
use crate::publish::Circumstances;
use crate::session::Session;
use crate::tally::Tally;

/// A run that has begun, perhaps without getting any further.
pub(super) struct Begun {
    /// When.
    pub(super) at: jiff::Timestamp,
    /// The audit log.
    pub(super) audit: Audit,
    /// The budget ledger.
    pub(super) ledger: Place,
    clock: Instant,
    runs: PathBuf,
    metrics: PathBuf,
    publishes: bool,
}

impl Begun {
    pub(super) fn now(options: &RunOptions) -> Self {
        let places = &options.places;
        Self {
            at: jiff::Timestamp::now(),
            audit: places.audit(),
            ledger: Place::of(&places.runs, places.ledger.as_deref(), places.ledger_anchor.as_deref()),
            clock: Instant::now(),
            runs: places.runs.clone(),
            publishes: options.until.is_none(),
            metrics: options.metrics_textfile.clone().unwrap_or_else(|| places.runs.join(metrics::FILE)),
        }
    }

    pub(super) fn took(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Notes the beginning, the keys and the seal; they are written with the first decision that has an effect.
    pub(super) fn started(&self, session: &Session, signer: &Signer) -> Result<(), Failure> {
        let labels = [("date", session.date.clone().into()), ("policy", session.policy.digest().to_string().into())];
        self.audit.later(AuditAction::RunStarted, details(labels));
        let roles: BTreeSet<&String> = session.plan.tasks.iter().flat_map(|&task| &session.plan.step(task).keys).collect();
        let planted = session.sources.canaries().map(|_| canaries::ROLE.to_owned());
        let roles: BTreeSet<&String> = roles.into_iter().chain(&planted).collect();
        let loaded = session.keys.secrets(&roles.into_iter().cloned().collect::<Vec<_>>())?;
        let ids = loaded.0.iter().map(|secret| (secret.role.clone(), key_id(secret)));
        for (role, id) in ids.chain([("signing".to_owned(), signer.public().to_hex())]) {
            self.audit.later(AuditAction::KeyLoaded, details([("id", id.into()), ("role", role.into())]));
        }
        let stages = session.engine.stages();
        let labels = [("binaries", stages.entries().len().into()), ("development", stages.development().into())];
        self.audit.later(AuditAction::SealVerified, details(labels));
        Ok(())
    }

    /// A run that was turned away before it began. Nothing is made where wrong flags point: a folder that never was a runs folder stays as it is.
    pub(super) fn refused(&self, failure: &Failure) {
        let meant = failure.exit != Exit::Usage || self.audit.exists();
        if self.runs.is_dir() && meant {
            // Fifty starts at once are turned away at once; none of them is worth the winner's waiting.
            let _ = self.audit.clone().hurried().append(AuditAction::RunRefused, details([("exit", failure.exit.code().into())]));
        }
        if failure.exit != Exit::Locked && meant {
            let _ = self.write_metrics(failure.exit, None, &serde_json::Value::Null, 0);
        }
    }

    /// Notes the end. A run that ends badly has a sentence of its own; what cannot be noted does not hide it and is returned to be said.
    pub(super) fn ended(&self, exit: Exit, did: Option<(&Session, &Tally)>, circumstances: &Circumstances) -> Vec<Failure> {
        let date = did.map(|(session, _)| session.date.clone()).unwrap_or_default();
        let noted = self.audit.append(AuditAction::RunFinished, details([("date", date.into()), ("exit", exit.code().into())]));
        let written = self.write_metrics(exit, did, &circumstances.sandbox, did.map_or(0, |(session, _)| session.engine.overrides().len()));
        [noted, written].into_iter().filter_map(Result::err).collect()
    }

    /// The metrics of a run that is about to be published, as they will be written.
    pub(super) fn metrics_text(&self, session: &Session, tally: &Tally, circumstances: &Circumstances) -> String {
        self.samples(Exit::Done, Some((session, tally)), &circumstances.sandbox, session.engine.overrides().len()).render()
    }

    fn write_metrics(&self, exit: Exit, did: Option<(&Session, &Tally)>, sandbox: &serde_json::Value, overrides: usize) -> Result<(), Failure> {
        metrics::write(&self.metrics, self.samples(exit, did, sandbox, overrides))
    }

    fn samples(&self, exit: Exit, did: Option<(&Session, &Tally)>, sandbox: &serde_json::Value, overrides: usize) -> Samples {
        let budget = self.ledger.summary().ok().flatten();
        Samples::of(&Ended {
            exit,
            at_seconds: jiff::Timestamp::now().as_second(),
            took: self.took(),
            published: self.publishes,
            input: did.map(|(session, _)| (session.sources.given().count() as u64, session.sources.bytes())),
            canaries: did.and_then(|(session, _)| session.sources.canaries()).map_or(0, |(_, count)| count),
            tally: did.map(|(_, tally)| tally),
            budget: budget.as_ref(),
            sandbox,
            overrides,
        })
    }
}
