//! Check digits of identifiers, each with its source. All take ASCII digits and answer for anything else with `false`.

/// Sum of the digits of a number by Luhn (ISO/IEC 7812-1 annex B) is a multiple of ten.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            if i % 2 == 0 {
                value
            } else if value > 4 {
                value * 2 - 9
            } else {
                value * 2
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Verhoeff's check over the dihedral group D5 (J. Verhoeff, Error Detecting Decimal Codes, 1969).
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let check = digits.iter().rev().enumerate().fold(0, |check, (place, &digit)| {
        let digit = (0..place % 8).fold(digit.wrapping_sub(b'0') % 10, |digit, _| PERMUTATION[usize::from(digit)]);
        product(check, digit)
    });
    check == 0
}

/// Sum of digits by weights, the weights beginning again where they end.
pub(crate) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights.iter().cycle()).map(|(&digit, weight)| value(digit) * weight).sum()
}

/// The number modulo `modulus`, digit by digit.
pub(crate) fn modulo(digits: &[u8], modulus: u64) -> u64 {
    digits.iter().fold(0, |rest, &digit| (rest * 10 + u64::from(value(digit))) % modulus)
}

/// ISO 7064 MOD 11,10: the last digit checks the others.
pub(crate) fn iso_7064_11_10(digits: &[u8]) -> bool {
    let Some((&check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, &digit| {
        let sum = (value(digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == value(check)
}

/// Value of an ASCII digit.
pub(crate) fn value(digit: u8) -> u32 {
    u32::from(digit.wrapping_sub(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_neighbours_do_not() {
        assert!(luhn(b"4111111111111111") && !luhn(b"4111111111111112"));
        assert!(verhoeff(b"2363") && !verhoeff(b"2364") && verhoeff(b"123451") && !verhoeff(b"123450"));
        assert!(iso_7064_11_10(b"86095742719") && !iso_7064_11_10(b"86095742718"));
        assert_eq!(modulo(b"3704", 97), 18);
        assert_eq!(weighted(b"0210", &[3, 7, 1]), 15);
    }
}
