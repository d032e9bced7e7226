//! Spellings of one name: with its accents, without them, in capitals.
//!
//! Names are compared byte by byte, ASCII letters in either case. Letters outside ASCII need the other spellings written out, and mainframes and SMS
//! know none of them: `Prüfziffer`, `PRÜFZIFFER`, `Pruefziffer`, `Prufziffer`.

use std::collections::BTreeSet;

/// All spellings of a name, itself among them.
pub(super) fn all(name: &str) -> BTreeSet<String> {
    let mut spellings = BTreeSet::from([name.to_owned()]);
    if !name.is_ascii() {
        spellings.insert(name.to_uppercase());
        spellings.insert(name.split(' ').map(with_capital).collect::<Vec<_>>().join(" "));
        spellings.insert(with_capital(name));
        // A script without such letters has no plainer spelling.
        spellings.extend([without_accents(name, false), without_accents(name, true)].into_iter().filter(|plain| plain.is_ascii()));
    }
    spellings
}

fn with_capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The nearest ASCII letters; `german`: umlauts as two letters.
fn without_accents(name: &str, german: bool) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        plain.push_str(match c {
            'ä' | 'æ' if german => "ae",
            'ö' | 'ø' | 'œ' if german => "oe",
            'ü' if german => "ue",
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' => "a",
            'æ' => "ae",
            'ç' | 'ć' | 'č' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
            'ğ' => "g",
            'ì' | 'í' | 'î' | 'ï' | 'ı' => "i",
            'ł' => "l",
            'ñ' | 'ń' | 'ň' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => "o",
            'œ' => "oe",
            'ř' => "r",
            'ś' | 'š' | 'ş' | 'ș' => "s",
            'ß' => "ss",
            'ť' | 'ț' => "t",
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            _ => {
                plain.push(c);
                continue;
            }
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_may_be_missing() {
        let spellings = all("gültig bis");
        assert!(["gültig bis", "GÜLTIG BIS", "gueltig bis", "gultig bis", "Gültig Bis"].iter().all(|spelling| spellings.contains(*spelling)));
        assert_eq!(all("pin").len(), 1);
        assert_eq!(all("дата рождения").len(), 4);
    }
}
