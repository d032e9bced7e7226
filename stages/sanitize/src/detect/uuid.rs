//! UUIDs (RFC 9562) are known as harmless, so that their digit groups are not looked at, unless a word for a device or its advertising id stands before
//! them. Fields that hold a session or device by UUID are the field policy's matter.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    is_word,
};

/// A UUID.
pub(crate) const UUID: Detector = Detector {
    id: "uuid",
    trigger: Trigger::Hex,
    needs: Needs::len(8, 8).behind(b"-"),
    find,
    matches: &["550e8400-e29b-41d4-a716-446655440000"],
    misses: &["550e8400-e29b-41d4-a716"],
};

/// Names of devices' ids.
pub(super) const DEVICES: &[&str] = &[
    "idfa",
    "idfv",
    "gaid",
    "aaid",
    "adid",
    "udid",
    "advertising id",
    "advertising",
    "android id",
    "device",
    "device id",
    "handset",
    "install id",
    "installation id",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let text = spot.text.get(spot.at..spot.at + 36)?;
    let shaped = text.iter().enumerate().all(|(i, &byte)| if matches!(i, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() });
    if !shaped || is_word(spot.byte(spot.at + 36)) {
        return None;
    }
    match cue::behind(spot, List::Device) {
        Some(_) => Found::by_cue(spot.at, spot.at + 36, PiiClass::Device),
        None => Found::harmless(spot.at, spot.at + 36),
    }
}
