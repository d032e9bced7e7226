//! What moves money: transfers with the failures of each of their steps, the sequence fault, and card payments.

use super::Writer;
use crate::acts::Act;
use crate::session::{Payment, Plant};

impl Writer<'_> {
    pub(super) fn payment(&mut self, high: bool) {
        let cents =
            if high { u64::from(self.random.between(520_000, 4_800_000)) } else { u64::from(self.random.log_normal(8_000.0, 1.3, 490_000.0)) };
        let payment = Payment {
            cents,
            currency: ["EUR", "USD", "GBP"][self.random.weighted(&[80, 12, 8])],
            payee: self.random.below(self.brief.customers),
            transfer: self.random.between(1_000, 99_999),
            order: self.random.below(1_000_000),
            idempotency: self.random.wide(),
        };
        self.script.payments.push(payment);
    }

    /// One transfer: check, screening, reservation, booking, settlement, confirmation, with the failures of each.
    pub(super) fn transfer(&mut self, retry: Option<u8>) {
        if retry.is_none() {
            self.verify();
            self.payment(self.brief.planted == Some(Plant::HighValue));
            let planted = self.brief.planted.is_some();
            let status = if !planted && self.random.chance(25) { 422 } else { 200 };
            self.api(Act::TransferValidate, status);
            if status == 422 {
                self.ending = "invalid_beneficiary";
                return;
            }
        }
        self.think();
        self.request += 1;
        self.back(Act::RiskScore, 200, 18.0);
        let attempt = retry.unwrap_or(1);
        if self.transfers_done >= 2 {
            self.third_transfer(attempt);
            return;
        }
        self.script.earlier_tried += 1;
        let failure = if self.brief.planted.is_some() || retry.is_some() { 0 } else { self.random.below(1000) };
        match failure {
            1..=22 => self.refused(422, "insufficient_funds", attempt),
            23..=32 => self.refused(403, "forbidden", attempt),
            33..=46 => {
                self.back(Act::LedgerReserve, 200, 20.0);
                self.back(Act::ClearingTimeout, 504, 5_000.0);
                self.back(Act::PaymentTimeout, 504, 20.0);
                self.script.earlier_failed += 1;
                self.push(Act::TransferSubmit, 504, 5_000, attempt);
                self.ending = "retried_after_timeout";
                self.transfer(Some(attempt + 1));
            }
            _ => self.accepted(attempt),
        }
    }

    fn refused(&mut self, status: u16, ending: &'static str, attempt: u8) {
        self.script.earlier_failed += 1;
        self.ending = ending;
        self.back(Act::LedgerRefuse, status, 15.0);
        self.push_api(Act::TransferSubmit, status, attempt);
    }

    fn accepted(&mut self, attempt: u8) {
        let planted = self.brief.planted;
        self.back(Act::LedgerReserve, 200, 20.0);
        self.back(Act::PaymentAccept, 202, 30.0);
        if planted.is_none() && self.random.chance(6) {
            self.back(Act::PaymentScreen, 451, 60.0);
            self.push_api(Act::TransferSubmit, 451, attempt);
            self.script.earlier_failed += 1;
            self.ending = "screening_hit";
            return;
        }
        self.back(Act::PaymentScreen, 200, 60.0);
        self.back(Act::LedgerPost, 200, 35.0);
        if planted == Some(Plant::DoubleDebit) {
            self.back(Act::LedgerPost, 200, 35.0);
        }
        let (first, second) = if planted == Some(Plant::OutOfOrder) {
            ((Act::TransferConfirm, 200), (Act::TransferSubmit, 201))
        } else {
            ((Act::TransferSubmit, 201), (Act::TransferConfirm, 200))
        };
        self.push_api(first.0, first.1, attempt);
        self.back(Act::PaymentSettle, 200, 150.0);
        if planted.is_some() || self.random.chance(970) {
            self.think();
            self.push_api(second.0, second.1, attempt);
        }
        self.transfers_done += 1;
    }

    /// The sequence fault.
    fn third_transfer(&mut self, attempt: u8) {
        let status = if self.random.chance(700) { 500 } else { 422 };
        if status == 500 {
            self.back(Act::LedgerFault, 500, 40.0);
        } else {
            self.back(Act::LedgerRefuse, 422, 15.0);
        }
        self.push_api(Act::TransferSubmit, status, attempt);
        self.script.third_failed.get_or_insert(status);
        self.ending = "third_transfer_failed";
    }

    pub(super) fn card_payment(&mut self) {
        self.payment(false);
        let declined = self.random.chance(40);
        let status = if declined { 402 } else { 200 };
        self.think();
        self.request += 1;
        self.back(Act::RiskScore, 200, 18.0);
        self.back(Act::CardAuthorise, status, 70.0);
        self.push_api(Act::CardPayment, status, 1);
        if declined {
            self.ending = "card_declined";
        }
    }
}
