//! One value of each class. Those that the lexicon takes have forty bits or more (but for the social security number, which has no more than nine
//! digits); addresses and hosts are reserved ones (RFC 2606, RFC 5737), so that none of them is anybody's.

use schemas::pii::PiiClass;

use crate::fidelity::checks::{iban, with_luhn};
use crate::fidelity::prng::Prng;

/// A value and the name of the field that holds it.
pub(super) struct Value {
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// The value of a class.
pub(super) fn of(class: PiiClass, prng: &mut Prng) -> Value {
    let (field, text) = match class {
        PiiClass::Card => ("card_number", with_luhn(&format!("4{}", prng.any_digits(14)))),
        PiiClass::Iban => ("iban", iban("DE", &prng.any_digits(18))),
        PiiClass::Account => ("account_number", format!("{}{}", prng.of("56789", 1), prng.any_digits(15))),
        PiiClass::Email => ("email", format!("{}.{}@example.org", word(prng, 3), word(prng, 3))),
        PiiClass::Phone => ("phone_number", format!("+49{}{}", prng.of("23456789", 1), prng.any_digits(10))),
        PiiClass::Ssn => ("ssn", ssn(prng)),
        PiiClass::NationalId => ("passport_number", format!("{}{}", prng.of("CFGHJK", 1), prng.digits(11))),
        PiiClass::Name => ("customer_name", format!("{} {}", capital(&word(prng, 3)), capital(&word(prng, 4)))),
        PiiClass::Address => ("street_address", format!("{} {} Street", prng.between(101, 899), capital(&word(prng, 3)))),
        PiiClass::BirthDate => ("date_of_birth", format!("19{}-0{}-1{}", prng.between(40, 99), prng.between(1, 9), prng.between(0, 9))),
        PiiClass::Ip => ("client_ip", format!("203.0.113.{}", prng.between(1, 254))),
        PiiClass::Mac => ("mac_address", mac(prng)),
        PiiClass::Customer => ("customer_id", format!("CUST-{}-{}", prng.digits(8), prng.of("QXZWVK", 3))),
        PiiClass::Session => ("session_id", format!("{}{}", prng.of("abcdef", 2), prng.hex(30))),
        PiiClass::User => ("user_name", format!("{}.{}", word(prng, 3), prng.digits(6))),
        PiiClass::Device => ("device_id", format!("DEV-{}-{}", prng.digits(9), prng.of("QXZWVK", 4))),
        PiiClass::Geo => ("latitude", format!("{}.{}", prng.between(11, 79), prng.digits(6))),
        PiiClass::Secret => ("password", format!("{}-{}!{}", word(prng, 2), prng.digits(4), word(prng, 2))),
    };
    Value { field, text }
}

/// Syllables that make no word of any language.
fn word(prng: &mut Prng, syllables: usize) -> String {
    let syllable = |prng: &mut Prng| {
        let end = usize::from(prng.once_in(3));
        prng.of("qvxzwkj", 1) + &prng.of("aou", 1) + &prng.of("zvkxg", end)
    };
    (0..syllables).map(|_| syllable(prng)).collect::<String>() + "q"
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn ssn(prng: &mut Prng) -> String {
    format!("{}-{}-{}", prng.between(701, 760), prng.between(11, 98), prng.between(1001, 9998))
}

fn mac(prng: &mut Prng) -> String {
    // The first byte says that nobody's manufacturer gave it (IEEE 802).
    let rest: Vec<String> = (0..5).map(|_| prng.hex(2)).collect();
    format!("0a:{}", rest.join(":"))
}
