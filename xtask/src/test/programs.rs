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

/// What cargo says of each thing it built (`--message-format=json`); other messages lack fields and are passed over.
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
    let artifacts = output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Artifact>(line).ok());
    let programs: Vec<Program> = artifacts.filter(|artifact| artifact.profile.test).filter_map(Program::of).collect();
    ensure!(!programs.is_empty(), "cargo named no test program");
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
    let output =
        Command::new(&program.executable).current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder).stdin(Stdio::null()).output();
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
