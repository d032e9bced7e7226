//! The language in which a condition for a failure is written down, in `truth/faults.json` and in the miner's `internal/failures.json`.

/// Where and how it fails.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// Name of the failing step; of `missing`, the event that should have come; of `abandoned`, the one that should have come or the last one seen.
    pub event: String,
    /// What happens there.
    pub how: How,
}

/// What happens at a step that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Its status says so.
    Failure,
    /// No answer in time; a failure too.
    Timeout,
    /// The journey ends.
    Abandoned,
    /// It succeeds and is taken back.
    Reversed,
    /// The event never comes.
    Missing,
}

impl How {
    /// The step is the end of the journey, behind its last event.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        matches!(self, Self::Abandoned | Self::Missing)
    }
}

/// Clauses that all hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The clauses; none: always.
    pub all: Vec<Clause>,
}

/// One thing that is true of a step of a journey.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "clause", rename_all = "snake_case", deny_unknown_fields)]
pub enum Clause {
    /// `event` has happened at least so often in this journey, the step included.
    Count {
        /// Event.
        event: String,
        /// Times, from 1.
        at_least: u32,
    },
    /// `event` happened earlier in this journey.
    After {
        /// Event.
        event: String,
    },
    /// `event` did not happen earlier in this journey.
    NotAfter {
        /// Event.
        event: String,
    },
    /// The event before the step is `event`; a run of the step's own name counts as one.
    DirectlyAfter {
        /// Event.
        event: String,
    },
    /// The events happened in this order, with gaps, the step itself last.
    Sequence {
        /// Events.
        events: Vec<String>,
    },
    /// At most so many seconds since the latest `event`.
    Within {
        /// Event.
        event: String,
        /// Seconds.
        seconds: u64,
    },
    /// More than so many seconds since the latest `event`, which has happened.
    NotWithin {
        /// Event.
        event: String,
        /// Seconds.
        seconds: u64,
    },
    /// An attribute of the step, or else of its journey.
    Field {
        /// Field; `amount_minor` is `amount` in hundredths.
        name: String,
        /// Comparison.
        op: Comparison,
        /// A text, number or truth value; versions are compared part by part.
        value: serde_json::Value,
    },
    /// The step's hour of day (UTC) is at least `from` and below `to`; wraps at midnight when `from` is above `to`.
    Hour {
        /// First hour, 0 to 23.
        from: u32,
        /// Hour at which it ends, 0 to 24.
        to: u32,
    },
    /// Another journey of the same customer began before the step and has an event at or after it.
    Concurrent,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Comparison {
    /// Equal.
    #[serde(rename = "=")]
    Equal,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Below.
    #[serde(rename = "<")]
    Below,
}

impl Clause {
    /// What kind of clause it is: its name, of a field with the field's.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Count { .. } => "count".to_owned(),
            Self::After { .. } => "after".to_owned(),
            Self::NotAfter { .. } => "not_after".to_owned(),
            Self::DirectlyAfter { .. } => "directly_after".to_owned(),
            Self::Sequence { .. } => "sequence".to_owned(),
            Self::Within { .. } => "within".to_owned(),
            Self::NotWithin { .. } => "not_within".to_owned(),
            Self::Field { name, .. } => format!("field {name}"),
            Self::Hour { .. } => "hour".to_owned(),
            Self::Concurrent => "concurrent".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_written_as_agreed_and_others_refused() {
        let read = |text: &str| serde_json::from_str::<Condition>(text);
        let text = r#"{"all":[{"clause":"count","event":"a","at_least":3},{"clause":"not_after","event":"b"},{"clause":"sequence","events":["a","b"]},{"clause":"within","event":"a","seconds":60},{"clause":"field","name":"amount_minor","op":">=","value":500},{"clause":"hour","from":22,"to":1},{"clause":"concurrent"}]}"#;
        assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        for bad in [
            r#"{"all":[{"clause":"moon"}]}"#,
            r#"{"all":[{"clause":"count","event":"a"}]}"#,
            r#"{"all":[{"clause":"hour","from":1,"to":2,"day":1}]}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
