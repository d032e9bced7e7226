//! Numbers as times: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by magnitude, and calendar digits
//! written as one number (`20241120`, `20241120081523`). Small numbers (durations, counters) are no times.

use super::TimeContext;
use super::calendar::Civil;

/// Least seconds that count as a time (1973), so that durations do not.
const SECONDS_MIN: i64 = 100_000_000;
/// Days after the logical day up to which a number counts as a time, so that card numbers do not.
const DAYS_AHEAD_MAX: i64 = 3_660;

/// Reads a whole text as a number.
pub(super) fn parse(text: &[u8], context: &TimeContext) -> Option<i64> {
    let (digits, rest) = text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count());
    if rest.is_empty()
        && let Some(time) = calendar_digits(digits, context)
    {
        return Some(time);
    }
    match rest.first() {
        None => scale(digits, b"", context),
        Some(b'.') if rest[1..].iter().all(u8::is_ascii_digit) => scale(digits, &rest[1..], context),
        Some(b'.' | b'e' | b'E') => of_float(text, context),
        _ => None,
    }
}

/// Reads a number a line begins with: 10 digits with or without a fraction, 13, 16 or 19 digits.
pub(super) fn parse_prefix(line: &[u8], context: &TimeContext) -> Option<(i64, usize)> {
    let digits = line.iter().take(24).take_while(|byte| byte.is_ascii_digit()).count();
    if !matches!(digits, 10 | 13 | 16 | 19) {
        return None;
    }
    let fraction = match line.get(digits) {
        Some(b'.') => line[digits + 1..].iter().take(12).take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    let used = if fraction > 0 { digits + 1 + fraction } else { digits };
    let ends = matches!(line.get(used), None | Some(b' ' | b'\t' | b']' | b',' | b':' | b'|'));
    if ends { parse(&line[..used], context).map(|time| (time, used)) } else { None }
}

/// Integer part and fraction digits to nanoseconds, exactly; digits finer than a nanosecond are cut.
fn scale(digits: &[u8], fraction: &[u8], context: &TimeContext) -> Option<i64> {
    if digits.len() > 19 {
        return None;
    }
    let whole = number(digits)?;
    let unit: i64 = match whole {
        SECONDS_MIN..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        100_000_000_000_000_000.. => 1,
        _ => return None,
    };
    let (mut part, mut place) = (0, unit);
    for digit in fraction {
        place /= 10;
        part += i64::from(digit - b'0') * place;
    }
    let time_ns = whole.checked_mul(unit)?.checked_add(part)?;
    let latest_s = (i64::from(context.logical_day) + DAYS_AHEAD_MAX).saturating_mul(86_400);
    (time_ns / 1_000_000_000 <= latest_s).then_some(time_ns)
}

/// Numbers with an exponent, as serializers of floats write them.
fn of_float(text: &[u8], context: &TimeContext) -> Option<i64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let digits = format!("{value:.9}");
    let (whole, fraction) = digits.split_once('.')?;
    if whole.starts_with('-') { None } else { scale(whole.as_bytes(), fraction.as_bytes(), context) }
}

/// `yyyyMMdd`, with `HHmmss` and milliseconds or without.
fn calendar_digits(digits: &[u8], context: &TimeContext) -> Option<i64> {
    if !matches!(digits.len(), 8 | 14 | 17) || !(digits.starts_with(b"19") || digits.starts_with(b"20")) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| number(digits.get(range)?);
    let mut civil = Civil::new(part(0..4)?, part(4..6)?, part(6..8)?)?;
    if digits.len() >= 14 {
        let milliseconds = if digits.len() == 17 { part(14..17)? } else { 0 };
        civil = civil.at(part(8..10)?, part(10..12)?, part(12..14)?, milliseconds * 1_000_000)?;
    }
    context.nanoseconds(civil, None)
}

fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |sum, byte| sum.checked_mul(10)?.checked_add(i64::from(byte - b'0')))
}
