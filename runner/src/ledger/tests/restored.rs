//! A ledger that was restored from an older copy: it replays, it spends nothing, and comes back by proof or by a charge of all it may lack.

use super::super::file::{Anchor, read_anchor};
use super::super::writer::Point;
use super::*;

/// A ledger with two committed reports, of which the copy holds the first.
struct Restored {
    bench: Bench,
    /// Ledger and anchor as they were last.
    newest: (Vec<u8>, Vec<u8>),
    /// What else was committed.
    lost: Digest,
}

impl Restored {
    /// `anchor`: the newest one stayed; else it is the copy's own.
    fn new(schedule: Schedule, anchor: bool) -> Self {
        let bench = Bench::new(schedule);
        spend_small(&bench, 1, DAY);
        let copy = bench.bytes();
        spend_small(&bench, 2, DAY + 1);
        let newest = bench.bytes();
        let lost = bench.open().unwrap().state.heads[3];
        std::fs::write(bench.ledger(), &copy.0).unwrap();
        if !anchor {
            std::fs::write(bench.anchor(), &copy.1).unwrap();
        }
        Self { bench, newest, lost }
    }

    fn named(&self) -> Vec<(String, Digest)> {
        vec![("the audit log".to_owned(), self.lost)]
    }

    fn standing(&self) -> Standing {
        Standing::ReplayOnly(ReplayOnly::read(&self.bench.ledger(), &self.bench.anchor(), &self.named()).unwrap())
    }

    fn prove(&self, heads: &[Digest]) -> Result<Summary, LedgerError> {
        let evidence = Evidence { named: self.named(), heads: heads.to_vec(), ..Evidence::default() };
        Ledger::prove(&self.bench.ledger(), &self.bench.anchor(), &evidence, |_| Ok(()))
    }

    fn recharge(&self, day: i32) -> Result<Summary, LedgerError> {
        let evidence = Evidence { named: self.named(), ..Evidence::default() };
        Ledger::recharge(&self.bench.ledger(), &self.bench.anchor(), &evidence, until(day), "a fire").map(|(summary, _)| summary)
    }
}

/// The host's clock says that no later night can have been served.
fn until(day: i32) -> Until {
    Until { day, is_past: false }
}

impl Bench {
    fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        (std::fs::read(self.ledger()).unwrap(), std::fs::read(self.anchor()).unwrap())
    }
}

/// A night's worth at most.
const SMALL: (u64, u64) = (1_000_000, 1_000_000_000);

fn small(number: u32, logical_day: i32) -> Request {
    Request { logical_day, nano_rho: NanoRho(SMALL.0), atto_delta: AttoDelta(SMALL.1), ..request(number) }
}

fn spend_small(bench: &Bench, number: u32, logical_day: i32) {
    let mut ledger = bench.open().unwrap();
    let Reserved::New(reservation) = ledger.reserve(&small(number, logical_day)).unwrap() else { panic!("new") };
    ledger.commit(reservation, Digest::of(&number.to_le_bytes()), &charges(SMALL.0, SMALL.1)).unwrap();
}

#[test]
fn an_older_copy_replays_and_spends_nothing() {
    for anchor in [true, false] {
        let restored = Restored::new(Schedule::Once, anchor);
        let before = restored.bench.bytes();
        let mut standing = restored.standing();
        assert_eq!(standing.committed(&query(1)), Some((1, Digest::of(&1_u32.to_le_bytes()))), "a committed report is released again");
        assert_eq!(standing.committed(&query(2)), None);
        let refused = standing.reserve(&small(3, DAY)).unwrap_err();
        assert!(matches!(refused, LedgerError::ReplayOnly(_)), "{refused}");
        assert_eq!(refused.exit().code(), 60);
        assert!(refused.to_string().contains("logminer budget prove"), "{refused}");
        assert_eq!(restored.bench.bytes(), before, "nothing is written");
        let opened = restored.bench.open().and_then(|ledger| ledger.require_named(&restored.named()));
        assert!(opened.is_err_and(|error| error.may_be_older_copy()));
    }
}

#[test]
fn an_older_copy_is_not_proved_by_any_head_and_the_newest_is_by_the_newest_alone() {
    let restored = Restored::new(Schedule::Once, true);
    let of_copy = Digest::from_hex(serde_json::from_slice::<serde_json::Value>(&restored.newest.1).unwrap()["head"].as_str().unwrap()).unwrap();
    for heads in [vec![], vec![of_copy], vec![restored.lost], vec![Digest::of(b"made up")]] {
        let refused = restored.prove(&heads).unwrap_err();
        assert!(matches!(refused, LedgerError::NotProved(_)), "{refused}");
        assert!(matches!(restored.standing(), Standing::ReplayOnly(_)));
    }
    // The newest copy, on a clean machine: the ledger without its anchor.
    std::fs::write(restored.bench.ledger(), &restored.newest.0).unwrap();
    std::fs::remove_file(restored.bench.anchor()).unwrap();
    assert_eq!(restored.standing().committed(&query(2)).map(|(sequence, _)| sequence), Some(3));
    let first = Entry::from_line(restored.newest.0.split(|&byte| byte == b'\n').nth(1).unwrap(), 1).unwrap().1;
    for heads in [vec![], vec![first]] {
        assert_eq!(restored.prove(&heads).unwrap_err(), LedgerError::ProofTooOld(3));
    }
    assert!(matches!(restored.prove(&[Digest::of(b"made up")]).unwrap_err(), LedgerError::NotProved(_)));
    assert!(!restored.bench.anchor().exists(), "no refusal writes an anchor");
    restored.prove(&[restored.lost]).unwrap();
    assert_eq!(restored.bench.bytes(), restored.newest, "proved: the same ledger and anchor as before the loss");
    restored.prove(&[]).unwrap();
    spend_small(&restored.bench, 3, DAY + 2);
}

#[test]
fn a_damaged_anchor_is_no_anchor() {
    let restored = Restored::new(Schedule::Once, true);
    std::fs::write(restored.bench.ledger(), &restored.newest.0).unwrap();
    std::fs::write(restored.bench.anchor(), b"{").unwrap();
    assert!(restored.bench.open().is_err_and(|error| error.may_be_older_copy()));
    restored.prove(&[restored.lost]).unwrap();
    assert_eq!(restored.bench.bytes(), restored.newest);
}

#[test]
fn another_chain_at_the_anchored_place_is_no_copy() {
    let restored = Restored::new(Schedule::Once, false);
    let anchor = Anchor { sequence: 1, head: Digest::of(b"another") };
    std::fs::write(restored.bench.anchor(), anchor.to_line()).unwrap();
    let read = ReplayOnly::read(&restored.bench.ledger(), &restored.bench.anchor(), &[]);
    assert_eq!(read.unwrap_err(), LedgerError::RolledBack(1));
    assert_eq!(restored.recharge(DAY + 3).unwrap_err(), LedgerError::RolledBack(1));
}

/// What is charged is at least what was spent in the entries that are gone, for every way in which it can have been spent.
#[test]
fn a_charge_covers_whatever_the_lost_entries_spent() {
    let nightly = ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::EveryReport, ..ReportPolicy::default() };
    let one = schemas::privacy::allotment(&nightly).unwrap();
    let bench = Bench::new(Schedule::Nightly);
    let full = |purpose, number, day: i32| {
        let request = Request { purpose, query: query(number), logical_day: DAY + day, nano_rho: one.nano_rho, atto_delta: one.threshold_delta };
        let mut ledger = bench.open().unwrap();
        let Reserved::New(reservation) = ledger.reserve(&request).unwrap() else { panic!("new") };
        ledger.commit(reservation, Digest::of(b"r"), &charges(one.nano_rho.0, one.threshold_delta.0)).unwrap();
    };
    full(Purpose::Report, 0, 3);
    let copy = bench.bytes();
    // Late and second nights, questions and discoveries, as many as there can be.
    (0..20).for_each(|day| full(Purpose::Report, 100 + day as u32, day));
    (0..40).for_each(|number| full(Purpose::Query, 200 + number, 19));
    (0..40).for_each(|number| full(Purpose::Discovery, 300 + number, 19));
    let (true_spend, true_anchor) = (bench.open().unwrap().summary(), read_anchor(&bench.anchor()).unwrap().unwrap());
    std::fs::write(bench.ledger(), &copy.0).unwrap();
    let evidence = Evidence::default();
    let (summary, _) = Ledger::recharge(&bench.ledger(), &bench.anchor(), &evidence, until(DAY + 19), "a fire").unwrap();
    assert!(summary.spent_nano_rho >= true_spend.spent_nano_rho && summary.spent_atto_delta >= true_spend.spent_atto_delta);
    assert!(summary.spent_nano_rho <= summary.policy.cap_nano_rho && summary.spent_atto_delta <= summary.policy.cap_atto_delta);
    assert_eq!(summary.nights_left, 345);
    // In service: the nights after it are served, those before come from a share that is used up.
    assert!(bench.open().unwrap().state.holds(&true_anchor.head));
    full(Purpose::Report, 900, 20);
    let again = bench.open().unwrap().reserve(&Request {
        purpose: Purpose::Report,
        query: query(901),
        logical_day: DAY,
        nano_rho: one.nano_rho,
        atto_delta: one.threshold_delta,
    });
    assert!(matches!(again, Err(LedgerError::OverBudget(_))));
    for night in 21..365 {
        full(Purpose::Report, 1_000 + night as u32, night);
    }
    let (_, rows) = history(&bench.ledger(), &bench.anchor(), &[]).unwrap();
    assert!(rows.iter().any(|row| matches!(&row.what, What::Recharged { reason, .. } if reason == "a fire")));
    assert_eq!(rows.last().unwrap().spent_nano_rho, bench.open().unwrap().summary().spent_nano_rho);
}

/// The operator says that no night after the second was served, the host's clock does not, and the anchor knows of thirty spends: they are charged as nights, so
/// that the cap holds although all of them are served a second time.
#[test]
fn lost_entries_are_charged_though_the_date_is_too_early() {
    let nightly = ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::EveryReport, ..ReportPolicy::default() };
    let one = schemas::privacy::allotment(&nightly).unwrap();
    let bench = Bench::new(Schedule::Nightly);
    let night = |number, day: i32| {
        let request = Request {
            purpose: Purpose::Report,
            query: query(number),
            logical_day: DAY + day,
            nano_rho: one.nano_rho,
            atto_delta: one.threshold_delta,
        };
        let mut ledger = bench.open().unwrap();
        let Reserved::New(reservation) = ledger.reserve(&request)? else { panic!("new") };
        ledger.commit(reservation, Digest::of(b"r"), &charges(one.nano_rho.0, one.threshold_delta.0))
    };
    night(0, 0).unwrap();
    let copy = bench.bytes();
    (1..31).for_each(|day| night(day as u32, day).unwrap());
    let newest = bench.bytes();
    let recharge = |day: i32, is_past: bool| {
        std::fs::write(bench.ledger(), &copy.0).unwrap();
        std::fs::write(bench.anchor(), &newest.1).unwrap();
        let until = Until { day: DAY + day, is_past };
        Ledger::recharge(&bench.ledger(), &bench.anchor(), &Evidence::default(), until, "a fire").unwrap()
    };
    let (_, charge) = recharge(1, false);
    assert_eq!(charge, Some(Recharge { lost_entries: Some(60), nights: 1, more_nights: 0 }), "the host's clock bounds the day");
    let (_, charge) = recharge(40, true);
    assert_eq!(charge, Some(Recharge { lost_entries: Some(60), nights: 40, more_nights: 0 }), "as many nights as that are charged anyway");
    let (summary, charge) = recharge(1, true);
    assert_eq!(charge, Some(Recharge { lost_entries: Some(60), nights: 1, more_nights: 29 }));
    assert_eq!(summary.nights_left, 365 - 31);
    // Twice served, the nights after the second cost what is left: of thirty that were charged without a day the last ones of the period are missing.
    let served = (2..365).filter(|&day| night(1_000 + day as u32, day).is_ok()).count();
    assert_eq!((served, bench.open().unwrap().summary().nights_left), (334, 0));
    let spent = bench.open().unwrap().summary();
    let lost = 30 * one.nano_rho.0;
    let shares = spent.policy.share_of(spent.policy.cap_nano_rho.0, Share::Query) + spent.policy.share_of(spent.policy.cap_nano_rho.0, Share::Spare);
    let really = one.nano_rho.0 * (1 + served as u64) + lost + shares;
    assert!(really <= spent.spent_nano_rho.0 && spent.spent_nano_rho <= spent.policy.cap_nano_rho, "{really} of {}", spent.spent_nano_rho);
    // The chain still verifies: the charge is recomputed from the entry.
    read(&bench.ledger(), &bench.anchor()).unwrap();
    let text = std::fs::read_to_string(bench.ledger()).unwrap();
    assert!(text.contains("\"spends\":30"), "{text}");
}

#[test]
fn under_once_all_that_is_left_is_charged() {
    let restored = Restored::new(Schedule::Once, false);
    let summary = restored.recharge(DAY + 1).unwrap();
    assert_eq!((summary.left_nano_rho.0, summary.left_atto_delta.0), (0, 0));
    restored.bench.open().unwrap().require_named(&restored.named()).unwrap();
}

#[test]
fn a_charge_that_cannot_be_known_is_refused() {
    let restored = Restored::new(Schedule::Nightly, true);
    let before = restored.bench.bytes();
    assert_eq!(restored.recharge(DAY + 365).unwrap_err(), LedgerError::CopyOfEarlierPeriod(DAY + 365));
    assert!(matches!(restored.recharge(DAY - 1).unwrap_err(), LedgerError::ChargeTooEarly { .. }));
    let asked = |evidence: Evidence| Ledger::recharge(&restored.bench.ledger(), &restored.bench.anchor(), &evidence, until(DAY + 1), "a fire");
    let policies = vec![("the audit log".to_owned(), Digest::of(b"a policy"))];
    assert_eq!(asked(Evidence { policies, ..Evidence::default() }).unwrap_err(), LedgerError::CopyOfEarlierPolicy("the audit log".to_owned()));
    let newest_run = Some((DAY + 2, "the run of tomorrow".to_owned()));
    assert!(matches!(asked(Evidence { newest_run, ..Evidence::default() }).unwrap_err(), LedgerError::ChargeTooEarly { .. }));
    assert_eq!(restored.bench.bytes(), before);
}

/// Killed at any moment of a proof or a charge: replay-only as before, or in service with everything charged; and either can be called again.
#[test]
fn death_in_the_middle() {
    for syncs in 0..2 {
        let restored = Restored::new(Schedule::Once, true);
        std::fs::write(restored.bench.ledger(), &restored.newest.0).unwrap();
        std::fs::remove_file(restored.bench.anchor()).unwrap();
        file::failing::after(Some(syncs));
        assert!(restored.prove(&[restored.lost]).is_err());
        file::failing::after(None);
        assert!(!restored.bench.anchor().exists() && matches!(restored.standing(), Standing::ReplayOnly(_)), "{syncs}");
        restored.prove(&[restored.lost]).unwrap();
        assert_eq!(restored.bench.bytes(), restored.newest);
    }
    for anchor in [true, false] {
        for point in [Point::BeforeAppend, Point::HalfLine, Point::BeforeSync, Point::BeforeAnchor, Point::AfterAnchor] {
            let restored = Restored::new(Schedule::Nightly, anchor);
            let whole = Restored::new(Schedule::Nightly, anchor).recharge(DAY + 9).unwrap();
            super::super::restored::failing_at(Some(point));
            assert!(restored.recharge(DAY + 9).is_err(), "{point:?}");
            super::super::restored::failing_at(None);
            let is_written = matches!(point, Point::BeforeSync | Point::BeforeAnchor | Point::AfterAnchor);
            let opened = restored.bench.open().and_then(|ledger| ledger.require_named(&restored.named()).map(|()| ledger.summary()));
            match opened {
                Ok(summary) => assert!(is_written && summary.spent_nano_rho == whole.spent_nano_rho, "{point:?}: in service without its charge"),
                Err(error) => assert!(error.may_be_older_copy(), "{point:?}: {error}"),
            }
            let again = restored.recharge(DAY + 9).unwrap();
            assert_eq!((again.spent_nano_rho, again.spent_atto_delta), (whole.spent_nano_rho, whole.spent_atto_delta), "{point:?}: charged once");
            spend_small(&restored.bench, 5, DAY + 10);
        }
    }
}
