//! Files that a team fills in: made once, never written again. What a night needs and they lack is told, and put beside.

use serde_json::{Map, Value};

/// Files of values, and how deep their names go: in `test-data.json` a name is two steps down (`values.account`), in `bodies.json` one.
const FILES: [(&str, usize); 2] = [("steps/bodies.json", 1), ("steps/test-data.json", 2)];

/// How deep the names of a file go; none for other files.
#[must_use]
pub fn depth(name: &str) -> Option<usize> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, depth)| *depth)
}

/// What a file lacks.
pub struct Lacking {
    /// The names, sorted.
    pub names: Vec<String>,
    /// A JSON text that holds them with their defaults.
    pub text: Vec<u8>,
}

/// What `ours` lacks of `theirs`; none when one of them is no JSON object.
#[must_use]
pub fn lacking(ours: &[u8], theirs: &[u8], depth: usize) -> Option<Lacking> {
    let (Ok(Value::Object(ours)), Ok(Value::Object(theirs))) = (serde_json::from_slice(ours), serde_json::from_slice(theirs)) else { return None };
    let mut names = Vec::new();
    let lacks = missing(&ours, &theirs, depth, "", &mut names);
    names.sort();
    Some(Lacking { names, text: format!("{:#}\n", Value::Object(lacks)).into_bytes() })
}

fn missing(ours: &Map<String, Value>, theirs: &Map<String, Value>, depth: usize, before: &str, names: &mut Vec<String>) -> Map<String, Value> {
    let mut lacks = Map::new();
    for (key, value) in theirs {
        match (ours.get(key), value) {
            (None, _) => {
                names.push(format!("{before}{key}"));
                lacks.insert(key.clone(), value.clone());
            }
            (Some(Value::Object(ours)), Value::Object(theirs)) if depth > 1 => {
                let inner = missing(ours, theirs, depth - 1, &format!("{before}{key}."), names);
                if !inner.is_empty() {
                    lacks.insert(key.clone(), Value::Object(inner));
                }
            }
            _ => {}
        }
    }
    lacks
}
