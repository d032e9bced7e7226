//! The command line over the configuration: what `logminer.toml` says becomes the default of the flag with the same name, so that a
//! flag on the command line wins, and `--help` shows what holds.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};

use super::args::Arguments;
use crate::config::{CONFIG_VARIABLE, RunnerConfig};
use crate::failure::Failure;

/// Commands that take nothing from the configuration: they must work, above all, when it is broken.
const WITHOUT: [&str; 4] = ["config", "completions", "man", "help"];

/// The configuration for these arguments (without the program's name), and the command line it gives.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage) when the configuration is missing or wrong.
pub(super) fn command_line(arguments: &[OsString], variable: Option<&OsStr>) -> Result<(RunnerConfig, Command), Failure> {
    let (flag, command, help) = look(arguments);
    let path = flag.or_else(|| variable.filter(|text| !text.is_empty()).map(PathBuf::from));
    let config = match path {
        Some(path) if !help && command.is_some_and(|command| WITHOUT.iter().all(|name| *name != command)) => RunnerConfig::load(&path)?,
        _ => RunnerConfig::default(),
    };
    let line = with_defaults(Arguments::command(), &config.flag_defaults());
    Ok((config, line))
}

/// The configuration file that is in force: `--config`, else the variable.
pub(super) fn path(flag: Option<&Path>) -> Option<PathBuf> {
    flag.map(Path::to_owned).or_else(|| std::env::var_os(CONFIG_VARIABLE).filter(|text| !text.is_empty()).map(PathBuf::from))
}

/// `--config`, the command, and whether only help or the version is asked for. The real parse comes later and finds every mistake; this
/// look is needed first because what it finds says which flags must be given.
fn look(arguments: &[OsString]) -> (Option<PathBuf>, Option<&str>, bool) {
    let (mut config, mut command, mut help) = (None, None, false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.to_str() {
            Some("--") => break,
            Some("--config") => config = rest.next().map(PathBuf::from),
            Some("--help" | "-h" | "--version" | "-V") => help = true,
            Some(text) if text.starts_with("--config=") => config = text.strip_prefix("--config=").map(PathBuf::from),
            Some(text) if command.is_none() && !text.starts_with('-') => command = Some(text),
            _ => {}
        }
    }
    (config, command, help)
}

fn with_defaults(mut command: Command, defaults: &[(&'static str, Vec<OsString>)]) -> Command {
    for (name, values) in defaults {
        if command.get_arguments().any(|argument| argument.get_id() == *name && argument.get_long().is_some()) {
            command = command.mut_arg(name, |argument| argument.required(false).default_values(values.clone()));
        }
    }
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, |command| with_defaults(command, defaults)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;
    use clap::FromArgMatches;

    const TEXT: &str = "input = [\"a\", \"b\"]\nruns = \"r\"\nshards = 3\nseal_epoch_min = 7\nstep_timeout_minutes = 9\nstages_key = \"k.pub\"\n";

    fn parse(text: &str, line: &[&str]) -> Result<args::Command, Failure> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("logminer.toml");
        std::fs::write(&path, text.replace("= \"r\"", "= \"/r\"")).unwrap();
        let arguments: Vec<OsString> = line.iter().map(Into::into).collect();
        let (_, command) = command_line(&arguments, Some(path.as_os_str()))?;
        command.clone().debug_assert();
        let matches = command.try_get_matches_from(std::iter::once(OsString::from("logminer")).chain(arguments)).unwrap();
        Ok(Arguments::from_arg_matches(&matches).unwrap().command)
    }

    fn run(line: &[&str]) -> args::RunOptions {
        let Ok(args::Command::Run(options)) = parse(TEXT, line) else { panic!("a run") };
        options
    }

    #[test]
    fn the_configuration_gives_the_defaults_and_flags_win() {
        let options = run(&["run"]);
        assert_eq!(options.input.iter().map(|path| path.file_name().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((options.places.runs.as_path(), options.shards, options.resources.step_timeout_minutes), (Path::new("/r"), 3, 9));
        assert_eq!(options.places.seal_epoch_min, 7);
        let options = run(&["run", "--input", "c", "--runs", "s", "--shards", "4"]);
        assert_eq!((options.input.as_slice(), options.places.runs.as_path(), options.shards), (&[PathBuf::from("c")][..], Path::new("s"), 4));
    }

    #[test]
    fn the_audit_log_of_every_command_keeps_to_the_bound_of_the_configuration() {
        let text = format!("{TEXT}audit_bytes_max = \"128KiB\"\n");
        for line in [&["run"][..], &["step", "mine.score"], &["verify", "r"], &["retention"], &["inspect", "f"], &["doctor"]] {
            let audit = match parse(&text, line).unwrap() {
                args::Command::Run(options) => options.places.audit(),
                args::Command::Step(options) => options.places.audit(),
                args::Command::Verify(options) => options.places.audit_of(Path::new("/r")),
                args::Command::Retention(options) => options.places.audit(),
                args::Command::Inspect(options) => options.audit.of(&options.runs),
                args::Command::Doctor(options) => options.places.audit(),
                _ => panic!("{line:?}"),
            };
            let bound = format!("{audit:?}");
            assert!(bound.contains("\"/r/audit.jsonl\"") && bound.contains("bytes_max: 131072"), "{line:?}: {bound}");
        }
    }

    #[test]
    fn a_broken_configuration_stops_all_but_the_commands_that_help() {
        assert!(parse("shard = 1\n", &["status"]).is_err());
        for line in [&["config", "check"][..], &["completions", "bash"], &["man"]] {
            parse("shard = 1\n", line).unwrap();
        }
        let arguments = ["run", "--help"].map(OsString::from);
        assert!(command_line(&arguments, Some(OsStr::new("nowhere.toml"))).is_ok());
        assert!(command_line(&arguments[..1], Some(OsStr::new("nowhere.toml"))).is_err());
    }

    #[test]
    fn the_flag_comes_before_the_variable() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l.toml");
        std::fs::write(&path, "threads = 5\n").unwrap();
        for line in [
            vec!["status".into(), "--config".into(), path.clone().into_os_string()],
            vec![format!("--config={}", path.display()).into(), "status".into()],
        ] {
            assert_eq!(command_line(&line, Some(OsStr::new("nowhere.toml"))).unwrap().0.threads, Some(5));
        }
    }

    /// Keys that no command line flag takes.
    const NO_FLAG: [&str; 2] = ["schedule_utc", "vault_approvers"];

    #[test]
    fn a_key_is_a_flag_or_stands_in_the_list_of_those_that_are_not() {
        let mut flags = std::collections::BTreeSet::new();
        let mut open = vec![Arguments::command()];
        while let Some(command) = open.pop() {
            flags.extend(command.get_arguments().map(|argument| argument.get_id().to_string()));
            open.extend(command.get_subcommands().cloned());
        }
        for key in crate::config::keys::FORM.keys {
            assert!(flags.contains(key.name) || NO_FLAG.contains(&key.name), "{}", key.name);
        }
    }
}
