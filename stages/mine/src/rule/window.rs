//! So many within so many minutes: a sliding window over one subject's times. A burst fires once, however long it lasts.

use std::collections::VecDeque;

const MINUTE_NS: i64 = 60_000_000_000;

/// The window.
pub(super) struct Window {
    count: usize,
    span_ns: i64,
    times: VecDeque<i64>,
    in_burst: bool,
}

impl Window {
    /// At least `count` (at least 1) within `minutes`.
    pub(super) fn new(count: u32, minutes: u32) -> Self {
        Self { count: count.max(1) as usize, span_ns: i64::from(minutes).saturating_mul(MINUTE_NS), times: VecDeque::new(), in_burst: false }
    }

    /// Starts anew.
    pub(super) fn clear(&mut self) {
        self.times.clear();
        self.in_burst = false;
    }

    /// Takes the next time (not before the last one); says whether a burst begins.
    pub(super) fn push(&mut self, time_ns: i64) -> bool {
        if self.times.len() == self.count {
            self.times.pop_front();
        }
        self.times.push_back(time_ns);
        let full = self.times.len() == self.count && time_ns.saturating_sub(self.times[0]) <= self.span_ns;
        let begins = full && !self.in_burst;
        self.in_burst = full;
        begins
    }
}
