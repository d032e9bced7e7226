//! What is to be done with each file. Nothing is touched here.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::Digest;
use serde::Serialize;

use super::data::{self, Values};
use super::folder::Folder;
use super::lockfile::{Locked, Lockfile, Night};
use super::{Generated, blocks};
use crate::failure::Failure;

/// What is added to the name of a file that is put beside another.
const BESIDE: &str = ".new";

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is what the night generated.
    Unchanged,
    /// It is new.
    Added,
    /// Nobody edited it: the night's takes its place.
    Updated,
    /// Nobody edited it, and the night has it no more: it goes.
    Removed,
    /// A person edited it, and the night has nothing new to say.
    Kept,
    /// A person edited it, and no night generates it any more: it is theirs from now on.
    KeptAlone,
    /// A person deleted it, and the night has nothing new to say.
    Deleted,
    /// A person edited (deleted, made) it and the night generated another: theirs stays, the night's lies beside.
    Conflict,
    /// The same since an earlier night: what lies beside waits for a person.
    Waiting,
    /// The same, and what lies beside was edited too: neither is touched.
    Blocked,
    /// What lay beside is no longer needed and goes.
    Settled,
    /// A file of values lacks names: they lie beside.
    Lacks,
    /// A file of values is no JSON object: what it lacks is not known.
    Unreadable,
}

/// A change of a file on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is written, over this one.
    Write {
        /// Name in the folder.
        name: String,
        /// Content.
        bytes: Vec<u8>,
        /// Digest of what is there; none when nothing is.
        was: Option<Digest>,
    },
    /// It is removed.
    Remove {
        /// Name in the folder.
        name: String,
        /// Digest of what is there.
        was: Digest,
    },
}

/// What happens to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Name in the folder.
    pub file: String,
    /// What happens.
    pub action: Action,
    /// Scenarios in it that a person edited or took out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edited: Vec<String>,
    /// Names that it lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    #[serde(skip)]
    changes: Vec<Change>,
    /// What the lock says afterwards; none when it is forgotten.
    #[serde(skip)]
    locked: Option<Locked>,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// By name.
    pub items: Vec<Item>,
    /// What the lock says now, and its digest on disk.
    lock: Lockfile,
    lock_was: Option<Digest>,
    night: Night,
}

impl Plan {
    /// Decides.
    ///
    /// # Errors
    /// When the folder holds something in the way: a symbolic link, a folder in the place of a file.
    pub fn make(folder: &Folder, generated: &Generated, night: &Night, lock: &Lockfile) -> Result<Self, Failure> {
        let lock_was = folder.read(super::lockfile::LOCK)?.map(|bytes| Digest::of(&bytes));
        let names: BTreeSet<&String> = generated.keys().chain(lock.files.keys()).collect();
        let item = |name: &&String| {
            let ours = folder.read(name)?;
            let beside = folder.read(&format!("{name}{BESIDE}"))?;
            let file = File {
                name,
                theirs: generated.get(*name).map(Vec::as_slice),
                ours,
                beside: beside.as_deref().map(Digest::of),
                names_beside: data::values(name).zip(beside).map(|(values, bytes)| values.digest(&bytes)),
                base: lock.files.get(*name),
            };
            Ok(file.item())
        };
        let items = names.iter().map(item).collect::<Result<_, Failure>>()?;
        Ok(Self { items, lock: lock.clone(), lock_was, night: night.clone() })
    }

    /// The later night whose features lie in the folder; none when this one is no older, or would change nothing.
    ///
    /// # Errors
    /// Never.
    pub fn goes_back_behind(&self) -> Result<Option<&Night>, Failure> {
        let later = self.lock.night.as_ref().filter(|last| self.night.is_before(last));
        Ok(if self.would_change()? { later } else { None })
    }

    /// Whether anything on disk would change, the lock included.
    ///
    /// # Errors
    /// Never.
    pub fn would_change(&self) -> Result<bool, Failure> {
        let writes = self.items.iter().any(|item| !item.changes.is_empty());
        Ok(writes || Some(Digest::of(&self.lock_after().text()?)) != self.lock_was)
    }

    /// Changes of files, in order.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.items.iter().flat_map(|item| &item.changes)
    }

    pub(super) fn lock_was(&self) -> Option<Digest> {
        self.lock_was
    }

    /// The lock when all is done.
    pub(super) fn lock_after(&self) -> Lockfile {
        self.lock.with(self.items.iter().filter_map(|item| Some((item.file.clone(), item.locked.clone()?))).collect(), &self.night)
    }

    /// The lock while it is done: of each file that is written what it was, too; of one that goes, or that another is put beside, what it says now.
    pub(super) fn lock_between(&self) -> Lockfile {
        let mut lock = self.lock_after();
        for item in self.items.iter().filter(|item| !item.changes.is_empty()) {
            let now = self.lock.files.get(&item.file).cloned();
            let was = item.changes.iter().find_map(|change| match change {
                Change::Write { name, was, .. } if *name == item.file => Some(*was),
                _ => None,
            });
            match (was, lock.files.remove(&item.file), now) {
                (Some(was), Some(after), now) => {
                    let before = Some(was.map_or_else(String::new, |was| was.to_string()));
                    lock.files.insert(item.file.clone(), Locked { before, beside: now.and_then(|now| now.beside), ..after });
                }
                (_, _, Some(now)) => _ = lock.files.insert(item.file.clone(), now),
                _ => {}
            }
        }
        lock
    }
}

/// The three versions of a file, and what lies beside it.
struct File<'a> {
    name: &'a str,
    theirs: Option<&'a [u8]>,
    ours: Option<Vec<u8>>,
    beside: Option<Digest>,
    /// Digest of the names in what lies beside a file of values.
    names_beside: Option<Digest>,
    base: Option<&'a Locked>,
}

impl File<'_> {
    fn item(&self) -> Item {
        match (self.theirs, data::values(self.name), &self.ours) {
            (None, ..) => self.no_longer_generated(),
            (Some(theirs), Some(values), Some(ours)) => self.of_values(theirs, ours, values),
            (Some(theirs), ..) => self.generated(theirs),
        }
    }

    fn was(&self) -> Option<Digest> {
        self.ours.as_deref().map(Digest::of)
    }

    /// What lies beside, when it is as it was put there.
    fn own_beside(&self) -> Option<Digest> {
        let put = self.base.and_then(|base| base.beside.as_deref());
        self.beside.filter(|beside| put == Some(beside.to_string().as_str()))
    }

    fn done(&self, action: Action, changes: Vec<Change>, locked: Option<Locked>) -> Item {
        Item { file: self.name.to_owned(), action, edited: Vec::new(), keys: Vec::new(), changes, locked }
    }

    /// Puts a file beside: the action when it is put there, and what the lock remembers of it.
    fn put_beside(&self, bytes: &[u8], action: Action) -> (Action, Vec<Change>, Option<String>) {
        let (name, digest) = (format!("{}{BESIDE}", self.name), Digest::of(bytes));
        if self.beside == Some(digest) {
            return (action, Vec::new(), Some(digest.to_string()));
        }
        if self.beside.is_some() && self.own_beside().is_none() {
            return (Action::Blocked, Vec::new(), self.base.and_then(|base| base.beside.clone()));
        }
        (action, vec![Change::Write { name, bytes: bytes.to_vec(), was: self.beside }], Some(digest.to_string()))
    }

    /// Takes away what was put beside, unless somebody edited it.
    fn settle(&self, action: Action) -> (Action, Vec<Change>) {
        match self.own_beside() {
            Some(was) => (
                if action == Action::Unchanged { Action::Settled } else { action },
                vec![Change::Remove { name: format!("{}{BESIDE}", self.name), was }],
            ),
            None => (action, Vec::new()),
        }
    }

    fn generated(&self, theirs: &[u8]) -> Item {
        let digest = Digest::of(theirs);
        // What of it counts as news.
        let counts = data::values(self.name).map_or(digest, |values| values.digest(theirs)).to_string();
        let locked = |beside: Option<String>| Some(Locked { digest: counts.clone(), scenarios: self.scenarios(theirs), beside, before: None });
        let write = || Change::Write { name: self.name.to_owned(), bytes: theirs.to_vec(), was: self.was() };
        if self.was() == Some(digest) {
            let (action, changes) = self.settle(Action::Unchanged);
            return self.done(action, changes, locked(None));
        }
        if self.base.map_or(self.ours.is_none(), |base| base.is_ours(self.was())) {
            let (action, mut changes) = self.settle(if self.ours.is_some() { Action::Updated } else { Action::Added });
            changes.insert(0, write());
            return self.done(action, changes, locked(None));
        }
        // A lock of a version before has the digest of the bytes. While it was being written it may not have been seen by whoever edits it.
        let is_last = |base: &Locked| (base.digest == counts || base.digest == digest.to_string()) && base.before.is_none();
        let mut item = if self.base.is_some_and(is_last) {
            // Only the person's side changed. What an earlier night put beside stays until somebody deals with it.
            let action = match (self.beside, &self.ours) {
                (Some(beside), _) if beside == digest => Action::Waiting,
                (_, Some(_)) => Action::Kept,
                (_, None) => Action::Deleted,
            };
            self.done(action, Vec::new(), locked(self.base.and_then(|base| base.beside.clone()).filter(|_| self.beside.is_some())))
        } else {
            match self.put_beside(theirs, Action::Conflict) {
                // The night's is not in the folder: the next time it must still count as new.
                (Action::Blocked, ..) => self.done(Action::Blocked, Vec::new(), self.base.cloned()),
                (action, changes, beside) => self.done(action, changes, locked(beside)),
            }
        };
        item.edited = self.edited();
        item
    }

    fn no_longer_generated(&self) -> Item {
        let (_, mut changes) = self.settle(Action::Unchanged);
        let is_ours = self.base.is_some_and(|base| base.is_ours(self.was()));
        match self.was() {
            None => self.done(Action::Unchanged, changes, None),
            Some(was) if is_ours && data::values(self.name).is_none() => {
                changes.insert(0, Change::Remove { name: self.name.to_owned(), was });
                self.done(Action::Removed, changes, None)
            }
            Some(_) => Item { edited: self.edited(), ..self.done(Action::KeptAlone, changes, None) },
        }
    }

    fn of_values(&self, theirs: &[u8], ours: &[u8], values: Values) -> Item {
        let locked = |beside: Option<String>| Some(Locked { digest: values.digest(theirs).to_string(), beside, ..Locked::default() });
        match values.lacking(ours, theirs) {
            None => self.done(Action::Unreadable, Vec::new(), locked(self.base.and_then(|base| base.beside.clone()))),
            Some(lacking) if lacking.names.is_empty() => {
                let (action, changes) = self.settle(Action::Unchanged);
                self.done(action, changes, locked(None))
            }
            // The names that lie there are those that are lacking: another default is no news.
            Some(data::Lacking { names: keys, text }) if self.own_beside().is_some() && self.names_beside == Some(values.digest(&text)) => {
                let beside = self.base.and_then(|base| base.beside.clone());
                Item { keys, ..self.done(Action::Lacks, Vec::new(), locked(beside)) }
            }
            Some(data::Lacking { names: keys, text }) => {
                let (action, changes, beside) = self.put_beside(&text, Action::Lacks);
                Item { keys, ..self.done(action, changes, locked(beside)) }
            }
        }
    }

    fn scenarios(&self, text: &[u8]) -> BTreeMap<String, String> {
        if self.name.ends_with(".feature") { blocks::digests(text) } else { BTreeMap::new() }
    }

    /// Scenarios whose text is not what was generated last.
    fn edited(&self) -> Vec<String> {
        let ours = self.ours.as_deref().map(|text| self.scenarios(text)).unwrap_or_default();
        let base = self.base.map(|base| &base.scenarios).into_iter().flatten();
        base.filter(|(id, digest)| ours.get(*id) != Some(digest)).map(|(id, _)| id.clone()).collect()
    }
}
