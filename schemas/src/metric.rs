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
    /// Forms of replaced values that the gate could not take and does not search for.
    ValuesNotGated = "values_not_gated";
    /// Canaries routed out: records of no bank, in no other count.
    Canaries = "canaries";
    /// Entries written for the token vault.
    VaultEntries = "vault_entries";
    /// Values that became tokens and are too long for the token vault.
    VaultValuesLeftOut = "vault_values_left_out";
    /// Fields left out because a record had too many.
    FieldsLeftOut = "fields_left_out";
    /// Entries the lexicon could not take.
    LexiconOverflow = "lexicon_overflow";
    /// Distinct texts that the model of names was asked about.
    NerTexts = "ner_texts";
    /// Texts that found no room among these: once for each block of records that holds one.
    NerTextsOverflow = "ner_texts_overflow";
    /// Persons that the model saw in them.
    NerNames = "ner_names";
    /// Successful calls whose request bodies were not learnt: of routes beyond the limit, or with too many fields. Once a shard and once for the run.
    BodiesLeftOut = "bodies_left_out";
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
    /// Journeys that were open at midnight: left to the next night, and in no other count of this one.
    JourneysOpen = "journeys_open";
    /// Their events.
    EventsOpen = "events_open";
    /// Journeys that the night before left.
    JourneysTakenOver = "journeys_taken_over";
    /// Journeys that were open at midnight and closed as they were: too long, too many, or open for too many nights.
    JourneysCutOpen = "journeys_cut_open";
    /// Events whose time was moved, since their host's clock differs from that of others.
    EventsMoved = "events_moved";
    /// Journey variants.
    Variants = "variants";
    /// Anomaly groups.
    AnomalyGroups = "anomaly_groups";
    /// Unusual templates: new, rare and severe, or with a burst.
    EventAnomalies = "event_anomalies";
    /// Findings.
    Findings = "findings";
    /// Findings of severity high or critical.
    FindingsHigh = "findings_high";
    /// Findings of severity critical.
    FindingsCritical = "findings_critical";
    /// Findings of severity medium.
    FindingsMedium = "findings_medium";
    /// Findings that the night before had not.
    FindingsNew = "findings_new";
    /// Failure sequences.
    Sequences = "sequences";
    /// Numbers released.
    NumbersReleased = "numbers_released";
    /// Scenarios written.
    Scenarios = "scenarios";
    /// Features written.
    Features = "features";
    /// Files of existing tests that were read, and runs over a test system's logs.
    TestFiles = "test_files";
    /// Files of existing tests that could not be read to their end.
    TestFilesBroken = "test_files_broken";
    /// Existing tests.
    Tests = "tests";
    /// Existing tests that results call skipped or undefined.
    TestsNotRun = "tests_not_run";
    /// Scenarios left out because an existing test covers their path (`--missing-only`).
    ScenariosTested = "scenarios_tested";
    /// Journey variants that no existing test walks from end to end.
    VariantsUntested = "variants_untested";
    /// Calls and events that no existing test makes.
    CallsUntested = "calls_untested";
}

/// Whether a series only ever grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesType {
    /// Of the last run.
    Gauge,
    /// Summed over all runs.
    Counter,
}

macro_rules! series {
    ($($name:ident = $text:literal, $type:ident, [$($label:literal),*], $help:literal;)*) => {
        /// A series of the Prometheus textfile. Labels hold names of steps, reasons and exits, so their number is fixed; none is
        /// derived from the input.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Series { $(#[doc = $help] $name,)* }
        impl Series {
            /// All series, in the order of the file.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The name in the file.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            /// Gauge or counter.
            #[must_use]
            pub const fn series_type(self) -> SeriesType { match self { $(Self::$name => SeriesType::$type,)* } }
            /// Names of its labels.
            #[must_use]
            pub const fn labels(self) -> &'static [&'static str] { match self { $(Self::$name => &[$($label),*],)* } }
            /// The help line.
            #[must_use]
            pub const fn help(self) -> &'static str { match self { $(Self::$name => $help,)* } }
        }
    };
}

series! {
    BuildInfo = "logminer_build_info", Gauge, ["version"], "The program that wrote this file; always 1.";
    RunLastExit = "logminer_run_last_exit_code", Gauge, [], "Exit code of the last run.";
    RunLastEnd = "logminer_run_last_end_timestamp_seconds", Gauge, [], "When the last run ended.";
    RunLastSuccess = "logminer_run_last_success_timestamp_seconds", Gauge, [], "When a run last ended with exit 0.";
    RunDuration = "logminer_run_duration_seconds", Gauge, [], "How long the last run took.";
    RunEnded = "logminer_run_ended_total", Counter, ["exit"], "Runs that ended, by exit.";
    InputSources = "logminer_input_source_files", Gauge, [], "Files the last run was given.";
    InputBytes = "logminer_input_source_bytes", Gauge, [], "Bytes of the files the last run was given, as stored.";
    InputRecords = "logminer_input_read_records", Gauge, [], "Records the last run found in its sources.";
    CleanRecords = "logminer_output_clean_records", Gauge, [], "Clean records of the last run.";
    DroppedRecords = "logminer_output_dropped_records", Gauge, [], "Records the last run dropped by a named rule.";
    QuarantinedRecords = "logminer_output_quarantined_records", Gauge, ["reason"], "Records the last run quarantined, by reason.";
    OutputBytes = "logminer_output_container_bytes", Gauge, [], "Bytes of the containers of the last run.";
    StepTasks = "logminer_step_done_tasks", Gauge, ["step", "state"], "Tasks of a step in the last run, run or skipped.";
    StepCpu = "logminer_step_cpu_seconds", Gauge, ["step", "mode"], "CPU time of a step's tasks that were run.";
    StepWall = "logminer_step_wall_seconds", Gauge, ["step"], "Time from start to end of a step's tasks that were run, summed.";
    StepRssAnon = "logminer_step_rss_anon_peak_bytes", Gauge, ["step"], "Greatest private memory of a step's tasks that were run, sampled.";
    StepIo = "logminer_step_io_bytes", Gauge, ["step", "direction"], "Bytes a step's tasks that were run read and wrote.";
    StepRetries = "logminer_step_retries_total", Counter, ["step", "class"], "Steps tried again, by the exit that made it so.";
    BudgetCap = "logminer_budget_cap_rho", Gauge, [], "Privacy budget of the period, in rho of zCDP.";
    BudgetSpent = "logminer_budget_spent_rho", Gauge, [], "Privacy budget spent in the period, lost spends included.";
    BudgetLeft = "logminer_budget_left_rho", Gauge, [], "Privacy budget left in the period.";
    SandboxLandlock = "logminer_sandbox_landlock_abi", Gauge, [], "Landlock version of the kernel, 0 for none; absent when no step was run.";
    SandboxProbes = "logminer_sandbox_refused_probes", Gauge, [], "Probes of the canary that ended as they must; absent when no step was run.";
    SandboxOverrides = "logminer_sandbox_overridden_properties", Gauge, [], "Sandbox properties that were overridden in the last run.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_named_alike_and_counters_end_in_total() {
        for series in Series::ALL {
            assert!(series.name().starts_with("logminer_") && series.name().split('_').count() >= 3, "{}", series.name());
            assert_eq!(series.name().ends_with("_total"), series.series_type() == SeriesType::Counter, "{}", series.name());
            assert!(series.help().ends_with('.'));
        }
        let names: std::collections::BTreeSet<&str> = Series::ALL.iter().map(|series| series.name()).collect();
        assert_eq!(names.len(), Series::ALL.len());
    }
}
