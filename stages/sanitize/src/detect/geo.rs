//! Geographic positions: latitude and longitude in decimal degrees (ISO 6709, the comma-separated notation in common use).
//!
//! Format: two numbers with four decimals or more, parted by a comma. Range: latitude up to 90, longitude up to 180. Coordinates on a screen have
//! fewer decimals.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// A position.
pub(crate) const GEO: Detector = Detector {
    id: "geo",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 3).groups(2).behind(b"."),
    find,
    matches: &[
        "value: '13.75633 N 100.50177 E'",
        "51.50136° N, 0.14189° W",
        "33.86880 S, 151.20930 E",
        "-> POINT(-0.877361 41.656287) source",
        "ST_MakePoint(174.76333, -36.84846), 500",
        "{\"coordinates\":[174.76333,-36.84846]}",
        "at 38.37746, 2.04416 now",
        "-33.86880,151.20930",
        "geo:48.8584,-2.2945",
    ],
    misses: &[
        "38.37, 2.04",
        "x=1024.5000, y",
        "ratios 1.2345 2.3456",
        "98.1234, 200.1234",
        "1.23456, 7 items",
        "EURUSD,1.08432,1.08441",
        "1.2345 N items",
        "1.2345 6.7890 E",
        "POINT(1 2)",
        "point(512.2500 300.7500)",
        "174.76333, -36.84846",
    ],
};

/// Currencies that are quoted in pairs (ISO 4217).
const CURRENCIES: [&[u8]; 36] = [
    b"USD", b"EUR", b"GBP", b"CHF", b"JPY", b"AUD", b"CAD", b"NZD", b"SEK", b"NOK", b"DKK", b"PLN", b"CZK", b"HUF", b"RON", b"TRY", b"ZAR", b"MXN",
    b"BRL", b"INR", b"CNY", b"CNH", b"HKD", b"SGD", b"KRW", b"THB", b"ILS", b"AED", b"SAR", b"NGN", b"KES", b"EGP", b"RUB", b"UAH", b"ISK", b"BGN",
];

/// End of ` N` and the like behind a number; the sign of degrees is read as `;`.
fn over_direction(text: &[u8], at: usize, letters: &[u8]) -> Option<usize> {
    let signs = text.get(at..)?.iter().take(3).take_while(|byte| matches!(byte, b' ' | b';' | b'*')).count();
    let letter = text.get(at + signs)?;
    (letters.contains(letter) && text.get(at + signs + 1).is_none_or(|byte| !byte.is_ascii_alphanumeric())).then_some(at + signs + 1)
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    let [whole, decimals] = spot.shape::<2>()?;
    if !(1..=3).contains(&whole) || !(4..=9).contains(&decimals) || spot.groups[1].separator != b'.' || spot.joined == b'.' {
        return None;
    }
    let start = if matches!(spot.before(), b'-' | b'+') { spot.at - 1 } else { spot.at };
    let before = spot.text.get(..start)?;
    // Points of databases have the longitude first, and a blank between.
    let point = ["POINT(", "POINT (", "Point(", "point(", "MakePoint(", "MAKEPOINT(", "coordinates\":[", "coordinates\": [", "coordinates=["]
        .iter()
        .any(|word| before.ends_with(word.as_bytes()));
    // `EURUSD,1.08432,1.08441`: what a currency costs.
    let priced = before.len() >= 7
        && matches!(before.last(), Some(b',' | b' ' | b'=' | b'|' | b';'))
        && before[before.len() - 7..before.len() - 1].chunks(3).all(|code| CURRENCIES.contains(&code))
        && !before.get(before.len().wrapping_sub(8)).is_some_and(u8::is_ascii_alphanumeric);
    if priced {
        return None;
    }
    let mut at = spot.end_of(2);
    let north = over_direction(spot.text, at, b"NnSs");
    let gap = spot.text.get(north.unwrap_or(at)..)?.iter().take(2).take_while(|byte| matches!(byte, b',' | b' ')).count();
    if gap == 0 || (spot.byte(at) != b',' && north.is_none() && !point) {
        return None;
    }
    at = north.unwrap_or(at) + gap;
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
    let end = match north {
        Some(_) => over_direction(spot.text, end, b"EeWw")?,
        None => end,
    };
    let (latitude, longitude) = if point { (longitude, latitude) } else { (latitude, longitude) };
    (latitude <= 90.0 && longitude <= 180.0).then(|| Found::strong(start, end, PiiClass::Geo))?
}
