//! The runners, installed once a version into the target folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where the packages are.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) node_modules: PathBuf,
    pub(crate) python: PathBuf,
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

#[expect(clippy::print_stderr, reason = "a skipped test says why")]
pub(crate) fn say(line: impl std::fmt::Display) {
    eprintln!("{line}");
}

impl Tools {
    /// The tools; none, with a printed reason, when this machine has none. Under `CI` that is a failure.
    pub(crate) fn find() -> Option<Self> {
        static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
        match TOOLS.get_or_init(Self::install) {
            Ok(tools) => Some(tools.clone()),
            Err(reason) => {
                assert!(std::env::var_os("CI").is_none(), "the runners are needed in CI: {reason}");
                say(format_args!("skipped: {reason}"));
                None
            }
        }
    }

    fn install() -> Result<Self, String> {
        for (program, argument) in [("node", "--version"), ("npm", "--version"), ("python3", "--version")] {
            Command::new(program).arg(argument).output().map_err(|_| format!("{program} is not installed, so no generated feature was run"))?;
        }
        let from = repository().join("testdata/gherkin");
        let node = cached(&from, &["package.json", "package-lock.json"], "node", |folder| {
            for file in ["package.json", "package-lock.json"] {
                std::fs::copy(from.join(file), folder.join(file)).map_err(|error| error.to_string())?;
            }
            checked(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))
        })?;
        let python = cached(&from, &["requirements.txt"], "python", |folder| {
            checked(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(folder))?;
            let pip = folder.join("venv/bin/pip");
            checked(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(from.join("requirements.txt")))
        })?;
        Ok(Self { node_modules: node.join("node_modules"), python: python.join("venv/bin") })
    }

    /// Scenarios and steps of each file, by the official parser.
    pub(crate) fn parse_with_node(&self, folder: &Path) -> BTreeMap<String, [usize; 2]> {
        parsed(Command::new("node").arg(repository().join("testdata/gherkin/parse.mjs")).arg(&self.node_modules).arg(folder))
    }

    /// The same, by the official parser for Python.
    pub(crate) fn parse_with_python(&self, folder: &Path) -> BTreeMap<String, [usize; 2]> {
        parsed(Command::new(self.python.join("python")).arg(repository().join("testdata/gherkin/parse.py")).arg(folder))
    }

    /// Runs gherkin-lint with the rules that teams turn on.
    pub(crate) fn lint(&self, folder: &Path) {
        let mut command = Command::new("node");
        command.arg(self.node_modules.join("gherkin-lint/dist/main.js")).arg("-c").arg(repository().join("testdata/gherkin/gherkin-lintrc.json"));
        let output = command.arg(folder.join("*.feature")).output().unwrap();
        assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
}

fn parsed(command: &mut Command) -> BTreeMap<String, [usize; 2]> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder that is filled once for each content of the files that decide what is in it.
fn cached(from: &Path, deciding: &[&str], name: &str, fill: impl FnOnce(&Path) -> Result<(), String>) -> Result<PathBuf, String> {
    let contents: Vec<Vec<u8>> = deciding.iter().map(|file| std::fs::read(from.join(file)).unwrap()).collect();
    let digest = schemas::ids::Digest::of_parts(contents.iter().map(Vec::as_slice)).to_string();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", digest.get(..12).unwrap()));
    if !folder.join("complete").exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        fill(&folder)?;
        std::fs::write(folder.join("complete"), b"").map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

fn checked(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let last_line = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().last().unwrap_or_default().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("the runners could not be installed: {}", last_line(&output.stderr))) }
}
