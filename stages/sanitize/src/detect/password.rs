//! Passwords in prose: `password is hunter2`, `pwd 'qwerty99'`, `password changed to S0mmer!`.
//!
//! Format: any word with a digit right behind a name of a password; the value reaches to the next blank or closing quote. What stands behind `=` or `:` is
//! the pairs' matter (`scan::pair`), with or without digits. Dropped, never tokenised: equality of passwords is a secret too.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
};

/// A password with letters and digits.
pub(crate) const PASSWORD: Detector = Detector {
    id: "password",
    trigger: Trigger::Mixed,
    needs: Needs::named(1, Needs::MAX),
    find,
    matches: &[
        "password is Sommer2024! for",
        "pwd 'qwerty99'",
        "password changed to hunter2",
        "Passwort Geheim1",
        "mot de passe abc123",
        "mysql --password x9y8 -u",
        "api key 9f8e7d6c5b4a39281706 revoked",
        "AccountKey=4noThnZZqZb55VYWnlZbe/Jy/8jQBTp/kMS+i7EMQikqKA94==;",
        "?sp=r&sig=9BaZe_pZs7c2-7MbD9wUs3O9qVi6FKXUJyRqNEmtJM4&se=2026",
    ],
    misses: &["password policy v2", "password reset by u42", "bypass h2", "password rule2fa enabled", "token v2", "token count 1234567890123456"],
};

/// One of digits alone.
pub(crate) const PASSWORD_DIGITS: Detector = Detector {
    id: "password_digits",
    trigger: Trigger::Digits,
    needs: Needs::named(1, Needs::MAX),
    find,
    matches: &["password is 123456", "pwd \"99887766\""],
    misses: &["password 3 of 5", "password expires in 30 days", "password age 123456"],
};

/// Names that a value may follow directly.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "pwd", "passwd", "passwort", "kennwort", "mot de passe", "contraseña", "contrasena", "senha", "password is", "password was", "password to", "password set to", "password changed to",
    "password reset to", "password entered", "passphrase is", "passphrase", "secret is", "wachtwoord", "password typed", "password tried", "with password",
];

/// Names of longer secrets, and of passwords on a command line.
#[rustfmt::skip]
pub(super) const KEY_NAMES: &[&str] = &["api key", "apikey", "access token", "auth token", "client secret", "secret key", "account key", "shared access key", "sas key", "signing key", "encryption key", "hmac key", "refresh token", "id token", "session token", "bearer token", "api token", "api secret", "webhook secret", "secret", "sig", "token", "password"];

/// Least bytes of a value.
const VALUE_BYTES_MIN: usize = 4;

fn find(spot: &Spot<'_>) -> Option<Found> {
    let rest = spot.text.get(spot.at..)?;
    // Most candidates are too short, which costs less to see than what stands before them.
    if rest.get(..VALUE_BYTES_MIN)?.iter().any(|&byte| ends_value(byte)) {
        return None;
    }
    let name = cue::behind(spot, List::Password).or_else(|| cue::behind(spot, List::Key))?;
    let parameter = KEY_NAMES.contains(&name);
    let end = rest.iter().position(|&byte| ends_value(byte) || (parameter && byte == b'&')).unwrap_or(rest.len());
    let value = rest.get(..end)?;
    let kept = value.len() - value.iter().rev().take_while(|&&byte| matches!(byte, b'.' | b':')).count();
    if name == "secret" && is_object_name(spot.text.get(..spot.at)?, value, rest.get(end + 1..).unwrap_or_default()) {
        return None;
    }
    let asked = spot.text.get(..spot.at)?.last().is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let said = match parameter {
        true if name == "password" => on_command_line(spot),
        // A signature in hexadecimal digits is a checksum.
        true if name == "sig" => kept >= 16 && value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase),
        true => kept >= 16 && value.iter().any(u8::is_ascii_alphabetic),
        false => asked || name.contains(' ') || kept >= 6,
    };
    (kept >= VALUE_BYTES_MIN && said).then(|| Found::by_cue(spot.at, spot.at + kept, PiiClass::Secret))?
}

/// Bytes before the name of an object that are searched for words of a cluster.
const OBJECT_REACH_BYTES: usize = 96;

/// Whether what `secret` names is an object of Kubernetes (RFC 1123 label) and no value, by what is said of it: `secret "db-creds" not found`.
pub(crate) fn is_object_name(head: &[u8], value: &[u8], behind: &[u8]) -> bool {
    const SAID: [&[u8]; 5] = [b" not found", b" already exists", b" is forbidden", b" created", b" deleted"];
    const OF_CLUSTER: [&[u8]; 5] = [b"kube", b"MountVolume", b"namespace", b"secrets ", b"pod"];
    // With a digit it may be a password all the same, but where a cluster speaks.
    let near = &head[head.len().saturating_sub(OBJECT_REACH_BYTES)..];
    let of_cluster = || OF_CLUSTER.iter().any(|word| memchr::memmem::find(near, word).is_some());
    let label = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    value.contains(&b'-')
        && value.iter().all(label)
        && SAID.iter().any(|words| behind.starts_with(words))
        && (!value.iter().any(u8::is_ascii_digit) || of_cluster())
}

fn ends_value(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b')' | b']' | b'}' | b',' | b';')
}

/// `--password x`.
fn on_command_line(spot: &Spot<'_>) -> bool {
    spot.text.get(..spot.at).is_some_and(|head| head.ends_with(b"--password "))
}
