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
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The words of bits as they lie in memory, little endian.
pub(super) fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word))
}

/// Ones of bits as they lie in memory.
pub(super) fn count_of(bytes: &[u8]) -> u64 {
    words(bytes).map(|word| u64::from(word.count_ones())).sum()
}

/// Ones of both.
pub(super) fn count_both(a: &[u8], b: &[u64]) -> u64 {
    words(a).zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}
