//! Which words are given names, family names or ordinary words, in many languages. The answer is a booster: no single word becomes a name by it
//! alone.
//!
//! `names.bin` is made by `build.py` beside it, which also writes down its format and its sources. It holds hashes, is asked once a word at most, and
//! is wrong about one word in three thousand.

/// Slots, as a power of two.
const BITS: u32 = 19;
static TABLE: &[u8; 2 << BITS] = include_bytes!("names.bin");

/// Base letters of U+00C0 to U+024F, and of U+1E00 to U+1EFF; `?` where there is none.
const LATIN: &[u8; 400] = b"aaaaaaaceeeeiiiidnooooo?ouuuuyt?aaaaaaaceeeeiiiidnooooo?ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkk?llllll??llnnnnnn?nnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzz????????????????e????????????????oo?????????????uu????????????????????????????aaiioouuuuuuuuuu?aaaa????ggkkoooo??j???gg??nnaa????aaaaeeeeiiiioooorrrruuuusstt??hh??????aaeeooooooooyy????????????????????????????";
const LATIN_ADDITIONAL: &[u8; 256] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy??????aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy??????";

/// The lists that a word stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known(u8);

impl Known {
    const GIVEN: u8 = 1;
    const FAMILY: u8 = 2;
    const ORDINARY: u8 = 4;

    /// The lists of a word in any case, with or without its accents.
    pub(super) fn of(word: &str) -> Self {
        let hash = hash(word);
        let mark = ((hash >> 20) as u16 & 0x1FFF).max(1);
        let mut slot = (hash >> (64 - BITS)) as usize;
        loop {
            let (Some(&low), Some(&high)) = (TABLE.get(2 * slot), TABLE.get(2 * slot + 1)) else { return Self(0) };
            let number = u16::from_le_bytes([low, high]);
            if number == 0 {
                return Self(0);
            }
            if number >> 3 == mark {
                return Self((number & 7) as u8);
            }
            slot = (slot + 1) % (1 << BITS);
        }
    }

    pub(super) fn is_given(self) -> bool {
        self.0 & Self::GIVEN != 0
    }

    /// A given or a family name, and maybe a word as well.
    pub(super) fn is_name(self) -> bool {
        self.0 & (Self::GIVEN | Self::FAMILY) != 0
    }

    /// A name and no word.
    pub(super) fn only_name(self) -> bool {
        self.is_name() && !self.is_word()
    }

    /// A family's name, no word.
    pub(super) fn is_family_alone(self) -> bool {
        self.0 & Self::FAMILY != 0 && !self.is_word()
    }

    /// An ordinary word, and maybe a name as well.
    pub(super) fn is_word(self) -> bool {
        self.0 & Self::ORDINARY != 0
    }
}

/// FNV-1a of the folded word, its bits mixed once more. `build.py` computes the same.
pub(super) fn hash(word: &str) -> u64 {
    let mut value = 0xCBF2_9CE4_8422_2325_u64;
    let mut add = |byte: u8| value = (value ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    if word.is_ascii() {
        word.bytes().filter(|&byte| byte != b'\'').for_each(|byte| add(byte.to_ascii_lowercase()));
    } else {
        for c in word.chars() {
            match base(c) {
                Base::None => {}
                Base::Letter(letter) => add(letter),
                Base::Two => [b's', b's'].into_iter().for_each(&mut add),
                Base::Itself => c.to_lowercase().for_each(|c| c.encode_utf8(&mut [0; 4]).bytes().for_each(&mut add)),
            }
        }
    }
    value ^= value >> 32;
    value.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// How small ASCII letters write a word that has others: `mueller` and `muller`; nothing for a word of ASCII letters or of another script.
pub(crate) fn ascii_forms(word: &str) -> impl Iterator<Item = String> {
    let written = |digraphs: bool| -> Option<String> {
        let mut out = String::with_capacity(word.len());
        for c in word.chars() {
            match (c, base(c)) {
                ('ä' | 'æ', _) if digraphs => out.push_str("ae"),
                ('ö' | 'ø', _) if digraphs => out.push_str("oe"),
                ('ü', _) if digraphs => out.push_str("ue"),
                ('þ', _) => out.push_str("th"),
                (_, Base::None) => {}
                (_, Base::Letter(letter)) => out.push(char::from(letter)),
                (_, Base::Two) => out.push_str("ss"),
                (_, Base::Itself) => return None,
            }
        }
        Some(out)
    };
    let first = if word.is_ascii() { None } else { written(true) };
    let second = if word.is_ascii() { None } else { written(false).filter(|second| first.as_ref() != Some(second)) };
    first.into_iter().chain(second)
}

enum Base {
    None,
    Letter(u8),
    Two,
    Itself,
}

/// What a letter is without its accents.
fn base(c: char) -> Base {
    let code = c as usize;
    let letter = match code {
        0x27 | 0x2019 | 0x300..=0x36F => return Base::None,
        0..=0x7F => return Base::Letter((code as u8).to_ascii_lowercase()),
        0xDF => return Base::Two,
        0xC0..=0x24F => LATIN[code - 0xC0],
        0x1E00..=0x1EFF => LATIN_ADDITIONAL[code - 0x1E00],
        _ => b'?',
    };
    if letter == b'?' { Base::Itself } else { Base::Letter(letter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_names_and_words_in_any_writing() {
        for word in ["Thandiwe", "INGEBORG", "Grażyna", "grazyna", "Zeynep", "Светлана", "Kwabena", "Łucja"] {
            assert!(Known::of(word).is_given() && Known::of(word).only_name(), "{word}");
        }
        for word in ["Strohmeier", "Okonkwo", "YILMAZ", "Müller", "D'Angelo", "O'Brien"] {
            assert!(Known::of(word).is_name(), "{word}");
        }
        for word in ["Überweisung", "Payment", "GIROKONTO", "Kafka", "virement", "przelew", "المبلغ"] {
            assert!(Known::of(word).is_word() && !Known::of(word).is_name(), "{word}");
        }
        for word in ["Grace", "Mark", "Will", "Chase", "Bill", "Jasper"] {
            assert!(Known::of(word).is_name() && Known::of(word).is_word(), "{word}");
        }
        assert!(Known::of("Qwzxvkj") == Known(0));
    }

    #[test]
    fn the_table_has_free_slots() {
        let free = TABLE.chunks_exact(2).filter(|slot| slot == &[0, 0]).count();
        assert!(free > 1 << (BITS - 3), "{free}");
    }
}
