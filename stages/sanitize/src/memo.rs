//! What became of values and texts that come again and again: a session's ids stand in all its records, and most messages have been seen
//! before. No output depends on what is remembered.

use schemas::pii::PiiClass;

use crate::hash::{digits, fast_hash, same};
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

/// What became of a value, and whether the gate was told of it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Remembered {
    pub(crate) made: Made,
    pub(crate) told: bool,
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
        let fits = text.len() <= TEXT_BYTES_MAX && (text.len() < UNIQUE_BYTES_MIN || digits(text.as_bytes()) * 2 < text.len());
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

/// What a word of small letters may be, whatever stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traits(u8);

impl Traits {
    /// Nothing: it is passed.
    pub(crate) const DULL: Self = Self(0);
    /// It may say what follows it.
    pub(crate) const ANNOUNCES: Self = Self(1);
    /// The lexicon knows it.
    pub(crate) const KNOWN: Self = Self(2);
    /// It has the letters of a login.
    pub(crate) const LOGIN: Self = Self(4);
    /// It may be a given name.
    pub(crate) const GIVEN: Self = Self(8);
    /// It is a title, behind which a surname in small letters may stand.
    pub(crate) const TITLE: Self = Self(16);

    /// These, and another one when it is there.
    pub(crate) const fn with(self, other: Self, there: bool) -> Self {
        if there { Self(self.0 | other.0) } else { self }
    }

    /// Whether another one is among these.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The traits of words of small letters that were met. Each word is kept whole in the number it makes, its traits in the number's last byte.
pub(crate) struct SmallWords {
    slots: Vec<u128>,
}

impl SmallWords {
    /// Longest word.
    const BYTES_MAX: usize = 15;
    /// Set in the last byte of a slot that is taken.
    const TAKEN: u8 = 0x80;

    /// A memory of `2^bits` words.
    pub(crate) fn new(bits: u32) -> Self {
        Self { slots: vec![0; 1 << bits] }
    }

    /// The number of a word of letters, which has no zero byte; none when it is longer than fifteen.
    pub(crate) fn number(text: &[u8], start: usize, end: usize) -> Option<u128> {
        let len = end - start;
        if len > Self::BYTES_MAX || len == 0 {
            return None;
        }
        if let Some(bytes) = text.get(start..).and_then(<[u8]>::first_chunk::<16>) {
            return Some(u128::from_le_bytes(*bytes) & (u128::MAX >> (8 * (16 - len))));
        }
        let mut bytes = [0; 16];
        bytes[..len].copy_from_slice(text.get(start..end)?);
        Some(u128::from_le_bytes(bytes))
    }

    fn slot(&self, number: u128) -> usize {
        let mixed = ((number as u64) ^ ((number >> 64) as u64).rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (self.slots.len() - 1)
    }

    /// The traits of a word, when it was met and no other took its place.
    pub(crate) fn get(&self, number: u128) -> Option<Traits> {
        let slot = self.slots[self.slot(number)];
        (slot << 8 == number << 8 && slot != 0).then_some(Traits((slot >> 120) as u8 & !Self::TAKEN))
    }

    pub(crate) fn put(&mut self, number: u128, traits: Traits) {
        let slot = self.slot(number);
        self.slots[slot] = number | u128::from(traits.0 | Self::TAKEN) << 120;
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

    #[test]
    fn a_word_is_known_by_all_its_letters() {
        let mut words = SmallWords::new(2);
        let number = |text: &str, end: usize| SmallWords::number(text.as_bytes(), 0, end).unwrap();
        // At the end of a text and amid one, a word has the same number.
        assert_eq!(number("balance", 7), number("balance read for an account", 7));
        assert_ne!(number("balance", 7), number("balance", 6));
        for traits in [Traits::DULL, Traits::KNOWN.with(Traits::GIVEN, true).with(Traits::LOGIN, false)] {
            words.put(number("balance", 7), traits);
            assert_eq!(words.get(number("balance of", 7)), Some(traits));
            assert!(words.get(number("balances", 8)).is_none() && words.get(number("balanc", 6)).is_none());
        }
        assert!(SmallWords::number(b"abcdefghijklmnop", 0, 16).is_none() && SmallWords::number(b"abcdefghijklmno", 0, 15).is_some());
    }
}
