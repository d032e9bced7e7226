//! Every value has the check digits of its standard: verified by code of its own, which published examples verify in turn.

#![expect(clippy::string_slice, reason = "canonical values of the checked classes are ASCII")]

use std::collections::BTreeSet;

use super::{Class, Need, all};
use crate::fidelity::look_alike::KINDS;
use crate::fidelity::prng::Prng;

const DRAWS: u64 = 300;

fn d(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn dot(text: &str, weights: &[u32]) -> u32 {
    d(text).iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn luhn(text: &str) -> bool {
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let sum: u32 = d(text).iter().rev().enumerate().map(|(at, digit)| if at % 2 == 1 { DOUBLED[*digit as usize] } else { *digit }).sum();
    sum.is_multiple_of(10)
}

/// Digits and letters as one long decimal number, divided on paper.
fn rest_of_97(text: &str) -> u32 {
    let decimal: String = text.chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
    d(&decimal).iter().fold(0, |rest, digit| (rest * 10 + digit) % 97)
}

fn iban(text: &str) -> bool {
    const LENGTHS: &str = "DE22 GB22 FR27 ES24 IT27 NL18 BE16 CH21 AT20 PL28 SE24 NO15 FI18 IE22 PT25 AE23 SA24 TR26 MT31 BR29 LC32";
    let length = LENGTHS.split(' ').find_map(|entry| entry.strip_prefix(&text[..2])).unwrap();
    text.len() == length.parse::<usize>().unwrap() && rest_of_97(&format!("{}{}", &text[4..], &text[..4])) == 1
}

fn verhoeff(text: &str) -> bool {
    const TIMES: [&str; 10] =
        ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];
    const PERMUTED: [&str; 8] = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];
    let check =
        d(text).iter().rev().enumerate().fold(0, |check, (at, digit)| d(TIMES[check as usize])[d(PERMUTED[at % 8])[*digit as usize] as usize]);
    check == 0
}

fn mod_11_10(text: &str) -> bool {
    let digits = d(text);
    let (last, body) = digits.split_last().unwrap();
    let mut product = 10;
    for digit in body {
        let sum = if (digit + product) % 10 == 0 { 10 } else { (digit + product) % 10 };
        product = sum * 2 % 11;
    }
    (product + last) % 10 == 1
}

fn cross(numbers: impl IntoIterator<Item = u32>) -> u32 {
    numbers.into_iter().map(|number| number.to_string()).map(|text| d(&text).iter().sum::<u32>()).sum()
}

fn with_letter(text: &str) -> Vec<u32> {
    text.chars().flat_map(|c| c.to_digit(10).map_or_else(|| d(&format!("{:02}", c as u32 - 'A' as u32 + 1)), |digit| vec![digit])).collect()
}

fn kvnr(text: &str) -> bool {
    let digits = with_letter(text);
    cross(digits[..10].iter().enumerate().map(|(at, digit)| digit * if at % 2 == 0 { 1 } else { 2 })) % 10 == digits[10]
}

fn rvnr(text: &str) -> bool {
    let digits = with_letter(text);
    cross(digits[..12].iter().zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]).map(|(digit, weight)| digit * weight)) % 10 == digits[12]
}

fn icao(text: &str) -> bool {
    let value = |c: char| c.to_digit(36).unwrap();
    let body: u32 = text.chars().take(text.len() - 1).zip([7, 3, 1].iter().cycle()).map(|(c, weight)| value(c) * weight).sum();
    text.chars().last().and_then(|c| c.to_digit(10)) == Some(body % 10)
}

fn nif(text: &str) -> bool {
    let digits = text.replacen('X', "0", 1).replacen('Y', "1", 1).replacen('Z', "2", 1);
    let digits = if text.starts_with(['X', 'Y', 'Z']) { digits } else { text.to_owned() };
    let number: usize = digits[..8].parse().unwrap();
    "TRWAGMYFPDXBNJZSQVHLCKE".chars().nth(number % 23) == text.chars().last()
}

fn fiscal_code(text: &str) -> bool {
    const ODD: &str = "010005070913151719210204182011030608121416102225242301000507091315171921";
    let odd = |c: char| {
        let at = c.to_digit(10).unwrap_or_else(|| c as u32 - 'A' as u32) as usize;
        ODD[at * 2..at * 2 + 2].parse::<u32>().unwrap()
    };
    let even = |c: char| c.to_digit(10).unwrap_or_else(|| c as u32 - 'A' as u32);
    let sum: u32 = text.chars().take(15).enumerate().map(|(at, c)| if at % 2 == 0 { odd(c) } else { even(c) }).sum();
    text.len() == 16 && text.chars().last() == char::from_u32('A' as u32 + sum % 26)
}

fn nir(text: &str) -> bool {
    let number: u64 = text[..13].replace("2A", "19").replace("2B", "18").parse().unwrap();
    text.len() == 15 && number % 97 + text[13..].parse::<u64>().unwrap() == 97
}

fn rrn(text: &str) -> bool {
    let (body, check): (u64, u64) = (text[..9].parse().unwrap(), text[9..].parse().unwrap());
    [body, 2_000_000_000 + body].iter().any(|number| number % 97 + check == 97)
}

fn hetu(text: &str) -> bool {
    let number: usize = format!("{}{}", &text[..6], &text[7..10]).parse().unwrap();
    "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().nth(number % 31) == text.chars().last()
}

fn cpf_or_cnpj(text: &str) -> bool {
    let digits = d(text);
    let check = |count: usize| {
        let cycle = if text.len() == 14 { 8 } else { 10 };
        let sum: u32 = digits[..count].iter().rev().enumerate().map(|(at, digit)| digit * (at as u32 % cycle + 2)).sum();
        let rest = 11 - sum % 11;
        if rest > 9 { 0 } else { rest }
    };
    let length = digits.len();
    check(length - 2) == digits[length - 2] && check(length - 1) == digits[length - 1]
}

fn nric(text: &str) -> bool {
    let sum = dot(text, &[2, 7, 6, 5, 4, 3, 2]) as usize + if text.starts_with(['T', 'G']) { 4 } else { 0 };
    let table = if text.starts_with(['S', 'T']) { "JZIHGFEDCBA" } else { "XWUTRQPNMLK" };
    table.chars().nth(sum % 11) == text.chars().last()
}

fn gstin(text: &str) -> bool {
    let value = |c: char| c.to_digit(36).unwrap();
    let sum: u32 = text.chars().take(14).zip([1, 2].iter().cycle()).map(|(c, factor)| value(c) * factor).map(|n| n / 36 + n % 36).sum();
    text.len() == 15 && value(text.chars().last().unwrap()) == (36 - sum % 36) % 36
}

fn vin(text: &str) -> bool {
    const VALUES: &str = "A1B2C3D4E5F6G7H8J1K2L3M4N5P7R9S2T3U4V5W6X7Y8Z9";
    let value = |c: char| c.to_digit(10).unwrap_or_else(|| d(&VALUES[VALUES.find(c).unwrap() + 1..][..1])[0]);
    let sum: u32 = text.chars().map(value).zip([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]).map(|(value, weight)| value * weight).sum();
    "0123456789X".chars().nth(sum as usize % 11) == text.chars().nth(8)
}

fn base58(text: &str) -> bool {
    const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0_u8; 25];
    for c in text.chars() {
        let mut carry = ALPHABET.find(c).unwrap();
        for byte in bytes.iter_mut().rev() {
            carry += *byte as usize * 58;
            *byte = (carry % 256) as u8;
            carry /= 256;
        }
    }
    let sha = |bytes: &[u8]| ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().to_vec();
    sha(&sha(&bytes[..21]))[..4] == bytes[21..]
}

fn segwit(text: &str) -> bool {
    const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let values = text.strip_prefix("bc1").unwrap().chars().map(|c| ALPHABET.find(c).unwrap() as u64);
    let mut check: u64 = 1;
    for value in [3, 3, 0, 2, 3].into_iter().chain(values) {
        let top = check >> 25;
        check = (check & 0x1ff_ffff) << 5 ^ value;
        for (bit, generator) in [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].into_iter().enumerate() {
            check ^= if top >> bit & 1 == 1 { generator } else { 0 };
        }
    }
    check == 1
}

fn ssn(text: &str) -> bool {
    let (area, group, serial) = (&text[..3], &text[3..5], &text[5..]);
    !matches!(area, "000" | "666") && !area.starts_with('9') && group != "00" && serial != "0000"
}

fn nino(text: &str) -> bool {
    let prefix = &text[..2];
    !prefix.contains(['D', 'F', 'I', 'Q', 'U', 'V'])
        && !prefix.ends_with('O')
        && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix)
        && d(text).len() == 6
        && text.ends_with(['A', 'B', 'C', 'D'])
}

type Check = fn(&str) -> bool;

/// Class, its check, and published examples (canonical form).
const CHECKS: &[(&str, Check, &[&str])] = &[
    ("card", luhn, &["4111111111111111", "378282246310005"]),
    ("card-mistyped", |text| !luhn(text), &["4111111111111112"]),
    ("iban", iban, &["DE89370400440532013000", "GB82WEST12345698765432"]),
    ("us-routing", |text| dot(text, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10), &["111000025", "021000021"]),
    ("crypto-bitcoin", base58, &["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]),
    ("crypto-segwit", segwit, &["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]),
    ("imei", luhn, &["490154203237518"]),
    ("iccid", luhn, &["8944110068256270054"]),
    ("vin", vin, &["1M8GDM9AXKP042788", "11111111111111111"]),
    ("us-ssn", ssn, &["856453789"]),
    ("us-ssn-plain", ssn, &["856453789"]),
    ("us-itin", |text| text.starts_with('9') && (50..=99).contains(&text[3..5].parse::<u32>().unwrap()), &["912901234"]),
    ("ca-sin", luhn, &["046454286"]),
    ("br-cpf", cpf_or_cnpj, &["11144477735"]),
    ("br-cnpj", cpf_or_cnpj, &["11222333000181"]),
    ("uk-nino", nino, &["AB123456C"]),
    ("uk-nhs", |text| dot(text, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11), &["9434765919"]),
    ("de-tax-id", mod_11_10, &["36574261809", "86095742719"]),
    ("de-vat-id", mod_11_10, &["DE136695976"]),
    ("de-social-security", rvnr, &["15070649C103"]),
    ("de-id-card", icao, &["L01X00T471"]),
    ("de-passport", icao, &["C01X00T478"]),
    ("de-health-insurance", kvnr, &["A123456780"]),
    ("de-doctor", |text| (dot(text, &[4, 9, 4, 9, 4, 9]) + d(text)[6]).is_multiple_of(10), &["123456601"]),
    ("es-nif", nif, &["12345678Z"]),
    ("es-nie", nif, &["X1234567L"]),
    ("it-fiscal-code", fiscal_code, &["RSSMRA85T10A562S"]),
    ("it-vat", luhn, &["00743110157"]),
    ("fr-nir", nir, &["255081416802538"]),
    ("nl-bsn", |text| (dot(text, &[9, 8, 7, 6, 5, 4, 3, 2]) + 10 * d(text)[8]).is_multiple_of(11), &["111222333"]),
    ("be-rrn", rrn, &["85073003328"]),
    ("ch-ahv", |text| dot(text, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10), &["7569217076985"]),
    ("pl-pesel", |text| dot(text, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10), &["44051401359"]),
    ("pl-nip", |text| dot(text, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == d(text)[9], &["1234563218"]),
    ("fi-hetu", hetu, &["131052-308T"]),
    ("se-personnummer", luhn, &["8112189876"]),
    ("se-orgnr", luhn, &["5560360793"]),
    ("in-aadhaar", verhoeff, &["2363"]),
    ("in-gstin", gstin, &["27AAPFU0939F1ZV"]),
    ("au-tfn", |text| dot(text, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11), &["123456782"]),
    ("au-abn", |text| (dot(text, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10).is_multiple_of(89), &["51824753556"]),
    ("au-acn", |text| dot(text, &[8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10), &["004085616"]),
    ("au-medicare", |text| dot(text, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == d(text)[8], &["2123456701"]),
    ("sg-nric", nric, &["S1234567D"]),
];

fn drawn(class: &Class, number: u64) -> String {
    (class.make)(&mut Prng::new(number, &["test", class.id])).canonical
}

#[test]
fn the_checks_take_published_examples_and_no_neighbour_of_them() {
    for (id, check, examples) in CHECKS {
        for example in *examples {
            assert!(check(example), "{id}: {example}");
        }
    }
    assert!(!verhoeff("2364") && !luhn("4111111111111112") && !iban("DE88370400440532013000") && !nif("12345678A") && !hetu("131052-308S"));
    assert!(
        !cpf_or_cnpj("11144477736") && !fiscal_code("RSSMRA85T10A562T") && !base58("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") && !mod_11_10("36574261808")
    );
}

#[test]
fn every_value_has_its_check_digits() {
    for (id, check, _) in CHECKS {
        let class = all().into_iter().find(|class| class.id == *id).unwrap_or_else(|| panic!("the class {id}"));
        for number in 0..DRAWS {
            let value = drawn(class, number);
            assert!(check(&value), "{id}: {value}");
        }
    }
}

/// Classes whose form has no check digit.
const UNCHECKED: &[&str] = &[
    "track1",
    "track2",
    "cvv",
    "pin",
    "pin-block",
    "card-expiry",
    "account",
    "uk-sort-code",
    "in-ifsc",
    "au-bsb",
    "ca-transit",
    "crypto-ethereum",
    "customer-id",
    "name",
    "address",
    "birth-date",
    "email",
    "phone",
    "phone-national",
    "zip",
    "age",
    "ipv4",
    "ipv6",
    "mac",
    "url-credentials",
    "user-name",
    "session-id",
    "device-id",
    "advertising-id",
    "geo",
    "imsi",
    "private-key",
    "jwt",
    "cloud-key",
    "plaid-token",
    "gocardless-token",
    "square-token",
    "authorization",
    "cookie",
    "api-secret",
    "url-token",
    "password",
    "us-ein",
    "us-passport",
    "us-driver-licence",
    "uk-driving-licence",
    "uk-passport",
    "uk-postcode",
    "uk-plate",
    "de-tax-number",
    "de-register",
    "de-plate",
    "de-postcode",
    "de-driving-licence",
    "in-pan",
    "in-voter",
    "in-passport",
    "in-vehicle",
    "sg-uen",
];

#[test]
fn every_class_is_checked_or_said_to_have_no_check() {
    let known: BTreeSet<&str> = CHECKS.iter().map(|(id, ..)| *id).chain(UNCHECKED.iter().copied()).collect();
    let ids: BTreeSet<&str> = all().iter().map(|class| class.id).collect();
    assert_eq!(known, ids);
    assert_eq!(ids.len(), all().len(), "two classes of one name");
}

#[test]
fn every_class_has_names_words_and_several_sentences() {
    for class in all() {
        assert!(!class.keys.is_empty() && !class.words.is_empty(), "{}", class.id);
        let sentences = class.frames.len() + class.bare.len();
        assert!(sentences >= 3, "{} has {sentences} sentences", class.id);
        assert!(class.frames.iter().chain(class.bare).all(|frame| frame.contains("{v}")), "{}", class.id);
        assert!((class.need == Need::Locale) == class.locale.is_some(), "{}", class.id);
    }
    for kind in KINDS {
        assert!(!kind.keys.is_empty() && !kind.words.is_empty() && kind.frames.len() >= 3, "{}", kind.id);
    }
}

#[test]
fn stripes_hold_a_card_and_a_month() {
    for number in 0..DRAWS {
        for id in ["track1", "track2"] {
            let class = all().into_iter().find(|class| class.id == id).unwrap();
            let text = drawn(class, number);
            let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            assert!(luhn(&digits), "{text}");
        }
    }
}

#[test]
fn names_of_one_set_seldom_repeat() {
    let class = all().into_iter().find(|class| class.id == "name").unwrap();
    let names: BTreeSet<String> = (0..120)
        .map(|nth| {
            let mut prng = Prng::new(5, &["n", &nth.to_string()]);
            prng.nth = nth;
            (class.make)(&mut prng).canonical
        })
        .collect();
    assert!(names.len() > 110, "{}", names.len());
}
