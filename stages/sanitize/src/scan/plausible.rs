//! Whether what stands behind a name can be its value.

use schemas::pii::PiiClass;

use super::key::KEY_BYTES_MAX;
use super::value::Value;
use crate::detect::{is_no_user, is_word_of_nobody};
use crate::fold::cut;

/// A name without the words in front of the next label: `Name: Jane Roe Account Domain: x`.
pub(super) fn without_next_label(text: &str, value: Value, class: PiiClass) -> Value {
    let mut value = value;
    while class == PiiClass::Name
        && value.prose
        && let Some((head, word)) = cut(text, value.start, value.end).rsplit_once(' ')
        && super::names::is_common(&word.to_lowercase())
    {
        value.end = value.start + head.len();
    }
    value
}

/// Methods of HTTP (RFC 9110 9.3).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Whether a value is the name of a program's part, as loggers have it (`fraud.scoring.batch`, `psp-gateway`), or of a file.
pub(crate) fn is_program(raw: &str) -> bool {
    let part = |part: &str| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'));
    let dots = || raw.bytes().filter(|&byte| byte == b'.').count();
    // Two parts may be somebody's given and family name, unless both are words and no names: `onboarding.tasks`.
    let dotted = || raw.split('.').all(part) && (dots() >= 2 || dots() == 1 && raw.split('.').all(is_thing));
    // `StatementController#render`
    let method = || raw.split_once('#').is_some_and(|(class, method)| super::names::is_technical(class) && !method.contains(' '));
    // `CLOSE_MATCH`, but not `ROE_JANE`: one word is a thing's, and none is a name alone.
    let state = || {
        let parts = || raw.split('_').filter(|part| !part.is_empty());
        raw.contains('_')
            && raw.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            && parts().any(|part| is_thing(&part.to_ascii_lowercase()))
            && !parts().any(super::names::is_only_name)
    };
    let small = || raw.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    // `card_declined`: two words and nobody's names.
    let joined = || {
        raw.contains('_')
            && raw.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && raw.split('_').all(|part| part.len() > 2 && is_thing(part))
    };
    // `psp-gateway`: nobody has a common word in a name of small letters.
    let dashed = || raw.contains('-') && small() && raw.split('-').any(is_thing);
    // `GetSpendingByCategory`
    let humps = || {
        let parts = humps_of(raw);
        parts.len() >= 3
            && parts.iter().all(|part| part.len() >= 2 && part.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()))
            && parts.iter().filter(|part| is_thing(&part.to_ascii_lowercase())).count() >= 2
    };
    // `GET /accounts/{id}`: what a span of HTTP is named after.
    let request =
        || raw.strip_prefix("HTTP ").unwrap_or(raw).split_once(" /").is_some_and(|(method, path)| METHODS.contains(&method) && !path.contains(' '));
    raw.len() <= 80 && (is_file(raw) || request() || humps() || is_field(raw) || state() || dotted() || dashed() || joined() || method())
}

/// Whether a value behind the name of somebody's is that of a thing: a program, a company that collects, a message.
pub(crate) fn is_of_thing(class: PiiClass, raw: &str) -> bool {
    match class {
        PiiClass::Name => is_program(raw) || is_creditor(raw) || is_sentence(raw),
        PiiClass::Session => is_message(raw),
        // `system:serviceaccount:argocd:x`: an account of Kubernetes.
        PiiClass::User => raw.starts_with("system:serviceaccount:") || raw.starts_with("system:node:") || is_sentence(raw),
        PiiClass::Customer => is_sentence(raw),
        _ => false,
    }
}

/// What somebody said, where who said it is the key: `customer: "hi i still cant see my refund from last week"`. It is searched like any text.
fn is_sentence(raw: &str) -> bool {
    const WORDS_MIN: usize = 6;
    let words = || raw.split(' ').filter(|word| !word.is_empty());
    raw.len() >= 24
        && words().count() >= WORDS_MIN
        && words().filter(|word| super::names::is_common(word) || super::names::is_word(word)).take(WORDS_MIN / 2).count() == WORDS_MIN / 2
        && words().filter(|word| word.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())).count() * 2 >= words().count()
}

/// The identifier of a creditor of direct debits (EPC AT-02): `NL58ZZZ640281730000`. People collect none.
fn is_creditor(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    (12..=35).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..7] == *b"ZZZ"
        && bytes[7..].iter().all(u8::is_ascii_alphanumeric)
}

/// The number of a message at Twilio: two capitals and thirty-two hexadecimal digits.
fn is_message(raw: &str) -> bool {
    let (kind, number) = raw.as_bytes().split_at(raw.len().min(2));
    matches!(kind, b"SM" | b"MM") && number.len() == 32 && number.iter().all(u8::is_ascii_hexdigit)
}

/// The name of a field where the name of somebody is expected, as in `<Data Name="TargetUserName">`: humps, of which the last says what its values are.
fn is_field(raw: &str) -> bool {
    const ENDINGS: [&str; 12] = ["Name", "Id", "ID", "Address", "Number", "Code", "Date", "Type", "Status", "Domain", "Reason", "Key"];
    let stem = ENDINGS.iter().find_map(|ending| raw.strip_suffix(ending));
    stem.is_some_and(|stem| {
        stem.len() >= 2 && stem.bytes().all(|byte| byte.is_ascii_alphabetic()) && stem.ends_with(|c: char| c.is_ascii_lowercase())
    })
}

/// The words of a name in humps; none where a sign or a digit stands in it.
fn humps_of(raw: &str) -> Vec<&str> {
    if !raw.bytes().all(|byte| byte.is_ascii_alphabetic()) || !raw.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..=raw.len() {
        if raw.as_bytes().get(at).is_none_or(u8::is_ascii_uppercase) {
            parts.extend(raw.get(start..at));
            start = at;
        }
    }
    parts
}

fn is_thing(word: &str) -> bool {
    use super::names::{is_also_name, is_common, is_word};
    is_common(word) || is_word(word) && !is_also_name(word)
}

/// `statement_2026_02.pdf`
fn is_file(raw: &str) -> bool {
    const ENDINGS: [&str; 14] = ["pdf", "csv", "xml", "json", "txt", "xlsx", "docx", "zip", "gz", "jar", "png", "jpg", "html", "log"];
    !raw.contains(' ') && raw.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending))
}

pub(super) fn is_identifier(raw: &str) -> bool {
    !raw.is_empty()
        && raw.len() <= KEY_BYTES_MAX
        && raw.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.'))
        || (raw.len() <= KEY_BYTES_MAX
            && raw.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && raw.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()))
}

/// Labels of logins as Windows events have them; a bank's own are of persons.
pub(super) fn is_login_label(label: &str) -> bool {
    ["account name", "user name", "logon account", "target user", "subject user", "logon user", "security id"]
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
}

/// Whether a word is a login behind a label that asks for one: `Account Name: ysalinas`, as Windows events have it.
fn is_login(label: &str, raw: &str) -> bool {
    is_login_label(label)
        && raw.len() >= 4
        && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !super::names::is_common(&raw.to_lowercase())
}

/// Whether a label is the name of a header of an own making: `X-User-Password`.
fn is_header_name(label: &str) -> bool {
    let label = label.trim_end();
    matches!(label.as_bytes(), [b'X' | b'x', b'-', _, ..]) && !label.contains(' ')
}

/// `uid=0`, `auid=1000`: the number of an account of a machine, as its kernel and its login programs log it.
fn is_system_user(label: &str, raw: &str) -> bool {
    let known = ["uid", "euid", "auid", "suid", "fsuid", "ruid", "loginuid"].iter().any(|known| label.eq_ignore_ascii_case(known));
    known && raw.len() <= 5 && raw.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a number is too small for its class. That of a house is not: `<BldgNb>12</BldgNb>`.
fn is_small_count(class: PiiClass, raw: &str, label: &str) -> bool {
    let whole = || ["address", "addresses", "adresse", "adressen"].iter().any(|word| label.to_ascii_lowercase().ends_with(word));
    let most = match class {
        PiiClass::Email => 6,
        PiiClass::Address if whole() || label.to_ascii_lowercase().ends_with("line") => 3,
        PiiClass::Card | PiiClass::Iban | PiiClass::Name => 3,
        // `nip=0`, `fan=2`: a word of another language.
        PiiClass::NationalId | PiiClass::Ssn | PiiClass::Account | PiiClass::Phone | PiiClass::Device => 2,
        _ => 0,
    };
    raw.len() <= most && raw.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a value is a place for one: `:1`, `?2`, `%s`, `${user}`, `#{name}`, `{0}`, or the column of a join under the same name (`t.customer_id=s.customer_id`).
fn is_template(raw: &str, label: &str) -> bool {
    let number = |rest: &str| rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let column = || {
        let (alias, column) = raw.split_once('.')?;
        let small = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let own = label.rsplit('.').next()?;
        Some(small(alias) && alias.len() <= 12 && small(column) && column == own.trim())
    };
    raw.strip_prefix([':', '?']).is_some_and(number)
        || matches!(raw, "%s" | "%d" | "%v" | "%q" | "{}")
        || ["${", "#{", "{{", "%{", "@{"].iter().any(|open| raw.starts_with(open))
        || raw.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(number)
        || column() == Some(true)
}

/// `models.W036`.
fn is_warning(raw: &str) -> bool {
    let Some((module, code)) = raw.rsplit_once('.') else { return false };
    let known = matches!(code.as_bytes().first(), Some(b'C' | b'D' | b'E' | b'I' | b'W'));
    let small = known && !module.is_empty() && module.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'));
    let digits = code.get(1..).unwrap_or_default();
    small && (3..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of a service as Kubernetes gives it, maybe with a port. Other domains of a house have the machines of people in them.
fn is_inner_host(raw: &str) -> bool {
    let host = raw.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(raw, |(host, _)| host);
    let shaped =
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) && host.bytes().any(|byte| byte.is_ascii_lowercase());
    shaped && [".svc", ".svc.cluster.local"].iter().any(|domain| host.ends_with(domain))
}

/// Whether what stands behind a name can be its value. Prose (`account: locked`) is judged by shape.
pub(super) fn plausible(class: PiiClass, raw: &str, value: Value, label: &str) -> bool {
    if crate::worker::is_placeholder(raw) {
        return false;
    }
    if is_of_thing(class, raw) || class == PiiClass::User && raw == "/" {
        return false;
    }
    // `memberId='ledger-2-0c77e1aa-91f2-4b6e-8d30-5a1be2f09c44'`: of a group of programs. `auid=4294967295`: nobody logged in (auditd).
    let of_group = || {
        label.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("member"))
            && super::references::ends_with_uuid(raw.as_bytes())
            && raw.as_bytes()[..raw.len() - 37].contains(&b'-')
    };
    if class == PiiClass::Customer && of_group() || class == PiiClass::User && matches!(raw, "4294967295" | "-1") {
        return false;
    }
    // `loans.Plan.name: (models.W036)`: the number of a warning. `remote_addr=rates.core.svc.cluster.local:7070`: a machine of the house, no address.
    if class == PiiClass::Name && label.ends_with(".name") && is_warning(raw) || class == PiiClass::Ip && is_inner_host(raw) {
        return false;
    }
    // `home=CNY`: the currency of a card.
    if class == PiiClass::Address && label.eq_ignore_ascii_case("home") && raw.len() == 3 && raw.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    // `RCPT=PAPER LOW`: the state of a printer.
    if class == PiiClass::Email && label == "RCPT" && ["PAPER", "OK", "LOW", "OUT", "JAM", "FATAL", "GOOD"].contains(&raw) {
        return false;
    }
    // Parameters of statements: `account_no=$2`, `BirthDate=@b`.
    if raw.strip_prefix('$').is_some_and(|number| !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    if is_template(raw, label) {
        return false;
    }
    // The session of a login on a machine: `Logon ID: 0x3E7`.
    if class == PiiClass::User && raw.strip_prefix("0x").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return false;
    }
    // The program status word of a mainframe, half of it: `PSW=078D1000 80A4F2C6`.
    if label == "PSW" && raw.len() == 8 && raw.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F')) {
        return false;
    }
    if let Some(parameter) = raw.strip_prefix(['@', ':'])
        && !value.delimited
        && class != PiiClass::Secret
        && parameter.len() <= 24
        && !parameter.contains(['@', ':', '.', ' '])
        && parameter.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return false;
    }
    // `lat=3.1ms` is a latency.
    if class == PiiClass::Geo
        && raw.as_bytes()[0].is_ascii_digit()
        && ["ms", "us", "s", "µs", "ns"]
            .iter()
            .any(|unit| raw.strip_suffix(unit).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')))
    {
        return false;
    }
    // `fname=Root\\Operating System`: the name of a file (ArcSight CEF).
    if class == PiiClass::Name && label == "fname" && raw.contains(['\\', '/']) {
        return false;
    }
    // The code of a branch or a machine is no place: `location=CPH-04`.
    if class == PiiClass::Geo
        && raw.len() <= 9
        && raw.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
        && raw.as_bytes()[0].is_ascii_uppercase()
    {
        return false;
    }
    // `NO_EMAIL=31`, `BAD_ADDRESS=12`, `cards:2` count.
    if is_small_count(class, raw, label) || class == PiiClass::User && (is_system_user(label, raw) || is_no_user(raw.as_bytes())) {
        return false;
    }
    let digits = raw.bytes().filter(|byte| byte.is_ascii_digit() || *byte >= 0x80).count();
    if value.delimited || !value.prose {
        // `account=savings`, `card=blocked`: what is not in quotes and has no digit is the state of the thing, and no number.
        use PiiClass::{Account, BirthDate, Card, Ip, Mac, NationalId, Phone, Ssn};
        let word = raw.bytes().all(|byte| byte.is_ascii_lowercase());
        return value.delimited || digits > 0 || !word || !matches!(class, Account | BirthDate | Card | Ip | Mac | NationalId | Phone | Ssn);
    }
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    // `X-User-Password: zbdpxfjps`: a header is no prose.
    if is_header_name(label) && raw.len() >= 4 && !raw.contains(' ') && matches!(class, PiiClass::Secret | PiiClass::User) {
        return true;
    }
    match class {
        PiiClass::Name => {
            raw.chars().next().is_some_and(|first| first.is_alphabetic() && !first.is_lowercase()) && digits == 0 && !super::names::is_common(raw)
        }
        PiiClass::Address => digits > 0 || raw.contains(' '),
        PiiClass::Email => raw.contains('@'),
        // `mobile: build=44182`, `tel: v2.17.0`: a part of a program.
        PiiClass::Phone => {
            digits >= 3 && raw.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | '*' | '#' | 't' | 's')) && !raw.contains('=')
        }
        PiiClass::Secret => digits > 0 || raw.len() >= 16 || raw.bytes().any(|byte| byte.is_ascii_punctuation()),
        // `CPU: user: 4.18 s` is a time.
        PiiClass::User if raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && raw.contains('.') => false,
        PiiClass::User => digits > 0 || raw.contains(['.', '_', '@', '\\']) || is_login(label, raw) || is_word_of_nobody(raw.as_bytes()),
        PiiClass::Ip | PiiClass::Mac => digits > 0 && raw.contains(['.', ':', '-']),
        PiiClass::BirthDate | PiiClass::Geo => digits > 0,
        _ => digits >= 3,
    }
}
