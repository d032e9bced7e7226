//! The test programs of the workspace, two at a time.
//!
//! `cargo test` runs one after the other, and many wait for a process, a lock or a single thread: on two cores a third of the time goes by
//! unused. Each program's output is shown whole when it ends, and only if it failed; the others go on.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::{say, tree};

/// Programs in flight.
const SIDE_BY_SIDE: usize = 2;

/// One test program, as cargo built it.
struct Program {
    name: String,
    executable: PathBuf,
    /// Where cargo would start it: the folder of its package.
    folder: PathBuf,
}

/// A line of cargo's (`--message-format=json`).
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact(Artifact),
    #[serde(other)]
    Other,
}

/// What cargo says of each thing it built.
#[derive(Deserialize)]
struct Artifact {
    executable: Option<PathBuf>,
    manifest_path: PathBuf,
    profile: Profile,
    target: Target,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Runs every test program of the workspace, and what its documentation shows.
///
/// # Errors
/// When one does not build, cannot be started or fails; each that failed is named.
pub(super) fn run() -> Result<()> {
    let programs = Mutex::new(VecDeque::from(built()?));
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(program) = next(&programs) {
                    if !passes(&program) {
                        lock(&failed).push(program.name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    ensure!(failed.is_empty(), "these test programs failed: {}", failed.join(", "));
    tree::run(tree::cargo().args(["test", "--quiet", "--workspace", "--doc"]), "the tests in the documentation")
}

fn next(programs: &Mutex<VecDeque<Program>>) -> Option<Program> {
    lock(programs).pop_front()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Builds what is not built, and lists it.
fn built() -> Result<Vec<Program>> {
    let output = tree::cargo()
        .args(["test", "--quiet", "--workspace", "--no-run", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("start the build of the tests")?;
    ensure!(output.status.success(), "the build of the tests failed ({})", output.status);
    let programs = programs_of(&output.stdout)?;
    ensure!(!programs.is_empty(), "cargo named no test program");
    Ok(programs)
}

/// The test programs among cargo's messages. One that cannot be read is an error: it might be of a program that would then not run.
fn programs_of(messages: &[u8]) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for line in messages.split(|byte| *byte == b'\n').filter(|line| line.first() == Some(&b'{')) {
        if let Message::CompilerArtifact(artifact) = serde_json::from_slice(line).context("read what cargo built")?
            && artifact.profile.test
        {
            programs.extend(Program::of(artifact));
        }
    }
    Ok(programs)
}

impl Program {
    fn of(artifact: Artifact) -> Option<Self> {
        let folder = artifact.manifest_path.parent()?.to_owned();
        let package = folder.file_name()?.to_string_lossy().into_owned();
        let kind = artifact.target.kind.first().map_or("", String::as_str);
        Some(Self { name: format!("{package} {kind} {}", artifact.target.name), executable: artifact.executable?, folder })
    }
}

fn passes(program: &Program) -> bool {
    let start = Instant::now();
    let mut command = Command::new(&program.executable);
    tree::without_own_variables(&mut command);
    let output = command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder).stdin(Stdio::null()).output();
    let seconds = start.elapsed().as_secs_f32();
    match output {
        Ok(output) if output.status.success() => {
            say(format_args!("   {}: ok, {seconds:.1} s", program.name));
            true
        }
        Ok(output) => {
            let told = [output.stdout, output.stderr].concat();
            say(format_args!("   {}: FAILED ({}), {seconds:.1} s\n{}", program.name, output.status, String::from_utf8_lossy(&told)));
            false
        }
        Err(error) => {
            say(format_args!("   {}: FAILED, it did not start: {error}", program.name));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_the_tests_among_what_cargo_built() {
        let artifact = |kind: &str, test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/w/runner/Cargo.toml","target":{{"kind":["{kind}"],"name":"flight"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let lines = [
            r#"{"reason":"build-script-executed","package_id":"x"}"#.to_owned(),
            artifact("lib", false, "null"),
            artifact("bin", false, r#""/w/target/debug/flight""#),
            artifact("test", true, r#""/w/target/debug/deps/flight-1""#),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        let programs = programs_of(lines.join("\n").as_bytes()).unwrap();
        let told: Vec<(&str, &str)> = programs.iter().map(|program| (program.name.as_str(), program.folder.to_str().unwrap())).collect();
        assert_eq!(told, [("runner test flight", "/w/runner")]);
        assert!(programs_of(br#"{"reason":"compiler-artifact","target":7}"#).is_err());
    }
}
