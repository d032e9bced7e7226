//! SIGTERM, SIGINT and a terminal's hang-up ask the program to end; whoever waits looks at the flag. It ends within 20 seconds, whatever
//! it is at, and at once when it is asked again: everything on disk is written so that it may be cut off anywhere, and steps die with
//! this process. Before anybody looks it ends at once, and it never dies of a signal that it can answer: a file over the size limit of
//! this process is an error of the write (42), and a container that is cut under its own look at the index is 20.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use schemas::exit::Exit;
use signal_hook::consts::{SIGBUS, SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

/// Time between the first signal and the end, whatever is going on. Steps are given five seconds of it.
const END_WITHIN: Duration = Duration::from_secs(18);

/// How often the thread that ends the program looks at the flag.
const LOOK_EVERY: Duration = Duration::from_millis(200);

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
    for signal in ending() {
        let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
    }
    if let Some(at_once) = AT_ONCE.get() {
        at_once.store(false, Ordering::Relaxed);
        // Registered behind the shutdown it decides about: the first signal sets it, the second one finds it set.
        for signal in ending() {
            let _ = signal_hook::flag::register(signal, Arc::clone(at_once));
        }
    }
    let flag = Arc::clone(&stop);
    // Without the thread the flag alone ends the run, between two steps at the latest.
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        wait_for_end(&flag, LOOK_EVERY, END_WITHIN);
        signal_hook::low_level::exit(Exit::Terminated.code().into());
    });
    stop
}

/// Returns some time after the first signal, when this process has to be gone. It looks instead of being woken: a pipe for signals is a
/// socket, or found out to be none by a call of sockets, and this process makes no such call.
fn wait_for_end(stop: &AtomicBool, look_every: Duration, end_within: Duration) {
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(look_every);
    }
    std::thread::sleep(end_within);
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
    fn the_end_comes_after_the_first_signal_and_its_time() {
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let thread = std::thread::spawn(move || wait_for_end(&flag, Duration::from_millis(1), Duration::from_millis(1)));
        std::thread::sleep(Duration::from_millis(20));
        assert!(!thread.is_finished(), "no signal came yet");
        stop.store(true, Ordering::Relaxed);
        thread.join().unwrap();
    }

    #[test]
    fn what_was_ignored_at_the_start_is_known() {
        use signal_hook::consts::{SIGPIPE, SIGWINCH};
        // The standard library ignores SIGPIPE before main; nobody touches SIGWINCH.
        assert!(is_ignored(SIGPIPE));
        assert!(!is_ignored(SIGWINCH));
    }
}
