//! Helpers of the unit tests.

use schemas::policy::Policy;

use crate::detect::Detector;
use crate::engine::{Detectors, Engine};
use crate::lexicon::Lexicon;
use crate::scan::driver::Scope;
use crate::worker::Worker;

/// A secret that is good enough for tests.
pub(crate) const SECRET: &[u8] = b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";

pub(crate) fn engine() -> Engine {
    Engine::new(SECRET, &Policy::default(), Lexicon::default()).unwrap()
}

/// Scans a text with these detectors alone.
pub(crate) fn scan_with(detectors: &[&'static Detector], text: &str) -> String {
    let mut engine = engine();
    engine.detectors = Detectors::new(detectors);
    scan_text(&engine, text)
}

/// Scans a text.
pub(crate) fn scan_text(engine: &Engine, text: &str) -> String {
    let mut worker = Worker::new(engine, false);
    worker.scan(text, Scope::TEXT);
    let mut out = String::new();
    worker.hits.render(text, 0, &mut out);
    out
}
