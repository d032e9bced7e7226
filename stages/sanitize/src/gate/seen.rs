//! Texts that were searched already. Values of fields repeat: comparing one with what was searched before costs a tenth of searching it again.

/// Bytes of the longest text that is kept.
pub(super) const TEXT_BYTES_MAX: usize = 63;
/// Texts that are kept, each in the place its hash gives it: small enough for the processor's second-level cache.
const TEXTS: usize = 1 << 12;

/// A text and its length; of length 0 when there is none.
#[derive(Clone, Copy)]
struct Slot {
    text: [u8; TEXT_BYTES_MAX],
    length: u8,
}

/// Texts as they are, not their hashes alone: no two can be taken for each other.
pub(crate) struct Seen(Vec<Slot>);

impl Default for Seen {
    fn default() -> Self {
        Self(vec![Slot { text: [0; TEXT_BYTES_MAX], length: 0 }; TEXTS])
    }
}

impl Seen {
    /// Whether a text is kept.
    #[inline]
    pub(crate) fn has(&self, text: &[u8]) -> bool {
        if text.is_empty() || text.len() > TEXT_BYTES_MAX {
            return false;
        }
        let slot = &self.0[place(text)];
        usize::from(slot.length) == text.len() && &slot.text[..text.len()] == text
    }

    /// Keeps a text in the place of another one.
    pub(crate) fn add(&mut self, text: &[u8]) {
        if text.len() <= TEXT_BYTES_MAX {
            let slot = &mut self.0[place(text)];
            slot.length = text.len() as u8;
            slot.text[..text.len()].copy_from_slice(text);
        }
    }
}

/// Where a text is kept. It need not be hard to guess: the worst that a bad spread costs is searching again.
fn place(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let sum = words.iter().fold(text.len() as u64, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    mix(sum, u64::from_le_bytes(last)) as usize % TEXTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_text_is_known() {
        let mut seen = Seen::default();
        assert!(!seen.has(b"") && !seen.has(b"payments-service"));
        seen.add(b"payments-service");
        assert!(seen.has(b"payments-service"));
        assert!(!seen.has(b"payments-service2") && !seen.has(b"Payments-service") && !seen.has(b"payments-servic"));
        for number in 0..100_000 {
            seen.add(format!("text {number}").as_bytes());
        }
        assert!(!seen.has(b"text 100000") && seen.has(b"text 99999"));
        // Another text of the same place and length is not known.
        let other = (0..).map(|number: u32| format!("text {number:05}")).find(|text| place(text.as_bytes()) == place(b"text 99999")).unwrap();
        assert!(other != "text 99999" && !seen.has(other.as_bytes()) && seen.has(b"text 99999"));
        seen.add(&[b'x'; 64]);
        assert!(!seen.has(&[b'x'; 64]));
        seen.add(&[b'x'; 63]);
        assert!(seen.has(&[b'x'; 63]) && !seen.has(&[b'x'; 62]));
    }
}
