//! The detectors: what a personal value looks like. One file each, one line in [`ALL`].
//!
//! The scan driver (`scan`) finds candidates with its byte table and hands them over as a [`Spot`]; a detector confirms by shape,
//! checksum and context. It refuses to do anything else: what happens to a value is the policy's matter. The registry test walks
//! the lists of every detector and fails for one without both.

mod aadhaar;
mod account;
mod address;
mod address_parts;
mod address_state;
mod address_words;
mod age;
mod api_key;
mod birth;
mod canada_sin;
mod card;
mod checksum;
mod clearing;
mod code;
mod credential;
mod cue;
mod customer;
mod date;
mod email;
mod expiry;
mod geo;
mod handset;
mod hex_card;
mod iban;
mod india_pan;
mod ip;
mod jwt;
pub(crate) mod locale;
mod login;
mod logins_beside;
mod mac;
mod month;
mod national_id;
mod national_names;
pub(crate) mod needs;
mod nino;
mod not_users;
mod passphrase;
mod password;
mod payment_formats;
mod phone;
mod phone_national;
mod pin_block;
mod plate;
mod postcode;
pub(crate) mod prefix;
mod private_key;
mod spelling;
mod spoken;
mod ssn;
mod track;
mod url_userinfo;
mod uuid;
mod vin;
mod wallet;
mod window;
mod word_list;
pub(crate) use word_list::WordList;

use std::cell::OnceCell;

use schemas::pii::PiiClass;

use crate::scan::context::{Cues, Near, look_back};
use crate::scan::run::Group;
use cue::List;
use needs::Needs;

/// All detectors. Those of one trigger are asked in this order; the first that answers wins the spot.
pub(crate) const ALL: &[&Detector] = &[
    &track::TRACK_2,
    &pin_block::PIN_BLOCK_DIGITS,
    &password::PASSWORD_DIGITS,
    &handset::HANDSET,
    &hex_card::HEX_CARD_DIGITS,
    &card::CARD,
    &expiry::EXPIRY,
    &nino::NINO_IN_PAIRS,
    &payment_formats::NORWEGIAN_ACCOUNT,
    &payment_formats::CZECH_ACCOUNT,
    &logins_beside::IBM_JOB,
    &date::DATE,
    &plate::PLATE,
    &birth::BIRTH,
    &age::AGE,
    &geo::GEO,
    &address::ADDRESS,
    &ip::IP_V4,
    &ssn::SSN,
    &national_id::NATIONAL_ID,
    &aadhaar::AADHAAR,
    &canada_sin::CANADA_SIN,
    &clearing::CLEARING,
    &clearing::CLEARING_OF_MESSAGE,
    &payment_formats::BACS,
    &payment_formats::ROUTING_COLUMN,
    &payment_formats::MICR,
    &phone_national::PHONE_NATIONAL,
    &phone::PHONE,
    &phone::PHONE_ALIAS,
    &code::CODE,
    &postcode::POSTCODE,
    &account::ROUTING,
    &account::ACCOUNT,
    &account::ACCOUNT_HU,
    &customer::CUSTOMER,
    &payment_formats::RECORD_KEY,
    &api_key::API_KEY_UUID,
    &uuid::UUID,
    &mac::MAC,
    &ip::IP_V6,
    &jwt::JWT,
    &birth::BIRTH_ORDINAL,
    &password::PASSWORD,
    &track::TRACK_1,
    &iban::IBAN,
    &iban::IBAN_BEHIND_DIGITS,
    &pin_block::PIN_BLOCK,
    &nino::NINO,
    &address::ADDRESS_LETTER,
    &address::ADDRESS_POSTCODE,
    &address_state::ZIP_IN_ROW,
    &india_pan::INDIA_PAN,
    &wallet::WALLET,
    &vin::VIN,
    &plate::PLATE_MIXED,
    &customer::CUSTOMER_PREFIXED,
    &clearing::IFSC,
    &national_id::NATIONAL_ID_MIXED,
    &postcode::POSTCODE_MIXED,
    &hex_card::HEX_CARD,
    &card::GLUED_CARD,
    &api_key::API_KEY,
    &credential::CREDENTIAL,
    &login::LOGIN,
    &passphrase::PASSPHRASE,
    &spoken::SPOKEN,
    &private_key::PRIVATE_KEY,
    &logins_beside::ORACLE_LOGIN,
    &email::EMAIL,
    &logins_beside::UPI_ADDRESS,
    &url_userinfo::URL_USERINFO,
];

/// The names that detectors ask [`cue::behind`] for.
const CUE_NAMES: [(List, &[&str]); 25] = [
    (List::Street, address_words::NAMES),
    (List::Account, account::NAMES),
    (List::Routing, account::ROUTING_NAMES),
    (List::Iban, iban::NAMES),
    (List::Card, card::NAMES),
    (List::Customer, customer::NAMES),
    (List::Phone, phone::NAMES),
    (List::Birth, date::NAMES),
    (List::Ifsc, clearing::IFSC_NAMES),
    (List::Clearing, clearing::NAMES),
    (List::SecurityCode, code::SECURITY_CODES),
    (List::Expiry, expiry::NAMES),
    (List::Handset, handset::NAMES),
    (List::CanadianPerson, locale::ca::NAMES),
    (List::DutchPerson, locale::nl::NAMES),
    (List::NationalId, national_id::NAMES),
    (List::NationalId, national_names::NAMES),
    (List::Plate, plate::NAMES),
    (List::Age, age::NAMES),
    (List::Key, password::KEY_NAMES),
    (List::Password, password::NAMES),
    (List::PinBlock, pin_block::NAMES),
    (List::Postcode, postcode::NAMES),
    (List::Device, uuid::DEVICES),
    (List::Vehicle, vin::NAMES),
];

/// What makes the driver ask a detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// A group of digits that touches no letter, with the groups after it.
    Digits,
    /// A word of letters and digits.
    Mixed,
    /// A word of letters before a blank that says something of what follows (`prefix`).
    Prefix,
    /// One to four or eight hexadecimal digits before `-`, `:` or `.`, or `::`.
    Hex,
    /// `@`.
    At,
    /// Five dashes.
    Dashes,
    /// `://`.
    Scheme,
}

/// A detector.
pub(crate) struct Detector {
    /// Name in tests and explanations.
    pub(crate) id: &'static str,
    /// When it is asked.
    pub(crate) trigger: Trigger,
    /// Without what it is not asked.
    pub(crate) needs: Needs,
    /// Its answer.
    pub(crate) find: fn(&Spot<'_>) -> Option<Found>,
    /// Texts in which it must find something.
    pub(crate) matches: &'static [&'static str],
    /// Texts in which it must not.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the registry test"))]
    pub(crate) misses: &'static [&'static str],
}

/// A candidate.
pub(crate) struct Spot<'t> {
    /// The whole text.
    pub(crate) text: &'t [u8],
    /// Start of the candidate: of the first group, of the word, of the sign.
    pub(crate) at: usize,
    /// End of the word or of the first group.
    pub(crate) end: usize,
    /// The group at `at` and those after it (digits only).
    pub(crate) groups: &'t [Group],
    /// Separator before the first group when there is another group before it, else 0.
    pub(crate) joined: u8,
    /// Cues of the field's name and its parents.
    pub(crate) field: Cues,
    /// End of the last value found: what stands before it is no cue any more.
    pub(crate) floor: usize,
    /// Whether there is no letter as far before the candidate as cues are looked for.
    pub(crate) bare: bool,
    pub(crate) near: OnceCell<Near>,
    pub(crate) names: OnceCell<cue::Names>,
}

/// As far before a candidate cues and names are looked for, at most.
pub(crate) const REACH_BYTES: usize = 64;

impl Spot<'_> {
    /// What stands before the candidate.
    pub(crate) fn near(&self) -> Near {
        if self.bare {
            return Near { all: self.field, nearest: self.field };
        }
        *self.near.get_or_init(|| {
            let floor = self.floor.min(self.at);
            look_back(self.text.get(floor..).unwrap_or_default(), self.at - floor, self.field)
        })
    }

    /// The names before the candidate.
    pub(crate) fn names(&self) -> &cue::Names {
        static NONE: cue::Names = cue::Names::none();
        if self.bare {
            return &NONE;
        }
        self.names.get_or_init(|| cue::Names::of(self.text, self.at))
    }

    /// The word.
    pub(crate) fn word(&self) -> &[u8] {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// Byte at an offset, 0 outside.
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(0)
    }

    /// Byte before the candidate, 0 at the start.
    pub(crate) fn before(&self) -> u8 {
        self.at.checked_sub(1).map_or(0, |at| self.byte(at))
    }

    /// Lengths of the first groups, as far as `N` reaches.
    pub(crate) fn shape<const N: usize>(&self) -> Option<[usize; N]> {
        let mut lengths = [0; N];
        for (length, group) in lengths.iter_mut().zip(self.groups.get(..N)?) {
            *length = group.len();
        }
        Some(lengths)
    }

    /// Whether groups 1 to `count - 1` are all joined by `separator`.
    pub(crate) fn joined_by(&self, count: usize, separator: u8) -> bool {
        self.groups.get(1..count).is_some_and(|groups| groups.iter().all(|group| group.separator == separator))
    }

    /// The digits of the first `count` groups; none when there are more than 32.
    pub(crate) fn digits(&self, count: usize) -> Option<Digits> {
        let mut digits = Digits { bytes: [0; 32], len: 0 };
        for group in self.groups.get(..count)? {
            let text = self.text.get(group.start..group.end)?;
            digits.bytes.get_mut(digits.len..digits.len + text.len())?.copy_from_slice(text);
            digits.len += text.len();
        }
        Some(digits)
    }

    /// The end of group `count - 1`.
    pub(crate) fn end_of(&self, count: usize) -> usize {
        self.groups.get(count.wrapping_sub(1)).map_or(self.end, |group| group.end)
    }
}

/// Up to 32 digits.
pub(crate) struct Digits {
    bytes: [u8; 32],
    len: usize,
}

impl Digits {
    /// The ASCII digits.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// What a detector says of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
    /// Class; none: a known harmless shape that nobody else shall look at.
    pub(crate) class: Option<PiiClass>,
    /// Shape or checksum alone prove it; otherwise it rests on a cue nearby.
    pub(crate) strong: bool,
}

impl Found {
    pub(crate) fn strong(start: usize, end: usize, class: PiiClass) -> Option<Self> {
        Some(Self { start, end, class: Some(class), strong: true })
    }
    pub(crate) fn by_cue(start: usize, end: usize, class: PiiClass) -> Option<Self> {
        Some(Self { start, end, class: Some(class), strong: false })
    }
    pub(crate) fn harmless(start: usize, end: usize) -> Option<Self> {
        Some(Self { start, end, class: None, strong: true })
    }
}

/// The class of a value that is as a whole unmistakable, whatever its field says: an account field may hold an IBAN, a user field an
/// e-mail address, and one value has one token.
pub(crate) fn class_of_whole(value: &str) -> Option<PiiClass> {
    let bytes = value.trim().as_bytes();
    if email::is_email(bytes) {
        return Some(PiiClass::Email);
    }
    if !(12..=42).contains(&bytes.len()) {
        return None;
    }
    let (mut compact, mut len) = ([0; 42], 0);
    for &byte in bytes.iter().filter(|byte| !matches!(byte, b' ' | b'-')) {
        if !byte.is_ascii_alphanumeric() {
            return None;
        }
        compact[len] = byte;
        len += 1;
    }
    let compact = &compact[..len];
    if compact.iter().all(u8::is_ascii_digit) {
        return (card::is_card(compact) && card::is_card_grouping(bytes)).then_some(PiiClass::Card);
    }
    iban::is_iban(compact).then_some(PiiClass::Iban)
}

use address_parts::list_before;
pub(crate) use address_parts::over_dashed;
pub(crate) use api_key::end as api_key_end;
pub(crate) use checksum::luhn;
pub(crate) use cue::class_of_number;
pub(crate) use iban::end_at as iban_end;
pub(crate) use login::{is_human_verb, is_staff_number, is_word_of_nobody};
pub(crate) use not_users::is_ordinary as is_no_user;
pub(crate) use password::is_object_name;
pub(crate) use payment_formats::is_routing;
pub(crate) use ssn::is_dashed as is_dashed_ssn;
pub(crate) use track::{is_striped, stripe_behind};
pub(crate) use window::is_measured;

pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::scan_with;

    #[test]
    fn every_detector_has_both_lists_and_keeps_them() {
        let (mut ids, mut failures) = (BTreeSet::new(), Vec::new());
        for detector in ALL.iter().chain(schemas::pii::Locale::ALL.iter().flat_map(|locale| locale::pack(*locale))) {
            assert!(ids.insert(detector.id), "{} stands twice", detector.id);
            assert!(!detector.matches.is_empty() && !detector.misses.is_empty(), "{} needs both lists", detector.id);
            for text in detector.misses {
                if scan_with(&[detector], text) != **text {
                    failures.push(format!("{} must not match: {text}", detector.id));
                }
            }
            // What is known as harmless stays as it is.
            for text in detector.matches.iter().filter(|_| detector.id != "uuid") {
                if scan_with(&[detector], text) == **text {
                    failures.push(format!("{} must match: {text}", detector.id));
                }
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn a_whole_value_tells_its_class() {
        assert_eq!(class_of_whole("4111 1111 1111 1111"), Some(PiiClass::Card));
        assert_eq!(class_of_whole("de89370400440532013000"), Some(PiiClass::Iban));
        assert_eq!(class_of_whole("Jane@Example.com"), Some(PiiClass::Email));
        assert_eq!(class_of_whole("12345678"), None);
        assert_eq!(class_of_whole("jane"), None);
    }
}
