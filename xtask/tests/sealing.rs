//! A bank seals with its own key on another machine, pins the public half, and runs in production; everything else is refused.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Bank, files_below};
use xtask::logminer::{self, Call};
use xtask::{tools, tree};

const PRODUCTION: &str = "profile = \"production\"\n";

/// A bank in production: own keys, own budget, stages copied from the build and not signed yet.
fn production() -> Bank {
    let bank = Bank::with_day(300, 11);
    fs::create_dir(bank.path("stages")).unwrap();
    for file in files_below(&tree::sealed().join("stages")) {
        fs::copy(&file, bank.path("stages").join(file.file_name().unwrap())).unwrap();
    }
    fs::write(bank.path("policy.toml"), PRODUCTION).unwrap();
    logminer::command().args(["keygen", "--keys"]).arg(bank.path("bank-keys")).run_quietly().unwrap();
    logminer::command().args(["budget", "create", "--date", "2026-11-20", "--runs"]).arg(bank.path("runs")).run_quietly().unwrap();
    bank
}

fn seal(bank: &Bank, arguments: &[&str]) -> Call {
    logminer::command().arg("seal").arg("--stages").arg(bank.path("stages")).args(arguments).current_dir(&bank.path(""))
}

/// A run in production with these flags instead of the usual keys.
fn run(bank: &Bank, flags: &[&str]) -> (u8, String) {
    let call = logminer::command().args(["run", "--json", "--date", "2026-11-20", "--input", "logs", "--runs", "runs", "--policy", "policy.toml"]);
    let (code, _, said) = call.args(["--stages", "stages"]).args(flags).current_dir(&bank.path("")).outcome().unwrap();
    (code, said)
}

fn check(bank: &Bank, flags: &[&str], code: u8, says: &str) {
    let (actual, said) = run(bank, flags);
    assert_eq!(actual, code, "{flags:?}: {said}");
    assert!(said.contains(says), "{flags:?}: {said}");
    assert_eq!(bank.path("runs/latest").exists(), code == 0, "{flags:?}");
}

fn openssl(program: &Path, bank: &Bank, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(bank.path("")).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The bank's key and signature by openssl, as docs/OPERATING.md says.
fn sign_with_openssl(program: &Path, bank: &Bank) -> PathBuf {
    openssl(program, bank, &["genpkey", "-algorithm", "ed25519", "-out", "bank.pem"]);
    openssl(program, bank, &["pkey", "-in", "bank.pem", "-pubout", "-out", "bank.pub.pem"]);
    openssl(program, bank, &["pkeyutl", "-sign", "-rawin", "-inkey", "bank.pem", "-in", "stages/stages.json", "-out", "stages.json.signature"]);
    bank.path("stages.json.signature")
}

#[test]
fn a_bank_signs_with_openssl_and_production_runs_on_its_seal_alone() {
    let Some(program) = tools::find("openssl", "openssl") else { return };
    let bank = production();
    let keys = ["--keys", "bank-keys"];
    let pinned = ["--keys", "bank-keys", "--stages-key", "bank.pub.pem"];
    // As they come from the build: a development seal, with or without its key pinned.
    fs::copy(bank.path("stages/stages.pub"), bank.path("moved.pub")).unwrap();
    check(&bank, &["--keys", "keys"], 32, "development keys");
    check(&bank, &keys, 32, "--stages-key");
    check(&bank, &["--keys", "bank-keys", "--stages-key", "moved.pub"], 32, "sealed for development");
    // Written for signing: nothing is trusted until the signature is there.
    seal(&bank, &["--unsigned", "--epoch", "5"]).run_quietly().unwrap();
    sign_with_openssl(&program, &bank);
    check(&bank, &pinned, 31, "no signature");
    let (code, _, said) = seal(&bank, &["--attach", "stages.json.signature", "--public-key", "keys/signing.pub"]).outcome().unwrap();
    assert_eq!(code, 32, "{said}");
    let (code, _, said) = seal(&bank, &["--attach", "stages.json.signature", "--public-key", "bank-keys/signing.pub"]).outcome().unwrap();
    assert_eq!(code, 31, "{said}");
    seal(&bank, &["--attach", "stages.json.signature", "--public-key", "bank.pub.pem"]).run_quietly().unwrap();
    // Another key than the pinned one, no pinned key, and a rollback.
    check(&bank, &["--keys", "bank-keys", "--stages-key", "bank-keys/signing.pub"], 31, "not of the expected key");
    check(&bank, &keys, 32, "--stages-key");
    let epoch = |least| [&pinned[..], &["--seal-epoch-min", least]].concat();
    check(&bank, &epoch("6"), 31, "seal_epoch_min is 6");
    check(&bank, &epoch("5"), 0, "");
}

#[test]
fn the_configuration_pins_the_key_and_the_epoch() {
    let bank = production();
    seal(&bank, &["--key", "bank-keys/signing.key", "--epoch", "2"]).run_quietly().unwrap();
    let key = fs::read_to_string(bank.path("bank-keys/signing.pub")).unwrap();
    let configure = |epoch: u32| {
        let text = format!(
            "input = [\"logs\"]\nruns = \"runs\"\nkeys = \"bank-keys\"\nstages = \"stages\"\nstages_key = \"{}\"\nseal_epoch_min = {epoch}\npolicy = \"policy.toml\"\n",
            key.trim()
        );
        fs::write(bank.path("logminer.toml"), text).unwrap();
    };
    // From another folder and with nothing on the command line but the date.
    let elsewhere = tempfile::tempdir().unwrap();
    let run =
        || logminer::command().args(["run", "--date", "2026-11-20"]).env("LOGMINER_CONFIG", bank.path("logminer.toml")).current_dir(elsewhere.path());
    configure(3);
    let (code, _, said) = run().outcome().unwrap();
    assert!(code == 31 && said.contains("epoch 2"), "{code}: {said}");
    let (code, _, said) = run().args(["--seal-epoch-min", "0", "--keys"]).arg(bank.path("keys")).outcome().unwrap();
    assert!(code == 32 && said.contains("development keys"), "{code}: {said}");
    configure(2);
    run().run_quietly().unwrap();
    assert!(bank.path("runs/latest").exists());
    let (code, out, said) = logminer::command().args(["config", "check"]).arg(bank.path("logminer.toml")).outcome().unwrap();
    assert!(code == 0 && out.contains("nothing is wrong"), "{out}{said}");
    fs::write(bank.path("policy.toml"), "profile = \"production\"\n\n[ci]\nfindings_max = 1\nanomalies_max = -1\n").unwrap();
    let (code, out, said) = logminer::command().args(["config", "check"]).arg(bank.path("logminer.toml")).outcome().unwrap();
    assert!(code == 2 && out.contains("policy.toml, line 4: unknown key findings_max") && out.contains("line 5: ci.anomalies_max"), "{out}{said}");
    let (code, _, said) = run().outcome().unwrap();
    assert!(code == 2 && said.contains("line 4") && said.contains("and 1 more"), "{said}");
}

#[test]
fn stages_are_static_and_hold_no_path_of_the_place_they_were_built_in() {
    common::sealed();
    let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("/nonexistent"));
    for (_, binary) in xtask::stage_build::PROGRAMS {
        let bytes = fs::read(tree::sealed().join("stages").join(binary)).unwrap();
        for place in [tree::root(), tree::target(), home.join(".cargo"), home.join(".rustup")] {
            let place = place.to_string_lossy().into_owned();
            assert!(!bytes.windows(place.len()).any(|window| window == place.as_bytes()), "{binary} holds {place}");
        }
    }
}
