//! Times as logs write them, to UTC nanoseconds since 1970. Reads no clock: a missing year comes from the job's logical day, a
//! missing zone from the policy.

mod calendar;
mod epoch;
mod layout;

use calendar::Civil;

/// What a text leaves open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeContext {
    /// Offset of times without a zone, in seconds east of UTC.
    pub(crate) offset_s: i64,
    /// The run's logical day, in days since 1970-01-01.
    pub(crate) logical_day: i32,
}

impl TimeContext {
    /// Reads a field's whole value: any layout, or an epoch number.
    pub(crate) fn of_field(&self, text: &[u8]) -> Option<i64> {
        let text = text.trim_ascii();
        if (text.first()?.is_ascii_digit() || text[0] == b'-')
            && let Some(time) = epoch::parse(text, self)
        {
            return Some(time);
        }
        let (time, used) = layout::parse(text, self)?;
        let rest = &text[used..];
        // Java's `[Europe/Berlin]` after an offset repeats what the offset says.
        let zone_name = rest.first() == Some(&b'[') && rest.last() == Some(&b']') && rest.len() < 40;
        (rest.is_empty() || zone_name).then_some(time)
    }

    /// Reads the time a line begins with; says where it ends.
    pub(crate) fn of_line(&self, line: &[u8]) -> Option<(i64, usize)> {
        let mut at = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        // `<34>` of syslog, and `<34>1 ` of its newer form.
        if line.get(at) == Some(&b'<') {
            let digits = line[at + 1..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 && line.get(at + 1 + digits) == Some(&b'>') {
                at += digits + 2;
                if line[at..].starts_with(b"1 ") {
                    at += 2;
                }
            }
        }
        while matches!(line.get(at), Some(b'[' | b'(' | b'"' | b'\'')) {
            at += 1;
        }
        let rest = line.get(at..)?;
        layout::parse(rest, self)
            .filter(|&(_, used)| ends_word(rest, used))
            .or_else(|| layout::parse_line_only(rest, self).filter(|&(_, used)| ends_word(rest, used)))
            .or_else(|| epoch::parse_prefix(rest, self))
            .map(|(time, used)| (time, at + used))
            .or_else(|| self.in_access_log(line))
    }

    /// The bracketed time of an access log: `host ident user [10/Oct/2000:13:55:36 -0700] "GET ..."`.
    fn in_access_log(&self, line: &[u8]) -> Option<(i64, usize)> {
        let head = &line[..line.len().min(256)];
        let at = memchr::memchr(b'[', head)? + 1;
        let rest = &line[at..];
        if rest.get(2) != Some(&b'/') || rest.get(6) != Some(&b'/') {
            return None;
        }
        layout::parse(rest, self).filter(|&(_, used)| rest.get(used) == Some(&b']')).map(|(time, used)| (time, at + used))
    }

    /// Nanoseconds of a civil time in a zone (`None`: the policy's).
    fn nanoseconds(&self, civil: Civil, zone_s: Option<i64>) -> Option<i64> {
        civil.nanoseconds(zone_s.unwrap_or(self.offset_s))
    }

    /// The year that puts a month and day nearest to the logical day.
    fn nearest_year(&self, month: i64, day: i64) -> i64 {
        let today = i64::from(self.logical_day);
        let (year, _, _) = calendar::civil_of_day(today);
        let distance = |year: i64| (calendar::day_of_civil(year, month, day) - today).abs();
        [year, year - 1, year + 1].into_iter().min_by_key(|&year| distance(year)).unwrap_or(year)
    }
}

/// Whether a time that ends at `at` is not the beginning of a longer word or number.
fn ends_word(text: &[u8], at: usize) -> bool {
    !text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// A time in the name of a screenshot: `2024-11-20_08-15-23` or with a dash between, anywhere in the text; UTC.
pub(crate) fn of_screenshot(text: &[u8]) -> Option<i64> {
    text.windows(19).find_map(|part| {
        let number = |range: std::ops::Range<usize>| {
            part[range].iter().try_fold(0i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
        };
        let dashes = [4, 7, 13, 16].iter().all(|&at| part[at] == b'-') && matches!(part[10], b'-' | b'_');
        if !dashes {
            return None;
        }
        let civil = Civil::new(number(0..4)?, number(5..7)?, number(8..10)?)?;
        civil.at(number(11..13)?, number(14..16)?, number(17..19)?, 0)?.nanoseconds(0)
    })
}

#[cfg(test)]
mod tests;
