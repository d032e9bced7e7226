//! Decisions on anomalies, through the real binaries: they hold from the next night on, are signed and audited, and change neither journeys nor report.

mod common;

use common::{Bank, records};
use xtask::logminer;

const HOUR_S: i64 = 3_600;

/// A night of ordinary sessions and one that begins with a transfer.
fn night(bank: &Bank, date: &str, number: i64) {
    let mut lines = String::new();
    let mut line = |second: i64, session: &str, event: &str, status: i64| {
        let (hour, minute, second) = (8 + second / HOUR_S, second / 60 % 60, second % 60);
        lines.push_str(&format!(
            "{{\"timestamp\":\"{date}T{hour:02}:{minute:02}:{second:02}Z\",\"event\":\"{event}\",\"http_method\":\"POST\",\"http_path\":\"/api/{event}\",\"http_status\":{status},\"session_id\":\"{session}\",\"customer_id\":\"cust-{session}\"}}\n"
        ));
    };
    for session in 0..400 {
        let name = format!("n{number}s{session:03}");
        for (at, event) in (0..).zip(["login", "view_balance", "transfer", "logout"]) {
            line(session * 30 + at * 5, &name, event, 200);
        }
    }
    for (at, event) in (0..).zip(["transfer", "transfer", "transfer"]) {
        line(13_000 + at * 5, &format!("n{number}odd"), event, 200);
    }
    let folder = bank.path(date);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("day.jsonl"), lines).unwrap();
}

fn run(bank: &Bank, date: &str) -> (u8, String) {
    let call = logminer::command().args(["run", "--json", "--date", date, "--input"]).arg(bank.path(date));
    let (code, out, said) = call.arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys")).outcome().unwrap();
    (code, out + &said)
}

fn baseline(bank: &Bank, args: &[&str]) -> (u8, String) {
    let call = logminer::command().arg("baseline").args(args).arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys"));
    let (code, out, said) = call.outcome().unwrap();
    (code, out + &said)
}

fn anomalies(bank: &Bank) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(bank.latest("runs").join("internal/anomalies.json")).unwrap()).unwrap()
}

#[test]
fn what_is_accepted_is_listed_no_more_from_the_next_night_on() {
    let bank = Bank::new();
    for (date, number) in [("2026-11-20", 0), ("2026-11-21", 1), ("2026-11-22", 2)] {
        night(&bank, date, number);
    }
    let (code, said) = run(&bank, "2026-11-20");
    assert_eq!(code, 0, "{said}");
    let first = bank.latest("runs");
    let seen = anomalies(&bank);
    let profile = seen["groups"][0]["profile"].as_str().unwrap().to_owned();

    for (args, exit) in [
        (&["accept", "0123456789abcdef", "--by", "a.lead", "--reason", "none such"][..], 2),
        (&["accept", &profile, "--by", "a.lead", "--reason", " "], 2),
        (&["accept", &profile, "--by", "a.lead"], 2),
    ] {
        assert_eq!(baseline(&bank, args).0, exit, "{args:?}");
    }
    assert!(!bank.path("runs/baseline.json").exists());
    let (code, said) = baseline(&bank, &["accept", &profile, "--by", "a.lead", "--reason", "night batch, ticket 4711"]);
    assert!(code == 0 && said.contains("accepted from the night after 2026-11-20"), "{said}");
    let log = std::fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap();
    let noted = log.lines().find(|line| line.contains("anomaly_decided")).unwrap();
    assert!(noted.contains("ticket 4711") && noted.contains("a.lead") && noted.contains(&profile), "{noted}");

    let (code, said) = run(&bank, "2026-11-20");
    assert!(code == 0 && said.contains("\"steps_run\":0"), "the night itself is what it was: {said}");
    assert_eq!(bank.latest("runs"), first);

    assert_eq!(run(&bank, "2026-11-21").0, 0);
    let (second, accepted) = (bank.latest("runs"), anomalies(&bank));
    assert!(accepted["groups"].as_array().unwrap().iter().all(|group| group["profile"] != profile.as_str()), "{accepted}");
    assert!(accepted["journeys_accepted"].as_u64().unwrap() >= 1);
    assert!(records(&second, "mined", "journey").iter().any(|journey| journey.contains("\"part\":0")));

    let (code, said) =
        baseline(&bank, &["reject", &profile, "--run", &first.to_string_lossy(), "--by", "b.lead", "--reason", "it is a double booking"]);
    assert_eq!(code, 0, "{said}");
    assert!(baseline(&bank, &["list", "--all", "--json"]).1.matches("ticket 4711").count() == 1);
    assert_eq!(run(&bank, "2026-11-22").0, 0);
    let rejected = anomalies(&bank);
    let group = rejected["groups"].as_array().unwrap().iter().find(|group| group["profile"] == profile.as_str()).unwrap();
    assert_eq!(group["confirmed"], true);

    let path = bank.path("runs/baseline.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("rejected", "accepted")).unwrap();
    assert_eq!(run(&bank, "2026-11-22").0, 31, "a changed file ends the run");
    assert_eq!(baseline(&bank, &["list"]).0, 31);
}
