//! User names in prose: `invalid user mkaczmarek`, `log in as demo_x`, `user 'teller_guzman'`, `login OBRIENK`.
//!
//! Format: letters, digits and `_ . - \`. Behind a word for a user alone it must look like an identifier (a digit, an underscore, one inner dot, a
//! domain); behind a phrase that only a name can follow, or before a verb of logging in, any word counts that is not an ordinary one. Accounts of
//! systems (`root`, `oracle`) are nobody's.

use std::sync::LazyLock;

use schemas::pii::PiiClass;

use super::word_list::WordList;
use super::{Detector, Found, Needs, Spot, Trigger, not_users::is_ordinary};
use crate::scan::login_shape::{Letters, initials_and_family};
use crate::scan::name_look_back::is_label_of_value;
use crate::scan::name_shape::has_ending_of_word;
use crate::scan::names::{is_also_name, is_given, is_only_name, is_word};

/// The name behind a word for a user.
pub(crate) const LOGIN: Detector = Detector {
    id: "login",
    trigger: Trigger::Prefix,
    needs: Needs::ANY,
    find,
    matches: &[
        "Failed password for invalid user mkaczmarek from 10.0.0.1",
        "login 'teller_guzman' opened till T07",
        "log in as demo_nwachukwu w/ password",
        "logged in as jsmith from",
        "user OBRIENK.",
        "is suspended for User adm_szymanski (CASOS002E)",
        "User jdoe logged in",
        "user jdoe has been locked",
        "session opened for user mkowalska by (uid=0)",
        "user m.kowalska changed limit",
        "user BANK\\mkowalska denied",
        "Benutzer hmeier1 gesperrt",
        "Benutzer 'hmeier' gesperrt",
        "usuario rlopez77 bloqueado",
        "utente 'mrossi' disabilitato",
        "signed in as kjensen",
        "username tgarcia99 unknown",
        "operator k_anders approved",
        "su as svanberg",
        "Accepted password for bwillis from 10.0.0.1",
        "Failed publickey for bwillis from 10.0.0.1",
        "authentication failure for user bwillis rhost=web",
        "login kjensen04 ok",
        "teller T_Miller approved",
        "reset the password of user page_rose",
        "for user rose-koch by (uid=0)",
        "user account mkowalska was locked out",
        "Invalid resource owner password for user vikram.s@internal pwd",
        "password for user jsmith@realm failed",
        "closed by authenticating user mkowalska 10.1.2.3 port 22",
        "Erfasser mkessler, Freigeber dvogt3",
        "agent u_lbonnard a consulté le dossier",
        "for PSU PSU0049128 (intent x)",
        "authentication failure for contabilidad_rosa from 10.0.0.1",
        "card suspended by cardops_ivanov reason LOST",
        "beneficiary added by moloney.k, result",
        "rollback done by @ptr.svoboda at 14:07",
        "hold 24h set by k.osei-bonsu for payee",
        "added as signatory by rm.0417.dcarr",
        "VelocityGuard uid cb_9930128 moved",
        "alert closed FALSE_POSITIVE by h.vandamme: x",
        "bind failed for c.papadaki from 10.0.0.1",
        "4-eyes: maker ndiop checker hsaarinen",
        "teller T0093 reversed",
        "posted by ZIELINSKI amount",
        "W/BiometricPrompt: user 55020838 cancelled",
        "1 failed (employee 00079688, IBAN",
        "1 failed (employee tlarsson, IBAN",
        "maker x88213 checker c4417",
        "TELLER X (TLR 0417-08) OVERRIDE",
        "signed for principal thistlewood serial 7",
        "Login OAKHURST-M from 10.0.0.1",
        "limit approved by x48213 and",
        "freigegeben durch T697716",
        "modifié par T648184.",
        "posted by bjornhe amount",
        "User profile DJOHNSTN cannot sign on",
        "new starter, staff no 771824, needs",
        "reason FP-02, reviewer fperreault",
        "CRM Notiz von s.zwergentaler: Frau",
        "AD account mkowalska locked out after 5 attempts",
        "account is locked: user HBRANNIGAN, terminal",
        "Uživatel jnovak zablokován po 3 pokusech",
        "Användare alindq spärrad",
        "Kullanıcı ayilmaz kilitlendi",
        "PASSWORD NOT MATCHED FOR LOGONID HBRANNI",
    ],
    misses: &[
        "user session expired",
        "for user acceptance testing",
        "by user request",
        "user account locked out",
        "domain account locked out",
        "vpn account renewal failed",
        "AD account lockout policy applied",
        "savings account mkowalska was closed",
        "user account settings was opened",
        "user not found",
        "for user authentication",
        "login failed",
        "user root logged in",
        "user interface has changed",
        "login page is down",
        "as expected",
        "reset password for user from branch",
        "Failed password for root from 10.0.0.1",
        "logged in as root",
        "User is locked",
        "USER ACCOUNT LOCKED",
        "user com.bank.core.Service",
        "user agent_version 2",
        "login v2.3",
        "login 2026-03-02",
        "user id 12",
        "same as before",
        "user input was rejected",
        "user grace-period was set",
        "user max-age is over",
        "login attempt_count",
        "for user accounts",
        "user 'not found'",
        "for user admin@internal",
        "agent vmss-lin-000417 started",
        "sorted by last_name",
        "uid 1001 gid 1001",
        "served by a.load-balancer now",
        "held by db.0417.lock",
        "fixed by v2.1204.x",
        "check failed for request from gateway",
        "user 1700000000 ms",
        "staff 12",
        "grouped by customer_id",
        "caused by java.lang",
        "created by schema_v2",
        "image pulled by containerd.io in 3 s",
        "failure for request from",
        "owner kafka of topic",
        "agent v2.3 connected",
        "author unknown",
        "user data@rest encrypted",
        "approved by committee",
        "verified by kubelet()",
        "employee benefits were paid",
        "approved by v20241",
        "approved by A4 paper",
        "requested by kubelet",
        "posted by EODPOST",
        "reviewer comments were added",
        "user profile was updated",
        "user AUTHENTICATED by",
        "staff number is missing",
        "verursacht durch E44182",
        "caus\u{e9} par E44182",
        "Fehler von z.B. gestern",
    ],
};

/// Words for a user, in small letters; `as` only behind a word for logging in.
pub(super) const WORDS: &[&str] = &[
    "user",
    "username",
    "userid",
    "login",
    "logon",
    "logonid",
    "logname",
    "usuario",
    "utente",
    "utilisateur",
    "benutzer",
    "nutzer",
    "anwender",
    "gebruiker",
    "brukernavn",
    "bruker",
    "uzytkownik",
    "uzytkownika",
    "użytkownika",
    "użytkownik",
    "uživatel",
    "uživatele",
    "používateľ",
    "användare",
    "användaren",
    "kullanıcı",
    "käyttäjä",
    "utilizatorul",
    "korisnik",
    "uporabnik",
    "kasutaja",
    "lietotājs",
    "vartotojas",
    "utilizador",
    "kullanici",
    "usuaria",
    "operator",
    "operador",
    "operadora",
    "operatore",
    "operatrice",
    "op",
    "teller",
    "tlr",
    "clerk",
    "cashier",
    "principal",
    "sachbearbeiter",
    "erfasser",
    "freigeber",
    "bearbeiter",
    "genehmiger",
    "approver",
    "maker",
    "checker",
    "inputter",
    "authoriser",
    "authorizer",
    "verifier",
    "reviewer",
    "gestionnaire",
    "medewerker",
    "pracownik",
    "saksbehandler",
    "agent",
    "analyst",
    "officer",
    "owner",
    "author",
    "psu",
    "as",
    "als",
    "account",
    "password",
    "publickey",
    "failure",
    "failed",
    "staff",
    "employee",
    "uid",
    "pernr",
    "loginu",
    "tunnus",
    "by",
    "durch",
    "par",
    "door",
    "przez",
    "von",
];
/// Words for somebody, or for a program: only what is written as a user's name alone follows.
const VAGUE: &[&str] = &[
    "op",
    "principal",
    "agent",
    "analyst",
    "reviewer",
    "officer",
    "owner",
    "author",
    "psu",
    "medewerker",
    "pracownik",
    "staff",
    "employee",
    "uid",
    "pernr",
];
/// Words before `user` behind which only a name stands.
const BEFORE_USER: &[&str] = &["invalid", "for", "by", "unknown", "illegal", "of", "named", "failed", "authenticating"];
/// Words before `as`.
const BEFORE_AS: &[&str] =
    &["in", "on", "login", "logon", "logging", "su", "authenticated", "connected", "connect", "running", "angemeldet", "signed", "run", "sudo"];
/// Words before `account` behind which a user's name stands.
const BEFORE_ACCOUNT: &[&str] = &["ad", "domain", "windows", "ldap", "network", "sso", "vpn", "unix", "os", "login"];
/// Verbs behind the name of a user.
const VERBS: &[&str] = &[
    "logged",
    "locked",
    "is",
    "has",
    "was",
    "authenticated",
    "failed",
    "changed",
    "unlocked",
    "disabled",
    "enabled",
    "signed",
    "connected",
    "disconnected",
    "removed",
    "added",
    "from",
    "logs",
    "does",
    "exceeded",
    "denied",
    "approved",
    "rejected",
    "suspended",
    "hat",
    "wurde",
    "gesperrt",
    "est",
    "ha",
    "fue",
    "created",
    "deleted",
    "entered",
    "opened",
    "closed",
    "submitted",
    "released",
    "on",
    "at",
];

/// What persons do in a bank, and programs seldom.
const HUMAN_VERBS: &[&str] = &[
    "posted",
    "keyed",
    "entered",
    "approved",
    "authorised",
    "authorized",
    "signed",
    "countersigned",
    "reviewed",
    "amended",
    "reversed",
    "overridden",
    "override",
    "unlocked",
    "waived",
    "escalated",
    "verified",
    "acknowledged",
    "uploaded",
    "booked",
    "requested",
    "commented",
    "witnessed",
    "checked",
    "released",
    "raised",
    "modified",
    "changed",
    "closed",
    "assigned",
    "handled",
    "rejected",
    "cancelled",
    "onboarded",
];

const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=40;

fn find(spot: &Spot<'_>) -> Option<Found> {
    if let Some(found) = accepted(spot) {
        return Some(found);
    }
    static LIST: LazyLock<WordList> = LazyLock::new(|| WordList::new(WORDS));
    if !LIST.has(spot.word()) {
        return None;
    }
    let word = WORDS.iter().copied().find(|known| known.as_bytes().eq_ignore_ascii_case(spot.word()))?;
    if matches!(word, "by" | "durch" | "par" | "door" | "przez") {
        return done_by(spot);
    }
    // `Notiz von s.brandstaetter: ...`, `geändert von PWINKLER`; the word has many other uses.
    if word == "von" {
        return if spot.byte(spot.end + 2) == b'.' || is_behind_done(spot) { done_by(spot) } else { None };
    }
    let before = word_before(spot.text, spot.at);
    let among = |list: &[&str]| list.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(before));
    let bridge = matches!(word, "as" | "als");
    if matches!(word, "password" | "publickey" | "failure" | "failed") || spot.byte(spot.end) != b' ' || bridge && !among(BEFORE_AS) {
        return None;
    }
    if word == "account" && !among(BEFORE_ACCOUNT) {
        return None;
    }
    // `user account mkowalska was locked`, `staff no 771824`.
    let rest = spot.text.get(spot.end..).unwrap_or_default();
    let between = match word {
        "user" => &[&b" account "[..], b" profile "][..],
        "staff" | "employee" => &[&b" no "[..], b" no. ", b" number ", b" nr "],
        _ => &[],
    };
    let after = spot.end + between.iter().find(|words| rest.starts_with(words)).map_or(0, |words| words.len() - 1);
    let quote = Some(spot.byte(after + 1)).filter(|byte| matches!(byte, b'\'' | b'"' | b'[' | b'<' | b'('));
    let start = after + 1 + usize::from(quote.is_some());
    let rest = spot.text.get(start..)?;
    let len = rest.iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_name_byte(byte)).count();
    let name = rest.get(..len)?;
    // `BANK\mkowalska` is who `mkowalska` is.
    let domain = memchr::memrchr(b'\\', name).map_or(0, |sign| sign + 1);
    let (start, len, name) = (start + domain, len - domain, &name[domain..]);
    let name = name.get(..len - name.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-' | b'_')).count())?;
    let end = start + name.len();
    let next = spot.byte(end);
    // `vikram.s@internal`: a realm that is no domain.
    let rest = spot.text.get(end + 1..).unwrap_or_default();
    let realm = rest.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    let realm = &rest[..realm];
    let (end, next) = if next == b'@' && realm.len() >= 2 && !realm.contains(&b'.') && realm[0].is_ascii_lowercase() && among(BEFORE_USER) {
        (end + 1 + realm.len(), spot.byte(end + 1 + realm.len()))
    } else {
        (end, next)
    };
    if word == "account" && std::str::from_utf8(name).is_ok_and(|name| is_word(&name.to_ascii_lowercase())) {
        return None;
    }
    // `owner [CUSTOMER_7XN...]` was replaced.
    let label = |class: &PiiClass| name.strip_prefix(class.label().as_bytes()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"_"));
    if quote == Some(b'[') && PiiClass::ALL.iter().any(label) {
        return None;
    }
    // An address, a field of a record, a path and a call are no user.
    if !NAME_BYTES.contains(&name.len())
        || matches!(next, b'@' | b'=' | b'/' | b'(' | b'{' | b'[' | 0x80..)
        || (next == b':' && spot.byte(end + 1) > b' ')
        || spot.text.get(start..).is_some_and(is_label_of_value)
    {
        return None;
    }
    // `user 55020838`
    let numbered = matches!(word, "user" | "userid" | "employee" | "staff" | "pernr" | "loginu" | "tunnus" | "benutzer" | "username");
    if name.iter().all(u8::is_ascii_digit) {
        let sound = numbered && quote.is_none() && (6..=9).contains(&name.len()) && !super::is_measured(spot.text, end);
        return sound.then(|| Found::by_cue(start, end, PiiClass::User))?;
    }
    // `TLR 0417-08`
    if matches!(word, "teller" | "tlr" | "clerk" | "cashier")
        && (5..=9).contains(&name.len())
        && name.contains(&b'-')
        && name.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
    {
        return Found::by_cue(start, end, PiiClass::User);
    }
    // `teller T0093`, `maker x88213`
    if matches!(
        word,
        "teller"
            | "clerk"
            | "cashier"
            | "operator"
            | "maker"
            | "checker"
            | "approver"
            | "inputter"
            | "authoriser"
            | "authorizer"
            | "verifier"
            | "sachbearbeiter"
            | "bearbeiter"
            | "user"
    ) && is_staff_number(name)
    {
        return Found::by_cue(start, end, PiiClass::User);
    }
    // `Agent B4471: customer asks`: programs on machines are agents, too.
    if word == "agent" && is_staff_number(name) && (next == b':' || is_human_verb(spot.text.get(end..).unwrap_or_default())) {
        return Found::by_cue(start, end, PiiClass::User);
    }
    let quoted = quote.is_some_and(|quote| next == closing(quote) && matches!(quote, b'\'' | b'"'));
    if !name.iter().any(u8::is_ascii_alphabetic) || is_ordinary(name) {
        return None;
    }
    let certain = bridge
        || quoted
        || (word == "user" && among(BEFORE_USER) && ends_phrase(spot.text, end))
        || end > start + name.len()
        || followed_by_verb(spot.text, end);
    let shouted = is_shouted(name) && (spot.word().iter().all(u8::is_ascii_lowercase) || is_word_of_nobody(name));
    let plain = name.iter().all(u8::is_ascii_alphabetic);
    // `user jane-roe`: words of names and no others.
    let hyphened = !plain && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-') && is_name_of_words(name);
    let hyphened = hyphened || !plain && is_name_of_name_words(name) || is_family_and_initial(name);
    if VAGUE.contains(&word) {
        // `employee tlarsen`, `agent hkaur3`
        let letters = initials_and_family(std::str::from_utf8(name).unwrap_or_default());
        if letters == Some(Letters::Sure) || letters.is_some() && name.last().is_some_and(u8::is_ascii_digit) {
            return Found::by_cue(start, end, PiiClass::User);
        }
        // `signed for principal thistlewood`
        if word == "principal" && plain && before == b"for" && is_no_word(name) {
            return Found::by_cue(start, end, PiiClass::User);
        }
        let signed = name.iter().any(|byte| matches!(byte, b'_' | b'.')) || word == "psu";
        return (signed && is_identifier(name) && !name.contains(&b'-')).then(|| Found::by_cue(start, end, PiiClass::User))?;
    }
    (is_identifier(name) || hyphened || plain && (certain || shouted || is_no_word(name))).then(|| Found::by_cue(start, end, PiiClass::User))?
}

/// Whether all words between dashes are nobody's vocabulary, and one of them is a name.
fn is_name_of_words(name: &[u8]) -> bool {
    let words = || name.split(|&byte| byte == b'-').map(|word| std::str::from_utf8(word).unwrap_or_default());
    let sound = words().all(|word| word.len() >= 2 && (is_only_name(word) || !is_word(word)) && !is_ordinary(word.as_bytes()));
    sound && (2..=3).contains(&words().count()) && words().any(is_only_name)
}

/// `OAKHURST-M`: capitals of no dictionary or of a name, and a letter.
fn is_family_and_initial(name: &[u8]) -> bool {
    let Some((family, [b'-', initial])) = name.split_last_chunk::<2>() else { return false };
    let word = std::str::from_utf8(family).unwrap_or_default();
    initial.is_ascii_uppercase()
        && word.len() >= 4
        && word.bytes().all(|byte| byte.is_ascii_uppercase())
        && (is_only_name(word) || !is_word(word) && !has_ending_of_word(&word.to_ascii_lowercase()))
        && !is_ordinary(family)
}

/// Whether all words between signs are names, even such as are ordinary words, and one of them is a given name: `page_rose`.
fn is_name_of_name_words(name: &[u8]) -> bool {
    let words = || name.split(|byte| matches!(byte, b'-' | b'_' | b'.')).map(|word| std::str::from_utf8(word).unwrap_or_default());
    let sound = words().all(|word| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && is_also_name(word));
    sound && words().count() == 2 && words().any(is_given)
}

/// Whether a word in small letters is of no dictionary, and long enough that none of the system's has it by chance.
fn is_no_word(name: &[u8]) -> bool {
    let word = std::str::from_utf8(name).unwrap_or_default();
    word.len() >= 5 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !is_word(word) && !has_ending_of_word(word)
}

/// Whether a word alone behind a name for a user can be somebody's login: small letters or capitals of no dictionary (`tanwl`, `FXTKO`), or initials and a
/// family (`rmartens`).
pub(crate) fn is_word_of_nobody(name: &[u8]) -> bool {
    let word = std::str::from_utf8(name).unwrap_or_default();
    let small = || is_no_word(name) || initials_and_family(word).is_some();
    let capitals = || {
        let lower = word.to_ascii_lowercase();
        (5..=12).contains(&name.len()) && name.iter().all(u8::is_ascii_uppercase) && !is_word(&lower) && !has_ending_of_word(&lower)
    };
    !is_ordinary(name) && (small() || capitals())
}

/// `Accepted password for bwillis from`: the lines of the secure shell.
fn accepted(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.end..)?.strip_prefix(b" for ")?;
    let among = [&b"password"[..], b"publickey", b"failure"].iter().any(|word| word.eq_ignore_ascii_case(spot.word()));
    let len = rest.iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_name_byte(byte)).count();
    let name = rest.get(..len)?;
    let start = spot.end + 5;
    // `bind failed for c.papadaki from`
    let among = among || spot.word().eq_ignore_ascii_case(b"failed") && is_identifier(name) && !name.contains(&b'-');
    let said = among && NAME_BYTES.contains(&len) && rest.get(len..)?.starts_with(b" from ") && !is_ordinary(name);
    said.then(|| Found::by_cue(start, start + len, PiiClass::User))?
}

/// Whether what somebody did stands before a German `von`: `geändert von`.
fn is_behind_done(spot: &Spot<'_>) -> bool {
    const DONE: [&str; 14] = [
        "geändert",
        "geaendert",
        "erfasst",
        "angelegt",
        "freigegeben",
        "gesperrt",
        "gelöscht",
        "storniert",
        "gebucht",
        "erstellt",
        "bearbeitet",
        "genehmigt",
        "entsperrt",
        "geprüft",
    ];
    let head = spot.text.get(..spot.at).unwrap_or_default().trim_ascii_end();
    DONE.iter().any(|done| head.ends_with(done.as_bytes()))
}

/// `suspended by cardops_ivanov`, `done by @ptr.svoboda`: two words by a dot or an underscore, of no dictionary unless they are names.
fn done_by(spot: &Spot<'_>) -> Option<Found> {
    let before = word_before(spot.text, spot.at);
    let done = spot.word() == b"von" && is_behind_done(spot)
        || before.len() >= 4
            && before.is_ascii()
            && (before.ends_with(b"ed") || [&b"done"[..], b"sent", b"made", b"given", b"taken", b"run"].contains(&before));
    let start = spot.end + 1 + usize::from(spot.byte(spot.end + 1) == b'@');
    let rest = spot.text.get(start..).filter(|_| spot.byte(spot.end) == b' ')?;
    let len = rest.iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_name_byte(byte)).count();
    let name = rest[..len].strip_suffix(b".").unwrap_or(&rest[..len]);
    let end = start + name.len();
    // `rm.0417.dcarr`: role, branch and login.
    let name = match name.splitn(3, |&byte| byte == b'.').collect::<Vec<_>>()[..] {
        [role, branch, login] if role.len() == 2 && branch.len() >= 3 && branch.iter().all(u8::is_ascii_digit) => login,
        _ => name,
    };
    if name.len() < end - start {
        let sound = name.len() >= 4 && name.iter().all(u8::is_ascii_lowercase) && !is_ordinary(name) && !matches!(spot.byte(end), b'.' | b'/');
        return sound.then(|| Found::by_cue(start, end, PiiClass::User))?;
    }
    // `approved by x48213`
    let person = HUMAN_VERBS.iter().any(|verb| verb.as_bytes().eq_ignore_ascii_case(before));
    let caused = [&b"verursacht"[..], b"ausgel\xc3\xb6st", b"caus\xc3\xa9", b"provoqu\xc3\xa9", b"veroorzaakt", b"spowodowany"]
        .iter()
        .any(|word| spot.text[..spot.at].trim_ascii_end().ends_with(word));
    if (person || !caused && !spot.word().eq_ignore_ascii_case(b"by"))
        && is_staff_number(name)
        && !matches!(spot.byte(end), b'/' | b'=' | b'@' | b'-' | b'_')
    {
        return Found::by_cue(start, end, PiiClass::User);
    }
    // `posted by ZIELINSKI`
    if done
        && name.len() >= 6
        && name.iter().all(u8::is_ascii_uppercase)
        && spot.word().iter().all(u8::is_ascii_lowercase)
        && std::str::from_utf8(name).is_ok_and(|name| is_only_name(name) || initials_and_family(&name.to_ascii_lowercase()).is_some())
    {
        return Found::by_cue(start, end, PiiClass::User);
    }
    // `posted by bjornh`
    if person
        && !matches!(spot.byte(end), b'(' | b'/' | b'=' | b'@' | b'[' | b'{' | 0x80..)
        && (name.len() >= 6 || !is_shouted(name))
        && is_word_of_nobody(name)
    {
        return Found::by_cue(start, end, PiiClass::User);
    }
    let sign = name.iter().position(|byte| matches!(byte, b'.' | b'_'))?;
    let (first, second) = (name.get(..sign)?, name.get(sign + 1..)?);
    // `k.osei-bonsu`
    if let (1, Some(dash)) = (first.len(), second.iter().position(|&byte| byte == b'-')) {
        let family = |part: &[u8]| part.len() >= 3 && part.iter().all(u8::is_ascii_lowercase) && !is_ordinary(part);
        let word = |part: &[u8]| std::str::from_utf8(part).is_ok_and(|word| is_word(word) && !is_also_name(word));
        let (left, right) = (&second[..dash], &second[dash + 1..]);
        let sound = name[sign] == b'.' && family(left) && family(right) && !word(left) && !word(right) && first[0].is_ascii_lowercase();
        return (sound && !matches!(spot.byte(end), b'/' | b'=' | b'@')).then(|| Found::by_cue(start, end, PiiClass::User))?;
    }
    let part = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let word = std::str::from_utf8(&part[..letters]).unwrap_or_default();
        let digits = part[letters..].iter().all(u8::is_ascii_digit);
        letters > 0 && digits && !is_ordinary(word.as_bytes()) && (letters < 3 || is_only_name(word) || !is_word(word) && !has_ending_of_word(word))
    };
    // `closed FALSE_POSITIVE by h.vandamme`
    // `pulled by containerd.io` is a host.
    const TOP_LEVEL: [&[u8]; 12] = [b"io", b"com", b"net", b"org", b"dev", b"sh", b"app", b"ai", b"co", b"eu", b"de", b"uk"];
    if name[sign] == b'.' && TOP_LEVEL.contains(&second) {
        return None;
    }
    let done = done || first.len() == 1 && name[sign] == b'.';
    let sound = done && NAME_BYTES.contains(&name.len()) && part(first) && part(second) && first.len().max(second.len()) >= 4;
    let ends = !matches!(spot.byte(end), b'(' | b'/' | b'=' | b'@' | b'[') && (spot.byte(end) != b':' || spot.byte(end + 1) == b' ');
    (sound && ends).then(|| Found::by_cue(start, end, PiiClass::User))?
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'\\')
}

fn closing(open: u8) -> u8 {
    match open {
        b'[' => b']',
        b'<' => b'>',
        b'(' => b')',
        quote => quote,
    }
}

/// Letters with digits, an underscore, one inner dot or a domain; no version, no time, no constant of parts that are ordinary words.
fn is_identifier(name: &[u8]) -> bool {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dots = name.iter().filter(|&&byte| byte == b'.').count();
    let signed = name.iter().any(|byte| matches!(byte, b'_' | b'\\')) || dots == 1;
    let ordinary = name.split(|byte| matches!(byte, b'_' | b'.' | b'-' | b'\\')).any(|part| part.len() > 1 && is_ordinary(part));
    letters >= 2 && dots <= 1 && name.len() >= 4 && (digits > 0 || signed) && !ordinary && !(letters == 1 && dots > 0)
}

/// Five capitals or more: the users of mainframes, and those of SAP and Oracle, which may be longer and are no words then.
fn is_shouted(name: &[u8]) -> bool {
    let lower = || String::from_utf8_lossy(name).to_ascii_lowercase();
    let long = || (9..=12).contains(&name.len()) && !is_word(&lower()) && initials_and_family(&lower()).is_some();
    name.iter().all(u8::is_ascii_uppercase) && ((5..=8).contains(&name.len()) || long())
}

fn followed_by_verb(text: &[u8], end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(b"'").or_else(|| rest.strip_prefix(b"\"")).unwrap_or(rest);
    let Some(rest) = rest.strip_prefix(b" ") else { return false };
    let len = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    VERBS.iter().any(|verb| verb.as_bytes().eq_ignore_ascii_case(&rest[..len]))
}

/// Whether no noun follows that the name would only describe: `for user acceptance testing`.
fn ends_phrase(text: &[u8], end: usize) -> bool {
    const AFTER: &[&[u8]] = &[
        b"by",
        b"with",
        b"in",
        b"because",
        b"due",
        b"after",
        b"via",
        b"to",
        b"and",
        b"but",
        b"ssh",
        b"port",
        b"using",
        b"until",
        b"while",
        b"successfully",
        b"not",
    ];
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(b" ")) else { return true };
    let len = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    len == 0 || rest.get(len) == Some(&b'=') || AFTER.iter().any(|word| word.eq_ignore_ascii_case(&rest[..len])) || followed_by_verb(text, end)
}

/// The number of a member of staff: a letter and four to seven digits, `T0093`, `x88213`; `v2024` is a version.
pub(crate) fn is_staff_number(name: &[u8]) -> bool {
    matches!(name, [letter, number @ ..] if letter.is_ascii_alphabetic()
        && !matches!(letter, b'v' | b'V') && (4..=7).contains(&number.len()) && number.iter().all(u8::is_ascii_digit))
}

/// Whether a blank and what persons alone do in a bank begin the bytes.
pub(crate) fn is_human_verb(behind: &[u8]) -> bool {
    let Some(rest) = behind.strip_prefix(b" ") else { return false };
    let len = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    HUMAN_VERBS.iter().any(|verb| verb.as_bytes() == &rest[..len])
}

/// The word before `at`, one blank between.
fn word_before(text: &[u8], at: usize) -> &[u8] {
    let Some(end) = at.checked_sub(1).filter(|&end| text[end] == b' ') else { return &[] };
    let len = text[..end].iter().rev().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    &text[end - len..end]
}
