//! `logminer keygen`.

use schemas::exit::Exit;
use serde_json::json;

use super::args::KeygenOptions;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::names::shown;
use crate::report::print_line;

pub(super) fn run(options: &KeygenOptions) -> Result<Exit, Failure> {
    let keys = Keys::generate(&options.keys, options.development)?;
    let public = keys.public()?.to_hex();
    if options.json {
        print_line(&json!({ "keys": options.keys.to_string_lossy(), "development": options.development, "public_key": public }).to_string());
        return Ok(Exit::Done);
    }
    let folder = shown(&options.keys);
    print_line(&format!("made token.key, sampling.key, canary.key and signing.key in {folder}/, readable by you alone"));
    if options.development {
        print_line("they are development keys: a policy with profile = \"production\" refuses them");
    } else {
        print_line("keep a copy of token.key offline: without it, tokens of later nights will not match those of earlier ones");
    }
    print_line(&format!("manifests are checked with {folder}/signing.pub: {public}"));
    Ok(Exit::Done)
}
