//! Stored bytes: what a source is, its charset, its compression.

use fuzz::{Target, shape};
use schemas::record::Compression;

use super::TIME;
use crate::charset::{self, Utf16};
use crate::decompress;
use crate::sniff::{self, Sniff};
use crate::testing::{gzip, zstd};

/// Bytes asked of a decoder.
const HEAD: usize = 16 << 10;

#[test]
fn sniff() {
    let tokens: &[&[u8]] = &[
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"{\"a\":1}\n",
        b"[{",
        b"a,b\n",
        b"a=1 b=2\n",
        b"\0",
        b"2026-01-02 ERROR x\n",
    ];
    let target = Target::new("ingest-sniff", tokens).executions(500).memory_bytes((64 + 128) << 20);
    let target = target
        .seed(b"{\"a\":1}\n{\"a\":2}\n")
        .seed(b"a,b,c\n1,2,3\n")
        .seed(b"a=1 b=2\na=3 b=4\n")
        .seed(&gzip(b"{\"a\":1}\n"))
        .seed(b"\xff\xfea\0\n\0");
    target.check(|input| {
        let extension = ["", "jsonl", "json", "csv", "log"][input.len() % 5];
        let sniffed = Sniff::of(input, extension, &TIME);
        assert_eq!(sniffed, Sniff::of(input, extension, &TIME), "survey and read must agree");
        assert!(sniffed.mark_len <= 3);
        shape(&(
            sniffed.format as u8,
            sniffed.compression as u8,
            sniffed.charset as u8,
            sniffed.mark_len,
            sniffed.delimiter,
            sniffed.wrapper_len,
            sniff::is_binary(input),
        ))
    });
}

/// UTF-16 in pieces is UTF-16 at once; every text that comes out is UTF-8.
#[test]
fn charset() {
    let tokens: &[&[u8]] =
        &[b"\x3d\xd8\x00\xde", b"\xd8\x3d\xde\x00", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\x80", b"\xff", b"\xed\xa0\x80"];
    Target::new("ingest-charset", tokens).seed(b"a\0b\0\x3d\xd8\x00\xde").seed("é€😀".as_bytes()).check(|input| {
        let text = charset::decode(input);
        assert!(text.len() <= 3 * input.len());
        let mut units = 0;
        for big_endian in [false, true] {
            let (mut whole, mut pieces) = (Vec::new(), Vec::new());
            let mut one = Utf16::new(big_endian);
            one.push(input, &mut whole);
            one.finish(&mut whole);
            let mut many = Utf16::new(big_endian);
            input.chunks(1 + input.len() % 5).for_each(|piece| many.push(piece, &mut pieces));
            many.finish(&mut pieces);
            assert!(whole == pieces && std::str::from_utf8(&whole).is_ok());
            units += whole.iter().filter(|&&byte| byte == 0xef).count();
        }
        shape(&(text.chars().count().min(64), units.min(16), matches!(text, std::borrow::Cow::Borrowed(_))))
    });
}

fn decoded(input: &[u8], compression: Compression) -> u64 {
    let head = decompress::head(input, compression, HEAD);
    assert!(head.len() <= HEAD);
    // A decoder that is asked for less gives the beginning of the same.
    assert!(head.starts_with(&decompress::head(input, compression, 100.min(head.len()))));
    shape(&(head.len().min(512), head.first()))
}

#[test]
fn gzip_stream() {
    let tokens: &[&[u8]] = &[b"\x1f\x8b\x08\x00", b"\0\0\0\0", b"\x04\x00", b"\xff\xff\xff\xff"];
    let two = [gzip(b"first"), gzip(&b"second ".repeat(50))].concat();
    let target = Target::new("ingest-gzip", tokens).executions(500).seed(&gzip(b"hello hello hello")).seed(&two).seed(&gzip(&[0; 20_000]));
    target.check(|input| decoded(input, Compression::Gzip));
}

/// The bound of memory holds one window of `zstd --long` (128 MiB), which a frame may ask for.
#[test]
fn zstd_stream() {
    let tokens: &[&[u8]] = &[b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18", b"\x00\x00\x00", b"\xff\xff\xff\xff"];
    let target =
        Target::new("ingest-zstd", tokens).executions(500).memory_bytes((64 + 128) << 20).seed(&zstd(b"hello hello hello")).seed(&zstd(&[7; 20_000]));
    target.seed(&[zstd(b"first"), zstd(b"second")].concat()).check(|input| decoded(input, Compression::Zstd));
}
