//! A ledger that may be an older copy: it says which reports it committed, and spends nothing.
//!
//! [`ReplayOnly`] is a type of its own and not a flag: it has no file to append to, so no mistake in a caller can make it spend.

use std::fmt;
use std::path::Path;

use schemas::ids::Digest;
use schemas::privacy::Charge;

use super::file::{self, Anchor};
use super::writer::{Verified, chain};
use super::{Ledger, LedgerError, QueryId, Request, Reservation, Reserved, State, Summary};

/// Why a ledger may not be the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// The anchor names an entry beyond its end.
    Anchored(u64),
    /// A place names an entry that it lacks.
    Named(String),
    /// There is no anchor that can be read.
    NoAnchor,
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anchored(sequence) => write!(f, "its anchor names entry {sequence}, which it lacks"),
            Self::Named(place) => write!(f, "{place} names an entry that it lacks"),
            Self::NoAnchor => f.write_str("it has no anchor that says which entry is the newest"),
        }
    }
}

impl Behind {
    /// What a chain lacks of what is known outside of it; nothing when it is the newest.
    ///
    /// # Errors
    /// [`LedgerError::RolledBack`] when it holds another entry at the anchored place: then it is no copy at all.
    pub(super) fn of(state: &State, anchor: Option<Anchor>, named: &[(String, Digest)]) -> Result<Option<Self>, LedgerError> {
        if let Some(anchor) = anchor.filter(|&anchor| !state.has_anchored(anchor)) {
            let is_beyond = anchor.sequence >= state.next_sequence;
            return if is_beyond { Ok(Some(Self::Anchored(anchor.sequence))) } else { Err(LedgerError::RolledBack(anchor.sequence)) };
        }
        let lacking = named.iter().rev().find(|(_, entry)| !state.holds(entry));
        let named = lacking.map(|(place, _)| Self::Named(place.clone()));
        Ok(named.or_else(|| anchor.is_none().then_some(Self::NoAnchor)))
    }
}

/// The anchor, or none where it is missing or damaged: then nothing outside says which entry is the newest.
pub(super) fn anchor_if_readable(path: &Path) -> Result<Option<Anchor>, LedgerError> {
    match file::read_anchor(path) {
        Err(LedgerError::AnchorDamaged) => Ok(None),
        other => other,
    }
}

/// A sound chain that may be an older copy.
#[derive(Debug)]
pub struct ReplayOnly {
    state: State,
    behind: Behind,
}

impl ReplayOnly {
    /// Reads a ledger that could not be opened for spending. Writes nothing.
    ///
    /// # Errors
    /// [`LedgerError`] when its chain is damaged or is another ledger's; [`LedgerError::Locked`] when it is in order after all: open it again.
    pub fn read(path: &Path, anchor_path: &Path, named: &[(String, Digest)]) -> Result<Self, LedgerError> {
        let mut opened = file::open_checked(path, "ledger", false)?.ok_or(LedgerError::Missing("ledger"))?;
        let anchor = anchor_if_readable(anchor_path)?;
        let Verified { state, .. } = chain(&file::read_all(&mut opened)?)?.ok_or(LedgerError::Missing("ledger"))?;
        let behind = Behind::of(&state, anchor, named)?.ok_or(LedgerError::Locked)?;
        Ok(Self { state, behind })
    }

    /// Why it is replay-only.
    #[must_use]
    pub fn behind(&self) -> &Behind {
        &self.behind
    }
}

/// A ledger for a run: for spending, or for replays alone.
#[derive(Debug)]
pub enum Standing {
    /// It is the newest, and locked.
    Full(Ledger),
    /// It may be an older copy.
    ReplayOnly(ReplayOnly),
}

impl Standing {
    /// As [`Ledger::committed`].
    #[must_use]
    pub fn committed(&self, query: &QueryId) -> Option<(u64, Digest)> {
        match self {
            Self::Full(ledger) => ledger.committed(query),
            Self::ReplayOnly(ReplayOnly { state, .. }) => state.committed.get(query).map(|committed| (committed.sequence, committed.report)),
        }
    }

    /// Hash of the COMMIT entry of a release: the ledger's head right after it was committed.
    #[must_use]
    pub fn commit_entry(&self, query: &QueryId) -> Option<Digest> {
        self.state().committed.get(query).map(|committed| committed.entry)
    }

    /// Whether a discovery was ever committed.
    #[must_use]
    pub fn has_discovered(&self) -> bool {
        self.state().committed.keys().any(QueryId::is_discovery)
    }

    /// The discovery that was committed last, and the digest of what it released; none when there was none.
    #[must_use]
    pub fn newest_discovery(&self) -> Option<(QueryId, Digest)> {
        let discoveries = self.state().committed.iter().filter(|(query, _)| query.is_discovery());
        discoveries.max_by_key(|(_, committed)| committed.sequence).map(|(query, committed)| (*query, committed.report))
    }

    fn state(&self) -> &State {
        match self {
            Self::Full(ledger) => &ledger.state,
            Self::ReplayOnly(replay) => &replay.state,
        }
    }

    /// As [`Ledger::summary`]; of an older copy it is what was spent at least.
    #[must_use]
    pub fn summary(&self) -> Summary {
        match self {
            Self::Full(ledger) => ledger.summary(),
            Self::ReplayOnly(ReplayOnly { state, .. }) => Summary::of(state),
        }
    }

    /// As [`Ledger::reserve`].
    ///
    /// # Errors
    /// [`LedgerError::ReplayOnly`].
    pub fn reserve(&mut self, request: &Request) -> Result<Reserved, LedgerError> {
        self.full()?.reserve(request)
    }

    /// As [`Ledger::commit`].
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn commit(&mut self, reservation: Reservation, report: Digest, charges: &[Charge]) -> Result<(), LedgerError> {
        self.full()?.commit(reservation, report, charges)
    }

    /// As [`Ledger::lose`].
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn lose(&mut self, reservation: Reservation) -> Result<(), LedgerError> {
        self.full()?.lose(reservation)
    }

    fn full(&mut self) -> Result<&mut Ledger, LedgerError> {
        match self {
            Self::Full(ledger) => Ok(ledger),
            Self::ReplayOnly(replay) => Err(LedgerError::ReplayOnly(replay.behind.clone())),
        }
    }
}
