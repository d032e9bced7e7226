//! Skeletons, templates, and the templates that earlier nights knew.

use super::{Severity, record_kind};
use crate::ids::{RecordRef, StableId};

/// A distinct message shape of a shard: typed variables replaced by `<*>`, words still in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct SkeletonRecord<'a> {
    /// The shape, every variable `<*>`.
    pub text: &'a str,
    /// Lines with this shape.
    pub count: u64,
    /// First line with this shape.
    pub first: RecordRef,
    /// Greatest severity seen.
    pub severity: Severity,
    /// Lines whose event nothing but the template names, by the outcome their fields state (unknown, success, failure).
    pub unnamed: [u64; 3],
}

record_kind!(
    /// Skeletons, sorted by text.
    Skeleton = Skeleton, version 1, view SkeletonRecord<'a>,
    schema "skeleton/1 text:str count:u64 first{source:u32 offset:u64} severity:enum6 unnamed:[u64;3]"
);

/// A mined template, and how the skeletons that became it are found again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct TemplateRecord<'a> {
    /// Hash of `text`.
    pub id: StableId,
    /// Canonical text: constants as they are, every variable `<*>`.
    pub text: &'a str,
    /// Lines.
    pub count: u64,
    /// First line.
    pub first: RecordRef,
    /// Greatest severity seen.
    pub severity: Severity,
    /// Digests ([`StableId::of`]) of the skeleton texts that belong to it, sorted.
    pub skeletons: Vec<u64>,
}

record_kind!(
    /// Templates, sorted by id.
    Template = Template, version 1, view TemplateRecord<'a>,
    schema "template/1 id:u64 text:str count:u64 first{source:u32 offset:u64} severity:enum6 skeletons:[u64]"
);

/// A template that this night or an earlier one had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct KnownTemplateRecord<'a> {
    /// Hash of `text`.
    pub id: StableId,
    /// Canonical text.
    pub text: &'a str,
    /// First night it was seen, days since 1970-01-01.
    pub first_day: i32,
    /// Last night it was seen.
    pub last_day: i32,
    /// Nights it was seen.
    pub nights: u32,
    /// Lines of the last night it was seen.
    pub count: u64,
    /// Greatest severity of that night.
    pub severity: Severity,
}

record_kind!(
    /// Known templates, sorted by id: the baseline that the next night is compared with.
    KnownTemplate = KnownTemplate, version 1, view KnownTemplateRecord<'a>,
    schema "known_template/1 id:u64 text:str first_day:i32 last_day:i32 nights:u32 count:u64 severity:enum6"
);

/// A shape that few of whom the records are about have in a shard.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct RareShapeRecord {
    /// Digest ([`StableId::of`]) of the skeleton's text.
    pub shape: u64,
    /// Hashes of these customers (of sessions, traces or the records themselves where no customer is known), sorted; fewer than
    /// `mine.word_customers_min` of the policy.
    pub units: Vec<u64>,
}

record_kind!(
    /// Rare shapes, sorted by digest: whose words may be nobody else's.
    RareShape = RareShape, version 1, view RareShapeRecord,
    schema "rare_shape/1 shape:u64 units:[u64]"
);
