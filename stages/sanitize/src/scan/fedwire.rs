//! Parties of a Fedwire message (Federal Reserve, Fedwire Funds Service format): `{4200}D6241087952*LEONTYNE BRADDOCK*4410 MAIN ST*...`: a letter for the kind
//! of the identifier, the identifier, a name and lines of an address, parted by `*`.

use schemas::pii::PiiClass;

use crate::fold::cut;
use crate::worker::Worker;

/// Elements of a party at most.
const ELEMENTS_MAX: usize = 6;
/// Bytes of an element.
const ELEMENT_BYTES_MAX: usize = 64;

impl Worker<'_> {
    /// Notes what is personal in the tag whose brace is at `at`, when it is one.
    #[cold]
    #[inline(never)]
    pub(super) fn fedwire(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let Some([b'{', tag @ .., b'}']) = bytes.get(at..at + 6) else { return };
        match tag {
            // Sender and receiver: the routing number before the short name.
            b"3100" | b"3400" => {
                let start = at + 6;
                let digits = bytes[start..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
                if digits == 9 {
                    self.note_cell(PiiClass::Account, text, (start, start + 9));
                }
            }
            // Beneficiary, originator, and the option F of the latter.
            b"4200" | b"5000" | b"5010" => self.fedwire_party(text, at + 6),
            _ => {}
        }
    }

    fn fedwire_party(&mut self, text: &str, start: usize) {
        let bytes = text.as_bytes();
        // The identifier's kind is left out where there is none.
        let class = match bytes.get(start) {
            Some(b'D' | b'F' | b'T' | b'U') => PiiClass::Account,
            Some(b'1' | b'2' | b'3' | b'4' | b'5' | b'9') => PiiClass::NationalId,
            _ => PiiClass::Account,
        };
        let mut from = start + usize::from(bytes.get(start).is_some_and(|byte| byte.is_ascii_alphanumeric()));
        for number in 0..ELEMENTS_MAX {
            let len = bytes[from..].iter().take(ELEMENT_BYTES_MAX).take_while(|&&byte| !matches!(byte, b'*' | b'{' | b'\n' | b'"')).count();
            if bytes.get(from + len) != Some(&b'*') || !text.is_char_boundary(from + len) {
                return;
            }
            let class = match number {
                0 => class,
                1 => PiiClass::Name,
                _ => PiiClass::Address,
            };
            if cut(text, from, from + len).bytes().any(|byte| byte.is_ascii_alphanumeric()) {
                self.note_cell(class, text, (from, from + len));
            }
            from += len + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn parties_are_hidden_and_amounts_stay() {
        let text =
            "{1510}1000 {2000}000001875000 {3100}075423324FIRST HORIZON {4200}D6241087952*LEONTYNE BRADDOCK*4410 MAIN ST*MEMPHIS TN* {6000}INV 17";
        let out = scan_text(&engine(), text);
        for value in ["075423324", "6241087952", "BRADDOCK", "4410"] {
            assert!(!out.contains(value), "{value} in {out}");
        }
        for value in ["{1510}1000", "000001875000", "FIRST HORIZON", "INV 17"] {
            assert!(out.contains(value), "{value} not in {out}");
        }
        assert_eq!(scan_text(&engine(), &out), out);
        for text in ["{4200} items", "{4200}x", "{3100}1234", "{4200}"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
