//! `logminer verify`: is this run what was signed?

use std::collections::BTreeMap;
use std::path::Path;

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{JobSpec, SourceFile};
use schemas::record::{RecordKind, Source};
use serde_json::json;

use super::args::VerifyOptions;
use super::prepare;
use crate::disk;
use crate::engine::Job;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::report::print_line;
use crate::session::{no_secrets, open_published};
use crate::verify::{Raw, check_files, raw_files};

pub(super) fn run(options: &VerifyOptions) -> Result<Exit, Failure> {
    if !options.run.is_dir() {
        return Err(Failure::usage(format!("verify {}: it is no folder", shown(&options.run))));
    }
    let key_path = options.public_key.clone().unwrap_or_else(|| options.places.keys.join("signing.pub"));
    let manifest = Manifest::read(&options.run, &PublicKey::read(&key_path)?)?;
    let digests = if options.no_raw { None } else { Some(digest_raw(options, &manifest)?) };
    let raw = digests.as_ref().map_or(Raw::ByLength, Raw::ByDigest);
    let problems = check_files(&options.run, &manifest, raw)?;
    let exit = if problems.is_empty() { Exit::Done } else { Exit::DigestMismatch };
    let files = manifest.tasks.iter().map(|task| task.outputs.len()).sum::<usize>() + manifest.files.len();
    if options.json {
        let value = json!({ "run": manifest.id, "exit": exit.code(), "files": files, "problems": problems, "raw_digested": !options.no_raw });
        print_line(&value.to_string());
    } else if problems.is_empty() {
        let raw = if options.no_raw { "; files with raw text were checked by length only" } else { "" };
        print_line(&format!("run {}: signature, chain and {files} files are as published{raw}", manifest.id));
    }
    if let Some(first) = problems.first() {
        let more = if problems.len() > 1 { format!(" (and {} more; --json lists them)", problems.len() - 1) } else { String::new() };
        return Err(Failure::new(Exit::DigestMismatch, format!("verify the run {}: {first}{more}", manifest.id)));
    }
    Ok(exit)
}

/// Digests of the files with raw text, computed by the sealed survey step: this process does not read them.
fn digest_raw(options: &VerifyOptions, manifest: &Manifest) -> Result<BTreeMap<String, Digest>, Failure> {
    let engine = prepare::engine(&options.places, &manifest.policy_text, 360)?;
    let files = raw_files(manifest);
    let spec = JobSpec {
        step: "ingest.survey".to_owned(),
        logical_day: 0,
        shard: 0,
        shards: 1,
        partition: 0,
        partitions: 1,
        threads: prepare::threads(None),
        policy: manifest.policy_text.clone(),
        sources: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        scratch: Vec::new(),
        parameters: BTreeMap::new(),
        evaluation: true,
    };
    let mut job = Job::new(spec, no_secrets());
    let mut named = Vec::new();
    for (file, _) in files {
        let Ok(opened) = open_published(&options.run.join(&file)) else { continue };
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
    engine.sealed("ingest")?;
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
