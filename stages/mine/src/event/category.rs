//! What an event type is about, by the words of its name and route and its status. Severity says nothing here: it is the greatest of all customers' events, so
//! that one customer could move those of all others to another category of the private report.

use schemas::record::EventCategory;

use super::words::{any, pair, words};

const LOGIN: [&str; 9] = ["login", "logins", "logon", "signin", "authenticate", "authenticated", "authentication", "authenticating", "sso"];
const TRANSACTION: [&str; 28] = [
    "transfer",
    "transfers",
    "payment",
    "payments",
    "withdrawal",
    "withdrawals",
    "withdraw",
    "deposit",
    "deposits",
    "transaction",
    "transactions",
    "debit",
    "credit",
    "purchase",
    "remittance",
    "payout",
    "payouts",
    "refund",
    "refunds",
    "wire",
    "txn",
    "pay",
    "topup",
    "settlement",
    "debited",
    "credited",
    "checkout",
    "paid",
];
const READING: [&str; 16] = [
    "view",
    "viewed",
    "read",
    "access",
    "accessed",
    "export",
    "exported",
    "download",
    "downloaded",
    "lookup",
    "search",
    "searched",
    "inquiry",
    "list",
    "listed",
    "fetched",
];
const CUSTOMER_DATA: [&str; 15] = [
    "customer",
    "customers",
    "account",
    "accounts",
    "data",
    "record",
    "records",
    "profile",
    "profiles",
    "statement",
    "statements",
    "personal",
    "balance",
    "balances",
    "pii",
];
const TECHNICAL: [&str; 11] =
    ["exception", "timeout", "panic", "crash", "crashed", "unavailable", "fatal", "stacktrace", "traceback", "deadlock", "outage"];

/// The category of an event type.
pub(crate) fn category(name: &str, method: &str, route: &str, status: u16) -> EventCategory {
    let name_words = words(name);
    let route_words = words(route);
    let both: Vec<String> = name_words.iter().chain(&route_words).cloned().collect();
    let reads = method == "GET" || method == "HEAD";
    let signs_in = any(&both, &LOGIN)
        || pair(&both, &["sign", "log", "logged", "signed"], &["in"])
        || any(&name_words, &["password"]) && any(&name_words, &["accepted", "failed", "wrong", "invalid", "incorrect", "rejected"]);
    if signs_in && !any(&both, &["logout", "signout"]) {
        return EventCategory::Login;
    }
    // The name decides before the route: `GET /transfers` lists transfers.
    if any(&name_words, &READING) && any(&name_words, &CUSTOMER_DATA) {
        return EventCategory::DataAccess;
    }
    if any(&both, &TRANSACTION) && !reads {
        return EventCategory::Transaction;
    }
    if reads && (any(&route_words, &CUSTOMER_DATA) || any(&route_words, &TRANSACTION)) {
        return EventCategory::DataAccess;
    }
    if status >= 500 || any(&name_words, &TECHNICAL) || pair(&name_words, &["timed"], &["out"]) {
        return EventCategory::Error;
    }
    EventCategory::Other
}

/// Whether a transaction event is only its beginning or bookkeeping around it: money moves (or is refused) in a later one.
pub(crate) fn is_preliminary(name: &str) -> bool {
    const PRELIMINARY: [&str; 30] = [
        "initiated",
        "initiate",
        "started",
        "start",
        "begin",
        "requested",
        "request",
        "submitted",
        "submit",
        "created",
        "create",
        "validated",
        "validate",
        "validation",
        "authorized",
        "authorised",
        "authorize",
        "pending",
        "queued",
        "scheduled",
        "received",
        "form",
        "page",
        "limit",
        "limits",
        "check",
        "checked",
        "verification",
        "verify",
        "fee",
    ];
    any(&words(name), &PRELIMINARY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, method: &str, route: &str, status: u16, expected: EventCategory) {
        assert_eq!(category(name, method, route, status), expected, "{name} {method} {route}");
    }

    #[test]
    fn by_words_and_routes() {
        check("login_failed", "", "", 0, EventCategory::Login);
        check("User <*> logged in", "", "", 0, EventCategory::Login);
        check("logout", "", "", 0, EventCategory::Other);
        check("transfer_submitted", "POST", "/api/transfers", 201, EventCategory::Transaction);
        check("GET /api/transfers <*>", "GET", "/api/transfers", 200, EventCategory::DataAccess);
        check("customer_record_viewed", "", "", 0, EventCategory::DataAccess);
        check("data access by batch job", "", "", 0, EventCategory::DataAccess);
        check("cache_refreshed", "", "", 0, EventCategory::Other);
    }

    #[test]
    fn the_word_error_is_no_error() {
        check("failover completed, <*> errors", "", "", 0, EventCategory::Other);
        check("error_budget_report", "", "", 0, EventCategory::Other);
        check("queue consumer stopped", "", "", 0, EventCategory::Other);
        check("GET /health 503", "GET", "/health", 503, EventCategory::Error);
        check("connection timed out", "", "", 0, EventCategory::Error);
    }

    #[test]
    fn beginnings_are_no_transactions() {
        assert!(is_preliminary("transfer_initiated"));
        assert!(!is_preliminary("transfer_completed"));
        assert!(!is_preliminary("withdrawal_event"));
    }
}
