//! `logminer fidelity`: how much of a planted set the sealed pipeline leaves readable, and how much it destroys.
//!
//! [`class`] says what a bank's log may hold, [`carrier`] in what it stands, [`look_alike`] what must stay as it is; [`plant`] makes logs
//! of them and keeps the truth. [`score`] reads the clean records and decides; [`tokens`] looks at the consistency of tokens, [`surroundings`] at what
//! is lost around values; [`people`] measures names of persons in free text on days of their own;
//! [`report`] sums up in the [`form`] that [`table`] and [`html`] show.
//!
//! The sources of values and sentences are separate from those the detectors were written from: this module was written from the
//! reference list of classes alone, and knows nothing of how values are found. It never reads a raw log; the raw text it holds is its own.

pub mod carrier;
pub(crate) mod checks;
pub mod class;
pub mod clean;
pub mod form;
pub mod html;
pub mod look_alike;
pub mod people;
pub mod plant;
pub(crate) mod prng;
pub mod report;
pub mod score;
pub mod surroundings;
pub mod table;
pub mod tokens;
pub mod value;
pub mod views;
mod words;

#[cfg(test)]
mod tests;
