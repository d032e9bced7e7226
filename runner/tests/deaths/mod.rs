//! Real deaths of a child: the test program itself, run for its one test `child_of_the_kill_test` and killed at random moments.

use std::io::{Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CHILD: &str = "LOGMINER_KILLED_CHILD";

/// Where the child works, which it then begins to do; none when this process is no child.
pub(crate) fn of_child() -> Option<PathBuf> {
    let dir = std::env::var_os(CHILD).map(PathBuf::from)?;
    std::io::stderr().write_all(b".").unwrap();
    Some(dir)
}

/// Starts the child in `dir` and kills it, 200 times, each so long after it began to work: longer where the machine is so busy that beginning
/// takes longer than `after_us.start`. `look` sees what it left, with the number of the death and a random number.
pub(crate) fn two_hundred(dir: &Path, after_us: Range<u64>, mut look: impl FnMut(u32, u64)) {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for death in 0..200 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let started = Instant::now();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_of_the_kill_test", "--quiet"])
            .env(CHILD, dir)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stderr.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let busy = started.elapsed().as_micros() as u64 / after_us.start + 1;
        std::thread::sleep(Duration::from_micros((random >> 33) % (after_us.end - after_us.start) * busy));
        assert!(child.try_wait().unwrap().is_none(), "death {death}: the child ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        look(death, random);
    }
}
