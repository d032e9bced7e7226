//! Geographic positions: latitude and longitude in decimal degrees (ISO 6709, the comma-separated notation in common use).
//!
//! Format: two numbers with four decimals or more, parted by a comma. Range: latitude up to 90, longitude up to 180. Coordinates on a screen have
//! fewer decimals.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};

/// A position.
pub(crate) const GEO: Detector = Detector {
    id: "geo",
    trigger: Trigger::Digits,
    find,
    matches: &["at 38.37746, 2.04416 now", "-33.86880,151.20930", "geo:48.8584,-2.2945"],
    misses: &["38.37, 2.04", "x=1024.5000, y", "ratios 1.2345 2.3456", "98.1234, 200.1234", "1.23456, 7 items"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let [whole, decimals] = spot.shape::<2>()?;
    if !(1..=3).contains(&whole) || !(4..=9).contains(&decimals) || spot.groups[1].separator != b'.' || spot.joined == b'.' {
        return None;
    }
    let mut at = spot.end_of(2);
    if spot.byte(at) != b',' {
        return None;
    }
    at += 1;
    at += usize::from(spot.byte(at) == b' ');
    at += usize::from(matches!(spot.byte(at), b'-' | b'+'));
    let number = |from: usize| {
        let rest = spot.text.get(from..)?;
        let len = rest.iter().take(14).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let text = std::str::from_utf8(&rest[..len]).ok()?.trim_end_matches('.');
        let decimals = text.split_once('.')?.1.len();
        if decimals < 4 { None } else { Some((text.parse::<f64>().ok()?, from + text.len())) }
    };
    let (latitude, _) = number(spot.at)?;
    let (longitude, end) = number(at)?;
    let start = if matches!(spot.before(), b'-' | b'+') { spot.at - 1 } else { spot.at };
    (latitude <= 90.0 && longitude <= 180.0).then(|| Found::strong(start, end, PiiClass::Geo))?
}
