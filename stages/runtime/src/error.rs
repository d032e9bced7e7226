//! Why a step could not finish.

use schemas::container::ContainerError;
use schemas::exit::Exit;

/// An error of a whole step (a bad record is counted, not raised). The message names objects, never content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StepError {
    /// Exit code.
    pub exit: Exit,
    /// A lowercase fragment that completes "failed to ...".
    pub message: String,
}

impl StepError {
    /// An error with its exit code.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<ContainerError> for StepError {
    fn from(error: ContainerError) -> Self {
        Self::new(error.exit(), error.to_string())
    }
}

impl From<std::io::Error> for StepError {
    fn from(error: std::io::Error) -> Self {
        ContainerError::Io(error.kind()).into()
    }
}
