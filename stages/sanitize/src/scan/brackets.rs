//! Names in brackets: `card%5Bnumber%5D=`, `card[number]=`, `["kunde"]=>`, `[kunde] => `, `row['tax_id'] = `.

use crate::fold::{cut, percent_decode_into};

/// Bytes a bracketed name may have.
const NAME_BYTES_MAX: usize = 96;

/// Where the name before the sign at `at` begins, and the name with dots: `card.number`.
pub(super) fn bracketed_key(text: &str, at: usize) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let end = at - bytes[..at].iter().rev().take(2).take_while(|&&byte| byte == b' ').count();
    let head = &bytes[..end];
    let encoded = head.ends_with(b"%5D") || head.ends_with(b"%5d");
    if !encoded && !head.ends_with(b"]") {
        return None;
    }
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_-.[]%\"'$".contains(&byte);
    let len = head.iter().rev().take(NAME_BYTES_MAX).take_while(|&&byte| inside(byte)).count();
    let start = (end - len..end).find(|&at| text.is_char_boundary(at))?;
    let raw = cut(text, start, end);
    let mut name = String::new();
    if encoded {
        percent_decode_into(raw, &mut name);
    } else {
        name.push_str(raw);
    }
    let quoted = name.contains(['"', '\'']);
    let arrow = bytes.get(at + 1) == Some(&b'>');
    // `[main]: started` is no name.
    if name.starts_with('[') && !quoted && !arrow {
        return None;
    }
    let start = start + raw.len() - raw.trim_start_matches(['"', '\'', '$']).len();
    let parts = name.split(['[', ']', '"', '\'', '$']).filter(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()));
    let name = parts.collect::<Vec<_>>().join(".");
    (!name.is_empty()).then_some((start, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let at = text.find('=').unwrap();
        assert_eq!(bracketed_key(text, at).map(|(_, name)| name).as_deref(), expected, "{text}");
    }

    #[test]
    fn names_in_brackets() {
        check("card%5Bnumber%5D=64", Some("card.number"));
        check("a=1&customer[address][line1]=x".trim_start_matches("a=1&"), Some("customer.address.line1"));
        check("{ [\"kunde\"]=> string(3) \"x\"", Some("kunde"));
        check("    [kunde] => x", Some("kunde"));
        check("$row['tax_id'] = 4", Some("row.tax_id"));
        check("items[0][pan]=4", Some("items.pan"));
        check("[main]=4", None);
        check("plain=4", None);
    }
}
