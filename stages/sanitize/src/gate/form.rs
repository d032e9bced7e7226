//! Forms: what the gate knows a value by. The letters and digits of its pieces, in lower case, without what stands between them, so that
//! `jane.roe@example.com` is one text and `4111-1111 1111 1111` is the same as without signs.

use schemas::pii::PiiClass;

/// Least information of a value that is searched for, in tenths of a bit: forty bits.
pub(crate) const BITS_MIN: u32 = 400;
/// What a digit and a letter tell, in tenths of a bit: log2 10 and log2 26.
const DIGIT_BITS: u32 = 33;
const LETTER_BITS: u32 = 47;
/// Pieces of the longest value.
pub(crate) const PIECES_MAX: usize = 8;
/// Bytes of the longest form.
pub(crate) const FORM_BYTES_MAX: usize = 64;
/// Pieces of an IBAN as it is printed (ISO 13616).
const IBAN_GROUP: usize = 4;

/// Whether values of a class are looked for everywhere, once they were seen in a field of their own.
pub(crate) fn is_searched(class: PiiClass) -> bool {
    use PiiClass::{Account, Card, Customer, Device, Email, Iban, Name, NationalId, Phone, User};
    matches!(class, Account | Card | Customer | Device | Email | Iban | Name | NationalId | Phone | User)
}

/// Least number of different signs in a form: `0000000000000000` is nobody's.
const SIGNS_MIN: u32 = 5;

/// The byte of a piece in lower case; 0 for what belongs to none. `@` does, so that an address of e-mail is no name of a host.
pub(crate) const LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() || byte >= 0x80 || byte as u8 == b'@' {
            lower[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    lower
};

/// Appends a piece in lower case.
#[inline]
pub(crate) fn push_lower(piece: &[u8], out: &mut Vec<u8>) {
    if piece.iter().fold(0, |all, byte| all | byte) < 0x80 {
        out.extend(piece.iter().map(|&byte| LOWER[usize::from(byte)]));
    } else {
        push_folded(piece, out);
    }
}

#[cold]
fn push_folded(piece: &[u8], out: &mut Vec<u8>) {
    match std::str::from_utf8(piece) {
        Ok(text) => {
            let mut buffer = [0; 4];
            for c in text.chars().flat_map(char::to_lowercase) {
                out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
        }
        Err(_) => out.extend(piece.iter().map(u8::to_ascii_lowercase)),
    }
}

/// A value's form, and where its pieces begin in it.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) text: Vec<u8>,
    starts: [usize; PIECES_MAX],
    pieces: usize,
}

impl Form {
    /// Makes the form of a value; none when it is too long, has too many pieces or tells too little to be searched for.
    pub(crate) fn of(&mut self, value: &str) -> Option<()> {
        self.text.clear();
        self.pieces = 0;
        for piece in value.as_bytes().split(|&byte| LOWER[usize::from(byte)] == 0).filter(|piece| !piece.is_empty()) {
            *self.starts.get_mut(self.pieces)? = self.text.len();
            self.pieces += 1;
            push_lower(piece, &mut self.text);
        }
        let digits = self.text.iter().filter(|byte| byte.is_ascii_digit()).count() as u32;
        let letters = std::str::from_utf8(&self.text).ok()?.chars().count() as u32 - digits;
        (self.text.len() <= FORM_BYTES_MAX && digits * DIGIT_BITS + letters * LETTER_BITS >= BITS_MIN).then_some(())
    }

    /// Number of pieces.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces
    }

    /// Whether it is a number.
    pub(crate) fn is_number(&self) -> bool {
        self.text.iter().all(u8::is_ascii_digit)
    }

    /// Whether its signs are many enough, and no plain sequence.
    pub(crate) fn has_many_signs(&self) -> bool {
        let seen = self.text.iter().fold(0_u128, |seen, &byte| seen | 1 << (byte & 0x7F));
        let steps = self.text.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1) || pair == b"90").count();
        seen.count_ones() >= SIGNS_MIN && steps + 4 < self.text.len()
    }

    /// Whether a number may be a time: seconds or parts of them since 1970, or a date and a time of day.
    pub(crate) fn is_time(&self) -> bool {
        let digits = &self.text;
        let since = matches!(digits.len(), 16 | 19) && digits[0] == b'1' && digits[1] >= b'4';
        let date = digits.len() >= 14
            && (digits.starts_with(b"19") || digits.starts_with(b"20"))
            && matches!(&digits[4..6], [b'0', _] | [b'1', b'0'..=b'2']);
        since || date
    }

    /// The last pieces by which the search notices that a value of several may end here.
    pub(crate) fn ends(&self, class: PiiClass) -> impl Iterator<Item = &[u8]> {
        let last = (self.pieces > 1 && !self.is_number()).then(|| &self.text[self.starts[self.pieces - 1]..]);
        let len = self.text.len();
        let group = if len.is_multiple_of(IBAN_GROUP) { IBAN_GROUP } else { len % IBAN_GROUP };
        let printed = (class == PiiClass::Iban && len > group).then(|| &self.text[len - group..]);
        last.into_iter().chain(printed)
    }

    /// The pieces from the last to the first, each as it stands: `roe jane` of `Jane Roe`.
    pub(crate) fn reversed_into(&self, out: &mut Vec<u8>) {
        out.clear();
        for at in (0..self.pieces).rev() {
            let end = if at + 1 < self.pieces { self.starts[at + 1] } else { self.text.len() };
            out.extend_from_slice(&self.text[self.starts[at]..end]);
        }
    }

    /// The first piece.
    pub(crate) fn first(&self) -> &[u8] {
        let end = if self.pieces > 1 { self.starts[1] } else { self.text.len() };
        &self.text[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_forty_bits() {
        let mut form = Form::default();
        for long in ["4111-1111 1111 1111", "jane.roe@example.com", "Thandiwe Okonkwo", "0123456789012"] {
            assert!(form.of(long).is_some(), "{long}");
        }
        for short in ["Jane Roe", "123456789012", "", "---", "0049 171 2345"] {
            assert!(form.of(short).is_none(), "{short}");
        }
        form.of("Zoë Ængström-Öz").unwrap();
        assert_eq!((std::str::from_utf8(&form.text).unwrap(), form.pieces(), form.first()), ("zoëængströmöz", 3, "zoë".as_bytes()));
    }
}
