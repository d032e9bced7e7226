//! What a test asks for, found among this run's acts.

use std::collections::BTreeMap;

use crate::model::Method;
use crate::vocabulary::{Act, ActKind, Vocabulary};

/// A part of a path between slashes; none for a part that differs from call to call.
type Segment = Option<String>;

/// A route: its parts, and the event of each status.
type Route = (Vec<Segment>, BTreeMap<u16, u32>);

/// This run's calls and events, each as the least number of its event types.
pub(super) struct Matcher {
    /// Routes of a method with so many parts.
    calls: BTreeMap<(Method, usize), Vec<Route>>,
    /// Events and calls by the stable text of their act.
    by_key: BTreeMap<String, u32>,
    /// Events and calls by the key of their act, which tells routes apart that were logged with tokens of two classes.
    exact: BTreeMap<String, u32>,
    /// The sign-in that most events are.
    sign_in: Option<u32>,
}

impl Matcher {
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let mut matcher = Self { calls: BTreeMap::new(), by_key: BTreeMap::new(), exact: BTreeMap::new(), sign_in: None };
        let mut best: Option<(u64, std::cmp::Reverse<&str>)> = None;
        for (_, act) in vocabulary.acts() {
            let Some(event) = number_of(act) else { continue };
            matcher.exact.insert(act.key.clone(), event);
            matcher.by_key.entry(key_of(act)).and_modify(|known| *known = event.min(*known)).or_insert(event);
            if act.signs_in() && best.is_none_or(|best| best < (act.count(), std::cmp::Reverse(act.key.as_str()))) {
                best = Some((act.count(), std::cmp::Reverse(&act.key)));
                matcher.sign_in = Some(event);
            }
            let Some(http) = act.http() else { continue };
            let segments = parts_of(http.path.as_str());
            let paths = matcher.calls.entry((http.method, segments.len())).or_default();
            match paths.iter_mut().find(|(known, _)| *known == segments) {
                // One route logged with tokens of two classes is one call; the least number stands for both.
                Some((_, statuses)) => {
                    statuses.entry(http.status).and_modify(|known| *known = event.min(*known)).or_insert(event);
                }
                None => paths.push((segments, BTreeMap::from([(http.status, event)]))),
            }
        }
        matcher
    }

    /// The event of a call. A path may hold values, placeholders of any kind, a host before it and a query behind it. Of several routes that it may
    /// be, the one with most parts in common.
    pub(super) fn call(&self, method: Method, path: &str, status: u16) -> Option<u32> {
        let path = plain(path)?;
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |known: &[Segment]| known.iter().zip(&parts).all(|(known, part)| known.as_ref().map_or(!part.is_empty(), |known| known == part));
        let found = self.calls.get(&(method, parts.len()))?.iter().filter(|(known, statuses)| fits(known) && statuses.contains_key(&status));
        let best = found.max_by_key(|(known, _)| (known.iter().flatten().count(), std::cmp::Reverse(known)))?;
        best.1.get(&status).copied()
    }

    /// The event of a name, as step texts and JSON print it.
    pub(super) fn event(&self, name: &str) -> Option<u32> {
        self.by_key.get(&format!("event {name}")).copied()
    }

    /// The event that is the same as an act of another run.
    pub(super) fn same_as(&self, act: &Act) -> Option<u32> {
        self.exact.get(&act.key).or_else(|| self.by_key.get(&key_of(act))).copied()
    }

    /// The sign-in.
    pub(super) const fn sign_in(&self) -> Option<u32> {
        self.sign_in
    }
}

fn number_of(act: &Act) -> Option<u32> {
    act.event_types.iter().map(|(event, _)| *event).min()
}

/// What is the same in two environments: aliases of a route say of which class its tokens were, which may differ.
fn key_of(act: &Act) -> String {
    match &act.kind {
        ActKind::Http(http) => {
            let parts: Vec<String> = parts_of(http.path.as_str()).into_iter().map(|part| part.unwrap_or_else(|| "{}".to_owned())).collect();
            format!("{} {} {}", http.method.name(), parts.join("/"), http.status)
        }
        ActKind::Event(_) => act.key.clone(),
    }
}

fn parts_of(path: &str) -> Vec<Segment> {
    path.split('/').map(|part| (!(part.starts_with("${") && part.ends_with('}'))).then(|| part.to_owned())).collect()
}

/// The path of an address: without host or placeholder for it, query, fragment, and slash at the end.
fn plain(address: &str) -> Option<&str> {
    let address = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..))?,
        None => address.find('/').and_then(|at| address.get(at..))?,
    };
    let path = address.split(['?', '#']).next().unwrap_or(address);
    Some(path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path))
}
