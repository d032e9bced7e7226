//! Opening, taking deltas in, merging, looking up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::{VAULT_SEGMENTS_MAX, VAULT_SORT_ENTRIES_MAX};
use schemas::record::{VaultEntry, VaultEntryRecord};
use schemas::vault::{Layer, NONCE_LEN};

use super::erasure::{ErasureKey, Leaf};
use super::journal::{Body, Journal, Named, State, Trust};
use super::segment::{Entry, Merged, Segment, Writing};
use crate::disk;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::names::shown;

const JOURNAL: &str = "journal.jsonl";
const SEGMENTS: &str = "segments";
const MAPS: &str = "maps";
const LOCK: &str = ".lock";
const KEY: &str = "erasure.key";
const HEAD: &str = "vault.head";
/// How often a lock is tried for, 10 ms apart: a minute.
const LOCK_TRIES: u32 = 6_000;

/// Where a vault lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Segments and journal.
    pub vault: PathBuf,
    /// Erasure key and head.
    pub erasure: PathBuf,
}

impl Places {
    fn journal(&self) -> PathBuf {
        self.vault.join(JOURNAL)
    }

    pub(super) fn segments(&self) -> PathBuf {
        self.vault.join(SEGMENTS)
    }

    pub(super) fn maps(&self) -> PathBuf {
        self.vault.join(MAPS)
    }

    pub(super) fn key(&self) -> PathBuf {
        self.erasure.join(KEY)
    }

    fn head(&self) -> PathBuf {
        self.erasure.join(HEAD)
    }

    /// Whether there is a vault.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.journal().is_file()
    }

    /// The vault's id, as its journal says it; the erasure key is not looked at.
    ///
    /// # Errors
    /// As [`Journal::read`], but for a head that names nothing.
    pub fn id(&self) -> Result<String, Failure> {
        Ok(Journal::read(&self.journal(), &self.head(), Trust::Adopt)?.state.vault)
    }

    /// One place within the other would put the erasure key into the vault's snapshots.
    fn check(&self) -> Result<(), Failure> {
        let resolved = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
        let (vault, erasure) = (resolved(&self.vault), resolved(&self.erasure));
        if vault.starts_with(&erasure) || erasure.starts_with(&vault) {
            let why = "one lies inside the other, and a snapshot of the vault must not hold the erasure key";
            return Err(Failure::usage(format!("use the vault {} with the erasure key in {}: {why}", shown(&self.vault), shown(&self.erasure))));
        }
        Ok(())
    }

    /// Makes an empty vault whose values nobody may reveal until approvers are named.
    ///
    /// # Errors
    /// As [`Places::create_for`].
    pub fn create(&self) -> Result<String, Failure> {
        self.create_for(&BTreeSet::new())
    }

    /// Makes an empty vault with the public keys of those who may approve a reveal. A call that was cut short is completed by the next.
    ///
    /// # Errors
    /// [`Exit::Usage`] when there is one.
    pub fn create_for(&self, approvers: &BTreeSet<String>) -> Result<String, Failure> {
        self.check()?;
        // Begun is a journal of one entry without a head; whatever key lies beside it is then its own or nobody's to replace.
        let begun = if self.head().exists() { None } else { Journal::read(&self.journal(), &self.head(), Trust::Adopt).ok() };
        // What has taken a night in, or names other approvers, is no vault that was begun: it was cut, and naming approvers anew takes their approval.
        let is_empty = std::fs::read_dir(self.segments()).map_or(true, |mut files| files.next().is_none());
        let same = |state: &State| state.approvers.is_empty() || state.approvers == *approvers;
        let begun = begun.filter(|journal| journal.state.next == 1 && is_empty && same(&journal.state)).map(|journal| journal.state.vault);
        let there = |path: &Path| Err(Failure::usage(format!("make a token vault: {} is there already and is never replaced", shown(path))));
        let name = if let Some(name) = begun {
            if self.key().exists() && crate::hex::encode(&ErasureKey::read(&self.key())?.id()) != name {
                return there(&self.key());
            }
            name
        } else {
            if let Some(path) = [self.head(), self.journal(), self.key()].iter().find(|path| path.exists()) {
                return there(path);
            }
            disk::make_dir(&self.vault, disk::RAW_DIR_MODE)?;
            disk::make_dir(&self.erasure, disk::RAW_DIR_MODE)?;
            let mut id = [0_u8; 16];
            SystemRandom::new().fill(&mut id).map_err(|_| Failure::internal("draw random bytes from the operating system"))?;
            crate::hex::encode(&id)
        };
        // The journal first and the head last: in between the vault is begun, and the key that follows is not drawn twice.
        let mut journal = Journal::begin(&self.journal(), &name, approvers)?;
        if !self.key().exists() {
            let id = crate::hex::decode(&name).and_then(|id| id.try_into().ok()).ok_or_else(|| Failure::internal("name a token vault"))?;
            disk::make_dir(&self.erasure, disk::RAW_DIR_MODE)?;
            ErasureKey::generate(id)?.write(&self.key())?;
        }
        journal.recover(&self.journal(), &self.head())?;
        Ok(name)
    }
}

/// A night's delta of one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The container.
    pub path: PathBuf,
    /// Its digest, as the step reported it.
    pub digest: Digest,
}

/// What became of deltas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appended {
    /// Deltas that were new; those that were taken in before are passed over.
    pub deltas: u64,
    /// Entries in them.
    pub entries: u64,
    /// Entries the vault did not have.
    pub new: u64,
    /// Entries of owners who were forgotten: they have no key any more, and none is made.
    pub forgotten: u64,
}

/// An open vault.
pub struct Vault {
    pub(super) places: Places,
    pub(super) journal: Journal,
    pub(super) key: ErasureKey,
    /// None once it was let go of: then files may come and go.
    lock: Option<Lock>,
}

impl Vault {
    /// Opens the vault for reading, beside other readers. Writes nothing.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it was changed, cut or put back; [`Exit::KeyRefused`] when the erasure key is missing or another vault's.
    pub fn read(places: &Places) -> Result<Self, Failure> {
        let lock = locked(places, |path| Lock::share(path, "to read the token vault"))?;
        Self::checked(places, lock, Trust::Head)
    }

    /// Opens the vault for writing, alone, and finishes what a dead writer left: a torn line and files that no entry names go, and what an entry says is
    /// forgotten is cut out of the erasure key.
    ///
    /// # Errors
    /// As [`Vault::read`], and [`Exit::Locked`].
    pub fn write(places: &Places) -> Result<Self, Failure> {
        let lock = locked(places, |path| Lock::take(path, "to write to the token vault"))?;
        let mut vault = Self::checked(places, lock, Trust::Head)?;
        vault.journal.recover(&places.journal(), &places.head())?;
        vault.sweep()?;
        vault.puncture()?;
        Ok(vault)
    }

    /// The same for a vault that was put back from an older copy: it is the newest from now on, and the journal says why.
    ///
    /// # Errors
    /// As [`Vault::write`].
    pub fn adopt(places: &Places, reason: &str) -> Result<Self, Failure> {
        let lock = locked(places, |path| Lock::take(path, "to write to the token vault"))?;
        let mut vault = Self::checked(places, lock, Trust::Adopt)?;
        // Before the head is written anew, which would forget what the old one knew.
        let approvers_cut = vault.journal.approvers_cut;
        vault.journal.cut_torn(&places.journal())?;
        vault.commit(Body::Adopted { reason: reason.to_owned(), approvers_cut })?;
        vault.sweep()?;
        vault.puncture()?;
        Ok(vault)
    }

    fn checked(places: &Places, lock: Lock, trust: Trust) -> Result<Self, Failure> {
        places.check()?;
        let journal = Journal::read(&places.journal(), &places.head(), trust)?;
        let key = ErasureKey::read(&places.key())?;
        if crate::hex::encode(&key.id()) != journal.state.vault {
            return Err(Failure::new(Exit::KeyRefused, format!("use the erasure key {}: it belongs to another vault", shown(&places.key()))));
        }
        Ok(Self { places: places.clone(), journal, key, lock: Some(lock) })
    }

    /// Lets writers go on. What was opened before stays as it was.
    pub(super) fn release(&mut self) {
        self.lock = None;
    }

    /// What the journal amounts to.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.journal.state
    }

    /// Entries in all segments.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.state().segments.iter().map(|segment| segment.records).sum()
    }

    /// Bytes of all segments.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let length = |segment: &Named| std::fs::metadata(self.places.segments().join(&segment.file)).map_or(0, |meta| meta.len());
        self.state().segments.iter().map(length).sum()
    }

    pub(super) fn commit(&mut self, body: Body) -> Result<(), Failure> {
        self.journal.append(&self.places.journal(), &self.places.head(), body)
    }

    /// Removes files that no entry names.
    pub(super) fn sweep(&self) -> Result<(), Failure> {
        let state = self.state();
        let maps = state.maps.iter().map(|(_, _, map)| map.file.as_str());
        let named: Vec<&str> = state.segments.iter().map(|segment| segment.file.as_str()).chain(maps).collect();
        for folder in [self.places.segments(), self.places.maps()] {
            let Ok(files) = std::fs::read_dir(&folder) else { continue };
            for file in files.flatten() {
                let name = file.file_name();
                let ours = name.to_str().is_some_and(is_written_here);
                if ours && !named.iter().any(|known| name == *known) {
                    std::fs::remove_file(file.path()).map_err(|error| Failure::io(format!("remove {}", shown(&file.path())), error))?;
                }
            }
        }
        Ok(())
    }

    /// Cuts out of the erasure key whatever the journal says is forgotten, and notes the tokens that went.
    pub(super) fn puncture(&mut self) -> Result<(), Failure> {
        ErasureKey::clear_old(&self.places.key())?;
        let due: Vec<Leaf> = self.state().forgotten.iter().copied().filter(|&leaf| !self.key.is_punctured(leaf)).collect();
        let tokens: Vec<Leaf> = self.state().tokens.iter().copied().filter(|&leaf| !self.key.has_token(leaf)).collect();
        if due.is_empty() && tokens.is_empty() {
            return Ok(());
        }
        due.into_iter().for_each(|leaf| self.key.puncture(leaf));
        self.key.note_tokens(tokens);
        self.key.write(&self.places.key())
    }

    pub(super) fn open_segments(&self) -> Result<Vec<Segment>, Failure> {
        let folder = self.places.segments();
        self.state().segments.iter().map(|named| Segment::open(&folder, named)).collect()
    }

    pub(super) fn writing(&self, number: usize) -> Result<Writing, Failure> {
        let name = format!("segment-{:012}-{number:04}.lmq", self.state().next);
        Writing::begin(&self.places.segments(), name, &self.state().vault)
    }

    /// The outer layer of an owner; none when the owner was forgotten.
    pub(super) fn layer(&self, owner: &str) -> Option<Layer> {
        let leaf = Leaf::of(owner);
        if self.state().forgotten.contains(&leaf) {
            return None;
        }
        self.key.key(leaf).map(|key| Layer::new(&key))
    }

    /// Whether an owner has a key. Costs no more than a look at the erasure key, while [`Vault::layer`] works the key out.
    pub(super) fn has_layer(&self, owner: &str) -> bool {
        let leaf = Leaf::of(owner);
        !self.state().forgotten.contains(&leaf) && !self.key.is_punctured(leaf)
    }

    /// Whether a token went with an owner who was forgotten.
    pub(super) fn token_went(&self, token: &str) -> bool {
        let leaf = Leaf::of(token);
        self.state().tokens.contains(&leaf) || self.key.has_token(leaf)
    }

    /// The group of a token that belongs to nobody.
    pub(super) fn group(&self, token: &str, month: &str) -> String {
        let class = token.strip_prefix('[').and_then(|rest| rest.rsplit_once('_')).map_or("OTHER", |(class, _)| class);
        (0_u32..).map(|number| format!("{class}/{month}/{number}")).find(|name| self.has_layer(name)).unwrap_or_default()
    }

    /// Takes the deltas of a night in: each once, whatever was cut short before.
    ///
    /// # Errors
    /// When a delta is not the one that the step reported, or the vault cannot be written.
    pub fn append(&mut self, date: &str, deltas: &[Delta]) -> Result<Appended, Failure> {
        let due: Vec<&Delta> = deltas.iter().filter(|delta| !self.state().applied.contains(&delta.digest)).collect();
        if due.is_empty() {
            return Ok(Appended::default());
        }
        let mut taking = Taking {
            month: date.get(..7).unwrap_or_default().to_owned(),
            known: self.open_segments()?,
            named: Vec::new(),
            groups: BTreeMap::new(),
            forgotten: 0,
            tokens: BTreeSet::new(),
        };
        let (mut appended, mut part) = (Appended { deltas: due.len() as u64, ..Appended::default() }, Vec::new());
        for delta in &due {
            let name = shown(&delta.path);
            let damaged = || Failure::new(Exit::DigestMismatch, format!("take {name} into the vault: it is not the delta that was written"));
            let file = crate::session::open_published(&delta.path)?;
            let map = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {name}"), error))?;
            if Digest::of(&map) != delta.digest {
                return Err(damaged());
            }
            let container = Container::open(&map).map_err(|_| damaged())?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for entry in container.block::<VaultEntry>(number, &mut scratch).map_err(|_| damaged())?.records() {
                    let VaultEntryRecord { token, owner, sealed } = entry.map_err(|_| damaged())?;
                    part.push(Entry::new(token, owner, sealed));
                    if part.len() == VAULT_SORT_ENTRIES_MAX {
                        appended.entries += part.len() as u64;
                        self.take(std::mem::take(&mut part), &mut taking)?;
                    }
                }
            }
        }
        appended.entries += part.len() as u64;
        self.take(part, &mut taking)?;
        appended.forgotten = taking.forgotten;
        appended.new = taking.named.iter().map(|segment| segment.records).sum();
        let digests = due.iter().map(|delta| delta.digest).collect();
        let tokens = taking.tokens.into_iter().map(Leaf::to_hex).collect();
        self.commit(Body::Appended { date: date.to_owned(), deltas: digests, entries: appended.entries, segments: taking.named, tokens })?;
        self.puncture()?;
        drop(taking.known);
        self.merge()?;
        Ok(appended)
    }

    /// Sorts a part of a delta, leaves out what the vault has, puts the outer layer on, and writes the rest as a segment.
    fn take(&self, mut part: Vec<Entry>, taking: &mut Taking) -> Result<(), Failure> {
        part.sort_unstable();
        part.dedup_by(|later, first| (*later).cmp(first).is_eq());
        let mut known = vec![false; part.len()];
        for at in 0..part.len() {
            // Sorted by owner last, so nobody's stands before the same token of somebody.
            let next = part.get(at + 1);
            known[at] = part[at].owner.is_empty() && next.is_some_and(|next| next.token == part[at].token);
        }
        for segment in &taking.known {
            self.note_known(segment, &part, &mut known)?;
        }
        let mut left: Vec<Entry> = part.into_iter().zip(known).filter(|(_, known)| !known).map(|(entry, _)| entry).collect();
        let all = left.len();
        // What comes with somebody who was forgotten goes; so does the same token where it stands for nobody.
        for entry in left.iter().filter(|entry| !entry.owner.is_empty() && !self.has_layer(&entry.owner)) {
            if !self.token_went(&entry.token) {
                taking.tokens.insert(Leaf::of(&entry.token));
            }
        }
        let remember = !self.state().tokens.is_empty() || !taking.tokens.is_empty() || self.key.has_tokens();
        if remember {
            left.retain(|entry| !entry.owner.is_empty() || !(self.token_went(&entry.token) || taking.tokens.contains(&Leaf::of(&entry.token))));
        }
        self.close(&mut left, taking)?;
        left.retain(|entry| !entry.sealed.is_empty());
        taking.forgotten += (all - left.len()) as u64;
        left.sort_unstable();
        let mut writing = self.writing(taking.named.len())?;
        left.iter().try_for_each(|entry| writing.push(entry))?;
        if let Some(named) = writing.finish()? {
            taking.known.push(Segment::open(&self.places.segments(), &named)?);
            taking.named.push(named);
        }
        if taking.known.len() > VAULT_SEGMENTS_MAX {
            return Err(Failure::usage(format!("take a night into the vault: it has more than {VAULT_SEGMENTS_MAX} parts; use more than one run")));
        }
        Ok(())
    }

    /// Marks the entries of a sorted part that a segment has: the same token of the same owner, or, of nobody's, the same token of anybody.
    fn note_known(&self, segment: &Segment, part: &[Entry], known: &mut [bool]) -> Result<(), Failure> {
        let container = segment.container()?;
        let mut at = 0;
        for number in 0..container.block_count() {
            let Some((min, max)) = container.time_range_of_block_ns(number) else { continue };
            at += part[at..].partition_point(|entry| entry.key < min);
            let end = at + part[at..].partition_point(|entry| entry.key <= max);
            if at == end {
                continue;
            }
            let mut place = at;
            segment.block(&container, number, |entry| {
                let key = super::segment::sort_key(entry.token);
                while place < end && (part[place].key, &*part[place].token) < (key, entry.token) {
                    place += 1;
                }
                for index in (place..end).take_while(|&index| &*part[index].token == entry.token) {
                    let same = *part[index].owner == *entry.owner || part[index].owner.is_empty();
                    known[index] |= same && !self.state().forgotten.contains(&Leaf::of(entry.owner));
                }
            })?;
        }
        Ok(())
    }

    /// Puts the outer layer on each value. An owner's key is worked out once for all entries of the owner.
    fn close(&self, entries: &mut [Entry], taking: &mut Taking) -> Result<(), Failure> {
        for entry in entries.iter_mut().filter(|entry| entry.owner.is_empty()) {
            let class = entry.token.rsplit_once('_').map_or("", |(class, _)| class);
            let name = match taking.groups.get(class) {
                Some(name) => name.clone(),
                None => {
                    let name = self.group(&entry.token, &taking.month);
                    taking.groups.insert(class.to_owned(), name.clone());
                    name
                }
            };
            entry.owner = name.into();
        }
        entries.sort_unstable_by(|a, b| a.owner.cmp(&b.owner));
        let mut layer: Option<(Box<str>, Option<Layer>)> = None;
        for entry in entries {
            if layer.as_ref().is_none_or(|(owner, _)| *owner != entry.owner) {
                layer = Some((entry.owner.clone(), self.layer(&entry.owner)));
            }
            // Who was forgotten and comes back in a night's logs stays forgotten: there is no key any more, and none is made.
            match layer.as_ref().and_then(|(_, layer)| layer.as_ref()) {
                Some(layer) => entry.sealed = wrapped(layer, entry)?,
                None => entry.sealed = Box::default(),
            }
        }
        Ok(())
    }

    /// Merges the newest segments as long as the one before is not twice as large: so there are few, and each entry is written again a few times.
    fn merge(&mut self) -> Result<(), Failure> {
        let sizes: Vec<u64> = self.state().segments.iter().map(|segment| segment.records).collect();
        let mut first = sizes.len().saturating_sub(1);
        let mut total = sizes.last().copied().unwrap_or(0);
        while first > 0 && sizes[first - 1] < 2 * total {
            first -= 1;
            total += sizes[first];
        }
        if sizes.len() - first < 2 {
            return Ok(());
        }
        let removed: Vec<Named> = self.state().segments[first..].to_vec();
        let folder = self.places.segments();
        let opened: Vec<Segment> = removed.iter().map(|named| Segment::open(&folder, named)).collect::<Result<_, _>>()?;
        let mut merged = Merged::of(&opened)?;
        let mut writing = self.writing(0)?;
        while let Some(entry) = merged.take()? {
            writing.push(&entry)?;
        }
        let segments = writing.finish()?.into_iter().collect();
        self.commit(Body::Merged { removed: removed.into_iter().map(|named| named.file).collect(), segments })?;
        drop(opened);
        self.sweep()
    }

    /// The entries of a token, of all owners.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when a segment is damaged.
    pub fn find(&self, token: &str) -> Result<Vec<Entry>, Failure> {
        let mut found = Vec::new();
        for segment in self.open_segments()? {
            segment.find(token, &mut found)?;
        }
        found.sort_unstable();
        found.dedup_by(|later, first| (*later).cmp(first).is_eq());
        Ok(found)
    }
}

/// Whether a file's name is one that a writer of the vault gives: where no entry names it, a writer died before one did.
pub(super) fn is_written_here(name: &str) -> bool {
    ["segment-", "map-"].iter().any(|begin| name.starts_with(begin))
}

/// What an append works with.
struct Taking {
    month: String,
    /// Segments of the vault, and those that this append has written.
    known: Vec<Segment>,
    named: Vec<Named>,
    /// Class to the group's name.
    groups: BTreeMap<String, String>,
    forgotten: u64,
    /// Tokens that came with an owner who was forgotten before, and were not known to have gone.
    tokens: BTreeSet<Leaf>,
}

/// `nonce | outer layer over (inner ciphertext | inner tag) | outer tag`, from `nonce | inner ciphertext | inner tag`. The inner nonce follows from token and
/// value and serves both layers, whose keys have nothing in common.
pub(super) fn wrapped(layer: &Layer, entry: &Entry) -> Result<Box<[u8]>, Failure> {
    let damaged = || Failure::new(Exit::DigestMismatch, "take a delta into the vault: an entry is too short to be one");
    let (nonce, inner) = entry.sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
    let mut sealed = nonce.to_vec();
    layer.close(nonce, &[entry.token.as_bytes(), entry.owner.as_bytes()], inner, &mut sealed);
    Ok(sealed.into())
}

/// The reverse; none when the entry was changed or the layer is another's.
pub(super) fn unwrapped(layer: &Layer, entry: &Entry) -> Option<Vec<u8>> {
    let (nonce, sealed) = entry.sealed.split_first_chunk::<NONCE_LEN>()?;
    let inner = layer.open(nonce, &[entry.token.as_bytes(), entry.owner.as_bytes()], sealed)?;
    Some([nonce.as_slice(), &inner].concat())
}

fn locked(places: &Places, take: impl Fn(&Path) -> Result<Lock, Failure>) -> Result<Lock, Failure> {
    if !places.vault.is_dir() {
        return Err(Failure::usage(format!("open the token vault {}: there is none; make one with `logminer token init`", shown(&places.vault))));
    }
    let path = places.vault.join(LOCK);
    let mut tried = 0;
    loop {
        match take(&path) {
            Err(failure) if failure.exit == Exit::Locked && tried < LOCK_TRIES => {
                tried += 1;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            other => return other,
        }
    }
}
