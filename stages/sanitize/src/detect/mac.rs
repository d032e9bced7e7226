//! Hardware addresses (IEEE 802, EUI-48).
//!
//! Format: six pairs of hexadecimal digits by one kind of `:` or `-`, or three groups of four by dots with a letter in them. All zeros and all
//! ones are nobody's.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, is_word};

/// A hardware address.
pub(crate) const MAC: Detector = Detector {
    id: "mac",
    trigger: Trigger::Hex,
    needs: Needs::len(2, 4).behind(b":-."),
    find,
    matches: &["00:1a:2b:3c:4d:5e", "mac 00-1A-2B-3C-4D-5E.", "001a.2b3c.4d5e"],
    misses: &["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "12:30:45", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5e:6f", "00:1a-2b:3c:4d:5e", "1234.5678.9012"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let separator = spot.byte(spot.end);
    let (width, len) = match (spot.end - spot.at, separator) {
        (2, b':' | b'-') => (2, 17),
        (4, b'.') => (4, 14),
        _ => return None,
    };
    let text = spot.text.get(spot.at..spot.at + len)?;
    let shaped = text.iter().enumerate().all(|(i, &byte)| if i % (width + 1) == width { byte == separator } else { byte.is_ascii_hexdigit() });
    let end = spot.at + len;
    let tied = |at: usize| is_word(spot.byte(at)) || (spot.byte(at) == separator && spot.byte(at + 1).is_ascii_hexdigit());
    let before = spot.before();
    if !shaped || tied(end) || (before == separator && separator != b'.') {
        return None;
    }
    let digits = || text.iter().filter(|byte| byte.is_ascii_hexdigit()).map(u8::to_ascii_lowercase);
    let nobody = digits().all(|digit| digit == b'0') || digits().all(|digit| digit == b'f');
    let unclear = width == 4 && digits().all(|digit| digit.is_ascii_digit());
    (!nobody && !unclear).then(|| Found::strong(spot.at, end, PiiClass::Mac))?
}
