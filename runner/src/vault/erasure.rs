//! The erasure key: one small file from which the key of every owner follows, and from which single owners can be cut out for good.
//!
//! It is a puncturable pseudorandom function, the tree of Goldreich, Goldwasser and Micali ("How to construct random functions", J. ACM 33(4), 1986; as a
//! function that can be punctured: Boneh and Waters, ASIACRYPT 2013). The root is 32 random bytes; the child of a node on the side of a bit is BLAKE3,
//! keyed with the node, of that bit; an owner's key is the leaf at the 80 bits of the digest of the owner's name. Puncturing an owner replaces the one node
//! that covers the leaf by the siblings of the path to it: every other leaf is covered as before, and nothing that is left determines the one that went.
//! So nothing has to be stored or drawn for a new owner, and the file grows by at most 80 nodes of 43 bytes for each owner that was forgotten.
//!
//! Two owners share a leaf with probability 2^-80 for each pair (of ten million owners: one chance in 2^34); then one would be forgotten with the other.
//!
//! # Bytes
//!
//! `magic "LMERASE1" | vault id [16] | nodes u32 | nodes, sorted: prefix [10], left-aligned | bits u8 | key [32] | tokens, sorted: leaf [10] | BLAKE3 of all
//! before [32]`. Integers are little-endian. The tokens are the leaves of those that went with an owner: they stand here, too, so that a journal that is put back
//! from an older copy does not let them in again. The file is replaced by rename; the one before it is emptied first, as far as a file system lets one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use schemas::exit::Exit;
use schemas::limits::VAULT_ERASURE_KEY_BYTES_MAX;

use crate::disk;
use crate::failure::Failure;
use crate::names::shown;
use crate::retention::shred::empty;

const MAGIC: &[u8; 8] = b"LMERASE1";
/// Depth of the tree.
pub const LEAF_BITS: u8 = 80;
const LEAF_LEN: usize = 10;
const NODE_LEN: usize = 43;
const HEAD_LEN: usize = 28;

/// Where an owner's key lies in the tree: 80 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf(u128);

impl Leaf {
    /// The leaf of an owner's name.
    #[must_use]
    pub fn of(owner: &str) -> Self {
        let digest = blake3::derive_key("logminer 2026 vault owner v1", owner.as_bytes());
        digest.first_chunk().map_or(Self(0), Self::from_bytes)
    }

    fn from_bytes(bytes: &[u8; LEAF_LEN]) -> Self {
        Self(bytes.iter().fold(0, |bits, &byte| bits << 8 | u128::from(byte)))
    }

    /// 20 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        format!("{:020x}", self.0)
    }

    /// Parses 20 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let canonical = text.len() == 20 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        u128::from_str_radix(text, 16).ok().filter(|_| canonical).map(Self)
    }

    /// The bit at a depth, from the root's.
    fn bit(self, depth: u8) -> u8 {
        u8::from(self.0 >> (LEAF_BITS - 1 - depth) & 1 == 1)
    }
}

/// The bits of `leaf` up to a depth, the others zero.
fn prefix(leaf: u128, bits: u8) -> u128 {
    if bits == 0 { 0 } else { leaf >> (LEAF_BITS - bits) << (LEAF_BITS - bits) }
}

/// The key in memory. It prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct ErasureKey {
    id: [u8; 16],
    /// First leaf below a node, to its depth and key. No node is below another.
    nodes: BTreeMap<u128, (u8, [u8; 32])>,
    /// Leaves of tokens that went with an owner.
    tokens: BTreeSet<Leaf>,
}

impl std::fmt::Debug for ErasureKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ErasureKey(<hidden>)")
    }
}

impl ErasureKey {
    /// A new key for a vault.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate(id: [u8; 16]) -> Result<Self, Failure> {
        let mut root = [0; 32];
        SystemRandom::new().fill(&mut root).map_err(|_| Failure::internal("draw random bytes from the operating system"))?;
        Ok(Self { id, nodes: BTreeMap::from([(0, (0, root))]), tokens: BTreeSet::new() })
    }

    /// The vault it belongs to.
    #[must_use]
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// The key of a leaf; none when it was punctured.
    #[must_use]
    pub fn key(&self, leaf: Leaf) -> Option<[u8; 32]> {
        let (_, depth, mut key) = self.covering(leaf)?;
        for at in depth..LEAF_BITS {
            key = child(&key, leaf.bit(at));
        }
        Some(key)
    }

    /// Whether a leaf has no key any more.
    #[must_use]
    pub fn is_punctured(&self, leaf: Leaf) -> bool {
        self.covering(leaf).is_none()
    }

    /// Takes a leaf's key away.
    pub fn puncture(&mut self, leaf: Leaf) {
        let Some((first, depth, mut key)) = self.covering(leaf) else { return };
        self.nodes.remove(&first);
        for at in depth..LEAF_BITS {
            let side = leaf.bit(at);
            let sibling = prefix(leaf.0, at + 1) ^ (1 << (LEAF_BITS - 1 - at));
            self.nodes.insert(sibling, (at + 1, child(&key, 1 - side)));
            key = child(&key, side);
        }
    }

    /// Whether any token went with an owner.
    #[must_use]
    pub fn has_tokens(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Whether a token went with an owner.
    #[must_use]
    pub fn has_token(&self, leaf: Leaf) -> bool {
        self.tokens.contains(&leaf)
    }

    /// Notes tokens that went with an owner. Returns whether one was new.
    pub fn note_tokens(&mut self, leaves: impl IntoIterator<Item = Leaf>) -> bool {
        let before = self.tokens.len();
        self.tokens.extend(leaves);
        self.tokens.len() > before
    }

    fn covering(&self, leaf: Leaf) -> Option<(u128, u8, [u8; 32])> {
        let (&first, &(bits, key)) = self.nodes.range(..=leaf.0).next_back()?;
        (prefix(leaf.0, bits) == first).then_some((first, bits, key))
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.id);
        bytes.extend(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX).to_le_bytes());
        for (first, (bits, key)) in &self.nodes {
            bytes.extend(&first.to_be_bytes()[6..]);
            bytes.push(*bits);
            bytes.extend(key);
        }
        self.tokens.iter().for_each(|leaf| bytes.extend(&leaf.0.to_be_bytes()[6..]));
        bytes.extend(blake3::hash(&bytes).as_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, digest) = bytes.split_last_chunk::<32>()?;
        if blake3::hash(body).as_bytes() != digest || !body.starts_with(MAGIC) {
            return None;
        }
        let id = body.get(8..24)?.try_into().ok()?;
        let count = u32::from_le_bytes(body.get(24..HEAD_LEN)?.try_into().ok()?) as usize;
        let rest = body.get(HEAD_LEN..)?;
        let (rest, tokens) = rest.split_at_checked(count.checked_mul(NODE_LEN)?)?;
        let (tokens, odd) = tokens.as_chunks::<LEAF_LEN>();
        let tokens: Vec<Leaf> = tokens.iter().map(Leaf::from_bytes).collect();
        if !odd.is_empty() || !tokens.is_sorted_by(|before, after| before < after) {
            return None;
        }
        let mut nodes = BTreeMap::new();
        for node in rest.chunks_exact(NODE_LEN) {
            let Leaf(first) = Leaf::from_bytes(node.first_chunk()?);
            let bits = node[10];
            let in_order = nodes.last_key_value().is_none_or(|(&last, _)| last < first);
            if bits > LEAF_BITS || prefix(first, bits) != first || !in_order {
                return None;
            }
            nodes.insert(first, (bits, node[11..].try_into().ok()?));
        }
        Some(Self { id, nodes, tokens: tokens.into_iter().collect() })
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when it is missing, [`Exit::DigestMismatch`] when it is damaged.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if !path.is_file() {
            let sentence = format!(
                "find the erasure key {}: it is missing; without it no value of the vault can be opened, restore its newest copy",
                shown(path)
            );
            return Err(Failure::new(Exit::KeyRefused, sentence));
        }
        let bytes = disk::read_small(path, VAULT_ERASURE_KEY_BYTES_MAX)?;
        Self::from_bytes(&bytes)
            .ok_or_else(|| Failure::new(Exit::DigestMismatch, format!("use the erasure key {}: it is damaged; restore its newest copy", shown(path))))
    }

    /// Replaces the key file. The old one is given a second name and emptied once the new one stands, so that a forgotten key does not lie about in free
    /// blocks of a plain file system, and a crash leaves the old key or the new one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let old = old_name(path);
        let _ = std::fs::remove_file(&old);
        if path.is_file() {
            std::fs::hard_link(path, &old).map_err(|error| Failure::io(format!("keep {} until it is replaced", shown(path)), error))?;
        }
        disk::write_atomic(path, &self.to_bytes(), disk::RAW_FILE_MODE)?;
        Self::clear_old(path)
    }

    /// Empties what a replacement, also one that was cut short after the new key stood, has left of the old key.
    ///
    /// # Errors
    /// When it cannot be emptied.
    pub fn clear_old(path: &Path) -> Result<(), Failure> {
        use std::os::unix::fs::MetadataExt;
        let old = old_name(path);
        let Ok(meta) = std::fs::symlink_metadata(&old) else { return Ok(()) };
        // Cut short before the new key stood: both names are the one key that counts.
        let is_current = std::fs::symlink_metadata(path).is_ok_and(|current| (current.dev(), current.ino()) == (meta.dev(), meta.ino()));
        if !is_current {
            empty(&old)?;
        }
        std::fs::remove_file(&old).map_err(|error| Failure::io(format!("remove {}", shown(&old)), error))?;
        path.parent().map_or(Ok(()), disk::sync_dir)
    }
}

fn child(node: &[u8; 32], side: u8) -> [u8; 32] {
    *blake3::keyed_hash(node, &[side]).as_bytes()
}

fn old_name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".old");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u32) -> Vec<Leaf> {
        (0..count).map(|number| Leaf::of(&format!("owner {number}"))).collect()
    }

    #[test]
    fn a_punctured_owner_has_no_key_and_all_others_keep_theirs() {
        let mut key = ErasureKey::generate([7; 16]).unwrap();
        let leaves = leaves(200);
        let before: Vec<_> = leaves.iter().map(|&leaf| key.key(leaf).unwrap()).collect();
        assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), 200);
        for (number, &leaf) in leaves.iter().enumerate().filter(|(number, _)| number % 3 == 0) {
            key.puncture(leaf);
            key.puncture(leaf);
            assert!(key.is_punctured(leaf) && key.key(leaf).is_none(), "{number}");
        }
        for (number, &leaf) in leaves.iter().enumerate() {
            assert_eq!(key.key(leaf), (number % 3 != 0).then(|| before[number]), "{number}");
        }
        assert!(key.nodes.len() <= 67 * 80 + 1);
        // What was taken away is in no node, and follows from none: a node that covered it would answer.
        assert!(key.nodes.values().all(|(_, node)| !before.iter().enumerate().any(|(number, gone)| number % 3 == 0 && gone == node)));
    }

    #[test]
    fn neighbours_in_the_tree_are_told_apart() {
        let mut key = ErasureKey::generate([7; 16]).unwrap();
        for leaf in [0, 1, 2, (1 << 80) - 1, 1 << 79, (1 << 79) - 1].map(Leaf) {
            key.puncture(leaf);
            assert!(key.is_punctured(leaf));
        }
        assert!([3, 4, (1 << 80) - 2, (1 << 79) + 1].map(Leaf).iter().all(|&leaf| key.key(leaf).is_some()));
    }

    #[test]
    fn a_file_comes_back_and_every_change_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("erasure.key");
        let mut key = ErasureKey::generate([7; 16]).unwrap();
        key.write(&path).unwrap();
        key.puncture(Leaf::of("a"));
        assert!(key.note_tokens([Leaf::of("b"), Leaf::of("c")]) && !key.note_tokens([Leaf::of("b")]));
        key.write(&path).unwrap();
        assert_eq!(ErasureKey::read(&path).unwrap(), key);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left of the old one");
        let bytes = key.to_bytes();
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(ErasureKey::from_bytes(&changed).is_none(), "bit {bit}");
        }
        assert!((0..bytes.len()).all(|length| ErasureKey::from_bytes(&bytes[..length]).is_none()));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(ErasureKey::read(&path).unwrap_err().exit, Exit::KeyRefused);
    }

    #[test]
    fn the_old_key_is_emptied_and_a_replacement_cut_short_is_finished() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("erasure.key");
        let key = ErasureKey::generate([7; 16]).unwrap();
        key.write(&path).unwrap();
        // A second name, as a copy made by a link would be.
        std::fs::hard_link(&path, dir.path().join("elsewhere")).unwrap();
        // Killed before the rename: both names are the key that counts.
        std::fs::hard_link(&path, old_name(&path)).unwrap();
        ErasureKey::clear_old(&path).unwrap();
        assert_eq!(ErasureKey::read(&path).unwrap(), key);
        let mut next = key.clone();
        next.puncture(Leaf::of("a"));
        next.write(&path).unwrap();
        assert!(std::fs::read(dir.path().join("elsewhere")).unwrap().iter().all(|&byte| byte == 0));
    }

    #[test]
    fn leaves_have_one_text() {
        let leaf = Leaf::of("[CUSTOMER_ABCDEFGHIJKLMNOPQRS]");
        assert_eq!(Leaf::from_hex(&leaf.to_hex()), Some(leaf));
        assert!(["", "0", "ABCDEFABCDEFABCDEFAB", "+0000000000000000000", "000000000000000000000"].iter().all(|text| Leaf::from_hex(text).is_none()));
    }
}
