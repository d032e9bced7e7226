//! The token vault in whole runs, sealed: off it leaves no trace, on it changes nothing else; what goes in comes out for two approvals alone, and not at
//! all for a customer who was forgotten.

mod common;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use common::{Bank, files_below, records};
use serde_json::Value;
use xtask::logminer::{self, Call};

const REASON: &str = "ticket 4711: chargeback";
const CARD: &str = "4539661318609139";

struct Case {
    bank: Bank,
}

impl Case {
    fn new(records: u64) -> Self {
        let bank = Bank::with_day(records, 11);
        bank.log(
            "vault.jsonl",
            b"{\"timestamp\":\"2026-11-20T08:00:00Z\",\"customer_id\":\"CUST-9900-1122-33\",\"message\":\"card 4539 6613 1860 9139 declined\",\"email\":\"jane.roe@example.com\"}\n\
              {\"timestamp\":\"2026-11-20T08:00:01Z\",\"message\":\"mail to jane.roe@example.com bounced\"}\n\
              {\"timestamp\":\"2026-11-20T08:00:02Z\",\"customer_id\":\"CUST-9900-1122-44\",\"email\":\"rita.doe@example.com\"}\n",
        );
        for name in ["ana", "ben", "eve"] {
            logminer::command().args(["keygen", "--keys"]).arg(bank.path(name)).run_quietly().unwrap();
        }
        Self { bank }
    }

    fn placed(&self, call: Call) -> Call {
        let call = call.arg("--vault-path").arg(self.bank.path("tokens"));
        call.arg("--vault-erasure").arg(self.bank.path("erasure"))
    }

    fn token(&self, what: &str) -> Call {
        let call = logminer::command().args(["token", what]).arg("--runs").arg(self.bank.path("runs")).arg("--keys").arg(self.bank.path("keys"));
        self.placed(call)
    }

    /// A vault whose approvers are Ana and Ben.
    fn init(&self) {
        self.token("init").arg("--config").arg(self.config("approvers.toml", ["ana", "ben"])).run_quietly().unwrap();
    }

    fn config(&self, name: &str, approvers: [&str; 2]) -> PathBuf {
        let config = self.bank.path(name);
        std::fs::write(&config, format!("vault_approvers = [\"{}/signing.pub\", \"{}/signing.pub\"]\n", approvers[0], approvers[1])).unwrap();
        config
    }

    fn run(&self) -> Call {
        self.placed(self.bank.run_into("runs").arg("--vault"))
    }

    fn approval(&self, who: &str, token: &str, reason: &str) -> PathBuf {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        // What the same key signs for the same end is the same approval, and ends are whole seconds: each has an end of its own.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let out = self.bank.path(&format!("{who}-{number}.approval"));
        let call = self.token("approve").args([token, "--reason", reason]).arg("--key").arg(self.bank.path(who).join("signing.key"));
        call.args(["--valid-minutes", &(60 + number).to_string()]).arg("--out").arg(&out).run_quietly().unwrap();
        out
    }

    fn reveal(&self, token: &str, approvals: &[&Path]) -> (u8, String, String) {
        // Who reveals chooses the configuration, and with it nobody who approves.
        let config = self.config("mine.toml", ["eve", "ben"]);
        let call = self.token("reveal").args([token, "--reason", REASON]).arg("--config").arg(config);
        approvals.iter().fold(call, |call, path| call.arg("--approval").arg(path)).outcome().unwrap()
    }

    /// The same with both approvals; none when it was refused.
    fn value(&self, token: &str) -> Option<String> {
        let (ana, ben) = (self.approval("ana", token, REASON), self.approval("ben", token, REASON));
        let (code, out, error) = self.reveal(token, &[&ana, &ben]);
        if code == 0 {
            return Some(out.trim().to_owned());
        }
        assert!([2, 32].contains(&code) && out.is_empty(), "{code}: {error}");
        None
    }

    fn events(&self, action: &str) -> Vec<Value> {
        let log = std::fs::read_to_string(self.bank.path("runs/audit.jsonl")).unwrap();
        log.lines().map(|line| serde_json::from_str(line).unwrap()).filter(|event: &Value| event["event"]["action"] == action).collect()
    }

    /// A token of the clean record that holds these texts.
    fn token_in(&self, class: &str, texts: &[&str]) -> String {
        let lines = records(&self.bank.latest("runs"), "clean", "clean");
        let line = lines.iter().find(|line| texts.iter().all(|text| line.contains(text))).expect("the record is there");
        let at = line.find(&format!("[{class}_")).expect("the token is there");
        line.split_at(at).1.split_inclusive(']').next().unwrap().to_owned()
    }
}

fn copy(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, target).unwrap();
    }
}

#[test]
fn off_it_leaves_no_trace_and_on_it_changes_nothing_else() {
    let case = Case::new(1_500);
    case.bank.run_into("off").args(["--shards", "2"]).run_quietly().unwrap();
    // Without a vault, a run that is to feed one does not begin.
    assert_eq!(case.run().args(["--shards", "2"]).outcome().unwrap().0, 2);
    case.init();
    case.run().args(["--shards", "2"]).run_quietly().unwrap();
    let (off, on) = (case.bank.latest("off"), case.bank.latest("runs"));
    let names = |run: &Path| -> Vec<PathBuf> { files_below(run).iter().map(|path| path.strip_prefix(run).unwrap().to_owned()).collect() };
    assert_eq!(names(&off), names(&on), "no file of the vault is in a run");
    let drawn = |name: &Path| {
        ["release/report", "mined/release", "mined/report", "mined/verdict_release", "manifest", "attestation"]
            .iter()
            .any(|begin| name.to_string_lossy().starts_with(begin))
    };
    let (mut same, mut bytes) = (0, 0);
    for name in names(&off).iter().filter(|name| !drawn(name)) {
        let (without, with) = (std::fs::read(off.join(name)).unwrap(), std::fs::read(on.join(name)).unwrap());
        assert!(without == with, "{}", name.display());
        (same, bytes) = (same + 1, bytes + without.len());
    }
    assert!(same > 40 && bytes > 1_000_000, "{same} files, {bytes} bytes");
    let said = |run: &Path| std::fs::read_to_string(run.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&said(&off)).unwrap();
    assert!(manifest["keys"]["vault"].is_null() && !said(&off).contains("vault_delta") && !said(&on).contains("vault_delta"));
    assert!(!std::fs::read_to_string(case.bank.path("off/audit.jsonl")).unwrap().contains("vault"));
    // The same night again is the same run, and takes nothing in.
    let journal = std::fs::read(case.bank.path("tokens/journal.jsonl")).unwrap();
    let (code, out, error) = case.run().args(["--shards", "2"]).outcome().unwrap();
    assert!(code == 0 && out.contains("\"unchanged\":true") && out.contains("\"steps_run\":0"), "{out}{error}");
    assert_eq!(std::fs::read(case.bank.path("tokens/journal.jsonl")).unwrap(), journal);
    assert_eq!(case.events("vault_appended").len(), 1);
    // So is the night in a new runs folder, whose deltas are the same bytes.
    let again = case.placed(case.bank.run_into("again").args(["--vault", "--shards", "2"]));
    again.run_quietly().unwrap();
    assert_eq!(std::fs::read(case.bank.path("tokens/journal.jsonl")).unwrap(), journal);
    logminer::command().arg("verify").arg(&on).arg("--keys").arg(case.bank.path("keys")).run_quietly().unwrap();
}

#[test]
fn a_value_comes_out_for_two_approvals_alone() {
    let case = Case::new(400);
    case.init();
    case.run().run_quietly().unwrap();
    let token = case.token_in("CARD", &["declined"]);
    let (ana, ben) = (case.approval("ana", &token, REASON), case.approval("ben", &token, REASON));
    let eve = case.approval("eve", &token, REASON);
    let other = case.approval("ben", "[CARD_ABCDEFGHIJKLMNOPQRS]", REASON);
    let reason = case.approval("ben", &token, "another ticket");
    let changed = case.bank.path("changed.approval");
    std::fs::write(&changed, std::fs::read_to_string(&ben).unwrap().replace("\"version\":2", "\"version\":3")).unwrap();
    let refused: [(&[&Path], &str); 7] = [
        (&[], "too_few_approvals"),
        (&[&ana], "too_few_approvals"),
        (&[&ana, &ana], "same_approver_twice"),
        (&[&ana, &eve], "approver_unknown"),
        (&[&ana, &other], "approval_of_another_token"),
        (&[&ana, &reason], "approval_of_another_reason"),
        (&[&ana, &changed], "approval_unreadable"),
    ];
    for (number, (approvals, code)) in refused.into_iter().enumerate() {
        let (exit, out, error) = case.reveal(&token, approvals);
        assert!(exit == 32 && !out.contains(CARD) && !error.contains(CARD), "{code}: {exit} {out}{error}");
        let events = case.events("token_reveal_refused");
        assert_eq!((events.len(), events[number]["labels"]["code"].as_str()), (number + 1, Some(code)));
        assert_eq!((&events[number]["labels"]["token"], &events[number]["event"]["reason"]), (&token.as_str().into(), &REASON.into()));
    }
    assert!(case.events("token_revealed").is_empty());
    let (exit, out, _) = case.reveal(&token, &[&ana, &ben]);
    assert_eq!((exit, out.trim()), (0, CARD));
    let revealed = case.events("token_revealed");
    assert_eq!((revealed.len(), &revealed[0]["labels"]["token"]), (1, &token.as_str().into()));
    assert!(revealed[0]["labels"]["approvers"].as_str().unwrap().len() > 128);
    // Each approval is good for one reveal, also beside one that was not used.
    let again = case.approval("ana", &token, REASON);
    for approvals in [[ana.as_path(), &ben], [&again, &ben]] {
        let (exit, out, error) = case.reveal(&token, &approvals);
        assert!(exit == 32 && !out.contains(CARD) && error.contains("used before"), "{exit} {out}{error}");
        assert_eq!(case.events("token_reveal_refused").last().unwrap()["labels"]["code"], "approval_used");
    }
    // Eve becomes an approver when Ana and Ben approve it, and not by herself.
    let change = |approvals: &[&Path]| {
        let call =
            case.token("approvers").args(["ana", "ben", "eve"].map(|who| case.bank.path(who).join("signing.pub"))).args(["--reason", "Eve joins"]);
        approvals.iter().fold(call, |call, path| call.arg("--approval").arg(path)).outcome().unwrap().0
    };
    let approved = |who: &str| {
        let out = case.bank.path(&format!("{who}-change.approval"));
        let call = case.token("approve").args(["--reason", "Eve joins"]).arg("--key").arg(case.bank.path(who).join("signing.key"));
        let call = ["ana", "ben", "eve"].iter().fold(call, |call, who| call.arg("--approvers").arg(case.bank.path(who).join("signing.pub")));
        call.arg("--out").arg(&out).run_quietly().unwrap();
        out
    };
    let [by_ana, by_ben, by_eve] = ["ana", "ben", "eve"].map(approved);
    assert_eq!([change(&[]), change(&[&by_eve, &by_ben]), change(&[&by_ana])], [32; 3]);
    assert_eq!((change(&[&by_ana, &by_ben]), change(&[&by_ana, &by_ben])), (0, 32));
    let (exit, out, error) = case.reveal(&token, &[&eve, &again]);
    assert_eq!((exit, out.trim()), (0, CARD), "{error}");
    // A value in the place of a token is not repeated in the log.
    assert_eq!(case.reveal(CARD, &[&ana, &ben]).0, 2);
    assert!(!std::fs::read_to_string(case.bank.path("runs/audit.jsonl")).unwrap().contains(CARD));
    // No value is readable in what lies on the disk.
    for file in files_below(&case.bank.path("tokens")).iter().chain(&files_below(&case.bank.path("erasure"))) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(CARD.len()).any(|window| window == CARD.as_bytes() || window == b"jane.roe@example"), "{}", file.display());
    }
}

#[test]
fn a_forgotten_customer_is_unreadable_in_a_restored_snapshot_and_a_rotation_links_the_rest() {
    let case = Case::new(400);
    case.init();
    case.run().run_quietly().unwrap();
    let (card, jane) = (case.token_in("CARD", &["declined"]), case.token_in("CUSTOMER", &["declined"]));
    let mail = case.token_in("EMAIL", &["bounced"]);
    let snapshot = case.bank.path("snapshot");
    copy(&case.bank.path("tokens"), &snapshot);
    assert_eq!(case.value(&card).as_deref(), Some(CARD));
    assert_eq!(case.value(&mail).as_deref(), Some("jane.roe@example.com"));
    case.token("forget").args([&jane, "--reason", "erasure request 815"]).run_quietly().unwrap();
    // Her mail stood in a record without a customer, too.
    assert_eq!((case.value(&card), case.value(&mail)), (None, None));
    case.token("verify").run_quietly().unwrap();
    // The vault comes back from before: refused, and unreadable once it is adopted.
    std::fs::remove_dir_all(case.bank.path("tokens")).unwrap();
    copy(&snapshot, &case.bank.path("tokens"));
    assert_eq!(case.token("verify").outcome().unwrap().0, 31);
    assert_eq!(case.run().outcome().unwrap().0, 31);
    case.token("verify").args(["--adopt", "ticket 12: lost disk"]).run_quietly().unwrap();
    assert_eq!((case.value(&card), case.value(&mail)), (None, None));
    // A new token key: tokens of the old one lead on to those of the new one.
    let out = case.token("rotate").arg("--json").output().unwrap();
    let rotated: Value = serde_json::from_slice(&out).unwrap();
    assert!(rotated["links"].as_u64().unwrap() > 50, "{rotated}");
    assert!(case.bank.path("keys").join(format!("token-{}.key", rotated["from"].as_str().unwrap())).exists());
    let map = PathBuf::from(rotated["map"].as_str().unwrap());
    let links = String::from_utf8(logminer::command().arg("inspect").arg(&map).output().unwrap()).unwrap();
    let link: Value = links
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|link| link["old"].as_str().unwrap().starts_with("[CUSTOMER_"))
        .unwrap();
    let (old, new) = (link["old"].as_str().unwrap(), link["new"].as_str().unwrap());
    let value = case.value(old).expect("it is there");
    assert_eq!(case.value(new), Some(value.clone()));
    // The next run writes the new tokens, and its entries are found by them.
    case.run().run_quietly().unwrap();
    assert_eq!(case.value(new), Some(value));
    assert!(records(&case.bank.latest("runs"), "clean", "clean").iter().any(|line| line.contains(new)));
    case.token("verify").run_quietly().unwrap();
    let segment = files_below(&case.bank.path("tokens/segments")).remove(0);
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&segment).unwrap();
    std::fs::write(&segment, bytes).unwrap();
    let (code, _, error) = case.token("verify").outcome().unwrap();
    assert!(code == 31 && error.contains("segment-"), "{error}");
}
