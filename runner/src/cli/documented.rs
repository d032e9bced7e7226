//! What documentation and unit files say of the command line must be true: every command and flag they name exists, every configuration
//! they show parses.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};

use super::args::Arguments;
use crate::config::{form, keys, policy_keys};

/// Files with commands in them, from the root of the workspace.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = vec![root.join("README.md")];
    for folder in ["docs", "runner/deploy/systemd"] {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    }
    files.sort();
    files
}

/// Command lines in a text: what follows `logminer ` up to the end of the line or of the code span, a pipe or a comment.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for line in text.replace("\\\n", " ").lines() {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("logminer ") {
            rest = after;
            // The program's own name, not a user or a folder in a sentence.
            let begins = before.is_empty() || before.ends_with(['`', '/', ' ', '=', '(', '"']);
            let line: String = after.chars().take_while(|&c| !['`', '|', '#', '>', ';', ')', '"'].contains(&c)).collect();
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let is_command = words.first().is_some_and(|word| Arguments::command().find_subcommand(word).is_some());
            if begins && is_command {
                lines.push(words);
            }
        }
    }
    lines
}

fn check(words: &[String], file: &Path) -> usize {
    let root = Arguments::command();
    let mut command: &Command = &root;
    let mut flags = 0;
    for word in words {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner;
        } else if let Some(flag) = word.trim_matches(['[', ']', '.', ',', '\'']).strip_prefix("--").filter(|flag| !flag.is_empty()) {
            let name = flag.split(['=', ' ']).next().unwrap_or(flag);
            let known = |command: &Command| command.get_arguments().any(|argument| argument.get_long() == Some(name));
            let built_in = ["help", "version"].contains(&name);
            assert!(built_in || known(command) || known(&root), "{} names --{name} of `logminer {}`", file.display(), words.join(" "));
            flags += 1;
        }
    }
    flags
}

#[test]
fn every_flag_that_documentation_names_exists() {
    let (mut lines, mut flags) = (0, 0);
    for file in files() {
        for words in command_lines(&std::fs::read_to_string(&file).unwrap()) {
            flags += check(&words, &file);
            lines += 1;
        }
    }
    assert!(lines > 20 && flags > 20, "found only {lines} command lines and {flags} flags: the search is broken");
}

#[test]
fn a_flag_that_does_not_exist_is_noticed() {
    let lines = command_lines("see `logminer run --no-such-flag x` and\n  /opt/logminer/logminer seal \\\n  --stages DIR # --gone\n");
    assert_eq!(lines, [vec!["run", "--no-such-flag", "x"], vec!["seal", "--stages", "DIR"]]);
    assert!(std::panic::catch_unwind(|| check(&lines[0], Path::new("a"))).is_err());
    assert_eq!(check(&lines[1], Path::new("a")), 1);
}

#[test]
fn every_configuration_that_documentation_shows_parses() {
    let mut blocks = 0;
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        for block in text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let sound = [keys::FORM, policy_keys::FORM].iter().any(|form| form::check(*form, block).is_ok());
            assert!(sound, "{} shows a configuration that is neither a logminer.toml nor a policy:\n{block}", file.display());
            blocks += 1;
        }
    }
    assert!(blocks >= 2, "found only {blocks} configurations: the search is broken");
}
