//! SIGTERM, SIGINT and a terminal's hang-up ask the program to end; whoever waits looks at the flag. It ends within 20 seconds, whatever
//! it is at, and at once when it is asked again: everything on disk is written so that it may be cut off anywhere, and steps die with
//! this process. Before anybody looks it ends at once, and it never dies of a signal that it can answer: a file over the size limit of
//! this process is an error of the write (42), and a container that is cut under its own look at the index is 20.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use schemas::exit::Exit;
use signal_hook::consts::{SIGBUS, SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

/// Time between the first signal and the end, whatever is going on. Steps are given five seconds of it.
const END_WITHIN: Duration = Duration::from_secs(18);

/// Whether an ending signal ends the program at once.
static AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on no signal is a death by signal.
pub fn start() {
    let at_once = AT_ONCE.get_or_init(|| Arc::new(AtomicBool::new(true)));
    for signal in ending() {
        // Registration fails for signals that cannot be caught only; these can.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, Exit::Terminated.code().into(), Arc::clone(at_once));
    }
    let always = Arc::new(AtomicBool::new(true));
    let _ = signal_hook::flag::register_conditional_shutdown(SIGBUS, Exit::CorruptInput.code().into(), always);
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Signals that end the program. Started by nohup, the hang-up is not for us.
fn ending() -> impl Iterator<Item = i32> {
    static HANG_UP: OnceLock<bool> = OnceLock::new();
    let hang_up = *HANG_UP.get_or_init(|| !is_ignored(SIGHUP));
    [SIGTERM, SIGINT, SIGHUP].into_iter().filter(move |&signal| signal != SIGHUP || hang_up)
}

/// The flag, set by the first signal. Whoever takes it looks at it.
#[must_use]
pub fn watch() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let pair = UnixStream::pair().ok();
    for signal in ending() {
        let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
        if let Some(waker) = pair.as_ref().and_then(|(waker, _)| waker.try_clone().ok()) {
            let _ = signal_hook::low_level::pipe::register(signal, waker);
        }
    }
    if let Some(at_once) = AT_ONCE.get() {
        at_once.store(false, Ordering::Relaxed);
    }
    if let Some((_, woken)) = pair {
        // Without the thread the flag alone ends the run, between two steps at the latest.
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            if wait_for_end(woken, END_WITHIN) {
                signal_hook::low_level::exit(Exit::Terminated.code().into());
            }
        });
    }
    stop
}

/// Returns when this process has to be gone: some time after the first signal, at once with the second. One byte comes in for each.
/// False when no signal can come any more.
fn wait_for_end(mut woken: UnixStream, end_within: Duration) -> bool {
    let mut byte = [0];
    let mut next = |within| woken.set_read_timeout(within).is_ok() && woken.read_exact(&mut byte).is_ok();
    let told = next(None);
    if told {
        next(Some(end_within));
    }
    told
}

/// Whether this process was started with the signal ignored.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_signal_does_not_wait_and_the_first_has_its_time() {
        use std::io::Write;
        let check = |signals: &[u8], end_within| {
            let (mut waker, woken) = UnixStream::pair().unwrap();
            waker.write_all(signals).unwrap();
            // While the other end is open only a signal or the time can end the wait.
            let thread = std::thread::spawn(move || wait_for_end(woken, end_within));
            let told = thread.join().unwrap();
            drop(waker);
            told
        };
        assert!(check(b"xx", Duration::from_secs(3_600)));
        assert!(check(b"x", Duration::from_millis(1)));
        let (waker, woken) = UnixStream::pair().unwrap();
        drop(waker);
        assert!(!wait_for_end(woken, Duration::from_secs(3_600)));
    }

    #[test]
    fn what_was_ignored_at_the_start_is_known() {
        use signal_hook::consts::{SIGPIPE, SIGWINCH};
        // The standard library ignores SIGPIPE before main; nobody touches SIGWINCH.
        assert!(is_ignored(SIGPIPE));
        assert!(!is_ignored(SIGWINCH));
    }
}
