//! The shape of a message: constants in place, every variable `<*>`.

use crate::lex::{Piece, lex};

/// Bytes of a shape; the rest of a longer message is one variable.
pub(crate) const SHAPE_BYTES_MAX: usize = 1_024;
/// Bytes of a line that are read for its shape; the rest is that variable too.
const LINE_BYTES_MAX: usize = 64 << 10;
/// The mark of a variable.
pub(crate) const VARIABLE: &str = "<*>";

/// Writes the shape of `message` to `out` (cleared first). Only the first line that is not blank counts: what follows is a stack
/// trace or a dump, whose length says nothing about the kind of event.
pub(crate) fn shape_of(message: &str, out: &mut String) {
    out.clear();
    let line = match memchr::memchr(b'\n', message.as_bytes()) {
        None => message,
        Some(_) => message.lines().find(|line| !line.trim().is_empty()).unwrap_or(""),
    };
    let line = line.trim();
    let read = prefix(line, LINE_BYTES_MAX);
    let mut open = true;
    lex(read, &mut |piece| {
        let text = match piece {
            Piece::Text(text) => text,
            Piece::Variable(..) if out.ends_with(VARIABLE) => "",
            Piece::Variable(..) => VARIABLE,
        };
        if open {
            let left = SHAPE_BYTES_MAX - out.len();
            open = text.len() <= left;
            out.push_str(prefix(text, left));
            if !open {
                out.push_str(VARIABLE);
            }
        }
    });
    if open && read.len() < line.len() && !out.ends_with(VARIABLE) {
        out.push_str(VARIABLE);
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
        check("\n\nPaymentException: declined\n\tat a.b.C(C.java:12)\n", "PaymentException: declined");
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
