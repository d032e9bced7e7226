//! Addresses of crypto wallets.
//!
//! Format and checksum: Bitcoin base58check (26-35 characters from `1` or `3`; four bytes of double SHA-256, Bitcoin Core `base58.cpp`); Bitcoin bech32
//! (`bc1`, BIP-173 and BIP-350 polynomial); Ethereum `0x` and 40 hexadecimal digits (ERC-55 adds a checksum by case, which many logs fold away, so
//! the shape alone decides: digests do not begin with `0x`).

use schemas::pii::PiiClass;
use sha2::{Digest as _, Sha256};

use super::{Detector, Found, Needs, Spot, Trigger};

/// A wallet address.
pub(crate) const WALLET: Detector = Detector {
    id: "wallet",
    trigger: Trigger::Mixed,
    needs: Needs::len(14, Needs::MAX).first(b"013bB"),
    find,
    matches: &[
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.",
        "0x52908400098527886E0F7030069857D2E4169EE7",
    ],
    misses: &[
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp",
        "0x7f3a90000000",
        "9fceb02d0ae598e95dc970b74767f19372d61af8",
        "3fceb02dae598e95dc97",
    ],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let sound = match word {
        [b'0', b'x' | b'X', digits @ ..] => digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit),
        [b'b', b'c', b'1', ..] | [b'B', b'C', b'1', ..] => is_bech32(word),
        [b'1' | b'3', ..] => is_base58check(word),
        _ => false,
    };
    sound.then(|| Found::strong(spot.at, spot.end, PiiClass::Account))?
}

fn is_base58check(word: &[u8]) -> bool {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    // Digests have letters of one case, and nearly always a zero.
    let cases = word.iter().any(u8::is_ascii_lowercase) && word.iter().any(u8::is_ascii_uppercase);
    if !(26..=35).contains(&word.len()) || !cases || memchr::memchr(b'0', word).is_some() {
        return false;
    }
    let mut number = [0_u8; 25];
    for byte in word {
        let Some(digit) = ALPHABET.iter().position(|letter| letter == byte) else { return false };
        let mut carry = digit;
        for place in number.iter_mut().rev() {
            carry += usize::from(*place) * 58;
            *place = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let (body, check) = number.split_at(21);
    Sha256::digest(Sha256::digest(body)).starts_with(check)
}

fn is_bech32(word: &[u8]) -> bool {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    /// The polynomial's end values of BIP-173 and BIP-350.
    const ENDS: [u32; 2] = [1, 0x2bc8_30a3];
    let mixed_case = word.iter().any(u8::is_ascii_lowercase) && word.iter().any(u8::is_ascii_uppercase);
    if !(14..=90).contains(&word.len()) || mixed_case {
        return false;
    }
    let values = word[3..].iter().map(|byte| ALPHABET.iter().position(|letter| *letter == byte.to_ascii_lowercase()));
    // The prefix `bc` expanded: high bits, zero, low bits.
    let prefix = [3, 3, 0, 2, 3].into_iter().map(Some);
    let mut check = 1_u32;
    for value in prefix.chain(values) {
        let Some(value) = value else { return false };
        let top = check >> 25;
        check = (check & 0x01ff_ffff) << 5 ^ value as u32;
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                check ^= generator;
            }
        }
    }
    ENDS.contains(&check)
}
