//! What is done with a value: the operators, how they are written in the policy, and which class may have which.
//!
//! An operator is written as one text: its name, then its arguments behind colons (`mask:6:4`, `generalise:month`, `date_shift:30`). What is
//! refused here is refused before a step runs; what an operator cannot do with a value at hand (too short to be masked, no date) becomes a
//! token, never the value.

use std::fmt;
use std::str::FromStr;

use crate::pii::PiiClass;

/// Most first and last characters of a card that may stay (PCI DSS 4.0, requirement 3.4.1).
pub const CARD_FIRST_MAX: u8 = 6;
/// See [`CARD_FIRST_MAX`].
pub const CARD_LAST_MAX: u8 = 4;
/// Most characters of any other value that may stay at either end.
pub const SHOWN_MAX: u8 = 8;
/// Most days a date may be moved.
pub const SHIFT_DAYS_MAX: u16 = 366;
/// Days a date is moved by at most unless the policy says otherwise.
const SHIFT_DAYS: u16 = 30;
/// Characters of a card, and of other values, that stay unless the policy says otherwise.
const SHOWN: (u8, u8) = (0, 4);
/// Widest band of a number.
const BAND_MAX: u32 = 1_000_000_000;

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(try_from = "String", into = "String")]
pub enum Operator {
    /// Replace by a stable keyed token.
    Token,
    /// Replace by `[<CLASS>]`: nothing of the value stays, not even equality.
    Drop,
    /// Leave as it is.
    Keep,
    /// Leave the first and the last characters; all between them become `*`.
    Mask {
        /// Characters that stay at the start.
        first: u8,
        /// Characters that stay at the end.
        last: u8,
    },
    /// Leave what many values have in common.
    Generalise(Grain),
    /// Move a date by days that are the customer's: intervals within one customer stay.
    DateShift {
        /// Most days in either direction.
        days: u16,
    },
    /// Draw other digits and letters: length, classes and signs stay.
    FormatPreserving,
}

/// How coarse a generalised value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub enum Grain {
    /// What is usual for the class: `/24` or `/48` of an address, the year of a date, one decimal of a position, three characters of a postcode.
    Usual,
    /// Year and month of a date.
    Month,
    /// Year of a date.
    Year,
    /// Decimals of a position, characters of a postcode, or the width of the bands of a number that is no class.
    By(u32),
}

/// Why nothing but `drop` is allowed.
pub(crate) const DROPPED_ONLY: &str = "passwords, keys, PINs, verification values and stripe data are dropped and nothing else";

/// How operators are written, for messages.
pub const ALLOWED: &str = "token, drop, keep, mask[:FIRST:LAST], generalise[:year|:month|:N], date_shift[:DAYS] or format_preserving";

impl FromStr for Operator {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["token"] => Ok(Self::Token),
            ["drop"] => Ok(Self::Drop),
            ["keep"] => Ok(Self::Keep),
            ["mask"] => Ok(Self::Mask { first: SHOWN.0, last: SHOWN.1 }),
            ["mask", first, last] => match (number(first, u32::from(SHOWN_MAX)), number(last, u32::from(SHOWN_MAX))) {
                (Some(first), Some(last)) => Ok(Self::Mask { first: first as u8, last: last as u8 }),
                _ => Err(format!("mask leaves 0 to {SHOWN_MAX} characters at either end")),
            },
            ["generalise"] => Ok(Self::Generalise(Grain::Usual)),
            ["generalise", "month"] => Ok(Self::Generalise(Grain::Month)),
            ["generalise", "year"] => Ok(Self::Generalise(Grain::Year)),
            ["generalise", by] => match number(by, BAND_MAX) {
                Some(by) if by > 0 => Ok(Self::Generalise(Grain::By(by))),
                _ => Err(format!("generalise takes year, month or a number from 1 to {BAND_MAX}")),
            },
            ["date_shift"] => Ok(Self::DateShift { days: SHIFT_DAYS }),
            ["date_shift", days] => match number(days, u32::from(SHIFT_DAYS_MAX)) {
                Some(days) if days > 0 => Ok(Self::DateShift { days: days as u16 }),
                _ => Err(format!("date_shift moves a date by 1 to {SHIFT_DAYS_MAX} days")),
            },
            ["format_preserving"] => Ok(Self::FormatPreserving),
            _ => Err(format!("there is no such operator; allowed: {ALLOWED}")),
        }
    }
}

/// A number without sign, up to a bound.
fn number(text: &str, max: u32) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok().filter(|number| *number <= max) } else { None }
}

impl TryFrom<String> for Operator {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Operator> for String {
    fn from(operator: Operator) -> Self {
        operator.to_string()
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("token"),
            Self::Drop => f.write_str("drop"),
            Self::Keep => f.write_str("keep"),
            Self::Mask { first, last } => write!(f, "mask:{first}:{last}"),
            Self::Generalise(Grain::Usual) => f.write_str("generalise"),
            Self::Generalise(Grain::Month) => f.write_str("generalise:month"),
            Self::Generalise(Grain::Year) => f.write_str("generalise:year"),
            Self::Generalise(Grain::By(by)) => write!(f, "generalise:{by}"),
            Self::DateShift { days } => write!(f, "date_shift:{days}"),
            Self::FormatPreserving => f.write_str("format_preserving"),
        }
    }
}

impl Operator {
    /// Why a class may not have this operator; none when it may.
    ///
    /// ```
    /// use schemas::pii::{Operator, PiiClass};
    /// assert!(Operator::Token.refused_for(PiiClass::Secret).is_some());
    /// assert!(Operator::Mask { first: 6, last: 4 }.refused_for(PiiClass::Card).is_none());
    /// ```
    #[must_use]
    pub fn refused_for(self, class: PiiClass) -> Option<String> {
        use PiiClass::{Address, BirthDate, Card, Customer, Geo, Ip, Mac, Secret, Session, Ssn};
        let refused = |why: &str| Some(why.to_owned());
        match (class, self) {
            (Secret, Self::Drop) => None,
            (Secret, _) => refused(DROPPED_ONLY),
            (_, Self::Token) => None,
            (Customer | Session, _) => refused("journeys and the private report count by this token; allowed: token"),
            (_, Self::Drop | Self::Keep) => None,
            (Card, Self::Mask { first, last }) if first > CARD_FIRST_MAX || last > CARD_LAST_MAX => {
                Some(format!("of a card the first {CARD_FIRST_MAX} and the last {CARD_LAST_MAX} digits may stay at most"))
            }
            (Ssn, Self::Mask { .. }) => refused("nine digits hide less than 40 bits whichever stay"),
            (Ip | Mac | Geo | BirthDate, Self::Mask { .. }) => {
                refused("what a mask leaves of it tells too much or nothing; use generalise, drop or token")
            }
            (_, Self::Mask { .. }) => None,
            (Ip, Self::Generalise(Grain::Usual)) | (BirthDate, Self::Generalise(Grain::Usual | Grain::Month | Grain::Year)) => None,
            (Geo, Self::Generalise(Grain::Usual | Grain::By(1..=2))) => None,
            (Address, Self::Generalise(Grain::Usual | Grain::By(1..=4))) => None,
            (Ip, Self::Generalise(_)) => refused("an address has one grain; allowed: generalise"),
            (BirthDate, Self::Generalise(_)) => refused("a date has two grains; allowed: generalise:year, generalise:month"),
            (Geo, Self::Generalise(_)) => refused("a position keeps one or two decimals; allowed: generalise:1, generalise:2"),
            (Address, Self::Generalise(_)) => refused("a postcode keeps one to four characters; allowed: generalise:1 to generalise:4"),
            (_, Self::Generalise(_)) => refused("only IP, BIRTH_DATE, GEO, ADDRESS and numbers of no class can be generalised"),
            (BirthDate, Self::DateShift { .. }) => None,
            (_, Self::DateShift { .. }) => refused("only dates can be moved: give the field the class BIRTH_DATE"),
            (Ip | Mac | Geo | BirthDate, Self::FormatPreserving) => refused("a drawn one would be somebody else's; use generalise, drop or token"),
            (_, Self::FormatPreserving) => None,
        }
    }

    /// Whether it leaves a part of the value, or one like it, instead of a token or nothing.
    #[must_use]
    pub fn writes(self) -> bool {
        !matches!(self, Self::Token | Self::Drop | Self::Keep)
    }

    /// Whether it can be done to a number that has no class: amounts, ages.
    #[must_use]
    pub fn fits_numbers(self) -> bool {
        matches!(self, Self::Generalise(Grain::By(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::PiiClass::*;

    #[test]
    fn operators_are_written_as_they_are_read() {
        for text in [
            "token",
            "drop",
            "keep",
            "mask:6:4",
            "generalise",
            "generalise:month",
            "generalise:year",
            "generalise:100",
            "date_shift:14",
            "format_preserving",
        ] {
            assert_eq!(text.parse::<Operator>().unwrap().to_string(), text);
        }
        assert_eq!("mask".parse(), Ok(Operator::Mask { first: 0, last: 4 }));
        assert_eq!("date_shift".parse(), Ok(Operator::DateShift { days: 30 }));
        for wrong in ["", "Token", "mask:6", "mask:9:0", "mask:-1:4", "generalise:0", "generalise:day", "date_shift:367", "date_shift:", "token:1"] {
            assert!(wrong.parse::<Operator>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_are_dropped_and_units_are_tokens() {
        let all = ["token", "drop", "keep", "mask", "generalise", "date_shift", "format_preserving"];
        for text in all {
            let operator: Operator = text.parse().unwrap();
            assert_eq!(operator.refused_for(Secret).is_none(), text == "drop", "{text}");
            for unit in [Customer, Session] {
                assert_eq!(operator.refused_for(unit).is_none(), text == "token", "{text}");
            }
        }
    }

    #[test]
    fn what_would_show_too_much_is_refused() {
        let refused = |text: &str, class: PiiClass| text.parse::<Operator>().unwrap().refused_for(class).is_some();
        assert!(!refused("mask:6:4", Card) && refused("mask:7:4", Card) && refused("mask:6:5", Card));
        assert!(refused("mask", Ssn) && refused("mask", Ip) && !refused("mask:2:2", Account));
        assert!(!refused("generalise", Ip) && refused("generalise:24", Ip));
        assert!(!refused("generalise:2", Geo) && refused("generalise:3", Geo));
        assert!(!refused("generalise:4", Address) && refused("generalise:5", Address) && refused("generalise", Card));
        assert!(!refused("date_shift", BirthDate) && refused("date_shift", Account));
        assert!(!refused("format_preserving", Card) && refused("format_preserving", Ip));
    }
}
