//! What the segments of X12 say of persons: NM1, N1 to N4, PER, DMG, REF and RMR, SBR, BPR, ENT and ACT, as in the implementation guides of HIPAA (270, 271,
//! 834, 835, 837) and in the payment order (820). A party that is an organisation stays, with its address and its identifier; so do control numbers, amounts,
//! traces and claims.

use schemas::pii::PiiClass;

use super::names::{is_given, is_only_name, is_word};
use super::x12::Segment;
use crate::fields::is_full_name;
use crate::worker::{Worker, is_placeholder};

/// Of whom the last party segment was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    Unknown,
    Person,
    Organisation,
}

/// Who is a person by the qualifier of N1 (element 98): insured, patient, subscriber's dependant, responsible party.
const PERSONS: [&str; 5] = ["IL", "QC", "03", "QD", "S1"];
/// Words of the function that a contact has in place of a name.
#[rustfmt::skip]
const FUNCTIONS: [&str; 32] = [
    "customer", "service", "services", "support", "dept", "department", "desk", "helpdesk", "help", "claims", "claim", "billing", "office", "edi", "team", "relations", "center", "centre",
    "provider", "payer", "operations", "unit", "line", "hotline", "contact", "benefits", "accounting", "accounts", "administrator", "technical", "web", "website",
];

impl Worker<'_> {
    /// Notes what is personal in a segment.
    pub(super) fn x12_segment(&mut self, text: &str, segment: &Segment<'_>, party: &mut Party) {
        match segment.tag {
            "NM1" => self.x12_individual(text, segment, party),
            "N1" => self.x12_party(text, segment, party),
            "N2" if *party == Party::Person => [1, 2].into_iter().for_each(|number| self.x12_name(text, segment, number)),
            "N3" if *party != Party::Organisation => self.x12_street(text, segment),
            "N4" if *party != Party::Organisation => self.x12_town(text, segment),
            "PER" => self.x12_contact(text, segment),
            "DMG" => {
                let day = segment.get(2);
                if segment.get(1) == "D8" && digits(day) >= 6 || segment.get(1).is_empty() && digits(day) == 8 {
                    self.x12_note(PiiClass::BirthDate, text, segment, 2);
                }
            }
            "REF" | "RMR" => self.x12_reference(text, segment, *party),
            // The policy or group that the subscriber has.
            "SBR" if segment.has(4) && segment.get(1).len() == 1 && digits(segment.get(3)) >= 4 => {
                self.x12_note(PiiClass::Customer, text, segment, 3)
            }
            "BPR" => self.x12_payment(text, segment),
            "ENT" => {
                *party = Party::Unknown;
                if let Some(class) = class_of_code(segment.get(3)).filter(|_| digits(segment.get(4)) >= 4) {
                    self.x12_note(class, text, segment, 4);
                }
            }
            "ACT" if digits(segment.get(1)) >= 5 && segment.has(2) => {
                self.x12_note(PiiClass::Account, text, segment, 1);
                if is_person(segment.get(2)) {
                    self.x12_name(text, segment, 2);
                }
            }
            "ISA" => {
                // Security information: what logs the sender in (03), and a password (01).
                if segment.get(1) == "03" {
                    self.x12_note(PiiClass::User, text, segment, 2);
                }
                if segment.get(3) == "01" {
                    self.x12_note(PiiClass::Secret, text, segment, 4);
                }
            }
            "HL" | "LX" | "CLM" | "CLP" | "INS" | "GS" | "ST" => *party = Party::Unknown,
            _ => {}
        }
    }

    /// `NM1*IL*1*ROE*JANE*M*DR*JR*MI*W418820077`: entity, kind, the parts of a name, qualifier and identifier.
    fn x12_individual(&mut self, text: &str, segment: &Segment<'_>, party: &mut Party) {
        if !is_qualifier(segment.get(1)) {
            return;
        }
        *party = match segment.get(2) {
            "1" => Party::Person,
            "2" => Party::Organisation,
            _ => Party::Unknown,
        };
        if *party != Party::Person {
            return;
        }
        [3, 4, 5].into_iter().for_each(|number| self.x12_name(text, segment, number));
        let code = segment.get(9);
        let class = match segment.get(8) {
            "34" | "SY" => PiiClass::Ssn,
            "XX" | "FI" | "24" | "II" | "HN" | "MR" => PiiClass::NationalId,
            _ => PiiClass::Customer,
        };
        if digits(code) >= 3 {
            self.x12_note(class, text, segment, 9);
        }
    }

    /// `N1*PR*JANE ROE*34*536228145`: a party of either kind.
    fn x12_party(&mut self, text: &str, segment: &Segment<'_>, party: &mut Party) {
        let (entity, name) = (segment.get(1), segment.get(2));
        if !is_qualifier(entity) || name.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            return;
        }
        let person = PERSONS.contains(&entity) && !name.is_empty() || is_person(name) || self.is_token(name);
        *party = if person { Party::Person } else { Party::Organisation };
        if !person {
            return;
        }
        self.x12_name(text, segment, 2);
        if let Some(class) = class_of_code(segment.get(3)).filter(|_| digits(segment.get(4)) >= 4) {
            self.x12_note(class, text, segment, 4);
        }
    }

    /// `N3*12 MILL LANE*APT 4`
    fn x12_street(&mut self, text: &str, segment: &Segment<'_>) {
        let street = segment.get(1);
        let letters = street.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 3 || !(street.contains(' ') || letters >= 6) || street.starts_with('[') && !self.is_token(street) {
            return;
        }
        [1, 2].into_iter().for_each(|number| self.x12_note(PiiClass::Address, text, segment, number));
    }

    /// `N4*DAYTON*OH*45402*US`
    fn x12_town(&mut self, text: &str, segment: &Segment<'_>) {
        let (town, state, code) = (segment.get(1), segment.get(2), segment.get(3));
        let named = town.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        let state = state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_uppercase());
        let code = digits(code) >= 2 && (3..=15).contains(&code.len());
        let country = segment.get(4).len() >= 2;
        if (state || code && (country || named)) && (named || code) {
            self.x12_note(PiiClass::Address, text, segment, 1);
            if code {
                self.x12_note(PiiClass::Address, text, segment, 3);
            }
        }
    }

    /// `PER*IC*JANE ROE*TE*2025550147*EM*JROE@X.ORG`: a contact, and up to three ways to reach it.
    fn x12_contact(&mut self, text: &str, segment: &Segment<'_>) {
        if !is_qualifier(segment.get(1)) || !segment.has(2) {
            return;
        }
        let name = segment.get(2);
        let function = name.split([' ', '/', '-']).any(|word| FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(word)));
        if !function && name.chars().filter(|c| c.is_alphabetic()).count() >= 3 {
            self.x12_name(text, segment, 2);
        }
        for number in [3, 5, 7] {
            let class = match segment.get(number) {
                "TE" | "CP" | "HP" | "WP" | "FX" | "AP" | "NP" | "PS" | "BN" | "PC" => PiiClass::Phone,
                "EM" => PiiClass::Email,
                _ => continue,
            };
            let value = segment.get(number + 1);
            if digits(value) >= 6 || class == PiiClass::Email && value.contains('@') {
                self.x12_note(class, text, segment, number + 1);
            }
        }
    }

    /// `REF*SY*536228145`: numbers of somebody by their qualifier (element 128).
    fn x12_reference(&mut self, text: &str, segment: &Segment<'_>, party: Party) {
        let class = match segment.get(1) {
            "SY" => PiiClass::Ssn,
            // Subscriber, policy, member, patient, client, family, employee, medical record.
            "0F" | "1L" | "1W" | "IG" | "AZ" | "23" | "49" | "EA" | "EJ" | "A6" => PiiClass::Customer,
            // Health insurance claim, Medicaid recipient, identity card, personal number.
            "F6" | "NQ" | "HJ" | "ABB" => PiiClass::NationalId,
            // Taxpayer, employer, state licence.
            "TJ" | "EI" | "0B" if party != Party::Organisation => PiiClass::NationalId,
            // Account, billing account, master account, old account.
            "11" | "12" | "14" | "45" => PiiClass::Account,
            "4A" => PiiClass::Secret,
            _ => return,
        };
        if digits(segment.get(2)) >= 4 {
            self.x12_note(class, text, segment, 2);
        }
    }

    /// `BPR*C*1250.00*C*ACH*CTX*01*021000021*DA*0048217733*1234567890**01*091000019*DA*7718820441*20260301`: bank and account of both sides.
    fn x12_payment(&mut self, text: &str, segment: &Segment<'_>) {
        if segment.get(1).len() != 1 || digits(segment.get(2)) == 0 {
            return;
        }
        for (bank, account) in [(7, 9), (13, 15)] {
            // An identifier of SWIFT is a bank's name.
            if matches!(segment.get(bank - 1), "01" | "03" | "04") && digits(segment.get(bank)) >= 4 {
                self.x12_note(PiiClass::Account, text, segment, bank);
            }
            if digits(segment.get(account)) >= 4 {
                self.x12_note(PiiClass::Account, text, segment, account);
            }
        }
    }

    fn x12_name(&mut self, text: &str, segment: &Segment<'_>, number: usize) {
        if segment.get(number).chars().any(char::is_alphabetic) {
            self.x12_note(PiiClass::Name, text, segment, number);
        }
    }

    fn x12_note(&mut self, class: PiiClass, text: &str, segment: &Segment<'_>, number: usize) {
        let value = segment.get(number);
        if !value.is_empty() && !is_placeholder(value) {
            self.note_cell(class, text, segment.place(number));
        }
    }
}

/// The class of a party's identifier (element 66) when it is a person's.
fn class_of_code(qualifier: &str) -> Option<PiiClass> {
    match qualifier {
        "34" | "SY" => Some(PiiClass::Ssn),
        "MI" | "C" | "N" | "EI" | "ZY" => Some(PiiClass::Customer),
        "FI" | "24" => Some(PiiClass::NationalId),
        _ => None,
    }
}

/// Two or three capitals and digits.
fn is_qualifier(value: &str) -> bool {
    matches!(value.len(), 2 | 3) && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Whether a party is a person by the words of its name: one is a name, and none is a thing's.
fn is_person(name: &str) -> bool {
    let words = || name.split([' ', '-', ',', '.']).filter(|word| word.len() > 2);
    is_full_name(name)
        && words().any(|word| is_given(word) || is_only_name(word))
        && words().all(|word| is_given(word) || is_only_name(word) || !is_word(word))
}

/// Digits of a number; none of a token's.
fn digits(value: &str) -> usize {
    if value.contains('[') {
        return 0;
    }
    value.bytes().filter(u8::is_ascii_digit).count()
}
