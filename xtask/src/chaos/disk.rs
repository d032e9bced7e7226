//! Disks of a given size: a tmpfs in a mount namespace of its own, which is gone when the process that holds it is.

use std::ffi::OsString;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::place::{self, Place, files_below};
use crate::logminer::Call;

/// Bytes that any run of the day fits in.
const ROOM_BYTES: u64 = 512 << 20;

/// Whether this process may mount in a namespace of its own.
#[must_use]
pub fn can_mount() -> bool {
    let mount = Command::new("unshare").args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).stderr(Stdio::null()).status();
    mount.is_ok_and(|status| status.success())
}

/// A small disk; unmounted when dropped.
pub struct SmallDisk {
    holder: Child,
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts a tmpfs with these options over `folder`, for the processes of [`SmallDisk::inside`] alone.
    ///
    /// # Errors
    /// When it cannot be mounted.
    pub fn mount(folder: &Path, options: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let script = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && echo mounted && exec cat";
        let mut holder = Command::new("unshare")
            .args(["--mount", "--propagation", "private", "sh", "-c", script, "sh", options])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("start unshare")?;
        let mut line = String::new();
        BufReader::new(holder.stdout.take().context("read from unshare")?).read_line(&mut line)?;
        ensure!(line == "mounted\n", "a small disk cannot be mounted");
        Ok(Self { holder, folder: folder.to_owned() })
    }

    /// Changes the options.
    ///
    /// # Errors
    /// When it cannot be mounted again.
    pub fn remount(&self, options: &str) -> Result<()> {
        let status = Command::new("nsenter").args(self.enter()).args(["mount", "-o", &format!("remount,{options}")]).arg(&self.folder).status()?;
        ensure!(status.success(), "a small disk cannot be mounted again");
        Ok(())
    }

    /// Runs a call where the disk is.
    #[must_use]
    pub fn inside(&self, call: Call) -> Call {
        call.under(std::iter::once(OsString::from("nsenter")).chain(self.enter().into_iter().map(Into::into)))
    }

    /// The disk as seen from outside.
    #[must_use]
    pub fn seen(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.folder.strip_prefix("/").unwrap_or(&self.folder))
    }

    fn enter(&self) -> [String; 3] {
        ["-t".to_owned(), self.holder.id().to_string(), "-m".to_owned()]
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// What came of the full disks.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// Sizes at which the disk was full.
    pub full: u64,
    /// Sizes that were enough.
    pub enough: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} too small (42, nothing published, space released), {} large enough; with room all ended equal", self.full, self.enough)
    }
}

/// Runs on so many disks, evenly from nothing to what the run needs; then gives room and runs again.
///
/// # Errors
/// When an exit code is not 42, something is published or left, or the run with room differs.
pub fn fill(place: &Place, disks: u64) -> Result<Tally> {
    let used: u64 = files_below(&place.runs("reference"))?.iter().filter_map(|path| Some(path.metadata().ok()?.len())).sum();
    let files = files_below(&place.runs("reference"))?.len() as u64;
    // A page a file, and the pages of folders and links, are taken too.
    let needed = used + 8192 * files;
    let mut tally = Tally::default();
    for number in 0..disks {
        let bytes = (needed * (number + 1) / disks).next_multiple_of(4096);
        full(place, "disk", &format!("size={bytes}"), &mut tally).with_context(|| format!("on a disk of {bytes} bytes"))?;
    }
    Ok(tally)
}

/// Runs on one disk until it is full, then with room.
///
/// # Errors
/// As [`fill`].
pub fn full(place: &Place, name: &str, options: &str, tally: &mut Tally) -> Result<()> {
    let runs = place.runs(name);
    let disk = SmallDisk::mount(&runs, options)?;
    let output = disk.inside(place.run_into(&runs)).ended()?;
    match place::code(&output)? {
        0 => tally.enough += 1,
        code => {
            ensure!(code == 42, "ended with {code}: {}", String::from_utf8_lossy(&output.stderr));
            tally.full += 1;
            let left = files_below(&disk.seen())?.into_iter().find(|path| path.to_string_lossy().ends_with(".part"));
            ensure!(left.is_none(), "{left:?} still takes space");
        }
    }
    place.check_readers(&disk.seen())?;
    disk.remount(&format!("size={ROOM_BYTES},nr_inodes=100k"))?;
    disk.inside(place.run_into(&runs)).run_quietly()?;
    place.check_done(&disk.seen())?;
    disk.inside(place.verify(&runs)).run_quietly()
}
