//! The people of the bank. One person's values belong together: every system that meets the person writes the same values, each in its own
//! notation. A person depends on the seed, the number of customers and the person's index alone, never on the number of records.

use schemas::pii::PiiClass;

use crate::identifiers::{self, digits};
use crate::names::{FAMILY, GIVEN, LOCALES};
use crate::options::Day;
use crate::random::{Random, permute};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $class:ident;)*) => {
        /// What of a person is planted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind { $($(#[$doc])* $name,)* }
        impl Kind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];
            pub(crate) const fn class(self) -> PiiClass { match self { $(Self::$name => PiiClass::$class,)* } }
        }
    };
}

kinds! {
    Name Name; Email Email; Phone Phone; Ssn Ssn; NationalId NationalId; Address Address; BirthDate BirthDate; Account Account; Iban Iban;
    Card Card; Customer Customer; User User; Device Device; HomeIp Ip; MobileIp Ip; Ip6 Ip; Mac Mac; Geo Geo; Cvv Secret; Pin Secret;
}

macro_rules! forms {
    ($($name:ident)*) => {
        /// How a value is written. A form that a kind does not have is its plain form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Form { $($name,)* }
        impl Form { pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*]; }
    };
}

forms! { Plain Grouped Dashed Upper Reversed Percent Escaped First Last Digits }

/// A person: all texts in one arena, a span a kind and form.
pub(crate) struct Customer {
    pub(crate) index: u32,
    pub(crate) locale: u8,
    text: String,
    spans: [[(u16, u16); Form::ALL.len()]; Kind::ALL.len()],
}

impl Customer {
    /// The value in this form.
    pub(crate) fn get(&self, kind: Kind, form: Form) -> &str {
        let (start, end) = self.spans[kind as usize][form as usize];
        self.text.get(usize::from(start)..usize::from(end)).expect("spans are set by `add` on the same text")
    }

    /// The form that is really used for `form`: plain where the kind has no such form.
    pub(crate) fn real_form(&self, kind: Kind, form: Form) -> Form {
        let spans = &self.spans[kind as usize];
        if spans[form as usize] == spans[Form::Plain as usize] { Form::Plain } else { form }
    }

    fn add(&mut self, kind: Kind, form: Form, value: &str) {
        let start = self.text.len() as u16;
        self.text.push_str(value);
        let span = (start, self.text.len() as u16);
        if form == Form::Plain {
            self.spans[kind as usize] = [span; Form::ALL.len()];
        } else if value != self.get(kind, Form::Plain) {
            self.spans[kind as usize][form as usize] = span;
        }
    }
}

/// All customers of a bank.
pub(crate) fn population(seed: u64, count: u32, day: Day) -> Vec<Customer> {
    (0..count).map(|index| person(seed, index, count, day)).collect()
}

fn person(seed: u64, index: u32, count: u32, day: Day) -> Customer {
    let mut random = Random::new(seed, 0x1000_0000_0000 + u64::from(index));
    let mut customer = Customer { index, locale: 0, text: String::with_capacity(1024), spans: Default::default() };
    let (given, family) = add_name(&mut customer, seed, index);
    let locale = &LOCALES[usize::from(customer.locale)];
    add_contact(&mut customer, &given, &family, &mut random);
    customer.add(Kind::NationalId, Form::Plain, &identifiers::national_id(locale.country, &mut random));
    add_ssn(&mut customer, &mut random);
    add_birth_date(&mut customer, day, &mut random);
    add_accounts(&mut customer, seed, index, count, &mut random);
    add_devices(&mut customer, seed, index, &mut random);
    let cvv = digits(&mut random, 3);
    customer.add(Kind::Cvv, Form::Plain, &cvv);
    let pin = digits(&mut random, 4);
    customer.add(Kind::Pin, Form::Plain, &pin);
    customer.text.shrink_to_fit();
    customer
}

/// Pairs given names with family names of the same locale, and of the next one when all pairs are used.
fn add_name(customer: &mut Customer, seed: u64, index: u32) -> (String, String) {
    let locales = LOCALES.len() as u64;
    let locale = u64::from(index) % locales;
    customer.locale = locale as u8;
    let turn = u64::from(index) / locales;
    let pair = permute(turn % (GIVEN * FAMILY), GIVEN * FAMILY, seed ^ locale);
    let other = (locale + turn / (GIVEN * FAMILY)) % locales;
    let given = LOCALES[locale as usize].given.split(' ').nth((pair % GIVEN) as usize).expect("the pool has GIVEN names");
    let family = LOCALES[other as usize].family.split(' ').nth((pair / GIVEN) as usize).expect("the pool has FAMILY names");
    let full = format!("{given} {family}");
    customer.add(Kind::Name, Form::Plain, &full);
    customer.add(Kind::Name, Form::Upper, &full.to_uppercase());
    customer.add(Kind::Name, Form::Reversed, &format!("{family}, {given}"));
    customer.add(Kind::Name, Form::Percent, &percent(&full));
    customer.add(Kind::Name, Form::Escaped, &escaped(&full));
    customer.add(Kind::Name, Form::First, given);
    customer.add(Kind::Name, Form::Last, family);
    (given.to_owned(), family.to_owned())
}

fn add_contact(customer: &mut Customer, given: &str, family: &str, random: &mut Random) {
    let locale = &LOCALES[usize::from(customer.locale)];
    let (given, family) = (ascii(given), ascii(family));
    let domain = random.pick(&["mailbox.example", "postamt.example.org", "webmail.example.com", "inbox.example.net", "correo.example"]);
    let number = customer.index;
    let local = match random.below(4) {
        0 => format!("{given}.{family}"),
        1 => format!("{given}_{family}{:02}", number % 100),
        2 => format!("{family}+bank{}", number % 1000),
        _ => format!("{given}{family}"),
    };
    let email = format!("{local}{}@{domain}", if number >= 8064 { number } else { number % 97 });
    customer.add(Kind::Email, Form::Plain, &email);
    customer.add(Kind::Email, Form::Upper, &email.to_uppercase());
    customer.add(Kind::Email, Form::Percent, &percent(&email));
    let user = format!("{family}.{given}{number:04}");
    customer.add(Kind::User, Form::Plain, &user);
    let subscriber = format!("{:07}", permute(u64::from(number), 10_000_000, 7));
    let (area, left, right) = (locale.mobile_prefix, subscriber.get(..3).unwrap_or_default(), subscriber.get(3..).unwrap_or_default());
    let code = locale.calling_code;
    customer.add(Kind::Phone, Form::Plain, &format!("+{code}{area}{subscriber}"));
    customer.add(Kind::Phone, Form::Grouped, &format!("+{code} {area} {left} {right}"));
    customer.add(Kind::Phone, Form::Dashed, &format!("0{area}-{left}-{right}"));
    customer.add(Kind::Phone, Form::Percent, &format!("%2B{code}{area}{subscriber}"));
    customer.add(Kind::Phone, Form::Digits, &format!("{code}{area}{subscriber}"));
    let pick = |pool: &'static str, random: &mut Random| {
        let all: Vec<&str> = pool.split('|').collect();
        random.pick(&all)
    };
    let (street, city) = (pick(locale.streets, random), pick(locale.cities, random));
    let house = u64::from(customer.index) % 900 + 1;
    let unit = customer.index / 900 + 1;
    let address = if locale.number_first { format!("{house} {street}, Unit {unit}, {city}") } else { format!("{street} {house}/{unit}, {city}") };
    customer.add(Kind::Address, Form::Plain, &address);
    customer.add(Kind::Address, Form::Percent, &percent(&address));
    customer.add(Kind::Address, Form::Escaped, &escaped(&address));
}

fn add_ssn(customer: &mut Customer, random: &mut Random) {
    let ssn = identifiers::ssn(random);
    customer.add(Kind::Ssn, Form::Plain, &ssn);
    customer.add(Kind::Ssn, Form::Grouped, &ssn.replace('-', " "));
    customer.add(Kind::Ssn, Form::Digits, &ssn.replace('-', ""));
}

fn add_birth_date(customer: &mut Customer, day: Day, random: &mut Random) {
    let (year, month, date) = (day.year - random.between(19, 84) as i32, random.between(1, 12), random.between(1, 28));
    customer.add(Kind::BirthDate, Form::Plain, &format!("{year:04}-{month:02}-{date:02}"));
    customer.add(Kind::BirthDate, Form::Reversed, &format!("{date:02}.{month:02}.{year:04}"));
    customer.add(Kind::BirthDate, Form::Grouped, &format!("{date:02}/{month:02}/{year:04}"));
}

fn add_accounts(customer: &mut Customer, seed: u64, index: u32, count: u32, random: &mut Random) {
    // Account numbers of 8, 10 and 12 digits; no look-alike number has these lengths,
    // and none begins like a date of this century. 8 digits only while they stay far apart.
    let index = u64::from(index);
    let account = match index % 3 {
        0 if count <= 50_000 => (30_000_000 + permute(index, 69_999_999, seed)).to_string(),
        1 => (3_000_000_000 + permute(index, 6_999_999_999, seed)).to_string(),
        _ => (300_000_000_000 + permute(index, 699_999_999_999, seed)).to_string(),
    };
    customer.add(Kind::Account, Form::Plain, &account);
    customer.add(Kind::Account, Form::Grouped, &groups(&account, ' '));
    let iban = identifiers::iban(LOCALES[usize::from(customer.locale)].country, random);
    customer.add(Kind::Iban, Form::Plain, &iban);
    customer.add(Kind::Iban, Form::Grouped, &groups(&iban, ' '));
    customer.add(Kind::Iban, Form::Percent, &groups(&iban, ' ').replace(' ', "%20"));
    let card = identifiers::card(random);
    customer.add(Kind::Card, Form::Plain, &card);
    customer.add(Kind::Card, Form::Grouped, &card_groups(&card, ' '));
    customer.add(Kind::Card, Form::Dashed, &card_groups(&card, '-'));
}

fn add_devices(customer: &mut Customer, seed: u64, index: u32, random: &mut Random) {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let spread = permute(u64::from(index), 1 << 40, seed);
    let id: String = (0..8).map(|place| char::from(ALPHABET[(spread >> (35 - 5 * place) & 31) as usize])).collect();
    customer.add(Kind::Customer, Form::Plain, &format!("CUS-{id}"));
    let device = uuid(random.wide());
    customer.add(Kind::Device, Form::Plain, &device);
    customer.add(Kind::Device, Form::Upper, &device.to_uppercase());
    // Neighbouring addresses of one provider would be look-alikes of each other: the permutation spreads them.
    let address = |salt: u64| {
        let spread = permute(u64::from(index), 1 << 24, seed ^ salt);
        ((spread >> 16) & 255, (spread >> 8) & 255, spread & 255)
    };
    let (a, b, c) = address(1);
    customer.add(Kind::HomeIp, Form::Plain, &format!("{}.{a}.{b}.{c}", 77 + index % 10));
    let (a, b, c) = address(2);
    customer.add(Kind::MobileIp, Form::Plain, &format!("{}.{a}.{b}.{c}", 100 + index % 20));
    let low = random.wide();
    let words: Vec<String> = (0..5).map(|i| format!("{:x}", 0x1000 | (low >> (16 * i)) & 0xefff)).collect();
    customer.add(Kind::Ip6, Form::Plain, &format!("2001:db8:{:x}:{}", 0x1000 + index % 0xe000, words.join(":")));
    let mac = permute(u64::from(index), 1 << 40, seed ^ 3) | 0x02_00_00_00_00_00;
    let pairs: Vec<String> = mac.to_be_bytes()[2..].iter().map(|byte| format!("{byte:02x}")).collect();
    customer.add(Kind::Mac, Form::Plain, &pairs.join(":"));
    customer.add(Kind::Mac, Form::Dashed, &pairs.join("-").to_uppercase());
    let (latitude, longitude) = (random.between(3_600_001, 5_999_999), random.between(100_001, 2_999_999));
    let degrees = |value: u32| format!("{}.{:05}", value / 100_000, value % 100_000);
    customer.add(Kind::Geo, Form::Plain, &format!("{},{}", degrees(latitude), degrees(longitude)));
    customer.add(Kind::Geo, Form::Grouped, &format!("{}, {}", degrees(latitude), degrees(longitude)));
    customer.add(Kind::Geo, Form::First, &degrees(latitude));
    customer.add(Kind::Geo, Form::Last, &degrees(longitude));
}

/// 8-4-4-4-12 hex digits of a version 4 UUID.
pub(crate) fn uuid(bits: u128) -> String {
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).expect("32 hex digits");
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

fn groups(text: &str, separator: char) -> String {
    let mut out = String::new();
    for (index, c) in text.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push(separator);
        }
        out.push(c);
    }
    out
}

/// 4-4-4-4, and 4-6-5 or 4-6-4 for the shorter brands.
fn card_groups(card: &str, separator: char) -> String {
    if card.len() == 16 {
        return groups(card, separator);
    }
    let part = |from: usize, to: usize| card.get(from..to).expect("14 or 15 digits");
    format!("{}{separator}{}{separator}{}", part(0, 4), part(4, 10), part(10, card.len()))
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// JSON escapes of everything that is not ASCII.
fn escaped(text: &str) -> String {
    let unit = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { unit(c) }).collect()
}

/// Lower-case ASCII letters of a name, as in mail addresses.
fn ascii(name: &str) -> String {
    let plain = |c: char| match c {
        'ä' | 'á' | 'à' | 'â' | 'å' | 'ą' | 'Å' | 'ã' => "a",
        'ç' | 'Ç' | 'ć' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'É' => "e",
        'ğ' => "g",
        'í' | 'ì' | 'î' | 'ı' | 'İ' => "i",
        'ł' | 'Ł' => "l",
        'ñ' | 'ń' => "n",
        'ö' | 'ó' | 'ô' | 'Ö' => "o",
        'ş' | 'ś' | 'Ś' | 'Ş' => "s",
        'ß' => "ss",
        'ü' | 'ú' | 'û' => "u",
        'ż' | 'ź' | 'Ż' => "z",
        _ => "",
    };
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphabetic() { out.push(c.to_ascii_lowercase()) } else { out.push_str(plain(c)) }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::identifiers::{luhn, mod97};

    const DAY: Day = Day { year: 2026, month: 11, day: 20 };

    #[test]
    fn every_identifying_value_belongs_to_one_person() {
        let people = population(5, 20_000, DAY);
        let unique =
            [Kind::Name, Kind::Email, Kind::Phone, Kind::Account, Kind::Iban, Kind::Card, Kind::Customer, Kind::User, Kind::Device, Kind::HomeIp];
        for kind in unique.into_iter().chain([Kind::MobileIp, Kind::Ip6, Kind::Mac, Kind::Address]) {
            let values: BTreeSet<&str> = people.iter().map(|person| person.get(kind, Form::Plain)).collect();
            assert_eq!(values.len(), people.len(), "{kind:?}");
        }
    }

    #[test]
    fn numbers_are_valid_in_every_notation() {
        for person in population(6, 300, DAY) {
            let bare = |kind, form| person.get(kind, form).replace([' ', '-'], "");
            for form in [Form::Plain, Form::Grouped, Form::Dashed] {
                assert_eq!(luhn(&bare(Kind::Card, form)), 0);
                assert_eq!(mod97(&bare(Kind::Iban, form)), 1);
            }
        }
    }

    #[test]
    fn people_do_not_depend_on_anything_but_seed_and_count() {
        let (one, two, other) = (population(7, 50, DAY), population(7, 50, DAY), population(8, 50, DAY));
        assert!(one.iter().zip(&two).all(|(a, b)| a.text == b.text));
        assert!(one.iter().zip(&other).all(|(a, b)| a.text != b.text));
    }

    #[test]
    fn notations_of_a_name() {
        assert_eq!(percent("Zoë O'B"), "Zo%C3%AB%20O%27B");
        assert_eq!(escaped("Zoë"), "Zo\\u00eb");
        assert_eq!(ascii("Weißkirchen"), "weisskirchen");
    }
}
