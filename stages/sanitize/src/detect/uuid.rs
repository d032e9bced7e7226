//! UUIDs (RFC 9562) are known as harmless, so that their digit groups are not looked at. Fields that hold a session or device by UUID are the
//! field policy's matter.

use super::{Detector, Found, Spot, Trigger, is_word};

/// A UUID.
pub(crate) const UUID: Detector =
    Detector { id: "uuid", trigger: Trigger::Hex, find, matches: &["550e8400-e29b-41d4-a716-446655440000"], misses: &["550e8400-e29b-41d4-a716"] };

fn find(spot: &Spot<'_>) -> Option<Found> {
    let text = spot.text.get(spot.at..spot.at + 36)?;
    let shaped = text.iter().enumerate().all(|(i, &byte)| if matches!(i, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() });
    (shaped && !is_word(spot.byte(spot.at + 36))).then(|| Found::harmless(spot.at, spot.at + 36))?
}
