//! Runs the step `mine.score` over sessions given as lists of event numbers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::ids::{Digest, RecordRef, StableId, TokenKey};
use schemas::record::{
    EventCategory, EventType, EventTypeRecord, Finding, Journey, JourneyRecord, JourneyScore, Outcome, Record, RecordKind, Severity, Sighting,
    Template,
};
use stage_runtime::testing::Harness;

/// A journey's score.
pub(crate) struct Scored {
    pub(crate) millibits: u64,
    pub(crate) flagged: bool,
}

fn container<R: Record>(fill: impl FnOnce(&mut dyn FnMut(&R::View<'_>))) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, R>::new(Vec::new(), Digest::of(b"session test"), 1).unwrap();
    let mut block = BlockBuilder::new(0);
    fill(&mut |record| {
        block.push(record, None).unwrap();
        if block.is_full() {
            writer.write(std::mem::replace(&mut block, BlockBuilder::new(0))).unwrap();
        }
    });
    writer.write(block).unwrap();
    writer.finish().unwrap().0
}

/// Scores sessions with the step's real code.
pub(crate) fn score(sessions: &[Vec<u32>], parameters: &[(&str, &str)]) -> Vec<Scored> {
    let journeys = container::<Journey>(|push| {
        for (number, session) in (0_u64..).zip(sessions) {
            push(&JourneyRecord {
                key: TokenKey::of_token(&format!("session {number}")),
                part: 0,
                customer: None,
                first: RecordRef { source: 0, offset: number },
                start_ns: None,
                duration_ns: 0,
                variant: StableId::of(&session.iter().flat_map(|event| event.to_le_bytes()).collect::<Vec<u8>>()),
                outcome: Outcome::Unknown,
                events: session.clone(),
                gaps_us: Vec::new(),
                events_left_out: 0,
            });
        }
    });
    let types = container::<EventType>(|push| {
        for number in 0..100 {
            let name = format!("event {number}");
            let id = StableId::of(name.as_bytes());
            let (category, severity, outcome) = (EventCategory::Other, Severity::Unknown, Outcome::Unknown);
            push(&EventTypeRecord { number, id, name: &name, category, method: "", route: "", status: 0, severity, outcome, count: 1 });
        }
    });
    let outputs = [
        ("variant", RecordKind::Variant),
        ("edge", RecordKind::Edge),
        ("anomaly", RecordKind::Anomaly),
        ("finding", RecordKind::Finding),
        ("assessed", RecordKind::Assessed),
        ("finding_contribution", RecordKind::Contribution),
        ("journey_score", RecordKind::JourneyScore),
        ("internal", RecordKind::Bundle),
    ];
    let parameters: BTreeMap<String, String> = parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let mut harness = Harness::new("mine.score")
        .input("journey", journeys)
        .input("activity", container::<Sighting>(|_| ()))
        .input("finding_part", container::<Finding>(|_| ()))
        .input("event_type", types)
        .input("template", container::<Template>(|_| ()))
        .job(|job| job.parameters = parameters);
    for (name, kind) in outputs {
        harness = harness.output(name, kind);
    }
    let outcome = harness.run(stage_mine::process);
    assert_eq!(outcome.report.error, "");
    let scores = Container::open(&outcome.outputs["journey_score"]).unwrap();
    let (mut scored, mut scratch) = (Vec::new(), Vec::new());
    for number in 0..scores.block_count() {
        for record in scores.block::<JourneyScore>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            scored.push(Scored { millibits: record.millibits, flagged: record.flagged });
        }
    }
    assert_eq!(scored.len(), sessions.len());
    scored
}

/// Sessions of one file of labelled data beside the workspace; none when there is no such data.
#[expect(clippy::disallowed_methods, reason = "a test reads its data")]
pub(crate) fn read_sessions(name: &str) -> Option<Vec<Vec<u32>>> {
    let beside = |up: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(up).join("shared/data/journeys-dev");
    let folder: PathBuf = [beside("../../.."), beside("../../../..")].into_iter().find(|path| path.is_dir())?;
    let text = std::fs::read_to_string(folder.join(name).with_extension("txt")).unwrap();
    let sessions = text.lines().filter(|line| !line.trim().is_empty());
    Some(sessions.map(|line| line.split_whitespace().map(|id| id.parse().unwrap()).collect()).collect())
}
