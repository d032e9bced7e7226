//! `lexicon[run]`: the shards' sorted digests merged into one lexicon.

use schemas::metric::Counter;
use schemas::record::Lexicon;
use stage_runtime::{StepContext, StepError};

use crate::lexicon::Gathered;

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let mut gathered = Gathered::new();
    let mut records = 0;
    let mut scratch = Vec::new();
    for input in context.inputs("lexicon_part") {
        let part = input.open::<Lexicon>()?;
        for number in 0..part.block_count() {
            for record in part.block::<Lexicon>(number, &mut scratch)?.records() {
                gathered.add(&[record?]);
                records += 1;
            }
        }
    }
    let (entries, overflow) = gathered.finish();
    let mut output = context.output::<Lexicon>("lexicon")?;
    for entry in &entries {
        output.push(0, entry, None)?;
    }
    output.finish(context)?;
    context.report.add(Counter::RecordsIn, records);
    context.report.add(Counter::RecordsOut, entries.len() as u64);
    context.report.add(Counter::LexiconOverflow, overflow);
    Ok(())
}
