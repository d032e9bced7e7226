//! Classes of values: what a bank's log may hold that must not come out, by the reference list of the `sanitize` stage.
//!
//! A class says what its fields are called, what people call it, in which sentences it stands and how a right value is made. It knows
//! nothing of how values are found.

mod accounts;
mod america;
mod asia_pacific;
mod britain;
mod cards;
mod contact;
mod europe;
mod germany;
mod network;
mod people;
mod secrets;

use schemas::pii::Locale;

use super::prng::Prng;
use super::value::Value;

/// How much a bank needs it to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Need {
    /// Must: one in a hundred may be left readable.
    #[serde(rename = "M")]
    Must,
    /// Should.
    #[serde(rename = "S")]
    Should,
    /// Where the locale pack is switched on.
    #[serde(rename = "L")]
    Locale,
}

impl Need {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Must, Self::Should, Self::Locale];

    /// The letter of the reference list.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Must => "M",
            Self::Should => "S",
            Self::Locale => "L",
        }
    }
}

/// What a class fits into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// It may be the key of an object (`{"balances": {"DE89...": 1}}`).
    pub key: bool,
    /// People type and paste it, so it comes in digits of other scripts, with odd blanks and dashes.
    pub typed: bool,
    /// The case of its letters does not matter.
    pub case: bool,
    /// It may stand in running text behind no more than a field's name.
    pub prose: bool,
}

/// A class of values.
#[derive(Clone)]
pub struct Class {
    /// Name in reports.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// How much it is needed.
    pub need: Need,
    /// The locale pack that finds it.
    pub locale: Option<Locale>,
    /// Names of its fields, in snake case; the first is the usual one.
    pub keys: &'static [&'static str],
    /// What people call it.
    pub words: &'static [&'static str],
    /// Sentences around `{w}` (a word) and `{v}` (the value).
    pub frames: &'static [&'static str],
    /// Sentences around `{v}` alone: for values that are known by their own shape.
    pub bare: &'static [&'static str],
    /// What it fits into.
    pub fit: Fit,
    /// Elements of ISO 8583 messages it stands in, around `{v}`.
    pub iso8583: &'static [&'static str],
    /// Fields of SWIFT MT messages it stands in, around `{v}`.
    pub swift: &'static [&'static str],
    /// The part before the `@` of a URL, around `{v}`.
    pub userinfo: &'static [&'static str],
    /// Header lines of its own, around `{v}`; without any it is `X-` and its field's name.
    pub headers: &'static [&'static str],
    /// Makes a value.
    pub make: fn(&mut Prng) -> Value,
}

/// A class with nothing special about it.
pub(super) const PLAIN: Class = Class {
    id: "",
    title: "",
    need: Need::Must,
    locale: None,
    keys: &[],
    words: &[],
    frames: &[],
    bare: &[],
    fit: Fit { key: false, typed: false, case: false, prose: true },
    iso8583: &[],
    swift: &[],
    userinfo: &[],
    headers: &[],
    make: |_| Value::plain(""),
};

/// Something typed by people, with groups.
const TYPED: Fit = Fit { key: true, typed: true, case: false, prose: true };
/// The same where letters may be of either case.
const TYPED_ANY_CASE: Fit = Fit { key: true, typed: true, case: true, prose: true };

/// Sentences about identifiers of persons.
const ABOUT_IDS: &[&str] = &[
    "identity check failed: {w} {v} does not match the register",
    "could not verify {w} {v}, attempt 2 of 3, retry in 500 ms",
    "onboarding: applicant supplied {w} {v}; document scan pending",
    "duplicate {w} {v} found while merging customer profiles",
    "screening hit cleared by reviewer, {w}: {v}",
    "{w} {v} rejected by upstream with HTTP 422 (unprocessable entity)",
    "tax reporting batch 17: {w} {v} accepted",
    "the {w} on file is {v}, please confirm with the branch",
    "KYC refresh for {w} {v} took 184 ms",
    "fell back to manual review because {w} {v} expired",
];

/// All classes, in the order of reports.
#[must_use]
pub fn all() -> Vec<&'static Class> {
    [
        cards::CLASSES,
        accounts::CLASSES,
        people::CLASSES,
        contact::CLASSES,
        network::CLASSES,
        secrets::CLASSES,
        america::CLASSES,
        britain::CLASSES,
        germany::CLASSES,
        europe::CLASSES,
        asia_pacific::CLASSES,
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
