//! Character encodings: bytes to UTF-8.

use std::borrow::Cow;

/// Windows-1252 for bytes 0x80 to 0x9f; the five it leaves open are the C1 controls, as browsers read them.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜',
    '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Reads bytes as UTF-8, and those that are not as Windows-1252.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|&byte| windows_1252(byte)));
            }
            Cow::Owned(text)
        }
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Transcodes UTF-16 that arrives in pieces. Unpaired surrogates become U+FFFD.
pub(crate) struct Utf16 {
    big_endian: bool,
    odd: Option<u8>,
    high: Option<u16>,
}

impl Utf16 {
    pub(crate) fn new(big_endian: bool) -> Self {
        Self { big_endian, odd: None, high: None }
    }

    /// Appends the text of `bytes`; what is cut at the end waits for the next piece.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut bytes = bytes.iter().copied();
        while let Some(byte) = bytes.next() {
            let (first, second) = match self.odd.take() {
                Some(first) => (first, byte),
                None => match bytes.next() {
                    Some(second) => (byte, second),
                    None => {
                        self.odd = Some(byte);
                        return;
                    }
                },
            };
            let unit = if self.big_endian { u16::from_be_bytes([first, second]) } else { u16::from_le_bytes([first, second]) };
            self.unit(unit, out);
        }
    }

    /// Appends what was cut.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.high.take().is_some() | self.odd.take().is_some() {
            append(char::REPLACEMENT_CHARACTER, out);
        }
    }

    fn unit(&mut self, unit: u16, out: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            if (0xdc00..0xe000).contains(&unit) {
                let code = 0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
                append(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), out);
                return;
            }
            append(char::REPLACEMENT_CHARACTER, out);
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
        } else {
            append(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER), out);
        }
    }
}

fn append(c: char, out: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_windows_1252() {
        assert_eq!(decode(b"plain"), "plain");
        assert_eq!(decode("Müller".as_bytes()), "Müller");
        assert_eq!(decode(b"M\xfcller \x80 12"), "Müller € 12");
        let mixed = [b"M\xfcller ".as_slice(), "Zoë".as_bytes()].concat();
        assert_eq!(decode(&mixed), "Müller Zoë");
    }

    #[test]
    fn utf_16_may_be_cut_anywhere() {
        let text = "aü😀\nz";
        for big_endian in [false, true] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            for cut in 0..bytes.len() {
                let mut decoder = Utf16::new(big_endian);
                let mut out = Vec::new();
                decoder.push(&bytes[..cut], &mut out);
                decoder.push(&bytes[cut..], &mut out);
                decoder.finish(&mut out);
                assert_eq!(String::from_utf8(out).unwrap(), text);
            }
        }
    }

    #[test]
    fn broken_utf_16_is_replaced() {
        let mut decoder = Utf16::new(false);
        let mut out = Vec::new();
        decoder.push(&[0x00, 0xd8, b'a', 0, 0x00, 0xdc, b'b', 0, 0x00, 0xd8, 0x41], &mut out);
        decoder.finish(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\u{fffd}a\u{fffd}b\u{fffd}");
    }
}
