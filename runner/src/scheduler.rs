//! Which task of a step starts next and with what share of the budget. It starts nothing itself: [`crate::flight`] does, and tells what
//! became of it. No clock and no process in here, so every decision can be tested.
//!
//! Tasks start in their order. As many are in flight as threads and memory allow; what is free is divided among those that can start
//! now, so a lone task gets everything and the last shards of a step get what the first ones leave. The least memory of a task is what
//! the pipeline declares, or, once tasks of the step have ended, what these were seen to use and half as much again. A task that ran
//! out of memory comes back with twice its share and half its threads.

use std::time::{Duration, Instant};

use schemas::exit::Exit;

use crate::resources::{Budget, Need, Share};
use crate::retry::{Class, Jitter, class};

/// The parts of what is declared below which experience does not lower the least memory: a later task may be larger.
const LEAST_PARTS: u64 = 4;

/// What becomes of a failed task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// It is tried again once this time has passed.
    Retry(Duration),
    /// It has failed; nothing more is started.
    Failed,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Ready,
    Waiting(Instant),
    Running(Share),
    Ended,
}

#[derive(Debug, Clone)]
struct Slot {
    state: State,
    attempts: u32,
    /// Raised by want of memory.
    memory_least: u64,
    /// Lowered by want of memory.
    threads_most: u16,
}

/// The tasks of one step.
#[derive(Debug, Clone)]
pub struct Scheduler {
    budget: Budget,
    need: Need,
    retries: u32,
    jitter: Jitter,
    slots: Vec<Slot>,
    seen_peak_bytes: u64,
    draining: bool,
}

impl Scheduler {
    /// So many tasks that need `need` each, none of which is tried again more than `retries` times.
    #[must_use]
    pub fn new(budget: Budget, need: Need, tasks: usize, retries: u32, jitter: Jitter) -> Self {
        let slot = Slot { state: State::Ready, attempts: 0, memory_least: 0, threads_most: u16::MAX };
        Self { budget, need, retries, jitter, slots: vec![slot; tasks], seen_peak_bytes: 0, draining: false }
    }

    /// The task to start now, with its share; none when nothing is ready or what is free does not do.
    pub fn next(&mut self, now: Instant) -> Option<(usize, Share)> {
        if self.draining {
            return None;
        }
        let ready = |slot: &Slot| matches!(slot.state, State::Ready) || matches!(slot.state, State::Waiting(until) if until <= now);
        let index = self.slots.iter().position(ready)?;
        let count = self.slots.iter().filter(|slot| ready(slot)).count();
        let share = self.share(index, count)?;
        let slot = &mut self.slots[index];
        slot.state = State::Running(share);
        slot.attempts += 1;
        Some((index, share))
    }

    /// The task has ended well and was seen to use this much memory.
    pub fn ended(&mut self, index: usize, peak_bytes: u64) {
        self.seen_peak_bytes = self.seen_peak_bytes.max(peak_bytes);
        self.slots[index].state = State::Ended;
    }

    /// The task has failed.
    pub fn failed(&mut self, index: usize, exit: Exit, now: Instant) -> After {
        let State::Running(share) = self.slots[index].state else { return After::Failed };
        let all = share.memory_bytes >= self.budget.memory_bytes;
        let slot = &mut self.slots[index];
        slot.state = State::Ended;
        let heals = match class(exit) {
            Some(Class::Wait) => true,
            Some(Class::Memory) => !all || share.threads > 1,
            None => false,
        };
        if !heals || self.draining || slot.attempts > self.retries {
            self.draining = true;
            return After::Failed;
        }
        if exit == Exit::OutOfMemory {
            slot.memory_least = share.memory_bytes.saturating_mul(2).min(self.budget.memory_bytes);
            slot.threads_most = (share.threads / 2).max(1);
        }
        let wait = self.jitter.wait(slot.attempts);
        slot.state = State::Waiting(now + wait);
        After::Retry(wait)
    }

    /// Nothing more is started: what waits for a retry is given up.
    pub fn drain(&mut self) {
        self.draining = true;
    }

    /// When the next retry is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let waiting = |slot: &Slot| match slot.state {
            State::Waiting(until) => Some(until),
            _ => None,
        };
        if self.draining { None } else { self.slots.iter().filter_map(waiting).min() }
    }

    /// How often a task was started.
    #[must_use]
    pub fn attempts(&self, index: usize) -> u32 {
        self.slots[index].attempts
    }

    /// An even part of what is free: among as many of the ready tasks as it does for.
    fn share(&self, index: usize, ready: usize) -> Option<Share> {
        let running = self.slots.iter().filter_map(|slot| match slot.state {
            State::Running(share) => Some(share),
            _ => None,
        });
        let (mut threads, mut memory_bytes) = (self.budget.threads.max(1), self.budget.memory_bytes);
        for share in running {
            threads = threads.saturating_sub(share.threads);
            memory_bytes = memory_bytes.saturating_sub(share.memory_bytes);
        }
        let ready = u16::try_from(ready).unwrap_or(u16::MAX).min(threads);
        (1..=ready).rev().find_map(|parts| {
            let memory_bytes = memory_bytes / u64::from(parts);
            let most = threads.div_ceil(parts).min(self.slots[index].threads_most).max(1);
            let threads = (1..=most).rev().find(|&threads| self.least(index, threads) <= memory_bytes)?;
            Some(Share { threads, memory_bytes })
        })
    }

    /// The least memory a task is started with.
    fn least(&self, index: usize, threads: u16) -> u64 {
        let declared = self.need.bytes(threads);
        let expected = if self.seen_peak_bytes == 0 { declared } else { (self.seen_peak_bytes.saturating_mul(3) / 2).max(declared / LEAST_PARTS) };
        let least = expected.max(self.slots[index].memory_least);
        // Whatever was seen or tried: with one thread and the whole budget a task may always start.
        if threads == 1 { least.min(self.budget.memory_bytes) } else { least }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const NEED: Need = Need { memory_mib: 100, memory_mib_per_thread: 10 };

    fn scheduler(threads: u16, memory_mib: u64, tasks: usize) -> Scheduler {
        Scheduler::new(Budget { threads, memory_bytes: memory_mib * MIB }, NEED, tasks, 2, Jitter::new(1))
    }

    /// Starts what fits now: index, threads, MiB.
    fn start(scheduler: &mut Scheduler, now: Instant) -> Vec<(usize, u16, u64)> {
        std::iter::from_fn(|| scheduler.next(now)).map(|(index, share)| (index, share.threads, share.memory_bytes / MIB)).collect()
    }

    fn check(threads: u16, memory_mib: u64, tasks: usize, expected: &[(usize, u16, u64)]) {
        assert_eq!(start(&mut scheduler(threads, memory_mib, tasks), Instant::now()), expected);
    }

    #[test]
    fn what_is_free_is_divided_among_those_that_can_start() {
        check(4, 1_000, 1, &[(0, 4, 1_000)]);
        check(4, 1_000, 2, &[(0, 2, 500), (1, 2, 500)]);
        check(4, 1_200, 3, &[(0, 2, 400), (1, 1, 400), (2, 1, 400)]);
        check(2, 1_000, 7, &[(0, 1, 500), (1, 1, 500)]);
        // Memory for two; with three threads each it would be 130 MiB.
        check(6, 260, 7, &[(0, 3, 130), (1, 3, 130)]);
        // Memory for one, and not with all threads.
        check(6, 130, 7, &[(0, 3, 130)]);
        check(6, 110, 7, &[(0, 1, 110)]);
    }

    #[test]
    fn the_next_task_starts_when_one_has_ended() {
        let now = Instant::now();
        let mut scheduler = scheduler(2, 1_000, 4);
        assert_eq!(start(&mut scheduler, now).len(), 2);
        scheduler.ended(1, 0);
        assert_eq!(start(&mut scheduler, now), [(2, 1, 500)]);
        scheduler.ended(0, 0);
        scheduler.ended(2, 0);
        assert_eq!(start(&mut scheduler, now), [(3, 2, 1_000)]);
    }

    #[test]
    fn experience_changes_how_many_are_in_flight() {
        let now = Instant::now();
        let mut scheduler = scheduler(8, 330, 8);
        assert_eq!(start(&mut scheduler, now), [(0, 1, 110), (1, 1, 110), (2, 1, 110)]);
        (0..3).for_each(|index| scheduler.ended(index, 20 * MIB));
        assert_eq!(start(&mut scheduler, now).len(), 5, "far less than declared");
        (3..7).for_each(|index| scheduler.ended(index, 200 * MIB));
        assert_eq!(start(&mut scheduler, now).len(), 0, "far more than declared, and one still runs");
    }

    #[test]
    fn want_of_memory_comes_back_with_more_of_it_and_fewer_threads() {
        let now = Instant::now();
        let mut scheduler = scheduler(4, 600, 2);
        assert_eq!(start(&mut scheduler, now), [(0, 2, 300), (1, 2, 300)]);
        let After::Retry(wait) = scheduler.failed(0, Exit::OutOfMemory, now) else { panic!("it can heal") };
        assert_eq!(start(&mut scheduler, now + wait), [], "it needs all, so the other has to end first");
        scheduler.ended(1, 0);
        assert_eq!(start(&mut scheduler, now + wait), [(0, 1, 600)]);
        assert_eq!(scheduler.failed(0, Exit::OutOfMemory, now), After::Failed, "there is no more to give");
    }

    #[test]
    fn a_retry_waits_and_the_last_one_is_the_last() {
        let now = Instant::now();
        let mut scheduler = scheduler(1, 600, 1);
        for retry in 1..=2 {
            assert_eq!(start(&mut scheduler, now + retry * crate::retry::LONGEST).len(), 1);
            let After::Retry(wait) = scheduler.failed(0, Exit::TransientIo, now) else { panic!("it can heal") };
            assert_eq!(scheduler.next_due(), Some(now + wait));
            assert_eq!(start(&mut scheduler, now), []);
        }
        assert_eq!(start(&mut scheduler, now + crate::retry::LONGEST).len(), 1);
        assert_eq!(scheduler.failed(0, Exit::TransientIo, now), After::Failed);
        assert_eq!((scheduler.attempts(0), scheduler.next_due()), (3, None));
    }

    #[test]
    fn after_a_failure_nothing_more_is_started_or_tried_again() {
        let now = Instant::now();
        let mut scheduler = scheduler(2, 600, 5);
        assert_eq!(start(&mut scheduler, now).len(), 2);
        assert_eq!(scheduler.failed(1, Exit::CorruptInput, now), After::Failed);
        assert_eq!(start(&mut scheduler, now), []);
        assert_eq!(scheduler.failed(0, Exit::TransientIo, now), After::Failed);
    }

    /// Whatever ends in whatever order, the budget is kept, every task runs, and they start in order.
    #[test]
    fn the_budget_is_kept_whatever_happens() {
        let mut random = 1_u64;
        let mut draw = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        for _ in 0..2_000 {
            let budget = Budget { threads: 1 + draw(9) as u16, memory_bytes: (110 + draw(900)) * MIB };
            let tasks = 1 + draw(12) as usize;
            let mut scheduler = Scheduler::new(budget, NEED, tasks, 5, Jitter::new(draw(100)));
            let mut now = Instant::now();
            let mut running: Vec<(usize, Share)> = Vec::new();
            let mut begun = Vec::new();
            loop {
                while let Some((index, share)) = scheduler.next(now) {
                    assert!(share.threads >= 1 && share.memory_bytes > 0);
                    if scheduler.attempts(index) == 1 {
                        begun.push(index);
                    }
                    running.push((index, share));
                    assert!(running.iter().map(|(_, share)| u64::from(share.threads)).sum::<u64>() <= u64::from(budget.threads));
                    assert!(running.iter().map(|(_, share)| share.memory_bytes).sum::<u64>() <= budget.memory_bytes);
                }
                if running.is_empty() {
                    match scheduler.next_due() {
                        Some(due) => now = now.max(due),
                        None => break,
                    }
                    continue;
                }
                let (index, _) = running.swap_remove(draw(running.len() as u64) as usize);
                if draw(4) == 0 && scheduler.attempts(index) <= 3 {
                    let exit = if draw(2) == 0 { Exit::TransientIo } else { Exit::OutOfMemory };
                    if scheduler.failed(index, exit, now) == After::Failed {
                        break;
                    }
                } else {
                    scheduler.ended(index, draw(400) * MIB);
                }
            }
            assert!(begun.windows(2).all(|pair| pair[0] < pair[1]), "{begun:?}");
            assert!(scheduler.draining || begun.len() == tasks);
        }
    }
}
