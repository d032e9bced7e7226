//! User and password in a URL (RFC 3986 3.2.1): `scheme://user:password@host`. The user info goes, the host stays.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// The user info of a URL.
pub(crate) const URL_USERINFO: Detector = Detector {
    id: "url_userinfo",
    trigger: Trigger::Scheme,
    needs: Needs::ANY,
    find,
    matches: &["postgres://app:hunter2@db.internal:5432/core", "https://jane:pw@example.com/x", "https://svc:pa#ss@host.example/x"],
    misses: &["https://example.com/a@b", "https://example.com:8080/", "see ://", "https://[::1]/"],
};

const USERINFO_BYTES_MAX: usize = 512;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.end..(spot.end + USERINFO_BYTES_MAX).min(spot.text.len()))?;
    let until = |signs: &[u8]| rest.iter().position(|byte| signs.contains(byte) || *byte <= b' ').unwrap_or(rest.len());
    // A password may hold signs that should have been encoded: then a host must stand behind the last `@`.
    let plain = memchr::memrchr(b'@', &rest[..until(b"/?#\"'<>,;")]);
    let odd = || {
        let at = memchr::memrchr(b'@', &rest[..until(b"\"'<>")])?;
        let user = memchr::memchr(b':', &rest[..at])?;
        let host = rest[at + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
        let slash = memchr::memchr2(b'/', b'?', &rest[..at]);
        (host > 2 && rest[..user].iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte)) && slash.is_none()).then_some(at)
    };
    let at = plain.or_else(odd)?;
    (memchr::memchr(b':', &rest[..at]).is_some()).then(|| Found::strong(spot.end, spot.end + at, PiiClass::Secret))?
}
