//! Files that a team fills in: made once, never written again. What a night needs and they lack is told, and put beside.

use schemas::ids::Digest;
use serde_json::{Map, Value};

/// A file of values, and what counts in it.
#[derive(Debug, Clone, Copy)]
pub struct Values {
    file: &'static str,
    /// How deep its names go.
    depth: usize,
    /// Whether it counts that a value is `{}`.
    by_empty: bool,
}

/// In `test-data.json` a name is two steps down (`values.account`), in `bodies.json` one, and `{}` is the body of a call of which no log showed a field.
const FILES: [Values; 2] =
    [Values { file: "steps/bodies.json", depth: 1, by_empty: true }, Values { file: "steps/test-data.json", depth: 2, by_empty: false }];

/// What counts in a file of values; none for other files.
#[must_use]
pub fn values(name: &str) -> Option<Values> {
    FILES.into_iter().find(|values| values.file == name)
}

/// What a file lacks.
pub struct Lacking {
    /// The names, sorted.
    pub names: Vec<String>,
    /// A JSON text that holds them with their defaults.
    pub text: Vec<u8>,
}

impl Values {
    /// Digest of what counts. The values are defaults that each night makes anew, and a team has its own: other ones are no news.
    #[must_use]
    pub fn digest(self, text: &[u8]) -> Digest {
        let Ok(Value::Object(values)) = serde_json::from_slice(text) else { return Digest::of(text) };
        let mut names = Vec::new();
        self.names(&values, self.depth, "", &mut names);
        names.sort();
        Digest::of_parts(names.iter().map(String::as_bytes))
    }

    fn names(self, values: &Map<String, Value>, depth: usize, before: &str, names: &mut Vec<String>) {
        for (key, value) in values {
            names.push(format!("{before}{key}{}", if self.by_empty && is_empty(value) { " {}" } else { "" }));
            if let (Value::Object(inner), true) = (value, depth > 1) {
                self.names(inner, depth - 1, &format!("{before}{key}."), names);
            }
        }
    }

    /// What `ours` lacks of `theirs`, the bodies of calls of which it knows no field included; none when one of them is no JSON object.
    #[must_use]
    pub fn lacking(self, ours: &[u8], theirs: &[u8]) -> Option<Lacking> {
        let (Ok(Value::Object(ours)), Ok(Value::Object(theirs))) = (serde_json::from_slice(ours), serde_json::from_slice(theirs)) else {
            return None;
        };
        let mut names = Vec::new();
        let lacks = self.missing(&ours, &theirs, self.depth, "", &mut names);
        names.sort();
        Some(Lacking { names, text: format!("{:#}\n", Value::Object(lacks)).into_bytes() })
    }

    fn missing(
        self,
        ours: &Map<String, Value>,
        theirs: &Map<String, Value>,
        depth: usize,
        before: &str,
        names: &mut Vec<String>,
    ) -> Map<String, Value> {
        let mut lacks = Map::new();
        for (key, value) in theirs {
            let known = ours.get(key).filter(|ours| !(self.by_empty && is_empty(ours) && !is_empty(value)));
            match (known, value) {
                (None, _) => {
                    names.push(format!("{before}{key}"));
                    lacks.insert(key.clone(), value.clone());
                }
                (Some(Value::Object(ours)), Value::Object(theirs)) if depth > 1 => {
                    let inner = self.missing(ours, theirs, depth - 1, &format!("{before}{key}."), names);
                    if !inner.is_empty() {
                        lacks.insert(key.clone(), Value::Object(inner));
                    }
                }
                _ => {}
            }
        }
        lacks
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
