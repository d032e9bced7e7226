//! `key=value` pairs (logfmt): a line that is nothing but pairs becomes a JSON object of strings.
//!
//! A key is letters, digits and `_.-@/`, not beginning with a digit or a sign. A value is bare (no white space, no quote) or quoted
//! with `"` and backslash escapes; in a source that is pairs by its first lines, words without `=` behind a bare value belong to it. Pairs are separated by white space, a comma or semicolon before it allowed. Duplicate keys are
//! kept as they are.

use std::borrow::Cow;

use crate::fields::FieldMap;
use crate::made::Made;

/// What blanks in bare values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// The value ends; what follows must be another pair.
    Part,
    /// `card=4539 6613 1860 9139 msg=paid`: words up to the next pair belong to the value.
    Belong,
}

/// Writes the pairs of `line` as an object; false (and `made` in any state) when the line is not pairs throughout.
pub(crate) fn to_json(line: &str, blanks: Blanks, map: &FieldMap, made: &mut Made) -> bool {
    made.begin();
    let mut json_key = String::new();
    let whole = for_each(line, blanks, |key, value| {
        json_key.clear();
        json_key.extend(["\"", key, "\":"]);
        made.field(&json_key, value, map.may_matter(key.as_bytes()));
    });
    made.end();
    whole && made.fields() > 0
}

/// Calls `pair` with keys and values; false when the line is not pairs throughout.
fn for_each(line: &str, blanks: Blanks, mut pair: impl FnMut(&str, &str)) -> bool {
    let mut rest = line.trim_ascii();
    while !rest.is_empty() {
        let Some((key, after)) = rest.split_once('=') else { return false };
        if !is_key(key) {
            return false;
        }
        match value_of(after) {
            Some((Cow::Borrowed(value), left)) if blanks == Blanks::Belong && !after.starts_with('"') => {
                let words = words_before_pair(left);
                let end = if words == 0 { value.len() } else { after.len() - left.len() + words };
                pair(key, after.get(..end).unwrap_or(value));
                rest = left.get(words..).unwrap_or_default().trim_ascii_start();
            }
            Some((value, left)) => {
                pair(key, &value);
                rest = left;
            }
            None => return false,
        }
    }
    true
}

/// Number of pairs when a line is nothing but pairs.
pub(crate) fn pairs(line: &str) -> Option<usize> {
    let mut count = 0;
    for_each(line, Blanks::Part, |_, _| count += 1).then_some(count)
}

/// Bytes of the words at the start of `text` that are no pair, up to the next pair or the end.
fn words_before_pair(text: &str) -> usize {
    let (mut at, mut end) = (0, 0);
    for word in text.split(' ') {
        if word.split_once('=').is_some_and(|(key, _)| is_key(key)) {
            break;
        }
        at += word.len();
        end = if word.is_empty() { end } else { at };
        at += 1;
    }
    end
}

/// The value `text` begins with, and what follows its separator.
fn value_of(text: &str) -> Option<(Cow<'_, str>, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, after) = quoted.split_at_checked(quoted_end(quoted.as_bytes())?)?;
        let after = after.strip_prefix('"')?;
        let next = after.trim_start_matches([',', ';']).trim_ascii_start();
        if !after.is_empty() && next.len() == after.len() {
            return None;
        }
        let value = if value.contains('\\') { Cow::Owned(unquote(value)) } else { Cow::Borrowed(value) };
        return Some((value, next));
    }
    let end = text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len());
    let (value, after) = text.split_at_checked(end)?;
    let value = if after.is_empty() { value } else { value.trim_end_matches([',', ';']) };
    (!value.contains('"')).then(|| (Cow::Borrowed(value), after.trim_ascii_start()))
}

/// Position of the closing quote.
fn quoted_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', &text[at..])?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
        if at > text.len() {
            return None;
        }
    }
}

fn unquote(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other @ ('"' | '\\')) => out.push(other),
                // An escape nobody defined stays as it is.
                Some(other) => out.extend(['\\', other]),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out
}

fn is_key(key: &str) -> bool {
    let first = key.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@'));
    first && key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<'a>(line: &str, expected: impl Into<Option<&'a str>>) {
        let mut made = Made::default();
        let json = to_json(line, Blanks::Part, &FieldMap::new(&schemas::policy::IngestPolicy::default(), 0), &mut made).then_some(made.text());
        assert_eq!(json, expected.into(), "{line}");
        assert_eq!(pairs(line).unwrap_or(0) > 0, json.is_some(), "{line}");
    }

    #[test]
    fn pairs_become_an_object() {
        check("a=1 b=two", r#"{"a":"1","b":"two"}"#);
        check(r#"msg="it \"failed\" \\ at C:\d" level=info"#, r#"{"msg":"it \"failed\" \\ at C:\\d","level":"info"}"#);
        check("a=1, b=2; c=", r#"{"a":"1","b":"2","c":""}"#);
        check("url=/a?b=c", r#"{"url":"/a?b=c"}"#);
        check("a=1 a=2", r#"{"a":"1","a":"2"}"#);
        check(r#"a="x", b="y""#, r#"{"a":"x","b":"y"}"#);
        check("name=Müller", r#"{"name":"Müller"}"#);
    }

    #[test]
    fn anything_else_is_text() {
        for line in ["", "a", "a=1 b", "=1", "1a=2", "a b=1", r#"a="x"#, r#"a="x"y"#, r#"a=x"y"#, "a=1 INFO b=2", "a=\"\\"] {
            check(line, None);
        }
    }

    #[test]
    fn words_belong_to_the_bare_value_before_them() {
        let mut made = Made::default();
        let map = FieldMap::new(&schemas::policy::IngestPolicy::default(), 0);
        for (line, expected) in [
            ("ts=1 card=4539 6613 1860 9139 msg=paid", r#"{"ts":"1","card":"4539 6613 1860 9139","msg":"paid"}"#),
            ("a=1 b=two words", r#"{"a":"1","b":"two words"}"#),
            (r#"a="x" b=2"#, r#"{"a":"x","b":"2"}"#),
        ] {
            assert!(to_json(line, Blanks::Belong, &map, &mut made), "{line}");
            assert_eq!(made.text(), expected);
        }
        assert!(!to_json("no pair a=1", Blanks::Belong, &map, &mut made));
    }

    proptest::proptest! {
        #[test]
        fn what_it_writes_is_json(line in r#"([ab=" \\,;\n]|key="|x=1 ){0,20}"#) {
            let mut made = Made::default();
            if to_json(&line, Blanks::Belong, &FieldMap::new(&schemas::policy::IngestPolicy::default(), 0), &mut made) {
                let sound = crate::json::walk(made.text().as_bytes(), |_| {}).is_ok();
                proptest::prop_assert!(sound);
            }
        }
    }
}
