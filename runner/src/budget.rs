//! Spending privacy budget around the one step that draws noise: reserve, draw, stage, commit - in this order, whatever dies in between.
//!
//! A release is identified by its input, its `[report]` policy and its query set. The store keeps, by that identity, the key under which the report is
//! staged, so that a report that was staged but not committed is completed, and a committed one is taken over and never drawn again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::{Policy, Profile, ReportPolicy};
use schemas::privacy::{Allotment, AttoDelta, Charge, NanoRho, PrivacyError, allotment, charges_of, discovery_allotment, discovery_charges_of};
use serde_json::json;

use crate::audit::{Audit, details};
use crate::charged::{self, ENTRY_DETAIL, RESERVE_FACT};
use crate::disk;
use crate::failure::Failure;
use crate::ledger::{
    self, Evidence, Ledger, LedgerError, LedgerPolicy, OpenReserve, Purpose, QueryId, ReplayOnly, Request, Reservation, Reserved, Share, Standing,
};
use crate::question::staged_answer;
use crate::retention::survey::day_of;
use crate::store::{Entry, Lookup, Store};
use schemas::audit::AuditAction;
use schemas::record::RecordKind;

/// Name of the fact, in a manifest's task, that holds the COMMIT entry.
const COMMIT_FACT: &str = "commit_entry";
/// Name of the fact in which the step reports its charges: JSON of a list of [`Charge`].
const CHARGES_FACT: &str = "charges";
/// Days before its first run on which the period of a ledger that a development run makes begins, so that earlier days can still be run.
const DEVELOPMENT_BACKFILL_DAYS: i32 = 31;
/// How often a run that finds the ledger in use tries again, and how long it waits in between: another date's run holds it for seconds.
const LOCK_TRIES: u32 = 1_200;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Where the ledger and its anchor lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The ledger.
    pub ledger: PathBuf,
    /// Its anchor, on another volume if there is one.
    pub anchor: PathBuf,
    /// The runs folder, whose manifests and audit log name entries of the ledger.
    runs: PathBuf,
}

impl Place {
    /// The given paths, or `ledger/` in the runs folder and `ledger.anchor` in the folder that holds the runs folder.
    #[must_use]
    pub fn of(runs: &Path, ledger: Option<&Path>, anchor: Option<&Path>) -> Self {
        Self {
            ledger: ledger.map_or_else(|| runs.join(".ledger/ledger.jsonl"), Path::to_owned),
            anchor: anchor.map_or_else(|| runs.join(".anchor/ledger.anchor"), Path::to_owned),
            runs: runs.to_owned(),
        }
    }

    /// What is spent and left; none when there is no ledger yet.
    ///
    /// # Errors
    /// When the ledger cannot be trusted, or is gone although a report was charged to it.
    pub fn summary(&self) -> Result<Option<ledger::Summary>, Failure> {
        if self.is_absent() {
            return self.refuse_anew().map(|()| None);
        }
        // Read first: what is named now was in the ledger before.
        let named = self.named();
        ledger::read_holding(&self.ledger, &self.anchor, &named).map(Some).map_err(failure)
    }

    /// Why the ledger serves replays alone; none when it is in full service, or there is none.
    ///
    /// # Errors
    /// When the ledger cannot be trusted for replays either, or is gone although a report was charged to it.
    pub fn replay_only(&self) -> Result<Option<ledger::Behind>, Failure> {
        if self.is_absent() {
            return self.refuse_anew().map(|()| None);
        }
        let named = self.named();
        match ledger::read_holding(&self.ledger, &self.anchor, &named) {
            Ok(_) => Ok(None),
            Err(error) if error.may_be_older_copy() => {
                ReplayOnly::read(&self.ledger, &self.anchor, &named).map(|replay| Some(replay.behind().clone())).map_err(failure)
            }
            Err(error) => Err(failure(error)),
        }
    }

    /// Returns a restored ledger to full service, which the audit log says before it is: see [`Ledger::prove`].
    ///
    /// # Errors
    /// When the newest entry is not proved, or the ledger cannot be trusted.
    pub fn prove(&self, audit: &Audit, heads: Vec<Digest>) -> Result<ledger::Summary, Failure> {
        let evidence = self.evidence(heads);
        Ledger::prove(&self.ledger, &self.anchor, &evidence, |summary| {
            let labels = details([("sequence", summary.sequence.into()), ("head", summary.head.to_string().into())]);
            audit.append(AuditAction::BudgetProved, labels).map_err(ProveError::Audit)
        })
        .map_err(ProveError::into_failure)
    }

    /// Returns an older copy to full service by a charge of all that it may lack: see [`Ledger::recharge`].
    ///
    /// # Errors
    /// When the charge cannot be known, or the ledger cannot be trusted.
    pub fn recharge(
        &self,
        audit: &Audit,
        heads: Vec<Digest>,
        until: ledger::Until,
        reason: &str,
    ) -> Result<(ledger::Summary, Option<ledger::Recharge>), Failure> {
        let evidence = self.evidence(heads);
        let (summary, charge) = Ledger::recharge(&self.ledger, &self.anchor, &evidence, until, reason).map_err(failure)?;
        let labels = details([("reason", reason.into()), ("sequence", summary.sequence.into()), (ENTRY_DETAIL, summary.head.to_string().into())]);
        audit.append(AuditAction::BudgetRecharged, labels)?;
        Ok((summary, charge))
    }

    fn evidence(&self, heads: Vec<Digest>) -> Evidence {
        let pairs = |found: Vec<charged::Charged>| found.into_iter().map(|charged| (charged.place, charged.entry)).collect();
        let runs = charged::runs_of(&self.runs);
        let newest_run = runs.into_iter().filter_map(|run| Some((day_of(run.get(..10)?)?, format!("the run {run}")))).max();
        Evidence { named: pairs(charged::all(&self.runs)), heads, newest_run, policies: pairs(charged::policies(&self.runs)) }
    }

    /// The ledger as a list of spends; none when there is no ledger yet.
    ///
    /// # Errors
    /// As [`Place::summary`].
    pub fn history(&self) -> Result<Option<(ledger::Summary, Vec<ledger::Row>)>, Failure> {
        if self.is_absent() {
            return self.refuse_anew().map(|()| None);
        }
        let named = self.named();
        ledger::history(&self.ledger, &self.anchor, &named).map(Some).map_err(failure)
    }

    /// Records a changed promise, or begins a new period, with the operator's reason.
    ///
    /// # Errors
    /// When the ledger cannot be trusted, a spend is open, or the period is not over.
    pub fn change_policy(&self, policy: &Policy, renew: bool, reason: &str, logical_day: i32) -> Result<ledger::Summary, Failure> {
        let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        let mut ledger = Ledger::open_any_policy(&self.ledger, &self.anchor).map_err(failure)?;
        ledger.require_named(&self.named()).map_err(failure)?;
        ledger.change_policy(&promise, renew, reason, logical_day).map_err(failure)?;
        Ok(ledger.summary())
    }

    /// Completes a ledger whose maker died before it wrote the anchor; does nothing to any other.
    pub fn complete(&self, policy: &Policy, logical_day: i32) {
        if self.ledger.exists() && !self.anchor.exists() {
            // A ledger that holds more than its beginning is left alone: then the anchor is lost, and opening it says so. One that a
            // development run began has an earlier first day than one that was told to begin on this.
            let days = if policy.profile == Profile::Development { &[development_start(logical_day), logical_day][..] } else { &[logical_day] };
            let _ = days.iter().any(|&day| self.create(policy, day).is_ok());
        }
    }

    fn is_absent(&self) -> bool {
        !self.ledger.exists() && !self.anchor.exists()
    }

    fn named(&self) -> Vec<(String, Digest)> {
        charged::newest(&self.runs).into_iter().map(|charged| (charged.place, charged.entry)).collect()
    }

    /// A ledger must not begin anew, with a full budget, beside reports that were charged to an earlier one.
    fn refuse_anew(&self) -> Result<(), Failure> {
        match charged::any(&self.runs) {
            None => Ok(()),
            Some(charged) => Err(Failure::new(
                Exit::BudgetRefused,
                format!(
                    "find the budget ledger: {} names an entry of one; restore it and its anchor (to begin anew takes an empty runs folder)",
                    charged.place
                ),
            )),
        }
    }

    /// Makes a new ledger. Both files must be absent, and no report may have been charged to an earlier one.
    ///
    /// # Errors
    /// When one is there, was there, or cannot be written.
    pub fn create(&self, policy: &Policy, logical_day: i32) -> Result<(), Failure> {
        self.refuse_anew()?;
        for path in [&self.ledger, &self.anchor] {
            path.parent().map_or(Ok(()), |folder| disk::make_dir(folder, disk::RAW_DIR_MODE))?;
        }
        let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        Ledger::create(&self.ledger, &self.anchor, &promise, logical_day).map_err(failure)
    }
}

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

/// The ledger of a place, for the promise of a policy, once no other process holds it; with every entry that runs and the audit log name. What
/// a dead process left is finished. A ledger that may be an older copy serves replays alone, which the audit log says.
pub(crate) fn standing(store: &Store, audit: &Audit, place: &Place, policy: &Policy) -> Result<Standing, Failure> {
    let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
    let named = place.named();
    let opened = open_waiting(place, &promise, LOCK_TRIES).and_then(|ledger| ledger.require_named(&named).map(|()| ledger));
    let mut ledger = match opened {
        Ok(ledger) => ledger,
        Err(error) if error.may_be_older_copy() => {
            let replay = ReplayOnly::read(&place.ledger, &place.anchor, &named).map_err(failure)?;
            audit.append(AuditAction::BudgetReplayOnly, details([("reason", replay.behind().to_string().into())]))?;
            return Ok(Standing::ReplayOnly(replay));
        }
        Err(error) => return Err(failure(error)),
    };
    let staged = |open: &OpenReserve| staged_report(store, policy, open).or_else(|| staged_answer(&place.runs, open));
    if let Some((reserve, completed)) = ledger.recover(staged).map_err(failure)? {
        let action = if completed { AuditAction::BudgetCommitted } else { AuditAction::BudgetLost };
        audit.append(action, details([("reserve", reserve.sequence.into()), ("recovered", true.into())]))?;
    }
    Ok(Standing::Full(ledger))
}

/// A staged report that was drawn for this reserve, with noise that can be recomputed from this policy.
pub(crate) fn staged_report(store: &Store, policy: &Policy, open: &OpenReserve) -> Option<(Digest, Vec<Charge>)> {
    let (entry, _) = find(store, open.query)?;
    // A report that was drawn for an earlier reserve must not be bound to this one.
    let drawn_for = entry.report.facts.get(RESERVE_FACT)?;
    (*drawn_for == open.entry.to_string()).then_some(())?;
    // Nor one whose noise cannot be recomputed from this policy: then the spend is lost, which is never too little.
    let charges = charges(&entry)?;
    let expected = expected_charges(&open.query, &policy.report, open.nano_rho, open.atto_delta)?;
    (charges == expected).then(|| (report_digest(&entry), charges))
}

/// First day of a ledger that a development run makes.
fn development_start(logical_day: i32) -> i32 {
    (logical_day - DEVELOPMENT_BACKFILL_DAYS).max(0)
}

/// Runs of different dates are independent but for the ledger: the second waits for the first's report to be drawn.
fn open_waiting(place: &Place, promise: &LedgerPolicy, tries: u32) -> Result<Ledger, LedgerError> {
    for _ in 1..tries {
        match Ledger::open(&place.ledger, &place.anchor, promise) {
            Err(LedgerError::Locked) => std::thread::sleep(LOCK_PAUSE),
            other => return other,
        }
    }
    Ledger::open(&place.ledger, &place.anchor, promise)
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

/// What may go wrong while a ledger is proved.
enum ProveError {
    Ledger(LedgerError),
    Audit(Failure),
}

impl From<LedgerError> for ProveError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl ProveError {
    fn into_failure(self) -> Failure {
        match self {
            Self::Ledger(error) => failure(error),
            Self::Audit(failure) => failure,
        }
    }
}

pub(crate) fn failure(error: LedgerError) -> Failure {
    Failure::new(error.exit(), error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{StoredFile, Usage, entry};
    use schemas::report::StageReport;

    const DAY: i32 = 20_777;

    struct Case {
        dir: tempfile::TempDir,
        store: Store,
        audit: Audit,
        place: Place,
        policy: Policy,
    }

    impl Case {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join("home")).unwrap();
            let (store, audit, place) = (Store::of(dir.path()), Audit::of(dir.path()), Place::of(dir.path(), None, None));
            Self { dir, store, audit, place, policy: Policy::default() }
        }

        fn open(&self) -> Result<Spend<'_>, Failure> {
            let query = QueryId { input: Digest::of(b"input"), policy: self.policy.digest(), query: Digest::of(b"query") };
            Spend::open(&self.store, &self.audit, &self.place, &self.policy, query, DAY)
        }

        fn draw(&self, spend: &mut Spend<'_>) -> (Reservation, BTreeMap<String, String>) {
            match spend.decide(&self.policy, Digest::of(b"key"), Digest::of(b"stage")).unwrap() {
                Decision::Draw(reservation, parameters) => (reservation, parameters),
                Decision::Stored(..) => panic!("nothing was released yet"),
            }
        }

        /// What the step would leave: a file, its charges and the reserve it drew for.
        fn stage(&self, reservation: &Reservation) -> Entry {
            let reserve = reservation.reserve();
            let charges = charges_of(&self.policy.report, reserve.nano_rho, reserve.atto_delta).unwrap();
            self.stage_with(reservation, &charges)
        }

        fn stage_with(&self, reservation: &Reservation, charges: &[Charge]) -> Entry {
            self.stage_file(reservation, charges, RecordKind::Release, 0)
        }

        fn stage_file(&self, reservation: &Reservation, charges: &[Charge], kind: RecordKind, records: u64) -> Entry {
            let path = self.dir.path().join("home/release.lmq");
            std::fs::write(&path, b"report").unwrap();
            let mut report = StageReport::default();
            report.facts.insert(CHARGES_FACT.to_owned(), serde_json::to_string(charges).unwrap());
            report.facts.insert(RESERVE_FACT.to_owned(), reservation.reserve().entry.to_string());
            let file = StoredFile {
                name: "release".to_owned(),
                kind: kind.number(),
                file: "release.lmq".to_owned(),
                digest: Digest::of(b"report"),
                bytes: 6,
                records,
                stat: crate::sources::StatId::of(&std::fs::metadata(&path).unwrap()),
            };
            let entry = entry(Digest::of(b"key"), "dp-report.release".to_owned(), "home".to_owned(), vec![file], report, Usage::default());
            self.store.put(&entry).unwrap();
            entry
        }

        fn numbers(&self) -> (u64, u64) {
            let summary = self.place.summary().unwrap().unwrap();
            (summary.committed, summary.lost)
        }

        fn check_stored(&self) {
            match self.open().unwrap().decide(&self.policy, Digest::of(b"another key"), Digest::of(b"rebuilt stage")).unwrap() {
                Decision::Stored(entry, home) => assert_eq!((entry.key, home.as_str()), (Digest::of(b"key"), "home")),
                Decision::Draw(..) => panic!("a committed report is never drawn again"),
            }
        }
    }

    #[test]
    fn a_committed_report_is_taken_over_and_costs_nothing() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, parameters) = case.draw(&mut spend);
        assert!(parameters.contains_key("nano_rho"));
        let entry = case.stage(&reservation);
        spend.commit(&case.policy.report, reservation, &entry).unwrap();
        // The ledger's head after the commit, for the manifest: the same at the draw and at every replay (R3).
        let noted = |spend: &Spend<'_>| {
            let mut entry = entry.clone();
            spend.note_commit(&mut entry);
            entry.report.facts[COMMIT_FACT].clone()
        };
        let head = noted(&spend);
        drop(spend);
        case.check_stored();
        assert_eq!(case.numbers(), (1, 0));
        assert_eq!(case.place.summary().unwrap().unwrap().head.to_string(), head);
        assert_eq!(noted(&case.open().unwrap()), head);
    }

    #[test]
    fn a_report_staged_by_a_dead_process_is_completed() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, _) = case.draw(&mut spend);
        case.stage(&reservation);
        drop((spend, reservation));
        case.check_stored();
        assert_eq!(case.numbers(), (1, 0));
    }

    #[test]
    fn a_reserve_without_a_report_is_lost_and_a_new_one_is_made() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, _) = case.draw(&mut spend);
        drop((spend, reservation));
        let mut spend = case.open().unwrap();
        drop(case.draw(&mut spend));
        drop(spend);
        assert_eq!(case.numbers(), (0, 1));
    }

    /// Noise that is worth the price in total, but a threshold below the one its delta buys: refused, and lost at the next opening.
    #[test]
    fn charges_are_recomputed_and_not_believed() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, _) = case.draw(&mut spend);
        let OpenReserve { nano_rho, atto_delta, .. } = *reservation.reserve();
        let mut charges = charges_of(&case.policy.report, nano_rho, atto_delta).unwrap();
        *charges[0].threshold.as_mut().unwrap() -= 2;
        schemas::privacy::check_charges(&charges, nano_rho, atto_delta).unwrap();
        let entry = case.stage_with(&reservation, &charges);
        let refused = spend.commit(&case.policy.report, reservation, &entry).unwrap_err();
        assert_eq!(refused.exit, Exit::BudgetRefused);
        drop(spend);
        drop(case.open().unwrap());
        assert_eq!(case.numbers(), (0, 1));
    }

    #[test]
    fn a_report_of_an_earlier_reserve_does_not_complete_a_later_one() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, _) = case.draw(&mut spend);
        case.stage(&reservation);
        spend.lose(reservation).unwrap();
        drop(case.draw(&mut spend));
        drop(spend);
        drop(case.open().unwrap());
        assert_eq!(case.numbers(), (0, 2));
    }

    #[test]
    fn a_committed_report_that_changed_is_refused() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, _) = case.draw(&mut spend);
        let entry = case.stage(&reservation);
        spend.commit(&case.policy.report, reservation, &entry).unwrap();
        drop(spend);
        std::fs::write(case.dir.path().join("home/release.lmq"), b"REPORT").unwrap();
        let refused = case.open().unwrap().decide(&case.policy, Digest::of(b"key"), Digest::of(b"stage")).err().map(|failure| failure.exit);
        assert_eq!(refused, Some(Exit::DigestMismatch));
    }

    /// The names that a discovery found are not drawn again when they are lost; where they are to be had, they are taken over.
    #[test]
    fn a_lost_discovery_is_known_and_not_drawn_again() {
        let mut case = Case::new();
        case.policy.report.schedule = schemas::policy::Schedule::Nightly;
        let query = QueryId::discovery(DAY, case.policy.digest());
        let open = || Spend::open(&case.store, &case.audit, &case.place, &case.policy, query, DAY).unwrap();
        let mut spend = open();
        assert_eq!(spend.lost_discovery(), None);
        let (reservation, _) = case.draw(&mut spend);
        let OpenReserve { nano_rho, atto_delta, .. } = *reservation.reserve();
        let entry = case.stage_with(&reservation, &discovery_charges_of(&case.policy.report, nano_rho, atto_delta).unwrap());
        spend.commit(&case.policy.report, reservation, &entry).unwrap();
        assert_eq!(spend.lost_discovery(), None);
        drop(spend);
        let file = case.dir.path().join("home/release.lmq");
        std::fs::write(&file, b"REPORT").unwrap();
        let mut spend = open();
        let before = case.numbers();
        assert!(spend.lost_discovery().is_some());
        assert_eq!(
            spend.decide(&case.policy, Digest::of(b"key"), Digest::of(b"stage")).err().map(|failure| failure.exit),
            Some(Exit::DigestMismatch)
        );
        assert_eq!(case.numbers(), before, "nothing is spent on it");
        drop(spend);
        std::fs::write(&file, b"report").unwrap();
        assert_eq!(open().lost_discovery(), None, "restored");
        // The report of a night that is lost is another matter: it is what was promised, and ends the run.
        let report = case.open().unwrap();
        assert_eq!(report.lost_discovery(), None);
    }

    /// A list that names nothing is what an honest discovery may leave; one that is lost, or that names something, leaves none.
    #[test]
    fn a_discovery_that_found_nothing_is_told_from_a_lost_one() {
        for (kind, records, expected) in [(RecordKind::KnownKey, 0, true), (RecordKind::KnownKey, 2, false), (RecordKind::Release, 0, false)] {
            let mut case = Case::new();
            case.policy.report.schedule = schemas::policy::Schedule::Nightly;
            let open = |query| Spend::open(&case.store, &case.audit, &case.place, &case.policy, query, DAY).unwrap();
            let mut spend = open(QueryId::discovery(DAY, case.policy.digest()));
            assert!(!spend.found_no_names(), "nothing was looked for");
            let (reservation, _) = case.draw(&mut spend);
            let OpenReserve { nano_rho, atto_delta, .. } = *reservation.reserve();
            let charges = discovery_charges_of(&case.policy.report, nano_rho, atto_delta).unwrap();
            let entry = case.stage_file(&reservation, &charges, kind, records);
            spend.commit(&case.policy.report, reservation, &entry).unwrap();
            drop(spend);
            let next = || open(QueryId::discovery(DAY + 1, case.policy.digest())).found_no_names();
            assert_eq!(next(), expected, "{kind:?} {records}");
            std::fs::write(case.dir.path().join("home/release.lmq"), b"REPORT").unwrap();
            assert!(!next(), "it is lost");
        }
    }

    #[test]
    fn production_never_makes_a_ledger_by_itself() {
        let mut case = Case::new();
        case.policy.profile = Profile::Production;
        assert_eq!(case.open().err().map(|failure| failure.exit), Some(Exit::BudgetRefused));
        case.place.create(&case.policy, DAY).unwrap();
        assert!(case.open().is_ok());
    }

    #[test]
    fn a_development_ledger_takes_earlier_days_up_to_its_start() {
        let case = Case::new();
        drop(case.open().unwrap());
        let at = |day: i32| {
            let query = QueryId { input: Digest::of(&day.to_le_bytes()), policy: case.policy.digest(), query: Digest::of(b"query") };
            let mut spend = Spend::open(&case.store, &case.audit, &case.place, &case.policy, query, day).unwrap();
            spend.decide(&case.policy, Digest::of(b"key"), Digest::of(b"stage")).map(|_| ())
        };
        at(DAY + 1).unwrap();
        at(DAY).unwrap();
        at(DAY - DEVELOPMENT_BACKFILL_DAYS).unwrap();
        let failure = at(DAY - DEVELOPMENT_BACKFILL_DAYS - 1).expect_err("before the period");
        assert_eq!(failure.exit, Exit::BudgetRefused);
        assert!(failure.sentence().contains("2026-10-19") && failure.sentence().contains("2026-10-20"), "{}", failure.sentence());
    }

    /// Finding 11 of the review of issue 2: removing both files gave a full budget.
    #[test]
    fn a_ledger_that_was_charged_does_not_begin_anew() {
        let case = Case::new();
        drop(case.draw(&mut case.open().unwrap()));
        std::fs::remove_dir_all(case.dir.path().join(".ledger")).unwrap();
        std::fs::remove_dir_all(case.dir.path().join(".anchor")).unwrap();
        let check = |failure: Option<Failure>| {
            let failure = failure.expect("refused");
            assert_eq!(failure.exit, Exit::BudgetRefused);
            assert!(failure.sentence().contains("the audit log"), "{}", failure.sentence());
        };
        check(case.open().err());
        check(case.place.create(&case.policy, DAY).err());
        check(case.place.summary().err());
        let elsewhere = Place::of(case.dir.path(), Some(&case.dir.path().join("other")), Some(&case.dir.path().join("other.anchor")));
        check(elsewhere.create(&case.policy, DAY).err());
    }

    #[test]
    fn a_ledger_that_lacks_a_charged_entry_is_refused() {
        let case = Case::new();
        let promise = LedgerPolicy::from_report(&case.policy.report).unwrap();
        drop(case.open().unwrap());
        let files = [&case.place.ledger, &case.place.anchor];
        let old = files.map(|path| std::fs::read(path).unwrap());
        drop(case.draw(&mut case.open().unwrap()));
        // Ledger and anchor restored together from before the spend: each fits the other.
        files.iter().zip(old).for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
        Ledger::open(&case.place.ledger, &case.place.anchor, &promise).map(drop).unwrap();
        let failure = case.place.summary().expect_err("refused");
        assert_eq!(failure.exit, Exit::BudgetRefused);
        assert!(failure.sentence().contains("lacks the entry that the audit log names"), "{}", failure.sentence());
        // It serves replays alone: there are none yet, and nothing is drawn.
        let mut spend = case.open().unwrap();
        let failure = spend.decide(&case.policy, Digest::of(b"key"), Digest::of(b"stage")).err().expect("refused");
        assert_eq!(failure.exit, Exit::BudgetRefused);
        assert!(failure.sentence().contains("replay-only, for the audit log names an entry"), "{}", failure.sentence());
    }

    /// A copy that holds a committed report releases it again; what was drawn after the copy was made is not drawn a second time before all is charged.
    #[test]
    fn a_restored_ledger_releases_committed_reports_alone_until_it_is_charged() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        let (reservation, _) = case.draw(&mut spend);
        let entry = case.stage(&reservation);
        spend.commit(&case.policy.report, reservation, &entry).unwrap();
        drop(spend);
        let files = [&case.place.ledger, &case.place.anchor];
        let copy = files.map(|path| std::fs::read(path).unwrap());
        let next = || {
            let query = QueryId { input: Digest::of(b"tomorrow"), policy: case.policy.digest(), query: Digest::of(b"query") };
            let mut spend = Spend::open(&case.store, &case.audit, &case.place, &case.policy, query, DAY).unwrap();
            spend.decide(&case.policy, Digest::of(b"tomorrow"), Digest::of(b"stage")).map(drop)
        };
        next().unwrap();
        files.iter().zip(copy).for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
        assert!(case.place.replay_only().unwrap().is_some());
        case.check_stored();
        assert_eq!(next().unwrap_err().exit, Exit::BudgetRefused);
        let failure = case.place.prove(&case.audit, Vec::new()).unwrap_err();
        assert!(failure.sentence().contains("older copy"), "{}", failure.sentence());
        case.place.recharge(&case.audit, Vec::new(), ledger::Until { day: DAY, is_past: false }, "a fire").unwrap();
        assert_eq!(case.place.replay_only().unwrap(), None);
        case.check_stored();
        let failure = next().unwrap_err();
        assert!(failure.sentence().contains("0 are left"), "under `once` all is charged: {}", failure.sentence());
        let mut actions = Vec::new();
        case.audit.walk(|line| actions.push(crate::audit::action(&line.event).to_owned())).unwrap();
        for action in ["budget_replay_only", "budget_refused", "budget_recharged"] {
            assert!(actions.iter().any(|found| found == action), "{action}: {actions:?}");
        }
    }

    /// Disaster recovery: the ledger is there, its anchor is not.
    #[test]
    fn a_lost_anchor_is_written_anew_when_the_newest_entry_is_proved() {
        let case = Case::new();
        let (reservation, _) = case.draw(&mut case.open().unwrap());
        let head = reservation.reserve().entry;
        let anchor = std::fs::read(&case.place.anchor).unwrap();
        std::fs::remove_file(&case.place.anchor).unwrap();
        assert_eq!(case.place.prove(&case.audit, Vec::new()).unwrap_err().exit, Exit::BudgetRefused);
        case.place.prove(&case.audit, vec![head]).unwrap();
        assert_eq!(std::fs::read(&case.place.anchor).unwrap(), anchor);
        drop(case.draw(&mut case.open().unwrap()));
        assert_eq!(case.numbers(), (0, 1));
    }

    #[test]
    fn a_run_waits_for_the_run_that_holds_the_ledger() {
        let case = Case::new();
        let promise = LedgerPolicy::from_report(&case.policy.report).unwrap();
        let held = case.open().unwrap();
        assert_eq!(open_waiting(&case.place, &promise, 1).err(), Some(LedgerError::Locked));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| open_waiting(&case.place, &promise, LOCK_TRIES).map(|_| ()));
            std::thread::sleep(LOCK_PAUSE * 2);
            drop(held);
            waiter.join().unwrap().unwrap();
        });
    }

    #[test]
    fn a_reserve_is_audited() {
        let case = Case::new();
        let mut spend = case.open().unwrap();
        drop(case.draw(&mut spend));
        let mut actions = Vec::new();
        case.audit.walk(|line| actions.push(crate::audit::action(&line.event).to_owned())).unwrap();
        assert_eq!(actions, ["budget_created", "budget_reserved"]);
    }
}
