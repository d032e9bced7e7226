//! Real deaths of a child: the test program itself, run for its one test `child_of_the_kill_test` and killed at random moments.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const CHILD: &str = "LOGMINER_KILLED_CHILD";

/// Where the child works; none when this process is no child.
pub(crate) fn of_child() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// Starts the child in `dir` and kills it, 200 times; `look` sees what it left, with the number of the death and a random number.
pub(crate) fn two_hundred(dir: &Path, after_us: Range<u64>, mut look: impl FnMut(u32, u64)) {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for death in 0..200 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_of_the_kill_test", "--quiet"])
            .env(CHILD, dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(after_us.start + (random >> 33) % (after_us.end - after_us.start)));
        assert!(child.try_wait().unwrap().is_none(), "death {death}: the child ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        look(death, random);
    }
}
