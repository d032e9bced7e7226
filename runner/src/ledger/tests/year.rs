//! A period as a bank lives it, by logical date: every night, questions, discoveries, losses, late days and a second report.

use schemas::privacy::{allotment, charge_of_ranking, charges_of, discovery_allotment, discovery_charges_of, epsilon_of};

use super::*;

const QUERIES: u32 = 40;
const DISCOVERIES: u32 = 12;

fn nightly() -> ReportPolicy {
    ReportPolicy { schedule: Schedule::Nightly, ..ReportPolicy::default() }
}

/// Reserves and commits with the charges of a real release of this price.
fn serve(ledger: &mut Ledger, purpose: Purpose, number: u32, day: i32, price: (u64, u64)) -> Result<(), LedgerError> {
    let (nano_rho, atto_delta) = (NanoRho(price.0), AttoDelta(price.1));
    let request = Request { purpose, query: query(number), logical_day: DAY + day, nano_rho, atto_delta };
    match ledger.reserve(&request)? {
        Reserved::New(reservation) => {
            // Every third question is a ranking, which spends no delta.
            let charges = match purpose {
                Purpose::Report if atto_delta.0 > 0 => charges_of(&ReportPolicy::default(), nano_rho, atto_delta).unwrap(),
                Purpose::Report => charges_of(&nightly(), nano_rho, atto_delta).unwrap(),
                Purpose::Query if atto_delta.0 == 0 => vec![charge_of_ranking(5, nano_rho).unwrap()],
                Purpose::Query | Purpose::Discovery => discovery_charges_of(&nightly(), nano_rho, atto_delta).unwrap(),
            };
            ledger.commit(reservation, Digest::of(&number.to_le_bytes()), &charges)
        }
        Reserved::Replay { .. } => Ok(()),
    }
}

/// 365 nights, 40 questions, 12 discoveries with that of the first night, and second reports fill the cap exactly; the next unit of any share is refused. With `LOGMINER_YEAR=DIR` the ledger is
/// left there for `testdata/dp-report/account.py`, which adds it up with another hand's accountant.
#[test]
fn a_year_is_served_to_its_last_night() {
    let bench = Bench::new(Schedule::Nightly);
    let one = allotment(&nightly()).unwrap();
    let night = (one.nano_rho.0, one.threshold_delta.0);
    let tenth = |cap: u64, parts: u32| bench.policy.share_of(cap, Share::Query) / u64::from(parts);
    let (cap, cap_delta) = (bench.policy.cap_nano_rho.0, bench.policy.cap_atto_delta.0);
    let question = (tenth(cap, QUERIES), tenth(cap_delta, QUERIES));
    let discovery = discovery_allotment(&nightly()).unwrap().map(|one| (one.nano_rho.0, one.threshold_delta.0)).unwrap();
    let mut ledger = bench.open().unwrap();
    let mut expected = (0_u64, 0_u64);
    let mut add = |price: (u64, u64)| expected = (expected.0 + price.0, expected.1 + price.1);
    let mut discoveries = 0;
    for day in 0..365 {
        // A week is late: its days come after the next week's, which changes nothing.
        let logical = if day % 14 < 7 { (day + 7).min(364) } else { day - 7 };
        let logical = if day >= 364 { 364 } else { logical };
        serve(&mut ledger, Purpose::Report, day as u32, logical, night).unwrap_or_else(|error| panic!("night {day}: {error}"));
        add(night);
        if day % 9 == 0 && day / 9 < 40 {
            let question = if day % 27 == 0 { (question.0, 0) } else { question };
            serve(&mut ledger, Purpose::Query, 1_000 + day as u32, logical, question).unwrap();
            serve(&mut ledger, Purpose::Query, 1_000 + day as u32, logical, question).unwrap();
            add(question);
        }
        // The first night, and the first of each month after it.
        if day == 0 || schemas::privacy::Interval::Monthly.is_due(DAY + day) {
            serve(&mut ledger, Purpose::Discovery, 2_000 + day as u32, logical, discovery).unwrap();
            add(discovery);
            discoveries += 1;
        }
    }
    assert_eq!(discoveries, DISCOVERIES + 1);
    // Second reports of nights after a loss take what is left of their share, to the last unit; that of nights which pay for no name has no delta.
    let spare = ledger.summary().left_of(Share::Spare).0.0;
    let seconds: Vec<u64> = (0..spare / night.0).map(|_| night.0).chain([spare % night.0]).filter(|&rho| rho > 0).collect();
    for (number, &rho) in seconds.iter().enumerate() {
        serve(&mut ledger, Purpose::Report, 5_000 + number as u32, number as i32, (rho, 0)).unwrap();
        add((rho, 0));
    }
    let summary = ledger.summary();
    assert_eq!((summary.nights_left, summary.committed), (0, 365 + u64::from(QUERIES + discoveries) + seconds.len() as u64));
    assert_eq!((summary.spent_nano_rho.0, summary.spent_atto_delta.0), expected);
    assert!(summary.spent_nano_rho.0 <= cap && cap - summary.spent_nano_rho.0 < 365 + 40, "only what division leaves is left");
    assert!(summary.spent_epsilon <= epsilon_of(summary.policy.cap_nano_rho, summary.policy.conversion_atto_delta));
    for (number, purpose) in [(9_001, Purpose::Query), (9_002, Purpose::Discovery), (9_003, Purpose::Report)] {
        // One unit is too much.
        let refused = serve(&mut ledger, purpose, number, 364, (1, u64::from(purpose != Purpose::Report))).unwrap_err();
        assert!(matches!(refused, LedgerError::OverBudget(_)), "{purpose:?}: {refused}");
    }
    drop(ledger);
    assert_eq!(bench.open().unwrap().summary(), summary, "what another process reads");
    accountant::check(&bench.ledger());
    if let Some(to) = std::env::var_os("LOGMINER_YEAR") {
        std::fs::copy(bench.ledger(), PathBuf::from(to).join("ledger.jsonl")).unwrap();
    }
}

/// Fifty jobs at once want a tenth of the cap each: some wait, some are refused, and never is more than the cap spent.
#[test]
fn fifty_jobs_at_once_never_spend_more_than_the_cap() {
    let bench = Bench::new(Schedule::Once);
    let price = bench.policy.cap_nano_rho.0 / 10;
    let served = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for number in 0..50 {
            let (bench, served) = (&bench, &served);
            scope.spawn(move || {
                loop {
                    match bench.open() {
                        Err(LedgerError::Locked) => std::thread::sleep(std::time::Duration::from_millis(1)),
                        Err(error) => panic!("{error}"),
                        Ok(mut ledger) => {
                            match serve(&mut ledger, Purpose::Report, number, 0, (price, 1_000_000_000)) {
                                Ok(()) => drop(served.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
                                Err(error) => assert!(matches!(error, LedgerError::OverBudget(_)), "{error}"),
                            }
                            return;
                        }
                    }
                }
            });
        }
    });
    let summary = bench.open().unwrap().summary();
    assert_eq!((served.into_inner(), summary.committed), (10, 10));
    assert!(summary.spent_nano_rho <= summary.policy.cap_nano_rho);
}

#[test]
fn the_history_says_what_became_of_each_spend() {
    let bench = Bench::new(Schedule::Once);
    let mut ledger = bench.open().unwrap();
    spend(&mut ledger, 1);
    let reservation = new_reserve(&mut ledger, 2);
    ledger.lose(reservation).unwrap();
    ledger.change_policy(&bench.policy, true, "a new year", DAY + 365).unwrap();
    ledger.change_policy(&bench.policy, false, "no change", DAY + 366).unwrap();
    let _open = ledger.reserve(&Request { logical_day: DAY + 366, ..request(3) }).unwrap();
    drop(ledger);
    let (summary, rows) = history(&bench.ledger(), &bench.anchor(), &[]).unwrap();
    let said: Vec<String> = rows
        .iter()
        .map(|row| match &row.what {
            What::Began { reason } => format!("began {reason}"),
            What::PolicyChanged { reason } => format!("changed {reason}"),
            What::Spend { became, charges, .. } => format!("{became} {} {}", row.spent_nano_rho.0, charges.len()),
            What::Recharged { reason, .. } => format!("recharged {reason}"),
            What::Torn => "torn".to_owned(),
        })
        .collect();
    let lost = format!("lost (the step failed) {} 0", 2 * RHO);
    assert_eq!(
        said,
        [
            "began ".to_owned(),
            format!("committed {RHO} 1"),
            lost,
            "began a new year".to_owned(),
            "changed no change".to_owned(),
            format!("open {RHO} 0")
        ]
    );
    assert_eq!(summary.spent_nano_rho.0, RHO);
    let lacking = history(&bench.ledger(), &bench.anchor(), &[("a report".to_owned(), Digest::of(b"other"))]);
    assert_eq!(lacking.unwrap_err(), LedgerError::Lacks("a report".to_owned()));
}
