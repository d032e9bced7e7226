//! Manifest, attestation and audit log of real runs: what was changed is named, who does not know this program can check it too, and
//! `explain` says why each step ran.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Bank, files_below};
use serde_json::Value;
use xtask::{logminer, tools};

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Replaces a file, its permissions kept.
fn replace(path: &Path, bytes: &[u8]) {
    let staged = path.with_extension("staged");
    fs::write(&staged, bytes).unwrap();
    fs::set_permissions(&staged, fs::metadata(path).unwrap().permissions()).unwrap();
    fs::rename(&staged, path).unwrap();
}

fn verify(bank: &Bank, run: &Path, flags: &[&str]) -> (u8, Value, String) {
    let call = logminer::command().arg("verify").arg(run).arg("--keys").arg(bank.path("keys")).arg("--json").args(flags);
    let (code, out, said) = call.outcome().unwrap();
    (code, serde_json::from_str(&out).unwrap_or_default(), said)
}

/// Random numbers that are the same in every run of the test.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[test]
fn a_bit_flipped_anywhere_in_a_run_is_named() {
    let bank = Bank::with_day(300, 31);
    bank.run().run_quietly().unwrap();
    let run = bank.latest("runs");
    let (signed, published): (Vec<PathBuf>, Vec<PathBuf>) = files_below(&run).into_iter().partition(|path| path.parent() == Some(&run));
    let mut numbers = Numbers(31);
    let mut flips = 0;
    // One bit in each published file at once, raw ones included: each must be named.
    while flips < 1_000 {
        let originals: Vec<(PathBuf, Vec<u8>)> = published.iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        for (path, bytes) in originals.iter().filter(|(_, bytes)| !bytes.is_empty()) {
            let mut changed = bytes.clone();
            changed[numbers.below(bytes.len())] ^= 1 << numbers.below(8);
            replace(path, &changed);
            flips += 1;
        }
        let (code, report, said) = verify(&bank, &run, &[]);
        assert_eq!(code, 31, "{said}");
        let problems: Vec<&str> = report["problems"].as_array().unwrap().iter().map(|problem| problem.as_str().unwrap()).collect();
        for (path, bytes) in originals {
            let name = path.strip_prefix(&run).unwrap().to_str().unwrap();
            let named = problems.iter().any(|problem| problem.starts_with(&format!("{name} was changed")));
            assert!(named || bytes.is_empty(), "{name} is not named in {problems:?}");
            replace(&path, &bytes);
        }
    }
    assert_eq!(signed.len(), 4, "{signed:?}");
    for path in signed {
        let sound = fs::read(&path).unwrap();
        for _ in 0..4 {
            let mut changed = sound.clone();
            changed[numbers.below(sound.len())] ^= 1 << numbers.below(8);
            replace(&path, &changed);
            let (code, _, said) = verify(&bank, &run, &["--no-raw"]);
            assert!(code == 31 && said.contains(path.file_name().unwrap().to_str().unwrap()), "{}: {code} {said}", path.display());
        }
        replace(&path, &sound);
    }
    assert_eq!(verify(&bank, &run, &[]).0, 0);
}

#[test]
fn a_run_is_verified_offline_from_a_copy_and_nothing_in_it_is_touched() {
    let bank = Bank::with_day(300, 32);
    bank.run().run_quietly().unwrap();
    let copy = bank.path("copy");
    assert!(Command::new("cp").arg("-a").arg(bank.latest("runs")).arg(&copy).status().unwrap().success());
    let state = || files_below(&copy).into_iter().map(|path| (fs::metadata(&path).unwrap().modified().unwrap(), fs::read(path).unwrap()));
    let before: Vec<_> = state().collect();
    // Neither stages nor runs folder nor private keys.
    let public = bank.path("signing.pub");
    fs::rename(bank.path("keys/signing.pub"), &public).unwrap();
    fs::remove_dir_all(bank.path("keys")).unwrap();
    fs::remove_dir_all(bank.path("runs")).unwrap();
    let call = || logminer::command().arg("verify").arg(&copy).arg("--public-key").arg(&public).args(["--stages", "nowhere", "--no-raw"]);
    call().arg("--no-audit").run_quietly().unwrap();
    let (code, _, said) = call().outcome().unwrap();
    assert!(code == 31 && said.contains("audit.jsonl is missing"), "{code}: {said}");
    assert!(state().eq(before), "verify touched the run");
}

#[test]
fn an_auditor_who_may_not_see_raw_text_can_verify_the_rest() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let bank = Bank::with_day(300, 37);
    bank.run().run_quietly().unwrap();
    let copy = bank.path("copy");
    assert!(Command::new("cp").arg("-a").arg(bank.latest("runs")).arg(&copy).status().unwrap().success());
    let program = bank.path("logminer");
    fs::copy(xtask::tree::sealed().join("logminer"), &program).unwrap();
    let mut command = Command::new(&program);
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let public = bank.path("signing.pub");
    fs::copy(bank.path("keys/signing.pub"), &public).unwrap();
    open(&public, 0o644);
    command.arg("verify").arg(&copy).arg("--public-key").arg(&public).args(["--no-raw", "--no-audit", "--json"]);
    if fs::metadata(&copy).map(|meta| std::os::unix::fs::MetadataExt::uid(&meta)).unwrap() == 0 {
        // Root may look anywhere, so another user is the auditor, and everything but raw text is open to it.
        command.uid(65_534).gid(65_534);
        open(&bank.path(""), 0o755);
        let raw = copy.join("raw");
        assert!(Command::new("chmod").args(["-R", "o+rX"]).arg(&copy).status().unwrap().success());
        assert!(Command::new("chmod").args(["-R", "o-rwx"]).arg(&raw).status().unwrap().success());
    } else {
        open(&copy.join("raw"), 0o000);
    }
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert!(output.status.success(), "{report} {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(report["unseen"], serde_json::json!(["raw/raw-shard00.lmq", "raw/reject_read-shard00.lmq"]));
    open(&copy.join("raw"), 0o700);
}

#[test]
fn a_tail_cut_off_the_audit_log_and_a_foreign_manifest_show() {
    let bank = Bank::with_day(300, 33);
    bank.run().run_quietly().unwrap();
    let (run, log) = (bank.latest("runs"), bank.path("runs/audit.jsonl"));
    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let publishing = lines.iter().position(|line| line.contains("\"publishing\"")).unwrap();
    for (kept, says) in [(publishing, "its publication is not in the log"), (publishing - 1, "was cut")] {
        fs::write(&log, lines[..kept].concat()).unwrap();
        let (code, report, _) = verify(&bank, &run, &["--no-raw"]);
        assert!(code == 31 && report["problems"].to_string().contains(says), "{report}");
    }
    fs::write(&log, &text).unwrap();
    assert_eq!(verify(&bank, &run, &["--no-raw"]).0, 0);
    let events: Vec<Value> = fs::read_to_string(&log).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let actions: Vec<&str> = events.iter().map(|event| event["event"]["action"].as_str().unwrap()).collect();
    for action in ["run_started", "key_loaded", "seal_verified", "sandbox_proven", "step_run", "budget_reserved", "budget_committed", "published"] {
        assert!(actions.contains(&action), "{action} is not in {actions:?}");
    }
    assert_eq!(actions[actions.len() - 2..], ["run_finished", "verified"]);
    for event in &events {
        assert!(event["@timestamp"].is_string() && event["service"]["name"] == "logminer" && event["event"]["kind"] == "event", "{event}");
    }
}

/// Runs a tool on bytes and returns its standard output.
fn pipe(program: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{} {arguments:?}", program.display());
    output.stdout
}

#[test]
fn openssl_finds_the_attestation_sound_and_a_changed_one_not() {
    let Some(openssl) = tools::find("openssl", "openssl") else { return };
    let bank = Bank::with_day(300, 34);
    bank.run().run_quietly().unwrap();
    let run = bank.latest("runs");
    let envelope = json(&run.join("attestation.dsse.json"));
    let decoded = |value: &Value| pipe(&openssl, &["base64", "-d", "-A"], value.as_str().unwrap().as_bytes());
    let payload = decoded(&envelope["payload"]);
    let kind = envelope["payloadType"].as_str().unwrap();
    assert_eq!(payload, fs::read(run.join("attestation.json")).unwrap());
    let mut signed = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    signed.extend(&payload);
    // An ed25519 public key as SubjectPublicKeyInfo: a fixed prefix (RFC 8410) and the 32 bytes.
    let public = format!("302a300506032b6570032100{}", fs::read_to_string(bank.path("keys/signing.pub")).unwrap().trim());
    let der: Vec<u8> = (0..public.len()).step_by(2).map(|at| u8::from_str_radix(public.get(at..at + 2).unwrap(), 16).unwrap()).collect();
    for (name, bytes) in [("key.der", der), ("signature", decoded(&envelope["signatures"][0]["sig"]))] {
        fs::write(bank.path(name), bytes).unwrap();
    }
    let accepts = |message: &[u8]| {
        fs::write(bank.path("message"), message).unwrap();
        let mut command = Command::new(&openssl);
        command.args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey"]).arg(bank.path("key.der")).arg("-rawin");
        command.arg("-in").arg(bank.path("message")).arg("-sigfile").arg(bank.path("signature"));
        command.output().unwrap().status.success()
    };
    assert!(accepts(&signed));
    let last = signed.len() - 1;
    signed[last] ^= 1;
    assert!(!accepts(&signed));

    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(
        (&statement["_type"], &statement["predicateType"]),
        (&"https://in-toto.io/Statement/v1".into(), &"https://slsa.dev/provenance/v1".into())
    );
    let subjects = statement["subject"].as_array().unwrap();
    let names: Vec<&str> = subjects.iter().map(|subject| subject["name"].as_str().unwrap()).collect();
    for path in files_below(&run) {
        let name = path.strip_prefix(&run).unwrap().to_str().unwrap();
        let own = name.starts_with("attestation.") || name == "manifest.sig";
        let Some(at) = names.iter().position(|subject| *subject == name) else {
            assert!(own, "{name} is no subject");
            continue;
        };
        let digest = String::from_utf8(pipe(&openssl, &["dgst", "-sha256", "-r"], &fs::read(&path).unwrap())).unwrap();
        let attested = &subjects[at]["digest"]["sha256"];
        // Nobody but a sealed step reads raw text, and that one gives BLAKE3 digests.
        assert!(if name.starts_with("raw/raw-") { attested.is_null() } else { digest.starts_with(attested.as_str().unwrap()) }, "{name}");
    }
}

/// Steps as `explain` tells them: what was done, why, and the parts of the key that changed.
fn explained(bank: &Bank) -> BTreeMap<String, (String, String, Vec<String>)> {
    let call = logminer::command().arg("explain").arg(bank.latest("runs")).arg("--keys").arg(bank.path("keys")).arg("--json");
    let out = String::from_utf8(call.output().unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let tasks = out.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
    tasks
        .map(|task| {
            let changed = task["changed"].as_array().unwrap().iter().map(text).collect();
            (text(&task["task"]), (text(&task["did"]), text(&task["because"]), changed))
        })
        .collect()
}

#[test]
fn explain_says_which_part_of_the_key_was_new() {
    let bank = Bank::with_day(300, 35);
    bank.run().run_quietly().unwrap();
    let first = explained(&bank);
    assert!(first.values().all(|(did, because, changed)| did == "run" && because == "new" && changed.is_empty()), "{first:?}");

    bank.log("more.log", b"2026-11-20 10:00:00 INFO a new line in a new file\n");
    bank.run().run_quietly().unwrap();
    let second = explained(&bank);
    assert_eq!(second["ingest.survey"], ("run".into(), "key_changed".into(), vec!["source_identity".into(), "source_ranges".into()]));
    assert_eq!(second["mine.skeleton"], ("run".into(), "key_changed".into(), vec!["inputs.clean".into()]));

    fs::write(bank.path("policy.toml"), "[mine]\nvelocity_count = 9\n").unwrap();
    bank.run().arg("--policy").arg(bank.path("policy.toml")).run_quietly().unwrap();
    let third = explained(&bank);
    assert_eq!(third["ingest.survey"], ("skip".into(), "same_key".into(), vec![]), "it does not read that section of the policy");
    assert_eq!(third["mine.skeleton"], ("run".into(), "key_changed".into(), vec!["policy".into()]));
    let (did, because, changed) = &third["mine.journeys[0]"];
    assert!(did == "run" && because == "key_changed" && changed.contains(&"policy".to_owned()), "{changed:?}");
    let call = logminer::command().arg("explain").arg(bank.latest("runs")).arg("--keys").arg(bank.path("keys"));
    let text = String::from_utf8(call.output().unwrap()).unwrap();
    assert!(text.contains("other than before: mine.velocity_count") && text.contains("new against the run before: the policy"), "{text}");

    // Back to the first policy: every result is there, and the run that held it is named.
    fs::remove_file(bank.path("logs/more.log")).unwrap();
    fs::remove_dir_all(bank.latest("runs")).unwrap();
    bank.run().run_quietly().unwrap();
    assert_eq!(explained(&bank), first, "the first run is there again, as it was");
}

#[test]
fn explain_wants_a_signed_run() {
    let bank = Bank::with_day(300, 36);
    bank.run().run_quietly().unwrap();
    let manifest = bank.latest("runs").join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    replace(&manifest, text.replacen("\"threads\":", "\"threads\": ", 1).as_bytes());
    let explain = |run: &Path| logminer::command().arg("explain").arg(run).arg("--keys").arg(bank.path("keys")).outcome().unwrap().0;
    assert_eq!(explain(&bank.latest("runs")), 31);
    assert_eq!(explain(&bank.path("nowhere")), 2);
}
