//! `mask`: the first and last characters stay. Signs between groups stay, too. A card may show six and four digits (PCI DSS 4.0, 3.4.1), which
//! hides its owner though not forty bits; of all else as much stays hidden as nobody can try out.

use schemas::operator::{CARD_FIRST_MAX, CARD_LAST_MAX};
use schemas::pii::PiiClass;

use super::{HIDDEN_CENTIBITS_MIN, centibits};

/// Least digits of a card.
const CARD_DIGITS_MIN: usize = 12;

pub(super) fn mask(class: PiiClass, value: &str, first: usize, last: usize) -> Option<String> {
    let count = value.chars().filter(|&c| is_masked(c)).count();
    let shown = |at: usize| at < first || at + last >= count;
    let hidden: u32 = value.chars().filter(|&c| is_masked(c)).enumerate().filter(|(at, _)| !shown(*at)).map(|(_, c)| centibits(c)).sum();
    let card = class == PiiClass::Card && count >= CARD_DIGITS_MIN && first <= usize::from(CARD_FIRST_MAX) && last <= usize::from(CARD_LAST_MAX);
    if !card && hidden < HIDDEN_CENTIBITS_MIN {
        return None;
    }
    let mut at = 0;
    let masked = value.chars().map(|c| {
        if !is_masked(c) {
            return c;
        }
        at += 1;
        if shown(at - 1) { c } else { '*' }
    });
    Some(masked.collect())
}

fn is_masked(c: char) -> bool {
    c.is_alphanumeric() || c == '*'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: PiiClass, value: &str, first: usize, last: usize, expected: Option<&str>) {
        assert_eq!(mask(class, value, first, last).as_deref(), expected, "{value}");
    }

    #[test]
    fn ends_stay_when_enough_is_hidden() {
        check(PiiClass::Card, "4111111111111111", 6, 4, Some("411111******1111"));
        check(PiiClass::Card, "4111-1111-1111-1111", 0, 4, Some("****-****-****-1111"));
        check(PiiClass::Card, "41111111", 6, 4, None);
        check(PiiClass::Card, "4111111111111111", 7, 4, None);
        check(PiiClass::Account, "1234567890123456", 0, 4, None);
        check(PiiClass::Account, "12345678901234567", 0, 4, Some("*************4567"));
        check(PiiClass::Account, "12345678", 0, 4, None);
        check(PiiClass::Iban, "DE89370400440532013000", 4, 4, Some("DE89**************3000"));
        check(PiiClass::Email, "jane.roeslerine@example.com", 1, 3, Some("j***.**********@*******.com"));
        check(PiiClass::Name, "Jane Roe", 1, 1, None);
    }
}
