//! Are the sealed binaries what the sources say? The tree is copied to another directory and built there from nothing, with another cargo
//! home, time zone and locale; every binary must be the one in `target/sealed`, byte for byte.
//!
//! Takes minutes, so it is no part of `cargo xtask test`; CI runs it now and then.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::stage_build::{PROGRAMS, Site};
use crate::{say, seal, tree};

/// Length from which printable bytes count as a text.
const TEXT_MIN: usize = 8;
/// Paths of each side that are shown.
const PATHS_SHOWN: usize = 3;

/// What to compare.
#[derive(clap::Args)]
pub struct Options {
    /// Compare these sealed stages instead of building them here first.
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// Only this binary; repeat for several.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The stages that `cargo xtask seal --ner` builds.
    #[arg(long)]
    ner: bool,
}

/// Builds elsewhere and compares.
///
/// # Errors
/// When a build fails or a binary differs; all that differ are named first.
pub fn run(options: &Options) -> Result<()> {
    let here = Site::here()?;
    let sealed = match &options.against {
        Some(folder) => folder.clone(),
        None if options.ner => seal::build_with_models()?.join("stages"),
        None => {
            seal::build()?;
            tree::sealed().join("stages")
        }
    };
    let begun = Instant::now();
    // Another depth and another length of path, not only another name.
    let dir = tempfile::Builder::new().prefix("another-place-").tempdir().context("make a temporary directory")?;
    let elsewhere = Site { root: dir.path().join("b/tree"), target: dir.path().join("built here"), cargo_home: dir.path().join("cargo") };
    copy_tree(&here.root, &elsewhere.root)?;
    borrow_registry(&here.cargo_home, &elsewhere.cargo_home)?;
    let mut different = Vec::new();
    let wanted = |binary: &str| options.only.is_empty() || options.only.iter().any(|name| name == binary);
    for (package, binary) in PROGRAMS.into_iter().filter(|(_, binary)| wanted(binary)) {
        let built = fs::read(elsewhere.build(package, binary, options.ner)?).with_context(|| format!("read the second {binary}"))?;
        let first = fs::read(sealed.join(binary)).with_context(|| format!("read {}", sealed.join(binary).display()))?;
        let digest = blake3::hash(&first).to_hex();
        match difference(&first, &built) {
            None => say(format_args!("same       {digest} {binary}")),
            Some(what) => {
                say(format_args!("DIFFERENT  {digest} {binary}: {what}"));
                different.push(binary);
            }
        }
    }
    if !different.is_empty() {
        bail!("{} differ between two places: {}", different.len(), different.join(", "));
    }
    say(format_args!("two builds in different directories are identical ({} s)", begun.elapsed().as_secs()));
    Ok(())
}

/// How two binaries differ: sizes, the first place, and texts with a slash that only one of them holds, since a path tells its origin.
fn difference(first: &[u8], second: &[u8]) -> Option<String> {
    if first == second {
        return None;
    }
    let at = first.iter().zip(second).position(|(a, b)| a != b).unwrap_or(first.len().min(second.len()));
    let (here, there) = (paths(first), paths(second));
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        let shown: Vec<&str> = one.difference(other).take(PATHS_SHOWN).map(String::as_str).collect();
        if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") }
    };
    let (only_here, only_there) = (only(&here, &there), only(&there, &here));
    Some(format!("{} and {} bytes, first at {at}; paths only here: {only_here}; only there: {only_there}", first.len(), second.len()))
}

/// Printable texts that hold a slash.
fn paths(bytes: &[u8]) -> BTreeSet<String> {
    let texts = bytes.split(|byte| !byte.is_ascii_graphic() && *byte != b' ').filter(|text| text.len() >= TEXT_MIN && text.contains(&b'/'));
    texts.map(|text| String::from_utf8_lossy(text).chars().take(120).collect()).collect()
}

/// Copies what a build needs; what was built and what was run stays behind.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("list {}", from.display()))? {
        let entry = entry.with_context(|| format!("list {}", from.display()))?;
        let (path, name) = (entry.path(), entry.file_name());
        if [".git", "target", "runs"].iter().any(|skipped| name == *skipped) {
            continue;
        }
        let kind = entry.file_type().with_context(|| format!("look at {}", path.display()))?;
        if kind.is_dir() {
            copy_tree(&path, &to.join(name))?;
        } else if kind.is_file() {
            fs::copy(&path, to.join(name)).with_context(|| format!("copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// A cargo home at another path with the same downloads, so that nothing is fetched again.
fn borrow_registry(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("make {}", to.display()))?;
    for name in ["registry", "git", "config.toml"] {
        let source = from.join(name);
        if source.exists() {
            std::os::unix::fs::symlink(&source, to.join(name)).with_context(|| format!("link {}", source.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_placed_and_shown() {
        assert_eq!(difference(b"same", b"same"), None);
        let said = difference(b"\0\0same/text\0/home/a/x.rs\0", b"\0\0same/text\0/home/b/x.rs\0").unwrap();
        assert!(said.contains("first at 18; paths only here: /home/a/x.rs; only there: /home/b/x.rs"), "{said}");
        assert!(difference(b"short", b"shorter").unwrap().contains("5 and 7 bytes, first at 5; paths only here: nothing"));
    }

    #[test]
    fn the_copy_leaves_behind_what_was_built() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["target/debug", "runs", "a/b"] {
            fs::create_dir_all(dir.path().join("from").join(name)).unwrap();
        }
        fs::write(dir.path().join("from/a/b/c.rs"), "fn c() {}").unwrap();
        copy_tree(&dir.path().join("from"), &dir.path().join("to")).unwrap();
        assert!(dir.path().join("to/a/b/c.rs").exists() && !dir.path().join("to/target").exists());
    }
}
