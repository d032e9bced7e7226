//! `apply[shard]`: raw records and the run's lexicon in; clean records, rejects and digests of what was replaced out.
//!
//! Records of the source that the parameter `canary_source` names are treated like all others; what was made of them goes to an output of its own and
//! into no count but theirs.
//!
//! Where the job has an output `vault_delta`, values leave sealed as well ([`crate::vault`]); not those of canaries, nor of records that are not written.

use schemas::container::BlockBuilder;
use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::policy::SanitizePolicy;
use schemas::record::{Clean, Lexicon, LexiconRecord, Raw, Reject, RejectReason, RejectRecord};
use stage_runtime::{Spares, StepContext, StepError, map_ordered};

use super::Workers;
use crate::engine::Engine;
use crate::lexicon::{self, Gathered};
use crate::token::Heads;
use crate::vault::{Noted, Sealing};

/// Set in the numbers of blocks of canaries.
const CANARY_BLOCK: u32 = 1 << 31;

/// What became of one raw block.
struct Applied {
    clean: BlockBuilder<Clean>,
    canaries: BlockBuilder<Clean>,
    rejects: Vec<RejectRecord>,
    records: u64,
    bytes: u64,
    without_time: u64,
    replaced: u64,
    by_lexicon: u64,
    left_out: u64,
    told: Vec<LexiconRecord>,
    noted: Vec<Noted>,
}

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let lexicon = read_lexicon(context)?;
    let engine = Engine::new(context.secret("token")?, context.policy(), lexicon)?;
    let input = context.input("raw")?;
    let raw = input.open::<Raw>()?;
    let mut vault = Sealing::begin(context, Heads::new(&engine.keys, &SanitizePolicy::default()))?;
    let workers = Workers::new(&engine, false).noting(vault.is_some());
    let spares = Spares::default();
    let canary_source = canary_source(context)?;
    let mut clean = context.output::<Clean>("clean")?;
    let mut canaries = context.output::<Clean>("canary")?;
    let mut rejects = context.output::<Reject>("reject_apply")?;
    let mut told = Gathered::new();
    let report = &mut context.report;
    map_ordered(
        0..raw.block_count(),
        |number| {
            let mut scratch = Vec::new();
            let block = raw.block::<Raw>(number, &mut scratch)?;
            workers.lend(|worker| apply_block(worker, &block, (spares.take(), canary_source), number as u32 + 1))
        },
        |applied: Applied| {
            report.add(Counter::RecordsIn, applied.records);
            report.add(Counter::RecordsOut, u64::from(applied.clean.len()));
            report.add(Counter::Canaries, u64::from(applied.canaries.len()));
            report.add(Counter::BytesIn, applied.bytes);
            report.add(Counter::RecordsWithoutTime, applied.without_time);
            report.add(Counter::ValuesReplaced, applied.replaced);
            report.add(Counter::ValuesReplacedByLexicon, applied.by_lexicon);
            report.add(Counter::FieldsLeftOut, applied.left_out);
            told.add(&applied.told);
            vault.as_mut().map_or(Ok(()), |vault| vault.take(applied.noted))?;
            report.reject(RejectReason::Unsanitizable, applied.rejects.len() as u64);
            for reject in &applied.rejects {
                rejects.push(0, reject, None)?;
            }
            if !applied.canaries.is_empty() {
                canaries.write_block(applied.canaries)?;
            }
            spares.give(clean.write_block(applied.clean)?);
            Ok(())
        },
    )?;
    clean.finish(context)?;
    canaries.finish(context)?;
    rejects.finish(context)?;
    vault.map_or(Ok(()), |vault| vault.finish(context))?;
    write_told(context, told)
}

/// Writes the digests of the replaced values for the gate. More of them than it can hold would be searched for in part only.
fn write_told(context: &mut StepContext, told: Gathered) -> Result<(), StepError> {
    let (entries, overflow) = told.finish();
    let mut output = context.output::<Lexicon>("replaced")?;
    for entry in &entries {
        output.push(0, entry, None)?;
    }
    output.finish(context)?;
    context.report.add(Counter::ValuesNotGated, overflow);
    Ok(())
}

fn apply_block(
    worker: &mut crate::worker::Worker<'_>,
    block: &schemas::container::Block<'_, Raw>,
    (clean, canary_source): (BlockBuilder<Clean>, Option<u32>),
    number: u32,
) -> Result<Applied, StepError> {
    let canaries = BlockBuilder::new(0);
    let mut applied = Applied {
        clean,
        canaries,
        rejects: Vec::new(),
        records: 0,
        bytes: 0,
        without_time: 0,
        replaced: 0,
        by_lexicon: 0,
        left_out: 0,
        told: Vec::new(),
        noted: Vec::new(),
    };
    for record in block.records() {
        let record = record?;
        let is_canary = canary_source == Some(record.at.source);
        let before = (worker.replaced, worker.by_lexicon);
        let taken = worker.take_in(&record);
        if is_canary && taken.is_ok() {
            worker.forget_tokens();
            // A block of its own has a table of names of its own: one record a number, and none that a block of clean records has.
            worker.put_out(&record, &mut applied.canaries, number | CANARY_BLOCK)?;
            (worker.replaced, worker.by_lexicon) = before;
            continue;
        }
        applied.records += 1;
        applied.bytes += record.text.len() as u64;
        applied.without_time += u64::from(record.time_ns.is_none());
        if taken.is_err() {
            applied.rejects.push(RejectRecord { at: record.at, bytes: record.text.len() as u64, reason: RejectReason::Unsanitizable });
            continue;
        }
        applied.left_out += worker.shape.left_out;
        worker.own_tokens();
        worker.put_out(&record, &mut applied.clean, number)?;
    }
    applied.replaced = std::mem::take(&mut worker.replaced);
    applied.by_lexicon = std::mem::take(&mut worker.by_lexicon);
    applied.told = worker.take_told();
    lexicon::combine(&mut applied.told);
    applied.noted = worker.take_noted();
    Ok(applied)
}

/// The source whose records are canaries, if there is one.
fn canary_source(context: &StepContext) -> Result<Option<u32>, StepError> {
    let number = |text: &str| text.parse().map_err(|_| StepError::new(Exit::Internal, "route canaries out: the number of their source is no number"));
    context.parameter("canary_source").map(number).transpose()
}

fn read_lexicon(context: &StepContext) -> Result<lexicon::Lexicon, StepError> {
    super::load(&[context.input("lexicon")?])
}
