//! The journal: an append-only, hash-chained list of what became of the vault, and its head, which lies beside the erasure key.
//!
//! UTF-8 lines `{"entry":{...},"hash":"<64 hex>"}`, byte for byte as this program writes them; `hash` is BLAKE3 over `logminer vault entry 1` and the
//! entry's text, `previous` the hash of the line before. The head is one line `{"sequence":N,"head":"<hash of entry N>","approvers":<whether there are any>}`, replaced
//! by rename: so a journal that was cut at the end of a line, or a vault that was put back from an older copy, shows.
//!
//! An entry counts from the moment its line is complete. A last line without a line feed, behind the entry that the head names, was being written when a
//! process died: it never counted, and the next writer cuts it off.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::VAULT_JOURNAL_BYTES_MAX;

use super::approval::NEEDED;
use super::erasure::Leaf;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

const DOMAIN: &[u8] = b"logminer vault entry 1";
const HEAD_BYTES_MAX: u64 = 1024;

/// A file of the vault.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its name in its folder.
    pub file: String,
    /// Digest of the whole file.
    pub digest: Digest,
    /// Records in it.
    pub records: u64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// The first entry.
    Created {
        /// 32 hexadecimal digits, drawn at random.
        vault: String,
        /// Public keys, in hexadecimal, of those who may approve a reveal; none: nothing can be revealed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        approvers: Vec<String>,
    },
    /// A night's deltas were taken in.
    Appended {
        /// Logical date of the run.
        date: String,
        /// Digests of the deltas: one that is named here is never taken in again.
        deltas: Vec<Digest>,
        /// Entries in them.
        entries: u64,
        /// New segments.
        segments: Vec<Named>,
        /// Leaves of tokens that came with an owner who was forgotten before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tokens: Vec<String>,
    },
    /// Segments became one.
    Merged {
        /// Names of segments that are no more.
        removed: Vec<String>,
        /// What holds their entries.
        segments: Vec<Named>,
    },
    /// Owners were forgotten.
    Forgotten {
        /// Leaves whose keys are destroyed, of owners and of groups.
        leaves: Vec<String>,
        /// All segments from here on.
        segments: Vec<Named>,
        /// Leaves of the tokens that went: they stand for nobody any more, either.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tokens: Vec<String>,
    },
    /// The token key was replaced.
    Rotated {
        /// Its name in tokens before.
        from: String,
        /// And after.
        to: String,
        /// The links, in `maps`.
        map: Named,
        /// Leaves of new tokens whose old ones had gone with an owner.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tokens: Vec<String>,
    },
    /// A value was revealed: these approvals are used up.
    Revealed {
        /// Ids of the approvals.
        approvals: Vec<Digest>,
    },
    /// Others may approve from here on.
    Approvers {
        /// Their public keys in hexadecimal.
        approvers: Vec<String>,
        /// Ids of the approvals of this change, by approvers of before; none where there were none.
        approvals: Vec<Digest>,
        /// Why, in the operator's words.
        reason: String,
    },
    /// An older copy of the vault was taken as the newest.
    Adopted {
        /// Why, in the operator's words.
        reason: String,
        /// What was cut off may have named approvers: the head says so, or says nothing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        approvers_cut: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Entry {
    sequence: u64,
    previous: Digest,
    #[serde(flatten)]
    body: Body,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entry: Entry,
    hash: Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    sequence: u64,
    head: Digest,
    /// Whether the vault named approvers then; none in a head of an earlier version.
    #[serde(default)]
    approvers: Option<bool>,
}

/// What the journal amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The vault's id.
    pub vault: String,
    /// Sequence of the next entry.
    pub next: u64,
    /// Hash of the newest entry.
    head: Digest,
    /// Segments, oldest first.
    pub segments: Vec<Named>,
    /// Rotations, oldest first: names of the keys, and the links.
    pub maps: Vec<(String, String, Named)>,
    /// Whether entries were taken in after the newest rotation: its links may lack some.
    pub appended_since: bool,
    /// Digests of the deltas that were taken in.
    pub applied: BTreeSet<Digest>,
    /// Leaves without a key.
    pub forgotten: BTreeSet<Leaf>,
    /// Leaves of tokens that went with an owner: nobody's entries of these tokens are not taken in.
    pub tokens: BTreeSet<Leaf>,
    /// Public keys of those who may approve, sorted.
    pub approvers: BTreeSet<String>,
    /// Ids of approvals that are used up.
    pub used: BTreeSet<Digest>,
    /// No approvers are known, and some may have been cut off: none can be named any more.
    pub approvers_cut: bool,
}

fn line_of(entry: &Entry) -> (String, Digest) {
    let text = serde_json::to_string(entry).expect("entries hold no maps with foreign keys and no floats");
    let hash = Digest::of_parts([DOMAIN, text.as_bytes()]);
    (format!("{{\"entry\":{text},\"hash\":\"{hash}\"}}\n"), hash)
}

fn leaves_of(texts: &[String]) -> Option<Vec<Leaf>> {
    texts.iter().map(|text| Leaf::from_hex(text)).collect()
}

impl State {
    fn begin(entry: &Entry, hash: Digest) -> Option<Self> {
        let Body::Created { vault, approvers } = &entry.body else { return None };
        let first = entry.sequence == 0 && entry.previous == Digest([0; 32]);
        first.then(|| Self {
            vault: vault.clone(),
            next: 1,
            head: hash,
            segments: Vec::new(),
            maps: Vec::new(),
            appended_since: false,
            applied: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            tokens: BTreeSet::new(),
            approvers: approvers.iter().cloned().collect(),
            used: BTreeSet::new(),
            approvers_cut: false,
        })
    }

    /// What the head says once it names the newest entry.
    fn newest(&self) -> Head {
        Head { sequence: self.next - 1, head: self.head, approvers: Some(!self.approvers.is_empty() || self.approvers_cut) }
    }

    /// Notes that approvals are used up; none when one of them was before, or they are too few.
    fn use_up(&mut self, approvals: &[Digest]) -> Option<()> {
        let count = approvals.iter().filter(|&&approval| self.used.insert(approval)).count();
        (count == approvals.len() && count >= NEEDED).then_some(())
    }

    /// Takes an entry; none when it does not follow.
    fn take(&mut self, entry: &Entry, hash: Digest) -> Option<()> {
        if entry.sequence != self.next || entry.previous != self.head {
            return None;
        }
        match &entry.body {
            Body::Created { .. } => return None,
            Body::Appended { deltas, segments, tokens, .. } => {
                self.tokens.extend(leaves_of(tokens)?);
                self.applied.extend(deltas);
                self.segments.extend_from_slice(segments);
                self.appended_since |= !segments.is_empty();
            }
            Body::Merged { removed, segments } => {
                let before = self.segments.len();
                self.segments.retain(|segment| !removed.contains(&segment.file));
                if before - self.segments.len() != removed.len() {
                    return None;
                }
                self.segments.extend_from_slice(segments);
            }
            Body::Forgotten { leaves, segments, tokens } => {
                self.forgotten.extend(leaves_of(leaves)?);
                self.tokens.extend(leaves_of(tokens)?);
                self.segments.clone_from(segments);
            }
            Body::Rotated { from, to, map, tokens } => {
                self.tokens.extend(leaves_of(tokens)?);
                self.maps.push((from.clone(), to.clone(), map.clone()));
                self.appended_since = false;
            }
            Body::Revealed { approvals } => self.use_up(approvals)?,
            Body::Approvers { approvers, approvals, .. } => {
                if self.approvers_cut {
                    return None;
                }
                if !self.approvers.is_empty() {
                    self.use_up(approvals)?;
                }
                self.approvers = approvers.iter().cloned().collect();
            }
            Body::Adopted { approvers_cut, .. } => self.approvers_cut |= *approvers_cut && self.approvers.is_empty(),
        }
        (self.next, self.head) = (entry.sequence + 1, hash);
        Some(())
    }
}

/// The journal of a vault.
#[derive(Debug)]
pub struct Journal {
    /// What it amounts to.
    pub state: State,
    /// Bytes of the complete lines.
    length: u64,
    /// Whether bytes follow them.
    torn: bool,
    /// Whether the head names the newest entry.
    headed: bool,
    /// Whether approvers may have been named by entries that are not there any more.
    pub approvers_cut: bool,
}

/// How the head is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It must name an entry of the journal.
    Head,
    /// It may name anything: the journal was put back from a copy, and somebody said so.
    Adopt,
}

impl Journal {
    /// Reads and checks a journal and its head.
    ///
    /// # Errors
    /// [`Exit::Usage`] when there is no vault, [`Exit::DigestMismatch`] when something was changed, cut or put back.
    pub fn read(path: &Path, head_path: &Path, trust: Trust) -> Result<Self, Failure> {
        let name = shown(path);
        if !path.is_file() {
            return Err(Failure::usage(format!("open the token vault: {name} is missing; make a vault with `logminer token init`, or restore it")));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(VAULT_JOURNAL_BYTES_MAX + 1).read_to_end(&mut bytes))
            .map_err(|error| Failure::io(format!("read {name}"), error))?;
        let damaged = |what: String| Failure::new(Exit::DigestMismatch, format!("trust the token vault: {what}"));
        if bytes.len() as u64 > VAULT_JOURNAL_BYTES_MAX {
            return Err(damaged(format!("{name} is larger than {VAULT_JOURNAL_BYTES_MAX} bytes")));
        }
        let (state, length, hashes) = lines(&bytes, &name)?;
        let (headed, approvers_cut) = match (read_head(head_path)?, trust) {
            (Some(head), _) if usize::try_from(head.sequence).ok().and_then(|at| hashes.get(at)) == Some(&head.head) => {
                (head.sequence + 1 == state.next, false)
            }
            (head, Trust::Adopt) => (false, head.and_then(|head| head.approvers) != Some(false)),
            (Some(head), Trust::Head) => {
                return Err(damaged(format!(
                    "{name} lacks entry {}, which {} names: it was cut or put back from an older copy; restore the newest, or say `logminer token verify --adopt REASON`",
                    head.sequence,
                    shown(head_path)
                )));
            }
            (None, Trust::Head) => {
                return Err(damaged(format!("its head {} is missing; restore it, or say `logminer token verify --adopt REASON`", shown(head_path))));
            }
        };
        Ok(Self { state, torn: bytes.len() as u64 > length, length, headed, approvers_cut })
    }

    /// Makes a journal, yet without a head.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(path: &Path, vault: &str, approvers: &BTreeSet<String>) -> Result<Self, Failure> {
        let body = Body::Created { vault: vault.to_owned(), approvers: approvers.iter().cloned().collect() };
        let entry = Entry { sequence: 0, previous: Digest([0; 32]), body };
        let (line, hash) = line_of(&entry);
        let state = State::begin(&entry, hash).ok_or_else(|| Failure::internal("begin a journal of the vault"))?;
        disk::write_atomic(path, line.as_bytes(), 0o600)?;
        Ok(Self { state, length: line.len() as u64, torn: false, headed: false, approvers_cut: false })
    }

    /// Cuts off what a dead process left half-written, and lets the head name the newest entry.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn recover(&mut self, path: &Path, head_path: &Path) -> Result<(), Failure> {
        self.cut_torn(path)?;
        if !self.headed {
            write_head(head_path, self.state.newest())?;
            self.headed = true;
        }
        Ok(())
    }

    /// Cuts off what a dead process left half-written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn cut_torn(&mut self, path: &Path) -> Result<(), Failure> {
        if self.torn {
            let cut = OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(self.length).and_then(|()| file.sync_all()));
            cut.map_err(|error| Failure::io(format!("cut a torn line off {}", shown(path)), error))?;
            self.torn = false;
        }
        Ok(())
    }

    /// Appends an entry and makes it durable. The files that it names must be durable already.
    ///
    /// # Errors
    /// When it cannot be written; the journal in memory is then of no further use.
    pub fn append(&mut self, path: &Path, head_path: &Path, body: Body) -> Result<(), Failure> {
        let entry = Entry { sequence: self.state.next, previous: self.state.head, body };
        let (line, hash) = line_of(&entry);
        if self.length + line.len() as u64 > VAULT_JOURNAL_BYTES_MAX {
            return Err(Failure::usage(format!("write {}: it would be larger than {VAULT_JOURNAL_BYTES_MAX} bytes", shown(path))));
        }
        let mut state = self.state.clone();
        state.take(&entry, hash).ok_or_else(|| Failure::internal("write an entry of the vault that does not follow"))?;
        let written = OpenOptions::new().append(true).mode(0o600).open(path).and_then(|mut file| {
            let appended = file.write_all(line.as_bytes()).and_then(|()| file.sync_all());
            if appended.is_err() {
                // Half a line on a full disk would be in the way of the next.
                let _ = file.set_len(self.length);
            }
            appended
        });
        written.map_err(|error| Failure::io(format!("append to {}", shown(path)), error))?;
        self.length += line.len() as u64;
        self.state = state;
        write_head(head_path, self.state.newest())
    }
}

/// Goes through the complete lines: what they amount to, their length, and the hash of each.
pub(crate) fn lines(bytes: &[u8], name: &str) -> Result<(State, u64, Vec<Digest>), Failure> {
    let damaged = |what: String| Failure::new(Exit::DigestMismatch, format!("trust the token vault: {what}"));
    let mut state: Option<State> = None;
    let (mut length, mut hashes) = (0, Vec::new());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let Some(text) = line.strip_suffix(b"\n") else { break };
        let number = hashes.len() + 1;
        let wrong = || damaged(format!("line {number} of {name} is not what was written; restore the newest copy"));
        let parsed: Line = serde_json::from_slice(text).map_err(|_| wrong())?;
        let (expected, hash) = line_of(&parsed.entry);
        if hash != parsed.hash || expected.as_bytes() != line {
            return Err(wrong());
        }
        match &mut state {
            Some(state) => state.take(&parsed.entry, hash).ok_or_else(wrong)?,
            None => state = Some(State::begin(&parsed.entry, hash).ok_or_else(wrong)?),
        }
        hashes.push(hash);
        length += line.len() as u64;
    }
    let state = state.ok_or_else(|| damaged(format!("{name} holds no whole line; restore the newest copy")))?;
    Ok((state, length, hashes))
}

fn read_head(path: &Path) -> Result<Option<Head>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = disk::read_small(path, HEAD_BYTES_MAX)?;
    let head = serde_json::from_slice::<Head>(&bytes).ok().filter(|head| text_of(*head).as_bytes() == bytes);
    head.map(Some)
        .ok_or_else(|| Failure::new(Exit::DigestMismatch, format!("trust the token vault: its head {} is damaged; restore it", shown(path))))
}

fn write_head(path: &Path, head: Head) -> Result<(), Failure> {
    disk::write_atomic(path, text_of(head).as_bytes(), 0o600)
}

fn text_of(head: Head) -> String {
    let approvers = head.approvers.map_or(String::new(), |approvers| format!(",\"approvers\":{approvers}"));
    format!("{{\"sequence\":{},\"head\":\"{}\"{approvers}}}\n", head.sequence, head.head)
}
