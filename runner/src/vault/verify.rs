//! Checking a whole vault: nothing is opened but the outer layer, so no value comes to light.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::Digest;

use super::forget::is_group;
use super::open::{is_written_here, unwrapped};
use super::segment::{Entry, Segment};
use super::{Places, Vault};
use crate::disk;
use crate::failure::Failure;
use schemas::vault::Layer;

/// Keys of owners that are kept while a segment is checked: 32 MiB with their names.
const LAYERS_MAX: usize = 1 << 18;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// The vault's id.
    pub vault: String,
    /// Lines of the journal.
    pub journal_entries: u64,
    /// Segments.
    pub segments: u64,
    /// Entries in them.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Entries in groups.
    pub entries_of_groups: u64,
    /// Entries whose owner was forgotten: unreadable.
    pub entries_forgotten: u64,
    /// Leaves that were forgotten.
    pub forgotten: u64,
    /// Rotations.
    pub rotations: u64,
    /// Files that a writer left that died before an entry named them; the next writer removes them.
    pub left: Vec<String>,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// The files of a vault, opened at one moment.
pub(super) struct Opened {
    /// One for each segment that the journal names.
    segments: Vec<Result<Segment, Failure>>,
    bytes: u64,
    /// Files of a writer's names that the journal does not name.
    left: Vec<String>,
    /// What is wrong with links, and files that are none of a vault.
    problems: Vec<String>,
}

impl Vault {
    /// Checks a vault as it is at this moment: its files are opened under the lock, and looked at without it, so that a night's append need not wait for the
    /// minutes that millions of owners take. Files never change once they are written; one that is removed meanwhile stays readable here until the end.
    ///
    /// # Errors
    /// As [`Vault::read`] and [`Vault::check`].
    pub fn verify(places: &Places) -> Result<Checked, Failure> {
        let mut vault = Self::read(places)?;
        let opened = vault.opened();
        vault.release();
        vault.check_opened(opened)
    }

    /// Checks every file by digest, order and outer layer, and that the erasure key lacks what was forgotten.
    ///
    /// # Errors
    /// When a file cannot be read; what is wrong in one is a problem.
    pub fn check(&self) -> Result<Checked, Failure> {
        self.check_opened(self.opened())
    }

    /// Opens every file.
    pub(super) fn opened(&self) -> Opened {
        let state = self.state();
        let segments = state.segments.iter().map(|named| Segment::open(&self.places.segments(), named)).collect();
        let mut named: BTreeSet<&str> = state.segments.iter().map(|segment| segment.file.as_str()).collect();
        let (mut left, mut problems) = (Vec::new(), Vec::new());
        for (_, _, map) in &state.maps {
            named.insert(&map.file);
            let path = self.places.maps().join(&map.file);
            if disk::digest_file(&path).map_or(Digest([0; 32]), |(digest, _)| digest) != map.digest {
                problems.push(format!("{} is missing or is not the file that the journal names", map.file));
            }
        }
        for folder in [self.places.segments(), self.places.maps()] {
            for file in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                if named.contains(name.as_str()) {
                    continue;
                }
                if is_written_here(&name) {
                    left.push(name);
                } else {
                    problems.push(format!("{} is no file of this vault", crate::names::shown(std::path::Path::new(&name))));
                }
            }
        }
        left.sort_unstable();
        problems.sort_unstable();
        Opened { segments, bytes: self.bytes(), left, problems }
    }

    /// Checks what was opened.
    pub(super) fn check_opened(&self, opened: Opened) -> Result<Checked, Failure> {
        let state = self.state();
        let mut checked = Checked {
            vault: state.vault.clone(),
            journal_entries: state.next,
            segments: state.segments.len() as u64,
            bytes: opened.bytes,
            left: opened.left,
            forgotten: state.forgotten.len() as u64,
            rotations: state.maps.len() as u64,
            ..Checked::default()
        };
        if let Some(leaf) = state.forgotten.iter().find(|&&leaf| !self.key.is_punctured(leaf)) {
            checked.problems.push(format!(
                "the erasure key still knows the forgotten leaf {}: an older copy was put back; any writer cuts it out again",
                leaf.to_hex()
            ));
        }
        if !state.tokens.iter().all(|&leaf| self.key.has_token(leaf)) {
            checked
                .problems
                .push("the erasure key lacks tokens that went with an owner: an older copy was put back; any writer notes them again".to_owned());
        }
        for (segment, file) in state.segments.iter().zip(opened.segments) {
            let outcome = file.and_then(|file| {
                if file.is(segment.digest) { self.check_segment(&file, &mut checked) } else { Ok(Some("is not the file that the journal names")) }
            });
            match outcome {
                Ok(None) => {}
                Ok(Some(problem)) => checked.problems.push(format!("{} {problem}", segment.file)),
                Err(failure) => checked.problems.push(failure.sentence()),
            }
        }
        checked.problems.extend(opened.problems);
        Ok(checked)
    }

    fn check_segment(&self, segment: &Segment, checked: &mut Checked) -> Result<Option<&'static str>, Failure> {
        let container = segment.container()?;
        let (mut before, mut problem) = (None::<Entry>, None);
        // Entries are sorted by token, so an owner's come one by one; the keys of those that were met are kept, up to a bound.
        let mut layers: BTreeMap<Box<str>, Option<Layer>> = BTreeMap::new();
        for number in 0..container.block_count() {
            segment.block(&container, number, |entry| {
                let entry = Entry::new(entry.token, entry.owner, entry.sealed);
                if before.as_ref().is_some_and(|before| *before >= entry) {
                    problem = Some("is not sorted");
                }
                checked.entries += 1;
                checked.entries_of_groups += u64::from(is_group(&entry.owner));
                if layers.len() >= LAYERS_MAX {
                    layers.clear();
                }
                match layers.entry(entry.owner.clone()).or_insert_with(|| self.layer(&entry.owner)) {
                    None => checked.entries_forgotten += 1,
                    Some(layer) if opens(layer, &entry) => {}
                    Some(_) => problem = Some("holds an entry that does not open under its owner's key"),
                }
                before = Some(entry);
            })?;
        }
        Ok(problem)
    }
}

fn opens(layer: &Layer, entry: &Entry) -> bool {
    unwrapped(layer, entry).is_some()
}
