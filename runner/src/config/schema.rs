//! JSON Schema (draft 2020-12) of a form, for editors and configuration checks outside: `logminer config schema`.

use serde_json::{Map, Value, json};

use super::form::{Form, Key, Kind};

/// The schema of a form. Unknown keys are refused on every level, as the program refuses them.
#[must_use]
pub fn of(form: Form) -> Value {
    let mut properties = Map::new();
    for key in form.keys {
        if key.section.is_empty() {
            properties.insert(key.name.to_owned(), property(key));
            continue;
        }
        let section =
            properties.entry(key.section.to_owned()).or_insert_with(|| json!({ "type": "object", "additionalProperties": false, "properties": {} }));
        section["properties"][key.name] = property(key);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "description": form.why,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn property(key: &Key) -> Value {
    let mut value = match key.kind {
        Kind::Path => json!({ "type": "string", "minLength": 1 }),
        Kind::Paths => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Kind::Text { .. } => json!({ "type": "string" }),
        Kind::Texts { .. } => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Integer { min, max } if max == i64::MAX => json!({ "type": "integer", "minimum": min }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Choice(choices) => json!({ "enum": choices() }),
        Kind::Choices(choices) => json!({ "type": "array", "items": { "enum": choices() } }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Entries { keys, required } => {
            let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
            json!({ "type": "array", "items": { "type": "object", "additionalProperties": false, "properties": properties, "required": required } })
        }
        Kind::Texted { names: None, .. } => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::Texted { names: Some(names), .. } => {
            let properties: Map<String, Value> = names().into_iter().map(|name| (name.to_owned(), json!({ "type": "string" }))).collect();
            json!({ "type": "object", "additionalProperties": false, "properties": properties })
        }
        Kind::Map { names: None, values } => json!({ "type": "object", "additionalProperties": { "enum": values() } }),
        Kind::Map { names: Some(names), values } => {
            let properties: Map<String, Value> = names().into_iter().map(|name| (name.to_owned(), json!({ "enum": values() }))).collect();
            json!({ "type": "object", "additionalProperties": false, "properties": properties })
        }
    };
    value["description"] = format!("{} Allowed: {}.", key.why, key.kind.allowed()).into();
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{keys, policy_keys};

    #[test]
    fn every_key_is_in_the_schema_and_unknown_ones_are_denied() {
        for form in [keys::FORM, policy_keys::FORM] {
            let schema = of(form);
            assert_eq!(schema["additionalProperties"], false);
            for key in form.keys {
                let property =
                    if key.section.is_empty() { &schema["properties"][key.name] } else { &schema["properties"][key.section]["properties"][key.name] };
                assert!(property["description"].as_str().is_some_and(|text| text.contains("Allowed: ")), "{}", key.name);
                assert!(key.section.is_empty() || schema["properties"][key.section]["additionalProperties"] == false);
            }
        }
    }

    #[test]
    fn bounds_and_choices_are_those_of_the_program() {
        let schema = of(policy_keys::FORM);
        assert_eq!(schema["properties"]["ingest"]["properties"]["quarantine_ppm_max"]["maximum"], 1_000_000);
        assert_eq!(schema["properties"]["profile"]["enum"], json!(["development", "production"]));
        assert_eq!(schema["properties"]["sanitize"]["properties"]["operators"]["properties"]["IP"]["type"], "string");
        assert_eq!(schema["properties"]["sanitize"]["properties"]["fields"]["additionalProperties"]["enum"][0], "CARD");
        assert!(of(keys::FORM)["properties"]["seal_epoch_min"].get("maximum").is_none());
    }
}
