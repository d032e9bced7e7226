//! What became of values and texts that come again and again: a session's ids stand in all its records, and most messages have been seen
//! before. No output depends on what is remembered.

use schemas::pii::PiiClass;

use crate::hash::{fast_hash, same};
use crate::token::MAC_LEN;

/// What became of a value.
#[derive(Clone, Copy, Default)]
pub(crate) enum Made {
    /// The policy keeps it.
    #[default]
    Kept,
    /// It was dropped as one of this class.
    Dropped(PiiClass),
    /// It became the token with these characters, whose head says key and class.
    Token(PiiClass, [u8; MAC_LEN]),
    /// The operator of this class writes something of the value, which is made anew each time.
    Written(PiiClass),
}

/// Longest text that is remembered: a slot fills two cache lines.
const TEXT_BYTES_MAX: usize = 123;

/// Least length of a text of digits that is not remembered.
const UNIQUE_BYTES_MIN: usize = 24;

#[derive(Clone, Copy)]
#[repr(align(128))]
struct Slot {
    scope: u32,
    len: u8,
    text: [u8; TEXT_BYTES_MAX],
}

/// Texts in which nothing was found, by the scope they were searched in. Of a fixed size, texts kept whole.
pub(crate) struct Quiet {
    seed: u64,
    slots: Vec<Slot>,
    /// A part of the hash of each slot's text: small enough to stay near, so that a text that is not here costs no look at a slot.
    marks: Vec<u16>,
}

/// Where a text is, if it is remembered.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    slot: usize,
    mark: u16,
}

impl Quiet {
    /// A memory of `2^bits` slots.
    pub(crate) fn new(seed: u64, bits: u32) -> Self {
        Self { seed, slots: vec![Slot { scope: 0, len: u8::MAX, text: [0; TEXT_BYTES_MAX] }; 1 << bits], marks: vec![0; 1 << bits] }
    }

    /// The place of a text, none when it is too long, or most likely one of a kind: long, and half of it digits, as traces are.
    pub(crate) fn place(&self, scope: u32, text: &str) -> Option<Place> {
        let fits =
            text.len() <= TEXT_BYTES_MAX && (text.len() < UNIQUE_BYTES_MIN || text.bytes().filter(u8::is_ascii_digit).count() * 2 < text.len());
        fits.then(|| {
            let hash = fast_hash(self.seed ^ u64::from(scope), text.as_bytes());
            Place { slot: (hash >> 32) as usize & (self.slots.len() - 1), mark: hash as u16 }
        })
    }

    /// Whether a text is known to hold nothing.
    pub(crate) fn has(&self, place: Place, scope: u32, text: &str) -> bool {
        let slot = |slot: &Slot| {
            usize::from(slot.len) == text.len()
                && slot.scope == scope
                && slot.text.get(..text.len()).is_some_and(|known| same(known, text.as_bytes()))
        };
        self.marks[place.slot] == place.mark && slot(&self.slots[place.slot])
    }

    pub(crate) fn put(&mut self, place: Place, scope: u32, text: &str) {
        self.marks[place.slot] = place.mark;
        let slot = &mut self.slots[place.slot];
        slot.text[..text.len()].copy_from_slice(text.as_bytes());
        (slot.scope, slot.len) = (scope, text.len() as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_text_is_quiet_in_its_scope_alone() {
        let mut quiet = Quiet::new(7, 4);
        let text = "x".repeat(TEXT_BYTES_MAX);
        let place = quiet.place(1, &text).unwrap();
        assert!(!quiet.has(place, 1, &text));
        quiet.put(place, 1, &text);
        assert!(quiet.has(place, 1, &text) && !quiet.has(place, 2, &text) && !quiet.has(place, 1, "x"));
        assert!(quiet.place(1, &"x".repeat(TEXT_BYTES_MAX + 1)).is_none());
        assert!(quiet.place(1, "8092dcfe7e49e80753cd42a0884bdd7a").is_none());
    }
}
