//! What kinds of values stand where a shape or a template has `<*>`: classes and how often each, never a value.

use super::record_kind;
use crate::ids::{RecordRef, StableId};

/// Lines of one shape that have a value of one class at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct ShapePlaceRecord<'a> {
    /// Digest ([`StableId::of`]) of the skeleton's text.
    pub shape: StableId,
    /// Which `<*>` of the text, from 0.
    pub place: u8,
    /// Name of the class: `number`, `date`, `token CARD`.
    pub class: &'a str,
    /// Lines.
    pub count: u64,
    /// First of them.
    pub first: RecordRef,
}

record_kind!(
    /// Classes of values by shape and place of a shard, sorted by shape, place and class.
    ShapePlace = ShapePlace, version 1, view ShapePlaceRecord<'a>,
    schema "shape_place/1 shape:u64 place:u8 class:str count:u64 first{source:u32 offset:u64}"
);

/// Lines of one template that have a value of one class at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct TemplatePlaceRecord<'a> {
    /// The template.
    pub template: StableId,
    /// Which `<*>` of its text, from 0.
    pub place: u8,
    /// Name of the class: `number`, `word`, `token CARD`.
    pub class: &'a str,
    /// Lines.
    pub count: u64,
    /// First of them.
    pub first: RecordRef,
}

record_kind!(
    /// Classes of values by template and place, sorted by template, place and class.
    TemplatePlace = TemplatePlace, version 1, view TemplatePlaceRecord<'a>,
    schema "template_place/1 template:u64 place:u8 class:str count:u64 first{source:u32 offset:u64}"
);
