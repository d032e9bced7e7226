//! Sets of steps: a bit a row, the failing ones and the others.

/// A set of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    /// Failing.
    pub failing: Vec<u64>,
    /// Succeeding.
    pub fine: Vec<u64>,
}

impl Rows {
    /// None, as long as `like`.
    pub(super) fn none(like: &Self) -> Self {
        Self { failing: vec![0; like.failing.len()], fine: vec![0; like.fine.len()] }
    }

    /// All of so many.
    pub(super) fn all(failing: usize, fine: usize) -> Self {
        let ones = |rows: usize| {
            let mut words = vec![u64::MAX; rows.div_ceil(64)];
            if !rows.is_multiple_of(64)
                && let Some(last) = words.last_mut()
            {
                *last = (1 << (rows % 64)) - 1;
            }
            words
        };
        Self { failing: ones(failing), fine: ones(fine) }
    }

    /// Those of both.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.change(other, |a, b| a & b);
        self
    }

    /// Those of `self` alone.
    pub(super) fn without(mut self, other: &Self) -> Self {
        self.change(other, |a, b| a & !b);
        self
    }

    /// Adds those of `other`.
    pub(super) fn add(&mut self, other: &Self) {
        self.change(other, |a, b| a | b);
    }

    fn change(&mut self, other: &Self, both: impl Fn(u64, u64) -> u64) {
        for (mine, theirs) in [(&mut self.failing, &other.failing), (&mut self.fine, &other.fine)] {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a = both(*a, *b));
        }
    }

    /// Steps.
    pub(super) fn count(&self) -> u64 {
        count(&self.failing) + count(&self.fine)
    }
}

/// Positions of the ones.
pub(super) fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            (rest != 0).then(|| rest &= rest - 1)?;
            Some(at * 64 + bit)
        })
    })
}

/// Ones.
pub(super) fn count(words: &[u64]) -> u64 {
    let (groups, rest) = words.as_chunks::<GROUP>();
    count_groups(groups.iter().copied()) + count_each(rest.iter().copied())
}

/// The words of bits as they lie in memory, little endian.
pub(super) fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word))
}

/// Ones of bits as they lie in memory.
pub(super) fn count_of(bytes: &[u8]) -> u64 {
    let (groups, rest) = bytes.as_chunks::<8>().0.as_chunks::<GROUP>();
    count_groups(groups.iter().map(|group| group.map(u64::from_le_bytes))) + count_each(rest.iter().map(|word| u64::from_le_bytes(*word)))
}

/// Ones of both.
pub(super) fn count_both(a: &[u8], b: &[u64]) -> u64 {
    let ((groups, rest), (other_groups, other_rest)) = (a.as_chunks::<8>().0.as_chunks::<GROUP>(), b.as_chunks::<GROUP>());
    let both = |(a, b): (&[[u8; 8]; GROUP], &[u64; GROUP])| std::array::from_fn(|at| u64::from_le_bytes(a[at]) & b[at]);
    count_groups(groups.iter().zip(other_groups).map(both)) + count_each(words(rest.as_flattened()).zip(other_rest).map(|(a, b)| a & b))
}

/// Words that are counted side by side.
const LANES: usize = 4;
/// Words that are counted together.
const GROUP: usize = 8 * LANES;

/// Ones of groups of words. Most processors count the ones of a word at once, but not all for which this is built: without that a word takes a
/// dozen instructions. So words are added up bit by bit, to ones, twos and fours, and only every eighth word is counted (Harley and Seal).
fn count_groups(groups: impl Iterator<Item = [u64; GROUP]>) -> u64 {
    let none = [0_u64; LANES];
    let (mut ones, mut twos, mut fours, mut eights) = (none, none, none, 0);
    for group in groups {
        let lanes = |at: usize| -> [u64; LANES] { std::array::from_fn(|lane| group[at * LANES + lane]) };
        let two = |ones: &mut [u64; LANES], at: usize| add(ones, lanes(at), lanes(at + 1));
        let twos_a = two(&mut ones, 0);
        let twos_b = two(&mut ones, 2);
        let fours_a = add(&mut twos, twos_a, twos_b);
        let twos_a = two(&mut ones, 4);
        let twos_b = two(&mut ones, 6);
        let fours_b = add(&mut twos, twos_a, twos_b);
        eights += count_each(add(&mut fours, fours_a, fours_b).into_iter());
    }
    let [ones, twos, fours] = [ones, twos, fours].map(|lanes| count_each(lanes.into_iter()));
    8 * eights + 4 * fours + 2 * twos + ones
}

/// Adds two bits to the sum at each place; what is carried comes back.
fn add(sum: &mut [u64; LANES], a: [u64; LANES], b: [u64; LANES]) -> [u64; LANES] {
    let half: [u64; LANES] = std::array::from_fn(|lane| sum[lane] ^ a[lane]);
    let carry = std::array::from_fn(|lane| sum[lane] & a[lane] | half[lane] & b[lane]);
    *sum = std::array::from_fn(|lane| half[lane] ^ b[lane]);
    carry
}

fn count_each(words: impl Iterator<Item = u64>) -> u64 {
    words.map(|word| u64::from(word.count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::hash_bytes;

    #[test]
    fn ones_are_counted_however_many_words_there_are() {
        for length in (0..70).chain([255, 256, 1_000]) {
            let word =
                |seed: u64| move |at: usize| hash_bytes(&(at as u64 ^ seed << 32).to_le_bytes()) | if at.is_multiple_of(5) { u64::MAX } else { 0 };
            let (a, b): (Vec<u64>, Vec<u64>) = ((0..length).map(word(1)).collect(), (0..length).map(word(2)).collect());
            let bytes: Vec<u8> = a.iter().flat_map(|word| word.to_le_bytes()).collect();
            let expected = a.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
            assert_eq!((count(&a), count_of(&bytes)), (expected, expected), "{length} words");
            assert_eq!(count_both(&bytes, &b), a.iter().zip(&b).map(|(a, b)| u64::from((a & b).count_ones())).sum::<u64>(), "{length} words");
        }
    }
}
