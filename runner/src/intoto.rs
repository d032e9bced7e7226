//! The run as an in-toto Statement v1, signed in a DSSE envelope, for auditors and tools that do not know this program.
//!
//! `attestation.json` is the Statement in canonical JSON, `attestation.dsse.json` the envelope: its payload is the bytes of the first,
//! its signature is ed25519 over the pre-authentication encoding of DSSE v1, by the key that signs the manifest. Predicate: SLSA Provenance v1
//! with a build type of our own ([`BUILD_TYPE`]), described in `docs/FORMATS.md`.
//!
//! - **Subjects** are the manifest and every published file, by path in the run folder, with BLAKE3 and SHA-256 digests. A file with raw
//!   text has the digest alone that a sealed step gave: this process does not read it.
//! - **Resolved dependencies** are the survey of the sources (a digest of their content), the sealed binaries and the policy.
//! - Overrides of the sandbox are copied, so that nobody trusts an output without having had the chance to see them.
//!
//! Everything but the SHA-256 digests follows from the manifest; [`problems`] makes it again and compares.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::ids::Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base64;
use crate::disk::{self, Sha256};
use crate::failure::Failure;
use crate::keys::{PublicKey, Signer};
use crate::manifest::{MANIFEST, Manifest, canonical_json};

/// The Statement in a run folder.
pub const ATTESTATION: &str = "attestation.json";
/// The signed envelope around it.
pub const ENVELOPE: &str = "attestation.dsse.json";
/// The build type of our provenance.
pub const BUILD_TYPE: &str = "urn:logminer-qa:pipeline-run:v1";
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
const PREDICATE_TYPE: &str = "https://slsa.dev/provenance/v1";
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
const FILE_BYTES_MAX: u64 = 256 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeSignature {
    keyid: String,
    sig: String,
}

/// The Statement of a run. `manifest_text` is the signed text; `sha256` holds the digests of all files but those with raw text, by path in the run
/// folder.
///
/// # Errors
/// When it cannot be made.
pub fn payload(manifest: &Manifest, manifest_text: &[u8], sha256: &BTreeMap<String, Sha256>) -> Result<Vec<u8>, Failure> {
    canonical_json(&statement(manifest, manifest_text, sha256))
}

/// Writes Statement and envelope into a run folder, before the manifest.
///
/// # Errors
/// When they cannot be written.
pub fn write(run: &Path, payload: &[u8], signer: &Signer) -> Result<(), Failure> {
    let envelope = Envelope {
        payload: base64::encode(payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![EnvelopeSignature {
            keyid: signer.public().to_hex(),
            sig: base64::encode(&signer.sign(&pre_authentication_encoding(payload))),
        }],
    };
    disk::write_atomic(&run.join(ATTESTATION), payload, disk::FILE_MODE)?;
    disk::write_atomic(&run.join(ENVELOPE), &canonical_json(&envelope)?, disk::FILE_MODE)
}

/// What is wrong with the attestation of a run: signature, or anything that does not follow from the manifest. `sha256` as in [`write`], of
/// the files as they are now; a file that is not in it is left to the digests of the manifest.
///
/// # Errors
/// When the Statement cannot be made again.
pub fn problems(
    run: &Path,
    manifest: &Manifest,
    manifest_text: &[u8],
    sha256: &BTreeMap<String, Sha256>,
    key: &PublicKey,
) -> Result<Vec<String>, Failure> {
    let (Ok(payload), Ok(bytes)) = (disk::read_small(&run.join(ATTESTATION), FILE_BYTES_MAX), disk::read_small(&run.join(ENVELOPE), FILE_BYTES_MAX))
    else {
        return Ok(vec![format!("{ATTESTATION} or {ENVELOPE} cannot be read")]);
    };
    let signed = serde_json::from_slice::<Envelope>(&bytes).ok().filter(|envelope| canonical_json(envelope).is_ok_and(|text| text == bytes));
    let Some(Envelope { payload: encoded, payload_type, signatures }) = signed else {
        return Ok(vec![format!("{ENVELOPE} is damaged")]);
    };
    let mut problems = Vec::new();
    let [signature] = signatures.as_slice() else { return Ok(vec![format!("{ENVELOPE} has not exactly one signature")]) };
    let Some(signed_payload) = base64::decode(&encoded) else { return Ok(vec![format!("{ENVELOPE} is damaged")]) };
    let bytes = base64::decode(&signature.sig).unwrap_or_default();
    if payload_type != PAYLOAD_TYPE || signature.keyid != key.to_hex() || !key.verifies(&pre_authentication_encoding(&signed_payload), &bytes) {
        problems.push(format!("{ENVELOPE} is not what was signed with this key"));
    }
    if signed_payload != payload {
        problems.push(format!("{ATTESTATION} is not the statement that {ENVELOPE} holds"));
    }
    // The signed one counts from here on, so that a changed copy does not blame the files.
    let found: Value = serde_json::from_slice(&signed_payload).unwrap_or_default();
    let attested = digests_in(&found);
    for (file, digest) in sha256 {
        if attested.get(file) != Some(digest) {
            problems.push(format!("{file} is not the file that {ATTESTATION} names: its SHA-256 digest is another"));
        }
    }
    if canonical_json(&statement(manifest, manifest_text, &attested))? != signed_payload {
        problems.push(format!("{ATTESTATION} does not follow from {MANIFEST}"));
    }
    Ok(problems)
}

/// SHA-256 digests that a Statement names, by file; the manifest's own is made again.
fn digests_in(statement: &Value) -> BTreeMap<String, Sha256> {
    let subjects = statement["subject"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = subjects.iter().filter_map(|subject| Some((subject["name"].as_str()?, subject["digest"]["sha256"].as_str()?)));
    named.filter(|(name, _)| *name != MANIFEST).map(|(name, digest)| (name.to_owned(), Sha256(digest.to_owned()))).collect()
}

/// `PAE("application/vnd.in-toto+json", payload)` of DSSE v1.
fn pre_authentication_encoding(payload: &[u8]) -> Vec<u8> {
    let mut text = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
    text.extend(payload);
    text
}

fn statement(manifest: &Manifest, manifest_text: &[u8], sha256: &BTreeMap<String, Sha256>) -> Value {
    let subject = |name: &str, digest: Digest, sha256: Option<&Sha256>| {
        let mut digests = json!({ "blake3": digest });
        if let Some(sha256) = sha256 {
            digests["sha256"] = sha256.0.clone().into();
        }
        json!({ "name": name, "digest": digests })
    };
    let own = Sha256::of(manifest_text);
    let outputs = manifest.tasks.iter().flat_map(|task| &task.outputs).map(|output| (output.file.as_str(), output.digest));
    let files: BTreeMap<&str, Digest> = outputs.chain(manifest.files.iter().map(|file| (file.file.as_str(), file.digest))).collect();
    let subjects: Vec<Value> = std::iter::once(subject(MANIFEST, Digest::of(manifest_text), Some(&own)))
        .chain(files.into_iter().map(|(name, digest)| subject(name, digest, sha256.get(name))))
        .collect();
    json!({ "_type": STATEMENT_TYPE, "subject": subjects, "predicateType": PREDICATE_TYPE, "predicate": predicate(manifest) })
}

/// What an input is that lies in no folder of the run; none when it lies there.
fn named_elsewhere(file: &str, date: &str) -> Option<&'static str> {
    let kinds = [
        ("carried", crate::carried::from_before(file, date)),
        ("test_run", crate::carried::from_tests(file)),
        ("model", crate::model::is_model(file)),
    ];
    kinds.into_iter().find_map(|(name, fits)| fits.then_some(name))
}

/// SLSA Provenance v1: what was asked, what it was made from, who made it.
fn predicate(manifest: &Manifest) -> Value {
    let survey = manifest.tasks.iter().flat_map(|task| &task.outputs).filter(|output| output.name == "source");
    let binaries = manifest.binaries.iter().map(|(name, digest)| json!({ "name": format!("stages/{name}"), "digest": { "blake3": digest } }));
    let carried = manifest.tasks.iter().flat_map(|task| &task.inputs).filter(|input| named_elsewhere(&input.file, &manifest.date).is_some());
    let carried: BTreeMap<&str, Digest> = carried.map(|input| (input.file.as_str(), input.digest)).collect();
    let dependencies: Vec<Value> = survey
        .map(|output| json!({ "name": "sources", "uri": output.file, "digest": { "blake3": output.digest } }))
        .chain(carried.into_iter().map(|(file, digest)| {
            let name = named_elsewhere(file, &manifest.date).unwrap_or_default();
            json!({ "name": name, "uri": file, "digest": { "blake3": digest } })
        }))
        .chain(binaries)
        .chain(manifest.runner.digest.map(|digest| json!({ "name": "logminer", "digest": { "blake3": digest } })))
        .chain([json!({ "name": "policy", "digest": { "blake3": manifest.policy } })])
        .collect();
    json!({
        "buildDefinition": {
            "buildType": BUILD_TYPE,
            "externalParameters": { "date": manifest.date, "policy": manifest.policy, "shards": manifest.shards },
            "internalParameters": {
                "development": manifest.development, "keys": manifest.keys, "overrides": manifest.overrides, "partitions": manifest.partitions,
                "pipeline": manifest.pipeline, "sandbox": manifest.sandbox, "schema": manifest.schema, "threads": manifest.threads,
            },
            "resolvedDependencies": dependencies,
        },
        "runDetails": {
            "builder": { "id": "urn:logminer-qa:runner", "version": { "logminer": manifest.runner.version } },
            "metadata": { "invocationId": manifest.id, "startedOn": manifest.started_at, "finishedOn": manifest.published_at },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use crate::manifest::Override;
    use crate::manifest::tests::sample;

    struct Case {
        dir: tempfile::TempDir,
        keys: Keys,
        manifest: Manifest,
        text: Vec<u8>,
    }

    fn case() -> Case {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
        let mut manifest = sample();
        manifest.overrides.push(Override { property: "no_paths".to_owned(), reason: "ticket 1".to_owned() });
        for file in ["release/a.json", "release/b.json"] {
            manifest.files.push(crate::bundle::Unpacked { file: file.to_owned(), digest: Digest::of(b"a"), bytes: 1, bundle: "report".to_owned() });
        }
        let text = canonical_json(&manifest).unwrap();
        let sha256 = BTreeMap::from([("release/a.json".to_owned(), Sha256::of(b"a"))]);
        write(dir.path(), &payload(&manifest, &text, &sha256).unwrap(), &keys.signer().unwrap()).unwrap();
        Case { dir, keys, manifest, text }
    }

    fn check(case: &Case, sha256: &[(&str, &[u8])], expected: &[&str]) {
        let sha256 = sha256.iter().map(|(file, bytes)| ((*file).to_owned(), Sha256::of(bytes))).collect();
        let found = problems(case.dir.path(), &case.manifest, &case.text, &sha256, &case.keys.public().unwrap()).unwrap();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_encoding_is_the_one_of_dsse() {
        // The example of the specification (protocol.md) with our payload type.
        assert_eq!(pre_authentication_encoding(b"hello world"), b"DSSEv1 28 application/vnd.in-toto+json 11 hello world");
    }

    #[test]
    fn a_statement_says_what_it_is_made_from_and_what_was_overridden() {
        let case = case();
        let statement: Value = serde_json::from_slice(&std::fs::read(case.dir.path().join(ATTESTATION)).unwrap()).unwrap();
        assert_eq!(statement["_type"], STATEMENT_TYPE);
        assert_eq!(statement["subject"][0]["name"], MANIFEST);
        assert_eq!(statement["subject"][1]["digest"]["sha256"], "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        assert_eq!(statement["subject"][2]["digest"]["sha256"], Value::Null);
        assert_eq!(statement["predicate"]["buildDefinition"]["internalParameters"]["overrides"][0]["reason"], "ticket 1");
        check(&case, &[("release/a.json", b"a")], &[]);
    }

    #[test]
    fn another_file_another_manifest_and_another_key_are_named() {
        let mut case = case();
        check(&case, &[("release/a.json", b"b")], &["release/a.json is not the file that attestation.json names: its SHA-256 digest is another"]);
        case.manifest.threads += 1;
        check(&case, &[], &["attestation.json does not follow from manifest.json"]);
        case.manifest.threads -= 1;
        case.keys = Keys::generate(&case.dir.path().join("other"), true).unwrap();
        check(&case, &[], &["attestation.dsse.json is not what was signed with this key"]);
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let case = case();
        for name in [ATTESTATION, ENVELOPE] {
            let path = case.dir.path().join(name);
            let sound = std::fs::read(&path).unwrap();
            // Every fifth byte, each time another of its bits.
            for at in (0..sound.len()).step_by(5) {
                let mut changed = sound.clone();
                changed[at] ^= 1 << (at % 8);
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, &changed).unwrap();
                let found = problems(case.dir.path(), &case.manifest, &case.text, &BTreeMap::new(), &case.keys.public().unwrap()).unwrap();
                assert!(found.iter().any(|problem| problem.contains(name)), "byte {at} of {name}: {found:?}");
            }
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, &sound).unwrap();
        }
    }
}
