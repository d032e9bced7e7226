//! Small vaults: every promise by itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::record::{TokenLink, TokenLinkRecord, VaultEntry, VaultEntryRecord};
use schemas::vault::VaultKey;

use super::erasure::{ErasureKey, Leaf};
use super::reveal::Known;
use super::rotate::{KeyNames, Links};
use super::{Delta, Places, Vault};
use crate::failure::Failure;

const SECRET: &[u8] = b"v4ult#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*(";
const JANE: &str = "[CUSTOMER_ABCAAAAAAAAAAAAAAAA]";
const RITA: &str = "[CUSTOMER_ABCBBBBBBBBBBBBBBBB]";

fn token(class: &str, number: u32) -> String {
    let digits: String =
        (0..16).map(|at| char::from(b'A' + (number.wrapping_mul(2_654_435_761) >> (at * 2) & 3) as u8 + (number >> at & 1) as u8 * 4)).collect();
    format!("[{class}_ABC{digits}]")
}

struct Case {
    dir: tempfile::TempDir,
    places: Places,
    key: VaultKey,
}

impl Case {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let places = Places { vault: dir.path().join("tokens"), erasure: dir.path().join("erasure") };
        places.create().unwrap();
        Self { dir, places, key: VaultKey::derive(SECRET) }
    }

    /// A delta of (token, owner, value).
    fn delta(&self, name: &str, entries: &[(String, &str, String)]) -> Delta {
        let mut writer = ContainerWriter::<_, VaultEntry>::new(Vec::new(), Digest::of(name.as_bytes()), 1).unwrap();
        for entries in entries.chunks(100) {
            let mut block = BlockBuilder::new(0);
            for (token, owner, value) in entries {
                block.push(&VaultEntryRecord { token, owner, sealed: &self.key.seal(token, value).unwrap() }, None).unwrap();
            }
            writer.write(block).unwrap();
        }
        let (bytes, summary) = writer.finish().unwrap();
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Delta { path, digest: summary.digest }
    }

    fn write(&self) -> Vault {
        Vault::write(&self.places).unwrap()
    }

    fn append(&self, name: &str, entries: &[(String, &str, String)]) -> super::Appended {
        let delta = self.delta(name, entries);
        self.write().append("2026-11-20", &[delta]).unwrap()
    }

    fn value(&self, token: &str) -> Result<Known, Failure> {
        Vault::read(&self.places)?.value(token, &self.key)
    }

    #[track_caller]
    fn check(&self, token: &str, expected: Option<&str>) {
        let found = match self.value(token).unwrap() {
            Known::Value(value, _) => Some(value),
            Known::Forgotten | Known::Nothing => None,
        };
        assert_eq!(found.as_deref(), expected, "{token}");
    }

    fn sound(&self) -> super::verify::Checked {
        let checked = Vault::read(&self.places).unwrap().check().unwrap();
        assert_eq!(checked.problems, Vec::<String>::new());
        checked
    }

    fn copy(&self, from: &Path, to: &str) -> PathBuf {
        let to = self.dir.path().join(to);
        copy_all(from, &to);
        to
    }
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let path = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &path);
        } else {
            std::fs::copy(entry.path(), path).unwrap();
        }
    }
}

/// Numbered cards and e-mail addresses: of Jane, of Rita, of nobody by turns.
fn night(from: u32, to: u32) -> Vec<(String, &'static str, String)> {
    let of = |number: u32| {
        let owner = [JANE, RITA, ""][number as usize % 3];
        [(token("CARD", number), owner, format!("4539{number:012}")), (token("EMAIL", number), owner, format!("user{number}@example.com"))]
    };
    (from..to).flat_map(of).collect()
}

#[test]
fn what_was_taken_in_is_found_under_its_token_alone() {
    let case = Case::new();
    let appended = case.append("one", &night(0, 700));
    assert_eq!((appended.deltas, appended.entries, appended.new), (1, 1_400, 1_400));
    for number in [0, 1, 2, 350, 699] {
        case.check(&token("CARD", number), Some(&format!("4539{number:012}")));
        case.check(&token("EMAIL", number), Some(&format!("user{number}@example.com")));
    }
    case.check(&token("CARD", 700), None);
    let checked = case.sound();
    assert_eq!((checked.entries, checked.entries_of_groups), (1_400, 466));
    for file in
        ["tokens", "erasure"].iter().flat_map(|name| walkdir::WalkDir::new(case.dir.path().join(name))).flatten().filter(|it| it.path().is_file())
    {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"example.com" || window == b"45390000000"), "{}", file.path().display());
    }
}

#[test]
fn a_delta_is_taken_in_once_and_an_entry_is_stored_once() {
    let case = Case::new();
    case.append("one", &night(0, 300));
    let before = std::fs::read(case.places.vault.join("journal.jsonl")).unwrap();
    assert_eq!(case.append("one", &night(0, 300)), super::Appended::default());
    assert_eq!(std::fs::read(case.places.vault.join("journal.jsonl")).unwrap(), before, "a replay writes nothing");
    // Another night with old and new entries, and one that is new for its owner alone.
    let mut second = night(200, 400);
    second.push((token("CARD", 0), RITA, format!("4539{:012}", 0)));
    let appended = case.append("two", &second);
    assert_eq!((appended.entries, appended.new), (401, 201));
    // What has an owner is not stored again for nobody.
    let third: Vec<_> = night(0, 3).into_iter().map(|(token, _, value)| (token, "", value)).collect();
    assert_eq!(case.append("three", &third).new, 0);
    assert_eq!(case.sound().entries, 801);
    let Known::Value(_, owners) = case.value(&token("CARD", 0)).unwrap() else { panic!("known") };
    assert_eq!(owners, [JANE, RITA]);
}

#[test]
fn segments_are_merged_and_nothing_is_lost() {
    let case = Case::new();
    for part in 0..23_u32 {
        case.append(&format!("night {part}"), &night(part * 10, part * 10 + 10));
        let sizes: Vec<u64> = case.write().state().segments.iter().map(|segment| segment.records).collect();
        assert!(sizes.windows(2).all(|pair| pair[0] >= 2 * pair[1]), "{sizes:?}");
    }
    assert_eq!(case.sound().entries, 460);
    let files = std::fs::read_dir(case.places.vault.join("segments")).unwrap().count();
    assert_eq!(files, case.write().state().segments.len());
    (0..230).for_each(|number| case.check(&token("CARD", number), Some(&format!("4539{number:012}"))));
}

#[test]
fn another_delta_than_the_reported_one_is_refused() {
    let case = Case::new();
    let mut delta = case.delta("one", &night(0, 3));
    delta.digest = Digest::of(b"another");
    assert_eq!(case.write().append("2026-11-20", &[delta]).unwrap_err().exit, Exit::DigestMismatch);
    assert_eq!(case.sound().entries, 0);
}

/// Every bit of every file of a small vault, and every cut: opening or checking says so. Nothing panics, and no value is opened wrong.
#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let case = Case::new();
    case.append("one", &night(0, 3));
    case.write().forget(&[RITA.to_owned()]).unwrap();
    let link = |bytes: &[u8]| linked(bytes);
    case.write().rotate(link).unwrap();
    case.sound();
    let files: Vec<PathBuf> = [&case.places.vault, &case.places.erasure]
        .iter()
        .flat_map(walkdir::WalkDir::new)
        .flatten()
        .filter(|entry| entry.path().is_file() && entry.file_name() != ".lock")
        .map(|entry| entry.path().to_owned())
        .collect();
    assert_eq!(files.len(), 5, "{files:?}");
    let noticed = || match Vault::read(&case.places) {
        Err(failure) => {
            assert!(matches!(failure.exit, Exit::DigestMismatch | Exit::KeyRefused | Exit::SchemaMismatch), "{}", failure.sentence());
            true
        }
        Ok(vault) => !vault.check().unwrap().problems.is_empty(),
    };
    let mut tried = 0;
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let put = |bytes: &[u8]| {
            let _ = std::fs::remove_file(&path);
            std::fs::write(&path, bytes).unwrap();
        };
        // Long runs of the erasure key are random bytes under one digest: a bit of each byte stands for all.
        let bits: Vec<usize> =
            if bytes.len() > 4_096 { (0..bytes.len()).map(|at| 8 * at + at % 8).collect() } else { (0..8 * bytes.len()).collect() };
        for bit in bits {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            put(&changed);
            assert!(noticed(), "bit {bit} of {}", path.display());
            tried += 1;
        }
        for length in 0..bytes.len() {
            put(&bytes[..length]);
            assert!(noticed(), "{length} bytes of {}", path.display());
            tried += 1;
        }
        put(&[bytes.as_slice(), b"\n"].concat());
        assert!(noticed(), "one byte more of {}", path.display());
        std::fs::remove_file(&path).unwrap();
        let missing = Vault::read(&case.places).map_or(true, |vault| !vault.check().unwrap().problems.is_empty());
        assert!(missing, "without {}", path.display());
        put(&bytes);
    }
    assert!(tried > 20_000, "{tried}");
    case.sound();
    std::fs::write(case.places.vault.join("segments/foreign.lmq"), b"foreign").unwrap();
    assert!(!noticed_sound(&case));
}

fn noticed_sound(case: &Case) -> bool {
    Vault::read(&case.places).unwrap().check().unwrap().problems.is_empty()
}

#[test]
fn who_is_forgotten_is_unreadable_in_a_restored_snapshot_too() {
    let case = Case::new();
    let mut entries = night(0, 60);
    // Jane's first card and a card of hers that stood in a record without a customer before; a card that is Rita's, too.
    entries.push((token("CARD", 0), RITA, format!("4539{:012}", 0)));
    case.append("one", &[(token("EMAIL", 500), "", "jane@example.com".to_owned()), (token("EMAIL", 501), "", "else@example.com".to_owned())]);
    entries.push((token("EMAIL", 500), JANE, "jane@example.com".to_owned()));
    case.append("two", &entries);
    let snapshot = case.copy(&case.places.vault, "snapshot");
    let others: Vec<u32> = (0..60).filter(|number| number % 3 != 0).collect();

    let forgotten = case.write().forget(&[JANE.to_owned()]).unwrap();
    assert_eq!((forgotten.entries, forgotten.entries_of_groups), (41, 1));
    assert!(forgotten.entries_kept > 0, "what others have in the group is kept");
    let jane: Vec<String> =
        (0..60).step_by(3).flat_map(|number| [token("CARD", number), token("EMAIL", number)]).chain([token("EMAIL", 500)]).collect();
    let gone = |case: &Case| {
        for token in jane.iter().filter(|name| **name != token("CARD", 0)) {
            case.check(token, None);
        }
        for &number in &others {
            case.check(&token("CARD", number), Some(&format!("4539{number:012}")));
        }
    };
    gone(&case);
    case.check(&token("EMAIL", 501), Some("else@example.com"));
    case.check(&token("CARD", 0), Some(&format!("4539{:012}", 0)));
    let checked = case.sound();
    assert_eq!((checked.forgotten, checked.entries_forgotten), (2, 0));
    // Again changes nothing.
    let before = std::fs::read(case.places.key()).unwrap();
    case.write().forget(&[JANE.to_owned()]).unwrap();
    assert_eq!(std::fs::read(case.places.key()).unwrap(), before);
    // In the next night's logs she stays forgotten.
    let appended = case.append("three", &night(0, 6));
    assert_eq!((appended.new, appended.forgotten), (0, 4));

    // The segments come back from a snapshot that still has her entries: refused until somebody says so, and unreadable then.
    std::fs::remove_dir_all(&case.places.vault).unwrap();
    copy_all(&snapshot, &case.places.vault);
    assert_eq!(Vault::read(&case.places).err().map(|failure| failure.exit), Some(Exit::DigestMismatch));
    assert_eq!(Vault::write(&case.places).err().map(|failure| failure.exit), Some(Exit::DigestMismatch));
    drop(Vault::adopt(&case.places, "restored after a lost disk").unwrap());
    // The group's entries of the snapshot are closed under the group's old key, which went with her: of nobody's values the snapshot gives none back.
    for token in &jane {
        if *token != super::tests::token("CARD", 0) {
            case.check(token, None);
        }
    }
    for number in others.iter().filter(|number| *number % 3 == 1) {
        case.check(&token("CARD", *number), Some(&format!("4539{number:012}")));
    }
    assert!(case.sound().entries_forgotten > 41);
    // Not even with the bytes of the old segments and all keys that there are: no node of the erasure key covers the leaf.
    assert!(ErasureKey::read(&case.places.key()).unwrap().key(Leaf::of(JANE)).is_none());
}

#[test]
fn who_is_forgotten_is_not_taken_in_again_as_nobody() {
    let case = Case::new();
    let (mail, later, early) = (token("EMAIL", 500), token("EMAIL", 501), token("EMAIL", 502));
    let nobody = |name: &str| (name.to_owned(), "", "jane@example.com".to_owned());
    let hers = |name: &str| (name.to_owned(), JANE, "jane@example.com".to_owned());
    case.append("one", &[hers(&mail), (token("CARD", 1), RITA, "4539000000000001".to_owned())]);
    let snapshot = case.copy(&case.places.vault, "snapshot");
    case.write().forget(&[JANE.to_owned()]).unwrap();
    // The next night her mail stands for nobody, beside somebody else's.
    let other = (token("EMAIL", 600), "", "else@example.com".to_owned());
    let appended = case.append("two", &[nobody(&mail), other.clone(), nobody(&early)]);
    assert_eq!((appended.new, appended.forgotten), (2, 1));
    case.check(&mail, None);
    // A token that comes with her after she was forgotten goes as well: the same night, and later.
    assert_eq!(case.append("three", &[hers(&later), hers(&early)]).new, 0);
    assert_eq!(case.append("four", &[nobody(&later)]).new, 0);
    case.check(&later, None);
    // What had stood for nobody before she was seen with it is there until she is forgotten again.
    case.check(&early, Some("jane@example.com"));
    let again = case.write().forget(&[JANE.to_owned()]).unwrap();
    assert_eq!((again.entries, again.entries_of_groups, again.entries_kept), (0, 1, 1));
    [&mail, &later, &early].iter().for_each(|name| case.check(name, None));
    case.check(&token("EMAIL", 600), Some("else@example.com"));
    case.sound();
    // Nor after the vault came back from before: the erasure key has her tokens, too.
    std::fs::remove_dir_all(&case.places.vault).unwrap();
    copy_all(&snapshot, &case.places.vault);
    drop(Vault::adopt(&case.places, "restored after a lost disk").unwrap());
    assert_eq!(case.append("five", &[nobody(&mail), nobody(&later), nobody(&early)]).new, 0);
    case.check(&token("CARD", 1), Some("4539000000000001"));
    case.sound();
}

#[test]
fn a_token_that_went_is_nobodys_under_a_new_key_either() {
    let case = Case::new();
    let mail = token("EMAIL", 500);
    case.append("one", &[(mail.clone(), JANE, "jane@example.com".to_owned()), (mail.clone(), RITA, "jane@example.com".to_owned())]);
    case.write().forget(&[JANE.to_owned()]).unwrap();
    case.write().rotate(linked).unwrap();
    let new = mail.replace("_ABC", "_XYZ");
    assert_eq!(case.append("two", &[(new, "", "jane@example.com".to_owned())]).new, 0);
    case.sound();
}

#[test]
fn an_old_copy_of_the_erasure_key_is_cut_again() {
    let case = Case::new();
    case.append("one", &night(0, 6));
    let old = std::fs::read(case.places.key()).unwrap();
    case.write().forget(&[JANE.to_owned()]).unwrap();
    std::fs::remove_file(case.places.key()).unwrap();
    std::fs::write(case.places.key(), old).unwrap();
    // A reader gives nothing away and a check says so; a writer cuts.
    case.check(&token("CARD", 0), None);
    assert!(Vault::read(&case.places).unwrap().check().unwrap().problems[0].contains("older copy"));
    drop(case.write());
    case.sound();
}

#[test]
fn an_erasure_key_of_another_vault_and_a_place_inside_the_other_are_refused() {
    let (case, other) = (Case::new(), Case::new());
    let mixed = Places { vault: case.places.vault.clone(), erasure: other.places.erasure.clone() };
    // Its head names another journal; with the head put right the key still is another's.
    assert!(Vault::read(&mixed).is_err());
    std::fs::copy(case.places.erasure.join("vault.head"), other.places.erasure.join("vault.head")).unwrap();
    assert_eq!(Vault::read(&mixed).err().map(|failure| failure.exit), Some(Exit::KeyRefused));
    let inside = Places { vault: case.dir.path().join("v"), erasure: case.dir.path().join("v/erasure") };
    assert_eq!(inside.create().unwrap_err().exit, Exit::Usage);
    assert_eq!(case.places.create().unwrap_err().exit, Exit::Usage);
}

#[test]
fn a_creation_cut_short_is_completed() {
    let case = Case::new();
    // Before the head, and before the key.
    let (head, key) = (case.places.erasure.join("vault.head"), std::fs::read(case.places.key()).unwrap());
    std::fs::remove_file(&head).unwrap();
    case.places.create().unwrap();
    assert_eq!(std::fs::read(case.places.key()).unwrap(), key, "a key that is there is kept");
    std::fs::remove_file(&head).unwrap();
    std::fs::remove_file(case.places.key()).unwrap();
    case.places.create().unwrap();
    case.append("one", &night(0, 3));
    std::fs::remove_file(case.places.erasure.join("vault.head")).unwrap();
    assert_eq!(case.places.create().unwrap_err().exit, Exit::Usage, "a vault with entries is never begun anew");
}

#[test]
fn a_live_erasure_key_is_never_replaced() {
    let (case, other) = (Case::new(), Case::new());
    let key = std::fs::read(case.places.key()).unwrap();
    // A lost disk took the vault, and somebody the head: the key still opens every copy.
    std::fs::remove_dir_all(&case.places.vault).unwrap();
    std::fs::remove_file(case.places.erasure.join("vault.head")).unwrap();
    assert_eq!(case.places.create().unwrap_err().exit, Exit::Usage);
    assert!(!case.places.vault.exists());
    // Nor beside the begun journal of another vault.
    let mixed = Places { vault: other.places.vault.clone(), erasure: case.places.erasure.clone() };
    assert_eq!(mixed.create().unwrap_err().exit, Exit::Usage);
    assert_eq!(std::fs::read(case.places.key()).unwrap(), key);
}

#[test]
fn a_torn_line_never_counted() {
    let case = Case::new();
    case.append("one", &night(0, 3));
    let path = case.places.vault.join("journal.jsonl");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [whole.as_slice(), b"{\"entry\":{\"sequ"].concat()).unwrap();
    std::fs::write(case.places.vault.join("segments/segment-000000000002-0000.lmq"), b"half").unwrap();
    case.check(&token("CARD", 0), Some("4539000000000000"));
    drop(case.write());
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    case.sound();
}

/// What the sealed step does, with a made-up new token.
fn linked(bytes: &[u8]) -> Result<Links, Failure> {
    let (container, mut scratch, key) = (Container::open(bytes).unwrap(), Vec::new(), VaultKey::derive(SECRET));
    let mut writer = ContainerWriter::<_, TokenLink>::new(Vec::new(), Digest::of(b"links"), 1).unwrap();
    let mut block = BlockBuilder::new(0);
    for number in 0..container.block_count() {
        for entry in container.block::<VaultEntry>(number, &mut scratch).unwrap().records() {
            let entry = entry.unwrap();
            assert!(key.open(entry.token, entry.sealed).is_some(), "it comes with its inner layer alone");
            block.push(&TokenLinkRecord { old: entry.token, new: &entry.token.replace("_ABC", "_XYZ") }, None).unwrap();
        }
    }
    writer.write(block).unwrap();
    let keys = KeyNames { old: "ABC".to_owned(), new: "XYZ".to_owned() };
    Ok(Links { bytes: writer.finish().unwrap().0, keys })
}

#[test]
fn a_rotation_links_tokens_and_owners_across_keys() {
    let case = Case::new();
    let mut entries = night(0, 30);
    entries.push((JANE.to_owned(), JANE, "cust-1".to_owned()));
    entries.push((RITA.to_owned(), RITA, "cust-2".to_owned()));
    entries.push((token("USER", 9), JANE, "jane".to_owned()));
    case.append("one", &entries);
    let rotated = case.write().rotate(linked).unwrap();
    assert_eq!((rotated.links, rotated.unlinked, rotated.before), (63, 0, false));
    let again = case.write().rotate(linked).unwrap();
    assert!(again.before && again.map == rotated.map);
    let map = std::fs::read(case.places.vault.join("maps").join(&rotated.map.file)).unwrap();
    assert!(!map.windows(5).any(|window| window == b"45390" || window == b"user1"));
    // A new token leads to the value that was seen under the old one.
    let new = |name: &str| name.replace("_ABC", "_XYZ");
    case.check(&new(&token("CARD", 0)), Some("4539000000000000"));
    // Under the new key Jane has a card, and one of her old ones stands for nobody.
    case.append(
        "two",
        &[
            (new(&token("CARD", 99)), Box::leak(new(JANE).into_boxed_str()), "4539000000000099".to_owned()),
            (new(&token("CARD", 3)), "", "4539000000000003".to_owned()),
        ],
    );
    case.check(&new(&token("CARD", 3)), Some("4539000000000003"));
    // Whichever of her names is given, she is forgotten under both.
    let forgotten = case.write().forget(&[new(JANE)]).unwrap();
    assert_eq!(forgotten.owners.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from([JANE, new(JANE).as_str()]));
    assert_eq!(forgotten.entries_of_groups, 1);
    for name in [token("CARD", 0), token("CARD", 3), JANE.to_owned(), token("USER", 9)] {
        case.check(&name, None);
        case.check(&new(&name), None);
    }
    case.check(&new(&token("CARD", 99)), None);
    case.check(&new(&token("CARD", 1)), Some("4539000000000001"));
    case.sound();
}

#[test]
fn a_night_between_the_parts_of_a_rotation_is_linked_as_well() {
    let case = Case::new();
    case.append("one", &night(0, 6));
    let first = case.write().rotate(linked).unwrap();
    // Cut short here; a night under the old key, with a token of the first, comes before the same command again.
    case.append("two", &night(5, 9));
    let second = case.write().rotate(linked).unwrap();
    assert_eq!((first.links, second.links, second.map.records, second.before), (12, 18, 6, false));
    for number in 0..9 {
        case.check(&token("CARD", number).replace("_ABC", "_XYZ"), Some(&format!("4539{number:012}")));
    }
    let third = case.write().rotate(linked).unwrap();
    assert!(third.before && third.links == 18 && third.map == second.map);
    // A night that brings nothing to link makes no map.
    case.append("three", &[("[CARD_XYZDEFGHIJKLMNOPQRS]".to_owned(), RITA, "4539000000000077".to_owned())]);
    assert!(case.write().rotate(linked).unwrap().before);
    assert_eq!(std::fs::read_dir(case.places.vault.join("maps")).unwrap().count(), 2);
    case.sound();
}

#[test]
fn who_owns_entries_under_a_name_of_the_forgotten_is_named() {
    let case = Case::new();
    let user: &str = Box::leak(token("USER", 9).into_boxed_str());
    case.append("one", &[(user.to_owned(), JANE, "jane".to_owned()), (token("CARD", 1), user, "4539000000000001".to_owned())]);
    assert_eq!(case.write().forget(&[JANE.to_owned()]).unwrap().also_owners, [user]);
    case.check(&token("CARD", 1), Some("4539000000000001"));
    case.write().forget(&[user.to_owned()]).unwrap();
    case.check(&token("CARD", 1), None);
}

/// A check of millions of owners takes minutes: a night is taken in meanwhile, segments are merged and removed, somebody is forgotten; and the check says what
/// was so at its beginning.
#[test]
fn a_check_keeps_no_writer_out() {
    let case = Case::new();
    for number in 0..3 {
        let entries: Vec<_> = (0..50).map(|at| (token("CARD", number * 50 + at), "[CUSTOMER_ABCDEFGHIJKLMNOPQRS]", format!("{at}"))).collect();
        case.write().append("2026-11-20", &[case.delta(&format!("delta {number}"), &entries)]).unwrap();
    }
    let mut reader = Vault::read(&case.places).unwrap();
    let (opened, entries) = (reader.opened(), reader.entries());
    reader.release();
    let late: Vec<_> = (0..200).map(|at| (token("CARD", 900 + at), "[CUSTOMER_ABCDEFGHIJKLMNOPQRT]", format!("{at}"))).collect();
    let mut writer = case.write();
    writer.append("2026-11-21", &[case.delta("late", &late)]).unwrap();
    writer.forget(&["[CUSTOMER_ABCDEFGHIJKLMNOPQRS]".to_owned()]).unwrap();
    drop(writer);
    let checked = reader.check_opened(opened).unwrap();
    assert_eq!((checked.entries, checked.entries_forgotten, checked.problems), (entries, 0, Vec::new()));
    let after = Vault::verify(&case.places).unwrap();
    assert_eq!((after.entries, after.problems), (200, Vec::new()));
}

/// What an approval led to may be lost with the process; that it was used is not.
#[test]
fn an_approval_is_used_up_before_the_value_is_known() {
    use super::approval::Good;
    let case = Case::new();
    let good = |number: u8| Good { approver: String::new(), id: Digest::of(&[number]) };
    case.write().use_up(&[good(1), good(2)]).unwrap();
    let used = |vault: &Vault| vault.state().used.len();
    assert_eq!(used(&case.write()), 2);
    // One that was used does not count a second time, whatever stands beside it, and one alone is not enough: the journal takes no such entry.
    for approvals in [[good(1), good(3)].as_slice(), &[good(3)], &[good(3), good(3)], &[]] {
        assert!(case.write().use_up(approvals).is_err());
    }
    assert_eq!(used(&Vault::read(&case.places).unwrap()), 2, "and holds none");
    let approvers = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<String>>();
    case.write().set_approvers(&approvers(&["a", "b"]), &[], "the first ones").unwrap();
    assert!(case.write().set_approvers(&approvers(&["c", "d"]), &[], "without approval").is_err());
    assert!(case.write().set_approvers(&approvers(&["c", "d"]), &[good(1), good(4)], "with a used one").is_err());
    case.write().set_approvers(&approvers(&["c", "d"]), &[good(4), good(5)], "with two").unwrap();
    let vault = Vault::read(&case.places).unwrap();
    assert_eq!((&vault.state().approvers, used(&vault)), (&approvers(&["c", "d"]), 4));
}

/// A vault of which only the first line is left is not begun again with other approvers.
#[test]
fn a_cut_vault_is_not_made_again() {
    let approvers = |names: [&str; 2]| names.map(str::to_owned).into_iter().collect::<BTreeSet<String>>();
    let case = Case::new();
    case.append("one", &night(0, 6));
    let journal = case.places.vault.join("journal.jsonl");
    let first = std::fs::read_to_string(&journal).unwrap().lines().next().unwrap().to_owned() + "\n";
    std::fs::write(&journal, first).unwrap();
    std::fs::remove_file(case.places.erasure.join("vault.head")).unwrap();
    assert!(case.places.create_for(&approvers(["a", "b"])).is_err(), "it has taken a night in");
    std::fs::remove_dir_all(case.places.vault.join("segments")).unwrap();
    case.places.create_for(&approvers(["a", "b"])).unwrap();
    std::fs::remove_file(case.places.erasure.join("vault.head")).unwrap();
    assert!(case.places.create_for(&approvers(["c", "d"])).is_err(), "others are named");
    case.places.create_for(&approvers(["a", "b"])).unwrap();
}

/// What a writer wrote and no entry names is no damage: it never counted, and the next writer removes it. Other files are none of a vault.
#[test]
fn what_a_dead_writer_left_is_no_problem() {
    let case = Case::new();
    case.append("one", &night(0, 6));
    let left = ["segments/segment-000000000099-0000.lmq", "segments/segment-000000000100-0000.lmq.part", "maps/map-000000000098.lmq"];
    std::fs::create_dir_all(case.places.vault.join("maps")).unwrap();
    left.iter().for_each(|name| std::fs::write(case.places.vault.join(name), b"half").unwrap());
    let checked = Vault::verify(&case.places).unwrap();
    let names = ["map-000000000098.lmq", "segment-000000000099-0000.lmq", "segment-000000000100-0000.lmq.part"];
    assert_eq!((checked.left, checked.problems), (names.map(str::to_owned).to_vec(), Vec::new()));
    let entries = checked.entries;
    std::fs::write(case.places.vault.join("segments/notes.txt"), b"x").unwrap();
    assert_eq!(Vault::verify(&case.places).unwrap().problems.len(), 1);
    std::fs::remove_file(case.places.vault.join("segments/notes.txt")).unwrap();
    drop(case.write());
    let checked = Vault::verify(&case.places).unwrap();
    assert_eq!((checked.entries, checked.left, checked.problems), (entries, Vec::new(), Vec::new()));
}

/// A token that was mistyped is not said to be forgotten. One that was forgotten before, and one that stands for nobody, are known.
#[test]
fn whom_the_vault_never_had_is_unknown() {
    let case = Case::new();
    case.append("one", &[(token("CARD", 1), JANE, "4539000000000001".to_owned()), (token("CUSTOMER", 7), "", "C-7".to_owned())]);
    let (stranger, nobody) = (token("CUSTOMER", 8), token("CUSTOMER", 7));
    let forget = |owners: &[&str]| case.write().forget(&owners.iter().map(|&owner| owner.to_owned()).collect::<Vec<_>>()).unwrap();
    let forgotten = forget(&[JANE, &stranger, &nobody]);
    assert_eq!((forgotten.entries, forgotten.entries_of_groups, &forgotten.unknown), (1, 1, &vec![stranger.clone()]));
    assert_eq!(forget(&[JANE]).unknown, Vec::<String>::new(), "again");
    // It was taken at its word all the same.
    assert_eq!(case.append("two", &[(token("CARD", 2), stranger.as_str(), "4539000000000002".to_owned())]).new, 0);
}
