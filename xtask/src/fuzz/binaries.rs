//! Test binaries of libraries, built for release, and the tests in them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::tree;

/// A test and the binary that holds it.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) package: String,
    pub(crate) test: String,
    pub(crate) binary: PathBuf,
}

/// Builds the test binaries of the packages' libraries and lists the tests whose path has `part` in it.
pub(crate) fn tests(packages: &[&'static str], part: &str) -> Result<Vec<Test>> {
    let mut build = tree::cargo();
    build.args(["test", "--release", "--lib", "--no-run", "--quiet", "--message-format", "json-render-diagnostics"]);
    packages.iter().for_each(|package| {
        build.args(["-p", package]);
    });
    let output = build.stderr(Stdio::inherit()).output().context("build the test binaries")?;
    ensure!(output.status.success(), "building the test binaries failed ({})", output.status);
    let mut tests = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let (Some(binary), true) = (message["executable"].as_str(), message["profile"]["test"] == true) else { continue };
        let Some(package) = package_of(&message, packages) else { continue };
        let listed = Command::new(binary).args([part, "--list", "--format", "terse"]).output().context("list the tests of a binary")?;
        let names = String::from_utf8_lossy(&listed.stdout).into_owned();
        tests.extend(names.lines().filter_map(|line| line.strip_suffix(": test")).map(|test| Test {
            package: package.to_owned(),
            test: test.to_owned(),
            binary: binary.into(),
        }));
    }
    Ok(tests)
}

fn package_of(message: &serde_json::Value, packages: &[&'static str]) -> Option<&'static str> {
    let text = std::fs::read_to_string(message["manifest_path"].as_str()?).ok()?;
    packages.iter().copied().find(|package| text.lines().any(|line| line == format!("name = \"{package}\"")))
}
