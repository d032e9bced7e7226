//! Passwords in prose: `password is hunter2`, `pwd 'qwerty99'`, `password changed to S0mmer!`.
//!
//! Format: any word with a digit right behind a name of a password; the value reaches to the next blank or closing quote. What stands behind `=` or `:` is
//! the pairs' matter (`scan::pair`), with or without digits. Dropped, never tokenised: equality of passwords is a secret too.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger, cue};

/// A password with letters and digits.
pub(crate) const PASSWORD: Detector = Detector {
    id: "password",
    trigger: Trigger::Mixed,
    find,
    matches: &["password is Sommer2024! for", "pwd 'qwerty99'", "password changed to hunter2", "Passwort Geheim1", "mot de passe abc123"],
    misses: &["password policy v2", "password reset by u42", "bypass h2", "password rule2fa enabled"],
};

/// One of digits alone.
pub(crate) const PASSWORD_DIGITS: Detector = Detector {
    id: "password_digits",
    trigger: Trigger::Digits,
    find,
    matches: &["password is 123456", "pwd \"99887766\""],
    misses: &["password 3 of 5", "password expires in 30 days", "password age 123456"],
};

/// Names that a value may follow directly.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "pwd", "passwd", "passwort", "kennwort", "mot de passe", "contraseña", "contrasena", "senha", "password is", "password was", "password to", "password set to", "password changed to",
    "password reset to", "password entered", "passphrase is", "passphrase", "secret is", "wachtwoord", "password typed", "password tried", "with password",
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    let name = cue::behind(spot.text, spot.at, NAMES.iter().copied())?;
    let rest = spot.text.get(spot.at..)?;
    let end =
        rest.iter().position(|&byte| byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b')' | b']' | b'}' | b',' | b';')).unwrap_or(rest.len());
    let value = rest.get(..end)?;
    let kept = value.len() - value.iter().rev().take_while(|&&byte| matches!(byte, b'.' | b':')).count();
    let asked = spot.text.get(..spot.at)?.last().is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let said = asked || name.contains(' ') || kept >= 6;
    (kept >= 4 && said).then(|| Found::by_cue(spot.at, spot.at + kept, PiiClass::Secret))?
}
