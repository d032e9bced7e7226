//! `logminer completions` and `logminer man`: made from the command line itself, so they cannot lag behind it.

use std::io::Write;
use std::path::Path;

use clap::{Command, CommandFactory};
use schemas::exit::Exit;

use super::args::{Arguments, CompletionsOptions, ManOptions};
use crate::disk;
use crate::failure::Failure;
use crate::names::shown;
use crate::report::print_line;

const NAME: &str = "logminer";

pub(super) fn completions(options: &CompletionsOptions) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), NAME, &mut text);
    let file = clap_complete::Generator::file_name(&options.shell, NAME);
    put(options.out.as_deref(), vec![(file, text)])
}

/// One page a command, as git does: `man logminer-run`.
pub(super) fn man(options: &ManOptions) -> Result<Exit, Failure> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![page(&command, NAME)?];
    if options.out.is_some() {
        let mut open: Vec<(String, &Command)> = vec![(NAME.to_owned(), &command)];
        while let Some((name, command)) = open.pop() {
            for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
                let inner_name = format!("{name}-{}", inner.get_name());
                pages.push(page(inner, &inner_name)?);
                open.push((inner_name, inner));
            }
        }
    }
    put(options.out.as_deref(), pages)
}

fn page(command: &Command, name: &str) -> Result<(String, Vec<u8>), Failure> {
    let mut text = Vec::new();
    // The date of a page would make two builds differ.
    clap_mangen::Man::new(command.clone())
        .title(name.to_uppercase())
        .date("")
        .render(&mut text)
        .map_err(|error| Failure::io("write a manual page", error))?;
    Ok((format!("{name}.1"), text))
}

fn put(out: Option<&Path>, files: Vec<(String, Vec<u8>)>) -> Result<Exit, Failure> {
    let Some(out) = out else {
        for (_, text) in files {
            let _ = std::io::stdout().write_all(&text);
        }
        return Ok(Exit::Done);
    };
    // Whoever reads the manual is not the one who wrote it.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    disk::make_dir(out, 0o755)?;
    for (name, text) in files {
        let path = out.join(name);
        disk::write_atomic(&path, &text, 0o644)?;
        print_line(&shown(&path));
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap_complete::Shell;

    #[test]
    fn every_public_command_has_a_page_and_completions() {
        let dir = tempfile::tempdir().unwrap();
        man(&ManOptions { out: Some(dir.path().to_owned()) }).unwrap();
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            completions(&CompletionsOptions { shell, out: Some(dir.path().to_owned()) }).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
        for command in Arguments::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let page = read(&format!("logminer-{}.1", command.get_name()));
            assert!(page.contains("EXTRA") && page.contains("logminer"), "{} has no example on its page", command.get_name());
            for file in ["logminer.bash", "_logminer", "logminer.fish"] {
                assert!(read(file).contains(command.get_name()), "{file} does not know {}", command.get_name());
            }
        }
    }
}
