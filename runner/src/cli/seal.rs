//! `logminer seal`: signs a folder of stages, at once or in two halves around a signature that is made on another machine.

use std::fs::File;
use std::path::Path;

use schemas::exit::Exit;

use super::args::SealOptions;
use crate::failure::Failure;
use crate::keys::{Signer, marked_development};
use crate::names::shown;
use crate::report::print_line;
use crate::sealing;
use crate::stages::BINARIES;

pub(super) fn run(options: &SealOptions) -> Result<Exit, Failure> {
    // Whoever runs the stages reads their manifest, whatever user built it.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    let folder = options.stages.as_path();
    for name in BINARIES {
        let path = folder.join(name);
        let file = File::open(&path).map_err(|error| Failure::io(format!("seal {name}: open {}", shown(&path)), error))?;
        sandbox::seal::seal(name, &file).map_err(|error| Failure::usage(error.to_string()))?;
    }
    let entries = match (&options.key, &options.attach, &options.public_key) {
        (Some(key), ..) => {
            let development = marked_development(key.parent().unwrap_or(Path::new("")))?;
            sealing::sign(folder, &Signer::read(key)?, development, options.epoch)?
        }
        (None, Some(signature), Some(public_key)) => sealing::attach(folder, signature, public_key)?,
        _ => sealing::write_unsigned(folder, options.epoch)?,
    };
    for entry in entries {
        print_line(&format!("{} {}", entry.digest, entry.name));
    }
    Ok(Exit::Done)
}
