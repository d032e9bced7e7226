//! Values planted where the sealed pipeline publishes them: the run ends with exit 62, names the place and not the value, and nothing is visible.

mod common;

use common::Bank;

/// Known as a customer's from a field, and as a name that only a policy can bring to the other places.
const VALUE: &str = "CUST-0041-8822-77";

/// A bank whose logs hold the value, under a policy that spells it out.
fn bank(policy: &str) -> Bank {
    let bank = Bank::with_day(2_000, 5);
    bank.log("planted.jsonl", format!("{{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"login\",\"customer_id\":\"{VALUE}\"}}\n").as_bytes());
    std::fs::write(bank.path("policy.toml"), policy).unwrap();
    bank
}

fn check_stopped(policy: &str, place: &str) {
    let bank = bank(policy);
    let (code, out, error) = bank.run().arg("--policy").arg(bank.path("policy.toml")).outcome().unwrap();
    let said = format!("{out}{error}");
    assert_eq!(code, 62, "{said}");
    assert!(said.contains(place) && said.contains("(customer)"), "{said}");
    assert!(!said.contains("-8822-"), "{said}");
    assert!(!bank.path("runs/latest").exists(), "{policy}");
}

#[test]
fn a_value_in_the_release_stops_the_run() {
    check_stopped(&format!("[report]\npublic_findings = [\"{VALUE}\"]\n"), "report: report.");
}

#[test]
fn a_value_in_the_manifest_stops_the_run() {
    check_stopped(&format!("[sanitize]\nsession_fields = [\"{VALUE}\"]\n"), "written: manifest.json");
}

#[test]
fn a_value_in_a_clean_record_stops_the_run() {
    // A field that the policy keeps is not looked at by anything but the gate.
    let bank = bank("[sanitize]\nkeep_fields = [\"build_note\"]\n");
    bank.log("kept.jsonl", format!("{{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"x\",\"build_note\":\"of {VALUE}\"}}\n").as_bytes());
    let (code, out, error) = bank.run().arg("--policy").arg(bank.path("policy.toml")).outcome().unwrap();
    assert!(code == 62 && error.contains("clean: file 0"), "{out}{error}");
    assert!(!bank.path("runs/latest").exists() && !format!("{out}{error}").contains("-8822-"));
    // The budget is whole: nothing was drawn.
    assert!(!bank.path("runs/ledger.jsonl").exists() || !std::fs::read_to_string(bank.path("runs/ledger.jsonl")).unwrap().contains("reserve"));
}
