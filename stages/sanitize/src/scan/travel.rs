//! The machine-readable zone of travel documents (ICAO Doc 9303, parts 4 and 5): `P<NLDVAN<DEN<BOSCH<<JANNEKE<<<<`, and the line of the number below it.
//!
//! Format: the first line of a passport is its kind, the state and the names, surnames before `<<`; the second one has the number and its check digit, the
//! nationality, the birth, the sex and the expiry, with check digits too. Checksum: weights 7, 3, 1, letters from 10 on, modulo 10 (part 3, 4.9).

use schemas::pii::PiiClass;

use crate::worker::Worker;

/// Characters of the lines of a passport.
const LINE: usize = 44;
/// Those of a name that is not filled up to the end of its line, at least, with what stands before it.
const NAME_LINE_MIN: usize = 12;
/// Kind and state before the names.
const PREFIX: usize = 5;

/// Characters of a line of a card (ICAO Doc 9303-5 and -6: 30 and 36).
const CARD_LINES: std::ops::RangeInclusive<usize> = 26..=36;

impl Worker<'_> {
    /// Notes the names or the number in the line that begins at `at`, when it is one of a passport or a visa.
    #[cold]
    #[inline(never)]
    pub(super) fn travel_document(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'<') {
            return;
        }
        let rest = &bytes[at..];
        let len = rest.iter().take(LINE + 1).take_while(|&&byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<').count();
        let line = &rest[..len];
        if is_name_line(line) {
            let names = &line[PREFIX..];
            let filled = names.iter().rev().take_while(|&&byte| byte == b'<').count();
            self.note_cell(PiiClass::Name, text, (at + PREFIX, at + len - filled));
        } else if is_number_line(line) {
            self.note_cell(PiiClass::NationalId, text, (at, at + len));
        } else if CARD_LINES.contains(&len) && line.windows(2).any(|pair| pair == b"<<") {
            // A line of an identity card, of which a log may have lost some fill.
            let class = if line.iter().any(u8::is_ascii_digit) { PiiClass::NationalId } else { PiiClass::Name };
            self.note_cell(class, text, (at, at + len));
        }
    }
}

fn is_name_line(line: &[u8]) -> bool {
    let [b'P' | b'V', b'<' | b'A'..=b'Z', state @ .., _] = &line[..line.len().min(PREFIX + 1)] else { return false };
    let names = line.get(PREFIX..).unwrap_or_default();
    let state = state.len() == 3 && state.iter().all(|&byte| byte == b'<' || byte.is_ascii_uppercase());
    (NAME_LINE_MIN..=LINE).contains(&line.len())
        && state
        && names[0] != b'<'
        && names.iter().all(|byte| !byte.is_ascii_digit())
        && names.windows(2).any(|pair| pair == b"<<")
}

fn is_number_line(line: &[u8]) -> bool {
    let checked =
        |from: usize, to: usize| line.get(to).is_some_and(|&digit| digit.is_ascii_digit() && u32::from(digit - b'0') == check_digit(&line[from..to]));
    line.len() == LINE && checked(0, 9) && checked(13, 19) && checked(21, 27)
}

/// The check digit of a part of a line.
fn check_digit(part: &[u8]) -> u32 {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    };
    part.iter().zip([7, 3, 1].iter().cycle()).map(|(&byte, weight)| value(byte) * weight).sum::<u32>() % 10
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn lines_of_a_passport() {
        let engine = engine();
        // The sample of ICAO Doc 9303, part 4, appendix B.
        let text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10 read";
        let out = scan_text(&engine, text);
        assert!(!out.contains("ERIKSSON") && !out.contains("ANNA") && !out.contains("L898902C3"), "{out}");
        assert!(out.starts_with("P<UTO[NAME_") && out.ends_with(" read"), "{out}");
        assert_eq!(scan_text(&engine, &out), out);
        let cut = scan_text(&engine, "MRZ parsed: P<NLDVAN<DEN<BOSCH<<JANNEKE<<<<<<<<<<< checksum=OK");
        assert!(!cut.contains("BOSCH") && !cut.contains("JANNEKE") && cut.contains("checksum=OK"), "{cut}");
        for text in
            ["P<0", "if P<Q then", "VEC<INT<<X", "P<UTO<<<<<<<<<<<<", "P<UTO", "A<B<<C<<D<E<F<<G", "L898902C37UTO7408122F1204159ZE184226B<<<<<10"]
        {
            assert_eq!(scan_text(&engine, text), text);
        }
    }
}
