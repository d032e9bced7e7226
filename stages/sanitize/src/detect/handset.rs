//! Numbers of telephones and their cards, by the words that name them: IMEI (3GPP TS 23.003: 15 digits, Luhn, or 16 with a software version), IMSI (ITU-T
//! E.212: 14-15 digits), ICCID (ITU-T E.118: `89` and 17-18 digits). A mistyped one is still somebody's, so the checksum is not asked for.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A number of a telephone or its card.
pub(crate) const HANDSET: Detector = Detector {
    id: "handset",
    trigger: Trigger::Digits,
    needs: Needs::named(1, Needs::MAX),
    find,
    matches: &[
        "IMEI 490154203237518",
        "imsi: 310150123456789",
        "iccid=89014103211118510720",
        "IMEI 49-015420-323751-8",
        "ICCID 896688306327453578 is blocked",
        "device id 490154203237518",
        "IMEI (490154203237518)",
        "imei '490154203237518'",
        "Gerätenummer 490154203237518",
    ],
    misses: &["490154203237518", "imei check took 1200", "iccid 8901", "iccid 123456789012345678"],
};

#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "imei", "imeisv", "imsi", "iccid", "sim", "esn", "meid", "device", "handset", "serial", "imei1", "imei2", "gerät", "gerätenummer", "appareil", "dispositivo", "apparaat", "urządzenia", "sim card", "sim karte", "carte sim",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (mut total, mut taken) = (0, 0);
    for (i, group) in spot.groups.iter().enumerate().take(5) {
        if i > 0 && (total >= 14 || !matches!(group.separator, b'-' | b' ')) {
            break;
        }
        total += group.len();
        taken = i + 1;
    }
    let name = cue::behind(spot, List::Handset)?;
    // Old cards have no check digit.
    let short_card = total == 18
        && spot.byte(spot.at) == b'8'
        && spot.byte(spot.at + 1) == b'9'
        && matches!(name, "iccid" | "sim" | "sim card" | "sim karte" | "carte sim");
    let fits = (14..=16).contains(&total) || (19..=20).contains(&total) || short_card;
    fits.then(|| Found::by_cue(spot.at, spot.end_of(taken), PiiClass::Device))?
}
