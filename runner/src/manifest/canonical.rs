//! Canonical JSON: one text for one value, so that digests and signatures are over bytes that anybody can make again.
//!
//! As RFC 8785 (JCS) has it: members sorted by the UTF-16 code units of their names, no white space, strings with the shortest escapes.
//! It differs in three things, all on the strict side: a float is refused instead of rounded to the shortest form, an integer over
//! 2^53 is written exactly instead of as a double, and the text ends with one line feed. A manifest of ours without its line feed is
//! therefore JCS as long as no number in it is over 2^53.

use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;

/// Canonical JSON of a value, one line feed at the end.
///
/// # Errors
/// [`schemas::exit::Exit::Internal`] when the value holds a float or cannot be written.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    let value = serde_json::to_value(value).map_err(|_| Failure::internal("write canonical JSON"))?;
    let mut text = Vec::new();
    emit(&value, &mut text)?;
    text.push(b'\n');
    Ok(text)
}

/// Sorts keys itself: whether `serde_json` keeps them sorted depends on features that any crate in the tree may turn on.
fn emit(value: &Value, text: &mut Vec<u8>) -> Result<(), Failure> {
    let wrong = |_| Failure::internal("write canonical JSON");
    match value {
        Value::Object(map) => {
            let mut members: Vec<(&String, &Value)> = map.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push(b'{');
            for (number, (name, value)) in members.into_iter().enumerate() {
                if number > 0 {
                    text.push(b',');
                }
                serde_json::to_writer(&mut *text, name).map_err(wrong)?;
                text.push(b':');
                emit(value, text)?;
            }
            text.push(b'}');
        }
        Value::Array(items) => {
            text.push(b'[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push(b',');
                }
                emit(item, text)?;
            }
            text.push(b']');
        }
        Value::Number(number) if number.is_f64() => return Err(Failure::internal("write canonical JSON: it holds a float")),
        other => serde_json::to_writer(text, other).map_err(wrong)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_canonical() {
        let text = canonical_json(&serde_json::json!({"b": [1, {"z": 1, "a": "x\n"}], "a": null})).unwrap();
        assert_eq!(text, b"{\"a\":null,\"b\":[1,{\"a\":\"x\\n\",\"z\":1}]}\n");
        assert!(canonical_json(&1.5).is_err());
        assert_eq!(canonical_json(&u64::MAX).unwrap(), b"18446744073709551615\n");
    }

    #[test]
    fn members_are_sorted_and_escaped_as_in_rfc_8785() {
        // Section 3.2.3: the order of UTF-16 code units, which is not that of code points.
        let text = canonical_json(&serde_json::json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        }))
        .unwrap();
        let text = String::from_utf8(text).unwrap();
        let order = ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji", "Hebrew"].map(|name| text.find(name).unwrap());
        assert!(order.is_sorted(), "{text}");
        // Section 3.2.2.2.
        let text = canonical_json(&"\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}").unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"\n");
    }
}
