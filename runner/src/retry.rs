//! Which failures are tried again, and when.
//!
//! Only what can heal by itself: a transient error, a step that somebody outside ended, and want of memory where more memory or fewer
//! threads are left to try. Damaged data, a refused sandbox, a wrong signature, a crash and a timeout come out the same again, so trying
//! them only costs the night. The step that spends privacy budget is never tried again, whatever the reason: its noise may be drawn.
//!
//! The wait doubles from [`FIRST`] to [`LONGEST`] and is drawn evenly from its upper half, so that runners that failed together do not
//! come back together.

use std::time::Duration;

use schemas::exit::Exit;

/// The longest wait before the first retry.
pub const FIRST: Duration = Duration::from_secs(1);
/// The longest wait before any retry.
pub const LONGEST: Duration = Duration::from_secs(30);
/// Most retries that can be asked for.
pub const RETRIES_MAX: u32 = 5;

/// What a retry needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Time.
    Wait,
    /// Time, and more memory or fewer threads.
    Memory,
}

/// How a failure can heal; none when it cannot.
#[must_use]
pub fn class(exit: Exit) -> Option<Class> {
    match exit {
        Exit::TransientIo | Exit::Interrupted => Some(Class::Wait),
        Exit::OutOfMemory => Some(Class::Memory),
        _ => None,
    }
}

/// Draws the waits. The same seed draws the same ones.
#[derive(Debug, Clone)]
pub struct Jitter(u64);

impl Jitter {
    /// From a seed: of the operating system in a run, fixed in a test.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The wait before the retry of a number, from 1.
    pub fn wait(&mut self, retry: u32) -> Duration {
        let longest = FIRST.saturating_mul(1 << retry.saturating_sub(1).min(16)).min(LONGEST);
        let half = longest / 2;
        let half_us = u64::try_from(half.as_micros()).unwrap_or(u64::MAX);
        half + Duration::from_micros(self.next() % (half_us + 1))
    }

    /// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_heal_is_tried_again() {
        for exit in Exit::ALL {
            let expected = match exit.code() {
                41 | 43 => Some(Class::Wait),
                51 => Some(Class::Memory),
                _ => None,
            };
            assert_eq!(class(exit), expected, "{exit:?}");
        }
    }

    #[test]
    fn waits_double_within_bounds_and_differ() {
        let mut jitter = Jitter::new(7);
        for (retry, longest_s) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (60, 30)] {
            let longest = Duration::from_secs(longest_s);
            let waits: Vec<Duration> = (0..200).map(|_| jitter.wait(retry)).collect();
            assert!(waits.iter().all(|&wait| wait >= longest / 2 && wait <= longest), "retry {retry}");
            let (least, most) = (waits.iter().min().copied().unwrap(), waits.iter().max().copied().unwrap());
            // 200 even draws leave a fifth of the range empty at an end once in 10^19 times.
            assert!(least < longest * 6 / 10 && most > longest * 9 / 10, "retry {retry}: {least:?} to {most:?}");
        }
    }

    #[test]
    fn a_seed_draws_the_same_waits() {
        let waits = |seed| {
            let mut jitter = Jitter::new(seed);
            (1..6).map(|retry| jitter.wait(retry)).collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
