//! Erasure: the keys of an owner's values are destroyed, in this vault and in every copy of its segments.
//!
//! Three passes over the sorted entries. The first gathers the owner's tokens. The second finds the groups in which the same tokens stand for nobody. The third
//! writes all segments anew: without what is forgotten, and with what is left of those groups closed again under the group's next number. Then the journal
//! names the new segments and the leaves that are forgotten, the erasure key is punctured, and the old segments are removed. Cut short after the
//! journal's entry, the next writer punctures; cut short before it, nothing has happened.
//!
//! The tokens that went are remembered by their leaves (10 bytes each in the erasure key, 23 in the journal), those that come with the forgotten in later nights
//! as well: where one stands for nobody it is not taken in any more, and forgetting again takes out what had stood for nobody before its owner was seen with it.
//!
//! The same value under another token (a part of a name) or under another owner stays: it is somebody else's, or not known to be this owner's.

use std::collections::{BTreeMap, BTreeSet};

use super::Vault;
use super::erasure::Leaf;
use super::journal::Body;
use super::open::{unwrapped, wrapped};
use super::reveal::{each_link, is_of_key};
use super::segment::{Entry, Merged};
use crate::failure::Failure;
use schemas::vault::Layer;

/// A group, and the one that takes its place.
struct Regrouping {
    before: Layer,
    after: Layer,
    name: Box<str>,
}

/// What was forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Forgotten {
    /// The owner's names: as given, and under other token keys.
    pub owners: Vec<String>,
    /// Entries that were the owner's.
    pub entries: u64,
    /// Entries of the same tokens in groups, which went with them.
    pub entries_of_groups: u64,
    /// Entries of others in these groups, closed again.
    pub entries_kept: u64,
    /// Tokens of user and customer names among the owner's that own entries themselves: likely the same person, and not forgotten.
    pub also_owners: Vec<String>,
    /// Owners as given under whom nothing was found, now or when they were forgotten before: perhaps mistyped, or of another key. What comes under them later is not
    /// taken in.
    pub unknown: Vec<String>,
}

impl Vault {
    /// Forgets owners. Forgetting again changes nothing but finishes what was cut short.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`](schemas::exit::Exit::DigestMismatch) when a segment is damaged; when the vault cannot be written.
    pub fn forget(&mut self, given: &[String]) -> Result<Forgotten, Failure> {
        let names = self.names_of(given.iter().cloned().collect())?;
        let segments = self.open_segments()?;
        let mut forgotten = Forgotten { owners: names.iter().cloned().collect(), ..Forgotten::default() };
        let (mut tokens, mut found, mut merged) = (BTreeSet::new(), BTreeSet::new(), Merged::of(&segments)?);
        while let Some(entry) = merged.take()? {
            if names.contains(&*entry.owner) {
                forgotten.entries += 1;
                found.insert(entry.owner.into_string());
                tokens.insert(entry.token.into_string());
            }
        }
        tokens.extend(names.iter().cloned());
        let tokens = self.names_of(tokens)?;
        let (mut groups, mut also) = (BTreeSet::new(), BTreeSet::new());
        let mut merged = Merged::of(&segments)?;
        while let Some(entry) = merged.take()? {
            if is_group(&entry.owner) {
                if names.contains(&*entry.token) {
                    found.insert(entry.token.to_string());
                }
                if tokens.contains(&*entry.token) || self.token_went(&entry.token) {
                    groups.insert(entry.owner.into_string());
                }
            } else if tokens.contains(&*entry.owner) && !names.contains(&*entry.owner) {
                also.insert(entry.owner.into_string());
            }
        }
        for owner in given {
            let is_known = |name: &String| found.contains(name) || self.state().forgotten.contains(&Leaf::of(name));
            if !self.names_of(BTreeSet::from([owner.clone()]))?.iter().any(is_known) {
                forgotten.unknown.push(owner.clone());
            }
        }
        let may_be_person = |owner: &String| ["[CUSTOMER_", "[USER_"].iter().any(|class| owner.starts_with(class));
        forgotten.also_owners = also.into_iter().filter(may_be_person).collect();
        let leaves: BTreeSet<Leaf> = names.iter().chain(&groups).map(|owner| Leaf::of(owner)).collect();
        let went: BTreeSet<Leaf> = tokens.iter().map(|token| Leaf::of(token)).collect();
        if leaves.iter().all(|leaf| self.state().forgotten.contains(leaf)) && went.iter().all(|leaf| self.state().tokens.contains(leaf)) {
            return Ok(forgotten);
        }
        let mut writing = self.writing(0)?;
        let mut merged = Merged::of(&segments)?;
        // Entries of one token whose owner changes are sorted among each other again.
        let (mut same, mut layers) = (Vec::<Entry>::new(), BTreeMap::<String, Regrouping>::new());
        while let Some(entry) = merged.take()? {
            if same.first().is_some_and(|first| first.token != entry.token) {
                flush(&mut same, &mut writing)?;
            }
            if names.contains(&*entry.owner) || !self.has_layer(&entry.owner) {
                continue;
            }
            if !groups.contains(&*entry.owner) {
                same.push(entry);
            } else if tokens.contains(&*entry.token) || self.token_went(&entry.token) {
                forgotten.entries_of_groups += 1;
            } else {
                forgotten.entries_kept += 1;
                let group = match layers.get(&*entry.owner) {
                    Some(group) => group,
                    None => layers.entry(entry.owner.to_string()).or_insert(self.next_group(&entry.owner)?),
                };
                same.push(regrouped(entry, group)?);
            }
        }
        flush(&mut same, &mut writing)?;
        let segments_left = writing.finish()?.into_iter().collect();
        drop(merged);
        drop(segments);
        let hex = |leaves: BTreeSet<Leaf>| leaves.into_iter().map(Leaf::to_hex).collect();
        self.commit(Body::Forgotten { leaves: hex(leaves), segments: segments_left, tokens: hex(went) })?;
        self.puncture()?;
        self.sweep()?;
        Ok(forgotten)
    }

    /// What a group becomes whose key goes.
    fn next_group(&self, owner: &str) -> Result<Regrouping, Failure> {
        let found = || {
            let name = next_name(owner)?;
            Some(Regrouping { before: self.layer(owner)?, after: self.layer(&name)?, name: name.into() })
        };
        found().ok_or_else(|| Failure::internal("find the next number of a group"))
    }

    /// Names with what they are under other token keys.
    fn names_of(&self, mut names: BTreeSet<String>) -> Result<BTreeSet<String>, Failure> {
        // Newest first: what was linked to an older name may have been linked to one that is older still; then back, for names that were given as they
        // were before.
        let maps = &self.state().maps;
        for (from, to, map) in maps.iter().rev().chain(maps.iter()) {
            if !names.iter().any(|name| is_of_key(name, from) || is_of_key(name, to)) {
                continue;
            }
            each_link(&self.places, map, |link| {
                if names.contains(link.new) {
                    names.insert(link.old.to_owned());
                } else if names.contains(link.old) {
                    names.insert(link.new.to_owned());
                }
            })?;
        }
        Ok(names)
    }
}

/// Closes an entry of a group that goes under the group's next number.
fn regrouped(mut entry: Entry, group: &Regrouping) -> Result<Entry, Failure> {
    let changed =
        || Failure::new(schemas::exit::Exit::DigestMismatch, "close an entry of the token vault again: it was changed; restore the newest copy");
    let inner = unwrapped(&group.before, &entry).ok_or_else(changed)?;
    (entry.owner, entry.sealed) = (group.name.clone(), inner.into());
    entry.sealed = wrapped(&group.after, &entry)?;
    Ok(entry)
}

fn flush(same: &mut Vec<Entry>, writing: &mut super::segment::Writing) -> Result<(), Failure> {
    same.sort_unstable();
    same.drain(..).try_for_each(|entry| writing.push(&entry))
}

/// Whether an owner is a group: the values of nobody, of a class and month.
pub(super) fn is_group(owner: &str) -> bool {
    !owner.starts_with('[') && owner.split('/').count() == 3
}

fn next_name(name: &str) -> Option<String> {
    let (group, number) = name.rsplit_once('/')?;
    Some(format!("{group}/{}", number.parse::<u32>().ok()?.checked_add(1)?))
}
