//! Runs a stage's real code, as the sealed binaries in their sandbox, on a data set outside the repository, or scores what a run wrote.

pub mod failures;
mod journeys;
mod pii;
mod release;
mod rules;
mod score;
mod templates;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::ids::Digest;
use schemas::record::{Bundle, Record};

use crate::{logminer, seal, tree};

/// What to evaluate.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// A log line in, `group TAB template` out, in order, `<*>` for variables.
    Templates(templates::Options),
    /// Sessions as blank-separated event ids in; `score TAB flag` for each session out, train first.
    Journeys(journeys::Options),
    /// `{"id","text"}` in, `{"id","sanitized_text"}` out; `--lines`: raw lines in and out.
    Pii(pii::Options),
    /// A list of failure sequences against the faults planted in a journey bank: which were found, how, and at which rank.
    #[command(
        after_help = "Examples:\n  cargo xtask synth --journeys --seed 1 --out bank\n  cargo xtask eval failures --truth bank --failures runs/1/internal/failures.json\n  cargo xtask eval failures --fault-free --failures FILE   # exit 62 when anything is reported"
    )]
    Failures(failures::Options),
    /// `customer,key` rows in; a file a key with the released values out, and params.json.
    Release(release::Options),
    /// Whole runs over days with planted compliance and fraud cases: recall of each rule, and what else it finds.
    Rules(rules::Options),
}

/// Builds, seals and evaluates.
///
/// # Errors
/// When a build or a step fails, or a file cannot be read or written.
pub fn run(options: &Options) -> Result<()> {
    // A list is scored without a stage.
    if !matches!(options.what, What::Failures(_)) {
        seal::build()?;
    }
    match &options.what {
        What::Failures(options) => failures::run(options),
        What::Templates(options) => templates::run(options),
        What::Journeys(options) => journeys::run(options),
        What::Pii(options) => pii::run(options),
        What::Release(options) => release::run(options),
        What::Rules(options) => rules::run(options),
    }
}

/// A temporary directory in which the containers of one evaluation lie, with throwaway keys.
struct Bench {
    dir: tempfile::TempDir,
    /// Policy of the steps; none: the defaults.
    policy: Option<PathBuf>,
}

impl Bench {
    fn new() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("eval-").tempdir_in(tree::target()).context("make a temporary directory")?;
        let bench = Self { dir, policy: None };
        logminer::command().args(["keygen", "--development", "--keys"]).arg(bench.dir.path().join("keys")).run_quietly()?;
        Ok(bench)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(format!("{name}.lmq"))
    }

    /// Writes a container; `fill` pushes records through the closure it is given.
    fn write<R: Record>(&self, name: &str, fill: impl FnOnce(&mut Filler<R>) -> Result<()>) -> Result<()> {
        let path = self.path(name);
        let file = fs::File::create(&path).with_context(|| format!("create {}", path.display()))?;
        let writer = ContainerWriter::new(std::io::BufWriter::new(file), Digest::of(name.as_bytes()), 1)?;
        let mut filler = Filler { writer, block: BlockBuilder::new(0) };
        fill(&mut filler)?;
        filler.writer.write(filler.block)?;
        filler.writer.finish()?;
        Ok(())
    }

    /// Runs a step on containers of this bench, named like the step's inputs and outputs.
    fn step(&self, name: &str, inputs: &[&str], outputs: &[&str], parameters: &[(&str, String)]) -> Result<()> {
        let mut call = logminer::command().args(["step", name, "--evaluation", "--keys"]).arg(self.dir.path().join("keys"));
        if let Some(policy) = &self.policy {
            call = call.arg("--policy").arg(policy);
        }
        call = call.arg("--runs").arg(self.dir.path().join("runs"));
        for input in inputs {
            call = call.arg("--in").arg(format!("{input}={}", self.path(input).display()));
        }
        for output in outputs {
            call = call.arg("--out").arg(format!("{output}={}", self.path(output).display()));
        }
        for (key, value) in parameters {
            call = call.arg("--param").arg(format!("{key}={value}"));
        }
        call.run_quietly()
    }

    /// Calls `each` with every record of a container.
    fn read<R: Record>(&self, name: &str, mut each: impl FnMut(R::View<'_>) -> Result<()>) -> Result<()> {
        let path = self.path(name);
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let container = Container::open(&bytes)?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<R>(number, &mut scratch)?.records() {
                each(record?)?;
            }
        }
        Ok(())
    }

    /// Unpacks a bundle into a directory.
    fn unpack(&self, name: &str, into: &Path) -> Result<()> {
        self.read::<Bundle>(name, |file| {
            anyhow::ensure!(file.path_is_safe(), "the bundle {name} holds an unsafe path");
            let path = into.join(file.path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| format!("make {}", parent.display()))?;
            }
            fs::write(&path, file.bytes).with_context(|| format!("write {}", path.display()))
        })
    }
}

struct Filler<R: Record> {
    writer: ContainerWriter<std::io::BufWriter<fs::File>, R>,
    block: BlockBuilder<R>,
}

impl<R: Record> Filler<R> {
    fn push(&mut self, record: &R::View<'_>) -> Result<()> {
        self.block.push(record, None)?;
        if self.block.is_full() {
            self.writer.write(std::mem::replace(&mut self.block, BlockBuilder::new(0)))?;
        }
        Ok(())
    }
}

/// The lines of a text file; bytes that are not UTF-8 are replaced.
fn lines(path: &Path) -> Result<Vec<String>> {
    let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}
