//! Fields that have numbers instead of names: elements of ISO 8583 (`DE14=`, `F052=`, `[035]`, `field 2:`) and tags of FIX (`1=` behind `8=FIX`).

use schemas::pii::PiiClass;

use super::hits::Hit;
use crate::fields::{Shape, is_full_name};
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes before a tag that are searched for the beginning of a FIX message.
const FIX_REACH_BYTES: usize = 2048;
/// Bytes around a bracketed number that are searched for others of its kind.
const DUMP_REACH_BYTES: usize = 160;
/// Words in front of an element's number.
#[rustfmt::skip]
const ELEMENT_WORDS: &[&str] = &["de", "f", "fld", "field", "bit", "p", "s", "df", "el", "elem", "element", "isofield", "iso", "dataelement", "bmp", "p_", "feld"];

/// What an element of ISO 8583 holds, and what it looks like. 34 and 55 are not in clear; 37, 11, 41 and 42 are nobody's.
pub(crate) fn class_of_element(number: u32) -> Option<(PiiClass, Shape)> {
    Some(match number {
        2 => (PiiClass::Card, Shape::Digits),
        14 => (PiiClass::Secret, Shape::Expiry),
        35 | 36 | 45 | 52 => (PiiClass::Secret, Shape::Long),
        102 | 103 => (PiiClass::Account, Shape::Digits),
        _ => return None,
    })
}

/// What a tag of FIX holds: account, client, parties, user and password.
fn class_of_fix(tag: &str) -> Option<PiiClass> {
    Some(match tag {
        "1" | "79" | "467" | "581a" | "671" => PiiClass::Account,
        "109" | "448" | "524" => PiiClass::Customer,
        "553" => PiiClass::User,
        "554" | "925" => PiiClass::Secret,
        _ => return None,
    })
}

impl Worker<'_> {
    /// Handles the sign at `at` behind a digit; returns where to go on, none when it is no numbered field.
    #[cold]
    #[inline(never)]
    pub(super) fn numbered(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let stop = at - usize::from(bytes[at - 1] == b' ');
        let digits = bytes[..stop].iter().rev().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let start = stop - digits;
        let before = start.checked_sub(1).map_or(0, |at| bytes[at]);
        if bytes[at] == b'='
            && matches!(before, 0 | b'|' | 1 | b'^' | b' ' | b';' | b'A')
            && (before != b'A' || start > 1 && bytes[start - 2] == b'^')
        {
            let class = class_of_fix(cut(text, start, stop));
            let reach = &bytes[start.saturating_sub(FIX_REACH_BYTES)..start];
            if let Some(class) = class.filter(|_| memchr::memmem::find(reach, b"8=FIX").is_some()) {
                // `448=Jane Roe|452=3`: a party may be known by its name.
                let rest = &bytes[at + 1..bytes.len().min(at + 81)];
                let len = rest.iter().position(|&byte| byte < b' ' || matches!(byte, b'|' | b'^')).unwrap_or(rest.len());
                if class == PiiClass::Customer && text.is_char_boundary(at + 1 + len) && is_full_name(cut(text, at + 1, at + 1 + len)) {
                    self.note_cell(PiiClass::Name, text, (at + 1, at + 1 + len));
                    return Some(at + 1 + len);
                }
                return self.numbered_value(text, at + 1, class, None, base);
            }
        }
        let number = cut(text, start, stop).parse::<u32>().ok()?;
        let (class, shape) = class_of_element(number)?;
        // `0200|2:4539...|3:010000|52:9953...`: elements of ISO 8583, the processing code among them.
        if bytes[at] == b':' && before == b'|' {
            let message = &bytes[start.saturating_sub(DUMP_REACH_BYTES)..bytes.len().min(at + DUMP_REACH_BYTES)];
            let is_message = memchr::memmem::find(message, b"|3:").is_some() && memchr::memmem::find(message, b"|7:").is_some();
            return if is_message { self.numbered_value(text, at + 1, class, Some(shape), base) } else { None };
        }
        // `002=4557... 003=010000 014=2709`: a dump of three digits each.
        if bytes[at] == b'=' && digits == 3 && matches!(before, 0 | b' ' | b'|' | b';' | b',') {
            let reach = &bytes[start.saturating_sub(DUMP_REACH_BYTES)..bytes.len().min(at + DUMP_REACH_BYTES)];
            let others = [&b"003="[..], b"004=", b"011="].iter().filter(|tag| memchr::memmem::find(reach, tag).is_some()).count();
            if others >= 2 {
                return self.numbered_value(text, at + 1, class, Some(shape), base);
            }
        }
        // `MTI=0100 2=4557... 3=010000 4=... 11=004817 14=2709`: the same without zeros before.
        if bytes[at] == b'=' && digits <= 3 && matches!(before, 0 | b' ' | b'|' | b';' | b',') {
            let reach = &bytes[start.saturating_sub(DUMP_REACH_BYTES)..bytes.len().min(at + DUMP_REACH_BYTES)];
            let others = [&b" 3="[..], b" 4=", b" 11=", b" 37=", b" 49=", b"|3=", b"|4=", b"|11="];
            if memchr::memmem::find(reach, b"MTI").is_some() && others.iter().filter(|tag| memchr::memmem::find(reach, tag).is_some()).count() >= 3 {
                return self.numbered_value(text, at + 1, class, Some(shape), base);
            }
        }
        let head = bytes[..start].strip_suffix(b" ").unwrap_or(&bytes[..start]);
        let head = head.strip_suffix(b"_").or_else(|| head.strip_suffix(b"-")).unwrap_or(head);
        let word = head.iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = cut(text, head.len() - word, head.len());
        // `@p2='168929'` is a parameter.
        let parameter = head.len() > word.len() && matches!(head[head.len() - word.len() - 1], b'@' | b':' | b'$');
        if parameter || !ELEMENT_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            return None;
        }
        let from = at + 1 + bytes[at + 1..].iter().take(3).take_while(|&&byte| matches!(byte, b' ' | b'"' | b'\'' | b'>' | b'[')).count();
        self.numbered_value(text, from, class, Some(shape), base)
    }

    /// Handles the `[` at `at` behind the name of an element: `P014 [2809]`.
    fn element_before(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let head = text.as_bytes()[..at].strip_suffix(b" ")?;
        let digits = head.iter().rev().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let letters = head[..head.len() - digits].iter().rev().take(4).take_while(|byte| byte.is_ascii_uppercase()).count();
        let name = cut(text, head.len() - digits - letters, head.len() - digits);
        if digits != 3 || !matches!(name, "P" | "F" | "DE" | "BIT") {
            return None;
        }
        let (class, shape) = class_of_element(cut(text, head.len() - digits, head.len()).parse().ok()?)?;
        let value = text.as_bytes()[at + 1..].iter().take(80).take_while(|byte| !matches!(byte, b']' | b'[' | b' ')).count();
        if text.as_bytes().get(at + 1 + value) != Some(&b']') || shape == Shape::Expiry && value != 4 {
            return None;
        }
        self.numbered_value(text, at + 1, class, Some(shape), base)
    }

    /// Handles the `[` at `at` of a dump: `[052] AD5E47BE0F39B9EA`.
    #[cold]
    #[inline(never)]
    pub(super) fn dumped_element(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        if let Some(on) = self.element_before(text, at, base) {
            return Some(on);
        }
        let digits = bytes.get(at + 1..)?.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let close = at + 1 + digits;
        if !(2..=3).contains(&digits) || bytes.get(close) != Some(&b']') {
            return None;
        }
        let (class, shape) = class_of_element(cut(text, at + 1, close).parse().ok()?)?;
        // One number alone may be anything; dumps have many.
        let is_other =
            |window: &[u8]| window.windows(digits + 2).any(|w| w[0] == b'[' && w[digits + 1] == b']' && w[1..=digits].iter().all(u8::is_ascii_digit));
        let others = is_other(&bytes[at.saturating_sub(DUMP_REACH_BYTES)..at]) || is_other(&bytes[close..bytes.len().min(close + DUMP_REACH_BYTES)]);
        let from = close + 1 + bytes[close + 1..].iter().take(4).take_while(|&&byte| matches!(byte, b' ' | b'=' | b':')).count();
        if !others {
            return None;
        }
        self.numbered_value(text, from, class, Some(shape), base)
    }

    fn numbered_value(&mut self, text: &str, start: usize, class: PiiClass, shape: Option<Shape>, base: usize) -> Option<usize> {
        let rest = text.as_bytes().get(start..)?;
        let len = rest
            .iter()
            .take(128)
            .position(|&byte| byte <= b' ' || matches!(byte, b'|' | b';' | b',' | b'"' | b'\'' | b'^' | b'[' | b']' | b'}'))
            .unwrap_or(rest.len().min(128));
        let end = (start..=start + len).rev().find(|&end| text.is_char_boundary(end))?;
        let raw = cut(text, start, end);
        if raw.is_empty() || crate::worker::is_placeholder(raw) || self.hits.floor(base) > start || shape.is_some_and(|shape| !shape.fits(raw)) {
            return None;
        }
        if let Some(made) = self.make_value(class, raw) {
            self.hits.push(base, Hit { start, end, made });
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, engine, scan_text};

    #[test]
    fn elements_without_zeros_are_known_in_a_message() {
        check("IN MTI=0100 3=000000 4=000000004599 11=004817 14=2709 22=051 102=00447188291", &["14=2709", "00447188291"], &["3=000000", "22=051"]);
        check("plot 3=000000 11=004817 14=2709 22=051", &[], &["14=2709"]);
    }

    #[test]
    fn elements_of_iso_8583() {
        check("0200 DE3=000000 DE4=000000012550 DE11=918273 DE14=2809 DE37=606110418820", &["2809"], &["918273", "606110418820", "000000012550"]);
        check("MTI=0200 003=010000 004=000000020000 011=118204 014=2709 022=051 041=ATM04417", &["=2709"], &["010000", "118204", "ATM04417"]);
        check("[004] 000000099900 [014] 2809 [041] ATM04417 [052] AD5E47BE0F39B9EA", &["AD5E47", "2809"], &["ATM04417", "000000099900"]);
        check("F011=918273 F035=4539661318609139D28092010000 F102=0481920077", &["4539661318609139", "2809201", "0481920077"], &["918273"]);
        check("field 52: 18C9581FB44720D3 field 42: MERCH0000918273", &["18C9581FB44720D3"], &["MERCH0000918273"]);
        check(
            "{\"mti\":\"0200\",\"de\":{\"39\":\"00\",\"52\":\"18C9581FB44720D3\",\"14\":\"2809\",\"11\":\"004411\"}}",
            &["18C9581F", "2809"],
            &["004411", "\"39\":\"00\""],
        );
    }

    #[test]
    fn tags_of_fix() {
        check(
            "8=FIX.4.4|35=D|448=Hildegard Hathersage|452=3|11=CLORD0418|1=DEPOT-4418207|55=DE0007164600|553=trader7|554=hunter2|38=200|",
            &["DEPOT-4418207", "trader7", "hunter2"],
            &["CLORD0418", "DE0007164600", "38=200"],
        );
    }

    #[test]
    fn other_numbers_stay() {
        for text in
            ["[052] started", "retry [14] 2809 done", "step 2: 4711 rows", "f2=10 f14=0.9", "page 14: 2809", "matrix 35: 12.5", "[14] 2809 rows"]
        {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
