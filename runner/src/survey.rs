//! The survey: digests of files with raw text. The runner does not read them: `ingest.survey`, a sealed step, does. What it wrote holds
//! no text, so the runner reads that.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use schemas::container::Container;
use schemas::ids::Digest;
use schemas::job::{JobSpec, Secrets, SourceFile};
use schemas::record::{RecordKind, Source, SourceRecord};

use crate::engine::{Engine, Job};
use crate::failure::Failure;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::pipeline::Pipeline;
use crate::prove;
use crate::session::open_published;
use crate::verify::raw_files;

/// Bytes of a survey that are read: 16 a MiB of input.
const SURVEY_BYTES_MAX: u64 = 1 << 30;

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
    // It has no name, so a killed process leaves nothing.
    let wrong = |error| Failure::io("use a temporary file", error);
    let mut output = tempfile::tempfile().map_err(wrong)?;
    job.output("source", RecordKind::Source, Digest::of(b"verify"), 1, output.try_clone().map_err(wrong)?);
    // This may be the first step this process starts.
    prove::sandbox(engine)?;
    if let Some(step) = Pipeline::embedded()?.step("ingest.survey") {
        prove::allows(&manifest.policy_text, engine.overrides(), step)?;
    }
    engine.sealed("ingest")?;
    engine.run("ingest.survey", &job, || {})?;
    output.rewind().map_err(wrong)?;
    let mut digests = BTreeMap::new();
    for_each_record(&read(&output, "the survey")?, "the survey", |record| {
        if let Some(file) = named.get(record.source as usize) {
            digests.insert(file.clone(), record.digest);
        }
    })?;
    Ok(digests)
}

/// What a step depends on that reads only some sources: what the survey at `path` says of these. A change of another source is none of
/// its business.
///
/// # Errors
/// When the survey cannot be read, or does not hold all of them.
pub fn digest_of_sources(path: &Path, sources: &BTreeSet<u32>) -> Result<Digest, Failure> {
    let name = shown(path);
    let mut hasher = blake3::Hasher::new();
    let mut found = 0;
    for_each_record(&read(&open_published(path)?, &name)?, &name, |record| {
        if sources.contains(&record.source) {
            // Encoding a decoded record cannot fail; an empty one would only match nothing.
            let bytes = schemas::codec::encode(&record).unwrap_or_default();
            hasher.update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
            found += 1;
        }
    })?;
    if found != sources.len() {
        return Err(Failure::internal(format!("find the sources of a shard in {name}")));
    }
    Ok(Digest(*hasher.finalize().as_bytes()))
}

fn read(file: &File, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    file.take(SURVEY_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| Failure::io(format!("read {name}"), error))?;
    Ok(bytes)
}

fn for_each_record(bytes: &[u8], name: &str, mut each: impl FnMut(SourceRecord)) -> Result<(), Failure> {
    let wrong = |error| Failure::container(name, error);
    let container = Container::open(bytes).map_err(wrong)?;
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Source>(number, &mut scratch).map_err(wrong)?.records() {
            each(record.map_err(wrong)?);
        }
    }
    Ok(())
}
