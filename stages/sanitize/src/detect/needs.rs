//! What a detector needs before it can find anything, said beside it: the length of the candidate, further groups of digits, a name right before it. A
//! table of masks made of this sends nearly all detectors away at once, where asking each of them would cost more than all else that is done with
//! a number. In debug builds, and so in all tests, those that were sent away are asked nevertheless, and must find nothing.

use super::{Detector, Spot};

/// Lengths that are told apart; longer candidates count as this long.
const LENS: usize = 64;
/// Numbers of groups that are told apart: one or none, two, three or more.
const COUNTS: usize = 3;
/// Most detectors of a trigger, those of all countries among them.
const DETECTORS_MAX: usize = u64::BITS as usize;

/// Lengths in bytes, a bit each, by the number of groups: with any text before the candidate, and with one of the names of [`super::cue`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    anywhere: [u64; COUNTS],
    named: [u64; COUNTS],
    /// First bytes, in order; none: any.
    first: &'static [u8],
    /// Bytes right before the candidate and right behind its word or first group, of which one must stand there unless a name says enough; none: any.
    before: &'static [u8],
    behind: &'static [u8],
}

impl Needs {
    /// The longest candidate.
    pub(crate) const MAX: usize = LENS - 1;
    pub(crate) const DIGITS: &[u8] = b"0123456789";
    pub(crate) const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    pub(crate) const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    pub(crate) const HEX: &[u8] = b"0123456789ABCDEFabcdef";
    /// Nothing.
    pub(crate) const ANY: Self = Self::len(0, Self::MAX);

    /// A word, or a first group, of `least` to `most` bytes.
    pub(crate) const fn len(least: usize, most: usize) -> Self {
        let lens = bits(least, most);
        Self { anywhere: [lens; COUNTS], named: [lens; COUNTS], first: &[], before: &[], behind: &[] }
    }

    /// The same right behind a name.
    pub(crate) const fn named(least: usize, most: usize) -> Self {
        Self { anywhere: [0; COUNTS], named: [bits(least, most); COUNTS], first: &[], before: &[], behind: &[] }
    }

    /// These, and so many groups of digits at least.
    pub(crate) const fn groups(mut self, least: usize) -> Self {
        let mut count = 0;
        while count + 1 < least {
            (self.anywhere[count], self.named[count]) = (0, 0);
            count += 1;
        }
        self
    }

    /// These, and one of these bytes first.
    pub(crate) const fn first(self, first: &'static [u8]) -> Self {
        Self { first, ..self }
    }

    /// These, and one of these bytes right before the candidate, 0 at the start of a text. A name before it makes no difference.
    pub(crate) const fn before(self, before: &'static [u8]) -> Self {
        Self { before, named: [0; COUNTS], ..self }
    }

    /// The same right behind it, 0 at the end of a text.
    pub(crate) const fn behind(self, behind: &'static [u8]) -> Self {
        Self { behind, named: [0; COUNTS], ..self }
    }

    /// Either, whatever byte is first. Bytes around the candidate are those of the needs without a name.
    pub(crate) const fn or(mut self, other: Self) -> Self {
        let mut count = 0;
        while count < COUNTS {
            self.anywhere[count] |= other.anywhere[count];
            self.named[count] |= other.named[count];
            count += 1;
        }
        self
    }
}

const fn bits(least: usize, most: usize) -> u64 {
    let most = if most > Needs::MAX { Needs::MAX } else { most };
    (u64::MAX >> (LENS - 1 - most)) & (u64::MAX << least)
}

/// The detectors of one trigger, in the order in which they are asked.
pub(crate) struct Panel {
    list: Vec<&'static Detector>,
    /// A bit for each detector that may answer, by number of groups and length.
    anywhere: [[u64; LENS]; COUNTS],
    named: [[u64; LENS]; COUNTS],
    /// The same by the first byte, and by the bytes around.
    first: [u64; 256],
    before: [u64; 256],
    behind: [u64; 256],
}

impl Default for Panel {
    fn default() -> Self {
        Self { list: Vec::new(), anywhere: [[0; LENS]; COUNTS], named: [[0; LENS]; COUNTS], first: [0; 256], before: [0; 256], behind: [0; 256] }
    }
}

impl Panel {
    /// Adds the detector that is asked last.
    pub(crate) fn push(&mut self, detector: &'static Detector) {
        let bit = 1 << self.list.len();
        assert!(self.list.len() < DETECTORS_MAX, "a trigger has too many detectors");
        self.list.push(detector);
        let needs = &detector.needs;
        for (bytes, masks) in [(needs.first, &mut self.first), (needs.before, &mut self.before), (needs.behind, &mut self.behind)] {
            for (byte, mask) in (0..=u8::MAX).zip(masks) {
                *mask |= if bytes.is_empty() || bytes.contains(&byte) { bit } else { 0 };
            }
        }
        for count in 0..COUNTS {
            for len in 0..LENS {
                self.anywhere[count][len] |= if needs.anywhere[count] >> len & 1 == 1 { bit } else { 0 };
                self.named[count][len] |= if needs.named[count] >> len & 1 == 1 { bit } else { 0 };
            }
        }
    }

    /// Those that may find something at a candidate.
    pub(crate) fn of(&self, spot: &Spot<'_>) -> impl Iterator<Item = &'static Detector> {
        let (count, len) = (spot.groups.len().clamp(1, COUNTS) - 1, (spot.end - spot.at).min(Needs::MAX));
        let first = self.first[usize::from(spot.byte(spot.at))];
        let around = self.before[usize::from(spot.before())] & self.behind[usize::from(spot.byte(spot.end))];
        let anywhere = self.anywhere[count][len] & first & around;
        let named = self.named[count][len] & first | anywhere;
        let mask = if anywhere == named || spot.names().is_empty() { anywhere } else { named };
        debug_assert!(self.list.iter().enumerate().all(|(at, detector)| mask >> at & 1 == 1 || (detector.find)(spot).is_none()));
        let mut left = mask;
        std::iter::from_fn(move || {
            let at = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            self.list.get(at as usize).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_are_told_apart() {
        let mut panel = Panel::default();
        panel.push(&super::super::phone_national::PHONE_NATIONAL);
        assert!(panel.first[usize::from(b'0')] == 1 && panel.first[usize::from(b'1')] == 0);
    }

    #[test]
    fn needs_are_sets_of_lengths() {
        let needs = Needs::len(4, 4).or(Needs::named(2, 3)).or(Needs::len(6, Needs::MAX).groups(2));
        let has = |lens: u64, len: usize| lens >> len & 1 == 1;
        assert!(has(needs.anywhere[0], 4) && !has(needs.anywhere[0], 5) && !has(needs.anywhere[0], 6) && !has(needs.anywhere[0], 2));
        assert!(has(needs.anywhere[1], 6) && has(needs.anywhere[2], 63) && has(needs.named[0], 2) && has(needs.named[0], 4));
        assert_eq!(Needs::ANY.anywhere, [u64::MAX; COUNTS]);
    }
}
