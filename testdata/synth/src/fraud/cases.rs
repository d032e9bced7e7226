//! A case of each pattern, and one that only resembles it. Marks say at which record a rule must fire, those of other rules that a case meets too.

use serde_json::json;

use super::line::{Bank, MINUTE};
use crate::identifiers::{card, ssn};

type Case = fn(&mut Bank);

/// Pattern, its cases, and what resembles them.
pub(super) const ALL: &[(&str, Case, Option<Case>)] = &[
    ("Structuring", structuring, Some(two_large)),
    ("NewPayeeLargeTransfer", new_payee, Some(new_payee_later)),
    ("PaymentWithoutSCA", without_factor, Some(small_without_factor)),
    ("ImpossibleTravel", two_places, Some(one_after_the_other)),
    ("AccountTakeover", takeover, Some(forgotten_password)),
    ("AccountEnumeration", enumeration, Some(gateway)),
    ("AccountEnumeration of accounts", lookups, Some(few_lookups)),
    ("DormantAccountReactivation", woken, Some(awake)),
    ("FourEyesViolation", alone_twice, Some(two_people)),
    ("FourEyesViolation in one record", same_field, None),
    ("SensitiveAuthenticationData", verification_value, None),
    ("SecretsInLogs", password, None),
    ("NationalIdInLogs", national_id, None),
    ("PCIAccountMasking", card_number, Some(masked_card)),
    ("AccessWithoutPurpose", snooping, None),
    ("GDPRAccessLogging", export, None),
    ("AuditTrailCompleteness", orphan, None),
    ("AuditFieldsMissing", nobody, None),
    ("VelocityCheck", many_transfers, Some(fewer_transfers)),
    ("FailedLoginVelocity", failed_logins, Some(fewer_failed_logins)),
    ("HighValueTransfers", high_value, Some(at_the_edge)),
];

fn new_visit(bank: &mut Bank) -> super::line::Visit {
    let customer = bank.customer();
    bank.visit(&customer)
}

fn structured(bank: &mut Bank, times: u64) {
    let customer = bank.customer();
    let start = bank.visit(&customer).at_ms;
    for turn in 0..times {
        let mut visit = bank.visit_at(&customer, start + turn * 97 * MINUTE);
        bank.signed_in(&mut visit);
        let cents = bank.random.between(900_000, 999_999);
        let line = bank.transfer(&mut visit, cents);
        line.mark(&["HighValueTransfers"]);
        if turn == 2 {
            line.mark(&["Structuring"]);
        }
    }
}

fn structuring(bank: &mut Bank) {
    structured(bank, 3);
}

fn two_large(bank: &mut Bank) {
    structured(bank, 2);
}

fn paid_after_payee(bank: &mut Bank, minutes: u64) -> &mut super::line::Line {
    let mut visit = new_visit(bank);
    bank.signed_in(&mut visit);
    bank.payee(&mut visit);
    visit.at_ms += minutes * MINUTE;
    let cents = bank.random.between(310_000, 490_000);
    bank.transfer(&mut visit, cents)
}

fn new_payee(bank: &mut Bank) {
    let minutes = u64::from(bank.random.between(0, 55));
    paid_after_payee(bank, minutes).mark(&["NewPayeeLargeTransfer"]);
}

fn new_payee_later(bank: &mut Bank) {
    paid_after_payee(bank, 75);
}

fn without_factor(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.login(&mut visit, 200);
    let cents = bank.random.between(51_000, 290_000);
    bank.transfer(&mut visit, cents).mark(&["PaymentWithoutSCA"]);
}

fn small_without_factor(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.login(&mut visit, 200);
    let cents = bank.random.between(100, 3_000);
    bank.transfer(&mut visit, cents);
}

fn two_places(bank: &mut Bank) {
    let mut here = new_visit(bank);
    let mut there = bank.visit_at(&here.customer.clone(), here.at_ms + MINUTE);
    bank.signed_in(&mut here);
    bank.signed_in(&mut there);
    here.at_ms = there.at_ms + MINUTE;
    bank.transfer(&mut here, 12_300).mark(&["ImpossibleTravel"]);
}

fn one_after_the_other(bank: &mut Bank) {
    let mut here = new_visit(bank);
    bank.signed_in(&mut here);
    bank.transfer(&mut here, 12_300);
    let mut there = bank.visit_at(&here.customer.clone(), here.at_ms + MINUTE);
    bank.signed_in(&mut there);
    bank.transfer(&mut there, 8_800);
}

/// Failed sign-ins, then one that succeeds, a change, and a transfer when `pays`.
fn wrong_then_right(bank: &mut Bank, pays: bool) {
    let mut visit = new_visit(bank);
    for attempt in 1..=4 {
        let line = bank.login(&mut visit, 401);
        if attempt == 3 {
            line.mark(&["FailedLoginVelocity"]);
        }
    }
    let mut later = bank.visit_at(&visit.customer.clone(), visit.at_ms + MINUTE);
    bank.signed_in(&mut later);
    bank.credential(&mut later);
    if pays {
        bank.transfer(&mut later, 34_500).mark(&["AccountTakeover"]);
    }
}

fn takeover(bank: &mut Bank) {
    wrong_then_right(bank, true);
}

fn forgotten_password(bank: &mut Bank) {
    wrong_then_right(bank, false);
}

/// Sign-ins from one address by so many names, of which every `good`th succeeds (0: none).
fn from_one_address(bank: &mut Bank, names: u64, good: u64) {
    let (ip, start, event) = (bank.ip(), new_visit(bank).at_ms, bank.words.login);
    for number in 0..names {
        let user = format!("u{:09x}", bank.random.bits() >> 28);
        let status = if good > 0 && number % good != 0 { 200 } else { 401 };
        let fields = json!({
            "level": "WARN", "service": "web-banking", "event": event, "message": "request handled", "user_name": user, "client_ip": ip,
            "http": { "method": "POST", "path": "/api/v2/session", "status": status },
        });
        let line = bank.push(start + number * 4_000, fields);
        if good == 0 && number == 9 {
            line.mark(&["AccountEnumeration"]);
        }
    }
}

fn enumeration(bank: &mut Bank) {
    from_one_address(bank, 14, 0);
}

fn gateway(bank: &mut Bank) {
    from_one_address(bank, 40, 3);
}

fn asks(bank: &mut Bank, accounts: u32) {
    let mut visit = new_visit(bank);
    bank.signed_in(&mut visit);
    for number in 1..=accounts {
        let path = format!("/api/v2/accounts/{}/balance", bank.random.between(1_000_000_000, 4_000_000_000));
        let line = bank.line(&mut visit, "balance_viewed", ("GET", &path, 404));
        if number == 10 {
            line.mark(&["AccountEnumeration"]);
        }
    }
}

fn lookups(bank: &mut Bank) {
    asks(bank, 13);
}

fn few_lookups(bank: &mut Bank) {
    asks(bank, 6);
}

fn with_status<'b>(bank: &'b mut Bank, status: &str) -> &'b mut super::line::Line {
    let mut visit = new_visit(bank);
    bank.signed_in(&mut visit);
    bank.transfer(&mut visit, 23_400).field("account_status", status)
}

fn woken(bank: &mut Bank) {
    with_status(bank, "DORMANT").mark(&["DormantAccountReactivation"]);
}

fn awake(bank: &mut Bank) {
    with_status(bank, "ACTIVE");
}

fn approved_by<'b>(bank: &'b mut Bank, second: &str) -> &'b mut super::line::Line {
    let (mut visit, order) = (new_visit(bank), bank.order());
    bank.line(&mut visit, "limit_change_entered", ("POST", "/staff/v1/limits", 200))
        .field("employee_id", "EM201")
        .field("transaction_id", order.as_str());
    bank.line(&mut visit, "limit_change_approved", ("POST", "/staff/v1/limits/ok", 200)).field("employee_id", second).field("transaction_id", order)
}

fn alone_twice(bank: &mut Bank) {
    approved_by(bank, "EM201").mark(&["FourEyesViolation"]);
}

fn two_people(bank: &mut Bank) {
    approved_by(bank, "EM777");
}

fn same_field(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    let line = bank.line(&mut visit, "limit_change_booked", ("POST", "/staff/v1/limits/book", 200));
    line.field("maker_id", "EM201").field("checker_id", "EM201").mark(&["FourEyesViolation"]);
}

fn verification_value(bank: &mut Bank) {
    let (mut visit, value) = (new_visit(bank), bank.random.between(100, 999));
    bank.line(&mut visit, "card_linked", ("POST", "/api/v2/cards", 201)).field("cvv", value.to_string()).mark(&["SensitiveAuthenticationData"]);
}

fn password(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.login(&mut visit, 200).field("password", "Winter-Tulip-4471!").mark(&["SecretsInLogs"]);
}

fn national_id(bank: &mut Bank) {
    let (mut visit, number) = (new_visit(bank), ssn(&mut bank.random));
    let line = bank.line(&mut visit, "chat_message", ("POST", "/api/v2/chat", 201));
    line.field("message", format!("customer says her social security number is {number}, please note")).mark(&["NationalIdInLogs"]);
}

fn card_number(bank: &mut Bank) {
    let (mut visit, number) = (new_visit(bank), card(&mut bank.random));
    let line = bank.line(&mut visit, "chat_message", ("POST", "/api/v2/chat", 201));
    line.field("message", format!("card {number} was declined at the till")).mark(&["PCIAccountMasking"]);
}

fn masked_card(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.line(&mut visit, "chat_message", ("POST", "/api/v2/chat", 201)).field("message", "card 411111******1111 was declined at the till");
}

fn snooping(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.line(&mut visit, "customer_record_viewed", ("GET", "/staff/v1/records", 200)).field("operator_id", "OP114").mark(&["AccessWithoutPurpose"]);
}

fn export(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    let line = bank.line(&mut visit, "customer_data_export", ("POST", "/staff/v1/exports", 200));
    line.without(&["session_id", "customer_id"]).field("operator_id", "OP900").mark(&["GDPRAccessLogging"]);
}

fn orphan(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.transfer(&mut visit, 4_500).without(&["session_id", "customer_id"]).mark(&["AuditTrailCompleteness"]);
}

fn nobody(bank: &mut Bank) {
    let mut visit = new_visit(bank);
    bank.login(&mut visit, 200).without(&["session_id", "customer_id", "client_ip"]).mark(&["AuditFieldsMissing"]);
}

fn transfers(bank: &mut Bank, count: u64) {
    let mut visit = new_visit(bank);
    bank.signed_in(&mut visit);
    for number in 1..=count {
        visit.at_ms += 110_000;
        let line = bank.transfer(&mut visit, 5_000 + number as u32);
        if number == 4 {
            line.mark(&["VelocityCheck"]);
        }
    }
}

fn many_transfers(bank: &mut Bank) {
    transfers(bank, 4);
}

fn fewer_transfers(bank: &mut Bank) {
    transfers(bank, 3);
}

fn wrong(bank: &mut Bank, count: u32) {
    let mut visit = new_visit(bank);
    for attempt in 1..=count {
        let line = bank.login(&mut visit, 401);
        if attempt == 3 {
            line.mark(&["FailedLoginVelocity"]);
        }
    }
}

fn failed_logins(bank: &mut Bank) {
    wrong(bank, 5);
}

fn fewer_failed_logins(bank: &mut Bank) {
    wrong(bank, 2);
}

fn paid(bank: &mut Bank, cents: u32) -> &mut super::line::Line {
    let mut visit = new_visit(bank);
    bank.signed_in(&mut visit);
    bank.transfer(&mut visit, cents)
}

fn high_value(bank: &mut Bank) {
    let cents = bank.random.between(500_100, 880_000);
    paid(bank, cents).mark(&["HighValueTransfers"]);
}

fn at_the_edge(bank: &mut Bank) {
    paid(bank, 500_000);
}
