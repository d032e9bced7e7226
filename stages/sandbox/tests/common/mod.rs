//! Builds the probe program once, as stages are built, and launches it.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "tests stand on the runner's side")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use sandbox::launch::{Finished, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};

/// Builds a static example of this package and gives its path.
pub(crate) fn build(what: &[&str], name: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("static");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "sandbox", "--profile", "dist", "--target", "x86_64-unknown-linux-gnu"])
        .args(["--config", "profile.dist.lto=false", "--config", "profile.dist.codegen-units=16"])
        .args(what)
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the {name} program builds");
    let folder = if what.contains(&"--example") { "examples/" } else { "" };
    target.join("x86_64-unknown-linux-gnu/dist").join(format!("{folder}{name}"))
}

/// The sealed probe program.
pub(crate) fn probe() -> &'static SealedProgram {
    static PROBE: OnceLock<SealedProgram> = OnceLock::new();
    PROBE.get_or_init(|| {
        let path = build(&["--example", "probe"], "probe");
        seal("probe", &std::fs::File::open(path).expect("built")).expect("static")
    })
}

/// Runs a job of the probe without files.
pub(crate) fn run(job: &str) -> Finished {
    use std::os::fd::AsFd;
    let (job, report) = (sealed_memory("job", job.as_bytes()).expect("memory"), report_memory(1024).expect("memory"));
    let launch = Launch {
        program: probe(),
        descriptors: vec![Some(job.as_fd()), Some(report.as_fd()), None],
        limits: Limits::default(),
        drop_to: Some(NOBODY),
    };
    launch.spawn().expect("starts").wait(&Wait::default()).expect("waits")
}
