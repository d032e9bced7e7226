//! Rules from the record to the list: sequences across sessions and systems, own rules, what nights know of each other.

use schemas::policy::Policy;
use schemas::rules::OwnRule;
use serde_json::Value;

use crate::support::{Day, Line, Mined, Night, mine_night};

const MINUTE_NS: i64 = 60_000_000_000;

/// A call of a customer's session at a minute.
fn call(session: &str, customer: &str, minute: i64, event: &str, status: i64) -> Line {
    let (session, customer) =
        (format!("[SESSION_k1{session}]"), if customer.is_empty() { String::new() } else { format!("[CUSTOMER_k1{customer}]") });
    Line::new(&session, &customer, Some(minute * MINUTE_NS)).event(event, "POST", &format!("/api/{event}"), status)
}

fn night(lines: &[Line], night: &Night) -> Mined {
    let day = Day { lines: lines.to_vec() };
    let one = mine_night(&day.shards(1), 2, 1, night);
    let other = mine_night(&day.shards(3), 2, 2, night);
    assert_eq!(one.everything, other.everything, "shards and threads");
    one
}

/// Rules that fired, with how often and on how many.
fn fired(mined: &Mined) -> Vec<(String, u64, u64)> {
    mined.findings.iter().map(|finding| (finding.rule.to_owned(), finding.count, finding.subjects)).collect()
}

#[track_caller]
fn check(lines: &[Line], expected: &[(&str, u64, u64)]) {
    let expected: Vec<(String, u64, u64)> = expected.iter().map(|(rule, count, customers)| ((*rule).to_owned(), *count, *customers)).collect();
    assert_eq!(fired(&night(lines, &Night::default())), expected);
}

fn paid(session: &str, customer: &str, minute: i64, amount: &str) -> Line {
    call(session, customer, minute, "transfer_submitted", 201).field("amount", amount)
}

#[test]
fn structuring_over_several_sessions_of_one_customer() {
    check(
        &[paid("A", "1", 0, "9500"), paid("B", "1", 200, "9100.00"), paid("C", "1", 400, "9999.99")],
        &[("HighValueTransfers", 3, 1), ("Structuring", 1, 1)],
    );
    check(&[paid("A", "1", 0, "9500"), paid("B", "2", 200, "9100.00"), paid("C", "3", 400, "9999.99")], &[("HighValueTransfers", 3, 3)]);
}

#[test]
fn a_takeover_goes_from_session_to_session() {
    let failed = (0..3).map(|minute| call("A", "1", minute, "login", 401));
    let rest = [call("B", "1", 4, "login", 200), call("B", "1", 5, "password_changed", 200), paid("C", "1", 9, "80")];
    let lines: Vec<Line> = failed.chain(rest).collect();
    check(&lines, &[("AccountTakeover", 1, 1), ("FailedLoginVelocity", 1, 1)]);
    check(&lines[1..], &[]);
}

/// The line that adds the payee names no customer; another line of its session does.
#[test]
fn a_customer_that_only_some_lines_of_a_session_name_is_one() {
    let lines = [call("A", "1", 0, "login", 200), call("A", "", 1, "payee_added", 201), paid("B", "1", 30, "4000")];
    check(&lines, &[("NewPayeeLargeTransfer", 1, 1)]);
    check(&lines[1..], &[]);
}

#[test]
fn a_second_factor_counts_in_its_own_session() {
    let stepped_up = |number: usize| {
        let (session, minute) = (format!("S{number}"), number as i64 * 20);
        [call(&session, &session, minute, "otp_verified", 200), paid(&session, &session, minute + 1, "600")]
    };
    let mut lines: Vec<Line> = (0..6).flat_map(stepped_up).collect();
    check(&lines, &[]);
    lines.push(paid("X", "S1", 900, "600"));
    check(&lines, &[("PaymentWithoutSCA", 1, 1)]);
    let mined = night(&lines, &Night::default());
    assert!(mined.finding_contributions.is_empty(), "what others have made a finding of is not counted in the report");
}

#[test]
fn one_source_tries_many_names() {
    let attempt = |number: usize, status: i64| {
        let line = Line::new(&format!("[SESSION_k1E{number}]"), "", Some(number as i64 * 1_000_000_000)).event("login", "POST", "/login", status);
        line.field("user_name", &format!("[USER_k1{number}]")).field("client_ip", "[IP_k1A]")
    };
    check(&(0..12).map(|number| attempt(number, 401)).collect::<Vec<_>>(), &[("AccountEnumeration", 1, 1)]);
    check(&(0..30).map(|number| attempt(number, if number % 3 == 0 { 401 } else { 200 })).collect::<Vec<_>>(), &[]);
    let lookup = |number: usize| {
        let line = Line::new("[SESSION_k1L]", "", Some(number as i64 * 1_000_000_000));
        line.event("balance_read", "GET", &format!("/api/accounts/[ACCOUNT_k1{number}]/balance"), 404)
    };
    check(&(0..10).map(lookup).collect::<Vec<_>>(), &[("AccountEnumeration", 1, 1)]);
    check(&(0..9).map(lookup).collect::<Vec<_>>(), &[]);
}

#[test]
fn two_places_at_once() {
    let at = |session: &str, minute: i64, event: &str, ip: &str| call(session, "1", minute, event, 201).field("client_ip", ip);
    let lines = [at("A", 0, "login", "[IP_k1A]"), at("B", 1, "login", "[IP_k1B]"), at("A", 2, "transfer_submitted", "[IP_k1A]")];
    check(&lines, &[("ImpossibleTravel", 1, 1)]);
    check(&[lines[0].clone(), lines[2].clone(), lines[1].clone(), at("B", 3, "transfer_submitted", "[IP_k1B]")], &[("ImpossibleTravel", 1, 1)]);
    check(&[lines[0].clone(), at("A", 1, "transfer_submitted", "[IP_k1A]"), at("B", 2, "login", "[IP_k1B]")], &[]);
}

#[test]
fn who_begins_does_not_approve() {
    let order =
        |minute: i64, event: &str, staff: &str| call("A", "1", minute, event, 200).field("transaction_id", "TX-77").field("employee_id", staff);
    check(&[order(0, "wire_entered", "E1"), order(1, "wire_approved", "E1")], &[("FourEyesViolation", 1, 1)]);
    check(&[order(0, "wire_entered", "E1"), order(1, "wire_approved", "E2")], &[]);
}

fn own(policy: &mut Policy, change: impl FnOnce(&mut OwnRule)) {
    let mut rule = OwnRule { id: format!("own-{}", policy.rules.own.len()), description: "A rule of ours.".to_owned(), ..OwnRule::default() };
    change(&mut rule);
    policy.rules.own.push(rule);
}

#[test]
fn own_rules_reach_the_list() {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut policy = Policy::default();
    own(&mut policy, |rule| rule.all = texts(&["@event = limit_raised", "@hour < 6"]));
    own(&mut policy, |rule| {
        (rule.first, rule.then, rule.without) =
            (texts(&["@event = limit_raised"]), texts(&["@category = transaction", "@amount > 100"]), texts(&["@event = call_back"]));
        rule.within_minutes = Some(30);
    });
    own(&mut policy, |rule| {
        rule.all = texts(&["@event = balance_read"]);
        (rule.at_least, rule.within_minutes, rule.by) = (Some(3), Some(5), schemas::rules::By::Session);
    });
    assert!(policy.rules.refusals().is_empty());
    policy.rules.off.insert("HighValueTransfers".to_owned());
    let night_of = |lines: &[Line]| fired(&night(lines, &Night { policy: policy.clone(), ..Night::default() }));
    let of = |rule: &str| (rule.to_owned(), 1, 1);
    let raised = call("A", "1", 5, "limit_raised", 200);
    assert_eq!(night_of(&[raised.clone(), paid("B", "1", 35, "9000")]), [of("own-0"), of("own-1")]);
    assert_eq!(night_of(&[raised.clone(), call("A", "1", 6, "call_back", 200), paid("B", "1", 7, "9000")]), [of("own-0")]);
    assert_eq!(night_of(&[raised, paid("B", "1", 36, "9000")]), [of("own-0")]);
    let reads =
        |sessions: [&str; 3]| (0..).zip(sessions).map(|(minute, session)| call(session, "1", minute, "balance_read", 200)).collect::<Vec<_>>();
    assert_eq!(night_of(&reads(["A", "A", "A"])), [of("own-2")]);
    assert_eq!(night_of(&reads(["A", "A", "B"])), []);
}

/// The entries of rules in `findings.json`.
fn list(mined: &Mined) -> Vec<Value> {
    let mut entries: Vec<Value> = serde_json::from_slice(&mined.files["findings.json"]).unwrap();
    entries.retain(|entry| entry["source"] == "rule");
    entries
}

#[test]
fn nights_know_of_each_other() {
    let first = night(&[paid("A", "1", 0, "6000"), paid("B", "2", 0, "20")], &Night::default());
    assert_eq!(list(&first)[0]["novelty"], "no_earlier_night");
    let on = |day: i32, before: &Mined| Night { day, before: before.left.clone(), ..Night::default() };
    let second = night(&[paid("A", "1", 0, "6000"), call("B", "3", 0, "x", 200).message("[CARD_k1A]")], &on(20_001, &first));
    let entries = list(&second);
    let rules: Vec<(&str, &str)> = entries.iter().map(|entry| (entry["rule"].as_str().unwrap(), entry["novelty"].as_str().unwrap())).collect();
    assert_eq!(rules, [("PCIAccountMasking", "new"), ("HighValueTransfers", "known")]);
    // Customer 2 was seen on the first night, not on the second, and pays half a year later; customer 1 was seen on both.
    let later = night(&[paid("A", "1", 0, "20"), paid("B", "2", 0, "20"), paid("C", "9", 0, "20")], &on(20_180, &second));
    let entries = list(&later);
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!((entries[0]["rule"].as_str(), entries[0]["count"].as_u64()), (Some("DormantAccountReactivation"), Some(1)));
    assert!(later.findings.is_empty(), "what earlier nights say is no part of what the report is made of");
    let near = night(&[paid("A", "1", 0, "20"), paid("B", "2", 0, "20")], &on(20_179, &second));
    assert!(list(&near).is_empty());
}

#[test]
fn the_list_is_ranked_and_says_why() {
    let mut lines: Vec<Line> = (0..6).map(|customer| paid(&customer.to_string(), &customer.to_string(), 0, "6000")).collect();
    lines.push(call("Z", "77", 1, "card_read", 200).message("card [CARD_k1A]"));
    let mined = night(&lines, &Night::default());
    let list = list(&mined);
    let order: Vec<(&str, u64)> = list.iter().map(|entry| (entry["rule"].as_str().unwrap(), entry["risk"].as_u64().unwrap())).collect();
    assert_eq!(order, [("PCIAccountMasking", 27), ("HighValueTransfers", 27)]);
    assert_eq!(list[1]["why"][3], "36,000.00 in amounts, the band 10,000 to 100,000: times 3");
    let page = String::from_utf8(mined.files["findings.html"].clone()).unwrap();
    assert!(page.contains("PCIAccountMasking (critical, compliance)") && !page.contains("CARD_k1A"));
}
