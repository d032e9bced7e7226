//! What would be lost with the power: a trace of a whole run, steps included, is read with the rule that a change is durable once its
//! file, or its folder, was synced after it.
//!
//! At the rename that publishes, everything below the published folder must be durable; each file that gets its name by a rename must
//! be durable before; and at the end nothing in the runs folder may be left to luck. A file whose sync failed may not get a name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The calls to trace, with `-f -y`.
pub const TRACE: &str = "--trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat2,link,symlink,unlink,unlinkat,mkdir";

/// Files and folders with changes that no sync has followed.
#[derive(Default)]
struct Disk {
    runs: PathBuf,
    dirty: BTreeSet<PathBuf>,
    /// What has a name: opening it again changes no folder.
    named: BTreeSet<PathBuf>,
    failed: BTreeSet<PathBuf>,
    problems: Vec<String>,
}

/// Every breach of the rule in the trace of a run into `runs`.
///
/// # Errors
/// When the trace cannot be read.
pub fn breaches(trace: &Path, runs: &Path) -> Result<Vec<String>> {
    let text = fs::read(trace).with_context(|| format!("read {}", trace.display()))?;
    let mut disk = Disk { runs: runs.to_owned(), ..Disk::default() };
    let mut unfinished: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&text).lines() {
        // "pid call(arguments) = result", perhaps in two pieces when another process was between.
        let Some((pid, event)) = line.split_once(' ') else { continue };
        let event = event.trim_start();
        if let Some(begun) = event.strip_suffix(" <unfinished ...>") {
            unfinished.insert(pid.to_owned(), begun.to_owned());
        } else if let Some(rest) = event.strip_prefix("<... ") {
            let begun = unfinished.remove(pid).unwrap_or_default();
            disk.event(&format!("{begun}{}", rest.split_once("resumed>").map_or("", |(_, rest)| rest)));
        } else {
            disk.event(event);
        }
    }
    for path in disk.dirty.clone() {
        disk.problems.push(format!("at the end {} is not durable", path.display()));
    }
    Ok(disk.problems)
}

impl Disk {
    fn event(&mut self, event: &str) {
        let Some((call, rest)) = event.split_once('(') else { return };
        let Some((arguments, result)) = rest.rsplit_once(" = ") else { return };
        let failed = result.starts_with('-');
        let paths = quoted(arguments);
        let of_descriptor = arguments.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| PathBuf::from(path));
        match (call, of_descriptor, paths.as_slice()) {
            ("fsync" | "fdatasync", Some(path), _) if failed => drop(self.failed.insert(path)),
            ("fsync" | "fdatasync", Some(path), _) => drop(self.dirty.remove(&path)),
            _ if failed => {}
            ("write" | "pwrite64" | "ftruncate", Some(path), _) => self.touch(&path),
            ("openat", _, [path, ..]) if arguments.contains("O_CREAT") => {
                self.failed.remove(path);
                if self.named.insert(path.clone()) {
                    self.entry(path);
                }
            }
            ("unlink", _, [path, ..]) => {
                // What has no name any more needs no sync.
                self.dirty.remove(path);
                self.named.remove(path);
                self.entry(path);
            }
            ("mkdir", _, [path, ..]) | ("symlink", _, [_, path]) | ("link", _, [_, path]) => self.entry(path),
            ("rename" | "renameat2", _, [from, to]) => self.renamed(from, to),
            _ => {}
        }
    }

    fn touch(&mut self, path: &Path) {
        // Memory files and pipes have no path here, and spill files, which have no name, are shown as a number.
        let nameless = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('#'));
        if path.starts_with(&self.runs) && !nameless {
            self.dirty.insert(path.to_owned());
        }
    }

    /// A name appears or goes: its folder has to be synced.
    fn entry(&mut self, path: &Path) {
        let lock = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".lock-"));
        if let (Some(parent), false) = (path.parent(), lock) {
            self.touch(parent);
        }
    }

    fn renamed(&mut self, from: &Path, to: &Path) {
        for path in self.dirty.iter().filter(|path| path.starts_with(from)) {
            self.problems.push(format!("{} gets its name before {} is durable", to.display(), path.display()));
        }
        if self.failed.iter().any(|path| path.starts_with(from)) {
            self.problems.push(format!("{} gets its name after its sync failed", to.display()));
        }
        let moved: Vec<PathBuf> = self.dirty.iter().filter(|path| path.starts_with(from)).cloned().collect();
        for path in moved {
            self.dirty.remove(&path);
            let moved = path.strip_prefix(from).map(|rest| if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) });
            self.dirty.extend(moved);
        }
        self.named.remove(from);
        self.named.insert(to.to_owned());
        self.entry(from);
        self.entry(to);
    }
}

/// The strings among the arguments.
fn quoted(arguments: &str) -> Vec<PathBuf> {
    arguments.split('"').skip(1).step_by(2).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(trace: &str, expected: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trace");
        fs::write(&path, trace).unwrap();
        assert_eq!(breaches(&path, Path::new("/r")).unwrap(), expected);
    }

    #[test]
    fn a_file_is_written_synced_named_and_its_folder_synced() {
        let open = "1 openat(AT_FDCWD, \"/r/a.part\", O_WRONLY|O_CREAT|O_EXCL, 0640) = 3</r/a.part>\n1 write(3</r/a.part>, \"x\", 1) = 1\n";
        let sync = "1 fsync(3</r/a.part>) = 0\n";
        let name = "1 rename(\"/r/a.part\", \"/r/a\") = 0\n";
        let folder = "1 fsync(4</r>) = 0\n";
        check(&[open, sync, name, folder].concat(), &[]);
        check(&[open, name, folder].concat(), &["/r/a gets its name before /r/a.part is durable", "at the end /r/a is not durable"]);
        check(&[open, sync, name].concat(), &["at the end /r is not durable"]);
        let failed = "1 fsync(3</r/a.part>) = -1 EIO (Input/output error) (INJECTED)\n";
        check(&[open, failed, sync, name, folder].concat(), &["/r/a gets its name after its sync failed"]);
    }

    #[test]
    fn calls_of_several_processes_are_put_together() {
        check("1 write(3</r/a>, \"x\", 1 <unfinished ...>\n2 fsync(4</r/b>) = 0\n1 <... write resumed>) = 1\n", &["at the end /r/a is not durable"]);
    }
}
