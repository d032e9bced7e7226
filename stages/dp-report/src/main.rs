//! `dp-report`: contributions in; a differentially private report out.

fn main() -> std::process::ExitCode {
    stage_runtime::run(&stage_dp_report::SPEC, stage_dp_report::process)
}
