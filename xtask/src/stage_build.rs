//! How a sealed binary is built, wherever the tree lies: the same bytes from the same sources and compiler.
//!
//! Paths are the one thing in which two places differ, so each prefix that can reach a binary is given a fixed name: the tree, the target
//! directory (generated code), cargo's registry, and the compiler's own library sources. The linker writes no build id, C code sees a
//! fixed date, and profile `dist` has one codegen unit and no debug information. `cargo xtask reproduce` holds this to be true.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tree;

/// Package and binary of every sealed program.
pub const PROGRAMS: [(&str, &str); 6] = [
    ("stage-ingest", "ingest"),
    ("stage-sanitize", "sanitize"),
    ("stage-mine", "mine"),
    ("stage-dp-report", "dp-report"),
    ("stage-gherkin", "gherkin"),
    ("sandbox", "canary"),
];

/// The package and the feature with which names can be looked for by a model; sealed in a folder of its own.
pub const WITH_MODELS: (&str, &str) = ("stage-sanitize", "ner");

/// Between two flags in `CARGO_ENCODED_RUSTFLAGS`; paths may hold spaces.
const FLAG_END: &str = "\x1f";

/// Where a build happens.
#[derive(Debug, Clone)]
pub struct Site {
    /// The workspace.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
    /// Cargo's home, with the registry.
    pub cargo_home: PathBuf,
}

impl Site {
    /// This workspace, built as usual.
    ///
    /// # Errors
    /// When there is no home directory.
    pub fn here() -> Result<Self> {
        let given = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let cargo_home = given.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).context("find cargo's home: HOME is not set")?;
        Ok(Self { root: tree::root(), target: tree::target(), cargo_home })
    }

    /// Builds one program, static and position independent, and returns its path. One `-p` at a time: a workspace build would unify
    /// features into sealed binaries. `models`: the stage that can run them is built so that it does.
    ///
    /// # Errors
    /// When the build fails.
    pub fn build(&self, package: &str, binary: &str, models: bool) -> Result<PathBuf> {
        let host = tree::host()?;
        let mut build = tree::cargo();
        build
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_HOME", &self.cargo_home)
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags()?)
            // For what build scripts compile.
            .env("CFLAGS", format!("-ffile-prefix-map={}=/cargo -g0", self.cargo_home.display()))
            .env("SOURCE_DATE_EPOCH", "0")
            .args(["build", "--quiet", "--locked", "--profile", "dist", "--target", &host, "-p", package, "--bin", binary]);
        if models && package == WITH_MODELS.0 {
            build.args(["--features", WITH_MODELS.1]);
        }
        tree::run(&mut build, &format!("the build of {binary}"))?;
        Ok(self.target.join(&host).join("dist").join(binary))
    }

    fn flags(&self) -> Result<String> {
        let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
        // The last flag that fits wins: the target directory usually lies in the tree.
        Ok([
            "-Ctarget-feature=+crt-static".to_owned(),
            "-Clink-arg=-Wl,--build-id=none".to_owned(),
            remap(&rust_sources()?, "/rust"),
            remap(&self.cargo_home, "/cargo"),
            remap(&self.root, "/logminer"),
            remap(&self.target, "/target"),
        ]
        .join(FLAG_END))
    }
}

/// Where rustup puts the sources of the standard library; the compiler shows this path instead of its fixed one where they are installed.
fn rust_sources() -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().context("ask rustc for its sysroot")?;
    let sysroot = String::from_utf8(output.stdout).context("read rustc's sysroot")?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib/src/rust"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_the_place_is_left_without_a_fixed_name() {
        let site = Site { root: "/a tree".into(), target: "/a tree/target".into(), cargo_home: "/home/x/.cargo".into() };
        let flags = site.flags().unwrap();
        let remapped: Vec<&str> = flags.split(FLAG_END).filter_map(|flag| flag.strip_prefix("--remap-path-prefix=")).collect();
        assert!(remapped.contains(&"/home/x/.cargo=/cargo") && remapped.contains(&"/a tree=/logminer"));
        assert_eq!(remapped.last(), Some(&"/a tree/target=/target"));
    }
}
