//! Australia: tax file number (ATO, mod 11), business number (ABR, mod 89), Medicare number (mod 10). Nine and ten digits pass by chance too often, so
//! these need their grouping.

use schemas::pii::PiiClass::NationalId;

use super::grouped;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&BUSINESS, &MEDICARE, &TAX_FILE];

const TAX_FILE: Detector = Detector {
    id: "au_tfn",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 3).groups(3),
    find: tax_file,
    matches: &["123 456 782"],
    misses: &["123 456 783", "123456782"],
};

const BUSINESS: Detector = Detector {
    id: "au_abn",
    trigger: Trigger::Digits,
    needs: Needs::len(11, 11).or(Needs::len(2, 2).groups(3)),
    find: business,
    matches: &["51 824 753 556", "51824753556"],
    misses: &["51 824 753 557", "51824753557"],
};

const MEDICARE: Detector = Detector {
    id: "au_medicare",
    trigger: Trigger::Digits,
    needs: Needs::len(4, 4).groups(3),
    find: medicare,
    matches: &["2123 45670 1"],
    misses: &["2123 45671 1", "2123456701"],
};

fn tax_file(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[3, 3, 3], b"  ")?;
    (checksum::weighted(digits.as_slice(), &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn business(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[11], b"").or_else(|| grouped(spot, &[2, 3, 3, 3], b"   "))?;
    let digits = digits.as_slice();
    let sum = checksum::weighted(digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    // One is taken from the first digit, which weighs ten.
    (digits[0] != b'0' && (sum - 10).is_multiple_of(89)).then(|| Found::strong(spot.at, end, NationalId))?
}

fn medicare(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[4, 5, 1], b"  ")?;
    let digits = digits.as_slice();
    let sound = matches!(digits[0], b'2'..=b'6') && checksum::weighted(&digits[..8], &[1, 3, 7, 9]) % 10 == checksum::value(digits[8]);
    sound.then(|| Found::strong(spot.at, end, NationalId))?
}
