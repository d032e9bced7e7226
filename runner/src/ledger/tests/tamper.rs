//! Whoever changes a byte, cuts an entry or puts an old copy back is noticed.

use super::*;

fn three_spends() -> Bench {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    (1..=3).for_each(|number| spend(&mut ledger, number));
    bench
}

#[track_caller]
fn check_refused(bench: &Bench, expected: impl Fn(&LedgerError) -> bool) {
    // A child of another test holds the lock between its fork and its exec.
    let opened = std::iter::repeat_with(|| bench.open().err()).find(|error| *error != Some(LedgerError::Locked)).flatten();
    for error in [opened, read(&bench.ledger(), &bench.anchor()).err()] {
        let error = error.expect("refused");
        assert!(expected(&error), "{error:?}");
        assert_eq!(error.exit().code(), 60);
    }
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    let honest = std::fs::read(bench.ledger()).unwrap();
    for position in 0..honest.len() {
        // Bit 5 is the case of a letter: hexadecimal digits read the same in both.
        for bit in [0, 5] {
            let mut bytes = honest.clone();
            bytes[position] ^= 1 << bit;
            std::fs::write(bench.ledger(), &bytes).unwrap();
            assert_eq!(bench.open().expect_err("refused").exit().code(), 60);
        }
    }
    std::fs::write(bench.ledger(), &honest).unwrap();
    bench.open().unwrap();
}

#[test]
fn every_cut_is_refused() {
    let bench = three_spends();
    let honest = std::fs::read(bench.ledger()).unwrap();
    for length in 0..honest.len() {
        std::fs::write(bench.ledger(), &honest[..length]).unwrap();
        check_refused(&bench, |error| matches!(error, LedgerError::RolledBack(_)));
    }
}

#[test]
fn a_ledger_cut_by_one_entry_is_refused() {
    let bench = three_spends();
    let text = std::fs::read_to_string(bench.ledger()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    std::fs::write(bench.ledger(), lines[..lines.len() - 1].concat()).unwrap();
    check_refused(&bench, |error| *error == LedgerError::RolledBack(6));
}

#[test]
fn an_older_copy_is_refused() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    let old = std::fs::read(bench.ledger()).unwrap();
    spend(&mut bench.open().unwrap(), 2);
    std::fs::write(bench.ledger(), &old).unwrap();
    check_refused(&bench, |error| *error == LedgerError::RolledBack(4));
}

#[test]
fn an_older_copy_with_its_anchor_is_refused_by_any_later_report() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    let old = (std::fs::read(bench.ledger()).unwrap(), std::fs::read(bench.anchor()).unwrap());
    spend(&mut bench.open().unwrap(), 2);
    let newest = bench.open().unwrap().summary();
    std::fs::write(bench.ledger(), &old.0).unwrap();
    std::fs::write(bench.anchor(), &old.1).unwrap();
    let ledger = bench.open().unwrap();
    assert_eq!(ledger.require_entry(newest.sequence, newest.head), Err(LedgerError::RolledBack(newest.sequence)));
    let own = ledger.summary();
    ledger.require_entry(own.sequence, own.head).unwrap();
}

#[test]
fn another_ledger_is_refused() {
    let bench = three_spends();
    let other = Bench::new(Schedule::Once);
    let mut ledger = other.open().unwrap();
    (11..=14).for_each(|number| spend(&mut ledger, number));
    std::fs::copy(other.ledger(), bench.ledger()).unwrap();
    check_refused(&bench, |error| *error == LedgerError::RolledBack(6));
}

#[test]
fn swapped_repeated_and_appended_lines_are_refused() {
    let bench = three_spends();
    let text = std::fs::read_to_string(bench.ledger()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let check = |lines: &[&str]| {
        std::fs::write(bench.ledger(), lines.concat()).unwrap();
        check_refused(&bench, |_| true);
    };
    check(&[lines[0], lines[2], lines[1], lines[3], lines[4], lines[5], lines[6]]);
    check(&[&lines[..], &[lines[6]]].concat());
    check(&[&lines[..], &["\n"]].concat());
    check(&[&lines[..], &["{}\n"]].concat());
    check(&[&["\u{feff}"], &lines[..]].concat());
}

#[test]
fn a_chain_with_right_hashes_that_breaks_a_rule_is_refused() {
    let bench = Bench::new(Schedule::Once);
    let head = bench.open().unwrap().summary().head;
    let over = NanoRho(bench.policy.cap_nano_rho.0 + 1);
    let body = Body::Reserve { share: Share::Schedule, query: query(1), nano_rho: over, atto_delta: AttoDelta(1) };
    let (line, hash) = Entry { sequence: 1, previous: head, logical_day: DAY, body }.to_line();
    let honest = std::fs::read_to_string(bench.ledger()).unwrap();
    std::fs::write(bench.ledger(), honest + &line).unwrap();
    file::write_anchor(&bench.anchor(), file::Anchor { sequence: 1, head: hash }).unwrap();
    check_refused(&bench, |error| matches!(error, LedgerError::OverBudget(_)));
}

#[test]
fn an_end_of_a_reserve_that_is_of_another_day_is_refused() {
    for day in [DAY - 1, DAY + 1] {
        let bench = Bench::new(Schedule::Once);
        let mut ledger = bench.open().unwrap();
        let reserve = new_reserve(&mut ledger, 1).reserve().sequence;
        let head = ledger.summary().head;
        drop(ledger);
        let body = Body::Lost { reserve, reason: LostReason::StepFailed };
        let (line, hash) = Entry { sequence: 2, previous: head, logical_day: day, body }.to_line();
        let honest = std::fs::read_to_string(bench.ledger()).unwrap();
        std::fs::write(bench.ledger(), honest + &line).unwrap();
        file::write_anchor(&bench.anchor(), file::Anchor { sequence: 2, head: hash }).unwrap();
        check_refused(&bench, |error| matches!(error, LedgerError::Damaged { sequence: 2, .. }));
    }
}

#[test]
fn a_damaged_anchor_is_refused() {
    let bench = three_spends();
    let honest = std::fs::read(bench.anchor()).unwrap();
    for position in 0..honest.len() {
        let mut bytes = honest.clone();
        bytes[position] ^= 1;
        std::fs::write(bench.anchor(), bytes).unwrap();
        check_refused(&bench, |error| matches!(error, LedgerError::AnchorDamaged | LedgerError::RolledBack(_)));
    }
    for length in 0..honest.len() {
        std::fs::write(bench.anchor(), &honest[..length]).unwrap();
        check_refused(&bench, |error| *error == LedgerError::AnchorDamaged);
    }
}
