//! The proleptic Gregorian calendar (the algorithms of H. Hinnant, "chrono-compatible low-level date algorithms").

/// A checked date and time of day, no zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Civil {
    day: i64,
    seconds: i64,
    nanoseconds: i64,
}

impl Civil {
    /// Midnight of a date that exists, in the years that nanoseconds can hold.
    pub(super) fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let sound = (1700..=2250).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        sound.then(|| Self { day: day_of_civil(year, month, day), seconds: 0, nanoseconds: 0 })
    }

    /// The date at a time of day; second 60 is a leap second.
    pub(super) fn at(self, hour: i64, minute: i64, second: i64, nanoseconds: i64) -> Option<Self> {
        let sound = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        sound.then_some(Self { seconds: hour * 3600 + minute * 60 + second, nanoseconds, ..self })
    }

    /// UTC nanoseconds since 1970, for a zone so many seconds east of UTC.
    pub(super) fn nanoseconds(self, offset_s: i64) -> Option<i64> {
        (self.day * 86_400 + self.seconds - offset_s).checked_mul(1_000_000_000)?.checked_add(self.nanoseconds)
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date.
pub(super) fn day_of_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub(super) fn civil_of_day(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}
