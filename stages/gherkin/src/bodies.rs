//! What is known of request bodies: the fields that the log shows, with made-up values.

use std::collections::BTreeMap;

use schemas::record::{BodyField, BodyFieldRecord, BodyValueKind};
use serde_json::{Map, Value, json};
use stage_runtime::{StepContext, StepError};

use crate::data::default_of;
use crate::model::{Method, Path};
use crate::scenario::FOREIGN;

/// Names that stand for the user who is signed in.
const OF_USERS: [&str; 2] = ["username", "password"];
/// An amount of money that no limit forbids.
const AMOUNT: u32 = 10;

/// One field of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    /// Keys joined by `.`, an item of a list as `[]`.
    path: String,
    kind: BodyValueKind,
    /// A value that enough customers share; empty when there is none.
    value: String,
}

/// The bodies of the run's calls, by method and path; which name an id has in the path makes no other call.
#[derive(Debug, Default)]
pub(crate) struct Bodies(BTreeMap<String, Vec<Field>>);

impl Bodies {
    /// Reads what was mined. Values are left out when the policy asks for more customers than the miner did.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let policy = context.policy();
        let with_values = policy.mine.word_customers_min >= policy.gherkin.customers_min;
        let mut bodies = Self::default();
        let mut scratch = Vec::new();
        for input in context.inputs("body") {
            let container = input.open::<BodyField>()?;
            for number in 0..container.block_count() {
                for record in container.block::<BodyField>(number, &mut scratch)?.records() {
                    bodies.add(&record?, with_values);
                }
            }
        }
        Ok(bodies)
    }

    fn add(&mut self, record: &BodyFieldRecord<'_>, with_values: bool) {
        let (Some(method), Some(path)) = (Method::new(record.method), Path::new(record.route)) else { return };
        let fields = self.0.entry(shape(&format!("{} {}", method.name(), path.as_str()))).or_default();
        // Two routes may be one path to a test; what the first says of a field holds.
        if fields.iter().all(|field| field.path != record.path) {
            let value = if with_values { record.value } else { "" };
            fields.push(Field { path: record.path.to_owned(), kind: record.kind, value: value.to_owned() });
        }
    }

    /// The body of a call (`METHOD path`); empty when nothing is known. Names that it uses get a default in `values`.
    pub(crate) fn of_call(&self, call: &str, values: &mut BTreeMap<String, Value>) -> Value {
        let mut body = Value::Object(Map::new());
        for field in self.0.get(&shape(call)).into_iter().flatten() {
            let keys: Vec<&str> = field.path.split('.').collect();
            put(&mut body, &keys, field.made_up(values));
        }
        body
    }
}

impl Field {
    fn made_up(&self, values: &mut BTreeMap<String, Value>) -> Value {
        let is_amount = self.path.to_ascii_lowercase().contains("amount");
        let number = || if is_amount { json!(AMOUNT) } else { json!(1) };
        match self.kind {
            BodyValueKind::Boolean => json!(self.value != "false"),
            BodyValueKind::Integer if is_amount => number(),
            BodyValueKind::Integer => self.value.parse::<i64>().map_or_else(|_| number(), |value| json!(value)),
            BodyValueKind::Decimal => number(),
            BodyValueKind::Text if is_amount => json!(format!("{AMOUNT}.00")),
            BodyValueKind::Text if !self.value.is_empty() => json!(self.value),
            BodyValueKind::Any | BodyValueKind::Text | BodyValueKind::Token => {
                let alias = alias_of(&self.path);
                let text = json!(format!("${{{alias}}}"));
                if OF_USERS.contains(&alias.as_str()) {
                    return text;
                }
                values.entry(alias).or_insert_with_key(|alias| default_of(alias));
                text
            }
        }
    }
}

/// A call without the names in its path.
fn shape(call: &str) -> String {
    let segment = |segment: &str| if segment.starts_with("${") { "${}".to_owned() } else { segment.to_owned() };
    call.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The name of a field's value in the test data: `payee.accountNumber` is `payee_account_number`.
fn alias_of(path: &str) -> String {
    let mut alias = String::with_capacity(path.len() + 4);
    let mut lower_before = false;
    for byte in path.bytes().filter(|byte| !matches!(byte, b'[' | b']')) {
        if byte.is_ascii_uppercase() && lower_before {
            alias.push('_');
        }
        lower_before = byte.is_ascii_lowercase() || byte.is_ascii_digit();
        alias.push(if byte.is_ascii_alphanumeric() { char::from(byte.to_ascii_lowercase()) } else { '_' });
    }
    // These begin names with a meaning of their own.
    if alias.starts_with(FOREIGN) || alias.starts_with("unknown_") { format!("field_{alias}") } else { alias }
}

/// Puts a value at a path; what is in its way stays.
fn put(body: &mut Value, keys: &[&str], value: Value) {
    let [key, rest @ ..] = keys else { return };
    let Some(fields) = body.as_object_mut() else { return };
    match key.strip_suffix("[]") {
        Some(name) => {
            let list = fields.entry(name).or_insert_with(|| json!([]));
            let Some(items) = list.as_array_mut() else { return };
            if rest.is_empty() {
                items.push(value);
            } else {
                if items.is_empty() {
                    items.push(json!({}));
                }
                put(&mut items[0], rest, value);
            }
        }
        None if rest.is_empty() => drop(fields.entry(*key).or_insert(value)),
        None => put(fields.entry(*key).or_insert_with(|| json!({})), rest, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(rows: &[(&str, BodyValueKind, &str)], with_values: bool) -> Bodies {
        let mut bodies = Bodies::default();
        for &(path, kind, value) in rows {
            let record = BodyFieldRecord { method: "POST", route: "/accounts/{account_id}/transfers", path, kind, value, count: 9, units: vec![] };
            bodies.add(&record, with_values);
        }
        bodies
    }

    #[test]
    fn a_body_has_the_fields_of_the_log_and_no_value_of_a_customer() {
        let rows = [
            ("amount", BodyValueKind::Decimal, ""),
            ("currency", BodyValueKind::Text, "EUR"),
            ("express", BodyValueKind::Boolean, "false"),
            ("items[].sku", BodyValueKind::Text, ""),
            ("items[].count", BodyValueKind::Integer, "3"),
            ("payee.accountNumber", BodyValueKind::Token, "IBAN"),
            ("payee", BodyValueKind::Text, "in the way"),
            ("foreign_tax_id", BodyValueKind::Token, "NATIONAL_ID"),
            ("userName", BodyValueKind::Token, "LOGIN"),
            ("username", BodyValueKind::Token, "LOGIN"),
            ("tags[]", BodyValueKind::Text, "sepa"),
        ];
        let call = "POST /accounts/${account_id}/transfers";
        let mut values = BTreeMap::new();
        let expected = json!({
            "amount": 10, "currency": "EUR", "express": false, "foreign_tax_id": "${field_foreign_tax_id}",
            "items": [{ "count": 3, "sku": "${items_sku}" }], "payee": { "accountNumber": "${payee_account_number}" }, "tags": ["sepa"],
            "userName": "${user_name}", "username": "${username}",
        });
        assert_eq!(bodies(&rows, true).of_call(call, &mut values), expected);
        let names: Vec<&str> = values.keys().map(String::as_str).collect();
        assert_eq!(names, ["field_foreign_tax_id", "items_sku", "payee_account_number", "user_name"]);
        assert_eq!(values["payee_account_number"], json!("test-payee_account_number"));

        assert_eq!(bodies(&rows, false).of_call(call, &mut values)["currency"], json!("${currency}"));
        let somebody_elses = bodies(&rows, true).of_call("POST /accounts/${foreign_account_id}/transfers", &mut values);
        assert_eq!(somebody_elses, expected);
        assert_eq!(bodies(&rows, true).of_call("POST /other", &mut values), json!({}));
    }
}
