//! Fuzz targets: the container and everything that is decoded by [`crate::codec`]. `cargo xtask fuzz` runs them for longer.

mod container;
pub(crate) mod message;
mod question;
mod record;
pub(crate) mod repair;

use crate::codec::{self, BorrowDecode, Encode};

/// Decodes a value from the front of `input` and encodes it again. What came out is canonical: it decodes, uses all its bytes, and encodes to
/// itself. None when the input is no value.
fn canonical<'a, T: Encode + BorrowDecode<'a, ()>>(input: &'a [u8], out: &'a mut Vec<u8>) -> Option<usize> {
    let (value, used) = codec::decode_prefix::<T>(input).ok()?;
    assert!(used <= input.len());
    out.clear();
    codec::encode_into(&value, out).expect("what was decoded is within the limit");
    // A varint in too many bytes is accepted, so the input may be longer than its canonical form, never shorter.
    assert!(out.len() <= used);
    Some(used)
}

/// As [`canonical`], and the canonical form must be a fixed point.
macro_rules! assert_round_trip {
    ($view:ty, $input:expr) => {{
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let used = $crate::fuzz::canonical::<$view>($input, &mut first);
        let length = first.len();
        if used.is_some() {
            let again = $crate::fuzz::canonical::<$view>(&first, &mut second);
            assert_eq!(again, Some(length), "the canonical form does not fill its bytes");
            assert!(second == first, "the canonical form is encoded differently");
        }
        (used, length)
    }};
}
use assert_round_trip;
