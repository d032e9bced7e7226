//! Programs that tests need and a plain machine may lack.

use std::process::{Command, Stdio};

/// Whether a program can be started; as root it is installed from Debian first where it is missing. Under `CI` a missing one is an
/// error, for then the installation did not work.
///
/// # Panics
/// Under `CI`, when the program is missing.
#[must_use]
pub fn have(program: &str, package: &str) -> bool {
    if starts(program) {
        return true;
    }
    let installed = Command::new("apt-get")
        .args(["install", "--yes", "--quiet", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success());
    let there = installed && starts(program);
    assert!(there || std::env::var_os("CI").is_none(), "{program} is missing and the package {package} cannot be installed");
    there
}

fn starts(program: &str) -> bool {
    Command::new(program).arg("--version").stdin(Stdio::null()).output().is_ok()
}
