//! Words that say of what follows them that it is personal: what makes the driver ask the detectors of [`super::Trigger::Prefix`].
//!
//! Every word of letters before a blank comes by here, so one look at a small table by its first and last letter and its length sends nearly all away.

use super::{login, passphrase, spoken};

/// Schemes of HTTP credentials.
const SCHEMES: &[&str] = &["bearer", "basic", "splunk", "negotiate", "ntlm", "ssws", "hawk", "geniekey", "apikey", "dpop", "kerberos"];

/// Words of a database before values, which the driver reads itself: `INSERT INTO`, `Failing row contains`.
const STATEMENTS: &[&str] = &["insert", "contains"];

/// Commands whose line may hold a password.
#[rustfmt::skip]
const COMMANDS: &[&str] = &[
    "curl", "sshpass", "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldappasswd",
    "ldapwhoami", "smbclient", "winexe", "rpcclient", "smbmap", "keytool", "jarsigner", "openssl", "sqlcmd", "osql", "isql", "bcp", "zip", "unzip", "ipmitool",
    "psexec", "rdesktop", "mongo", "mongosh", "mongodump", "mongorestore", "schtasks", "xfreerdp", "lftp", "expdp", "impdp", "sqlldr", "rman", "snmpget",
    "snmpwalk", "snmpset", "snmpbulkwalk", "snmptrap", "net", "htpasswd", "docker", "podman", "exe", "cli",
];

/// Lengths of the words by their first and last letter, a bit each.
const LENGTHS: [[u16; 26]; 26] = {
    let mut table = [[0; 26]; 26];
    let lists = [SCHEMES, STATEMENTS, COMMANDS, login::WORDS, passphrase::WORDS, spoken::DIGITS];
    let mut list = 0;
    while list < lists.len() {
        let mut word = 0;
        while word < lists[list].len() {
            let bytes = lists[list][word].as_bytes();
            // Words with other letters are asked about by themselves.
            if bytes.len() < 16 && bytes[0].is_ascii_lowercase() && bytes[bytes.len() - 1].is_ascii_lowercase() {
                table[(bytes[0] - b'a') as usize][(bytes[bytes.len() - 1] - b'a') as usize] |= 1 << bytes.len();
            }
            word += 1;
        }
        list += 1;
    }
    table
};

/// Whether a word may be one of those.
pub(crate) fn may_be(word: &[u8]) -> bool {
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return false };
    let letter = |byte: u8| usize::from((byte | 0x20).wrapping_sub(b'a'));
    word.len() < 16 && LENGTHS.get(letter(*first)).and_then(|row| row.get(letter(*last))).is_some_and(|lengths| lengths >> word.len() & 1 == 1)
}

/// Whether a word is a command whose line may hold a password.
pub(crate) fn is_command(word: &[u8]) -> bool {
    COMMANDS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// Whether a capitalised word is none of the names around it but says what follows: the driver asks about it by itself.
pub(crate) fn ends_run(word: &[u8]) -> bool {
    may_be(word) && [SCHEMES, login::WORDS, passphrase::WORDS].into_iter().flatten().any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_pass_and_others_do_not() {
        assert!(
            [SCHEMES, login::WORDS, passphrase::WORDS, spoken::DIGITS].into_iter().flatten().all(|word| !word.is_ascii() || may_be(word.as_bytes()))
        );
        assert!(may_be(b"Bearer") && may_be(b"PASSWORD"));
        assert!(["", "transaction", "{", "x", "éa"].iter().all(|word| !may_be(word.as_bytes())));
    }
}
