//! Names of files as they may be printed. A file name is outside input: it can hold escape sequences, newlines or no text at all.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Characters of a name that are printed before the rest is cut.
const SHOWN_MAX: usize = 256;

/// A path for messages: plain ASCII letters, digits and `._-/ =+@,` stay, every other byte is `\xNN`.
#[must_use]
pub fn shown(path: &Path) -> String {
    let mut text = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if text.len() >= SHOWN_MAX {
            text.push_str("...");
            break;
        }
        if byte.is_ascii_alphanumeric() || b"._-/ =+@,".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The format hint of a source: its extension in lower case, without a compression suffix; empty when there is none worth passing on.
#[must_use]
pub fn extension(path: &Path) -> String {
    let plain = |path: &Path| {
        path.extension()
            .and_then(|extension| extension.to_str())
            .map(str::to_ascii_lowercase)
            .filter(|extension| extension.len() <= 16 && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    match plain(path).as_deref() {
        Some("gz" | "gzip" | "zst" | "zstd") => path.file_stem().and_then(|stem| plain(Path::new(stem))).unwrap_or_default(),
        Some(extension) => extension.to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn hostile_bytes_are_escaped() {
        assert_eq!(shown(Path::new("a/b-1.log")), "a/b-1.log");
        assert_eq!(shown(Path::new(OsStr::from_bytes(b"a\n\x1b[2J\xff{{=x}}"))), "a\\x0a\\x1b\\x5b2J\\xff\\x7b\\x7b=x\\x7d\\x7d");
    }

    #[test]
    fn long_names_are_cut() {
        assert!(shown(Path::new(&"a".repeat(5_000))).len() < 300);
    }

    fn check(name: &str, expected: &str) {
        assert_eq!(extension(Path::new(name)), expected);
    }

    #[test]
    fn extensions_lose_the_compression_suffix() {
        check("day.jsonl", "jsonl");
        check("day.JSONL.gz", "jsonl");
        check("day.csv.zst", "csv");
        check("day.gz", "");
        check("day", "");
        check(".hidden", "");
        check("a.b c", "");
    }
}
