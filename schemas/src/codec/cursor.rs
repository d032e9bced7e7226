//! Reading by hand what bincode wrote, for the kinds that are read most. A record of a dozen short texts spends most of its time in
//! the general decoder on claims against a limit and on starting the check for UTF-8 anew for each text; see `docs/FUZZING.md` for what this saves.
//!
//! The encoding, as in `bincode::config::standard()`:
//!
//! ```text
//! unsigned   0 to 250 as one byte; 251, 252, 253, 254: two, four, eight, sixteen bytes follow, little endian
//! signed     zigzag (0, -1, 1, -2 ... are 0, 1, 2, 3 ...), then as unsigned
//! f64        eight bytes, little endian
//! option     0, or 1 and the value         (one byte, never a longer form)
//! enum       the variant's number, as unsigned
//! text       its length, as unsigned, and its bytes
//! list       its length, as unsigned, and its elements
//! ```
//!
//! As with bincode, a number in more bytes than it needs is accepted. A fuzz target holds both decoders against each other.

use super::{BorrowDecode, CodecError, decode_prefix};
use crate::limits::DECODE_BYTES_MAX;

/// A place in encoded bytes.
///
/// ```
/// use schemas::codec::{self, Cursor};
/// let bytes = codec::encode(&("seven", 7_u32)).unwrap();
/// let mut cursor = Cursor::new(&bytes);
/// assert_eq!((cursor.text(), cursor.u32()), (Ok("seven"), Ok(7)));
/// assert!(cursor.is_at_end() && cursor.u32().is_err());
/// ```
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What begins at `checked_at` and is known to be UTF-8: usually some texts with the small numbers between them, which are ASCII.
    checked: &'a str,
    checked_at: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, checked: "", checked_at: 0 }
    }

    /// Bytes read so far.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.at
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// A value by the general decoder.
    ///
    /// # Errors
    /// [`CodecError::Malformed`], as all reads of a cursor; it is then not used again.
    #[inline(always)]
    pub fn value<T: BorrowDecode<'a, ()>>(&mut self) -> Result<T, CodecError> {
        let (value, used) = decode_prefix(&self.bytes[self.at..])?;
        self.at += used;
        Ok(value)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn byte(&mut self) -> Result<u8, CodecError> {
        let &byte = self.bytes.get(self.at).ok_or(CodecError::Malformed)?;
        self.at += 1;
        Ok(byte)
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn u32(&mut self) -> Result<u32, CodecError> {
        match self.byte()? {
            byte @ ..=250 => Ok(byte.into()),
            251 => self.array().map(|bytes| u16::from_le_bytes(bytes).into()),
            252 => self.array().map(u32::from_le_bytes),
            _ => Err(CodecError::Malformed),
        }
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn u64(&mut self) -> Result<u64, CodecError> {
        match self.byte()? {
            byte @ ..=250 => Ok(byte.into()),
            251 => self.array().map(|bytes| u16::from_le_bytes(bytes).into()),
            252 => self.array().map(|bytes| u32::from_le_bytes(bytes).into()),
            253 => self.array().map(u64::from_le_bytes),
            _ => Err(CodecError::Malformed),
        }
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn u128(&mut self) -> Result<u128, CodecError> {
        if self.bytes.get(self.at) == Some(&254) {
            self.at += 1;
            return self.array().map(u128::from_le_bytes);
        }
        self.u64().map(u128::from)
    }

    /// A signed integer.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn i64(&mut self) -> Result<i64, CodecError> {
        self.u64().map(|number| (number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A floating-point number, any bits.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn f64(&mut self) -> Result<f64, CodecError> {
        self.array().map(f64::from_le_bytes)
    }

    /// True or false, also before what is optional.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn bool(&mut self) -> Result<bool, CodecError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(CodecError::Malformed),
        }
    }

    /// What may be missing.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, CodecError>) -> Result<Option<T>, CodecError> {
        if self.bool()? { read(self).map(Some) } else { Ok(None) }
    }

    /// A list of elements of at least one byte each.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T, CodecError>) -> Result<Vec<T>, CodecError> {
        let count = self.count::<T>(1)?;
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.push(read(self)?);
        }
        Ok(elements)
    }

    /// A list of bytes, borrowed.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn bytes(&mut self) -> Result<&'a [u8], CodecError> {
        let count = self.count::<u8>(1)?;
        let from = self.at;
        self.at += count;
        Ok(&self.bytes[from..self.at])
    }

    /// The number of elements that follow, each of at least `least` bytes (not 0) and of `T` in memory: never more than the rest can hold.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn count<T>(&mut self, least: usize) -> Result<usize, CodecError> {
        let count = usize::try_from(self.u64()?).map_err(|_| CodecError::Malformed)?;
        let fits = count <= (self.bytes.len() - self.at) / least && count <= DECODE_BYTES_MAX / size_of::<T>().max(1);
        if fits { Ok(count) } else { Err(CodecError::Malformed) }
    }

    /// A text, borrowed.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub fn text(&mut self) -> Result<&'a str, CodecError> {
        let length = usize::try_from(self.u64()?).map_err(|_| CodecError::Malformed)?;
        self.take(length)
    }

    /// A number and a text, with `between` between them, where number and length are short and `between` is what stands there: the most
    /// frequent field by far, in one look. None, and nothing read, where it is not so.
    ///
    /// # Errors
    /// [`CodecError::Malformed`].
    #[inline(always)]
    pub(crate) fn short_text_field(&mut self, between: u8) -> Result<Option<(u8, &'a str)>, CodecError> {
        match self.bytes.get(self.at..).and_then(<[u8]>::first_chunk::<3>) {
            Some(&[number @ ..=250, kind, length @ ..=250]) if kind == between => {
                self.at += 3;
                self.take(length.into()).map(|text| Some((number, text)))
            }
            _ => Ok(None),
        }
    }

    #[inline(always)]
    fn take(&mut self, length: usize) -> Result<&'a str, CodecError> {
        if length == 0 {
            return Ok("");
        }
        let from = self.at;
        let to = from.checked_add(length).filter(|&to| to <= self.bytes.len()).ok_or(CodecError::Malformed)?;
        self.at = to;
        if to > self.checked_at + self.checked.len() {
            (self.checked, self.checked_at) = (sound_text(&self.bytes[from..], length), from);
        }
        // A part of sound text between two character borders is sound text. That a text ends within a character shows here as well.
        self.checked.get(from - self.checked_at..to - self.checked_at).ok_or(CodecError::Malformed)
    }

    #[inline(always)]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (bytes, _) = self.bytes[self.at..].split_first_chunk::<N>().ok_or(CodecError::Malformed)?;
        self.at += N;
        Ok(*bytes)
    }
}

/// Text from the front of `bytes`: all of its first `length` bytes if they are UTF-8 (none otherwise), and what follows them as long as it is ASCII:
/// mostly more texts with small numbers between them. One check of a record then does for all its texts but those behind a large number.
#[inline(never)]
fn sound_text(bytes: &[u8], length: usize) -> &str {
    let mut end = length;
    while bytes.get(end..end + LOOK_AHEAD).is_some_and(|ahead| ahead.is_ascii()) {
        end += LOOK_AHEAD;
    }
    while let Some(word) = bytes[end..].first_chunk::<8>() {
        let ascii = ascii_front(*word);
        end += ascii;
        if ascii < 8 {
            break;
        }
    }
    std::str::from_utf8(&bytes[..end]).unwrap_or_default()
}

/// Bytes from the front that are ASCII.
fn ascii_front(word: [u8; 8]) -> usize {
    (u64::from_le_bytes(word) & 0x8080_8080_8080_8080).trailing_zeros() as usize / 8
}

/// Bytes that are looked at together for being ASCII.
const LOOK_AHEAD: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::encode;

    /// Texts and small numbers by turns, as fields hold them.
    fn check(bytes: &[u8], expected: Result<Vec<(&str, u32)>, CodecError>) {
        let mut cursor = Cursor::new(bytes);
        let mut read = Vec::new();
        let found = loop {
            if cursor.is_at_end() {
                break Ok(read);
            }
            match cursor.text().and_then(|text| Ok((text, cursor.u32()?))) {
                Ok(pair) => read.push(pair),
                Err(error) => break Err(error),
            }
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn texts_are_what_was_written_whatever_stands_between_them() {
        let long = "x".repeat(300);
        let texts = ["", "a", "é", "日本語", &long, "😀 and plain letters", "ÿ", "", "b"];
        for number in [0, 1, 0x41, 0x7f, 0x80, 0xa9, 0xbf, 250, 251, 65_535, u32::MAX] {
            let pairs: Vec<(&str, u32)> = texts.iter().map(|&text| (text, number)).collect();
            let bytes: Vec<u8> = pairs.iter().flat_map(|pair| encode(pair).unwrap()).collect();
            check(&bytes, Ok(pairs));
        }
    }

    #[test]
    fn a_text_is_sound_by_itself_or_it_is_refused() {
        // The number after it, 169, would make a character of it.
        check(b"\x01\xc3\xa9", Err(CodecError::Malformed));
        check(b"\x02a\xc3\xa9", Err(CodecError::Malformed));
        // The same behind a text that is sound.
        check(b"\x02\xc3\xa9\x07\x01\xc3\xa9", Err(CodecError::Malformed));
        // It begins within a character that the checked text before it ends with.
        check(b"\x02\xc3\xa9\x07\x01\xa9\x07", Err(CodecError::Malformed));
        check(b"\x01\xff\x07", Err(CodecError::Malformed));
        // Cut, and longer than any memory.
        check(b"\x05abc", Err(CodecError::Malformed));
        check(b"\xfd\xff\xff\xff\xff\xff\xff\xff\xff", Err(CodecError::Malformed));
    }

    #[test]
    fn numbers_of_every_length() {
        for number in [0, 250, 251, 65_535, 65_536, u64::from(u32::MAX), 1 << 32, u64::MAX] {
            let bytes = encode(&(number, number.cast_signed())).unwrap();
            let mut cursor = Cursor::new(&bytes);
            assert_eq!((cursor.u64(), cursor.i64()), (Ok(number), Ok(number.cast_signed())));
            assert!(cursor.is_at_end());
            assert_eq!(Cursor::new(&bytes).u32().ok(), u32::try_from(number).ok());
        }
        assert_eq!(Cursor::new(b"\xfb\x05\x00").u32(), Ok(5), "a longer form than needed is read, as bincode does");
    }

    #[test]
    fn a_list_is_no_longer_than_its_bytes_allow() {
        assert_eq!(Cursor::new(b"\x02\x00\x00\x00\x00").count::<u64>(2), Ok(2));
        assert!(Cursor::new(b"\x03\x00\x00\x00\x00").count::<u64>(2).is_err());
        assert!(Cursor::new(b"\xfd\xff\xff\xff\xff\xff\xff\xff\xff").count::<u64>(2).is_err());
        assert_eq!(Cursor::new(b"\x01").bool(), Ok(true));
        assert!(Cursor::new(b"\x02").bool().is_err());
    }
}
