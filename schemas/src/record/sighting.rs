//! Sightings: what the rules over sequences look at. One row a thing that a customer, a source or a transaction did.

use super::record_kind;
use crate::codec::{CodecError, Cursor};
use crate::ids::{RecordRef, StableId, TokenKey};

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum SightingKind {
    /// A transaction that was not refused, each once however many systems log it.
    Transaction,
    /// A sign-in that failed, each once.
    LoginFailed,
    /// A sign-in that succeeded.
    LoginSucceeded,
    /// A second factor that was accepted.
    StepUp,
    /// A password, second factor, address or profile was changed.
    CredentialChanged,
    /// A payee was added.
    PayeeAdded,
    /// A session did something from a source (`origin`).
    Acted,
    /// An account says of itself that it was asleep, and something was done with it.
    Woken,
    /// A source (the subject) tried a sign-in name (`party`).
    SignIn,
    /// A source (the subject) asked for an account (`party`) in vain.
    Lookup,
    /// A member of staff (`party`) began a transaction (the subject).
    Initiated,
    /// A member of staff (`party`) approved a transaction (the subject).
    Approved,
    /// A record met the conditions of a step of an own rule: `event` is four times the rule's number, and 0 for `all` and `any`, 1 `then`,
    /// 2 `without`, 3 `first`: of a record that meets several, the end is looked at before the beginning.
    Own,
}

impl SightingKind {
    #[inline(always)]
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        match cursor.u32()? {
            0 => Ok(Self::Transaction),
            1 => Ok(Self::LoginFailed),
            2 => Ok(Self::LoginSucceeded),
            3 => Ok(Self::StepUp),
            4 => Ok(Self::CredentialChanged),
            5 => Ok(Self::PayeeAdded),
            6 => Ok(Self::Acted),
            7 => Ok(Self::Woken),
            8 => Ok(Self::SignIn),
            9 => Ok(Self::Lookup),
            10 => Ok(Self::Initiated),
            11 => Ok(Self::Approved),
            12 => Ok(Self::Own),
            _ => Err(CodecError::Malformed),
        }
    }
}

/// One sighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct SightingRecord {
    /// Whom it is grouped by: the customer, else the session; of some kinds a source or a transaction.
    pub subject: TokenKey,
    /// Key of the customer.
    pub customer: Option<TokenKey>,
    /// Key of the session (or trace).
    pub session: Option<TokenKey>,
    /// Time, UTC nanoseconds.
    pub time_ns: Option<i64>,
    /// Record.
    pub at: RecordRef,
    /// What.
    pub kind: SightingKind,
    /// Number of the event type; of an own rule its number and step.
    pub event: u32,
    /// Amount in hundredths of the currency unit.
    pub amount_minor: Option<i64>,
    /// Hash of the source it came from.
    pub origin: Option<StableId>,
    /// Hash of the other one: payee, account, sign-in name, member of staff.
    pub party: Option<StableId>,
    /// Whether it failed.
    pub failed: bool,
}

impl SightingRecord {
    /// The privacy unit: the customer, else the session.
    #[must_use]
    pub fn unit(&self) -> Option<TokenKey> {
        self.customer.or(self.session)
    }

    #[inline]
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            subject: TokenKey::read(cursor)?,
            customer: cursor.option(TokenKey::read)?,
            session: cursor.option(TokenKey::read)?,
            time_ns: cursor.option(Cursor::i64)?,
            at: RecordRef::read(cursor)?,
            kind: SightingKind::read(cursor)?,
            event: cursor.u32()?,
            amount_minor: cursor.option(Cursor::i64)?,
            origin: cursor.option(StableId::read)?,
            party: cursor.option(StableId::read)?,
            failed: cursor.bool()?,
        })
    }
}

record_kind!(
    /// Sightings.
    Sighting = Sighting, version 1, view SightingRecord,
    schema "sighting/1 subject:u128 customer:u128? session:u128? time_ns:i64? at{source:u32 offset:u64} kind:enum13 event:u32 amount_minor:i64? origin:u64? party:u64? failed:bool",
    read SightingRecord::read
);

/// A customer that was seen on an earlier night or this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct KnownSubjectRecord {
    /// Key of the customer.
    pub subject: TokenKey,
    /// First day seen: days since 1970-01-01.
    pub first_day: i32,
    /// Last day seen.
    pub last_day: i32,
}

record_kind!(
    /// Known customers, sorted by key.
    KnownSubject = KnownSubject, version 1, view KnownSubjectRecord,
    schema "known_subject/1 subject:u128 first_day:i32 last_day:i32"
);
