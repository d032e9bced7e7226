//! `lexicon[run]`: the shards' sorted digests merged into one lexicon.

use schemas::metric::Counter;
use schemas::record::Lexicon;
use stage_runtime::{StepContext, StepError};

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let parts = context.inputs("lexicon_part");
    let records = parts.iter().try_fold(0, |sum, part| Ok::<_, StepError>(sum + part.open::<Lexicon>()?.records()))?;
    let (entries, overflow) = super::merged(&parts)?.finish();
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
