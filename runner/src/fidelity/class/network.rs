//! Networks, devices and where they are.

use super::{Class, Fit, Need, PLAIN};
use crate::fidelity::checks::{vin, with_luhn};
use crate::fidelity::prng::Prng;
use crate::fidelity::value::{Proof, Split, Value};

const CODE: Fit = Fit { key: true, typed: false, case: false, prose: true };
const CODE_ANY_CASE: Fit = Fit { key: true, typed: false, case: true, prose: true };

const CONNECTIONS: &[&str] = &[
    "connection from {v} reset by peer",
    "{v} blocked by rule 1042",
    "TLS handshake with {v} failed after 5 s",
    "too many requests, client {v}",
    "health probe from {v}:443 ok",
    "route to [{v}] lost",
];

const HANDSETS: &[&str] =
    &["{w} {v} is on the blacklist", "new handset, {w} {v}", "{w}: {v} differs from the enrolled one", "SIM swap suspected, {w} {v}"];

pub(super) const CLASSES: &[Class] = &[
    Class {
        id: "ipv4",
        title: "IP address, version 4",
        keys: &["client_ip", "ip_address", "remote_addr", "source_ip", "src_ip"],
        words: &["client", "IP", "remote address", "source IP"],
        frames: &["{w} {v} is rate limited", "sign-in from {w} {v} refused", "{w} {v}: geolocation unknown", "last seen {w} {v}"],
        bare: CONNECTIONS,
        fit: CODE,
        headers: &["X-Forwarded-For: {v}, 127.0.0.1", "X-Real-IP: {v}", "Forwarded: for={v};proto=https"],
        make: |prng| {
            let octets = [prng.one(&[10, 81, 94, 145, 172, 178, 192, 203]), prng.between(16, 250), prng.between(2, 250), prng.between(2, 250)];
            let text = octets.map(|octet| octet.to_string()).join(".");
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "ipv6",
        title: "IP address, version 6",
        keys: &["client_ip", "ip_address", "remote_addr", "ipv6"],
        words: &["client", "IP", "remote address"],
        frames: &["{w} {v} is rate limited", "sign-in from {w} {v} refused", "{w} {v}: geolocation unknown"],
        bare: CONNECTIONS,
        fit: CODE_ANY_CASE,
        headers: &["X-Forwarded-For: {v}, ::1", "X-Real-IP: {v}", "Forwarded: for=\"[{v}]\";proto=https"],
        make: ipv6,
        ..PLAIN
    },
    Class {
        id: "mac",
        title: "Hardware address",
        keys: &["mac_address", "mac", "device_mac", "client_mac"],
        words: &["MAC", "hardware address", "MAC address"],
        frames: &["{w} {v} joined the branch network", "{w} {v} is not registered", "DHCP lease for {w} {v} expired"],
        bare: &["lease for {v} expired", "port 12 flapping, last station {v}", "unknown station {v} on guest network"],
        fit: CODE_ANY_CASE,
        make: |prng| {
            let text = prng.hex(12);
            let text = if text.bytes().any(|byte| byte.is_ascii_alphabetic()) { text } else { "02a7b4c1d9e3".to_owned() };
            let pairs = |glue| Value::grouped(&text, &[2; 6], glue, false).forms[0].clone();
            let form = match prng.below(4) {
                0 => pairs("-").to_uppercase(),
                1 => Value::grouped(&text, &[4, 4, 4], ".", false).forms[0].clone(),
                2 => pairs(":").to_uppercase(),
                _ => pairs(":"),
            };
            Value { forms: vec![form], ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "url-credentials",
        title: "Credentials in a URL",
        keys: &["endpoint", "callback_url", "database_url", "upstream"],
        words: &["upstream", "endpoint", "data source"],
        frames: &["{w} {v} is down", "cannot reach {w} {v}", "{w} {v} answered 401"],
        bare: &["connecting to {v} ...", "GET {v} 401", "pool for {v} exhausted", "cloned from {v}"],
        fit: Fit { key: false, typed: false, case: false, prose: true },
        make: |prng| {
            let (user, password) =
                (prng.one(&["svc_ledger", "etl", "reporting", "batch01"]), prng.of("abcdefghkmnpqrstuvwxyzABCDEFGHKLMNP23456789", 14));
            let scheme = prng.one(&["https", "postgres", "amqp", "sftp", "mongodb"]);
            let text = format!("{scheme}://{user}:{password}@core-{}.bank.example:{}/v1", prng.between(1, 40), prng.between(2000, 9000));
            Value { proof: Proof::of_secret(&password), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "user-name",
        title: "User name",
        keys: &["username", "user_name", "user_id", "login", "user"],
        words: &["user", "username", "login"],
        frames: &[
            "{w} {v} locked after 5 attempts",
            "{w} {v} signed out",
            "no role for {w} {v}",
            "{w}: {v} changed the password",
            "access denied for {w} {v}",
        ],
        fit: CODE,
        userinfo: &["https://{v}:***@sftp.bank.example/in", "ldap://{v}@directory.bank.example:389"],
        make: |prng| {
            let stem = prng.one(&["fkuipers", "okonkwo", "quattro", "dlamini", "jsjostrom", "tbraith", "llewel", "zgondek", "haddadk", "iyengarv"]);
            let text = format!("{stem}{}", prng.between(10, 9_999));
            Value { proof: Proof::whole([text.as_str()]), ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "session-id",
        title: "Session id",
        keys: &["session_id", "sid", "session", "jsessionid"],
        words: &["session", "session id", "sid"],
        frames: &["{w} {v} expired after 900 s", "{w} {v} not found in store", "evicted {w} {v}", "{w}: {v} moved to node 3"],
        fit: CODE,
        make: |prng| {
            let length = prng.one(&[24, 32]);
            Value::secret(prng.of("0123456789ABCDEF", length))
        },
        ..PLAIN
    },
    Class {
        id: "device-id",
        title: "Device id",
        keys: &["device_id", "device", "mobile_device_id", "device_fingerprint"],
        words: &["device", "device id"],
        frames: &["{w} {v} is not trusted yet", "push to {w} {v} failed", "{w} {v} enrolled for approval", "unbind {w} {v}"],
        fit: CODE,
        make: |prng| Value::plain(format!("dev-{}", prng.of("0123456789abcdef", 12))),
        ..PLAIN
    },
    Class {
        id: "advertising-id",
        title: "Advertising id, device UUID",
        need: Need::Should,
        keys: &["advertising_id", "idfa", "gaid", "device_uuid"],
        words: &["advertising id", "IDFA", "GAID"],
        frames: &["consent withdrawn for {w} {v}", "{w} {v} opted out", "attribution by {w} {v}"],
        fit: CODE,
        make: |prng| {
            let text = [8, 4, 4, 4, 12].map(|length| prng.hex(length)).join("-");
            Value { forms: vec![text.clone()], ..Value::plain(text) }
        },
        ..PLAIN
    },
    Class {
        id: "geo",
        title: "Geographic position",
        keys: &["location", "geo", "coordinates", "position"],
        words: &["location", "position", "coordinates", "GPS"],
        frames: &["{w} {v} is 400 km from the last one", "ATM withdrawal, {w} {v}", "{w}: {v}, accuracy 12 m", "impossible travel, {w} {v}"],
        fit: Fit { key: false, typed: false, case: false, prose: true },
        make: geo,
        ..PLAIN
    },
    Class {
        id: "imei",
        title: "IMEI",
        need: Need::Should,
        keys: &["imei", "device_imei"],
        words: &["IMEI"],
        frames: HANDSETS,
        fit: CODE,
        make: |prng| Value::plain(with_luhn(&format!("35{}", prng.any_digits(12)))),
        ..PLAIN
    },
    Class {
        id: "imsi",
        title: "IMSI",
        need: Need::Should,
        keys: &["imsi", "subscriber_imsi"],
        words: &["IMSI"],
        frames: HANDSETS,
        fit: CODE,
        make: |prng| {
            let country = prng.one(&["262", "234", "310", "208", "404"]);
            Value::plain(format!("{country}{}", prng.any_digits(12)))
        },
        ..PLAIN
    },
    Class {
        id: "iccid",
        title: "ICCID",
        need: Need::Should,
        keys: &["iccid", "sim_iccid"],
        words: &["ICCID"],
        frames: HANDSETS,
        fit: CODE,
        make: |prng| {
            let digits = prng.one(&[15, 16]);
            Value::plain(with_luhn(&format!("89{}", prng.any_digits(digits))))
        },
        ..PLAIN
    },
    Class {
        id: "vin",
        title: "Vehicle identification number",
        need: Need::Should,
        keys: &["vin", "vehicle_vin", "vehicle_identification_number"],
        words: &["VIN", "vehicle identification number"],
        frames: &["leasing contract for {w} {v} ends", "{w} {v} reported as stolen", "no valuation for {w}: {v}"],
        fit: CODE_ANY_CASE,
        make: |prng| {
            let mut text = format!("{}{}", prng.one(&["1HG", "2T1", "1FT", "3VW", "5YJ"]), prng.of("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", 14));
            let check = vin(&text);
            text.replace_range(8..9, &check.to_string());
            Value::plain(text)
        },
        ..PLAIN
    },
];

fn ipv6(prng: &mut Prng) -> Value {
    let start = prng.one(&["2001:db8", "2a02:8109", "2a01:4f8", "fd12:3456"]);
    let groups: Vec<String> = (0..6)
        .map(|_| {
            let length = prng.one(&[4, 4, 3]);
            format!("{}{}", prng.of("123456789abcdef", 1), prng.hex(length - 1))
        })
        .collect();
    let text = match prng.below(3) {
        0 => format!("{start}::{}:{}", groups[0], groups[1]),
        1 => format!("{start}:{}::{}:{}:{}", groups[0], groups[1], groups[2], groups[3]),
        _ => format!("{start}:{}", groups.join(":")),
    };
    Value { proof: Proof::of_run(&text), ..Value::plain(text) }
}

fn geo(prng: &mut Prng) -> Value {
    let signed = |prng: &mut Prng, whole: u64| {
        let sign = if prng.once_in(3) { "-" } else { "" };
        let whole = prng.between(1, whole);
        format!("{sign}{whole}.{}{}", prng.any_digits(5), prng.of("123456789", 1))
    };
    let (latitude, longitude) = (signed(prng, 71), signed(prng, 170));
    // Two decimals are a town, three a block of houses.
    let near = |text: &str| {
        text.trim_start_matches('-').split_once('.').map(|(whole, rest)| format!("{whole}.{}", rest.chars().take(3).collect::<String>()))
    };
    let proof = Proof::Contains([near(&latitude), near(&longitude)].into_iter().flatten().collect());
    let glue = prng.one(&[",", ", "]);
    let text = format!("{latitude}{glue}{longitude}");
    let split = Split::Fields(vec![("latitude", latitude), ("longitude", longitude)]);
    Value { split, proof, ..Value::plain(text) }
}
