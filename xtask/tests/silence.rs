//! What the runner itself writes holds nothing of its input: a thousand planted secrets occur in no log, metric, manifest, attestation,
//! audit event, ledger or store entry, and in nothing that is printed, whether the run works or fails.

mod common;

use std::fs;
use std::path::PathBuf;

use aho_corasick::AhoCorasick;
use common::{Bank, files_below};
use xtask::logminer;

const SECRETS: usize = 1_000;

/// Values that no rule could know as personal data, so that nothing but silence keeps them in.
fn secrets() -> Vec<String> {
    (0..SECRETS).map(|number| format!("zq{:x}w", blake3_number(number))).collect()
}

fn blake3_number(number: usize) -> u64 {
    let hash = blake3::hash(&number.to_le_bytes());
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap())
}

/// Plants each secret as a value, a message, a name of a field, in broken JSON, and as a customer, in turn.
fn planted(secrets: &[String]) -> String {
    let mut text = String::new();
    for (number, secret) in secrets.iter().enumerate() {
        let time = format!("2026-11-20T08:{:02}:{:02}Z", number / 60 % 60, number % 60);
        text.push_str(&match number % 6 {
            0 => format!("{{\"timestamp\":\"{time}\",\"message\":\"order {secret} failed\",\"session_id\":\"s{}\"}}\n", number / 9),
            1 => format!("{{\"timestamp\":\"{time}\",\"message\":\"order kept\",\"customer_id\":\"{secret}\"}}\n"),
            2 => format!("{{\"timestamp\":\"{time}\",\"{secret}\":1,\"message\":\"odd field\"}}\n"),
            3 => format!("{{\"timestamp\":\"{secret}\",\"message\":\"odd time\",\"status\":\"{secret}\"}}\n"),
            4 => format!("{{\"timestamp\":\"{time}\",\"message\":\"cut {secret}\n"),
            _ => format!("[\"{secret}\"]\n"),
        });
    }
    text
}

/// What the runner writes by itself, beside the containers and what steps made.
fn own_files(bank: &Bank) -> Vec<PathBuf> {
    let own = |path: &PathBuf| {
        let name = path.strip_prefix(bank.path("runs")).unwrap().to_string_lossy().into_owned();
        let folder = name.split('/').nth(1).unwrap_or_default();
        let made_by_steps = ["raw", "clean", "mined", "internal", "release", "spool"].contains(&folder);
        !made_by_steps || name.starts_with(".store") || name.starts_with(".ledger")
    };
    files_below(&bank.path("runs")).into_iter().filter(own).collect()
}

#[test]
fn planted_secrets_occur_in_nothing_the_runner_writes_or_prints() {
    let bank = Bank::new();
    let secrets = secrets();
    let search = AhoCorasick::new(&secrets).unwrap();
    let logs = planted(&secrets);
    let found: std::collections::BTreeSet<usize> = search.find_iter(&logs).map(|hit| hit.pattern().as_usize()).collect();
    assert_eq!(found.len(), SECRETS, "the search finds what was planted");
    bank.log("day.jsonl", logs.as_bytes());
    bank.log("day.log.gz", &[&[0x1f, 0x8b, 8, 0][..], secrets[0].as_bytes()].concat());

    let mut printed = String::new();
    let mut call = |call: logminer::Call, expected: u8| {
        let (code, out, said) = call.outcome().unwrap();
        assert_eq!(code, expected, "{said}");
        printed.push_str(&out);
        printed.push_str(&said);
    };
    // Too many are quarantined, then they are not, then a stored file is damaged, and last a key is missing.
    fs::write(bank.path("policy.toml"), "[ingest]\nquarantine_ppm_max = 1000\n").unwrap();
    call(bank.run().arg("--policy").arg(bank.path("policy.toml")), 22);
    let run = || bank.run();
    call(run(), 0);
    let run_folder = bank.latest("runs");
    let named = |command: &str| logminer::command().arg(command).arg(&run_folder).arg("--keys").arg(bank.path("keys"));
    call(named("verify"), 0);
    call(named("explain"), 0);
    call(named("explain").arg("--json"), 0);
    call(logminer::command().args(["status", "--json", "--runs"]).arg(bank.path("runs")), 0);
    let damaged = run_folder.join("mined/template.lmq");
    fs::rename(&damaged, bank.path("template.lmq")).unwrap();
    fs::write(&damaged, b"damaged").unwrap();
    call(named("verify"), 31);
    call(run(), 31);
    fs::remove_file(bank.path("keys/token.key")).unwrap();
    call(run(), 32);

    let files = own_files(&bank);
    for name in ["manifest.json", "manifest.sig", "attestation.json", "attestation.dsse.json", "audit.jsonl", "metrics.prom", "ledger.jsonl"] {
        assert!(files.iter().any(|path| path.file_name().is_some_and(|file| file == name)), "{name} was not looked at");
    }
    assert!(printed.len() > 5_000, "something was printed");
    assert_eq!(search.find_iter(&printed).count(), 0, "a secret was printed");
    for path in files {
        let name = path.to_string_lossy().into_owned();
        assert_eq!(search.find_iter(&fs::read(&path).unwrap()).count(), 0, "a secret lies in {name}");
        assert_eq!(search.find_iter(&name).count(), 0, "a secret is a name");
    }
}
