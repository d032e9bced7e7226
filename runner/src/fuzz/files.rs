//! Texts people write (policy, pipeline), keys, and names from outside.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use fuzz::{Target, shape};
use schemas::record::BundleFile;

use crate::keys::{PublicKey, Signer, strong_enough};
use crate::pipeline::Pipeline;
use crate::{hex, names, policy_file};

const TOML: &[&[u8]] = &[
    b"[ingest]\n",
    b"[sanitize]\n",
    b"[mine]\n",
    b"[report]\n",
    b"[gherkin]\n",
    b"[[step]]\n",
    b"profile = \"production\"\n",
    b"timestamp_field = \"t\"\n",
    b"keep_fields = [\"*\"]\n",
    b" = ",
    b"\"\"\"",
    b"'''",
    b"[[",
    b"]]",
    b"{ a = 1 }",
    b"1e400",
    b"nan",
    b"-9223372036854775809",
    b"2026-01-02",
    b"a.b.c.d.e.f",
    b"#",
    b"\r\n",
    b"\\u0000",
    b"\xff",
    b"[[[[[[[[[[[[[[[[[[[[[[[[",
];

/// A policy that parses is checked, and its message names the file, never the content's secrets: here only that nothing panics.
#[test]
fn policy() {
    let seed = b"profile = \"development\"\n[ingest]\ntimestamp_field = \"t\"\nutc_offset_minutes = 60\n[sanitize]\nkeep_fields = [\"a.b\", \"c*\"]\n[mine]\nvelocity_count = 9\n[report]\nepsilon = \"1.0\"\n[gherkin]\ncustomers_min = 5\n";
    Target::new("runner-policy", TOML).executions(500).seed(seed).check(|input| {
        let Ok(text) = std::str::from_utf8(input) else { return 0 };
        match policy_file::parse(text, std::path::Path::new("p.toml")) {
            Ok(policy) => shape(&policy.digest()),
            Err(failure) => shape(&failure.sentence().chars().filter(char::is_ascii_digit).count()),
        }
    });
}

#[test]
fn pipeline() {
    let seed = "partitions = 8\n[[step]]\nname = \"a.b\"\neach = \"run\"\nfolder = \"raw\"\nwrites = { x = \"raw\" }\n[[step]]\nname = \"c.d\"\neach = \"partition\"\nfolder = \"mined\"\nreads = [\"x\"]\nwrites = { y = \"event/partitioned\" }\n";
    Target::new("runner-pipeline", TOML).executions(500).seed(seed.as_bytes()).check(|input| {
        let Ok(text) = std::str::from_utf8(input) else { return 0 };
        match Pipeline::parse(text) {
            Ok(pipeline) => {
                let earlier = |(at, step): (usize, &crate::pipeline::Step)| step.reads.iter().all(|read| read.writer < at);
                assert!(pipeline.steps.iter().enumerate().all(earlier), "a step reads what a later one writes");
                shape(&(pipeline.partitions.min(16), pipeline.steps.len(), pipeline.names().len()))
            }
            Err(failure) => shape(&failure.sentence().len()),
        }
    });
}

#[test]
fn keys() {
    let tokens: &[&[u8]] = &[
        b"logminer-default-secret",
        b"0123456789abcdef",
        b"\x30\x53\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70",
        b"\xa1\x23\x03\x21\x00",
        b"\x04\x22\x04\x20",
        b"\n",
    ];
    let document = ring::signature::Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).unwrap();
    let hexadecimal = "0123456789abcdef".repeat(4);
    Target::new("runner-keys", tokens).executions(300).bytes_max(160).seed(document.as_ref()).seed(hexadecimal.as_bytes()).check(|input| {
        let signer = Signer::from_pkcs8(input).is_ok();
        let public = std::str::from_utf8(input).ok().and_then(PublicKey::from_hex);
        if let Some(key) = &public {
            assert_eq!(key.to_hex(), String::from_utf8_lossy(input).to_lowercase());
            assert!(!key.verifies(b"message", input));
        }
        let decoded = std::str::from_utf8(input).ok().and_then(hex::decode);
        assert!(decoded.as_ref().is_none_or(|bytes| bytes.len() * 2 == input.len()));
        shape(&(signer, public.is_some(), decoded.map(|bytes| bytes.len()), strong_enough("token", input).is_ok()))
    });
}

/// A name that passes stays below the folder it is joined to, and a name that is shown has no character that a terminal acts on.
#[test]
fn file_name() {
    let tokens: &[&[u8]] =
        &[b"../", b"./", b"/", b"//", b"..", b"\0", b"\n", b"\x1b[31m", b"a.feature", b"features/", b"\xff", b"\xe2\x80\xae", b"-rf", b"%n", b"~"];
    Target::new("runner-file-name", tokens).bytes_max(700).seed(b"features/a.feature").seed(b"../../etc/passwd").check(|input| {
        let shown = names::shown(Path::new(OsStr::from_bytes(input)));
        assert!(!shown.chars().any(char::is_control));
        let Ok(path) = std::str::from_utf8(input) else { return shape(&shown.len()) };
        let safe = BundleFile { path, bytes: b"" }.path_is_safe();
        if safe {
            assert!(Path::new(path).components().all(|part| matches!(part, Component::Normal(_))));
            assert!(Path::new("release").join(path).starts_with("release"));
        }
        shape(&(safe, shown.len().min(64), path.matches('/').count()))
    });
}
