//! The gate: a last look at everything that will be published. `apply` tells which values it replaced, as keyed digests of their forms; the step
//! `gate` searches all that later steps wrote for them. It knows no value and no detector, so that a mistake of either shows here.
//!
//! A value counts when its form has [`form::BITS_MIN`] tenths of a bit or more: shorter ones stand in any text by chance. Values that only a word
//! beside them made personal do not count, since the same digits may be anything elsewhere; those of fields and of certain shape do.

pub(crate) mod canaries;
pub(crate) mod form;
mod labels;
#[cfg(test)]
mod model;
mod pieces;
mod quiet;
pub(crate) mod search;
mod seen;
pub(crate) mod tell;
