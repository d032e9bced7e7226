//! Credentials of HTTP authentication schemes (RFC 6750, RFC 7617): `Bearer ...`, `Basic ...`.
//!
//! Format: the scheme, a blank, eight characters or more of token68 with a digit, a sign or both cases in them, so that prose stays.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};

/// The credential behind its scheme.
pub(crate) const CREDENTIAL: Detector = Detector {
    id: "credential",
    trigger: Trigger::Prefix,
    find,
    matches: &["Bearer abc123def456", "authorization: Basic amFuZTpzZWNyZXQ=", "bearer  mF_9.B5f-4.1JqM"],
    misses: &["Bearer of news", "basic account opened", "Bearer token expired", "Basic Authentication failed"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    if !spot.word().eq_ignore_ascii_case(b"bearer") && !spot.word().eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let blanks = spot.text.get(spot.end..)?.iter().take(8).take_while(|&&byte| byte == b' ').count();
    let start = spot.end + blanks;
    let rest = spot.text.get(start..)?;
    let len = rest.iter().position(|&byte| !byte.is_ascii_alphanumeric() && !b"-._~+/=".contains(&byte)).unwrap_or(rest.len());
    let secret = &rest[..len];
    let digit = secret.iter().any(u8::is_ascii_digit) || secret.ends_with(b"=");
    let long = len >= 20 && secret.iter().any(u8::is_ascii_lowercase) && secret.iter().skip(1).any(u8::is_ascii_uppercase);
    (blanks > 0 && len >= 8 && (digit || long)).then(|| Found::strong(start, start + len, PiiClass::Secret))?
}
