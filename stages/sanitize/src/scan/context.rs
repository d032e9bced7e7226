//! Cue words: what stands near a value, or names it. Looked at for candidates only, never for every byte.

use std::sync::LazyLock;

use crate::secret::is_base32;

/// Bytes before a candidate that are searched.
const LOOK_BACK_BYTES: usize = 40;

/// A set of cues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cues(u32);

macro_rules! cues {
    ($($name:ident = $bit:literal: $($word:literal)*;)*) => {
        impl Cues {
            $(pub(crate) const $name: Self = Self(1 << $bit);)*
        }
        const WORDS: &[(&str, Cues)] = &[$($(($word, Cues::$name),)*)*];
    };
}

cues! {
    CARD = 0: "card" "cards" "pan" "visa" "mastercard" "amex" "maestro" "cc" "ccn" "credit" "debit" "karte" "carte" "tarjeta" "cardno" "cardnumber" "luhn"
        "kartennummer" "kreditkarte" "kreditkartennummer" "carta" "kaart" "kaartnummer" "karty" "kortnummer";
    ACCOUNT = 1: "account" "accounts" "acct" "acc" "acount" "iban" "a/c" "ac" "payee" "beneficiary" "konto" "compte" "cuenta" "conto" "rekening" "accountno"
        "accountnumber" "accountid" "sortcode" "bban" "loan" "deposit" "savings" "checking" "dda" "kontonummer" "kto" "girokonto" "kontonr" "rekeningnummer" "rachunek"
        "rachunku" "conta" "cta" "cpte";
    PHONE = 2: "phone" "tel" "telephone" "mobile" "call" "called" "calling" "caller" "fax" "cell" "msisdn" "sms" "whatsapp" "dial" "telefon" "handy" "contact" "dialled" "dialed" "callback" "telefono" "telefone" "telefoon" "telefonnummer"
        "handynummer" "mobilnummer" "rufnummer" "anruf" "rueckruf" "rückruf" "contato" "telemóvel" "telemovel" "ringes" "ringe" "celular" "cellulare" "movil" "puhelin" "puh" "tlf" "phoned" "mob" "mobil" "tfno" "gsm" "тел" "телефон" "телефону" "téléphone" "teléfono" "móvil" "tél";
    SSN = 3: "ssn" "social" "itin" "tin" "taxpayer";
    BIRTH = 4: "dob" "birth" "born" "birthdate" "birthday" "geboren" "naissance" "nacimiento" "nascita" "geburtsdatum" "geburtstag" "gebdat" "nato" "nata" "nacido"
        "nacida" "nascido" "nascida" "nascimento" "geboortedatum" "urodzenia" "urodzony" "urodzona" "syntynyt" "foedt" "née" "NÉE" "né" "NÉ" "född" "født" "рождения" "родился" "родилась" "született" "narozena" "narozen";
    CODE = 5: "cvv" "cvc" "cvv2" "cvc2" "pin" "otp" "passcode" "tan";
    CUSTOMER = 6: "customer" "cust" "cif" "client" "member";
    IP = 7: "ip" "ipv4" "ipv6" "addr" "from" "host" "peer" "remote" "client";
    VERSION = 8: "version" "ver" "v" "release" "build" "firmware" "fw" "vrmf" "vrm" "rev" "oid" "kernel" "driver" "jdk" "java" "maj" "hotfix" "schema";
    MEASURE = 9: "bytes" "byte" "size" "length" "len" "offset" "ms" "took" "elapsed" "duration" "latency" "count" "total" "seq" "sequence" "line" "port" "pid" "tid"
        "thread" "epoch" "timestamp" "ts" "time" "amount" "balance" "code" "status" "order" "invoice" "block" "blk" "heap" "memory" "version" "build" "id" "txn" "tx"
        "transaction" "trace" "span" "request" "req" "batch" "ref" "reference" "rows" "records" "row" "usd" "eur" "gbp" "attempt" "retry" "event" "ticket" "case" "hash"
        "session" "nonce" "checksum" "job" "task" "message" "msg" "payment" "transfer" "points" "score";
    ROUTING = 10: "routing" "aba" "rtn" "transit" "ach" "sort" "odfi" "rdfi";
    // No word: a name says how many of something there are, [`is_count`].
    COUNTED = 11: ;
}

impl Cues {
    /// No cue.
    pub(crate) const NONE: Self = Self(0);

    /// The set as bits, far fewer than 31.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// Both sets.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set without `other`.
    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether a cue of `other` is here.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A word and what it is a cue of.
type Cue = (&'static [u8], Cues);

/// The words by their first letter.
static BY_LETTER: LazyLock<[Vec<Cue>; 27]> = LazyLock::new(|| {
    let mut table: [Vec<Cue>; 27] = Default::default();
    for &(word, cues) in WORDS {
        let list = &mut table[place(word.as_bytes()[0])];
        match list.iter_mut().find(|(known, _)| *known == word.as_bytes()) {
            Some((_, all)) => *all = all.with(cues),
            None => list.push((word.as_bytes(), cues)),
        }
    }
    table
});

/// The list of words that begin with this byte: one for each letter, one for all that are not ASCII.
fn place(first: u8) -> usize {
    if first.is_ascii_alphabetic() { usize::from(first.to_ascii_lowercase() - b'a') } else { 26 }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// What was found before a candidate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near {
    /// All cues within reach.
    pub(crate) all: Cues,
    /// Cues of the nearest word that is one.
    pub(crate) nearest: Cues,
}

/// Cues of the words of a field name.
pub(crate) fn cues_of_name(name: &str) -> Cues {
    if let Some((of, done)) = name.rsplit_once(['_', '.'])
        && is_count(of.as_bytes(), done.as_bytes())
    {
        return cues_of_word(of.as_bytes()).with(Cues::MEASURE).with(Cues::COUNTED);
    }
    name.split(['_', '.']).fold(Cues::NONE, |cues, word| cues.with(cues_of_word(word.as_bytes())))
}

/// Cues of the words before `at`, the field's own cues added.
pub(crate) fn look_back(text: &[u8], at: usize, field: Cues) -> Near {
    let from = at.saturating_sub(LOOK_BACK_BYTES);
    let window = text.get(from..at).unwrap_or_default();
    let window = memchr::memrchr(b'\n', window).map_or(window, |line| &window[line + 1..]);
    let window = after_token(window);
    let mut near = Near { all: field, nearest: Cues::NONE };
    let (mut end, mut worded) = (window.len(), false);
    while end > 0 {
        let is_word = |byte: &u8| is_letter(*byte);
        let Some(last) = window[..end].iter().rposition(is_word) else { break };
        let start = window[..=last].iter().rposition(|byte| !is_word(byte)).map_or(0, |before| before + 1);
        worded = true;
        // A word cut by the window's edge is not judged.
        if start > 0 || from == 0 {
            // `a/c` is no two words.
            let spelled = &window[start..=last];
            let account = spelled == b"c" && window[..start].ends_with(b"a/");
            // `/v1/payments` is the version of what is called, and of nothing behind it.
            let called = spelled == b"v" && start > 0 && window[start - 1] == b'/';
            let cues = if account {
                Cues::ACCOUNT
            } else if called {
                Cues::NONE
            } else {
                cues_of_camel(spelled)
            };
            near.all = near.all.with(cues);
            if near.nearest == Cues::NONE {
                near.nearest = cues;
            }
        }
        end = start;
    }
    // Between words the field's name does not say that a number counts or numbers something: `"message": "call back on 0..."`.
    if near.nearest == Cues::NONE {
        near.nearest = if worded { field.without(Cues::MEASURE) } else { field };
    }
    near
}

/// What stands behind the last token: its label is no cue.
fn after_token(window: &[u8]) -> &[u8] {
    let Some(last) = memchr::memrchr(b']', window) else { return window };
    // A token in brackets of the text: `[[IBAN_7XN...]]:443`.
    let close = last - window[..last].iter().rev().take_while(|&&byte| byte == b']').count();
    let inside = window[..close].iter().rev().take_while(|&&byte| is_base32(byte) || byte == b'_').count();
    let opened = close > inside && window[close - inside - 1] == b'[';
    if (inside > 0 && (opened || inside >= 16)) || is_written(&window[..close]) { &window[last + 1..] } else { window }
}

/// Whether what ends before a bracket may be what an operator wrote: `[CARD_KEYABCD:411111******1111`.
fn is_written(inside: &[u8]) -> bool {
    const HEAD_LEN_MIN: usize = 7;
    let body = memchr::memrchr(b'[', inside).map_or(inside, |open| &inside[open + 1..]);
    let colon = memchr::memchr(b':', body).filter(|&colon| colon >= HEAD_LEN_MIN);
    colon.is_some_and(|colon| body[..colon].iter().all(|&byte| is_base32(byte) || byte == b'_'))
}

/// `accounts_processed`: how many of them something was done to.
fn is_count(of: &[u8], done: &[u8]) -> bool {
    of.len() > 3
        && of.ends_with(b"s")
        && done.len() > 4
        && (done.ends_with(b"ed") || matches!(done, b"Found" | b"found" | b"Read" | b"Total" | b"total"))
}

/// Cues of a run of letters, its humps taken as words: `accountNumber`.
fn cues_of_camel(word: &[u8]) -> Cues {
    let whole = cues_of_word(word);
    if whole != Cues::NONE || word.len() > 24 {
        return whole;
    }
    if let Some(hump) = word.iter().rposition(u8::is_ascii_uppercase)
        && is_count(&word[..hump], &word[hump..])
    {
        return cues_of_word(&word[..hump]).with(Cues::MEASURE).with(Cues::COUNTED);
    }
    let mut cues = Cues::NONE;
    let mut start = 0;
    for at in 1..=word.len() {
        if at == word.len() || (word[at].is_ascii_uppercase() && word[at - 1].is_ascii_lowercase()) {
            if at - start < word.len() {
                cues = cues.with(cues_of_word(&word[start..at]));
            }
            start = at;
        }
    }
    cues
}

fn cues_of_word(word: &[u8]) -> Cues {
    let Some(first) = word.first().filter(|&&first| is_letter(first)) else { return Cues::NONE };
    let list = &BY_LETTER[place(*first)];
    list.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map_or(Cues::NONE, |&(_, cues)| cues)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(text: &str) -> Near {
        look_back(text.as_bytes(), text.len(), Cues::NONE)
    }

    #[test]
    fn the_nearest_cue_is_known() {
        let found = near("account 12345678 offset ");
        assert!(found.all.any(Cues::ACCOUNT) && found.nearest == Cues::MEASURE);
        assert_eq!(near("debit accountNumber=").nearest, Cues::ACCOUNT);
        assert_eq!(near("accountsProcessed=").nearest, Cues::MEASURE.with(Cues::ACCOUNT).with(Cues::COUNTED));
        assert_eq!(near("accountClosed=").nearest, Cues::ACCOUNT);
        assert_eq!(
            (cues_of_name("accounts_processed"), cues_of_name("account_processed")),
            (Cues::MEASURE.with(Cues::ACCOUNT).with(Cues::COUNTED), Cues::ACCOUNT)
        );
        assert_eq!(near("account was here, but on the line before\n").all, Cues::NONE);
        assert_eq!(near("[PHONE_7XNTF7XB4DDJAZGZ3FJ] and ").all, Cues::NONE);
        assert_eq!(near("[ACCOUNT_7XNTF7X:****5678] and ").all, Cues::NONE);
        assert_eq!(near("account, and then a very long way to go until ").all, Cues::NONE);
        let in_message = |text: &str| look_back(text.as_bytes(), text.len(), cues_of_name("message")).nearest;
        assert_eq!((in_message(""), in_message("back on ")), (Cues::MEASURE, Cues::NONE));
    }
}
