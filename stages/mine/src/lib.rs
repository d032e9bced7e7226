//! `mine`: clean records in; templates, journeys, anomalies and findings out.
//!
//! ```text
//! skeleton[shard]      clean -> distinct message shapes and distinct kinds of event, counted
//! templates[run]       all shards' shapes -> templates; all kinds -> the run's numbered event types
//! drift[run]           templates, and those earlier nights knew -> what is new, gone, merged and split; what the next night knows
//! assign[shard]        clean -> events in the partition of their journey; rules over one record look at it, sightings are written down
//! pulse[run]           templates that are new, rare and severe, or have a burst of lines
//! journeys[partition]  events in time order, one journey at a time -> journeys, activities, contributions to the report
//! failures[run]        journeys with their attributes -> under which conditions a step fails
//! score[run]           variants, directly-follows graph, anomaly scores and groups, rules over sequences, findings, the analysts' files
//! clusters[run]        templates that say much the same, variants in which much the same happens -> clusters with names and exemplars
//! rank[run]            findings and anomalies, and what earlier nights knew -> one list, worst first; what the next night knows
//! ```
//! Every step gives the same records whatever the threads, the shard plan and the order of its inputs. Memory follows the number of
//! distinct shapes, kinds and runs of events, all bounded in [`schemas::limits`]; rows that follow the input are sorted on disk.
//! It sees sanitized text alone, holds no key, and looks at no name of a product or system.

mod assign;
mod attribute;
mod body;
mod bounded;
mod clusters;
mod drift;
mod event;
mod explain;
mod failures;
#[cfg(test)]
mod fuzz;
mod hash;
mod journeys;
mod lex;
mod lines;
mod outline;
mod page;
mod place;
mod pulse;
mod rank;
mod rare;
mod remember;
mod rule;
mod score;
mod shape;
mod skeleton;
mod sort;
mod template;
mod templates;
mod trim;

use stage_runtime::{StageSpec, StepContext, StepError};

/// What this stage is.
pub const SPEC: StageSpec = StageSpec {
    name: "mine",
    steps: &["skeleton", "templates", "drift", "assign", "pulse", "journeys", "failures", "score", "clusters", "rank", "explain"],
};

/// Runs one step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub fn process(context: &mut StepContext) -> Result<(), StepError> {
    match context.step() {
        "skeleton" => skeleton::process(context),
        "templates" => templates::process(context),
        "drift" => drift::process(context),
        "assign" => assign::process(context),
        "journeys" => journeys::process(context),
        "pulse" => pulse::process(context),
        "failures" => failures::process(context),
        "score" => score::process(context),
        "clusters" => clusters::process(context),
        "rank" => rank::process(context),
        "explain" => explain::process(context),
        other => Err(StepError::new(schemas::exit::Exit::Usage, format!("run the step {other}: mine has none of that name"))),
    }
}
