//! Values whose name stands elsewhere on the line: `name="ssn" value="..."`, `column "PARTY"."FULL_NAME" value='...'`, `ssn: no match, input_value='...'`,
//! `NAME CHANGE OLD=... NEW=...`.

use std::sync::LazyLock;

use schemas::pii::PiiClass;

use crate::detect::WordList;
use crate::fields::{Rule, normalise};
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes before a value's key that are searched.
const REACH_BYTES: usize = 200;

/// Keys of values that are named elsewhere.
#[rustfmt::skip]
const VALUE_KEYS: &[&str] = &[
    "value", "val", "values", "v", "content", "input_value", "input", "inputvalue", "rejected_value", "rejectedvalue", "rejected", "invalid_value", "invalidvalue", "actual", "actual_value", "got", "received", "was", "data", "given", "text", "wert", "entityid", "objectid", "resourceid", "targetid", "subjectid", "aggregateid",
];
/// Keys of both sides of a change.
const CHANGE_KEYS: &[&str] =
    &["old", "new", "before", "after", "old_value", "new_value", "oldvalue", "newvalue", "from", "to", "previous", "current", "alt", "neu"];
/// Words in front of a column's or field's name.
#[rustfmt::skip]
const COLUMN_WORDS: &[&str] = &[
    "column", "field", "property", "attribute", "parameter", "param", "element", "member", "argument", "arg", "key", "path", "spalte", "feld", "champ", "colonne", "campo", "columna", "veld", "kolumn", "kolom", "pole", "sloupec",
];
/// Words that say that what came before them has changed or is wrong.
#[rustfmt::skip]
const CHANGE_WORDS: &[&str] = &[
    "change", "changed", "changes", "update", "updated", "modified", "mismatch", "differs", "correction", "corrected", "amended", "amendment", "replaced", "geändert", "modifié",
];

/// Whether an attribute or key of this name tells what stands beside it.
pub(super) fn is_label_of_value(name: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    crate::fields::is_naming_key(&normalise(name))
        || [
            "scheme",
            "schemename",
            "schemeid",
            "schmenm",
            "qualifier",
            "fieldname",
            "column",
            "attr",
            "path",
            "kind",
            "idtype",
            "category",
            "entitytype",
            "objecttype",
            "resourcetype",
            "targettype",
            "subjecttype",
            "aggregatetype",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(&name.replace('_', "")))
}

/// Bytes of the longest key that is looked up.
const KEY_BYTES_MAX: usize = 16;

/// What a list has without the signs between words.
fn words_of(list: &[&str]) -> WordList {
    let words: Vec<String> = list.iter().map(|word| word.replace('_', "")).collect();
    WordList::new(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Whether a key of at most sixteen bytes is one of values that are named elsewhere, and one of both sides of a change. Asked for every key that says
/// nothing, and nearly all are neither.
fn kinds_of(key: &str) -> (bool, bool) {
    static VALUES: LazyLock<WordList> = LazyLock::new(|| words_of(VALUE_KEYS));
    static CHANGES: LazyLock<WordList> = LazyLock::new(|| words_of(CHANGE_KEYS));
    let (mut letters, mut len) = ([0; KEY_BYTES_MAX], 0);
    for byte in key.bytes().filter(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80).take(KEY_BYTES_MAX) {
        letters[len] = byte;
        len += 1;
    }
    (VALUES.has(&letters[..len]), CHANGES.has(&letters[..len]))
}

impl Worker<'_> {
    /// The class of the value of `key`, which begins at `start` and says nothing itself.
    #[inline(never)]
    pub(super) fn class_beside(&mut self, text: &str, start: usize, key: &str) -> Option<PiiClass> {
        if key.len() > KEY_BYTES_MAX {
            return None;
        }
        if key.starts_with('@') || text.as_bytes()[..start].ends_with(b"$") && key.len() <= 2 && key.bytes().all(|byte| byte.is_ascii_digit()) {
            let from = start - usize::from(!key.starts_with('@'));
            let class = self.class_of_parameter(text, from, cut(text, from, start + key.len()));
            // `@__login_0='x'` has the name of the variable in it.
            let variable = key.strip_prefix("@__").map(|name| name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_'));
            return class.or_else(|| self.class_of_label(variable?));
        }
        let (of_value, of_change) = kinds_of(key);
        if !of_value && !of_change {
            return None;
        }
        let from = (start.saturating_sub(REACH_BYTES)..=start).find(|&at| text.is_char_boundary(at))?;
        let window = cut(text, from, start);
        if of_value {
            return self.class_of_naming_pair(window).or_else(|| self.class_of_column(window)).or_else(|| self.class_of_line(window));
        }
        if of_change { self.class_of_change(window) } else { None }
    }

    /// Notes the value that a copy of PostgreSQL refused, in the quotes that open at `at`: its column is named behind it,
    /// `out of range: "31.04.1971"  CONTEXT:  COPY person, line 7, column birth_date`.
    #[inline]
    pub(super) fn copied_value(&mut self, text: &str, at: usize) {
        if text.as_bytes()[at] == b'"' && text.as_bytes()[..at].ends_with(b": ") {
            self.value_of_copy(text, at);
        }
    }

    #[inline(never)]
    fn value_of_copy(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let reach = bytes.len().min(at + 2 * REACH_BYTES);
        let Some(close) = memchr::memchr2(b'"', b'\n', &bytes[at + 1..reach]).map(|len| at + 1 + len).filter(|&close| bytes[close] == b'"') else {
            return;
        };
        let Some(copy) = memchr::memmem::find(&bytes[close..reach], b" COPY ").map(|len| close + len) else { return };
        // `COPY person, line 7, column birth_date`
        let table = bytes[copy + 6..reach].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'"')).count();
        if !bytes[copy + 6 + table..].starts_with(b", line ") {
            return;
        }
        let Some(column) = memchr::memmem::find(&bytes[copy..reach], b", column ").map(|len| copy + len + 9) else { return };
        if let Some(class) = self.class_of_path(cut(text, column, text.len()))
            && close > at + 1
        {
            self.note_cell(class, text, (at + 1, close));
        }
    }

    /// Notes the value behind the colon at `at` of `Found key 'spring.datasource.password' in ... with value of type String: x`, as Spring's resolver says it.
    #[inline]
    pub(super) fn value_of_key(&mut self, text: &str, at: usize) {
        if text.as_bytes()[..at].ends_with(b" of type String") {
            self.value_of_found_key(text, at);
        }
    }

    #[cold]
    #[inline(never)]
    fn value_of_found_key(&mut self, text: &str, at: usize) {
        let from = (at.saturating_sub(2 * REACH_BYTES)..=at).find(|&from| text.is_char_boundary(from)).unwrap_or(at);
        let Some((_, named)) = cut(text, from, at).rsplit_once("key '") else { return };
        // Other values name programs as often as people, and are searched like any text.
        let class = named.split('\'').next().and_then(|key| self.class_of_label(key.rsplit('.').next()?));
        let Some(class) = class.filter(|class| *class == PiiClass::Secret) else { return };
        let start = at + 1 + usize::from(text.as_bytes().get(at + 1) == Some(&b' '));
        let len = text.as_bytes().get(start..).map_or(0, |rest| rest.iter().take(256).take_while(|&&byte| byte >= b' ').count());
        let len = text.get(start..start + len).map_or(0, |value| value.trim_end().len());
        if len > 0 && text.is_char_boundary(start + len) {
            self.note_cell(class, text, (start, start + len));
        }
    }

    /// `name="ssn" `, `key: ssn, `, directly before.
    fn class_of_naming_pair(&mut self, window: &str) -> Option<PiiClass> {
        let window = window.trim_end_matches([' ', ',', ';', '&', '(', '{', '\t']);
        let quote = window.chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let (head, label) = match quote {
            Some(quote) => window.strip_suffix(quote)?.rsplit_once(quote)?,
            None => window.rsplit_once(['=', ':', ' ']).map(|(head, label)| (cut(window, 0, head.len() + 1), label))?,
        };
        let head = head.trim_end_matches(' ').strip_suffix(['=', ':'])?.trim_end_matches(['"', '\'', ' ']);
        let key = head.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        if label.is_empty() || label.len() > 40 || !is_label_of_value(key) {
            return None;
        }
        // `<field id="103" value="..."/>` of a message in XML.
        if label.len() <= 3
            && window.rsplit('<').next().is_some_and(|tag| tag.starts_with("field ") || tag.starts_with("isofield ") || tag.starts_with("element "))
            && let Some((class, _)) = label.parse().ok().and_then(super::numbered::class_of_element)
        {
            return Some(class);
        }
        self.class_of_label(label)
    }

    /// The column or field that is named last: `column "CORE"."PARTY"."FULL_NAME"`, `on field 'ssn':`, `Customer["birthDate"]`.
    pub(super) fn class_of_column(&mut self, window: &str) -> Option<PiiClass> {
        let word_starts = window.match_indices([' ', '(', '[', '\'', '"', '\n']).map(|(at, _)| at + 1).chain([0]);
        let mut found = None;
        for start in word_starts {
            let word = cut(window, start, window.len());
            let len = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (word, behind) = (cut(word, 0, len), cut(word, len, word.len()));
            // `path=[SECRET]`: what was hidden names nothing.
            let hidden = || behind.trim_start_matches([' ', ':', '=', '"', '\'']).starts_with("[SECRET]");
            if len >= 3 && behind.starts_with([' ', ':', '=']) && !hidden() && COLUMN_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                let name = behind.trim_start_matches([' ', ':', '=', '"', '\'', '`', '[', '(']);
                found = self.class_of_path(name).or(found);
            }
        }
        found
    }

    /// The class of the last part of a name like `"CORE"."PARTY"."FULL_NAME"` or `customer.ssn` at the start of a text.
    pub(super) fn class_of_path(&mut self, text: &str) -> Option<PiiClass> {
        let len = text.bytes().take(80).take_while(|&byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_-.\"`[]$".contains(&byte)).count();
        let path = cut(text, 0, len).trim_end_matches(['.', '"', '`', ']', '[']);
        let last = path.rsplit(['.', '"', '`', '[']).next().filter(|last| !last.is_empty())?;
        self.class_of_label(last)
    }

    /// `ssn: string does not match, ` and a name alone on the line before.
    fn class_of_line(&mut self, window: &str) -> Option<PiiClass> {
        let mut found = None;
        for (colon, _) in window.match_indices(':') {
            let head = cut(window, 0, colon);
            let key = head.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).next().unwrap_or("");
            if window.as_bytes().get(colon + 1) == Some(&b' ') && !key.is_empty() && key.len() <= 40 {
                found = self.class_of_path(key).or(found);
            }
        }
        let alone = window.rsplit(['\n']).nth(1).map(str::trim).filter(|line| !line.is_empty() && line.len() <= 40 && !line.contains(' '));
        found.or_else(|| alone.and_then(|line| self.class_of_path(line)))
    }

    /// `NAME CHANGE `, `email updated from=`: the words before one that says so.
    fn class_of_change(&mut self, window: &str) -> Option<PiiClass> {
        let window = window.rsplit('\n').next().unwrap_or(window);
        let words: Vec<&str> = window.split([' ', ':', ',']).filter(|word| !word.is_empty()).collect();
        let at = words.iter().rposition(|word| CHANGE_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))?;
        let two = at.checked_sub(2).and_then(|first| self.class_of_label(&words.get(first..at)?.join("_")));
        two.or_else(|| at.checked_sub(1).and_then(|one| self.class_of_label(words.get(one)?)))
    }

    /// Whether a key's own rule leaves it open what its value is.
    pub(super) fn is_open(rule: Option<Rule>) -> bool {
        matches!(rule, None | Some(Rule::Scan | Rule::Shaped(..) | Rule::Own(None, _)))
    }
}
