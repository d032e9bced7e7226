//! A line of web banking, and the bank that hands out customers, sessions and addresses.

use serde_json::{Map, Value, json};

use crate::clock::Calendar;
use crate::random::Random;

/// Milliseconds of a minute.
pub(super) const MINUTE: u64 = 60_000;

/// A line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Milliseconds since midnight.
    pub at_ms: u64,
    /// Rules that must fire here.
    pub marks: Vec<&'static str>,
    fields: Map<String, Value>,
}

impl Line {
    pub(super) fn write(&self, calendar: &Calendar, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"timestamp\":\"");
        calendar.write(out, self.at_ms, b'T', b'.');
        out.extend_from_slice(b"Z\",");
        let rest = serde_json::to_vec(&self.fields).expect("a map of texts and numbers is JSON");
        out.extend_from_slice(&rest[1..]);
        out.push(b'\n');
    }
}

/// Names of events: banks differ in them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub login: &'static str,
    pub factor: &'static str,
    pub transfer: &'static str,
    pub payee: &'static str,
    pub credential: &'static str,
}

const WORDS: [Words; 3] = [
    Words { login: "login", factor: "mfa_verified", transfer: "transfer_submitted", payee: "payee_added", credential: "password_changed" },
    Words { login: "sign_in", factor: "otp_accepted", transfer: "payment_executed", payee: "beneficiary_created", credential: "contact_updated" },
    Words { login: "UserLogin", factor: "SecondFactorPassed", transfer: "WireTransfer", payee: "NewPayeeRegistered", credential: "PhoneReplaced" },
];

/// The bank while it writes.
pub(super) struct Bank {
    pub random: Random,
    pub words: Words,
    pub lines: Vec<Line>,
    customers: u32,
    sessions: u32,
    orders: u32,
}

/// Somebody at the web bank.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub at_ms: u64,
    pub customer: String,
    pub session: String,
    pub ip: String,
}

impl Bank {
    pub(super) fn new(mut random: Random) -> Self {
        let words = WORDS[random.below(WORDS.len() as u32) as usize];
        Self { random, words, lines: Vec::new(), customers: 0, sessions: 0, orders: 0 }
    }

    /// A customer that nobody else is.
    pub(super) fn customer(&mut self) -> String {
        self.customers += 1;
        format!("WB{:08}", 10_000_000 + self.customers * 37)
    }

    /// A customer of before, now and then; says whether it is one.
    pub(super) fn some_customer(&mut self) -> (String, bool) {
        if self.customers > 20 && self.random.chance(200) {
            let known = 1 + self.random.below(self.customers);
            return (format!("WB{:08}", 10_000_000 + known * 37), true);
        }
        (self.customer(), false)
    }

    pub(super) fn ip(&mut self) -> String {
        format!("198.{}.{}.{}", self.random.between(18, 19), self.random.below(256), self.random.between(1, 254))
    }

    /// A visit of a customer that begins some time of the day.
    pub(super) fn visit(&mut self, customer: &str) -> Visit {
        let at_ms = u64::from(self.random.between(7 * 60, 17 * 60)) * MINUTE + u64::from(self.random.below(60_000));
        self.visit_at(customer, at_ms)
    }

    pub(super) fn visit_at(&mut self, customer: &str, at_ms: u64) -> Visit {
        self.sessions += 1;
        let (tail, ip) = (self.random.bits() >> 20, self.ip());
        Visit { at_ms, customer: customer.to_owned(), session: format!("wsid-{:06}{tail:011x}", self.sessions), ip }
    }

    pub(super) fn order(&mut self) -> String {
        self.orders += 1;
        format!("WTX-{:07}", self.orders)
    }

    /// A line of a visit; its time goes on by some seconds.
    pub(super) fn line(&mut self, visit: &mut Visit, event: &str, (method, path, status): (&str, &str, u16)) -> &mut Line {
        visit.at_ms += u64::from(self.random.between(2_000, 9_000));
        let fields = json!({
            "level": if status < 400 { "INFO" } else { "WARN" }, "service": "web-banking", "event": event, "message": "request handled",
            "session_id": visit.session, "customer_id": visit.customer, "client_ip": visit.ip,
            "http": { "method": method, "path": path, "status": status },
        });
        self.push(visit.at_ms, fields)
    }

    /// A line of nobody's visit.
    pub(super) fn push(&mut self, at_ms: u64, fields: Value) -> &mut Line {
        let fields = fields.as_object().cloned().unwrap_or_default();
        self.lines.push(Line { at_ms, marks: Vec::new(), fields });
        self.lines.last_mut().expect("it was pushed a moment ago")
    }

    pub(super) fn login(&mut self, visit: &mut Visit, status: u16) -> &mut Line {
        let event = self.words.login;
        self.line(visit, event, ("POST", "/api/v2/session", status))
    }

    pub(super) fn factor(&mut self, visit: &mut Visit) {
        let event = self.words.factor;
        self.line(visit, event, ("POST", "/api/v2/session/factor", 200));
    }

    pub(super) fn signed_in(&mut self, visit: &mut Visit) {
        self.login(visit, 200);
        self.factor(visit);
    }

    pub(super) fn payee(&mut self, visit: &mut Visit) {
        let event = self.words.payee;
        self.line(visit, event, ("POST", "/api/v2/directory", 201));
    }

    pub(super) fn credential(&mut self, visit: &mut Visit) {
        let event = self.words.credential;
        self.line(visit, event, ("PUT", "/api/v2/settings", 200));
    }

    pub(super) fn transfer(&mut self, visit: &mut Visit, cents: u32) -> &mut Line {
        let (order, event) = (self.order(), self.words.transfer);
        let line = self.line(visit, event, ("POST", "/api/v2/orders", 201));
        line.field("transaction_id", order).field("amount", format!("{}.{:02}", cents / 100, cents % 100)).field("currency", "EUR")
    }
}

impl Line {
    pub(super) fn field(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn without(&mut self, names: &[&str]) -> &mut Self {
        names.iter().for_each(|name| _ = self.fields.remove(*name));
        self
    }

    pub(super) fn mark(&mut self, rules: &[&'static str]) {
        self.marks.extend(rules);
    }
}
