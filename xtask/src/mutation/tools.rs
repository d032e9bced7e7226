//! The runners of generated features, installed once a version: the place is shared with the tests of the `gherkin` stage.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tree;

/// A runner of generated features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Runner {
    /// pytest-bdd.
    PytestBdd,
    /// cucumber-js.
    CucumberJs,
    /// behave.
    Behave,
}

impl Runner {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Installs it and returns where its packages are: `node_modules`, or the `bin` of a virtual environment.
    ///
    /// # Errors
    /// When node, npm or python3 is missing, or the packages cannot be installed.
    pub fn install(self) -> Result<PathBuf> {
        let from = tree::root().join("testdata/gherkin");
        match self {
            Self::CucumberJs => {
                let folder = cached(&from, &["package.json", "package-lock.json"], "node", |folder| {
                    for file in ["package.json", "package-lock.json"] {
                        std::fs::copy(from.join(file), folder.join(file)).with_context(|| format!("copy {file}"))?;
                    }
                    quietly(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))
                })?;
                Ok(folder.join("node_modules"))
            }
            Self::PytestBdd | Self::Behave => {
                let folder = cached(&from, &["requirements.txt"], "python", |folder| {
                    quietly(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(folder))?;
                    let mut pip = Command::new(folder.join("venv/bin/pip"));
                    quietly(pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(from.join("requirements.txt")))
                })?;
                Ok(folder.join("venv/bin"))
            }
        }
    }
}

/// A folder that is filled once for each content of the files that decide what is in it.
fn cached(from: &Path, deciding: &[&str], name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let contents: Vec<Vec<u8>> =
        deciding.iter().map(|file| std::fs::read(from.join(file)).with_context(|| format!("read {file}"))).collect::<Result<_>>()?;
    let digest = schemas::ids::Digest::of_parts(contents.iter().map(Vec::as_slice)).to_string();
    let folder = tree::target().join("tmp").join(format!("{name}-{}", digest.get(..12).unwrap_or(&digest)));
    if !folder.join("complete").exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        fill(&folder)?;
        std::fs::write(folder.join("complete"), b"").with_context(|| format!("complete {}", folder.display()))?;
    }
    Ok(folder)
}

fn quietly(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("start {program}"))?;
    let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    ensure!(output.status.success(), "install a runner of features: {program} failed: {last}");
    Ok(())
}
