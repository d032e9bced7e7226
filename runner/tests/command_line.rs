//! The built program: wrong usage and missing things end in a sentence and the documented exit code.

use std::path::Path;
use std::process::Command;

struct Outcome {
    code: i32,
    out: String,
    said: String,
}

fn logminer(dir: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_logminer"))
        .args(arguments)
        .current_dir(dir)
        .env_remove("LOGMINER_HASH_SECRET")
        .env_remove("LOGMINER_HASH_SECRET_FILE")
        .env_remove("LOGMINER_CONFIG")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Outcome { code: output.status.code().expect("no death by signal"), out: text(&output.stdout), said: text(&output.stderr) }
}

fn check(dir: &Path, arguments: &[&str], code: i32, says: &str) {
    let outcome = logminer(dir, arguments);
    assert_eq!(outcome.code, code, "{arguments:?}: {}", outcome.said);
    assert!(outcome.said.contains(says), "{arguments:?}: {}", outcome.said);
    assert!(!outcome.said.contains("panicked"), "{}", outcome.said);
}

fn place() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("logs")).unwrap();
    dir
}

#[test]
fn wrong_usage_is_exit_2() {
    let dir = place();
    let dir = dir.path();
    check(dir, &[], 2, "Usage");
    check(dir, &["fly"], 2, "fly");
    check(dir, &["run"], 2, "--input");
    check(dir, &["run", "--input", "logs", "--no-such-flag"], 2, "--no-such-flag");
    check(dir, &["run", "--input", "logs", "--shards", "0"], 2, "--shards");
    check(dir, &["run", "--input", "logs", "--date", "tomorrow"], 2, "--date");
    // Finding 23 of the review of issue 2: a time of 0 ended every step at once, with 52.
    check(dir, &["run", "--input", "logs", "--step-timeout-minutes", "0"], 2, "--step-timeout-minutes");
    check(dir, &["run", "--input", "logs", "--run-timeout-minutes", "0"], 2, "--run-timeout-minutes");
    check(dir, &["step", "mine.skeleton", "--step-timeout-minutes", "0"], 2, "--step-timeout-minutes");
    check(dir, &["run", "--input", "logs"], 2, "no regular file");
    check(dir, &["run", "--input", "nowhere"], 2, "nowhere");
    check(dir, &["step", "mine.nothing"], 2, "mine.nothing");
    check(dir, &["step", "dp-report.release"], 2, "--evaluation");
    check(dir, &["verify", "nowhere"], 2, "nowhere");
    // What they do has no manifest that could carry an override.
    check(dir, &["step", "mine.skeleton", "--unsafe-allow", "no_network=because"], 2, "--unsafe-allow");
    check(dir, &["verify", "logs", "--unsafe-allow", "no_network=because"], 2, "--unsafe-allow");
    assert!(!dir.join("runs").exists(), "wrong flags make no folder");
    check(dir, &["inspect", "nowhere"], 2, "nowhere");
    check(dir, &["budget", "show"], 2, "budget create");
    check(dir, &["fidelity", "--leak-max", "3"], 2, "--leak-max");
    check(dir, &["fidelity", "--lines-per-cell", "0"], 2, "--lines-per-cell");
    check(dir, &["fidelity", "--seeds", "0"], 2, "--seeds");
    check(dir, &["retention", "--runs", "logs"], 2, "--raw-days");
    check(dir, &["retention", "--raw-days", "1"], 2, "it is no folder");
    check(dir, &["run", "--input", "logs", "--retries", "6"], 2, "--retries");
}

#[test]
fn help_is_exit_0_and_has_examples() {
    let dir = place();
    let commands = [
        "run",
        "plan",
        "step",
        "resume",
        "verify",
        "inspect",
        "doctor",
        "keygen",
        "status",
        "budget",
        "fidelity",
        "retention",
        "seal",
        "config",
        "completions",
        "man",
    ];
    for command in commands {
        let outcome = logminer(dir.path(), &[command, "--help"]);
        assert_eq!(outcome.code, 0);
        assert!(outcome.out.contains("Example"), "{}", outcome.out);
    }
}

#[test]
fn an_unknown_policy_key_is_named_with_its_line() {
    let dir = place();
    std::fs::write(dir.path().join("logs/a.jsonl"), "{}\n").unwrap();
    std::fs::write(dir.path().join("p.toml"), "[sanitize]\nkeep_feilds = []\n").unwrap();
    check(dir.path(), &["run", "--input", "logs", "--policy", "p.toml"], 2, "keep_feilds");
    check(dir.path(), &["run", "--input", "logs", "--policy", "p.toml"], 2, "line 2");
}

#[test]
fn missing_keys_are_exit_32_and_missing_stages_exit_31() {
    let dir = place();
    std::fs::write(dir.path().join("logs/a.jsonl"), "{}\n").unwrap();
    check(dir.path(), &["run", "--input", "logs"], 32, "token key");
    assert_eq!(logminer(dir.path(), &["keygen", "--development"]).code, 0);
    check(dir.path(), &["keygen"], 2, "never replaced");
    check(dir.path(), &["run", "--input", "logs", "--stages", "nowhere"], 31, "cargo xtask seal");
    check(dir.path(), &["fidelity", "--stages", "nowhere"], 31, "cargo xtask seal");
    std::fs::write(dir.path().join("p.toml"), "profile = \"production\"\n").unwrap();
    check(dir.path(), &["run", "--input", "logs", "--policy", "p.toml"], 32, "development keys");
}

#[test]
fn damaged_files_are_named_not_printed() {
    let dir = place();
    std::fs::write(dir.path().join("a.lmq"), "4111111111111111 is no container").unwrap();
    check(dir.path(), &["inspect", "a.lmq"], 20, "a.lmq");
    assert!(!logminer(dir.path(), &["inspect", "a.lmq"]).said.contains("4111"));
}

#[test]
fn status_of_nothing_is_no_error() {
    let dir = place();
    let outcome = logminer(dir.path(), &["status", "--json"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.out.contains("\"published\":[]"), "{}", outcome.out);
}

#[test]
fn a_new_ledger_is_shown_and_never_replaced() {
    let dir = place();
    assert_eq!(logminer(dir.path(), &["budget", "create", "--date", "2026-11-20"]).code, 0);
    let shown = logminer(dir.path(), &["budget", "show", "--json"]);
    assert!(shown.code == 0 && shown.out.contains("\"committed\":0"), "{}", shown.out);
    check(dir.path(), &["budget", "create"], 60, "exists");
    std::fs::remove_file(dir.path().join("runs/.ledger/ledger.jsonl")).unwrap();
    check(dir.path(), &["budget", "show"], 60, "missing");
}

#[test]
fn a_configuration_is_checked_before_anything_else_and_flags_win() {
    let dir = place();
    std::fs::write(dir.path().join("logs/a.jsonl"), "{}\n").unwrap();
    let configure = |text: &str| std::fs::write(dir.path().join("l.toml"), text).unwrap();
    check(dir.path(), &["status", "--config", "nowhere.toml"], 2, "nowhere.toml");
    check(dir.path(), &["config", "check"], 2, "LOGMINER_CONFIG");
    configure("runs = \"r\"\n\nretry = 2\n");
    check(dir.path(), &["status", "--config", "l.toml"], 2, "l.toml, line 3: unknown key retry; allowed here: input, runs");
    let outcome = logminer(dir.path(), &["config", "check", "l.toml", "--json"]);
    assert!(outcome.code == 2 && outcome.out.contains("\"line\":3"), "{}", outcome.out);
    configure("input = [\"logs\"]\nkeys = \"k\"\nshards = 3\npolicy = \"p.toml\"\n");
    std::fs::write(dir.path().join("p.toml"), "[report]\nepsilon = \"0\"\n").unwrap();
    check(dir.path(), &["run", "--config", "l.toml"], 2, "p.toml, line 2: report.epsilon");
    let outcome = logminer(dir.path(), &["config", "check", "--config", "l.toml"]);
    assert!(outcome.code == 2 && outcome.out.contains("l.toml: nothing is wrong") && outcome.out.contains("p.toml, line 2"), "{}", outcome.out);
    std::fs::write(dir.path().join("p.toml"), "").unwrap();
    check(dir.path(), &["run", "--config", "l.toml"], 32, "k/token.key");
    check(dir.path(), &["run", "--config", "l.toml", "--keys", "other"], 32, "other/token.key");
}

#[test]
fn examples_and_schemas_are_what_the_program_takes() {
    let dir = place();
    for form in ["logminer", "policy"] {
        let example = logminer(dir.path(), &["config", "example", "--form", form]);
        std::fs::write(dir.path().join("example.toml"), &example.out).unwrap();
        assert_eq!(logminer(dir.path(), &["config", "check", "example.toml", "--form", form]).code, 0);
        let schema = logminer(dir.path(), &["config", "schema", "--form", form]);
        assert!(schema.code == 0 && schema.out.contains("\"additionalProperties\": false"), "{}", schema.out);
    }
    let page = logminer(dir.path(), &["man"]);
    assert!(page.code == 0 && page.out.contains(".TH LOGMINER 1"), "{}", page.out);
    assert!(logminer(dir.path(), &["completions", "fish"]).out.contains("complete -c logminer"));
    check(dir.path(), &["completions", "cmd.exe"], 2, "cmd.exe");
}

#[test]
fn a_run_and_its_policy_must_name_the_same_model() {
    let dir = place();
    let dir = dir.path();
    std::fs::write(dir.join("logs/a.log"), "x\n").unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/models/tiny");
    let tiny = tiny.to_str().unwrap();
    let packed = logminer(dir, &["model", "pack", tiny, "--out", "names.model"]);
    assert_eq!(packed.code, 0, "{}", packed.said);
    // What is printed for the policy is a policy.
    let policy: String = packed.out.lines().skip_while(|line| !line.starts_with('[')).map(|line| format!("{line}\n")).collect();
    std::fs::write(dir.join("policy.toml"), &policy).unwrap();
    std::fs::write(dir.join("bare.toml"), "").unwrap();
    let digest = policy.split('"').nth(1).unwrap();
    std::fs::write(dir.join("other.toml"), policy.replace(digest, &digest.chars().rev().collect::<String>())).unwrap();
    check(dir, &["model", "pack", tiny, "--out", "names.model"], 2, "it is there already");
    check(dir, &["model", "pack", "logs", "--out", "logs.model"], 2, "vocab.txt");
    check(dir, &["config", "check", "policy.toml", "--form", "policy"], 0, "");
    let run = |policy: &str, model: &[&str], code: i32, says: &str| {
        for command in ["run", "plan"] {
            check(dir, &[&[command, "--input", "logs", "--policy", policy], model].concat(), code, says);
        }
    };
    run("policy.toml", &[], 32, "give its file with --model");
    run("bare.toml", &["--model", "names.model"], 32, "the policy names none");
    run("other.toml", &["--model", "names.model"], 31, "its digest is");
    run("policy.toml", &["--model", "nowhere"], 2, "nowhere");
    // The same and sound: the next thing that is missing is named.
    run("policy.toml", &["--model", "names.model"], 32, "find the token key");
    assert!(!dir.join("runs").exists());
    let json = logminer(dir, &["model", "pack", tiny, "--out", "again.model", "--json"]);
    assert!(json.out.contains(digest) && json.out.contains(r#""person_labels":["B-PER","I-PER"]"#), "{}", json.out);
}
