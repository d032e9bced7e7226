//! `cargo xtask bench vault`: the token vault with ten million tokens.

use anyhow::Result;

use crate::tree;

/// Builds and runs the measuring program, in a folder of the build's own.
///
/// # Errors
/// When it cannot be built, or fails.
pub(super) fn run(entries: u64) -> Result<()> {
    let home = tree::target().join("bench");
    std::fs::create_dir_all(&home)?;
    let mut command = tree::cargo();
    command.args(["run", "--release", "--quiet", "-p", "runner", "--example", "vault_speed", "--", &entries.to_string()]).arg(&home);
    tree::run(&mut command, "the measurement of the token vault")
}
