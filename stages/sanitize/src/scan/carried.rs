//! Lists behind one cue: `accounts 55779911, 55779912 and 55779913`. What a word said of the first number it says of those that follow.

use schemas::pii::PiiClass;

use crate::fold::cut;
use crate::worker::Worker;

/// What may stand between two numbers of a list.
const JOINERS: &[&str] = &[
    ", ", ",", " and ", " or ", ", and ", " & ", "; ", " und ", " et ", " y ", " e ", "/", "','", "', '", "\",\"", "\", \"", " oder ", " ou ", " o ",
    " en ", " i ",
];
/// Classes that come in lists and have no shape of their own.
const CLASSES: &[PiiClass] = &[PiiClass::Account, PiiClass::Customer, PiiClass::Phone, PiiClass::NationalId, PiiClass::Card];
/// Digits a number needs, and by how many it may differ from the one before.
const DIGITS_MIN: usize = 6;
const DIFFERENCE_MAX: usize = 2;

impl Worker<'_> {
    /// The class that the number at `at..end` has from the one before it in a list.
    pub(super) fn carried(&self, text: &str, at: usize, end: usize, base: usize) -> Option<PiiClass> {
        let last = self.hits.last(base)?;
        let (len, before) = (end - at, last.end - last.start);
        let between = cut(text, last.end, at);
        let listed = len >= DIGITS_MIN && len.abs_diff(before) <= DIFFERENCE_MAX && JOINERS.contains(&between);
        if !listed {
            return None;
        }
        let made = self.engine.heads.bare(cut(&self.hits.made, last.made.0, last.made.1));
        let label = made.strip_prefix('[')?;
        let class = CLASSES.iter().copied().find(|class| label.strip_prefix(class.label()).is_some_and(|rest| rest.starts_with(['_', ']'])))?;
        cut(text, last.start, last.end).bytes().all(|byte| byte.is_ascii_digit()).then_some(class)
    }
}
