//! Dividing a source into records.

use fuzz::{Target, shape};

use super::{TIME, is_json, map};
use crate::charset;
use crate::format::Span;
use crate::format::csv::{self, DELIMITERS, Header, Rows};
use crate::format::json_document::{Values, wrapper_len};
use crate::format::key_value::{self, Blanks};
use crate::format::lines::{Begin, LineRule, Lines};
use crate::made::Made;

/// Spans lie in the text, in order.
fn check_spans(spans: &[Span], len: usize) {
    let mut end = 0;
    for span in spans {
        assert!(end <= span.start && span.start <= span.end && span.end <= len);
        end = span.end;
    }
}

/// All spans of `input` when it arrives in two pieces; the first byte says where the cut is.
fn in_two(input: &[u8], mut cut: impl FnMut(&[u8], bool, &mut Vec<Span>) -> usize) -> Vec<Span> {
    let at = usize::from(input.first().copied().unwrap_or(0)) % (input.len() + 1);
    let mut spans = Vec::new();
    let done = cut(&input[..at], false, &mut spans);
    assert!(done <= at);
    let mut rest = Vec::new();
    cut(&input[done..], true, &mut rest);
    spans.extend(rest.into_iter().map(|span| Span { start: span.start + done, end: span.end + done, ..span }));
    spans
}

#[test]
fn csv() {
    let tokens: &[&[u8]] = &[b"\"", b"\"\"", b",", b";", b"\t", b"|", b"\r\n", b"\n", b"\",\"", b"a,b\n", b"\n\"", b"\"\n", b"timestamp", b"message"];
    let target =
        Target::new("ingest-csv", tokens).seed(b"timestamp,level,message\n2026-01-02,INFO,\"a, \"\"b\"\"\"\n2026-01-03,WARN,\"two\nlines\"\n");
    let map = map();
    let mut made = Made::default();
    target.seed(b"a;b;c\n1;2;3\n\n;;;;\n").check(|input| {
        let delimiter = DELIMITERS[usize::from(input.last().copied().unwrap_or(0)) % DELIMITERS.len()];
        let mut spans = Vec::new();
        let done = Rows::new(delimiter).cut(input, true, &mut spans);
        assert_eq!(done, input.len(), "a source that ends is read to its end");
        check_spans(&spans, input.len());
        let mut rows = Rows::new(delimiter);
        assert_eq!(in_two(input, |buffer, ends, out| rows.cut(buffer, ends, out)), spans, "rows depend on where a buffer ends");
        let text = |span: &Span| charset::decode(&input[span.start..span.end]).into_owned();
        let Some(first) = spans.first() else { return 0 };
        let header = Header::new(&text(first), delimiter, &map);
        let mut fields = 0;
        for span in spans.iter().filter(|span| span.bad.is_none()) {
            let row = text(span);
            let mut cells = 0;
            csv::cells(&row, delimiter, |_| cells += 1);
            assert!(header.to_json(&row, &mut made));
            assert!(is_json(made.text()) && made.fields() == cells);
            fields = fields.max(cells);
        }
        shape(&(spans.len().min(16), spans.iter().filter(|span| span.bad.is_some()).count().min(4), header.is_first_row, fields))
    });
}

#[test]
fn json_document() {
    let tokens: &[&[u8]] =
        &[b"{\"logs\":[", b"[{", b"},{", b"}]", b"\n{", b"\"}\n", b"\\\"", b"\"", b"[", b"]", b",", b"1 ", b"null", b"\n", b"{\"records\" : [ {"];
    let target =
        Target::new("ingest-json-document", tokens).seed(b"[{\"a\":1},{\"b\":[1,2]}, \"x\", 3]").seed(b"{\"logs\":[{\"a\":1},{\"b\":2}],\"n\":2}");
    target.seed(b"{\"a\":\n1}\n{\"b\":2}\n").check(|input| {
        let wrapper = wrapper_len(input);
        let records = &input[wrapper.unwrap_or(0)..];
        let mut spans = Vec::new();
        let done = Values::new(wrapper.is_some()).cut(records, true, &mut spans);
        assert_eq!(done, records.len(), "a source that ends is read to its end");
        check_spans(&spans, records.len());
        let mut values = Values::new(wrapper.is_some());
        assert_eq!(in_two(records, |buffer, ends, out| values.cut(buffer, ends, out)), spans, "values depend on where a buffer ends");
        let bad = spans.iter().filter(|span| span.bad.is_some()).count();
        shape(&(wrapper, spans.len().min(16), bad.min(4), Values::new(false).skip(input, true).map(|end| end / 8)))
    });
}

#[test]
fn key_value() {
    let tokens: &[&[u8]] = &[b"=", b"=\"", b"\" ", b"\\\"", b", ", b"; ", b"level=", b"ts=", b"msg=", b" ", b"\t", b"a.b/c@d="];
    let map = map();
    let mut made = Made::default();
    Target::new("ingest-key-value", tokens).seed(b"ts=2026-01-02T03:04:05Z level=error msg=\"a \\\"b\\\" c\" id=7, x=; y=z").check(|input| {
        let text = charset::decode(input);
        let pairs = key_value::pairs(&text);
        let lenient = key_value::to_json(&text, Blanks::Belong, &map, &mut made);
        assert!(!lenient || is_json(made.text()));
        let whole = key_value::to_json(&text, Blanks::Part, &map, &mut made);
        assert_eq!(whole, pairs.is_some_and(|count| count > 0));
        assert!(!whole || is_json(made.text()) && Some(made.fields()) == pairs);
        shape(&(pairs, lenient, whole.then(|| made.text().len().min(64))))
    });
}

#[test]
fn lines() {
    let tokens: &[&[u8]] = &[
        b"\n",
        b"\r\n",
        b"\0",
        b"\tat com.bank.A(A.java:1)\n",
        b"Caused by: ",
        b"2026-01-02 03:04:05 ERROR ",
        b"ERROR",
        b"{\"",
        b" ",
        b"}\n",
        b"Traceback (most recent call last)",
    ];
    let seed = b"2026-01-02 03:04:05,678 ERROR [main] failed\n\tat a.B(B.java:1)\nCaused by: x\n2026-01-02 03:04:06 INFO ok\n\n\0tail";
    Target::new("ingest-lines", tokens).seed(seed).check(|input| {
        let mut seen = (0, 0);
        for rule in [LineRule::Every, LineRule::NotContinued, LineRule::Prefixed] {
            let lines = Lines { rule, time: TIME };
            let mut end = 0;
            lines.for_each(input, |start, stop, count| {
                assert!(start == end && stop >= start && stop <= input.len() && count > 0, "records follow each other without a gap");
                end = stop;
                seen = (seen.0 + 1, seen.1 + count);
            });
            assert_eq!(end, input.len());
            if let Some(last) = lines.last_begin(input) {
                assert!(last > 0 && last <= input.len());
            }
            let from = usize::from(input.first().copied().unwrap_or(0)) % (input.len() + 1);
            match lines.first_begin(input, from, true) {
                Begin::At(at) => assert!(at >= from && at <= input.len()),
                Begin::Undecided(_) | Begin::Nowhere => panic!("undecided where the source ends"),
            }
        }
        shape(&(seen.0, seen.1.min(32)))
    });
}
