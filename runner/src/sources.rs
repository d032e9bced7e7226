//! The raw inputs of a run: found by walking, opened without following links, never read here.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::limits::{SOURCES_MAX, TEST_FILES_MAX};

use crate::canaries::Canaries;
use crate::failure::Failure;
use crate::names::{extension, shown};

/// Files that hold existing tests or their results.
const TEST_EXTENSIONS: [&str; 3] = ["feature", "json", "xml"];
/// How often opening a file is tried again while somebody renames folders on its way.
const OPEN_TRIES: u32 = 1_000;

/// What files are given for, in the words of what is said about them.
struct Given {
    one: &'static str,
    all: &'static str,
    flag: &'static str,
}

const INPUT: Given = Given { one: "input", all: "inputs", flag: "--input" };
const TESTS: Given = Given { one: "tests", all: "tests", flag: "--tests" };

/// What identifies a file's content without reading it. A writer that keeps all of these equal needs the clock of the host in its hands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StatId {
    /// Device.
    pub dev: u64,
    /// Inode.
    pub ino: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// Time of the last change of content, nanoseconds.
    pub mtime_ns: i64,
    /// Time of the last change of the inode, nanoseconds.
    pub ctime_ns: i64,
}

impl StatId {
    /// The identity of an open file or a path's metadata.
    #[must_use]
    pub fn of(meta: &std::fs::Metadata) -> Self {
        let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            dev: meta.dev(),
            ino: meta.ino(),
            bytes: meta.size(),
            mtime_ns: nanoseconds(meta.mtime(), meta.mtime_nsec()),
            ctime_ns: nanoseconds(meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// Whether it is the same content in the same inode. A new name (a backup's hard link) changes the inode's time and nothing else.
    #[must_use]
    pub fn same_content(self, other: Self) -> bool {
        let without = |stat: Self| Self { ctime_ns: 0, ..stat };
        without(self) == without(other)
    }

    /// The bytes that go into a digest.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 40] {
        let mut bytes = [0; 40];
        for (slot, value) in bytes.chunks_exact_mut(8).zip([self.dev, self.ino, self.bytes, self.mtime_ns as u64, self.ctime_ns as u64]) {
            slot.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }
}

/// One raw input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    root: PathBuf,
    relative: PathBuf,
    /// Format hint.
    pub extension: String,
    /// Identity when the run began.
    pub stat: StatId,
    /// What it was given as, in a word for messages.
    given_as: &'static str,
    /// What this program made itself, in place of a file.
    made: Option<Canaries>,
}

/// The raw inputs of a run, sorted by relative path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceList {
    /// Sources; the index in this list is the source number.
    pub sources: Vec<Source>,
    /// What was passed over, with the reason: symbolic links, pipes, sockets, devices.
    pub skipped: Vec<(String, &'static str)>,
}

impl SourceList {
    /// Walks the inputs: folders with all below, files as they are.
    ///
    /// # Errors
    /// [`Exit::Usage`] when an input is missing or unreadable, given twice, when there are too many, or when there is no file at all.
    pub fn walk(inputs: &[PathBuf]) -> Result<Self, Failure> {
        Self::walk_given(inputs, &INPUT)
    }

    fn walk_given(inputs: &[PathBuf], given: &Given) -> Result<Self, Failure> {
        let Given { all, flag, .. } = given;
        let mut list = Self::default();
        for input in inputs {
            list.add_input(input, given)?;
        }
        list.sources.sort_by(|a, b| {
            let bytes = |source: &Source| source.relative.as_os_str().as_bytes().to_owned();
            bytes(a).cmp(&bytes(b))
        });
        let mut places: Vec<(u64, u64)> = list.sources.iter().map(|source| (source.stat.dev, source.stat.ino)).collect();
        places.sort_unstable();
        if inputs.len() > 1 && places.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Failure::usage(format!("take the {all}: a file is reached twice; give each folder or file once")));
        }
        if list.sources.len() > SOURCES_MAX {
            return Err(Failure::usage(format!("take the {all}: {} files are over the limit of {SOURCES_MAX}", list.sources.len())));
        }
        if list.sources.is_empty() {
            let skipped = if list.skipped.is_empty() { String::new() } else { format!(" ({} entries were passed over)", list.skipped.len()) };
            return Err(Failure::usage(format!("take the {all}: there is no regular file{skipped}; give a folder or files with {flag}")));
        }
        Ok(list)
    }

    /// Walks folders and files of existing tests: features, and results as XML or JSON. Whatever else lies beside them is passed over, numbers go by
    /// what is left.
    ///
    /// # Errors
    /// As [`SourceList::walk`]; and when there is no such file, or there are over [`TEST_FILES_MAX`].
    pub fn walk_tests(inputs: &[PathBuf]) -> Result<Self, Failure> {
        if inputs.is_empty() {
            return Ok(Self::default());
        }
        let mut list = Self::walk_given(inputs, &TESTS)?;
        list.sources.retain(|source| TEST_EXTENSIONS.contains(&source.extension.as_str()));
        match list.sources.len() {
            0 => Err(Failure::usage("take the tests: there is no .feature, .xml or .json file; give a folder or files with --tests")),
            count if count > TEST_FILES_MAX => Err(Failure::usage(format!(
                "take the tests: {count} files are over the limit of {TEST_FILES_MAX}; give the folders of features and results alone"
            ))),
            _ => Ok(list),
        }
    }

    /// Adds canaries as the last source, so that no other source has another number by them.
    pub fn plant(&mut self, canaries: Canaries) {
        let stat = StatId { bytes: canaries.content.len() as u64, ..StatId::default() };
        let (root, relative) = (PathBuf::new(), PathBuf::from("canaries.jsonl"));
        self.sources.push(Source { root, relative, extension: "jsonl".to_owned(), stat, given_as: INPUT.one, made: Some(canaries) });
    }

    /// The sources that were given, without the canaries.
    pub fn given(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.made.is_none())
    }

    /// Number of the canaries' source and how many canaries there are.
    #[must_use]
    pub fn canaries(&self) -> Option<(usize, u64)> {
        self.sources.iter().enumerate().find_map(|(number, source)| source.made.as_ref().map(|made| (number, made.count)))
    }

    /// Total length of what was given, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.given().map(|source| source.stat.bytes).sum()
    }

    /// Which number stands for which file, as JSON: the numbers that evidence and rejects name. File names may be personal (`/home/ada`,
    /// `customer-4711.log`), so whoever writes this keeps it for its owner.
    ///
    /// # Errors
    /// [`Exit::Internal`] when it cannot be written as JSON.
    pub fn map(&self) -> Result<Vec<u8>, Failure> {
        let sources: Vec<serde_json::Value> = self
            .given()
            .enumerate()
            .map(|(number, source)| serde_json::json!({ "source": number, "file": source.shown(), "bytes": source.stat.bytes }))
            .collect();
        crate::manifest::canonical_json(&serde_json::json!({ "sources": sources }))
    }

    /// Digest of names and identities: the key of the survey.
    #[must_use]
    pub fn identity(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        for source in &self.sources {
            let name = source.relative.as_os_str().as_bytes();
            hasher.update(&(name.len() as u64).to_le_bytes()).update(name).update(&source.stat.to_bytes());
            if let Some(made) = &source.made {
                hasher.update(blake3::hash(&made.content).as_bytes());
            }
        }
        Digest(*hasher.finalize().as_bytes())
    }

    fn add_input(&mut self, input: &Path, given: &Given) -> Result<(), Failure> {
        let (name, one) = (shown(input), given.one);
        // The argument itself may be a link: its owner named it. Nothing below it is followed.
        let root = input.canonicalize().map_err(|error| Failure::io(format!("find the {one} {name}"), error))?;
        let meta = std::fs::metadata(&root).map_err(|error| Failure::io(format!("find the {one} {name}"), error))?;
        if meta.is_file() {
            let (Some(folder), Some(file)) = (root.parent(), root.file_name()) else {
                return Err(Failure::usage(format!("take the {one} {name}: it has no name")));
            };
            return self.add_file(folder, Path::new(file), one);
        }
        if !meta.is_dir() {
            return Err(Failure::usage(format!("take the {one} {name}: it is neither a folder nor a regular file")));
        }
        self.add_below(&root, &name, one)
    }

    /// Everything below a folder. Walking goes by paths, so names may come from wherever a link leads that is swapped in meanwhile; opening
    /// goes by descriptors and follows none, so no file does.
    fn add_below(&mut self, root: &Path, name: &str, one: &'static str) -> Result<(), Failure> {
        for entry in walkdir::WalkDir::new(root).follow_links(false).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let place = error.path().and_then(|path| path.strip_prefix(root).ok()).map_or_else(|| name.to_owned(), shown);
                let cause = error.into_io_error().unwrap_or_else(|| std::io::Error::other("the folder changed or loops"));
                Failure::io(format!("walk the {one}, at {place}; make it readable or move it away"), cause)
            })?;
            let kind = entry.file_type();
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned();
            if kind.is_file() {
                self.add_file(root, &relative, one)?;
            } else if !kind.is_dir() {
                let reason = if kind.is_symlink() { "a symbolic link" } else { "not a regular file" };
                self.skipped.push((shown(&relative), reason));
            }
        }
        Ok(())
    }

    fn add_file(&mut self, root: &Path, relative: &Path, one: &'static str) -> Result<(), Failure> {
        let file = open_beneath(root, relative, one)?;
        let meta = file.metadata().map_err(|error| Failure::io(format!("look at the {one} {}", shown(relative)), error))?;
        self.sources.push(Source {
            root: root.to_owned(),
            relative: relative.to_owned(),
            extension: extension(relative),
            stat: StatId::of(&meta),
            given_as: one,
            made: None,
        });
        Ok(())
    }
}

impl Source {
    /// The relative path for messages.
    #[must_use]
    pub fn shown(&self) -> String {
        shown(&self.relative)
    }

    /// Opens the file for handing it to a step.
    ///
    /// # Errors
    /// [`Exit::CorruptInput`] when it is not the file it was, or was cut, since the run began. Growing is allowed: the step reads no
    /// further than the length of then.
    pub fn open(&self) -> Result<File, Failure> {
        if let Some(made) = &self.made {
            return sandbox::memory::sealed_memory("canaries", &made.content).map_err(|error| Failure::io("make the canaries", error));
        }
        let file = open_beneath(&self.root, &self.relative, self.given_as)?;
        let meta = file.metadata().map_err(|error| Failure::io(format!("look at the {} {}", self.given_as, self.shown()), error))?;
        let now = StatId::of(&meta);
        if (now.dev, now.ino) != (self.stat.dev, self.stat.ino) || now.bytes < self.stat.bytes {
            return Err(Failure::new(
                Exit::CorruptInput,
                format!("read the {} {}: it was replaced or cut while the run went on", self.given_as, self.shown()),
            ));
        }
        Ok(file)
    }

    /// What is said when the file is not what it was when the run began; none when it is.
    #[must_use]
    pub fn changed(&self) -> Option<Failure> {
        if self.made.is_some() {
            return None;
        }
        let file = match self.open() {
            Ok(file) => file,
            Err(failure) => return Some(Failure::new(Exit::CorruptInput, failure.sentence().trim_start_matches("failed to ").to_owned())),
        };
        let same = file.metadata().is_ok_and(|meta| StatId::of(&meta).same_content(self.stat));
        (!same)
            .then(|| Failure::new(Exit::CorruptInput, format!("read the {} {}: it was changed while the run went on", self.given_as, self.shown())))
    }
}

/// Opens a regular file below `root`, following no link on the way; never waits on a pipe.
fn open_beneath(root: &Path, relative: &Path, one: &str) -> Result<File, Failure> {
    let wrong = |error: rustix::io::Errno| Failure::io(format!("open the {one} {}; make it readable or move it away", shown(relative)), error);
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    let folder = open_root(root).map_err(wrong)?;
    let fd = match open_at(folder.as_fd(), relative, flags, ResolveFlags::BENEATH) {
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => open_stepwise(folder, relative, flags),
        other => other,
    }
    .map_err(wrong)?;
    let file = File::from(fd);
    let regular = file.metadata().is_ok_and(|meta| meta.is_file());
    if regular { Ok(file) } else { Err(Failure::usage(format!("open the {one} {}: it is not a regular file", shown(relative)))) }
}

/// Opens an input's own folder. Its path had no link when it was resolved, so a link on it now was put there since.
fn open_root(root: &Path) -> Result<OwnedFd, rustix::io::Errno> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match open_at(CWD, root, flags, ResolveFlags::empty()) {
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => rustix::fs::open(root, flags, Mode::empty()),
        other => other,
    }
}

fn open_at(folder: BorrowedFd<'_>, path: &Path, flags: OFlags, resolve: ResolveFlags) -> Result<OwnedFd, rustix::io::Errno> {
    let resolve = resolve | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let mut tries = 0;
    loop {
        match rustix::fs::openat2(folder, path, flags, Mode::empty(), resolve) {
            // The kernel gives up when somebody renames on the way.
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) if tries < OPEN_TRIES => tries += 1,
            other => return other,
        }
    }
}

/// The same for kernels and sandboxes without openat2: one component at a time, none of them a link.
fn open_stepwise(mut folder: OwnedFd, relative: &Path, flags: OFlags) -> Result<OwnedFd, rustix::io::Errno> {
    let mut parts = relative.components().peekable();
    while let Some(part) = parts.next() {
        let std::path::Component::Normal(name) = part else { return Err(rustix::io::Errno::XDEV) };
        if parts.peek().is_none() {
            return rustix::fs::openat(&folder, name, flags, Mode::empty());
        }
        folder = rustix::fs::openat(&folder, name, OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    }
    rustix::fs::openat(CWD, "", flags, Mode::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(dir.path().join("b.jsonl"), b"{}\n").unwrap();
        std::fs::write(dir.path().join("sub/a.csv"), b"x\n1\n").unwrap();
        std::fs::write(dir.path().join(".hidden"), b"x").unwrap();
        dir
    }

    #[test]
    fn of_tests_features_and_results_count() {
        let dir = tree();
        assert!(SourceList::walk_tests(&[dir.path().to_owned()]).is_err());
        for name in ["x.feature", "r.xml", "sub/c.JSON", "steps.py"] {
            std::fs::write(dir.path().join(name), b"x").unwrap();
        }
        let list = SourceList::walk_tests(&[dir.path().to_owned()]).unwrap();
        let names: Vec<String> = list.sources.iter().map(Source::shown).collect();
        assert_eq!(names, ["r.xml", "sub/c.JSON", "x.feature"]);
        assert_eq!(SourceList::walk_tests(&[]).unwrap(), SourceList::default());
    }

    /// Whoever reads what is wrong with the tests looks for the flag that named them.
    #[test]
    fn what_is_wrong_with_tests_names_their_flag() {
        let (empty, tree) = (tempfile::tempdir().unwrap(), tree());
        let check = |inputs: &[PathBuf]| {
            let sentence = SourceList::walk_tests(inputs).expect_err("refused").sentence();
            assert!(sentence.contains("tests") && !sentence.contains("input"), "{sentence}");
        };
        check(&[empty.path().to_owned()]);
        check(&[tree.path().to_owned()]);
        check(&[empty.path().join("gone")]);
        check(&[tree.path().to_owned(), tree.path().join("b.jsonl")]);
        check(&[PathBuf::from("/dev/null")]);
    }

    #[test]
    fn every_regular_file_counts_in_the_order_of_its_path() {
        let dir = tree();
        let list = SourceList::walk(&[dir.path().to_owned()]).unwrap();
        let names: Vec<String> = list.sources.iter().map(Source::shown).collect();
        assert_eq!(names, [".hidden", "b.jsonl", "sub/a.csv"]);
        assert_eq!(list.bytes(), 8);
    }

    #[test]
    fn numbers_are_mapped_to_files() {
        let dir = tree();
        let map = SourceList::walk(&[dir.path().to_owned()]).unwrap().map().unwrap();
        let map: serde_json::Value = serde_json::from_slice(&map).unwrap();
        assert_eq!(map["sources"][2], serde_json::json!({ "source": 2, "file": "sub/a.csv", "bytes": 4 }));
        assert_eq!(map["sources"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn links_and_pipes_are_passed_over_and_named() {
        let dir = tree();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
        rustix::fs::mknodat(CWD, dir.path().join("pipe"), rustix::fs::FileType::Fifo, Mode::RUSR, 0).unwrap();
        let list = SourceList::walk(&[dir.path().to_owned()]).unwrap();
        assert_eq!(list.sources.len(), 3);
        assert_eq!(list.skipped, [("link".to_owned(), "a symbolic link"), ("pipe".to_owned(), "not a regular file")]);
    }

    #[test]
    fn an_empty_folder_is_a_usage_error() {
        let dir = tempfile::tempdir().unwrap();
        let failure = SourceList::walk(&[dir.path().to_owned()]).expect_err("nothing to read");
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.sentence().contains("no regular file"));
    }

    #[test]
    fn a_missing_input_and_one_given_twice_are_usage_errors() {
        let dir = tree();
        assert_eq!(SourceList::walk(&[dir.path().join("gone")]).expect_err("missing").exit, Exit::Usage);
        assert_eq!(SourceList::walk(&[dir.path().to_owned(), dir.path().join("b.jsonl")]).expect_err("twice").exit, Exit::Usage);
    }

    #[test]
    fn a_changed_file_changes_the_identity_and_a_cut_one_is_refused() {
        let dir = tree();
        let before = SourceList::walk(&[dir.path().to_owned()]).unwrap();
        assert_eq!(before.identity(), SourceList::walk(&[dir.path().to_owned()]).unwrap().identity());
        std::fs::write(dir.path().join("b.jsonl"), b"{").unwrap();
        assert_ne!(before.identity(), SourceList::walk(&[dir.path().to_owned()]).unwrap().identity());
        assert_eq!(before.sources[1].open().expect_err("cut").exit, Exit::CorruptInput);
        assert!(before.sources[0].open().is_ok());
    }

    #[test]
    fn a_link_that_replaces_a_folder_is_not_followed() {
        let dir = tree();
        let list = SourceList::walk(&[dir.path().to_owned()]).unwrap();
        std::fs::rename(dir.path().join("sub"), dir.path().join("moved")).unwrap();
        std::os::unix::fs::symlink("moved", dir.path().join("sub")).unwrap();
        assert!(list.sources[2].open().is_err());
        let folder = rustix::fs::open(dir.path(), OFlags::PATH | OFlags::DIRECTORY, Mode::empty()).unwrap();
        assert!(open_stepwise(folder, Path::new("sub/a.csv"), OFlags::RDONLY | OFlags::NOFOLLOW).is_err());
    }

    /// Exchanges two names over and over while `work` goes on, and returns how often.
    fn while_swapped(one: &Path, other: &Path, work: impl FnOnce()) -> u32 {
        use std::sync::atomic::{AtomicBool, Ordering};
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let swapping = scope.spawn(|| {
                let mut swaps = 0;
                while !done.load(Ordering::Relaxed) {
                    rustix::fs::renameat_with(CWD, one, CWD, other, rustix::fs::RenameFlags::EXCHANGE).unwrap();
                    swaps += 1;
                }
                swaps
            });
            // A failed check ends the exchange as well, which otherwise would wait for it for ever.
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            done.store(true, Ordering::Relaxed);
            let swaps = swapping.join().unwrap();
            outcome.map_or_else(|panic| std::panic::resume_unwind(panic), |()| swaps)
        })
    }

    /// A folder that is exchanged with a link to a folder outside, by somebody who may write to the input, while the input is walked and opened:
    /// below the input, and the input itself.
    #[test]
    fn a_folder_swapped_for_a_link_while_it_is_walked_never_leads_outside() {
        for swap_root in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let at = |name: &str| dir.path().join(name);
            for folder in ["logs", "logs/sub", "outside", "outside/sub"] {
                std::fs::create_dir(at(folder)).unwrap();
            }
            for file in ["logs/a.log", "logs/sub/b.log", "outside/a.log", "outside/b.log", "outside/sub/b.log"] {
                std::fs::write(at(file), file).unwrap();
            }
            let swapped = if swap_root { at("logs") } else { at("logs/sub") };
            std::os::unix::fs::symlink(at("outside"), at("link")).unwrap();
            let inode = |file: &str| std::fs::metadata(at(file)).unwrap().ino();
            let inside = [inode("logs/a.log"), inode("logs/sub/b.log")];
            let (root, mut whole, mut opened) = (at("logs").canonicalize().unwrap(), 0, 0);
            let swaps = while_swapped(&swapped, &at("link"), || {
                for _ in 0..3_000 {
                    // The argument itself may be a link, so the walk begins where the first look at it led.
                    let mut list = SourceList::default();
                    let walked = list.add_below(&root, "logs", INPUT.one);
                    whole += u32::from(walked.is_ok() && list.sources.len() == 2);
                    for source in &list.sources {
                        assert!(inside.contains(&source.stat.ino), "{} was taken from outside", source.shown());
                        opened += u32::from(source.open().is_ok_and(|file| inside.contains(&file.metadata().unwrap().ino())));
                    }
                    for relative in ["a.log", "sub/b.log"] {
                        let Ok(root) = rustix::fs::open(&root, OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW, Mode::empty()) else { continue };
                        if let Ok(file) = open_stepwise(root, Path::new(relative), OFlags::RDONLY | OFlags::NOFOLLOW) {
                            assert!(inside.contains(&File::from(file).metadata().unwrap().ino()), "{relative} was opened outside");
                        }
                    }
                }
            });
            // Otherwise the race was not run.
            assert!(swaps > 1_000 && whole > 0 && opened > 0, "{swaps} swaps, {whole} whole walks, {opened} opened");
        }
    }
}
