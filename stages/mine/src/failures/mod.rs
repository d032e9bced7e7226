//! `failures[run]`: failure sequences. Under which conditions - what came before, how often, in what order, how long ago, with which attributes -
//! a step fails far more often than otherwise, and surely so.
//!
//! ```text
//! store     journeys of all partitions, a customer's together, on the scratch disk
//! problem   which steps fail at all, and how: refused, too late, nothing follows, taken back
//! table     the judged steps of one problem and the facts that hold for each, as bits
//! blocks, columns  these, a column for each fact, on the scratch disk
//! atoms     the clauses that can be said of them, and which of these say the same (derive);  search, refine  the conditions that tell failing steps from others
//! cover     one condition after the other, each tested by customers, with the error of the whole list bounded
//! report    ranked, in sentences: records of kind `sequence` and `failures.json`
//! ```
//! Every pass walks the scratch file block by block; what is held is bounded by [`schemas::limits`], whatever the number of journeys. The
//! result depends on the set of journeys alone.

mod amount;
mod atoms;
mod beam;
mod bits;
mod blocks;
mod census;
mod clause;
mod columns;
mod cover;
mod derive;
mod desk;
mod names;
mod places;
mod prefix;
mod problem;
mod refine;
mod report;
mod search;
mod stats;
mod store;
mod table;
mod walk;

use stage_runtime::{StepContext, StepError, join};

use crate::attribute::dictionary::Dictionary;
use cover::Setting;
use desk::Desk;
use names::Names;
use store::Store;
use table::Table;

/// Runs the step.
///
/// # Errors
/// When an input is damaged, an output cannot be written or the scratch disk is full.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let names = Names::read(context)?;
    let dictionary = Dictionary::read(&context.inputs("attribute"))?;
    let (store, scratch) = Store::build(context, &names, dictionary.slots.len())?;
    let desk = Desk::new(scratch);
    let desks = [desk.beside(context.take_scratch()?), desk];
    let policy = &context.job().policy.mine;
    let problems = census::find(&store, &names, policy)?;
    let until = problem::complete_until_us(&store, policy);
    let setting = Setting { names: &names, dictionary: &dictionary, problems: problems.len() };
    // With one thread the search ends before the next table is begun (`join`), and one file stays in the processor's cache.
    let lanes = desks.len().min(rayon::current_num_threads());
    let table_of = |number: usize| problems.get(number).map(|problem| Table::build(&store, &desks[number % lanes], problem, until)).transpose();
    let mut found = Vec::new();
    let mut table = table_of(0)?;
    for (number, problem) in problems.iter().enumerate() {
        let conditions = || {
            let conditions = table.take().map(|table| cover::conditions(&table, problem, &setting)).transpose()?.unwrap_or_default();
            if !problem.is_end() || conditions.is_empty() {
                return Ok(conditions);
            }
            // The problem's own table is gone: this one takes its place on the scratch disk.
            let chances = Table::of_chances(&store, &desks[number % lanes], problem, until)?;
            cover::that_hold_for_chances(conditions, &chances, &setting)
        };
        // A search goes from round to round, much of it on one thread; the next table is built beside it.
        let (mut conditions, next) = join(conditions, || table_of(number + 1))?;
        found.append(&mut conditions);
        table = next;
    }
    report::rank(&mut found);
    let paths = report::Paths::read(&store, &found)?;
    context.report.add(schemas::metric::Counter::Sequences, found.len() as u64);
    report::write(context, &found, &names, &dictionary, &paths)
}
