//! `synth`: seeded generator of bank days: the logs and the truth about them.
//!
//! Four systems of one bank write about the same customers and sessions: the mobile API (`mobile-api.jsonl`), the branches (`branch.csv`),
//! the payments switch (`payments.log`, key=value) and the core ledger (`core.log`, plain text with stack traces). Personal data of every
//! class is planted in fields, numbers, object keys, arrays, JSON inside strings, URLs, headers, stack traces and free text; anomalies, fraud
//! and the sequence fault "two transfers succeed, the third fails" are planted in the journeys. What was planted lies in `truth/`.
//!
//! The parts: [`Options`] say what; `customer` makes the people; `script` draws how a session goes; `day` interleaves the sessions by time;
//! `mobile`, `branch`, `payments`, `core` and `notes` say how a record is written down; `render` writes it and tells `ledger` what it
//! planted; `write` owns the files. No wall clock, no hash map order, one thread: the same options give the same bytes.
//!
//! [`fraud`] writes another day, of web banking, in which every compliance and fraud rule has its cases.
//!
//! [`odd`] has small files for tests: records that broke other tools, and formats that the day does not have.
//!
//! [`faults`] has another bank, of journeys in one log, for the search for sequences that lead to failure.
//!
//! Nothing here is a real person's: names are combined from pools, mail domains are reserved ones, numbers are drawn.

mod acts;
mod branch;
mod clock;
mod core;
mod customer;
mod day;
pub mod faults;
pub mod fraud;
mod identifiers;
mod ledger;
mod mobile;
mod names;
mod notes;
pub mod odd;
mod options;
mod payments;
mod random;
mod render;
mod rules;
mod script;
mod secrets;
mod session;
mod template;
pub mod truth;
mod write;

pub use options::{Day, Options};
pub use truth::Truth;
pub use write::generate;
