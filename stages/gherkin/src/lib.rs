//! `gherkin`: mined journeys and findings in; features and step libraries out.
//!
//! The step `write` reads variants, edges, event types, anomalies and findings, and writes two bundles: `features`, which may leave
//! (only behaviour that at least `gherkin.customers_min` customers share, numbers as bands), and `features_internal` for the team
//! (rarer paths, anomalous paths, exact numbers). It refuses to state anything it cannot write portably. [`model`] is the portable
//! part of Gherkin; everything else decides what to say with it.
//!
//! The step `tests` reads tests that exist already, and is the only one that reads their files; [`write`](mod@write) measures what they cover.

mod bodies;
mod bundle;
mod candidate;
mod changes;
mod collect;
mod coverage;
mod data;
mod decided;
#[cfg(test)]
mod fuzz;
mod lock;
pub mod model;
mod repetition;
mod scenario;
mod steps;
mod suite;
mod vocabulary;
mod words;
mod write;

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec { name: "gherkin", steps: &["tests", "write"] };

/// Runs one step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    match context.step() {
        "tests" => coverage::run(context),
        "write" => write::write(context),
        step => Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {step}"))),
    }
}
