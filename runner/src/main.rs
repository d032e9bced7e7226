//! `logminer`: runs the pipeline.

fn main() -> std::process::ExitCode {
    runner::cli::main().into()
}
