//! The engine: begins sessions along the shape of the day, interleaves their steps by time, and stops after exactly the records asked for.
//! Only the sessions that are open at a moment are held.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_distr::Zipf;

use crate::acts::Act;
use crate::branch::TRANSACTIONS;
use crate::clock::moment;
use crate::customer::{Customer, Form, Kind};
use crate::options::Options;
use crate::random::{Random, permute};
use crate::render::{Renderer, SYSTEM_ACTS};
use crate::script::{Brief, branch, mobile};
use crate::session::{Payment, Plant, Session, Step};

/// Sessions of a run that show every kind of record with personal data.
const RICH_SESSIONS: u64 = 26;
/// Records of an average session and its share of system records; only the density of planted sessions depends on it.
const SESSION_RECORDS: u64 = 14;
/// Least sessions from one planted session to the next.
const PLANT_EVERY_MIN: u64 = 5;
/// Most sessions from one planted session to the next.
const PLANT_EVERY_MAX: u64 = 60;

/// What the engine hands out: records in order of time, and sessions when they have ended.
pub(crate) trait Receiver {
    /// Why a record could not be taken.
    type Error;
    /// The record in `renderer.out`; a record of a system itself comes with a session without id.
    fn record(&mut self, renderer: &Renderer<'_>, step: &Step, session: &Session) -> Result<(), Self::Error>;
    /// A session whose last record was given.
    fn ended(&mut self, renderer: &mut Renderer<'_>, session: &Session) -> Result<(), Self::Error>;
}

/// The open sessions and all that begins new ones.
pub(crate) struct Engine<'a> {
    options: &'a Options,
    people: &'a [Customer],
    random: Random,
    activity: Zipf<f64>,
    open: Vec<Option<Session>>,
    free: Vec<usize>,
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    begun: u64,
    /// Records of all sessions begun so far.
    planned: u64,
    plant_every: u64,
    order: u64,
    system_records: usize,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(options: &'a Options, people: &'a [Customer]) -> Self {
        let expected = options.records / SESSION_RECORDS;
        Self {
            options,
            people,
            random: Random::new(options.seed, 1),
            activity: Zipf::new(people.len() as f64, 0.5).expect("there are customers"),
            open: Vec::new(),
            free: Vec::new(),
            queue: BinaryHeap::new(),
            begun: 0,
            planned: 0,
            plant_every: (expected / 36).clamp(PLANT_EVERY_MIN, PLANT_EVERY_MAX),
            order: 0,
            system_records: 0,
        }
    }

    /// Runs the day.
    pub(crate) fn run<R: Receiver>(&mut self, renderer: &mut Renderer<'a>, receiver: &mut R) -> Result<(), R::Error> {
        let mut arrival = 0;
        loop {
            // Sessions that begin before the next step is due must be in the queue before it is written.
            while self.planned < self.options.records && self.queue.peek().is_none_or(|Reverse((at, ..))| arrival <= *at) {
                self.begin(arrival);
                let share = self.planned as f64 / self.options.records as f64;
                arrival = arrival.max(moment(share));
            }
            let Some(Reverse((_, _, place))) = self.queue.pop() else { return Ok(()) };
            self.step(place, renderer, receiver)?;
        }
    }

    fn step<R: Receiver>(&mut self, place: usize, renderer: &mut Renderer<'a>, receiver: &mut R) -> Result<(), R::Error> {
        let session = self.open[place].as_mut().expect("the queue names open sessions");
        let step = session.steps[session.next];
        session.next += 1;
        renderer.record(&step, session);
        receiver.record(renderer, &step, session)?;
        if let Some(next) = session.steps.get(session.next) {
            self.order += 1;
            self.queue.push(Reverse((next.at, self.order, place)));
        } else {
            let session = self.open[place].take().expect("it was there a moment ago");
            self.free.push(place);
            if !session.id.is_empty() {
                receiver.ended(renderer, &session)?;
            }
        }
        Ok(())
    }

    /// Begins what comes next at `at`: a session, a planted one, or a record of a system itself; the latter alone when the rest is too short.
    fn begin(&mut self, at: u64) {
        let left = self.options.records - self.planned;
        if self.random.chance(350) {
            self.begin_system_record(at);
            return;
        }
        let number = self.begun;
        let plant = self.plant(number);
        let before = self.planned;
        match plant {
            Some(Plant::Velocity) => {
                let customer = self.planted_customer(number);
                for turn in 0..3 {
                    self.begin_session(at + turn * 95_000, plant, customer, left);
                }
            }
            Some(_) => {
                let customer = self.planted_customer(number);
                self.begin_session(at, plant, customer, left);
            }
            None => {
                let rank = self.random.sample(&self.activity) as u64 - 1;
                let customer = permute(rank.min(self.people.len() as u64 - 1), self.people.len() as u64, self.options.seed) as u32;
                self.begin_session(at, None, customer, left);
            }
        }
        self.begun += 1;
        if self.planned == before {
            // The rest is shorter than the session drawn.
            self.begin_system_record(at);
        }
    }

    /// Planted sessions come at fixed distances, their kinds in turn: fraud patterns are as frequent as anomalies.
    fn plant(&self, number: u64) -> Option<Plant> {
        if number % self.plant_every != self.plant_every / 2 {
            return None;
        }
        let turn = number / self.plant_every;
        let frauds = [Plant::Velocity, Plant::HighValue, Plant::FailedLogins];
        Some(if turn % 3 == 2 { frauds[(turn / 3 % 3) as usize] } else { Plant::ANOMALIES[((turn - turn / 3) % 6) as usize] })
    }

    /// Planted customers are spread over the population, not taken from the active ones.
    fn planted_customer(&self, number: u64) -> u32 {
        let people = self.people.len() as u64;
        permute((number / self.plant_every * 7 + 3) % people, people, self.options.seed ^ 0x5eed) as u32
    }

    fn begin_session(&mut self, at: u64, planted: Option<Plant>, customer: u32, left: u64) {
        let already = self.planned;
        let counter = matches!(planted, Some(Plant::VaultWithoutVerify | Plant::UnauthorizedAccess));
        let open_hours = (8 * 3_600_000..17 * 3_600_000).contains(&at);
        let is_mobile = if planted.is_some() { !counter } else { !open_hours || self.random.chance(780) };
        let brief =
            Brief { at: at + 1 + u64::from(self.random.below(900)), planted, customers: self.people.len() as u32, rich: self.begun < RICH_SESSIONS };
        let script = if is_mobile { mobile(&mut self.random, &brief) } else { branch(&mut self.random, &brief) };
        let records = script.steps.len() as u64;
        if already + records > self.options.records || records > left {
            return;
        }
        self.planned += records;
        let session = Session {
            id: self.session_id(),
            customer,
            mobile: is_mobile,
            variant: if is_mobile { format!("mobile/{}", script.variant) } else { format!("branch/{}", script.variant) },
            planted,
            network: [Kind::HomeIp, Kind::MobileIp, Kind::Ip6][self.random.weighted(&[50, 35, 15])],
            build: self.random.weighted(&[45, 25, 15, 10, 5]) as u8,
            pod: self.random.below(3) as u8,
            branch: self.random.below(20) as u8,
            transaction: script.transaction,
            trace: self.random.wide(),
            payments: script.payments,
            steps: script.steps,
            next: 0,
            mentions: 0,
            carriers: Default::default(),
            third_failed: script.third_failed,
            earlier_tried: script.earlier_tried,
            earlier_failed: script.earlier_failed,
        };
        self.enqueue(session);
    }

    fn session_id(&mut self) -> String {
        const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let bits = self.random.wide();
        let tail = (0..22).map(|place| char::from(ALPHABET[(bits >> (5 * place) & 31) as usize]));
        "sess_".chars().chain(tail).collect()
    }

    fn begin_system_record(&mut self, at: u64) {
        let weights: [u32; SYSTEM_ACTS.len()] = std::array::from_fn(|index| SYSTEM_ACTS[index].1);
        let drawn = self.random.weighted(&weights);
        // Each act once, then as they fall: a small run has the rare ones too.
        let act = SYSTEM_ACTS[if self.system_records < SYSTEM_ACTS.len() { self.system_records } else { drawn }].0;
        self.system_records += 1;
        let status = if act == Act::CoreReplica && self.random.chance(500) { 500 } else { 200 };
        let latency_ms = self.random.log_normal(40.0, 0.6, 5_000.0);
        let step = Step { at: at + u64::from(self.random.below(1000)), act, name: "", status, latency_ms, payment: 0, attempt: 1, request: 0 };
        let payment = Payment {
            cents: u64::from(self.random.log_normal(8_000.0, 1.3, 490_000.0)),
            currency: "EUR",
            payee: 0,
            transfer: 0,
            order: self.random.below(1_000_000),
            idempotency: 0,
        };
        self.planned += 1;
        let system = Session {
            id: String::new(),
            customer: 0,
            mobile: false,
            variant: String::new(),
            planted: None,
            network: Kind::HomeIp,
            build: 0,
            pod: 0,
            branch: 0,
            transaction: TRANSACTIONS[0].name,
            trace: self.random.wide(),
            payments: vec![payment],
            steps: vec![step],
            next: 0,
            mentions: 0,
            carriers: Default::default(),
            third_failed: None,
            earlier_tried: 0,
            earlier_failed: 0,
        };
        self.enqueue(system);
    }

    fn enqueue(&mut self, session: Session) {
        let at = session.steps[0].at;
        let place = self.free.pop().unwrap_or_else(|| {
            self.open.push(None);
            self.open.len() - 1
        });
        self.open[place] = Some(session);
        self.order += 1;
        self.queue.push(Reverse((at, self.order, place)));
    }
}

/// The customer id of an index.
pub(crate) fn customer_id(people: &[Customer], index: u32) -> &str {
    people[index as usize].get(Kind::Customer, Form::Plain)
}
