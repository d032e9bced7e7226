//! Expiry dates of cards, by the words before them. Together with the card number they are cardholder data (PCI DSS 3.3), so they are dropped.
//!
//! Format: `MM/YY`, `MM/YYYY`, `MMYY`, `YYMM` (ISO 8583 element 14), `YYYY-MM`, month 01-12. Context: `exp`, `expiry`, `valid thru` and the like right
//! before it; words that also speak of offers and contracts need a card nearby. Full dates are those of documents and stay.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    card::is_card,
    cue::{self, List},
    window,
};

/// An expiry date.
pub(crate) const EXPIRY: Detector = Detector {
    id: "expiry",
    trigger: Trigger::Digits,
    needs: Needs::len(2, 2).or(Needs::len(4, 4)),
    find,
    matches: &[
        "card expiry 12/27",
        "exp: 0927",
        "valid thru 2027-12",
        "exp date 09/2027",
        "good thru 01-28",
        "card 4557 exp 11/28: limit exceeded",
        "carte bancaire x expire 12/27",
        "La carta risulta scaduta (scadenza 01/26)",
        "Kreditkarte gültig bis 03/28, Prüfziffer",
        "Ablaufdatum der Karte: 02/29",
        "tarjeta vence 11/26",
        "carte valable jusqu'au 05/27",
        "vervaldatum 08/27",
        "data ważności karty 04/28",
        "karta ważna do 04/28",
        "EXP 12 / 27",
        "expiry=2809",
        "DE14=2809",
        "data di scadenza carta: 01/2026",
        "fecha de caducidad 07/27",
        "card valid until 07/27",
        "срок действия карты 07/27",
        "VERFALLDATUM 0727",
        "card exp 12.27",
        "reject: \"5460791992569650\",\"04/30\",\"D J O'SULLIVAN\"",
        "#EMB#4111 1111 1111 1111#08/30#K S R",
        "4111111111111111 09/2028",
    ],
    misses: &[
        "12/27",
        "expires in 3000",
        "expiry 2027-12-01",
        "exp 1327",
        "valid until 12:27",
        "exp 12/27/99",
        "Angebot gültig bis 12/27",
        "passport valable jusqu'au 2031-01-12",
        "scadenza fattura 30/11/2026",
        "token expires 1700000000",
        "contract expires 2027",
        "la factura vence 12/27",
        "exp 3.14",
        "card_exp_0326.csv",
        "step 12/27",
        "vervaldatum 12/08/2027",
        "session expiry 3600",
        "4111111111111112 09/28",
        "row 17, 09/28",
        "4111111111111111 09/28/2026",
    ],
};

/// Words that speak of an expiry whatever it is of.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "exp", "expiry", "expiration", "exp date", "expiry date", "expiration date", "expdate", "expirydate", "exp dt", "expy", "valid thru", "valid through", "good thru",
    "card expires", "card exp", "valid till", "mm yy", "cad", "mm jj", "mm aa", "de14", "de 14", "field 14", "f14",
    "ablaufdatum", "verfalldatum", "verfallsdatum", "kartenablauf", "gültigkeit", "gültig bis", "läuft ab", "caducidad", "fecha de caducidad", "fecha de vencimiento", "fecha vencimiento",
    "expiration carte", "date d'expiration", "date expiration", "date de validité", "fin de validité", "data di scadenza", "scadenza carta", "data scadenza",
    "validade", "data de validade", "vervaldatum", "vervaldag", "data ważności", "termin ważności", "utgångsdatum", "utløpsdato", "udløbsdato", "viimeinen voimassaolo",
    "voimassa", "son kullanma", "son kullanma tarihi", "срок действия", "срок", "действует до", "有効期限", "有效期", "유효기간",
    "caduca", "caduca el", "caduca en", "verfall", "ablauf", "laufzeit bis", "verfällt", "gilt bis", "expirant", "expirant fin", "t.o.m", "expires end of", "exp end", "scadenza", "scade", "scade il", "expire", "expire le", "expire fin", "expires", "expira", "expires on", "expires end", "expiring", "expired", "expirée", "vence", "vencimiento", "vencimento",
    "valable jusqu'au", "valable jusqu'à", "valable jusque", "valid until", "valid to", "válida hasta", "válido hasta", "válida até", "valida fino al", "valida fino",
    "geldig tot", "geldig t/m", "ważna do", "ważny do", "giltig till", "gäller till", "gyldig til",
];

/// Those that say it without a card nearby.
#[rustfmt::skip]
const CERTAIN: &[&str] = &[
    "exp", "expiry", "expiration", "exp date", "expiry date", "expiration date", "expdate", "expirydate", "exp dt", "expy", "valid thru", "valid through", "good thru",
    "card expires", "card exp", "mm yy", "mm jj", "mm aa", "de14", "de 14", "field 14", "f14", "ablaufdatum", "verfalldatum", "verfallsdatum", "kartenablauf", "caducidad",
    "fecha de caducidad", "expiration carte", "date d'expiration", "scadenza carta", "vervaldatum",
];

/// What a card is called, or what stands beside one.
const CARDS: &[&[u8]] = &[
    b"card",
    b"karte",
    b"carte",
    b"carta",
    b"tarjeta",
    b"kaart",
    b"kort",
    b"kart",
    b"cart\xc3\xa3o",
    b"visa",
    b"amex",
    b"maestro",
    b"cvv",
    b"cvc",
    b" cb ",
    b"\xd0\xba\xd0\xb0\xd1\x80\xd1\x82",
    b"\xe3\x82\xab\xe3\x83\xbc\xe3\x83\x89",
    b"\xe5\x8d\xa1",
    b"pan=",
    b"pan:",
    b" pan ",
    b"crypto",
    b"[card",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let (end, usual) = shape_end(spot)?;
    // `export_exp_0326.csv` is a file.
    let file = spot.byte(end) == b'.' && spot.byte(end + 1).is_ascii_alphabetic() && spot.before() == b'_';
    // `exp 11/28: limit exceeded`, and no hour and minute.
    if spot.byte(end) == b':' && spot.byte(end + 1) != b' ' || file {
        return None;
    }
    let Some(name) = cue::behind(spot, List::Expiry) else {
        let shaped = usual && matches!(spot.shape::<2>(), Some([2, 2 | 4])) && spot.groups[1].separator == b'/';
        return (shaped && is_beside_card(spot)).then(|| Found::by_cue(spot.at, end, PiiClass::Secret))?;
    };
    let certain = usual && CERTAIN.contains(&name);
    (certain || window::holds(spot.text, spot.at, end, CARDS)).then(|| Found::by_cue(spot.at, end, PiiClass::Secret))?
}

/// Whether a card's number ends right before, a sign or two between: `"5460791992569653","04/30"`, `4148 4084 8704 1758#08/30`.
fn is_beside_card(spot: &Spot<'_>) -> bool {
    let head = spot.text.get(..spot.at).unwrap_or_default();
    let signs = head.iter().rev().take(4).take_while(|byte| matches!(byte, b'"' | b'\'' | b',' | b';' | b'|' | b'#' | b' ' | b'\t' | b'/')).count();
    let head = &head[..head.len() - signs];
    let (mut digits, mut from) = ([0; 19], 19);
    for &byte in head.iter().rev().take(24) {
        match byte {
            b'0'..=b'9' if from > 0 => {
                from -= 1;
                digits[from] = byte;
            }
            b' ' | b'-' => {}
            _ => break,
        }
    }
    // What stands before a number in one piece is none of its groups.
    (1..=4).contains(&signs) && (12..=19).rev().any(|len| len <= 19 - from && is_card(&digits[19 - len..]))
}

/// End of a month and year in any order, and whether it is written as nearly only these are.
fn shape_end(spot: &Spot<'_>) -> Option<(usize, bool)> {
    let first = spot.groups.first()?.len();
    let month = |at: usize| matches!(spot.text.get(at..at + 2), Some([b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']));
    let second = spot.groups.get(1).copied();
    let ends = |count: usize| spot.groups.get(count).is_none_or(|group| group.separator == b' ');
    let separated = second.is_some_and(|group| matches!(group.separator, b'/' | b'-'));
    match (first, second.map(|group| group.len())) {
        (2, Some(2 | 4)) if separated && ends(2) && month(spot.at) => Some((spot.end_of(2), true)),
        (2, Some(2)) if second?.separator == b'.' && ends(2) && month(spot.at) => Some((spot.end_of(2), false)),
        (2, Some(2)) if second?.separator == b' ' && month(spot.at) && spot.groups.len() == 2 => Some((spot.end_of(2), false)),
        (4, Some(2)) if separated && ends(2) && month(second?.start) => Some((spot.end_of(2), true)),
        (4, _) if ends(1) && month(spot.at) => Some((spot.end, true)),
        // YYMM of the cards in use now; a year of this century is none.
        (4, _) if ends(1) && month(spot.at + 2) && matches!(spot.byte(spot.at), b'2' | b'3') => Some((spot.end, spot.byte(spot.at + 1) != b'0')),
        (2, None) if month(spot.at) => {
            let rest = spot.text.get(spot.end..spot.end + 5)?.strip_prefix(b" / ")?;
            let bounded = !spot.byte(spot.end + 5).is_ascii_alphanumeric();
            (bounded && rest.iter().all(u8::is_ascii_digit)).then_some((spot.end + 5, true))
        }
        _ => None,
    }
}
