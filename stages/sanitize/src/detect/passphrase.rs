//! Passwords right behind their word with nothing but a blank between: `password Mango*Tree9`, `PASS K7RM2QZX`, `IDENTIFIED BY "..."`.
//!
//! Format: six characters or more that are no word: three kinds of characters, a sign inside, or letters and digits by turns; in quotes any that mixes two kinds.
//! What stands behind `=` or `:` is the pairs' matter (`scan::pair`), what stands behind `password is` that of `password`.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// The password behind its word.
pub(crate) const PASSPHRASE: Detector = Detector {
    id: "passphrase",
    trigger: Trigger::Prefix,
    needs: Needs::ANY,
    find,
    matches: &[
        "w/ password Mango*Tree9, open Payments",
        "FTP.NET USER X PASS K7RM2QZX 230 LOGON",
        "ALTER USER etl IDENTIFIED BY \"Qw_71x#Lm\" ACCOUNT UNLOCK",
        "CREATE USER x IDENTIFIED BY tiger2024;",
        "password \"Sommer!\" typed",
        "Passwort Sommer#24 notiert",
        "kennwort Abc!def9",
        "senha Praia@2024",
        "contraseña Playa#2024",
        "wachtwoord Fiets!88",
        "mot de passe Soleil&77",
        "pwd Tr0ub4dor&3",
        "Passwort lautet Sonne#88",
        "hasło Zima#2024",
        "пароль Zima#2024",
        "temp pw given = Welcome#4417. Told",
        "password reset to Autumn!77 by",
        "passcode issued: Kx7#pq22",
        "passphrase is otter-marmalade",
        "temp pwd set Harvest-Moon58 will chg at logon",
    ],
    misses: &[
        "password policy",
        "passphrase is case-sensitive",
        "password reset_token",
        "password expired!",
        "PASS T0042",
        "PASS test_login_ok",
        "pass through",
        "identified by the bank",
        "IDENTIFIED BY customer",
        "password rule2fa enabled",
        "password *****",
        "password ********",
        "password [SECRET]",
        "password field/value",
        "password ${DB_PASS}",
        "password change #4",
        "password 'expired'",
        "password <hidden>",
        "<ns2:Pwd xmlns:ns2=\"urn:bank:v1\">",
        "password %s",
        "pw given by phone",
        "password set to expire",
        "reason=BAD_PASSWORD attempt=3",
        "IQA=PASS duplicate=false",
        "check PASS app=ONB-4411203",
        "password reset to default",
    ],
};

/// Words for a password, in small letters.
pub(super) const WORDS: &[&str] = &[
    "password",
    "passwort",
    "passwd",
    "pass",
    "pwd",
    "kennwort",
    "senha",
    "wachtwoord",
    "passphrase",
    "passe",
    "clave",
    "haslo",
    "salasana",
    "losenord",
    "identified",
    "passcode",
    "pw",
];
/// Those outside ASCII.
const WORDS_HIGH: &[&str] = &["contraseña", "hasło", "пароль", "şifre", "lösenord"];
const VALUE_BYTES: std::ops::RangeInclusive<usize> = 6..=128;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    if spot.byte(spot.end) != b' ' || !WORDS.iter().chain(WORDS_HIGH).any(|known| known.as_bytes().eq_ignore_ascii_case(word)) {
        return None;
    }
    let mut start = spot.end + 1;
    let declared = word.eq_ignore_ascii_case(b"identified");
    if declared {
        let by = spot.text.get(start..start + 3)?;
        start += if by.eq_ignore_ascii_case(b"by ") { 3 } else { return None };
    }
    const VERBS: [&[u8]; 23] = [
        b"is ",
        b"was ",
        b"to ",
        b"lautet ",
        b"ist ",
        b"est ",
        b"es ",
        b"jest ",
        b"new ",
        b"given = ",
        b"given: ",
        b"given ",
        b"given as ",
        b"issued = ",
        b"issued: ",
        b"issued ",
        b"now = ",
        b"is now ",
        b"set to ",
        b"set ",
        b"changed to ",
        b"reset to ",
        b"supplied ",
    ];
    let verb = VERBS.iter().find(|verb| spot.text.get(start..).is_some_and(|rest| rest.starts_with(verb))).map_or(0, |verb| verb.len());
    start += verb;
    let quote = Some(spot.byte(start)).filter(|byte| matches!(byte, b'"' | b'\''));
    start += usize::from(quote.is_some());
    let rest = spot.text.get(start..)?;
    let reach = &rest[..rest.len().min(*VALUE_BYTES.end())];
    let len = reach.iter().position(|&byte| ends_value(byte, quote)).or(quote.is_none().then_some(reach.len()))?;
    let value = rest.get(..len)?;
    let kept = if quote.is_some() { len } else { len - value.iter().rev().take_while(|byte| matches!(byte, b'.' | b':' | b'!' | b'?')).count() };
    let value = value.get(..kept)?;
    // `reason=BAD_PASSWORD attempt=3`: the next pair.
    let key = value.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_').count();
    if (spot.before() == b'_' || verb == 0 && quote.is_none() && word == b"PASS" && value.get(key + 1).is_some_and(|&byte| byte != b'='))
        && key > 2
        && value.get(key) == Some(&b'=')
    {
        return None;
    }
    // An attribute of the tag: `<Pwd xmlns:a="urn:x">`.
    if value.ends_with(b"=") && matches!(spot.byte(start + kept), b'"' | b'\'') {
        return None;
    }
    let said = match (declared, quote) {
        (true, Some(_)) => value.len() >= 3,
        (true, None) => word.iter().all(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_digit),
        (false, Some(_)) => value.len() >= 6 && kinds(value) >= 2 && !is_capitalised(value),
        // `passphrase is otter-marmalade`
        (false, None) => {
            // What a passphrase is like: `case-sensitive`, `auto-generated`.
            const LIKE: [&[u8]; 7] = [b"-sensitive", b"-generated", b"-protected", b"-required", b"-based", b"-only", b"-encrypted"];
            let described = LIKE.iter().any(|ending| value.ends_with(ending));
            let words = word.eq_ignore_ascii_case(b"passphrase") && verb > 0 && value.len() >= 8 && value.contains(&b'-') && !described;
            words || looks_random(value)
        }
    };
    (said && !is_placeholder(value)).then(|| Found::by_cue(start, start + kept, PiiClass::Secret))?
}

fn ends_value(byte: u8, quote: Option<u8>) -> bool {
    quote.map_or(byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b')' | b']' | b'}' | b',' | b';' | b'|'), |quote| {
        byte == quote || byte < b' '
    })
}

/// Kinds of characters: small letters, capitals, digits, signs.
fn kinds(value: &[u8]) -> usize {
    let is = |kind: fn(&u8) -> bool| usize::from(value.iter().any(kind));
    is(u8::is_ascii_lowercase) + is(u8::is_ascii_uppercase) + is(u8::is_ascii_digit) + is(is_sign_of_passwords)
}

fn is_sign_of_passwords(byte: &u8) -> bool {
    matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'+' | b'~' | b'?' | b'=')
}

fn looks_random(value: &[u8]) -> bool {
    if !VALUE_BYTES.contains(&value.len()) || value.iter().any(|byte| matches!(byte, b'/' | b'\\')) {
        return false;
    }
    let turns = value.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let digits = value.iter().any(u8::is_ascii_digit);
    let signed = value.iter().skip(1).any(is_sign_of_passwords) && value.iter().any(u8::is_ascii_alphanumeric);
    kinds(value) >= 3 || signed || (digits && turns >= 3 && value.iter().all(u8::is_ascii_alphanumeric))
}

fn is_capitalised(value: &[u8]) -> bool {
    value.iter().skip(1).all(u8::is_ascii_lowercase)
}

/// Masks, variables and formats.
fn is_placeholder(value: &[u8]) -> bool {
    let begins = [&b"${"[..], b"$(", b"{{", b"%", b"<", b"[", b"@{", b"***", b"..."].iter().any(|start| value.starts_with(start));
    begins || value.iter().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'#' | b'-' | b'\xe2' | b'\x80' | b'\xa2'))
}
