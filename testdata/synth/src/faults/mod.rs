//! A *journey bank*: a day of journeys in one log, with faults planted in them, and who scores the search for them.
//!
//! The faults were chosen independently of the miner of failure sequences and before it was written: a digest of their truth lies in
//! `faults-seed-1.sha256`. Around them is what makes them hard to see: every step fails now and then without a reason, people try again or leave,
//! amounts and lengths have heavy tails, versions follow system and time of day, customers have several sessions and some at once.
//!
//! [`Options`] say what; `client` draws who is there, `blocks` what they mean to do, `play` what happens, by the noise of `act` and the faults
//! of `catalog`; `write` writes it down. `clause` is the language of conditions; [`Bank`] reads the log again and evaluates them; it shares
//! nothing with `play` but this language, so each checks the other. A day without faults is the same bank, where there is nothing to find: there, too,
//! journeys end more often after a failure and no confirmation follows one. These are consequences, and no reasons.

mod act;
mod bank;
mod blocks;
mod catalog;
pub mod clause;
mod client;
mod evaluate;
mod play;
pub mod truth;
mod write;

pub use bank::Bank;
pub use evaluate::{Refused, Steps, is_same_event};
pub use write::{Options, generate, truth as truth_about};
