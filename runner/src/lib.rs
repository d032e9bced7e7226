//! `logminer`: decides, starts, watches, publishes; never parses log content.
//!
//! [`pipeline`] and [`plan`] say which task runs when and under which key its result is found again ([`store`]). [`session`] turns a
//! task into a job, [`engine`] runs it sealed and watched, [`run`] goes through them all, [`publish`] puts the result in its folder with a
//! signed [`manifest`] ([`describe`]) and an attestation ([`intoto`]), [`verify`] checks it later. [`audit`] keeps every decision, [`tally`] and
//! [`metrics`] the numbers. [`fidelity`] measures what a planted set loses. [`sync`] brings features into a team's folder. [`budget`] stands around the one step that draws noise, with the [`ledger`].
//!
//! What it never does: read a raw input or a container of raw records (it passes descriptors; a sealed step digests them), open a
//! socket, publish a part of a run.

pub mod armor;
pub mod audit;
pub mod base64;
pub mod baseline;
pub mod budget;
pub mod bundle;
pub mod canaries;
pub mod carried;
pub mod charged;
pub mod cli;
pub mod config;
#[cfg(test)]
mod corrupt;
pub mod describe;
pub mod disk;
pub mod engine;
pub mod failure;
pub mod feed;
pub mod fidelity;
pub mod flight;
#[cfg(test)]
mod fuzz;
pub mod hex;
pub mod history;
pub mod intoto;
pub mod keys;
pub mod last_look;
pub mod ledger;
pub mod lock;
pub mod manifest;
pub mod metrics;
pub mod model;
pub mod names;
pub mod oom;
pub mod pipeline;
pub mod plan;
pub mod policy_file;
pub mod prove;
pub mod publish;
pub mod question;
pub mod report;
pub mod resources;
pub mod retention;
pub mod retry;
pub mod run;
pub mod run_lock;
pub mod scenarios;
pub mod scheduler;
pub mod sealing;
pub mod session;
pub mod shard;
pub mod signals;
pub mod signed;
pub mod sources;
pub mod space;
pub mod stages;
pub mod store;
pub mod summary;
pub mod survey;
pub mod sync;
pub mod tally;
pub mod tests_given;
pub mod until;
pub mod vault;
pub mod verdict;
pub mod verify;
