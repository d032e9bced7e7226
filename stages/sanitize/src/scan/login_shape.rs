//! Logins of persons by their letters alone: names of a person with a sign between them wherever they stand free (`mei.watanabe`, `p_villanueva`,
//! `adm-jivanov`), initials and a family (`rsingh`, `mkowalska04`) where something says that somebody stands there: quotes, brackets, a number behind
//! them, a word before them. Without one they may be a word of a language that no list has.
//!
//! [`WORDS`] are such words in eleven million of source code and change logs; nearly all else that was found there was somebody's login.

use schemas::pii::PiiClass;

use super::gazetteer::Known;
use super::hits::Hit;
use super::users::is_file_ending;
use crate::detect::{is_human_verb, is_no_user};
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of a login of letters.
const LOGIN_BYTES: std::ops::RangeInclusive<usize> = 5..=20;
/// Letters of the shortest family behind initials, and of the shortest where a word before says that somebody follows.
const FAMILY_BYTES_MIN: usize = 5;
const SAID_FAMILY_BYTES_MIN: usize = 4;
/// Digits behind a name.
const DIGITS_MAX: usize = 4;
/// Endings that families have and hardly a word: what stands before them is on no list maybe.
#[rustfmt::skip]
const FAMILY_ENDINGS: &[&str] = &[
    "sson", "sdottir", "owski", "ewski", "inski", "ynski", "owska", "ewska", "inska", "ynska", "ewicz", "owicz", "escu", "enko", "czuk", "opoulos", "oglu",
    "ishvili", "ovic", "evic", "ovich", "evich", "etti", "elli", "ucci", "sdorf", "huber", "mayer", "meier", "quist", "strom", "lund", "berg", "gaard",
];
/// Letters of the shortest family that is known by its ending.
const ENDING_FAMILY_BYTES_MIN: usize = 7;
/// Endings of words.
const ENDINGS: &[&str] = &["s", "es", "ed", "d", "ing", "er", "ers", "or", "ors", "ly", "ness", "ies", "able", "en", "n"];
/// Words before a login of letters alone.
const BEFORE_LOGINS: &[&str] = &[
    "hint",
    "badge",
    "pernr",
    "authid",
    "owner",
    "author",
    "employee",
    "officer",
    "approver",
    "checker",
    "maker",
    "for",
    "by",
    "of",
    "as",
    "von",
    "durch",
    "par",
    "por",
    "door",
    "af",
    "av",
    "przez",
    "da",
    "staff",
    "agent",
    "analyst",
    "clerk",
    "advisor",
    "adviser",
    "banker",
    "id",
    "trader",
    "target",
    "subject",
    "caller",
    "with",
    "unblock",
    "unlock",
    "block",
    "lock",
    "disable",
    "enable",
    "deactivate",
    "reactivate",
    "impersonate",
    "offboard",
    "onboard",
    "principal",
    "identity",
    "handle",
    "to",
    "from",
    "logout",
    "kinit",
    "su",
    "u",
    "witn",
    "witness",
    "auth",
    "assigned",
    "os",
    "handler",
    "cashier",
    "ack",
];
/// Segments of paths that a login follows.
const SEGMENTS: &[&[u8]] =
    &[b"/users/", b"/user/", b"/staff/", b"/employees/", b"/operators/", b"/people/", b"/profiles/", b"/profile/", b"/agents/", b"/tellers/"];
/// What banks write before the login of somebody who is more than a user or less.
const RIGHTS: &[&str] = &[
    "adm",
    "admin",
    "sadm",
    "sadmin",
    "ext",
    "guest",
    "priv",
    "contractor",
    "partner",
    "vendor",
    "temp",
    "su",
    "ops",
    "aml",
    "kyc",
    "fr",
    "fraud",
    "tlr",
    "teller",
    "agt",
    "agent",
    "cc",
    "crm",
    "dba",
    "sec",
    "soc",
    "noc",
    "rm",
    "mgr",
    "clk",
    "usr",
    "hr",
    "bo",
    "fo",
    "mo",
    "sup",
    "trn",
    "tst",
    "opr",
    "readonly",
    "ro",
    "rw",
    "reporting",
];
/// Those of them behind which a number is a person's too: `usr_8817203`; an agent may be a program.
const RIGHTS_OF_NUMBERS: &[&str] = &["usr", "opr", "tlr", "teller", "clk"];
/// Endings of hosts that are families' names too.
const HOSTS: &[&str] = &["edu", "com", "org", "net", "gov", "int", "info", "bank", "local", "corp"];
/// Words of programs and their writers that the dictionaries do not have, and that are initials and a family as well; sorted.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "abspath", "algolia", "asshelp", "assumption", "baltic", "barline", "bitrate", "boolean", "brevert", "bufread", "cancell", "cancels",
    "centerline", "chromeos", "clippy", "codeberg", "codeblock", "colours", "copyfrom", "covalent", "covance", "cpuinfo", "dbline", "deferral",
    "deregister", "discontinuation", "dockerd", "erlangen", "expando", "fchown", "flakey", "fspath", "genlow", "gitlab", "herland", "iframes",
    "inorder", "ischroot", "jacobian", "juelich", "keyring", "keytool", "latomic", "lchown", "localise", "localised", "mapfile", "misinformation",
    "mkstemp", "modeline", "mombasa", "movability", "msgring", "mycroft", "namelink", "namings", "nframes", "nonconst", "oneline", "ospath",
    "parens", "playlist", "polaris", "postimage", "prelink", "programmability", "quartiles", "recency", "refleak", "relink", "resumption",
    "schannel", "secring", "seedling", "simatic", "smarty", "solarish", "srcline", "subarch", "subline", "supernet", "syshelp", "syspath",
    "tablegen", "tablespace", "tetris", "timedlock", "timings", "tiscali", "tkinter", "tmpfile", "tokenise", "topline", "unpickler", "uparrow",
    "userland", "varlen", "vishing", "vtables", "whatami", "xheader", "zipfile",
];

/// How sure letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// They are one in quotes and brackets and with a number behind them, too.
    Sure,
    /// They are one where a word says so.
    Said,
}

impl Worker<'_> {
    /// Replaces the word when it is a person's login by its letters, and stands free.
    #[inline(never)]
    pub(super) fn login_of_letters(&mut self, text: &str, (at, end): (usize, usize), base: usize) -> Option<usize> {
        let letters = initials_and_family(cut(text, at, end))?;
        let bytes = text.as_bytes();
        if is_element(bytes, (at, end)) {
            return None;
        }
        let before = at.checked_sub(1).map_or(b' ', |at| bytes[at]);
        let next = bytes.get(end).copied().unwrap_or(b' ');
        let stops = next == b'.' && bytes.get(end + 1).is_none_or(|&byte| byte <= b' ');
        let mention = is_mention(bytes, at);
        // `[09:41] rsingh: who touched it`, `14/10 11:26 rsingh: spk to her`
        let opens = || cut(text, 0, at).trim_end().ends_with(|c: char| matches!(c, ']' | '>') || c.is_ascii_digit());
        let speaks = next == b':' && bytes.get(end + 1) == Some(&b' ') && letters == Letters::Sure && opens();
        let said = || {
            let head = cut(text, 0, at).trim_end_matches([' ', ':', '=']);
            // `auth1=rsingh auth2=mkowalska`
            let head = if before == b'=' { head.trim_end_matches(|c: char| c.is_ascii_digit()) } else { head };
            let word = head.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            matches!(before, b' ' | b'=') && BEFORE_LOGINS.iter().any(|known| known.eq_ignore_ascii_case(word))
        };
        let free = (mention || matches!(before, b' ' | b'"' | b'\'' | b'=' | b'(' | b'[' | b'<' | b',' | b'\n' | b'\t'))
            && (stops
                || (mention || speaks || said() && letters == Letters::Sure) && next == b':'
                || matches!(next, b' ' | b'"' | b'\'' | b',' | b';' | b')' | b']' | b'>' | b'\n' | b'|'));
        // `CONNECT x.example:443 rsingh HIER_NONE/-` of a proxy.
        let relayed = before == b' ' && bytes[end..].starts_with(b" HIER_");
        // `rsingh approved payment PMT-4418`
        let acts = letters == Letters::Sure && begins_message(cut(text, 0, at)) && is_human_verb(&bytes[end..]);
        // `/users/rsingh/devices`
        let routed = before == b'/'
            && matches!(next, b'/' | b'?' | b' ' | b'"' | b'\'' | b'\n')
            && SEGMENTS.iter().any(|segment| bytes[..at].ends_with(segment));
        let free = free || routed;
        let numbered = bytes[end - 1].is_ascii_digit();
        let enclosed = matches!((before, next), (b'"', b'"') | (b'\'', b'\'') | (b'(', b')') | (b'[', b']') | (b'<', b'>'));
        // Elsewhere it may be a word of a language that no list has: `status: gekomen`, `solicita aplazar cuota`.
        let sure = letters == Letters::Sure && (numbered || enclosed);
        if !free || self.hits.floor(base) > at || !(sure || mention || speaks || routed || relayed || acts || said()) {
            return None;
        }
        let made = self.make(PiiClass::User, cut(text, at, end))?;
        self.hits.push(base, Hit { start: at, end, made });
        Some(end)
    }
}

/// Whether the word is the name of an element that is closed again: `<dbuser>mkeller82</dbuser>`.
pub(super) fn is_element(bytes: &[u8], (at, end): (usize, usize)) -> bool {
    const REACH_BYTES: usize = 256;
    if at == 0 || bytes.get(end) != Some(&b'>') || !matches!(bytes[at - 1], b'<' | b'/') {
        return false;
    }
    let word = &bytes[at..end];
    let behind = &bytes[end..bytes.len().min(end + REACH_BYTES)];
    bytes[..at].ends_with(b"</") || memchr::memmem::find_iter(behind, b"</").any(|close| behind[close + 2..].starts_with(word))
}

/// Whether nothing of a message stands before: the line begins, or a time, a level or a thread in brackets ended.
fn begins_message(head: &str) -> bool {
    let head = head.trim_end_matches(' ');
    head.is_empty() || head.ends_with([':', ']', '-', '\n', '>', '|', '"'])
}

/// Whether the word at `at` is somebody who is spoken to: `@sgomez: can someone look`.
fn is_mention(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b'@' && (at == 1 || bytes.get(at - 2).is_some_and(|&byte| byte <= b' ' || byte == b'('))
}

/// Whether the word of `len` bytes at `at`, which has one sign or two, is the login of a person and stands free.
pub(super) fn is_login_of_parts(text: &str, at: usize, len: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).map_or(b' ', |at| bytes[at]);
    let next = bytes.get(at + len).copied().unwrap_or(b' ');
    let mention = is_mention(bytes, at);
    let colon = next == b':' && bytes.get(at + len + 1).is_none_or(|&byte| byte == b' ');
    // `comment by nadine.schreiber: it fails`, `[09:41] pawel.d: who touched it`
    let head = cut(text, 0, at);
    let speaks = || head.trim_end_matches(' ').ends_with([']', '>', '\n']) || head.trim_end_matches(' ').is_empty();
    let by = colon && matches!(before, b' ' | b'\n') && ([" by ", " for ", " of ", " from "].iter().any(|word| head.ends_with(word)) || speaks());
    let before = if mention { b' ' } else { before };
    let stops = next == b'.' && bytes.get(at + len + 1).is_none_or(|&byte| byte <= b' ');
    let next = if (mention || by) && colon || stops { b' ' } else { next };
    let apart = !matches!(before, b'/' | b'.' | b'@' | b'-' | b'_' | b'$' | b'%' | b'\\' | b'#' | b'<')
        && !matches!(next, b'(' | b'/' | b'=' | b'\\' | b'@' | b':' | b'[' | b'{' | b'.' | b'-' | b'_' | 0x80..);
    apart && is_login_with_rights(cut(text, at, at + len))
}

/// Whether a word with signs is the login of a person, with or without what says more of its rights.
fn is_login_with_rights(word: &str) -> bool {
    // `x-soc-bduarte`
    let inner = word.split_once(['-', '_']).filter(|(letter, rest)| letter.len() == 1 && rest.contains(['-', '_']));
    let word = inner.filter(|(letter, _)| letter.bytes().all(|byte| byte.is_ascii_lowercase())).map_or(word, |(_, rest)| rest);
    let right = word.find(['-', '_', '.']).and_then(|sign| Some((word.get(..sign)?, word.get(sign + 1..)?)));
    if let Some((right, login)) = right
        && (5..=8).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_digit())
        && RIGHTS_OF_NUMBERS.iter().any(|known| known.eq_ignore_ascii_case(right))
    {
        return true;
    }
    if let Some((right, login)) = right
        && RIGHTS.iter().any(|known| known.eq_ignore_ascii_case(right))
        && (is_two_names(login)
            || initials_and_family(&login.to_ascii_lowercase()).is_some()
            || login.len() >= 4 && Known::of(login).is_family_alone())
    {
        return true;
    }
    // `rsingh-adm`
    let behind = word.rsplit_once(['-', '_', '.']).filter(|(_, right)| RIGHTS.iter().any(|known| known.eq_ignore_ascii_case(right)));
    behind.is_some_and(|(login, _)| initials_and_family(login) == Some(Letters::Sure)) || is_two_names(word)
}

/// Whether a word is names of a person that are no other words, parted by a dot or an underscore, a number behind them or not: given and family in either
/// order, or an initial and a family.
pub(crate) fn is_two_names(word: &str) -> bool {
    let names = word.trim_end_matches(|c: char| c.is_ascii_digit());
    // `lucia.moreno.88`
    let names = if names.len() < word.len() { names.strip_suffix(['.', '_']).unwrap_or(names) } else { names };
    let Some(sign) = names.bytes().find(|byte| matches!(byte, b'.' | b'_')).map(char::from) else { return false };
    let Some((first, second)) = names.split_once(sign) else { return false };
    // `nerys.w.morgan`
    let second = match second.split_once(sign) {
        Some((middle, family))
            if middle.len() == 1 && first.len() >= 3 && family.len() >= 3 && middle.bytes().all(|byte| byte.is_ascii_lowercase()) =>
        {
            family
        }
        _ => second,
    };
    if !first.bytes().all(|byte| byte.is_ascii_alphabetic())
        || word.len() - names.len() > DIGITS_MAX + 1
        || !second.bytes().all(|byte| byte.is_ascii_alphabetic())
        || is_hump(first)
        || is_hump(second)
        || is_file_ending(second)
        || HOSTS.contains(&second)
    {
        return false;
    }
    let given = |name: &str, least: usize| name.len() >= least && Known::of(name).is_given() && Known::of(name).only_name() && name != "param";
    let family = |name: &str| name.len() >= 4 && Known::of(name).is_name();
    let alone = |name: &str| name.len() >= 4 && Known::of(name).only_name();
    if first.len() >= 3 && second.len() >= 3 {
        let known = match sign {
            // `mei.watanabe`, `daniel.stone`: families may be words.
            '.' => given(first, 4) && family(second) || given(first, 3) && alone(second) || given(second, 3) && alone(first),
            _ => given(first, 4) && alone(second) || given(second, 4) && alone(first),
        };
        return known || second.len() >= 5 && given(first, if sign == '.' { 4 } else { 5 }) && is_of_no_list(second);
    }
    let alone = |name: &str| name.len() >= FAMILY_BYTES_MIN && Known::of(name).is_family_alone() && !is_word_of_programs(name);
    // `pawel.d`, `grzegorz_k81`; `ana.c` may be a file.
    if second.len() == 1
        && (given(first, 5) || given(first, 4) && sign == '.' && !matches!(second, "c" | "h" | "o" | "s" | "d" | "r" | "m"))
        && second != "t"
    {
        return true;
    }
    let same = first.bytes().chain(second.bytes()).all(|byte| byte.is_ascii_lowercase())
        || first.bytes().chain(second.bytes()).all(|byte| byte.is_ascii_uppercase());
    match sign {
        // `a.tobler`, `G.Wilford`, `hj.oertel`; behind a dot one letter says what is in a file.
        '.' => (1..=2).contains(&first.len()) && alone(second),
        // `a_monteiro`, `KOWALSKA_M`; of two letters there are many in programs.
        _ => same && (first.len() == 1 && alone(second) || second.len() == 1 && second != "t" && alone(first)),
    }
}

/// Whether small letters are on no list: behind a given name, a family that is not known.
fn is_of_no_list(word: &str) -> bool {
    let known = Known::of(word);
    word.bytes().all(|byte| byte.is_ascii_lowercase()) && !known.is_word() && !known.is_name() && !is_inflected(word)
}

/// Whether there is a capital behind a small letter, as in names of programs.
fn is_hump(word: &str) -> bool {
    word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

fn is_word_of_programs(word: &str) -> bool {
    WORDS.binary_search(&word).is_ok()
}

/// Whether a word of small letters, a number behind it or not, is the login of a person by its letters alone: one or two initials and the name of a family
/// that is no word (`rsingh`, `mkowalska04`), where the whole is neither a word, nor one with an ending, nor a name.
pub(crate) fn initials_and_family(word: &str) -> Option<Letters> {
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let of_family = |least: usize| {
        let family = |initials: usize| name.get(initials..).is_some_and(|family| family.len() >= least && Known::of(family).is_family_alone());
        family(1) || least == FAMILY_BYTES_MIN && family(2)
    };
    if !LOGIN_BYTES.contains(&word.len()) || word.len() - name.len() > DIGITS_MAX || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let letters = if of_family(FAMILY_BYTES_MIN) {
        Letters::Sure
    } else if of_family(SAID_FAMILY_BYTES_MIN)
        || name.get(1..).is_some_and(|family| family.len() >= FAMILY_BYTES_MIN && Known::of(family).is_name() || ends_like_family(family))
    {
        Letters::Said
    } else {
        return None;
    };
    let whole = Known::of(name);
    let login = !whole.is_word() && !whole.is_name() && !is_inflected(name) && !is_no_user(name.as_bytes()) && !is_word_of_programs(name);
    login.then_some(letters)
}

/// `vorlundsson`, `zawadowski`: whether a word of no list ends as families do.
fn ends_like_family(word: &str) -> bool {
    word.len() >= ENDING_FAMILY_BYTES_MIN && !Known::of(word).is_word() && FAMILY_ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether a word has an ending behind another word: `calling`, `expires`, `locator`. Dictionaries have their stems.
fn is_inflected(name: &str) -> bool {
    ENDINGS.iter().filter_map(|ending| name.strip_suffix(ending)).any(|stem| {
        let doubled = stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b);
        let known = |stem: &str| Known::of(stem).is_word();
        known(stem) || doubled && stem.get(..stem.len() - 1).is_some_and(known) || ["e", "y"].iter().any(|tail| known(&format!("{stem}{tail}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{engine, scan_text};

    #[test]
    fn initials_and_a_family_are_a_login_and_words_with_endings_are_none() {
        for login in ["rsingh", "mkowalska04", "jvandermeer", "mwhitlock"] {
            assert_eq!(initials_and_family(login), Some(Letters::Sure), "{login}");
        }
        assert_eq!(initials_and_family("mdang"), Some(Letters::Said));
        assert_eq!(initials_and_family("kvorlundsson"), Some(Letters::Said));
        for word in ["calling", "expires", "locator", "daemons", "matcher", "singh", "balance", "rsingh12345", "Rsingh", "boolean", "keyring"] {
            assert_eq!(initials_and_family(word), None, "{word}");
        }
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn two_names_are_a_login() {
        for login in [
            "mei.watanabe",
            "heike_lorenz",
            "daniel.stone",
            "m.elsayed",
            "p_villanueva",
            "pawel.d",
            "grzegorz_k81",
            "jussi.kivilinna",
            "pavel_roskin",
            "KOWALSKA_M",
            "lorenz.heike",
            "m.lombardi85",
            "G.Wilford",
            "lucia.moreno.88",
            "nerys.w.morgan",
        ] {
            assert!(is_two_names(login), "{login}");
        }
        for word in [
            "maria.db",
            "anna.lib",
            "p_value",
            "is_kelvin",
            "purdue.edu",
            "kozlov.c",
            "owens_t",
            "m_bufferSize",
            "a.b",
            "salo",
            "anna.c",
            "param_idents",
            "rand_distr",
        ] {
            assert!(!is_two_names(word), "{word}");
        }
    }

    #[test]
    fn logins_that_stand_free_are_hidden() {
        for (text, user) in [
            ("PSM: safe of ldubois checked out", "ldubois"),
            ("failed at stage UAT: x:117, started by mdang, took 14 min", "mdang"),
            ("@sgomez: can someone check why it is stuck", "sgomez"),
            ("4.2% -- ack by @jvandenberg", "jvandenberg"),
            ("Subject: adm-jivanov Target Account: x", "jivanov"),
            ("attr GUEST-mferreira was set", "mferreira"),
            ("Bad credentials for 'heike_lorenz' attempt 3", "lorenz"),
            ("[p_villanueva] Peer Connection Initiated", "villanueva"),
            ("fingerprint changed for m.elsayed: canvas x", "elsayed"),
            ("entitlement X for kvorlundsson marked REVOKE", "kvorlundsson"),
            ("CONNECT paste.example:443 rsingh HIER_NONE/- text/html", "rsingh"),
            ("pls unblock rsingh, she is back", "rsingh"),
            ("2026-11-20 INFO [x] rsingh approved payment PMT-4418", "rsingh"),
            ("case handed over to rsingh, sudo -u mkowalska ls", "mkowalska"),
            ("account rsingh-adm locked, rsingh_ext too", "rsingh"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(user) && out.contains("[USER_"), "{user} in {out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        for text in [
            "expected boolean, got x",
            "read a keyring",
            "a/ldubois/b",
            "ldubois=1",
            "started by kafka",
            "m_ostapenko(x)",
            "betreft: overleg, status: gekomen",
            "abwicklung=gebracht presse=aktuell",
            "bestelling 12",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
