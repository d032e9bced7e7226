//! `INSERT INTO t (email, card_no) VALUES ('..', '..'), ('..', '..')`: the columns stand in a list of their own, and each decides about its value.
//! What is no such statement is searched like any text.

use schemas::pii::PiiClass;

use super::binds::placeholder_len;
use super::driver::{NESTING_MAX, Scope};
use super::hits::Hit;
use crate::fields::Rule;
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Columns of a statement.
const COLUMNS_MAX: usize = 64;
/// Bytes between the word `insert` and the end of the columns.
const HEAD_BYTES_MAX: usize = 4096;
/// Bytes of a value.
const VALUE_BYTES_MAX: usize = 64 << 10;

impl Worker<'_> {
    /// Handles the word `insert` at `at`; returns where to go on, none when it begins no statement with a list of columns.
    #[cold]
    #[inline(never)]
    pub(super) fn insert(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> Option<usize> {
        let bytes = text.as_bytes();
        if scope.depth >= NESTING_MAX || self.hits.floor(base) > at || self.wasted > 2 * text.len() {
            return None;
        }
        let (columns, mut next) = columns(bytes, at)?;
        let mut on = None;
        loop {
            let Some(end) = self.row_of_values(text, next, &columns, base, scope) else {
                // What fails is paid for once, and what was found before it stays found.
                self.wasted += (text.len() - next.min(text.len())).min(VALUE_BYTES_MAX);
                let floor = self.hits.floor(base);
                return on.max((floor > at).then_some(floor));
            };
            on = Some(end);
            let comma = blanks(bytes, end);
            if bytes.get(comma) != Some(&b',') {
                return on;
            }
            next = blanks(bytes, comma + 1);
        }
    }

    /// Handles the values in the parenthesis at `at`; returns what is behind it. A row that goes on where no column is left is still searched.
    fn row_of_values(&mut self, text: &str, at: usize, columns: &[(usize, usize)], base: usize, scope: Scope) -> Option<usize> {
        let bytes = text.as_bytes();
        if bytes.get(at) != Some(&b'(') {
            return None;
        }
        let mut at = blanks(bytes, at + 1);
        for number in 0.. {
            let value = value(bytes, at)?;
            let column = columns.get(number).map(|&(start, end)| cut(text, start, end));
            // `values ($1, $2)`: the values stand elsewhere.
            if value.start == value.end || placeholder_len(text, value.start, PiiClass::Email) != value.end - value.start {
                self.value_of_column(text, (value.start, value.end), column, base, scope);
            }
            at = blanks(bytes, value.behind);
            match bytes.get(at)? {
                b',' => at = blanks(bytes, at + 1),
                b')' => return Some(at + 1),
                _ => return None,
            }
        }
        None
    }

    fn value_of_column(&mut self, text: &str, (start, end): (usize, usize), column: Option<&str>, base: usize, scope: Scope) {
        let raw = cut(text, start, end);
        // `DEBIT.ACCT.NO` is no path: a column has no parts.
        let column = column.map(|column| column.replace('.', "_"));
        let column = column.as_deref();
        let node = column.and_then(|column| self.text_node(column));
        let rule = node.map_or(Rule::Scan, |node| self.paths.node(node).rule).of_value(raw);
        let rule =
            if rule == Rule::Scan && column.is_some_and(|column| is_secret_column(column, raw)) { Rule::Class(PiiClass::Secret) } else { rule };
        let made = match rule {
            _ if is_placeholder(raw) || self.is_token(raw) => return,
            Rule::Untouched => return,
            Rule::Class(class) => self.make_value(class, raw),
            Rule::Own(class, number) => self.own_replacement(raw, class, number),
            Rule::Keep | Rule::Scan | Rule::Shaped(..) => None,
        };
        if let Some(made) = made {
            self.hits.push(base, Hit { start, end, made });
            if let Some(node) = node {
                self.note_role_in_text(node, made);
            }
        } else if !matches!(rule, Rule::Class(_) | Rule::Own(Some(_), _)) {
            let inner = self.hits.len();
            self.scan(raw, Scope { strong_only: rule == Rule::Keep, ..scope.deeper() });
            for hit in self.hits.above_mut(inner) {
                hit.start += start;
                hit.end += start;
            }
        }
    }
}

/// Whether a word of a column's name says that a password, a PIN or a code is in it, and the value is none of what is known about one: `PWD_CLR_TMP`.
fn is_secret_column(column: &str, value: &str) -> bool {
    const SECRETS: [&str; 10] = ["pwd", "pswd", "passwd", "password", "pin", "cvv", "cvc", "otp", "secret", "passcode"];
    const ABOUT: [&str; 34] = [
        "cnt", "count", "tries", "try", "retry", "retries", "attempts", "attempt", "dt", "date", "ts", "time", "tm", "at", "exp", "expiry",
        "expires", "age", "days", "flg", "flag", "ind", "sts", "status", "state", "len", "length", "type", "typ", "policy", "id", "by", "mode",
        "method",
    ];
    let among = |word: &str, list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    let words = || column.split('_');
    value.len() >= 4
        && value.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && words().any(|word| among(word, &SECRETS))
        && !words().any(|word| among(word, &ABOUT))
        && !among(value, &["true", "false", "null", "none", "reset", "initial", "expired", "active"])
}

/// The columns of `insert into NAME (a, b) values`, each without its quotes, and where the first row begins.
fn columns(bytes: &[u8], at: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    let limit = bytes.len().min(at + HEAD_BYTES_MAX);
    let bytes = &bytes[..limit];
    let mut at = at + "insert".len();
    loop {
        let start = blanks(bytes, at);
        let len = bytes[start..].iter().take_while(|&&byte| is_name(byte)).count();
        let word = &bytes[start..start + len];
        at = start + len;
        if word.eq_ignore_ascii_case(b"into") {
            break;
        }
        // `INSERT IGNORE INTO`, `INSERT OR REPLACE INTO`.
        if !["ignore", "or", "replace", "overwrite", "low_priority", "delayed"].iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word)) {
            return None;
        }
    }
    at = blanks(bytes, at);
    at += bytes[at..].iter().take_while(|&&byte| is_name(byte) || byte == b'.').count();
    at = blanks(bytes, at);
    if bytes.get(at) != Some(&b'(') {
        return None;
    }
    let mut columns = Vec::new();
    loop {
        at = blanks(bytes, at + 1);
        // Some have `CUST-NAME` and `t.name`.
        let len = bytes[at..].iter().take_while(|&&byte| is_name(byte) || matches!(byte, b'-' | b'.')).count();
        let quoted = |byte: Option<&u8>| usize::from(byte.is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_'));
        let (start, end) = (at + quoted(bytes.get(at)), at + len - quoted(bytes.get((at + len).checked_sub(1)?)).min(len));
        if len == 0 || end <= start || columns.len() >= COLUMNS_MAX {
            return None;
        }
        columns.push((start, end));
        at = blanks(bytes, at + len);
        match bytes.get(at)? {
            b',' => {}
            b')' => break,
            _ => return None,
        }
    }
    at = blanks(bytes, at + 1);
    let values = bytes.get(at..at + 6)?;
    values.eq_ignore_ascii_case(b"values").then(|| (columns, blanks(bytes, at + 6)))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'`' | b'"' | b'[' | b']' | b'$')
}

fn is_word_before_quote(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word)) && bytes.get(at + word.len()) == Some(&b'\'')
}

struct Value {
    start: usize,
    end: usize,
    /// Behind the closing quote.
    behind: usize,
}

/// The value at `at`: in quotes, with quotes in it doubled or escaped, or bare up to a comma or parenthesis.
fn value(bytes: &[u8], at: usize) -> Option<Value> {
    let reach = &bytes[..bytes.len().min(at + VALUE_BYTES_MAX)];
    // `DATE '...'`
    let at = [&b"date "[..], b"timestamp "].iter().find(|word| is_word_before_quote(reach, at, word)).map_or(at, |word| at + word.len());
    // `N'...'`, `E'...'`.
    let at = at + usize::from(matches!((reach.get(at), reach.get(at + 1)), (Some(b'N' | b'n' | b'E' | b'e'), Some(b'\''))));
    if let Some(&quote @ (b'\'' | b'"')) = reach.get(at) {
        let mut end = at + 1;
        loop {
            match (reach.get(end)?, reach.get(end + 1)) {
                (b'\\', Some(_)) => end += 2,
                (&byte, Some(&next)) if byte == quote && next == quote => end += 2,
                (&byte, _) if byte == quote => return Some(Value { start: at + 1, end, behind: end + 1 }),
                _ => end += 1,
            }
        }
    }
    // A bare value, or a call: `now()`, `to_date('..', '..')`.
    let (mut end, mut depth) = (at, 0_u32);
    loop {
        match reach.get(end)? {
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            b',' if depth == 0 => break,
            b'\n' | b';' => return None,
            _ => {}
        }
        end += 1;
    }
    let behind = end;
    while end > at && bytes[end - 1] == b' ' {
        end -= 1;
    }
    (end > at).then_some(Value { start: at, end, behind })
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let found = columns(text.as_bytes(), 0).map(|(columns, _)| columns.iter().map(|&(start, end)| cut(text, start, end)).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn columns_are_found_in_every_dialect() {
        check("insert into t (a, b) values (1", Some(&["a", "b"]));
        check("INSERT IGNORE INTO `db`.`t`(`email`,`card_no`) VALUES(", Some(&["email", "card_no"]));
        check("INSERT OR REPLACE INTO [t] ([a],\"b\")\n VALUES (", Some(&["a", "b"]));
        check("insert into t values (1, 2)", None);
        check("insert into t (a b) values (1)", None);
        check("insert coin into slot (a) now", None);
        check("insert into t (a", None);
        check("insert", None);
    }

    #[test]
    fn columns_of_secrets_are_told_by_a_word() {
        for (column, value) in [("PWD_CLR_TMP", "Kyoto!rain77"), ("NEW_PIN_VAL", "8502"), ("old_otp", "441820")] {
            assert!(is_secret_column(column, value), "{column}");
        }
        for (column, value) in [
            ("PWD_EXP_DT", "2026-03-02"),
            ("PIN_TRY_CNT", "0003"),
            ("spinner", "4410x"),
            ("OPINION", "good"),
            ("pin_flag", "true"),
            ("PWD_STATE", "RESET"),
        ] {
            assert!(!is_secret_column(column, value), "{column}");
        }
    }

    #[test]
    fn values_end_at_their_quote() {
        let end = |text: &str| value(text.as_bytes(), 0).map(|value| (text.get(value.start..value.end).unwrap().to_owned(), value.behind));
        assert_eq!(end("'O''Brien', 2"), Some(("O''Brien".to_owned(), 10)));
        assert_eq!(end(r"'a\'b')"), Some((r"a\'b".to_owned(), 6)));
        assert_eq!(end("N'x',"), Some(("x".to_owned(), 4)));
        assert_eq!(end("12.5 , 3"), Some(("12.5".to_owned(), 5)));
        assert_eq!(end("now(), 3"), Some(("now()".to_owned(), 5)));
        assert_eq!(end("'open"), None);
        assert_eq!(end("open"), None);
    }
}
