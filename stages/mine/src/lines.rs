//! Records of several lines. What counts for the template of one:
//!
//! - a **stack trace**: what was thrown and where, however deep the stack was. Of a chain of causes the first and the last are told;
//! - a **statement** of SQL, known by its verb and a second keyword: all of its lines, as if it stood on one;
//! - anything else: the first line that is not blank. What follows is a dump, whose length says nothing about the kind of event.
//!
//! Traces are known by the form of their frames: `at name(...)`, `File "...", line 12, in name`, `3: name`.

use crate::shape::prefix;

/// Bytes of a record that are looked at behind its first line.
const REST_BYTES_MAX: usize = 64 << 10;
/// Lines of it.
const LINES_MAX: usize = 2_000;
/// Bytes of a frame's name.
const FRAME_BYTES_MAX: usize = 160;

/// What a record of several lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines<'a> {
    /// Only its first line counts.
    First,
    /// All lines count.
    All,
    /// A stack trace.
    Trace(Trace<'a>),
}

/// What was thrown, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace<'a> {
    /// The first line that says what was thrown; none when the record's first line does, or none does.
    pub error: Option<&'a str>,
    /// The last cause, where there is another.
    pub cause: Option<&'a str>,
    /// The name of the innermost frame of the last cause; empty when no frame has one.
    pub frame: &'a str,
}

/// Looks at a record whose first line that is not blank is `first`, and `rest` what follows.
pub(crate) fn look<'a>(first: &'a str, rest: &'a str) -> Lines<'a> {
    let rest = prefix(rest, REST_BYTES_MAX);
    // A trace first: prose may begin with a verb of SQL, a statement has no frames.
    if let Some(trace) = trace(first, rest) {
        return Lines::Trace(trace);
    }
    let announced = || first.trim_end().ends_with(':') && is_statement(rest.trim_start(), "");
    if is_statement(first, rest) || announced() { Lines::All } else { Lines::First }
}

/// Whether `first` and what follows begin with a statement of SQL: with its verb, all in one case, and one of the words that go with it.
fn is_statement(first: &str, rest: &str) -> bool {
    const STATEMENTS: [(&str, &[&str]); 8] = [
        ("SELECT", &["FROM", "INTO", "WHERE"]),
        ("INSERT", &["INTO", "VALUES"]),
        ("UPDATE", &["SET"]),
        ("DELETE", &["FROM", "WHERE"]),
        ("MERGE", &["INTO", "USING"]),
        ("WITH", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ("CREATE", &["TABLE", "INDEX", "VIEW", "FUNCTION", "PROCEDURE", "TRIGGER"]),
        ("ALTER", &["TABLE", "INDEX", "VIEW"]),
    ];
    let mut words = first.split(is_no_letter).chain(rest.split(is_no_letter)).filter(|word| !word.is_empty());
    let verb = if first.trim_start().starts_with(is_no_letter) { "" } else { words.next().unwrap_or("") };
    let in_one_case = verb.bytes().all(|byte| byte.is_ascii_uppercase()) || verb.bytes().all(|byte| byte.is_ascii_lowercase());
    let with = STATEMENTS.iter().find(|(known, _)| in_one_case && known.eq_ignore_ascii_case(verb));
    // A procedure's arguments stand in brackets.
    let is_call = verb == "CALL" && first.contains('(');
    is_call || with.is_some_and(|(_, with)| words.any(|word| with.iter().any(|known| known.eq_ignore_ascii_case(word))))
}

fn is_no_letter(letter: char) -> bool {
    !letter.is_ascii_alphabetic()
}

/// The trace in the lines, if any line is a frame.
fn trace<'a>(first: &'a str, rest: &'a str) -> Option<Trace<'a>> {
    let mut found = Found { first_is_error: error_of(first).is_some(), ..Found::default() };
    let lines = || rest.lines().take(LINES_MAX).filter(|line| !line.trim().is_empty());
    // `panicked at main.rs:3:5:` says where, the next line what.
    let announced = lines().next().map(str::trim).filter(|next| first.ends_with(':') && !next.ends_with(':') && frame_of(next).is_none());
    if let Some(announced) = announced {
        found.thrown(announced);
    }
    lines().skip(usize::from(announced.is_some())).for_each(|line| found.line(line));
    found.trace()
}

#[derive(Default)]
struct Found<'a> {
    first_is_error: bool,
    frames: usize,
    /// Whether frames come with the innermost last.
    outermost_first: bool,
    error: Option<&'a str>,
    cause: Option<&'a str>,
    /// Innermost frame since the last error; of traces that are written the other way round, the last one before it.
    frame: Option<&'a str>,
    /// In what was suppressed, which says nothing of why.
    suppressed: bool,
    /// In the part of a trace whose error comes behind its frames.
    open: bool,
}

impl<'a> Found<'a> {
    fn line(&mut self, line: &'a str) {
        let text = line.trim();
        if text.starts_with("Suppressed: ") {
            self.suppressed = true;
        } else if let Some((name, outermost_first)) = frame_of(text) {
            self.frames += 1;
            self.outermost_first |= outermost_first;
            self.open = outermost_first;
            if outermost_first {
                self.frame = name.or(self.frame);
            } else if !self.suppressed {
                self.frame = self.frame.filter(|known| !is_runtime(known)).or(name).or(self.frame);
            }
        } else if let Some(cause) = text.strip_prefix("Caused by: ") {
            self.suppressed = false;
            self.thrown(cause);
        } else if self.open && !line.starts_with([' ', '\t']) && !is_between(text) {
            // Whatever stands behind the frames of such a trace at the left is what was raised.
            self.open = false;
            self.thrown(text);
        } else if !self.outermost_first && !self.suppressed && error_of(text).is_some() {
            self.thrown(text);
        }
    }

    fn thrown(&mut self, text: &'a str) {
        if self.error.is_none() && !self.first_is_error {
            self.error = Some(text);
        } else {
            self.cause = Some(text);
        }
        if !self.outermost_first {
            self.frame = None;
        }
    }

    fn trace(self) -> Option<Trace<'a>> {
        let frame = prefix(self.frame.unwrap_or(""), FRAME_BYTES_MAX);
        (self.frames > 0).then_some(Trace { error: self.error, cause: self.cause, frame })
    }
}

/// What stands between the traces of a chain.
fn is_between(text: &str) -> bool {
    text.ends_with(':') || text.starts_with("During handling of ") || text.starts_with("The above exception ")
}

/// Frames in which a program panics or begins: they are the same whatever happened.
fn is_runtime(name: &str) -> bool {
    ["std::", "core::", "alloc::", "rust_begin_unwind", "__rust", "<core::", "<alloc::", "<std::"].iter().any(|start| name.starts_with(start))
}

/// The name of a line's error, `a.b.PaymentException` of `a.b.PaymentException: declined`.
pub(crate) fn error_of(line: &str) -> Option<&str> {
    const ENDS: [&str; 6] = ["Error", "Exception", "Throwable", "Fault", "Failure", "Warning"];
    let line = line.trim();
    let line = line.strip_prefix("Uncaught ").or_else(|| line.strip_prefix("Exception in thread \"main\" ")).unwrap_or(line);
    let name = line.split([':', ' ']).next().unwrap_or("");
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$'));
    (is_name && ENDS.iter().any(|end| name.ends_with(end))).then_some(name)
}

/// The name in a frame, if it has one, and whether traces of its kind have the innermost frame last. `None` when the line is no frame.
fn frame_of(text: &str) -> Option<(Option<&str>, bool)> {
    if let Some(rest) = text.strip_prefix("at ") {
        return at_frame(rest).map(|name| (name, false));
    }
    if let Some(rest) = text.strip_prefix("File \"") {
        let (_, rest) = rest.split_once("\", line ")?;
        return Some((rest.split_once(", in ").map(|(_, name)| name.trim()), true));
    }
    let (number, name) = text.split_once(": ")?;
    let is_numbered = !number.is_empty() && number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.trim();
    // `::h0123456789abcdef` is a hash of the build.
    let name = name
        .rsplit_once("::h")
        .filter(|(_, hash)| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map_or(name, |(name, _)| name);
    (is_numbered && (name.contains("::") || is_runtime(name))).then_some((Some(name), false))
}

/// `a.b.C.run(C.java:12)`, `module/a.b.C.run(C.java)`, `new Pool (file.js:1:2)`, `file.js:1:2`, `./src/main.rs:4:5`.
fn at_frame(rest: &str) -> Option<Option<&str>> {
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    match rest.split_once('(') {
        Some((name, place)) if place.contains(')') => {
            let name = name.trim();
            let name = name.split_once(" [as ").map_or(name, |(name, _)| name);
            let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
            // What is generated has numbers that differ from run to run.
            let name = name.find("$$").and_then(|at| name.get(..at)).unwrap_or(name);
            let is_name = !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$' | b' ' | b'<' | b'>' | b'#') || byte >= 0x80);
            is_name.then_some(Some(name))
        }
        _ => {
            // A place alone: it ends in a line, and maybe a column.
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            rest.rsplit_once(':').filter(|(_, number)| is_number(number)).map(|_| None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(record: &str) -> (&str, &str) {
        record.split_once('\n').unwrap()
    }

    #[track_caller]
    fn check(record: &str, error: Option<&str>, cause: Option<&str>, frame: &str) {
        let (first, rest) = split(record);
        assert_eq!(look(first, rest), Lines::Trace(Trace { error, cause, frame }));
    }

    #[test]
    fn innermost_frames_are_found() {
        check("a.b.PayException: declined\n\tat a.b.Pay.charge(Pay.java:12)\n\tat a.b.Main.main(Main.java:1)", None, None, "a.b.Pay.charge");
        check(
            "Unhandled\r\n\r\na.b.WrapException: x\r\n\tat java.base/a.b.C.run(C.java:1)\r\n\t... 3 more\r\nCaused by: a.b.IoException: y 7\r\n\tat a.b.D.read(D.java:9)\r\n",
            Some("a.b.WrapException: x"),
            Some("a.b.IoException: y 7"),
            "a.b.D.read",
        );
        check(
            "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in main\n    pay()\n  File \"/srv/b.py\", line 9, in charge\n    raise E(x)\nbank.Declined: 7\n",
            Some("bank.Declined: 7"),
            None,
            "charge",
        );
        check(
            "thread 'main' panicked at src/a.rs:3:5:\nindex out of bounds\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/x/library/std/src/panicking.rs:1:5\n   1: core::panicking::panic_fmt\n   2: bank::ledger::post::h0123456789abcdef\n             at ./src/a.rs:3:5\n   3: bank::main\n",
            Some("index out of bounds"),
            None,
            "bank::ledger::post",
        );
        check(
            "TypeError: x is not a function\n    at Object.charge (/srv/pay.js:10:5)\n    at async Promise.all (index 0)\n    at /srv/main.js:1:2",
            None,
            None,
            "Object.charge",
        );
    }

    #[test]
    fn what_is_no_trace_is_none() {
        for record in ["dump:\n a=1\n b=2", "at night\nat noon\n", "list\n1: one\n2: two\n", "seen at\nat 10:30\n"] {
            let (first, rest) = split(record);
            let seen = look(first, rest);
            assert!(seen == Lines::First || record.starts_with("seen"), "{record:?} {seen:?}");
        }
    }

    #[test]
    fn statements_count_whole() {
        for record in [
            "SELECT a,\n  b\nFROM t",
            "slow query:\nselect a\nfrom t",
            "update t\nset a = 1",
            "with a as (\nselect 1)\nselect * from a",
            "CREATE\nUNIQUE INDEX i ON t",
        ] {
            let (first, rest) = split(record);
            assert_eq!(look(first, rest), Lines::All, "{record}");
        }
        for record in [
            "Update of the list\nis late",
            "update of account refused\nfor today",
            "update of account refused\nwhere it was taken from",
            "call of the ledger\nfailed",
            "selected:\nselect of a card\nis late",
            "  1 select\nfrom t",
        ] {
            let (first, rest) = split(record);
            assert_eq!(look(first, rest), Lines::First, "{record}");
        }
    }

    #[test]
    fn prose_that_begins_with_a_verb_has_its_trace() {
        for first in ["update of account refused", "delete of card set aside", "select from the list failed"] {
            let record = format!("{first}\na.b.PayException: declined\n\tat a.b.Pay.charge(Pay.java:12)\n\tat a.b.Main.main(Main.java:1)");
            check(&record, Some("a.b.PayException: declined"), None, "a.b.Pay.charge");
        }
    }
}
