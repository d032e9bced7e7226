//! The clauses of a condition: what may be said about a step and what came before it.

use serde_json::{Value, json};

use super::names::Names;
use crate::attribute::dictionary::Dictionary;

/// Edges of times since an event, seconds.
pub(super) const SECONDS: [u32; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600];
/// Greatest number of times an event has happened that is told apart.
pub(super) const COUNT_MAX: u8 = 8;

/// One clause. Names are numbers of [`Names`], slots and codes those of the [`Dictionary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Clause {
    /// The step has this attribute value, or the journey had it last.
    Field { slot: u8, code: u8 },
    /// The event happened at least so often, the step itself included.
    Count { name: u8, at_least: u8 },
    /// It happened earlier.
    After(u8),
    /// Another journey of the customer is open.
    Concurrent,
    /// The amount of the step, else the latest before, is at least so many hundredths.
    AmountFrom(i64),
    /// Or less.
    AmountBelow(i64),
    /// It is the event before the step.
    DirectlyAfter(u8),
    /// At most so many seconds since the latest one.
    Within { name: u8, seconds: u32 },
    /// The value is this one or a later one (versions).
    FieldFrom { slot: u8, code: u8 },
    /// Or an earlier one.
    FieldBelow { slot: u8, code: u8 },
    /// The hour of day, UTC, from <= hour < to, past midnight when `to` is not greater.
    Hour { from: u8, to: u8 },
    /// It happened earlier and failed.
    AfterFailed(u8),
    /// More than so many seconds since the latest one.
    NotWithin { name: u8, seconds: u32 },
    /// The two happened in this order before the step.
    Sequence { first: u8, then: u8 },
    /// It did not happen earlier.
    NotAfter(u8),
}

/// What the sentences and files call things.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    /// Names of steps.
    pub names: &'a Names,
    /// Attributes.
    pub dictionary: &'a Dictionary,
    /// Name of the judged step.
    pub step: u8,
}

impl Words<'_> {
    fn field(&self, slot: u8, code: u8) -> (&str, &str) {
        let of_slot = self.dictionary.slots.get(usize::from(slot));
        let value = of_slot.and_then(|(_, values)| values.get(usize::from(code).wrapping_sub(1)));
        (of_slot.map_or("", |(name, _)| name), value.map_or("", String::as_str))
    }
}

impl Clause {
    /// What it costs to say it rather than nothing, in nats beyond the choice among all clauses: of two that fit alike the plainer is said.
    pub(super) fn cost(self, step: u8) -> f64 {
        match self {
            Self::Field { .. } | Self::Concurrent => 0.0,
            Self::Count { name, .. } if name == step => 0.1,
            Self::After(_) => 0.3,
            Self::AmountFrom(_) | Self::AmountBelow(_) => 0.4,
            Self::Count { .. } | Self::FieldFrom { .. } | Self::FieldBelow { .. } => 1.0,
            Self::DirectlyAfter(_) | Self::Within { .. } | Self::Hour { .. } => 1.2,
            Self::NotWithin { .. } | Self::Sequence { .. } => 1.6,
            Self::AfterFailed(_) => 1.8,
            Self::NotAfter(_) => 2.0,
        }
    }

    /// Clauses of one family are the same statement with another edge: a search need not hold many of them.
    pub(super) fn family(self) -> (u8, u8, u8) {
        match self {
            Self::Field { slot, code } => (0, slot, code),
            Self::Count { name, .. } => (1, name, 0),
            Self::After(name) => (2, name, 0),
            Self::Concurrent => (3, 0, 0),
            Self::AmountFrom(_) => (4, 0, 0),
            Self::AmountBelow(_) => (5, 0, 0),
            Self::DirectlyAfter(name) => (6, name, 0),
            Self::Within { name, .. } => (7, name, 0),
            Self::FieldFrom { slot, .. } => (8, slot, 0),
            Self::FieldBelow { slot, .. } => (9, slot, 0),
            Self::Hour { .. } => (10, 0, 0),
            Self::AfterFailed(name) => (11, name, 0),
            Self::NotWithin { name, .. } => (12, name, 0),
            Self::Sequence { first, then } => (13, first, then),
            Self::NotAfter(name) => (14, name, 0),
        }
    }

    /// As `failures.json` writes it.
    pub(super) fn to_json(self, words: Words<'_>) -> Value {
        let name = |name: u8| words.names.text(name);
        let field = |slot: u8, code: u8, op: &str| {
            let (name, value) = words.field(slot, code);
            json!({ "clause": "field", "name": name, "op": op, "value": value })
        };
        match self {
            Self::Field { slot, code } => field(slot, code, "="),
            Self::FieldFrom { slot, code } => field(slot, code, ">="),
            Self::FieldBelow { slot, code } => field(slot, code, "<"),
            Self::AmountFrom(minor) => json!({ "clause": "field", "name": "amount_minor", "op": ">=", "value": minor }),
            Self::AmountBelow(minor) => json!({ "clause": "field", "name": "amount_minor", "op": "<", "value": minor }),
            Self::Count { name: of, at_least } => json!({ "clause": "count", "event": name(of), "at_least": at_least }),
            Self::After(of) => json!({ "clause": "after", "event": name(of) }),
            Self::AfterFailed(of) => json!({ "clause": "after", "event": format!("{} (failed)", name(of)) }),
            Self::NotAfter(of) => json!({ "clause": "not_after", "event": name(of) }),
            Self::Concurrent => json!({ "clause": "concurrent" }),
            Self::DirectlyAfter(of) => json!({ "clause": "directly_after", "event": name(of) }),
            Self::Within { name: of, seconds } => json!({ "clause": "within", "event": name(of), "seconds": seconds }),
            Self::NotWithin { name: of, seconds } => json!({ "clause": "not_within", "event": name(of), "seconds": seconds }),
            Self::Hour { from, to } => json!({ "clause": "hour", "from": from, "to": to }),
            Self::Sequence { first, then } => json!({ "clause": "sequence", "events": [name(first), name(then), name(words.step)] }),
        }
    }

    /// As a sentence says it, after "when".
    pub(super) fn to_words(self, words: Words<'_>) -> String {
        let name = |name: u8| words.names.text(name);
        let amount = |minor: i64| format!("{}.{:02}", minor / 100, (minor % 100).abs());
        match self {
            Self::Field { slot, code } => {
                let (name, value) = words.field(slot, code);
                format!("`{name}` is `{value}`")
            }
            Self::FieldFrom { slot, code } => {
                let (name, value) = words.field(slot, code);
                format!("`{name}` is `{value}` or later")
            }
            Self::FieldBelow { slot, code } => {
                let (name, value) = words.field(slot, code);
                format!("`{name}` is earlier than `{value}`")
            }
            Self::AmountFrom(minor) => format!("the amount is {} or more", amount(minor)),
            Self::AmountBelow(minor) => format!("the amount is less than {}", amount(minor)),
            Self::Count { name: of, at_least } if of == words.step => format!("it is at least the {} of the session", ordinal(at_least)),
            Self::Count { name: of, at_least } => format!("`{}` has happened at least {at_least} times in the session", name(of)),
            Self::After(of) => format!("`{}` came before it in the session", name(of)),
            Self::AfterFailed(of) => format!("`{}` failed before it in the session", name(of)),
            Self::NotAfter(of) => format!("no `{}` came before it in the session", name(of)),
            Self::Concurrent => "another session of the same customer is open".to_owned(),
            Self::DirectlyAfter(of) => format!("`{}` came directly before it", name(of)),
            Self::Within { name: of, seconds } => format!("at most {seconds} s have passed since `{}`", name(of)),
            Self::NotWithin { name: of, seconds } => format!("more than {seconds} s have passed since `{}`", name(of)),
            Self::Hour { from, to } => format!("the time is between {from}:00 and {to}:00 UTC"),
            Self::Sequence { first, then } => format!("`{}` and later `{}` came before it", name(first), name(then)),
        }
    }
}

/// `second`, `third`.
pub(super) fn ordinal(number: u8) -> &'static str {
    const WORDS: [&str; 9] = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
    WORDS.get(usize::from(number)).copied().unwrap_or("next")
}
