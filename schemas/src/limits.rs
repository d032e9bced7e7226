//! Every bound on what comes from outside, with its unit. A bound that is not here does not exist.

/// Bytes one decoded value may claim; stops hostile length prefixes before they allocate.
pub const DECODE_BYTES_MAX: usize = 32 << 20;
/// Bytes of an input up to which a decoded value may claim only 64 bytes for each.
pub const DECODE_SMALL_INPUT_BYTES_MAX: usize = 64 << 10;
/// Names in the table of one block. A block of the target size cannot refer to half as many.
pub const BLOCK_NAMES_MAX: usize = 1 << 18;
/// Bytes of a block's payload once decompressed.
pub const BLOCK_RAW_BYTES_MAX: u32 = 16 << 20;
/// Bytes of payload at which a writer closes a block.
pub const BLOCK_TARGET_BYTES: usize = 512 << 10;
/// Blocks in one container.
pub const BLOCKS_MAX: u32 = 1 << 20;
/// Ratio of raw to stored bytes above which a compressed block is refused (lz4 cannot exceed 255).
pub const BLOCK_RATIO_MAX: u32 = 256;
/// Partitions of one container.
pub const PARTITIONS_MAX: u32 = 1024;

/// Bytes of one source unit: digests are kept per unit, and shard ranges begin and end on unit boundaries.
pub const SOURCE_UNIT_BYTES: u64 = 1 << 20;
/// Sources one shard may read.
pub const SOURCES_PER_SHARD_MAX: usize = 512;
/// Sources of one run.
pub const SOURCES_MAX: usize = 32_768;
/// Shards of one run (a reduce reads at most so many inputs).
pub const SHARDS_MAX: u32 = 64;
/// Decompressed bytes of one source for each compressed byte.
pub const DECOMPRESSION_RATIO_MAX: u64 = 2_000;

/// Bytes of one record's text; longer ones are quarantined.
pub const RECORD_BYTES_MAX: usize = 1_000_000;
/// Lines one plain-text record (a stack trace) may have.
pub const RECORD_LINES_MAX: u32 = 2_000;
/// Nesting of JSON; deeper records are quarantined.
pub const JSON_DEPTH_MAX: u32 = 20;
/// Keys of one JSON object (all levels); records with more are quarantined.
pub const JSON_KEYS_MAX: u32 = 10_000;
/// Columns of a CSV file.
pub const CSV_COLUMNS_MAX: usize = 4_096;
/// Fields one clean record may carry; the rest is counted and left out.
pub const CLEAN_FIELDS_MAX: usize = 512;

/// Entries one lexicon holds (25 bytes each in memory, twice while it is gathered): those of five million values. The ones with the greatest digests are
/// left out and counted.
pub const LEXICON_ENTRIES_MAX: usize = 6 << 20;

/// Bytes of a model of names (`model.onnx`): a BERT of base size in single precision has 431 MB. Three times that is in memory while it is loaded.
pub const NER_MODEL_BYTES_MAX: u64 = 640 << 20;
/// Bytes of the model in one file of its bundle.
pub const NER_CHUNK_BYTES: usize = 4 << 20;
/// Bytes of the model's vocabulary.
pub const NER_VOCABULARY_BYTES_MAX: u64 = 4 << 20;
/// Bytes of a model's `config.json` and `tokenizer_config.json`.
pub const NER_CONFIG_BYTES_MAX: u64 = 1 << 20;
/// Labels a model may give a token.
pub const NER_LABELS_MAX: usize = 256;
/// Operations of a model; a BERT of base size has about two thousand.
pub const NER_NODES_MAX: usize = 1 << 14;
/// Distinct texts of a shard that the model is asked about; of more, those with the smallest keyed digests. A model of base size takes a
/// quarter of a second of a core for each, so that all of them take it an hour; 18 MiB.
pub const NER_TEXTS_MAX: usize = 1 << 14;
/// Bytes of one of them; a longer line is cut between words.
pub const NER_TEXT_BYTES_MAX: usize = 1_024;

/// Distinct words of free text of which `mine` knows who has them; of more, those with the smallest hashes stay and the rest is not shown.
pub const WORDS_MAX: usize = 1 << 17;

/// Distinct skeletons `mine` keeps; of more, those with the smallest hashes stay and the rest is the "other" skeleton.
pub const SKELETONS_MAX: usize = 1 << 17;

/// Nights a scenario stays in the features after its behaviour was last seen: long enough that a weekend or a quiet week takes none away.
pub const KNOWN_SCENARIO_DAYS_MAX: i32 = 14;
/// Scenarios that are remembered from night to night; of more, those seen longest ago are forgotten.
pub const KNOWN_SCENARIOS_MAX: usize = 1 << 16;

/// Files of existing tests of one run, other files beside them not counted.
pub const TEST_FILES_MAX: usize = 8_192;
/// Bytes of one such file: a feature, results as JUnit XML or cucumber JSON.
pub const TEST_FILE_BYTES_MAX: u64 = 32 << 20;
/// Existing tests that are held, all files together.
pub const TESTS_MAX: usize = 1 << 16;
/// Steps of one file, and rows of its examples, each of which counts with the steps of its outline. Twice as many entries of lists and objects may a
/// JSON file have.
pub const TEST_STEPS_MAX: usize = 1 << 19;
/// Events of one test; further ones are left out.
pub const TEST_EVENTS_MAX: usize = 1_024;
/// Events of all tests together: 16 MiB.
pub const TEST_EVENTS_TOTAL_MAX: usize = 1 << 22;
/// Bytes of a step's text and of a test's name that are looked at.
pub const TEST_TEXT_BYTES_MAX: usize = 1_024;
/// Columns of a table in a feature.
pub const TEST_COLUMNS_MAX: usize = 256;
/// Results of existing tests that are held, all files together.
pub const TEST_RESULTS_MAX: usize = 1 << 17;

/// Templates that are remembered from night to night; of more, those seen longest ago are forgotten.
pub const KNOWN_TEMPLATES_MAX: usize = 1 << 17;
/// Days a template is remembered that is not seen again: a year and some weeks, so that yearly ones come back as known.
pub const KNOWN_TEMPLATE_DAYS_MAX: i32 = 400;
/// Templates of one list of the drift report; the rest is counted.
pub const DRIFT_SHOWN_MAX: usize = 2_000;
/// Findings and anomaly groups that are remembered from night to night; of more, those seen longest ago are forgotten.
pub const KNOWN_FINDINGS_MAX: usize = 1 << 14;
/// Days a finding is remembered that is not seen again.
pub const KNOWN_FINDING_DAYS_MAX: i32 = 400;
/// Days a customer is remembered that is not seen again: longer than any account is asleep before it is closed or reported as unclaimed.
pub const KNOWN_SUBJECT_DAYS_MAX: i32 = 1_200;
/// Findings and anomaly groups of the list for people; the rest is counted.
pub const RANKED_SHOWN_MAX: usize = 500;
/// Distinct event types one shard counts before the rest is `other_event`.
pub const EVENT_TYPES_SHARD_MAX: usize = 1 << 16;
/// Event types of a run: the most frequent ones; the rest is `other_event`.
pub const EVENT_TYPES_MAX: usize = 4_096;
/// Distinct runs of up to three events the anomaly model counts.
pub const NGRAMS_MAX: usize = 1 << 18;
/// Event types whose number in a journey the anomaly model looks at one by one: those in most journeys; the rest is one variable together.
pub const COUNT_VARIABLES_MAX: usize = 200;
/// Distinct pairs of numbers of two event types in one journey the anomaly model counts.
pub const COUNT_CELLS_MAX: usize = 1 << 18;
/// Variants a run keeps: those of most journeys, and those of anomaly groups.
pub const VARIANTS_MAX: usize = 4_096;
/// Edges of the directly-follows graph a run keeps.
pub const EDGES_MAX: usize = 1 << 16;
/// Distinct event sequences that are kept while the anomaly model is fitted; beyond, every round reads all journeys again.
pub const TRACES_MAX: usize = 1 << 16;
/// Events in all of them, at most: 8 MiB.
pub const TRACE_EVENTS_MAX: usize = 1 << 21;
/// Anomaly groups a run keeps: the most surprising ones.
pub const ANOMALY_GROUPS_MAX: usize = 1_000;
/// Events one journey keeps; further ones are counted only.
pub const JOURNEY_EVENTS_MAX: usize = 1_024;
/// Events of journeys that are open at midnight which one partition leaves to the next night: about 200 MiB on disk. Further journeys, in the
/// order of their keys, are closed as they are and counted.
pub const OPEN_EVENTS_MAX: usize = 1 << 22;
/// Midnights a journey may be open at; at the next one it is closed as it is.
pub const OPEN_NIGHTS_MAX: u16 = 7;
/// Decisions on groups of anomalies that are kept, each with who, why and what was seen.
pub const BASELINE_DECISIONS_MAX: usize = 1 << 14;
/// Decisions on scenarios that are kept, each with who, why and when.
pub const FEATURE_DECISIONS_MAX: usize = 1 << 14;
/// Pairs of template and hour whose lines are counted; of more, those with the smallest hashes.
pub const TEMPLATE_HOURS_MAX: usize = 1 << 18;
/// Shapes whose places are described; of more, those with the smallest hashes. Some hundred bytes each; at most 32 KiB, when every place has values of every
/// class (16 places x 41 classes x 50 bytes, as a tree of lines may be half empty). A quarter more are held between two cuts: 2,576 x 32 KiB = 81 MiB of the 128
/// that `mine.skeleton` has.
pub const PLACED_SHAPES_MAX: usize = 1 << 11;
/// Places of a shape or template that are described, the first ones.
pub const PLACES_MAX: usize = 16;
/// Templates that are clustered, those of most lines; time and memory are quadratic in it (8 MiB of likenesses, twice).
pub const CLUSTERED_TEMPLATES_MAX: usize = 1 << 10;
/// Variants that are clustered, those of most journeys; quadratic as well. Of the 96 MiB of `mine.clusters` take at most: events of [`VARIANTS_MAX`] variants
/// and a thousand of anomaly groups 5,096 x 1,024 x 4 bytes = 20 MiB; while journeys are clustered features 1,024 x 1,024 x 8 bytes = 8 MiB and likenesses
/// 16 MiB; after that a file with all labels at their longest, which are escaped, 40 MiB, and the block it is written to 8 MiB.
pub const CLUSTERED_VARIANTS_MAX: usize = 1 << 10;
/// Clusters of each kind that are shown, the largest; fewer when a file would pass [`BUNDLE_FILE_BYTES_MAX`].
pub const CLUSTERS_SHOWN_MAX: usize = 200;
/// Members of a cluster that are named.
pub const CLUSTER_MEMBERS_SHOWN_MAX: usize = 20;
/// Unusual templates a night lists; the rest is counted.
pub const EVENT_ANOMALIES_MAX: usize = 200;
/// Distinct values of a field that is an attribute; a field with more is none.
pub const ATTRIBUTE_VALUES_MAX: usize = 64;
/// Bytes of an attribute's value, and of its name; a field with a longer one is no attribute.
pub const ATTRIBUTE_BYTES_MAX: usize = 48;
/// Fields whose values a shard counts; of more, those with the smallest hashes.
pub const ATTRIBUTE_FIELDS_MAX: usize = 1_024;
/// Routes whose request bodies a shard counts; of more, those with the smallest hashes.
pub const BODY_ROUTES_MAX: usize = 384;
/// Fields of one such route; of a route with more none is known.
pub const BODY_FIELDS_MAX: usize = 48;
/// Fields of calls without a body; with more nothing beside a call is taken for a body's.
pub const BODY_OTHER_FIELDS_MAX: usize = 2_048;
/// Distinct values of a body's field that are told apart.
pub const BODY_VALUES_MAX: usize = 8;
/// Bytes of the path of such a field.
pub const BODY_PATH_BYTES_MAX: usize = 96;
/// Bytes of a logged body that is read as JSON.
pub const BODY_JSON_BYTES_MAX: usize = 16 << 10;
/// Attributes of a run: the fields of most records.
pub const ATTRIBUTES_MAX: usize = 16;
/// Names of steps the failure miner tells apart: the most frequent ones; the rest is one name.
pub const STEP_NAMES_MAX: usize = 64;
/// Kinds of failing step it looks at: those of most failing steps.
pub const FAILURE_PROBLEMS_MAX: usize = 96;
/// Steps it holds of one kind; of more, those of the customers with the smallest hashes.
pub const FAILURE_STEPS_MAX: usize = 1 << 16;
/// Failure sequences a run reports.
pub const FAILURE_SEQUENCES_MAX: usize = 100;
/// Files of journeys one night exports, each of at most [`BUNDLE_FILE_BYTES_MAX`].
pub const JOURNEY_EXPORT_FILES_MAX: usize = 16;
/// Evidence references one finding carries.
pub const EVIDENCE_MAX: usize = 20;

/// Bytes a stage may write to standard error before the runner stops listening.
pub const STDERR_BYTES_MAX: usize = 64 << 10;
/// Bytes of a stage report.
pub const REPORT_BYTES_MAX: usize = 4 << 20;
/// Bytes of a job specification.
pub const JOB_BYTES_MAX: usize = 16 << 20;
/// Bytes of one file in a bundle.
pub const BUNDLE_FILE_BYTES_MAX: usize = 8 << 20;
/// Files in a bundle.
pub const BUNDLE_FILES_MAX: usize = 20_000;
/// Least bytes of a token secret.
pub const TOKEN_SECRET_BYTES_MIN: usize = 32;

/// Keys of one metric that discoveries may have found; what is found beyond is left out.
pub const KNOWN_KEYS_MAX: usize = 4_096;
/// Bytes of the budget ledger (an entry takes about 1 KiB).
pub const LEDGER_BYTES_MAX: u64 = 64 << 20;

/// Bytes of a value that the token vault takes; longer ones are counted and left out.
pub const VAULT_VALUE_BYTES_MAX: usize = 16 << 10;
/// Entries of one shard's vault delta that are remembered, so that each is written once; beyond, some are written again.
pub const VAULT_DELTA_SEEN_MAX: usize = 1 << 19;
/// Entries of a delta that the runner sorts at once; each such part becomes a segment.
pub const VAULT_SORT_ENTRIES_MAX: usize = 1 << 18;
/// Bytes of the vault's journal (a line takes about 500 bytes; 5 a night).
pub const VAULT_JOURNAL_BYTES_MAX: u64 = 256 << 20;
/// Bytes of the vault's erasure key (about 2.5 KiB a forgotten owner).
pub const VAULT_ERASURE_KEY_BYTES_MAX: u64 = 256 << 20;
/// Segments of a vault that are read side by side.
pub const VAULT_SEGMENTS_MAX: usize = 256;
/// Bytes of an approval file.
pub const APPROVAL_BYTES_MAX: u64 = 16 << 10;
/// Days an approval may be valid for.
pub const APPROVAL_DAYS_MAX: u64 = 7;
