//! Texts that were searched already. Values of fields repeat: comparing one with what was searched before costs a tenth of searching it again.

use crate::hash::same;

/// Bytes of the longest text that is kept.
pub(super) const TEXT_BYTES_MAX: usize = 127;
/// Texts that are kept, each in the place its hash gives it: small enough for the processor's second-level cache.
const TEXTS: usize = 1 << 12;

/// A text and its length; most texts are in one line of the processor's cache.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Slot {
    length: u8,
    text: [u8; TEXT_BYTES_MAX],
}

/// Texts as they are, not their hashes alone: no two can be taken for each other.
pub(crate) struct Seen {
    /// Some bits of the hash of the text that a place keeps, and of the one that asked for it last. A text that comes once, such as the id of a trace,
    /// needs no more than this small table.
    hints: Vec<(u8, u8)>,
    slots: Vec<Slot>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { hints: vec![(0, 0); TEXTS], slots: vec![Slot { length: 0, text: [0; TEXT_BYTES_MAX] }; TEXTS] }
    }
}

impl Seen {
    /// Whether a text is kept.
    #[inline]
    pub(crate) fn has(&self, text: &[u8]) -> bool {
        if text.is_empty() || text.len() > TEXT_BYTES_MAX {
            return false;
        }
        let (place, hint) = place(text);
        if self.hints[place].0 != hint {
            return false;
        }
        let slot = &self.slots[place];
        usize::from(slot.length) == text.len() && same(&slot.text[..text.len()], text)
    }

    /// Keeps a text in the place of another one, when nothing else asked for the place since it did so the last time: most texts come back at once
    /// or never.
    pub(crate) fn add(&mut self, text: &[u8]) {
        if text.len() <= TEXT_BYTES_MAX {
            let (place, hint) = place(text);
            let (kept, asked) = &mut self.hints[place];
            if *asked != hint {
                *asked = hint;
                return;
            }
            *kept = hint;
            let slot = &mut self.slots[place];
            slot.length = text.len() as u8;
            slot.text[..text.len()].copy_from_slice(text);
        }
    }
}

/// Where a text is kept, and other bits of its hash. It need not be hard to guess: the worst that a bad spread costs is searching again.
fn place(text: &[u8]) -> (usize, u8) {
    let word = |at: usize| text.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word));
    let mix = |at: usize| {
        let product = u128::from(word(at) ^ 0x9e37_79b9_7f4a_7c15) * u128::from(word(at + 8) ^ 0xd6e8_feb8_6659_fd93);
        (product as u64 ^ (product >> 64) as u64).rotate_left(at as u32)
    };
    let len = text.len();
    if len < 8 {
        return (text.iter().fold(len, |sum, &byte| sum * 31 + usize::from(byte)) % TEXTS, 1);
    }
    let mut sum = len as u64;
    for at in (0..len.saturating_sub(15)).step_by(16) {
        sum ^= mix(at);
    }
    // The last bytes, some of them for the second time.
    let last = word(len - 8) ^ word(len.saturating_sub(16)).rotate_left(32) ^ sum;
    let product = u128::from(last) * 0x9e37_79b9_7f4a_7c15;
    let sum = product as u64 ^ (product >> 64) as u64;
    (sum as usize % TEXTS, (sum >> 32) as u8 | 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_text_is_known() {
        let mut seen = Seen::default();
        assert!(!seen.has(b"") && !seen.has(b"payments-service"));
        seen.add(b"payments-service");
        assert!(!seen.has(b"payments-service"));
        seen.add(b"payments-service");
        assert!(seen.has(b"payments-service"));
        assert!(!seen.has(b"payments-service2") && !seen.has(b"Payments-service") && !seen.has(b"payments-servic"));
        for number in 0..100_000 {
            let text = format!("text {number}");
            seen.add(text.as_bytes());
            seen.add(text.as_bytes());
        }
        assert!(!seen.has(b"text 100000") && seen.has(b"text 99999"));
        // Another text of the same place and length is not known.
        let other = (0..).map(|number: u32| format!("text {number:05}")).find(|text| place(text.as_bytes()).0 == place(b"text 99999").0).unwrap();
        assert!(other != "text 99999" && !seen.has(other.as_bytes()) && seen.has(b"text 99999"));
        seen.add(&[b'x'; TEXT_BYTES_MAX + 1]);
        assert!(!seen.has(&[b'x'; TEXT_BYTES_MAX + 1]));
        seen.add(&[b'x'; TEXT_BYTES_MAX]);
        seen.add(&[b'x'; TEXT_BYTES_MAX]);
        assert!(seen.has(&[b'x'; TEXT_BYTES_MAX]) && !seen.has(&[b'x'; TEXT_BYTES_MAX - 1]));
    }
}
