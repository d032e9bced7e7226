//! Check digits, each from its standard, to make values that are right. The tests verify with code of their own.

/// Value of an ASCII digit or letter: `0`-`9`, then A = 10.
fn worth(c: u8) -> u32 {
    match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        _ => u32::from(c.to_ascii_uppercase().saturating_sub(b'A')) + 10,
    }
}

fn digit(number: u32) -> char {
    char::from_digit(number % 10, 10).unwrap_or('0')
}

/// Sum of weights times digits (letters count from A = 10).
pub(super) fn weighted(text: &str, weights: &[u32]) -> u32 {
    text.bytes().zip(weights).map(|(c, weight)| worth(c) * weight).sum()
}

/// The digit that makes a number pass Luhn (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(body: &str) -> char {
    let sum: u32 = body.bytes().rev().enumerate().map(|(place, c)| if place % 2 == 0 { doubled(worth(c)) } else { worth(c) }).sum();
    digit(10 - sum % 10)
}

fn doubled(digit: u32) -> u32 {
    if digit > 4 { digit * 2 - 9 } else { digit * 2 }
}

/// `body` with its Luhn digit.
pub(crate) fn with_luhn(body: &str) -> String {
    format!("{body}{}", luhn(body))
}

/// A text of digits and letters (A = 10) modulo 97.
pub(super) fn mod97(text: &str) -> u32 {
    text.bytes().fold(0, |rest, c| {
        let worth = worth(c);
        (rest * if worth > 9 { 100 } else { 10 } + worth) % 97
    })
}

/// An IBAN (ISO 13616) of a country and its basic account number.
pub(crate) fn iban(country: &str, bban: &str) -> String {
    let check = 98 - mod97(&format!("{bban}{country}00"));
    format!("{country}{check:02}{bban}")
}

/// Verhoeff's check digit, over the dihedral group of ten elements.
pub(super) fn verhoeff(body: &str) -> char {
    // Multiplication in D5: rotations 0-4, reflections 5-9.
    let times = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut check = 0;
    for (place, c) in body.bytes().rev().enumerate() {
        let permuted = (0..=place % 8).fold(worth(c), |at, _| PERMUTATION[at as usize]);
        check = times(check, permuted);
    }
    digit(if check == 0 || check > 4 { check } else { 5 - check })
}

/// ISO 7064 mod 11,10 (German tax and VAT numbers).
pub(super) fn mod11_10(body: &str) -> char {
    let product = body.bytes().fold(10, |product, c| {
        let sum = (worth(c) + product) % 10;
        if sum == 0 { 20 % 11 } else { sum * 2 % 11 }
    });
    digit((11 - product) % 10)
}

/// Digit sums of products with alternating weights (German social security, health insurance).
pub(super) fn cross_sums(text: &str, weights: &[u32]) -> u32 {
    text.bytes().zip(weights).map(|(c, weight)| worth(c) * weight).map(|product| product / 10 + product % 10).sum()
}

/// ICAO 9303 check digit: weights 7 3 1, letters from A = 10.
pub(super) fn icao(body: &str) -> char {
    let weights: Vec<u32> = [7, 3, 1].into_iter().cycle().take(body.len()).collect();
    digit(weighted(body, &weights))
}

/// The number that completes a sum to a multiple of ten.
pub(super) fn to_ten(sum: u32) -> char {
    digit(10 - sum % 10)
}

/// EAN-13 check digit (ISO/IEC 15420).
pub(super) fn ean13(body: &str) -> char {
    to_ten(weighted(body, &[1, 3].repeat(6)))
}

/// The letter of a Spanish NIF or NIE: the number modulo 23.
pub(super) fn nif_letter(number: u32) -> char {
    char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize])
}

/// The last character of an Italian fiscal code (D.M. 23/12/1976).
pub(super) fn fiscal_code(body: &str) -> char {
    const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(place, c)| {
            let place_in_alphabet = if c.is_ascii_digit() { worth(c) } else { worth(c) - 10 };
            if place % 2 == 0 { ODD[place_in_alphabet as usize] } else { place_in_alphabet }
        })
        .sum();
    char::from(b'A' + u8::try_from(sum % 26).unwrap_or_default())
}

/// The last character of an Indian GSTIN: base 36, factors 1 and 2.
pub(super) fn gstin(body: &str) -> char {
    let sum: u32 = body.bytes().enumerate().map(|(place, c)| worth(c) * if place % 2 == 0 { 1 } else { 2 }).map(|n| n / 36 + n % 36).sum();
    char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[((36 - sum % 36) % 36) as usize])
}

/// The two digits of a Brazilian CPF or CNPJ.
pub(super) fn brazilian(body: &str, longest: u32) -> String {
    let mut text = body.to_owned();
    for _ in 0..2 {
        let sum: u32 =
            text.bytes().rev().enumerate().map(|(place, c)| worth(c) * (2 + u32::try_from(place).unwrap_or_default() % (longest - 1))).sum();
        text.push(digit(if sum % 11 < 2 { 0 } else { 11 - sum % 11 }));
    }
    text
}

/// The letter of a Singapore NRIC or FIN.
pub(super) fn nric_letter(series: char, digits: &str) -> char {
    let sum = weighted(digits, &[2, 7, 6, 5, 4, 3, 2]) + if matches!(series, 'T' | 'G') { 4 } else { 0 };
    let table: &[u8; 11] = if matches!(series, 'S' | 'T') { b"JZIHGFEDCBA" } else { b"XWUTRQPNMLK" };
    char::from(table[(sum % 11) as usize])
}

/// The character of a Finnish personal identity code.
pub(super) fn hetu(nine_digits: &str) -> char {
    let number: u32 = nine_digits.parse().unwrap_or_default();
    char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(number % 31) as usize])
}

/// The check digit of an NHS number; none when it would be 10.
pub(super) fn nhs(body: &str) -> Option<char> {
    match 11 - weighted(body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
        11 => Some('0'),
        10 => None,
        check => Some(digit(check)),
    }
}

/// The check digit that a VIN has at its ninth place (49 CFR 565); `vin` has any character there.
pub(super) fn vin(vin: &str) -> char {
    let value = |c: u8| match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        b'A'..=b'H' => u32::from(c - b'A') + 1,
        b'J'..=b'N' => u32::from(c - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        _ => u32::from(c - b'S') + 2,
    };
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    match vin.bytes().zip(WEIGHTS).map(|(c, weight)| value(c) * weight).sum::<u32>() % 11 {
        10 => 'X',
        check => digit(check),
    }
}

/// Base58 with the check of Bitcoin (first four bytes of the double SHA-256).
pub(super) fn base58check(payload: &[u8]) -> String {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let sha = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut bytes = payload.to_vec();
    bytes.extend(&sha(sha(payload).as_ref()).as_ref()[..4]);
    let mut digits: Vec<u8> = Vec::new();
    for &byte in &bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = u8::try_from(carry % 58).unwrap_or_default();
            carry /= 58;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 58).unwrap_or_default());
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let text = digits.iter().rev().map(|&digit| char::from(ALPHABET[digit as usize]));
    std::iter::repeat_n('1', zeros).chain(text).collect()
}

/// A SegWit address (BIP 173) of version 0 over groups of five bits.
pub(super) fn bech32(program: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let polymod = |values: &[u8]| {
        const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        values.iter().fold(1_u32, |check, &value| {
            let top = check >> 25;
            let next = (check & 0x1ff_ffff) << 5 ^ u32::from(value);
            GENERATOR.iter().enumerate().fold(next, |next, (bit, term)| if top >> bit & 1 == 1 { next ^ term } else { next })
        })
    };
    let data: Vec<u8> = std::iter::once(0).chain(program.iter().copied()).collect();
    let expanded: Vec<u8> = [3, 3, 0, 2, 3].into_iter().chain(data.iter().copied()).chain([0; 6]).collect();
    let check = polymod(&expanded) ^ 1;
    let checked = (0..6).map(|place| u8::try_from(check >> (5 * (5 - place)) & 31).unwrap_or_default());
    let text: String = data.iter().copied().chain(checked).map(|value| char::from(ALPHABET[value as usize])).collect();
    format!("bc1{text}")
}
