//! Passwords on command lines of known programs (`sshpass -p x`, `net use Z: \\fs\share /user:y x`), as audit logs, shells and schedulers write them down.

use schemas::pii::PiiClass;

use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Bytes of a command line that are looked at.
const REACH_BYTES: usize = 400;
/// Bytes of a password.
const PASSWORD_BYTES_MAX: usize = 128;
/// Passwords of one line.
const PASSWORDS_MAX: usize = 4;

/// Where the password stands behind an option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the argument.
    Whole,
    /// Behind a user and this sign, of which the first one parts them.
    Behind(char),
}

/// Commands, the options that a password follows, and where.
#[rustfmt::skip]
const COMMANDS: &[(&[&str], &[&str], Place)] = &[
    (&["curl"], &[" -u ", " --user ", " -U ", " --proxy-user "], Place::Behind(':')),
    (&["sshpass"], &[" -p ", " -p"], Place::Whole),
    (&["mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb"], &[" -p"], Place::Whole),
    (&["ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldappasswd", "ldapwhoami"], &[" -w "], Place::Whole),
    (&["smbclient", "winexe", "rpcclient", "smbmap"], &[" -U "], Place::Behind('%')),
    (&["keytool", "jarsigner"], &[" -storepass ", " -keypass ", " -srcstorepass ", " -deststorepass "], Place::Whole),
    (&["openssl"], &[" pass:"], Place::Whole),
    (&["sqlcmd", "osql", "isql", "bcp", "zip", "unzip", "ipmitool"], &[" -P "], Place::Whole),
    (&["psexec", "rdesktop", "mongo", "mongosh", "mongodump", "mongorestore"], &[" -p "], Place::Whole),
    (&["schtasks"], &[" /rp ", " /p ", " /RP ", " /P "], Place::Whole),
    (&["xfreerdp"], &[" /p:"], Place::Whole),
    (&["lftp"], &[" -u ", " --user "], Place::Behind(',')),
    (&["expdp", "impdp", "sqlldr", "rman"], &[" ", " userid="], Place::Behind('/')),
    (&["snmpget", "snmpwalk", "snmpset", "snmpbulkwalk", "snmptrap"], &[" -c ", " -A ", " -X "], Place::Whole),
];

impl Worker<'_> {
    /// Notes the passwords on the command line whose command is the word at `at..end`.
    #[cold]
    #[inline(never)]
    pub(super) fn command_password(&mut self, text: &str, at: usize, end: usize) {
        let command = match cut(text, at, end) {
            // `C:\tools\PsExec64.exe`
            "exe" | "EXE" => {
                let stem = cut(text, 0, at).strip_suffix('.').unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
                stem.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase()
            }
            // `redis-cli`
            "cli" => if cut(text, 0, at).ends_with("redis-") { "redis-cli" } else { "" }.to_owned(),
            command => command.to_ascii_lowercase(),
        };
        let bytes = text.as_bytes();
        let reach = &bytes[end..bytes.len().min(end + REACH_BYTES)];
        let reach = end + memchr::memchr3(b'\n', b'|', b';', reach).unwrap_or(reach.len());
        let reach = (end..=reach).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(end);
        match command.as_str() {
            "net" => return self.of_net(text, end, reach),
            "htpasswd" => return self.of_htpasswd(text, end, reach),
            "redis-cli" => return self.behind_options(text, (end, reach), &[" -a "], Place::Whole),
            // `-p 8080:80` is a port, but where somebody logs in.
            "docker" | "podman" if bytes[end..reach].starts_with(b" login ") => {
                return self.behind_options(text, (end, reach), &[" -p "], Place::Whole);
            }
            _ => {}
        }
        if let Some((_, options, place)) = COMMANDS.iter().find(|(names, ..)| names.contains(&command.as_str())) {
            self.behind_options(text, (end, reach), options, *place);
        }
    }

    fn behind_options(&mut self, text: &str, (from, reach): (usize, usize), options: &[&str], place: Place) {
        let mut noted = 0;
        for option in options {
            let mut at = from;
            while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..reach], option.as_bytes()) {
                at += found + option.len();
                let Some((start, end)) = argument(text, at) else { break };
                let value = cut(text, start, end);
                let sign = match place {
                    Place::Whole => Some(0),
                    // `control=/opt/l.ctl`: a path in a parameter.
                    Place::Behind(_) if *option == " " && value.contains('=') => None,
                    Place::Behind(sign) => value.find(sign).map(|at| at + 1),
                };
                if sign.is_some_and(|sign| self.note_password(text, (start, end), sign)) {
                    noted += 1;
                }
                // Behind the command itself the first argument counts alone.
                if noted >= PASSWORDS_MAX || *option == " " {
                    return;
                }
            }
        }
    }

    /// `net use Z: \\fs\share /user:y x`, `net use \\fs\share x /user:y`, `net user y x /add`.
    fn of_net(&mut self, text: &str, end: usize, reach: usize) {
        let line = cut(text, end, reach);
        let share = line.get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case(" use "));
        let set = line.starts_with(" user ") && (line.contains(" /add") || line.contains(" /active") || line.contains(" /domain"));
        if !(set || share && line.contains("\\\\")) {
            return;
        }
        let (mut from, mut position) = (end, 0);
        let mut last_user = false;
        while let Some((start, to)) = Some(from).filter(|&from| from < reach).and_then(|from| argument(text, from + 1)) {
            let word = cut(text, start, to);
            let option = word.starts_with('/') || word == "*";
            let of_share = share && !option && !word.starts_with('\\') && !word.ends_with(':') && (last_user || position > 1);
            if (of_share || !share && position == 2 && !option) && self.note_password(text, (start, to), 0) {
                return;
            }
            last_user = word.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("/user:"));
            (from, position) = (to, position + 1);
        }
    }

    /// `htpasswd -b file user password`.
    fn of_htpasswd(&mut self, text: &str, end: usize, reach: usize) {
        let line = cut(text, end, reach);
        let Some(options) = line.split_whitespace().next().filter(|word| word.starts_with('-') && word.contains('b')) else { return };
        // With `n` there is no file.
        let place = if options.contains('n') { 1 } else { 2 };
        let (mut from, mut position) = (end, 0);
        while let Some((start, to)) = Some(from).filter(|&from| from < reach).and_then(|from| argument(text, from + 1)) {
            // Options are none of its places.
            let option = cut(text, start, to).starts_with('-');
            if position == place && !option {
                self.note_password(text, (start, to), 0);
                return;
            }
            (from, position) = (to, position + usize::from(!option));
        }
    }

    /// Notes the argument when what stands behind its first `sign` bytes may be a password.
    fn note_password(&mut self, text: &str, (start, end): (usize, usize), sign: usize) -> bool {
        let password = cut(text, start + sign, end);
        // A variable, a mask, an option, a port, the name of a hash: none of these is one.
        let variable = password.starts_with('$') || password.len() > 2 && password.starts_with('%') && password.ends_with('%');
        let masked = password.bytes().all(|byte| byte == b'*');
        let option = sign == 0 && (password.starts_with('-') || password.contains('=') && password.starts_with(|c: char| c.is_ascii_lowercase()));
        let port = password.len() <= 5 && password.bytes().all(|byte| byte.is_ascii_digit());
        let word = ["password", "public", "SHA", "MD5", "AES", "DES", "SHA-256", "SHA-512"].iter().any(|word| word.eq_ignore_ascii_case(password));
        let sound = password.len() > 2 && !variable && !masked && !option && !port && !word && !is_placeholder(password);
        if sound {
            self.note_cell(PiiClass::Secret, text, (start, end));
        }
        sound
    }
}

/// The argument that begins at `at`, without its quotes.
fn argument(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let quote = bytes.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let start = at + usize::from(quote.is_some());
    let stop = |byte: u8| quote.map_or(byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`'), |quote| byte == quote || byte < b' ');
    let len = bytes.get(start..)?.iter().take(PASSWORD_BYTES_MAX).take_while(|&&byte| !stop(byte)).count();
    let end = start + len;
    (len > 0 && text.is_char_boundary(start) && text.is_char_boundary(end)).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn passwords_of_commands_are_hidden() {
        for (text, gone, kept) in [
            ("curl -u reconuser:Zx9-plum_kettle https://sftp-gw.example/x", "plum_kettle", "sftp-gw.example/x"),
            ("+ curl -s --user 'svc:a b!c9' -X POST https://h.example", "a b!c9", "-X POST"),
            ("mysql -h db1 -u app -pS3cr3tpw core", "S3cr3tpw", "-h db1"),
            ("sshpass -p Tr4ins! sftp ops@gw", "Tr4ins", "sftp"),
            ("ldapsearch -x -w Qu1et-Pond -b dc=bank", "Qu1et-Pond", "-b"),
            ("keytool -list -storepass Qu1et-Pond -keypass Br0ad-Lake -v", "Qu1et-Pond", "-v"),
            ("keytool -list -storepass Qu1et-Pond -keypass Br0ad-Lake -v", "Br0ad-Lake", "-list"),
            ("cmd=\"sqlcmd -S db01 -U batch -P Qu1et-Pond -Q select\"", "Qu1et-Pond", "-Q select"),
            ("psexec \\\\srv01 -u corp\\x -p Qu1et-Pond cmd", "Qu1et-Pond", "cmd"),
            ("NET USE Z: \\\\fs02\\loans$ /USER:CORP\\x Qu1et-Pond", "Qu1et-Pond", "NET USE"),
            ("ran C:\\tools\\PsExec64.exe \\\\srv01 -p Qu1et-Pond cmd", "Qu1et-Pond", "srv01"),
            ("schtasks /create /ru x /rp Qu1et-Pond /tn nightly", "Qu1et-Pond", "/tn nightly"),
            ("redis-cli -h r1 -a Qu1et-Pond ping", "Qu1et-Pond", "ping"),
            ("docker login -u bot -p Qu1et-Pond reg.example", "Qu1et-Pond", "reg.example"),
            ("htpasswd -nb x Qu1et-Pond", "Qu1et-Pond", "-nb"),
            ("htpasswd -b /etc/f x Qu1et-Pond", "Qu1et-Pond", "/etc/f"),
            ("lftp -u x,Qu1et-Pond sftp://h.example", "Qu1et-Pond", "h.example"),
            ("expdp ledger/Qu1et-Pond directory=d", "Qu1et-Pond", "directory=d"),
            ("snmpwalk -v2c -c Qu1etPond sw01", "Qu1etPond", "sw01"),
            ("winexe -U corp/x%Qu1et-Pond //h dir", "Qu1et-Pond", "dir"),
            ("net use Z: \\\\fs02\\loans$ /user:CORP\\x Qu1et-Pond /persistent:no", "Qu1et-Pond", "/persistent:no"),
            ("net.exe use \\\\fs02\\loans$ Qu1et-Pond /user:CORP\\x", "Qu1et-Pond", "loans$"),
            ("net user x Qu1et-Pond /add", "Qu1et-Pond", "/add"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(gone) && out.contains(kept), "{gone} or {kept} in {out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn other_commands_stay() {
        for text in [
            "curl -u ${U}:${P} https://h.example",
            "curl -s -X POST https://h.example/u",
            "curl: (28) Operation timed out",
            "mysql -p core",
            "mysql -P 3306 -h db1",
            "openssl x509 -in cert.pem",
            "keytool -list -v",
            "docker run -p 8080:80 ledger",
            "zip -r a.zip out",
            "net use Z: \\\\fs02\\loans$ /persistent:no",
            "net use Z: /delete",
            "net amount 5",
            "net user /domain",
            "rman target /",
            "job.exe started",
            "sqlcmd -S db01 -P $PASS -Q select",
            "htpasswd -c /etc/f x",
            "cli -a started",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }

    #[test]
    fn a_command_line_without_end_takes_no_time() {
        let text = "net use ".repeat(20_000) + &"sqlcmd -P -P ".repeat(20_000);
        scan_text(&engine(), &text);
    }
}
