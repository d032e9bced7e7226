//! One spend: its price, and what is to be done for it.

use std::collections::BTreeMap;

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::{Policy, Profile, ReportPolicy};
use schemas::privacy::{Allotment, AttoDelta, Charge, NanoRho, PrivacyError, allotment, charges_of, discovery_allotment, discovery_charges_of};
use schemas::record::RecordKind;
use serde_json::json;

use super::place::development_start;
use super::{Place, failure, standing};
use crate::audit::{Audit, details};
use crate::charged::{ENTRY_DETAIL, RESERVE_FACT};
use crate::failure::Failure;
use crate::ledger::{OpenReserve, Purpose, QueryId, Request, Reservation, Reserved, Share, Standing};
use crate::store::{Entry, Lookup, Store};

/// Name of the fact, in a manifest's task, that holds the COMMIT entry.
pub(super) const COMMIT_FACT: &str = "commit_entry";
/// Name of the fact in which the step reports its charges: JSON of a list of [`Charge`].
pub(super) const CHARGES_FACT: &str = "charges";

/// What a spend is for, and what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Price {
    purpose: Purpose,
    one: Allotment,
}

impl Price {
    /// The price of what a query asks for; none where the policy discovers nothing apart from its reports.
    fn of(query: &QueryId, policy: &ReportPolicy) -> Result<Option<Self>, PrivacyError> {
        if query.is_discovery() {
            return Ok(discovery_allotment(policy)?.map(|one| Self { purpose: Purpose::Discovery, one }));
        }
        Ok(Some(Self { purpose: Purpose::Report, one: allotment(policy)? }))
    }
}

/// The charges that a spend of this price should have bought.
fn expected_charges(query: &QueryId, policy: &ReportPolicy, nano_rho: NanoRho, atto_delta: AttoDelta) -> Option<Vec<Charge>> {
    if query.is_discovery() { discovery_charges_of(policy, nano_rho, atto_delta).ok() } else { charges_of(policy, nano_rho, atto_delta).ok() }
}

/// The spend of one run.
pub struct Spend<'a> {
    store: &'a Store,
    audit: &'a Audit,
    ledger: Standing,
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
        if policy.profile == Profile::Development && place.is_absent() {
            place.create(policy, development_start(logical_day))?;
            audit.append(AuditAction::BudgetCreated, details([("development", true.into())]))?;
        }
        let ledger = standing(store, audit, place, policy)?;
        Ok(Self { store, audit, ledger, query, logical_day })
    }

    /// The facts of a committed release with the ledger's head after its commit, which cannot be in the release itself (R3).
    pub fn note_commit(&self, entry: &mut Entry) {
        if let Some(head) = self.ledger.commit_entry(&self.query) {
            entry.report.facts.insert(COMMIT_FACT.to_owned(), head.to_string());
        }
    }

    /// Whether the ledger has committed no discovery but this one.
    #[must_use]
    pub fn is_first_discovery(&self) -> bool {
        self.ledger.committed(&self.query).is_some() || !self.ledger.has_discovered()
    }

    /// The ledger entry of this discovery when it is committed and its result is not to be had any more: never drawn again, it is left out.
    #[must_use]
    pub fn lost_discovery(&self) -> Option<u64> {
        let (sequence, report) = self.ledger.committed(&self.query).filter(|_| self.query.is_discovery())?;
        self.stored(self.query, report).is_none().then_some(sequence)
    }

    /// Whether the newest discovery is to be had and says that there is no name to be found: no list is what it left, and nothing is lost.
    #[must_use]
    pub fn found_no_names(&self) -> bool {
        let Some((query, report)) = self.ledger.newest_discovery() else { return false };
        self.stored(query, report).is_some_and(|(entry, _)| {
            let mut lists = entry.files.iter().filter(|file| file.kind == RecordKind::KnownKey.number()).peekable();
            lists.peek().is_some() && lists.all(|list| list.records == 0)
        })
    }

    /// The stored result of a spend, with the folder that holds it; only that which was committed.
    fn stored(&self, query: QueryId, report: Digest) -> Option<(Entry, String)> {
        find(self.store, query).filter(|(entry, _)| report_digest(entry) == report)
    }

    /// Why a spend for a discovery would be refused; none where it fits. A night goes on without its discovery, for its report was promised.
    ///
    /// # Errors
    /// When the policy's numbers are no budget.
    pub fn no_discovery_because(&self, policy: &ReportPolicy) -> Result<Option<String>, Failure> {
        if self.ledger.committed(&self.query).is_some() {
            return Ok(None);
        }
        if let Standing::ReplayOnly(replay) = &self.ledger {
            return Ok(Some(format!("the ledger is replay-only, for {}", replay.behind())));
        }
        let price = Price::of(&self.query, policy).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        let Some(Price { one, .. }) = price else { return Ok(Some("the policy asks for none".to_owned())) };
        let (rho, delta) = self.ledger.summary().left_of(Share::Spare);
        let fits = one.nano_rho <= rho && one.threshold_delta <= delta;
        Ok((!fits).then(|| format!("it costs {} rho, and {rho} are left for discovery and losses", one.nano_rho)))
    }

    /// Takes over a committed report, or reserves budget for a new one that will be staged under `key`.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`] when the budget does not allow it; [`Exit::DigestMismatch`] when a committed report is lost or changed.
    pub fn decide(&mut self, policy: &Policy, key: Digest, stage: Digest) -> Result<Decision, Failure> {
        if let Some((sequence, report)) = self.ledger.committed(&self.query) {
            return match self.stored(self.query, report) {
                Some((entry, home)) => Ok(Decision::Stored(Box::new(entry), home)),
                None => Err(Failure::new(
                    Exit::DigestMismatch,
                    format!(
                        "release the report of ledger entry {sequence} again: the stored report is missing or changed; restore its run folder (a development ledger may be left behind with its whole runs folder)"
                    ),
                )),
            };
        }
        let price = Price::of(&self.query, &policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        let Price { purpose, one } = price.ok_or_else(|| Failure::internal("price a discovery that the policy does not ask for"))?;
        let request = Request { purpose, query: self.query, logical_day: self.logical_day, nano_rho: one.nano_rho, atto_delta: one.threshold_delta };
        self.store.point(query_digest(self.query), key)?;
        match self.ledger.reserve(&request) {
            Ok(Reserved::New(reservation)) => {
                let reserve = *reservation.reserve();
                self.audit.append(
                    AuditAction::BudgetReserved,
                    details([
                        ("reserve", reserve.sequence.into()),
                        (ENTRY_DETAIL, reserve.entry.to_string().into()),
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
    pub fn commit(&mut self, policy: &ReportPolicy, reservation: Reservation, entry: &Entry) -> Result<(), Failure> {
        let Some(charges) = charges(entry) else {
            return Err(Failure::new(Exit::BudgetRefused, "commit the report: the step did not report its charges"));
        };
        let (reserve, digest) = (reservation.reserve().sequence, report_digest(entry));
        let OpenReserve { nano_rho, atto_delta, .. } = *reservation.reserve();
        // Recomputed from bounds and budget, not believed: noise and thresholds are those the reserve should have bought.
        if expected_charges(&self.query, policy, nano_rho, atto_delta).as_ref() != Some(&charges) {
            return Err(Failure::new(Exit::BudgetRefused, "commit the report: its noise or thresholds are not those of its price and bounds"));
        }
        self.ledger.commit(reservation, digest, &charges).map_err(failure)?;
        self.audit.append(AuditAction::BudgetCommitted, details([("reserve", reserve.into()), ("report", json!(digest))]))
    }

    /// Notes that the step failed; the spend stays, since noise may have been drawn.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn lose(&mut self, reservation: Reservation) -> Result<(), Failure> {
        let reserve = reservation.reserve().sequence;
        self.ledger.lose(reservation).map_err(failure)?;
        self.audit.append(AuditAction::BudgetLost, details([("reserve", reserve.into())]))
    }
}

/// A staged report that was drawn for this reserve, with noise that can be recomputed from this policy.
pub(super) fn staged_report(store: &Store, policy: &Policy, open: &OpenReserve) -> Option<(Digest, Vec<Charge>)> {
    let (entry, _) = find(store, open.query)?;
    // A report that was drawn for an earlier reserve must not be bound to this one.
    let drawn_for = entry.report.facts.get(RESERVE_FACT)?;
    (*drawn_for == open.entry.to_string()).then_some(())?;
    // Nor one whose noise cannot be recomputed from this policy: then the spend is lost, which is never too little.
    let charges = charges(&entry)?;
    let expected = expected_charges(&open.query, &policy.report, open.nano_rho, open.atto_delta)?;
    (charges == expected).then(|| (report_digest(&entry), charges))
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
