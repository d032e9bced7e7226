//! The step libraries: real files, shipped beside the features. A new library is a folder here and its lines in [`FILES`].

mod readme;

use stage_runtime::StepError;

use crate::bundle::Files;
use crate::model::Tag;
use crate::suite::Suite;

macro_rules! files {
    ($($path:literal = $source:literal),* $(,)?) => { &[$(($path, include_str!($source))),*] };
}

/// Path in the bundle, content.
const FILES: &[(&str, &str)] = files! {
    "steps/cucumber-js/package.json" = "cucumber_js/package.json",
    "steps/cucumber-js/cucumber.mjs" = "cucumber_js/cucumber.mjs",
    "steps/cucumber-js/steps/http.mjs" = "cucumber_js/steps/http.mjs",
    "steps/cucumber-js/steps/events.mjs" = "cucumber_js/steps/events.mjs",
    "steps/cucumber-js/support/client.mjs" = "cucumber_js/support/client.mjs",
    "steps/cucumber-js/support/accepted.mjs" = "cucumber_js/support/accepted.mjs",
    "steps/cucumber-js/support/bodies.mjs" = "cucumber_js/support/bodies.mjs",
    "steps/cucumber-js/support/log-files.mjs" = "cucumber_js/support/log-files.mjs",
    "steps/cucumber-js/support/event-log.mjs" = "cucumber_js/support/event-log.mjs",
    "steps/pytest-bdd/requirements.txt" = "pytest_bdd/requirements.txt",
    "steps/pytest-bdd/conftest.py" = "pytest_bdd/conftest.py",
    "steps/pytest-bdd/test_features.py" = "pytest_bdd/test_features.py",
    "steps/pytest-bdd/api_client.py" = "python/api_client.py",
    "steps/pytest-bdd/accepted.py" = "python/accepted.py",
    "steps/pytest-bdd/bodies.py" = "python/bodies.py",
    "steps/pytest-bdd/log_files.py" = "python/log_files.py",
    "steps/pytest-bdd/event_log.py" = "python/event_log.py",
    "steps/behave/requirements.txt" = "behave/requirements.txt",
    "steps/behave/behave.ini" = "behave/behave.ini",
    "steps/behave/smoke.feature" = "behave/smoke.feature",
    "steps/behave/environment.py" = "behave/environment.py",
    "steps/behave/api_client.py" = "python/api_client.py",
    "steps/behave/accepted.py" = "python/accepted.py",
    "steps/behave/bodies.py" = "python/bodies.py",
    "steps/behave/log_files.py" = "python/log_files.py",
    "steps/behave/event_log.py" = "python/event_log.py",
    "steps/behave/steps/http_steps.py" = "behave/steps/http_steps.py",
    "steps/behave/steps/event_steps.py" = "behave/steps/event_steps.py",
};

/// Adds the libraries, the configuration that depends on the features, and the README.
pub(crate) fn add(files: &mut Files, suite: &Suite) -> Result<(), StepError> {
    for (path, content) in FILES {
        files.add(*path, *content)?;
    }
    files.add("steps/pytest-bdd/pytest.ini", pytest_ini(suite))?;
    files.add("README.md", readme::text(suite))
}

/// The configuration with every tag as a marker: pytest refuses unknown ones under `--strict-markers`.
fn pytest_ini(suite: &Suite) -> String {
    let mut text = String::from(
        "# Scenarios tagged @control-missing or @failure-sequence assert what the system does not do yet: they are left out.\n\
         [pytest]\naddopts = -m \"not control-missing and not failure-sequence\" --strict-markers -p no:cacheprovider -rs\nmarkers =\n",
    );
    let fixed = ["control-missing", "failure-sequence", "needs-accepted", "needs-clock", "needs-data", "needs-event-log", "suspect"];
    let tags: std::collections::BTreeSet<&str> = suite.tags().into_iter().map(Tag::as_str).chain(fixed).collect();
    for tag in tags {
        text.push_str(&format!("    {tag}: a tag of the generated features\n"));
    }
    text
}
