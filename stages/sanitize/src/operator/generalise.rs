//! `generalise`: the network of an address, the year or month of a date, a position to a kilometre or ten, the area of a postcode, the band of a
//! number.

use std::net::IpAddr;

use schemas::pii::{Grain, PiiClass};

use crate::canonical::canonical_into;

/// Bytes of a postcode.
const POSTCODE_BYTES_MAX: usize = 10;
/// Characters of a postcode that stay unless the policy says otherwise: the sectional centre of a ZIP code, the district of most others.
const POSTCODE_SHOWN: usize = 3;

pub(super) fn generalise(class: PiiClass, value: &str, grain: Grain) -> Option<String> {
    match (class, grain) {
        (PiiClass::Ip, _) => network(value),
        (PiiClass::BirthDate, grain) => date(value, grain == Grain::Month),
        (PiiClass::Geo, grain) => position(value, if grain == Grain::By(2) { 2 } else { 1 }),
        (PiiClass::Address, Grain::By(shown)) => area(value, shown as usize),
        (PiiClass::Address, _) => area(value, POSTCODE_SHOWN),
        _ => None,
    }
}

/// `203.0.113.0/24`, `2001:db8:1::/48`.
fn network(value: &str) -> Option<String> {
    match value.trim().parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Some(format!("{a}.{b}.{c}.0/24"))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Some(format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)))
        }
    }
}

fn date(value: &str, month: bool) -> Option<String> {
    let mut canonical = String::new();
    canonical_into(PiiClass::BirthDate, value, &mut canonical);
    super::shift::parse(&canonical)?;
    canonical.get(..if month { 7 } else { 4 }).map(str::to_owned)
}

/// Every number of a position rounded.
fn position(value: &str, decimals: usize) -> Option<String> {
    let parts: Vec<&str> = value.split(',').map(str::trim).collect();
    let rounded: Option<Vec<String>> = parts
        .iter()
        .map(|part| part.parse::<f64>().ok().filter(|number| number.abs() <= 180.0).map(|number| format!("{number:.decimals$}")))
        .collect();
    rounded.filter(|parts| parts.len() <= 2).map(|parts| parts.join(","))
}

fn area(value: &str, shown: usize) -> Option<String> {
    let value = value.trim();
    let postcode = value.len() <= POSTCODE_BYTES_MAX
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
    let kept: String = value.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    (postcode && kept.len() >= 4).then(|| kept.chars().take(shown.min(kept.len() - 1)).chain(['*']).collect())
}

/// The lower end of the band that a number lies in, written as a whole number; none when it is none. The lower end is in its own band, so that doing
/// it twice changes nothing.
pub(crate) fn band(value: &str, width: u32) -> Option<String> {
    let value = value.trim();
    let plain =
        !value.is_empty() && value.len() <= 18 && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'e' | b'E' | b'+'));
    let number = if plain { value.parse::<f64>().ok()? } else { return None };
    let width = f64::from(width);
    let low = (number / width).floor() * width;
    (low.abs() < 9e15).then(|| format!("{}", low as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: PiiClass, value: &str, grain: Grain, expected: Option<&str>) {
        assert_eq!(generalise(class, value, grain).as_deref(), expected, "{value}");
    }

    #[test]
    fn values_become_coarse() {
        check(PiiClass::Ip, "203.0.113.61", Grain::Usual, Some("203.0.113.0/24"));
        check(PiiClass::Ip, "2001:db8:1:2::7", Grain::Usual, Some("2001:db8:1::/48"));
        check(PiiClass::Ip, "::ffff:203.0.113.61", Grain::Usual, Some("203.0.113.0/24"));
        check(PiiClass::Ip, "host", Grain::Usual, None);
        check(PiiClass::BirthDate, "1980-02-03", Grain::Usual, Some("1980"));
        check(PiiClass::BirthDate, "23/02/1980", Grain::Month, Some("1980-02"));
        check(PiiClass::BirthDate, "03/02/1980", Grain::Month, None);
        check(PiiClass::Geo, "52.52437", Grain::Usual, Some("52.5"));
        check(PiiClass::Geo, "52.52437, 13.41053", Grain::By(2), Some("52.52,13.41"));
        check(PiiClass::Geo, "Berlin", Grain::By(2), None);
        check(PiiClass::Address, "SW1A 2AA", Grain::Usual, Some("SW1*"));
        check(PiiClass::Address, "90210", Grain::By(2), Some("90*"));
        check(PiiClass::Address, "12 High Street", Grain::Usual, None);
    }

    #[test]
    fn numbers_fall_into_bands() {
        for (value, width, expected) in
            [("1234.56", 100, "1200"), ("1200", 100, "1200"), ("-5", 10, "-10"), ("37", 10, "30"), ("1.5e3", 1000, "1000")]
        {
            assert_eq!(band(value, width).as_deref(), Some(expected), "{value}");
        }
        for none in ["", "a lot", "1,234.50", "NaN", "inf"] {
            assert_eq!(band(none, 10), None, "{none}");
        }
    }
}
