//! Private keys in PEM (RFC 7468), also with escaped line ends and also cut off.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// A private key.
pub(crate) const PRIVATE_KEY: Detector = Detector {
    id: "private_key",
    trigger: Trigger::Dashes,
    needs: Needs::ANY,
    find,
    matches: &["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x", "-----BEGIN PRIVATE KEY-----\\nMIIEvQ"],
    misses: &["-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----", "----- done -----"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.at..)?;
    let head = rest.get(..rest.len().min(64))?;
    if !head.starts_with(b"-----BEGIN ") {
        return None;
    }
    let name = memchr::memmem::find(&head[11..], b"-----")?;
    memchr::memmem::find(&head[11..11 + name], b"PRIVATE KEY")?;
    let body = 11 + name + 5;
    let end = memchr::memmem::find(rest.get(body..)?, b"-----END ").map_or(rest.len(), |at| {
        let tail = body + at + 9;
        memchr::memmem::find(&rest[tail..rest.len().min(tail + 64)], b"-----").map_or(rest.len(), |close| tail + close + 5)
    });
    Found::strong(spot.at, spot.at + end, PiiClass::Secret)
}
