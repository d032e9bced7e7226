//! The numbers of the record kinds, and printing any file as JSON lines.

use std::io::Write;

use super::clean::Scalar;
use super::{Record, texts};
use crate::container::{Container, ContainerError};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:tt, $text:literal;)*) => {
        /// What the records of a file are. Numbers are never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, bincode::Encode, bincode::Decode)]
        #[repr(u16)]
        pub enum RecordKind { $($(#[$doc])* $name = $number,)* }

        impl RecordKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number in file headers.
            #[must_use]
            pub const fn number(self) -> u16 { self as u16 }

            /// The kind with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }

            /// The kind's name in `pipeline.toml` and in messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The kind with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }

            /// The schema id of the version this program writes: what a file of this kind carries in its header.
            #[must_use]
            pub fn schema_id(self) -> [u8; 16] {
                match self { $(Self::$name => <super::$name as Record>::schema_id(),)* }
            }
        }

        /// Prints the records of any container as JSON lines, names resolved. Raw text prints as its length unless `reveal_raw`.
        ///
        /// # Errors
        /// [`ContainerError`] when a block is damaged or `out` cannot be written.
        pub fn write_json_lines(container: &Container<'_>, reveal_raw: bool, out: &mut dyn Write) -> Result<(), ContainerError> {
            match container.header().kind {
                $(RecordKind::$name => print::<super::$name>(container, reveal_raw, out),)*
            }
        }

        /// Shows `see` every text and every number of seven digits or more of a block, with the number of its record in the block; names of
        /// fields come first, with the number 0. Returns the block's records.
        ///
        /// # Errors
        /// [`ContainerError`] when the block is damaged.
        pub fn see_texts(
            container: &Container<'_>,
            number: usize,
            scratch: &mut Vec<u8>,
            see: &mut dyn FnMut(u32, &[u8]),
        ) -> Result<u32, ContainerError> {
            match container.header().kind {
                $(RecordKind::$name => see_block::<super::$name>(container, number, scratch, see),)*
            }
        }
    };
}

kinds! {
    /// A raw input: its digest and shape.
    Source = 1, "source";
    /// A raw record.
    Raw = 2, "raw";
    /// A quarantined record: reason and place.
    Reject = 3, "reject";
    /// Keyed digests of values seen in sensitive fields.
    Lexicon = 4, "lexicon";
    /// A sanitized record.
    Clean = 5, "clean";
    /// A distinct message shape of a shard.
    Skeleton = 6, "skeleton";
    /// A mined template.
    Template = 7, "template";
    /// A kind of event.
    EventType = 8, "event_type";
    /// An event.
    Event = 9, "event";
    /// A journey.
    Journey = 10, "journey";
    /// A journey variant.
    Variant = 11, "variant";
    /// An edge of the directly-follows graph.
    Edge = 12, "edge";
    /// A customer's activity that fraud rules looked at before there were sightings; no longer written.
    Activity = 13, "activity";
    /// A group of anomalous journeys.
    Anomaly = 14, "anomaly";
    /// A compliance or fraud finding.
    Finding = 15, "finding";
    /// A customer's contribution to one released number.
    Contribution = 16, "contribution";
    /// A released number.
    Release = 17, "release";
    /// A file to be unpacked by the runner.
    Bundle = 18, "bundle";
    /// The anomaly score of one journey.
    JourneyScore = 19, "journey_score";
    /// A template that this night or an earlier one had.
    KnownTemplate = 22, "known_template";
    /// A value of a field with few distinct values.
    Attribute = 23, "attribute";
    /// The attribute values of one event.
    EventValues = 24, "event_values";
    /// A journey with the details of its steps.
    JourneySteps = 25, "journey_steps";
    /// A failure sequence.
    Sequence = 26, "sequence";
    /// A scenario that this night or an earlier one wrote.
    KnownScenario = 27, "known_scenario";
    /// What the gate searched and found.
    Verdict = 30, "verdict";
    /// Something that was done, as rules over sequences see it.
    Sighting = 40, "sighting";
    /// A finding with what ranking it needs.
    Assessed = 41, "assessed";
    /// A finding that this night or an earlier one had.
    KnownFinding = 42, "known_finding";
    /// A customer that was seen on this night or an earlier one.
    KnownSubject = 43, "known_subject";
    /// A journey that was open at midnight.
    OpenJourney = 50, "open_journey";
    /// What orders an event beside its time.
    EventCause = 51, "event_cause";
    /// A group of anomalous journeys that can be decided on.
    AnomalyGroup = 52, "anomaly_group";
    /// Lines of a template in an hour.
    TemplateRate = 53, "template_rate";
    /// An unusual template.
    EventAnomaly = 54, "event_anomaly";
    /// A token with its sealed value.
    VaultEntry = 60, "vault_entry";
    /// The token of a value under an old key and under a new one.
    TokenLink = 61, "token_link";
    /// A key that a discovery released.
    KnownKey = 70, "known_key";
    /// A number that an earlier night released.
    PastNumber = 71, "past_number";
    /// A shape that few customers have.
    RareShape = 80, "rare_shape";
    /// A file of existing tests.
    TestFile = 90, "test_file";
    /// An existing test.
    Tested = 91, "tested";
    /// What kinds of values a shape has where.
    ShapePlace = 110, "shape_place";
    /// What kinds of values a template has where.
    TemplatePlace = 111, "template_place";
    /// A field of a request body.
    BodyField = 120, "body_field";
}

trait Printable: Record {
    fn json(view: &Self::View<'_>, names: &[&str], reveal_raw: bool) -> serde_json::Value;

    /// Every text and greater number of a record.
    fn see(view: &Self::View<'_>, see: &mut dyn FnMut(&[u8]));
}

fn see_block<R: Printable>(
    container: &Container<'_>,
    number: usize,
    scratch: &mut Vec<u8>,
    see: &mut dyn FnMut(u32, &[u8]),
) -> Result<u32, ContainerError> {
    let block = container.block::<R>(number, scratch)?;
    block.names().iter().for_each(|name| see(0, name.as_bytes()));
    let mut count = 0;
    for record in block.records() {
        R::see(&record?, &mut |text| see(count, text));
        count += 1;
    }
    Ok(count)
}

fn print<R: Printable>(container: &Container<'_>, reveal_raw: bool, out: &mut dyn Write) -> Result<(), ContainerError> {
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        let block = container.block::<R>(number, &mut scratch)?;
        for record in block.records() {
            let value = R::json(&record?, block.names(), reveal_raw);
            serde_json::to_writer(&mut *out, &value)
                .map_err(|error| ContainerError::Io(error.io_error_kind().unwrap_or(std::io::ErrorKind::Other)))?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// Kinds whose views serialize as they are.
macro_rules! printable {
    ($($name:ident)*) => { $(
        impl Printable for super::$name {
            fn json(view: &Self::View<'_>, _names: &[&str], _reveal_raw: bool) -> serde_json::Value {
                serde_json::to_value(view).unwrap_or(serde_json::Value::Null)
            }
            fn see(view: &Self::View<'_>, see: &mut dyn FnMut(&[u8])) {
                texts::of(view, see);
            }
        }
    )* };
}
printable!(Source Reject Lexicon Skeleton Template EventType Event Journey Variant Edge Activity Anomaly Finding Contribution Release JourneyScore KnownTemplate KnownScenario Attribute EventValues JourneySteps Sequence RareShape Verdict Sighting Assessed KnownFinding KnownSubject OpenJourney EventCause AnomalyGroup TemplateRate EventAnomaly KnownKey PastNumber VaultEntry TokenLink TestFile Tested ShapePlace TemplatePlace BodyField);

impl Printable for super::Bundle {
    fn json(view: &Self::View<'_>, _names: &[&str], _reveal_raw: bool) -> serde_json::Value {
        serde_json::to_value(view).unwrap_or(serde_json::Value::Null)
    }
    fn see(view: &Self::View<'_>, see: &mut dyn FnMut(&[u8])) {
        see(view.path.as_bytes());
        see(view.bytes);
    }
}

impl Printable for super::Raw {
    fn see(view: &Self::View<'_>, see: &mut dyn FnMut(&[u8])) {
        see(view.text.reveal().as_bytes());
    }

    fn json(view: &Self::View<'_>, _names: &[&str], reveal_raw: bool) -> serde_json::Value {
        let mut value = serde_json::json!({
            "at": view.at, "time_ns": view.time_ns, "format": view.format, "severity": view.severity, "bytes": view.text.len(),
        });
        if reveal_raw {
            value["text"] = view.text.reveal().into();
        }
        value
    }
}

impl Printable for super::Clean {
    fn see(view: &Self::View<'_>, see: &mut dyn FnMut(&[u8])) {
        [view.session, view.customer, view.trace, view.message].into_iter().for_each(|text| see(text.as_bytes()));
        for field in &view.fields {
            match field.value {
                Scalar::Text(text) => see(text.as_bytes()),
                Scalar::Int(number) => texts::number(number, see),
                Scalar::Float(number) => texts::float(number, see),
                Scalar::Null | Scalar::Bool(_) => {}
            }
        }
    }
    fn json(view: &Self::View<'_>, names: &[&str], _reveal_raw: bool) -> serde_json::Value {
        // A list of pairs, since a path may occur more than once.
        let pair = |field: &super::Field<'_>| serde_json::json!([names.get(field.path as usize).copied().unwrap_or("?"), field.value]);
        let fields: Vec<serde_json::Value> = view.fields.iter().map(pair).collect();
        serde_json::json!({
            "at": view.at, "time_ns": view.time_ns, "severity": view.severity, "message": view.message,
            "session": view.session, "customer": view.customer, "trace": view.trace, "fields": fields,
        })
    }
}
