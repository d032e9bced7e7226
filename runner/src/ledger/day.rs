//! Logical days as dates: people who are refused think in dates.

/// `YYYY-MM-DD`, or the number itself where it is no date.
#[must_use]
pub fn date(day: impl Into<i64>) -> String {
    let day = day.into();
    let span = jiff::Span::new().try_days(day);
    let date = span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span));
    date.map_or_else(|_| format!("day {day}"), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_since_1970_are_dates() {
        assert_eq!(date(20_783), "2026-11-26");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(i64::MAX), format!("day {}", i64::MAX));
    }
}
