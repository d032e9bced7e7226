//! Discovery of names on some nights alone, with the real programs: which nights discover, what the others count, what late days and late records cost.

mod common;

use common::{Bank, records};
use xtask::logminer::{self, Call};

/// A budget so large that twenty customers are a crowd: what is tested is when names are looked for, not how much noise there is.
const POLICY: &str = "profile = \"development\"\n[report]\nschedule = \"nightly\"\ndiscovery = \"monthly\"\nperiod_nano_rho = 10000000000000\nperiod_delta = \"0.01\"\n";

fn night(bank: &Bank, date: &str) -> Call {
    bank.on(date).arg("--policy").arg(bank.path("policy.toml"))
}

/// Discoveries, nightly reports and second reports of a night that were committed.
fn charged(bank: &Bank) -> (usize, usize, usize) {
    let listed = logminer::command().args(["budget", "history", "--json", "--runs"]).arg(bank.path("runs")).output().unwrap();
    let rows: Vec<serde_json::Value> = String::from_utf8(listed).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let spends: Vec<&serde_json::Value> = rows.iter().filter(|row| row["became"] == "committed").collect();
    let discovers = |row: &&&serde_json::Value| row["charges"].as_array().unwrap().iter().any(|charge| !charge["threshold"].is_null());
    let of = |share: &str| spends.iter().filter(|row| row["share"] == share).count();
    let discoveries = spends.iter().filter(discovers).count();
    (discoveries, of("schedule"), of("spare") - discoveries)
}

fn run_of(bank: &Bank, date: &str) -> std::path::PathBuf {
    let runs = std::fs::read_dir(bank.path("runs")).unwrap().flatten();
    let mut found: Vec<_> = runs.map(|entry| entry.path()).filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(date)).collect();
    found.sort_by_key(|path| path.metadata().unwrap().modified().unwrap());
    found.pop().unwrap()
}

fn known(bank: &Bank, date: &str) -> Vec<String> {
    records(&run_of(bank, date), "mined", "known_key")
}

fn event_types(bank: &Bank, date: &str) -> (serde_json::Value, Vec<String>) {
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(run_of(bank, date).join("release/report.json")).unwrap()).unwrap();
    let metric = report["metrics"].as_array().unwrap().iter().find(|metric| metric["metric"] == "event_type").unwrap().clone();
    let names = metric["numbers"].as_array().unwrap().iter().map(|number| number["key"]["name"].as_str().unwrap().to_owned()).collect();
    (metric, names)
}

#[test]
fn names_are_looked_for_on_their_nights_alone() {
    let bank = Bank::with_day(3_000, 16);
    std::fs::write(bank.path("policy.toml"), POLICY).unwrap();
    let plan = logminer::command().args(["budget", "plan", "--json", "--policy"]).arg(bank.path("policy.toml")).output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&plan).unwrap();
    assert_eq!((&plan["discovery"]["interval"], &plan["atto_delta"]), (&serde_json::json!("monthly"), &serde_json::json!(0)));

    // The first night of all looks, whatever its date; the next only counts what was found.
    night(&bank, "2026-11-29").run_quietly().unwrap();
    assert_eq!(charged(&bank), (1, 1, 0));
    let first = known(&bank, "2026-11-29");
    let (metric, names) = event_types(&bank, "2026-11-29");
    assert!(!names.is_empty() && metric["keys"] == "known" && metric["threshold"].is_null(), "{metric}");
    night(&bank, "2026-11-30").run_quietly().unwrap();
    assert_eq!(charged(&bank), (1, 2, 0));
    assert_eq!(known(&bank, "2026-11-30"), first);
    assert_eq!(event_types(&bank, "2026-11-30").1, names, "zeros included");

    // The first of the month looks again. A second run of it is a replay of both.
    night(&bank, "2026-12-01").run_quietly().unwrap();
    assert_eq!(charged(&bank), (2, 3, 0));
    let second = known(&bank, "2026-12-01");
    assert!(first.iter().all(|line| second.contains(line)), "a list only grows");
    night(&bank, "2026-12-01").run_quietly().unwrap();
    assert_eq!(charged(&bank), (2, 3, 0));

    // Late records of a night that discovered: a second report, and no second discovery.
    bank.log("late.log", b"2026-11-29T23:59:58Z INFO customer=C-99 logged in\n");
    night(&bank, "2026-12-01").run_quietly().unwrap();
    assert_eq!(charged(&bank), (2, 3, 1));
    assert_eq!(known(&bank, "2026-12-01"), second);

    // A late day that was no night of discovery: nothing was known before it, and the first night of all has been. Public keys alone are counted.
    night(&bank, "2026-11-20").run_quietly().unwrap();
    assert_eq!(charged(&bank), (2, 4, 1));
    assert!(known(&bank, "2026-11-20").is_empty() && event_types(&bank, "2026-11-20").1.is_empty());
    // A night of discovery that was missed is not made up by another; run late it discovers, and the days that are run after it go on from its list.
    night(&bank, "2026-11-01").run_quietly().unwrap();
    assert_eq!(charged(&bank), (3, 5, 1));
    night(&bank, "2026-11-02").run_quietly().unwrap();
    assert_eq!(charged(&bank), (3, 6, 1));
    assert_eq!(known(&bank, "2026-11-02"), known(&bank, "2026-11-01"));
    assert!(!known(&bank, "2026-11-01").is_empty());

    // A run for auditors is no night: the one after it goes on from the night before.
    night(&bank, "2026-12-02").arg("--no-dp").run_quietly().unwrap();
    night(&bank, "2026-12-03").run_quietly().unwrap();
    assert_eq!((charged(&bank), known(&bank, "2026-12-03")), ((3, 7, 1), second));
}

/// Names that were paid for and are lost do not end a night: it goes on with what it has, draws nothing again, and has them back when they are restored.
#[test]
fn a_night_goes_on_when_the_names_it_found_are_lost() {
    let bank = Bank::with_day(3_000, 17);
    std::fs::write(bank.path("policy.toml"), POLICY).unwrap();
    for date in ["2026-11-29", "2026-12-01"] {
        night(&bank, date).run_quietly().unwrap();
    }
    let (charges, first) = (charged(&bank), known(&bank, "2026-11-29"));
    assert_eq!(charges, (2, 2, 0));
    let lists = |date: &str| -> Vec<std::path::PathBuf> {
        let files = common::files_below(&run_of(&bank, date).join("mined"));
        files.into_iter().filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("known_key")).collect()
    };
    let report = |date: &str| std::fs::read(run_of(&bank, date).join("release/report.json")).unwrap();
    for (date, left, says) in [
        ("2026-12-01", first, "the list of the night before is handed on"),
        ("2026-11-29", Vec::new(), "public keys alone are counted until names are looked for on 2026-12-01"),
    ] {
        let (kept, released) = (known(&bank, date), report(date));
        let files: Vec<(std::path::PathBuf, Vec<u8>)> = lists(date).into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect();
        assert!(!files.is_empty());
        for (path, _) in &files {
            std::fs::remove_file(path).unwrap();
        }
        for again in [false, true] {
            let (code, out, said) = night(&bank, date).outcome().unwrap();
            assert!(code == 0 && (again || out.contains(says)) && out.contains("never drawn twice"), "{date}: {code}: {said}{out}");
            assert_eq!((charged(&bank), known(&bank, date)), (charges, left.clone()), "{date}: nothing is spent");
            assert_eq!(report(date), released, "the report was paid for, and is the same");
        }
        for (path, bytes) in &files {
            std::fs::write(path, bytes).unwrap();
        }
        let (code, out, said) = night(&bank, date).outcome().unwrap();
        assert!(code == 0 && !out.contains("never drawn twice"), "{date}: {code}: {said}{out}");
        assert_eq!(charged(&bank), charges);
        let latest = records(&bank.latest("runs"), "mined", "known_key");
        assert_eq!(latest, kept, "{date}: restored, they are taken over");
    }
}

/// Three customers share no name with enough others: that is no fault, so no night warns of it. Names that are lost do warn.
#[test]
fn nothing_found_is_no_warning() {
    let bank = Bank::new();
    let lines = (1..=3).map(|customer| {
        format!("{{\"timestamp\":\"2026-11-20T0{customer}:00:00Z\",\"http_method\":\"GET\",\"http_path\":\"/api/balance\",\"http_status\":200,\"session_id\":\"s{customer}\",\"customer_id\":\"cust-{customer:04}\"}}\n")
    });
    bank.log("day.jsonl", lines.collect::<String>().as_bytes());
    std::fs::write(bank.path("policy.toml"), "profile = \"development\"\n[report]\nschedule = \"nightly\"\ndiscovery = \"monthly\"\n").unwrap();
    night(&bank, "2026-11-29").run_quietly().unwrap();
    assert!(known(&bank, "2026-11-29").is_empty());
    let check = |date: &str, event: &str, next: &str| {
        let (code, out, said) = night(&bank, date).outcome().unwrap();
        let says = format!("public keys alone are counted until names are looked for on {next}");
        let told: Vec<&str> = out.lines().filter(|line| line.contains(&says)).collect();
        assert!(code == 0 && told.len() == 1 && told[0].contains(&format!("\"event\":\"{event}\"")), "{event}: {out}{said}");
    };
    check("2026-11-30", "note", "2026-12-01");
    for path in common::files_below(&run_of(&bank, "2026-11-29").join("mined")) {
        if path.file_name().unwrap().to_string_lossy().starts_with("known_key") {
            std::fs::remove_file(path).unwrap();
        }
    }
    check("2026-12-02", "warning", "2027-01-01");
}
