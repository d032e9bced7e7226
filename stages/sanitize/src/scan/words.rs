//! Word lists for names in text: ordinary words of bank logs, and cues. Lists of names are in `gazetteer`. Every capitalised word of a text is
//! looked up, so the lists lie in one table that is asked once a word.

use std::sync::LazyLock;

use super::gazetteer::Known;

/// Titles: a name follows.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "dame", "dear", "don", "dott", "doña", "dr", "frau", "hello", "herr", "herrn", "madame", "meneer", "mevrouw", "miss", "mlle", "mme", "monsieur",
    "mr", "mrs", "ms", "mx", "prof", "señor", "señora", "sig", "signor", "signora", "sir", "sr", "sra",
];
/// Roles: a name follows if it has two words.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "accountholder", "applicant", "beneficiary", "borrower", "by", "called", "cardholder", "client", "creditor", "customer", "debtor", "for",
    "from", "guarantor", "holder", "name", "named", "nominee", "owner", "payee", "payer", "recipient", "remitter", "sender", "signatory", "spouse",
    "to", "with",
];
/// Words of bank logs that begin sentences or stand in titles; alone they are never taken for a name.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "a", "access", "account", "accounts", "action", "active", "admin", "after", "agent", "alert", "all", "amount", "an", "and", "api", "app",
    "application", "approved", "april", "at", "atm", "august", "auth", "authentication", "authorization", "balance", "bank", "banking", "batch",
    "before", "beneficiary", "bill", "billing", "branch", "business", "call", "card", "cash", "charge", "charges", "check", "checking", "city",
    "client", "closed", "code", "company", "complete", "completed", "confirm", "confirmed", "connection", "contact", "core", "corp", "corporate",
    "created", "credit", "cron", "current", "cust", "customer", "daily", "data", "database", "date", "datum", "day", "debit", "december", "declined", "default", "deposit",
    "desk", "device", "direct", "district", "domestic", "east", "electric", "email", "empty", "end", "energy", "english", "error", "event",
    "exchange", "express", "external", "failed", "failure", "february", "fee", "fees", "file", "finance", "first", "food", "for", "foreign",
    "fraud", "friday", "from", "fund", "funds", "gas", "general", "get", "global", "gold", "group", "holder", "home", "house", "http", "https",
    "id", "in", "inc", "info", "initiated", "insurance", "interest", "internal", "international", "internet", "invalid", "invoice", "is", "issue",
    "january", "java", "job", "joint", "july", "june", "key", "last", "law", "ledger", "level", "limit", "limited", "line", "list", "live", "loan",
    "loans", "local", "location", "login", "logout", "ltd", "main", "manager", "manual", "march", "market", "master", "may", "member", "merchant",
    "message", "method", "mobile", "monday", "money", "monitor", "month", "monthly", "mortgage", "name", "national", "network", "new", "no", "none",
    "normal", "north", "not", "notice", "november", "number", "october", "of", "off", "office", "ok", "old", "on", "online", "open", "opened",
    "order", "ort", "other", "over", "owner", "page", "park", "partner", "password", "pay", "payee", "payer", "payment", "payments", "payroll", "pending",
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
const AMBIGUOUS: &[&str] = &[
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
const COMPANY: &[&str] = &[
    "ltd", "limited", "inc", "llc", "llp", "gmbh", "ag", "plc", "corp", "corporation", "company", "co", "sa", "bv", "nv", "oy", "ab", "spa", "srl",
    "kg", "bank", "trust", "group", "holding", "holdings", "services", "solutions", "insurance", "energy", "university", "council", "foundation",
    "association", "partners", "store", "shop", "market", "industries", "motors", "systems", "capital", "ventures", "logistics",
];

/// The lists that a word stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lists(u8);

impl Lists {
    pub(super) const TITLE: Self = Self(1);
    pub(super) const ROLE: Self = Self(2);
    pub(super) const COMMON: Self = Self(4);
    pub(super) const AMBIGUOUS: Self = Self(8);
    pub(super) const COMPANY: Self = Self(16);
    /// A word of bank logs that the lists of names have, too.
    pub(super) const NAMED: Self = Self(32);

    /// The lists of a word in any case of ASCII letters.
    pub(super) fn of(word: &str) -> Self {
        TABLE.find(word.as_bytes())
    }

    /// Whether the word stands on this list.
    pub(super) fn on(self, list: Self) -> bool {
        self.0 & list.0 != 0
    }

    /// Whether it is an ordinary word of bank logs: a name only with a second cue, or never.
    pub(super) fn is_ordinary(self) -> bool {
        self.0 & (Self::TITLE.0 | Self::ROLE.0 | Self::COMMON.0 | Self::AMBIGUOUS.0) != 0
    }
}

/// Bytes of the longest word on a list, which fill one number.
const WORD_BYTES_MAX: usize = 16;
/// Slots, a power of two and several times the words.
const SLOTS: usize = 1 << 11;

/// All words with their lists, by open addressing; a word of 0 is a free slot.
struct Table(Vec<(u128, u8)>);

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table(vec![(0, 0); SLOTS]);
    for (list, words) in
        [(Lists::TITLE, TITLES), (Lists::ROLE, ROLES), (Lists::COMMON, COMMON), (Lists::AMBIGUOUS, AMBIGUOUS), (Lists::COMPANY, COMPANY)]
    {
        words.iter().for_each(|word| table.add(word.as_bytes(), list));
    }
    for word in COMMON.iter().filter(|word| Known::of(word).is_name()) {
        table.add(word.as_bytes(), Lists::NAMED);
    }
    table
});

impl Table {
    fn add(&mut self, word: &[u8], list: Lists) {
        let number = number_of(word).expect("a word on a list is short");
        let slot = self.slot(number);
        self.0[slot] = (number, self.0[slot].1 | list.0);
    }

    fn find(&self, word: &[u8]) -> Lists {
        Lists(number_of(word).map_or(0, |number| self.0[self.slot(number)].1))
    }

    /// Where the word is, or would be.
    fn slot(&self, number: u128) -> usize {
        let hash = ((number as u64) ^ ((number >> 64) as u64).rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut slot = (hash >> 53) as usize % SLOTS;
        while self.0[slot].0 != number && self.0[slot].0 != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

/// A word as a number, its letters small; none when it is empty, longer than any on a list, or filled up with zeros itself.
fn number_of(word: &[u8]) -> Option<u128> {
    let mut folded = [0; WORD_BYTES_MAX];
    word.last().filter(|&&last| last != 0)?;
    folded.get_mut(..word.len())?.copy_from_slice(word);
    folded.make_ascii_lowercase();
    Some(u128::from_le_bytes(folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_on_its_lists_and_nowhere_else() {
        let all = [(Lists::TITLE, TITLES), (Lists::ROLE, ROLES), (Lists::COMMON, COMMON), (Lists::AMBIGUOUS, AMBIGUOUS), (Lists::COMPANY, COMPANY)];
        for (list, words) in all {
            for word in words {
                let expected = all.iter().filter(|(_, words)| words.contains(word)).fold(0, |lists, (list, _)| lists | list.0);
                assert_eq!(Lists::of(word).0 & !Lists::NAMED.0, expected, "{word}");
                assert!(Lists::of(&word.to_ascii_uppercase()).on(list) && !Lists::of(&format!("{word}q")).on(list), "{word}");
            }
        }
        assert!(["", "x", "accountholder\0", "accountholdersofall", "zoë"].iter().all(|word| Lists::of(word) == Lists(0)));
    }
}
