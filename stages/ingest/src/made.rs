//! JSON objects made from other formats: fields are written one by one, and those that may have a role are remembered by their place, so
//! that the object need not be walked again.

use crate::fields::{Collected, Facts, FieldMap};
use crate::json::{Field, Kind, Value, write_string};

/// An object being written; reused from record to record.
#[derive(Default)]
pub(crate) struct Made {
    text: String,
    fields: usize,
    roles: Vec<Role>,
    any_present: bool,
}

/// Where a field that may have a role lies in the text.
#[derive(Clone, Copy)]
struct Role {
    key: (usize, usize),
    value: (usize, usize),
}

impl Made {
    /// Begins an object.
    pub(crate) fn begin(&mut self) {
        self.text.clear();
        self.text.push('{');
        self.roles.clear();
        self.fields = 0;
        self.any_present = false;
    }

    /// Appends a field; `key` is its JSON string with the colon. `matters`: it may have a role.
    pub(crate) fn field(&mut self, key: &str, value: &str, matters: bool) {
        if self.fields > 0 {
            self.text.push(',');
        }
        self.fields += 1;
        self.any_present |= !value.trim_ascii().is_empty();
        let key_start = self.text.len() + 1;
        self.text.push_str(key);
        let key_end = self.text.len() - 2;
        let value_start = self.text.len() + 1;
        write_string(value, &mut self.text);
        if matters {
            self.roles.push(Role { key: (key_start, key_end), value: (value_start, self.text.len() - 1) });
        }
    }

    /// Ends the object.
    pub(crate) fn end(&mut self) {
        self.text.push('}');
    }

    /// Fields so far.
    pub(crate) fn fields(&self) -> usize {
        self.fields
    }

    /// The object.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What the object says about itself.
    pub(crate) fn facts<'a>(&'a self, map: &'a FieldMap) -> Facts<'a> {
        let mut collected = Collected::new();
        if self.any_present {
            collected.note_present();
        }
        let bytes = self.text.as_bytes();
        for role in &self.roles {
            let text = &bytes[role.value.0..role.value.1];
            let value = Value { kind: Kind::String { escaped: text.contains(&b'\\') }, text };
            collected.take(map, Field { parent: None, key: &bytes[role.key.0..role.key.1], value, in_list: false });
        }
        collected.facts(map)
    }
}
