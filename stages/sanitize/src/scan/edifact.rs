//! Parties in EDIFACT messages (PAYMUL, DIRDEB, FINSTA): `NAD+BE+++NAME+STREET+CITY++POSTCODE+HR'`, `FII+BF+ACCOUNT:HOLDER+BANK'`, `CTA+IC+:NAME'`,
//! `COM+NUMBER:TE'`. Other segments are searched like any text.

use schemas::pii::PiiClass;

use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Bytes of one segment.
const SEGMENT_BYTES_MAX: usize = 600;

impl Worker<'_> {
    /// Handles the segment whose tag is at `at` and those that follow it: notes what is personal in them.
    #[cold]
    #[inline(never)]
    pub(super) fn edifact(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let starts = at == 0 || matches!(bytes[at - 1], b'\'' | b'\n' | b'\r' | b' ' | b'"' | b'n' | b':' | b'=');
        if !starts || at < self.segments_to {
            return;
        }
        let mut at = at;
        while bytes.get(at + 3) == Some(&b'+') && bytes[at..at + 3].iter().all(u8::is_ascii_uppercase) {
            let end = segment_end(bytes, at);
            self.segment(text, at, end);
            at = end + 1 + bytes.get(end + 1..).unwrap_or_default().iter().take(3).take_while(|&&byte| byte <= b' ').count();
        }
        self.segments_to = at;
    }

    fn segment(&mut self, text: &str, at: usize, end: usize) {
        let bytes = text.as_bytes();
        let tag = &bytes[at..at + 3];
        let mut from = at + 4;
        for element in 1..12 {
            if from > end || !matches!(tag, b"NAD" | b"FII" | b"CTA" | b"COM") {
                return;
            }
            let to = unreleased(bytes, from, end, b'+');
            self.element(text, (from, to), tag, element);
            from = to + 1;
        }
    }

    fn element(&mut self, text: &str, (start, end): (usize, usize), tag: &[u8], element: usize) {
        let bytes = text.as_bytes();
        let mut from = start;
        for component in 0..6 {
            let to = unreleased(bytes, from, end, b':');
            let value = cut(text, from, to);
            let class = match (tag, element, component) {
                (b"NAD", 2, 0) if value.bytes().filter(u8::is_ascii_digit).count() >= 4 => Some(PiiClass::Customer),
                (b"NAD", 3, 0) | (b"NAD", 4, _) => Some(PiiClass::Name),
                (b"NAD", 3 | 5, _) | (b"NAD", 6 | 8, 0) => Some(PiiClass::Address),
                (b"FII", 2, 0) => Some(PiiClass::Account),
                (b"FII", 2, 1 | 2) | (b"CTA", 2, 1) => Some(PiiClass::Name),
                (b"COM", _, 0) => match cut(text, to, end) {
                    ":TE" | ":FX" | ":AL" => Some(PiiClass::Phone),
                    ":EM" => Some(PiiClass::Email),
                    _ => None,
                },
                _ => None,
            };
            if let Some(class) = class.filter(|_| value.len() > 1 && !is_placeholder(value)) {
                self.note_cell(class, text, (from, to));
            }
            if to >= end {
                return;
            }
            from = to + 1;
        }
    }
}

/// End of the segment: its `'`, the line's end, or the text's.
fn segment_end(bytes: &[u8], at: usize) -> usize {
    let reach = bytes.len().min(at + SEGMENT_BYTES_MAX);
    (at..reach)
        .find(|&at| bytes[at] < b' ' || matches!(bytes[at], b'"' | b'\\' | b'<') || (bytes[at] == b'\'' && bytes[at - 1] != b'?'))
        .unwrap_or_else(|| (at..=reach).rev().find(|&at| bytes.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)).unwrap_or(at))
}

/// The sign from `from` on that no `?` releases, else the end.
fn unreleased(bytes: &[u8], from: usize, end: usize, sign: u8) -> usize {
    (from..end).find(|&at| bytes[at] == sign && (at == from || bytes[at - 1] != b'?')).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, engine, scan_text};

    #[test]
    fn parties_are_hidden() {
        check(
            "NAD+BE+++BRANKOVIC MILICA+ULICA MARTICEVA 18+ZAGREB++10000+HR' DTM+203:20260305:102'",
            &["BRANKOVIC", "MARTICEVA", "ZAGREB", "10000"],
            &["+HR'", "20260305"],
        );
        check(
            "UNH+1+PAYMUL:D:96A:UN'FII+BF+DE89370400440532013000:METTE KRISTOFFERSEN'MOA+9:5400.00:DKK'",
            &["METTE", "DE8937"],
            &["5400.00", "PAYMUL:D:96A"],
        );
        check("CTA+IC+:JANE ROE'COM+0049301234567:TE'COM+jane@x.org:EM'", &["JANE", "301234567", "jane@"], &["CTA+IC+:"]);
        check("NAD+OY+88204417::92++O?'NEIL SEAN'RFF+AB:1'", &["88204417", "NEIL"], &["RFF+AB:1"]);
    }

    #[test]
    fn other_text_stays() {
        for text in ["COM+1 ready", "FII+ 2", "NAD+MR", "C+D+E", "CNF+ABC+DEF", "BGM+452+MSG0417+9'DTM+137:20260302:102'"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
