//! Builds `logminer` and the stages and has `logminer` sign their digests with a development key. A bank builds the same way and signs
//! with its own key offline (`logminer seal --unsigned`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::stage_build::{PROGRAMS, Site};
use crate::{logminer, say, tree};

/// What to seal.
#[derive(clap::Args)]
pub struct Options {
    /// With the code that looks for names by a model (`logminer run --model`), in `target/sealed-ner`; needs Rust 1.91 and minutes more.
    #[arg(long)]
    ner: bool,
}

/// Builds and seals.
///
/// # Errors
/// When a build or the signing fails.
pub fn run(options: &Options) -> Result<()> {
    let sealed = if options.ner { build_with_models()? } else { build().map(|()| tree::sealed())? };
    say(format_args!("sealed {} programs in {}", PROGRAMS.len(), sealed.join("stages").display()));
    Ok(())
}

/// The same with models of names, in a folder of its own: nothing else that xtask does may find a stage with more in it than it asked for.
///
/// # Errors
/// When a build or the signing fails.
pub fn build_with_models() -> Result<PathBuf> {
    let sealed = tree::target().join("sealed-ner");
    build_in(&sealed, true).map(|()| sealed)
}

/// Builds `logminer` and the stages and signs the stages' manifest; returns when `tree::sealed()` is complete.
///
/// # Errors
/// When a build or the signing fails.
pub fn build() -> Result<()> {
    build_in(&tree::sealed(), false)
}

fn build_in(sealed: &Path, models: bool) -> Result<()> {
    let stages = sealed.join("stages");
    fs::create_dir_all(&stages).with_context(|| format!("make {}", stages.display()))?;
    // Two at once would sign over each other; the lock goes with the file.
    let lock = fs::File::create(sealed.join("lock")).with_context(|| format!("make {}", sealed.join("lock").display()))?;
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).context("wait for another build of the sealed stages")?;
    tree::run(tree::cargo().args(["build", "--quiet", "--release", "-p", "runner", "--bin", "logminer"]), "the build of logminer")?;
    replace(&tree::target().join("release/logminer"), &sealed.join("logminer"))?;
    let site = Site::here()?;
    for (package, binary) in PROGRAMS {
        replace(&site.build(package, binary, models)?, &stages.join(binary))?;
    }
    let key = sealed.join("build-key");
    if !key.join("signing.key").exists() {
        logminer::command_at(&sealed.join("logminer")).args(["keygen", "--development", "--keys"]).arg(&key).run_quietly()?;
    }
    logminer::command_at(&sealed.join("logminer")).arg("seal").arg("--stages").arg(&stages).arg("--key").arg(key.join("signing.key")).run_quietly()
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
