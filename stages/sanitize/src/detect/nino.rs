//! UK national insurance numbers (HMRC, National Insurance Manual NIM39110).
//!
//! Format: two letters, six digits, a letter A-D, in one piece or in pairs. Range: the first letter is none of D F I Q U V, the second also no O; the
//! prefixes BG GB KN NK NT TN ZZ are not given. No checksum exists.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, is_word};

/// A national insurance number in one piece.
pub(crate) const NINO: Detector = Detector {
    id: "nino",
    trigger: Trigger::Mixed,
    needs: Needs::len(9, 9).first(Needs::LETTERS),
    find,
    matches: &["AB123456C", "nino ab123456c.", "(CE654321A)"],
    misses: &["QQ123456C", "AB123456E", "GB123456A", "AB1234567C", "XAB123456C"],
};

/// One in pairs: `AB 12 34 56 C`.
pub(crate) const NINO_IN_PAIRS: Detector = Detector {
    id: "nino_in_pairs",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 2).groups(3),
    find: find_pairs,
    matches: &["AB 12 34 56 C", "AB-12-34-56-C"],
    misses: &["AB 12 34 56", "QQ 12 34 56 C", "at 12 34 56 Counts"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: &[u8; 9] = spot.word().try_into().ok()?;
    let [first, second, digits @ .., last] = word;
    let sound = digits.iter().all(u8::is_ascii_digit) && is_prefix(*first, *second) && matches!(last.to_ascii_uppercase(), b'A'..=b'D');
    sound.then(|| Found::strong(spot.at, spot.end, PiiClass::NationalId))?
}

fn find_pairs(spot: &Spot<'_>) -> Option<Found> {
    let separator = spot.groups.get(1)?.separator;
    if spot.shape::<3>() != Some([2, 2, 2]) || !spot.joined_by(3, separator) || spot.groups.len() > 3 || spot.before() != separator {
        return None;
    }
    let start = spot.at.checked_sub(3)?;
    let (first, second, end) = (spot.byte(start), spot.byte(start + 1), spot.end_of(3));
    let bounded = (start == 0 || !is_word(spot.byte(start - 1))) && !is_word(spot.byte(end + 2));
    let upper = first.is_ascii_uppercase() && second.is_ascii_uppercase() && spot.byte(end) == separator;
    (bounded && upper && is_prefix(first, second) && matches!(spot.byte(end + 1), b'A'..=b'D'))
        .then(|| Found::strong(start, end + 2, PiiClass::NationalId))?
}

fn is_prefix(first: u8, second: u8) -> bool {
    let (first, second) = (first.to_ascii_uppercase(), second.to_ascii_uppercase());
    let letters = first.is_ascii_uppercase() && second.is_ascii_uppercase();
    letters
        && !b"DFIQUV".contains(&first)
        && !b"DFIOQUV".contains(&second)
        && ![b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&[first, second])
}
