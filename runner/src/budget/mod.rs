//! Spending privacy budget around the one step that draws noise: reserve, draw, stage, commit - in this order, whatever dies in between.
//!
//! A release is identified by its input, its `[report]` policy and its query set. The store keeps, by that identity, the key under which the report is
//! staged, so that a report that was staged but not committed is completed, and a committed one is taken over and never drawn again.
//!
//! [`place`] is where the ledger lies and how it begins, [`restored`] how one that may be an older copy comes back into service, `standing` how a run opens
//! it, [`spend`] the spend itself.

pub mod place;
pub mod restored;
pub mod spend;
mod standing;
#[cfg(test)]
mod tests;

use crate::failure::Failure;
use crate::ledger::LedgerError;
pub use place::Place;
pub use spend::{Decision, Spend};
pub(crate) use standing::standing;

pub(crate) fn failure(error: LedgerError) -> Failure {
    Failure::new(error.exit(), error.to_string())
}
