//! Names and places the planted set is made of. Written for this set alone: no detector was written from them, and none may be.

mod names;
mod places;

pub(in crate::fidelity) use names::{Culture, LATIN, NATIVE};
pub(in crate::fidelity) use places::{COUNTRIES, Country};

/// Words of names that say nothing about whose name it is.
pub(in crate::fidelity) const PARTICLES: [&str; 22] =
    ["van", "der", "den", "de", "la", "del", "da", "dos", "di", "bin", "bint", "al", "el", "von", "zu", "le", "ter", "ben", "ibn", "du", "y", "af"];
