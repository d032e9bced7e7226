//! Builds `logminer` and the stages and has `logminer` sign their digests with a development key. A bank builds the same way and signs
//! with its own key offline (`logminer seal --unsigned`).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::stage_build::{PROGRAMS, Site};
use crate::{logminer, say, tree};

/// Builds and seals.
///
/// # Errors
/// When a build or the signing fails.
pub fn run() -> Result<()> {
    build()?;
    say(format_args!("sealed {} programs in {}", PROGRAMS.len(), tree::sealed().join("stages").display()));
    Ok(())
}

/// Builds `logminer` and the stages and signs the stages' manifest; returns when `tree::sealed()` is complete.
///
/// # Errors
/// When a build or the signing fails.
pub fn build() -> Result<()> {
    let sealed = tree::sealed();
    let stages = sealed.join("stages");
    fs::create_dir_all(&stages).with_context(|| format!("make {}", stages.display()))?;
    tree::run(tree::cargo().args(["build", "--quiet", "--release", "-p", "runner", "--bin", "logminer"]), "the build of logminer")?;
    replace(&tree::target().join("release/logminer"), &sealed.join("logminer"))?;
    let site = Site::here()?;
    for (package, binary) in PROGRAMS {
        replace(&site.build(package, binary)?, &stages.join(binary))?;
    }
    let key = sealed.join("build-key");
    if !key.join("signing.key").exists() {
        logminer::command().args(["keygen", "--development", "--keys"]).arg(&key).run_quietly()?;
    }
    logminer::command().arg("seal").arg("--stages").arg(&stages).arg("--key").arg(key.join("signing.key")).run_quietly()
}

/// Copies by rename, so that a running program is never written to; an equal file is left alone.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("read {}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let staged = to.with_extension("new");
    fs::copy(from, &staged).with_context(|| format!("write {}", staged.display()))?;
    fs::rename(&staged, to).with_context(|| format!("write {}", to.display()))
}
