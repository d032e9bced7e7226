//! Names by a model: what nothing else knows is hidden with it, in every record of the run; and what a run without the right model does. The model is the tiny one
//! under `testdata/models/tiny`, which the unit tests make.

mod common;

use common::{Run, raw};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::record::RecordKind;
use stage_runtime::testing::Outcome;

/// The step `collect` over these records.
fn collect(raw: Vec<u8>, model: Option<&[u8]>, named: Option<Digest>, threads: u16) -> Outcome {
    let mut run = Run { threads, ..Run::default() };
    run.policy.sanitize.ner_model = named;
    let step = run.step("sanitize.collect").input("raw", raw).output("lexicon_part", RecordKind::Lexicon);
    let step = match model {
        Some(bytes) => step.input("model", bytes.to_vec()),
        None => step,
    };
    step.run(stage_sanitize::process)
}

#[cfg(not(feature = "ner"))]
#[test]
fn a_stage_without_models_refuses_a_run_that_names_one() {
    let records = || raw(&[r#"{"message":"callback agreed with Zorvath"}"#]);
    assert_eq!(collect(records(), None, None, 1).report.error, "");
    for (model, named) in [(None, Some(Digest::of(b"x"))), (Some(b"x".as_slice()), Some(Digest::of(b"x"))), (Some(b"x".as_slice()), None)] {
        let outcome = collect(records(), model, named, 1);
        assert_eq!(outcome.report.exit, Exit::KeyRefused);
        assert!(outcome.report.error.contains("this stage was built without models of names"), "{}", outcome.report.error);
    }
}

#[cfg(feature = "ner")]
mod with_models {
    use std::path::Path;

    use schemas::container::Container;
    use schemas::metric::Counter;
    use schemas::ner::{LABELS, SETTINGS, Settings, VOCABULARY, weights_part};
    use schemas::record::{Bundle, BundleFile, Clean, write_json_lines};
    use stage_runtime::testing::{Harness, container_of};

    use super::common::raw_in_blocks;
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test reads the model")]
    fn file(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/models/tiny").join(name)).unwrap()
    }

    fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
        container_of::<Bundle>(|block| files.iter().for_each(|&(path, bytes)| block.push(&BundleFile { path, bytes }, None).unwrap()))
    }

    fn model() -> Vec<u8> {
        let settings = Settings { lower_case: false, tokens_max: 512 }.to_text();
        let (labels, part) = ("O\nB-PER\nI-PER\nB-LOC\n", weights_part(0));
        pack(&[(LABELS, labels.as_bytes()), (SETTINGS, settings.as_bytes()), (VOCABULARY, &file("vocab.txt")), (&part, &file("model.onnx"))])
    }

    fn clean(raw: &[u8], part: &Outcome) -> String {
        assert_eq!(part.report.error, "");
        let merge =
            Harness::new("sanitize.lexicon").input("lexicon_part", part.outputs["lexicon_part"].clone()).output("lexicon", RecordKind::Lexicon);
        let lexicon = merge.run(stage_sanitize::process).outputs["lexicon"].clone();
        let step = Run::default().step("sanitize.apply").input("raw", raw.to_vec()).input("lexicon", lexicon).output("clean", RecordKind::Clean);
        let step = step.output("canary", RecordKind::Clean).output("reject_apply", RecordKind::Reject).output("replaced", RecordKind::Lexicon);
        let outcome = step.run(stage_sanitize::process);
        assert_eq!(outcome.report.error, "");
        let mut out = Vec::new();
        let container = Container::open(&outcome.outputs["clean"]).unwrap();
        container.expect::<Clean>().unwrap();
        write_json_lines(&container, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Four records: the model sees the names in the first two; in the others they stand where it is not asked, or would not see them.
    const RECORDS: [&str; 4] = [
        r#"{"message":"callback agreed with Zorvath in Lundby"}"#,
        "2026-11-20 10:00:00 INFO fee waived, Quibbeny agreed.",
        r#"{"service":"desk","note":"zorvath did not pick up"}"#,
        r#"{"message":"ticket 4711 reopened, QUIBBENY informed"}"#,
    ];

    #[test]
    fn a_name_that_nothing_else_knows_is_hidden_everywhere_with_the_model() {
        let records = raw(&RECORDS);
        let without = clean(&records, &collect(records.clone(), None, None, 1));
        assert!(["Zorvath", "zorvath", "Quibbeny", "QUIBBENY"].iter().all(|name| without.contains(name)), "{without}");
        let model = model();
        let part = collect(records.clone(), Some(&model), Some(Digest::of(&model)), 1);
        let with = clean(&records, &part);
        assert!(["zorvath", "quibbeny"].iter().all(|name| !with.to_lowercase().contains(name)), "{with}");
        assert!(with.contains("in Lundby") && with.contains("callback agreed with [NAME_") && with.contains("did not pick up"), "{with}");
        let counts = [Counter::NerTexts, Counter::NerTextsOverflow, Counter::NerNames].map(|counter| part.report.get(counter));
        assert_eq!(counts, [3, 0, 2]);
        // One person, one token.
        let token = |text: &str| text.split("[NAME_").nth(1).unwrap().split(']').next().unwrap().to_owned();
        let lines: Vec<&str> = with.lines().collect();
        assert_eq!(token(lines[0]), token(lines[2]));
    }

    #[test]
    fn neither_threads_nor_blocks_change_the_lexicon() {
        let texts: Vec<String> = (0..600)
            .map(|number| match number % 3 {
                0 => format!(r#"{{"message":"call {number} with Zorvath by the desk {}"}}"#, ["a", "b", "c"][number % 7 % 3]),
                1 => format!(r#"{{"customer_name":"Anna Number{}","message":"fee waived"}}"#, number % 50),
                _ => format!("callback with Ilka Quibbeny, agreed by Team{}", "x".repeat(number % 40)),
            })
            .collect();
        let model = model();
        let lexicon = |per_block: usize, threads: u16| {
            let outcome = collect(raw_in_blocks(&texts, per_block), Some(&model), Some(Digest::of(&model)), threads);
            assert_eq!(outcome.report.error, "");
            assert!(outcome.report.get(Counter::NerTexts) > 10);
            outcome.outputs["lexicon_part"].clone()
        };
        let expected = lexicon(600, 1);
        for (per_block, threads) in [(7, 1), (7, 2), (50, 8), (600, 3)] {
            assert_eq!(lexicon(per_block, threads), expected, "{per_block} in a block, {threads} threads");
        }
    }

    #[test]
    fn policy_and_model_must_be_of_one_mind() {
        let records = || raw(&RECORDS);
        let model = model();
        let check = |given: Option<&[u8]>, named: Option<Digest>, exit: Exit, says: &str| {
            let outcome = collect(records(), given, named, 1);
            assert_eq!((outcome.report.exit, outcome.report.error.contains(says)), (exit, true), "{}", outcome.report.error);
        };
        check(None, Some(Digest::of(&model)), Exit::KeyRefused, "the step was given none");
        check(Some(&model), None, Exit::KeyRefused, "the policy has no sanitize.ner_model");
        check(Some(&model), Some(Digest::of(b"another")), Exit::DigestMismatch, "another than the policy's");
    }

    #[test]
    fn bundles_that_are_no_model_are_refused() {
        let settings = Settings { lower_case: false, tokens_max: 512 }.to_text();
        let (part, next) = (weights_part(0), weights_part(1));
        let (vocabulary, network) = (file("vocab.txt"), file("model.onnx"));
        let labels = (LABELS, b"O\nB-PER\nI-PER\nB-LOC\n".as_slice());
        let (settings, pieces, weights) = ((SETTINGS, settings.as_bytes()), (VOCABULARY, vocabulary.as_slice()), (part.as_str(), network.as_slice()));
        let check = |files: &[(&str, &[u8])], says: &str| {
            let bytes = pack(files);
            let outcome = collect(raw(&RECORDS), Some(&bytes), Some(Digest::of(&bytes)), 1);
            assert_eq!((outcome.report.exit, outcome.report.error.contains(says)), (Exit::CorruptInput, true), "{}", outcome.report.error);
        };
        check(&[], "a file is missing or wrong");
        check(&[labels, settings, pieces], "a file is missing or wrong");
        check(&[labels, pieces, weights], "a file is missing or wrong");
        check(&[labels, (SETTINGS, b"lower_case=1\n"), pieces, weights], "a file is missing or wrong");
        check(&[labels, labels, settings, pieces, weights], "holds a file twice");
        check(&[labels, settings, pieces, weights, ("run.sh", b"")], "a file that no model has");
        check(&[labels, settings, pieces, (next.as_str(), &network)], "cut otherwise");
        check(&[labels, settings, (VOCABULARY, b"\xFF\xFE"), weights], "not UTF-8");
        check(&[labels, settings, (VOCABULARY, b"a\nb\n"), weights], "its vocabulary has no [UNK]");
        check(&[(LABELS, b"O\nB-PER\n"), settings, pieces, weights], "each of its 2 labels");
        check(&[labels, settings, pieces, (part.as_str(), b"no network")], "damaged, or no ONNX");
        let damaged = &model()[..200];
        let outcome = collect(raw(&RECORDS), Some(damaged), Some(Digest::of(damaged)), 1);
        assert_eq!(outcome.report.exit, Exit::CorruptInput);
    }
}
