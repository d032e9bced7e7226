//! Credentials of HTTP authentication schemes (RFC 6750, RFC 7617): `Bearer ...`, `Basic ...`.
//!
//! Format: the scheme, a blank, eight characters or more of token68 with a digit, a sign or both cases in them, so that prose stays.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// The credential behind its scheme.
pub(crate) const CREDENTIAL: Detector = Detector {
    id: "credential",
    trigger: Trigger::Prefix,
    needs: Needs::ANY,
    find,
    matches: &[
        "Bearer abc123def456",
        "authorization: Basic amFuZTpzZWNyZXQ=",
        "bearer  mF_9.B5f-4.1JqM",
        "invalid Authorization Splunk f7519dd11aadbd7af28cf9af6a9b5844",
    ],
    misses: &[
        "Bearer of news",
        "basic account opened",
        "Bearer token expired",
        "Basic Authentication failed",
        "Splunk 9.2.1 started",
        "tokentype=Bearer tokenexpiry=3600",
    ],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let common = [&b"bearer"[..], b"basic"].iter().any(|word| spot.word().eq_ignore_ascii_case(word));
    // Schemes of products have words for names that stand before other things too.
    let other = [&b"Splunk"[..], b"Negotiate", b"NTLM", b"SSWS", b"Hawk", b"GenieKey", b"ApiKey", b"DPoP", b"Kerberos"].contains(&spot.word());
    if !common && !other {
        return None;
    }
    let blanks = spot.text.get(spot.end..)?.iter().take(8).take_while(|&&byte| byte == b' ').count();
    let start = spot.end + blanks;
    let rest = spot.text.get(start..)?;
    let len = rest.iter().position(|&byte| !byte.is_ascii_alphanumeric() && !b"-._~+/=".contains(&byte)).unwrap_or(rest.len());
    let secret = &rest[..len];
    // `tokentype=Bearer tokenexpiry=3600`: the next pair. In a credential the sign fills up the end alone.
    let key = secret.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
    if key > 2 && secret.get(key) == Some(&b'=') && secret[key..].iter().any(|&byte| byte != b'=') {
        return None;
    }
    let digit = secret.iter().any(u8::is_ascii_digit) || secret.ends_with(b"=");
    let long = len >= 20 && secret.iter().any(u8::is_ascii_lowercase) && secret.iter().skip(1).any(u8::is_ascii_uppercase);
    (blanks > 0 && len >= if common { 8 } else { 20 } && (digit || long)).then(|| Found::strong(start, start + len, PiiClass::Secret))?
}
