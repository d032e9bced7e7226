//! What each byte means to the driver.

pub(crate) const LOWER: u8 = 1;
pub(crate) const UPPER: u8 = 2;
pub(crate) const DIGIT: u8 = 4;
/// Part of a character outside ASCII; counted as a letter.
pub(crate) const HIGH: u8 = 8;
pub(crate) const LETTER: u8 = LOWER | UPPER | HIGH;
/// Part of a word.
pub(crate) const WORD: u8 = LETTER | DIGIT;
/// A sign that may begin or betray a value.
pub(crate) const SIGN: u8 = 16;

/// Joins the parts of a reference (`.`, `_`, `-`); `-` is a sign too.
pub(crate) const JOIN: u8 = 32;
/// The same for the dot alone, so that dots can be counted.
pub(crate) const DOT: u8 = 64;

/// Opens a quoted value, parts the columns of a table or the elements of a segment, or stands in a picture clause.
pub(crate) const EDGE: u8 = 128;

/// Class of each byte.
pub(crate) const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            0x80..=0xFF => HIGH,
            b'@' | b'%' | b'=' | b':' | b'>' | b'{' | b'[' | b'\\' => SIGN,
            b'-' => SIGN | JOIN,
            b'_' => JOIN,
            b'.' => JOIN | DOT,
            b'"' | b'\'' | b',' | b';' | b'|' | b'\t' | b'*' | b'(' => EDGE,
            _ => 0,
        };
        byte += 1;
    }
    table
};
