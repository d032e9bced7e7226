//! What a record says of its place among others beside its time: host, span, the span that began it, a sequence number.

use schemas::ids::StableId;
use schemas::record::{CleanRecord, EventCauseRecord, Scalar};

use super::field::simplify;
use crate::outline::ByName;
use crate::remember::Remembered;

const HOST: &[&str] = &[
    "host",
    "hostname",
    "host_name",
    "node",
    "node_name",
    "server",
    "server_name",
    "pod",
    "pod_name",
    "kubernetes_pod_name",
    "kubernetes_pod",
    "instance",
    "instance_id",
    "service_instance_id",
    "service_name",
    "service",
];
const SPAN: &[&str] = &["span_id", "spanid", "span", "x_b3_spanid", "dd_span_id", "trace_span_id"];
const PARENT: &[&str] = &["parent_span_id", "parentspanid", "parent_span", "parent_spanid", "x_b3_parentspanid", "parent_id", "dd_parent_id"];
const NUMBER: &[&str] = &["sequence_number", "sequence_no", "sequence", "seq", "seq_no", "seqno", "event_sequence", "log_sequence"];

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Host,
    Span,
    Parent,
    Number,
}

/// The fields of a block that say something, by path.
pub(crate) struct Causes {
    parts: Vec<Option<(Part, u8)>>,
    any: bool,
}

impl Causes {
    /// Judges a block's name table.
    pub(crate) fn of_names(names: &[&str], remembered: &mut ByName<Option<(Part, u8)>>) -> Self {
        let part_of = |path: &str| {
            let name = simplify(path);
            [(Part::Host, HOST), (Part::Span, SPAN), (Part::Parent, PARENT), (Part::Number, NUMBER)].into_iter().find_map(|(part, names)| {
                let rank = names.iter().position(|known| *known == name).and_then(|at| u8::try_from(at).ok());
                rank.map(|rank| (part, rank))
            })
        };
        let parts: Vec<Option<(Part, u8)>> = names.iter().map(|path| remembered.of(path, part_of)).collect();
        let any = parts.iter().any(Option::is_some);
        Self { parts, any }
    }

    /// What a record says; none when it says nothing that orders: a host alone orders nothing in a night without spans, but a journey's other
    /// events may have them.
    pub(crate) fn of_record(&self, record: &CleanRecord<'_>, ids: &mut Remembered<StableId>) -> Option<EventCauseRecord> {
        if !self.any {
            return None;
        }
        let mut cause = EventCauseRecord { at: record.at, host: None, span: None, parent: None, number: None };
        let mut ranks = [u8::MAX; 4];
        for field in &record.fields {
            let Some(&Some((part, rank))) = self.parts.get(field.path as usize) else { continue };
            if rank >= ranks[part as usize] {
                continue;
            }
            let taken = match part {
                Part::Host => set(&mut cause.host, id(field.value, |host| ids.of(host, |host| StableId::of(host.as_bytes())))),
                Part::Span => set(&mut cause.span, id(field.value, |span| StableId::of(span.as_bytes()))),
                Part::Parent => set(&mut cause.parent, id(field.value, |span| StableId::of(span.as_bytes()))),
                Part::Number => set(&mut cause.number, number(field.value)),
            };
            if taken {
                ranks[part as usize] = rank;
            }
        }
        (ranks != [u8::MAX; 4]).then_some(cause)
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let found = value.is_some();
    if found {
        *slot = value;
    }
    found
}

/// Spans without a parent write zeros or nothing.
fn id(value: Scalar<'_>, of: impl FnOnce(&str) -> StableId) -> Option<StableId> {
    match value {
        Scalar::Text(text) => {
            let text = text.trim();
            text.bytes().any(|byte| byte != b'0').then(|| of(text))
        }
        Scalar::Int(0) => None,
        Scalar::Int(number) => Some(StableId::of(number.to_string().as_bytes())),
        _ => None,
    }
}

fn number(value: Scalar<'_>) -> Option<u64> {
    match value {
        Scalar::Int(number) => u64::try_from(number).ok(),
        Scalar::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::ids::RecordRef;
    use schemas::record::{Field, Severity};

    #[track_caller]
    fn check(fields: &[(&str, Scalar<'_>)], expected: [Option<u64>; 4]) {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let record = CleanRecord {
            at: RecordRef { source: 0, offset: 0 },
            time_ns: None,
            severity: Severity::Info,
            session: "",
            customer: "",
            trace: "",
            message: "",
            fields: fields.iter().zip(0..).map(|((_, value), path)| Field { path, value: *value }).collect(),
        };
        let cause = Causes::of_names(&names, &mut ByName::default()).of_record(&record, &mut Remembered::default());
        let found =
            cause.map_or([None; 4], |cause| [cause.host.map(|id| id.0), cause.span.map(|id| id.0), cause.parent.map(|id| id.0), cause.number]);
        assert_eq!(found, expected);
    }

    #[test]
    fn fields_in_several_spellings() {
        let of = |text: &str| Some(StableId::of(text.as_bytes()).0);
        check(&[("host.name", Scalar::Text("a")), ("spanId", Scalar::Text("7f"))], [of("a"), of("7f"), None, None]);
        check(&[("service", Scalar::Text("pay")), ("hostname", Scalar::Text("a"))], [of("a"), None, None, None]);
        check(&[("parent_span_id", Scalar::Text("0000")), ("span_id", Scalar::Int(9))], [None, of("9"), None, None]);
        check(&[("seq", Scalar::Text("12")), ("event", Scalar::Text("x"))], [None, None, None, Some(12)]);
        check(&[("event", Scalar::Text("x"))], [None; 4]);
    }
}
