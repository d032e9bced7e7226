//! Free text with personal data, as people and careless programmers write it. Every class occurs; no quotes, backslashes or line breaks, so
//! that a note fits into JSON, CSV and key=value alike.
//!
//! Names, addresses and positions have no shape of their own: a session with a note also holds the customer's file (`customer_loaded`), so
//! that each of them occurs in a named field of the same run.

/// Notes about the customer of a session.
pub(crate) const NOTES: &[&str] = &[
    "Customer <name> called about card <card.grouped>, call back on <phone.grouped>",
    "Please confirm IBAN <iban.grouped> for <name>, e-mail <email>",
    "SSN <ssn> does not match our file for <name>, account <account>",
    "Caller identified by date of birth <birth_date.reversed> and address <address>",
    "Login from IP <home_ip> with MAC <mac>, user <user>, device <device>",
    "Fraud desk: card <card> used from <mobile_ip>, owner <name.upper>, customer <customer>",
    "Customer <name.reversed> moved to <address>, new phone <phone>",
    "Session <session> was opened twice from <ip>, customer <customer>",
    "National id <national_id> of <name> expired, dob <birth_date>",
    "Client sent Authorization: Bearer <jwt> in the body, user <user>",
    "User <user> typed password=<password> into the search box",
    "Position of the device <geo.grouped>, last seen by MAC <mac.dashed>",
    "Refund of <currency> <amount_text> to account <account> for order <order>, request <request>",
    "Transfer to IBAN <payee.iban.grouped> was disputed by <name>, tax number <national_id>",
    "Card <card.dashed> blocked, cvv=<cvv> was stored by the old terminal",
    "Dear <name.first>, your mail <email.upper> bounced, write to <address>",
    "Integration key api_key=<api_key> found in a ticket of user <user>",
    "Client address <ip6> is not on the list of customer <customer>, trace <trace>",
    "Caller gave social security number <ssn.grouped> and phone <phone.dashed>",
    "Old form sent pan=<card.grouped> iban=<payee.iban.grouped> msisdn=<phone.grouped> in one line",
    "Typed from a letter, Card number: <card.grouped>, ssn: <ssn.grouped>, mobile: <phone.grouped>",
    "Authorization: Basic <basic> was logged by the proxy, pod <pod>, version <version>",
];
