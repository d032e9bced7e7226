//! `gherkin`: mined journeys and findings in; features and step libraries out.

fn main() -> std::process::ExitCode {
    stage_runtime::run(&stage_gherkin::SPEC, stage_gherkin::process)
}
