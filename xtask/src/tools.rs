//! Outside programs that tests use: `strace`, `openssl`, `promtool` and the like.
//!
//! On a laptop a test without its tool says `skipped` and passes. In CI (the variable `CI` is set) the tool is installed first, and a
//! test that still lacks it fails: a check that silently stopped running is worse than none.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Tests run side by side; two package managers cannot.
static INSTALLING: Mutex<()> = Mutex::new(());

/// The path of `tool`, from Debian's `package`; none, said on standard error, where it is missing outside CI.
///
/// # Panics
/// In CI, when it cannot be installed.
#[must_use]
pub fn find(tool: &str, package: &str) -> Option<PathBuf> {
    if let Some(path) = look(tool) {
        return Some(path);
    }
    if std::env::var_os("CI").is_none() {
        let _ = writeln!(std::io::stderr(), "skipped: {tool} is not installed (Debian: apt-get install {package})");
        return None;
    }
    let _one = INSTALLING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if look(tool).is_none() {
        for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", package]] {
            let mut command = Command::new("apt-get");
            command.args(["-q", "-o", "DPkg::Lock::Timeout=120"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            // What went wrong shows below: the tool is not there.
            let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        }
    }
    let found = look(tool);
    assert!(found.is_some(), "{tool} is missing in CI and `apt-get install {package}` did not bring it");
    found
}

/// Whether `tool` is there, or came with `package`.
///
/// # Panics
/// As [`find`].
#[must_use]
pub fn have(tool: &str, package: &str) -> bool {
    find(tool, package).is_some()
}

fn look(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found_and_what_is_not_is_said() {
        assert!(look("sh").is_some());
        assert!(look("no-such-tool-anywhere").is_none());
    }
}
