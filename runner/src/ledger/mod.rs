//! The budget ledger: an append-only, hash-chained list of what was spent, that refuses rather than guesses.
//!
//! A run asks for a spend with [`Ledger::reserve`]. The RESERVE entry is on disk, and the anchor (sequence and hash of the head, kept
//! on another path) names it, before the step that draws the noise is started. When the report is staged, [`Ledger::commit`] binds
//! its digest and the exact noise scales to the reserve. Every way the process can die in between leaves a ledger that charges
//! at least what left: [`Ledger::recover`] completes a staged report or marks the spend as lost, and a lost spend stays spent.
//!
//! What it never does: create itself where an anchor says that there was one ([`Ledger::create`] is explicit), give a spend back,
//! read a clock (entries are ordered by their sequence, so a clock that jumps changes nothing), or accept an entry that this program would not have written ([`state`] holds the rules, for writing and reading alike).
//! It opens its two files and nothing else, follows no link, and needs no write permission for [`read`].
//!
//! # Format
//!
//! UTF-8 lines, each ended by `\n`: `{"entry":{...},"hash":"<64 hex>"}`. The entry is JSON without white space with its fields in
//! the order of [`Entry`]; a line that differs by one byte from what this program would write is refused. `hash` is the BLAKE3 digest of
//! the length-prefixed parts `logminer ledger entry 1` and the entry's text; `previous` in the entry is the hash of the line before (all
//! zeros in the first). Sequences count from 0 without gaps. The anchor is one line `{"sequence":N,"head":"<hash of entry N>"}`,
//! replaced by rename. A ledger that does not hold the anchored entry is refused: it was cut, replaced or restored.
//!
//! # A restored ledger
//!
//! A sound chain that lacks an entry known elsewhere, or that has no anchor any more, may be an older copy: what was spent after it is unknown. It is
//! [`ReplayOnly`]: a report that it committed may be released again, byte for byte, and nothing else. It comes back into full service by
//! [`Ledger::prove`], which writes the anchor when the newest entry that is known outside is in the chain, or by [`Ledger::recharge`], which
//! charges whatever may have been spent since in full. A chain with *another* entry where the anchor names one is no copy and is refused.
//!
//! # A torn last line
//!
//! An entry counts from the moment the anchor names it; nothing is drawn before. Bytes after the anchored entry that end without a line
//! feed are therefore an append that never took effect (power loss while writing). Until [`Ledger::recover`] has cut them off and
//! noted their digest in a TORN entry, every spend is refused. The same bytes before or at the anchored entry are damage: refused for good.

mod day;
mod entry;
mod error;
mod file;
#[cfg(test)]
mod fuzz;
mod history;
mod policy;
mod recharge;
mod replay;
mod restored;
mod state;
mod summary;
mod writer;

pub use day::date;
pub use entry::{Body, Entry, LostReason, QueryId, Share};
pub use error::{LedgerError, OverBudget};
pub use history::{Row, What, history};
pub use policy::LedgerPolicy;
pub use replay::{Behind, ReplayOnly, Standing};
pub use restored::{Evidence, Recharge, Until};
pub use state::{OpenReserve, State};
pub use summary::Summary;
pub use writer::{Ledger, Purpose, Request, Reservation, Reserved, read, read_holding};

#[cfg(test)]
mod tests;
