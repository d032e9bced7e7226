//! Words of hexadecimal digits as long as traces (W3C trace context), checksums of git and SHA-256: nearly all are nobody's, and one look says so
//! where each detector would look for its own shape. In debug builds the detectors are asked nevertheless, and must find nothing.

/// Digits of the shortest card.
const CARD_DIGITS_MIN: usize = 12;

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const OTHER: u8 = 4;
const DIGIT: u8 = 8;
/// Begins and ends a tag of a chip.
const FIVE: u8 = 16;
const BEHIND_FIVE: u8 = 32;
/// Begins the code of a digit.
const THREE: u8 = 64;

/// What each byte is.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'3' => DIGIT | THREE,
            b'5' => DIGIT | FIVE,
            b'7' => DIGIT | BEHIND_FIVE,
            b'0'..=b'9' => DIGIT,
            b'a' | b'f' => SMALL | BEHIND_FIVE,
            b'A' | b'F' => CAPITAL | BEHIND_FIVE,
            b'b'..=b'e' => SMALL,
            b'B'..=b'E' => CAPITAL,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// Whether no detector can find anything in a word without a name before it: hexadecimal digits of one case, 32, 40 or 64 of them, which no card was
/// written into, in digits, in packed ones with a tag, or in codes of characters.
pub(super) fn is_plain(word: &[u8]) -> bool {
    if !matches!(word.len(), 32 | 40 | 64) || word.starts_with(b"bc1") || word.starts_with(b"BC1") {
        return false;
    }
    let (mut seen, mut tagged, mut coded) = (0, false, 0);
    for pair in word.chunks_exact(2) {
        let (first, second) = (KINDS[usize::from(pair[0])], KINDS[usize::from(pair[1])]);
        seen |= first | second;
        tagged |= first & FIVE != 0 && second & BEHIND_FIVE != 0;
        coded += usize::from(first & THREE != 0 && second & DIGIT != 0);
    }
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // Two letters among digits may be the country of an account: `0000044711DE89370400440532013000`.
    let lettered = || word.iter().filter(|byte| byte.is_ascii_alphabetic()).nth(2).is_some();
    seen & OTHER == 0 && (seen & SMALL != 0) != (seen & CAPITAL != 0) && !tagged && coded < CARD_DIGITS_MIN && digits < CARD_DIGITS_MIN && lettered()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_and_checksums_are_plain_and_cards_in_dumps_are_not() {
        for word in ["534738d3d26c23398503df602dbcc730", "da39a3ee6b4b0d3255bfef95601890afd8070900", "DA39A3EE6B4B0D3255BFEF95601890AFD8070900"] {
            assert!(is_plain(word.as_bytes()), "{word}");
        }
        // Codes of characters, a tag, two cases, twelve digits in front, a wallet, the IBAN of a row.
        for word in [
            "34313131313131313131313131313131",
            "5a08411111111111111fabcdefabcdef",
            "534738d3d26c23398503df602dbcC730",
            "411111111111d1111233985034e24bcc",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5",
            "0000044711DE89370400440532013000",
        ] {
            assert!(!is_plain(word.as_bytes()), "{word}");
        }
    }
}
