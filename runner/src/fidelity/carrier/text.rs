//! Running text.

use super::{Ask, Line, quoted};

/// Sentences that say nothing about what the value is.
const SILENT: &[&str] =
    &["see also {v}", "reconciliation stopped at {v}", "left over from yesterday: {v}", "skipped {v} and went on", "this was about {v} again"];

fn sentence(ask: &mut Ask<'_>) -> Option<String> {
    let bare = !ask.class.bare.is_empty() && (ask.class.frames.is_empty() || ask.prng.once_in(2));
    let frames = if bare { ask.class.bare } else { ask.class.frames };
    if frames.is_empty() {
        return None;
    }
    Some(ask.prng.pick(frames).replace("{w}", ask.word).replace("{v}", &ask.form))
}

pub(super) fn prose(ask: &mut Ask<'_>) -> Option<Line> {
    let text = sentence(ask)?;
    let written = ask.form.clone();
    Some(ask.free(&text, &written))
}

/// Only sentences that say what the value is.
pub(super) fn prose_in_context(ask: &mut Ask<'_>) -> Option<Line> {
    let frames = if ask.class.frames.is_empty() { ask.class.bare } else { ask.class.frames };
    let text = ask.prng.pick(frames).replace("{w}", ask.word).replace("{v}", &ask.form);
    let written = ask.form.clone();
    Some(ask.free(&text, &written))
}

pub(super) fn stack_trace(ask: &mut Ask<'_>) -> Option<Line> {
    let about = format!("{} {}", ask.word, ask.form);
    let text = match ask.prng.below(4) {
        0 => format!(
            "request failed\njava.lang.IllegalArgumentException: invalid {about}\n\tat com.bank.core.Validator.check(Validator.java:118)\n\tat com.bank.core.Dispatcher.run(Dispatcher.java:61)\n\t... 12 more"
        ),
        1 => format!(
            "job aborted\nTraceback (most recent call last):\n  File \"/srv/app/batch.py\", line 88, in run\n    check(row)\nValueError: {key}={value} is not accepted",
            key = ask.key,
            value = ask.form
        ),
        2 => format!(
            "unhandled\norg.bank.LookupException: lookup failed\n\tat org.bank.Lookup.find(Lookup.kt:40)\nCaused by: org.bank.NotFoundException: no entry for {about}\n\tat org.bank.Store.get(Store.kt:7)"
        ),
        _ => format!(
            "panic: {key} \"{value}\" out of range\n\ngoroutine 7 [running]:\n\tmain.check()\n\t\t/srv/app/check.go:52 +0x1d",
            key = ask.key,
            value = ask.form
        ),
    };
    let written = ask.form.clone();
    Some(ask.free(&text, &written))
}

pub(super) fn elsewhere(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.key {
        return None;
    }
    let members = format!("\"{}\":{}", ask.key, quoted(&ask.form));
    let known_by = Some(ask.json_line(&members, "").text);
    let frames = if ask.class.bare.is_empty() || ask.class.id == "name" { SILENT } else { ask.class.bare };
    let text = ask.prng.pick(frames).replace("{v}", &ask.form);
    let written = ask.form.clone();
    Some(Line { known_by, ..ask.free(&text, &written) })
}
