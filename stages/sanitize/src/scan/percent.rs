//! Percent-encoded pieces: decoded and searched; what is found is replaced where it stands in the original.

use super::driver::Scope;
use crate::fold::percent_at;
use crate::worker::Worker;

/// Bytes of one piece; longer ones are cut.
const PIECE_BYTES_MAX: usize = 4096;
/// Bytes a piece reaches back from its first `%`.
const REACH_BACK: usize = 256;

impl Worker<'_> {
    /// Handles the encoded byte at `at`: the piece is what stands around it up to a sign that separates values. Returns where to go on, which is
    /// right behind the last encoded byte: what follows may be part of something larger.
    #[cold]
    #[inline(never)]
    pub(super) fn percent(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let floor = self.hits.floor(base).max(at.saturating_sub(REACH_BACK));
        let mut start = (floor..at).rev().find(|&before| parts(bytes, before)).map_or(floor, |before| before + 1);
        let reach = bytes.len().min(at + PIECE_BYTES_MAX);
        let mut end = (at..reach).find(|&behind| parts(bytes, behind)).unwrap_or(reach);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut map = self.maps.pop().unwrap_or_default();
        // A form has `+` for a blank; in an address it is a part of the local name.
        let piece = &bytes[start..end];
        let form = start > 0 && bytes[start - 1] == b'=' && memchr::memchr(b'@', piece).is_none() && memchr::memmem::find(piece, b"%40").is_none();
        let (decoded, behind) = decode(&bytes[..end], start, form, &mut map);
        let inner = self.hits.len();
        self.scan(&decoded, scope.deeper());
        let mut on = behind.max(at + 1);
        for hit in self.hits.above_mut(inner) {
            hit.start = map.get(hit.start).map_or(start, |&at| at as usize);
            hit.end = map.get(hit.end).map_or(end, |&at| at as usize);
            on = on.max(hit.end);
        }
        self.maps.push(map);
        on
    }
}

/// Decodes `bytes[start..]`; the map has the original offset of each decoded byte and of the end. Also says where the last encoded byte ends.
/// What is no UTF-8 becomes question marks, and `+` a blank in a `form`.
fn decode(bytes: &[u8], start: usize, form: bool, map: &mut Vec<u32>) -> (String, usize) {
    let mut decoded = Vec::with_capacity(bytes.len() - start);
    map.clear();
    let (mut at, mut behind) = (start, start);
    while at < bytes.len() {
        map.push(at as u32);
        if let Some(byte) = percent_at(bytes, at) {
            decoded.push(byte);
            at += 3;
            behind = at;
        } else {
            decoded.push(if form && bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    map.push(bytes.len() as u32);
    loop {
        match String::from_utf8(decoded) {
            Ok(text) => return (text, behind),
            Err(error) => {
                let (from, len) = (error.utf8_error().valid_up_to(), error.utf8_error().error_len());
                decoded = error.into_bytes();
                let to = len.map_or(decoded.len(), |len| from + len);
                decoded[from..to].fill(b'?');
            }
        }
    }
}

/// Whether the sign at `at` stands between the values of a URL or a text. The brackets of `(0)` and `(202)` do not.
fn parts(bytes: &[u8], at: usize) -> bool {
    const AREA_DIGITS_MAX: usize = 4;
    let digits = |count: usize| (1..=AREA_DIGITS_MAX).contains(&count);
    match bytes[at] {
        b'(' => {
            let count = bytes[at + 1..].iter().take(AREA_DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
            !(digits(count) && bytes.get(at + 1 + count) == Some(&b')'))
        }
        b')' => {
            let count = bytes[..at].iter().rev().take(AREA_DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
            !(digits(count) && at > count && bytes[at - count - 1] == b'(')
        }
        byte => byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'&' | b'?' | b'=' | b'/' | b';' | b',' | b'{' | b'}' | b'|' | b'#'),
    }
}
