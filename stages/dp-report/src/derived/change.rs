//! Week-on-week change: each number beside the one released seven nights before. Both are public, so comparing them costs nothing.

use schemas::record::Metric;

use crate::history::{History, variance};
use crate::names::KeyName;
use crate::release::Released;
use crate::report::Key;

/// Nights between the two reports.
pub(crate) const WEEK: i32 = 7;
/// Deviations of the 95 % interval of a difference.
const INTERVAL: f64 = 1.96;
/// Deviations from which a difference is called a change: by noise alone once in about a thousand keys, as in `logminer compare`.
const CHANGE: f64 = 3.3;

/// A key that both reports have.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Change {
    pub(crate) metric: Metric,
    pub(crate) key: Key,
    pub(crate) before: i64,
    pub(crate) after: i64,
    pub(crate) difference: i64,
    pub(crate) ci95: [i64; 2],
    /// More than noise explains.
    pub(crate) changed: bool,
}

pub(super) fn changes(released: &[Released], history: &History, day: i32) -> Vec<Change> {
    let mut changes = Vec::new();
    for part in released {
        let variance = variance(part);
        for number in &part.numbers {
            if let Some(before) = history.at(day - WEEK, number.metric, &number.name) {
                changes.push(change(number.metric, &number.name, before, (number.value, variance)));
            }
        }
    }
    changes
}

fn change(metric: Metric, name: &KeyName, before: (i64, u64), after: (i64, u64)) -> Change {
    let difference = after.0.saturating_sub(before.0);
    let deviation = (before.1 as f64 + after.1 as f64).sqrt();
    let half = (INTERVAL * deviation).ceil() as i64;
    Change {
        metric,
        key: Key::of(metric, name),
        before: before.0,
        after: after.0,
        difference,
        ci95: [difference.saturating_sub(half), difference.saturating_add(half)],
        changed: difference.unsigned_abs() as f64 > CHANGE * deviation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_more_than_the_noise_of_both() {
        let name = KeyName::from("login".to_owned());
        let of = |before, after| change(Metric::EventType, &name, (before, 50), (after, 50));
        // Deviation 10 together: the interval is 20 wide on each side, and 33 is not yet a change.
        assert_eq!((of(1_000, 1_034).ci95, of(1_000, 1_034).changed, of(500, 467).changed), ([14, 54], true, false));
    }
}
