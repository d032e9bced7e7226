//! The ledger under honest use.

mod accountant;
mod crash;
mod golden;
mod oracle;
mod refuse;
mod restored;
mod sync;
mod tamper;
mod year;

use std::path::PathBuf;

use schemas::ids::Digest;
use schemas::policy::{Discovery, ReportPolicy, Schedule};
use schemas::privacy::{AttoDelta, Charge, Mechanism, NanoRho, Ratio};
use schemas::record::Metric;

use super::*;

const DAY: i32 = 20_000;
const RHO: u64 = 20_000_000;
const DELTA: u64 = 5_000_000_000_000;

struct Bench {
    dir: tempfile::TempDir,
    policy: LedgerPolicy,
}

impl Bench {
    fn new(schedule: Schedule) -> Self {
        let report = ReportPolicy { schedule, ..ReportPolicy::default() };
        let bench = Self { dir: tempfile::tempdir().unwrap(), policy: LedgerPolicy::from_report(&report).unwrap() };
        Ledger::create(&bench.ledger(), &bench.anchor(), &bench.policy, DAY).unwrap();
        bench
    }
    fn ledger(&self) -> PathBuf {
        self.dir.path().join("ledger.jsonl")
    }
    fn anchor(&self) -> PathBuf {
        self.dir.path().join("anchor.json")
    }
    /// Opens it. A program that another test is just starting (an oracle in Python) shares the locks of this process for a moment: a lock is
    /// tried again for a second.
    fn open(&self) -> Result<Ledger, LedgerError> {
        let open = || Ledger::open(&self.ledger(), &self.anchor(), &self.policy);
        for _ in 0..200 {
            match open() {
                Err(LedgerError::Locked) => std::thread::sleep(std::time::Duration::from_millis(5)),
                opened => return opened,
            }
        }
        open()
    }
    /// What another process reads once `ledger` is closed.
    fn open_after(&self, ledger: Ledger) -> Ledger {
        drop(ledger);
        self.open().unwrap()
    }
    fn spent(&self) -> u64 {
        read(&self.ledger(), &self.anchor()).unwrap().spent_nano_rho.0
    }
}

fn query(number: u32) -> QueryId {
    QueryId { input: Digest::of(&number.to_le_bytes()), policy: Digest::of(b"policy"), query: Digest::of(b"query") }
}

fn request(number: u32) -> Request {
    let (nano_rho, atto_delta) = (NanoRho(RHO), AttoDelta(DELTA));
    Request { purpose: Purpose::Report, query: query(number), logical_day: DAY, nano_rho, atto_delta }
}

fn charges(nano_rho: u64, atto_delta: u64) -> Vec<Charge> {
    let scale = Ratio::new(500_000_000, nano_rho).unwrap();
    let metric = Metric::EventType;
    let (nano_rho, atto_delta) = (NanoRho(nano_rho), AttoDelta(atto_delta));
    vec![Charge { metric, mechanism: Mechanism::DiscreteGaussian, scale, l0: 1, nano_rho, atto_delta, threshold: Some(50) }]
}

fn new_reserve(ledger: &mut Ledger, number: u32) -> Reservation {
    match ledger.reserve(&request(number)).unwrap() {
        Reserved::New(reservation) => reservation,
        Reserved::Replay { .. } => panic!("a new query is no replay"),
    }
}

fn spend(ledger: &mut Ledger, number: u32) {
    let reservation = new_reserve(ledger, number);
    ledger.commit(reservation, Digest::of(&number.to_le_bytes()), &charges(RHO, DELTA)).unwrap();
}

#[test]
fn spends_survive_reopening() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    spend(&mut bench.open().unwrap(), 2);
    let summary = bench.open().unwrap().summary();
    assert_eq!((summary.spent_nano_rho.0, summary.spent_atto_delta.0, summary.committed), (2 * RHO, 2 * DELTA, 2));
    assert_eq!(summary.left_nano_rho.0 + summary.spent_nano_rho.0, summary.policy.cap_nano_rho.0);
    assert_eq!(read(&bench.ledger(), &bench.anchor()).unwrap(), summary);
}

#[test]
fn the_same_release_again_is_a_free_replay() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    let before = std::fs::read(bench.ledger()).unwrap();
    let mut ledger = bench.open().unwrap();
    assert_eq!(ledger.reserve(&request(1)).unwrap(), Reserved::Replay { report: Digest::of(&1_u32.to_le_bytes()), sequence: 1 });
    assert_eq!(std::fs::read(bench.ledger()).unwrap(), before);
}

#[test]
fn a_reserve_is_durable_before_it_is_returned() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    let reservation = new_reserve(&mut ledger, 1);
    let summary = read(&bench.ledger(), &bench.anchor()).unwrap();
    assert_eq!((summary.spent_nano_rho.0, summary.open), (RHO, Some(reservation.reserve().sequence)));
    assert_eq!(file::read_anchor(&bench.anchor()).unwrap().unwrap().head, reservation.reserve().entry);
    let parameters = ledger.summary().release_parameters(reservation.reserve(), AttoDelta(1), Digest::of(b"stage"));
    assert_eq!((parameters.spent_nano_rho.0, parameters.ledger_entry), (RHO, reservation.reserve().entry));
}

#[test]
fn a_failed_step_keeps_its_spend() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    let reservation = new_reserve(&mut ledger, 1);
    ledger.lose(reservation).unwrap();
    assert_eq!((ledger.summary().spent_nano_rho.0, ledger.summary().lost), (RHO, 1));
    spend(&mut ledger, 1);
    assert_eq!(ledger.summary().spent_nano_rho.0, 2 * RHO);
}

#[test]
fn every_night_of_a_period_is_served_and_the_next_is_not() {
    let bench = Bench::new(Schedule::Nightly);
    let one =
        schemas::privacy::allotment(&ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::EveryReport, ..ReportPolicy::default() })
            .unwrap();
    let mut ledger = bench.open().unwrap();
    let night = |day: u32| Request {
        purpose: Purpose::Report,
        query: query(day),
        logical_day: DAY + i32::try_from(day).unwrap(),
        nano_rho: one.nano_rho,
        atto_delta: one.threshold_delta,
    };
    let serve = |ledger: &mut Ledger, day: u32| match ledger.reserve(&night(day))? {
        Reserved::New(reservation) => ledger.commit(reservation, Digest::of(b"r"), &charges(one.nano_rho.0, one.threshold_delta.0)),
        Reserved::Replay { .. } => panic!("each night is new"),
    };
    for day in 0..365 {
        serve(&mut ledger, day).unwrap();
    }
    assert_eq!(ledger.summary().nights_left, 0);
    assert!(matches!(serve(&mut ledger, 365), Err(LedgerError::OverBudget(_))));
    ledger.change_policy(&bench.policy, true, "a new year, agreed with the privacy officer", DAY + 365).unwrap();
    serve(&mut ledger, 366).unwrap();
    assert_eq!((ledger.summary().nights_left, ledger.summary().spent_nano_rho), (364, one.nano_rho));
    drop(ledger);
    assert_eq!(bench.open().unwrap().summary().nights_left, 364);
}

/// Finding 9 of the review of issue 2: a late or parallel earlier day could never be published.
#[test]
fn an_earlier_day_after_a_later_one_is_charged_in_full_once() {
    let bench = Bench::new(Schedule::Nightly);
    let one =
        schemas::privacy::allotment(&ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::EveryReport, ..ReportPolicy::default() })
            .unwrap();
    let night = |number: u32, logical_day| Request {
        purpose: Purpose::Report,
        query: query(number),
        logical_day,
        nano_rho: one.nano_rho,
        atto_delta: one.threshold_delta,
    };
    // The second of a day is not the schedule's any more, wherever in the order its day came.
    for (number, day, nights_left) in [(1, 9, 364), (2, 3, 363), (3, 7, 362), (4, 3, 362), (5, 0, 361)] {
        let mut ledger = bench.open().unwrap();
        let Reserved::New(reservation) = ledger.reserve(&night(number, DAY + day)).unwrap() else { panic!("new") };
        assert_eq!(reservation.reserve().logical_day, DAY + day);
        ledger.commit(reservation, Digest::of(b"r"), &charges(one.nano_rho.0, one.threshold_delta.0)).unwrap();
        let summary = bench.open_after(ledger).summary();
        assert_eq!((summary.nights_left, summary.spent_nano_rho.0), (nights_left, u64::from(number) * one.nano_rho.0));
        assert_eq!(summary.last_day, DAY + 9);
    }
}

#[test]
fn a_second_report_of_a_night_comes_from_the_spare_share() {
    let bench = Bench::new(Schedule::Nightly);
    let mut ledger = bench.open().unwrap();
    let small = |number| Request { nano_rho: NanoRho(1_000_000), atto_delta: AttoDelta(1_000_000_000), ..request(number) };
    for number in 1..=3 {
        let Reserved::New(reservation) = ledger.reserve(&small(number)).unwrap() else { panic!("new") };
        ledger.lose(reservation).unwrap();
    }
    assert_eq!(ledger.summary().nights_left, 364);
    assert_eq!(ledger.summary().spent_nano_rho, NanoRho(3_000_000));
}

#[test]
fn a_changed_policy_needs_an_entry() {
    let bench = Bench::new(Schedule::Once);
    let wider = LedgerPolicy { bounds: vec![99, 3, 8, 2], ..bench.policy.clone() };
    assert_eq!(Ledger::open(&bench.ledger(), &bench.anchor(), &wider).unwrap_err(), LedgerError::PolicyDiffers);
    let mut ledger = Ledger::open_any_policy(&bench.ledger(), &bench.anchor()).unwrap();
    ledger.change_policy(&wider, false, "wider bounds", DAY).unwrap();
    drop(ledger);
    Ledger::open(&bench.ledger(), &bench.anchor(), &wider).unwrap();
    assert_eq!(bench.open().unwrap_err(), LedgerError::PolicyDiffers);
}
