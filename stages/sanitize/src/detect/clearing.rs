//! National account and clearing numbers by the words that name them: Mexican CLABE (18 digits, weights 3 7 1, Banco de México), Indian IFSC (four
//! letters, zero, six letters or digits, RBI), Australian BSB (3-3), UK sort code (2-2-2), Canadian transit number (5-3).
//!
//! A clearing number alone names a bank's office; together with the account it is the account, and small offices have few customers.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A clearing number of digits.
pub(crate) const CLEARING: Detector = Detector {
    id: "clearing",
    trigger: Trigger::Digits,
    needs: Needs::named(1, 18),
    find,
    matches: &[
        "CLABE 032180000118359719",
        "BSB 062-000",
        "sort code 20-00-00",
        "sort code: 200000",
        "transit 12345-003",
        "s/c 23 05 80 a/c",
        "sc=309871",
        "Sort-Code: 60 83 71",
        "S/C: 160038",
        "sortcode 16-00-38",
        "branch sort code is 20 05 80",
        "CLABE 0321 8000 0118 359719",
        "sort code 46-29-05 82560978 returned",
        "bank details: 62-83-91 10690397",
        "transit number 12345-003",
    ],
    misses: &[
        "032180000118359719",
        "062-000",
        "20-00-00",
        "bsb took 12 ms",
        "sort 20-00-00",
        "sc 20:00:00",
        "sort code 2026-03-02",
        "sc 1234567",
        "asc 123456",
        "sort code 12 34",
        "bank details 12345678",
        "transit number 12345",
    ],
};

/// One with letters.
pub(crate) const IFSC: Detector = Detector {
    id: "ifsc",
    trigger: Trigger::Mixed,
    needs: Needs::named(11, 11).first(Needs::LETTERS),
    find: find_ifsc,
    matches: &["IFSC HDFC0001234", "ifsc code: SBIN0005943"],
    misses: &["HDFC0001234", "ifsc HDFC1001234"],
};

/// One in a field of a payment message, behind two strokes and the letters of its system (SWIFT Standards MT, party identifiers of field 52a): Fedwire,
/// United Kingdom, Germany.
pub(crate) const CLEARING_OF_MESSAGE: Detector = Detector {
    id: "clearing_of_message",
    trigger: Trigger::Mixed,
    needs: Needs::len(8, 11).first(b"FSB"),
    find: find_of_message,
    matches: &["56A://FW026009593", ":52D://SC401276", ":57A://BL37040044"],
    misses: &["FW026009593", "/FW026009593", "//FW02600959", "https://SC401276", "//SC2026011"],
};

pub(super) const NAMES: &[&str] = &[
    "clabe",
    "bsb",
    "bsb code",
    "sort code",
    "sortcode",
    "srt code",
    "s/c",
    "sc",
    "transit",
    "sort code and account",
    "sort code and account number",
    "bank details",
    "transit number",
    "institution and transit",
];
pub(super) const IFSC_NAMES: &[&str] = &["ifsc"];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let name = cue::behind(spot, List::Clearing)?;
    let end = match (name, spot.groups.first()?.len()) {
        ("clabe", 18) => spot.end,
        ("clabe", _) if clabe_groups(spot).is_some() => spot.end_of(clabe_groups(spot)?),
        ("sc", 6) if spot.before() == b' ' && spot.groups.len() > 1 => return None,
        // The account follows.
        ("sort code" | "sortcode" | "s/c" | "sc" | "sort code and account" | "sort code and account number" | "bank details", 2)
            if matches!(spot.shape::<4>(), Some([2, 2, 2, 6..=10])) && spot.groups[3].separator == b' ' =>
        {
            spot.end_of(4)
        }
        ("bsb" | "bsb code" | "sort code" | "sortcode" | "srt code" | "s/c" | "sc", 6) => spot.end,
        ("bsb" | "bsb code", 3) if matches!(spot.shape::<2>(), Some([3, 3])) => spot.end_of(2),
        ("sort code" | "sortcode" | "srt code" | "s/c" | "sc", 2) if matches!(spot.shape::<3>(), Some([2, 2, 2])) => spot.end_of(3),
        ("transit" | "transit number" | "institution and transit", 5) if matches!(spot.shape::<2>(), Some([5, 3])) => spot.end_of(2),
        _ => return None,
    };
    Found::by_cue(spot.at, end, PiiClass::Account)
}

/// Groups that make eighteen digits together.
fn clabe_groups(spot: &Spot<'_>) -> Option<usize> {
    let mut total = 0;
    let count = 1 + spot.groups.iter().position(|group| {
        total += group.len();
        total >= 18
    })?;
    (total == 18).then_some(count)
}

fn find_of_message(spot: &Spot<'_>) -> Option<Found> {
    let head = spot.text.get(..spot.at)?;
    let (system, number) = spot.word().split_at_checked(2)?;
    let wanted = match system {
        b"FW" => 9,
        b"SC" => 6,
        b"BL" => 8,
        _ => return None,
    };
    let tagged = head.strip_suffix(b"//").is_some_and(|head| matches!(head, [.., b'0'..=b'9', b'A' | b'C' | b'D', b':']));
    (tagged && number.len() == wanted && number.iter().all(u8::is_ascii_digit)).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}

fn find_ifsc(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let shaped = word.len() == 11 && word[..4].iter().all(u8::is_ascii_alphabetic) && word[4] == b'0';
    (shaped && cue::behind(spot, List::Ifsc).is_some()).then(|| Found::by_cue(spot.at, spot.end, PiiClass::Account))?
}
