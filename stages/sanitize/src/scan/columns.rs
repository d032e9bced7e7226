//! Rows without a header: what stands in a column beside an account or a card, and has the shape of a person's name, is one. Asked for texts in which an
//! account or a card was found, and for lines that look like a statement's.

use schemas::pii::PiiClass;

use super::rows::split_row;
use crate::fields::is_full_name;
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of a row to both sides.
const REACH_BYTES: usize = 512;
/// Columns of a row.
const COLUMNS_MAX: usize = 40;
/// Columns that a statement's line has at least.
const STATEMENT_COLUMNS_MIN: usize = 5;
/// Words of bookings and of products, which are no names.
#[rustfmt::skip]
const BOOKING_WORDS: &[&str] = &[
    "dauerauftrag", "miete", "gehalt", "lohn", "überweisung", "ueberweisung", "lastschrift", "gutschrift", "kartenzahlung", "einzahlung", "auszahlung", "barauszahlung", "geldautomat", "abschluss", "zinsen", "rente", "steuer", "finanzamt", "versicherung", "beitrag", "rechnung", "rückzahlung", "umbuchung", "sammelüberweisung", "entgelt", "gebühr", "kontoführung", "girocard", "wertpapier", "depot", "kredit", "darlehen",
    "tilgung", "spende", "strom", "telefon", "garage", "nebenkosten", "kindergeld", "stadtwerke", "verein", "girokonto", "sparkonto", "tagesgeld", "virement", "prélèvement", "loyer", "salaire", "facture", "retrait", "carte", "chèque", "remboursement", "cotisation", "épargne", "compte", "courant", "livret", "transferencia", "nómina", "alquiler", "recibo", "domiciliación", "pago", "cuenta", "tarjeta", "bonifico", "stipendio",
    "affitto", "addebito", "accredito", "prelievo", "bolletta", "conto", "overboeking", "huur", "salaris", "incasso", "betaling", "rekening", "przelew", "czynsz", "wynagrodzenie", "opłata", "rachunek", "tilisiirto", "palkka", "vuokra", "överföring", "lön", "hyra", "autogiro", "lønn", "husleie", "overførsel", "løn", "transfer", "direct", "standing", "faster", "salary", "wages", "pension", "invoice", "rent", "subscription",
    "membership", "insurance", "tax", "gas", "electricity", "council", "mortgage", "dividend", "interest", "groceries", "supermarket", "restaurant", "hotel", "airlines", "railway", "parking", "fuel", "pharmacy", "checking", "gold", "platinum", "classic", "premium", "visa", "business", "united", "kingdom", "states", "germany", "france", "spain", "italy", "netherlands", "switzerland", "austria", "new", "york", "san", "los",
    "angeles", "hong", "kong", "great", "britain", "south", "africa", "czech", "republic", "saudi", "arabia", "european", "end", "one", "off", "first", "final", "recurring", "single", "sepa", "instant", "core", "b2b", "ecb", "central", "reference", "rate", "rates", "fixing", "swift", "pain", "camt", "not", "found", "error", "ok", "closed", "blocked", "active", "inactive", "frozen", "dormant", "joint", "current", "savings",
];

impl Worker<'_> {
    /// Notes the names beside the accounts and cards found above `base`.
    #[cold]
    #[inline(never)]
    pub(super) fn columns_beside_hits(&mut self, text: &str, base: usize) {
        let bytes = text.as_bytes();
        let (mut done, mut index) = (0, 0);
        while let Some(hit) = self.hits.get(base, index) {
            index += 1;
            let made = cut(&self.hits.made, hit.made.0, hit.made.1);
            if hit.start < done || !(made.starts_with("[IBAN") || made.starts_with("[CARD") || made.starts_with("[ACCOUNT")) {
                continue;
            }
            let Some(sign) = column_sign(bytes, hit.start, hit.end) else { continue };
            let (start, end) = line_around(bytes, hit.start, hit.end, sign);
            done = end;
            self.name_column(text, (start, end), sign);
        }
    }

    /// Notes the name in a line that looks like a statement's: a date, an amount, five columns.
    #[cold]
    #[inline(never)]
    pub(super) fn statement_line(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let (start, end) = line_around(bytes, at, at, bytes[at]);
        let mut cells = [(0, 0); COLUMNS_MAX];
        let Some((count, _)) = split_row(bytes, start, end, bytes[at], 0, &mut cells) else { return };
        let has = |is: fn(&str) -> bool| cells[..count].iter().any(|&(from, to)| is(cut(text, from, to)));
        let listed = |cell: &str| cell.contains(", ") && is_full_name(cell);
        if has(is_amount) && (count >= STATEMENT_COLUMNS_MIN && has(is_date) || has(listed)) {
            self.name_column(text, (start, end), bytes[at]);
        }
    }

    fn name_column(&mut self, text: &str, (start, end): (usize, usize), sign: u8) {
        let mut cells = [(0, 0); COLUMNS_MAX];
        let Some((count, _)) = split_row(text.as_bytes(), start, end, sign, 0, &mut cells) else { return };
        if count < 3 {
            return;
        }
        let named = |&&(from, to): &&(usize, usize)| {
            let cell = cut(text, from, to);
            !is_booking(cell) && is_full_name(cell)
        };
        let Some(&cell) = cells[..count].iter().find(named) else { return };
        self.note_cell(PiiClass::Name, text, cell);
        if let Some(&cell) = cells[..count].iter().find(|&&(from, to)| is_address(cut(text, from, to))) {
            self.note_cell(PiiClass::Address, text, cell);
        }
    }
}

/// Whether a cell speaks of a booking or a product.
pub(super) fn is_booking(cell: &str) -> bool {
    cell.split([' ', '-']).any(|word| BOOKING_WORDS.contains(&word.trim_end_matches([',', '.']).to_lowercase().as_str()))
}

/// What parts the columns around a value.
fn column_sign(bytes: &[u8], start: usize, end: usize) -> Option<u8> {
    let before = bytes[..start].iter().rev().find(|byte| !matches!(byte, b'"' | b'\'' | b' ')).copied();
    let after = bytes[end..].iter().find(|byte| !matches!(byte, b'"' | b'\'' | b' ')).copied();
    let parts = |byte: &u8| matches!(byte, b';' | b'|' | b'\t' | b',');
    // `SELECT '4539661318609139','1127','FERGUS OKAFOR'`: the first of values in quotes.
    if bytes[..start].last().is_some_and(|quote| matches!(quote, b'\'' | b'"') && bytes.get(end) == Some(quote)) && bytes.get(end + 1) == Some(&b',')
    {
        return Some(b',');
    }
    match (before.filter(parts), after.filter(parts)) {
        (Some(sign), Some(other)) => (sign == other || other != b',').then_some(if sign == b',' && other != b',' { other } else { sign }),
        (one, other) => one.or(other).filter(|&sign| sign != b','),
    }
}

/// The line around a place, within reach, on boundaries of characters: those before and behind are line feeds, rows' signs or cut.
pub(super) fn line_around(bytes: &[u8], start: usize, end: usize, sign: u8) -> (usize, usize) {
    let stops = |byte: u8| byte == b'\n' || (byte == b'|' && sign != b'|') || (byte == b'"' && sign == 0);
    let back = bytes[..start].iter().rev().take(REACH_BYTES).take_while(|&&byte| !stops(byte)).count();
    let on = bytes[end..].iter().take(REACH_BYTES).take_while(|&&byte| !stops(byte)).count();
    let (mut from, mut to) = (start - back, end + on);
    while from < start && bytes[from] & 0xC0 == 0x80 {
        from += 1;
    }
    while to > end && to < bytes.len() && bytes[to] & 0xC0 == 0x80 {
        to -= 1;
    }
    (from, to)
}

/// A street with a number, and a town with a postcode: `Am Alten Bahnhof 7a, 79106 Freiburg`.
fn is_address(cell: &str) -> bool {
    let Some((street, town)) = cell.rsplit_once(',') else { return false };
    let number = |text: &str| text.split(' ').any(|word| word.bytes().next().is_some_and(|byte| byte.is_ascii_digit()));
    let word = |text: &str| text.split(' ').any(|word| word.chars().next().is_some_and(char::is_uppercase) && word.len() > 2);
    cell.len() <= 120 && number(street) && word(street) && word(town) && town.bytes().any(|byte| byte.is_ascii_digit())
}

/// `02.03.2026`, `2026-03-02`, `20260302`.
fn is_date(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    matches!(digits, 6 | 8) && cell.len() <= 10 && cell.bytes().all(|byte| byte.is_ascii_digit() || b"-./".contains(&byte))
}

/// `-75,00`, `1'250.00`, `418.20`.
fn is_amount(cell: &str) -> bool {
    let tail = cell.as_bytes().iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let mark = cell.len().checked_sub(tail + 1).map(|at| cell.as_bytes()[at]);
    tail == 2 && matches!(mark, Some(b'.' | b',')) && cell.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,' ".contains(&byte))
}
