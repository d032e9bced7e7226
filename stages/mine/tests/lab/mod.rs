//! A small bank of its own for the failure miner: journeys with customers who differ, retries, natural failures and natural ends; faults that are
//! planted by conditions, and a reader of `failures.json` that judges a condition by itself, without a line of the miner.

pub(crate) mod bank;
pub(crate) mod judge;
pub(crate) mod run;

/// A small generator of random numbers (SplitMix64).
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }
}

/// One step as the bank did it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Did {
    pub(crate) name: &'static str,
    pub(crate) failed: bool,
    /// It took too long.
    pub(crate) slow: bool,
    pub(crate) time_s: i64,
    pub(crate) amount_minor: Option<i64>,
    /// Values by [`bank::FIELDS`].
    pub(crate) values: [u8; bank::FIELDS.len()],
}

/// One journey.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Journey {
    pub(crate) key: u128,
    pub(crate) customer: u128,
    pub(crate) steps: Vec<Did>,
    /// Steps a fault made fail: number of the fault and position (of the last step for what never came).
    pub(crate) faults: Vec<(usize, usize)>,
}

/// What must be known of other journeys: those of the same customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) key: u128,
    pub(crate) start_s: i64,
    pub(crate) end_s: i64,
}
