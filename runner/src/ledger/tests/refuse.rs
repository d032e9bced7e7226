//! Every reason to refuse a spend or a file.

use std::os::unix::fs::PermissionsExt;

use schemas::privacy::PrivacyError;

use super::*;

#[track_caller]
fn check(change: impl Fn(&mut Request), expected: impl Fn(&LedgerError) -> bool) {
    let bench = Bench::new(Schedule::Once);
    let mut asked = request(1);
    change(&mut asked);
    let mut ledger = bench.open().unwrap();
    let before = std::fs::read(bench.ledger()).unwrap();
    let error = ledger.reserve(&asked).unwrap_err();
    assert!(expected(&error), "{error:?}");
    assert_eq!(error.exit().code(), 60);
    assert_eq!(std::fs::read(bench.ledger()).unwrap(), before, "a refusal writes nothing");
    assert!(matches!(ledger.reserve(&request(2)), Ok(Reserved::New(_))), "a refusal leaves the ledger usable");
}

#[test]
fn spends_of_nothing() {
    check(|request| request.nano_rho.0 = 0, |error| *error == LedgerError::Privacy(PrivacyError::Zero("rho")));
    check(|request| request.atto_delta.0 = 0, |error| *error == LedgerError::Privacy(PrivacyError::Zero("delta")));
}

#[test]
fn spends_over_the_cap() {
    let over = |error: &LedgerError| matches!(error, LedgerError::OverBudget(_));
    check(|request| request.nano_rho.0 = u64::MAX, over);
    check(|request| request.nano_rho.0 = 1_008_500_001, over);
    check(|request| request.atto_delta.0 = u64::MAX, over);
}

#[test]
fn one_unit_over_the_cap() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    spend(&mut ledger, 1);
    let left = ledger.summary().left_nano_rho.0;
    let ask = |nano_rho| Request { nano_rho: NanoRho(nano_rho), ..request(2) };
    let error = ledger.reserve(&ask(left + 1)).unwrap_err();
    assert!(error.to_string().contains("0.9885 are left"), "{error}");
    assert!(matches!(ledger.reserve(&ask(left)), Ok(Reserved::New(_))));
    assert_eq!(ledger.summary().left_nano_rho.0, 0);
}

#[test]
fn a_day_before_the_period() {
    check(|request| request.logical_day = DAY - 1, |error| *error == LedgerError::BeforePeriod { day: DAY - 1, start: DAY });
    let sentence = LedgerError::BeforePeriod { day: DAY - 1, start: DAY }.to_string();
    assert!(sentence.contains("2024-10-03") && sentence.contains("2024-10-04"), "{sentence}");
}

#[test]
fn a_day_of_the_period_before_the_renewed_one() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    ledger.change_policy(&bench.policy, true, "a new year", DAY + 365).unwrap();
    let refused = ledger.reserve(&Request { logical_day: DAY + 364, ..request(1) });
    assert_eq!(refused, Err(LedgerError::BeforePeriod { day: DAY + 364, start: DAY + 365 }));
}

#[test]
fn a_policy_that_reaches_back_behind_charged_days() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    let Ok(Reserved::New(reservation)) = ledger.reserve(&Request { logical_day: DAY + 9, ..request(1) }) else { panic!("new") };
    ledger.lose(reservation).unwrap();
    let refused = ledger.change_policy(&bench.policy, false, "wider bounds", DAY + 8);
    assert_eq!(refused, Err(LedgerError::PolicyBackdated { day: DAY + 8, last: DAY + 9 }));
}

#[test]
fn more_than_a_night() {
    let bench = Bench::new(Schedule::Nightly);
    let refused = bench.open().unwrap().reserve(&Request { atto_delta: AttoDelta(1), ..request(1) });
    assert!(matches!(refused, Err(LedgerError::OverNight(_))));
}

#[test]
fn an_early_renewal() {
    let bench = Bench::new(Schedule::Once);
    let refused = bench.open().unwrap().change_policy(&bench.policy, true, "more", DAY + 364);
    assert_eq!(refused, Err(LedgerError::PeriodNotOver(20_365)));
}

#[test]
fn charges_that_do_not_match_the_reserve() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    let reservation = new_reserve(&mut ledger, 1);
    let mut weak = charges(RHO, DELTA);
    weak[0].scale = Ratio::new(1, 1).unwrap();
    assert!(matches!(ledger.commit(reservation, Digest::of(b"r"), &weak), Err(LedgerError::Privacy(PrivacyError::Charge(_)))));
    drop(ledger);
    let mut ledger = bench.open().unwrap();
    let (_, completed) = ledger.recover(|_| Some((Digest::of(b"r"), weak))).unwrap().unwrap();
    assert!(!completed, "a report with weak noise is lost, not completed");
}

#[test]
fn a_second_writer() {
    let bench = Bench::new(Schedule::Once);
    let first = bench.open().unwrap();
    let error = bench.open().unwrap_err();
    assert_eq!((error.exit().code(), error), (40, LedgerError::Locked));
    drop(first);
    bench.open().unwrap();
}

#[test]
fn many_writers_never_pass_the_cap() {
    let bench = Bench::new(Schedule::Once);
    std::thread::scope(|scope| {
        for thread in 0..8_u32 {
            let bench = &bench;
            scope.spawn(move || {
                for number in 0..20 {
                    let Ok(mut ledger) = bench.open() else { continue };
                    if let Ok(Reserved::New(reservation)) =
                        ledger.reserve(&Request { nano_rho: NanoRho(100_000_000), ..request(thread * 100 + number) })
                    {
                        ledger.commit(reservation, Digest::of(b"r"), &charges(100_000_000, DELTA)).unwrap();
                    }
                }
            });
        }
    });
    assert!(bench.spent() <= bench.policy.cap_nano_rho.0);
    assert!(bench.spent() >= 100_000_000);
}

#[test]
fn missing_files() {
    let bench = Bench::new(Schedule::Once);
    std::fs::remove_file(bench.ledger()).unwrap();
    assert_eq!(bench.open().unwrap_err(), LedgerError::Missing("ledger"));
    assert_eq!(Ledger::create(&bench.ledger(), &bench.anchor(), &bench.policy, DAY), Err(LedgerError::Exists("anchor")));
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    assert_eq!(Ledger::create(&bench.ledger(), &bench.dir.path().join("other"), &bench.policy, DAY), Err(LedgerError::Exists("ledger")));
    std::fs::remove_file(bench.anchor()).unwrap();
    assert_eq!(bench.open().unwrap_err(), LedgerError::Missing("anchor"));
    assert_eq!(bench.open().unwrap_err().exit().code(), 60);
}

#[test]
fn one_path_for_both_files() {
    let bench = Bench::new(Schedule::Once);
    let path = bench.dir.path().join("new");
    assert!(matches!(Ledger::create(&path, &path, &bench.policy, DAY), Err(LedgerError::Unsafe { .. })));
    assert!(matches!(Ledger::open(&bench.ledger(), &bench.ledger(), &bench.policy), Err(LedgerError::Unsafe { .. })));
}

#[test]
fn files_that_others_could_change() {
    let links = |bench: &Bench, path: PathBuf| {
        let moved = bench.dir.path().join("moved");
        std::fs::rename(&path, &moved).unwrap();
        std::os::unix::fs::symlink(&moved, &path).unwrap();
        assert!(matches!(bench.open(), Err(LedgerError::Unsafe { .. })));
        std::fs::remove_file(&path).unwrap();
        std::fs::hard_link(&moved, &path).unwrap();
        assert!(matches!(bench.open(), Err(LedgerError::Unsafe { .. })));
        std::fs::remove_file(&moved).unwrap();
        bench.open().unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o620)).unwrap();
        assert!(matches!(bench.open(), Err(LedgerError::Unsafe { .. })));
    };
    let bench = Bench::new(Schedule::Once);
    links(&bench, bench.ledger());
    let bench = Bench::new(Schedule::Once);
    links(&bench, bench.anchor());
    let bench = Bench::new(Schedule::Once);
    std::fs::remove_file(bench.ledger()).unwrap();
    std::fs::create_dir(bench.ledger()).unwrap();
    assert!(bench.open().is_err());
}

#[test]
fn reading_needs_no_write_permission() {
    let bench = Bench::new(Schedule::Once);
    spend(&mut bench.open().unwrap(), 1);
    for path in [bench.ledger(), bench.anchor()] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    }
    let writer = bench.open();
    assert_eq!(read(&bench.ledger(), &bench.anchor()).unwrap().spent_nano_rho.0, RHO);
    drop(writer);
}
