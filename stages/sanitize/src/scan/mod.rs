//! One pass over a text: a byte table finds candidates, detectors confirm them, names in front of `=` and `:` decide about what follows, the
//! lexicon recognises what was personal elsewhere. The result is a list of spans and what replaces them.
//!
//! The driver knows no format: those are in `detect`. It never goes back further than a constant, so that its time is linear.

mod ach;
mod base64;
mod beside;
mod binds;
mod brackets;
mod carried;
mod columns;
pub(crate) mod context;
mod digest;
mod distinguished_name;
mod documents;
pub(crate) mod driver;
mod edifact;
mod fedwire;
pub(crate) mod gazetteer;
mod hex_escapes;
mod hex_text;
pub(crate) mod hits;
mod indented;
pub(crate) mod inside;
mod key;
pub(crate) mod login_shape;
mod markup;
mod mime;
mod moved;
mod name_cues;
mod name_free;
mod name_known;
#[cfg(test)]
mod name_lines;
mod name_look_back;
mod name_parts;
mod name_rules;
mod name_said;
pub(crate) mod name_shape;
mod name_small;
mod name_weak;
mod name_whole;
mod named_word;
pub(crate) mod names;
pub(crate) mod numbered;
mod own;
mod padded;
mod pair;
mod parts;
mod percent;
mod person_row;
pub(crate) mod plausible;
mod python_dict;
mod quoted;
mod references;
mod rows;
pub(crate) mod run;
mod secrets;
mod sql;
mod swift_mt;
mod table;
mod travel;
pub(crate) mod users;
mod value;
mod value_groups;
mod words;
mod x12;
mod x12_parties;
