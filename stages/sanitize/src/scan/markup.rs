//! XML in text: what the tag alone does not say, its attributes (`<SecCode type="CVC">`) or the tags around it (`<DbtrAcct><Id><Othr><Id>`) do.

use schemas::pii::PiiClass;

use super::beside::is_label_of_value;
use crate::fields::tree::{NodeId, TEXT};
use crate::fields::{Rule, WRAPPERS, normalise};
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes before a tag that are searched for the tags around it.
const REACH_BYTES: usize = 768;
/// Tags that are looked at.
const TAGS_MAX: usize = 32;

/// Attributes of directories (RFC 4519, RFC 4524, eduPerson) by their object identifiers.
const OIDS: &[(&str, &str)] = &[
    ("2.5.4.3", "full_name"),
    ("2.5.4.4", "surname"),
    ("2.5.4.42", "given_name"),
    ("2.16.840.1.113730.3.1.241", "full_name"),
    ("2.5.4.20", "phone_number"),
    ("0.9.2342.19200300.100.1.41", "mobile_number"),
    ("0.9.2342.19200300.100.1.1", "user_id"),
    ("0.9.2342.19200300.100.1.3", "email"),
    ("1.3.6.1.4.1.5923.1.1.1.6", "user_name"),
    ("2.5.4.9", "street_address"),
    ("1.3.6.1.5.5.7.9.1", "date_of_birth"),
];

impl Worker<'_> {
    /// The class of the text behind the tag whose name is `start..end` and whose `>` is at `at`, and the node that tells it; `own` is that of its name alone.
    #[cold]
    #[inline(never)]
    pub(super) fn class_of_tag(&mut self, text: &str, at: usize, (start, end): (usize, usize), own: Option<NodeId>) -> Option<(NodeId, Rule)> {
        let bytes = text.as_bytes();
        // What is below has tags of its own.
        if bytes.get(at + 1) == Some(&b'<') && bytes.get(at + 2) != Some(&b'!') || bytes[at - 1] == b'/' {
            return None;
        }
        let rule = own.map_or(Rule::Scan, |node| self.paths.node(node).rule);
        let vague = matches!(rule, Rule::Scan | Rule::Keep | Rule::Shaped(..) | Rule::Own(None, _));
        if vague
            && end < at
            && let Some(class) = self.class_of_attributes(cut(text, end, at))
        {
            return Some((TEXT, Rule::Class(class)));
        }
        let key = cut(text, start, end);
        if vague
            && key.rsplit(':').next() == Some("AttributeValue")
            && let Some(class) = self.class_of_saml(text, start)
        {
            return Some((TEXT, Rule::Class(class)));
        }
        if (vague || is_general(key))
            && let Some(node) = self.node_below_tags(text, start, key)
        {
            let below = self.paths.node(node).rule;
            if below != Rule::Scan || own.is_none() {
                return Some((node, below));
            }
        }
        own.map(|node| (node, rule))
    }

    /// The class of the value at `start` by the attribute of SAML around it: `<Attribute Name="urn:oid:2.5.4.4"><AttributeValue>` (SAML 2.0 core, 2.7.3.1).
    fn class_of_saml(&mut self, text: &str, start: usize) -> Option<PiiClass> {
        let from = (start.saturating_sub(REACH_BYTES)..=start).find(|&from| text.is_char_boundary(from))?;
        let head = cut(text, from, start);
        let tag = cut(head, head.rfind("Attribute ").or_else(|| head.rfind("Attribute\n"))?, head.len());
        ["FriendlyName=", "Name="].into_iter().find_map(|attribute| {
            let value = tag.split_once(attribute)?.1;
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (name, _) = value.get(1..)?.split_once(quote)?;
            let name = OIDS.iter().find(|(oid, _)| name.strip_prefix("urn:oid:") == Some(*oid)).map_or(name, |(_, name)| name);
            self.class_of_label(name.rsplit('/').next().unwrap_or(name))
        })
    }

    /// The class that an attribute names: `type="CVC"`, `schemeName="IBAN"`, `name="ssn"`.
    fn class_of_attributes(&mut self, attributes: &str) -> Option<PiiClass> {
        let mut rest = attributes;
        for _ in 0..6 {
            let (name, after) = rest.split_once('=')?;
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, behind) = after.get(1..)?.split_once(quote)?;
            rest = behind;
            if value.len() <= 40
                && is_label_of_value(name.trim())
                && let Some(class) = self.class_of_label(value)
            {
                return Some(class);
            }
        }
        None
    }

    /// The node of the key below the nearest tag around it that says anything.
    fn node_below_tags(&mut self, text: &str, start: usize, key: &str) -> Option<NodeId> {
        if self.paths.is_full() {
            return None;
        }
        let bytes = text.as_bytes();
        let floor = start.saturating_sub(REACH_BYTES);
        let (mut at, mut closed) = (memchr::memrchr(b'<', &bytes[floor..start])? + floor, 0_u32);
        for _ in 0..TAGS_MAX {
            let open = memchr::memrchr(b'<', &bytes[floor..at])? + floor;
            let tag = &bytes[open + 1..at];
            at = open;
            match tag.first() {
                Some(b'/') => closed += 1,
                Some(b'!' | b'?') | None => {}
                _ if memchr::memchr(b'>', tag).is_none_or(|close| close > 0 && tag[close - 1] == b'/') => {}
                _ if closed > 0 => closed -= 1,
                _ => {
                    let len = tag.iter().take(64).take_while(|&&byte| is_tag_byte(byte)).count();
                    let name = cut(text, open + 1, open + 1 + len);
                    let name = name.rsplit(':').next().unwrap_or(name);
                    if !WRAPPERS.contains(&normalise(name).as_str()) && !name.is_empty() {
                        let parent = self.child(TEXT, name);
                        return Some(self.child(parent, key));
                    }
                }
            }
        }
        None
    }
}

/// Names that may be anybody's: what is above them is always asked.
fn is_general(key: &str) -> bool {
    matches!(normalise(key).as_str(), "name" | "nm" | "id" | "address" | "location" | "number" | "value" | "text")
}

fn is_tag_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.' | b':')
}
