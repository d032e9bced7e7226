//! Spends over a real ledger and store, with what a step would have left.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::{Policy, Profile};
use schemas::privacy::{Charge, charges_of, discovery_charges_of};
use schemas::record::RecordKind;
use schemas::report::StageReport;

use super::place::DEVELOPMENT_BACKFILL_DAYS;
use super::spend::{CHARGES_FACT, COMMIT_FACT};
use super::standing::{LOCK_PAUSE, LOCK_TRIES, open_waiting};
use super::{Decision, Place, Spend};
use crate::audit::Audit;
use crate::charged::RESERVE_FACT;
use crate::failure::Failure;
use crate::ledger::{self, Ledger, LedgerError, LedgerPolicy, OpenReserve, QueryId, Reservation};
use crate::store::{Entry, Store, StoredFile, Usage, entry};

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
    assert_eq!(spend.decide(&case.policy, Digest::of(b"key"), Digest::of(b"stage")).err().map(|failure| failure.exit), Some(Exit::DigestMismatch));
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
