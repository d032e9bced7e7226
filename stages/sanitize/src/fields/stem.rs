//! Names with words that only say which one of several it is: `old_kundennummer`, `p_customer_passeport`, `confirm_mpin`, `phone_new`.
//!
//! What is left without them has the rule, but now the value must have a shape: such words stand before the names of other things too.

use schemas::pii::PiiClass;

use super::Rule;
use super::shape::Shape;

/// Words before a name: which one, whose, and where it came from.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    // Which one.
    "new", "old", "prev", "previous", "former", "current", "curr", "cur", "orig", "original", "initial", "temp", "temporary", "confirm", "confirmed", "confirmation", "repeat", "retype", "verify", "primary", "secondary", "main", "alt",
    "alternate", "alternative", "other", "first", "second", "third", "last", "preferred", "default", "updated", "changed", "linked", "related", "ultimate", "parent", "real", "actual", "valid", "full", "the", "my", "your", "this",
    // Of what use.
    "home", "work", "office", "business", "private", "personal", "emergency", "day", "daytime", "evening", "billing", "bill", "shipping", "ship", "delivery", "postal", "mailing", "permanent", "residential", "correspondence", "registered", "legal",
    "contact", "callback", "incoming", "outgoing", "inbound", "outbound", "mobile", "web", "online", "bank", "banking", "branch",
    // Whose.
    "customer", "cust", "client", "clnt", "user", "usr", "holder", "cardholder", "member", "applicant", "coapplicant", "co", "joint", "spouse", "partner", "child", "dependent", "minor", "owner", "beneficiary", "bene", "benef", "debtor", "dbtr",
    "creditor", "cdtr", "payer", "payee", "sender", "receiver", "recipient", "remitter", "originator", "guarantor", "borrower", "nominee", "signatory", "employee", "emp", "staff", "agent", "teller", "admin", "person", "party", "subject", "caller",
    "account", "acct", "card", "kunde", "kunden", "kontakt", "klant", "cliente",
    // From where, to where.
    "from", "to", "source", "src", "target", "tgt", "dest", "destination", "dst", "origin", "debit", "credit", "req", "request", "rq", "resp", "response", "rs", "in", "out", "input", "output", "form", "query", "param", "params", "arg", "args",
    "body", "payload", "header", "http", "sms", "raw", "plain", "clear", "decrypted", "unmasked", "db", "ldap", "sso",
    // Prefixes of variables and columns.
    "p", "v", "l", "i", "o", "x", "c", "f", "w", "ws", "pi", "po", "pv", "lv", "gv", "iv", "ev", "lc", "fld", "col", "str", "txt", "var",
];

/// Words behind a name.
const BEHIND: &[&str] = &[
    "new",
    "old",
    "prev",
    "previous",
    "orig",
    "original",
    "current",
    "curr",
    "primary",
    "secondary",
    "raw",
    "clear",
    "plain",
    "unmasked",
    "value",
    "val",
    "str",
    "txt",
    "text",
    "from",
    "to",
    "fld",
    "field",
    "param",
    "p",
    "c",
    "s",
];

/// Words that are taken off at most.
const WORDS_MAX: usize = 4;

/// All of these words.
pub(super) fn qualifiers() -> impl Iterator<Item = &'static str> {
    BEFORE.iter().chain(BEHIND).copied()
}

/// What is left of the name without such words, one more of them each time. The name is normalised.
pub(super) fn stems(name: &str) -> impl Iterator<Item = &str> {
    let behind = Some(without_behind(name)).filter(|behind| behind.len() < name.len());
    behind.into_iter().chain(without_before(name)).chain(behind.into_iter().flat_map(without_before))
}

fn without_before(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (word, left) = rest.split_once(['_', '.'])?;
        rest = BEFORE.contains(&word).then_some(left)?;
        Some(rest)
    })
    .take(WORDS_MAX)
}

fn without_behind(name: &str) -> &str {
    // `dob_2`, `password2`; what has a number of its own stands in the tables.
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if (1..=2).contains(&(name.len() - bare.len())) {
        return bare.trim_end_matches(['_', '.']);
    }
    name.rsplit_once(['_', '.']).filter(|(_, word)| BEHIND.contains(word)).map_or(name, |(left, _)| left)
}

/// The rule of a stem for the whole name; none for what proves nothing once words were taken off.
pub(super) fn rule_of(stem: &str, rule: Rule) -> Option<Rule> {
    use PiiClass as Class;
    // Where somebody lives and what a program was given for a home; counts of a parser; goods.
    const VAGUE: &[&str] = &[
        "pass", "home", "tokens", "secrets", "cookie", "cookies", "name", "names", "by", "n", "fn", "ln", "sn", "from", "to", "source", "target",
        "sort", "transit",
    ];
    if VAGUE.contains(&stem) {
        return None;
    }
    match rule {
        Rule::Shaped(..) => Some(rule),
        Rule::Class(class) => Some(match class {
            Class::Secret | Class::Address => rule,
            Class::Name => Rule::Shaped(class, Shape::NameWords),
            Class::Card | Class::Account | Class::Iban => Rule::Shaped(class, Shape::Digits),
            Class::Customer => Rule::Shaped(class, Shape::PersonNumber),
            Class::User => Rule::Shaped(class, Shape::Actor),
            Class::Phone => Rule::Shaped(class, Shape::PhoneNumber),
            Class::Email => Rule::Shaped(class, Shape::Mailbox),
            Class::Ssn | Class::NationalId => Rule::Shaped(class, Shape::Document),
            Class::BirthDate => Rule::Shaped(class, Shape::Day),
            Class::Session => Rule::Shaped(class, Shape::Long),
            Class::Device => Rule::Shaped(class, Shape::Identifier),
            Class::Geo => Rule::Shaped(class, Shape::Coordinates),
            _ => return None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &[&str]) {
        assert_eq!(stems(name).collect::<Vec<_>>(), expected, "{name}");
    }

    #[test]
    fn words_that_say_which_one_are_taken_off() {
        check("old_kundennummer", &["kundennummer"]);
        check("p_customer_passeport", &["customer_passeport", "passeport"]);
        check("req.confirm_mpin", &["confirm_mpin", "mpin"]);
        check("phone_new", &["phone"]);
        check("new_phone_old", &["new_phone", "phone_old", "phone"]);
        check("p_valid_to", &["p_valid", "valid_to", "to", "valid"]);
        check("kundennummer", &[]);
        check("queue_depth", &[]);
        check("new", &[]);
        check("", &[]);
    }
}
