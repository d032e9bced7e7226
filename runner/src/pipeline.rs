//! `pipeline.toml`, embedded: the steps of a run, parsed into plain structs and checked once.

use std::collections::BTreeMap;

use schemas::limits::PARTITIONS_MAX;
use schemas::policy::Section;
use schemas::record::RecordKind;

use crate::baseline::BASELINE_PARAMETER;
use crate::canaries;
use crate::failure::Failure;
use crate::resources::Need;
use crate::scenarios::SCENARIOS_PARAMETER;
use crate::tests_given::MISSING_ONLY_PARAMETER;

/// The text of the pipeline this program was built with.
pub const TEXT: &str = include_str!("../pipeline.toml");

/// What a step can be told.
const PARAMETERS: [&str; 5] =
    [canaries::SOURCE_PARAMETER, canaries::COUNT_PARAMETER, BASELINE_PARAMETER, SCENARIOS_PARAMETER, MISSING_ONLY_PARAMETER];

/// Memory of a step with a model: copies of its file while it is loaded, what tract needs besides, and what a text takes on its way through the network.
const MODEL_COPIES: u64 = 3;
const MODEL_MIB: u64 = 64;
const MODEL_MIB_PER_THREAD: u64 = 48;

/// How often a step is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// Once a run.
    Run,
    /// Once a shard.
    Shard,
    /// Once a partition.
    Partition,
}

/// Which raw sources a step reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sources {
    /// Every source of the run, whole.
    All,
    /// The ranges of the step's shard.
    Shard,
    /// No logs: every file of existing tests (`--tests`), whole. There may be none.
    Tests,
}

/// One input: the name, and the step that writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Name of the output of an earlier step.
    pub name: String,
    /// Kind of its records.
    pub kind: RecordKind,
    /// Index of the writing step.
    pub writer: usize,
}

/// State of an earlier night that a step is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carry {
    /// Name of the input.
    pub name: String,
    /// Name of the output that it was then.
    pub output: String,
    /// Kind of its records.
    pub kind: RecordKind,
    /// Index of the step that writes it, this one or any other.
    pub writer: usize,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Name, unique in the pipeline.
    pub name: String,
    /// Kind of its records.
    pub kind: RecordKind,
    /// Whether the file has an extent a partition.
    pub partitioned: bool,
    /// Folder of the run a bundle is unpacked into.
    pub unpack: Option<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `stage.step`.
    pub name: String,
    /// The stage: name of the binary.
    pub stage: String,
    /// How often it is run.
    pub each: Each,
    /// Raw sources.
    pub sources: Option<Sources>,
    /// Inputs in the order of the file.
    pub reads: Vec<Read>,
    /// State of the night before, by name.
    pub carries: Vec<Carry>,
    /// What it is given of a run over a test system's logs (`--tests-run`), by name.
    pub of_tests: Vec<Carry>,
    /// Whether it is given the model of names.
    pub model: bool,
    /// Outputs by name.
    pub writes: Vec<Write>,
    /// Sections of the policy the step is given.
    pub policy: Vec<Section>,
    /// Key roles the step is given.
    pub keys: Vec<String>,
    /// What it is told of the canaries, of decisions on anomalies and of tests: names of parameters.
    pub parameters: Vec<String>,
    /// Unlinked spill files.
    pub scratch: u32,
    /// Folder of the run its containers lie in.
    pub folder: String,
    /// Whether it handles raw text.
    pub raw: bool,
    /// Whether it spends privacy budget.
    pub budget: bool,
    /// Whether it spends on the nights of a discovery alone, at the price of one; else it hands its carried state on.
    pub discovery: bool,
    /// Index of the step that spends budget and whose place it takes in a run for auditors (`--no-dp`); it is in no other run.
    pub instead_of: Option<usize>,
    /// Memory it needs.
    pub need: Need,
}

/// The checked pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Partitions of partitioned files.
    pub partitions: u32,
    /// Steps in order.
    pub steps: Vec<Step>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    partitions: u32,
    step: Vec<StepEntry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    name: String,
    each: Each,
    sources: Option<Sources>,
    #[serde(default)]
    reads: Vec<String>,
    #[serde(default)]
    carries: BTreeMap<String, String>,
    #[serde(default)]
    of_tests: BTreeMap<String, String>,
    #[serde(default)]
    model: bool,
    writes: BTreeMap<String, String>,
    #[serde(default)]
    policy: Vec<Section>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    vault_writes: BTreeMap<String, String>,
    #[serde(default)]
    vault_keys: Vec<String>,
    #[serde(default)]
    vault_memory_mib: u64,
    #[serde(default)]
    parameters: Vec<String>,
    #[serde(default)]
    scratch: u32,
    folder: String,
    #[serde(default)]
    raw: bool,
    #[serde(default)]
    unpack: BTreeMap<String, String>,
    #[serde(default)]
    budget: bool,
    #[serde(default)]
    discovery: bool,
    instead_of: Option<String>,
    memory_mib: u64,
    memory_mib_per_thread: u64,
}

impl Pipeline {
    /// The embedded pipeline.
    ///
    /// # Errors
    /// [`Exit::Internal`](schemas::exit::Exit::Internal) when the embedded text is wrong: a test walks it.
    pub fn embedded() -> Result<Self, Failure> {
        Self::parse(TEXT)
    }

    /// The embedded pipeline of a run that feeds the token vault.
    ///
    /// # Errors
    /// As [`Pipeline::embedded`].
    pub fn with_vault() -> Result<Self, Failure> {
        Self::parse_for(TEXT, true)
    }

    /// Parses and checks a pipeline.
    ///
    /// # Errors
    /// When a key is unknown, a name is used twice, an input has no earlier writer, or a kind is unknown.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        Self::parse_for(text, false)
    }

    fn parse_for(text: &str, vault: bool) -> Result<Self, Failure> {
        let file: FileEntry = toml::from_str(text).map_err(|error| Failure::internal(format!("read the pipeline: {}", error.message())))?;
        if file.partitions == 0 || file.partitions > PARTITIONS_MAX {
            return Err(Failure::internal("read the pipeline: partitions is out of range"));
        }
        let mut pipeline = Self { partitions: file.partitions, steps: Vec::new() };
        let mut carries = Vec::new();
        for mut entry in file.step {
            carries.push([std::mem::take(&mut entry.carries), std::mem::take(&mut entry.of_tests)]);
            if vault {
                entry.writes.append(&mut entry.vault_writes);
                entry.keys.append(&mut entry.vault_keys);
                entry.memory_mib += entry.vault_memory_mib;
            }
            let step = pipeline.checked(entry)?;
            pipeline.steps.push(step);
        }
        // What a step or a later one writes today is there tomorrow, so all of them are known first.
        for (step, [carries, of_tests]) in carries.iter().enumerate() {
            pipeline.steps[step].carries = pipeline.carried(step, carries)?;
            pipeline.steps[step].of_tests = pipeline.carried(step, of_tests)?;
        }
        Ok(pipeline)
    }

    /// The same pipeline for a run with a model of names of so many bytes.
    #[must_use]
    pub fn with_model(mut self, bytes: u64) -> Self {
        for step in self.steps.iter_mut().filter(|step| step.model) {
            step.need.memory_mib += MODEL_COPIES * bytes.div_ceil(1 << 20) + MODEL_MIB;
            step.need.memory_mib_per_thread += MODEL_MIB_PER_THREAD;
        }
        self
    }

    /// The step of a name.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The embedded steps' names, for messages.
    #[must_use]
    pub fn names(&self) -> String {
        self.steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Stages in use, each once, sorted.
    #[must_use]
    pub fn stages(&self) -> Vec<&str> {
        let mut stages: Vec<&str> = self.steps.iter().map(|step| step.stage.as_str()).collect();
        stages.sort_unstable();
        stages.dedup();
        stages
    }

    fn written(&self, name: &str) -> Option<(usize, &Write)> {
        self.steps.iter().enumerate().find_map(|(index, step)| step.writes.iter().find(|write| write.name == name).map(|write| (index, write)))
    }

    fn carried(&self, step: usize, carries: &BTreeMap<String, String>) -> Result<Vec<Carry>, Failure> {
        let wrong = |what: &str| Err(Failure::internal(format!("read the pipeline: step {}: {what}", self.steps[step].name)));
        let mut checked = Vec::new();
        for (name, output) in carries {
            if self.written(name).is_some() {
                return wrong("a step writes an output of the name of what it carries");
            }
            let Some((writer, write)) = self.written(output) else { return wrong("it carries what no step writes") };
            if self.steps[writer].instead_of.is_some() {
                return wrong("exact numbers for auditors are not carried");
            }
            if self.steps[writer].raw || crate::plan::is_raw(write.kind) || write.partitioned {
                return wrong("raw text and partitioned files are not carried");
            }
            checked.push(Carry { name: name.clone(), output: output.clone(), kind: write.kind, writer });
        }
        Ok(checked)
    }

    fn checked(&self, entry: StepEntry) -> Result<Step, Failure> {
        let wrong = |what: &str| Err(Failure::internal(format!("read the pipeline: step {}: {what}", entry.name)));
        let Some((stage, _)) = entry.name.split_once('.') else { return wrong("its name is not stage.step") };
        if self.step(&entry.name).is_some() {
            return wrong("its name is used twice");
        }
        let need = Need { memory_mib: entry.memory_mib, memory_mib_per_thread: entry.memory_mib_per_thread };
        if need.bytes(1) == 0 {
            return wrong("it needs no memory");
        }
        if !["spool", "raw", "clean", "mined"].contains(&entry.folder.as_str()) {
            return wrong("its folder is unknown");
        }
        if entry.parameters.iter().any(|name| !PARAMETERS.contains(&name.as_str())) {
            return wrong("it asks for an unknown parameter");
        }
        let mut reads = Vec::new();
        for name in &entry.reads {
            let Some((writer, write)) = self.written(name) else { return wrong("it reads what no earlier step writes") };
            // The gate alone reads them: whatever else did might publish them.
            if self.steps[writer].instead_of.is_some() && entry.writes.values().any(|kind| kind != "verdict") {
                return wrong("it reads exact numbers for auditors");
            }
            if entry.each == Each::Shard && self.steps[writer].each == Each::Partition {
                return wrong("a step of shards cannot read partitions");
            }
            reads.push(Read { name: name.clone(), kind: write.kind, writer });
        }
        let mut writes = Vec::new();
        for (name, kind_text) in &entry.writes {
            let (kind_name, partitioned) = kind_text.strip_suffix("/partitioned").map_or((kind_text.as_str(), false), |kind| (kind, true));
            let Some(kind) = RecordKind::from_name(kind_name) else { return wrong("it writes an unknown kind") };
            if self.written(name).is_some() {
                return wrong("an earlier step writes an output of this name");
            }
            let unpack = entry.unpack.get(name).cloned();
            if unpack.as_deref().is_some_and(|folder| kind != RecordKind::Bundle || !["internal", "release"].contains(&folder)) {
                return wrong("only bundles are unpacked, into internal or release");
            }
            writes.push(Write { name: name.clone(), kind, partitioned, unpack });
        }
        if entry.unpack.keys().any(|name| !entry.writes.contains_key(name)) {
            return wrong("it unpacks what it does not write");
        }
        let instead_of = entry.instead_of.as_ref().map(|name| self.steps.iter().position(|step| step.name == *name && step.budget));
        if instead_of == Some(None) || (instead_of.is_some() && entry.budget) {
            return wrong("it is instead of no earlier step that spends budget, or spends some itself");
        }
        if entry.discovery && !entry.budget {
            return wrong("a discovery spends budget");
        }
        if instead_of.is_some() && writes.iter().any(|write| write.unpack.as_deref() == Some("release")) {
            return wrong("exact numbers for auditors are not released");
        }
        Ok(Step {
            stage: stage.to_owned(),
            each: entry.each,
            sources: entry.sources,
            reads,
            carries: Vec::new(),
            of_tests: Vec::new(),
            model: entry.model,
            writes,
            policy: entry.policy,
            keys: entry.keys,
            parameters: entry.parameters,
            scratch: entry.scratch,
            folder: entry.folder,
            raw: entry.raw,
            budget: entry.budget,
            discovery: entry.discovery,
            instead_of: instead_of.flatten(),
            need,
            name: entry.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_pipeline_is_sound() {
        let pipeline = Pipeline::embedded().unwrap();
        assert_eq!(pipeline.steps[0].name, "ingest.survey");
        assert_eq!(pipeline.stages(), ["dp-report", "gherkin", "ingest", "mine", "sanitize"]);
        assert!(pipeline.steps.iter().all(|step| step.raw == ["spool", "raw"].contains(&step.folder.as_str()) || step.stage == "sanitize"));
    }

    #[test]
    fn a_model_costs_memory_where_it_is_run_alone() {
        let (without, with) = (Pipeline::embedded().unwrap(), Pipeline::embedded().unwrap().with_model(100 << 20));
        for (before, after) in without.steps.iter().zip(&with.steps) {
            let more = after.need.bytes(2) - before.need.bytes(2);
            assert_eq!(more, if before.name == "sanitize.collect" { (3 * 100 + 64 + 2 * 48) << 20 } else { 0 }, "{}", before.name);
        }
    }

    /// What a step behind `sanitize.apply` writes is published, so the gate has to read it. The release alone comes later, since a run that is stopped
    /// shall cost no budget; it is made of what the gate has read, and is read by a gate of its own.
    #[test]
    fn the_gate_reads_everything_that_is_published() {
        let pipeline = Pipeline::embedded().unwrap();
        let place = |name: &str| pipeline.steps.iter().position(|step| step.name == name).unwrap();
        let (apply, gate) = (place("sanitize.apply"), place("sanitize.gate"));
        let read: Vec<&str> = pipeline.steps[gate].reads.iter().map(|read| read.name.as_str()).collect();
        for write in pipeline.steps[apply + 1..gate].iter().flat_map(|step| &step.writes) {
            assert!(read.contains(&write.name.as_str()), "the gate does not read {}", write.name);
        }
        assert!(["clean", "replaced", "canary"].iter().all(|name| read.contains(name)));
        let behind = &pipeline.steps[gate + 1..];
        let names: Vec<&str> = behind.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["dp-report.discover", "dp-report.release", "dp-report.exact", "sanitize.gate_release", "sanitize.gate_exact"]);
        let exact: Vec<&str> = behind[4].reads.iter().map(|read| read.name.as_str()).collect();
        assert_eq!(exact, ["replaced", "exact_report"]);
        let released: Vec<&str> = behind[3].reads.iter().map(|read| read.name.as_str()).collect();
        assert!(
            released.contains(&"replaced") && behind[..2].iter().flat_map(|step| &step.writes).all(|write| released.contains(&write.name.as_str()))
        );
        let reads = behind[..3].iter().flat_map(|step| &step.reads);
        assert!(
            behind[0].discovery && behind[1].budget && reads.clone().all(|input| read.contains(&input.name.as_str()) || input.name == "known_key")
        );
        assert_eq!(behind[2].instead_of, Some(gate + 2));
    }

    /// Without a vault nothing of it is in the pipeline; with one nothing else is another, and no step reads what goes into it.
    #[test]
    fn the_vault_is_in_the_pipeline_when_it_is_asked_for() {
        let (without, mut with) = (Pipeline::embedded().unwrap(), Pipeline::with_vault().unwrap());
        let apply = with.steps.iter().position(|step| step.name == "sanitize.apply").unwrap();
        let step = &mut with.steps[apply];
        let delta = step.writes.iter().position(|write| write.kind == RecordKind::VaultEntry).unwrap();
        assert_eq!(step.writes.remove(delta).name, crate::vault::OUTPUT);
        assert_eq!(step.keys.pop().as_deref(), Some(crate::vault::ROLE));
        step.need = without.steps[apply].need;
        assert_eq!(with, without);
        assert!(with.steps.iter().flat_map(|step| &step.reads).all(|read| read.kind != RecordKind::VaultEntry));
    }

    const MEMORY: &str = "memory_mib = 1\nmemory_mib_per_thread = 0";

    fn check(step: &str, message: &str) {
        let text = format!(
            "partitions = 2\n[[step]]\nname = \"a.one\"\neach = \"partition\"\nwrites = {{ x = \"raw\" }}\nfolder = \"raw\"\n{MEMORY}\n[[step]]\n{MEMORY}\n{step}"
        );
        let error = Pipeline::parse(&text).expect_err(message).sentence();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn mistakes_are_refused() {
        check("name = \"two\"\neach = \"run\"\nwrites = {}\nfolder = \"raw\"", "not stage.step");
        check("name = \"a.one\"\neach = \"run\"\nwrites = {}\nfolder = \"raw\"", "used twice");
        check("name = \"a.two\"\neach = \"run\"\nwrites = {}\nfolder = \"elsewhere\"", "folder is unknown");
        check("name = \"a.two\"\neach = \"run\"\nreads = [\"y\"]\nwrites = {}\nfolder = \"raw\"", "no earlier step writes");
        check("name = \"a.two\"\neach = \"shard\"\nreads = [\"x\"]\nwrites = {}\nfolder = \"raw\"", "cannot read partitions");
        check("name = \"a.two\"\neach = \"run\"\nwrites = { y = \"poem\" }\nfolder = \"raw\"", "unknown kind");
        check("name = \"a.two\"\neach = \"run\"\nwrites = { x = \"raw\" }\nfolder = \"raw\"", "earlier step writes");
        check("name = \"a.two\"\neach = \"run\"\nwrites = { y = \"raw\" }\nunpack = { y = \"release\" }\nfolder = \"raw\"", "only bundles");
        check("name = \"a.two\"\neach = \"run\"\nwrites = {}\ncarries = { y = \"z\" }\nfolder = \"raw\"", "carries what no step writes");
        check("name = \"a.two\"\neach = \"run\"\nwrites = {}\ncarries = { y = \"x\" }\nfolder = \"raw\"", "raw text and partitioned files");
        check(
            "name = \"a.two\"\neach = \"run\"\nwrites = { y = \"edge\" }\ncarries = { x = \"y\" }\nfolder = \"raw\"",
            "of the name of what it carries",
        );
        check("name = \"a.two\"\neach = \"run\"\nwrites = {}\nfolder = \"raw\"\ninstead_of = \"a.one\"", "instead of no earlier step");
        let exact = "name = \"a.two\"\neach = \"run\"\nwrites = { y = \"release\" }\nfolder = \"mined\"\nbudget = true\n[[step]]\nname = \"a.exact\"\neach = \"run\"\ninstead_of = \"a.two\"\nwrites = { z = \"bundle\" }\nfolder = \"mined\"";
        check(&format!("{exact}\nbudget = true\n{MEMORY}"), "spends some itself");
        check(&format!("{exact}\nunpack = {{ z = \"release\" }}\n{MEMORY}"), "are not released");
        let next = format!("{MEMORY}\n[[step]]\n{MEMORY}\nname = \"a.next\"\neach = \"run\"\nwrites = {{}}\nfolder = \"mined\"");
        check(&format!("{exact}\n{}\nreads = [\"z\"]", next.replace("writes = {}", "writes = { e = \"edge\" }")), "reads exact numbers");
        check(&format!("{exact}\n{next}\ncarries = {{ before = \"z\" }}"), "are not carried");
        check("name = \"a.two\"\neach = \"run\"\nwrites = {}\nfolder = \"raw\"\nspeed = 3", "unknown field");
        check("name = \"a.two\"\neach = \"run\"\nwrites = {}\nfolder = \"raw\"\nparameters = [\"speed\"]", "unknown parameter");
        let text =
            "partitions = 1\n[[step]]\nname = \"a.one\"\neach = \"run\"\nwrites = {}\nfolder = \"raw\"\nmemory_mib = 0\nmemory_mib_per_thread = 0";
        assert!(Pipeline::parse(text).expect_err("no memory").sentence().contains("needs no memory"));
    }
}
