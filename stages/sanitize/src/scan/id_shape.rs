//! Numbers whose shape says whose they are: once several customers of a run are `C00388127`, `C00417702`, ..., a letter or few and as many digits are a
//! customer's wherever they stand, with no word beside them.
//!
//! The lexicon keeps each shape in one of [`PARTS`] parts, by a digest of the value that showed it; [`PARTS_MIN`] of them are asked for, so that a shape
//! that one value alone had is none.

use schemas::pii::PiiClass;

use crate::worker::Worker;

/// Letters before the digits.
const LETTERS: std::ops::RangeInclusive<usize> = 1..=4;
/// Digits behind them.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// Parts of a shape, and how many of them must be there.
const PARTS: u8 = 8;
const PARTS_MIN: usize = 3;
/// Bytes of the longest shape: its letters, a sign for each digit, and its part.
const SHAPE_BYTES_MAX: usize = 18;
/// How the cache of words keeps shapes apart from words.
const WORDS_OF_SHAPE: u8 = 9;

/// The shape of a form of small letters and digits, its part still to be written; none when it has none.
fn shape_of(form: &[u8]) -> Option<([u8; SHAPE_BYTES_MAX], usize)> {
    let letters = form.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let digits = form.len() - letters;
    if !LETTERS.contains(&letters) || !DIGITS.contains(&digits) || !form[letters..].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut shape = [b'#'; SHAPE_BYTES_MAX];
    shape[..letters].copy_from_slice(&form[..letters]);
    Some((shape, form.len() + 1))
}

impl Worker<'_> {
    /// Notes the shape of somebody's number for the lexicon.
    pub(crate) fn gather_shape(&mut self, class: PiiClass, form: &str) {
        if !matches!(class, PiiClass::Customer | PiiClass::User | PiiClass::Account) {
            return;
        }
        let Some((mut shape, len)) = shape_of(form.as_bytes()) else { return };
        shape[len - 1] = self.engine.keys.lexicon_digest(form.as_bytes())[0] % PARTS;
        if let Ok(shape) = std::str::from_utf8(&shape[..len]) {
            self.gather_form(class, shape, 0);
        }
    }

    /// The class of numbers with the shape of this form.
    pub(super) fn class_of_shape(&mut self, form: &[u8]) -> Option<PiiClass> {
        let (mut shape, len) = shape_of(form)?;
        let (mut found, mut class) = (0, None);
        for part in 0..PARTS {
            shape[len - 1] = part;
            if let Some(known) = self.known_form(&shape[..len], WORDS_OF_SHAPE) {
                found += 1;
                class = class.max(Some(known));
            }
        }
        class.filter(|_| found >= PARTS_MIN)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine_after, scan_text};

    #[test]
    fn numbers_with_the_shape_of_many_customers_are_customers() {
        let records: Vec<String> = (0..12).map(|number| format!("{{\"customerId\":\"C00{}\"}}", 388_127 + number * 7_919)).collect();
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let engine = engine_after(&records);
        let out = scan_text(&engine, "poss dup 0.97 C00999888 / c00123456, task MDM-30418 job D00999888 part C0099988 of C009998881");
        assert!(!out.contains("00999888 /") && !out.contains("00123456"), "{out}");
        for kept in ["MDM-30418", "D00999888", "C0099988 of", "C009998881"] {
            assert!(out.contains(kept), "{out}");
        }
        assert_eq!(scan_text(&engine, &out), out);
        // One customer may have a number like anything else's.
        let engine = engine_after(&records[..1]);
        assert!(scan_text(&engine, "task C00999888").contains("C00999888"));
    }
}
