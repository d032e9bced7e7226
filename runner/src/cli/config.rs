//! `logminer config check|schema|example`.

use std::path::Path;

use schemas::exit::Exit;
use serde_json::json;

use super::config_args::{CheckOptions, ConfigCommand, ConfigOptions, FormName};
use super::configured;
use crate::config::form::{self, Form};
use crate::config::{self, RunnerConfig, example, schema};
use crate::failure::Failure;
use crate::names::shown;
use crate::policy_file::{self, FieldFlags, load};
use crate::report::print_line;

pub(super) fn run(options: &ConfigOptions, flag: Option<&Path>) -> Result<Exit, Failure> {
    match &options.what {
        ConfigCommand::Check(options) => check(options, flag),
        ConfigCommand::Schema(options) => {
            let schema = serde_json::to_string_pretty(&schema::of(form_of(options.form))).map_err(|_| Failure::internal("write a schema"))?;
            print_line(&schema);
            Ok(Exit::Done)
        }
        ConfigCommand::Example(options) => {
            print_line(example::of(form_of(options.form)).trim_end());
            Ok(Exit::Done)
        }
    }
}

fn form_of(name: FormName) -> Form {
    match name {
        FormName::Logminer => config::keys::FORM,
        FormName::Policy => config::policy_keys::FORM,
    }
}

/// Looks at the file, and at the policy it names. Every problem is printed, not only the first as elsewhere.
fn check(options: &CheckOptions, flag: Option<&Path>) -> Result<Exit, Failure> {
    let Some(path) = options.file.clone().or_else(|| configured::path(flag)) else {
        return Err(Failure::usage("check a configuration: name a FILE, or give --config or LOGMINER_CONFIG"));
    };
    let mut sound = look(&path, options.form, options.json)?;
    if options.form == FormName::Logminer
        && sound
        && let Some(policy) = RunnerConfig::load(&path)?.policy
    {
        sound = look(&policy, FormName::Policy, options.json)?;
    }
    Ok(if sound { Exit::Done } else { Exit::Usage })
}

fn look(path: &Path, name: FormName, json: bool) -> Result<bool, Failure> {
    let text = config::read(path, "file")?;
    let mut problems = form::check(form_of(name), &text).err().unwrap_or_default();
    if problems.is_empty()
        && name == FormName::Policy
        && let Ok(mut policy) = toml::from_str(&text)
    {
        policy_file::take_in_words(&mut policy, path)?;
        problems = policy_file::refusals(&text, &policy);
    }
    if problems.is_empty() {
        // What the form cannot see: values that contradict each other.
        match name {
            FormName::Logminer => drop(RunnerConfig::load(path)?),
            FormName::Policy => drop(load(Some(path), &FieldFlags::default())?),
        }
    }
    if json {
        let listed: Vec<_> = problems.iter().map(|problem| json!({ "line": problem.line, "what": problem.what })).collect();
        print_line(&json!({ "file": path.to_string_lossy(), "ok": problems.is_empty(), "problems": listed }).to_string());
        return Ok(problems.is_empty());
    }
    for problem in &problems {
        print_line(&format!("{}, {problem}", shown(path)));
    }
    if problems.is_empty() {
        print_line(&format!("{}: nothing is wrong", shown(path)));
    }
    Ok(problems.is_empty())
}
