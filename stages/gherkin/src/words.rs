//! Names a person would write.

use schemas::record::EventCategory;

use crate::model::{Line, Method, singular};
use crate::vocabulary::{Act, ActKind, HttpAct, Vocabulary};

/// Characters of a scenario name at most, so that it is read as a whole; with an id behind it, it is below the 100 that linters allow.
const NAME_CHARS_MAX: usize = 88;
/// Characters of one event's name inside it.
const EVENT_CHARS_MAX: usize = 40;

/// The name of a scenario: a fixed beginning, what is tested, how it ends, what came before.
pub(crate) fn scenario_name(beginning: &'static str, vocabulary: &Vocabulary, acts: &[u32]) -> String {
    let (target, before) = acts.split_last().expect("a trail is never empty");
    let target = vocabulary.act(*target);
    let head = format!("{beginning}{}", ending(target));
    let with = |tail: String| Some(format!("{head} {tail}")).filter(|name| name.chars().count() <= NAME_CHARS_MAX);
    let runs = runs_of(vocabulary, before, target.failed);
    let name = match runs.as_slice() {
        [] => None,
        [only] => with(format!("after {only}")),
        [first, last] => with(format!("after {first} and {last}")).or_else(|| with(format!("after {last}"))),
        [.., last] => {
            let steps = before.iter().filter(|act| !vocabulary.act(**act).signs_in()).count();
            with(format!("after {steps} steps, at last {last}")).or_else(|| with(format!("after {steps} steps")))
        }
    };
    name.unwrap_or(head)
}

/// A name that fits: cut between words where it is too long.
pub(crate) fn fitting(name: &str) -> String {
    if name.chars().count() <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let cut: String = name.chars().take(NAME_CHARS_MAX - 3).collect();
    format!("{}...", cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before))
}

/// How an act ends, as a sentence.
pub(crate) fn ending(act: &Act) -> String {
    match &act.kind {
        ActKind::Http(http) => {
            let verb = match http.status {
                ..400 if http.method.reads() || act.category == EventCategory::Login => "succeeds",
                ..400 => "is accepted",
                400..500 => "is refused",
                500.. => "fails",
            };
            format!("{} {verb} with status {}", capitalised(&doing(act, http)), http.status)
        }
        ActKind::Event(_) => format!("Event {} follows", shown(act)),
    }
}

/// What came before, in order of first appearance, repetitions counted: `reading balance`, `two transfers`. Sign-ins go without
/// saying, and so do calls that only read where others change something.
fn runs_of(vocabulary: &Vocabulary, acts: &[u32], target_failed: bool) -> Vec<String> {
    let mut counts: Vec<(u32, usize)> = Vec::new();
    for act in acts.iter().filter(|act| !vocabulary.act(**act).signs_in()) {
        match counts.iter_mut().find(|(known, _)| known == act) {
            Some((_, count)) => *count += 1,
            None => counts.push((*act, 1)),
        }
    }
    let changes = |act: u32| vocabulary.act(act).http().is_some_and(|http| !http.method.reads());
    if counts.iter().any(|(act, _)| changes(*act)) {
        counts.retain(|(act, _)| changes(*act));
    }
    counts.into_iter().map(|(act, count)| phrase(vocabulary.act(act), count, target_failed)).collect()
}

fn phrase(act: &Act, count: usize, target_failed: bool) -> String {
    let http = match &act.kind {
        ActKind::Event(_) => return format!("event {}", shown(act)),
        ActKind::Http(http) => http,
    };
    let noun = doing(act, http);
    let is_thing = http.method == Method::Post;
    let noun = match http.status {
        ..400 if target_failed && is_thing => format!("successful {noun}"),
        ..400 => noun,
        400..500 => format!("refused {noun}"),
        500.. => format!("failed {noun}"),
    };
    match (count, is_thing) {
        (1, true) => format!("{} {noun}", article(&noun)),
        (_, false) => noun,
        (2, true) => format!("two {}", plural(&noun)),
        (3, true) => format!("three {}", plural(&noun)),
        (_, true) => format!("several {}", plural(&noun)),
    }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with('s') => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// What a call does: `transfer`, `reading account balance`, `changing one card`.
pub(crate) fn doing(act: &Act, http: &HttpAct) -> String {
    if act.category == EventCategory::Login {
        return "sign-in".to_owned();
    }
    let thing = thing(act, http);
    match http.method {
        Method::Get => format!("reading {thing}"),
        Method::Head | Method::Options => format!("checking {thing}"),
        Method::Post => singular(&thing),
        Method::Put | Method::Patch => format!("changing {thing}"),
        Method::Delete => format!("removing {thing}"),
    }
}

/// What a call is about: `transfers`, `one card`, `account balance`.
fn thing(act: &Act, http: &HttpAct) -> String {
    let subject = plain(&act.subject);
    let family = singular(&act.family.as_str().replace('-', " "));
    if singular(&subject).contains(&family) {
        let is_one = http.path.as_str().ends_with('}') && http.method != Method::Post;
        if is_one { format!("one {}", singular(&subject)) } else { subject }
    } else {
        format!("{family} {subject}")
    }
}

fn plain(word: &str) -> String {
    word.replace(['-', '_', '.', '%', '?', '=', '&'], " ").trim().to_lowercase()
}

/// First letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// An event's name, short enough to stand in a sentence.
fn shown(act: &Act) -> String {
    let line = Line::new(&act.subject);
    let short: String = line.as_str().chars().take(EVENT_CHARS_MAX).collect();
    if short.len() == line.as_str().len() {
        return format!("'{short}'");
    }
    // Cut between words where there is a word left.
    let whole = short.rsplit_once(' ').map_or(short.as_str(), |(before, _)| before);
    format!("'{}...'", whole.trim_end())
}

/// A number of customers.
pub(crate) fn customers_exactly(customers: u64) -> String {
    if customers == 1 { "1 customer".to_owned() } else { format!("{customers} customers") }
}

/// A lower bound on a number of customers, in words that do not tell the number.
pub(crate) fn customers_band(customers: u64, customers_min: u32) -> String {
    let floor = u64::from(customers_min);
    let band =
        [1_000_000, 100_000, 10_000, 1_000, 500, 100, 50, 10, 5].into_iter().find(|band| customers >= *band && *band >= floor).unwrap_or(floor);
    format!("at least {band} customers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_never_tell_the_number() {
        let check = |customers, min, expected: &str| assert_eq!(customers_band(customers, min), format!("at least {expected} customers"));
        check(5, 5, "5");
        check(9, 5, "5");
        check(73, 5, "50");
        check(12, 12, "12");
        check(60, 12, "50");
        check(4, 2, "2");
        check(123_456_789, 5, "1000000");
    }
}
