//! Whatever the moment of death, the ledger charges at least what could have been seen, and recovery is done once.

use super::super::writer::Point;
use super::*;

const POINTS: [Point; 5] = [Point::BeforeAppend, Point::HalfLine, Point::BeforeSync, Point::BeforeAnchor, Point::AfterAnchor];

#[test]
fn death_while_reserving() {
    for point in POINTS {
        let bench = Bench::new(Schedule::Once);
        let mut ledger = bench.open().unwrap();
        ledger.fail_at = Some(point);
        assert!(ledger.reserve(&request(1)).is_err(), "nothing may be drawn after {point:?}");
        ledger.fail_at = None;
        assert_eq!(ledger.reserve(&request(1)), Err(LedgerError::Poisoned));
        drop(ledger);

        let mut ledger = bench.open().unwrap();
        let expected_spent = if matches!(point, Point::BeforeAppend | Point::HalfLine) { 0 } else { RHO };
        assert_eq!(ledger.summary().spent_nano_rho.0, expected_spent, "{point:?}");
        if point != Point::BeforeAppend {
            assert!(matches!(ledger.reserve(&request(2)), Err(LedgerError::NeedsRecovery(_))), "{point:?}");
        }
        ledger.recover(|_| None).unwrap();
        let after_first = std::fs::read(bench.ledger()).unwrap();
        assert_eq!(ledger.recover(|_| None).unwrap(), None);
        assert_eq!(std::fs::read(bench.ledger()).unwrap(), after_first, "a second recovery changes nothing");
        assert_eq!(ledger.summary().spent_nano_rho.0, expected_spent);
        spend(&mut ledger, 1);
        drop(ledger);
        assert_eq!(bench.spent(), expected_spent + RHO);
    }
}

#[test]
fn death_while_committing() {
    for point in POINTS {
        let bench = Bench::new(Schedule::Once);
        let mut ledger = bench.open().unwrap();
        let reservation = new_reserve(&mut ledger, 1);
        ledger.fail_at = Some(point);
        assert!(ledger.commit(reservation, Digest::of(b"report"), &charges(RHO, DELTA)).is_err(), "{point:?}");
        drop(ledger);

        let mut ledger = bench.open().unwrap();
        ledger.recover(|open| (open.query == query(1)).then(|| (Digest::of(b"report"), charges(RHO, DELTA)))).unwrap();
        assert_eq!(ledger.committed(&query(1)), Some((1, Digest::of(b"report"))), "{point:?}");
        assert_eq!(ledger.summary().spent_nano_rho.0, RHO, "a completed report is charged once");
        let done = std::fs::read(bench.ledger()).unwrap();
        ledger.recover(|_| None).unwrap();
        assert_eq!(std::fs::read(bench.ledger()).unwrap(), done);
    }
}

#[test]
fn death_while_recovering() {
    for point in POINTS {
        let bench = Bench::new(Schedule::Once);
        let mut ledger = bench.open().unwrap();
        let _lost = new_reserve(&mut ledger, 1);
        drop(ledger);
        let mut ledger = bench.open().unwrap();
        ledger.fail_at = Some(point);
        assert!(ledger.recover(|_| None).is_err());
        drop(ledger);
        let mut ledger = bench.open().unwrap();
        ledger.recover(|_| None).unwrap();
        assert_eq!((ledger.summary().spent_nano_rho.0, ledger.summary().lost, ledger.summary().open), (RHO, 1, None), "{point:?}");
    }
}

#[test]
fn death_while_an_earlier_day_is_charged() {
    for staged in [false, true] {
        let bench = Bench::new(Schedule::Once);
        let mut ledger = bench.open().unwrap();
        for day in [5, 2] {
            let Reserved::New(reservation) = ledger.reserve(&Request { logical_day: DAY + day, ..request(day as u32) }).unwrap() else {
                panic!("new")
            };
            if day == 5 {
                ledger.commit(reservation, Digest::of(b"report"), &charges(RHO, DELTA)).unwrap();
            }
        }
        drop(ledger);
        let mut ledger = bench.open().unwrap();
        let (open, completed) = ledger.recover(|_| staged.then(|| (Digest::of(b"report"), charges(RHO, DELTA)))).unwrap().unwrap();
        assert_eq!((open.logical_day, completed), (DAY + 2, staged));
        let summary = bench.open_after(ledger).summary();
        assert_eq!((summary.spent_nano_rho.0, summary.last_day), (2 * RHO, DAY + 5));
    }
}

#[test]
fn a_reserve_without_a_staged_report_is_lost_and_a_rerun_is_a_new_spend() {
    let bench = Bench::new(Schedule::Once);
    let _lost = new_reserve(&mut bench.open().unwrap(), 1);
    let mut ledger = bench.open().unwrap();
    assert!(matches!(ledger.reserve(&request(1)), Err(LedgerError::NeedsRecovery(1))));
    let (open, completed) = ledger.recover(|_| None).unwrap().unwrap();
    assert_eq!((open.query, completed), (query(1), false));
    spend(&mut ledger, 1);
    assert_eq!((ledger.summary().spent_nano_rho.0, ledger.summary().lost), (2 * RHO, 1));
}

#[test]
fn every_torn_length_past_the_anchor_is_cut_off_and_noted() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    let honest = std::fs::read(bench.ledger()).unwrap();
    let anchor = std::fs::read(bench.anchor()).unwrap();
    let next = {
        let mut ledger = bench.open().unwrap();
        let _open = new_reserve(&mut ledger, 2);
        std::fs::read(bench.ledger()).unwrap()[honest.len()..].to_vec()
    };
    for length in 1..next.len() {
        std::fs::write(bench.ledger(), [&honest[..], &next[..length]].concat()).unwrap();
        std::fs::write(bench.anchor(), &anchor).unwrap();
        let mut ledger = bench.open().unwrap();
        assert!(matches!(ledger.reserve(&request(3)), Err(LedgerError::NeedsRecovery(_))));
        ledger.recover(|_| None).unwrap();
        spend(&mut ledger, 3);
        drop(ledger);
        assert_eq!(bench.spent(), 2 * RHO);
    }
}

#[test]
fn a_full_disk_refuses_before_anything_is_drawn() {
    let error = LedgerError::io("write the budget ledger")(std::io::ErrorKind::StorageFull.into());
    assert_eq!(error.exit().code(), 42);
}

#[test]
fn death_while_creating() {
    let bench = Bench::new(Schedule::Once);
    let genesis = std::fs::read(bench.ledger()).unwrap();
    let create = || Ledger::create(&bench.ledger(), &bench.anchor(), &bench.policy, DAY);
    for length in [0, 1, genesis.len() - 1, genesis.len()] {
        std::fs::write(bench.ledger(), &genesis[..length]).unwrap();
        std::fs::remove_file(bench.anchor()).unwrap();
        assert_eq!(bench.open().unwrap_err(), LedgerError::Missing("anchor"));
        create().unwrap();
        assert_eq!(std::fs::read(bench.ledger()).unwrap(), genesis);
        bench.open().unwrap();
    }
    spend(&mut bench.open().unwrap(), 1);
    std::fs::remove_file(bench.anchor()).unwrap();
    assert_eq!(create(), Err(LedgerError::Exists("ledger")), "what was spent is not forgotten");
}
