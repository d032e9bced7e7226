//! E-mail addresses (RFC 5321, the part of it that is in use).
//!
//! Format: grown from `@` both ways; the local part has letters, digits and `.!#$%&'*+-/^_~` but does not begin behind `=`, `|`, `/` or a quote; the
//! domain has a dot and a last label of two letters at least.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger};
use crate::scan::login_shape::{Letters, initials_and_family, is_two_names};
use crate::scan::names::is_word;

/// An e-mail address.
pub(crate) const EMAIL: Detector = Detector {
    id: "email",
    trigger: Trigger::At,
    needs: Needs::ANY,
    find,
    matches: &[
        "jane.roe@example.com",
        "<jane+tag@mail.example.co.uk>",
        "mailto:jane@x.org.",
        "ts|jane@x.com",
        "suresh.nair@night.service",
        "http/jane@bank.example",
        "host/jroe@BANK.EXAMPLE",
        "to=<jroe@shop.target>, relay=mx",
        "user=jane@x.com&b=1",
        "ZOË@example.com",
        "VPA suresh.nair@okpay",
        "UPI hildegard@okpay collect",
        "ssh mkowalska@bastion",
        "Duplicate entry 'jane.roe@mail.example-NEWSLETTER'",
        "[\"jane@@mail.example\", \"n/a\"]",
    ],
    misses: &[
        "@Override",
        "user@host",
        "a@b.c",
        "@x.com",
        "foo @ bar.com",
        "jane@1.2",
        "Foo@1a2b3c4d",
        "restart ledger-import@20250311.service",
        "for krbtgt/AD.BANK.EXAMPLE@AD.BANK.EXAMPLE, revoked",
        "HTTP/web01.bank.example@BANK.EXAMPLE",
    ],
};

const LOCAL_BYTES_MAX: usize = 64;
const DOMAIN_BYTES_MAX: usize = 253;

fn find(spot: &Spot<'_>) -> Option<Found> {
    // `jane@@x.example` was mistyped.
    let sign = spot.at - usize::from(spot.before() == b'@');
    let local = spot.text.get(..sign)?.iter().rev().take(LOCAL_BYTES_MAX + 1).take_while(|&&byte| is_local(byte)).count();
    if spot.floor == spot.at && is_userinfo(spot.text.get(..spot.at)?) {
        return None;
    }
    let mut start = sign - local.min(LOCAL_BYTES_MAX);
    while start < sign && (matches!(spot.byte(start), b'.' | b'-' | b'+' | b'\'') || !is_boundary(spot.byte(start))) {
        start += 1;
    }
    // `PER*IC*JANE ROE*TE*2025550147*EM*jroe@x.org`: an asterisk may stand in an address, but here it parts the elements of X12.
    if let Some(element) = spot.text.get(start..sign).and_then(|local| memchr::memmem::rfind(local, b"*EM*")) {
        start += element + 4;
    }
    let Some(end) = domain_end(spot.text, spot.at + 1) else {
        // `suresh.nair@okpay`, `mkowalska@bastion`: a realm or a host, and somebody's login.
        let login = spot.text.get(start..spot.at).and_then(|login| std::str::from_utf8(login).ok())?;
        let user = spot.byte(spot.at + 1).is_ascii_lowercase()
            && (is_two_names(login)
                || initials_and_family(login) == Some(Letters::Sure)
                || login.len() > 2 && !is_word(login) && is_payment_address(spot.text, start));
        return user.then(|| Found::strong(start, spot.at, PiiClass::User))?;
    };
    // `https://jroe@git.bank.example/x`: what stands behind the user is a host (RFC 3986 3.2.1).
    if start < sign && spot.text.get(..start).is_some_and(|head| head.ends_with(b"://")) {
        return Found::strong(start, sign, PiiClass::User);
    }
    let of_machine = is_unit(spot.text.get(start..sign)?, spot.text.get(spot.at + 1..end)?) || is_service(spot.text, start, (spot.at + 1, end));
    (start < sign && !of_machine).then(|| Found::strong(start, end, PiiClass::Email))?
}

/// Whether a word for the addresses of India's payments stands before one: `UPI jane@okbank`.
fn is_payment_address(text: &[u8], start: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let head = head.strip_suffix(b" ").or_else(|| head.strip_suffix(b": ")).or_else(|| head.strip_suffix(b"=")).unwrap_or_default();
    let head = head.strip_suffix(b" id").or_else(|| head.strip_suffix(b" ID")).unwrap_or(head);
    [&b"upi"[..], b"vpa"].iter().any(|word| {
        let (before, last) = head.split_at(head.len().saturating_sub(3));
        last.eq_ignore_ascii_case(word) && !before.last().is_some_and(u8::is_ascii_alphanumeric)
    })
}

/// `import@20250311.service`: an instance of a unit of systemd (systemd.unit(5)).
fn is_unit(name: &[u8], instance: &[u8]) -> bool {
    const UNITS: [&[u8]; 8] = [b".service", b".socket", b".timer", b".mount", b".target", b".scope", b".slice", b".path"];
    let instance = UNITS.iter().find_map(|unit| instance.strip_suffix(*unit));
    let known = [&b"getty"[..], b"user", b"postgresql", b"openvpn", b"serial-getty", b"wg-quick"].contains(&name);
    let numbered = |instance: &[u8]| instance.iter().any(u8::is_ascii_digit) && !instance.contains(&b'.');
    instance.is_some_and(|instance| numbered(instance) || known) && !name.contains(&b'.') && (known || name.contains(&b'-'))
}

/// `krbtgt/BANK.EXAMPLE@BANK.EXAMPLE`, `HTTP/web01.bank.example@BANK.EXAMPLE`: the principal of a service (RFC 4120 6.2.1), whose host begins at `start`.
fn is_service(text: &[u8], start: usize, (from, to): (usize, usize)) -> bool {
    const SERVICES: [&[u8]; 16] = [
        b"krbtgt",
        b"http",
        b"host",
        b"ldap",
        b"cifs",
        b"nfs",
        b"mssqlsvc",
        b"postgres",
        b"kafka",
        b"zookeeper",
        b"hdfs",
        b"hive",
        b"dns",
        b"rpcss",
        b"termsrv",
        b"wsman",
    ];
    let Some(head) = text.get(..start).and_then(|head| head.strip_suffix(b"/")) else { return false };
    let word = &head[head.len() - head.iter().rev().take(12).take_while(|byte| byte.is_ascii_alphanumeric()).count()..];
    let (host, realm) = (&text[start..from - 1], &text[from..to]);
    // Its host is one of the realm, or the realm itself.
    let tail = &host[host.len().saturating_sub(realm.len())..];
    let own = tail.eq_ignore_ascii_case(realm) && (host.len() == realm.len() || host[host.len() - realm.len() - 1] == b'.');
    own && SERVICES.iter().any(|service| service.eq_ignore_ascii_case(word)) && !realm.iter().any(u8::is_ascii_lowercase)
}

/// Whether the text ends with the user info of a URL, `https://user:password`: what stands behind its `@` is a host.
fn is_userinfo(head: &[u8]) -> bool {
    let url = &head[head.len().saturating_sub(512)..];
    let len = url.iter().rev().take_while(|&&byte| byte > b' ').count();
    let url = &url[url.len() - len..];
    memchr::memmem::rfind(url, b"://").is_some_and(|at| memchr::memchr(b':', &url[at + 3..]).is_some())
}

/// Whether a whole value is one address.
pub(crate) fn is_email(value: &[u8]) -> bool {
    memchr::memchr(b'@', value).is_some_and(|at| {
        at > 0 && at <= LOCAL_BYTES_MAX && value[..at].iter().all(|&byte| is_local(byte)) && domain_end(value, at + 1) == Some(value.len())
    })
}

/// End of the domain that begins at `start`.
fn domain_end(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..(start + DOMAIN_BYTES_MAX).min(text.len()))?;
    let mut len = rest.iter().position(|&byte| !byte.is_ascii_alphanumeric() && byte < 0x80 && !matches!(byte, b'.' | b'-')).unwrap_or(rest.len());
    while len > 0 && matches!(rest[len - 1], b'.' | b'-') {
        len -= 1;
    }
    while len > 0 && !text.get(start + len).copied().is_none_or(is_boundary) {
        len -= 1;
    }
    // `jane@x.example-NEWSLETTER`: no top level has a dash, but those in Punycode.
    let top = memchr::memrchr(b'.', &rest[..len]).map_or(0, |dot| dot + 1);
    if let Some(dash) = memchr::memchr(b'-', &rest[top..len])
        && !rest[top..].starts_with(b"xn--")
    {
        len = top + dash;
    }
    let domain = &rest[..len];
    let last = domain.rsplit(|&byte| byte == b'.').next()?;
    let sound =
        domain.contains(&b'.') && !domain.starts_with(b".") && last.len() >= 2 && last.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    sound.then_some(start + len)
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b'!' | b'#' | b'$' | b'%' | b'*' | b'+' | b'-' | b'^' | b'_' | b'~' | b'\'')
}

/// Whether a character may begin at this byte.
fn is_boundary(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}
