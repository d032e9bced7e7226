//! The shape of a message: constants in place, every variable `<*>`.

use crate::lex::{Class, Piece, lex};
use crate::lines::{self, Lines, Trace};

/// Bytes of a shape; the rest of a longer message is one variable.
pub(crate) const SHAPE_BYTES_MAX: usize = 1_024;
/// Bytes of a line that are read for its shape; the rest is that variable too.
const LINE_BYTES_MAX: usize = 64 << 10;
/// The mark of a variable.
pub(crate) const VARIABLE: &str = "<*>";
/// In front of what was thrown, and of where, in the shape of a stack trace. The name behind it is never a value.
pub(crate) const THROWN: &str = "\u{23ce}";

/// A value of a message as its shape is made: class, text (empty for the rest of a message that was cut), and whether it belongs to the one before.
pub(crate) type Value<'v> = (Option<Class>, &'v str, bool);

/// Writes the shape of `message` to `out` (cleared first).
#[cfg(test)]
pub(crate) fn shape_of(message: &str, out: &mut String) {
    shape_with(message, out, &mut |_| {});
}

/// Writes the shape of `message` to `out` (cleared first), and hands over each value that stands at a mark of it. Of a record of several lines the
/// first that is not blank counts, of a stack trace also what was thrown and where, and all of a statement ([`lines`]).
pub(crate) fn shape_with(message: &str, out: &mut String, values: &mut impl FnMut(Value<'_>)) {
    out.clear();
    let mut shape = Shape { out, open: true, values };
    if memchr::memchr(b'\n', message.as_bytes()).is_none() {
        return shape.line(message.trim());
    }
    let message = message.trim_start();
    let (first, rest) = message.split_once('\n').unwrap_or((message, ""));
    let first = first.trim();
    shape.line(first);
    match lines::look(first, rest) {
        Lines::First => {}
        Lines::All => {
            for line in prefix(rest, LINE_BYTES_MAX).lines().map(str::trim).filter(|line| !line.is_empty()) {
                shape.text(" ");
                shape.line(line);
            }
        }
        Lines::Trace(trace) => shape.trace(first, trace),
    }
}

struct Shape<'s, F> {
    out: &'s mut String,
    open: bool,
    values: &'s mut F,
}

impl<F: FnMut(Value<'_>)> Shape<'_, F> {
    fn line(&mut self, line: &str) {
        let read = prefix(line, LINE_BYTES_MAX);
        lex(read, &mut |piece| match piece {
            Piece::Text(text) => self.text(text),
            Piece::Variable(class, text) => self.variable(Some(class), text),
        });
        if read.len() < line.len() {
            self.variable(None, "");
        }
    }

    fn trace(&mut self, first: &str, trace: Trace<'_>) {
        for error in [trace.error, trace.cause].into_iter().flatten() {
            let name = lines::error_of(error).unwrap_or("");
            self.thrown(name);
            self.line(error.get(name.len()..).unwrap_or(error).trim_end());
        }
        if !trace.frame.is_empty() || trace.error.is_none() {
            self.text(" ");
            self.text(THROWN);
            // Two that are thrown at one place with the same words are two all the same.
            if let Some(name) = lines::error_of(first) {
                self.text(" ");
                self.text(name);
            }
            if !trace.frame.is_empty() {
                self.text(" at ");
                self.text(trace.frame);
            }
        }
    }

    fn thrown(&mut self, name: &str) {
        [" ", THROWN, " ", name].into_iter().for_each(|text| self.text(text));
    }

    fn text(&mut self, text: &str) {
        if self.open {
            let left = SHAPE_BYTES_MAX.saturating_sub(self.out.len());
            self.open = text.len() <= left;
            self.out.push_str(prefix(text, left));
            self.cut();
        }
    }

    #[inline]
    fn variable(&mut self, class: Option<Class>, text: &str) {
        if !self.open {
            return;
        }
        if self.out.ends_with(VARIABLE) {
            (self.values)((class, text, true));
        } else if self.out.len() + VARIABLE.len() <= SHAPE_BYTES_MAX {
            self.out.push_str(VARIABLE);
            (self.values)((class, text, false));
        } else {
            self.open = false;
            self.cut();
        }
    }

    fn cut(&mut self) {
        if !self.open {
            let joined = self.out.ends_with(VARIABLE);
            if !joined {
                self.out.push_str(VARIABLE);
            }
            (self.values)((None, "", joined));
        }
    }
}

/// At most `length` bytes of `text`, whole characters.
pub(crate) fn prefix(text: &str, length: usize) -> &str {
    (0..=length.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &str) {
        let mut out = String::new();
        shape_of(message, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn variables_become_marks() {
        check("Received block blk_-12 of size 67108864 from /10.251.42.84", "Received block <*> of size <*> from <*>");
        check("  user [USER_k1ABCD] logged in ", "user <*> logged in");
    }

    #[test]
    fn the_first_line_counts() {
        check("\n\nnight run is late\n  since 12:00\n", "night run is late");
    }

    #[test]
    fn a_trace_is_what_was_thrown_and_where() {
        check(
            "\n\nPaymentException: declined 12\n\tat a.b.Pay.charge(Pay.java:12)\n\tat a.b.Main.run(Main.java:3)\n",
            "PaymentException: declined <*> \u{23ce} PaymentException at a.b.Pay.charge",
        );
        check(
            "request 7 failed\r\n\r\njava.io.IOException: reset by 10.0.0.1\r\n\tat a.b.Net.read(Net.java:9)\r\n",
            "request <*> failed \u{23ce} java.io.IOException: reset by <*> \u{23ce} at a.b.Net.read",
        );
    }

    #[test]
    fn a_statement_over_several_lines_is_as_on_one() {
        let mut one = String::new();
        shape_of("SELECT id, name FROM t WHERE id = 7", &mut one);
        check("SELECT id,\r\n       name\r\n\r\nFROM t\r\nWHERE id = 12\r\n", &one);
    }

    #[test]
    fn as_many_values_as_marks_are_handed_over() {
        for message in ["took 5.2 KB of 7", "a 1, 2, 3", &"word,12 ".repeat(2_000), &"\u{e9}".repeat(5_000), "x\nE Error: 1\n at a.b(C:1)"] {
            let (mut out, mut places) = (String::new(), 0);
            shape_with(message, &mut out, &mut |(_, _, joined)| places += usize::from(!joined));
            assert_eq!(out.matches(VARIABLE).count(), places, "{out}");
        }
    }

    #[test]
    fn hostile_lines_cost_no_more_than_their_length() {
        let mut out = String::new();
        for unit in ["1:a", "111,", "a", "1", ":", "/", "<1", "-", "1.", "http://", "Jul 1 ", "[CARD_", "$1,", "a.b.c:1 ", "@", "é1", "x=1 "] {
            shape_of(&unit.repeat(400_000 / unit.len()), &mut out);
            assert!(out.len() <= SHAPE_BYTES_MAX + 2 * VARIABLE.len(), "{unit}");
        }
        shape_of(&"1 ".repeat(100_000), &mut out);
        assert!(out.ends_with(VARIABLE));
    }

    #[test]
    fn long_messages_are_cut_at_a_piece() {
        let mut out = String::new();
        shape_of(&"word,12 ".repeat(2_000), &mut out);
        assert!(out.len() <= SHAPE_BYTES_MAX + VARIABLE.len() && out.ends_with(VARIABLE));
        shape_of(&"é".repeat(5_000), &mut out);
        assert!(out.starts_with("éé") && out.ends_with("é<*>"));
    }
}
