//! Identifiers with their check digits: cards (ISO/IEC 7812), IBANs (ISO 13616), government numbers.

use crate::random::Random;

/// Luhn sum of digits modulo 10; a card number is valid when it is 0.
pub(crate) fn luhn(digits: &str) -> u32 {
    let sum = |(index, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') * if index % 2 == 1 { 2 } else { 1 };
        if digit > 9 { digit - 9 } else { digit }
    };
    digits.bytes().rev().enumerate().map(sum).sum::<u32>() % 10
}

/// `len` random digits, the first not 0.
pub(crate) fn digits(random: &mut Random, len: usize) -> String {
    (0..len).map(|index| char::from(b'0' + random.between(u32::from(index == 0), 9) as u8)).collect()
}

/// A card number of some brand.
pub(crate) fn card(random: &mut Random) -> String {
    let brands =
        [("4", 16), ("51", 16), ("54", 16), ("2221", 16), ("2650", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14), ("62", 16)];
    let (prefix, len) = brands[random.weighted(&[40, 12, 12, 4, 4, 5, 6, 6, 4, 3, 4])];
    let mut number = prefix.to_owned() + &digits(random, len - prefix.len() - 1);
    let check = (10 - luhn(&(number.clone() + "0"))) % 10;
    number.push(char::from(b'0' + check as u8));
    number
}

/// ISO 7064 mod 97-10 of an IBAN: 1 when valid.
pub(crate) fn mod97(iban: &str) -> u32 {
    let rearranged = iban.chars().skip(4).chain(iban.chars().take(4));
    rearranged.fold(0, |rest, c| {
        let value = c.to_digit(36).expect("an IBAN is letters and digits");
        if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 }
    })
}

/// An IBAN of `country`, or of Germany for countries without IBANs. `#` is a digit, `@` a letter.
pub(crate) fn iban(country: &str, random: &mut Random) -> String {
    let (country, shape) = match country {
        "GB" => ("GB", "@@@@##############"),
        "FR" => ("FR", "#######################"),
        "ES" => ("ES", "####################"),
        "IT" => ("IT", "@######################"),
        "NL" => ("NL", "@@@@##########"),
        "PL" => ("PL", "########################"),
        "SE" => ("SE", "####################"),
        "TR" => ("TR", "#####0################"),
        "US" => ("IE", "@@@@##############"),
        "IN" => ("AT", "################"),
        "NG" => ("BE", "############"),
        _ => ("DE", "##################"),
    };
    let fill = |c: char| match c {
        '#' => char::from(b'0' + random.below(10) as u8),
        '@' => char::from(b'A' + random.below(26) as u8),
        other => other,
    };
    let body: String = shape.chars().map(fill).collect();
    let check = 98 - mod97(&format!("{country}00{body}"));
    format!("{country}{check:02}{body}")
}

/// A US social security number that could have been issued.
pub(crate) fn ssn(random: &mut Random) -> String {
    let area = loop {
        let area = random.between(1, 899);
        if area != 666 {
            break area;
        }
    };
    format!("{area:03}-{:02}-{:04}", random.between(1, 99), random.between(1, 9999))
}

/// A government identifier of `country`: UK NINO, German tax id, Spanish NIF, French NIR or Polish PESEL.
pub(crate) fn national_id(country: &str, random: &mut Random) -> String {
    match country {
        "DE" | "NL" | "SE" => german_tax_id(random),
        "ES" | "IT" => {
            let number = random.between(10_000_000, 99_999_999);
            format!("{number}{}", char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize]))
        }
        "FR" | "TR" => {
            let base = u64::from(random.between(1, 2)) * 1_000_000_000_000
                + u64::from(random.between(40, 99)) * 10_000_000_000
                + u64::from(random.between(1, 12)) * 100_000_000
                + u64::from(random.between(1, 95)) * 1_000_000
                + u64::from(random.between(1, 999)) * 1000
                + u64::from(random.between(1, 999));
            format!("{base}{:02}", 97 - base % 97)
        }
        "PL" => {
            let base = format!("{:02}{:02}{:02}{:04}", random.between(40, 99), random.between(1, 12), random.between(1, 28), random.below(10_000));
            let sum: u32 = base.bytes().zip([1, 3, 7, 9, 1, 3, 7, 9, 1, 3]).map(|(b, w)| u32::from(b - b'0') * w).sum();
            format!("{base}{}", (10 - sum % 10) % 10)
        }
        _ => {
            let letter = |random: &mut Random, from: &[u8]| char::from(from[random.below(from.len() as u32) as usize]);
            let first = letter(random, b"ACEHJLMPRSWX");
            let second = letter(random, b"ABCEHJLMPRSWX");
            format!("{first}{second}{:06}{}", random.below(1_000_000), letter(random, b"ABCD"))
        }
    }
}

/// Eleven digits with the ISO 7064 mod 11,10 check; one of the first ten digits occurs twice, as the rule demands.
fn german_tax_id(random: &mut Random) -> String {
    let mut pool: Vec<u32> = (0..10).collect();
    for index in (1..10).rev() {
        pool.swap(index, random.below(index as u32 + 1) as usize);
    }
    if pool[0] == 0 {
        pool.swap(0, 5);
    }
    pool[9] = pool[3];
    let product = pool.iter().fold(10, |product, &digit| {
        let sum = match (digit + product) % 10 {
            0 => 10,
            other => other,
        };
        sum * 2 % 11
    });
    let check = (11 - product) % 10;
    pool.iter().chain([&check]).map(|&digit| char::from(b'0' + digit as u8)).collect()
}

/// Base64 without line breaks; `url` selects the alphabet without padding.
pub(crate) fn base64(bytes: &[u8], url: bool) -> String {
    let tail = if url { b"-_" } else { b"+/" };
    let symbol = |value: u32| match value {
        0..=25 => char::from(b'A' + value as u8),
        26..=51 => char::from(b'a' + (value - 26) as u8),
        52..=61 => char::from(b'0' + (value - 52) as u8),
        _ => char::from(tail[(value - 62) as usize]),
    };
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, &byte| (word << 8) | u32::from(byte)) << (8 * (3 - chunk.len()));
        out.extend((0..=chunk.len()).map(|index| symbol((word >> (18 - 6 * index)) & 63)));
        if !url {
            out.extend(std::iter::repeat_n('=', 3 - chunk.len()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_check() {
        assert_eq!(luhn("4111111111111111"), 0);
        assert_ne!(luhn("4111111111111112"), 0);
        assert_eq!(mod97("DE89370400440532013000"), 1);
        assert_eq!(mod97("GB82WEST12345698765432"), 1);
        assert_ne!(mod97("GB82WEST12345698765423"), 1);
    }

    #[test]
    fn generated_numbers_check() {
        let mut random = Random::new(3, 3);
        for country in ["US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "IN", "TR", "NG"] {
            for _ in 0..50 {
                assert_eq!(luhn(&card(&mut random)), 0);
                assert_eq!(mod97(&iban(country, &mut random)), 1);
                assert!(national_id(country, &mut random).len() >= 9);
            }
        }
    }

    #[test]
    fn base64_of_known_texts() {
        assert_eq!(base64(b"user:pass", false), "dXNlcjpwYXNz");
        assert_eq!(base64(b"abcd", false), "YWJjZA==");
        assert_eq!(base64(b"abcd", true), "YWJjZA");
    }
}
