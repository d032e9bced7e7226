//! The layouts of written times. Each parser reads from the front and says how many bytes it took.

use super::TimeContext;
use super::calendar::Civil;

/// Reads a time in any layout that may stand in a field or at the beginning of a line.
pub(super) fn parse(text: &[u8], context: &TimeContext) -> Option<(i64, usize)> {
    let mut cursor = Cursor { text, at: 0 };
    let (civil, zone_s) = if text.first()?.is_ascii_digit() { cursor.digits_first()? } else { cursor.letters_first(context)? };
    Some((context.nanoseconds(civil, zone_s)?, cursor.at))
}

/// Layouts that are too loose for a field but common at the beginning of a line: `081109 203615`, `03-17 16:13:38.811`,
/// `10.30 16:49:06`, `I0317 16:13:38.811`.
pub(super) fn parse_line_only(text: &[u8], context: &TimeContext) -> Option<(i64, usize)> {
    let mut cursor = Cursor { text, at: 0 };
    let glog = matches!(text.first()?, b'I' | b'W' | b'E' | b'F');
    cursor.at += usize::from(glog);
    let (first, digits) = cursor.number(1, 6)?;
    let civil = match digits {
        4 if glog => {
            let (month, day) = (first / 100, first % 100);
            cursor.byte(b' ')?;
            let date = Civil::new(context.nearest_year(month, day), month, day)?;
            cursor.time_of_day(date)?
        }
        6 if !glog => {
            let date = Civil::new(2000 + first / 10_000, first / 100 % 100, first % 100)?;
            cursor.byte(b' ')?;
            let (time, _) = cursor.number(6, 6)?;
            date.at(time / 10_000, time / 100 % 100, time % 100, 0)?
        }
        2 if !glog => {
            cursor.any(b"-.")?;
            let (day, _) = cursor.number(2, 2)?;
            cursor.byte(b' ')?;
            let date = Civil::new(context.nearest_year(first, day), first, day)?;
            cursor.time_of_day(date)?
        }
        _ => return None,
    };
    let zone_s = cursor.zone();
    Some((context.nanoseconds(civil, zone_s)?, cursor.at))
}

const MONTHS: [&[u8; 3]; 12] = [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const WEEKDAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
/// Zones by name, in minutes east of UTC: those of RFC 2822 and the ones European systems write.
const ZONES: [(&[u8], i64); 16] = [
    (b"UTC", 0),
    (b"GMT", 0),
    (b"UT", 0),
    (b"EST", -300),
    (b"EDT", -240),
    (b"CST", -360),
    (b"CDT", -300),
    (b"MST", -420),
    (b"MDT", -360),
    (b"PST", -480),
    (b"PDT", -420),
    (b"BST", 60),
    (b"CET", 60),
    (b"CEST", 120),
    (b"EET", 120),
    (b"EEST", 180),
];

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

type Parsed = Option<(Civil, Option<i64>)>;

impl Cursor<'_> {
    fn digits_first(&mut self) -> Parsed {
        let (first, digits) = self.number(1, 8)?;
        match (digits, self.peek()?) {
            (4, separator @ (b'-' | b'/' | b'.')) => self.year_first(first, separator),
            (8, b'T' | b't' | b' ' | b'-') => self.basic(first),
            (1 | 2, separator @ (b'/' | b'-' | b' ')) if self.text.get(self.at + 1).is_some_and(u8::is_ascii_alphabetic) => {
                self.day_month_name(first, separator)
            }
            (1 | 2, b'/') => self.slashes(first),
            (1 | 2, b'.') => {
                self.at += 1;
                let (month, _) = self.number(1, 2)?;
                self.byte(b'.')?;
                let (year, _) = self.number(4, 4)?;
                let date = Civil::new(year, month, first)?;
                self.skip(b",");
                self.optional_time(date)
            }
            _ => None,
        }
    }

    /// `2024-11-20`, then `T`, a blank, `_` or `:` and a time, or nothing. RFC 3339, ISO 8601 and their relatives.
    fn year_first(&mut self, year: i64, separator: u8) -> Parsed {
        self.byte(separator)?;
        let (month, _) = self.number(1, 2)?;
        self.byte(separator)?;
        let (day, _) = self.number(1, 2)?;
        let date = Civil::new(year, month, day)?;
        self.optional_time(date)
    }

    /// `20241120T081523Z`, `20241120-22:15:29:606`.
    fn basic(&mut self, number: i64) -> Parsed {
        let date = Civil::new(number / 10_000, number / 100 % 100, number % 100)?;
        self.at += 1;
        if self.text.get(self.at..self.at + 6)?.iter().all(u8::is_ascii_digit) {
            let (time, _) = self.number(6, 6)?;
            let fraction = self.fraction();
            let civil = date.at(time / 10_000, time / 100 % 100, time % 100, fraction)?;
            return Some((civil, self.zone()));
        }
        let civil = self.time_of_day(date)?;
        Some((civil, self.zone()))
    }

    /// `10/Oct/2000:13:55:36 -0700` (access logs), `20 Nov 2024 08:15:23 +0100` (RFC 2822), `20-Nov-2024 08:15:23`.
    fn day_month_name(&mut self, day: i64, separator: u8) -> Parsed {
        self.byte(separator)?;
        let month = self.month()?;
        self.byte(separator)?;
        let (year, digits) = self.number(2, 4)?;
        let year = if digits == 2 { 2000 + year } else { year };
        let date = Civil::new(year, month, day)?;
        self.optional_time(date)
    }

    /// `17/06/09 20:10:40` (log4j: year first), or `11/20/2024 8:15:23 AM` (United States). Other orders of numbers between slashes
    /// cannot be told apart and are not taken.
    fn slashes(&mut self, first: i64) -> Parsed {
        self.byte(b'/')?;
        let (second, _) = self.number(1, 2)?;
        self.byte(b'/')?;
        let (third, digits) = self.number(2, 4)?;
        self.any(b" ,")?;
        self.skip(b" ");
        if digits == 2 {
            let civil = self.time_of_day(Civil::new(2000 + first, second, third)?)?;
            return Some((civil, self.zone()));
        }
        // The order is known when one of the numbers cannot be a month, or when the hour is in the American way.
        let time_at = self.at;
        let us = Civil::new(third, first, second);
        let rest = Civil::new(third, second, first);
        let civil = match (us, rest) {
            (Some(date), None) | (None, Some(date)) => self.time_of_day(date)?,
            (Some(date), Some(_)) => {
                let civil = self.time_of_day(date)?;
                let taken = self.text.get(time_at..self.at)?;
                if taken.last().is_none_or(|byte| byte | 0x20 != b'm') {
                    return None;
                }
                civil
            }
            (None, None) => return None,
        };
        Some((civil, self.zone()))
    }

    /// `Nov 20 08:15:23`, `Nov 20 2024 08:15:23`, `Nov 20, 2024 8:15:23 AM`, `Wed Nov 20 08:15:23 2024`, `Wed, 20 Nov 2024 08:15:23 +0100`.
    fn letters_first(&mut self, context: &TimeContext) -> Parsed {
        if self.name(&WEEKDAYS).is_some() {
            self.skip(b",");
            self.byte(b' ')?;
            self.skip(b" ");
            if self.peek()?.is_ascii_digit() {
                let (day, _) = self.number(1, 2)?;
                let separator = self.peek()?;
                return self.day_month_name(day, separator);
            }
        }
        let month = self.month()?;
        self.byte(b' ')?;
        self.skip(b" ");
        let (day, _) = self.number(1, 2)?;
        self.skip(b",");
        self.byte(b' ')?;
        self.skip(b" ");
        let year_here = self.text.get(self.at..self.at + 5).is_some_and(|next| next[..4].iter().all(u8::is_ascii_digit) && next[4] != b':');
        let year = if year_here { Some(self.number(4, 4)?.0) } else { None };
        if year_here {
            self.skip(b",");
            self.byte(b' ')?;
            self.skip(b" ");
        }
        let date = Civil::new(year.unwrap_or_else(|| context.nearest_year(month, day)), month, day)?;
        let civil = self.time_of_day(date)?;
        let zone_s = self.zone();
        if year.is_none()
            && let Some(later) = self.trailing_year()
        {
            let mut again = Cursor { text: self.text, at: 0 };
            return again.with_year(later, month, day, zone_s, self);
        }
        Some((civil, zone_s))
    }

    /// The year of `Wed Nov 20 08:15:23 2024`, when one follows.
    fn trailing_year(&mut self) -> Option<i64> {
        let next = self.text.get(self.at..self.at + 5)?;
        let ends = !self.text.get(self.at + 5).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'-' | b'/'));
        let plausible = next[0] == b' ' && (next.starts_with(b" 19") || next.starts_with(b" 20")) && next[3..].iter().all(u8::is_ascii_digit);
        if !(plausible && ends) {
            return None;
        }
        self.at += 1;
        self.number(4, 4).map(|(year, _)| year)
    }

    /// Reads the time of day of `done` again, on a date of another year.
    fn with_year(&mut self, year: i64, month: i64, day: i64, zone_s: Option<i64>, done: &Cursor<'_>) -> Parsed {
        self.at = memchr::memchr(b':', self.text)?;
        while self.at > 0 && self.text[self.at - 1].is_ascii_digit() {
            self.at -= 1;
        }
        let civil = self.time_of_day(Civil::new(year, month, day)?)?;
        self.at = done.at;
        Some((civil, zone_s))
    }

    /// A time of day and a zone, when a separator and a digit follow; otherwise the date alone.
    fn optional_time(&mut self, date: Civil) -> Parsed {
        let date_end = self.at;
        let blanks = self.text[self.at..].iter().take(3).take_while(|byte| **byte == b' ').count();
        self.at += blanks;
        if blanks == 0 && self.any(b"Tt_:-").is_none() || !self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at = date_end;
            return Some((date, None));
        }
        match self.time_of_day(date) {
            Some(civil) => Some((civil, self.zone())),
            None if blanks > 0 => {
                self.at = date_end;
                Some((date, None))
            }
            None => None,
        }
    }

    /// `08:15`, `08:15:23`, `08:15:23.123456789`, `08:15:23,123`, `08:15:23:123`, with AM or PM.
    fn time_of_day(&mut self, date: Civil) -> Option<Civil> {
        let (mut hour, _) = self.number(1, 2)?;
        self.byte(b':')?;
        let (minute, _) = self.number(2, 2)?;
        let (mut second, mut nanoseconds) = (0, 0);
        if self.peek() == Some(b':') && self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
            second = self.number(2, 2)?.0;
            nanoseconds = self.fraction();
        }
        if let Some(afternoon) = self.half_of_day() {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        date.at(hour, minute, second, nanoseconds)
    }

    /// AM or PM; true: PM.
    fn half_of_day(&mut self) -> Option<bool> {
        let blank = usize::from(self.peek() == Some(b' '));
        let next = self.text.get(self.at + blank..self.at + blank + 2)?;
        let ends = !self.text.get(self.at + blank + 2).is_some_and(u8::is_ascii_alphanumeric);
        let afternoon = match (next[0] | 0x20, next[1] | 0x20) {
            (b'a', b'm') if ends => false,
            (b'p', b'm') if ends => true,
            _ => return None,
        };
        self.at += blank + 2;
        Some(afternoon)
    }

    /// Digits after `.`, `,` or `:`, as nanoseconds; finer ones are cut.
    fn fraction(&mut self) -> i64 {
        let separated = matches!(self.peek(), Some(b'.' | b',' | b':')) && self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit);
        if !separated {
            return 0;
        }
        self.at += 1;
        let (mut sum, mut place) = (0, 1_000_000_000);
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            place /= 10;
            sum += i64::from(digit - b'0') * place;
            self.at += 1;
        }
        sum
    }

    /// `Z`, `+01:00`, `-0700`, `+01`, or a known name, after at most one blank; seconds east of UTC.
    fn zone(&mut self) -> Option<i64> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b' '));
        let zone_s = self.zone_here();
        if zone_s.is_none() {
            self.at = start;
        }
        zone_s
    }

    fn zone_here(&mut self) -> Option<i64> {
        let sign = match self.peek()? {
            b'+' => 1,
            b'-' => -1,
            _ => return self.zone_name(),
        };
        self.at += 1;
        let (hours, _) = self.number(2, 2)?;
        self.skip_one(b':');
        let minutes = if self.peek().is_some_and(|byte| byte.is_ascii_digit()) { self.number(2, 2)?.0 } else { 0 };
        let ends = !self.peek().is_some_and(|byte| byte.is_ascii_digit());
        (ends && hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }

    fn zone_name(&mut self) -> Option<i64> {
        let rest = &self.text[self.at..];
        let len = rest.iter().take(6).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &rest[..len];
        let minutes = match word {
            b"Z" | b"z" => 0,
            _ => ZONES.iter().find(|(name, _)| *name == word)?.1,
        };
        self.at += len;
        Some(minutes * 60)
    }

    fn month(&mut self) -> Option<i64> {
        self.name(&MONTHS).map(|index| i64::try_from(index).unwrap_or(0) + 1)
    }

    /// One of the three-letter names, any case, not followed by a letter.
    fn name(&mut self, names: &[&[u8; 3]]) -> Option<usize> {
        let word = self.text.get(self.at..self.at + 3)?;
        let index = names.iter().position(|name| name.eq_ignore_ascii_case(word))?;
        if self.text.get(self.at + 3).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        self.at += 3;
        Some(index)
    }

    /// As many digits as there are, at least `min` and at most `max`; the number and how many.
    fn number(&mut self, min: usize, max: usize) -> Option<(i64, usize)> {
        let digits = self.text.get(self.at..)?.iter().take(max + 1).take_while(|byte| byte.is_ascii_digit()).count();
        if digits < min || digits > max && min != max {
            return None;
        }
        let digits = digits.min(max);
        let value = self.text[self.at..self.at + digits].iter().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
        self.at += digits;
        Some((value, digits))
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn any(&mut self, wanted: &[u8]) -> Option<()> {
        wanted.contains(&self.peek()?).then(|| self.at += 1)
    }

    fn skip(&mut self, bytes: &[u8]) {
        while self.peek().is_some_and(|byte| bytes.contains(&byte)) {
            self.at += 1;
        }
    }

    fn skip_one(&mut self, byte: u8) {
        self.at += usize::from(self.peek() == Some(byte));
    }
}
