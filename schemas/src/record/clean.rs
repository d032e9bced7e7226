//! Clean records: what is left of a log record once it is sanitized.

use super::{Severity, record_kind};
use crate::codec::{self, CodecError, Cursor, Encode};
use crate::ids::RecordRef;

/// A typed value. Numbers keep their type; text is sanitized (it may hold tokens).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
#[serde(untagged)]
pub enum Scalar<'a> {
    /// JSON null.
    Null,
    /// JSON true or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Another number, as its bits matter for nothing but itself.
    Float(f64),
    /// Text.
    Text(&'a str),
}

/// One field: the number of its path in the block's name table, and its value.
#[derive(Debug, Clone, Copy, PartialEq, bincode::BorrowDecode)]
pub struct Field<'a> {
    /// Number of the path (keys joined by `.`, array positions as `[]`) in the block's name table.
    pub path: u32,
    /// Value.
    pub value: Scalar<'a>,
}

/// As derived, but for short texts, which nearly all values are.
impl Encode for Field<'_> {
    fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
        if let Scalar::Text(text) = self.value
            && let Some(written) = codec::encode_short_text_field(encoder, self.path, TEXT, text)
        {
            return written;
        }
        self.path.encode(encoder)?;
        self.value.encode(encoder)
    }
}

/// One clean record.
#[derive(Debug, Clone, PartialEq, bincode::Encode, bincode::BorrowDecode)]
pub struct CleanRecord<'a> {
    /// Where its raw record came from.
    pub at: RecordRef,
    /// Event time, UTC nanoseconds.
    pub time_ns: Option<i64>,
    /// Severity.
    pub severity: Severity,
    /// Token of the session (by the policy's session keys), empty when there is none.
    pub session: &'a str,
    /// Token of the customer (by the policy's customer keys), empty when there is none.
    pub customer: &'a str,
    /// Token of the trace (by the policy's trace keys), empty when there is none.
    pub trace: &'a str,
    /// Sanitized message; empty when the record has none.
    pub message: &'a str,
    /// The other fields, sorted by path, message and timestamp left out.
    pub fields: Vec<Field<'a>>,
}

record_kind!(
    /// Clean records.
    Clean = Clean, version 1, view CleanRecord<'a>,
    schema "clean/1 at{source:u32 offset:u64} time_ns:i64? severity:enum6 session:str customer:str trace:str message:str fields:[{path:name value:null|bool|i64|f64|str}]",
    read CleanRecord::read
);

impl<'a> CleanRecord<'a> {
    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, CodecError> {
        Ok(Self {
            at: RecordRef::read(cursor)?,
            time_ns: cursor.option(Cursor::i64)?,
            severity: Severity::read(cursor)?,
            session: cursor.text()?,
            customer: cursor.text()?,
            trace: cursor.text()?,
            message: cursor.text()?,
            fields: Field::read_list(cursor)?,
        })
    }
}

/// The number of [`Scalar::Text`].
const TEXT: u8 = 4;

impl<'a> Field<'a> {
    fn read_list(cursor: &mut Cursor<'a>) -> Result<Vec<Self>, CodecError> {
        // The path and the kind of the value take a byte each.
        let count = cursor.count::<Self>(2)?;
        let mut fields = Vec::with_capacity(count);
        for _ in 0..count {
            fields.push(match cursor.short_text_field(TEXT)? {
                Some((path, text)) => Self { path: path.into(), value: Scalar::Text(text) },
                None => Self { path: cursor.u32()?, value: Scalar::read(cursor)? },
            });
        }
        Ok(fields)
    }
}

impl<'a> Scalar<'a> {
    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, CodecError> {
        match cursor.u32()? {
            0 => Ok(Self::Null),
            1 => cursor.bool().map(Self::Bool),
            2 => cursor.i64().map(Self::Int),
            3 => cursor.f64().map(Self::Float),
            4 => cursor.text().map(Self::Text),
            _ => Err(CodecError::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_encoded_as_its_parts_are() {
        let texts: Vec<String> = [0, 1, 250, 251, 70_000].map(|len| "x".repeat(len)).into();
        let values = texts.iter().map(|text| Scalar::Text(text)).chain([Scalar::Null, Scalar::Bool(true), Scalar::Int(-7), Scalar::Float(0.5)]);
        for value in values {
            for path in [0, 250, 251, 70_000] {
                assert_eq!(codec::encode(&Field { path, value }), codec::encode(&(path, value)), "{path}");
            }
        }
    }
}
