//! Users in lines of known programs: the third field of the common log format, the line of `sudo`, `DOMAIN\user` of Windows.

use schemas::pii::PiiClass;

use super::gazetteer::Known;
use super::login_shape::{initials_and_family, is_two_names};
use crate::detect::is_no_user;
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of a line of a web server that are searched for its method.
const LINE_BYTES: usize = 1024;
/// Bytes of a user's name.
const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=40;
/// Bytes of the name of a resource of Amazon's before its last part.
const ARN_BYTES_MAX: usize = 96;
/// Bytes of a line before `TTY=` that are looked at.
const SUDO_REACH_BYTES: usize = 128;
/// Domains of Windows behind which even `\n` and `\t` begin a name.
const DOMAINS: &[&str] = &["CORP", "BANK", "AD", "DOMAIN", "DOM", "EMEA", "APAC", "AMER", "AMERICAS", "INTERNAL", "INTRA", "OFFICE", "HQ", "GLOBAL"];
/// Roots of the registry, and what has accounts of its own that are nobody's.
const NO_DOMAINS: &[&str] = &["HKLM", "HKCU", "HKCR", "HKU", "HKCC", "BUILTIN", "AUTHORITY", "SERVICE", "APPPOOL", "AUTORITÄT", "MANAGER"];
/// Accounts of programs that have a folder of their own.
const PROGRAMS: &[&str] = &[
    "app",
    "appuser",
    "airflow",
    "bitnami",
    "centos",
    "circleci",
    "coder",
    "devops",
    "docker",
    "ec2-user",
    "gitlab",
    "hadoop",
    "hdfs",
    "jboss",
    "jovyan",
    "mqm",
    "nodejs",
    "opc",
    "postgres",
    "runner",
    "spark",
    "splunk",
    "vagrant",
    "vcap",
    "vsts",
    "vscode",
    "wasadmin",
    "weblogic",
    "websphere",
    "wildfly",
    "www-data",
];
/// Methods of HTTP, each with what follows it.
const METHODS: [&[u8]; 6] = [b"GET ", b"POST ", b"PUT ", b"PATCH ", b"DELETE ", b"HEAD "];
/// Folders that stand alone behind a name in capitals.
const FOLDERS: &[&str] = &[
    "src", "bin", "lib", "etc", "tmp", "dev", "opt", "var", "usr", "logs", "docs", "conf", "obj", "pkg", "sql", "inc", "img", "out", "prod", "prd",
    "uat", "sit",
];
/// Endings of files.
const FILES: &[&str] = &[
    "exe",
    "dll",
    "txt",
    "log",
    "xml",
    "csv",
    "json",
    "bat",
    "cmd",
    "ini",
    "cfg",
    "dat",
    "sys",
    "msi",
    "zip",
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "sql",
    "vbs",
    "conf",
    "config",
    "properties",
    "jar",
    "class",
    "java",
    "tmp",
    "bak",
    "cs",
    "cpp",
    "php",
    "js",
    "py",
    "md",
    "html",
    "yaml",
    "yml",
];

/// Bytes of a line of FreeRADIUS between its result and the user.
const RADIUS_REACH_BYTES: usize = 128;

impl Worker<'_> {
    /// Notes the user before the time at `at` in the common log format: `10.0.0.1 - jparkinson [27/Nov/2026:...`.
    #[cold]
    #[inline(never)]
    pub(super) fn common_log_user(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let timed = matches!(bytes.get(at + 1..at + 13), Some([a, b, b'/', _, _, _, b'/', y, _, _, _, b':']) if [a, b, y].iter().all(|byte| byte.is_ascii_digit()));
        let Some(head) = bytes[..at].strip_suffix(b" ").filter(|_| timed) else { return };
        let len = head.iter().rev().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte) || byte == b'\\').count();
        let start = head.len() - len;
        if head[..start].ends_with(b" - ") {
            // Customers log in with their number.
            if (6..=12).contains(&len) && head[start..].iter().all(u8::is_ascii_digit) {
                self.note_cell(PiiClass::User, text, (start, head.len()));
                return;
            }
            let domain = memchr::memrchr(b'\\', &head[start..]).map_or(0, |sign| sign + 1);
            self.note_user(text, start + domain, head.len());
        } else if len < 10 && head[start..].iter().all(u8::is_ascii_digit) {
            self.printing_user(text, at, start);
        }
    }

    /// Notes who prints the job whose number begins at `job`: `HP_2F jroe 8812 [12/Mar/2025:07:48:10 +0100] total 6` (CUPS, `PageLogFormat`).
    fn printing_user(&mut self, text: &str, at: usize, job: usize) {
        let bytes = text.as_bytes();
        let Some(close) = memchr::memchr(b']', &bytes[at..bytes.len().min(at + 32)]).map(|len| at + len) else { return };
        let rest = bytes.get(close + 2..).unwrap_or_default();
        if !rest.starts_with(b"total ") {
            return;
        }
        let Some(head) = bytes[..job].strip_suffix(b" ") else { return };
        let len = head.iter().rev().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte)).count();
        let start = head.len() - len;
        // A printer stands before it.
        if start > 1 && bytes[start - 1] == b' ' && is_user_byte(bytes[start - 2]) {
            self.note_user(text, start, head.len());
        }
    }

    /// Notes the user between port and client of a line in the extended log format as Internet Information Services writes it, the client's address at
    /// `at`: `POST /login.aspx - 443 jroe 10.0.0.1`.
    #[inline(never)]
    pub(super) fn web_server_user(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let Some(head) = bytes[..at].strip_suffix(b" ") else { return };
        let len = head.iter().rev().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte) || byte == b'\\').count();
        let (line, user) = head.split_at(head.len() - len);
        let ported = [&b" 443 "[..], b" 80 ", b" 8443 ", b" 8080 "].iter().any(|port| line.ends_with(port));
        if !ported || !user.iter().any(u8::is_ascii_alphabetic) {
            return;
        }
        let line = &line[line.len().saturating_sub(LINE_BYTES)..];
        if [&b" GET /"[..], b" POST /", b" PUT /", b" DELETE /", b" PATCH /"].iter().any(|method| memchr::memmem::find(line, method).is_some()) {
            let domain = memchr::memrchr(b'\\', user).map_or(0, |sign| sign + 1);
            self.note_user(text, head.len() - len + domain, head.len());
        }
    }

    /// Notes the user before the address at `at`: `jroe@203.0.113.9` (ssh), `openvpn[812]: jroe/203.0.113.9:51544`, `smbd_audit: jroe|203.0.113.9|`,
    /// `GET http://x.example/ jroe HIER_DIRECT/203.0.113.9` (Squid).
    #[cold]
    #[inline(never)]
    pub(super) fn user_before_address(&mut self, text: &str, at: usize) {
        let (head, sign) = text.as_bytes()[..at].split_at(at - 1);
        let line = &head[head.len().saturating_sub(LINE_BYTES)..];
        let line = memchr::memrchr(b'\n', line).map_or(line, |end| &line[end + 1..]);
        let says = |word: &[u8]| memchr::memmem::find(line, word).is_some();
        let mut end = head.len();
        match sign {
            b"@" => {}
            b"|" if says(b"smbd_audit") => {}
            b"/" if says(b" TCP_") => {
                let way = head.iter().rev().take(24).take_while(|byte| byte.is_ascii_uppercase() || **byte == b'_').count();
                end -= way + 1;
                if way < 4 || head.get(end) != Some(&b' ') {
                    return;
                }
            }
            b"/" if says(b"openvpn") => {}
            _ => return,
        }
        let len = head[..end].iter().rev().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte)).count();
        let before = head.get((end - len).wrapping_sub(1)).copied().unwrap_or(b' ');
        let name = cut(text, end - len, end);
        if matches!(before, b' ' | b'"' | b'\'' | b'=' | b'(' | b'[' | b'\\')
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !PROGRAMS.contains(&name)
            // `rabbit@10.0.0.5`: a node of a cluster.
            && (Known::of(name).is_name() || !Known::of(name).is_word())
        {
            self.note_user(text, end - len, end);
        }
    }

    /// Notes who became somebody else: `su: (to root) jroe on pts/3`. The colon is at `at`.
    #[cold]
    #[inline(never)]
    pub(super) fn su_user(&mut self, text: &str, at: usize) {
        let rest = &text.as_bytes()[at..text.len().min(at + LINE_BYTES)];
        let Some(close) = memchr::memmem::find(rest, b") ").filter(|&len| len <= NAME_BYTES.end() + 8) else { return };
        let start = at + close + 2;
        let len = rest[close + 2..].iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte)).count();
        if rest[close + 2 + len..].starts_with(b" on ") {
            self.note_user(text, start, start + len);
        }
    }

    /// Notes the user in the bracket at `at` behind the outcome of a login: `Login OK: [sfluckiger] (from client ...`.
    #[cold]
    #[inline(never)]
    pub(super) fn radius_user(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        // `Login incorrect (mschap: ...): [jroe] (from client`
        let line = &bytes[at.saturating_sub(RADIUS_REACH_BYTES)..at];
        if memchr::memmem::find(line, b"Login OK").is_none() && memchr::memmem::find(line, b"Login incorrect").is_none() {
            return;
        }
        let rest = &bytes[at + 1..];
        let len = rest.iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte) || byte == b'\\').count();
        if matches!(rest.get(len), Some(b']' | b'/' | b'@')) {
            self.note_user(text, at + 1, at + 1 + len);
        }
    }

    /// Notes the user before `TTY=`, whose sign is at `at`: `sudo: mbertolini : TTY=pts/4 ; ...`.
    #[cold]
    #[inline(never)]
    pub(super) fn sudo_user(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let from = at.saturating_sub(SUDO_REACH_BYTES);
        let line = &bytes[from..at];
        let Some(found) = memchr::memmem::rfind(line, b"sudo") else { return };
        let Some(colon) = memchr::memmem::find(&line[found..], b": ").filter(|&len| len <= 16) else { return };
        let start = found + colon + 1;
        let start = start + line[start..].iter().take_while(|&&byte| byte == b' ').count();
        let len = line[start..].iter().take_while(|&&byte| is_user_byte(byte)).count();
        if line[start + len..].starts_with(b" : ") {
            self.note_user(text, from + start, from + start + len);
        }
    }

    /// Notes the user behind the backslash at `sign` that ends the capitals which begin at `at`: `CORP\sdevereux`. A path or an escape is none.
    #[cold]
    #[inline(never)]
    pub(super) fn domain_user(&mut self, text: &str, at: usize, sign: usize) {
        let bytes = text.as_bytes();
        let domain = cut(text, at, sign);
        let before = at.checked_sub(1).map_or(b' ', |at| bytes[at]);
        let doubled = bytes.get(sign + 1) == Some(&b'\\');
        let start = sign + 1 + usize::from(doubled);
        let rest = bytes.get(start..).unwrap_or_default();
        let len = rest.iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte)).count();
        let len = len - rest[..len].iter().rev().take_while(|&&byte| matches!(byte, b'.' | b'-')).count();
        let name = cut(text, start, start + len);
        // A machine ends with `$`, a folder or a format goes on.
        let next = rest.get(len).copied().unwrap_or(b' ');
        // `C:` stands before a path.
        let telling = DOMAINS.contains(&domain) || name.bytes().any(|byte| byte.is_ascii_digit()) || initials_and_family(name).is_some();
        if matches!(before, b'\\' | b'/' | b'%' | b'$' | b'-')
            || (before == b':' && (!telling || at < 3 || !text.as_bytes()[at - 2].is_ascii_alphanumeric()))
            || matches!(next, b'\\' | b'$' | b'/' | b'{' | b'(' | b'[' | b'+' | b'*' | b'%' | b'=' | 0x80..)
        {
            return;
        }
        let escape = matches!(name.as_bytes().first(), Some(b'n' | b't' | b'r' | b'u' | b'x' | b'b' | b'f' | b'v' | b'0'));
        // `KVAB\fjohnson HIER_DIRECT/proxy`: the field of a user (Squid).
        let known = DOMAINS.contains(&domain) || rest[len..].starts_with(b" HIER_");
        let file = name.rsplit_once('.').is_some_and(|(_, ending)| FILES.iter().any(|known| known.eq_ignore_ascii_case(ending)));
        let small = name.bytes().all(|byte| byte.is_ascii_lowercase());
        let person = name.bytes().any(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) || known;
        if file
            || !person
            || NO_DOMAINS.contains(&domain)
            || (escape && !known)
            || (small && !known && (Known::of(name).is_word() || FOLDERS.contains(&name)))
        {
            return;
        }
        self.note_user(text, start, start + len);
    }

    /// Notes the user behind the backslash at `sign` that ends the small letters which begin at `at`: `bank\rsingh`. Names of persons alone, since
    /// folders and escapes are written like this as well.
    #[cold]
    #[inline(never)]
    pub(super) fn user_of_small_domain(&mut self, text: &str, at: usize, sign: usize) {
        let bytes = text.as_bytes();
        let free = at == 0 || matches!(bytes[at - 1], b' ' | b'"' | b'\'' | b',' | b'=' | b'(' | b'|' | b'\t' | b'\n');
        let start = sign + 1 + usize::from(bytes.get(sign + 1) == Some(&b'\\'));
        let rest = bytes.get(start..).unwrap_or_default();
        let len = rest.iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte)).count();
        let known = DOMAINS.iter().any(|known| known.eq_ignore_ascii_case(cut(text, at, sign)));
        let escape = start == sign + 1 && matches!(rest.first(), Some(b'n' | b't' | b'r' | b'u' | b'x' | b'b' | b'f' | b'v' | b'0'));
        let ends = matches!(rest.get(len), None | Some(b' ' | b'"' | b'\'' | b',' | b';' | b')' | b'|' | b'\t' | b'\n'));
        let name = cut(text, start, start + len);
        let person = initials_and_family(name).is_some() || is_two_names(name);
        if free && ends && person && (2..=15).contains(&(sign - at)) && (known || !escape) {
            self.note_user(text, start, start + len);
        }
    }

    /// Notes the user in the parentheses at `at` of a message of RACF: `ICH408I USER(JMORRI2 ) GROUP(OPS)`.
    #[cold]
    #[inline(never)]
    pub(super) fn racf_user(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let inside = &bytes[at + 1..];
        let len =
            inside.iter().take(9).take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'#' | b'@' | b'$')).count();
        let blanks = inside[len..].iter().take(9).take_while(|&&byte| byte == b' ').count();
        if (1..=8).contains(&len) && inside.get(len + blanks) == Some(&b')') {
            self.note_user(text, at + 1, at + 1 + len);
        }
    }

    /// Notes the user of a mailbox in Dovecot's log, the parenthesis at `at`: `imap(ana.roe)<11873><Zq0e>: Copied`.
    #[cold]
    #[inline(never)]
    pub(super) fn mailbox_user(&mut self, text: &str, at: usize) {
        let inside = &text.as_bytes()[at + 1..];
        let len = inside.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')).count();
        let lettered = inside[..len].iter().any(u8::is_ascii_alphabetic);
        if len >= 3 && lettered && matches!(inside.get(len..len + 2), Some([b')', b'<' | b':'])) {
            self.note_user(text, at + 1, at + 1 + len);
        }
    }

    /// Notes the user whose folder begins at `at`: `/home/rsingh/x`, `C:\Users\rsingh`. Folders of programs have words for names.
    pub(super) fn home_user(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let head = &bytes[..at];
        // `C:\\Users\\rsingh` is a text that was escaped.
        let folder = [&b"/home/"[..], b"/Users/", b"\\Users\\", b"\\Users\\\\"].iter().any(|folder| head.ends_with(folder));
        // `arn:aws:sts::413352047705:assumed-role/OpsAdmin/yara.elkhatib`, `arn:aws:iam::413352047705:user/jdoe`
        let amazon = || {
            let tail = &head[head.len().saturating_sub(ARN_BYTES_MAX)..];
            // The role is the part before: what stands before it is looked at first, since paths have many parts.
            let role = memchr::memrchr(b'/', &tail[..tail.len() - 1]).is_some_and(|slash| tail[..slash].ends_with(b":assumed-role"));
            role || head.ends_with(b":user/") && memchr::memmem::rfind(tail, b":iam::").is_some()
        };
        if (!folder || is_route(head)) && !amazon() {
            return;
        }
        let len = bytes[at..].iter().take(NAME_BYTES.end() + 1).take_while(|&&byte| is_user_byte(byte)).count();
        let name = cut(text, at, at + len).trim_end_matches(['.', '-']);
        let known = Known::of(name);
        let file = name.rsplit_once('.').is_some_and(|(_, ending)| FILES.iter().any(|known| known.eq_ignore_ascii_case(ending)));
        // `getBalance` is a program's.
        let hump = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.contains(|c: char| c.is_ascii_uppercase());
        if !file && !hump && (known.is_name() || !known.is_word()) && !PROGRAMS.contains(&name) {
            self.note_user(text, at, at + name.len());
        }
    }

    fn note_user(&mut self, text: &str, start: usize, end: usize) {
        let name = cut(text, start, end);
        let sound = NAME_BYTES.contains(&name.len()) && name.bytes().any(|byte| byte.is_ascii_alphabetic()) && !name.contains('@');
        if sound && !is_no_user(name.as_bytes()) {
            self.note_cell(PiiClass::User, text, (start, end));
        }
    }
}

/// Whether a word behind a dot says what is in a file.
pub(super) fn is_file_ending(word: &str) -> bool {
    const TEXTS: [&str; 9] = ["yaml", "yml", "conf", "html", "xlsx", "docx", "toml", "jpeg", "jsonl"];
    FILES.iter().chain(&TEXTS).any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a path that ends here is one of a service, not of a disk: `GET /home/`, `/api/v1/Users/`; a drive is one letter.
fn is_route(head: &[u8]) -> bool {
    let named = |folder: &[u8]| head.strip_suffix(folder);
    if let Some(above) = named(b"/Users/") {
        return above.iter().rev().take(2).take_while(|byte| byte.is_ascii_alphanumeric()).count() > 1;
    }
    named(b"/home/").is_some_and(|above| METHODS.iter().any(|method| above.ends_with(method)))
}

fn is_user_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn users_of_programs_are_hidden() {
        for (text, user) in [
            ("81.97.120.13 - jparkinson [27/Nov/2026:04:17:33 +0000] \"GET / HTTP/1.1\" 200 17", "jparkinson"),
            ("host - h.leitgeb [11/Mar/2026:09:20:29 +0100] \"POST /x\" 302", "h.leitgeb"),
            ("h - CORP\\jdoe7 [11/Mar/2026:09:20:29 +0100]", "jdoe7"),
            ("sudo: mbertolini : TTY=pts/4 ; PWD=/opt/x ; USER=root ; COMMAND=/bin/ls", "mbertolini"),
            ("sudo[4417]:   kpatel04 : 3 incorrect password attempts ; TTY=pts/0 ; USER=root", "kpatel04"),
            ("CONNECT api.example.com:443 CORP\\sdevereux HIER_DIRECT/1", "sdevereux"),
            ("GET /x - 443 CORP\\eriksson.m 200", "eriksson.m"),
            ("logon of \"UKBANK\\\\jsmith04\" failed", "jsmith04"),
            ("CORP\\nwilson denied", "nwilson"),
            ("10.x,bank\\rsingh,block-url", "rsingh"),
            ("Access-Reject for \"grp\\\\mkowalska\" nas=x", "mkowalska"),
            ("h - 77018420 [14/Mar/2026:08:30:11 +0000] \"GET /x\" 200", "77018420"),
            ("Parameters=[@p0='mei.watanabe' (Size = 64)]", "mei.watanabe"),
            ("Login OK: [sfluckiger] (from client wlc port 0)", "sfluckiger"),
            ("Login incorrect: [hquint@corp] (from client wlc)", "hquint"),
            ("COMMAND=x ; PWD=/home/rsingh ; USER=root", "rsingh"),
            ("at C:\\Users\\mkessler04\\src\\x.cs:line 4", "mkessler04"),
            ("in /mnt/c/Users/mkessler04/src and C:/Users/mkessler04", "mkessler04"),
            ("in /export/home/rsingh", "rsingh"),
            ("new secret for dteixeira rejected", "dteixeira"),
            ("handled (rsingh) and closed by mkowalczyk.", "mkowalczyk"),
            ("handled (rsingh) and closed by mkowalczyk.", "rsingh"),
            ("granted role=x to=1 subject=vkozlov ns=psp", "vkozlov"),
            ("ticket moved mpatel04, late", "mpatel04"),
            ("at C:\\\\Users\\\\mkessler04\\\\src", "mkessler04"),
            ("actor:x target:CORP\\jmuller3 y", "jmuller3"),
            ("ICH408I USER(JMORRI2 ) GROUP(OPSBATCH) NAME(X    )", "JMORRI2"),
            ("\"arn:aws:sts::413352047705:assumed-role/OpsAdmin/yara.elkhatib\"", "elkhatib"),
            ("transitioned In Review to Done by astrid.nygaard (sprint 5)", "astrid.nygaard"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(user) && out.contains("[USER_"), "{user} in {out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn paths_escapes_and_formats_stay() {
        for text in [
            "10.0.0.1 - - [27/Nov/2026:04:17:33 +0000]".replace("10.0.0.1", "h"),
            "h - admin [27/Nov/2026:04:17:33 +0000]".into(),
            "ERROR\\nreason unknown".into(),
            "FAILED\\tthen".into(),
            "FATAL\\\\nstack trace".into(),
            "PROJ\\src and ABC\\u00e9 and YYYY\\MM".into(),
            "D:\\users\\x".into(),
            "\\\\SERVER\\share".into(),
            "SHARE\\folder\\file".into(),
            "NT AUTHORITY\\SYSTEM".into(),
            "BUILTIN\\Administrators".into(),
            "HKLM\\Software".into(),
            "BANK\\HOST01$".into(),
            "LIB\\readme.txt".into(),
            "^ORD\\d+ and SSN\\s+".into(),
            "put:\\customer\\(id)".into(),
            "APP\\module".into(),
            "sudo: pam_unix(sudo:session): session opened".into(),
            "TTY=pts/4".into(),
            "com.martin.app and maria.db and jose.util".into(),
            "import anna.lib".into(),
            "GET /api/v1/Users/findbyemail and POST /home/uebersicht".into(),
            "at /srv/home/getBalance".into(),
        ] {
            assert_eq!(scan_text(&engine(), &text), text);
        }
    }

    #[test]
    fn a_folder_with_an_address_in_its_name_stays_a_folder() {
        let out = scan_text(&engine(), "PWD=/opt/app-10.0.0.1");
        assert!(out.starts_with("PWD=/opt/app-[IP_"), "{out}");
        assert_eq!(scan_text(&engine(), &out), out);
    }
}
