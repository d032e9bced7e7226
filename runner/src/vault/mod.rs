//! The token vault: which token stands for which value. Off unless asked for.
//!
//! `sanitize.apply` seals each token of the night with its value (the delta); [`Vault::append`] takes deltas in, once each, before the run is
//! published. A value lies under two layers of authenticated encryption: the inner one under the vault key, closed in the sealed stage; the outer one, put
//! on here, under a key of its owner that follows from the erasure key ([`erasure`]). Here nothing is opened but for [`reveal`], which needs both keys
//! and two approvals ([`approval`]). [`forget`] takes an owner out of the erasure key: then the entries of the owner are noise, in every copy of the segments.
//!
//! What the vault never does: read a clock, open a value without an audit event, or take part in a run that did not ask for it.
//!
//! # Places
//!
//! ```text
//! <vault>/            segments and journal: may lie in snapshots
//!   journal.jsonl     hash-chained: what was taken in, merged, forgotten, rotated; an entry here is what makes a segment count ([`journal`])
//!   segments/         sorted containers of entries, each written once ([`segment`])
//!   maps/             links of old and new tokens, a container a rotation
//!   .lock             one writer, or readers
//! <erasure>/          must not lie in snapshots that outlive the term of erasure
//!   erasure.key       from which the owners' keys follow
//!   vault.head        the journal's newest entry: shows a vault that was cut or put back
//! ```
//!
//! # Owners
//!
//! An entry's owner is the token of the record's customer. What stands in records without one belongs to a group of its class and month,
//! `EMAIL/2026-11/0`, unless the same token has an owner already. When an owner is forgotten whose token also stands in a group, the group's key goes, too, and
//! what others have in it is closed again under the group's next number.

pub mod approval;
pub mod erasure;
pub mod forget;
pub mod journal;
mod open;
pub mod reveal;
pub mod rotate;
pub mod segment;
pub mod verify;

/// The output that is taken in.
pub const OUTPUT: &str = "vault_delta";
/// Role of the key that seals values.
pub const ROLE: &str = "vault";

pub use open::{Appended, Delta, Places, Vault};

#[cfg(test)]
mod tests;
