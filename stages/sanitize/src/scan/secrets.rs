//! Secrets in lines of known programs: among the arguments of a procedure for PINs or passwords, and in the query of a URL.

use schemas::pii::PiiClass;

use super::hits::Hit;
use super::key::KEY_BYTES_MAX;
use super::names::{is_also_name, is_only_name, is_word};
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::{Worker, is_placeholder};

/// Bytes of an argument list, and of what stands around an authorisation code, that are looked at.
const REACH_BYTES: usize = 400;
/// Least bytes of a code or a signature in a query.
const QUERY_VALUE_BYTES_MIN: usize = 16;
/// Least bytes of a cookie that lets somebody in.
const COOKIE_BYTES_MIN: usize = 12;
/// Bytes of a name in a query.
const QUERY_NAME_BYTES_MAX: usize = 192;
/// Parameters whose value lets in whoever knows it, or signs the request.
const QUERY_NAMES: &[&str] = &[
    "hmac",
    "sig",
    "signature",
    "x-amz-signature",
    "x-goog-signature",
    "x-amz-security-token",
    "ticket",
    "samlresponse",
    "assertion",
    "auth",
    "authcode",
];
/// What stands around the code of OAuth 2.0 (RFC 6749 4.1.3, RFC 7636).
const OAUTH: &[&[u8]] = &[b"grant_type", b"code_verifier", b"redirect_uri", b"client_id"];

impl Worker<'_> {
    /// Notes the value of the cookie that ends at `end`, before its attributes (RFC 6265 4.1): `IBSESSID=s%3Aq8Zr1L; Path=/`.
    #[cold]
    #[inline(never)]
    pub(super) fn cookie_before(&mut self, text: &str, end: usize) {
        let reach = &text.as_bytes()[end.saturating_sub(REACH_BYTES)..end];
        let len = reach.iter().rev().take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\'' | b'[' | b']')).count();
        let cookie = cut(text, end - len, end);
        let Some((name, value)) = cookie.split_once('=') else { return };
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let small = name.to_ascii_lowercase();
        let said = ["sess", "sid", "auth", "token", "jwt", "csrf", "xsrf", "login"].iter().any(|word| small.contains(word));
        let said = said || memchr::memmem::find(&reach[..reach.len() - len], b"ookie").is_some();
        if said && value.len() >= COOKIE_BYTES_MIN && digits > 1 && digits < value.len() && !self.is_token(value) {
            self.note_cell(PiiClass::Secret, text, (end - value.len(), end));
        }
    }

    /// Notes the literals among the arguments of the procedure whose name ends with the word at `at`: `ISSUE_PIN('card', '8502')`.
    #[cold]
    #[inline(never)]
    pub(super) fn procedure_arguments(&mut self, text: &str, at: usize, open: usize) {
        let bytes = text.as_bytes();
        let word = cut(text, at, open);
        let hump = |name: &str| word.strip_suffix(name).is_some_and(|head| head.is_empty() || head.ends_with(|c: char| c.is_ascii_lowercase()));
        let pin = word.eq_ignore_ascii_case("pin") || hump("Pin") || hump("PIN");
        let password =
            ["password", "passwd", "pwd", "passcode"].iter().any(|known| word.eq_ignore_ascii_case(known)) || hump("Password") || hump("Passwd");
        if !pin && !password {
            return;
        }
        let mut from = open + 1;
        let reach = bytes.len().min(open + REACH_BYTES);
        for _ in 0..16 {
            from += bytes[from..reach].iter().take_while(|&&byte| matches!(byte, b' ' | b',' | b'N' | b'(')).count();
            let Some(&quote @ (b'\'' | b'"')) = bytes.get(from) else { return };
            let Some(len) = memchr::memchr(quote, &bytes[from + 1..reach]) else { return };
            let value = cut(text, from + 1, from + 1 + len);
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            let signs = value.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count();
            let said =
                if pin { digits == len && (4..=8).contains(&len) } else { len >= 6 && digits + signs > 0 && digits < len && !value.contains(' ') };
            if said && !is_placeholder(value) {
                self.note_cell(PiiClass::Secret, text, (from + 1, from + 1 + len));
            }
            from += len + 2;
        }
    }

    /// Replaces the name of somebody in a query, its words parted by `+`: `/search?q=agnieszka+st%C4%99pie%C5%84&limit=20`.
    pub(super) fn query_name(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let len = bytes[..at].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        let rest = bytes.get(at + 1..)?;
        // Nearly all values have no plus.
        if at == len
            || !matches!(bytes[at - len - 1], b'?' | b'&' | b' ')
            || memchr::memchr(b'+', &rest[..rest.len().min(QUERY_NAME_BYTES_MAX)]).is_none()
        {
            return None;
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'+' | b'%' | b'-' | b'\'');
        let value = rest.iter().take(QUERY_NAME_BYTES_MAX).take_while(|&&byte| is_part(byte)).count();
        // Of a longer one a part would stay.
        if rest.get(value).is_some_and(|&byte| is_part(byte)) {
            return None;
        }
        let value = cut(text, at + 1, at + 1 + value);
        if !value.contains('+') || self.hits.floor(base) > at {
            return None;
        }
        let mut plain = self.take_buffer();
        crate::fold::percent_decode_into(&value.replace('+', " "), &mut plain);
        let words = || plain.split(' ').filter(|word| !word.is_empty());
        let fits = |word: &str| {
            word.chars().count() >= 2 && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'')) && (!is_word(word) || is_also_name(word))
        };
        let named = (2..=4).contains(&words().count()) && words().all(fits) && words().any(is_only_name);
        self.return_buffer(plain);
        let made = if named { self.make_value(PiiClass::Name, value) } else { None }?;
        self.hits.push(base, Hit { start: at + 1, end: at + 1 + value.len(), made });
        Some(at + 1 + value.len())
    }

    /// Handles the `=` at `at` behind a parameter of a query that holds a signature or a code: `?hmac=...`, `&code=...`; returns where to go on.
    pub(super) fn query_secret(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let len = bytes[..at].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        let (start, name) = (at - len, cut(text, at - len, at));
        let in_query = start > 0 && matches!(bytes[start - 1], b'?' | b'&');
        let code = len == 4 && name.eq_ignore_ascii_case("code");
        // `/pwreset?u=1&t=b7Qm2Vx9LpR4sKz8`
        let around = &bytes[at.saturating_sub(REACH_BYTES)..bytes.len().min(at + REACH_BYTES)];
        let link = len == 1
            && name == "t"
            && [&b"reset"[..], b"verif", b"activat", b"confirm", b"magic", b"invit", b"unlock"]
                .iter()
                .any(|word| memchr::memmem::find(around, word).is_some());
        if !in_query || !(code || link || QUERY_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))) || self.hits.floor(base) > at {
            return None;
        }
        let rest = &bytes[at + 1..];
        let len = rest
            .iter()
            .take(2048)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'%' | b'='))
            .count();
        let value = &rest[..len];
        let mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
            || value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
        let called_back = [&b"callback?"[..], b"/cb?", b"redirect?"].iter().any(|path| memchr::memmem::find(around, path).is_some())
            && memchr::memmem::find(around, b"state=").is_some();
        let said = !code || called_back || OAUTH.iter().any(|word| memchr::memmem::find(around, word).is_some());
        if len < QUERY_VALUE_BYTES_MIN || !mixed || !said || token_len(&self.engine.keys, rest).is_some() {
            return None;
        }
        let made = self.make_value(PiiClass::Secret, cut(text, at + 1, at + 1 + len))?;
        self.hits.push(base, Hit { start: at + 1, end: at + 1 + len, made });
        Some(at + 1 + len)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn secrets_of_programs_are_hidden() {
        for (text, gone, kept) in [
            ("OFS: CUSTOMER,BANK.INPUT/I/PROCESS,INPUTT07/Wyv3rn!88,139143,SECTOR:1:1=1001", "Wyv3rn", "SECTOR:1:1=1001"),
            ("OFS: CUSTOMER,BANK.INPUT/I/PROCESS,INPUTT07/Wyv3rn!88,139143,SECTOR:1:1=1001", "139143", "BANK.INPUT/I/PROCESS"),
            ("OFS: FUNDS.TRANSFER,/I/VALIDATE,AUTHOR2/pass99,FT123", "AUTHOR2", "FT123"),
            ("CALL CRD.ISSUE_PIN('4235', '8502', 'MAILER') => -911", "8502", "MAILER"),
            ("exec resetPassword('svc', 'Harbour!23')", "Harbour", "'svc'"),
            ("POST /webhooks/adyen?hmac=PHoDxVu66Nzj4YPQ5MDr7q-MNvM5V0eBwF9pXlg0VSI HTTP/1.1", "PHoDxVu66", "HTTP/1.1"),
            ("call to https://reports:UkidTY9RS7Sb@sftp-proxy.bank.example/upload failed", "UkidTY9RS7Sb", "sftp-proxy.bank.example/upload"),
            ("mongodb+srv://feat_rw:h7Kp2mQz9v@fraud0.k8x2.mongodb.net/f?w=1", "h7Kp2mQz9v", "fraud0.k8x2.mongodb.net/f"),
            ("jdbc:oracle:thin:CIF_RO/Tr3llis#09@//exa-scan.dc2:1521/CIFPRD ok", "Tr3llis", "@//exa-scan.dc2:1521/CIFPRD ok"),
            ("grant_type=authorization_code&code=2qUvAqAEbh_9Fxtqm87ehKOR&client_id=tpp", "2qUvAqAEbh", "client_id=tpp"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(gone) && out.contains(kept), "{gone} or {kept} in {out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn other_calls_stay() {
        for text in [
            "job X/I/PROCESS,started",
            "checkPin('4417ABCD')",
            "verifyPin(attempt, 3)",
            "setPassword('user')",
            "GET /x?code=404&state=open",
            "GET /x?code=ERR_LIMIT_EXCEEDED_42&page=2",
            "GET /x?auth=basic&sig=none",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
