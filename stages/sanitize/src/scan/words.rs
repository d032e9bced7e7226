//! Word lists for names in text. They are lists of ordinary words and of cues; no list of people is used.

/// Titles: a name follows.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "dame", "dear", "don", "dott", "doña", "dr", "frau", "hello", "herr", "herrn", "madame", "meneer", "mevrouw", "miss", "mlle", "mme", "monsieur",
    "mr", "mrs", "ms", "mx", "prof", "señor", "señora", "sig", "signor", "signora", "sir", "sr", "sra",
];
/// Roles: a name follows if it has two words.
#[rustfmt::skip]
pub(super) const ROLES: &[&str] = &[
    "accountholder", "applicant", "beneficiary", "borrower", "by", "called", "cardholder", "client", "creditor", "customer", "debtor", "for",
    "from", "guarantor", "holder", "name", "named", "nominee", "owner", "payee", "payer", "recipient", "remitter", "sender", "signatory", "spouse",
    "to", "with",
];
/// Words of bank logs that begin sentences or stand in titles; alone they are never taken for a name.
#[rustfmt::skip]
pub(super) const COMMON: &[&str] = &[
    "a", "access", "account", "accounts", "action", "active", "admin", "after", "agent", "alert", "all", "amount", "an", "and", "api", "app",
    "application", "approved", "april", "at", "atm", "august", "auth", "authentication", "authorization", "balance", "bank", "banking", "batch",
    "before", "beneficiary", "bill", "billing", "branch", "business", "call", "card", "cash", "charge", "charges", "check", "checking", "city",
    "client", "closed", "code", "company", "complete", "completed", "confirm", "confirmed", "connection", "contact", "core", "corp", "corporate",
    "created", "credit", "current", "customer", "daily", "data", "database", "date", "day", "debit", "december", "declined", "default", "deposit",
    "desk", "device", "direct", "district", "domestic", "east", "electric", "email", "empty", "end", "energy", "english", "error", "event",
    "exchange", "express", "external", "failed", "failure", "february", "fee", "fees", "file", "finance", "first", "food", "for", "foreign",
    "fraud", "friday", "from", "fund", "funds", "gas", "general", "get", "global", "gold", "group", "holder", "home", "house", "http", "https",
    "id", "in", "inc", "info", "initiated", "insurance", "interest", "internal", "international", "internet", "invalid", "invoice", "is", "issue",
    "january", "java", "job", "joint", "july", "june", "key", "last", "law", "ledger", "level", "limit", "limited", "line", "list", "live", "loan",
    "loans", "local", "location", "login", "logout", "ltd", "main", "manager", "manual", "march", "market", "master", "may", "member", "merchant",
    "message", "method", "mobile", "monday", "money", "monitor", "month", "monthly", "mortgage", "name", "national", "network", "new", "no", "none",
    "normal", "north", "not", "notice", "november", "number", "october", "of", "off", "office", "ok", "old", "on", "online", "open", "opened",
    "order", "other", "over", "owner", "page", "park", "partner", "password", "pay", "payee", "payer", "payment", "payments", "payroll", "pending",
    "personal", "phone", "plan", "platinum", "point", "pool", "post", "power", "premium", "primary", "private", "process", "processed", "product",
    "profile", "public", "purchase", "queue", "rate", "read", "received", "recipient", "record", "refund", "register", "rejected", "relationship",
    "rent", "report", "request", "response", "result", "retail", "retry", "return", "returned", "river", "road", "rule", "salary", "sale", "sales",
    "saturday", "savings", "scheduled", "school", "second", "security", "send", "sender", "sent", "september", "server", "service", "services",
    "session", "settlement", "shop", "silver", "south", "standard", "standing", "start", "started", "state", "statement", "status", "step", "stop",
    "store", "street", "success", "summer", "sunday", "supplier", "support", "system", "task", "tax", "team", "telecom", "teller", "terminal",
    "test", "the", "third", "thread", "thursday", "ticket", "time", "timeout", "title", "to", "token", "total", "town", "trade", "transaction",
    "transfer", "transfers", "travel", "trust", "tuesday", "type", "union", "university", "unknown", "update", "updated", "user", "utility",
    "validation", "value", "verified", "verify", "version", "view", "visa", "wallet", "warning", "water", "web", "wednesday", "week", "weekly",
    "west", "will", "wire", "with", "withdrawal", "withdrawn", "world", "year", "yes", "your", "zone",
];
/// Given and family names that are also words: known ones count only beside another known one or behind a title.
#[rustfmt::skip]
pub(super) const AMBIGUOUS: &[&str] = &[
    "art", "ash", "baker", "bear", "bell", "bishop", "black", "blue", "bond", "booth", "brook", "brooks", "brown", "butler", "carol", "carter",
    "chance", "chase", "chip", "christian", "church", "clay", "cliff", "cook", "cooper", "crystal", "dale", "dean", "dell", "drew", "faith",
    "farmer", "field", "fisher", "ford", "forest", "fox", "frank", "gene", "glen", "grace", "grant", "gray", "green", "hall", "heath", "hill",
    "holly", "hope", "hunter", "iris", "ivy", "jack", "jade", "jasmine", "joy", "judge", "king", "lane", "lily", "long", "major", "marina", "mark",
    "marks", "marshall", "mason", "max", "mercy", "miles", "miller", "mills", "moon", "olive", "page", "pearl", "penny", "pierce", "piper",
    "porter", "price", "ray", "reed", "rich", "robin", "rock", "rose", "ruby", "rusty", "sage", "sandy", "savage", "sky", "snow", "star",
    "sterling", "stone", "story", "sunny", "taylor", "trinity", "turner", "violet", "wade", "walker", "ward", "waters", "weaver", "wells", "west",
    "white", "wood", "woods", "young",
];
/// Words that mark a company's name, which is no person's.
#[rustfmt::skip]
pub(super) const COMPANY: &[&str] = &[
    "ltd", "limited", "inc", "llc", "llp", "gmbh", "ag", "plc", "corp", "corporation", "company", "co", "sa", "bv", "nv", "oy", "ab", "spa", "srl",
    "kg", "bank", "trust", "group", "holding", "holdings", "services", "solutions", "insurance", "energy", "university", "council", "foundation",
    "association", "partners", "store", "shop", "market",
];
