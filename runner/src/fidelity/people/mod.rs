//! Names of persons: what of them stays readable in free text, and which ordinary words go with them.
//!
//! Three sets of days. In `known` each person stands in a field of one record and in the free text of another; in `free` and `strict` the same text
//! stands alone, so that no field of the run knows anybody, under the default policy and under `strict`. A [`form`] is a way of writing a name,
//! [`persons`] are the names, [`sentences`] the text around them, [`ordinary`] lines with nobody in them.
//!
//! **A mention leaks when any part of the name that it writes can be read**: each given name and surname of three letters or more counts, one is enough,
//! in any letter case, with or without accents, with up to two more letters behind it (`Roes`). A particle (`van der`), an initial and a part of two letters
//! do not count. Of a user name and of the local part of an e-mail address the whole counts, and each part as above.
//!
//! Names and sentences have two halves. Examples are kept of the first alone: the other is **held out**, nobody who works on the detectors sees
//! what stays there, and the report has its numbers beside those of the first. Thresholds hold for both together.

pub mod form;
pub mod ordinary;
pub mod persons;
pub mod plant;
pub mod report;
pub mod score;
pub mod sentences;

#[cfg(test)]
pub(in crate::fidelity) mod tests;

/// A half of the names and sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// Its failures may be looked at.
    Shown,
    /// Its failures are only counted.
    HeldOut,
}

impl Half {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Shown, Self::HeldOut];

    /// Its name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::HeldOut => "held-out",
        }
    }
}

/// A set of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Set {
    /// Every person stands in a field, too.
    Known,
    /// Nobody stands in a field.
    Free,
    /// The same, under `strict`.
    Strict,
}

impl Set {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Known, Self::Free, Self::Strict];

    /// Its name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Free => "free",
            Self::Strict => "strict",
        }
    }

    /// What it is.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Known => "names that a field knows",
            Self::Free => "names in free text only",
            Self::Strict => "names in free text only, strict",
        }
    }
}
