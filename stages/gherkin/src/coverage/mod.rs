//! Usage coverage: which paths of production existing tests walk.
//!
//! Two halves. The step `tests` reads what the team has: feature files, results, a run over a test system's logs. It writes walks over this run's
//! event types and no text. The step `write` measures this run's calls, transitions and variants against them, and may leave out the scenarios that
//! exist already (`missing_only`). All of it is exact, so all of it stays in `internal/`.

mod cucumber;
mod dialect;
mod feature;
#[cfg(test)]
mod fuzz;
mod graph;
mod junit;
mod matcher;
mod measure;
mod page;
mod report;
mod results;
mod runs;
mod step;
mod style;
mod tested;
mod walk;

pub(crate) use report::add;
pub(crate) use step::run;
pub(crate) use tested::{Tested, Trails};
