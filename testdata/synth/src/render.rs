//! Writes a record from its template, and tells the ledger what it planted.

use std::collections::BTreeMap;

use crate::acts::{Act, Forms, compile};
use crate::clock::Calendar;
use crate::customer::{Customer, Form, Kind};
use crate::ledger::{Ledger, Shape, System};
use crate::random::Random;
use crate::secrets::Secrets;
use crate::session::{Payment, Session, Step};
use crate::template::{Piece, Slot};
use crate::truth::LookAlike;

/// Look-alikes that the truth keeps of each kind and file.
const LOOK_ALIKES_MAX: usize = 100;

const VERSIONS: [&str; 5] = ["7.4.1", "7.4.0", "7.3.12", "7.2.8", "6.19.3"];
const AGENTS: [&str; 5] = [
    "BankApp/7.4.1 (iOS 19.1; iPhone16,2)",
    "BankApp/7.4.0 (Android 16; Pixel 9)",
    "BankApp/7.3.12 (iOS 18.6)",
    "BankApp/7.2.8 (Android 15; SM-S921B)",
    "BankApp/6.19.3 (Android 13)",
];
const PODS: [&str; 6] = ["mobile-api-7d9f-x2", "mobile-api-7d9f-k8", "mobile-api-7d9f-q5", "core-ledger-0", "core-ledger-1", "payments-sw-0"];

/// Everything that writing a record needs besides its session.
pub(crate) struct Renderer<'a> {
    pub(crate) people: &'a [Customer],
    pub(crate) secrets: &'a Secrets,
    pub(crate) calendar: Calendar,
    pub(crate) ledger: Ledger,
    pub(crate) random: Random,
    pub(crate) forms: Vec<Forms>,
    /// By slot and system: the kind's name and the first values.
    look_alikes: BTreeMap<(u8, System), (&'static str, Vec<String>)>,
    /// The record being written.
    pub(crate) out: Vec<u8>,
}

impl<'a> Renderer<'a> {
    pub(crate) fn new(people: &'a [Customer], secrets: &'a Secrets, calendar: Calendar, random: Random) -> Self {
        let ledger = Ledger::new(people.len(), secrets.len());
        Self { people, secrets, calendar, ledger, random, forms: compile(), look_alikes: BTreeMap::new(), out: Vec::with_capacity(4096) }
    }

    /// Event name of a step.
    pub(crate) fn event(&self, step: &Step) -> &'static str {
        if step.name.is_empty() { self.forms[step.act as usize].name } else { step.name }
    }

    /// Writes the record of a step to `out`.
    pub(crate) fn record(&mut self, step: &Step, session: &mut Session) {
        self.out.clear();
        self.ledger.card_in_record = false;
        let failed = usize::from(step.status >= 400);
        let forms = &mut self.forms[step.act as usize];
        let turn = forms.turn[failed];
        forms.turn[failed] = turn.wrapping_add(1);
        let list = if failed == 1 { &mut forms.bad } else { &mut forms.good };
        let index = turn as usize % list.len();
        // The template is taken out while it is read: writing it changes the rest of `self`.
        let template = std::mem::take(&mut list[index]);
        let mut context = Context { step, system: step.act.system(), session };
        for piece in &template {
            self.piece(piece, &mut context);
        }
        let forms = &mut self.forms[step.act as usize];
        let list = if failed == 1 { &mut forms.bad } else { &mut forms.good };
        list[index] = template;
    }

    fn piece(&mut self, piece: &Piece, context: &mut Context) {
        match *piece {
            Piece::Text(text) => self.out.extend_from_slice(text.as_bytes()),
            Piece::Slot(slot) => self.slot(slot, context),
            Piece::Number(low, high) => {
                let number = self.random.between(low, high);
                self.number(u64::from(number));
            }
            Piece::Secret(kind, shape) => {
                let index = Secrets::draw(kind, &mut self.random);
                self.out.extend_from_slice(self.secrets.get(index).as_bytes());
                self.ledger.secret(index, context.system, shape);
            }
            Piece::Person(kind, form, shape) => {
                let customer = context.session.customer;
                self.person(customer, kind, form, context.system, shape);
            }
            Piece::Payee(kind, form, shape) => {
                let payee = context.payment().payee;
                self.person(payee, kind, form, context.system, shape);
            }
            Piece::Ip(shape) => {
                let session = &context.session;
                self.person(session.customer, session.network, Form::Plain, context.system, shape);
            }
            Piece::Session(shape) => {
                let system = context.system;
                let session = &mut *context.session;
                session.mentions += 1;
                session.carriers.add(system, shape);
                self.out.extend_from_slice(session.id.as_bytes());
            }
        }
    }

    fn person(&mut self, index: u32, kind: Kind, form: Form, system: System, shape: Shape) {
        let customer = &self.people[index as usize];
        self.out.extend_from_slice(customer.get(kind, form).as_bytes());
        self.ledger.person(customer, kind, form, system, shape);
    }

    fn slot(&mut self, slot: Slot, context: &Context) {
        let (step, system) = (context.step, context.system);
        match slot {
            Slot::Ts => {
                let (separator, mark) = match system {
                    System::Mobile | System::Payments => (b'T', b'.'),
                    System::Branch => (b' ', b'.'),
                    System::Core => (b' ', b','),
                };
                self.calendar.write(&mut self.out, skewed(step.at, system, context.pod()), separator, mark);
            }
            Slot::Service => self.text(service(step.act)),
            Slot::Level => self.text(level(system, step.status)),
            Slot::Event => self.text(self.event(step)),
            Slot::Status if system == System::Branch => self.text(if step.status < 400 { "COMPLETED" } else { "REVIEW" }),
            Slot::Status => self.number(u64::from(step.status)),
            Slot::Latency => self.number(u64::from(step.latency_ms)),
            Slot::Attempt => self.number(u64::from(step.attempt)),
            // The clean record has a token of the trace: its id is no look-alike that must survive.
            Slot::Trace => self.hex(context.session.trace(context.step.request), 32),
            Slot::Currency => self.text(context.payment().currency),
            Slot::Transfer => self.number(u64::from(context.payment().transfer)),
            Slot::UserAgent => self.text(AGENTS[usize::from(context.session.build) % AGENTS.len()]),
            Slot::Transaction => self.text(context.session.transaction),
            Slot::Terminal => {
                self.text("T-");
                self.number(101 + u64::from(context.session.branch) * 3);
            }
            Slot::Teller => {
                self.text("TLR");
                self.number(100 + (u64::from(context.session.branch) * 7 + u64::from(context.session.pod)) % 25);
            }
            Slot::Branch => {
                self.text("BR");
                self.number(100 + u64::from(context.session.branch));
            }
            _ => self.look_alike(slot, context),
        }
    }

    /// Slots whose text resembles personal data; the truth keeps some of them.
    fn look_alike(&mut self, slot: Slot, context: &Context) {
        let start = self.out.len();
        let kind = match slot {
            Slot::Request => {
                let bits = self.random.wide();
                self.uuid(bits);
                "request_id"
            }
            Slot::Idempotency => {
                self.uuid(context.payment().idempotency);
                "idempotency_key"
            }
            Slot::Digest => {
                for _ in 0..2 {
                    let bits = self.random.wide();
                    self.hex(bits, 32);
                }
                "digest"
            }
            Slot::Order => {
                self.text("ORD-2026-");
                self.padded(u64::from(context.payment().order), 6);
                "order_ref"
            }
            Slot::Epoch => {
                self.number(self.calendar.epoch_ms(context.step.at));
                "epoch_ms"
            }
            Slot::Bytes => {
                let bytes = self.random.between(1_000_000, 9_999_999);
                self.number(u64::from(bytes));
                "byte_count"
            }
            Slot::Version => {
                self.text(VERSIONS[usize::from(context.session.build) % VERSIONS.len()]);
                "version"
            }
            Slot::Amount | Slot::AmountText => {
                self.amount(context.payment().cents, slot == Slot::AmountText);
                "amount"
            }
            Slot::Pod => {
                self.text(PODS[usize::from(context.pod()) % PODS.len()]);
                "pod"
            }
            _ => {
                self.text("pool-3-thread-");
                let thread = self.random.between(1, 24);
                self.number(u64::from(thread));
                "thread"
            }
        };
        let (_, kept) = self.look_alikes.entry((slot as u8, context.system)).or_insert((kind, Vec::new()));
        let value = &self.out[start..];
        if kept.len() < LOOK_ALIKES_MAX && kept.iter().all(|other| other.as_bytes() != value) {
            kept.push(String::from_utf8_lossy(value).into_owned());
        }
    }

    /// The look-alikes that were kept.
    pub(crate) fn look_alikes(&self) -> Vec<LookAlike> {
        let rows = self.look_alikes.iter().flat_map(|((_, system), (kind, values))| {
            values.iter().map(|value| LookAlike { kind: (*kind).to_owned(), value: value.clone(), file: system.file().to_owned() })
        });
        rows.collect()
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.padded(number, 1);
    }

    fn padded(&mut self, mut number: u64, width: usize) {
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        while number > 0 || digits.len() - start < width {
            start -= 1;
            digits[start] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.out.extend_from_slice(&digits[start..]);
    }

    fn amount(&mut self, cents: u64, grouped: bool) {
        let whole = cents / 100;
        if grouped && whole >= 1000 {
            self.number(whole / 1000);
            self.text(",");
            self.padded(whole % 1000, 3);
        } else {
            self.number(whole);
        }
        self.text(".");
        self.padded(cents % 100, 2);
    }

    fn hex(&mut self, value: u128, width: u32) {
        self.out.extend((0..width).rev().map(|place| b"0123456789abcdef"[(value >> (4 * place) & 15) as usize]));
    }

    fn uuid(&mut self, bits: u128) {
        let start = self.out.len();
        self.hex(bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62), 32);
        for place in [20, 16, 12, 8] {
            self.out.insert(start + place, b'-');
        }
    }
}

struct Context<'s> {
    step: &'s Step,
    system: System,
    session: &'s mut Session,
}

impl Context<'_> {
    fn payment(&self) -> &Payment {
        const NONE: Payment = Payment { cents: 12_345, currency: "EUR", payee: 0, transfer: 1000, order: 0, idempotency: 0 };
        self.session.payments.get(usize::from(self.step.payment)).unwrap_or(&NONE)
    }

    fn pod(&self) -> u8 {
        match self.system {
            System::Mobile => self.session.pod % 3,
            System::Core => 3 + self.session.pod % 2,
            _ => 5,
        }
    }
}

/// The time that the host's clock shows: each host is off by at most 4 ms.
fn skewed(at: u64, system: System, pod: u8) -> u64 {
    let skew = [0, 3, -2, 4][system as usize] - i64::from(system == System::Mobile) * i64::from(pod % 3);
    at.saturating_add_signed(skew)
}

fn level(system: System, status: u16) -> &'static str {
    match (system, status) {
        (System::Branch, 400..) => "WARNING",
        (System::Payments, 0..400) => "info",
        (System::Payments, 400..500) => "warn",
        (System::Payments, _) => "error",
        (System::Core, 0..400) => "INFO ",
        (System::Core, 400..500) => "WARN ",
        (System::Mobile, 400..500) => "WARN",
        (_, 500..) => "ERROR",
        _ => "INFO",
    }
}

/// The service behind the mobile gateway that answers.
fn service(act: Act) -> &'static str {
    match act {
        Act::CustomerFile | Act::CustomerSearch | Act::DataAccess | Act::BulkAccess | Act::SupportNote | Act::KycCheck => "crm-api",
        _ => "mobile-api",
    }
}

/// Acts of the systems themselves, with their weights.
pub(crate) const SYSTEM_ACTS: [(Act, u32); 7] = [
    (Act::CoreHeartbeat, 50),
    (Act::PaymentHeartbeat, 35),
    (Act::ClearingFile, 5),
    (Act::CoreBuild, 3),
    (Act::CoreReplica, 7),
    (Act::BulkAccess, 1),
    (Act::OrphanSettle, 1),
];
