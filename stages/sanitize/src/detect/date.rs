//! Dates: of birth by a cue, all others known as harmless so that nothing else looks at them.
//!
//! Format: ISO 8601 `YYYY-MM-DD`, also by slashes or dots, and `DD-MM-YYYY` or `MM-DD-YYYY`. Range: month and day.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};
use crate::scan::context::Cues;

/// A date.
pub(crate) const DATE: Detector = Detector {
    id: "date",
    trigger: Trigger::Digits,
    find,
    matches: &["born 1980-02-03", "dob: 03/02/1980", "date of birth 03.02.1980", "DOB 19800203"],
    misses: &["2026-11-22", "on 2026-11-22 at 02:58", "1.2.2026", "20261122", "born 12-34-5678"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let end = match spot.shape::<3>() {
        Some([4, 1 | 2, 1 | 2]) if same(spot) && month_day(spot, 1, 2) => spot.end_of(3),
        Some([1 | 2, 1 | 2, 4]) if same(spot) && (month_day(spot, 0, 1) || month_day(spot, 1, 0)) => spot.end_of(3),
        _ if spot.groups.first()?.len() == 8 && spot.near().nearest.any(Cues::BIRTH) => spot.end,
        _ => return None,
    };
    if spot.near().nearest.any(Cues::BIRTH) { Found::by_cue(spot.at, end, PiiClass::BirthDate) } else { Found::harmless(spot.at, end) }
}

fn same(spot: &Spot<'_>) -> bool {
    let separator = spot.groups[1].separator;
    matches!(separator, b'-' | b'/' | b'.') && spot.groups[2].separator == separator
}

fn month_day(spot: &Spot<'_>, month: usize, day: usize) -> bool {
    let number = |group: usize| {
        let group = spot.groups[group];
        spot.text.get(group.start..group.end).unwrap_or_default().iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit - b'0'))
    };
    (1..=12).contains(&number(month)) && (1..=31).contains(&number(day))
}
