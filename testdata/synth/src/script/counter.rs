//! Visits at the counter of a branch.

use super::Writer;
use crate::acts::Act;
use crate::branch::{TRANSACTIONS, Transaction};
use crate::session::Plant;

impl Writer<'_> {
    pub(super) fn branch_journey(&mut self) -> &'static str {
        self.think_ms = 14_000.0;
        let transaction = match self.brief.planted {
            Some(Plant::VaultWithoutVerify) => &TRANSACTIONS[8],
            Some(_) => &TRANSACTIONS[1],
            None => &TRANSACTIONS[self.random.weighted(&[22, 22, 10, 8, 5, 9, 5, 6, 3, 10])],
        };
        self.script.transaction = transaction.name;
        self.payment(false);
        let noted = self.brief.rich || self.random.chance(120);
        let mut file_open = false;
        for step in self.teller_steps(transaction) {
            self.think();
            self.request += 1;
            let note = file_open && (self.brief.rich || self.random.chance(200));
            self.push_named(Act::TellerStep, step, if note { 400 } else { 200 }, 40, 1);
            if noted && step == "ACCOUNT_LOOKUP" {
                self.back(Act::CustomerFile, 200, 60.0);
                file_open = true;
            }
            if step.starts_with("LEDGER_") && transaction.books {
                self.back(Act::CounterBooking, 200, 30.0);
            }
        }
        transaction.name
    }

    /// The steps of a visit: those of its type, with the variations and planted anomalies.
    fn teller_steps(&mut self, transaction: &Transaction) -> Vec<&'static str> {
        let mut steps = Vec::with_capacity(transaction.steps.len() + 2);
        for &step in transaction.steps {
            match (self.brief.planted, step) {
                (Some(Plant::VaultWithoutVerify), "ID_VERIFY" | "SIGNATURE_CAPTURE") => continue,
                (Some(Plant::UnauthorizedAccess), "TELLER_AUTH" | "CUSTOMER_IDENTIFY" | "ID_VERIFY") => continue,
                _ => steps.push(step),
            }
            if step == "BALANCE_CHECK" && self.brief.planted.is_none() && self.random.chance(150) {
                steps.push("OVERDRAFT_CHECK");
                self.ending = "overdraft_check";
            }
            if step == "CASH_COUNT" && self.brief.planted.is_none() && self.random.chance(100) {
                steps.push("AMOUNT_RECOUNT");
                self.ending = "recount";
            }
        }
        steps
    }
}
