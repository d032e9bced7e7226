//! Card verification values, PINs and one-time codes, by the word right before them.
//!
//! Format: 3-8 digits. PCI DSS 3.3 forbids to keep verification values and PINs after authorisation, so they are dropped, never tokenised.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    window,
};

/// A short secret number right behind its name.
pub(crate) const CODE: Detector = Detector {
    id: "code",
    trigger: Trigger::Digits,
    needs: Needs::len(3, 8).before(b" =\"'").or(Needs::named(3, 8)),
    find,
    matches: &[
        "cvv 123",
        "CVC: 1234",
        "pin=4821",
        "OTP is 482911",
        "cvv2 \"321\"",
        "PIN entered 4821",
        "security code 123",
        "OTP code 482911",
        "Prüfziffer 448 der Karte",
        "Pruefnummer: 448",
        "Kartenprüfnummer lautet 117",
        "Sicherheitscode (CVC) 0593",
        "cryptogramme visuel 270",
        "cryptogramme 270",
        "code de sécurité : 881",
        "código de seguridad 552",
        "codice di sicurezza: 309",
        "veiligheidscode 771",
        "kod CVV 663",
        "amex CID 4417",
        "card security code is 992",
        "code on the back 229",
        "seine PIN (7390) laut genannt",
        "telepin=83174",
        "Geheimzahl 7731",
        "code secret 4410",
        "codice segreto 88123",
        "NIP 4410",
        "暗証番号 4471",
        "CSC/311",
        "CAV2: 404",
        "пин-код 4410",
        "mTAN 448120",
        "Su código es 882193",
        "kod SMS 882193",
        "new PIN set to 4410",
        "CVV check failed: 339",
        "cvv mismatch: 1234",
        "view=PINPadView entered=\"656136\" attempts=2",
        "ERROR ivr-auth: TPIN mismatch entered=58974 attempts",
        "my code is 4821, I think",
        "mon code est 4819",
        "pinpad view entered=4471 attempts",
        "pin pad input='4410'",
        "fld 48 TLV dump: tag 92 629 tag 61",
        "OTP for txn TX-118204: 771933 (debug)",
        "card is 4557 exp 11/28 code 703 pls",
        "pan=4557 exp=1128 cid=7031 mcc=5812",
        "card expiry 11/28, code 7031",
        "and the 3 digits are 703 ok",
        "three digits are: 703",
    ],
    misses: &[
        "123",
        "pin verified in 3000 ms",
        "cvv ok, took 123",
        "pin attempts: 3",
        "spinning 123",
        "code 4821",
        "status code 500",
        "cid 7731 opened, peer closed",
        "pin 12",
        "cvv check 3000",
        "security code policy 2024",
        "tan 123.45",
        "Code erreur 4410",
        "PIN-Brief 123456",
        "CVV result M, response code 000",
        "client code 4410",
        "shipping entered=4410",
        "PINNACLE entered=4410",
        "amount entered=4410",
        "PIN ok, rows=4410",
        "tag 92 6291",
        "OTP queue depth: 771933 ms",
        "order for OTP team: 771933",
        "step 11/28 code 703",
        "cert expires 11/28, code 503 from probe",
        "exp 11/28 code 70300",
        "the last 3 digits differ: 703",
    ],
};

/// Names of verification values, PINs and one-time codes.
#[rustfmt::skip]
pub(super) const SECURITY_CODES: &[&str] = &[
    "cvv", "cvc", "cvv1", "cvv2", "cvc1", "cvc2", "cvn", "cvn2", "cvd", "cvx", "cvx2", "cav", "cav2", "csc", "cid", "cv2", "icvv", "dcvv", "dcvc3", "cvc3",
    "security code", "sec code", "security number", "verification value", "verification code", "verification number", "signature panel code", "code on the back",
    "code on back", "digits on the back", "number on the back", "digits on back", "the 3 digits", "the three digits", "3 digits are", "three digits are", "last three digits on the back",
    "prüfziffer", "prüfnummer", "kartenprüfnummer", "kartenprüfziffer", "kartenprüfcode", "prüfcode", "sicherheitscode", "sicherheitsnummer", "sicherheitszahl",
    "cryptogramme", "cryptogramme visuel", "code de sécurité", "code sécurité", "code de vérification", "numéro de vérification",
    "código de seguridad", "cód seguridad", "cód de seguridad", "cod di sicurezza", "código de verificación", "clave de seguridad", "código de segurança", "código de verificação",
    "codice di sicurezza", "codice sicurezza", "codice di verifica", "veiligheidscode", "beveiligingscode", "kaartverificatiecode",
    "kod zabezpieczający", "kod bezpieczeństwa", "säkerhetskod", "sikkerhetskode", "sikkerhedskode", "kontrollsiffer", "turvakoodi", "turvaluku",
    "güvenlik kodu", "код безопасности", "код проверки", "セキュリティコード", "安全码", "验证码", "보안코드",
    "pin", "telepin", "telefonpin", "tpin", "mpin", "upin", "ipin", "nip", "code secret", "code confidentiel", "geheimzahl", "geheimnummer", "codice segreto",
    "numero segreto", "pincode", "pinkod", "pinkode", "pinkoodi", "cvv check failed", "cvc check failed", "cvv failed", "cvv mismatch", "cvc mismatch", "cvv rejected", "cvv wrong", "wrong cvv", "invalid cvv", "cvv did not match", "csc mismatch", "security code mismatch", "security code check failed", "wrong pin", "invalid pin", "pin rejected", "pin set to", "pin changed to", "pin changed from", "pin reset to", "pin is now", "cvv entered", "pin gesetzt auf", "clave", "clave secreta", "número secreto", "código secreto", "código pin", "tunnusluku", "geheime code",
    "пин", "пин код", "пинкод", "暗証番号", "密码", "비밀번호",
    "otp", "tan", "mtan", "smstan", "sms tan", "pushtan", "itan", "one time password", "one time code", "passcode", "totp", "2fa code", "sms code", "login code",
    "my code", "mon code", "mein code", "mi código", "il mio codice", "mijn code", "o meu código", "min kod", "kod SMS", "código SMS", "code SMS", "codice SMS", "su código", "votre code", "your code", "ihr code", "il tuo codice", "il suo codice", "uw code", "twój kod", "ваш код", "einmalpasswort", "einmalcode", "freigabecode", "bestätigungscode", "code à usage unique", "código de un solo uso", "codice usa e getta", "eenmalige code", "kod jednorazowy",
];

/// What makes a `CID` the one of a card: it also names calls, connections and customers.
const OF_CARD: &[&[u8]] = &[b"amex", b"american express", b"card", b"cvv", b"cvc", b"csc", b"pan=", b"pan\":", b"pan:"];

/// Words between a PIN and what was typed for it.
const ENTERED: &[&[u8]] =
    &[b"entered", b"typed", b"keyed", b"input", b"digits", b"supplied", b"given", b"received", b"expected", b"eingegeben", b"saisi"];

/// `PINPadView entered="656136"`, `TPIN mismatch entered=58974`: a word for what was typed, and a PIN a few words before.
fn is_entered(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(spot.at.saturating_sub(64)..spot.at).unwrap_or_default();
    let Some(head) = head.strip_suffix(b"\"").or_else(|| head.strip_suffix(b"'")).unwrap_or(head).strip_suffix(b"=") else { return false };
    let word = head.iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (head, word) = head.split_at(head.len() - word);
    // `PIN` as a word or a hump of its own.
    let pin = || {
        memchr::memmem::find_iter(head, b"PIN")
            .any(|at| !head.get(at + 3).is_some_and(|byte| byte.is_ascii_uppercase() && head.get(at + 4).is_none_or(u8::is_ascii_uppercase)))
            || memchr::memmem::find_iter(head, b"pin").any(|at| {
                (!head.get(at + 3).is_some_and(u8::is_ascii_lowercase) || head[at + 3..].starts_with(b"pad"))
                    && !at.checked_sub(1).and_then(|at| head.get(at)).is_some_and(u8::is_ascii_alphabetic)
            })
    };
    ENTERED.iter().any(|known| known.eq_ignore_ascii_case(word)) && pin()
}

/// `exp 11/28 code 703`: what somebody reads from a card behind the day it expires.
fn is_behind_expiry(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(spot.at.saturating_sub(32)..spot.at).unwrap_or_default();
    let Some(head) = [&b" code "[..], b" code: ", b" code is ", b" and code ", b", code "].into_iter().find_map(|word| head.strip_suffix(word))
    else {
        return false;
    };
    let head = head.strip_suffix(b",").unwrap_or(head);
    let month = matches!(head, [.., b' ', a, b, b'/', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()));
    let word = || head[..head.len() - 6].rsplit(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    month
        && window::holds(spot.text, spot.at, spot.end, &[b"card", b"visa", b"amex", b"mastercard"])
        && [&b"exp"[..], b"expiry", b"expires", b"expiring", b"valid", b"thru", b"expiration"].iter().any(|known| known.eq_ignore_ascii_case(word()))
}

/// `OTP for txn TX-118204: 771933`: six digits behind a colon, and what they are at the beginning of the words before it.
fn is_sent(spot: &Spot<'_>) -> bool {
    const CODES: [&[u8]; 5] = [b"OTP ", b"TAN ", b"mTAN ", b"TOTP ", b"passcode "];
    let head = spot.text.get(spot.at.saturating_sub(48)..spot.at).unwrap_or_default();
    let Some(head) = head.strip_suffix(b": ") else { return false };
    let from = memchr::memrchr3(b':', b';', b'\n', head).map_or(0, |at| at + 1);
    let said = head[from..].trim_ascii_start();
    CODES.iter().any(|code| said.starts_with(code)) && !window::is_measured(spot.text, spot.end)
}

/// A secret number among those.
fn find(spot: &Spot<'_>) -> Option<Found> {
    let len = spot.groups.first()?.len();
    // A fraction or a date behind a word like `tan` is none.
    if !(3..=8).contains(&len) || spot.groups.get(1).is_some_and(|group| matches!(group.separator, b'.' | b'/')) {
        return None;
    }
    // The port behind an address that was replaced.
    if spot.text.get(..spot.at)?.ends_with(b"]:") {
        return None;
    }
    let Some(name) = cue::behind(spot, List::SecurityCode) else {
        let element = spot.text.get(..spot.at)?.ends_with(b"tag 92 ")
            || spot.text.get(..spot.at)?.ends_with(b"SE92 ")
            || spot.text.get(..spot.at)?.ends_with(b"SE92=");
        return ((element && len == 3)
            || matches!(len, 3 | 4) && is_behind_expiry(spot)
            || len >= 4 && is_entered(spot)
            || len == 6 && is_sent(spot))
        .then(|| Found::by_cue(spot.at, spot.end, PiiClass::Secret))?;
    };
    if name == "cid" && (len > 4 || !window::holds(spot.text, spot.at, spot.end, OF_CARD)) {
        return None;
    }
    Found::by_cue(spot.at, spot.end, PiiClass::Secret)
}
