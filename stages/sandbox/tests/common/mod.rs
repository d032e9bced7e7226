//! Builds the probe program once, as stages are built, and launches it; runs each test as root and as nobody.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, clippy::print_stdout, reason = "tests stand on the runner's side")]

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sandbox::launch::{Child, Finished, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};

/// Tells the test, run once more as nobody, where the probe's descriptor is.
const PROBE_VARIABLE: &str = "SANDBOX_TEST_PROBE";
/// The same for the canary.
const CANARY_VARIABLE: &str = "SANDBOX_TEST_CANARY";
/// Tells the test that it is to play another part.
pub(crate) const PART_VARIABLE: &str = "SANDBOX_TEST_PART";

/// Builds a static program of this package and gives its path.
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

fn probe_file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        let path = std::env::var_os(PROBE_VARIABLE).map_or_else(|| build(&["--example", "probe"], "probe"), PathBuf::from);
        File::open(path).expect("the probe opens")
    })
}

/// The canary as it was built.
pub(crate) fn canary_file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        let path = std::env::var_os(CANARY_VARIABLE).map_or_else(|| build(&["--bin", "canary"], "canary"), PathBuf::from);
        File::open(path).expect("the canary opens")
    })
}

/// A file of a sealed program that anybody may run.
pub(crate) fn copy_of(program: &SealedProgram, folder: &Path) -> PathBuf {
    let path = folder.join(program.name());
    std::fs::write(&path, &*program.bytes().expect("mapped")).expect("copied");
    for path in [folder, &path] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permitted");
    }
    path
}

/// Places descriptors at 3, 4, ... of a program started without the sandbox.
#[expect(unsafe_code, reason = "there is no safe way to pass descriptors by number")]
pub(crate) fn with_descriptors<const N: usize>(command: &mut Command, numbers: [i32; N]) {
    before_exec(command, move || {
        for (number, target) in numbers.into_iter().zip(3..) {
            // SAFETY: duplicates a descriptor that the parent keeps open.
            if unsafe { libc::dup2(number, target) } < 0 {
                return Err(std::io::Error::last_os_error());
            }
        }
        Ok(())
    });
}

/// Does something, by system calls only, in the child of a program started without the sandbox.
#[expect(unsafe_code, reason = "pre_exec is unsafe, as most closures are not fit for a forked child")]
pub(crate) fn before_exec(command: &mut Command, act: impl FnMut() -> std::io::Result<()> + Send + Sync + 'static) {
    // SAFETY: the closures of these tests make system calls only.
    unsafe { command.pre_exec(act) };
}

/// The sealed probe program.
pub(crate) fn probe() -> &'static SealedProgram {
    static PROBE: OnceLock<SealedProgram> = OnceLock::new();
    PROBE.get_or_init(|| seal("probe", probe_file()).expect("static"))
}

/// Runs a test, and when this is root, runs it once more as nobody in a process of its own.
pub(crate) fn as_root_and_as_nobody(name: &str, test: impl FnOnce()) {
    test();
    if rustix::process::geteuid().is_root() {
        let output = again(name).uid(NOBODY.0).gid(NOBODY.1).output().expect("this test runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "as nobody: {text}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("1 passed"), "as nobody, {name} ran: {text}");
    }
}

/// This test program with one test, the sealed programs at hand as descriptors, as nobody may not be able to reach the paths.
pub(crate) fn again(name: &str) -> Command {
    let probe = probe_file();
    rustix::io::fcntl_setfd(probe, rustix::io::FdFlags::empty()).expect("inherited");
    let canary = canary_file();
    rustix::io::fcntl_setfd(canary, rustix::io::FdFlags::empty()).expect("inherited");
    let mut command = Command::new("/proc/self/exe");
    command.args([name, "--exact", "--nocapture"]);
    for (variable, file) in [(PROBE_VARIABLE, probe), (CANARY_VARIABLE, canary)] {
        command.env(variable, format!("/proc/self/fd/{}", file.as_raw_fd()));
    }
    command
}

/// Starts a job of the probe with files from descriptor 6.
pub(crate) fn start(job: &str, files: &[BorrowedFd<'_>], limits: Limits) -> Child {
    let (job, report) = (sealed_memory("job", job.as_bytes()).expect("memory"), report_memory(1024).expect("memory"));
    let mut descriptors = vec![Some(job.as_fd()), Some(report.as_fd()), None];
    descriptors.extend(files.iter().map(|file| Some(*file)));
    Launch { program: probe(), descriptors, limits, drop_to: Some(NOBODY) }.spawn().expect("starts")
}

/// Runs a job of the probe without files to its end.
pub(crate) fn run(job: &str) -> Finished {
    start(job, &[], Limits::default()).wait(&Wait::default()).expect("waits")
}

/// What a finished step printed.
pub(crate) fn text(finished: &Finished) -> String {
    String::from_utf8_lossy(&finished.stderr).into_owned()
}
