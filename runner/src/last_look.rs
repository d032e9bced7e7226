//! The last look before a run is published: what this program itself writes for readers (manifest, attestation, metrics) is searched for replaced
//! values by the same sealed step that searched everything else. Steps cannot do it: the manifest names their results.
//!
//! A manifest holds digests, counts and names of this program, but also the policy, the reasons of overrides and what the host says of itself: a field
//! name, a dictionary or a reason may be somebody's number.

use std::collections::BTreeMap;

use schemas::container::{BlockBuilder, ContainerWriter};
use schemas::ids::Digest;
use schemas::job::JobSpec;
use schemas::limits::BUNDLE_FILE_BYTES_MAX;
use schemas::policy::Policy;
use schemas::record::{Bundle, BundleFile, RecordKind};

use crate::engine::Job;
use crate::failure::Failure;
use crate::plan::Task;
use crate::prove;
use crate::run::{Results, Runner};

/// The step that searches.
const STEP: &str = "sanitize.gate";
/// Name of the input that holds the digests of replaced values.
const KNOWN: &str = "replaced";
/// Name of the input that is searched, in messages.
const WRITTEN: &str = "written";

/// What searches: [`search`], unless a test looks on.
pub type Search = dyn Fn(&Runner<'_>, &Results, bool, &[Written<'_>]) -> Result<(), Failure>;

/// A text and the name it is told by.
pub type Written<'a> = (&'a str, &'a [u8]);

/// Searches texts for values that were replaced in this run. `proven` says whether the sandbox was proven by this process already.
///
/// # Errors
/// [`Exit::GateFailed`](schemas::exit::Exit::GateFailed) when one is readable: the sentence names the text and the class. Whatever a step may end with.
pub fn search(runner: &Runner<'_>, results: &Results, proven: bool, written: &[Written<'_>]) -> Result<(), Failure> {
    let session = runner.session;
    let position = session.plan.pipeline.steps.iter().position(|step| step.name == STEP);
    let Some(task) = position.map(|step| Task { step, index: 0 }).filter(|task| session.plan.tasks.contains(task)) else {
        return Err(Failure::internal("search what this program wrote: the plan has no gate"));
    };
    let step = session.plan.step(task);
    let spec = JobSpec {
        step: STEP.to_owned(),
        logical_day: session.logical_day,
        shard: 0,
        shards: session.plan.shards,
        partition: 0,
        partitions: session.plan.pipeline.partitions,
        threads: session.threads,
        policy: Policy::default(),
        sources: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        scratch: Vec::new(),
        parameters: BTreeMap::new(),
        evaluation: false,
    };
    let mut job = Job::new(spec, session.keys.secrets(&step.keys)?);
    for input in runner.inputs(task, results, None)?.iter().filter(|input| input.name == KNOWN) {
        job.input(KNOWN, input.kind, input.open()?)?;
    }
    let bundle = sandbox::memory::sealed_memory(WRITTEN, &bundle(written)?).map_err(|error| Failure::io("seal what is to be searched", error))?;
    job.input(WRITTEN, RecordKind::Bundle, bundle)?;
    // It has no name, so a killed process leaves nothing.
    let verdict = tempfile::tempfile_in(&session.runs).map_err(|error| Failure::io("make a file for the verdict", error))?;
    job.output("verdict", RecordKind::Verdict, Digest::of(WRITTEN.as_bytes()), 1, verdict);
    if !proven {
        prove::sandbox(&session.engine)?;
    }
    session.engine.run(STEP, &job, || {}).map(|_| ())
}

/// The texts as a bundle; long ones in several pieces, which overlap by more than the longest value.
fn bundle(written: &[Written<'_>]) -> Result<Vec<u8>, Failure> {
    const OVERLAP: usize = 4096;
    let wrong = |error| Failure::container(WRITTEN, error);
    let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(WRITTEN.as_bytes()), 1).map_err(wrong)?;
    for &(path, bytes) in written {
        let mut at = 0;
        loop {
            let end = bytes.len().min(at + BUNDLE_FILE_BYTES_MAX);
            let mut block = BlockBuilder::new(0);
            block.push(&BundleFile { path, bytes: bytes.get(at..end).unwrap_or_default() }, None).map_err(wrong)?;
            writer.write(block).map_err(wrong)?;
            if end == bytes.len() {
                break;
            }
            at = end - OVERLAP;
        }
    }
    Ok(writer.finish().map_err(wrong)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::container::Container;

    #[test]
    fn long_texts_come_in_pieces_that_overlap() {
        let long: Vec<u8> = (0..2 * BUNDLE_FILE_BYTES_MAX + 5).map(|at| b'a' + (at % 23) as u8).collect();
        let bytes = bundle(&[("manifest.json", &long), ("metrics.prom", b"x"), ("empty", b"")]).unwrap();
        let container = Container::open(&bytes).unwrap();
        let (mut scratch, mut found) = (Vec::new(), Vec::new());
        for number in 0..container.block_count() {
            let block = container.block::<Bundle>(number, &mut scratch).unwrap();
            found.extend(block.records().map(|file| file.map(|file| (file.path.to_owned(), file.bytes.to_vec())).unwrap()));
        }
        assert_eq!(
            found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(),
            ["manifest.json", "manifest.json", "manifest.json", "metrics.prom", "empty"]
        );
        let joined: Vec<u8> = found[0].1.iter().chain(&found[1].1[4096..]).chain(&found[2].1[4096..]).copied().collect();
        assert!(joined == long && found[3].1 == b"x");
    }
}
