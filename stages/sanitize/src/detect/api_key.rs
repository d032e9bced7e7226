//! API keys with a fixed beginning (the issuers' published formats; the same list as gitleaks' well-known rules).
//!
//! Format: the beginning and at least 16 characters of letters, digits, `_` and `-` (dots for Vault and SendGrid). Context: none needed.

use schemas::pii::PiiClass;

use super::{Detector, Found, Spot, Trigger};

/// An API key.
pub(crate) const API_KEY: Detector = Detector {
    id: "api_key",
    trigger: Trigger::Mixed,
    find,
    matches: &[
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
    ],
    misses: &["AKIA", "ghp_short1", "sk_live", "risk_live_1", "AKIAIOSFODNN7example1"],
};

/// Beginning, least number of further characters.
const STARTS: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 35),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("ghu_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("sk-", 32),
    ("hvs.", 24),
    ("SG.", 32),
    ("npm_", 36),
    ("pypi-", 40),
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    // The word may be the tail of one: `_` and `-` part words.
    let back = spot.text.get(..spot.at)?.iter().rev().take(12).take_while(|&&byte| is_key_byte(byte)).count();
    (spot.at - back..=spot.at).find_map(|start| {
        let rest = spot.text.get(start..)?;
        if start > spot.at - back && is_key_byte(spot.byte(start - 1)) && spot.byte(start - 1) != b'=' {
            return None;
        }
        let (head, least) = STARTS.iter().find(|(head, _)| rest.starts_with(head.as_bytes()))?;
        let tail = rest.get(head.len()..)?;
        let len = tail.iter().position(|&byte| !is_key_byte(byte)).unwrap_or(tail.len());
        let upper_only = matches!(*head, "AKIA" | "ASIA");
        let sound =
            len >= *least && (!upper_only || (len == 16 && tail[..len].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())));
        sound.then(|| Found::strong(start, start + head.len() + len, PiiClass::Secret))?
    })
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
