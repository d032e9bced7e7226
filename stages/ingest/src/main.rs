//! `ingest`: raw log files in; raw records with place, time and severity out.

fn main() -> std::process::ExitCode {
    stage_runtime::run(&stage_ingest::SPEC, stage_ingest::process)
}
