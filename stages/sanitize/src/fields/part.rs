//! Names of parts: `card_hi` and `card_lo`, `pan_1` to `pan_4`, `iban_part2`, `card_first6` and `card_last4`.

/// What a name ends with, and the number of the part.
const ENDINGS: [(&str, u8); 12] = [
    ("_hi", 1),
    ("_high", 1),
    ("_upper", 1),
    ("_lo", 2),
    ("_low", 2),
    ("_lower", 2),
    ("_first6", 1),
    ("_first_6", 1),
    ("_first_six", 1),
    ("_last4", 2),
    ("_last_4", 2),
    ("_last_four", 2),
];
/// Words between a name and the number of its part.
const WORDS: [&str; 6] = ["part", "seg", "segment", "block", "chunk", "group"];

/// The name without the part, and the number of the part from 1; none for a name of something whole. The name is normalised.
pub(crate) fn part_of(name: &str) -> Option<(&str, u8)> {
    if let Some((base, number)) = ENDINGS.iter().find_map(|(end, number)| Some((name.strip_suffix(end)?, *number))) {
        return (!base.is_empty()).then_some((base, number));
    }
    let digit = name.bytes().last().filter(|byte| matches!(byte, b'1'..=b'9'))?;
    let head = name.get(..name.len() - 1)?;
    let head = head.strip_suffix('_').unwrap_or(head);
    let head = WORDS.iter().find_map(|word| head.strip_suffix(word)).unwrap_or(head).trim_end_matches('_');
    (!head.is_empty() && !head.ends_with(|c: char| c.is_ascii_digit() || c == '.')).then_some((head, digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_a_base_and_a_number() {
        for (name, expected) in [
            ("card_hi", Some(("card", 1))),
            ("card_lo", Some(("card", 2))),
            ("pan_4", Some(("pan", 4))),
            ("pan4", Some(("pan", 4))),
            ("iban_part_2", Some(("iban", 2))),
            ("iban_part2", Some(("iban", 2))),
            ("card_last4", Some(("card", 2))),
            ("card", None),
            ("hi", None),
            ("_lo", None),
            ("card_0", None),
            ("x_12", None),
            ("4", None),
        ] {
            assert_eq!(part_of(name), expected, "{name}");
        }
    }
}
