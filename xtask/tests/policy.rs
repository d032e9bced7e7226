//! `logminer policy`: what the sealed stage says of itself and of a policy, and a file of raw logs through it.

mod common;

use common::{Bank, files_below};
use serde_json::Value;
use xtask::logminer;

const POLICY: &str = "[rules]\noff = [\"VelocityCheck\"]\n[[rules.own]]\nid = \"ours\"\nall = [\"@event = x\"]\n[sanitize]\nlocales = [\"DE\"]\n[sanitize.operators]\nCARD = \"mask:6:4\"\nIP = \"keep\"\n[sanitize.field_operators]\namount = \"generalise:100\"\n";

fn lines(bank: &Bank, arguments: &[&str]) -> Vec<Value> {
    let call = logminer::command().arg("policy").args(arguments).arg("--json").arg("--policy").arg(bank.path("policy.toml"));
    let out = String::from_utf8(call.output().unwrap()).unwrap();
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_sealed_stage_tells_what_a_policy_does() {
    let bank = Bank::new();
    std::fs::write(bank.path("policy.toml"), POLICY).unwrap();
    let list = lines(&bank, &["list"]);
    let find = |key: &str, name: &str| list.iter().find(|row| row[key] == name && (key != "class" || row["operator"].is_string())).unwrap().clone();
    assert_eq!((&find("class", "CARD")["operator"], &find("class", "SECRET")["operator"]), (&Value::from("mask:6:4"), &Value::from("drop")));
    assert_eq!((&find("detector", "card")["need"], &find("detector", "card")["on"]), (&Value::from("shape"), &Value::from(true)));
    assert!(list.iter().any(|row| row["locale"] == "DE" && row["on"] == true) && list.iter().any(|row| row["locale"] == "FR" && row["on"] == false));
    let state = |rule: &str| find("rule", rule)["state"].clone();
    assert_eq!((state("VelocityCheck"), state("Structuring"), state("ours")), ("off".into(), "on".into(), "on".into()));
    let explained = lines(&bank, &["explain", "amount", "customer.card.number", "zz"]);
    assert_eq!((&explained[0]["operator"], &explained[1]["class"], &explained[2]["class"]), (&"generalise:100".into(), &"CARD".into(), &Value::Null));
}

#[test]
fn a_tried_file_is_counted_by_class_and_leaves_nothing_behind() {
    let bank = Bank::new();
    std::fs::write(bank.path("policy.toml"), POLICY).unwrap();
    bank.log(
        "app.jsonl",
        b"{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"card 4111111111111111 from 203.0.113.9\",\"password\":\"hunter2\",\"amount\":1234.5}\n\
          {\"timestamp\":\"2026-11-20T08:00:01Z\",\"message\":\"mail to jane.roe@example.com and jane.roe@example.com\",\"customer_id\":\"C-1\"}\n",
    );
    std::fs::create_dir(bank.path("runs")).unwrap();
    let (file, runs, keys) = (bank.path("logs/app.jsonl"), bank.path("runs"), bank.path("keys"));
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let out = lines(&bank, &["try", &text(&file), "--runs", &text(&runs), "--keys", &text(&keys), "--show", "2"]);
    let row = |class: &str| out.iter().find(|row| row["class"] == class).unwrap_or_else(|| panic!("{class} is not counted"));
    let count = |class: &str, what: &str| row(class)[what].as_u64().unwrap();
    assert_eq!((count("CARD", "found"), count("CARD", "written"), count("CARD", "left")), (1, 1, 0));
    assert_eq!((count("IP", "found"), count("IP", "left")), (1, 1));
    assert_eq!((count("EMAIL", "tokens"), count("EMAIL", "distinct")), (2, 1));
    assert_eq!((count("SECRET", "dropped"), count("CUSTOMER", "tokens")), (1, 1));
    let shown: String = out.iter().filter(|row| row["message"].is_string()).map(Value::to_string).collect();
    assert!(shown.contains(":411111******1111]") && shown.contains("[\"amount\",1200]"), "{shown}");
    assert!(["4111111111111111", "hunter2", "jane.roe", "1234.5"].iter().all(|raw| !shown.contains(raw)), "{shown}");
    // Who sanitized what with the bank's key is in the audit log, beside its lock; nothing else is left.
    let left = files_below(&runs);
    assert!(left.iter().all(|file| file.file_name().is_some_and(|name| matches!(name.to_str(), Some("audit.jsonl" | ".lock-audit")))), "{left:?}");
    assert!(std::fs::read_to_string(runs.join("audit.jsonl")).unwrap().contains("policy try"));
}

#[test]
fn what_no_policy_may_ask_for_ends_every_command_with_exit_32() {
    let bank = Bank::new();
    std::fs::write(bank.path("policy.toml"), "[sanitize.operators]\n\nSECRET = \"token\"\n").unwrap();
    for command in [&["policy", "list"][..], &["policy", "explain", "x"], &["doctor"]] {
        let call = logminer::command().args(command).arg("--policy").arg(bank.path("policy.toml"));
        let (code, out, error) = call.outcome().unwrap();
        assert!(code == 32 && format!("{out}{error}").contains("line 3: sanitize.operators.SECRET is refused"), "{code} {out}{error}");
    }
}
