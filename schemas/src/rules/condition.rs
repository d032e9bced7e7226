//! A condition of an own rule: `FIELD OPERATOR VALUE`, or `FIELD missing`, `FIELD present`, `FIELD same FIELD`, `FIELD differs FIELD`.
//!
//! A field is named by its last key or path (`branch`, `card.type`, in any letter case); a name that begins with `@` is what the miner found out:
//! `@event`, `@outcome` (success, failure, unknown), `@category` (login, transaction, data_access, error, other), `@amount` (in currency
//! units), `@method`, `@route`, `@status`, `@severity`, `@message`, `@hour` (UTC). Operators: `=`, `!=`, `<`, `<=`, `>`, `>=`, `contains`, `begins`,
//! `ends`, `in` (values parted by `|`). Numbers compare as numbers where both are, all else as text without letter case. What was
//! replaced is its token: of two tokens only `same` and `differs` can tell.

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A field of the record, by its name in lower case.
    Named(String),
    /// What the miner found out.
    Derived(Derived),
}

/// What the miner found out about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// Name of the event type.
    Event,
    /// Outcome.
    Outcome,
    /// Category.
    Category,
    /// Amount in currency units.
    Amount,
    /// HTTP method.
    Method,
    /// HTTP route.
    Route,
    /// HTTP status.
    Status,
    /// Severity.
    Severity,
    /// Message.
    Message,
    /// Hour of the day, UTC.
    Hour,
}

const DERIVED: [(&str, Derived); 10] = [
    ("@event", Derived::Event),
    ("@outcome", Derived::Outcome),
    ("@category", Derived::Category),
    ("@amount", Derived::Amount),
    ("@method", Derived::Method),
    ("@route", Derived::Route),
    ("@status", Derived::Status),
    ("@severity", Derived::Severity),
    ("@message", Derived::Message),
    ("@hour", Derived::Hour),
];

/// How a value is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Equal to one of these.
    OneOf(Vec<Value>),
    /// Equal to none of these, and there.
    NoneOf(Vec<Value>),
    /// Less (true: or equal) than a number.
    Less(f64, bool),
    /// Greater (true: or equal) than a number.
    Greater(f64, bool),
    /// Holds a text.
    Contains(String),
    /// Begins with a text.
    Begins(String),
    /// Ends with a text.
    Ends(String),
    /// Is not there.
    Missing,
    /// Is there.
    Present,
    /// Is there and equal to another field.
    Same(Field),
    /// Both are there and unequal.
    Differs(Field),
}

/// A value to compare with: its text in lower case, and its number when it is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Lower case.
    pub text: String,
    /// The number it is.
    pub number: Option<f64>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What it looks at.
    pub field: Field,
    /// How.
    pub test: Test,
}

/// Bytes of a condition.
const BYTES_MAX: usize = 300;

impl Condition {
    /// Reads a condition.
    ///
    /// ```
    /// use schemas::rules::condition::Condition;
    /// assert!(Condition::parse("@amount >= 5000").is_ok());
    /// assert!(Condition::parse("maker_id same checker_id").is_ok());
    /// assert!(Condition::parse("amount over 5000").is_err());
    /// ```
    ///
    /// # Errors
    /// What is wrong, without the condition's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > BYTES_MAX {
            return Err(format!("a condition has {BYTES_MAX} bytes at most"));
        }
        let text = text.trim();
        let (field, rest) = text.split_once(char::is_whitespace).ok_or("it is written FIELD OPERATOR VALUE")?;
        let field = Field::parse(field)?;
        let (operator, value) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        let test = Test::parse(operator, value.trim())?;
        Ok(Self { field, test })
    }
}

impl Field {
    fn parse(name: &str) -> Result<Self, String> {
        if name.starts_with('@') {
            let known = DERIVED.iter().find(|(known, _)| *known == name).map(|(_, derived)| Self::Derived(*derived));
            return known.ok_or_else(|| format!("with @ begin only {}", DERIVED.map(|(known, _)| known).join(", ")));
        }
        let sound = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '[' | ']' | '/'));
        if sound && !name.is_empty() {
            Ok(Self::Named(name.to_lowercase()))
        } else {
            Err("a field is named by letters, digits and _ - . /".to_owned())
        }
    }
}

impl Test {
    fn parse(operator: &str, value: &str) -> Result<Self, String> {
        let text = || if value.is_empty() { Err(format!("after {operator} a value is missing")) } else { Ok(value.to_lowercase()) };
        let number = || value.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(|| format!("after {operator} stands a number"));
        Ok(match operator {
            "=" => Self::OneOf(vec![Value::of(&text()?)]),
            "!=" => Self::NoneOf(vec![Value::of(&text()?)]),
            "in" => Self::OneOf(text()?.split('|').map(|part| Value::of(part.trim())).collect()),
            "<" => Self::Less(number()?, false),
            "<=" => Self::Less(number()?, true),
            ">" => Self::Greater(number()?, false),
            ">=" => Self::Greater(number()?, true),
            "contains" => Self::Contains(text()?),
            "begins" => Self::Begins(text()?),
            "ends" => Self::Ends(text()?),
            "same" => Self::Same(Field::parse(value)?),
            "differs" => Self::Differs(Field::parse(value)?),
            "missing" | "present" if !value.is_empty() => return Err(format!("after {operator} stands nothing")),
            "missing" => Self::Missing,
            "present" => Self::Present,
            _ => return Err("an operator is one of = != < <= > >= in contains begins ends same differs missing present".to_owned()),
        })
    }

    /// Whether one value meets it; of a text in lower case and a number where it is one. Not asked for what looks at several values.
    #[must_use]
    pub fn meets(&self, value: &Value) -> bool {
        match self {
            Self::OneOf(wanted) => wanted.iter().any(|wanted| wanted.equals(value)),
            Self::NoneOf(unwanted) => !unwanted.iter().any(|unwanted| unwanted.equals(value)),
            Self::Less(bound, equal) => value.number.is_some_and(|number| number < *bound || *equal && number == *bound),
            Self::Greater(bound, equal) => value.number.is_some_and(|number| number > *bound || *equal && number == *bound),
            Self::Contains(part) => value.text.contains(part.as_str()),
            Self::Begins(part) => value.text.starts_with(part.as_str()),
            Self::Ends(part) => value.text.ends_with(part.as_str()),
            Self::Present => true,
            Self::Missing | Self::Same(_) | Self::Differs(_) => false,
        }
    }
}

impl Value {
    /// The value of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        Self { text, number }
    }

    /// Whether two values are the same: as numbers where both are, else as texts.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(a), Some(b)) => a == b,
            _ => self.text == other.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(condition: &str, value: &str, expected: bool) {
        assert_eq!(Condition::parse(condition).unwrap().test.meets(&Value::of(value)), expected, "{condition} {value}");
    }

    #[test]
    fn operators() {
        check("status = 200", "200.0", true);
        check("a = Closed", "CLOSED", true);
        check("a != closed", "open", true);
        check("a != closed", "closed", false);
        check("a in x | y|z", "Y", true);
        check("a in x|y", "xy", false);
        check("@amount > 5000", "5000", false);
        check("@amount >= 5000", "5000", true);
        check("@amount < 10", "ten", false);
        check("@amount <= 10", "9.5", true);
        check("a contains lo w", "hello world", true);
        check("a begins he", "Hello", true);
        check("a ends LO", "hello", true);
        check("a present", "", true);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_text() {
        for (text, why) in [
            ("amount", "FIELD OPERATOR VALUE"),
            ("amount over 5", "an operator is one of"),
            ("amount > lots", "after > stands a number"),
            ("a =", "after = a value is missing"),
            ("a missing b", "after missing stands nothing"),
            ("@amounts > 5", "with @ begin only @event"),
            ("a$ = 5", "a field is named by"),
            ("a same @x", "with @ begin only"),
        ] {
            let said = Condition::parse(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
