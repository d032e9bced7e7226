//! Clean records as text: all that is left of a record, numbers and names of fields included.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::container::{Block, Container};
use schemas::ids::RecordRef;
use schemas::record::{Clean, CleanRecord, Scalar};

use crate::failure::Failure;
use crate::names::shown;

/// What is left of the records of a run, by where they came from.
pub type CleanTexts = BTreeMap<RecordRef, String>;

/// Reads clean containers.
///
/// # Errors
/// When one cannot be read or is damaged.
pub fn read<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<CleanTexts, Failure> {
    let mut texts = CleanTexts::new();
    for path in paths {
        let bytes = std::fs::read(path).map_err(|error| Failure::io(format!("read {}", shown(path)), error))?;
        let damaged = |error| Failure::container(&shown(path), error);
        let container = Container::open(&bytes).map_err(damaged)?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            let block = container.block::<Clean>(number, &mut scratch).map_err(damaged)?;
            for record in block.records() {
                let record = record.map_err(damaged)?;
                texts.insert(record.at, text_of(&record, &block));
            }
        }
    }
    Ok(texts)
}

fn text_of(record: &CleanRecord<'_>, block: &Block<'_, Clean>) -> String {
    let mut text = record.message.to_owned();
    for field in &record.fields {
        let value = match field.value {
            Scalar::Null => "null".to_owned(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
            Scalar::Float(value) => value.to_string(),
            Scalar::Text(value) => value.to_owned(),
        };
        text.push_str(&format!("\n{} = {value}", block.name(field.path).unwrap_or_default()));
    }
    for (name, token) in [("session", record.session), ("customer", record.customer), ("trace", record.trace)] {
        if !token.is_empty() {
            text.push_str(&format!("\n({name}) = {token}"));
        }
    }
    text
}
