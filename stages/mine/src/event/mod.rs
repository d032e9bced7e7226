//! What a record says happened: its fields by role, its kind, its typed values.

pub(crate) mod amount;
pub(crate) mod category;
pub(crate) mod cause;
pub(crate) mod field;
pub(crate) mod http;
pub(crate) mod kind;
pub(crate) mod outcome;
pub(crate) mod words;
