//! Files named after somebody: `statement_2025_RK7718206_Roe.pdf`, `Letter_Roe_Jane_0055182207.docx`. A number and a name side by side, or a given and a family
//! name, between the signs of a document's name are its owner's.

use schemas::pii::PiiClass;

use super::names::{is_common, is_given, is_only_name, is_word};
use super::person_row::class_of_key;
use crate::fold::cut;
use crate::worker::Worker;

/// Endings of what people are sent, or send.
const ENDINGS: [&str; 16] = ["pdf", "doc", "docx", "xls", "xlsx", "csv", "txt", "xml", "eml", "msg", "tif", "tiff", "jpg", "jpeg", "png", "p7m"];
/// Pieces of a name.
const PIECES_MAX: usize = 12;

impl Worker<'_> {
    /// Notes the owner in the name of the document at `start..end`.
    #[cold]
    #[inline(never)]
    pub(super) fn owner_of_document(&mut self, text: &str, start: usize, end: usize) {
        let Some((stem, ending)) = cut(text, start, end).rsplit_once('.') else { return };
        if !ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
            return;
        }
        let (mut pieces, mut count, mut from) = ([(0, 0); PIECES_MAX], 0, start);
        for piece in stem.split(['_', '-']).take(PIECES_MAX) {
            pieces[count] = (from, from + piece.len());
            (count, from) = (count + 1, from + piece.len() + 1);
        }
        let word = |at: usize| cut(text, pieces[at].0, pieces[at].1);
        for at in 0..count.saturating_sub(1) {
            let (left, right) = (word(at), word(at + 1));
            let numbered = class_of_number(left).filter(|_| is_owner(right)).map(|class| (class, at, at + 1));
            let numbered = numbered.or_else(|| class_of_number(right).filter(|_| is_owner(left)).map(|class| (class, at + 1, at)));
            if let Some((class, number, name)) = numbered {
                self.note_cell(class, text, pieces[number]);
                self.note_cell(PiiClass::Name, text, pieces[name]);
                // The other name, on the other side of it.
                let beside = if name > number { Some(name + 1).filter(|&at| at < count) } else { name.checked_sub(1) };
                if let Some(beside) = beside.filter(|&at| is_owner(word(at))) {
                    self.note_cell(PiiClass::Name, text, pieces[beside]);
                }
            } else if [(left, right), (right, left)].into_iter().any(|(given, family)| is_owner(given) && is_given(given) && is_family(family)) {
                self.note_cell(PiiClass::Name, text, pieces[at]);
                self.note_cell(PiiClass::Name, text, pieces[at + 1]);
            }
        }
    }
}

/// The class of a number that documents are named after: digits that are no day, maybe behind up to four letters.
fn class_of_number(piece: &str) -> Option<PiiClass> {
    let letters = piece.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = piece.get(letters..)?;
    let lettered = (1..=4).contains(&letters) && (6..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if lettered && !matches!(digits.get(..2), Some("19" | "20")) { Some(PiiClass::Customer) } else { class_of_key(piece).filter(|_| letters == 0) }
}

/// A word with a capital that is nothing but a name: products have words of no language for theirs.
fn is_owner(piece: &str) -> bool {
    let mut chars = piece.chars();
    let shaped = chars.next().is_some_and(char::is_uppercase) && chars.all(char::is_alphabetic) && piece.chars().count() >= 3;
    let humps = piece.chars().skip(1).any(char::is_uppercase) && piece.chars().any(char::is_lowercase);
    shaped && !humps && is_only_name(piece)
}

/// The same, or beside a given name a word of no language.
fn is_family(piece: &str) -> bool {
    let mut chars = piece.chars();
    let shaped = piece.len() > 3 && chars.next().is_some_and(char::is_uppercase) && chars.all(char::is_lowercase);
    is_owner(piece) || shaped && !is_word(piece) && !is_common(&piece.to_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn owners_of_documents_are_hidden() {
        for (text, gone) in [
            ("wrote jaarstuk_2023_RK7718206_Terpstra.pdf (184233 bytes)", ["RK7718206", "Terpstra"].as_slice()),
            ("/archive/2025/Letter_Terpstra_Geertje_0055182207.docx ok", &["Terpstra", "Geertje", "0055182207"]),
            ("statement_Geertje_Terpstra.pdf", &["Geertje", "Terpstra"]),
            ("spool/Kontoauszug_Geertje_Zwyllmann_2025-10.pdf", &["Geertje", "Zwyllmann"]),
        ] {
            let out = scan_text(&engine(), text);
            assert!(gone.iter().all(|value| !out.contains(value)), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        for text in [
            "report_2024_20241231_Summary.pdf",
            "EOD_BATCH0044719_Final.csv",
            "Core_0055182207_Transfer.xml",
            "run_20241119_Berlin_0417.log",
            "Annual_Report_2024.pdf",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
