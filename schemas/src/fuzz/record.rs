//! Decoding one record of each kind. No panic, bounded memory, and a canonical form that is a fixed point.

use fuzz::{Target, shape};

use super::assert_round_trip;
use crate::codec::{self, Cursor};
use crate::container::Container;
use crate::record::*;

/// Lengths and discriminants in the integer encoding: 251, 252 and 253 announce 2, 4 and 8 bytes.
const TOKENS: &[&[u8]] = &[
    b"\xfb\x05\x00",
    b"\xfc\xff\xff\xff\xff",
    b"\xfd\x00\x00\x00\x00\x00\x00\x00\x10",
    b"\xfd\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xfe",
    b"\xff",
    b"\x00\x01",
    b"\x01\x00",
];

/// The first record of the kind's golden file.
fn golden<R: Record>() -> Vec<u8> {
    let path = format!("{}/../testdata/golden/{}/v{}/records.lmq", env!("CARGO_MANIFEST_DIR"), R::KIND.name(), R::VERSION);
    std::fs::read(path).expect("a golden file of every kind")
}

/// A kind's own reader takes what the general decoder takes, reads the same from as many bytes, and refuses the rest.
fn assert_read_alike<R: Record>(input: &[u8], used: Option<usize>) {
    let mut cursor = Cursor::new(input);
    let read = R::read(&mut cursor);
    assert_eq!(read.is_ok().then(|| cursor.position()), used, "the two readers differ");
    if let (Ok(read), Ok((decoded, _))) = (read, codec::decode_prefix::<R::View<'_>>(input)) {
        assert!(codec::encode(&read) == codec::encode(&decoded), "the two readers read different records");
    }
}

fn check<R: Record>(name: &'static str, property: impl Fn(&[u8]) -> u64) {
    let file = golden::<R>();
    let container = Container::open(&file).expect("golden files open");
    let mut scratch = Vec::new();
    let block = container.block::<R>(0, &mut scratch).expect("golden files are sound");
    let mut seed = Vec::new();
    for record in block.records() {
        crate::codec::encode_into(&record.expect("golden files are sound"), &mut seed).expect("small");
    }
    Target::new(name, TOKENS).seed(&seed).check(property);
}

macro_rules! targets {
    ($($name:ident = $text:literal: $kind:ident;)*) => {
        $(#[test]
        fn $name() {
            check::<$kind>($text, |input| {
                let (used, length) = assert_round_trip!(<$kind as Record>::View<'_>, input);
                assert_read_alike::<$kind>(input, used);
                shape(&(used, length))
            });
        })*

        mod checks {
            use super::*;

            #[test]
            fn every_kind_has_a_target() {
                assert_eq!([$($kind::KIND,)*].len(), RecordKind::ALL.len());
                for kind in RecordKind::ALL {
                    assert!([$($kind::KIND,)*].contains(kind), "no fuzz target of {}", kind.name());
                }
            }
        }
    };
}

targets! {
    source = "record-source": Source;
    raw = "record-raw": Raw;
    reject = "record-reject": Reject;
    lexicon = "record-lexicon": Lexicon;
    clean = "record-clean": Clean;
    skeleton = "record-skeleton": Skeleton;
    template = "record-template": Template;
    event_type = "record-event-type": EventType;
    event = "record-event": Event;
    journey = "record-journey": Journey;
    variant = "record-variant": Variant;
    edge = "record-edge": Edge;
    activity = "record-activity": Activity;
    anomaly = "record-anomaly": Anomaly;
    finding = "record-finding": Finding;
    contribution = "record-contribution": Contribution;
    release = "record-release": Release;
    bundle = "record-bundle": Bundle;
    journey_score = "record-journey-score": JourneyScore;
    known_template = "record-known-template": KnownTemplate;
    attribute = "record-attribute": Attribute;
    event_values = "record-event-values": EventValues;
    journey_steps = "record-journey-steps": JourneySteps;
    sequence = "record-sequence": Sequence;
    known_scenario = "record-known-scenario": KnownScenario;
    verdict = "record-verdict": Verdict;
    sighting = "record-sighting": Sighting;
    assessed = "record-assessed": Assessed;
    known_finding = "record-known-finding": KnownFinding;
    known_subject = "record-known-subject": KnownSubject;
    known_key = "record-known-key": KnownKey;
    past_number = "record-past-number": PastNumber;
    rare_shape = "record-rare-shape": RareShape;
    open_journey = "record-open-journey": OpenJourney;
    event_cause = "record-event-cause": EventCause;
    anomaly_group = "record-anomaly-group": AnomalyGroup;
    vault_entry = "record-vault-entry": VaultEntry;
    token_link = "record-token-link": TokenLink;
    template_rate = "record-template-rate": TemplateRate;
    event_anomaly = "record-event-anomaly": EventAnomaly;
    test_file = "record-test-file": TestFile;
    tested = "record-tested": Tested;
    shape_place = "record-shape-place": ShapePlace;
    template_place = "record-template-place": TemplatePlace;
    body_field = "record-body-field": BodyField;
}
