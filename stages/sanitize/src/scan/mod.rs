//! One pass over a text: a byte table finds candidates, detectors confirm them, names in front of `=` and `:` decide about what follows, the
//! lexicon recognises what was personal elsewhere. The result is a list of spans and what replaces them.
//!
//! The driver knows no format: those are in `detect`. It never goes back further than a constant, so that its time is linear.

mod base64;
mod carried;
pub(crate) mod context;
pub(crate) mod driver;
pub(crate) mod hits;
pub(crate) mod names;
mod pair;
mod parts;
mod percent;
mod python_dict;
mod references;
pub(crate) mod run;
mod swift_mt;
mod table;
mod value_groups;
mod words;
