//! Formats divided by lines: which line begins a record.
//!
//! The rule looks at the line alone (at its first [`LOOK_BYTES`]), so that shards that start anywhere agree. A line ends with a line
//! feed; a NUL ends one as well and what follows always begins a record, so that the padding a crash leaves costs nothing. A carriage
//! return before the line feed is white space. A line of white space begins nothing and is no record.

use memchr::{memchr2, memchr2_iter, memrchr2};

use crate::ansi;
use crate::severity;
use crate::time::TimeContext;

/// Bytes of a line the rule looks at.
pub(crate) const LOOK_BYTES: usize = 256;

/// Which lines begin a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineRule {
    /// Every line.
    Every,
    /// Lines that do not look like the continuation of a stack trace.
    NotContinued,
    /// Lines that begin with a time or a level, or with a JSON object.
    Prefixed,
}

/// Where the next record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// At this position (the end of the buffer, when the source ends there).
    At(usize),
    /// At this position there is a line of which too little is known.
    Undecided(usize),
    /// Nowhere in the buffer.
    Nowhere,
}

/// What a rule needs besides the line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines {
    pub(crate) rule: LineRule,
    pub(crate) time: TimeContext,
}

impl Lines {
    /// The first position at or after `from` where a record begins. `buffer[from - 1]` must be there unless `from` is 0, where a line
    /// is known to begin. `ends`: the source ends with the buffer.
    pub(crate) fn first_begin(&self, buffer: &[u8], from: usize, ends: bool) -> Begin {
        let mut at = from;
        if from > 0 && !is_line_end(buffer[from - 1]) {
            match memchr2(b'\n', 0, &buffer[from..]) {
                Some(next) => at = from + next + 1,
                None => return if ends { Begin::At(buffer.len()) } else { Begin::Nowhere },
            }
        }
        loop {
            match self.begins_at(buffer, at, ends) {
                Some(true) => return Begin::At(at),
                None => return Begin::Undecided(at),
                Some(false) => {}
            }
            match memchr2(b'\n', 0, &buffer[at..]) {
                Some(next) => at += next + 1,
                None => return if ends { Begin::At(buffer.len()) } else { Begin::Nowhere },
            }
        }
    }

    /// The last position after 0 where a record surely begins, in a buffer that goes on.
    pub(crate) fn last_begin(&self, buffer: &[u8]) -> Option<usize> {
        let mut end = buffer.len();
        while let Some(line_end) = memrchr2(b'\n', 0, &buffer[..end]) {
            if self.begins_at(buffer, line_end + 1, false) == Some(true) {
                return Some(line_end + 1);
            }
            end = line_end;
        }
        None
    }

    /// Calls `record` with start, end and number of lines of each record in `buffer`, which begins with one (or with blank lines) and
    /// ends before one. White space around a record is left out of it, its start apart.
    pub(crate) fn for_each(&self, buffer: &[u8], mut record: impl FnMut(usize, usize, u32)) {
        let mut line_start = 0;
        let mut open: Option<(usize, u32)> = None;
        for line_end in memchr2_iter(b'\n', 0, buffer).chain(std::iter::once(buffer.len())) {
            let begins = self.begins_at(buffer, line_start, true) == Some(true);
            match &mut open {
                Some((start, lines)) if begins => {
                    record(*start, line_start, *lines);
                    open = Some((line_start, 1));
                }
                Some((_, lines)) => *lines = lines.saturating_add(1),
                None => open = Some((line_start, 1)),
            }
            line_start = (line_end + 1).min(buffer.len());
        }
        if let Some((start, lines)) = open {
            record(start, buffer.len(), lines);
        }
    }

    /// Whether the line at `at` begins a record; none when the buffer shows too little of it.
    fn begins_at(&self, buffer: &[u8], at: usize, ends: bool) -> Option<bool> {
        if self.rule == LineRule::Every || at == 0 && buffer.is_empty() {
            return Some(true);
        }
        if at > 0 && buffer[at - 1] == 0 {
            return Some(true);
        }
        let rest = &buffer[at..];
        let look = &rest[..rest.len().min(LOOK_BYTES)];
        match memchr2(b'\n', 0, look) {
            Some(end) => Some(self.begins(&look[..end])),
            None if look.len() == LOOK_BYTES || ends => Some(self.begins(look)),
            None => None,
        }
    }

    /// Whether a line (or the first [`LOOK_BYTES`] of a longer one) begins a record.
    fn begins(&self, line: &[u8]) -> bool {
        if line.trim_ascii_start().is_empty() {
            return false;
        }
        match self.rule {
            LineRule::Every => true,
            LineRule::NotContinued => !looks_continued(line),
            LineRule::Prefixed => is_prefixed(line, &self.time),
        }
    }
}

/// Whether a line begins with a time or a level, or with a JSON object.
pub(crate) fn is_prefixed(line: &[u8], time: &TimeContext) -> bool {
    let line = ansi::behind_colours(line);
    if line.first().is_none_or(u8::is_ascii_whitespace) {
        return false;
    }
    line.starts_with(b"{\"") || severity::begins_line(line) || time.of_line(line).is_some()
}

/// Whether a line looks like part of a stack trace, of a pretty-printed value, or of an indented block.
pub(crate) fn looks_continued(line: &[u8]) -> bool {
    const STARTS: [&[u8]; 9] =
        [b"at ", b"Caused by:", b"Suppressed:", b"...", b"}", b"]", b")", b"Traceback (most recent call last)", b"During handling of"];
    line.first().is_some_and(u8::is_ascii_whitespace) || STARTS.iter().any(|start| line.starts_with(start)) || is_exception(line)
}

/// Whether a line begins with the qualified name of an exception: `java.io.IOException: closed`.
fn is_exception(line: &[u8]) -> bool {
    let len = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$')).count();
    let (name, rest) = line.split_at(len);
    let ends = rest.first().is_none_or(|byte| matches!(byte, b':' | b'\r'));
    ends && name.contains(&b'.') && [b"Exception".as_slice(), b"Error", b"Throwable"].iter().any(|end| name.ends_with(end))
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: TimeContext = TimeContext { offset_s: 0, logical_day: 20_047 };

    fn check(rule: LineRule, text: &str, expected: &[&str]) {
        let lines = Lines { rule, time: TIME };
        let mut found = Vec::new();
        lines.for_each(text.as_bytes(), |start, end, _| {
            found.push(text.get(start..end).unwrap().trim_matches(['\0', ' ', '\n', '\r', '\t']).to_owned())
        });
        found.retain(|record| !record.is_empty());
        assert_eq!(found, expected, "{rule:?} {text:?}");
    }

    #[test]
    fn every_line_may_be_a_record() {
        check(LineRule::Every, "a\n\n  b\r\nc", &["a", "b", "c"]);
        check(LineRule::Every, "a\0\0\0b\n", &["a", "b"]);
    }

    #[test]
    fn continued_lines_belong_to_the_record_before() {
        check(LineRule::NotContinued, "a\n  at b\nCaused by: c\n\n\t... 3 more\nd\n", &["a\n  at b\nCaused by: c\n\n\t... 3 more", "d"]);
        check(LineRule::NotContinued, "a\njava.io.IOException: b\nError: c\nx.y.Error", &["a\njava.io.IOException: b", "Error: c\nx.y.Error"]);
        check(LineRule::NotContinued, "  first\nb", &["first", "b"]);
        check(LineRule::NotContinued, "a\0  b", &["a", "b"]);
    }

    #[test]
    fn with_prefixes_only_those_begin() {
        check(
            LineRule::Prefixed,
            "2024-11-20 08:15:23 a\njava.lang.X: b\n\tat c\n[ERROR] d\n{\"e\":1}\n",
            &["2024-11-20 08:15:23 a\njava.lang.X: b\n\tat c", "[ERROR] d", "{\"e\":1}"],
        );
    }

    #[test]
    fn what_is_cut_is_not_decided() {
        let lines = Lines { rule: LineRule::NotContinued, time: TIME };
        assert_eq!(lines.first_begin(b"x\nab", 1, false), Begin::Undecided(2));
        assert_eq!(lines.first_begin(b"x\nab", 1, true), Begin::At(2));
        assert_eq!(lines.first_begin(b"x\n ab\nc\n", 1, false), Begin::At(6));
        assert_eq!(lines.first_begin(b"x\n ab\n", 2, false), Begin::Undecided(6));
        assert_eq!(lines.first_begin(b"xab", 1, false), Begin::Nowhere);
        assert_eq!(lines.last_begin(b"a\nb\n c\nd"), Some(2));
        assert_eq!(Lines { rule: LineRule::Every, ..lines }.last_begin(b"a\nb\n"), Some(4));
    }

    proptest::proptest! {
        /// Wherever a buffer is cut, the records before and after the cut are those of the whole.
        #[test]
        fn cuts_agree(
            text in "([ab]|\n| |\tat x|\u{0}|INFO z|2024-11-20 08:15:23 q){0,40}",
            rule in proptest::sample::select(vec![LineRule::Every, LineRule::NotContinued, LineRule::Prefixed]),
            cut in 1usize..80,
        ) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let lines = Lines { rule, time: TIME };
            let records = |range: std::ops::Range<usize>| {
                let mut found = Vec::new();
                lines.for_each(&bytes[range.clone()], |start, end, _| {
                    if bytes[range.start + start..range.start + end].iter().any(|byte| !byte.is_ascii_whitespace() && *byte != 0) {
                        found.push(range.start + start);
                    }
                });
                found
            };
            if cut > 0 {
                let Begin::At(at) = lines.first_begin(bytes, cut, true) else { panic!("undecided at the end") };
                let mut parts = records(0..at);
                parts.extend(records(at..bytes.len()));
                proptest::prop_assert_eq!(parts, records(0..bytes.len()));
            }
        }
    }
}
