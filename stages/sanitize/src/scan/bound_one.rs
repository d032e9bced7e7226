//! Values bound one by one, without their statement: `binding parameter [1] as [VARCHAR] - [Roe]` (Hibernate 5), `binding parameter (1:VARCHAR) <- [Roe]`
//! (Hibernate 6), `Bind variable 2: JANE ROE` (Siebel). Nothing says which column a value is of: what can only be a name is one.

use schemas::pii::PiiClass;

use super::names::{is_common, is_only_name, is_technical, is_word};
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::Worker;

/// Bytes before a value that say that it is bound.
const HEAD_BYTES: usize = 64;
/// Bytes of a value.
const VALUE_BYTES_MAX: usize = 80;

impl Worker<'_> {
    /// Notes the name in the bracket at `at`, when a parameter is bound to it.
    #[cold]
    #[inline(never)]
    pub(super) fn bound_in_bracket(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        if token_len(&self.engine.keys, &bytes[at..]).or_else(|| token_len(&self.engine.keys, &bytes[at + 1..])).is_some() {
            return;
        }
        let reach = &bytes[at..bytes.len().min(at + VALUE_BYTES_MAX)];
        let Some(len) = memchr::memchr(b']', reach) else { return };
        if !text.is_char_boundary(at + len) || self.bound_to_number(text, at, at + len) {
            return;
        }
        if memchr::memmem::find(&bytes[at.saturating_sub(HEAD_BYTES)..at], b"binding parameter ").is_some() {
            self.bound_name(text, (at + 1, at + len));
        }
    }

    /// Notes the value between `at` and `end` behind `(2:VARCHAR) <- ` or `[2] as [VARCHAR] - ` when its statement stands before the list; whether it does.
    fn bound_to_number(&mut self, text: &str, at: usize, end: usize) -> bool {
        let head = &text.as_bytes()[..at];
        let back = |head: &[u8], sign: u8| head.iter().rev().take(HEAD_BYTES).position(|&byte| byte == sign).map(|back| head.len() - 1 - back);
        let (open, behind) = if let Some(head) = head.strip_suffix(b") <- ") {
            (back(head, b'('), &b":"[..])
        } else if let Some(head) = head.strip_suffix(b"] - ") {
            let kind = back(head, b'[').filter(|&kind| head[..kind].ends_with(b"] as "));
            (kind.and_then(|kind| back(&head[..kind], b'[')), &b"] as ["[..])
        } else {
            return false;
        };
        let Some(open) = open else { return false };
        let digits = head[open + 1..].iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let number = cut(text, open + 1, open + 1 + digits).parse::<usize>();
        head[open + 1 + digits..].starts_with(behind) && number.is_ok_and(|number| self.bound_in_order(text, open, number, (at + 1, end)))
    }

    /// Notes the name behind the colon at `at` and the number of a variable.
    #[cold]
    #[inline(never)]
    pub(super) fn bound_variable(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let head = bytes[..at].trim_ascii_end();
        let digits = head.iter().rev().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || !head[..head.len() - digits].ends_with(b"Bind variable ") {
            return;
        }
        let start = at + 2;
        let reach = &bytes[start.min(bytes.len())..bytes.len().min(start + VALUE_BYTES_MAX)];
        // Values have single blanks, the next variable stands behind two.
        let end = memchr::memmem::find(reach, b"  ").or_else(|| memchr::memchr(b'\n', reach)).unwrap_or(reach.len());
        if text.is_char_boundary(start + end) {
            self.bound_name(text, (start, start + end));
        }
    }

    fn bound_name(&mut self, text: &str, (start, end): (usize, usize)) {
        let raw = cut(text, start, end);
        let value = raw.trim();
        let start = start + (raw.len() - raw.trim_start().len());
        if is_name(value) && !self.is_token(value) {
            self.note_cell(PiiClass::Name, text, (start, start + value.len()));
        }
    }
}

/// Words with capitals of which none is one of banks or programs, and one is a name or none of a language; a single word in capitals is a state, unless it
/// is a name and nothing else.
fn is_name(value: &str) -> bool {
    let (mut count, mut words, mut names) = (0, 0, 0);
    for word in value.split([' ', '-']).filter(|word| !word.is_empty()) {
        let shaped =
            word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '.' | ','));
        let hump = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase) && !word.starts_with("Mc");
        if !shaped || hump {
            return false;
        }
        let bare = word.trim_end_matches(['.', ',']);
        let only_name = is_only_name(bare);
        count += 1;
        names += usize::from(only_name);
        if is_common(&bare.to_lowercase()) || is_technical(bare) {
            return false;
        }
        words += usize::from(!only_name && is_word(bare));
    }
    let state = value.chars().all(|c| !c.is_lowercase());
    (1..=5).contains(&count) && (words == 0 || names > 0) && value.chars().count() >= 3 && (count > 1 || names > 0 || !state)
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn names_bound_alone_are_hidden() {
        for (text, gone) in [
            ("binding parameter [2] as [VARCHAR] - [Hathersage]", "Hathersage"),
            ("binding parameter (3:VARCHAR) <- [Hildegard Hathersage]", "Hathersage"),
            ("binding parameter [2] as [VARCHAR] - [HILDEGARD]", "HILDEGARD"),
            ("Bind variable 1: 1-4KQ7ZT  Bind variable 2: TRAN THI NHUNG  Bind variable 3: Y", "NHUNG"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(gone), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn values_bound_one_by_one_are_of_the_columns_of_their_statement() {
        crate::testing::check(
            "SQL - update ledger set balance=? where acct_no=? and as_of=? ; binding parameter [1] as [NUMERIC] - [10418.66] ; [2] as [VARCHAR] - \
             [305865381832] | binding parameter [3] as [DATE] - [2025-05-31]",
            &["305865381832"],
            &["[10418.66]", "[2025-05-31]"],
        );
    }

    #[test]
    fn other_bound_values_stay() {
        for text in [
            "binding parameter [2] as [VARCHAR] - [ACTIVE]",
            "binding parameter [2] as [VARCHAR] - [Pending Review]",
            "binding parameter [2] as [VARCHAR] - [null]",
            "binding parameter [2] as [VARCHAR] - [PaymentService]",
            "binding parameter [2] as [BIGINT] - [4711]",
            "binding parameter [2] as [VARCHAR] - [XKQZT]",
            "Bind variable 3: Y",
            "Bind variable 1: SELECT",
            "seen - [Hathersagex] twice",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
