//! `mine`: clean records in; templates, journeys, anomalies and findings out.

fn main() -> std::process::ExitCode {
    stage_runtime::run(&stage_mine::SPEC, stage_mine::process)
}
