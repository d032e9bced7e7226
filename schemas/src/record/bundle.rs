//! Bundles: files a step makes, unpacked by the runner under checked names.

use super::record_kind;

/// One file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bincode::Encode, bincode::BorrowDecode)]
pub struct BundleFile<'a> {
    /// Relative path: parts of `[A-Za-z0-9._-]`, at most 128 bytes each, joined by `/`; never `.` or `..`.
    pub path: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

impl BundleFile<'_> {
    /// Whether the path is one the runner will unpack.
    #[must_use]
    pub fn path_is_safe(&self) -> bool {
        let part_is_safe = |part: &str| {
            !part.is_empty()
                && part.len() <= 128
                && part != "."
                && part != ".."
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        self.path.len() <= 512 && self.path.split('/').all(part_is_safe)
    }
}

impl serde::Serialize for BundleFile<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("BundleFile", 2)?;
        out.serialize_field("path", self.path)?;
        out.serialize_field("content", &String::from_utf8_lossy(self.bytes))?;
        out.end()
    }
}

record_kind!(
    /// Files, each path once. What comes first means nothing.
    Bundle = Bundle, version 1, view BundleFile<'a>,
    schema "bundle/1 path:str bytes:[u8]"
);
