//! A shallow walk over one JSON value: checks the whole structure, reports the top-level fields, allocates nothing.
//!
//! It accepts what RFC 8259 accepts, and besides: the literals `NaN`, `Infinity` and `-Infinity` (Python writes them), duplicate keys
//! (each occurrence is reported; callers take the first usable one) and unpaired surrogate escapes. It does not recurse: nesting is
//! a bit mask, bounded by [`JSON_DEPTH_MAX`]. It builds no tree; a field is reported as a slice of the text.

use schemas::limits::{JSON_DEPTH_MAX, JSON_KEYS_MAX};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string; `text` is what is between the quotes. `escaped`: it holds a backslash.
    String { escaped: bool },
    /// A number, `NaN` and the infinities included.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// An object.
    Object { empty: bool },
    /// A list.
    List { empty: bool },
}

/// One value: its kind and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a [u8],
}

impl Value<'_> {
    /// Whether there is anything in it: not null, not blank, not an empty container.
    pub(crate) fn is_present(&self) -> bool {
        match self.kind {
            Kind::String { .. } => !self.text.iter().all(u8::is_ascii_whitespace),
            Kind::Null | Kind::Object { empty: true } | Kind::List { empty: true } => false,
            Kind::Number | Kind::Bool | Kind::Object { .. } | Kind::List { .. } => true,
        }
    }

    /// Whether it is a string, number or truth value.
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(self.kind, Kind::String { .. } | Kind::Number | Kind::Bool)
    }
}

/// A field of the top-level object, or of an object directly in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Key of the object the field is in; none at the top level.
    pub(crate) parent: Option<&'a [u8]>,
    /// The key, as written (escapes are left alone).
    pub(crate) key: &'a [u8],
    /// The value; a list of one scalar is that scalar.
    pub(crate) value: Value<'a>,
    /// Whether `value` was unwrapped from a list.
    pub(crate) in_list: bool,
}

/// Why a text is not a JSON value we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// Not JSON.
    Invalid,
    /// It may be JSON, but it ends in the middle.
    Cut,
    /// Nested deeper than [`JSON_DEPTH_MAX`].
    TooDeep,
    /// More keys than [`JSON_KEYS_MAX`].
    TooManyKeys,
}

/// Walks the one value in `text` (white space around it is fine) and hands the fields of depth 1 and 2 to `field`.
pub(crate) fn walk<'a>(text: &'a [u8], field: impl FnMut(Field<'a>)) -> Result<Value<'a>, JsonError> {
    let mut walker = Walker { text, at: 0, field, keys: 0 };
    let value = walker.value()?;
    walker.skip_space();
    if walker.at == text.len() { Ok(value) } else { Err(JsonError::Invalid) }
}

/// What one level of nesting has to remember. Only the two outermost levels use it fully.
#[derive(Clone, Copy, Default)]
struct Level {
    start: usize,
    key: (usize, usize),
}

struct Walker<'a, F> {
    text: &'a [u8],
    at: usize,
    field: F,
    keys: u32,
}

/// Levels whose fields are reported, and one more, whose containers are values of the last of them.
const LEVELS: usize = 3;

impl<'a, F: FnMut(Field<'a>)> Walker<'a, F> {
    fn value(&mut self) -> Result<Value<'a>, JsonError> {
        // Bit `d` of `objects` says whether the container at depth `d` is an object; the first levels are also in `levels`.
        let mut objects: u32 = 0;
        let mut depth: usize = 0;
        let mut levels = [Level::default(); LEVELS];
        // The only scalar of the list at level 1, when that is what the list holds.
        let mut single: Option<Value<'a>> = None;
        let mut several = false;
        loop {
            self.skip_space();
            let start = self.at;
            let mut value = match self.peek()? {
                open @ (b'{' | b'[') => {
                    self.at += 1;
                    if depth >= JSON_DEPTH_MAX as usize {
                        return Err(JsonError::TooDeep);
                    }
                    let object = open == b'{';
                    self.skip_space();
                    let close = if object { b'}' } else { b']' };
                    if self.peek()? == close {
                        self.at += 1;
                        let kind = if object { Kind::Object { empty: true } } else { Kind::List { empty: true } };
                        Value { kind, text: self.slice(start, self.at) }
                    } else {
                        objects = if object { objects | 1 << depth } else { objects & !(1 << depth) };
                        if let Some(level) = levels.get_mut(depth) {
                            *level = Level { start, ..Level::default() };
                        }
                        if depth == 1 {
                            single = None;
                            several = false;
                        }
                        depth += 1;
                        if object {
                            let key = self.key()?;
                            if let Some(level) = levels.get_mut(depth - 1) {
                                level.key = key;
                            }
                        }
                        continue;
                    }
                }
                _ => self.scalar()?,
            };
            // A value is complete: hand it to its container, and close containers that end here.
            loop {
                if depth == 0 {
                    return Ok(value);
                }
                let in_object = objects >> (depth - 1) & 1 == 1;
                if depth < LEVELS {
                    if depth == 2 && !in_object {
                        single = (!several && value.is_scalar()).then_some(value);
                        several = true;
                    } else if in_object && objects & 1 == 1 {
                        self.report(depth, &levels, value, &mut single);
                    }
                }
                self.skip_space();
                let byte = self.peek()?;
                self.at += 1;
                match (byte, in_object) {
                    (b',', true) => {
                        self.skip_space();
                        let key = self.key()?;
                        if let Some(level) = levels.get_mut(depth - 1) {
                            level.key = key;
                        }
                        break;
                    }
                    (b',', false) => break,
                    (b'}', true) | (b']', false) => {
                        depth -= 1;
                        let start = levels.get(depth).map_or(self.at, |level| level.start);
                        let kind = if in_object { Kind::Object { empty: false } } else { Kind::List { empty: false } };
                        value = Value { kind, text: self.slice(start, self.at) };
                    }
                    _ => return Err(JsonError::Invalid),
                }
            }
        }
    }

    /// Reports a value of an object at `depth` 1 or 2.
    fn report(&mut self, depth: usize, levels: &[Level; LEVELS], value: Value<'a>, single: &mut Option<Value<'a>>) {
        let key_of = |level: Level| self.slice(level.key.0, level.key.1);
        let parent = (depth == 2).then(|| key_of(levels[0]));
        let key = key_of(levels[depth - 1]);
        let unwrapped = if depth == 1 && matches!(value.kind, Kind::List { empty: false }) { single.take() } else { None };
        (self.field)(Field { parent, key, value: unwrapped.unwrap_or(value), in_list: unwrapped.is_some() });
    }

    /// Reads a key and the colon after it; returns where the key lies.
    fn key(&mut self) -> Result<(usize, usize), JsonError> {
        if self.peek()? != b'"' {
            return Err(JsonError::Invalid);
        }
        self.keys += 1;
        if self.keys > JSON_KEYS_MAX {
            return Err(JsonError::TooManyKeys);
        }
        let start = self.at + 1;
        self.string()?;
        let end = self.at - 1;
        self.skip_space();
        if self.peek()? != b':' {
            return Err(JsonError::Invalid);
        }
        self.at += 1;
        Ok((start, end))
    }

    fn scalar(&mut self) -> Result<Value<'a>, JsonError> {
        let start = self.at;
        match self.peek()? {
            b'"' => {
                let escaped = self.string()?;
                Ok(Value { kind: Kind::String { escaped }, text: self.slice(start + 1, self.at - 1) })
            }
            b't' => self.literal(b"true", Kind::Bool),
            b'f' => self.literal(b"false", Kind::Bool),
            b'n' => self.literal(b"null", Kind::Null),
            b'N' => self.literal(b"NaN", Kind::Number),
            b'I' => self.literal(b"Infinity", Kind::Number),
            b'-' if self.text.get(start + 1) == Some(&b'I') => self.literal(b"-Infinity", Kind::Number),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(JsonError::Invalid),
        }
    }

    fn literal(&mut self, word: &[u8], kind: Kind) -> Result<Value<'a>, JsonError> {
        let start = self.at;
        let rest = &self.text[start..];
        if rest.len() < word.len() {
            return Err(if word.starts_with(rest) { JsonError::Cut } else { JsonError::Invalid });
        }
        if !rest.starts_with(word) {
            return Err(JsonError::Invalid);
        }
        self.at += word.len();
        Ok(Value { kind, text: self.slice(start, self.at) })
    }

    fn number(&mut self) -> Result<Value<'a>, JsonError> {
        let start = self.at;
        self.take_if(|byte| byte == b'-');
        let leading_zero = self.text.get(self.at) == Some(&b'0');
        let digits = self.digits()?;
        if leading_zero && digits > 1 {
            return Err(JsonError::Invalid);
        }
        if self.take_if(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.take_if(|byte| byte | 0x20 == b'e') {
            self.take_if(|byte| byte == b'+' || byte == b'-');
            self.digits()?;
        }
        Ok(Value { kind: Kind::Number, text: self.slice(start, self.at) })
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<usize, JsonError> {
        let start = self.at;
        while self.take_if(|byte| byte.is_ascii_digit()) {}
        match (self.at - start, self.at == self.text.len()) {
            (0, true) => Err(JsonError::Cut),
            (0, false) => Err(JsonError::Invalid),
            (digits, _) => Ok(digits),
        }
    }

    /// Skips a string, the quotes included; says whether it holds an escape.
    fn string(&mut self) -> Result<bool, JsonError> {
        let mut escaped = false;
        self.at += 1;
        loop {
            self.at = plain_end(self.text, self.at);
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(escaped);
                }
                b'\\' => {
                    escaped = true;
                    self.at += 1;
                    let escape = self.peek()?;
                    self.at += 1;
                    match escape {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        b'u' => {
                            for _ in 0..4 {
                                if !self.peek()?.is_ascii_hexdigit() {
                                    return Err(JsonError::Invalid);
                                }
                                self.at += 1;
                            }
                        }
                        _ => return Err(JsonError::Invalid),
                    }
                }
                _ => return Err(JsonError::Invalid),
            }
        }
    }

    #[inline]
    fn skip_space(&mut self) {
        while self.take_if(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {}
    }

    #[inline]
    fn take_if(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let taken = self.text.get(self.at).is_some_and(|&byte| wanted(byte));
        self.at += usize::from(taken);
        taken
    }

    #[inline]
    fn peek(&self) -> Result<u8, JsonError> {
        self.text.get(self.at).copied().ok_or(JsonError::Cut)
    }

    fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        &self.text[start..end]
    }
}

/// Position of the first quote, backslash or control byte at or after `at`, or the end. Eight bytes at a time: fields are too short
/// for a vector search to pay.
#[inline]
fn plain_end(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero_in = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    while let Some(chunk) = text.get(at..at + 8) {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(chunk);
        let word = u64::from_le_bytes(bytes);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = zero_in(word ^ (ONES * 0x22)) | zero_in(word ^ (ONES * 0x5c)) | control;
        if found != 0 {
            // The lowest marked byte is exact: a borrow can only spoil bytes above a true hit.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while at < text.len() && !matches!(text[at], b'"' | b'\\' | 0..=0x1f) {
        at += 1;
    }
    at
}

/// Appends the content of a JSON string (what is between the quotes) to `out`, escapes resolved; an unpaired surrogate becomes U+FFFD.
pub(crate) fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((plain, after)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = after.chars();
        match chars.next() {
            Some('u') => {
                let first = hex4(chars.as_str());
                rest = chars.as_str().get(4..).unwrap_or("");
                let low = rest.strip_prefix("\\u").map(hex4).filter(|low| (0xdc00..0xe000).contains(low));
                match (first, low) {
                    (0xd800..0xdc00, Some(low)) => {
                        out.push(char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00)).unwrap_or(char::REPLACEMENT_CHARACTER));
                        rest = rest.get(6..).unwrap_or("");
                    }
                    _ => out.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
                continue;
            }
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn hex4(text: &str) -> u32 {
    text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
}

/// Appends `text` as a JSON string, quotes included.
pub(crate) fn write_string(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    let mut rest = text;
    loop {
        // What is found is ASCII, so both cuts are between characters.
        let (plain, special) = rest.split_at_checked(plain_end(rest.as_bytes(), 0)).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            None => break,
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => write!(out, "\\u{:04x}", u32::from(control)).expect("a string takes all writes"),
        }
        rest = chars.as_str();
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Result<Vec<String>, JsonError> {
        let mut found = Vec::new();
        walk(text.as_bytes(), |field| {
            let part = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let parent = field.parent.map_or(String::new(), |parent| part(parent) + ".");
            let list = if field.in_list { "[]" } else { "" };
            found.push(format!("{parent}{}{list}={}", part(field.key), part(field.value.text)));
        })
        .map(|_| found)
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(fields(text).unwrap(), expected, "{text}");
    }

    #[test]
    fn reports_fields_of_two_levels() {
        check(r#"{}"#, &[]);
        check(r#"{"a":1,"b":"x\"y" , "c" : null}"#, &["a=1", r#"b=x\"y"#, "c=null"]);
        check(r#"{"a":{"b":{"c":1},"d":2}}"#, &[r#"a.b={"c":1}"#, "a.d=2", r#"a={"b":{"c":1},"d":2}"#]);
        check(r#"{"a":["x"],"b":[1,2],"c":[[1]],"d":[{"e":1}],"f":[]}"#, &["a[]=x", "b=[1,2]", "c=[[1]]", r#"d=[{"e":1}]"#, "f=[]"]);
        check(r#"{"a":NaN,"b":-Infinity,"a":2}"#, &["a=NaN", "b=-Infinity", "a=2"]);
        check(r#"{"a":[1,["b"]],"c":["d"]}"#, &[r#"a=[1,["b"]]"#, "c[]=d"]);
        check(r#"[{"a":1}]"#, &[]);
        check(r#"[[["x"]]]"#, &[]);
    }

    #[test]
    fn refuses_what_is_not_json() {
        for text in ["{a:1}", "{\"a\":01}", "{\"a\":1,}", "{\"a\" 1}", "[1,]", "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{} {}", "{]", "nul1", "1.x"] {
            assert_eq!(fields(text), Err(JsonError::Invalid), "{text}");
        }
        for text in ["", " ", "{", "{\"a", "{\"a\":", "{\"a\":1", "[1", "\"x", "-", "1.", "tru", "\"\\u00"] {
            assert_eq!(fields(text), Err(JsonError::Cut), "{text}");
        }
    }

    #[test]
    fn bounds_nesting_and_keys() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(fields(&nested(JSON_DEPTH_MAX as usize)).is_ok());
        assert_eq!(fields(&nested(JSON_DEPTH_MAX as usize + 1)), Err(JsonError::TooDeep));
        assert_eq!(fields(&nested(2_000)), Err(JsonError::TooDeep));
        let keys = |count: u32| format!("{{{}}}", (0..count).map(|i| format!("\"{i}\":1")).collect::<Vec<_>>().join(","));
        assert!(fields(&keys(JSON_KEYS_MAX)).is_ok());
        assert_eq!(fields(&keys(JSON_KEYS_MAX + 1)), Err(JsonError::TooManyKeys));
    }

    #[test]
    fn unescapes_and_escapes() {
        let mut out = String::new();
        unescape(r#"a\n\"\\\u0041\ud83d\ude00\ud800x"#, &mut out);
        assert_eq!(out, "a\n\"\\A😀\u{fffd}x");
        let mut written = String::new();
        write_string("a\"b\\c\n\u{1}ü", &mut written);
        assert_eq!(written, r#""a\"b\\c\n\u0001ü""#);
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_serde_json(text in r#"[\[\]{}",:0-9truefalsn\\ .eE-]{0,24}"#) {
            // serde_json refuses unpaired surrogates, which this alphabet cannot spell, and numbers beyond f64.
            let ours = walk(text.as_bytes(), |_| {}).is_ok();
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            proptest::prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn written_strings_read_back(text in ".*") {
            let mut written = String::new();
            write_string(&text, &mut written);
            proptest::prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.clone());
            let inner = written.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            let mut back = String::new();
            unescape(inner, &mut back);
            proptest::prop_assert_eq!(back, text);
        }

        #[test]
        fn finds_the_end_of_plain_text(bytes in proptest::collection::vec(0u8..=255, 0..40), start in 0usize..40) {
            let start = start.min(bytes.len());
            let slow = (start..bytes.len()).find(|&at| matches!(bytes[at], b'"' | b'\\' | 0..=0x1f)).unwrap_or(bytes.len());
            proptest::prop_assert_eq!(plain_end(&bytes, start), slow);
        }
    }
}
