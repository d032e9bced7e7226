//! Every text and number of a record as a reader would see it, without building anything: what a search over all published records looks at.

use std::fmt::Display;

use serde::ser::{self, Serialize};

/// Least number that is shown to the search; smaller ones are nobody's.
const NUMBER_MIN: u64 = 1_000_000;

/// Shows `see` every text and every greater number of `value`, in the order of its fields.
pub(super) fn of(value: &impl Serialize, see: &mut dyn FnMut(&[u8])) {
    // The visitor cannot fail, and what a record says of itself it can say.
    let _ = value.serialize(&mut Visitor { see });
}

/// Shows a number, as its decimal digits.
pub(super) fn number(value: i64, see: &mut dyn FnMut(&[u8])) {
    let mut rest = value.unsigned_abs();
    if rest < NUMBER_MIN {
        return;
    }
    let (mut digits, mut at) = ([0; 20], 20);
    while rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    see(&digits[at..]);
}

/// Shows a number with a fraction when it has none.
pub(super) fn float(value: f64, see: &mut dyn FnMut(&[u8])) {
    if value.fract() == 0.0 && value.abs() < 9e18 {
        number(value as i64, see);
    }
}

struct Visitor<'v> {
    see: &'v mut dyn FnMut(&[u8]),
}

/// Serializing to a visitor has no errors of its own.
#[derive(Debug)]
struct Never;

impl Display for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record that cannot be shown")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => { $(
        fn $method(self, value: $type) -> Result<(), Never> {
            number(i64::try_from(value).unwrap_or(i64::MAX), self.see);
            Ok(())
        }
    )* };
}

macro_rules! silent {
    ($($method:ident($($type:ty),*)),*) => { $(
        fn $method(self, $(_: $type),*) -> Result<(), Never> {
            Ok(())
        }
    )* };
}

impl ser::Serializer for &mut Visitor<'_> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128);
    numbers!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128);
    silent!(serialize_bool(bool), serialize_char(char), serialize_none(), serialize_unit(), serialize_unit_struct(&'static str));
    silent!(serialize_unit_variant(&'static str, u32, &'static str));

    fn serialize_f32(self, value: f32) -> Result<(), Never> {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Result<(), Never> {
        float(value, self.see);
        Ok(())
    }
    fn serialize_str(self, value: &str) -> Result<(), Never> {
        (self.see)(value.as_bytes());
        Ok(())
    }
    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        (self.see)(value);
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }
    fn serialize_seq(self, _len: Option<usize>) -> Result<Self, Never> {
        Ok(self)
    }
    fn serialize_tuple(self, _len: usize) -> Result<Self, Never> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Self, Never> {
        Ok(self)
    }
    fn serialize_tuple_variant(self, _name: &'static str, _index: u32, _variant: &'static str, _len: usize) -> Result<Self, Never> {
        Ok(self)
    }
    fn serialize_map(self, _len: Option<usize>) -> Result<Self, Never> {
        Ok(self)
    }
    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Self, Never> {
        Ok(self)
    }
    fn serialize_struct_variant(self, _name: &'static str, _index: u32, _variant: &'static str, _len: usize) -> Result<Self, Never> {
        Ok(self)
    }
}

macro_rules! compound {
    ($($trait:ident::$method:ident($($name:ident)?)),*) => { $(
        impl ser::$trait for &mut Visitor<'_> {
            type Ok = ();
            type Error = Never;
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result<(), Never> {
                $(let _ = $name;)?
                value.serialize(&mut **self)
            }
            fn end(self) -> Result<(), Never> {
                Ok(())
            }
        }
    )* };
}
compound!(
    SerializeSeq::serialize_element(),
    SerializeTuple::serialize_element(),
    SerializeTupleStruct::serialize_field(),
    SerializeTupleVariant::serialize_field(),
    SerializeStruct::serialize_field(name),
    SerializeStructVariant::serialize_field(name)
);

impl ser::SerializeMap for &mut Visitor<'_> {
    type Ok = ();
    type Error = Never;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut **self)
    }
    fn end(self) -> Result<(), Never> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_seen_as_they_are_read() {
        let value = serde_json::json!({"a": ["x", 12_345_678, -987_654_321_i64, 7, null, true], "key": {"b": 4_111_111_111_111_111.0_f64}});
        let mut seen = Vec::new();
        of(&value, &mut |text| seen.push(String::from_utf8(text.to_vec()).unwrap()));
        assert_eq!(seen, ["a", "x", "12345678", "987654321", "key", "b", "4111111111111111"]);
    }
}
