//! What `apply` tells the gate: digests of the values it replaced.

use schemas::pii::PiiClass;
use schemas::record::LexiconRecord;

use super::form::{Form, is_searched};
use crate::scan::names;
use crate::worker::Worker;

/// Words of the longest name that is looked for.
const NAME_WORDS_MAX: usize = 4;

impl Worker<'_> {
    /// What stands for the value of a field or behind a name; the gate is told of it.
    pub(crate) fn make_known(&mut self, class: PiiClass, raw: &str) -> Option<(usize, usize)> {
        let made = self.make_value(class, raw)?;
        self.tell(class, raw);
        Some(made)
    }

    /// Tells the gate of a value that was replaced, once a block.
    pub(crate) fn tell(&mut self, class: PiiClass, value: &str) {
        if !is_searched(class) || self.gathered.is_some() || self.is_told(class, value) {
            return;
        }
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

/// Whether a value is its owner's alone and no word of programs: the same rules by which the lexicon takes it, so that `apply` has looked for it everywhere.
fn is_telling(class: PiiClass, value: &str, form: &Form) -> bool {
    match class {
        PiiClass::Name => {
            // `name=ethereum_wallet`: what is written small is the name of a thing more often.
            let capital = |word: &str| word.chars().next().is_some_and(|first| !first.is_lowercase());
            (2..=NAME_WORDS_MAX).contains(&form.pieces())
                && value.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).all(capital)
                && !form.text.iter().any(u8::is_ascii_digit)
                && !names::is_company(&value.to_lowercase())
        }
        PiiClass::Iban => true,
        _ => {
            let digits = form.text.iter().any(u8::is_ascii_digit);
            form.is_number() || !value.trim().contains(' ') && (digits || form.pieces() > 1)
        }
    }
}
