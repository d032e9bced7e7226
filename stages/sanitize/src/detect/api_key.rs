//! API keys with a fixed beginning (the issuers' published formats; the same list as gitleaks' well-known rules).
//!
//! Format: the beginning and at least 16 characters of letters, digits, `_` and `-` (dots for Vault and SendGrid). Context: none needed.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};

/// An API key.
pub(crate) const API_KEY: Detector = Detector {
    id: "api_key",
    trigger: Trigger::Mixed,
    needs: Needs::ANY,
    find,
    matches: &[
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
        "sq0atp-Zk3Qm1x8Vt7cBn4RwY2LpA",
        "live_R2bRHvRO5QkSFdLfKF06pgFR5dZrHojsvKblL6o2",
        "sq0atp-UgD3jp7PqZj65Fxh8k92Pr",
        "live_J71LPvan7D0KjVLCx6brRgSNbP7QD9pKZ4c4IMl1",
        "access-sandbox-cee381ae-31be-a656-0c87-ab9a64ff51f2",
        "sk_live_ZOOhoRRSNjlBzySfkgvPEaWT",
        "xoxb-71177013320-992459081910-6F03uvW72AfFrMzXD17LAI7k",
    ],
    misses: &[
        "AKIA",
        "ghp_short1",
        "sk_live",
        "risk_live_1",
        "AKIAIOSFODNN7example1",
        "live_stream_of_events_for_the_retail_branch_4711",
        "access-sandbox-disabled",
        "key-rotation-of-the-signing-certificates-2024",
    ],
};

/// One of Plaid, which ends with a UUID.
pub(crate) const API_KEY_UUID: Detector = Detector {
    id: "api_key_uuid",
    trigger: Trigger::Hex,
    needs: Needs::ANY.before(b"-"),
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
#[rustfmt::skip]
const STARTS: &[(&str, usize)] = &[
    // Cloud providers: AWS (keys of users, roles, sessions), Google, DigitalOcean, Databricks.
    ("AKIA", 16), ("ASIA", 16), ("ABIA", 16), ("ACCA", 16), ("AIza", 35), ("ya29.", 32), ("GOCSPX-", 28), ("dop_v1_", 60), ("doo_v1_", 60), ("dapi", 32),
    // Code and packages.
    ("ghp_", 36), ("gho_", 36), ("ghs_", 36), ("ghu_", 36), ("ghr_", 36), ("github_pat_", 40), ("glpat-", 20), ("glptt-", 20), ("glrt-", 20), ("npm_", 36), ("pypi-", 40), ("dckr_pat_", 24),
    // Messages and mail.
    ("xoxb-", 20), ("xoxp-", 20), ("xoxa-", 20), ("xoxr-", 20), ("xoxs-", 20), ("xoxe-", 20), ("xapp-", 20), ("SG.", 32), ("key-", 32), ("whsec_", 24),
    // Payments: Stripe, GoCardless, Square, Plaid, Flutterwave, EasyPost, Shopify, Razorpay, Adyen, PayPal's Braintree.
    ("sk_live_", 16), ("sk_test_", 16), ("rk_live_", 16), ("rk_test_", 16), ("pk_live_", 20), ("live_", 40), ("sandbox_", 40), ("sq0atp-", 20), ("sq0csp-", 20), ("sq0idp-", 20),
    ("access-sandbox-", 32), ("access-development-", 32), ("access-production-", 32), ("link-sandbox-", 32), ("public-sandbox-", 32), ("FLWSECK_TEST-", 12), ("FLWSECK-", 20), ("FLWPUBK-", 20),
    ("EZAK", 54), ("EZTK", 54), ("shpat_", 32), ("shpss_", 32), ("rzp_live_", 14), ("access_token$production$", 20),
    // Vaults, models, monitors.
    ("hvs.", 24), ("hvb.", 24), ("sk-", 32), ("NRAK-", 24), ("lin_api_", 32), ("ATATT3x", 60), ("PMAK-", 32), ("dp.pt.", 32), ("pul-", 40), ("age-secret-key-1", 50),
];

/// Second bytes of the beginnings by their first, five bits of each.
const PAIRS: [u32; 32] = {
    let mut table = [0; 32];
    let mut index = 0;
    while index < STARTS.len() {
        let bytes = STARTS[index].0.as_bytes();
        table[(bytes[0] & 31) as usize] |= 1 << (bytes[1] & 31);
        index += 1;
    }
    table
};

/// Where the key ends that begins at `at`, none when none begins there.
pub(crate) fn end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    // Most words begin otherwise, and one look says so.
    let &[first, second, ..] = rest else { return None };
    if PAIRS[usize::from(first & 31)] >> (second & 31) & 1 == 0 {
        return None;
    }
    let (head, least) = STARTS.iter().find(|(head, _)| rest.starts_with(head.as_bytes()))?;
    let tail = rest.get(head.len()..)?;
    let len = tail.iter().take(512).position(|&byte| !is_key_byte(byte)).unwrap_or(tail.len().min(512));
    let len = len - tail[..len].iter().rev().take_while(|byte| **byte == b'.').count();
    let body = &tail[..len];
    let count = |is: fn(&u8) -> bool| body.iter().filter(|byte| is(byte)).count();
    let sound = len >= *least
        && match *head {
            "AKIA" | "ASIA" | "ABIA" | "ACCA" => len == 16 && body.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
            // Words of programs begin so too.
            "live_" | "sandbox_" | "key-" | "pul-" | "dapi" => count(u8::is_ascii_digit) >= 3 && body.iter().all(u8::is_ascii_alphanumeric),
            _ => count(u8::is_ascii_digit) >= 2 || count(u8::is_ascii_uppercase) >= 4 && count(u8::is_ascii_lowercase) >= 4,
        };
    sound.then_some(at + head.len() + len)
}

fn find(spot: &Spot<'_>) -> Option<Found> {
    // The word may be the tail of one: `_` and `-` part words.
    let back = spot.text.get(..spot.at)?.iter().rev().take(20).take_while(|&&byte| is_key_byte(byte)).count();
    (spot.at - back..=spot.at).find_map(|start| {
        if start > spot.at - back && is_key_byte(spot.byte(start - 1)) {
            return None;
        }
        end(spot.text, start).and_then(|end| Found::strong(start, end, PiiClass::Secret))
    })
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
