//! Italy: codice fiscale (Decreto 12 March 1974): 16 places, the last checks the others by two tables, for odd and even places.

use schemas::pii::PiiClass::NationalId;

use crate::detect::{Detector, Found, Needs, Spot, Trigger};

pub(super) const DETECTORS: &[&Detector] = &[&CODICE_FISCALE];

const CODICE_FISCALE: Detector = Detector {
    id: "it_codice_fiscale",
    trigger: Trigger::Mixed,
    needs: Needs::len(16, 40),
    find,
    matches: &["RSSMRA85T10A562S", "mrtmtt25d09f205z", "RSSMRA85T10A562S00000000087350EUR"],
    misses: &["RSSMRA85T10A562SX", "RSSMRA85T10A562S1", "RSSMRA85T10A562T", "RSSMRA85T10A562", "ABCDEF12G34H567A"],
};

/// Values at odd places, of digits and letters alike (0 is A, 1 is B ...).
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

fn find(spot: &Spot<'_>) -> Option<Found> {
    // In fixed columns an amount follows it.
    let whole = spot.word();
    let (head, tail) = whole.split_at_checked(16)?;
    if !tail.is_empty() && !tail.iter().take(6).all(u8::is_ascii_digit) || tail.len() == 1 {
        return None;
    }
    let word: [u8; 16] = <[u8; 16]>::try_from(head).ok()?.map(|byte| byte.to_ascii_uppercase());
    let letters = [0, 1, 2, 3, 4, 5, 8, 11, 15].into_iter().all(|place| word[place].is_ascii_uppercase());
    // A digit may be a letter where two people would have the same code (omocodia).
    let digits = [6, 7, 9, 10, 12, 13, 14].into_iter().all(|place| word[place].is_ascii_digit() || b"LMNPQRSTUV".contains(&word[place]));
    let sum: u32 = word[..15]
        .iter()
        .enumerate()
        .map(|(place, &byte)| {
            let number = if byte.is_ascii_digit() { byte - b'0' } else { byte.wrapping_sub(b'A') };
            if place % 2 == 0 { ODD.get(usize::from(number)).copied().unwrap_or(0) } else { u32::from(number) }
        })
        .sum();
    (letters && digits && u32::from(word[15] - b'A') == sum % 26).then(|| Found::strong(spot.at, spot.at + 16, NationalId))?
}
