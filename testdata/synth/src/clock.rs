//! Simulated time: milliseconds since the day's midnight UTC, the shape of a day, and the notations the systems write. No wall clock.

use crate::options::Day;

/// Milliseconds of a day.
pub(crate) const DAY_MS: u64 = 86_400_000;

/// Share of the day's sessions that begin in each hour: quiet nights, a morning peak, a lunch peak and an evening peak.
const HOUR_WEIGHTS: [u32; 24] = [4, 3, 2, 2, 3, 6, 14, 30, 48, 58, 60, 62, 70, 60, 52, 50, 54, 62, 68, 62, 48, 34, 20, 10];

/// The moment by which `share` (0 to 1) of the day's activity has begun.
pub(crate) fn moment(share: f64) -> u64 {
    let total: u32 = HOUR_WEIGHTS.iter().sum();
    let mut left = share.clamp(0.0, 1.0) * f64::from(total);
    for (hour, &weight) in HOUR_WEIGHTS.iter().enumerate() {
        let weight = f64::from(weight);
        if left < weight {
            return hour as u64 * 3_600_000 + (left / weight * 3_600_000.0) as u64;
        }
        left -= weight;
    }
    DAY_MS - 1
}

/// Days since 1970-01-01 (Hinnant's algorithm for the proleptic Gregorian calendar).
pub(crate) fn days_from_civil(day: Day) -> i64 {
    let month = i64::from(day.month);
    let year = i64::from(day.year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day.day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The day that is `days` after 1970-01-01.
pub(crate) fn civil(days: i64) -> Day {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Day { year: year as i32, month: month as u8, day: (of_year - (153 * shifted + 2) / 5 + 1) as u8 }
}

/// Writes moments of one simulated day and the one after it.
pub(crate) struct Calendar {
    days: i64,
    dates: [String; 3],
}

impl Calendar {
    /// The calendar that begins at `day`.
    pub(crate) fn new(day: Day) -> Self {
        let days = days_from_civil(day);
        let date = |offset| {
            let day = civil(days + offset);
            format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
        };
        Self { days, dates: [date(0), date(1), date(2)] }
    }

    /// `2026-11-20`, separator, `08:15:23`, mark, `123`.
    pub(crate) fn write(&self, out: &mut Vec<u8>, at: u64, separator: u8, mark: u8) {
        let date = &self.dates[((at / DAY_MS) as usize).min(2)];
        out.extend_from_slice(date.as_bytes());
        let ms = at % DAY_MS;
        let two = |value: u64| [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        out.push(separator);
        out.extend_from_slice(&two(ms / 3_600_000));
        out.push(b':');
        out.extend_from_slice(&two(ms / 60_000 % 60));
        out.push(b':');
        out.extend_from_slice(&two(ms / 1000 % 60));
        out.push(mark);
        out.push(b'0' + (ms % 1000 / 100) as u8);
        out.extend_from_slice(&two(ms % 100));
    }

    /// Milliseconds since 1970.
    pub(crate) fn epoch_ms(&self, at: u64) -> u64 {
        (self.days * DAY_MS as i64) as u64 + at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_and_back() {
        for days in [-719_468_i64, -1, 0, 58, 59, 60, 11_016, 20_777, 100_000] {
            assert_eq!(days_from_civil(civil(days)), days);
        }
        assert_eq!(days_from_civil(Day { year: 2026, month: 11, day: 20 }), 20_777);
    }

    #[test]
    fn moments_are_written_with_their_date() {
        let mut out = Vec::new();
        let calendar = Calendar::new(Day { year: 2026, month: 12, day: 31 });
        calendar.write(&mut out, DAY_MS + 3_723_045, b'T', b'.');
        assert_eq!(out, b"2027-01-01T01:02:03.045");
    }

    #[test]
    fn moments_rise_with_the_share() {
        let moments: Vec<u64> = (0..=1000).map(|i| moment(f64::from(i) / 1000.0)).collect();
        assert!(moments.is_sorted());
        assert_eq!((moments[0], moments[1000]), (0, DAY_MS - 1));
    }
}
