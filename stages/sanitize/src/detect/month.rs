//! Names of months in the languages of the labels, whole and shortened.

use std::sync::LazyLock;

use super::word_list::WordList;

/// Most bytes of a month's name.
const BYTES_MAX: usize = 20;

/// Names in small letters; those that begin like another language's short form stand once.
#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "jan", "january", "januar", "januari", "janvier", "janv", "enero", "ene", "gennaio", "gen", "janeiro", "styczeń", "stycznia", "sty", "tammikuuta", "tammikuu", "ocak", "января", "янв", "januára", "ledna", "jänner",
    "feb", "february", "februar", "februari", "février", "fév", "févr", "febrero", "febbraio", "fevereiro", "fev", "luty", "lutego", "lut", "helmikuuta", "helmikuu", "şubat", "февраля", "фев", "února",
    "mar", "mär", "march", "märz", "mrz", "maart", "mrt", "mars", "marzo", "março", "marzec", "marca", "maaliskuuta", "maaliskuu", "mart", "марта", "мар", "března",
    "apr", "april", "avril", "avr", "abril", "abr", "aprile", "kwiecień", "kwietnia", "kwi", "huhtikuuta", "huhtikuu", "nisan", "апреля", "апр", "dubna",
    "may", "mai", "mei", "mayo", "maggio", "mag", "maio", "maj", "maja", "toukokuuta", "toukokuu", "mayıs", "мая", "května",
    "jun", "june", "juni", "juin", "junio", "giugno", "giu", "junho", "czerwiec", "czerwca", "cze", "kesäkuuta", "kesäkuu", "haziran", "июня", "июн", "června",
    "jul", "july", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho", "lipiec", "lipca", "lip", "heinäkuuta", "heinäkuu", "temmuz", "июля", "июл", "července",
    "aug", "august", "augustus", "augusti", "août", "agosto", "ago", "sierpień", "sierpnia", "sie", "elokuuta", "elokuu", "ağustos", "августа", "авг", "srpna",
    "sep", "sept", "september", "septembre", "septiembre", "settembre", "set", "setembro", "wrzesień", "września", "wrz", "syyskuuta", "syyskuu", "eylül", "сентября", "сен", "září",
    "oct", "october", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out", "październik", "października", "paź", "lokakuuta", "lokakuu", "ekim", "октября", "окт", "října",
    "nov", "november", "novembre", "noviembre", "novembro", "listopad", "listopada", "lis", "marraskuuta", "marraskuu", "kasım", "ноября", "ноя",
    "dec", "december", "dezember", "dez", "décembre", "déc", "diciembre", "dic", "dicembre", "dezembro", "grudzień", "grudnia", "gru", "joulukuuta", "joulukuu", "aralık", "декабря", "дек", "prosince",
];

static LIST: LazyLock<WordList> = LazyLock::new(|| WordList::new(MONTHS));

/// End of the month's name that begins at `at`, the dot of a short form included.
pub(super) fn end_at(text: &[u8], at: usize) -> Option<usize> {
    let len = text.get(at..)?.iter().take(BYTES_MAX + 1).take_while(|&&byte| is_letter(byte)).count();
    let end = at + len;
    is_month(text.get(at..end)?).then(|| end + usize::from(text.get(end) == Some(&b'.')))
}

/// Start of the month's name that ends at `end`.
pub(super) fn start_before(text: &[u8], end: usize) -> Option<usize> {
    let end = end - usize::from(end > 0 && text.get(end - 1) == Some(&b'.'));
    let len = text.get(..end)?.iter().rev().take(BYTES_MAX + 1).take_while(|&&byte| is_letter(byte)).count();
    is_month(text.get(end - len..end)?).then_some(end - len)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

fn is_month(word: &[u8]) -> bool {
    if !(3..=BYTES_MAX).contains(&word.len()) {
        return false;
    }
    let Ok(word) = std::str::from_utf8(word) else { return false };
    LIST.has(word.as_bytes()) || (!word.is_ascii() && LIST.has(word.to_lowercase().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_in_both_directions() {
        assert_eq!(end_at("9. MÄRZ 1980".as_bytes(), 3), Some(8));
        assert_eq!(end_at(b"21-MAR-1995", 3), Some(6));
        assert_eq!(end_at(b"7 sept. 1949", 2), Some(7));
        assert_eq!(end_at(b"7 minutes", 2), None);
        assert_eq!(start_before(b"DOB Oct 9", 7), Some(4));
        assert_eq!(start_before(b"DOB at 9", 6), None);
    }
}
