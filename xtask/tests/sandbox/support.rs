//! Emulated hosts, hostile stages, and processes seen from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use xtask::logminer::Call;
use xtask::{logminer, tree};

use super::common::{self, Bank};

/// A program of the sandbox's examples, built as stages are.
pub(crate) fn example(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("static");
        let mut build = tree::cargo();
        build
            .args(["build", "--quiet", "--package", "sandbox", "--bins", "--examples", "--profile", "dist", "--target", "x86_64-unknown-linux-gnu"])
            .args(["--config", "profile.dist.lto=false", "--config", "profile.dist.codegen-units=16"])
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", "-C target-feature=+crt-static");
        tree::run(&mut build, "the build of the sandbox's examples").unwrap();
        target.join("x86_64-unknown-linux-gnu/dist/examples")
    });
    folder.join(name)
}

/// The call on a host that lacks something (`stages/sandbox/examples/emulate`).
pub(crate) fn on_a_host_with(what: &str, call: Call) -> Call {
    call.through(&example("emulate"), &[what])
}

/// The JSON reason at the end of a refusal.
pub(crate) fn reason(said: &str) -> serde_json::Value {
    let line = said.lines().find(|line| line.contains("failed to")).unwrap_or_default();
    let start = line.find("{\"").unwrap_or_else(|| panic!("no reason in: {said}"));
    let reason: serde_json::Value =
        serde_json::from_str(line.get(start..).unwrap_or_default()).unwrap_or_else(|_| panic!("no JSON reason in: {said}"));
    for name in ["layer", "property", "errno", "kernel", "abi"] {
        assert!(!reason[name].is_null(), "{name} is missing in {reason}");
    }
    reason
}

/// A folder of the sealed stages with some changed, sealed again with the development key. What sealing says is given too: it may refuse
/// what the runner would refuse later.
pub(crate) fn stages_with(folder: &Path, changes: &[(&str, &[u8])]) -> (u8, String) {
    common::sealed();
    fs::create_dir_all(folder).unwrap();
    for file in common::files_below(&tree::sealed().join("stages")) {
        fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    }
    for (name, bytes) in changes {
        fs::remove_file(folder.join(name)).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
    }
    let key = tree::sealed().join("build-key/signing.key");
    let (code, _, said) = logminer::command().arg("seal").arg("--stages").arg(folder).arg("--key").arg(key).outcome().unwrap();
    (code, said)
}

/// `logminer run` with a stage in the place of `ingest` that misbehaves as named.
pub(crate) fn run_hostile(bank: &Bank, mode: &str) -> Call {
    static STAGES: OnceLock<tempfile::TempDir> = OnceLock::new();
    let stages = STAGES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let (code, said) = stages_with(folder.path(), &[("ingest", &fs::read(example("hostile")).unwrap())]);
        assert_eq!(code, 0, "{said}");
        folder
    });
    bank.log("app.jsonl", b"{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"signed in\"}\n");
    bank.run().arg("--stages").arg(stages.path()).arg("--timestamp-field").arg(format!("hostile-{mode};"))
}

/// Children of a process, all its threads counted.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let of = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    let text: String = tasks.flatten().map(of).collect();
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// Whether a process runs: it is there and no zombie that nobody has collected yet.
pub(crate) fn runs(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

/// Waits until something is so.
pub(crate) fn within(time: Duration, what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < time, "{what}: not within {time:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}
