//! A commented example of a form: `logminer config example`. It parses as it is, and also with every key taken out of its comment.

use super::form::Form;

/// Characters of a comment line.
const COMMENT_WIDTH: usize = 110;

/// The example: every key with its meaning, its bounds and a value, commented out.
#[must_use]
pub fn of(form: Form) -> String {
    let mut text = comment(form.why);
    let mut section = "";
    for key in form.keys {
        if key.section != section {
            section = key.section;
            text.push_str(&format!("\n[{section}]\n"));
        } else if section.is_empty() {
            text.push('\n');
        }
        text.push_str(&comment(&format!("{} Allowed: {}.", key.why, key.kind.allowed())));
        text.push_str(&format!("# {} = {}\n", key.name, key.example));
    }
    text
}

/// Comment lines begin with two hash signs, so that those with a key can be told from them.
fn comment(text: &str) -> String {
    let mut lines = String::from("##");
    let mut width = 2;
    for word in text.split(' ') {
        if width + 1 + word.chars().count() > COMMENT_WIDTH && width > 2 {
            lines.push_str("\n##");
            width = 2;
        }
        lines.push(' ');
        lines.push_str(word);
        width += 1 + word.chars().count();
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{RunnerConfig, form, keys, policy_keys};
    use std::path::Path;

    /// The example with every key in force.
    fn in_force(example: &str) -> String {
        example.lines().map(|line| format!("{}\n", if line.starts_with("##") { line } else { line.trim_start_matches("# ") })).collect()
    }

    #[test]
    fn the_examples_parse_as_they_are_and_with_every_key_in_force() {
        for form in [keys::FORM, policy_keys::FORM] {
            let example = of(form);
            form::check(form, &example).unwrap();
            let text = in_force(&example);
            form::check(form, &text).unwrap();
            for key in form.keys {
                assert!(text.contains(&format!("\n{} = ", key.name)), "{} is not in force", key.name);
                assert!(form::line_of(&text, key.section, key.name) > 1, "{} stands in the wrong section", key.name);
            }
        }
        let path = Path::new("logminer.toml");
        assert_eq!(RunnerConfig::parse(&of(keys::FORM), path).unwrap(), RunnerConfig::default());
        let config = RunnerConfig::parse(&in_force(&of(keys::FORM)), path).unwrap();
        assert!(config.schedule_utc.is_some() && config.memory_bytes == Some(6 << 30));
        toml::from_str::<schemas::policy::Policy>(&in_force(&of(policy_keys::FORM))).unwrap();
    }
}
