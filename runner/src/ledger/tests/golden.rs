//! Ledgers of every version, kept for ever in `testdata/runner/ledger/v<N>`: a budget that was spent once stays spent across upgrades.
//! `UPDATE=1` writes the folder of the current version where it is missing; it never rewrites one.

use super::*;

/// Raised with the form of an entry or of the anchor.
const VERSION: u32 = 1;

fn home(version: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../testdata/runner/ledger/v{version}"))
}

/// A ledger with every kind of entry: two reports, a lost one, a changed policy and an open reserve.
fn write(bench: &Bench) {
    let mut ledger = bench.open().unwrap();
    for number in 0..2 {
        let Reserved::New(reservation) = ledger.reserve(&request(number)).unwrap() else { panic!("new") };
        let spent = (reservation.reserve().nano_rho.0, reservation.reserve().atto_delta.0);
        ledger.commit(reservation, Digest::of(b"report"), &charges(spent.0, spent.1)).unwrap();
    }
    let Reserved::New(reservation) = ledger.reserve(&request(2)).unwrap() else { panic!("new") };
    ledger.lose(reservation).unwrap();
    let report = ReportPolicy { event_types_max: 9, period_nano_rho: 900_000_000, ..ReportPolicy::default() };
    ledger.change_policy(&LedgerPolicy::from_report(&report).unwrap(), false, "a smaller cap", DAY + 1).unwrap();
}

#[test]
fn golden_ledgers_of_all_versions_are_read() {
    if std::env::var_os("UPDATE").is_some() && !home(VERSION).exists() {
        let bench = Bench::new(Schedule::Once);
        write(&bench);
        std::fs::create_dir_all(home(VERSION)).unwrap();
        for (from, to) in [(bench.ledger(), "ledger.jsonl"), (bench.anchor(), "ledger.anchor")] {
            std::fs::write(home(VERSION).join(to), std::fs::read(from).unwrap()).unwrap();
        }
    }
    for version in 1..=VERSION {
        // The repository keeps no private modes, and the ledger refuses a file that others may write.
        let dir = tempfile::tempdir().unwrap();
        for name in ["ledger.jsonl", "ledger.anchor"] {
            std::fs::copy(home(version).join(name), dir.path().join(name)).unwrap();
            std::fs::set_permissions(dir.path().join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
        let summary = read(&dir.path().join("ledger.jsonl"), &dir.path().join("ledger.anchor")).unwrap();
        assert_eq!((summary.committed, summary.lost, summary.open), (2, 1, None), "v{version}");
        assert_eq!((summary.spent_nano_rho, summary.policy.cap_nano_rho), (NanoRho(3 * RHO), NanoRho(900_000_000)), "v{version}");
    }
}

#[test]
fn an_entry_of_a_later_version_is_refused_and_not_passed_over() {
    let bench = Bench::new(Schedule::Once);
    write(&bench);
    let text = std::fs::read_to_string(bench.ledger()).unwrap();
    std::fs::write(bench.ledger(), text.replacen("\"kind\":\"lost\"", "\"kind\":\"refund\"", 1)).unwrap();
    assert!(matches!(read(&bench.ledger(), &bench.anchor()), Err(LedgerError::Damaged { .. })));
}
