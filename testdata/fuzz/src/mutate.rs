//! Changing an input: flips, cuts, copies, tokens of the format, splices with another input.

use crate::random::Random;

/// Bytes that mean something to a parser.
pub type Token = &'static [u8];

/// Values at the borders of integers and of variable-length integers.
const BORDERS: [u64; 14] = [0, 1, 127, 128, 250, 251, 252, 253, 254, 255, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x7fff_ffff_ffff_ffff];

/// Bytes that most text formats give a meaning.
const TEXT: &[u8] = b"\0\t\n\r \"'(),-./0123456789:;<=>?@AZ[\\]_az{|}~\x7f\x80\xbf\xc3\xe2\xf0\xff";

/// Changes inputs of one target.
#[derive(Debug, Clone)]
pub struct Mutator {
    dictionary: Vec<Token>,
    bytes_max: usize,
}

impl Mutator {
    /// A mutator with the tokens of a format; no input grows over `bytes_max`.
    #[must_use]
    pub fn new(dictionary: Vec<Token>, bytes_max: usize) -> Self {
        Self { dictionary, bytes_max }
    }

    /// Changes `input` one to eight times; `other` is another input to take pieces from.
    pub fn mutate(&self, random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
        let changes = 1 << random.below(4);
        for _ in 0..changes {
            self.change(random, input, other);
        }
        input.truncate(self.bytes_max);
    }

    fn change(&self, random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
        match random.below(14) {
            0 | 1 => flip(random, input),
            2 => set(random, input),
            3 => set_text(random, input),
            4 => border(random, input),
            5 => remove(random, input),
            6 => repeat(random, input),
            7 => swap(random, input),
            8 => cut(random, input),
            9 => splice(random, input, other),
            10 => insert_random(random, input),
            _ => self.token(random, input),
        }
    }

    fn token(&self, random: &mut Random, input: &mut Vec<u8>) {
        let Some(token) = random.pick(&self.dictionary) else { return flip(random, input) };
        let at = random.below(input.len() + 1);
        let over = if random.once_in(2) { token.len().min(input.len() - at) } else { 0 };
        input.splice(at..at + over, token.iter().copied());
    }
}

fn range(random: &mut Random, len: usize) -> std::ops::Range<usize> {
    let at = random.below(len + 1);
    // Short pieces are likelier: a format is made of short parts.
    let most = (len - at).min(1 << random.below(9));
    at..at + random.below(most + 1)
}

fn flip(random: &mut Random, input: &mut [u8]) {
    let at = random.below(input.len());
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
}

fn set(random: &mut Random, input: &mut [u8]) {
    let at = random.below(input.len());
    if let Some(byte) = input.get_mut(at) {
        *byte = random.bits().to_le_bytes()[0];
    }
}

fn set_text(random: &mut Random, input: &mut [u8]) {
    let at = random.below(input.len());
    if let (Some(byte), Some(new)) = (input.get_mut(at), random.pick(TEXT)) {
        *byte = *new;
    }
}

/// A little-endian integer of 1, 2, 4 or 8 bytes takes a value at a border, or moves a little.
fn border(random: &mut Random, input: &mut [u8]) {
    let width = 1 << random.below(4);
    let at = random.below(input.len());
    let Some(place) = input.get_mut(at..).and_then(|rest| rest.get_mut(..width)) else { return };
    let mut bytes = [0; 8];
    bytes[..width].copy_from_slice(place);
    let old = u64::from_le_bytes(bytes);
    let near = random.below(33) as u64;
    let new = match random.below(4) {
        0 => old.wrapping_add(near),
        1 => old.wrapping_sub(near),
        _ => random.pick(&BORDERS).copied().unwrap_or(0),
    };
    place.copy_from_slice(&new.to_le_bytes()[..width]);
}

fn remove(random: &mut Random, input: &mut Vec<u8>) {
    let range = range(random, input.len());
    input.drain(range);
}

fn repeat(random: &mut Random, input: &mut Vec<u8>) {
    let piece = input[range(random, input.len())].to_vec();
    let at = random.below(input.len() + 1);
    let times = if random.once_in(8) { 1 + random.below(32) } else { 1 };
    for _ in 0..times {
        input.splice(at..at, piece.iter().copied());
    }
}

fn swap(random: &mut Random, input: &mut Vec<u8>) {
    let piece = input.drain(range(random, input.len())).collect::<Vec<u8>>();
    let at = random.below(input.len() + 1);
    input.splice(at..at, piece);
}

fn cut(random: &mut Random, input: &mut Vec<u8>) {
    let at = random.below(input.len() + 1);
    // Cuts near the end keep more of the structure.
    let at = if random.once_in(2) { input.len() - (input.len() - at).min(16) } else { at };
    input.truncate(at);
}

fn splice(random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
    let piece = &other[range(random, other.len())];
    let range = range(random, input.len());
    input.splice(range, piece.iter().copied());
}

fn insert_random(random: &mut Random, input: &mut Vec<u8>) {
    let at = random.below(input.len() + 1);
    let bytes = random.bits().to_le_bytes();
    let count = 1 + random.below(8);
    input.splice(at..at, bytes[..count].iter().copied());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutations_stay_in_bounds_and_reach_every_kind_of_change() {
        let mutator = Mutator::new(vec![b"token"], 64);
        let mut random = Random::new(1);
        let (mut longer, mut shorter, mut tokens) = (0, 0, 0);
        for _ in 0..20_000 {
            let mut input = b"0123456789abcdef".to_vec();
            mutator.mutate(&mut random, &mut input, b"another input");
            assert!(input.len() <= 64);
            longer += u32::from(input.len() > 16);
            shorter += u32::from(input.len() < 16);
            tokens += u32::from(input.windows(5).any(|window| window == b"token"));
        }
        assert!(longer > 1000 && shorter > 1000 && tokens > 1000, "{longer} {shorter} {tokens}");
    }

    #[test]
    fn nothing_is_changed_without_a_panic() {
        let mutator = Mutator::new(Vec::new(), 8);
        let mut random = Random::new(2);
        for _ in 0..10_000 {
            mutator.mutate(&mut random, &mut Vec::new(), &[]);
        }
    }
}
