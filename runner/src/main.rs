//! `logminer`: runs the pipeline.

fn main() -> std::process::ExitCode {
    schemas::exit::Exit::Usage.into()
}
