//! JSON documents: one list of records, one object, several values one after the other, or an object that wraps a list
//! (`{"logs":[...]}`, also `records`, `events`, `data`).
//!
//! Values are found by matching brackets outside strings, in any nesting, without recursion; whether a value is sound is looked at later.
//! A line end inside a string means broken quoting: the value is refused, and reading goes on at the next line that begins with `{`.

use schemas::limits::RECORD_BYTES_MAX;
use schemas::record::RejectReason;

use super::Span;

/// Keys of an object that wraps the list of records.
const WRAPPERS: [&[u8]; 4] = [b"logs", b"records", b"events", b"data"];

/// Divides a document into values.
pub(crate) struct Values {
    /// Bytes before the first value, when an object wraps the list.
    wrapped: bool,
    /// Whether the next bracket at the top opens the list of records.
    in_list: bool,
    /// Whether everything that counts has been read.
    closed: bool,
    skipping: Option<Scan>,
}

impl Values {
    /// `wrapper`: length of what comes before the records, when an object wraps them. See [`wrapper_len`].
    pub(crate) fn new(wrapped: bool) -> Self {
        Self { wrapped, in_list: wrapped, closed: false, skipping: None }
    }

    /// Appends the values that end in `buffer`; returns how much of it is done with. `ends`: the source ends with it.
    pub(crate) fn cut(&mut self, buffer: &[u8], ends: bool, spans: &mut Vec<Span>) -> usize {
        let mut at = 0;
        while at < buffer.len() {
            if self.closed {
                return buffer.len();
            }
            match buffer[at] {
                b' ' | b'\t' | b'\n' | b'\r' | b',' | 0 => at += 1,
                b'[' if !self.in_list => {
                    self.in_list = true;
                    at += 1;
                }
                b']' if self.in_list => {
                    self.in_list = false;
                    self.closed = self.wrapped;
                    at += 1;
                }
                _ => {
                    let mut scan = Scan::new(buffer[at]);
                    match scan.feed(&buffer[at..], ends) {
                        Some(len) => {
                            let bad =
                                if scan.broken { Some(RejectReason::InvalidJson) } else { (len > RECORD_BYTES_MAX).then_some(RejectReason::TooLong) };
                            spans.push(Span { start: at, end: at + len, bad });
                            at += len;
                        }
                        None => return at,
                    }
                }
            }
        }
        at
    }

    /// Goes on skipping a value that is over its limit; returns where it ends, when it ends in `buffer`.
    pub(crate) fn skip(&mut self, buffer: &[u8], ends: bool) -> Option<usize> {
        let scan = self.skipping.get_or_insert_with(|| Scan::new(buffer.first().copied().unwrap_or(b'{')));
        let end = scan.feed(buffer, ends);
        if end.is_some() {
            self.skipping = None;
        }
        end
    }
}

/// Length of the beginning of an object that wraps a list of records, up to and with the list's bracket.
pub(crate) fn wrapper_len(text: &[u8]) -> Option<usize> {
    let space = |at: usize| at + text.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let expect = |at: usize, byte: u8| (text.get(at) == Some(&byte)).then_some(at + 1);
    let at = space(expect(space(0), b'{')?);
    let at = expect(at, b'"')?;
    let key_end = at + memchr::memchr(b'"', text.get(at..)?)?;
    let key = text.get(at..key_end)?;
    if !WRAPPERS.iter().any(|name| name.eq_ignore_ascii_case(key)) {
        return None;
    }
    let at = expect(space(expect(space(key_end + 1), b':')?), b'[')?;
    (text.get(space(at)) == Some(&b'{')).then_some(at)
}

/// The search for the end of one value; it can be fed piece by piece.
struct Scan {
    depth: u32,
    in_string: bool,
    after_backslash: bool,
    /// The value is a bare word or a number: it ends before a separator.
    bare: bool,
    started: bool,
    broken: bool,
    /// Looking for the line to go on with.
    at_line_start: bool,
}

impl Scan {
    fn new(first: u8) -> Self {
        let bare = !matches!(first, b'{' | b'[' | b'"');
        Self { depth: 0, in_string: false, after_backslash: false, bare, started: false, broken: false, at_line_start: false }
    }

    /// Length of the value within `bytes`, when it ends there.
    fn feed(&mut self, bytes: &[u8], ends: bool) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.broken {
                return self.recover(bytes, at).or(ends.then_some(bytes.len()));
            }
            if self.in_string {
                at = self.string(bytes, at);
                if !self.in_string && !self.broken && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            let byte = bytes[at];
            match byte {
                b'"' if !self.bare => self.in_string = true,
                b'{' | b'[' if !self.bare => self.depth = self.depth.saturating_add(1),
                b'}' | b']' if !self.bare => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' | b'{' | b'[' | 0 if self.bare && self.started => return Some(at),
                _ => {}
            }
            self.started = true;
            at += 1;
        }
        ends.then_some(bytes.len())
    }

    /// Skips string content; returns the position after the closing quote, after a line end (then the value is broken), or the end.
    fn string(&mut self, bytes: &[u8], mut at: usize) -> usize {
        if std::mem::take(&mut self.after_backslash) {
            at += 1;
        }
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'"', b'\\', b'\n', rest)) {
            at += found + 1;
            match bytes[at - 1] {
                b'"' => {
                    self.in_string = false;
                    return at;
                }
                b'\n' => {
                    self.in_string = false;
                    self.broken = true;
                    self.at_line_start = true;
                    return at;
                }
                _ if at == bytes.len() => self.after_backslash = true,
                _ => at += 1,
            }
        }
        bytes.len()
    }

    /// Position of the next line that begins with `{`.
    fn recover(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        loop {
            if self.at_line_start {
                while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
                    at += 1;
                }
                if *bytes.get(at)? == b'{' {
                    return Some(at);
                }
                self.at_line_start = false;
            }
            at += memchr::memchr(b'\n', bytes.get(at..)?)? + 1;
            self.at_line_start = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut spans = Vec::new();
        let mut values = Values::new(wrapper_len(text.as_bytes()).is_some());
        let start = wrapper_len(text.as_bytes()).unwrap_or(0);
        let bytes = &text.as_bytes()[start..];
        assert_eq!(values.cut(bytes, true, &mut spans), bytes.len());
        let found: Vec<String> = spans
            .iter()
            .map(|span| String::from_utf8_lossy(&bytes[span.start..span.end]).into_owned() + if span.bad.is_some() { "!" } else { "" })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_values() {
        check("[]", &[]);
        check(r#"[{"a":1}, {"b":"]}"} ,3,"x,y" ]"#, &[r#"{"a":1}"#, r#"{"b":"]}"}"#, "3", r#""x,y""#]);
        check("{\n\"a\":1\n}\n{\"b\":2}", &["{\n\"a\":1\n}", "{\"b\":2}"]);
        check(r#"[[1,2],{"a":"\\"},null]"#, &["[1,2]", r#"{"a":"\\"}"#, "null"]);
        check(r#"[{"a":1}][{"b":2}]"#, &[r#"{"a":1}"#, r#"{"b":2}"#]);
        check(r#"[{"a":1},{"b""#, &[r#"{"a":1}"#, r#"{"b""#]);
    }

    #[test]
    fn unwraps_a_list_of_records() {
        check(r#"{ "Records" : [ {"a":1},{"b":2} ], "next": {"c":3} }"#, &[r#"{"a":1}"#, r#"{"b":2}"#]);
        check(r#"{"data":[1,2]}"#, &[r#"{"data":[1,2]}"#]);
        check(r#"{"other":[{"a":1}]}"#, &[r#"{"other":[{"a":1}]}"#]);
    }

    #[test]
    fn broken_quoting_costs_one_value() {
        check("[\n{\"a\":\"x\n},\n{\"b\":2},\n{\"c\":3}\n]", &["{\"a\":\"x\n},\n!", "{\"b\":2}", "{\"c\":3}"]);
        check("[{\"a\":\"x\n", &["{\"a\":\"x\n!"]);
    }

    proptest::proptest! {
        #[test]
        fn a_scan_may_be_fed_in_pieces(text in "[{\\[\"][\\]\\[{}\"\\\\,: \na1]{0,40}", cut in 0usize..41) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let whole = Scan::new(bytes[0]).feed(bytes, true);
            let mut scan = Scan::new(bytes[0]);
            let parts = scan.feed(&bytes[..cut], false).or_else(|| scan.feed(&bytes[cut..], true).map(|len| cut + len));
            proptest::prop_assert_eq!(parts, whole);
        }

        #[test]
        fn never_loses_a_byte(text in "[\\[{}\"\\\\,: \na1\\]]{0,60}") {
            let mut spans = Vec::new();
            let done = Values::new(false).cut(text.as_bytes(), true, &mut spans);
            proptest::prop_assert_eq!(done, text.len());
            let mut at = 0;
            for span in spans {
                let gap = &text.as_bytes()[at..span.start];
                proptest::prop_assert!(gap.iter().all(|byte| b" \n,[]".contains(byte)));
                at = span.end;
            }
        }
    }
}
