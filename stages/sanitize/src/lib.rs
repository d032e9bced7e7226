//! `sanitize`: raw records in; clean records without personal data out.
//!
//! Four steps. `collect` walks the raw records of a shard and gathers keyed digests of what their sensitive fields hold; `lexicon` merges the
//! shards; `apply` writes the clean records. In `apply` structure decides first (`fields`), detectors next (`scan` drives, `detect` confirms), the
//! lexicon last. What cannot be parsed is searched as text, never passed on. `gate` searches everything that will be published for the values that `apply`
//! replaced. A fifth step, `explain`, reads no record: it tells what a policy does. A sixth, `rotate`, links the tokens of a vault under two keys.
//!
//! The stage refuses weak keys, reads nothing but raw records and the lexicon, and writes no value that its policy calls personal: not in texts,
//! numbers, keys nor paths.

#[cfg(test)]
mod anywhere;
mod canonical;
#[cfg(test)]
mod carriers;
mod detect;
mod engine;
mod fields;
mod fold;
#[cfg(test)]
mod fuzz;
mod gate;
mod gather;
mod gathered_names;
mod hash;
mod json;
mod lexicon;
mod memo;
mod name_gather;
#[cfg_attr(not(feature = "ner"), path = "no_ner.rs")]
mod ner;
mod operator;
#[cfg(test)]
mod properties;
mod record;
mod sanitize;
mod scan;
mod secret;
mod siphash;
mod split;
mod steps;
#[cfg(test)]
mod testing;
mod token;
mod vault;
mod vocabulary;
mod walk;
mod worker;

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec =
    StageSpec { name: "sanitize", steps: &["collect", "lexicon", "apply", "gate", "gate_release", "gate_exact", "explain", "rotate"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged, an output cannot be written, or the token key is refused.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    match context.step() {
        "collect" => steps::collect::run(context),
        "lexicon" => steps::lexicon::run(context),
        "apply" => steps::apply::run(context),
        "gate" => steps::gate::run(context, "verdict"),
        "gate_release" => steps::gate::run(context, "verdict_release"),
        "gate_exact" => steps::gate::run(context, "verdict_exact"),
        "explain" => steps::explain::run(context),
        "rotate" => steps::rotate::run(context),
        other => Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {other}: sanitize has none of that name"))),
    }
}
