//! Words of hexadecimal digits as long as traces (W3C trace context), checksums of git and SHA-256: nearly all are nobody's, and one look says so
//! where each detector would look for its own shape. In debug builds the detectors are asked nevertheless, and must find nothing.

/// Digits of the shortest card.
const CARD_DIGITS_MIN: usize = 12;

/// Whether no detector can find anything in a word without a name before it: hexadecimal digits of one case, 32, 40 or 64 of them, which no card was
/// written into, in digits, in packed ones with a tag, or in codes of characters.
pub(super) fn is_plain(word: &[u8]) -> bool {
    if !matches!(word.len(), 32 | 40 | 64) || word.starts_with(b"bc1") || word.starts_with(b"BC1") {
        return false;
    }
    let (mut small, mut capital, mut other, mut tagged, mut coded) = (false, false, false, false, 0);
    for pair in word.chunks_exact(2) {
        for byte in pair {
            small |= matches!(byte, b'a'..=b'f');
            capital |= matches!(byte, b'A'..=b'F');
            other |= !byte.is_ascii_hexdigit();
        }
        tagged |= (pair[0] == b'5') & matches!(pair[1], b'A' | b'a' | b'7' | b'F' | b'f');
        coded += usize::from((pair[0] == b'3') & pair[1].is_ascii_digit());
    }
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    !other && small != capital && !tagged && coded < CARD_DIGITS_MIN && digits < CARD_DIGITS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_and_checksums_are_plain_and_cards_in_dumps_are_not() {
        for word in ["534738d3d26c23398503df602dbcc730", "da39a3ee6b4b0d3255bfef95601890afd8070900", "DA39A3EE6B4B0D3255BFEF95601890AFD8070900"] {
            assert!(is_plain(word.as_bytes()), "{word}");
        }
        // Codes of characters, a tag, two cases, twelve digits in front, a wallet.
        for word in [
            "34313131313131313131313131313131",
            "5a08411111111111111fabcdefabcdef",
            "534738d3d26c23398503df602dbcC730",
            "411111111111d1111233985034e24bcc",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5",
        ] {
            assert!(!is_plain(word.as_bytes()), "{word}");
        }
    }
}
