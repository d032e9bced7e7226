//! The class of a value that stands where a template has `<*>`: what kind of thing it is, never what it is.

use schemas::pii::PiiClass;

use crate::lex::Class;

/// Names of classes, those of tokens left out; a class is its position here.
const NAMES: [&str; 23] = [
    "number",
    "decimal",
    "percentage",
    "duration",
    "size",
    "quantity",
    "amount",
    "time",
    "date",
    "ip",
    "host",
    "mac",
    "uuid",
    "hex",
    "path",
    "url",
    "identifier",
    "truth",
    "nothing",
    "word",
    "word of a small set",
    "text",
    "other",
];

/// What it is called before the label of a token's class.
const TOKEN: &str = "token ";

/// A class of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PlaceClass(pub(super) u8);

impl PlaceClass {
    /// The first in order.
    pub(super) const FIRST: Self = Self(0);
    /// Classes in all.
    #[cfg(test)]
    pub(super) const COUNT: usize = NAMES.len() + PiiClass::ALL.len();
    /// The last in order.
    pub(super) const LAST: Self = Self(u8::MAX);
    pub(crate) const NUMBER: Self = Self(0);
    pub(crate) const DECIMAL: Self = Self(1);
    const PERCENTAGE: Self = Self(2);
    pub(crate) const DURATION: Self = Self(3);
    pub(crate) const SIZE: Self = Self(4);
    const QUANTITY: Self = Self(5);
    const AMOUNT: Self = Self(6);
    const TIME: Self = Self(7);
    const DATE: Self = Self(8);
    const IP: Self = Self(9);
    pub(crate) const HOST: Self = Self(10);
    const MAC: Self = Self(11);
    const UUID: Self = Self(12);
    pub(crate) const HEX: Self = Self(13);
    const PATH: Self = Self(14);
    const URL: Self = Self(15);
    pub(crate) const IDENTIFIER: Self = Self(16);
    const TRUTH: Self = Self(17);
    const NOTHING: Self = Self(18);
    /// A word where others are too.
    pub(crate) const WORD: Self = Self(19);
    /// A word where only few are.
    pub(crate) const WORD_OF_SET: Self = Self(20);
    /// Several words, or words and values.
    pub(crate) const TEXT: Self = Self(21);
    /// What was not told apart.
    pub(crate) const OTHER: Self = Self(22);

    /// The class of a lexer's variable.
    #[inline]
    pub(crate) fn of_value(class: Class, text: &str) -> Self {
        match class {
            Class::Number => of_number(text),
            Class::Amount => Self::AMOUNT,
            Class::Time => Self::TIME,
            Class::Date => Self::DATE,
            Class::Ip => Self::IP,
            Class::HostPort => Self::HOST,
            Class::Mac => Self::MAC,
            Class::Uuid => Self::UUID,
            Class::Hex => Self::HEX,
            Class::Path => Self::PATH,
            Class::Url => Self::URL,
            Class::Identifier => Self::IDENTIFIER,
            Class::Literal if matches!(text.as_bytes()[0], b't' | b'T' | b'f' | b'F') => Self::TRUTH,
            Class::Literal => Self::NOTHING,
            Class::Redacted(class) => Self::of_token(class),
        }
    }

    /// The class of a number, or of one with its unit, when more of it follows: `5.2`, ` KB`.
    #[inline]
    pub(crate) fn with(self, class: Class, text: &str) -> Self {
        let is_unit = class == Class::Number && matches!(self, Self::NUMBER | Self::DECIMAL) && !text.bytes().any(|byte| byte.is_ascii_digit());
        if is_unit { of_unit(text.trim_start()) } else { self }
    }

    fn of_token(class: PiiClass) -> Self {
        Self(NAMES.len() as u8 + class as u8)
    }

    /// What it is called.
    pub(crate) fn name(self) -> String {
        match (NAMES.get(usize::from(self.0)), self.token()) {
            (Some(name), _) => (*name).to_owned(),
            (None, Some(class)) => [TOKEN, class.label()].concat(),
            (None, None) => Self::OTHER.name(),
        }
    }

    /// The class of this name; what this version does not know is [`Self::OTHER`].
    pub(crate) fn of_name(name: &str) -> Self {
        let token = || PiiClass::from_label(name.strip_prefix(TOKEN)?).map(Self::of_token);
        match (0..).zip(NAMES).find(|(_, known)| *known == name) {
            Some((number, _)) => Self(number),
            None => token().unwrap_or(Self::OTHER),
        }
    }

    /// The class of what a token stands for.
    fn token(self) -> Option<PiiClass> {
        PiiClass::ALL.get(usize::from(self.0).checked_sub(NAMES.len())?).copied()
    }

    /// One value of it, in words for a sentence.
    pub(crate) fn words(self) -> String {
        match self {
            Self::AMOUNT => "an amount of money".to_owned(),
            Self::IP => "an IP address".to_owned(),
            Self::HOST => "a name of a host".to_owned(),
            Self::MAC => "a MAC address".to_owned(),
            Self::UUID => "a UUID".to_owned(),
            Self::HEX => "a hexadecimal id".to_owned(),
            Self::URL => "a URL".to_owned(),
            Self::IDENTIFIER => "an identifier".to_owned(),
            Self::TRUTH => "true or false".to_owned(),
            Self::NOTHING => "null".to_owned(),
            Self::WORD | Self::WORD_OF_SET => "a word".to_owned(),
            Self::TEXT => "several words".to_owned(),
            Self::OTHER => "something else".to_owned(),
            _ => match self.token() {
                Some(class) => format!("a token of class {}", class.label()),
                None => format!("a {}", self.name()),
            },
        }
    }

    /// Whether values of `self`, drawn at random, may look like `other`: an id in hexadecimal of digits alone is a number to any reader.
    pub(crate) fn may_look_like(self, other: Self) -> bool {
        let numeric = |class| matches!(class, Self::NUMBER | Self::DECIMAL | Self::QUANTITY | Self::PERCENTAGE | Self::DURATION | Self::SIZE);
        let word = |class| matches!(class, Self::WORD | Self::WORD_OF_SET | Self::TEXT);
        let code = |class| matches!(class, Self::HEX | Self::IDENTIFIER | Self::HOST);
        if other == Self::OTHER {
            return true;
        }
        // Numbers of people and accounts are told apart by length and checksum, which another's may have by chance.
        let checked = |class: Self| {
            matches!(
                class.token(),
                Some(PiiClass::Account | PiiClass::Card | PiiClass::Ssn | PiiClass::NationalId | PiiClass::Phone | PiiClass::Customer)
            )
        };
        match self {
            _ if checked(self) => checked(other),
            // With and without fraction, `1e5` among numbers with a unit.
            _ if numeric(self) => numeric(other),
            _ if code(self) => code(other) || numeric(other) || word(other),
            _ if word(self) => word(other) || code(other),
            Self::PATH | Self::URL => matches!(other, Self::PATH | Self::URL | Self::HOST | Self::IDENTIFIER) || word(other),
            Self::UUID => matches!(other, Self::IDENTIFIER),
            Self::OTHER => true,
            _ => false,
        }
    }
}

/// A number, by what stands behind its digits.
fn of_number(text: &str) -> PlaceClass {
    let bytes = text.as_bytes();
    match bytes.last() {
        Some(b'0'..=b'9') => {
            if memchr::memchr(b'.', bytes).is_some() {
                PlaceClass::DECIMAL
            } else {
                PlaceClass::NUMBER
            }
        }
        Some(b'%') => PlaceClass::PERCENTAGE,
        _ => of_unit(text.trim_start_matches(|letter: char| !letter.is_alphabetic() && letter != '\u{b0}')),
    }
}

fn of_unit(unit: &str) -> PlaceClass {
    const DURATIONS: [&str; 21] = [
        "ms", "s", "us", "ns", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours", "d", "day",
        "\u{b5}s", "\u{3bc}s",
    ];
    const SIZES: [&str; 15] = ["b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "k", "m", "g", "t", "byte", "bytes"];
    let is_of = |units: &[&str]| units.iter().any(|known| unit.eq_ignore_ascii_case(known));
    if is_of(&DURATIONS) {
        PlaceClass::DURATION
    } else if is_of(&SIZES) {
        PlaceClass::SIZE
    } else {
        PlaceClass::QUANTITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::{Piece, lex};

    fn classes(text: &str) -> Vec<String> {
        let mut classes = Vec::new();
        lex(text, &mut |piece| {
            if let Piece::Variable(class, text) = piece {
                classes.push(PlaceClass::of_value(class, text).name());
            }
        });
        classes
    }

    #[test]
    fn values_have_their_classes() {
        for (text, expected) in [
            ("took 35ms", "duration"),
            ("took 35", "number"),
            ("load 1.5", "decimal"),
            ("used 17KB", "size"),
            ("at 99.5%", "percentage"),
            ("at 20MHz", "quantity"),
            ("paid EUR 12.50", "amount"),
            ("at 12:34:56", "time"),
            ("on 2026-11-22", "date"),
            ("from 10.0.0.1", "ip"),
            ("id 123e4567-e89b-12d3-a456-426614174000", "uuid"),
            ("id 9f4ef63a", "hex"),
            ("open /var/log/x", "path"),
            ("call https://a.example/b", "url"),
            ("block blk_123", "identifier"),
            ("ok=true", "truth"),
            ("was null", "nothing"),
            ("card [CARD_k1ABCDEFGH]", "token CARD"),
            ("by [NATIONAL_ID]", "token NATIONAL_ID"),
        ] {
            assert_eq!(classes(text), [expected], "{text}");
        }
    }

    #[test]
    fn names_are_read_again() {
        for number in 0..(NAMES.len() + PiiClass::ALL.len()) as u8 {
            assert_eq!(PlaceClass::of_name(&PlaceClass(number).name()), PlaceClass(number));
        }
        assert_eq!((PlaceClass::of_name("of a later version"), PlaceClass(255).name().as_str()), (PlaceClass::OTHER, "other"));
        for (number, name) in (0..).zip(NAMES) {
            assert!(!PlaceClass(number).words().is_empty(), "{name}");
        }
        for class in PiiClass::ALL {
            assert_eq!(PlaceClass::of_token(*class).token(), Some(*class));
        }
        assert_eq!(NAMES[usize::from(PlaceClass::OTHER.0)], "other");
        assert_eq!(NAMES[usize::from(PlaceClass::IDENTIFIER.0)], "identifier");
    }

    #[test]
    fn what_chance_explains_is_no_other_class() {
        let token = PlaceClass::of_token(PiiClass::Account);
        for (usual, other, expected) in [
            (PlaceClass::HEX, PlaceClass::NUMBER, true),
            (PlaceClass::NUMBER, PlaceClass::HEX, false),
            (PlaceClass::NUMBER, PlaceClass::WORD, false),
            (PlaceClass::IDENTIFIER, token, false),
            (token, PlaceClass::WORD, false),
            (token, PlaceClass::of_token(PiiClass::Card), true),
            (token, PlaceClass::of_token(PiiClass::Name), false),
            (PlaceClass::WORD, PlaceClass::NUMBER, false),
        ] {
            assert_eq!(usual.may_look_like(other), expected, "{} {}", usual.name(), other.name());
        }
    }
}
