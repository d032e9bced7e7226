//! What `collect` does with a model.

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::pii::PiiClass;
use schemas::words::Words;
use stage_runtime::{StepContext, StepError, map_ordered};

use super::{Model, Residues, refused};
use crate::lexicon::{self, Gathered};
use crate::steps::Workers;

/// Texts that a thread asks about before it hands over what it saw.
const TEXTS_AT_ONCE: usize = 64;

/// The model of a run, and what its texts are chosen by.
pub(crate) struct Names {
    model: Model,
    words: Words,
}

impl Names {
    /// The model of the step; none when the policy names none.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when policy and input are not of one mind about whether there is one, [`Exit::DigestMismatch`] when the input is another model,
    /// [`Exit::CorruptInput`] when it cannot be used.
    pub(crate) fn open(context: &StepContext) -> Result<Option<Self>, StepError> {
        let inputs = context.inputs(schemas::ner::INPUT);
        match (context.policy().sanitize.ner_model, inputs.as_slice()) {
            (None, []) => Ok(None),
            (Some(digest), [input]) if input.digest() == digest => Ok(Some(Self { model: Model::open(input)?, words: Words::with([]) })),
            (Some(_), [_]) => {
                Err(StepError::new(Exit::DigestMismatch, "read the model of names: it is another than the policy's sanitize.ner_model"))
            }
            (Some(_), []) => Err(StepError::new(Exit::KeyRefused, "follow the policy: sanitize.ner_model names a model and the step was given none")),
            (None, [_]) => Err(StepError::new(Exit::KeyRefused, "use the model of names: the policy has no sanitize.ner_model")),
            (_, _) => Err(refused("the step was given several")),
        }
    }

    /// Where a worker notes texts.
    pub(crate) fn residues(&self) -> Residues<'_> {
        Residues::new(&self.words)
    }

    /// Asks about all texts and gathers the persons that the model sees. The order of texts is that of their digests, and the lexicon has none, so neither
    /// threads nor blocks show.
    ///
    /// # Errors
    /// When the network fails.
    pub(crate) fn gather(
        &self,
        residues: &mut Residues<'_>,
        workers: &Workers<'_>,
        gathered: &mut Gathered,
        context: &mut StepContext,
    ) -> Result<(), StepError> {
        let texts: Vec<String> = residues.take().into_values().collect();
        let mut names = 0;
        map_ordered(
            texts.chunks(TEXTS_AT_ONCE),
            |texts| {
                workers.lend(|worker| {
                    let mut seen = 0;
                    for text in texts {
                        for span in self.model.persons(text)? {
                            worker.gather_value(PiiClass::Name, name(text.get(span).unwrap_or_default()));
                            seen += 1;
                        }
                    }
                    let mut found = worker.take_gathered();
                    lexicon::combine(&mut found);
                    Ok((seen, found))
                })
            },
            |(seen, found)| {
                names += seen;
                gathered.add(&found);
                Ok(())
            },
        )?;
        context.report.add(Counter::NerTexts, texts.len() as u64);
        context.report.add(Counter::NerTextsOverflow, residues.overflow());
        context.report.add(Counter::NerNames, names);
        Ok(())
    }
}

/// A span as a name: without a genitive.
fn name(span: &str) -> &str {
    ["'s", "\u{2019}s", "'S", "\u{2019}S"].iter().find_map(|end| span.strip_suffix(end)).unwrap_or(span)
}
