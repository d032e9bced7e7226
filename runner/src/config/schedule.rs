//! When the night's run is due. The runner starts nothing by itself; `status` says when the scheduler will.

use jiff::civil::DateTime;

/// What is allowed, for messages.
pub const ALLOWED_TIME: &str = "a time of day in UTC as HH:MM";

/// A time of day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
}

impl TimeOfDay {
    /// Reads `HH:MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let two = |digits: &str, max: i8| {
            let sound = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<i8>().ok().filter(|&number| sound && number <= max)
        };
        Some(Self { hour: two(hour, 23)?, minute: two(minute, 59)? })
    }

    /// The first such time after `now` (UTC); none at the end of the calendar.
    #[must_use]
    pub fn next_after(self, now: DateTime) -> Option<DateTime> {
        let today = now.date().at(self.hour, self.minute, 0, 0);
        if today > now { Some(today) } else { Some(now.date().tomorrow().ok()?.at(self.hour, self.minute, 0, 0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn times_have_two_digits_twice() {
        assert_eq!(TimeOfDay::parse("01:30"), Some(TimeOfDay { hour: 1, minute: 30 }));
        for wrong in ["", "1:30", "01:3", "24:00", "12:60", "01:30:00", "+1:30", "noon"] {
            assert_eq!(TimeOfDay::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_next_run_is_today_or_tomorrow() {
        let at = TimeOfDay { hour: 1, minute: 30 };
        assert_eq!(at.next_after(date(2026, 2, 28).at(1, 29, 59, 0)), Some(date(2026, 2, 28).at(1, 30, 0, 0)));
        assert_eq!(at.next_after(date(2026, 2, 28).at(1, 30, 0, 0)), Some(date(2026, 3, 1).at(1, 30, 0, 0)));
    }
}
