//! The three steps over in-memory containers, as the runner chains them.
#![expect(clippy::string_slice, reason = "the tests cut their own output")]
#![allow(dead_code, reason = "each test program uses a part")]

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::ids::{Digest, RecordRef};
use schemas::metric::Counter;
use schemas::policy::Policy;
use schemas::record::{Clean, Raw, RawFormat, RawRecord, RawText, RecordKind, Severity, write_json_lines};
use stage_runtime::testing::{Harness, Outcome, container_of};

pub(crate) const SECRET: &[u8] = b"k9#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*Pd3(";

/// A container of these texts: those that begin with `{` are JSON.
pub(crate) fn raw(texts: &[&str]) -> Vec<u8> {
    container_of::<Raw>(|block| {
        for (i, text) in texts.iter().enumerate() {
            let format = if text.starts_with('{') { RawFormat::Json } else { RawFormat::Text };
            let at = RecordRef { source: 0, offset: i as u64 * 1000 };
            let record = RawRecord { at, time_ns: Some(i as i64), severity: Severity::Info, format, message_path: "", text: RawText::new(text) };
            block.push(&record, Some(i as i64)).unwrap();
        }
    })
}

/// The same with the number of each record's source.
pub(crate) fn raw_of(records: &[(u32, &str)]) -> Vec<u8> {
    container_of::<Raw>(|block| {
        for (i, &(source, text)) in records.iter().enumerate() {
            let at = RecordRef { source, offset: i as u64 * 1000 };
            let format = RawFormat::Json;
            let record = RawRecord { at, time_ns: Some(i as i64), severity: Severity::Info, format, message_path: "", text: RawText::new(text) };
            block.push(&record, Some(i as i64)).unwrap();
        }
    })
}

/// The same in blocks of so many texts.
pub(crate) fn raw_in_blocks(texts: &[String], per_block: usize) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, Raw>::new(Vec::new(), Digest::of(b"test"), 1).unwrap();
    for (number, texts) in texts.chunks(per_block).enumerate() {
        let mut block = BlockBuilder::new(0);
        for (i, text) in texts.iter().enumerate() {
            let format = if text.starts_with('{') { RawFormat::Json } else { RawFormat::Text };
            let at = RecordRef { source: 0, offset: (number * per_block + i) as u64 * 1000 };
            let record = RawRecord { at, time_ns: None, severity: Severity::Info, format, message_path: "", text: RawText::new(text) };
            block.push(&record, None).unwrap();
        }
        writer.write(block).unwrap();
    }
    writer.finish().unwrap().0
}

pub(crate) struct Run {
    pub(crate) secret: &'static [u8],
    pub(crate) threads: u16,
    pub(crate) policy: Policy,
}

impl Default for Run {
    fn default() -> Self {
        Self { secret: SECRET, threads: 1, policy: Policy::default() }
    }
}

impl Run {
    pub(crate) fn step(&self, name: &str) -> Harness {
        let (policy, threads) = (self.policy.clone(), self.threads);
        Harness::new(name).secret("token", self.secret).job(move |job| (job.policy, job.threads) = (policy, threads))
    }

    pub(crate) fn all(&self, shards: &[Vec<u8>]) -> Vec<Outcome> {
        let mut merge = Harness::new("sanitize.lexicon").output("lexicon", RecordKind::Lexicon);
        for shard in shards {
            let part =
                self.step("sanitize.collect").input("raw", shard.clone()).output("lexicon_part", RecordKind::Lexicon).run(stage_sanitize::process);
            assert_eq!(part.report.error, "");
            merge = merge.input("lexicon_part", part.outputs["lexicon_part"].clone());
        }
        let lexicon = merge.run(stage_sanitize::process);
        assert_eq!(lexicon.report.error, "");
        let apply = |shard: &Vec<u8>| {
            let step = self.step("sanitize.apply").input("raw", shard.clone()).input("lexicon", lexicon.outputs["lexicon"].clone());
            step.output("clean", RecordKind::Clean)
                .output("canary", RecordKind::Clean)
                .output("reject_apply", RecordKind::Reject)
                .output("replaced", RecordKind::Lexicon)
                .run(stage_sanitize::process)
        };
        let outcomes: Vec<Outcome> = shards.iter().map(apply).collect();
        for outcome in &outcomes {
            assert_eq!(outcome.report.error, "");
        }
        outcomes
    }

    pub(crate) fn lines(&self, texts: &[&str]) -> Vec<String> {
        let outcome = self.all(&[raw(texts)]).remove(0);
        let report = &outcome.report;
        assert_eq!(report.get(Counter::RecordsIn), report.get(Counter::RecordsOut) + report.get(Counter::RecordsQuarantined));
        let mut out = Vec::new();
        let container = Container::open(&outcome.outputs["clean"]).unwrap();
        container.expect::<Clean>().unwrap();
        write_json_lines(&container, false, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }
}

pub(crate) fn clean(texts: &[&str]) -> Vec<String> {
    Run::default().lines(texts)
}

/// The tokens of a class in a text.
pub(crate) fn tokens<'t>(text: &'t str, class: &str) -> Vec<&'t str> {
    let start = format!("[{class}_");
    text.match_indices(&start).map(|(at, _)| &text[at..at + start.len() + 20]).collect()
}
