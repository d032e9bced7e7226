//! Opening, spending, finishing.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use schemas::ids::Digest;
use schemas::privacy::{AttoDelta, Charge, NanoRho};

use super::file::{self, Anchor};
use super::{Body, Entry, LedgerError, LedgerPolicy, LostReason, OpenReserve, QueryId, Share, State, Summary};

/// What a spend is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The report of a run. Under `nightly` the first of a logical day is the schedule's, further ones come from the spare share.
    Report,
    /// A question.
    Query,
    /// Discovery of keys.
    Discovery,
}

/// A spend that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// What for.
    pub purpose: Purpose,
    /// Of what.
    pub query: QueryId,
    /// Logical day whose logs are charged, days since 1970-01-01; not before the period's start, in any order.
    pub logical_day: i32,
    /// rho.
    pub nano_rho: NanoRho,
    /// Delta for thresholds.
    pub atto_delta: AttoDelta,
}

/// Budget that is durably spent and waits for its report. Only [`Ledger::reserve`] makes one; [`Ledger::commit`] uses it up.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reserve that is not committed is lost"]
pub struct Reservation(OpenReserve);

impl Reservation {
    /// The RESERVE entry.
    #[must_use]
    pub fn reserve(&self) -> &OpenReserve {
        &self.0
    }
}

/// The answer to a request.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum Reserved {
    /// Spent: the noise may be drawn.
    New(Reservation),
    /// The same release was committed: publish the stored report with this digest again. Nothing was spent.
    Replay {
        /// Digest of the stored report.
        report: Digest,
        /// Sequence of its RESERVE entry.
        sequence: u64,
    },
}

/// Named moments at which tests make the disk fail, as if the process had died there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    BeforeAppend,
    HalfLine,
    BeforeSync,
    BeforeAnchor,
    AfterAnchor,
}

/// The ledger, open for writing and locked against every other writer until dropped.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    anchor_path: PathBuf,
    pub(super) state: State,
    /// Length of the complete lines.
    length: u64,
    torn: Option<(u64, Digest)>,
    poisoned: bool,
    #[cfg(test)]
    pub(super) fail_at: Option<Point>,
}

/// Reads and verifies a ledger without writing or locking. A line that a writer is just appending is left out.
///
/// # Errors
/// [`LedgerError`].
pub fn read(path: &Path, anchor_path: &Path) -> Result<Summary, LedgerError> {
    read_holding(path, anchor_path, &[])
}

/// The same, refusing a ledger that lacks an entry which some place names.
///
/// # Errors
/// [`LedgerError`].
pub fn read_holding(path: &Path, anchor_path: &Path, named: &[(String, Digest)]) -> Result<Summary, LedgerError> {
    let mut file = file::open_checked(path, "ledger", false)?.ok_or(LedgerError::Missing("ledger"))?;
    let anchor = file::read_anchor(anchor_path)?.ok_or(LedgerError::Missing("anchor"))?;
    let bytes = file::read_all(&mut file)?;
    let state = verify(&bytes, anchor)?.state;
    check_named(&state, named)?;
    Ok(Summary::of(&state))
}

pub(super) fn check_named(state: &State, named: &[(String, Digest)]) -> Result<(), LedgerError> {
    match named.iter().rev().find(|(_, entry)| !state.holds(entry)) {
        Some((place, _)) => Err(LedgerError::Lacks(place.clone())),
        None => Ok(()),
    }
}

/// The anchor guards the ledger only from another place, and replacing it must not replace the ledger.
pub(super) fn two_paths(path: &Path, anchor_path: &Path) -> Result<(), LedgerError> {
    let is_same = match (std::fs::canonicalize(path), std::fs::canonicalize(anchor_path)) {
        (Ok(path), Ok(anchor_path)) => path == anchor_path,
        _ => path == anchor_path,
    };
    if is_same { Err(LedgerError::Unsafe { file: "anchor", why: "it is the ledger itself; name another path" }) } else { Ok(()) }
}

pub(super) struct Verified {
    pub(super) state: State,
    pub(super) length: usize,
}

/// Reads every line, then asks whether the anchored entry is among them.
pub(super) fn verify(bytes: &[u8], anchor: Anchor) -> Result<Verified, LedgerError> {
    let verified = chain(bytes)?.ok_or(LedgerError::RolledBack(anchor.sequence))?;
    if verified.state.has_anchored(anchor) { Ok(verified) } else { Err(LedgerError::RolledBack(anchor.sequence)) }
}

/// Reads every line; whether the chain is the newest one is another question. None: it holds no whole entry.
pub(super) fn chain(bytes: &[u8]) -> Result<Option<Verified>, LedgerError> {
    let mut state: Option<State> = None;
    let mut length = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let Some(text) = line.strip_suffix(b"\n") else { break };
        let sequence = state.as_ref().map_or(0, |state| state.next_sequence);
        let (entry, hash) = Entry::from_line(text, sequence)?;
        match &mut state {
            Some(state) => state.apply(&entry, hash)?,
            None => state = Some(State::begin(&entry, hash)?),
        }
        length += line.len();
    }
    Ok(state.map(|state| Verified { state, length }))
}

impl Ledger {
    /// Makes a new ledger and its anchor. A missing ledger with an anchor is a lost one, not a new one: refused. Where an earlier call
    /// died before it wrote the anchor, the same call again completes it.
    ///
    /// # Errors
    /// [`LedgerError::Exists`], or when the files cannot be written.
    pub fn create(path: &Path, anchor_path: &Path, policy: &LedgerPolicy, logical_day: i32) -> Result<(), LedgerError> {
        two_paths(path, anchor_path)?;
        if std::fs::symlink_metadata(anchor_path).is_ok() {
            return Err(LedgerError::Exists("anchor"));
        }
        let body = Body::Genesis { policy: policy.clone() };
        let entry = Entry { sequence: 0, previous: Digest([0; 32]), logical_day, body };
        let (line, hash) = entry.to_line();
        State::begin(&entry, hash)?;
        let mut file = file::create(path)?;
        file::lock(&file)?;
        let found = file::read_all(&mut file)?;
        let failed = || LedgerError::io("write the budget ledger");
        match line.as_bytes().strip_prefix(&found[..]) {
            Some(missing) => file.write_all(missing).map_err(failed())?,
            None => return Err(LedgerError::Exists("ledger")),
        }
        file::sync(&file).map_err(failed())?;
        file::sync_dir(path)?;
        file::write_anchor(anchor_path, Anchor { sequence: 0, head: hash })
    }

    /// Opens the ledger for spending: locks it, verifies every entry and the anchor, and checks that its policy is `policy`.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing was changed.
    pub fn open(path: &Path, anchor_path: &Path, policy: &LedgerPolicy) -> Result<Self, LedgerError> {
        let ledger = Self::open_any_policy(path, anchor_path)?;
        if ledger.state.policy == *policy { Ok(ledger) } else { Err(LedgerError::PolicyDiffers) }
    }

    /// Opens the ledger without asking for a policy, for [`Ledger::change_policy`].
    ///
    /// # Errors
    /// [`LedgerError`]; nothing was changed.
    pub fn open_any_policy(path: &Path, anchor_path: &Path) -> Result<Self, LedgerError> {
        two_paths(path, anchor_path)?;
        let mut file = file::open_checked(path, "ledger", true)?.ok_or(LedgerError::Missing("ledger"))?;
        file::check_owner(&file)?;
        file::lock(&file)?;
        let anchor = file::read_anchor(anchor_path)?.ok_or(LedgerError::Missing("anchor"))?;
        let bytes = file::read_all(&mut file)?;
        let mut ledger = Self::of(file, anchor_path, &bytes, verify(&bytes, anchor)?);
        ledger.anchor_head(anchor)?;
        Ok(ledger)
    }

    /// A ledger whose chain was read from `bytes`; its file is locked.
    pub(super) fn of(file: File, anchor_path: &Path, bytes: &[u8], verified: Verified) -> Self {
        let Verified { state, length } = verified;
        let tail = &bytes[length..];
        let torn = (!tail.is_empty()).then(|| (tail.len() as u64, Digest::of(tail)));
        Self {
            file,
            anchor_path: anchor_path.to_owned(),
            state,
            length: length as u64,
            torn,
            poisoned: false,
            #[cfg(test)]
            fail_at: None,
        }
    }

    /// An entry after the anchored one was written by a process that died before it wrote the anchor. It counts from now on.
    fn anchor_head(&mut self, anchor: Anchor) -> Result<(), LedgerError> {
        if anchor == self.anchor() { Ok(()) } else { self.write_anchor() }
    }

    /// Makes the chain durable as it is, and the anchor name its newest entry.
    pub(super) fn write_anchor(&self) -> Result<(), LedgerError> {
        file::sync(&self.file).map_err(LedgerError::io("sync the budget ledger"))?;
        file::write_anchor(&self.anchor_path, self.anchor())
    }

    fn anchor(&self) -> Anchor {
        Anchor { sequence: self.state.next_sequence - 1, head: self.state.head }
    }

    /// What is spent and left.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(&self.state)
    }

    /// Refuses unless the chain holds the entry that an earlier report or manifest names. Call it with the newest one that is known.
    ///
    /// # Errors
    /// [`LedgerError::RolledBack`].
    pub fn require_entry(&self, sequence: u64, hash: Digest) -> Result<(), LedgerError> {
        let found = usize::try_from(sequence).ok().and_then(|sequence| self.state.heads.get(sequence));
        if found == Some(&hash) { Ok(()) } else { Err(LedgerError::RolledBack(sequence)) }
    }

    /// The same for entries that are known by their hash alone, each with the place that names it.
    ///
    /// # Errors
    /// [`LedgerError::Lacks`].
    pub fn require_named(&self, named: &[(String, Digest)]) -> Result<(), LedgerError> {
        check_named(&self.state, named)
    }

    /// The committed report of the same input, policy and query, if there is one: the answer [`Ledger::reserve`] would give.
    #[must_use]
    pub fn committed(&self, query: &QueryId) -> Option<(u64, Digest)> {
        self.state.committed.get(query).map(|committed| (committed.sequence, committed.report))
    }

    /// Takes budget, durably, before any noise is drawn: append, sync, anchor, sync. The same release again is a replay and free.
    ///
    /// # Errors
    /// [`LedgerError`]; when the disk failed the ledger is of no further use and must be opened again.
    pub fn reserve(&mut self, request: &Request) -> Result<Reserved, LedgerError> {
        if let Some((sequence, report)) = self.committed(&request.query) {
            return Ok(Reserved::Replay { report, sequence });
        }
        let share = match request.purpose {
            Purpose::Report => self.state.report_share(request.logical_day),
            Purpose::Query => Share::Query,
            Purpose::Discovery => Share::Spare,
        };
        let body = Body::Reserve { share, query: request.query, nano_rho: request.nano_rho, atto_delta: request.atto_delta };
        self.append(body, request.logical_day)?;
        let open = self.state.open.ok_or(LedgerError::Poisoned)?;
        Ok(Reserved::New(Reservation(open)))
    }

    /// Binds the staged report to its reserve. Only then may it be published. Each charge's noise is checked against its price.
    ///
    /// # Errors
    /// [`LedgerError`]; the report must not leave.
    pub fn commit(&mut self, reservation: Reservation, report: Digest, charges: &[Charge]) -> Result<(), LedgerError> {
        let body = Body::Commit { reserve: reservation.0.sequence, report, charges: charges.to_vec() };
        self.append(body, reservation.0.logical_day)
    }

    /// Gives up a reserve whose step failed. The spend stays: noise may have been drawn.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn lose(&mut self, reservation: Reservation) -> Result<(), LedgerError> {
        let body = Body::Lost { reserve: reservation.0.sequence, reason: LostReason::StepFailed };
        self.append(body, reservation.0.logical_day)
    }

    /// Finishes what a dead process left: a torn append is cut off, an open reserve is committed when `staged` finds its valid report
    /// (digest and charges), else marked as lost. A second call changes nothing. Returns the reserve and whether it was completed.
    ///
    /// # Errors
    /// [`LedgerError`]; a staged report whose charges do not match its reserve is lost.
    pub fn recover(
        &mut self,
        staged: impl FnOnce(&OpenReserve) -> Option<(Digest, Vec<Charge>)>,
    ) -> Result<Option<(OpenReserve, bool)>, LedgerError> {
        self.cut_torn()?;
        let Some(open) = self.state.open else { return Ok(None) };
        let found = staged(&open).filter(|(_, charges)| schemas::privacy::check_charges(charges, open.nano_rho, open.atto_delta).is_ok());
        let completed = found.is_some();
        let body = match found {
            Some((report, charges)) => Body::Commit { reserve: open.sequence, report, charges },
            None => Body::Lost { reserve: open.sequence, reason: LostReason::NoStagedReport },
        };
        self.append(body, open.logical_day)?;
        Ok(Some((open, completed)))
    }

    /// Cuts a torn append off and notes its digest.
    fn cut_torn(&mut self) -> Result<(), LedgerError> {
        let Some((bytes, digest)) = self.drop_torn()? else { return Ok(()) };
        self.append(Body::Torn { bytes, digest }, self.state.last_day)
    }

    /// Cuts a torn append off. No entry notes it: of an older copy, the first entry to be written must be the one that charges what it lacks.
    pub(super) fn drop_torn(&mut self) -> Result<Option<(u64, Digest)>, LedgerError> {
        if self.torn.is_some() {
            self.file.set_len(self.length).map_err(LedgerError::io("cut a torn entry off the budget ledger"))?;
        }
        Ok(self.torn.take())
    }

    /// Records a changed promise, or begins a new period once the old one is over. What was spent stays in the chain; without `renew`
    /// it also stays charged against the new cap.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn change_policy(&mut self, policy: &LedgerPolicy, renew: bool, reason: &str, logical_day: i32) -> Result<(), LedgerError> {
        self.append(Body::Policy { policy: policy.clone(), renew, reason: reason.to_owned() }, logical_day)
    }

    pub(super) fn append(&mut self, body: Body, logical_day: i32) -> Result<(), LedgerError> {
        if self.poisoned {
            return Err(LedgerError::Poisoned);
        }
        if self.torn.is_some() {
            return Err(LedgerError::NeedsRecovery(self.state.next_sequence));
        }
        let entry = Entry { sequence: self.state.next_sequence, previous: self.state.head, logical_day, body };
        let (line, hash) = entry.to_line();
        let mut next = self.state.clone();
        next.apply(&entry, hash)?;
        if self.length + line.len() as u64 > schemas::limits::LEDGER_BYTES_MAX {
            return Err(LedgerError::TooLarge(schemas::limits::LEDGER_BYTES_MAX));
        }
        self.poisoned = true;
        self.write_durably(line.as_bytes(), Anchor { sequence: entry.sequence, head: hash })?;
        self.poisoned = false;
        self.length += line.len() as u64;
        self.state = next;
        Ok(())
    }

    fn write_durably(&mut self, line: &[u8], anchor: Anchor) -> Result<(), LedgerError> {
        let failed = || LedgerError::io("write the budget ledger");
        self.reach(Point::BeforeAppend)?;
        if self.reach(Point::HalfLine).is_err() {
            self.file.write_all(&line[..line.len() / 2]).map_err(failed())?;
            self.reach(Point::HalfLine)?;
        }
        self.file.write_all(line).map_err(failed())?;
        self.reach(Point::BeforeSync)?;
        file::sync(&self.file).map_err(failed())?;
        self.reach(Point::BeforeAnchor)?;
        file::write_anchor(&self.anchor_path, anchor)?;
        self.reach(Point::AfterAnchor)
    }

    #[cfg(test)]
    fn reach(&self, point: Point) -> Result<(), LedgerError> {
        if self.fail_at == Some(point) {
            return Err(LedgerError::Io { action: "reach a fail point", kind: std::io::ErrorKind::Other });
        }
        Ok(())
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "fails at named points in tests only")]
    const fn reach(&self, _point: Point) -> Result<(), LedgerError> {
        Ok(())
    }
}
