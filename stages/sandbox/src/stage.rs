//! What a stage does to itself before it reads the first input byte.

/// Why a process could not be locked down.
#[derive(Debug, thiserror::Error)]
#[error("apply the sandbox layer {layer}: {reason}")]
pub struct LockdownError {
    /// The layer.
    pub layer: &'static str,
    /// What the kernel said.
    pub reason: String,
}
