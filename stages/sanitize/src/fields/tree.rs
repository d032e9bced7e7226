//! Paths of fields, each with its decision, found by (parent, raw key) without touching the policy again.

use super::{Decision, Roles, Rule, Why};
use crate::hash::{fast_hash, same};
use crate::scan::context::Cues;

/// Nodes one thread remembers; the tree is cleared between records when it is full. Logs have some hundred paths, but keys that are values (the
/// account numbers of an object) are new in each record: the tree is full of those soon, and what it takes then it takes whatever the day's length.
const NODES_MAX: usize = 1 << 11;
/// Bytes of keys and paths one thread remembers.
const TEXT_BYTES_MAX: usize = 512 << 10;

/// Number of a node.
pub(crate) type NodeId = u32;
/// Parent of the top-level keys of a record.
pub(crate) const RECORD: NodeId = 0;
/// Parent of the keys found in text (`key=value`, embedded JSON).
pub(crate) const TEXT: NodeId = 1;

/// One path.
pub(crate) struct Node {
    pub(crate) rule: Rule,
    pub(crate) cues: Cues,
    pub(crate) roles: Roles,
    /// Whether any role is set, so that most fields skip all of them.
    pub(crate) has_role: bool,
    pub(crate) naming: bool,
    pub(crate) value_of_pair: bool,
    /// Whether its name is that of a part of a value.
    pub(crate) is_part: bool,
    /// The sanitized path.
    pub(crate) path: Box<str>,
    /// The path's number in the block's name table, when `interned` is the block's number.
    pub(crate) name_number: u32,
    pub(crate) interned: u32,
    /// The key that came after this one last time: records of one program have their keys in one order.
    after: NodeId,
    /// The same for the first key below this one.
    below: NodeId,
    parent: NodeId,
    key: Box<[u8]>,
    /// Whether the key stands in JSON as it is, without escapes.
    plain: bool,
}

impl Node {
    /// The node of the object that it is in.
    pub(crate) fn parent(&self) -> NodeId {
        self.parent
    }

    fn new(parent: NodeId, key: &[u8], decision: &Decision, path: String) -> Self {
        let roles = decision.roles;
        let has_role = roles.any();
        Self {
            rule: decision.rule,
            cues: decision.cues,
            roles,
            has_role,
            naming: super::is_naming_key(&decision.name),
            value_of_pair: super::is_value_key(&decision.name),
            is_part: decision.rule != Rule::Untouched && super::part_of(&decision.name).is_some(),
            path: path.into(),
            name_number: 0,
            interned: 0,
            after: RECORD,
            below: RECORD,
            parent,
            key: key.into(),
            plain: !key.iter().any(|byte| matches!(byte, b'"' | b'\\')),
        }
    }
}

/// All paths a thread has met.
pub(crate) struct PathTree {
    seed: u64,
    nodes: Vec<Node>,
    /// The nodes' decisions, looked at for new nodes only.
    decisions: Vec<Decision>,
    slots: Vec<u32>,
    bytes: usize,
}

impl PathTree {
    pub(crate) fn new(seed: u64) -> Self {
        let mut tree = Self { seed, nodes: Vec::new(), decisions: Vec::new(), slots: Vec::new(), bytes: 0 };
        tree.clear();
        tree
    }

    fn clear(&mut self) {
        let root = Decision { rule: Rule::Scan, why: Why::Nothing, roles: Roles::NONE, cues: Cues::NONE, name: String::new(), keys: None };
        self.nodes.clear();
        self.nodes.push(Node::new(RECORD, b"", &root, String::new()));
        self.nodes.push(Node::new(TEXT, b"", &root, String::new()));
        self.decisions.clear();
        self.decisions.extend([root.clone(), root]);
        self.slots.clear();
        self.slots.resize(4 * NODES_MAX, 0);
        self.bytes = 0;
    }

    /// Forgets everything when the tree has grown too large, and says so. To be called between records: node numbers end here.
    pub(crate) fn trim(&mut self) -> bool {
        let full = self.nodes.len() > NODES_MAX || self.bytes > TEXT_BYTES_MAX;
        if full {
            self.clear();
        }
        full
    }

    /// Whether no more may be added for what is not certain to come again.
    pub(crate) fn is_full(&self) -> bool {
        self.nodes.len() > NODES_MAX
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// The parent's decision, none for the two roots.
    pub(crate) fn parent_decision(&self, parent: NodeId) -> Option<&Decision> {
        (parent > TEXT).then(|| self.decision(parent))
    }

    pub(crate) fn decision(&self, id: NodeId) -> &Decision {
        &self.decisions[id as usize]
    }

    /// The key that followed `before` last time (or was the first below `parent`, when these are the same) and its length, when `text` begins with
    /// it and its closing quote.
    pub(crate) fn expected(&self, before: NodeId, parent: NodeId, text: &[u8]) -> Option<(NodeId, usize)> {
        let last = &self.nodes[before as usize];
        let guess = if before == parent { last.below } else { last.after };
        let node = &self.nodes[guess as usize];
        let len = node.key.len();
        let fits = guess > TEXT && node.parent == parent && node.plain && text.get(len) == Some(&b'"') && same(&text[..len], &node.key);
        fits.then_some((guess, len))
    }

    /// Finds the key that follows `before` (or is the first below `parent`, when these are the same), by what followed last time.
    pub(crate) fn find_after(&mut self, before: NodeId, parent: NodeId, key: &[u8]) -> Option<NodeId> {
        let first = before == parent;
        let last = &self.nodes[before as usize];
        let guess = if first { last.below } else { last.after };
        let node = &self.nodes[guess as usize];
        if guess > TEXT && node.parent == parent && same(&node.key, key) {
            return Some(guess);
        }
        let found = self.find(parent, key)?;
        let last = &mut self.nodes[before as usize];
        *(if first { &mut last.below } else { &mut last.after }) = found;
        Some(found)
    }

    pub(crate) fn find(&self, parent: NodeId, key: &[u8]) -> Option<NodeId> {
        let mask = self.slots.len() - 1;
        let mut slot = self.slot_of(parent, key) & mask;
        loop {
            let id = self.slots[slot];
            if id == 0 {
                return None;
            }
            let node = &self.nodes[id as usize];
            if node.parent == parent && same(&node.key, key) {
                return Some(id);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a key below `parent`.
    pub(crate) fn add(&mut self, parent: NodeId, key: &[u8], decision: Decision, path: String) -> NodeId {
        let node = Node::new(parent, key, &decision, path);
        if self.nodes.len() * 2 > self.slots.len() {
            self.grow();
        }
        let id = self.nodes.len() as u32;
        self.bytes += node.key.len() + node.path.len() + 160;
        self.place(node.parent, &node.key, id);
        self.nodes.push(node);
        self.decisions.push(decision);
        id
    }

    fn place(&mut self, parent: NodeId, key: &[u8], id: u32) {
        let mask = self.slots.len() - 1;
        let mut slot = self.slot_of(parent, key) & mask;
        while self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = id;
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        let mask = self.slots.len() - 1;
        for id in 2..self.nodes.len() {
            let mut slot = self.slot_of(self.nodes[id].parent, &self.nodes[id].key) & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = id as u32;
        }
    }

    fn slot_of(&self, parent: NodeId, key: &[u8]) -> usize {
        (fast_hash(self.seed ^ (u64::from(parent) << 32), key) >> 16) as usize
    }
}
