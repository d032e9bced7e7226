//! `date_shift`: every date of a customer is moved by the same days, HMAC-SHA256(shifting key, customer's token): intervals within one customer
//! stay, and nobody without the key can move them back. A record that names no customer has no days, and its dates become tokens.

use crate::canonical::canonical_into;
use crate::secret::{Keys, mac};
use schemas::pii::PiiClass;

/// What moves the dates of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift(u64);

impl Shift {
    /// That of the customer with this token.
    pub(crate) fn of(keys: &Keys, customer: &str) -> Self {
        let digest = mac(&keys.shift, &[customer.as_bytes()]);
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(bytes))
    }

    /// Days, never 0, at most so many in either direction.
    fn days(self, max: u16) -> i64 {
        let drawn = (self.0 % (2 * u64::from(max.max(1)))) as i64 - i64::from(max.max(1));
        if drawn >= 0 { drawn + 1 } else { drawn }
    }

    /// The moved date, as `YYYY-MM-DD`; none when the value is no date, or its notation does not say which part is the day.
    pub(super) fn moved(self, value: &str, max: u16) -> Option<String> {
        let mut canonical = String::new();
        canonical_into(PiiClass::BirthDate, value, &mut canonical);
        let (year, month, day) = civil(parse(&canonical)? + self.days(max));
        (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub(super) fn parse(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 || parts.next().is_some() {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let days = days(year, month, day);
    // A day that does not exist comes back as another one.
    (civil(days) == (year, month, day)).then_some(days)
}

/// Howard Hinnant, "chrono-compatible low-level date algorithms": days from the civil calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_year - (153 * month_index + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;

    #[test]
    fn days_and_dates_agree() {
        assert_eq!((parse("1970-01-01"), parse("2000-03-01"), parse("1969-12-31")), (Some(0), Some(11_017), Some(-1)));
        for day in (-200_000..200_000).step_by(37) {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, month, date), day);
        }
        assert!(["2023-02-29", "2024-13-01", "2024-00-10", "24-01-01", "x"].iter().all(|wrong| parse(wrong).is_none()));
        assert!(parse("2024-02-29").is_some());
    }

    #[test]
    fn intervals_of_a_customer_stay_and_every_date_moves() {
        let keys = Keys::derive(SECRET).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for customer in 0..400 {
            let shift = Shift::of(&keys, &format!("[CUSTOMER_{customer}]"));
            let moved = |value| parse(&shift.moved(value, 30).unwrap()).unwrap();
            let days = moved("1980-02-03") - parse("1980-02-03").unwrap();
            assert!(days != 0 && days.abs() <= 30, "{days}");
            assert_eq!(moved("2001-12-31") - moved("1980-02-03"), parse("2001-12-31").unwrap() - parse("1980-02-03").unwrap());
            seen.insert(days);
        }
        assert_eq!(seen.len(), 60, "all days of the range are drawn");
    }
}
