//! A property that cannot be proved here is given up by name: recorded wherever the results go, and never silently.

use std::fs;

use xtask::logminer::{self, Call};

use super::common::Bank;
use super::support::{on_a_host_with, reason};

/// A host on which the canary cannot prove `inputs_read_only`: a refused call answers with another error than Linux has.
const ODD_HOST: &str = "odd_truncate";
const OVERRIDE: &str = "inputs_read_only=ticket 4711: kernel in user space";

fn allowing(call: Call) -> Call {
    call.arg("--unsafe-allow").arg(OVERRIDE)
}

fn with_policy(bank: &Bank, call: Call) -> Call {
    fs::write(bank.path("policy.toml"), "[sandbox]\nraw_overrides = [\"inputs_read_only\"]\n").unwrap();
    call.arg("--policy").arg(bank.path("policy.toml"))
}

fn manifest(bank: &Bank, runs: &str) -> serde_json::Value {
    serde_json::from_slice(&fs::read(bank.latest(runs).join("manifest.json")).unwrap()).unwrap()
}

fn summary(out: &[u8]) -> serde_json::Value {
    serde_json::from_str(String::from_utf8_lossy(out).lines().last().unwrap()).unwrap()
}

/// Names and digests of every result but the noisy report.
fn results(manifest: &serde_json::Value) -> Vec<String> {
    let tasks = manifest["tasks"].as_array().unwrap();
    let outputs = tasks
        .iter()
        .filter(|task| !["dp-report.release", "sanitize.gate_release"].contains(&task["step"].as_str().unwrap()))
        .flat_map(|task| task["outputs"].as_array().unwrap());
    outputs.map(|output| format!("{} {}", output["file"], output["digest"])).collect()
}

#[test]
fn an_unproven_property_ends_the_run() {
    let bank = Bank::with_day(200, 1);
    let (code, _, said) = on_a_host_with(ODD_HOST, bank.run()).outcome().unwrap();
    assert_eq!(code, 30, "{said}");
    let reason = reason(&said);
    assert_eq!((&reason["layer"], &reason["property"], &reason["errno"]), (&"descriptors".into(), &"inputs_read_only".into(), &1.into()));
    // Another property's override does not help.
    let other = on_a_host_with(ODD_HOST, bank.run().args(["--unsafe-allow", "no_network=because"]));
    assert_eq!(other.outcome().unwrap().0, 30);
    assert!(!bank.path("runs/latest").exists());
}

#[test]
fn raw_text_needs_the_policy_too() {
    let bank = Bank::with_day(200, 2);
    for host in [Some(ODD_HOST), None] {
        let call = allowing(bank.run());
        let (code, _, said) = host.map_or_else(|| allowing(bank.run()), |host| on_a_host_with(host, call)).outcome().unwrap();
        assert_eq!(code, 30, "{said}");
        assert!(said.contains("ingest.survey") && said.contains("raw_overrides"), "{said}");
        assert_eq!((&reason(&said)["layer"], &reason(&said)["property"]), (&"policy".into(), &"inputs_read_only".into()));
    }
    assert!(!bank.path("runs/latest").exists());
}

#[test]
fn an_override_is_recorded_wherever_the_results_go_and_changes_no_record() {
    let bank = Bank::with_day(400, 3);
    let given_up = serde_json::json!([{ "property": "inputs_read_only", "reason": "ticket 4711: kernel in user space" }]);
    let out = on_a_host_with(ODD_HOST, with_policy(&bank, allowing(bank.run()))).output().unwrap();
    assert_eq!((&summary(&out)["degraded"], &summary(&out)["overrides"]), (&true.into(), &given_up));
    let degraded = manifest(&bank, "runs");
    assert_eq!(degraded["overrides"], given_up);
    assert_eq!((&degraded["sandbox"]["canary"], &degraded["sandbox"]["unproven"]), (&"overridden".into(), &serde_json::json!(["inputs_read_only"])));
    let log = fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap();
    let event = log.lines().find(|line| line.contains("override_used")).expect("it is audited");
    assert!(event.contains("inputs_read_only") && event.contains("ticket 4711"), "{event}");
    let first_step = log.lines().position(|line| line.contains("step_run")).unwrap();
    assert!(log.lines().position(|line| line.contains("override_used")).unwrap() < first_step, "before the first step");

    // A sound host that takes the results over does not make them sound.
    let out = with_policy(&bank, bank.run()).output().unwrap();
    assert_eq!((&summary(&out)["unchanged"], &summary(&out)["degraded"]), (&true.into(), &true.into()));
    logminer::command().arg("verify").arg(bank.latest("runs")).arg("--keys").arg(bank.path("keys")).run_quietly().unwrap();

    // Made anew on a sound host, every record is the same and nothing is degraded.
    let out = with_policy(&bank, bank.run_into("sound")).output().unwrap();
    assert_eq!(summary(&out)["degraded"], false);
    let sound = manifest(&bank, "sound");
    assert_eq!((&sound["overrides"], &sound["sandbox"]["canary"]), (&serde_json::json!([]), &"passed".into()));
    assert_eq!(results(&degraded), results(&sound));
}

/// One degraded step among sound ones marks the run.
#[test]
fn a_result_taken_over_keeps_its_mark() {
    let bank = Bank::with_day(200, 4);
    let part = on_a_host_with(ODD_HOST, with_policy(&bank, allowing(bank.run())).args(["--until", "ingest.read"])).output().unwrap();
    assert_eq!(summary(&part)["degraded"], true);
    let out = with_policy(&bank, bank.run()).output().unwrap();
    assert_eq!(summary(&out)["degraded"], true);
    assert_eq!(manifest(&bank, "runs")["overrides"][0]["property"], "inputs_read_only");
    assert_eq!(manifest(&bank, "runs")["sandbox"]["canary"], "passed", "the rest was run on a sound host");
}

#[test]
fn a_wrong_override_is_a_usage_error() {
    let bank = Bank::with_day(50, 5);
    for (flag, says) in [("everything=because", "inputs_read_only"), ("no_network", "give the reason"), ("no_network=", "give the reason")] {
        let (code, _, said) = bank.run().args(["--unsafe-allow", flag]).outcome().unwrap();
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(says), "{said}");
    }
    fs::write(bank.path("policy.toml"), "[sandbox]\nraw_overrides = [\"all\"]\n").unwrap();
    assert_eq!(bank.run().arg("--policy").arg(bank.path("policy.toml")).outcome().unwrap().0, 2);
}
