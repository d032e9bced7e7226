//! Names without borders between their words, as databases and headers fold them: `debtoraccountnumber`, `OLDCUSTOMERID`.
//!
//! A word of letters alone is cut into known words, the fewest that fill it. The known words are those of the tables and of [`composed`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::table::Table;
use super::{bank, composed, national, standards, stem};

/// Letters of a word that is cut up.
const GLUED_BYTES: std::ops::RangeInclusive<usize> = 6..=40;
/// Letters of a word that stands anywhere; shorter ones say too little.
const WORD_BYTES_MIN: usize = 4;
/// Shorter words that may stand anywhere.
#[rustfmt::skip]
const SHORT: &[&str] = &[
    "new", "old", "dob", "cif", "ssn", "src", "dst", "tgt", "num", "nbr", "pin", "cvv", "cvc", "cvn", "csc", "otp", "tan", "zip", "plz", "sms", "tax", "tin", "the", "ref", "key", "tel", "fax", "ani", "pwd", "geb", "sid", "pan", "geo", "gps", "lat", "lon", "exp",
    "usr", "raw", "str", "val", "txt", "sso", "sam", "run", "acc", "atm", "upi",
];
/// Words that stand in the names of accounts and people, but in no table.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "settlement", "nostro", "vostro", "loro", "callback", "effective", "submitter", "author", "evening", "loan", "savings", "checking", "deposit", "escrow", "mortgage", "overdraft", "collection", "clearing", "beneficial", "correspondent", "intermediary",
    "ultimate", "authorized", "authorised", "ordering", "funding", "refund", "payout", "payment", "transfer", "withdrawal", "offset", "internal", "external", "virtual", "contra", "charge", "assigned", "valid",
];
/// Shorter words that may stand behind others alone, most of them at the end.
const LAST: &[&str] = &["id", "no", "nr", "ip", "by", "nm", "to", "as", "dt", "on"];
/// Shorter words that may stand at the beginning alone.
const FIRST: &[&str] = &["to", "my", "in", "db"];

static WORDS: LazyLock<Table<()>> = LazyLock::new(|| {
    let tables = bank::SENSITIVE.iter().chain(standards::SENSITIVE).chain(national::SENSITIVE);
    let shaped = standards::SHAPED.iter().chain(national::SHAPED).flat_map(|(_, _, names)| names.iter());
    let names = tables.flat_map(|(_, names)| names.iter()).chain(shaped).chain(bank::KEPT).chain(standards::KEPT).chain(bank::THINGS).copied();
    let words = names.clone().flat_map(|name| name.split(|c: char| !c.is_alphabetic())).chain(composed::words()).chain(stem::qualifiers());
    let words = words.chain(OTHERS.iter().copied()).filter(|word| word.len() >= WORD_BYTES_MIN && word.is_ascii());
    // `dateofbirth` is a word of others.
    let whole = names.filter(|name| name.len() > WORD_BYTES_MIN && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    let all = words.chain(SHORT.iter().copied()).map(str::to_owned).chain(whole.map(|name| name.replace('_', "")));
    all.map(|word| (word, ())).collect::<BTreeMap<_, _>>().into()
});

/// The name with borders between the words of those that have none; none when nothing can be cut. The name is normalised.
pub(super) fn apart(name: &str) -> Option<String> {
    if !name.split(['_', '.']).any(is_glued) {
        return None;
    }
    let mut out = String::with_capacity(name.len() + 4);
    let mut cut = false;
    for part in name.split_inclusive(['_', '.']) {
        let word = part.trim_end_matches(['_', '.']);
        match words_of(word) {
            Some(words) => {
                out.push_str(&words);
                out.push_str(part.get(word.len()..).unwrap_or_default());
                cut = true;
            }
            None => out.push_str(part),
        }
    }
    cut.then_some(out)
}

/// Whether a name that ends with `name` or `address` has somebody before it: `levelname` and `blockaddress` are things'.
pub(super) fn is_of_somebody(name: &str) -> bool {
    let (before, last) = name.rsplit_once(['_', '.']).unwrap_or(("", name));
    let word = before.rsplit(['_', '.']).next().unwrap_or(before);
    !matches!(last, "name" | "names" | "address" | "addr" | "city" | "holder" | "actor" | "by" | "client" | "key" | "number" | "to" | "sid" | "token")
        || composed::is_somebody(word)
        || word.ends_with("session")
}

fn is_glued(word: &str) -> bool {
    GLUED_BYTES.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The fewest known words that a word is made of, joined by `_`; none when it is one, or cannot be cut. Of as few, the one whose last word is longest.
fn words_of(word: &str) -> Option<String> {
    if !is_glued(word) || WORDS.contains(word) {
        return None;
    }
    let len = word.len();
    // How few words lead to each place, and where the last of them begins.
    let mut best: [Option<(u8, u8)>; *GLUED_BYTES.end() + 1] = [None; *GLUED_BYTES.end() + 1];
    best[0] = Some((0, 0));
    for end in 2..=len {
        for start in 0..end - 1 {
            let Some((words, _)) = best[start] else { continue };
            let piece = word.get(start..end)?;
            let known = match piece.len() {
                2 => start == 0 && FIRST.contains(&piece) || start > 0 && LAST.contains(&piece) && (end == len || matches!(piece, "id" | "no")),
                _ => WORDS.contains(piece),
            };
            if known && best[end].is_none_or(|(fewest, _)| words + 1 < fewest) {
                best[end] = Some((words + 1, start as u8));
            }
        }
    }
    best[len]?;
    let (mut end, mut pieces) = (len, Vec::new());
    while end > 0 {
        let (_, start) = best[end]?;
        pieces.push(word.get(usize::from(start)..end)?);
        end = usize::from(start);
    }
    pieces.reverse();
    Some(pieces.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_borders_are_cut() {
        for (name, expected) in [
            ("debtoraccountnumber", "debtor_accountnumber"),
            ("oldcustomerid", "old_customerid"),
            ("toaccountno", "to_accountno"),
            ("neweveningphone", "new_evening_phone"),
            ("newcvv", "new_cvv"),
            ("usersid", "user_sid"),
            ("hotel", ""),
            ("outside", ""),
            ("mapping", ""),
            ("monkey", ""),
            ("applicantbirthdate", "applicant_birthdate"),
            ("newmotdepasse", "new_motdepasse"),
            ("p_oldkundennummer", "p_old_kundennummer"),
            ("newpassword", ""),
            ("payeesortcode", "payee_sortcode"),
            ("spousedob", "spouse_dob"),
            ("accountable", ""),
            ("timespan", "time_span"),
            ("company", ""),
            ("nodate", ""),
            ("customs", ""),
            ("telephone", ""),
            ("postgres", ""),
            ("account", ""),
            ("x", ""),
            ("", ""),
        ] {
            assert_eq!(apart(name).unwrap_or_default(), expected, "{name}");
        }
    }
}
