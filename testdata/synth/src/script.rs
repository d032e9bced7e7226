//! The process model: how customers use the mobile app and the counter, and what the back ends write meanwhile. A script is drawn when the
//! session begins; the engine writes its steps when their time has come.
//!
//! The law of the sequence fault: once two transfers of a session have succeeded, every further one fails, with status 500 (the ledger
//! reads a stale row) or 422. Steps of one session are at least 12 ms apart, clock skew is at most 4 ms either way: sorting by the
//! written time gives the true order of a session.

mod counter;
mod transfer;

use crate::acts::Act;
use crate::random::Random;
use crate::session::{Payment, Plant, Step};

/// Least distance of two steps of a session in milliseconds.
const GAP_MS: u32 = 12;

/// A drawn session.
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
    pub(crate) payments: Vec<Payment>,
    pub(crate) variant: String,
    pub(crate) transaction: &'static str,
    pub(crate) third_failed: Option<u16>,
    pub(crate) earlier_tried: u32,
    pub(crate) earlier_failed: u32,
}

/// What the drawing of a script needs to know.
pub(crate) struct Brief {
    /// When the session begins.
    pub(crate) at: u64,
    pub(crate) planted: Option<Plant>,
    /// Customers, to draw payees from.
    pub(crate) customers: u32,
    /// Whether the session shall show all kinds of records with personal data (the first ones of a run do).
    pub(crate) rich: bool,
}

struct Writer<'a> {
    random: &'a mut Random,
    brief: &'a Brief,
    at: u64,
    /// Median of the customer's thinking time.
    think_ms: f64,
    request: u16,
    script: Script,
    transfers_done: u32,
    verified: bool,
    ending: &'static str,
}

/// Draws a session of the mobile app.
pub(crate) fn mobile(random: &mut Random, brief: &Brief) -> Script {
    let mut writer = Writer::new(random, brief);
    let journey = writer.mobile_journey();
    writer.finish(journey)
}

/// Draws a visit at the counter.
pub(crate) fn branch(random: &mut Random, brief: &Brief) -> Script {
    let mut writer = Writer::new(random, brief);
    let journey = writer.branch_journey();
    writer.finish(journey)
}

impl<'a> Writer<'a> {
    fn new(random: &'a mut Random, brief: &'a Brief) -> Self {
        let script = Script {
            steps: Vec::with_capacity(24),
            payments: Vec::new(),
            variant: String::new(),
            transaction: "",
            third_failed: None,
            earlier_tried: 0,
            earlier_failed: 0,
        };
        let think_ms = if brief.planted == Some(Plant::Velocity) { 1_200.0 } else { 6_000.0 };
        Self { random, brief, at: brief.at, think_ms, request: 0, script, transfers_done: 0, verified: false, ending: "ok" }
    }

    fn finish(mut self, journey: &str) -> Script {
        self.script.variant = format!("{journey}/{}", self.ending);
        self.script
    }

    fn mobile_journey(&mut self) -> &'static str {
        match self.brief.planted {
            Some(Plant::FailedLogins) => return self.failed_logins(),
            Some(Plant::MissingAuth) => {
                self.verified = true;
                self.transfer(None);
                return "transfer";
            }
            _ => {}
        }
        if self.random.chance(400) {
            self.api(Act::AppStart, 200);
        }
        self.login();
        self.api(Act::ViewAccounts, 200);
        let journeys =
            ["browse", "transfer", "multi_transfer", "card", "profile", "beneficiary", "statement", "support", "standing_order", "fx", "kyc"];
        let journey = match self.brief.planted {
            Some(Plant::Velocity) => "double_transfer",
            Some(_) => "transfer",
            None => journeys[self.random.weighted(&[34, 22, 5, 13, 6, 5, 6, 5, 2, 2, 3])],
        };
        self.activity(journey);
        if self.brief.rich {
            for act in [Act::KycCheck, Act::ProfileUpdate, Act::CustomerSearch, Act::CardFreeze, Act::TokenRefresh] {
                self.api(act, 200);
            }
        }
        self.side_records();
        self.leave();
        journey
    }

    fn activity(&mut self, journey: &'static str) {
        match journey {
            "browse" => {
                for _ in 0..self.random.between(1, 4) {
                    let act = [Act::ViewBalance, Act::ListTransactions][self.random.below(2) as usize];
                    self.ordinary(act);
                }
            }
            "transfer" => {
                self.ordinary(Act::ViewBalance);
                self.transfer(None);
            }
            "double_transfer" => (0..2).for_each(|_| self.transfer(None)),
            "multi_transfer" => {
                for _ in 0..self.random.between(3, 4) {
                    self.transfer(None);
                }
            }
            "card" => (0..self.random.between(1, 2)).for_each(|_| self.card_payment()),
            "profile" => self.ordinary(Act::ProfileUpdate),
            "beneficiary" => {
                self.verify();
                self.payment(false);
                self.ordinary(Act::BeneficiaryAdd);
                if self.random.chance(500) {
                    self.transfer(None);
                }
            }
            "statement" => (0..self.random.between(1, 2)).for_each(|_| self.ordinary(Act::Statement)),
            "support" => {
                self.api(Act::CustomerFile, 200);
                self.payment(false);
                self.api(Act::SupportNote, 201);
            }
            "standing_order" => {
                self.verify();
                self.payment(false);
                self.ordinary(Act::StandingOrder);
            }
            "fx" => {
                self.payment(false);
                self.ordinary(Act::FxQuote);
            }
            _ => {
                self.ordinary(Act::KycCheck);
                if self.random.chance(300) {
                    self.api(Act::CardFreeze, 200);
                }
            }
        }
    }

    fn failed_logins(&mut self) -> &'static str {
        for attempt in 1..=self.random.between(4, 6) as u8 {
            self.sign_in(attempt, 401);
        }
        self.api(Act::Locked, 423);
        self.ending = "locked";
        "login"
    }

    /// Signing in: at most two wrong passwords, so that three within the window are fraud and nothing else.
    fn login(&mut self) {
        let mut attempt = 1;
        while attempt <= 2 && self.random.chance(50) {
            self.sign_in(attempt, 401);
            attempt += 1;
        }
        self.sign_in(attempt, 200);
        if self.random.chance(150) {
            self.api(Act::TokenRefresh, 200);
        }
    }

    fn sign_in(&mut self, attempt: u8, status: u16) {
        self.think();
        self.request += 1;
        self.back(Act::CoreAuth, status, 25.0);
        let latency = self.random.log_normal(90.0, 0.4, 3_000.0);
        self.push(Act::Login, status, latency, attempt);
    }

    /// Second factor, once a session, before anything that moves money.
    fn verify(&mut self) {
        if self.verified || self.brief.planted == Some(Plant::SkipVerification) {
            return;
        }
        self.verified = true;
        self.api(Act::MfaChallenge, 202);
        if self.random.chance(40) {
            self.api(Act::MfaVerified, 401);
            self.api(Act::MfaChallenge, 202);
        }
        self.api(Act::MfaVerified, 200);
    }

    /// Records that back ends and operators write about the session now and then.
    fn side_records(&mut self) {
        if self.random.chance(10) {
            self.api(Act::DataAccess, 200);
        }
        let notes = [(Act::CoreNote, 30), (Act::PaymentNote, 25), (Act::SupportNote, 15)];
        let notes = notes.map(|(act, per_mille)| (self.brief.rich || self.random.chance(per_mille)).then_some(act));
        if notes.iter().all(Option::is_none) {
            return;
        }
        // Whoever writes about a customer has the file open; it also names the customer in fields, which the notes do not.
        self.api(Act::CustomerFile, 200);
        self.payment(false);
        for act in notes.into_iter().flatten() {
            self.think();
            self.request += 1;
            let status = if self.random.chance(150) { 500 } else { 200 };
            self.back(act, status, 30.0);
        }
    }

    fn leave(&mut self) {
        match self.random.below(100) {
            0..70 => self.api(Act::Logout, 204),
            70..80 => {
                self.at += 300_000;
                self.api(Act::SessionExpired, 401);
            }
            _ => {}
        }
    }

    /// A request that succeeds but for a few percent.
    fn ordinary(&mut self, act: Act) {
        let failures: (u32, u16, &'static str) = match act {
            Act::ViewBalance => (10, 503, "balance_unavailable"),
            Act::ListTransactions => (12, 504, "listing_timed_out"),
            Act::BeneficiaryAdd => (60, 409, "beneficiary_exists"),
            Act::ProfileUpdate => (50, 422, "profile_invalid"),
            Act::Statement => (40, 404, "statement_missing"),
            Act::StandingOrder => (50, 422, "standing_order_refused"),
            Act::FxQuote => (40, 504, "quote_timed_out"),
            _ => (30, 409, "incomplete"),
        };
        let fails = self.brief.planted.is_none() && self.random.chance(failures.0);
        if act == Act::ViewBalance {
            self.think();
            self.request += 1;
            self.back(Act::CoreBalance, if fails { 503 } else { 200 }, 12.0);
            self.push_api(act, if fails { 503 } else { 200 }, 1);
        } else {
            self.api(act, if fails { failures.1 } else { 200 });
        }
        if fails {
            self.ending = failures.2;
            // Most people try again at once.
            if self.random.chance(600) {
                self.api(act, 200);
            }
        }
    }

    fn api(&mut self, act: Act, status: u16) {
        self.think();
        self.request += 1;
        self.push_api(act, status, 1);
    }

    fn push_api(&mut self, act: Act, status: u16, attempt: u8) {
        let median = match act {
            Act::Statement | Act::CustomerSearch => 320.0,
            Act::TransferSubmit | Act::CardPayment => 210.0,
            Act::AppStart | Act::Logout => 25.0,
            _ => 75.0,
        };
        let latency = self.random.log_normal(median, 0.5, 29_000.0);
        self.push(act, status, latency, attempt);
    }

    /// A record of a back end: no thinking, only its own time.
    fn back(&mut self, act: Act, status: u16, median_ms: f64) {
        let latency = self.random.log_normal(median_ms, 0.4, 8_000.0);
        self.push(act, status, latency, 1);
    }

    fn push(&mut self, act: Act, status: u16, latency_ms: u32, attempt: u8) {
        self.push_named(act, "", status, latency_ms, attempt);
    }

    fn push_named(&mut self, act: Act, name: &'static str, status: u16, latency_ms: u32, attempt: u8) {
        self.at += u64::from(latency_ms.clamp(GAP_MS, 8_000));
        let payment = self.script.payments.len().saturating_sub(1) as u16;
        self.script.steps.push(Step { at: self.at, act, name, status, latency_ms, payment, attempt, request: self.request });
    }

    fn think(&mut self) {
        self.at += u64::from(self.random.log_normal(self.think_ms, 0.8, 120_000.0));
    }
}
