//! JSON web tokens (RFC 7519).
//!
//! Format: base64url of a JSON object (it begins `eyJ`), a dot, at least ten base64url characters, and more parts. A cut-off one counts too.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// A JSON web token.
pub(crate) const JWT: Detector = Detector {
    id: "jwt",
    trigger: Trigger::Mixed,
    needs: Needs::len(4, Needs::MAX).first(b"e"),
    find,
    matches: &[
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3OD",
    ],
    misses: &["eyJhbGci1", "eyJ.a1", "key.J1.abcdefghijk"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    if !spot.word().starts_with(b"eyJ") {
        return None;
    }
    let rest = spot.text.get(spot.at..)?;
    let len = rest.iter().position(|&byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.' | b'=')).unwrap_or(rest.len());
    let mut parts = rest[..len].split(|&byte| byte == b'.');
    let sound = parts.next().is_some_and(|head| head.len() >= 12) && parts.next().is_some_and(|body| body.len() >= 10);
    let end = spot.at + rest[..len].iter().rposition(|&byte| byte != b'.').map_or(0, |last| last + 1);
    sound.then(|| Found::strong(spot.at, end, PiiClass::Secret))?
}
