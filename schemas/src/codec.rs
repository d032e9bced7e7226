//! The one place that knows `bincode`.
//!
//! Encoding: bincode 2.0.1 `standard()` (little endian, variable-length integers), always with a byte limit. The crate is pinned
//! and unmaintained; replacing it touches this module alone. Decoding borrows `&str` from the input.
//!
//! bincode allocates what a length prefix claims before it looks for the elements, bounded by its limit alone. The limit is a constant of the type,
//! so there are two: an input of up to [`DECODE_SMALL_INPUT_BYTES_MAX`] may claim 64 bytes for each of its own (no element of a schema takes more
//! memory than that for an encoded byte), a longer one [`DECODE_BYTES_MAX`]. Eleven hostile bytes cannot ask for megabytes.
//!
//! ```
//! let bytes = schemas::codec::encode(&(7_u32, "seven")).unwrap();
//! let (number, word): (u32, &str) = schemas::codec::decode(&bytes).unwrap();
//! assert_eq!((number, word), (7, "seven"));
//! assert!(schemas::codec::decode::<(u32, &str)>(&bytes[..3]).is_err());
//! ```

mod cursor;

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bincode::enc::{Encoder, write::Writer};
use bincode::error::EncodeError;

use crate::limits::{DECODE_BYTES_MAX, DECODE_SMALL_INPUT_BYTES_MAX};

pub use cursor::Cursor;

/// Types this codec can read, borrowing from the input.
pub use bincode::BorrowDecode;
/// Types this codec can write.
pub use bincode::Encode;

/// Largest number that takes one byte.
const ONE_BYTE_MAX: u8 = 250;

type Config = Configuration<LittleEndian, Varint, Limit<DECODE_BYTES_MAX>>;
const CONFIG: Config = bincode::config::standard().with_limit::<DECODE_BYTES_MAX>();

const SMALL_CLAIM_BYTES_MAX: usize = 64 * DECODE_SMALL_INPUT_BYTES_MAX;
const SMALL_CONFIG: Configuration<LittleEndian, Varint, Limit<SMALL_CLAIM_BYTES_MAX>> =
    bincode::config::standard().with_limit::<SMALL_CLAIM_BYTES_MAX>();

/// Why bytes could not be decoded or a value not encoded. Carries no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes are not a value of this type.
    #[error("decode a value: bytes are malformed or cut")]
    Malformed,
    /// The value ended before its bytes did.
    #[error("decode a value: {0} bytes are left over")]
    Trailing(usize),
    /// The value is larger than [`DECODE_BYTES_MAX`].
    #[error("encode a value: it is over the size limit")]
    TooLarge,
}

/// Encodes `value`.
///
/// # Errors
/// [`CodecError::TooLarge`] when the encoding would exceed the limit.
pub fn encode<T: Encode>(value: &T) -> Result<Vec<u8>, CodecError> {
    let bytes = bincode::encode_to_vec(value, CONFIG).map_err(|_| CodecError::TooLarge)?;
    if bytes.len() > DECODE_BYTES_MAX { Err(CodecError::TooLarge) } else { Ok(bytes) }
}

/// Appends the encoding of `value` to `out`.
///
/// # Errors
/// [`CodecError::TooLarge`] when the value cannot be encoded.
pub fn encode_into<T: Encode>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
    bincode::encode_into_writer(value, Appender(out), CONFIG).map_err(|_| CodecError::TooLarge)
}

/// Writes at once what [`Cursor::short_text_field`] reads at once: a number, a kind and the length of a text in one byte each, and the text. None,
/// and nothing written, when one of them takes more.
#[inline]
pub(crate) fn encode_short_text_field<E: Encoder>(encoder: &mut E, number: u32, kind: u8, text: &str) -> Option<Result<(), EncodeError>> {
    let short = |number: usize| u8::try_from(number).ok().filter(|&byte| byte <= ONE_BYTE_MAX);
    let head = [short(number as usize)?, kind, short(text.len())?];
    Some(encoder.writer().write(&head).and_then(|()| encoder.writer().write(text.as_bytes())))
}

/// Decodes one value that must fill `bytes` exactly.
///
/// # Errors
/// [`CodecError::Malformed`] or [`CodecError::Trailing`].
pub fn decode<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> Result<T, CodecError> {
    let (value, used) = decode_prefix(bytes)?;
    if used == bytes.len() { Ok(value) } else { Err(CodecError::Trailing(bytes.len() - used)) }
}

/// Decodes one value from the front of `bytes` and says how many bytes it took.
///
/// # Errors
/// [`CodecError::Malformed`].
pub fn decode_prefix<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> Result<(T, usize), CodecError> {
    if bytes.len() <= DECODE_SMALL_INPUT_BYTES_MAX {
        bincode::borrow_decode_from_slice(bytes, SMALL_CONFIG).map_err(|_| CodecError::Malformed)
    } else {
        bincode::borrow_decode_from_slice(bytes, CONFIG).map_err(|_| CodecError::Malformed)
    }
}

struct Appender<'a>(&'a mut Vec<u8>);

impl Writer for Appender<'_> {
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        // Most numbers are one byte, and copying a byte by the library is a call.
        match bytes {
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }
}
