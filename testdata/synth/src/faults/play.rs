//! The day is played customer by customer, their open journeys step by step in time order, so that a step knows what else is open.

use std::collections::VecDeque;

use super::act::Act;
use super::blocks::{Plan, script};
use super::catalog::{FAULTS, Moment};
use super::clause::How;
use super::client::{Client, Customer};
use crate::clock::moment;
use crate::random::Random;

/// Least and most milliseconds between two steps of a journey.
const GAP_MS_MIN: u32 = 40;
const GAP_MS_MAX: f64 = 5_400_000.0;
/// Journeys of one customer in the day, from 1: shares.
const JOURNEYS: [u32; 9] = [460, 270, 130, 60, 35, 20, 12, 8, 5];

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Success,
    Failed,
    Timeout,
}

/// A record.
#[derive(Clone, Copy)]
pub(super) struct Event {
    /// Milliseconds since the day began.
    pub(super) at: u32,
    /// Place of its journey.
    pub(super) journey: u32,
    pub(super) act: Act,
    pub(super) status: Status,
    /// Hundredths; 0: none.
    pub(super) amount: u32,
    pub(super) currency: u8,
}

/// The condition of a fault held at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// Place of the fault.
    pub(super) fault: u8,
    /// Place of the journey.
    pub(super) journey: u32,
    /// Place of the step in the journey; as many as it has events: its end.
    pub(super) step: u32,
    /// It failed in the way of the fault, for whatever reason.
    pub(super) failing: bool,
}

/// A played day.
pub(super) struct Day {
    pub(super) clients: Vec<Client>,
    /// Journey by journey of each customer, mixed as they happened.
    pub(super) events: Vec<Event>,
    /// Sorted.
    pub(super) marks: Vec<Mark>,
}

/// Plays `journeys` journeys.
pub(super) fn play(journeys: u32, seed: u64, fault_free: bool) -> Day {
    let mut player = Player { random: Random::new(seed, 70), fault_free, day: Day { clients: Vec::new(), events: Vec::new(), marks: Vec::new() } };
    let mut number = 0;
    while (player.day.clients.len() as u32) < journeys {
        let left = journeys - player.day.clients.len() as u32;
        player.customer(number, left);
        number += 1;
    }
    player.day.marks.sort_unstable();
    player.day
}

struct Player {
    random: Random,
    fault_free: bool,
    day: Day,
}

/// A journey that goes on.
struct Live {
    journey: u32,
    client: Client,
    steps: VecDeque<Plan>,
    start: u32,
    /// When the next step happens, or the last one did.
    at: u32,
    past: Vec<(Act, u32)>,
    /// A submitted loan application waits for nothing, by the fault.
    loan_confirmed: bool,
}

impl Player {
    fn customer(&mut self, number: u32, journeys_max: u32) {
        let customer = Customer::draw(number, &mut self.random);
        let journeys = (self.random.weighted(&JOURNEYS) as u32 + 1).min(journeys_max);
        let mut open: Vec<Live> = Vec::new();
        for _ in 0..journeys {
            let of_day = moment(f64::from(self.random.below(1 << 30)) / f64::from(1_u32 << 30)) as u32;
            // Some open a second one beside the first.
            let beside = open.last().map(|live| live.start).filter(|_| self.random.chance(110));
            let start = beside.map_or(of_day, |first| first + 1000 * self.random.between(3, 120));
            open.push(self.begin(customer, start));
        }
        loop {
            let next = open.iter().enumerate().filter(|(_, live)| !live.steps.is_empty()).min_by_key(|(_, live)| (live.at, live.journey));
            let Some((place, _)) = next else { break };
            self.step(&mut open, place);
        }
        if !self.fault_free {
            open.iter().for_each(|live| self.mark_end(live));
        }
    }

    fn begin(&mut self, customer: Customer, start: u32) -> Live {
        let client = Client::draw(customer, start, &mut self.random);
        let journey = self.day.clients.len() as u32;
        self.day.clients.push(client);
        let steps = script(&client, &mut self.random);
        Live { journey, client, steps, start, at: start, past: Vec::new(), loan_confirmed: false }
    }

    fn step(&mut self, open: &mut [Live], place: usize) {
        let at = open[place].at;
        let concurrent = open.iter().enumerate().any(|(other, live)| other != place && live.start < at && live.at >= at);
        let live = &mut open[place];
        let plan = live.steps.pop_front().expect("a journey without steps is not chosen");
        let now = Moment { act: plan.act, at, past: &live.past, client: &live.client, amount: plan.amount, currency: plan.currency, concurrent };
        let mut holding = [false; FAULTS.len()];
        let mut happening = [false; FAULTS.len()];
        if !self.fault_free {
            for (place, fault) in FAULTS.iter().enumerate().filter(|(_, fault)| fault.act == plan.act) {
                holding[place] = (fault.holds)(&now);
                happening[place] = holding[place] && self.random.chance(fault.per_mille);
            }
        }
        let happens = |how: How| FAULTS.iter().zip(happening).any(|(fault, happening)| happening && fault.how == how);
        let mut status = if happens(How::Timeout) {
            Status::Timeout
        } else if happens(How::Failure) {
            Status::Failed
        } else {
            Status::Success
        };
        if status == Status::Success && self.random.chance(plan.act.failing()) {
            status = if self.random.chance(200) { Status::Timeout } else { Status::Failed };
        }
        let good = status == Status::Success;
        self.react(live, plan, good);
        let followed = self.follow(live, plan, good, happens(How::Reversed), happens(How::Missing));
        for (number, fault) in FAULTS.iter().enumerate().filter(|(number, fault)| holding[*number] && fault.how != How::Missing) {
            let failing = if fault.how == How::Reversed { good && followed } else { !good };
            self.day.marks.push(Mark { fault: number as u8, journey: live.journey, step: live.past.len() as u32, failing });
        }
        live.past.push((plan.act, at));
        self.day.events.push(Event { at, journey: live.journey, act: plan.act, status, amount: plan.amount, currency: plan.currency });
        if let Some(next) = live.steps.front() {
            let median = 1000.0 * next.median_s.unwrap_or(next.act.median_s());
            live.at += self.random.log_normal(median, 0.9, GAP_MS_MAX).max(GAP_MS_MIN);
        }
    }

    /// People try again, go on, or leave.
    fn react(&mut self, live: &mut Live, plan: Plan, good: bool) {
        if good || plan.act.is_of_bank() {
            if self.random.chance(8) {
                live.steps.clear();
            }
            return;
        }
        let again = Plan { median_s: None, ..plan };
        match plan.act {
            Act::Login | Act::IdCheck | Act::AppStart | Act::PageOpen | Act::CounterOpen => match self.random.chance(820) {
                true => live.steps.push_front(again),
                false => live.steps.clear(),
            },
            Act::MfaVerify => match self.random.chance(750) {
                true => {
                    live.steps.push_front(again);
                    live.steps.push_front(Plan { act: Act::MfaChallenge, ..again });
                }
                false => live.steps.clear(),
            },
            _ => match self.random.weighted(&[35, 15, 50]) {
                0 => live.steps.push_front(again),
                1 => live.steps.clear(),
                _ => {}
            },
        }
    }

    /// What the bank does upon a step, before anything else happens. Whether it did something.
    fn follow(&mut self, live: &mut Live, plan: Plan, good: bool, reversed: bool, missing: bool) -> bool {
        let act = match plan.act {
            Act::TransferSubmit if good && !self.random.chance(12) => Act::TransferConfirm,
            Act::LoanSubmit if good && !missing && !self.random.chance(15) => Act::LoanConfirmed,
            // The hold of a failed payment is released; a good one is taken back now and then.
            Act::CardPayment if reversed || self.random.chance(if good { 6 } else { 400 }) => Act::CardPaymentReversed,
            _ => return false,
        };
        live.loan_confirmed |= act == Act::LoanConfirmed;
        live.steps.push_front(Plan { act, median_s: None, ..plan });
        true
    }

    /// What is missing is known at the end.
    fn mark_end(&mut self, live: &Live) {
        let applied = live.past.iter().any(|(act, _)| *act == Act::LoanSubmit);
        let checked = live.past.iter().any(|(act, _)| *act == Act::IncomeCheck);
        if applied && !checked {
            let fault = FAULTS.iter().position(|fault| fault.how == How::Missing).expect("one fault is a missing event") as u8;
            self.day.marks.push(Mark { fault, journey: live.journey, step: live.past.len() as u32, failing: !live.loan_confirmed });
        }
    }
}
