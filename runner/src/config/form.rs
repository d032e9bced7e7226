//! A form: the table of what a TOML file may hold. Checking a text against it finds every unknown key, wrong type and value out of
//! bounds, each with its line and what is allowed instead. Messages name keys and types, never values: a secret pasted into the wrong
//! file must not reach a log.

use std::path::Path;

use toml::de::{DeInteger, DeTable, DeValue};

use crate::failure::Failure;
use crate::names::shown;

/// Problems that are kept; a binary file mistaken for a configuration has no more to tell after these.
const PROBLEMS_MAX: usize = 20;

/// What a file may hold.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Name of the file, for people.
    pub title: &'static str,
    /// What it is for, in a sentence.
    pub why: &'static str,
    /// Every key, in the order it is documented in; keys of one section stand together.
    pub keys: &'static [Key],
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Section it stands in; empty: at the top.
    pub section: &'static str,
    /// Name.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// An example or the default, as it is written in TOML.
    pub example: &'static str,
    /// Meaning, unit and default, in a sentence.
    pub why: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A path.
    Path,
    /// A list of paths.
    Paths,
    /// A text that passes a check.
    Text {
        /// The check.
        sound: fn(&str) -> bool,
        /// What is allowed, for messages.
        allowed: &'static str,
    },
    /// A list of texts that pass a check.
    Texts {
        /// The check.
        sound: fn(&str) -> bool,
        /// What is allowed, for messages.
        allowed: &'static str,
    },
    /// A whole number, bounds included.
    Integer {
        /// Least.
        min: i64,
        /// Greatest.
        max: i64,
    },
    /// One of these texts.
    Choice(fn() -> Vec<&'static str>),
    /// A list, each one of these texts.
    Choices(fn() -> Vec<&'static str>),
    /// A table from names to one of these texts.
    Map {
        /// Names; none: any that is not empty.
        names: Option<fn() -> Vec<&'static str>>,
        /// Values.
        values: fn() -> Vec<&'static str>,
    },
    /// A table from names to texts that pass a check.
    Texted {
        /// Names; none: any that is not empty.
        names: Option<fn() -> Vec<&'static str>>,
        /// The check.
        sound: fn(&str) -> bool,
        /// What is allowed, for messages.
        allowed: &'static str,
    },
    /// True or false.
    Flag,
    /// A list of tables.
    Entries {
        /// Keys of each; their section is not looked at.
        keys: &'static [Key],
        /// Keys that each must have.
        required: &'static [&'static str],
    },
}

/// Something that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// What, and what is allowed.
    pub what: String,
}

impl Problem {
    /// What the TOML parser or deserializer found.
    #[must_use]
    pub fn of_parser(text: &str, error: &toml::de::Error) -> Self {
        Self { line: error.span().map_or(1, |span| line(text, span.start)), what: error.message().to_owned() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl Kind {
    /// What is allowed, for messages and comments.
    #[must_use]
    pub fn allowed(&self) -> String {
        let quoted = |choices: fn() -> Vec<&'static str>| choices().iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Path => "a path".to_owned(),
            Self::Paths => "a list of paths".to_owned(),
            Self::Text { allowed, .. } => (*allowed).to_owned(),
            Self::Texts { allowed, .. } => format!("a list, each {allowed}"),
            Self::Integer { min, max } if *max == i64::MAX => format!("a whole number from {min}"),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Choice(choices) => format!("one of {}", quoted(*choices)),
            Self::Choices(choices) => format!("a list, each one of {}", quoted(*choices)),
            Self::Flag => "true or false".to_owned(),
            Self::Entries { keys, required } => {
                let keys = keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ");
                format!("a list of tables with the keys {keys}; each needs {}", required.join(" and "))
            }
            Self::Texted { allowed, .. } => format!("a table whose values are each {allowed}"),
            Self::Map { values, .. } => format!("a table whose values are one of {}", quoted(*values)),
        }
    }
}

/// Checks a text against a form.
///
/// # Errors
/// Every problem, in the order of their lines.
pub fn check(form: Form, text: &str) -> Result<(), Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut look = Look { form, text, problems: errors.iter().map(|error| Problem::of_parser(text, error)).collect() };
    if look.problems.is_empty() {
        look.section("", table.get_ref());
    }
    look.problems.sort_by_key(|problem| problem.line);
    look.problems.truncate(PROBLEMS_MAX);
    if look.problems.is_empty() { Ok(()) } else { Err(look.problems) }
}

/// The sentence for problems in a file: the first one, and how many more there are.
#[must_use]
pub fn failure(what: &str, path: &Path, problems: &[Problem]) -> Failure {
    let first = problems.first().map(ToString::to_string).unwrap_or_default();
    let more = match problems.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more; `logminer config check` lists them)", count - 1),
    };
    Failure::usage(format!("use the {what} {}, {first}{more}", shown(path)))
}

/// The line an entry of a sound file is written on, by its place: keys, and numbers of a list from 0. The line of the nearest part that is written;
/// 1 where nothing is.
#[must_use]
pub fn line_of_place(text: &str, place: &[String]) -> usize {
    let Ok(document) = DeTable::parse(text) else { return 1 };
    let mut found = 1;
    let mut parts = place.iter();
    let Some((key, mut value)) = parts.next().and_then(|part| document.get_ref().get_key_value(part.as_str())) else { return 1 };
    found = found.max(line(text, key.span().start));
    for part in parts {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get_key_value(part.as_str()).map(|(key, value)| (key.span().start, value)),
            DeValue::Array(items) => part.parse::<usize>().ok().and_then(|at| items.get(at)).map(|item| (item.span().start, item)),
            _ => None,
        };
        let Some((at, inner)) = next else { break };
        (found, value) = (line(text, at), inner);
    }
    found
}

/// The line a key of a sound file is written on; 1 where it is not written.
#[must_use]
pub fn line_of(text: &str, section: &str, name: &str) -> usize {
    let Ok(document) = DeTable::parse(text) else { return 1 };
    let inner = document.get_ref().iter().find(|(key, _)| key.get_ref() == section).and_then(|(_, value)| value.get_ref().as_table());
    let table = if section.is_empty() { Some(document.get_ref()) } else { inner };
    let key = table.and_then(|table| table.keys().find(|key| key.get_ref() == name));
    key.map_or(1, |key| line(text, key.span().start))
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

struct Look<'a> {
    form: Form,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Look<'_> {
    fn section(&mut self, section: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            if let Some(known) = self.form.keys.iter().find(|known| known.section == section && known.name == name) {
                let full = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
                self.value(&full, known.kind, at, value.get_ref());
            } else if section.is_empty() && self.form.keys.iter().any(|known| known.section == name) {
                match value.get_ref() {
                    DeValue::Table(inner) => self.section(name, inner),
                    other => self.wrong(at, format!("{name} is {}; allowed: a table, [{name}]", type_of(other))),
                }
            } else {
                let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
                let allowed = self.allowed_names(section).join(", ");
                self.wrong(at, format!("unknown key {}{place}; allowed here: {allowed}", shown(Path::new(name))));
            }
        }
    }

    /// Keys of a section; at the top also the sections.
    fn allowed_names(&self, section: &str) -> Vec<String> {
        let mut names: Vec<String> = self.form.keys.iter().filter(|key| key.section == section).map(|key| key.name.to_owned()).collect();
        if section.is_empty() {
            for key in self.form.keys.iter().filter(|key| !key.section.is_empty()) {
                let name = format!("[{}]", key.section);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    fn value(&mut self, name: &str, kind: Kind, at: usize, value: &DeValue<'_>) {
        let not_empty = |text: &str| !text.is_empty();
        match (kind, value) {
            (Kind::Path, DeValue::String(text)) => self.text(name, kind, at, text, not_empty),
            (Kind::Text { sound, .. }, DeValue::String(text)) => self.text(name, kind, at, text, sound),
            (Kind::Choice(choices), DeValue::String(text)) => self.text(name, kind, at, text, |text| choices().contains(&text)),
            (Kind::Paths | Kind::Texts { .. } | Kind::Choices(_), DeValue::Array(items)) => {
                for item in items {
                    match (kind, item.get_ref()) {
                        (Kind::Texts { sound, .. }, DeValue::String(text)) => self.text(name, kind, item.span().start, text, sound),
                        (Kind::Choices(choices), DeValue::String(text)) => {
                            self.text(name, kind, item.span().start, text, |text| choices().contains(&text));
                        }
                        (_, DeValue::String(text)) => self.text(name, kind, item.span().start, text, not_empty),
                        (_, other) => self.wrong(item.span().start, format!("{name} holds {}; allowed: {}", type_of(other), kind.allowed())),
                    }
                }
            }
            (Kind::Integer { min, max }, DeValue::Integer(number)) => {
                if integer(number).is_none_or(|number| number < min || number > max) {
                    self.wrong(at, format!("{name} is out of range; allowed: {}", kind.allowed()));
                }
            }
            (Kind::Map { names, .. } | Kind::Texted { names, .. }, DeValue::Table(table)) => {
                let inner = match kind {
                    Kind::Texted { sound, allowed, .. } => Kind::Text { sound, allowed },
                    Kind::Map { values, .. } => Kind::Choice(values),
                    other => other,
                };
                for (key, value) in table {
                    let at = key.span().start;
                    if names.is_some_and(|names| !names().contains(&key.get_ref().as_ref())) || key.get_ref().is_empty() {
                        let allowed = names.map_or_else(|| "any name that is not empty".to_owned(), |names| names().join(", "));
                        self.wrong(at, format!("unknown name {} in {name}; allowed: {allowed}", shown(Path::new(key.get_ref().as_ref()))));
                    }
                    let full = format!("{name}.{}", shown(Path::new(key.get_ref().as_ref())));
                    self.value(&full, inner, at, value.get_ref());
                }
            }
            (Kind::Flag, DeValue::Boolean(_)) => {}
            (Kind::Entries { keys, required }, DeValue::Array(items)) => {
                for (number, item) in items.iter().enumerate() {
                    match item.get_ref() {
                        DeValue::Table(table) => self.entry(&format!("{name}.{number}"), keys, required, item.span().start, table),
                        other => self.wrong(item.span().start, format!("{name} holds {}; allowed: {}", type_of(other), kind.allowed())),
                    }
                }
            }
            (_, other) => self.wrong(at, format!("{name} is {}; allowed: {}", type_of(other), kind.allowed())),
        }
    }

    /// One table of a list of tables.
    fn entry(&mut self, name: &str, keys: &[Key], required: &[&str], at: usize, table: &DeTable<'_>) {
        for (key, value) in table {
            let (text, at) = (key.get_ref().as_ref(), key.span().start);
            match keys.iter().find(|known| known.name == text) {
                Some(known) => self.value(&format!("{name}.{text}"), known.kind, at, value.get_ref()),
                None => {
                    let allowed = keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ");
                    self.wrong(at, format!("unknown key {} in {name}; allowed here: {allowed}", shown(Path::new(text))));
                }
            }
        }
        for missing in required.iter().filter(|required| !table.keys().any(|key| key.get_ref() == **required)) {
            self.wrong(at, format!("{name} has no {missing}"));
        }
    }

    fn text(&mut self, name: &str, kind: Kind, at: usize, text: &str, sound: impl Fn(&str) -> bool) {
        // No path and no name has a NUL or a line feed; the system would cut or refuse it later, without a line.
        if text.contains(['\0', '\n']) || !sound(text) {
            self.wrong(at, format!("{name} is not what it may be; allowed: {}", kind.allowed()));
        }
    }

    fn wrong(&mut self, at: usize, what: String) {
        self.problems.push(Problem { line: line(self.text, at), what });
    }
}

fn integer(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
