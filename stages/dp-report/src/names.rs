//! Names of keys. A name leaves only with a released number: the list itself stays here.

mod call;
mod read;

use std::collections::BTreeMap;

use schemas::privacy::{ANOMALY_GROUPS, CATEGORIES, LATENCY_BANDS_US};
use schemas::record::Metric;

use crate::known::Known;
pub(crate) use call::Call;

/// Stands for the start or the end of a journey in an edge's key.
pub(crate) const OUTSIDE: u64 = u32::MAX as u64;
/// Bit of a family's key that says that a journey of it failed.
pub(crate) const FAILED: u64 = 1;

/// Name of a key in the report. Two keys of a metric are one exactly if all parts agree.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyName {
    /// Of a journey variant its hash, which is what it is known by. Else 0.
    pub(crate) id: u64,
    /// The name; of an edge where it comes from (empty: the start).
    pub(crate) name: String,
    /// Of an edge where it goes to (empty: the end); of a family `failed`, or empty for all its journeys.
    pub(crate) to: String,
}

impl From<String> for KeyName {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

impl KeyName {
    /// Compares as people sort: by what is read, ids last.
    pub(crate) fn as_read(&self) -> (&str, &str, u64) {
        (&self.name, &self.to, self.id)
    }
}

/// Names that many event types share, and which of them an event type has.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// Sorted.
    pub(crate) names: Vec<String>,
    ids: Vec<[u8; 32]>,
    of_type: Vec<Option<u32>>,
}

impl Groups {
    fn of(names: Vec<Option<String>>) -> Self {
        let mut sorted: Vec<String> = names.iter().flatten().cloned().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let place = |name: Option<String>| u32::try_from(sorted.binary_search(&name?).ok()?).ok();
        let of_type = names.into_iter().map(place).collect();
        let ids = sorted.iter().map(|name| *blake3::hash(name.as_bytes()).as_bytes()).collect();
        Self { names: sorted, ids, of_type }
    }

    /// The group of an event type, if it has one.
    pub(crate) fn of_type(&self, event_type: u64) -> Option<u64> {
        self.of_type.get(usize::try_from(event_type).ok()?).copied().flatten().map(u64::from)
    }

    fn name(&self, key: u64) -> Option<String> {
        self.names.get(usize::try_from(key).ok()?).cloned()
    }
}

/// Names by number.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) event_types: Vec<String>,
    /// Of each event type the first that has its name: types that nobody can tell apart are one key.
    first_of_name: Vec<u32>,
    pub(crate) rules: Vec<String>,
    /// What each event type is of, by number.
    pub(crate) calls: Vec<Call>,
    pub(crate) endpoints: Groups,
    pub(crate) families: Groups,
    /// What may fail: endpoints, and event types that are none.
    pub(crate) attempted: Groups,
    /// Keys that discoveries have found; empty unless they were read.
    pub(crate) known: Known,
    /// Variants by their steps, as far as they were spelled; others have their ids for names.
    pub(crate) variants: BTreeMap<u64, String>,
    /// Keys of the answer to a question, by the hash of their names.
    pub(crate) answers: BTreeMap<u64, String>,
    event_type_ids: Vec<[u8; 16]>,
    rule_ids: Vec<[u8; 16]>,
}

impl Names {
    /// Names in the order of their numbers.
    pub(crate) fn new(calls: Vec<Call>, rules: Vec<String>, variants: BTreeMap<u64, String>) -> Self {
        let ids = |names: &[String]| -> Vec<[u8; 16]> {
            let half = |name: &String| {
                let mut half = [0; 16];
                half.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
                half
            };
            names.iter().map(half).collect()
        };
        let event_types: Vec<String> = calls.iter().map(|call| call.label.clone()).collect();
        Self {
            event_type_ids: ids(&event_types),
            rule_ids: ids(&rules),
            endpoints: Groups::of(calls.iter().map(Call::endpoint_and_class).collect()),
            families: Groups::of(calls.iter().map(|call| Some(call.family())).collect()),
            attempted: Groups::of(calls.iter().map(|call| Some(call.attempted())).collect()),
            known: Known::default(),
            first_of_name: first_of_name(&event_types),
            event_types,
            rules,
            calls,
            variants,
            answers: BTreeMap::new(),
        }
    }

    /// The number by which an event type is counted: that of the first type with its name. Names come from the types as they are logged, so in
    /// theory two could read alike; telling them apart by each other's presence would let one customer rename another's key.
    pub(crate) fn counted_as(&self, event_type: u64) -> u64 {
        let first = usize::try_from(event_type).ok().and_then(|number| self.first_of_name.get(number));
        first.map_or(event_type, |&first| first.into())
    }

    /// The same of both ends of an edge.
    pub(crate) fn edge_counted_as(&self, edge: u64) -> u64 {
        self.counted_as(edge >> 32) << 32 | self.counted_as(edge & OUTSIDE)
    }

    /// What a key is, whatever its number in this run: numbers are positions in a list, and one customer's new event type shifts all
    /// that come after it. Whatever is decided about other customers must therefore hang on identities, never on numbers.
    pub(crate) fn identity(&self, metric: Metric, key: u64) -> Option<[u8; 32]> {
        let mut identity = [0; 32];
        let id = |ids: &[[u8; 16]], number: u64| ids.get(usize::try_from(number).ok()?).copied();
        match metric {
            Metric::EventType => identity[..16].copy_from_slice(&id(&self.event_type_ids, key)?),
            Metric::Finding => identity[..16].copy_from_slice(&id(&self.rule_ids, key)?),
            Metric::Hour | Metric::Category | Metric::Variant | Metric::Latency | Metric::Answer | Metric::Anomaly => {
                identity[..8].copy_from_slice(&key.to_le_bytes());
            }
            Metric::Endpoint => identity = *self.endpoints.ids.get(usize::try_from(key).ok()?)?,
            // The two keys of a family stand and fall together: equal hashes, so that sampling keeps families.
            Metric::Family => identity = *self.families.ids.get(usize::try_from(key >> 1).ok()?)?,
            Metric::Failure => {
                identity = *self.attempted.ids.get(usize::try_from(key / ATTEMPTS).ok()?)?;
                identity[31] ^= u8::try_from(key % ATTEMPTS).ok()?;
            }
            Metric::Edge => {
                for (part, number) in identity.chunks_exact_mut(16).zip([key >> 32, key & OUTSIDE]) {
                    part.copy_from_slice(&if number == OUTSIDE { [0xff; 16] } else { id(&self.event_type_ids, number)? });
                }
            }
        }
        Some(identity)
    }

    /// The name of a key; none when there is no such key.
    pub(crate) fn name(&self, metric: Metric, key: u64) -> Option<KeyName> {
        let end = |number: u64| if number == OUTSIDE { Some("") } else { self.event_type(number) };
        Some(match metric {
            Metric::EventType => self.event_type(key)?.to_owned().into(),
            Metric::Hour => (key < 24).then(|| format!("{key:02}"))?.into(),
            Metric::Edge => KeyName { id: 0, name: end(key >> 32)?.to_owned(), to: end(key & OUTSIDE)?.to_owned() },
            Metric::Finding => self.rules.get(usize::try_from(key).ok()?)?.clone().into(),
            Metric::Endpoint => self.endpoints.name(key)?.into(),
            Metric::Category => category_name(key)?.to_owned().into(),
            // A release spells the steps of those that it found once they are drawn.
            Metric::Variant => {
                let name = self.variants.get(&key).cloned().unwrap_or_else(|| format!("variant {key:016x}"));
                KeyName { id: key, ..KeyName::from(name) }
            }
            Metric::Family => {
                KeyName { id: 0, name: self.families.name(key >> 1)?, to: if key & FAILED == 0 { String::new() } else { "failed".to_owned() } }
            }
            Metric::Latency => latency_name(key)?.into(),
            Metric::Answer => self.answers.get(&key)?.clone().into(),
            Metric::Failure => failure_name(&self.attempted.name(key / ATTEMPTS)?, key % ATTEMPTS)?.into(),
            Metric::Anomaly => ANOMALY_NAMES.get(usize::try_from(key).ok()?).map(|name| (*name).to_owned())?.into(),
        })
    }

    /// The key of a name that the policy lists, if this run has it.
    pub(crate) fn key_of(&self, metric: Metric, name: &str) -> Option<u64> {
        let names = match metric {
            Metric::EventType => &self.event_types,
            Metric::Finding => &self.rules,
            Metric::Endpoint => &self.endpoints.names,
            _ => return None,
        };
        names.iter().position(|found| found == name).map(|place| place as u64)
    }

    /// The key of a name that a discovery released, if this run has it.
    pub(crate) fn key_named(&self, metric: Metric, name: &KeyName) -> Option<u64> {
        let place = |names: &[String], name: &str| names.iter().position(|found| found == name).map(|place| place as u64);
        match metric {
            Metric::EventType | Metric::Finding | Metric::Endpoint => self.key_of(metric, &name.name),
            Metric::Variant => Some(name.id),
            Metric::Family => Some(place(&self.families.names, &name.name)? << 1 | if name.to.is_empty() { 0 } else { FAILED }),
            Metric::Edge => {
                let end = |name: &str| if name.is_empty() { Some(OUTSIDE) } else { place(&self.event_types, name) };
                Some(end(&name.name)? << 32 | end(&name.to)?)
            }
            Metric::Failure => (0..ATTEMPTS).find_map(|attempt| {
                let called = name.name.strip_suffix(attempt_name(attempt)?)?;
                Some(place(&self.attempted.names, called)? * ATTEMPTS + attempt)
            }),
            Metric::Hour | Metric::Category | Metric::Latency | Metric::Anomaly | Metric::Answer => None,
        }
    }

    /// The name of an event type.
    fn event_type(&self, number: u64) -> Option<&str> {
        self.event_types.get(usize::try_from(number).ok()?).map(String::as_str)
    }
}

/// For each name the place of the first that is equal to it.
fn first_of_name(names: &[String]) -> Vec<u32> {
    let mut first = BTreeMap::new();
    (0..).zip(names).map(|(number, name)| *first.entry(name.as_str()).or_insert(number)).collect()
}

/// Attempts that are told apart; the last is all later ones.
pub(crate) const ATTEMPTS: u64 = 4;

/// Groups of journeys that are out of the ordinary, in the order of their keys; [`crate::gather`] decides by the same numbers.
pub(crate) const ANOMALY_NAMES: [&str; ANOMALY_GROUPS as usize] =
    ["one step ten times in a row or more", "fifty events or more", "three failures or more", "fails at its first event", "takes an hour or longer"];

fn attempt_name(attempt: u64) -> Option<&'static str> {
    [" fails on attempt 1", " fails on attempt 2", " fails on attempt 3", " fails on attempt 4 or later"].get(usize::try_from(attempt).ok()?).copied()
}

fn failure_name(called: &str, attempt: u64) -> Option<String> {
    Some(format!("{called}{}", attempt_name(attempt)?))
}

/// Kinds of activity in the order of their keys.
fn category_name(key: u64) -> Option<&'static str> {
    const NAMES: [&str; CATEGORIES as usize] = ["other", "login", "transaction", "data_access", "error"];
    NAMES.get(usize::try_from(key).ok()?).copied()
}

/// A latency band by its upper edge.
fn latency_name(key: u64) -> Option<String> {
    let spoken = |us: u64| if us.is_multiple_of(1_000_000) { format!("{} s", us / 1_000_000) } else { format!("{} ms", us / 1_000) };
    let key = usize::try_from(key).ok()?;
    match LATENCY_BANDS_US.get(key) {
        Some(&edge) => Some(format!("up to {}", spoken(edge))),
        None => (key == LATENCY_BANDS_US.len()).then(|| format!("over {}", spoken(LATENCY_BANDS_US[key - 1]))),
    }
}

/// The band of a latency.
pub(crate) fn latency_band(us: u64) -> u64 {
    LATENCY_BANDS_US.partition_point(|&edge| edge < us) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_names_and_others_have_none() {
        let calls = vec![Call::plain("login"), Call::http("POST", "/pay/{id}", 503)];
        let names = Names::new(calls, vec!["VelocityCheck".to_owned()], BTreeMap::from([(77, "login > pay".to_owned())]));
        let name = |metric, key| names.name(metric, key).map(|key| (key.name, key.to));
        let text = |name: &str, to: &str| Some((name.to_owned(), to.to_owned()));
        assert_eq!(name(Metric::EventType, 1), text("POST /pay/{id} 503", ""));
        assert_eq!(name(Metric::EventType, 2), None);
        assert_eq!((name(Metric::Hour, 7), name(Metric::Hour, 24)), (text("07", ""), None));
        assert_eq!(name(Metric::Edge, 1), text("login", "POST /pay/{id} 503"));
        assert_eq!(name(Metric::Edge, u64::from(u32::MAX) << 32), text("", "login"));
        assert_eq!(name(Metric::Edge, 2), None);
        assert_eq!((name(Metric::Finding, 0), name(Metric::Finding, 1)), (text("VelocityCheck", ""), None));
        assert_eq!((name(Metric::Endpoint, 0), name(Metric::Endpoint, 1)), (text("POST /pay/{id} 5xx", ""), None));
        assert_eq!((name(Metric::Category, 2), name(Metric::Category, 5)), (text("transaction", ""), None));
        assert_eq!((name(Metric::Variant, 77), name(Metric::Variant, 1)), (text("login > pay", ""), text("variant 0000000000000001", "")));
        assert_eq!((name(Metric::Family, 0), name(Metric::Family, 3)), (text("/pay", ""), text("login", "failed")));
        assert_eq!((name(Metric::Latency, 0), name(Metric::Latency, 17)), (text("up to 1 ms", ""), text("over 60 s", "")));
        assert_eq!(name(Metric::Latency, 18), None);
    }

    #[test]
    fn latencies_fall_into_bands_by_their_upper_edge() {
        for (us, band) in [(0, 0), (1_000, 0), (1_001, 1), (60_000_000, 16), (60_000_001, 17), (u64::MAX, 17)] {
            assert_eq!(latency_band(us), band);
        }
    }
}
