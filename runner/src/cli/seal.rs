//! `logminer seal`: signs a folder of stages. Called by `cargo xtask seal`; a bank calls it offline with its own key.

use std::fs::File;

use schemas::exit::Exit;

use super::args::SealOptions;
use crate::failure::Failure;
use crate::keys::{Keys, Signer};
use crate::report::print_line;
use crate::stages::{self, BINARIES};

pub(super) fn run(options: &SealOptions) -> Result<Exit, Failure> {
    // Whoever runs the stages reads their manifest, whatever user built it.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    let signer = Signer::read(&options.key)?;
    let development = match options.key.parent() {
        Some(folder) => Keys::open(folder, schemas::policy::Profile::Development)?.development(),
        None => false,
    };
    for name in BINARIES {
        let path = options.stages.join(name);
        let file = File::open(&path).map_err(|error| Failure::io(format!("seal {name}: open {}", crate::names::shown(&path)), error))?;
        sandbox::seal::seal(name, &file).map_err(|error| Failure::usage(error.to_string()))?;
    }
    for entry in stages::seal(&options.stages, &signer, development)? {
        print_line(&format!("{} {}", entry.digest, entry.name));
    }
    Ok(Exit::Done)
}
