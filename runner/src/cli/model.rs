//! `logminer model`.

use schemas::exit::Exit;
use schemas::ner::Label;
use serde_json::json;

use super::model_args::{ModelCommand, ModelOptions, PackOptions};
use crate::failure::Failure;
use crate::model::pack;
use crate::names::shown;
use crate::report::print_line;

pub(super) fn run(options: &ModelOptions) -> Result<Exit, Failure> {
    match &options.command {
        ModelCommand::Pack(options) => packed(options),
    }
}

fn packed(options: &PackOptions) -> Result<Exit, Failure> {
    let packed = pack(&options.folder, &options.out)?;
    let persons: Vec<&str> = packed.labels.iter().map(String::as_str).filter(|label| Label::of(label) != Label::Other).collect();
    if options.json {
        let line = json!({
            "file": options.out.to_string_lossy(), "digest": packed.digest, "bytes": packed.bytes, "labels": packed.labels, "person_labels": persons,
            "lower_case": packed.settings.lower_case, "tokens_max": packed.settings.tokens_max,
        });
        print_line(&line.to_string());
        return Ok(Exit::Done);
    }
    print_line(&format!(
        "packed {} into {}: {} bytes, persons are labelled {}",
        shown(&options.folder),
        shown(&options.out),
        packed.bytes,
        persons.join(" ")
    ));
    print_line("for the policy:");
    print_line("[sanitize]");
    print_line(&format!("ner_model = \"{}\"", packed.digest));
    Ok(Exit::Done)
}
