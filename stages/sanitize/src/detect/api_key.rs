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
        "sq0atp-Zk3Qm1x8Vt7cBn4RwY2LpA",
        "live_R2bRHvRO5QkSFdLfKF06pgFR5dZrHojsvKblL6o2",
    ],
    misses: &["AKIA", "ghp_short1", "sk_live", "risk_live_1", "sq0atp-1", "access-sandbox-v2", "live_feed_20261120", "AKIAIOSFODNN7example1"],
};

/// One of Plaid, which ends with a UUID.
pub(crate) const API_KEY_UUID: Detector = Detector {
    id: "api_key_uuid",
    trigger: Trigger::Hex,
    find: find_uuid,
    matches: &["access-production-1952653f-cf48-4b16-92ce-b844b446f899", "got access-sandbox-cee381ae-31be-4656-8c87-ab9a64ff51f2"],
    misses: &["1952653f-cf48-4b16-92ce-b844b446f899", "access-log-1952653f-cf48-4b16-92ce-b844b446f899", "access-sandbox-1952653f"],
};

/// What stands before the UUID.
const ENVIRONMENTS: &[&[u8]] = &[b"access-sandbox-", b"access-development-", b"access-production-"];

fn find_uuid(spot: &Spot<'_>) -> Option<Found> {
    let before = spot.text.get(..spot.at)?;
    let start = spot.at - ENVIRONMENTS.iter().find(|environment| before.ends_with(environment))?.len();
    let long = spot.text.get(spot.at..)?.iter().take(37).take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'-').count();
    (long == 36).then(|| Found::strong(start, spot.at + 36, PiiClass::Secret))?
}

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
    ("sq0atp-", 22),
    ("sq0csp-", 40),
    ("sq0idp-", 22),
    ("access-sandbox-", 36),
    ("access-development-", 36),
    ("access-production-", 36),
    ("live_", 40),
    ("sandbox_", 40),
];

fn find(spot: &Spot<'_>) -> Option<Found> {
    // The word may be the tail of one: `_` and `-` part words.
    let back = spot.text.get(..spot.at)?.iter().rev().take(20).take_while(|&&byte| is_key_byte(byte)).count();
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
