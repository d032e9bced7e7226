//! One raw record in, one clean record out.

use schemas::container::BlockBuilder;
use schemas::limits::RECORD_BYTES_MAX;
use schemas::record::{Clean, CleanRecord, Field, RawFormat, RawRecord, Scalar};
use stage_runtime::StepError;

use crate::fields::tree::{NodeId, RECORD};
use crate::fold::cut;
use crate::operator::Shift;
use crate::record::Value;
use crate::scan::driver::Scope;
use crate::worker::Worker;

/// A record that cannot be sanitized within its bounds.
pub(crate) struct Unsanitizable;

impl Worker<'_> {
    /// Sanitizes a record into `shape`.
    pub(crate) fn take_in(&mut self, record: &RawRecord<'_>) -> Result<(), Unsanitizable> {
        if self.engine.moves_dates && self.gathered.is_none() {
            self.find_shift(record)?;
        }
        self.walk_or_search(record)
    }

    /// Finds out by how much the record's dates are moved: its customer has to be known first, wherever it stands.
    fn find_shift(&mut self, record: &RawRecord<'_>) -> Result<(), Unsanitizable> {
        let before = (self.replaced, self.by_lexicon, self.notes);
        self.shift = None;
        let taken = self.walk_or_search(record);
        (self.replaced, self.by_lexicon, self.notes) = before;
        let customer = self.shape.customer.text.as_str();
        self.shift = (!customer.is_empty()).then(|| Shift::of(&self.engine.keys, customer));
        taken
    }

    /// Forgets the record before this one, and what was remembered of names when that has grown too large.
    pub(crate) fn begin_record(&mut self) {
        self.shape.clear();
        self.hits.clear();
        self.forget_tokens();
        if self.paths.trim() {
            self.orders.clear();
        }
        (self.wasted, self.searched, self.bound_searched) = (0, 0, 0);
        self.named_binds.clear();
        self.split = None;
        self.half = None;
    }

    fn walk_or_search(&mut self, record: &RawRecord<'_>) -> Result<(), Unsanitizable> {
        let text = record.text.reveal();
        self.begin_record();
        // A converted charset may make a record a little longer than what ingest measured.
        if text.len() > 4 * RECORD_BYTES_MAX {
            return Err(Unsanitizable);
        }
        if record.format == RawFormat::Json && self.walk_record(text).is_some() {
            self.choose_message(record.message_path);
            return Ok(());
        }
        // Text, or what was no JSON after all: searched as a whole, and nothing else comes out.
        self.shape.clear();
        self.hits.clear();
        self.forget_tokens();
        self.search_into_record(text, Scope::TEXT);
        self.shape.fields.push((RECORD, Value::Text(0, self.shape.text.len())));
        self.shape.message = Some((0, 0));
        Ok(())
    }

    /// The field that ingest took for the message, when it says so.
    fn choose_message(&mut self, path: &str) {
        if path.is_empty() {
            return;
        }
        let index = self.shape.fields.iter().position(|&(node, _)| *self.paths.node(node).path == *path);
        if let Some(index) = index {
            self.shape.message = Some((0, index));
        }
    }

    /// Writes the record that was taken in. `block_number` tells blocks apart, for the table of names.
    pub(crate) fn put_out(&mut self, record: &RawRecord<'_>, block: &mut BlockBuilder<Clean>, block_number: u32) -> Result<(), StepError> {
        let shape = std::mem::take(&mut self.shape);
        let message = shape.message.map(|(_, index)| index);
        let time = shape.time.map(|(_, index)| index);
        let mut message_text = String::new();
        let message = match message.and_then(|index| shape.fields.get(index)) {
            Some((_, Value::Text(from, to))) => cut(&shape.text, *from, *to),
            Some((_, Value::Int(number))) => {
                message_text.push_str(&number.to_string());
                &message_text
            }
            _ => "",
        };
        let left_out = [
            shape.message.filter(|(_, index)| !message.is_empty() || shape.fields[*index].0 == RECORD).map(|(_, index)| index),
            time.filter(|_| record.time_ns.is_some()),
        ];
        let mut orders = std::mem::take(&mut self.orders);
        let order =
            orders.of(&shape.fields, |a, b| if a == b { std::cmp::Ordering::Equal } else { self.paths.node(a).path.cmp(&self.paths.node(b).path) });
        let mut fields = Vec::with_capacity(order.len());
        for &at in order {
            let at = usize::from(at);
            if left_out.contains(&Some(at)) {
                continue;
            }
            let (node, value) = shape.fields[at];
            let value = match value {
                Value::Null => Scalar::Null,
                Value::Bool(value) => Scalar::Bool(value),
                Value::Int(value) => Scalar::Int(value),
                Value::Float(value) => Scalar::Float(value),
                Value::Text(from, to) => Scalar::Text(cut(&shape.text, from, to)),
            };
            fields.push(Field { path: self.name_number(node, block, block_number), value });
        }
        self.orders = orders;
        let clean = CleanRecord {
            at: record.at,
            time_ns: record.time_ns,
            severity: record.severity,
            session: &shape.session.text,
            customer: &shape.customer.text,
            trace: &shape.trace.text,
            message,
            fields,
        };
        block.push(&clean, record.time_ns)?;
        self.shape = shape;
        Ok(())
    }

    fn name_number(&mut self, node: NodeId, block: &mut BlockBuilder<Clean>, block_number: u32) -> u32 {
        let known = self.paths.node(node);
        if known.interned == block_number {
            return known.name_number;
        }
        let number = block.intern(&known.path);
        let node = self.paths.node_mut(node);
        (node.interned, node.name_number) = (block_number, number);
        number
    }
}
