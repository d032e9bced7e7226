//! Spending privacy budget around the one step that draws noise: reserve, draw, stage, commit - in this order, whatever dies in between.
//!
//! A release is identified by its input, policy and query set. The store keeps, by that identity, the key under which the report is
//! staged, so that a report that was staged but not committed is completed, and a committed one is taken over and never drawn again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::{Policy, Profile};
use schemas::privacy::{Charge, allotment};
use serde_json::json;

use crate::audit::{Audit, details};
use crate::disk;
use crate::failure::Failure;
use crate::ledger::{self, Ledger, LedgerError, LedgerPolicy, OpenReserve, Purpose, QueryId, Request, Reservation, Reserved};
use crate::store::{Entry, Lookup, Store};
use schemas::audit::AuditAction;

/// Name of the fact in which the step reports its charges: JSON of a list of [`Charge`].
const CHARGES_FACT: &str = "charges";
/// Name of the fact in which it names the RESERVE entry it drew for.
const RESERVE_FACT: &str = "reserve_entry";

/// Where the ledger and its anchor lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The ledger.
    pub ledger: PathBuf,
    /// Its anchor, on another volume if there is one.
    pub anchor: PathBuf,
}

impl Place {
    /// The given paths, or `ledger/` in the runs folder and `ledger.anchor` in the folder that holds the runs folder.
    #[must_use]
    pub fn of(runs: &Path, ledger: Option<&Path>, anchor: Option<&Path>) -> Self {
        Self {
            ledger: ledger.map_or_else(|| runs.join(".ledger/ledger.jsonl"), Path::to_owned),
            anchor: anchor.map_or_else(|| runs.join(".anchor/ledger.anchor"), Path::to_owned),
        }
    }

    /// What is spent and left; none when there is no ledger yet.
    ///
    /// # Errors
    /// When the ledger cannot be trusted.
    pub fn summary(&self) -> Result<Option<ledger::Summary>, Failure> {
        if !self.ledger.exists() && !self.anchor.exists() {
            return Ok(None);
        }
        ledger::read(&self.ledger, &self.anchor).map(Some).map_err(failure)
    }

    /// Makes a new ledger. Both files must be absent.
    ///
    /// # Errors
    /// When one is there, or cannot be written.
    pub fn create(&self, policy: &Policy, logical_day: i32) -> Result<(), Failure> {
        for path in [&self.ledger, &self.anchor] {
            path.parent().map_or(Ok(()), |folder| disk::make_dir(folder, disk::RAW_DIR_MODE))?;
        }
        let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        Ledger::create(&self.ledger, &self.anchor, &promise, logical_day).map_err(failure)
    }
}

/// The spend of one run.
pub struct Spend<'a> {
    store: &'a Store,
    audit: &'a Audit,
    ledger: Ledger,
    query: QueryId,
    logical_day: i32,
}

/// What is to be done.
pub enum Decision {
    /// A stored report is this release: take it over, nothing is drawn.
    Stored(Box<Entry>, String),
    /// Draw, with these parameters; then [`Spend::commit`].
    Draw(Reservation, BTreeMap<String, String>),
}

impl<'a> Spend<'a> {
    /// Opens the ledger (a development run makes a throwaway one where there was none) and finishes what a dead process left.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`] when the ledger cannot be trusted.
    pub fn open(store: &'a Store, audit: &'a Audit, place: &Place, policy: &Policy, query: QueryId, logical_day: i32) -> Result<Self, Failure> {
        if policy.profile == Profile::Development && !place.ledger.exists() && !place.anchor.exists() {
            place.create(policy, logical_day)?;
        }
        let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        let mut ledger = Ledger::open(&place.ledger, &place.anchor, &promise).map_err(failure)?;
        let staged = |open: &OpenReserve| {
            let (entry, _) = find(store, open.query)?;
            // A report that was drawn for an earlier reserve must not be bound to this one.
            let drawn_for = entry.report.facts.get(RESERVE_FACT)?;
            (*drawn_for == open.entry.to_string()).then_some(())?;
            Some((report_digest(&entry), charges(&entry)?))
        };
        let recovered = ledger.recover(staged).map_err(failure)?;
        if let Some((reserve, completed)) = recovered {
            let action = if completed { AuditAction::BudgetCommitted } else { AuditAction::BudgetRefused };
            audit.append(action, details([("reserve", reserve.sequence.into()), ("recovered", true.into())]))?;
        }
        Ok(Self { store, audit, ledger, query, logical_day })
    }

    /// Takes over a committed report, or reserves budget for a new one that will be staged under `key`.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`] when the budget does not allow it; [`Exit::DigestMismatch`] when a committed report is lost or changed.
    pub fn decide(&mut self, policy: &Policy, key: Digest, stage: Digest) -> Result<Decision, Failure> {
        if let Some((sequence, report)) = self.ledger.committed(&self.query) {
            return match find(self.store, self.query) {
                Some((entry, home)) if report_digest(&entry) == report => Ok(Decision::Stored(Box::new(entry), home)),
                _ => Err(Failure::new(
                    Exit::DigestMismatch,
                    format!(
                        "release the report of ledger entry {sequence} again: the stored report is missing or changed; restore its run folder (a development ledger may be left behind with its whole runs folder)"
                    ),
                )),
            };
        }
        let one = allotment(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        let request = Request {
            purpose: Purpose::Report,
            query: self.query,
            logical_day: self.logical_day,
            nano_rho: one.nano_rho,
            atto_delta: one.threshold_delta,
        };
        self.store.point(query_digest(self.query), key)?;
        match self.ledger.reserve(&request) {
            Ok(Reserved::New(reservation)) => {
                let reserve = *reservation.reserve();
                self.audit.append(
                    AuditAction::BudgetReserved,
                    details([
                        ("reserve", reserve.sequence.into()),
                        ("nano_rho", reserve.nano_rho.0.into()),
                        ("atto_delta", reserve.atto_delta.0.into()),
                    ]),
                )?;
                let parameters = self.ledger.summary().release_parameters(&reserve, one.conversion_delta, stage).to_parameters();
                Ok(Decision::Draw(reservation, parameters))
            }
            Ok(Reserved::Replay { sequence, .. }) => Err(Failure::internal(format!("release the report of ledger entry {sequence} again"))),
            Err(error) => {
                let failure = failure(error);
                self.audit.append(AuditAction::BudgetRefused, details([("reason", failure.sentence().into())]))?;
                Err(failure)
            }
        }
    }

    /// Binds the staged report to its reserve. Before this it must not be published.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`] when the charges do not match the reserve.
    pub fn commit(&mut self, reservation: Reservation, entry: &Entry) -> Result<(), Failure> {
        let Some(charges) = charges(entry) else {
            return Err(Failure::new(Exit::BudgetRefused, "commit the report: the step did not report its charges"));
        };
        let (reserve, digest) = (reservation.reserve().sequence, report_digest(entry));
        self.ledger.commit(reservation, digest, &charges).map_err(failure)?;
        self.audit.append(AuditAction::BudgetCommitted, details([("reserve", reserve.into()), ("report", json!(digest))]))
    }

    /// Notes that the step failed; the spend stays, since noise may have been drawn.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn lose(&mut self, reservation: Reservation) -> Result<(), Failure> {
        self.ledger.lose(reservation).map_err(failure)
    }
}

fn find(store: &Store, query: QueryId) -> Option<(Entry, String)> {
    match store.lookup(store.pointed(query_digest(query))?) {
        Lookup::Hit(entry, home) => Some((*entry, home)),
        _ => None,
    }
}

/// What the ledger binds: the digests of all files the step staged.
fn report_digest(entry: &Entry) -> Digest {
    Digest::of_parts(entry.files.iter().flat_map(|file| [file.name.as_bytes(), file.digest.0.as_slice()]))
}

fn query_digest(query: QueryId) -> Digest {
    Digest::of_parts([b"logminer release 1".as_slice(), &query.input.0, &query.policy.0, &query.query.0])
}

fn charges(entry: &Entry) -> Option<Vec<Charge>> {
    serde_json::from_str(entry.report.facts.get(CHARGES_FACT)?).ok()
}

fn failure(error: LedgerError) -> Failure {
    Failure::new(error.exit(), error.to_string())
}
