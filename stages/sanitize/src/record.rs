//! A record being sanitized: its fields so far, and the candidates for its session, customer and trace.

use crate::fields::NO_RANK;
use crate::fields::tree::NodeId;

/// A value of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A range of [`Shape::text`].
    Text(usize, usize),
}

/// The order of fields by path, remembered for the shapes of record that come again and again.
#[derive(Default)]
pub(crate) struct Orders {
    slots: Vec<(Vec<NodeId>, Vec<u16>)>,
    key: Vec<NodeId>,
}

/// Shapes remembered.
const ORDERS: usize = 256;

impl Orders {
    /// The positions of `fields` in the order of their paths, equal paths as they stand. `compare` is asked for new shapes only.
    pub(crate) fn of(&mut self, fields: &[(NodeId, Value)], compare: impl Fn(NodeId, NodeId) -> std::cmp::Ordering) -> &[u16] {
        self.key.clear();
        self.key.extend(fields.iter().map(|(node, _)| *node));
        let hash = self.key.iter().fold(0_u64, |hash, &node| (hash ^ u64::from(node)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23));
        self.slots.resize_with(ORDERS, Default::default);
        let (key, order) = &mut self.slots[(hash >> 32) as usize % ORDERS];
        if *key != self.key {
            key.clone_from(&self.key);
            order.clear();
            order.extend(0..fields.len() as u16);
            order.sort_by(|&a, &b| compare(key[usize::from(a)], key[usize::from(b)]));
        }
        order
    }

    /// Forgets all: the numbers of nodes mean something else from now on.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
    }
}

/// The best candidate for one of the record's own columns.
#[derive(Default)]
pub(crate) struct Role {
    rank: Option<u8>,
    pub(crate) text: String,
}

impl Role {
    /// Takes a candidate that is better than the one before.
    pub(crate) fn offer(&mut self, rank: u8, text: &str) {
        if rank != NO_RANK && !text.is_empty() && self.rank.is_none_or(|best| rank < best) {
            self.rank = Some(rank);
            self.text.clear();
            self.text.push_str(text);
        }
    }

    fn clear(&mut self) {
        self.rank = None;
        self.text.clear();
    }
}

/// A record being sanitized.
#[derive(Default)]
pub(crate) struct Shape {
    pub(crate) fields: Vec<(NodeId, Value)>,
    /// Texts of the fields.
    pub(crate) text: String,
    /// Rank and index of the field that is the record's time.
    pub(crate) time: Option<(u8, usize)>,
    /// Rank and index of the field that is the record's message.
    pub(crate) message: Option<(u8, usize)>,
    pub(crate) session: Role,
    pub(crate) customer: Role,
    pub(crate) trace: Role,
    pub(crate) left_out: u64,
}

impl Shape {
    pub(crate) fn clear(&mut self) {
        self.fields.clear();
        self.text.clear();
        (self.time, self.message, self.left_out) = (None, None, 0);
        self.session.clear();
        self.customer.clear();
        self.trace.clear();
    }
}
