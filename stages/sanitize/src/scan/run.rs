//! Groups of digits with single separators between them, collected once and handed to all digit detectors.

/// One group of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    /// First digit.
    pub(crate) start: usize,
    /// Byte after the last digit.
    pub(crate) end: usize,
    /// What stands between this group and the one before it: a blank, `-`, `.`, `/`, or `)`/`(` where parentheses are passed; 0 for the first.
    pub(crate) separator: u8,
}

impl Group {
    /// Number of digits.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// Groups collected at a time: no value has more.
pub(crate) const GROUPS_MAX: usize = 8;

/// Collects the group that spans `start..end` and those joined to it. A group that touches a letter ends the run before it. `groups` may hold what was
/// collected for the group before in the same text, most of which is the same.
pub(crate) fn collect(text: &[u8], start: usize, end: usize, groups: &mut Vec<Group>) {
    if groups.get(1).is_some_and(|second| (second.start, second.end) == (start, end)) {
        groups.remove(0);
        groups[0].separator = 0;
    } else {
        groups.clear();
        groups.push(Group { start, end, separator: 0 });
    }
    let mut at = groups.last().map_or(end, |last| last.end);
    while groups.len() < GROUPS_MAX {
        let Some((separator, next)) = separator_at(text, at) else { return };
        let len = text[next..].iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len() - next);
        let touches = text.get(next + len).is_some_and(|&byte| byte.is_ascii_alphabetic() || (byte >= 0x80 && !is_unspaced(byte)));
        if len == 0 || touches {
            return;
        }
        groups.push(Group { start: next, end: next + len, separator });
        at = next + len;
    }
}

/// Whether a character that begins with this byte is of a script without blanks (kana, Chinese characters, hangul): it parts words as a sign does.
pub(crate) fn is_unspaced(lead: u8) -> bool {
    matches!(lead, 0xE3..=0xED)
}

/// The separator at `at` and where the next group begins.
fn separator_at(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = |offset: usize| text.get(at + offset).copied().unwrap_or(0);
    let (separator, len) = match (byte(0), byte(1), byte(2)) {
        (b')', b' ' | b'-' | b'.', third) if third.is_ascii_digit() => (b')', 2),
        (b')', second, _) if second.is_ascii_digit() => (b')', 1),
        (b' ' | b'-' | b'.', b'(', third) if third.is_ascii_digit() => (b'(', 2),
        (first @ (b' ' | b'-' | b'.' | b'/'), second, _) if second.is_ascii_digit() => (first, 1),
        _ => return None,
    };
    Some((separator, at + len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, char)]) {
        let len = text.bytes().take_while(u8::is_ascii_digit).count();
        let mut groups = Vec::new();
        collect(text.as_bytes(), 0, len, &mut groups);
        let found: Vec<_> = groups.iter().map(|group| (text.get(group.start..group.end).unwrap(), char::from(group.separator))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_was_collected_before_makes_no_difference() {
        for text in ["1 2 3 4 5 6 7 8 9 10 11 12", "1-22.333 4444a 5 6", "12 (345) 678-9 0 1 2 3 4 5", "1 2  3 4"] {
            let mut groups = Vec::new();
            let bytes = text.as_bytes();
            let starts = (0..bytes.len()).filter(|&at| bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit()));
            for start in starts {
                let end = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let mut anew = Vec::new();
                collect(bytes, start, end, &mut anew);
                collect(bytes, start, end, &mut groups);
                assert_eq!(groups, anew, "{text} at {start}");
            }
        }
    }

    #[test]
    fn groups_end_at_letters_and_double_separators() {
        check("4111 1111-1111.1111", &[("4111", '\0'), ("1111", ' '), ("1111", '-'), ("1111", '.')]);
        check("555) 123-4567", &[("555", '\0'), ("123", ')'), ("4567", '-')]);
        check("1 (555) 123", &[("1", '\0'), ("555", '('), ("123", ')')]);
        check("12  34", &[("12", '\0')]);
        check("12-34ab", &[("12", '\0')]);
        check("12:34", &[("12", '\0')]);
    }
}
