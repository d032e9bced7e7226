//! `collect[shard]`: raw records in, keyed digests of what their sensitive fields hold out, and of the names that a model sees in free text.

use schemas::metric::Counter;
use schemas::record::{Lexicon, Raw};
use stage_runtime::{StepContext, StepError, map_blocks};

use super::Workers;
use crate::engine::Engine;
use crate::lexicon::{self, Gathered};
use crate::ner::{Names, Residues};

pub(crate) fn run(context: &mut StepContext) -> Result<(), StepError> {
    let names = Names::open(context)?;
    let input = context.input("raw")?;
    let raw = input.open::<Raw>()?;
    let engine = Engine::new(context.secret("token")?, context.policy(), lexicon::Lexicon::default())?;
    let workers = Workers::new(&engine, true).asking(names.as_ref());
    let mut residues = names.as_ref().map(Names::residues);
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
                Ok((block.len(), found, worker.residues.as_mut().map(Residues::take)))
            })
        },
        |(count, found, texts)| {
            records += u64::from(count);
            gathered.add(&found);
            if let (Some(residues), Some(texts)) = (&mut residues, texts) {
                residues.take_in(texts);
            }
            Ok(())
        },
    )?;
    if let (Some(names), Some(residues)) = (&names, &mut residues) {
        names.gather(residues, &workers, &mut gathered, context)?;
    }
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
