//! Names of persons in distinguished names (RFC 4514), where the comma between family and given name is escaped: `CN=Roe\, Jane,OU=Users`.

use schemas::pii::PiiClass;

use super::hits::Hit;
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of a name.
const NAME_BYTES_MAX: usize = 64;

impl Worker<'_> {
    /// Handles the `=` at `at` behind `CN`; returns the end of the name, none when no person's stands there.
    pub(super) fn distinguished_name(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let key = bytes.get(at.checked_sub(2)?..at)?;
        if !key.eq_ignore_ascii_case(b"cn") || self.hits.floor(base) > at {
            return None;
        }
        let reach = &bytes[at + 1..bytes.len().min(at + 1 + NAME_BYTES_MAX)];
        let comma = memchr::memmem::find(reach, b"\\, ")?;
        let given = &reach[comma + 3..];
        let len = comma + 3 + given.iter().position(|&byte| matches!(byte, b',' | b'"' | b'\''))?;
        let next = reach.get(len + 1..len + 4)?;
        let goes_on = [b"OU=", b"DC=", b"CN="].iter().any(|part| part.eq_ignore_ascii_case(next));
        if !goes_on || !is_part(cut(text, at + 1, at + 1 + comma)) || !is_part(cut(text, at + 4 + comma, at + 1 + len)) {
            return None;
        }
        let (start, end) = (at + 1, at + 1 + len);
        let made = self.make_known(PiiClass::Name, cut(text, start, end))?;
        self.hits.push(base, Hit { start, end, made });
        Some(end)
    }
}

/// Words of letters, one of which has a small letter: groups of a directory are in capitals.
fn is_part(part: &str) -> bool {
    part.chars().any(char::is_lowercase)
        && part
            .split(' ')
            .all(|word| word.chars().next().is_some_and(char::is_alphabetic) && word.chars().all(|c| c.is_alphabetic() || "'-.".contains(c)))
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn a_person_has_an_escaped_comma() {
        let engine = engine();
        for (text, gone) in [
            ("bind CN=Roe\\, Jane,OU=Users,DC=bank,DC=example rc=0", "Jane"),
            ("modify cn=Van Rensdorp\\, Pieter,ou=Treasury,dc=hbk attr=x", "Rensdorp"),
            ("owner \"CN=O'Hara\\, Mary-Ann,OU=Staff,DC=hbk\"", "Mary-Ann"),
        ] {
            let clean = scan_text(&engine, text);
            assert!(!clean.contains(gone) && clean.to_ascii_lowercase().contains(",ou="), "{clean}");
        }
        for text in ["memberOf CN=APP-PAY\\, RW,OU=Groups,DC=hbk", "CN=Printers\\, 3rd floor,OU=Things", "CN=a\\, b", "CN=Roe\\, "] {
            assert_eq!(scan_text(&engine, text), text);
        }
    }
}
