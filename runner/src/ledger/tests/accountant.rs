//! A year added up by another hand: `testdata/dp-report/account.py` with dp-accounting, installed once a version into the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use schemas::ids::Digest;

pub(super) fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/dp-report")
}

/// The total of the ledger is that of dp-accounting within rounding, and never below it. Skipped, with a sentence, where there is no Python or its
/// packages cannot be installed; under `CI` that is a failure.
pub(super) fn check(ledger: &Path) {
    let Some(python) = python() else { return };
    let account = |ledger: &Path| Command::new(&python).arg(source().join("account.py")).arg(ledger).output().unwrap();
    let output = account(ledger);
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(said["charges"].as_u64().unwrap() > 3_000 && said["ledger_rho"].as_f64() >= said["recomputed_rho"].as_f64(), "{said}");

    // A ledger that charges a night less than its noise costs is noticed.
    let text = std::fs::read_to_string(ledger).unwrap();
    let reserve = text.lines().find(|line| line.contains("\"reserve\"") && line.contains("nano_rho")).unwrap();
    let cheap = ledger.with_file_name("cheap.jsonl");
    std::fs::write(&cheap, text.replace(reserve, "").replace("\n\n", "\n")).unwrap();
    let output = account(&cheap);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The interpreter with the packages; none, with a sentence, where they cannot be had. Two tests of a process install them once.
pub(super) fn python() -> Option<PathBuf> {
    static INSTALLED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match INSTALLED.get_or_init(install) {
        Ok(python) => Some(python.clone()),
        Err(reason) => {
            assert!(std::env::var_os("CI").is_none(), "the accountant is needed in CI: {reason}");
            say(&format!("skipped: nothing was added up by another accountant: {reason}"));
            None
        }
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn say(line: &str) {
    eprintln!("{line}");
}

/// The interpreter of an environment that has the packages.
fn install() -> Result<PathBuf, String> {
    let from = source().join("requirements.txt");
    let digest = Digest::of(&std::fs::read(&from).unwrap()).to_string();
    // The folder that holds the profile's folder and `deps` of this test.
    let target = std::env::current_exe().ok().and_then(|test| test.ancestors().nth(3).map(Path::to_owned)).ok_or("its own path is unknown")?;
    let folder = target.join("tmp").join(format!("accountant-{}", digest.get(..12).unwrap_or_default()));
    let python = folder.join("venv/bin/python");
    if !folder.join("complete").exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        run(Command::new("python3").args(["-m", "venv"]).arg(folder.join("venv")))?;
        run(Command::new(folder.join("venv/bin/pip")).args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&from))?;
        std::fs::write(folder.join("complete"), b"").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|_| "python3 is not installed".to_owned())?;
    let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("its packages could not be installed: {last}")) }
}
