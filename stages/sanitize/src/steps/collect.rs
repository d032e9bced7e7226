//! `collect[shard]`: raw records in, keyed digests of what their sensitive fields hold out.

use schemas::metric::Counter;
use schemas::record::{Lexicon, Raw};
use stage_runtime::{StepContext, StepError, map_blocks};

use super::Workers;
use crate::engine::Engine;
use crate::lexicon::{self, Gathered};

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let input = context.input("raw")?;
    let raw = input.open::<Raw>()?;
    let engine = Engine::new(context.secret("token")?, context.policy(), lexicon::Lexicon::default())?;
    let workers = Workers::new(&engine, true);
    let mut gathered = Gathered::new();
    let mut records = 0;
    map_blocks::<Raw, _, _, _>(
        &raw,
        0..raw.block_count(),
        |block| {
            workers.lend(|worker| {
                for record in block.records() {
                    // A record that cannot be walked is quarantined by `apply`, which is the one that counts.
                    let _ = worker.take_in(&record?);
                }
                let mut found = worker.take_gathered();
                lexicon::combine(&mut found);
                Ok((block.len(), found))
            })
        },
        |(count, found)| {
            records += u64::from(count);
            gathered.add(&found);
            Ok(())
        },
    )?;
    let (entries, overflow) = gathered.finish();
    let mut output = context.output::<Lexicon>("lexicon_part")?;
    for entry in &entries {
        output.push(0, entry, None)?;
    }
    output.finish(context)?;
    context.report.add(Counter::RecordsIn, records);
    context.report.add(Counter::LexiconOverflow, overflow);
    Ok(())
}
