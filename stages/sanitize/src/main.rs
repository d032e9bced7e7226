//! `sanitize`: raw records in; clean records without personal data out.

fn main() -> std::process::ExitCode {
    stage_runtime::run(&stage_sanitize::SPEC, stage_sanitize::process)
}
