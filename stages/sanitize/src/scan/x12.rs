//! Segments of ANSI ASC X12 (X12.5 interchange control, X12.6 application control): `NM1*IL*1*ROE*JANE*M***MI*W418820077~N3*12 MILL LANE~`, in a whole
//! interchange or one at a time, as programs log the one that failed. What they hold is in [`super::x12_parties`].
//!
//! A segment is an identifier and its elements, parted by `*` or by what the header (ISA) has in that place. It ends with `~`, with what the header
//! says, or with the line.

use super::x12_parties::Party;
use crate::fold::cut;
use crate::worker::Worker;

/// Elements of a segment; the most of those that are read are in BPR.
const ELEMENTS_MAX: usize = 24;
/// Bytes of one segment.
const SEGMENT_BYTES_MAX: usize = 1024;
/// Elements of the header, which is the only segment that has as many whatever it says.
const HEADER_ELEMENTS: usize = 16;
/// Identifiers of the segments that are read, or say of which party the next ones are.
#[rustfmt::skip]
const READ: &[&[u8]] = &[
    b"ISA", b"GS", b"ST", b"HL", b"LX", b"CLM", b"CLP", b"INS", b"ENT", b"SBR", b"NM1", b"N1", b"N2", b"N3", b"N4", b"PER", b"DMG", b"REF", b"RMR", b"BPR", b"ACT",
];
/// Those that are known where a blank stands before them; others are words of names and streets as well: `12 MAIN ST*APT 4`.
#[rustfmt::skip]
const BEHIND_BLANK: &[&[u8]] = &[
    b"NM1", b"N1", b"N2", b"N3", b"N4", b"PER", b"DMG", b"REF", b"RMR", b"BPR", b"TRN", b"DTP", b"DTM", b"HL", b"CLM", b"CLP", b"SBR", b"SVC", b"SV1", b"AMT", b"CAS", b"INS", b"ENT",
];

/// A segment, by the bytes of its elements.
pub(super) struct Segment<'t> {
    text: &'t str,
    pub(super) tag: &'t str,
    elements: [(usize, usize); ELEMENTS_MAX],
    count: usize,
    /// Where the next one may begin.
    next: usize,
}

impl Segment<'_> {
    /// The place of an element, by its number in the standard: the first is 1.
    pub(super) fn place(&self, number: usize) -> (usize, usize) {
        if number > self.count { (0, 0) } else { self.elements.get(number.wrapping_sub(1)).copied().unwrap_or((0, 0)) }
    }

    /// An element; empty where there is none.
    pub(super) fn get(&self, number: usize) -> &str {
        let (from, to) = self.place(number);
        cut(self.text, from, to)
    }

    /// Whether it has that many elements.
    pub(super) fn has(&self, count: usize) -> bool {
        self.count >= count
    }
}

/// What parts elements and ends segments.
#[derive(Clone, Copy)]
struct Signs {
    element: u8,
    segment: u8,
}

impl Worker<'_> {
    /// Handles the segment whose first separator is at `at`, and those that follow it.
    #[inline]
    pub(super) fn x12(&mut self, text: &str, at: usize) {
        if at >= self.segments_to
            && let Some(start) = tag_before(text.as_bytes(), at)
        {
            self.x12_segments(text, start, at);
        }
    }

    #[cold]
    #[inline(never)]
    fn x12_segments(&mut self, text: &str, start: usize, at: usize) {
        let mut signs = Signs { element: text.as_bytes()[at], segment: b'~' };
        let (mut from, mut party) = (start, Party::Unknown);
        while let Some(segment) = segment(text, from, &mut signs) {
            from = segment.next;
            self.x12_segment(text, &segment, &mut party);
        }
        self.segments_to = from.max(at + 1);
    }
}

/// Where the identifier begins that ends before the separator at `at`, when it is one of those that are read.
#[inline]
fn tag_before(bytes: &[u8], at: usize) -> Option<usize> {
    // The header says that elements are parted by another sign; and no other format has `NM1` and `DMG`.
    let usual = bytes[at] == b'*';
    let tag = |len: usize| at.checked_sub(len).map(|start| (start, &bytes[start..at]));
    let fits = |&(start, tag): &(usize, &[u8])| (usual || matches!(tag, b"ISA" | b"NM1" | b"DMG")) && READ.contains(&tag) && is_edge(bytes, start);
    tag(3).filter(fits).or_else(|| tag(2).filter(fits)).map(|(start, _)| start)
}

/// Whether an identifier may begin at `start`.
fn is_edge(bytes: &[u8], start: usize) -> bool {
    let Some(&before) = start.checked_sub(1).and_then(|at| bytes.get(at)) else { return true };
    let escaped = matches!(before, b'n' | b'r') && start > 1 && bytes[start - 2] == b'\\';
    escaped || !(before.is_ascii_alphanumeric() || before >= 0x80 || matches!(before, b'_' | b'*' | b'.' | b'/' | b'-' | b'+' | b'\\'))
}

/// Reads the segment at `start`.
fn segment<'t>(text: &'t str, start: usize, signs: &mut Signs) -> Option<Segment<'t>> {
    let bytes = text.as_bytes();
    let tag_len = bytes.get(start..)?.iter().take(4).take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
    let shaped = matches!(tag_len, 2 | 3) && bytes[start].is_ascii_uppercase() && bytes.get(start + tag_len) == Some(&signs.element);
    if !shaped {
        return None;
    }
    let tag = cut(text, start, start + tag_len);
    let reach = (0..=bytes.len().min(start + SEGMENT_BYTES_MAX)).rev().find(|&at| text.is_char_boundary(at))?;
    let mut read = Segment { text, tag, elements: [(0, 0); ELEMENTS_MAX], count: 0, next: reach };
    let (mut from, mut at) = (start + tag_len + 1, start + tag_len + 1);
    loop {
        let parts = at < reach && bytes[at] == signs.element;
        if at < reach && !parts && !ends(bytes, at, *signs) {
            at += 1;
            continue;
        }
        if parts && let Some(next) = tag_in_element(&bytes[from..at]) {
            read.push(text, (from, from + next.saturating_sub(1)));
            read.next = from + next;
            return Some(read);
        }
        // The last of the header's elements is the sign within elements, and the sign behind it ends segments.
        if tag == "ISA" && read.count == HEADER_ELEMENTS - 1 {
            let sign = bytes.get(from + 1).copied().filter(|sign| from + 1 < reach && sign.is_ascii_punctuation() && !b"\"'\\".contains(sign));
            signs.segment = sign.unwrap_or(signs.segment);
            read.next = (from + 1 + usize::from(sign.is_some())).min(reach);
            read.count += 1;
            break;
        }
        let certain = parts || at < reach && bytes[at] == signs.segment;
        let to = if certain { at } else { from + unended(tag, cut(text, from, at)) };
        // What is longer than any element is none.
        if at < reach || to < at || at == bytes.len() {
            read.push(text, (from, to));
        }
        if !parts {
            // Prose behind the segment may speak of another.
            let prose = !cut(text, to, at).trim().is_empty();
            read.next = if prose { to } else { at + usize::from(at < reach && bytes[at] == signs.segment) };
            break;
        }
        at += 1;
        from = at;
    }
    // No other sign parts elements unless the header or the party says so as a whole.
    let sound = signs.element == b'*' || tag != "ISA" || read.count == HEADER_ELEMENTS;
    // Line feeds, as they are or escaped, and blanks between segments.
    let mut gap = bytes[read.next..].iter().take(4).take_while(|&&byte| byte <= b' ').count();
    while gap < 6 && matches!(bytes.get(read.next + gap..read.next + gap + 2), Some([b'\\', b'n' | b'r'])) {
        gap += 2;
    }
    read.next += gap;
    sound.then_some(read)
}

impl Segment<'_> {
    fn push(&mut self, text: &str, (from, to): (usize, usize)) {
        let value = cut(text, from, to);
        let start = from + value.len() - value.trim_start().len();
        if let Some(room) = self.elements.get_mut(self.count) {
            *room = (start, start + value.trim().len());
            self.count += 1;
        }
    }
}

/// Whether the sign at `at` ends a segment: its terminator, the end of the line, of a string, or what logs write for a line feed.
fn ends(bytes: &[u8], at: usize, signs: Signs) -> bool {
    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
    match bytes[at] {
        byte if byte == signs.segment || byte < b' ' => true,
        b'"' | b'\\' | b'~' | b'|' | b'<' => true,
        // `O'NEIL` goes on.
        b'\'' => !next.is_ascii_alphanumeric() || !bytes[at - 1].is_ascii_alphanumeric(),
        _ => false,
    }
}

/// Where another segment begins within what stands before a separator: `JANE N3` of segments that blanks part, and `last=NM1`.
fn tag_in_element(element: &[u8]) -> Option<usize> {
    let start = element.iter().rev().take(4).position(|byte| b" =[(".contains(byte))?;
    let start = element.len() - start;
    BEHIND_BLANK.contains(&&element[start..]).then_some(start)
}

/// How much of the last element is its own where nothing ends it: the first word, and of names and streets others that prose does not begin with:
/// `JANE rejected by payer`.
fn unended(tag: &str, rest: &str) -> usize {
    let (street, worded) = (tag == "N3", matches!(tag, "NM1" | "N1" | "N2" | "N3" | "N4" | "PER"));
    let mut len = 0;
    for word in rest.split_inclusive(' ') {
        let other = || !worded || word.starts_with(|c: char| c.is_lowercase() || matches!(c, '(' | '-' | '>' | ':' | '['));
        let numbered = || !street && word.bytes().any(|byte| byte.is_ascii_digit());
        if word.contains('=') || len > 0 && (other() || numbered()) {
            break;
        }
        // What was replaced has brackets of its own.
        let mut depth = 0_u8;
        let closes = |c: char| {
            match c {
                '[' => depth = depth.saturating_add(1),
                ']' if depth > 0 => depth -= 1,
                _ => return matches!(c, ')' | ']' | '}' | ';' | '>'),
            }
            false
        };
        if let Some(at) = word.find(closes) {
            len += at;
            break;
        }
        len += word.len();
        if word.trim_end().ends_with([',', ':', '.']) && !word.trim_end().ends_with("ST.") {
            break;
        }
    }
    cut(rest, 0, len).trim_end().trim_end_matches([',', ':', '.']).len()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, engine, scan_text};

    #[test]
    fn the_header_says_what_parts_elements() {
        check(
            "ISA|00|          |00|          |ZZ|SENDERID       |ZZ|RECEIVERID     |260301|0915|^|00501|000000417|0|P|:!GS|HC|A|B!NM1|IL|1|ROE|JANE!DMG|D8|19790412|F!",
            &["ROE", "JANE", "19790412"],
            &["|000000417|0|P|:!GS|HC|A|B!NM1|IL|1|", "|F!"],
        );
    }

    #[test]
    fn segments_stand_alone_or_behind_each_other() {
        check("rejected NM1*IL*1*ROE*JANE by the payer", &["ROE", "JANE"], &["rejected NM1*IL*1*", " by the payer"]);
        check("seg=\"NM1*QC*1*O'NEIL*SEAN\" code=71", &["NEIL", "SEAN"], &["\" code=71"]);
        check("NM1*IL*1*ROE*JANE N3*12 MAIN ST*APT 4 N4*DAYTON*OH*45402 DTP*291*D8*20260301", &["JANE", "MAIN ST", "APT 4", "45402"], &["20260301"]);
        check("NM1*IL*1*ROE*JANE~\\nDMG*D8*19790412*F~\\nCLM*A17*125.50", &["JANE", "19790412"], &["CLM*A17*125.50"]);
    }

    #[test]
    fn long_and_cut_segments_end() {
        check(&format!("NM1*IL*1*ROE*{}*", "é".repeat(4000)), &["ROE"], &["NM1*IL*1"]);
        for text in ["NM1*", "ISA*", "N1*", "NM1*IL*1*", "ISA|a|b", "NM1|", "N3*", "N4*", "*N3*", "PER*", "BPR*"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
