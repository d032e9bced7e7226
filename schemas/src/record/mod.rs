//! Record kinds: one versioned kind a file. A kind exists when a step writes it.
//!
//! A kind is a marker type that implements [`Record`]; its [`Record::View`] is the struct that is encoded and decoded, borrowing
//! text from the file. The canonical schema text is written beside the struct; its digest is the schema id in the file header, so
//! a changed struct without a changed text (and version) is caught by the golden files.

mod anomaly;
mod assessed;
mod attribute;
mod body;
mod bundle;
mod cause;
mod clean;
mod contribution;
mod event;
mod finding;
mod journey;
mod kind;
mod known_key;
mod lexicon;
mod open;
mod past_number;
mod place;
mod pulse;
mod raw;
mod reject;
mod release;
mod scenario;
mod sequence;
mod sighting;
mod source;
mod template;
mod tested;
mod texts;
mod vault;
mod verdict;

pub use anomaly::{Anomaly, AnomalyGroup, AnomalyGroupRecord, AnomalyRecord, Channel, JourneyScore, JourneyScoreRecord};
pub use assessed::{Assessed, AssessedRecord, KnownFinding, KnownFindingRecord};
pub use attribute::{Attribute, AttributeRecord, EventValues, EventValuesRecord, JourneySteps, JourneyStepsRecord};
pub use body::{BodyField, BodyFieldRecord, BodyValueKind};
pub use bundle::{Bundle, BundleFile};
pub use cause::{EventCause, EventCauseRecord};
pub use clean::{Clean, CleanRecord, Field, Scalar};
pub use contribution::{Contribution, ContributionRecord, Metric};
pub use event::{Event, EventCategory, EventRecord, EventType, EventTypeRecord, Outcome};
pub use finding::{Finding, FindingKind, FindingRecord, FindingSeverity};
pub use journey::{Activity, ActivityKind, ActivityRecord, Edge, EdgeRecord, Journey, JourneyRecord, Variant, VariantRecord};
pub use kind::{RecordKind, see_texts, write_json_lines};
pub use known_key::{KnownKey, KnownKeyRecord};
pub use lexicon::{Lexicon, LexiconRecord};
pub use open::{OpenJourney, OpenJourneyRecord};
pub use past_number::{PastNumber, PastNumberRecord};
pub use place::{ShapePlace, ShapePlaceRecord, TemplatePlace, TemplatePlaceRecord};
pub use pulse::{EventAnomaly, EventAnomalyKind, EventAnomalyRecord, TemplateRate, TemplateRateRecord};
pub use raw::{Raw, RawFormat, RawRecord, RawText, Severity};
pub use reject::{Reject, RejectReason, RejectRecord};
pub use release::{Release, ReleaseRecord};
pub use scenario::{KnownScenario, KnownScenarioRecord};
pub use sequence::{FailureKind, Sequence, SequenceRecord};
pub use sighting::{KnownSubject, KnownSubjectRecord, Sighting, SightingKind, SightingRecord};
pub use source::{Charset, Compression, Source, SourceFormat, SourceRecord};
pub use template::{KnownTemplate, KnownTemplateRecord, RareShape, RareShapeRecord, Skeleton, SkeletonRecord, Template, TemplateRecord};
pub use tested::{TestFile, TestFileKind, TestFileProblem, TestFileRecord, TestOutcome, Tested, TestedRecord};
pub use vault::{TokenLink, TokenLinkRecord, VaultEntry, VaultEntryRecord};
pub use verdict::{Verdict, VerdictRecord};

use crate::codec::{BorrowDecode, CodecError, Cursor, Encode};

/// A record kind: number, version, schema text and the struct behind it.
pub trait Record: Send + Sync + 'static {
    /// The kind's number in file headers.
    const KIND: RecordKind;
    /// Version of the struct; a change of [`Record::SCHEMA`] raises it.
    const VERSION: u16;
    /// Canonical schema text: fields in order with their types.
    const SCHEMA: &'static str;
    /// Schema text of the version before, where its records are laid out as today's are and only hold fewer values; else empty.
    const BEFORE: &'static str = "";
    /// The record, borrowing text from the file.
    type View<'a>: Encode + BorrowDecode<'a, ()>;

    /// Reads the record at the cursor. Kinds that are read most do so by hand; all others by the general decoder.
    ///
    /// # Errors
    /// [`CodecError::Malformed`]; the cursor is then not used again.
    #[inline]
    fn read<'a>(cursor: &mut Cursor<'a>) -> Result<Self::View<'a>, CodecError> {
        cursor.value()
    }

    /// First 16 bytes of the digest of the schema text.
    #[must_use]
    fn schema_id() -> [u8; 16] {
        schema_id_of(Self::SCHEMA)
    }
}

/// First 16 bytes of the digest of a schema text.
#[must_use]
pub(crate) fn schema_id_of(schema: &str) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&crate::ids::Digest::of(schema.as_bytes()).0[..16]);
    id
}

/// Declares a record kind.
macro_rules! record_kind {
    ($(#[$doc:meta])* $marker:ident = $kind:ident, version $version:literal, view $view:ty, schema $schema:expr $(, read $read:path)?) => {
        $(#[$doc])*
        pub struct $marker;
        impl $crate::record::Record for $marker {
            const KIND: $crate::record::RecordKind = $crate::record::RecordKind::$kind;
            const VERSION: u16 = $version;
            const SCHEMA: &'static str = $schema;
            type View<'a> = $view;
            $(#[inline]
            fn read<'a>(cursor: &mut $crate::codec::Cursor<'a>) -> Result<Self::View<'a>, $crate::codec::CodecError> {
                $read(cursor)
            })?
        }
    };
}
use record_kind;
