//! The README beside the features.

use crate::suite::{Needs, Suite};

const HEAD: &str = "# Tests from production

These features state what production did, for groups of customers large enough that nobody is singled out. They run unmodified in
cucumber-js, pytest-bdd and behave. The same night gives the same bytes: commit them, and read the diff.

## Run them

Point them at a test system. Hosts other than localhost must be named in `ALLOWED_HOSTS`.

    export BASE_URL=http://localhost:8080

cucumber-js (Node 20 or later):

    cd steps/cucumber-js && npm install && npx cucumber-js

pytest-bdd:

    cd steps/pytest-bdd && pip install -r requirements.txt && pytest

behave:

    cd steps/behave && pip install -r requirements.txt && behave

## Fill in once

`steps/test-data.json` and `steps/bodies.json` are written anew each night and hold every name that the features use, with made-up
defaults. Keep your own values in files of your own, named by `TEST_DATA` and `TEST_BODIES`; they win, name by name.

| name in `test-data.json` | meaning |
|---|---|
| `users.<alias>` | `username` and `password` (also by `TEST_USERS`, a JSON object), or `headers` to send instead of signing in |
| `sign_in` | the call that signs in: `method`, `path`, `token_field` of the answer, `header` and `prefix` to send the token in |
| `values.<alias>` | what `${alias}` in paths and bodies stands for |
| `data.<name>` | a data set for steps `with data \"<name>\"`: `values`, `body`, `headers`; a scenario whose set is `null` is skipped, and says so |
| `setup`, `cleanup` | calls made before and after each scenario: a list of `method`, `path`, `body`; one that brings the system into its first state makes every scenario stand alone |
| `clock` | the call that lets time pass on the test system: `method`, `path`, `body` with `\"${seconds}\"` in it |
| `limits` | for each call the limits of its fields, as `{\"amount\": [10000]}`: tried just below, at and just above; calls that move money begin with the policy's edge of high amounts |
| `pools.<alias>` | more values for `${<alias>}`: things of one kind in other states; scenarios about each of them are skipped without it |
| `values.foreign_<alias>` | an id that belongs to somebody else: reading or changing it must be refused |

`bodies.json` maps `METHOD path` to the body of that request; a body of yours also holds where the path has other names in `${...}`. Inside bodies `${alias}` works, also for the user's `username` and `password`. The night's
own `bodies.json` holds the fields that the log shows of a call's body, with made-up values: what the log does not show is yours to add.

## Accept answers once

No response body is ever in the logs' statistics, so scenarios tagged `@needs-accepted` compare with what the test system answered when you last accepted
it: fields, kinds, forms and values of the answer, what is logged, what else changes. On a build you trust, run twice with `ACCEPT=1` (the second run
finds out what varies), read `steps/accepted.json`, commit it. From then on a difference is red; after a change that was meant, delete the scenario's
entry and accept again. Until then these scenarios are skipped.

| variable | meaning |
|---|---|
| `BASE_URL`, `ALLOWED_HOSTS` | the system under test; hosts (`host` or `host:port`, commas between) that are test systems |
| `TEST_DATA`, `TEST_BODIES`, `TEST_USERS` | your values |
| `TEST_ACCEPTED`, `ACCEPT` | the file of accepted answers (`steps/accepted.json`); `1` accepts instead of comparing |
| `LOG_FILES`, `SLOW_MS` | log files and folders of the test system, commas between: what they say is a part of the answer; an answer slower than 5,000 ms counts as slow |
| `EVENT_LOG` | JSON lines `{\"event\", \"key\", \"time\"}` of what the system did, for steps on events; without it those scenarios are skipped |
| `EVENT_WAIT_S_MAX`, `REQUEST_TIMEOUT_MS`, `AVAILABLE_WITHIN_S` | waiting: 60 s, 10,000 ms, 10 s |
| `FEATURES_DIR` | another folder of features (cucumber-js, pytest-bdd; behave takes it as an argument after `.`) |

## Tags

| tag | meaning |
|---|---|
| `@scn-...` | the scenario's id: stays while the behaviour stays |
| `@risk-high`, `@risk-medium`, `@risk-low` | what it would cost if this broke |
| `@journey-...`, `@finding-...`, `@check-...` | what it belongs to |
| `@needs-data`, `@needs-event-log`, `@needs-accepted`, `@needs-clock` | needs what only you have; skipped without it |
| `@control-missing` | asserts a control that production lacked: red until it exists, left out by default (cucumber-js: `TAGS=@control-missing`; pytest: `-m control-missing`; behave: `--tags @control-missing`) |
| `@failure-sequence` | does what goes before failures in production, and asserts the answer that is right: red until the cause is gone, left out by default as well; `@suspect`: look at it before keeping it |

`features.json` lists every scenario with its risk, the reason, the band of customers and the ids of the mined event types; its
`needs` counts the scenarios that wait for something.
";

/// How many scenarios run at once, and what keeps the others from it.
fn coverage(suite: &Suite) -> String {
    let needs = Needs::of(suite);
    let mut text = format!(
        "\n## What runs at once\n\n| of {} scenarios | |\n|--:|---|\n| {} | run with what is filled in for every test: one user, ids and bodies |\n",
        needs.scenarios, needs.nothing
    );
    text.push_str(&format!("| {} | need data sets: the system must be made to refuse or to fail (`@needs-data`) |\n", needs.data));
    text.push_str(&format!("| {} | need the log of events that are no HTTP requests (`@needs-event-log`) |\n", needs.event_log));
    text.push_str(&format!("| {} | assert a control that production lacked (`@control-missing`) |\n", needs.control_missing));
    text.push_str(&format!("| {} | walk into a failure of production (`@failure-sequence`) |\n", needs.failure_sequence));
    text.push_str(&format!("| {} | compare with accepted answers (`@needs-accepted`) |\n", needs.accepted));
    text.push_str(&format!("| {} | need the call that moves the system's clock (`@needs-clock`) |\n", needs.clock));
    text.push_str("\nA scenario may be in several of the last six.\n");
    if !needs.data_sets.is_empty() {
        text.push_str("\n| data set | scenarios that wait for it |\n|---|--:|\n");
    }
    for (name, scenarios) in needs.data_sets {
        text.push_str(&format!("| `{name}` | {scenarios} |\n"));
    }
    text
}

pub(super) fn text(suite: &Suite) -> String {
    let mut text = String::from(HEAD);
    text.push_str(&coverage(suite));
    text.push_str("\n## Features\n\n");
    if suite.files.is_empty() {
        text.push_str("None: no behaviour in these logs is shared by enough customers.\n");
    }
    for file in &suite.files {
        text.push_str(&format!("- `{}`: {}\n", file.path, file.feature.name.as_str().replace(['|', '`', '<', '['], " ")));
    }
    text
}
