//! What to generate.

use std::path::PathBuf;

/// What to generate. The same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Options {
    /// Records over all files, exactly.
    pub records: u64,
    /// Seed of everything.
    pub seed: u64,
    /// The day the records are of.
    pub day: Day,
    /// Customers of the bank; `None`: a 25th of the records, at least 200 and at most 20,000. The same seed and number give the same people.
    pub customers: Option<u32>,
    /// Folder that receives `logs/` and `truth/`.
    #[serde(skip)]
    pub out: PathBuf,
}

impl Options {
    /// Options with the default number of customers, for 20 November 2026.
    #[must_use]
    pub fn new(records: u64, seed: u64, out: impl Into<PathBuf>) -> Self {
        Self { records, seed, day: Day { year: 2026, month: 11, day: 20 }, customers: None, out: out.into() }
    }

    /// The number of customers.
    #[must_use]
    pub fn customer_count(&self) -> u32 {
        self.customers.unwrap_or_else(|| (self.records / 25).clamp(200, 20_000) as u32).clamp(10, 100_000)
    }
}

/// A calendar day, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl std::str::FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a day is written YYYY-MM-DD";
        let mut parts = text.split('-');
        let year = parts.next().and_then(|part| part.parse().ok()).ok_or(wrong)?;
        let month = parts.next().and_then(|part| part.parse().ok()).ok_or(wrong)?;
        let day = parts.next().and_then(|part| part.parse().ok()).ok_or(wrong)?;
        let day = Self { year, month, day };
        let round_trip = crate::clock::civil(crate::clock::days_from_civil(day)) == day;
        if parts.next().is_none() && (1..=12).contains(&month) && round_trip { Ok(day) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_checked() {
        assert_eq!("2024-02-29".parse(), Ok(Day { year: 2024, month: 2, day: 29 }));
        for bad in ["2023-02-29", "2026-13-01", "2026-11", "2026-11-20-1", "x"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn customers_follow_the_records() {
        assert_eq!(Options::new(100, 1, "").customer_count(), 200);
        assert_eq!(Options::new(50_000, 1, "").customer_count(), 2_000);
        assert_eq!(Options::new(10_000_000, 1, "").customer_count(), 20_000);
    }
}
