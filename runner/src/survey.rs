//! Digests of files with raw text. The runner does not read them: `ingest.survey`, a sealed step, does.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::container::Container;
use schemas::ids::Digest;
use schemas::job::{JobSpec, Secrets, SourceFile};
use schemas::record::{RecordKind, Source};

use crate::disk;
use crate::engine::{Engine, Job};
use crate::failure::Failure;
use crate::manifest::Manifest;
use crate::pipeline::Pipeline;
use crate::prove;
use crate::session::open_published;
use crate::verify::raw_files;

/// Digests of the files with raw text, computed by the sealed survey step: this process does not read them.
///
/// # Errors
/// When the step cannot be run.
pub fn digest_raw(engine: &Engine, run: &Path, manifest: &Manifest, threads: u16) -> Result<BTreeMap<String, Digest>, Failure> {
    let files = raw_files(manifest);
    let spec = JobSpec {
        step: "ingest.survey".to_owned(),
        logical_day: 0,
        shard: 0,
        shards: 1,
        partition: 0,
        partitions: 1,
        threads,
        policy: manifest.policy_text.clone(),
        sources: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        scratch: Vec::new(),
        parameters: BTreeMap::new(),
        evaluation: true,
    };
    let mut job = Job::new(spec, Secrets::default());
    let mut named = Vec::new();
    for (file, _) in files {
        let Ok(opened) = open_published(&run.join(&file)) else { continue };
        let bytes = opened.metadata().map_err(|error| Failure::io(format!("look at {file}"), error))?.len();
        let source = u32::try_from(named.len()).unwrap_or(u32::MAX);
        let range_end = bytes.next_multiple_of(schemas::limits::SOURCE_UNIT_BYTES).max(schemas::limits::SOURCE_UNIT_BYTES);
        job.source(SourceFile { source, fd: -1, bytes, range_start: 0, range_end, extension: String::new() }, opened);
        named.push(file);
    }
    if named.is_empty() {
        return Ok(BTreeMap::new());
    }
    let output = tempfile::NamedTempFile::new().map_err(|error| Failure::io("make a temporary file", error))?;
    let writable = output.reopen().map_err(|error| Failure::io("open a temporary file", error))?;
    job.output("source", RecordKind::Source, Digest::of(b"verify"), 1, writable);
    // This may be the first step this process starts.
    prove::sandbox(engine)?;
    if let Some(step) = Pipeline::embedded()?.step("ingest.survey") {
        prove::allows(&manifest.policy_text, engine.overrides(), step)?;
    }
    engine.run("ingest.survey", &job, || {})?;
    digests_in(output.path(), &named)
}

fn digests_in(path: &Path, named: &[String]) -> Result<BTreeMap<String, Digest>, Failure> {
    let bytes = disk::read_small(path, 1 << 30)?;
    let wrong = |error| Failure::container("the survey", error);
    let container = Container::open(&bytes).map_err(wrong)?;
    let mut digests = BTreeMap::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Source>(number, &mut scratch).map_err(wrong)?.records() {
            let record = record.map_err(wrong)?;
            if let Some(file) = named.get(record.source as usize) {
                digests.insert(file.clone(), record.digest);
            }
        }
    }
    Ok(digests)
}
