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
    /// Reads what was mined; nothing when the policy asks for more customers than the miner did.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let policy = context.policy();
        let mut bodies = Self::default();
        if policy.mine.word_customers_min < policy.gherkin.customers_min {
            return Ok(bodies);
        }
        let mut scratch = Vec::new();
        for input in context.inputs("body") {
            let container = input.open::<BodyField>()?;
            for number in 0..container.block_count() {
                for record in container.block::<BodyField>(number, &mut scratch)?.records() {
                    bodies.add(&record?);
                }
            }
        }
        Ok(bodies)
    }

    fn add(&mut self, record: &BodyFieldRecord<'_>) {
        let (Some(method), Some(path)) = (Method::new(record.method), Path::new(record.route)) else { return };
        let fields = self.0.entry(shape(&format!("{} {}", method.name(), path.as_str()))).or_default();
        // Two routes may be one path to a test; what the first says of a field holds.
        if fields.iter().all(|field| field.path != record.path) {
            fields.push(Field { path: record.path.to_owned(), kind: record.kind, value: record.value.to_owned() });
        }
    }

    /// Paths of the amounts in a call's body.
    pub(crate) fn amounts_of(&self, call: &str) -> impl Iterator<Item = &str> {
        let amounts = self.0.get(&shape(call)).into_iter().flatten().filter(|field| field.is_amount() && field.kind != BodyValueKind::Token);
        amounts.map(|field| field.path.as_str()).filter(|path| !path.contains("[]"))
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
    /// Whether it is an amount of money by its name: `amount`, `instructedAmount.amount`, not `amountType`.
    fn is_amount(&self) -> bool {
        let name = alias_of(self.path.rsplit('.').next().unwrap_or_default());
        ["amount", "amount_minor", "amount_cents"].iter().any(|end| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
    }

    fn made_up(&self, values: &mut BTreeMap<String, Value>) -> Value {
        match self.kind {
            BodyValueKind::Boolean => json!(self.value != "false"),
            BodyValueKind::Integer | BodyValueKind::Decimal if self.is_amount() => json!(AMOUNT),
            BodyValueKind::Integer | BodyValueKind::Decimal => json!(1),
            BodyValueKind::Text if self.is_amount() && self.value.is_empty() => json!(format!("{AMOUNT}.00")),
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

    fn bodies(rows: &[(&str, BodyValueKind, &str)]) -> Bodies {
        let mut bodies = Bodies::default();
        for &(path, kind, value) in rows {
            let record = BodyFieldRecord { method: "POST", route: "/accounts/{account_id}/transfers", path, kind, value, count: 9, units: vec![] };
            bodies.add(&record);
        }
        bodies
    }

    #[test]
    fn a_body_has_the_fields_of_the_log_and_no_value_of_a_customer() {
        let rows = [
            ("amount", BodyValueKind::Decimal, ""),
            ("amountType", BodyValueKind::Text, "fixed"),
            ("instructedAmount.amount", BodyValueKind::Text, ""),
            ("instructedAmount.currency", BodyValueKind::Text, "EUR"),
            ("currency", BodyValueKind::Text, "EUR"),
            ("express", BodyValueKind::Boolean, "false"),
            ("items[].sku", BodyValueKind::Text, ""),
            ("items[].count", BodyValueKind::Integer, ""),
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
            "amount": 10, "amountType": "fixed", "instructedAmount": { "amount": "10.00", "currency": "EUR" }, "currency": "EUR", "express": false, "foreign_tax_id": "${field_foreign_tax_id}",
            "items": [{ "count": 1, "sku": "${items_sku}" }], "payee": { "accountNumber": "${payee_account_number}" }, "tags": ["sepa"],
            "userName": "${user_name}", "username": "${username}",
        });
        assert_eq!(bodies(&rows).of_call(call, &mut values), expected);
        let names: Vec<&str> = values.keys().map(String::as_str).collect();
        assert_eq!(names, ["field_foreign_tax_id", "items_sku", "payee_account_number", "user_name"]);
        assert_eq!(values["payee_account_number"], json!("test-payee_account_number"));

        let somebody_elses = bodies(&rows).of_call("POST /accounts/${foreign_account_id}/transfers", &mut values);
        assert_eq!(somebody_elses, expected);
        assert_eq!(bodies(&rows).of_call("POST /other", &mut values), json!({}));
    }
}
