//! SIGTERM and SIGINT set a flag; whoever waits looks at it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};

/// The flag, set by the first signal.
#[must_use]
pub fn watch() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        // Registration fails for signals that cannot be caught only; these can.
        let _ = signal_hook::flag::register(signal, Arc::clone(&stop));
    }
    stop
}
