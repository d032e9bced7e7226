//! Why a command could not finish: an exit code and a sentence that names objects, never content.

use schemas::container::ContainerError;
use schemas::exit::Exit;

/// An error of the runner. Printed as `failed to <message>: <source>`.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Exit code.
    pub exit: Exit,
    /// A lowercase fragment that completes "failed to ...".
    pub message: String,
    /// What lies beneath.
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// An error with its exit code.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), source: None }
    }

    /// Wrong flags or configuration.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A bug in this program.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, message)
    }

    /// An input/output error: a full disk is 42, what an operator must set right (missing, forbidden) is 2, the rest may heal (41).
    #[must_use]
    pub fn io(message: impl Into<String>, error: impl Into<std::io::Error>) -> Self {
        use std::io::ErrorKind as Kind;
        let error = error.into();
        let exit = match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Exit::DiskFull,
            Kind::NotFound
            | Kind::PermissionDenied
            | Kind::ReadOnlyFilesystem
            | Kind::NotADirectory
            | Kind::IsADirectory
            | Kind::InvalidInput
            | Kind::AlreadyExists => Exit::Usage,
            _ => Exit::TransientIo,
        };
        Self { exit, message: message.into(), source: Some(Box::new(error)) }
    }

    /// A damaged or foreign container, with its name.
    #[must_use]
    pub fn container(name: &str, error: ContainerError) -> Self {
        Self { exit: error.exit(), message: format!("use {name}"), source: Some(Box::new(error)) }
    }

    /// The sentence for people, with all causes.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = format!("failed to {}", self.message);
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        if self.exit == Exit::DiskFull {
            text.push_str("; the disk is full: make room and run again, nothing partial was published");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: std::io::ErrorKind, exit: Exit) {
        assert_eq!(Failure::io("write x", std::io::Error::from(kind)).exit, exit);
    }

    #[test]
    fn kinds_of_io_errors_have_their_exit_codes() {
        check(std::io::ErrorKind::StorageFull, Exit::DiskFull);
        check(std::io::ErrorKind::PermissionDenied, Exit::Usage);
        check(std::io::ErrorKind::TimedOut, Exit::TransientIo);
    }

    #[test]
    fn the_sentence_names_the_object_and_the_cause_once() {
        let failure = Failure::io("open the policy", std::io::Error::from(std::io::ErrorKind::NotFound));
        assert_eq!(failure.sentence(), "failed to open the policy: entity not found");
    }
}
