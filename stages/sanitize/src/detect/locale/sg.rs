//! Singapore: unique entity numbers of companies (ACRA: year, five digits, check letter) and of businesses (eight digits, check letter),
//! NRIC and FIN (ICA: a letter for the kind, seven digits, a check letter; the tables are widely published).

use schemas::pii::PiiClass::NationalId;

use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&NRIC, &ENTITY];

const NRIC: Detector = Detector {
    id: "sg_nric",
    trigger: Trigger::Mixed,
    needs: Needs::len(9, 9),
    find,
    matches: &["S1234567D", "t1234567j", "F1234567N"],
    misses: &["S1234567E", "A1234567D", "S12345678"],
};

const ENTITY: Detector = Detector {
    id: "sg_entity",
    trigger: Trigger::Mixed,
    needs: Needs::len(9, 10),
    find: entity,
    matches: &["197401143C", "this was about 197401143C again", "00192200M"],
    misses: &["197401143D", "177401143C", "00192200N", "0019220012"],
};

fn entity(spot: &Spot<'_>) -> Option<Found> {
    let (&check, digits) = spot.word().split_last()?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (weights, letters, dated): (&[u32], &[u8; 11], bool) = match digits.len() {
        8 => (&[10, 4, 9, 3, 8, 2, 7, 1], b"XMKECAWLJDB", true),
        9 => (&[10, 8, 6, 4, 9, 7, 5, 3, 1], b"ZKCMDNERGWH", matches!(&digits[..2], b"19" | b"20")),
        _ => return None,
    };
    let sound = letters.get((checksum::weighted(digits, weights) % 11) as usize) == Some(&check);
    (dated && sound).then(|| Found::strong(spot.at, spot.end, NationalId))?
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word: [u8; 9] = super::capitals(spot)?;
    if !word[1..8].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (more, letters): (u32, &[u8; 11]) = match word[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"KLJNPQRTUWX"),
        _ => return None,
    };
    let rest = (checksum::weighted(&word[1..8], &[2, 7, 6, 5, 4, 3, 2]) + more) % 11;
    let rest = if word[0] == b'M' { 10 - rest } else { rest };
    (letters.get(rest as usize) == Some(&word[8])).then(|| Found::strong(spot.at, spot.end, NationalId))?
}
