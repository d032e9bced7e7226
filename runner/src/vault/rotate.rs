//! Rotation: links between the tokens of the old token key and those of the new one. Values are opened in a sealed step alone, a part of the vault at a
//! time; here the outer layer is taken off, and what comes back holds no value.

use std::fs::OpenOptions;
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::VAULT_SORT_ENTRIES_MAX;
use schemas::record::{TokenLink, TokenLinkRecord, VaultEntry, VaultEntryRecord};

use super::Vault;
use super::erasure::Leaf;
use super::journal::{Body, Named};
use super::open::unwrapped;
use super::reveal::{each_link, is_of_key};
use super::segment::Merged;
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;

/// The names of two token keys, as tokens show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyNames {
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// What a part of the vault gave.
pub struct Links {
    /// A container of links.
    pub bytes: Vec<u8>,
    /// The keys that the step was given.
    pub keys: KeyNames,
}

/// What was linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The keys.
    pub keys: KeyNames,
    /// Tokens with a link, of earlier calls too.
    pub links: u64,
    /// Tokens of the old key whose owners were all forgotten: nobody can tell their new tokens.
    pub unlinked: u64,
    /// The newest file of links.
    pub map: Named,
    /// Whether an earlier call had made it, and nothing was left to link.
    pub before: bool,
}

impl Vault {
    /// Links the tokens of two keys. `link` is given a container of entries with their inner layer, and gives the links; an empty one, so that the names of the
    /// keys are known, comes first. What a rotation that the journal has linked is not linked again: entries that were taken
    /// in since (a night under the old key, after a rotation that was cut short) get a map of their own.
    ///
    /// # Errors
    /// When an entry does not open, or the vault cannot be written.
    pub fn rotate(&mut self, mut link: impl FnMut(&[u8]) -> Result<Links, Failure>) -> Result<Rotated, Failure> {
        let keys = link(&container_of(&[])?)?.keys;
        let maps: Vec<Named> =
            self.state().maps.iter().filter(|(from, to, _)| (from, to) == (&keys.old, &keys.new)).map(|(_, _, map)| map.clone()).collect();
        let links_before: u64 = maps.iter().map(|map| map.records).sum();
        if let Some(map) = maps.last().filter(|_| !self.state().appended_since) {
            return Ok(Rotated { keys, links: links_before, unlinked: 0, map: map.clone(), before: true });
        }
        let linked = self.linked(&maps)?;
        let file = format!("map-{:012}.lmq", self.state().next);
        let mut map = MapWriting::begin(self, &file)?;
        let segments = self.open_segments()?;
        let (mut merged, mut part) = (Merged::of(&segments)?, Vec::new());
        let (mut last, mut last_is_linked, mut unlinked) = (String::new(), true, 0);
        while let Some(entry) = merged.take()? {
            if !is_of_key(&entry.token, &keys.old) || linked.binary_search(&Leaf::of(&entry.token)).is_ok() {
                continue;
            }
            if *entry.token != *last {
                unlinked += u64::from(!last_is_linked);
                (last, last_is_linked) = (entry.token.to_string(), false);
            }
            if last_is_linked {
                continue;
            }
            let Some(layer) = self.layer(&entry.owner) else { continue };
            let damaged = || Failure::new(Exit::DigestMismatch, "rotate the token key: an entry of the vault was changed; restore the newest copy");
            let inner = unwrapped(&layer, &entry).ok_or_else(damaged)?;
            part.push((entry.token, inner));
            last_is_linked = true;
            if part.len() == VAULT_SORT_ENTRIES_MAX {
                map.add(self, &link(&container_of(&part)?)?.bytes)?;
                part.clear();
            }
        }
        unlinked += u64::from(!last_is_linked);
        if !part.is_empty() {
            map.add(self, &link(&container_of(&part)?)?.bytes)?;
        }
        let went = std::mem::take(&mut map.went);
        let named = map.finish(file)?;
        drop(merged);
        drop(segments);
        if let Some(map) = maps.last().filter(|_| named.records == 0) {
            self.sweep()?;
            return Ok(Rotated { keys, links: links_before, unlinked, map: map.clone(), before: true });
        }
        self.commit(Body::Rotated {
            from: keys.old.clone(),
            to: keys.new.clone(),
            map: named.clone(),
            tokens: went.into_iter().map(Leaf::to_hex).collect(),
        })?;
        self.puncture()?;
        Ok(Rotated { links: links_before + named.records, unlinked, map: named, before: false, keys })
    }

    /// The tokens that maps have links for, sorted: 16 bytes each.
    fn linked(&self, maps: &[Named]) -> Result<Vec<Leaf>, Failure> {
        let mut linked = Vec::new();
        for map in maps {
            each_link(&self.places, map, |link| linked.push(Leaf::of(link.old)))?;
        }
        linked.sort_unstable();
        Ok(linked)
    }
}

/// Entries without their outer layer, in memory.
fn container_of(entries: &[(Box<str>, Vec<u8>)]) -> Result<Vec<u8>, Failure> {
    let wrong = |error| Failure::container("entries to be linked", error);
    let mut writer = ContainerWriter::<_, VaultEntry>::new(Vec::new(), Digest::of(b"entries to be linked"), 1).map_err(wrong)?;
    let mut block = BlockBuilder::new(0);
    for (token, sealed) in entries {
        block.push(&VaultEntryRecord { token, owner: "", sealed }, None).map_err(wrong)?;
        if block.is_full() {
            writer.write_out(&mut block).map_err(wrong)?;
        }
    }
    if !block.is_empty() {
        writer.write_out(&mut block).map_err(wrong)?;
    }
    Ok(writer.finish().map_err(wrong)?.0)
}

struct MapWriting {
    path: std::path::PathBuf,
    writer: ContainerWriter<BufWriter<std::fs::File>, TokenLink>,
    block: BlockBuilder<TokenLink>,
    /// Leaves of new tokens whose old ones went with an owner.
    went: std::collections::BTreeSet<Leaf>,
}

impl MapWriting {
    fn begin(vault: &Vault, file: &str) -> Result<Self, Failure> {
        let folder = vault.places.maps();
        disk::make_dir(&folder, disk::RAW_DIR_MODE)?;
        let path = folder.join(file);
        let _ = std::fs::remove_file(&path);
        let opened = OpenOptions::new().write(true).create_new(true).mode(disk::FILE_MODE).open(&path);
        let opened = opened.map_err(|error| Failure::io(format!("make {}", shown(&path)), error))?;
        let id = Digest::of_parts([b"logminer vault map 1".as_slice(), vault.state().vault.as_bytes(), file.as_bytes()]);
        let writer = ContainerWriter::new(BufWriter::new(opened), id, 1).map_err(|error| Failure::container(&shown(&path), error))?;
        Ok(Self { path, writer, block: BlockBuilder::new(0), went: std::collections::BTreeSet::new() })
    }

    fn add(&mut self, vault: &Vault, links: &[u8]) -> Result<(), Failure> {
        let name = shown(&self.path);
        let wrong = |error| Failure::container(&name, error);
        let container = Container::open(links).map_err(wrong)?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for link in container.block::<TokenLink>(number, &mut scratch).map_err(wrong)?.records() {
                let TokenLinkRecord { old, new } = link.map_err(wrong)?;
                if vault.token_went(old) {
                    self.went.insert(Leaf::of(new));
                }
                self.block.push(&TokenLinkRecord { old, new }, None).map_err(wrong)?;
                if self.block.is_full() {
                    self.writer.write_out(&mut self.block).map_err(wrong)?;
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, file: String) -> Result<Named, Failure> {
        let name = shown(&self.path);
        let wrong = |error| Failure::container(&name, error);
        if !self.block.is_empty() {
            self.writer.write_out(&mut self.block).map_err(wrong)?;
        }
        let (out, summary) = self.writer.finish().map_err(wrong)?;
        let synced = out.into_inner().map_err(std::io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        synced.map_err(|error| Failure::io(format!("sync {name}"), error))?;
        self.path.parent().map_or(Ok(()), disk::sync_dir)?;
        Ok(Named { file, digest: summary.digest, records: summary.records })
    }
}
