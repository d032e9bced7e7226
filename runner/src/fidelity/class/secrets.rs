//! Secrets: what opens something.

use super::{Class, Fit, Need, PLAIN};
use crate::base64;
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Value};

const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const OPAQUE: Fit = Fit { key: false, typed: false, case: false, prose: true };

const BARE_SECRETS: &[&str] =
    &["using {v} for the callback", "found {v} in the environment of pod api-7", "rotated {v} yesterday", "request signed with {v} was refused"];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "private-key",
        title: "Private key (PEM)",
        keys: &["private_key", "tls_key", "signing_key_pem"],
        words: &["private key", "key"],
        frames: &["loaded {w} {v} from disk", "could not parse {w} {v}", "{w}: {v}"],
        bare: &["mounted secret holds {v}", "dumping configuration: {v}", "stdin was {v}"],
        fit: OPAQUE,
        make: private_key,
        ..PLAIN
    },
    Class {
        id: "jwt",
        title: "JSON web token",
        keys: &["jwt", "id_token", "access_token", "token"],
        words: &["token", "JWT", "id token"],
        frames: &["{w} {v} has expired", "signature of {w} {v} is wrong", "{w} {v} lacks the scope payments:write"],
        bare: &["exchange of {v} failed: invalid_grant", "introspection of {v} took 12 ms", "got {v} from the identity provider"],
        fit: OPAQUE,
        headers: &["Authorization: Bearer {v}", "X-Id-Token: {v}"],
        make: jwt,
        ..PLAIN
    },
    Class {
        id: "cloud-key",
        title: "Keys of clouds and platforms",
        keys: &["aws_access_key_id", "api_token", "access_key", "service_token"],
        words: &["access key", "token", "API key"],
        frames: &["{w} {v} is not authorised for s3:PutObject", "{w} {v} was found in a commit", "disable {w} {v} at once"],
        bare: BARE_SECRETS,
        fit: OPAQUE,
        make: cloud_key,
        ..PLAIN
    },
    Class {
        id: "plaid-token",
        title: "Tokens of Plaid",
        need: Need::Should,
        keys: &["plaid_secret", "plaid_access_token", "plaid_token"],
        words: &["plaid secret", "Plaid token", "plaid access token"],
        frames: VENDORS,
        fit: OPAQUE,
        make: |prng| {
            Value::secret(match prng.below(2) {
                0 => prng.hex(30),
                _ => format!("access-sandbox-{}", [8, 4, 4, 4, 12].map(|length| prng.hex(length)).join("-")),
            })
        },
        ..PLAIN
    },
    Class {
        id: "gocardless-token",
        title: "Tokens of GoCardless",
        need: Need::Should,
        keys: &["gocardless_token", "gocardless_access_token", "gocardless_secret"],
        words: &["gocardless token", "GoCardless access token"],
        frames: VENDORS,
        fit: OPAQUE,
        make: |prng| Value::secret(format!("live_{}", prng.of(MIXED, 40))),
        ..PLAIN
    },
    Class {
        id: "square-token",
        title: "Tokens of Square",
        need: Need::Should,
        keys: &["square_token", "square_access_token", "square_secret"],
        words: &["square token", "Square access token"],
        frames: VENDORS,
        fit: OPAQUE,
        make: |prng| Value::secret(format!("{}-{}", prng.one(&["sq0atp", "sq0idp"]), prng.of(MIXED, 22))),
        ..PLAIN
    },
    Class {
        id: "authorization",
        title: "Credentials of HTTP schemes",
        keys: &["authorization", "auth_header", "proxy_authorization"],
        words: &["Authorization", "authorization header"],
        frames: &["{w}: {v} was refused by the gateway", "forwarding {w}: {v}", "upstream wants another {w}: {v}"],
        fit: OPAQUE,
        headers: &["Authorization: {v}", "Proxy-Authorization: {v}"],
        make: |prng| {
            let (scheme, credential) = match prng.below(3) {
                0 => ("Basic", base64::encode(format!("svc{}:{}", prng.between(10, 99), prng.of(MIXED, 13)).as_bytes())),
                1 => ("Bearer", prng.of(MIXED, 43)),
                _ => ("Splunk", prng.hex(32)),
            };
            Value { proof: Proof::of_secret(&credential), ..Value::plain(format!("{scheme} {credential}")) }
        },
        ..PLAIN
    },
    Class {
        id: "cookie",
        title: "Cookies",
        keys: &["cookie", "set_cookie"],
        words: &["Cookie", "Set-Cookie"],
        frames: &["request had {w}: {v}", "{w}: {v} is too large", "dropping {w}: {v}"],
        fit: OPAQUE,
        headers: &["Cookie: {v}", "Set-Cookie: {v}; Path=/; HttpOnly"],
        make: |prng| {
            let (first, second) = (prng.of(MIXED, 26), prng.hex(32));
            let text = match prng.below(3) {
                0 => format!("SESSION={first}"),
                1 => format!("theme=dark; BANKSID={first}"),
                _ => format!("BANKSID={first}; csrf={second}"),
            };
            Value { proof: Proof::of_secret(&first), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "api-secret",
        title: "Secrets by their name",
        keys: &["api_key", "client_secret", "auth_token", "secret", "api_secret"],
        words: &["api_key", "client secret", "auth token", "secret"],
        frames: &["{w}={v} is not valid here", "started with {w}: {v}", "{w} => {v} (from vault)", "wrong {w}: {v}"],
        fit: OPAQUE,
        userinfo: &["https://svc:{v}@api.bank.example/v2", "redis://:{v}@cache.bank.example:6379/0"],
        headers: &["X-Api-Key: {v}", "X-Client-Secret: {v}"],
        make: |prng| {
            let length = prng.one(&[24, 32, 40]);
            Value::secret(prng.of(MIXED, length))
        },
        ..PLAIN
    },
    Class {
        id: "url-token",
        title: "Tokens and signatures in URLs",
        keys: &["redirect_url", "callback", "download_url", "link"],
        words: &["link", "callback"],
        frames: &["{w} {v} was used twice", "sent {w} {v}", "{w} {v} is no longer valid"],
        bare: &["GET {v} 403 12ms", "redirect to {v}", "sent {v} by mail"],
        fit: OPAQUE,
        make: |prng| {
            let (name, secret) = (prng.one(&["token", "sig", "access_token", "api_key"]), prng.of(MIXED, 32));
            let text = format!("https://files.bank.example/statement?month=2026-10&{name}={secret}");
            Value { proof: Proof::of_secret(&secret), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "password",
        title: "Passwords by their name",
        keys: &["password", "passwd", "pwd", "user_password", "passphrase"],
        words: &["password", "pwd", "passphrase"],
        frames: &[
            "{w}: {v} is too weak",
            "sign-in with {w}={v} failed",
            "default {w} {v} still in use",
            "{w} = {v}",
            "temporary {w} {v} was mailed",
            "Passwort {v} ist zu kurz",
            "mot de passe : {v}",
        ],
        fit: OPAQUE,
        userinfo: &["https://jdoe:{v}@intranet.bank.example/", "ftp://upload:{v}@files.bank.example/"],
        make: |prng| {
            let text = match prng.below(4) {
                0 => format!("{}{}{}", prng.one(&["Sommer", "Tigger", "Arsenal", "Bonjour", "Welkom"]), prng.between(1960, 2026), prng.of("!#*$", 1)),
                1 => prng.of("abcdefghijkmnpqrstuvwxyz", 9),
                2 => prng.of("ABCDEFGHKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz23456789!#*-_+", 12),
                _ => format!("{}-{}-{}", prng.of("bcdfghjklm", 5), prng.of("npqrstvwxz", 5), prng.between(10, 99)),
            };
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..PLAIN
    },
];

const VENDORS: &[&str] = &["{w} {v} was refused", "sandbox mode needs another {w}, got {v}", "{w}: {v} expires tomorrow", "started with {w} {v}"];

fn random_bytes(prng: &mut Prng, count: usize) -> Vec<u8> {
    (0..count).map(|_| u8::try_from(prng.below(256)).unwrap_or_default()).collect()
}

fn private_key(prng: &mut Prng) -> Value {
    let kind = prng.one(&["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]);
    let bytes = random_bytes(prng, 120);
    let body = base64::encode(&bytes);
    let lines: Vec<String> = super::super::value::cut(&body, &[64, 64]);
    let text = format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----", lines.join("\n"));
    Value { proof: Proof::Contains(lines.iter().map(|line| line.to_lowercase()).collect()), ..Value::plain(text) }
}

fn url_safe(bytes: &[u8]) -> String {
    base64::encode(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

fn jwt(prng: &mut Prng) -> Value {
    let header = prng.one(&[r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"alg":"RS256","kid":"2026-11"}"#, r#"{"typ":"JWT","alg":"ES256"}"#]);
    let claims = format!("{{\"sub\":\"{}\",\"iat\":{},\"scope\":\"payments\"}}", prng.digits(9), prng.between(1_790_000_000, 1_799_999_999));
    let signature = url_safe(&random_bytes(prng, 32));
    let text = format!("{}.{}.{signature}", url_safe(header.as_bytes()), url_safe(claims.as_bytes()));
    Value { proof: Proof::of_secret(&signature), ..Value::plain(text) }
}

fn cloud_key(prng: &mut Prng) -> Value {
    const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let text = match prng.below(12) {
        0 => format!("AKIA{}", prng.of(BASE32, 16)),
        1 => format!("ASIA{}", prng.of(BASE32, 16)),
        2 => format!("AIza{}", prng.of(MIXED, 35)),
        3 => format!("ghp_{}", prng.of(MIXED, 36)),
        4 => format!("github_pat_{}_{}", prng.of(MIXED, 22), prng.of(MIXED, 59)),
        5 => format!("glpat-{}", prng.of(MIXED, 20)),
        6 => format!("xoxb-{}-{}-{}", prng.digits(11), prng.digits(12), prng.of(MIXED, 24)),
        7 => format!("sk_live_{}", prng.of(MIXED, 24)),
        8 => format!("hvs.{}", prng.of(MIXED, 24)),
        9 => format!("SG.{}.{}", prng.of(MIXED, 22), prng.of(MIXED, 43)),
        10 => format!("npm_{}", prng.of(MIXED, 36)),
        _ => format!("AccountKey={}", base64::encode(&random_bytes(prng, 64))),
    };
    Value::secret(text)
}
