//! IP addresses (RFC 791, RFC 4291).
//!
//! Format: four numbers up to 255 by dots, no version word before; IPv6 as the standard library reads it, with two colons and a digit or three
//! groups at least. Loopback, unspecified, broadcast and net masks are nobody's and stay.

use std::net::{Ipv4Addr, Ipv6Addr};

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, is_word};
use crate::scan::context::Cues;

/// IPv4.
pub(crate) const IP_V4: Detector = Detector {
    id: "ip_v4",
    trigger: Trigger::Digits,
    needs: Needs::len(1, 3).groups(3),
    find: find_v4,
    matches: &[
        "from 203.0.113.7:8080",
        "203.0.113.7",
        "ip=10.1.2.3,",
        "[203.0.113.99]",
        "db.example/10.0.0.7:5432",
        "hosts/10.1.2.3",
        "to SRV07/10.1.2.3",
        "to Srv07/10.1.2.3:5432",
        "allow 203.0.113.0/24;",
        "Accepted password for jroe from 84.17.22.0 port 5121",
        "from Worker-3/10.4.4.17, retry",
        "client=MacBook-Jane/84.17.22.5 ok",
        "gateway sw 84.17.22.5",
        "APPID: 203.0.113.9.51544.260311080420",
        "br-04-sw1 dhcpd: DHCPACK on 10.117.4.83 to",
    ],
    misses: &[
        "version 1.2.3.4",
        "v1.2.3.4",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.0",
        "1.02.3.4",
        "nginx/1.25.3.1",
        "Chrome/120.0.0.0 Safari",
        "okhttp/4.12.0.1",
        "GET / 200 \"RiverBank/8.14.0.2 (iPhone15,2; iOS 18.3)\"",
        "\"Ledger-Sync/4.11.0.2\" \"-\"",
        "Oracle 19.21.0.0",
        "route 10.20.0.0 via",
        "hw=1.4.22.7 sw=9.1.0.3",
    ],
};

/// IPv6.
pub(crate) const IP_V6: Detector = Detector {
    id: "ip_v6",
    trigger: Trigger::Hex,
    needs: Needs::ANY.behind(b":"),
    find: find_v6,
    matches: &[
        "2001:db8::8a2e:370:7334",
        "peer fe80::1ff:fe23:4567:890a port",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "[2001:db8::1]:443",
        "::ffff:203.0.113.7",
        "haproxy[2211]: 2001:db8:7::9e:51544 [12/Mar",
    ],
    misses: &[
        "12:30:45",
        "std::vec",
        "::1",
        "::",
        "a::b",
        "00:11:22:33",
        "1:2:3",
        "2026-11-22T02:58:01",
        "9A:3F:11:C2:08:5B:77:E0:41:88",
        "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99",
        "serial=4A:91:0C:7E:22:B8:F0:13 notAfter",
    ],
};

/// Longest textual form of an IPv6 address (RFC 4291 2.2, form 3).
const V6_BYTES_MAX: usize = 45;
/// Colons of one, that of a sentence behind it included.
const V6_COLONS_MAX: usize = 8;

/// Bytes between an address and the last letter before it, when that may be of a word for a version.
const VERSION_REACH_BYTES: usize = 14;

fn find_v4(spot: &Spot<'_>) -> Option<Found> {
    let dotted = spot.shape::<4>()?.iter().all(|&len| len <= 3) && spot.joined_by(4, b'.');
    // `203.0.113.9.51544.260311080420`: an application of Db2, with port and time.
    let of_application = spot.groups.get(5).is_some_and(|time| time.separator == b'.' && time.len() == 12 && matches!(spot.groups[4].len(), 4 | 5));
    let goes_on = spot.groups.get(4).is_some_and(|group| group.separator == b'.') && !of_application;
    if !dotted || goes_on || spot.joined == b'.' || spot.joined == b'-' {
        return None;
    }
    let end = spot.end_of(4);
    let address: Ipv4Addr = std::str::from_utf8(spot.text.get(spot.at..end)?).ok()?.parse().ok()?;
    let head = spot.text.get(..spot.at)?;
    let nobody = is_product(head)
        || opens_agent(head, spot.text.get(end..)?)
        || is_release(head, address, spot.text.get(end..)?)
        || address.is_loopback()
        || address.is_unspecified()
        || address.octets()[0] == 255;
    // A word further away says nothing of it: `"GET / HTTP/1.1" 204 - 0 0 3 - "203.0.113.99"`.
    let apart = spot.text.get(..spot.at)?.iter().rev().take(VERSION_REACH_BYTES).all(|byte| !byte.is_ascii_alphabetic());
    let versioned = || spot.near().nearest.any(Cues::VERSION) || address.octets()[0] < 10 && is_behind_versioned_path(head);
    // `"schema":"1.3.12.4"`
    let named = spot.at == 0 && end == spot.text.len() && address.octets()[0] < 10 && spot.field.any(Cues::VERSION);
    if nobody || named || !apart && versioned() {
        return Found::harmless(spot.at, end);
    }
    Found::strong(spot.at, end, PiiClass::Ip)
}

/// Whether the path of a versioned service stands near before: `PUT /v2/apps/2.8.1.15`.
fn is_behind_versioned_path(head: &[u8]) -> bool {
    const REACH_BYTES: usize = 64;
    let near = &head[head.len().saturating_sub(REACH_BYTES)..];
    memchr::memmem::find_iter(near, b"/v").any(|at| near.get(at + 2).is_some_and(u8::is_ascii_digit))
}

/// `"RiverBank/8.14.0.2 (iPhone`: a product that opens the field of a user agent, before what it runs on.
fn opens_agent(head: &[u8], behind: &[u8]) -> bool {
    let Some(head) = head.strip_suffix(b"/").filter(|_| behind.starts_with(b" (")) else { return false };
    let word = head.iter().rev().take(40).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (head, word) = head.split_at(head.len() - word);
    head.last() == Some(&b'"') && word.first().is_some_and(u8::is_ascii_alphabetic)
}

/// `Oracle 19.21.0.0`, `"TPP-Connector/4.11.0.2"`, `hw=1.4.22.7`: two zeros at the end are those of a version or of a network; and a name in small letters and
/// capitals that begins a field before a stroke is a product's, if the number is one of a version. What stands behind `ip=` is hidden as its field says.
fn is_release(head: &[u8], address: Ipv4Addr, behind: &[u8]) -> bool {
    let network =
        matches!(address.octets(), [_, _, 0, 0]) && matches!(head.last(), Some(b' ' | b'"' | b'=')) && !matches!(behind.first(), Some(b'/' | b':'));
    let versioned = address.octets()[0] < 10;
    let of_part = [&b"hw="[..], b"sw=", b"hw:", b"sw:", b"hw ", b"sw "].iter().any(|name| {
        let (before, word) = head.split_at(head.len().saturating_sub(name.len()));
        word.eq_ignore_ascii_case(name) && !before.last().is_some_and(|&byte| is_word(byte) || byte == b'-')
    });
    let of_product = || {
        let Some(head) = head.strip_suffix(b"/").filter(|_| !matches!(behind.first(), Some(b':' | b'/'))) else { return false };
        let name = head.iter().rev().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        let (head, name) = head.split_at(head.len() - name);
        versioned
            && head.last() == Some(&b'"')
            && name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().any(u8::is_ascii_lowercase)
            && name.iter().any(u8::is_ascii_uppercase)
    };
    network || versioned && of_part || of_product()
}

/// `nginx/`, `Chrome/`: what follows is a version of a program (RFC 9110, product tokens).
fn is_product(head: &[u8]) -> bool {
    const PRODUCTS: &[&[u8]] = &[
        b"nginx/",
        b"apache/",
        b"tomcat/",
        b"chrome/",
        b"chromium/",
        b"edg/",
        b"opr/",
        b"firefox/",
        b"version/",
        b"curl/",
        b"java/",
        b"openjdk/",
        b"okhttp/",
        b"python/",
        b"samsungbrowser/",
        b"safari/",
        b"envoy/",
        b"haproxy/",
        b"openssl/",
        b"jetty/",
        b"netty/",
        b"iis/",
        b"electron/",
        b"headlesschrome/",
        b"crios/",
        b"dotnet/",
        b"android/",
        b"agent/",
        b"sdk/",
        b"driver/",
        b"client/",
        b"server/",
        b"app/",
        b"release/",
    ];
    head.last() == Some(&b'/')
        && PRODUCTS.iter().any(|product| head.len() >= product.len() && head[head.len() - product.len()..].eq_ignore_ascii_case(product))
}

fn find_v6(spot: &Spot<'_>) -> Option<Found> {
    // The middle of a fingerprint: pairs of digits before it too.
    let pair = |at: usize| spot.byte(at).is_ascii_hexdigit();
    if spot.before() == b':'
        && spot.end - spot.at == 2
        && spot.at > 2
        && pair(spot.at - 2)
        && pair(spot.at - 3)
        && (spot.at == 3 || !is_word(spot.byte(spot.at - 4)))
    {
        return None;
    }
    if spot.byte(spot.end) != b':' && spot.byte(spot.at) != b':' {
        return None;
    }
    let window = spot.text.get(spot.at..(spot.at + V6_BYTES_MAX + 1).min(spot.text.len()))?;
    let mut colons = 0;
    let ends = |&byte: &u8| {
        colons += usize::from(byte == b':');
        colons > V6_COLONS_MAX || !byte.is_ascii_hexdigit() && byte != b':' && byte != b'.'
    };
    let len = window.iter().position(ends).unwrap_or(window.len());
    if colons > V6_COLONS_MAX {
        return None;
    }
    if len > V6_BYTES_MAX || window.get(len).is_some_and(|&byte| is_word(byte)) {
        return None;
    }
    let text = std::str::from_utf8(&window[..len]).ok()?.trim_end_matches('.');
    if text.len() < 5 || memchr::memchr_iter(b':', text.as_bytes()).take(2).count() < 2 {
        return None;
    }
    // `2001:db8::7:51544`: HAProxy writes the port behind another colon. One of four digits cannot be told from a group.
    let ported = text.rsplit_once(':').filter(|(_, port)| port.len() == 5 && port.bytes().all(|byte| byte.is_ascii_digit())).map(|(head, _)| head);
    let text = ported.filter(|head| head.contains("::") || head.matches(':').count() == 7).unwrap_or(text);
    let address: Ipv6Addr = text.parse().or_else(|_| text.trim_end_matches(':').parse()).ok()?;
    let plausible = text.bytes().any(|byte| byte.is_ascii_digit()) || text.split(':').filter(|group| !group.is_empty()).count() >= 3;
    // Eight pairs are a serial number or a fingerprint.
    let pairs = text.trim_end_matches(':').split(':').all(|group| group.len() == 2);
    if !plausible || pairs || address.is_loopback() || address.is_unspecified() {
        return None;
    }
    let end = spot.at + if text.ends_with(':') && !text.ends_with("::") { text.len() - 1 } else { text.len() };
    Found::strong(spot.at, end, PiiClass::Ip)
}
