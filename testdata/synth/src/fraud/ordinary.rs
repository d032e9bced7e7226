//! What customers and staff do on any day.

use super::line::{Bank, MINUTE};

/// A session in which no rule has anything to find.
pub(super) fn session(bank: &mut Bank) {
    // Who comes again does so in the evening and does not pay again: four payments in ten minutes, and two sessions at once, are what rules look for.
    let (customer, again) = bank.some_customer();
    let mut visit = bank.visit(&customer);
    if again {
        visit.at_ms = visit.at_ms / 6 + 18 * 60 * MINUTE;
    }
    // At most two wrong passwords: three within the window are what a rule looks for.
    for _ in 0..2 {
        if bank.random.chance(40) {
            bank.login(&mut visit, 401);
        }
    }
    bank.login(&mut visit, 200);
    bank.line(&mut visit, "accounts_listed", ("GET", "/api/v2/accounts", 200));
    if bank.random.chance(30) {
        bank.line(&mut visit, "statement_downloaded", ("GET", "/api/v2/statements/2026-10", 404));
    }
    if bank.random.chance(40) {
        bank.credential(&mut visit);
    }
    if !again && bank.random.chance(600) {
        bank.factor(&mut visit);
        if bank.random.chance(120) {
            bank.payee(&mut visit);
        }
        for _ in 0..bank.random.between(1, 2) {
            let cents = bank.random.log_normal(8_000.0, 1.2, 290_000.0);
            bank.transfer(&mut visit, cents);
        }
    }
    if bank.random.chance(30) {
        let case = bank.order();
        bank.line(&mut visit, "customer_record_viewed", ("GET", "/staff/v1/records", 200)).field("operator_id", "OP114").field("case_id", case);
    }
    if bank.random.chance(20) {
        let order = bank.order();
        bank.line(&mut visit, "limit_change_entered", ("POST", "/staff/v1/limits", 200))
            .field("employee_id", "EM201")
            .field("transaction_id", order.as_str());
        bank.line(&mut visit, "limit_change_approved", ("POST", "/staff/v1/limits/ok", 200))
            .field("employee_id", "EM305")
            .field("transaction_id", order);
    }
    bank.line(&mut visit, "logout", ("DELETE", "/api/v2/session", 204));
}
