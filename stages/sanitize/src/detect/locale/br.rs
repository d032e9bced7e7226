//! Brazil: CPF of persons and CNPJ of companies (Receita Federal: two check digits by mod 11).

use schemas::pii::PiiClass::NationalId;

use super::grouped;
use crate::detect::{Detector, Found, Needs, Spot, Trigger, checksum};

pub(super) const DETECTORS: &[&Detector] = &[&CPF, &CNPJ];

const CPF: Detector = Detector {
    id: "br_cpf",
    trigger: Trigger::Digits,
    needs: Needs::len(11, 11).or(Needs::len(3, 3).groups(3)),
    find: cpf,
    matches: &["529.982.247-25", "52998224725"],
    misses: &["529.982.247-26", "111.111.111-11", "52998224726"],
};

const CNPJ: Detector = Detector {
    id: "br_cnpj",
    trigger: Trigger::Digits,
    needs: Needs::len(14, 14).or(Needs::len(2, 2).groups(3)),
    find: cnpj,
    matches: &["11.222.333/0001-81", "11222333000181"],
    misses: &["11.222.333/0001-82", "11222333000182"],
};

fn cpf(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[3, 3, 3, 2], b"..-").or_else(|| grouped(spot, &[11], b""))?;
    let digits = digits.as_slice();
    let varied = digits.iter().any(|digit| *digit != digits[0]);
    let sound = checks(digits, 9, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) && checks(digits, 10, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    (varied && sound).then(|| Found::strong(spot.at, end, NationalId))?
}

fn cnpj(spot: &Spot<'_>) -> Option<Found> {
    let (digits, end) = grouped(spot, &[2, 3, 3, 4, 2], b"../-").or_else(|| grouped(spot, &[14], b""))?;
    let digits = digits.as_slice();
    let sound = checks(digits, 12, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) && checks(digits, 13, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    (digits.iter().any(|digit| *digit != digits[0]) && sound).then(|| Found::strong(spot.at, end, NationalId))?
}

/// The digit at `at` checks those before it.
fn checks(digits: &[u8], at: usize, weights: &[u32]) -> bool {
    let rest = checksum::weighted(&digits[..at], weights) % 11;
    checksum::value(digits[at]) == if rest < 2 { 0 } else { 11 - rest }
}
