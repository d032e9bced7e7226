//! Identifiers of one country each, switched on by the policy (`[sanitize] locales = ["DE", "FR"]`): found by shape and check alone, without a name
//! before them. With the country off, a name before them still finds them (`national_id`).
//!
//! Adding a country: one file with a `DETECTORS` list, one line in [`packs`], one variant of `schemas::pii::Locale`.

mod au;
mod be;
mod br;
pub(super) mod ca;
mod ch;
mod de;
mod es;
mod fi;
mod fr;
mod gb;
mod in_;
mod it;
pub(super) mod nl;
mod pl;
mod se;
mod sg;

use schemas::pii::Locale;

use super::cue::{self, List};
use super::{Detector, Digits, Spot};

/// Detectors of a country.
pub(crate) fn pack(locale: Locale) -> &'static [&'static Detector] {
    match locale {
        Locale::Au => au::DETECTORS,
        Locale::Be => be::DETECTORS,
        Locale::Br => br::DETECTORS,
        Locale::Ca => ca::DETECTORS,
        Locale::Ch => ch::DETECTORS,
        Locale::De => de::DETECTORS,
        Locale::Es => es::DETECTORS,
        Locale::Fi => fi::DETECTORS,
        Locale::Fr => fr::DETECTORS,
        Locale::Gb => gb::DETECTORS,
        Locale::In => in_::DETECTORS,
        Locale::It => it::DETECTORS,
        Locale::Nl => nl::DETECTORS,
        Locale::Pl => pl::DETECTORS,
        Locale::Se => se::DETECTORS,
        Locale::Sg => sg::DETECTORS,
    }
}

/// The digits of the first groups and where they end, when the groups have these lengths, are joined by `separators` in this order, and nothing of the
/// same kind goes on before or behind. One group needs no separator.
fn grouped(spot: &Spot<'_>, lengths: &[usize], separators: &[u8]) -> Option<(Digits, usize)> {
    let groups = spot.groups.get(..lengths.len())?;
    let shaped = groups.iter().zip(lengths).all(|(group, &len)| group.len() == len);
    let joined = groups.iter().skip(1).zip(separators).all(|(group, &separator)| group.separator == separator);
    let last = separators.last().copied().unwrap_or(b'-');
    let goes_on = spot.groups.get(lengths.len()).is_some_and(|group| group.separator == last || matches!(group.separator, b'-' | b'.' | b'/'));
    let follows = spot.joined != 0 || (last == b' ' && spot.before() == b' ' && spot.at > 1 && spot.byte(spot.at - 2).is_ascii_digit());
    (shaped && joined && !goes_on && !follows).then(|| Some((spot.digits(lengths.len())?, spot.end_of(lengths.len()))))?
}

/// A word as capitals, when it has `N` letters and digits.
fn capitals<const N: usize>(spot: &Spot<'_>) -> Option<[u8; N]> {
    let word: [u8; N] = spot.word().try_into().ok()?;
    Some(word.map(|byte| byte.to_ascii_uppercase()))
}

/// Whether a name of `list` stands right before the candidate.
fn named(spot: &Spot<'_>, list: List) -> bool {
    cue::behind(spot, list).is_some()
}

/// Whether digits are a day and a month: `dd`, `mm`.
fn is_day_month(day: &[u8], month: &[u8]) -> bool {
    let number = |digits: &[u8]| digits.iter().fold(0_u32, |number, &digit| number * 10 + super::checksum::value(digit));
    (1..=31).contains(&number(day)) && (1..=12).contains(&number(month))
}
