//! Fuzz targets of every file the runner reads. `cargo xtask fuzz runner` runs them for longer.
//!
//! A signed or chained text is refused before it is parsed when its digest or signature is wrong; these targets leave that out, so that the parser
//! behind holds by itself. The ledger's are beside it.

mod files;
mod manifest;
mod vault;

/// Tokens of JSON.
const JSON: &[&[u8]] = &[
    b"{\"",
    b"\":",
    b"\",\"",
    b"{}",
    b"[]",
    b"null",
    b"true",
    b"-1",
    b"18446744073709551616",
    b"1e400",
    b"0.5",
    b"\\u0000",
    b"\\ud83d",
    b"[[[[[[[[[[[[[[[[",
    b"\"version\":1",
    b"\"digest\":\"",
    b"\xff",
    b"\n",
    b"0000000000000000000000000000000000000000000000000000000000000000",
];
