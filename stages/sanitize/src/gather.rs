//! What `collect` does with text: only names in front of values are looked at, so that it costs little.

use crate::scan::driver::Scope;
use crate::worker::Worker;

impl Worker<'_> {
    /// Gathers the values behind names in a text.
    pub(crate) fn gather_pairs(&mut self, text: &str, scope: Scope) {
        let bytes = text.as_bytes();
        let base = self.hits.len();
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr3(b'=', b':', b'{', rest)) {
            let place = at + found;
            at = match bytes[place] {
                b'{' if scope.depth < crate::scan::driver::NESTING_MAX => match self.python_dict(text, place, base, scope) {
                    Some(on) => on,
                    None => self.embedded(text, place, base, scope),
                },
                b'{' => place + 1,
                b':' if bytes.get(place + 1) == Some(&b'5')
                    && let Some(on) = self.swift_customer(text, place, base) =>
                {
                    on
                }
                _ => self.pair(text, place, base, scope),
            }
            .max(place + 1);
        }
        self.hits.truncate(base);
    }
}
