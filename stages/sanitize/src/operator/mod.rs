//! The operators that leave a part of a value, or one like it: `mask`, `generalise`, `date_shift`, `format_preserving`, and bands of numbers.
//!
//! What they write stands in brackets as tokens do, with a code of the key: `[CARD_KEYABCD:411111******1111]`. So it is known again wherever it
//! stands (sanitizing twice changes nothing), nobody can dress a value up as one, and what comes later still sees the class. What an operator
//! cannot do with a value becomes a token.

mod draw;
mod generalise;
mod mask;
mod shift;

pub(crate) use generalise::band;
pub(crate) use shift::Shift;

use schemas::pii::{Operator, PiiClass};

use crate::canonical::canonical_into;
use crate::secret::Keys;
use crate::token::{BODY_BYTES_MAX, push_dropped};
use crate::worker::{Worker, whole_class};

/// Writes what the operator leaves of a plain value; none when it cannot do so safely.
#[cold]
#[inline(never)]
pub(crate) fn write(keys: &Keys, class: PiiClass, operator: Operator, shift: Option<&Shift>, value: &str) -> Option<String> {
    if value.len() > BODY_BYTES_MAX {
        return None;
    }
    let written = match operator {
        Operator::Mask { first, last } => mask::mask(class, value, usize::from(first), usize::from(last)),
        Operator::Generalise(grain) => generalise::generalise(class, value, grain),
        Operator::DateShift { days } => shift?.moved(value, days),
        Operator::FormatPreserving => {
            let mut canonical = String::new();
            canonical_into(class, value, &mut canonical);
            draw::draw(keys, class, value, &canonical)
        }
        Operator::Token | Operator::Drop | Operator::Keep => None,
    }?;
    let body: String = written.chars().map(|c| if is_in_body(c) { c } else { '_' }).collect();
    (!body.is_empty() && body.len() <= BODY_BYTES_MAX).then_some(body)
}

/// Signs that can stand in a token without ending it, or the text around it.
pub(crate) fn is_in_body(c: char) -> bool {
    c.is_ascii_alphanumeric() || " *+-./()@:,#".contains(c)
}

/// Hundredths of a bit that one character hides at least, as far as whoever guesses knows what kind it is.
pub(crate) fn centibits(c: char) -> u32 {
    match c {
        '0'..='9' => 332,
        c if c.is_alphabetic() => 470,
        _ => 0,
    }
}

/// Hundredths of bits that stay hidden at least: forty bits are twice the size of the largest bank's customer base, squared.
pub(crate) const HIDDEN_CENTIBITS_MIN: u32 = 4000;

impl Worker<'_> {
    /// Appends what the operator of a class makes of a value to the replacements: of a part of a text, or of one that stands for itself and may be
    /// encoded.
    #[cold]
    #[inline(never)]
    pub(crate) fn write(&mut self, class: PiiClass, operator: Operator, value: &str, whole: bool) {
        let plain = if whole && (value.contains('%') || !value.is_ascii()) { Some(self.plain(value)) } else { None };
        let value = plain.as_deref().unwrap_or(value);
        let engine = self.engine;
        match write(&engine.keys, class, operator, self.shift.as_ref(), value) {
            Some(body) => engine.heads.push_written(&engine.keys, class, &body, &mut self.hits.made),
            None => {
                let text = self.token_of(class, value);
                engine.heads.push_token(class, &text, &mut self.hits.made);
                self.note_token(class, text, value, false);
            }
        }
        if let Some(plain) = plain {
            self.return_buffer(plain);
        }
    }

    /// The replacement of a whole value in a field that has an operator of its own. A value of another class that may not have this operator gets
    /// that of its class.
    #[cold]
    #[inline(never)]
    pub(crate) fn make_own(&mut self, class: PiiClass, operator: Operator, raw: &str) -> Option<(usize, usize)> {
        let plain = self.plain(raw);
        let class = whole_class(class, &plain);
        let operator = if operator.refused_for(class).is_none() { operator } else { self.engine.operators.of(class) };
        let from = self.hits.made.len();
        match operator {
            Operator::Keep => {}
            Operator::Drop => push_dropped(class, &mut self.hits.made),
            operator => self.write(class, operator, &plain, false),
        }
        self.return_buffer(plain);
        let made = operator != Operator::Keep;
        self.replaced += u64::from(made);
        made.then_some((from, self.hits.made.len()))
    }
}
