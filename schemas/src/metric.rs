//! Names of what is counted. Stages count, the runner publishes; a misspelt name does not compile.

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A counter in a stage report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
        #[serde(rename_all = "snake_case")]
        pub enum Counter { $($(#[$doc])* $name,)* }
        impl Counter {
            /// All counters.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The name in reports, manifests and metrics.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

counters! {
    /// Records offered to the step.
    RecordsIn = "records_in";
    /// Records written to the step's main output.
    RecordsOut = "records_out";
    /// Records quarantined.
    RecordsQuarantined = "records_quarantined";
    /// Records dropped by a named rule.
    RecordsDropped = "records_dropped";
    /// Bytes of raw input read (as stored).
    BytesIn = "bytes_in";
    /// Records without a readable time.
    RecordsWithoutTime = "records_without_time";
    /// Values replaced.
    ValuesReplaced = "values_replaced";
    /// Values replaced because the lexicon knew them.
    ValuesReplacedByLexicon = "values_replaced_by_lexicon";
    /// Fields left out because a record had too many.
    FieldsLeftOut = "fields_left_out";
    /// Entries the lexicon could not take.
    LexiconOverflow = "lexicon_overflow";
    /// Distinct skeletons.
    Skeletons = "skeletons";
    /// Templates.
    Templates = "templates";
    /// Event types.
    EventTypes = "event_types";
    /// Events without any journey key.
    EventsWithoutJourney = "events_without_journey";
    /// Journeys.
    Journeys = "journeys";
    /// Journey variants.
    Variants = "variants";
    /// Anomaly groups.
    AnomalyGroups = "anomaly_groups";
    /// Findings.
    Findings = "findings";
    /// Findings of severity high or critical.
    FindingsHigh = "findings_high";
    /// Numbers released.
    NumbersReleased = "numbers_released";
    /// Scenarios written.
    Scenarios = "scenarios";
    /// Features written.
    Features = "features";
}
