//! Retention: raw data is shredded, and old runs are removed, when their time is over.
//!
//! - [`survey`] says what is due and what is spared, and why; it touches nothing.
//! - [`apply`] notes each decision in the audit log, leaves a signed note in the run folder ([`tombstone`]), and only then removes
//!   ([`shred`]). Cut short anywhere, the next call finishes it.
//!
//! It never touches a run somebody is at, a run whose manifest cannot be trusted, or, without a flag, the latest run and unfinished
//! ones. The stored report of a release is never removed: it may be asked for again, and must not be drawn again.

pub mod apply;
pub mod shred;
pub mod survey;
pub mod tombstone;

pub use apply::apply;
pub use survey::{Act, Item, Rules, day_of, survey};
pub use tombstone::{TOMBSTONE, TOMBSTONE_SIGNATURE, Tombstone};

/// Folders of a run that hold raw text.
pub const RAW_FOLDERS: [&str; 2] = ["raw", "spool"];
/// Prefix of folders that are on their way out.
pub const REMOVING: &str = ".removing-";
/// Prefix of folders of unfinished runs.
pub const BUILDING: &str = ".building-";
