//! Names of persons in distinguished names (RFC 4514), where the comma between family and given name is escaped: `CN=Roe\, Jane,OU=Users`.

use schemas::pii::PiiClass;

use super::hits::Hit;
use super::names::{is_common, is_only_name, is_word};
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of a name.
const NAME_BYTES_MAX: usize = 64;

/// How the comma is escaped (RFC 4514 section 2.4), in JSON once more.
const COMMAS: [&str; 4] = ["\\\\,", "\\,", "\\2C", "\\2c"];

impl Worker<'_> {
    /// Handles the `=` at `at` behind `CN`; returns the end of the name, none when no person's stands there.
    pub(super) fn distinguished_name(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        // `cn~=` asks for what sounds alike.
        let sign = at - usize::from(bytes[..at].ends_with(b"~"));
        let key = bytes.get(sign.checked_sub(2)?..sign)?;
        if !key.eq_ignore_ascii_case(b"cn") || self.hits.floor(base) > at {
            return None;
        }
        let start = at + 1;
        if bytes[..sign - 2].ends_with(b"(") {
            return self.filtered_name(text, start, base);
        }
        let reach = &bytes[start..bytes.len().min(start + NAME_BYTES_MAX)];
        let escape = memchr::memchr(b'\\', reach)?;
        let rest = text.get(start + escape..)?;
        let behind = COMMAS.iter().find_map(|comma| rest.strip_prefix(comma))?;
        let behind = behind.strip_prefix(' ').unwrap_or(behind);
        let from = text.len() - behind.len();
        let len = given_len(behind)?;
        let (family, given) = (cut(text, start, start + escape), cut(text, from, from + len));
        if !is_person(family, given) {
            return None;
        }
        let made = self.make_known(PiiClass::Name, cut(text, start, from + len))?;
        self.hits.push(base, Hit { start, end: from + len, made });
        Some(from + len)
    }

    /// The name that a filter asks for: `(cn=jane roe)` (RFC 4515). One word is a group's or a program's as often.
    fn filtered_name(&mut self, text: &str, start: usize, base: usize) -> Option<usize> {
        let reach = &text.as_bytes()[start..text.len().min(start + NAME_BYTES_MAX)];
        let value = text.get(start..start + memchr::memchr(b')', reach)?)?.trim_end_matches('*');
        // `(cn=roe, jane)`
        let (given, family) = value.split_once(", ").map(|(family, given)| (given, family)).or_else(|| value.rsplit_once(' '))?;
        if !is_person(family, given) {
            return None;
        }
        let made = self.make_known(PiiClass::Name, value)?;
        self.hits.push(base, Hit { start, end: start + value.len(), made });
        Some(start + value.len())
    }
}

/// Bytes of the given name: to the next part (`,OU=`), a quote or the end, what is in brackets left out; else it is one word.
fn given_len(text: &str) -> Option<usize> {
    let reach = (0..=text.len().min(NAME_BYTES_MAX)).rev().find(|&end| text.is_char_boundary(end))?;
    let end = cut(text, 0, reach).find([',', ';', '"', '+', '\n', '(', '[', '\\']).unwrap_or(reach);
    let name = cut(text, 0, end);
    let behind = cut(text, end, text.len());
    let attribute = behind.strip_prefix([',', ';', '+']).map(|behind| behind.trim_start_matches(' '));
    let parted = attribute.is_some_and(|behind| {
        behind.split_once('=').is_some_and(|(key, _)| (1..=20).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    });
    let closed = behind.starts_with(['"', '(', '[']);
    let name = if parted || closed { name } else { name.split(' ').next()? };
    Some(name.trim_end_matches([' ', '\'', '.', ':', ')']).len()).filter(|&len| len > 0)
}

/// Whether a family and a given name are somebody's: words of letters of which one is a name and no word, or none is a word. Groups and printers have words.
fn is_person(family: &str, given: &str) -> bool {
    let words = || family.split([' ', '-']).chain(given.split([' ', '-'])).filter(|word| !word.is_empty());
    let shaped = words().all(|word| {
        word.chars().next().is_some_and(char::is_alphabetic) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '.' | '\u{2019}'))
    });
    let stranger = |word: &str| word.chars().count() < 4 || is_only_name(word) || !is_word(word);
    let long = |text: &str| text.chars().count() > 2 || text.ends_with('.');
    shaped
        && long(family)
        && !given.is_empty()
        && (words().any(is_only_name) && !words().any(is_common) || words().all(stranger) && words().any(|word| word.chars().count() > 3))
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn a_person_has_an_escaped_comma() {
        let engine = engine();
        for (text, gone) in [
            ("bind CN=Roe\\, Jane,OU=Users,DC=bank,DC=example rc=0", "Jane"),
            ("filter (&(objectClass=person)(cn=hathersage, hildegard))", "hildegard"),
            ("filter (cn~=hildegard hathersage)", "hathersage"),
            ("modify cn=Van Rensdorp\\, Pieter,ou=Treasury,dc=hbk attr=x", "Rensdorp"),
            ("owner \"CN=O'Hara\\, Mary-Ann,OU=Staff,DC=hbk\"", "Mary-Ann"),
            ("uid=wzq, cn=Zqhansen\\, Wopke, ou=Users", "Wopke"),
            ("bind CN=Zqhansen\\,Wopke,O=Bank rc=0", "Wopke"),
            ("bind CN=Zqhansen\\2C Wopke,OU=x", "Wopke"),
            ("bind CN=ZQHANSEN\\, WOPKE,OU=x", "WOPKE"),
            ("bind CN=Zqhansen\\, Wopke (IT),OU=x", "Wopke"),
            ("by CN=Zqhansen\\, Wopke done", "Wopke"),
        ] {
            let clean = scan_text(&engine, text);
            assert!(!clean.contains(gone) && clean.to_ascii_lowercase().contains("cn"), "{clean}");
            assert_eq!(scan_text(&engine, &clean), clean);
        }
        for text in [
            "memberOf CN=APP-PAY\\, RW,OU=Groups,DC=hbk",
            "CN=Printers\\, 3rd floor,OU=Things",
            "CN=a\\, b",
            "CN=Roe\\, ",
            "CN=Payments\\, Cards,OU=G",
            "CN=Help Desk\\, Level Two,OU=G",
            "CN=Sales\\, North America,OU=G",
            "CN=Example Bank\\, Inc.,O=x",
        ] {
            assert_eq!(scan_text(&engine, text), text);
        }
    }
}
