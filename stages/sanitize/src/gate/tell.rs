//! What `apply` tells the gate: digests of the values it replaced.

use schemas::pii::PiiClass;
use schemas::record::LexiconRecord;

use super::form::{Form, is_searched};
use crate::detect::class_of_whole;
use crate::scan::names;
use crate::worker::Worker;

/// Digits of the shortest number that is looked for, other than a card: shorter ones are as many as milliseconds since 1970, sums and identifiers.
const NUMBER_DIGITS_MIN: usize = 15;
/// Digits of a reference with letters.
const REFERENCE_DIGITS_MIN: usize = 4;
/// Words of the longest name that is looked for.
const NAME_WORDS_MAX: usize = 4;

impl Worker<'_> {
    /// What stands for the value of a field or behind a name; the gate is told of it.
    pub(crate) fn make_known(&mut self, class: PiiClass, raw: &str) -> Option<(usize, usize)> {
        if self.gathered.is_some() || self.own.is_some() {
            let made = self.make_value(class, raw)?;
            self.tell(class, raw);
            return Some(made);
        }
        let (made, told) = self.made_and_told(class, raw)?;
        if !told && is_searched(class) {
            self.tell_anew(class, raw);
        }
        Some(made)
    }

    /// Tells the gate of a value that was replaced, once a block.
    pub(crate) fn tell(&mut self, class: PiiClass, value: &str) {
        if is_searched(class) && self.gathered.is_none() && !self.is_told(class, value) {
            self.tell_anew(class, value);
        }
    }

    fn tell_anew(&mut self, class: PiiClass, value: &str) {
        let plain = self.plain(value);
        let mut form = std::mem::take(&mut self.told_form);
        if form.of(&plain).is_some() && is_telling(class, &plain, &form) {
            self.push_told(class, &form);
        }
        self.told_form = form;
        self.return_buffer(plain);
    }

    fn push_told(&mut self, class: PiiClass, form: &Form) {
        let keys = &self.engine.keys;
        let entry =
            |text: &[u8], words: usize| LexiconRecord { digest: keys.gate_digest(text), class, length: text.len() as u16, words: words as u8 };
        self.told.push(entry(&form.text, form.pieces()));
        self.told.extend(form.ends(class).map(|end| entry(end, 0)));
        if class == PiiClass::Name {
            let mut reversed = Vec::with_capacity(form.text.len());
            form.reversed_into(&mut reversed);
            self.told.push(entry(&reversed, form.pieces()));
            self.told.push(entry(form.first(), 0));
        }
    }

    /// What was told since it was last taken.
    pub(crate) fn take_told(&mut self) -> Vec<LexiconRecord> {
        self.block += 1;
        std::mem::take(&mut self.told)
    }
}

/// Whether a value is its owner's alone: what may also be the name of a thing, a time or a placeholder is not looked for.
fn is_telling(class: PiiClass, value: &str, form: &Form) -> bool {
    if !form.has_many_signs() {
        return false;
    }
    match class {
        PiiClass::Name => {
            // `name=ethereum_wallet`: what is written small is the name of a thing more often. `Mark Baker`: a name of ordinary words may be any two words.
            let words = || value.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
            let capital = |word: &str| word.chars().next().is_some_and(|first| !first.is_lowercase());
            (2..=NAME_WORDS_MAX).contains(&form.pieces())
                && words().all(|word| capital(word) && !names::is_ordinary(word) && !names::is_word(word))
                && !form.text.iter().any(u8::is_ascii_digit)
                && !names::is_company(&value.to_lowercase())
        }
        PiiClass::Iban | PiiClass::Email => true,
        _ => is_telling_reference(value, form),
    }
}

/// The same for a number or a reference.
pub(crate) fn is_telling_reference(value: &str, form: &Form) -> bool {
    if !form.has_many_signs() {
        return false;
    }
    if form.is_number() {
        return form.text.len() >= NUMBER_DIGITS_MIN && !form.is_time() || class_of_whole(value) == Some(PiiClass::Card);
    }
    // `payments-service`, `batch-scheduler-1`: names of programs stand in fields of users.
    class_of_whole(value) == Some(PiiClass::Iban)
        || !value.trim().contains(' ') && form.text.iter().filter(|byte| byte.is_ascii_digit()).count() >= REFERENCE_DIGITS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::engine;

    /// The gate looks for names in texts of letters alone, and would not see another one.
    #[test]
    fn no_name_with_a_digit_is_told() {
        let engine = engine();
        let mut worker = Worker::new(&engine, false);
        for name in ["Siobhan Whitcombe 2", "Whitcombe4 Siobhan", "R2 Whitcombe"] {
            worker.tell(PiiClass::Name, name);
        }
        assert!(worker.take_told().is_empty());
        worker.tell(PiiClass::Name, "Siobhan Whitcombe");
        assert!(!worker.take_told().is_empty());
    }

    /// However often a value is met, and by whichever way, the gate is told of it.
    #[test]
    fn a_value_made_before_is_told_when_it_is_known() {
        let engine = engine();
        let mut worker = Worker::new(&engine, false);
        assert!(worker.make_value(PiiClass::Email, "jane.whitcombe@example.com").is_some());
        assert!(worker.take_told().is_empty());
        assert!(worker.make_known(PiiClass::Email, "jane.whitcombe@example.com").is_some());
        assert!(!worker.take_told().is_empty());
    }
}
