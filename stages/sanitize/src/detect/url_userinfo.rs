//! User and password in a URL (RFC 3986 3.2.1): `scheme://user:password@host`. The user info goes, the host stays.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};

/// The user info of a URL.
pub(crate) const URL_USERINFO: Detector = Detector {
    id: "url_userinfo",
    trigger: Trigger::Scheme,
    find,
    matches: &["postgres://app:hunter2@db.internal:5432/core", "https://jane:pw@example.com/x"],
    misses: &["https://example.com/a@b", "https://example.com:8080/", "see ://", "https://[::1]/"],
};

const USERINFO_BYTES_MAX: usize = 512;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.end..(spot.end + USERINFO_BYTES_MAX).min(spot.text.len()))?;
    let authority = rest
        .iter()
        .position(|&byte| matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b',' | b';') || byte <= b' ')
        .unwrap_or(rest.len());
    let at = memchr::memrchr(b'@', &rest[..authority])?;
    (memchr::memchr(b':', &rest[..at]).is_some()).then(|| Found::strong(spot.end, spot.end + at, PiiClass::Secret))?
}
