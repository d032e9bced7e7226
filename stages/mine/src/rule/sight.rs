//! From a record to sightings: what the rules over sequences see of it. Transactions and failed sign-ins come from the journeys instead, where the
//! lines of several systems about one of them are one.

use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::record::{EventCategory, Outcome, Scalar, SightingKind, SightingRecord};

use super::Observed;
use super::part::Part;
use crate::event::field::Role;
use crate::remember::Remembered;

/// Hands over what is seen in a record.
///
/// # Errors
/// The first error of `sink`.
pub(crate) fn sightings<E>(observed: &Observed<'_>, keys: Keys, mut sink: impl FnMut(SightingRecord) -> Result<(), E>) -> Result<(), E> {
    let person = Seen { observed, keys }.record(keys.customer.or(keys.session));
    let nature = observed.nature;
    let failed = observed.outcome == Outcome::Failure;
    let bare = |subject: TokenKey| Seen { observed, keys }.bare(subject);
    if let Some((source, name)) = tried_name(observed, keys) {
        sink(SightingRecord { kind: SightingKind::SignIn, party: Some(name), failed, ..bare(source) })?;
    }
    if let Some((subject, account)) = asked_in_vain(observed, keys) {
        sink(SightingRecord { kind: SightingKind::Lookup, party: Some(account), failed, ..bare(subject) })?;
    }
    if let Some((order, staff)) = ordered(observed).filter(|_| !failed) {
        let kind = if nature.approves { SightingKind::Approved } else { SightingKind::Initiated };
        sink(SightingRecord { kind, party: Some(staff), ..bare(order) })?;
    }
    let Some(person) = person else { return Ok(()) };
    let kinds = [
        (observed.category == EventCategory::Login && observed.outcome == Outcome::Success, SightingKind::LoginSucceeded),
        (nature.step_up && !failed, SightingKind::StepUp),
        (nature.credential && !failed, SightingKind::CredentialChanged),
        (nature.payee && !failed, SightingKind::PayeeAdded),
        (observed.category == EventCategory::Transaction && !failed && keys.origin.is_some(), SightingKind::Acted),
        (!failed && is_asleep(observed), SightingKind::Woken),
    ];
    for (_, kind) in kinds.into_iter().filter(|(seen, _)| *seen) {
        sink(SightingRecord { kind, ..person })?;
    }
    Ok(())
}

/// Whom a record is about, and where it came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    /// Record.
    pub at: RecordRef,
    /// Customer.
    pub customer: Option<TokenKey>,
    /// Session or trace.
    pub session: Option<TokenKey>,
    /// Source.
    pub origin: Option<StableId>,
    /// Number of the event type.
    pub event: u32,
    /// Amount.
    pub amount_minor: Option<i64>,
}

impl Keys {
    fn origin_key(self) -> Option<TokenKey> {
        self.origin.map(|origin| grouped("source", origin))
    }

    /// The network source, else the session.
    fn source(self) -> Option<TokenKey> {
        self.origin_key().or(self.session)
    }
}

/// A subject that is no person: its kind keeps equal hashes apart.
fn grouped(kind: &str, id: StableId) -> TokenKey {
    TokenKey::of_token(&format!("{kind} {}", id.0))
}

struct Seen<'o, 'r> {
    observed: &'o Observed<'r>,
    keys: Keys,
}

impl Seen<'_, '_> {
    fn record(&self, subject: Option<TokenKey>) -> Option<SightingRecord> {
        subject.map(|subject| self.bare(subject))
    }

    fn bare(&self, subject: TokenKey) -> SightingRecord {
        let Keys { at, customer, session, origin, event, amount_minor } = self.keys;
        let time_ns = self.observed.record.time_ns;
        SightingRecord { subject, customer, session, time_ns, at, kind: SightingKind::Acted, event, amount_minor, origin, party: None, failed: false }
    }
}

impl Observed<'_> {
    /// Hash of the network source; none when the record names none.
    pub(crate) fn origin(&self, ids: &mut Remembered<StableId>) -> Option<StableId> {
        self.parts.text(Part::Origin).map(|text| ids.of(text, |text| StableId::of(text.as_bytes())))
    }

    /// Hash of the name used to sign in.
    fn sign_in_name(&self) -> Option<StableId> {
        let named = self.parts.text(Part::SignInName).or_else(|| token_of(self.record.message, &["[USER_", "[EMAIL_"]));
        named.or(Some(self.record.customer).filter(|customer| !customer.is_empty())).map(|name| StableId::of(name.as_bytes()))
    }
}

/// The source that tries to sign in, and the name it does it with.
fn tried_name(observed: &Observed<'_>, keys: Keys) -> Option<(TokenKey, StableId)> {
    let tried = observed.category == EventCategory::Login && observed.outcome != Outcome::Unknown;
    if tried { keys.source().zip(observed.sign_in_name()) } else { None }
}

/// The session (or source) that asked for what is not there or not its own, and the account.
fn asked_in_vain(observed: &Observed<'_>, keys: Keys) -> Option<(TokenKey, StableId)> {
    let status = observed.fields.status();
    let refused = matches!(status, Some(401 | 403 | 404 | 410)) || status.is_none() && observed.category == EventCategory::DataAccess;
    if observed.outcome != Outcome::Failure || !refused {
        return None;
    }
    keys.session.or(keys.origin_key()).zip(account(observed))
}

/// The transaction that a member of staff began or approved, and who.
fn ordered(observed: &Observed<'_>) -> Option<(TokenKey, StableId)> {
    if !observed.nature.initiates && !observed.nature.approves {
        return None;
    }
    let staff = observed.parts.text(Part::Staff)?;
    order(observed).map(|order| (order, StableId::of(staff.as_bytes())))
}

/// The account a record asks for: a field, else the first token of one in route or message.
fn account(observed: &Observed<'_>) -> Option<StableId> {
    let marks = ["[ACCOUNT_", "[IBAN_", "[CUSTOMER_"];
    let named = observed.fields.text(Role::Route).and_then(|route| token_of(route, &marks));
    let named = named.or_else(|| observed.parts.text(Part::Account)).or_else(|| token_of(observed.record.message, &marks));
    named.map(|account| StableId::of(account.as_bytes()))
}

/// The first token of one of these classes in a text.
fn token_of<'a>(text: &'a str, marks: &[&str]) -> Option<&'a str> {
    let starts = memchr::memchr_iter(b'[', text.as_bytes()).filter_map(|at| text.get(at..));
    let mut found = starts.filter(|rest| marks.iter().any(|mark| rest.starts_with(mark)));
    found.next().and_then(|rest| rest.get(..=rest.find(']')?))
}

/// The transaction as a subject.
fn order(observed: &Observed<'_>) -> Option<TokenKey> {
    let id = match observed.fields.value(Role::TransactionId) {
        Scalar::Text(text) => StableId::of(text.trim().as_bytes()),
        Scalar::Int(number) => StableId::of(&number.to_le_bytes()),
        _ => return None,
    };
    Some(grouped("order", id))
}

const DAY_NS: i64 = 86_400_000_000_000;

/// Whether the record itself says that the account was asleep: a mark, or a last use so many days ago.
fn is_asleep(observed: &Observed<'_>) -> bool {
    if observed.category != EventCategory::Transaction {
        return false;
    }
    let marked = match observed.parts.value(Part::Dormant) {
        Scalar::Bool(asleep) => asleep,
        Scalar::Text(text) => matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "dormant" | "sleeping" | "inactive"),
        _ => false,
    };
    let last_day = observed.parts.text(Part::LastUsed).and_then(day_of);
    let days = last_day.zip(observed.record.time_ns).map(|(last, now)| now.div_euclid(DAY_NS) - last);
    marked || days.is_some_and(|days| days >= observed.dormant_days)
}

/// Days since 1970-01-01 of a text that begins with an ISO 8601 date.
fn day_of(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let sound = text.get(4..5) == Some("-") && text.get(7..8) == Some("-") && (1..=12).contains(&month) && (1..=31).contains(&day);
    // Howard Hinnant, chrono-compatible low-level date algorithms: days_from_civil.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    sound.then_some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        assert_eq!(day_of("1970-01-01"), Some(0));
        assert_eq!(day_of("2024-02-29T10:00:00Z"), Some(19_782));
        assert_eq!(day_of("2024/02/29"), None);
        assert_eq!(day_of("soon"), None);
    }

    #[test]
    fn tokens_in_texts() {
        assert_eq!(token_of("/accounts/[ACCOUNT_k1A]/x", &["[ACCOUNT_"]), Some("[ACCOUNT_k1A]"));
        assert_eq!(token_of("[x] [IBAN_k1B", &["[ACCOUNT_", "[IBAN_"]), None);
    }
}
