//! Runs all steps over lines in memory, as the runner would: shards first, then the run, then partitions.

use std::collections::BTreeMap;

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::ids::{Digest, RecordRef};
use schemas::policy::Policy;
use schemas::record::{
    Anomaly, AnomalyRecord, Bundle, Clean, CleanRecord, Contribution, ContributionRecord, Edge, EdgeRecord, EventType, Field, Finding, FindingRecord,
    Journey, JourneyRecord, Record, RecordKind, Scalar, Severity, Sighting, SightingRecord, Template, Variant, VariantRecord, write_json_lines,
};
use stage_runtime::testing::{Harness, Outcome};

/// One clean record to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) at: Option<RecordRef>,
    pub(crate) time_ns: Option<i64>,
    pub(crate) session: String,
    pub(crate) customer: String,
    pub(crate) message: String,
    pub(crate) fields: Vec<(String, Value)>,
}

/// A field's value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    Int(i64),
}

impl Line {
    pub(crate) fn new(session: &str, customer: &str, time_ns: Option<i64>) -> Self {
        Self { session: session.to_owned(), customer: customer.to_owned(), time_ns, ..Self::default() }
    }
    pub(crate) fn event(mut self, name: &str, method: &str, path: &str, status: i64) -> Self {
        self = self.field("event", name);
        if !method.is_empty() {
            self = self.field("http.method", method).field("http.path", path);
            self.fields.push(("http.status".to_owned(), Value::Int(status)));
        }
        self
    }
    pub(crate) fn field(mut self, path: &str, text: &str) -> Self {
        self.fields.push((path.to_owned(), Value::Text(text.to_owned())));
        self
    }
    pub(crate) fn message(mut self, message: &str) -> Self {
        self.message = message.to_owned();
        self
    }
}

/// A day of lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Day {
    pub(crate) lines: Vec<Line>,
}

impl Day {
    /// Offers the same records in reverse order.
    pub(crate) fn reverse(&mut self) {
        for (number, line) in (0..).zip(&mut self.lines) {
            line.at = Some(RecordRef { source: 0, offset: number });
        }
        self.lines.reverse();
    }

    /// One container a shard; small blocks, so that there are several.
    pub(crate) fn shards(&self, shards: usize) -> Vec<Vec<u8>> {
        let per_shard = self.lines.len().div_ceil(shards).max(1);
        let numbered: Vec<(u64, &Line)> = (0..).zip(&self.lines).collect();
        let mut chunks: Vec<&[(u64, &Line)]> = numbered.chunks(per_shard).collect();
        chunks.resize(shards, &[]);
        chunks.into_iter().map(clean_of).collect()
    }
}

fn clean_of(lines: &[(u64, &Line)]) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, Clean>::new(Vec::new(), Digest::of(b"clean"), 1).unwrap();
    for chunk in lines.chunks(16) {
        let mut block = BlockBuilder::new(0);
        for (offset, line) in chunk {
            let fields = line.fields.iter().map(|(path, value)| Field {
                path: block.intern(path),
                value: match value {
                    Value::Text(text) => Scalar::Text(text),
                    Value::Int(number) => Scalar::Int(*number),
                },
            });
            let fields = fields.collect();
            let at = line.at.unwrap_or(RecordRef { source: 0, offset: *offset });
            let (session, customer, message) = (line.session.as_str(), line.customer.as_str(), line.message.as_str());
            let record = CleanRecord { at, time_ns: line.time_ns, severity: Severity::Info, session, customer, trace: "", message, fields };
            block.push(&record, line.time_ns).unwrap();
        }
        writer.write(block).unwrap();
    }
    writer.finish().unwrap().0
}

/// What all steps gave.
pub(crate) struct Mined {
    pub(crate) templates: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) journeys: Vec<JourneyRecord>,
    pub(crate) variants: Vec<VariantRecord>,
    pub(crate) edges: Vec<EdgeRecord>,
    pub(crate) anomalies: Vec<(AnomalyRecord<'static>, String)>,
    pub(crate) findings: Vec<FindingRecord<'static>>,
    pub(crate) finding_contributions: Vec<ContributionRecord>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) contributions: Vec<ContributionRecord>,
    pub(crate) activities: Vec<SightingRecord>,
    /// Counters of the partitions' steps, added up.
    pub(crate) counted: BTreeMap<String, u64>,
    /// What the next night is given, under the names it is given by.
    pub(crate) left: Vec<(&'static str, Vec<u8>)>,
    /// All records of the run and of partitions as JSON lines, by output.
    pub(crate) everything: BTreeMap<String, String>,
}

/// Runs all steps.
pub(crate) fn mine(day: &Day, shards: usize, partitions: u32, threads: u16) -> Mined {
    mine_shards(&day.shards(shards), partitions, threads)
}

/// Runs all steps over the clean records of shards.
pub(crate) fn mine_shards(clean: &[Vec<u8>], partitions: u32, threads: u16) -> Mined {
    mine_night(clean, partitions, threads, &Night::default())
}

/// Which night it is, under which policy, and what the night before left.
pub(crate) struct Night {
    pub(crate) day: i32,
    pub(crate) policy: Policy,
    pub(crate) before: Vec<(&'static str, Vec<u8>)>,
    /// What people decided about groups of anomalies.
    pub(crate) baseline: String,
}

impl Night {
    /// What was left under a name.
    fn left<'n>(&'n self, wanted: &str) -> impl Iterator<Item = (&'static str, &'n [u8])> {
        self.before.iter().filter(move |(name, _)| *name == wanted).map(|(name, bytes)| (*name, bytes.as_slice()))
    }
}

impl Default for Night {
    fn default() -> Self {
        Self { day: 20_000, policy: Policy::default(), before: Vec::new(), baseline: String::new() }
    }
}

/// Runs all steps over a night.
pub(crate) fn mine_night(clean: &[Vec<u8>], partitions: u32, threads: u16, night: &Night) -> Mined {
    let run = |step: &str, partition: u32, inputs: &[(&str, &[u8])], outputs: &[(&str, RecordKind)]| -> Outcome {
        let mut harness = Harness::new(step).job(|job| {
            job.threads = threads;
            (job.logical_day, job.policy) = (night.day, night.policy.clone());
            job.parameters.insert("baseline".to_owned(), night.baseline.clone());
            (job.partition, job.partitions) = (partition, partitions);
        });
        for (name, bytes) in inputs {
            harness = harness.input(name, bytes.to_vec());
        }
        for (name, kind) in outputs {
            let parts = if matches!(*name, "event" | "event_values" | "event_cause") { partitions } else { 1 };
            harness = harness.partitioned_output(name, *kind, parts);
        }
        let outcome = harness.run(stage_mine::process);
        assert_eq!(outcome.report.error, "", "{step}");
        outcome
    };
    let shapes: Vec<Outcome> = clean
        .iter()
        .map(|clean| {
            let outputs = [
                ("skeleton", RecordKind::Skeleton),
                ("rare_shape", RecordKind::RareShape),
                ("shape_place", RecordKind::ShapePlace),
                ("event_type_part", RecordKind::EventType),
                ("attribute_part", RecordKind::Attribute),
                ("body_part", RecordKind::BodyField),
            ];
            run("mine.skeleton", 0, &[("clean", clean)], &outputs)
        })
        .collect();
    let inputs: Vec<(&str, &[u8])> = ["skeleton", "rare_shape", "shape_place", "event_type_part", "attribute_part", "body_part"]
        .into_iter()
        .flat_map(|name| shapes.iter().map(move |outcome| (name, outcome.outputs[name].as_slice())))
        .chain(night.left("type_before"))
        .collect();
    let outputs = [
        ("template", RecordKind::Template),
        ("template_place", RecordKind::TemplatePlace),
        ("event_type", RecordKind::EventType),
        ("attribute", RecordKind::Attribute),
        ("body", RecordKind::BodyField),
    ];
    let templates = run("mine.templates", 0, &inputs, &outputs);
    let knowledge: Vec<(&str, &[u8])> =
        vec![("template", templates.outputs["template"].as_slice()), ("event_type", templates.outputs["event_type"].as_slice())];
    let assigned: Vec<Outcome> = clean
        .iter()
        .map(|clean| {
            let inputs = [knowledge.clone(), vec![("clean", clean.as_slice()), ("attribute", templates.outputs["attribute"].as_slice())]].concat();
            let outputs = [
                ("event", RecordKind::Event),
                ("sighting", RecordKind::Sighting),
                ("finding_part", RecordKind::Finding),
                ("event_values", RecordKind::EventValues),
                ("event_cause", RecordKind::EventCause),
            ];
            run("mine.assign", 0, &inputs, &outputs)
        })
        .collect();
    let built: Vec<Outcome> = (0..partitions)
        .map(|partition| {
            let mut inputs: Vec<(&str, &[u8])> = assigned.iter().map(|outcome| ("event", outcome.outputs["event"].as_slice())).collect();
            for name in ["event_values", "event_cause"] {
                inputs.extend(assigned.iter().map(|outcome| (name, outcome.outputs[name].as_slice())));
            }
            inputs.extend([knowledge[1], ("attribute", templates.outputs["attribute"].as_slice())]);
            let outputs = [
                ("journey", RecordKind::Journey),
                ("activity", RecordKind::Sighting),
                ("contribution", RecordKind::Contribution),
                ("journey_steps", RecordKind::JourneySteps),
                ("open_journey", RecordKind::OpenJourney),
                ("open_type", RecordKind::EventType),
            ];
            inputs.extend(night.left("open_before"));
            run("mine.journeys", partition, &inputs, &outputs)
        })
        .collect();
    let mut inputs = vec![knowledge[1], ("attribute", templates.outputs["attribute"].as_slice())];
    inputs.extend(built.iter().map(|outcome| ("journey_steps", outcome.outputs["journey_steps"].as_slice())));
    let failures = run("mine.failures", 0, &inputs, &[("sequence", RecordKind::Sequence), ("failures", RecordKind::Bundle)]);
    let mut inputs = knowledge.clone();
    inputs.push(("template_place", templates.outputs["template_place"].as_slice()));
    for name in ["journey", "activity"] {
        inputs.extend(built.iter().map(|outcome| (name, outcome.outputs[name].as_slice())));
    }
    for name in ["sighting", "finding_part"] {
        inputs.extend(assigned.iter().map(|outcome| (name, outcome.outputs[name].as_slice())));
    }
    let outputs = [
        ("variant", RecordKind::Variant),
        ("edge", RecordKind::Edge),
        ("anomaly", RecordKind::Anomaly),
        ("anomaly_group", RecordKind::AnomalyGroup),
        ("finding", RecordKind::Finding),
        ("assessed", RecordKind::Assessed),
        ("finding_contribution", RecordKind::Contribution),
        ("journey_score", RecordKind::JourneyScore),
        ("internal", RecordKind::Bundle),
    ];
    let scored = run("mine.score", 0, &inputs, &outputs);
    let mut inputs: Vec<(&str, &[u8])> = ["assessed", "anomaly_group"].map(|name| (name, scored.outputs[name].as_slice())).to_vec();
    inputs.push(("sequence", failures.outputs["sequence"].as_slice()));
    inputs.extend(built.iter().map(|outcome| ("activity", outcome.outputs["activity"].as_slice())));
    inputs.extend(assigned.iter().map(|outcome| ("sighting", outcome.outputs["sighting"].as_slice())));
    inputs.extend(["before", "seen_before"].into_iter().flat_map(|name| night.left(name)));
    let outputs = [("known_finding", RecordKind::KnownFinding), ("known_subject", RecordKind::KnownSubject), ("ranked", RecordKind::Bundle)];
    let ranked = run("mine.rank", 0, &inputs, &outputs);
    let mut inputs = knowledge.clone();
    inputs.push(("variant", scored.outputs["variant"].as_slice()));
    let clustered = run("mine.clusters", 0, &inputs, &[("clusters", RecordKind::Bundle)]);
    collect(&templates, &built, &failures, &[scored, ranked, clustered])
}

fn collect(templates: &Outcome, built: &[Outcome], failures: &Outcome, last: &[Outcome; 3]) -> Mined {
    let [scored, ranked, clustered] = last;
    let mut everything = BTreeMap::new();
    for (number, outcome) in [templates].into_iter().chain(built).chain([failures, scored, ranked, clustered]).enumerate() {
        for (name, bytes) in &outcome.outputs {
            let mut text = Vec::new();
            write_json_lines(&Container::open(bytes).unwrap(), false, &mut text).unwrap();
            everything.insert(format!("{number} {name}"), String::from_utf8(text).unwrap());
        }
    }
    let mut left =
        [("before", "known_finding"), ("seen_before", "known_subject")].map(|(input, output)| (input, ranked.outputs[output].clone())).to_vec();
    let mut counted = BTreeMap::new();
    for outcome in built {
        left.extend([("open_before", "open_journey"), ("type_before", "open_type")].map(|(input, output)| (input, outcome.outputs[output].clone())));
        outcome.report.counters.iter().for_each(|(name, count)| *counted.entry(name.name().to_owned()).or_default() += count);
    }
    let mut template_texts = texts::<Template, _>(&templates.outputs["template"], |record| record.text.to_owned());
    template_texts.sort();
    Mined {
        templates: template_texts,
        types: texts::<EventType, _>(&templates.outputs["event_type"], |record| record.name.to_owned()),
        journeys: built.iter().flat_map(|outcome| texts::<Journey, _>(&outcome.outputs["journey"], |record| record)).collect(),
        variants: texts::<Variant, _>(&scored.outputs["variant"], |record| record),
        edges: texts::<Edge, _>(&scored.outputs["edge"], |record| record),
        anomalies: texts::<Anomaly, _>(&scored.outputs["anomaly"], |record| {
            (AnomalyRecord { explanation: "", ..record }, record.explanation.to_owned())
        }),
        findings: texts::<Finding, _>(&scored.outputs["finding"], |record| FindingRecord {
            rule: record.rule.to_owned().leak(),
            clause: record.clause.to_owned().leak(),
            description: record.description.to_owned().leak(),
            ..record
        }),
        finding_contributions: texts::<Contribution, _>(&scored.outputs["finding_contribution"], |record| record),
        files: [&failures.outputs["failures"], &scored.outputs["internal"], &ranked.outputs["ranked"], &clustered.outputs["clusters"]]
            .into_iter()
            .flat_map(|bundle| texts::<Bundle, _>(bundle, |record| (record.path.to_owned(), record.bytes.to_vec())))
            .collect(),
        contributions: built.iter().flat_map(|outcome| texts::<Contribution, _>(&outcome.outputs["contribution"], |record| record)).collect(),
        activities: built.iter().flat_map(|outcome| texts::<Sighting, _>(&outcome.outputs["activity"], |record| record)).collect(),
        counted,
        left,
        everything,
    }
}

/// Maps the records of a container.
fn texts<R: Record, T>(bytes: &[u8], map: impl Fn(R::View<'_>) -> T) -> Vec<T> {
    let container = Container::open(bytes).unwrap();
    let mut out = Vec::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<R>(number, &mut scratch).unwrap().records() {
            out.push(map(record.unwrap()));
        }
    }
    out
}
