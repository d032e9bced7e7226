//! Magnetic stripe data (ISO/IEC 7813): dropped, as PCI DSS 3.3 forbids to keep it.
//!
//! Format: track 1 `%B` PAN `^` name `^` YYMM service code and discretionary data `?`; track 2 `;` PAN `=` YYMM service code and data `?`, also with `D`
//! for `=` (ISO 8583 field 35). Checksum: Luhn of the PAN, month 01-12.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, card};

/// Track 1.
pub(crate) const TRACK_1: Detector = Detector {
    id: "track_1",
    trigger: Trigger::Mixed,
    needs: Needs::len(13, Needs::MAX).first(b"0123456789B"),
    find: find_1,
    matches: &[
        "%B4111111111111111^ROE/JANE^30121010000000000000?",
        "%B4111111111111112^ROE/JANE^30121010000000000000?",
        "35=4111111111111111D30121010000000000000",
    ],
    misses: &["%B4111111111111111", "B4111111111111112^ROE/JANE^3012101", "4111111111111111D"],
};

/// Track 2 with `=`.
pub(crate) const TRACK_2: Detector = Detector {
    id: "track_2",
    trigger: Trigger::Digits,
    needs: Needs::len(12, 19),
    find: find_2,
    matches: &[";4111111111111111=30121010000000000000?", ";4111111111111112=30121010000000000000?"],
    misses: &[
        "4111111111111111=3",
        ";4111111111111112=3?",
        ";4111111111111112=30121010000",
        "4111111111111112=30121010000",
        "4111111111111111=30131010000",
    ],
};

fn find_1(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    if let Some(pan) = word.strip_prefix(b"B") {
        // A stripe with its sign, a name and data is one, also when its card was mistyped.
        let whole = || {
            let digits = (12..=19).contains(&pan.len()) && pan.iter().all(u8::is_ascii_digit);
            digits && spot.before() == b'%' && spot.text.get(spot.end..).is_some_and(|rest| stripe_behind(rest).is_some())
        };
        if spot.byte(spot.end) != b'^' || !(card::is_card(pan) || whole()) {
            return None;
        }
        let rest = spot.text.get(spot.end..(spot.end + 100).min(spot.text.len()))?;
        let len = rest.iter().position(|&byte| matches!(byte, b'?' | b'"' | b'\n')).map_or(rest.len(), |at| at + usize::from(rest[at] == b'?'));
        let start = if spot.before() == b'%' { spot.at - 1 } else { spot.at };
        return Found::strong(start, spot.end + trim_to_char(rest, len), PiiClass::Secret);
    }
    let at = word.iter().position(|byte| matches!(byte, b'D' | b'd'))?;
    (card::is_card(&word[..at]) && is_tail(&word[at + 1..])).then(|| Found::strong(spot.at, spot.end, PiiClass::Secret))?
}

fn find_2(spot: &Spot<'_>) -> Option<Found> {
    let pan = spot.word();
    if spot.byte(spot.end) != b'=' {
        return None;
    }
    let rest = spot.text.get(spot.end + 1..)?;
    let len = rest.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    // Between its signs it is a stripe, also when its card was mistyped.
    let whole = spot.before() == b';' && (15..=19).contains(&pan.len()) && rest.get(len) == Some(&b'?');
    if !whole && !card::is_card(pan) {
        return None;
    }
    if !is_tail(&rest[..len]) {
        return None;
    }
    let start = if spot.before() == b';' { spot.at - 1 } else { spot.at };
    let end = spot.end + 1 + len;
    Found::strong(start, end + usize::from(spot.byte(end) == b'?'), PiiClass::Secret)
}

/// Whether a number and what follows it are track 2.
pub(crate) fn is_striped(number: &[u8], rest: &[u8]) -> bool {
    card::is_card(number) && rest.strip_prefix(b"=").is_some_and(is_tail)
}

/// Where the data of a stripe that follow a card begin and end: `=30121010000000771204?`, `^ROE/JANE^3012101?`. Behind a card nothing else looks so, and
/// it goes however the expiry reads.
pub(crate) fn stripe_behind(rest: &[u8]) -> Option<(usize, usize)> {
    const DATA_BYTES: std::ops::RangeInclusive<usize> = 7..=40;
    const NAME_BYTES_MAX: usize = 30;
    let start = match rest {
        [b'=', b'=', ..] => 2,
        [b'=', ..] => 1,
        [b' ', b'=', b' ', ..] | [b'%', b'3', b'D' | b'd', ..] => 3,
        [b'^', named @ ..] => 2 + named.iter().take(NAME_BYTES_MAX).position(|&byte| byte == b'^')?,
        _ => return None,
    };
    let digits = rest.get(start..)?.iter().take(DATA_BYTES.end() + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let closed = rest.get(start + digits) == Some(&b'?');
    let named = rest.first() == Some(&b'^');
    let from = if named { 1 } else { start };
    (DATA_BYTES.contains(&digits) && (named || closed || digits >= 12)).then_some((from, start + digits + usize::from(closed)))
}

/// YYMM and a service code at least.
fn is_tail(tail: &[u8]) -> bool {
    tail.len() >= 7 && tail[..7].iter().all(u8::is_ascii_digit) && matches!(&tail[2..4], [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
}

fn trim_to_char(text: &[u8], mut len: usize) -> usize {
    while len > 0 && text.get(len).is_some_and(|byte| byte & 0xC0 == 0x80) {
        len -= 1;
    }
    len
}
