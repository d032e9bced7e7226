//! The log against a signed manifest: the manifest holds the line that was the newest when it was written, and the log holds a line that
//! names the manifest. Both ways must fit; so a tail that was cut off, or a chain that was written anew, shows.

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;

use super::{Audit, action, label};
use crate::failure::Failure;
use crate::manifest::{MANIFEST, Manifest};

/// What is wrong with the audit log as this manifest knows it: its chain, the line that was the newest when the manifest was written, and
/// the line that names this manifest. Lines that went with the log's oldest files are not missed.
///
/// # Errors
/// When the log cannot be read.
pub fn check_audit(log: &Audit, manifest: &Manifest, text: &[u8]) -> Result<Vec<String>, Failure> {
    if !log.exists() {
        return Ok(vec!["audit.jsonl is missing beside the run; with --no-audit a run folder is checked alone".to_owned()]);
    }
    let digest = Digest::of(text).to_string();
    let publishes = [AuditAction::Publishing.name(), AuditAction::Published.name()];
    let (mut known, mut head) = (false, None);
    let walked = log.walk(|line| {
        let of_this = |name: &str, value: &str| label(&line.event, name) == Some(value);
        known |= publishes.contains(&action(&line.event)) && of_this("run", &manifest.id) && of_this("manifest", &digest);
        if manifest.audit.is_some_and(|expected| expected.sequence == line.sequence) {
            head = Some(line.digest);
        }
    });
    let walked = match walked {
        Ok(walked) => walked,
        Err(failure) if failure.exit == Exit::DigestMismatch => return Ok(vec![failure.message]),
        Err(failure) => return Err(failure),
    };
    let mut problems = Vec::new();
    let oldest_known = manifest.audit.map_or(0, |expected| expected.sequence);
    if let Some(expected) = manifest.audit.filter(|expected| expected.sequence >= walked.first) {
        match head {
            None => problems.push(format!("audit.jsonl was cut: it ends before event {}, which {MANIFEST} knows", expected.sequence)),
            Some(digest) if digest != expected.digest => {
                problems.push(format!("audit.jsonl was written anew: its event {} is not the one that {MANIFEST} knows", expected.sequence));
            }
            Some(_) => {}
        }
    }
    if !known && oldest_known >= walked.first {
        problems.push(format!("audit.jsonl does not know this {MANIFEST}: its publication is not in the log"));
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::details;
    use crate::manifest::tests::sample;

    /// A log of three events, of which the second publishes the manifest.
    fn log(manifest: &mut Manifest) -> (tempfile::TempDir, Audit, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        let log = Audit::of(dir.path());
        log.append(AuditAction::RunStarted, serde_json::Map::new()).unwrap();
        manifest.audit = log.head().unwrap();
        let text = crate::manifest::canonical_json(manifest).unwrap();
        let labels = details([("run", manifest.id.clone().into()), ("manifest", Digest::of(&text).to_string().into())]);
        log.append(AuditAction::Publishing, labels).unwrap();
        log.append(AuditAction::RunFinished, serde_json::Map::new()).unwrap();
        (dir, log, text)
    }

    #[test]
    fn the_log_must_know_the_manifest_and_hold_what_the_manifest_knows() {
        let mut manifest = sample();
        let (dir, audit, text) = log(&mut manifest);
        let found = |text: &[u8]| check_audit(&audit, &manifest, text).unwrap();
        assert_eq!(found(&text), Vec::<String>::new());
        assert!(found(b"another").iter().any(|problem| problem.contains("does not know this manifest.json")));
        let path = dir.path().join("audit.jsonl");
        let lines = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, "").unwrap();
        assert!(found(&text).iter().any(|problem| problem.contains("was cut")), "{:?}", found(&text));
        let other = Audit::of(&dir.path().join("other"));
        other.append(AuditAction::Verified, serde_json::Map::new()).unwrap();
        assert!(check_audit(&other, &manifest, &text).unwrap().iter().any(|problem| problem.contains("written anew")));
        std::fs::write(&path, lines.replacen("run_started", "run_startet", 1)).unwrap();
        assert!(found(&text).iter().any(|problem| problem.contains("line 2")), "{:?}", found(&text));
        std::fs::remove_file(&path).unwrap();
        assert!(found(&text)[0].contains("missing"));
    }

    #[test]
    fn what_went_with_old_files_of_the_log_is_not_missed() {
        let mut manifest = sample();
        let (dir, audit, text) = log(&mut manifest);
        let rotating = audit.with_bytes_max(1);
        rotating.append(AuditAction::RunStarted, serde_json::Map::new()).unwrap();
        assert_eq!(check_audit(&rotating, &manifest, &text).unwrap(), Vec::<String>::new());
        std::fs::remove_file(dir.path().join("audit-000000000003.jsonl")).unwrap();
        assert_eq!(check_audit(&rotating, &manifest, &text).unwrap(), Vec::<String>::new());
    }
}
