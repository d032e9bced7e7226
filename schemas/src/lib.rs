//! `schemas`: every type that crosses a process boundary.
//!
//! The file format all stages share ([`container`]), the records in it ([`record`]), what a step is asked ([`job`]) and
//! answers ([`report`]), the one list of personal-data classes ([`pii`]), the policy ([`policy`]), the exit codes ([`exit`])
//! and every bound on outside input ([`limits`]). Nothing here opens a path, reads a clock, maps a file or uses `unsafe`.

pub mod audit;
pub mod codec;
pub mod container;
#[cfg(test)]
mod corrupt;
pub mod exit;
#[cfg(test)]
mod fuzz;
pub mod ids;
pub mod job;
pub mod limits;
pub mod metric;
pub mod ner;
pub mod operator;
#[cfg(feature = "pattern")]
pub mod pattern;
pub mod pii;
pub mod policy;
pub mod privacy;
pub mod question;
pub mod record;
pub mod report;
pub mod rules;
#[cfg(feature = "vault")]
pub mod vault;
pub mod words;
