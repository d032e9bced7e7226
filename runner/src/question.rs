//! Answers to questions: reserve, draw, stage, commit, rename - the order of a report, for `logminer query`.
//!
//! An answer lies in `.queries/<name>/` of the runs folder, where the name is the digest of input, policy and question; while it is staged, in
//! `<name>.part/`. The COMMIT entry holds the digest of its files. The same question on the same data finds the committed answer and is free; an
//! answer that is committed and gone is refused, never drawn again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use schemas::privacy::{AttoDelta, Charge, Keys, Mechanism, NanoRho, Noise, PrivacyError, charge_of, charge_of_ranking, ranking_margin};
use schemas::question::Question;
use schemas::record::Metric;

use crate::audit::{Audit, details};
use crate::budget::{Place, failure, standing};
use crate::charged::{ENTRY_DETAIL, RESERVE_FACT};
use crate::disk;
use crate::failure::Failure;
use crate::ledger::{LedgerPolicy, OpenReserve, Purpose, QueryId, Request, Reservation, Reserved, Share, Standing};
use crate::store::Store;

/// Questions that the share for queries is divided among, when none names its own price.
pub const QUESTIONS_OF_A_PERIOD: u64 = 40;
const FOLDER: &str = ".queries";
/// What of an answer is for the runner alone; not covered by its digest.
const DRAWN: &str = "drawn.json";
const FILES: [&str; 3] = ["report.csv", "report.html", "report.json"];
const FILE_BYTES_MAX: u64 = 64 << 20;

/// What an answer costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Noise, bound, threshold, rho and delta.
    pub charge: Charge,
    /// Half of the 95 % interval; of a ranking, how many customers a chosen key is short of the greatest at most, in 95 of 100.
    pub half_width: i64,
}

/// How the price was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A part of the share for questions.
    Usual,
    /// This rho.
    Rho(NanoRho),
    /// The least rho whose 95 % interval is at most this far from the value.
    Within(u32),
}

/// The price of a question under a policy: the least noise the rho buys.
///
/// # Errors
/// [`PrivacyError`] when the policy is no budget, or the noise would be out of range.
pub fn price(question: &Question, policy: &Policy, wish: Wish) -> Result<Price, PrivacyError> {
    let promise = LedgerPolicy::from_report(&policy.report)?;
    let (l0, keys) = question.terms(&policy.report);
    let part = |cap: u64| promise.share_of(cap, Share::Query) / QUESTIONS_OF_A_PERIOD;
    let delta = if question.top.is_none() && keys == Keys::Discovered { AttoDelta(part(promise.cap_atto_delta.0)) } else { AttoDelta(0) };
    let candidates = question.candidates(&policy.report).len();
    let priced = |rho: u64| {
        if let Some(places) = question.top {
            let charge = charge_of_ranking(places, NanoRho(rho))?;
            let half_width = ranking_margin(&charge, candidates);
            return Ok(Price { charge, half_width });
        }
        let charge = charge_of(Metric::Answer, l0, keys, NanoRho(rho), delta)?;
        let half_width = Noise { mechanism: charge.mechanism, scale: charge.scale }.half_width();
        Ok(Price { charge, half_width })
    };
    let within = match wish {
        Wish::Usual => return priced(part(promise.cap_nano_rho.0)),
        Wish::Rho(rho) => return priced(rho.0),
        Wish::Within(within) => i64::from(within.max(1)),
    };
    // Where the search for the least rho begins. Of a count, 1.96 deviations of sigma2 = l0 / (2 rho) would be `within`, and the interval of integers may need a
    // little more; the margin of a ranking goes with 1 / sqrt(rho), and is rounded up.
    let square = (within.unsigned_abs() as u128).pow(2);
    let least = match question.top {
        None => u128::from(l0) * 1_920_800_000 / square,
        Some(places) => {
            let unit = charge_of_ranking(places, NanoRho(1_000_000_000))?;
            (ranking_margin(&unit, candidates) as u128 - 1).pow(2) * 1_000_000_000 / square
        }
    };
    let mut rho = u64::try_from(least).unwrap_or(u64::MAX).max(1);
    loop {
        let price = priced(rho)?;
        if price.half_width <= within {
            return Ok(price);
        }
        rho = rho.saturating_add(rho / 256 + 1);
    }
}

/// Where an answer lies.
fn home(runs: &Path, query: &QueryId) -> PathBuf {
    let name = Digest::of_parts([b"logminer answer 1".as_slice(), &query.input.0, &query.policy.0, &query.query.0]).to_string();
    runs.join(FOLDER).join(name.get(..32).unwrap_or(&name))
}

/// Where it lies until it is committed.
fn part(home: &Path) -> PathBuf {
    home.with_extension("part")
}

fn digest_of(folder: &Path) -> Result<Digest, Failure> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for name in FILES {
        parts.push(name.as_bytes().to_vec());
        parts.push(disk::read_small(&folder.join(name), FILE_BYTES_MAX)?);
    }
    Ok(Digest::of_parts(parts.iter().map(Vec::as_slice)))
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Drawn {
    reserve_entry: Digest,
    charges: Vec<Charge>,
}

/// A staged answer that was drawn for this reserve and whose noise is worth its price.
pub(crate) fn staged_answer(runs: &Path, open: &OpenReserve) -> Option<(Digest, Vec<Charge>)> {
    let folder = part(&home(runs, &open.query));
    let drawn: Drawn = serde_json::from_slice(&disk::read_small(&folder.join(DRAWN), FILE_BYTES_MAX).ok()?).ok()?;
    let is_answer = drawn.charges.iter().all(|charge| charge.metric == Metric::Answer) && drawn.charges.len() == 1;
    let recomputed = drawn.charges.first().is_some_and(|charge| {
        let keys = if charge.threshold.is_some() { Keys::Discovered } else { Keys::Public(1) };
        let expected = match charge.mechanism {
            Mechanism::Exponential => charge_of_ranking(charge.l0, open.nano_rho),
            _ => charge_of(Metric::Answer, charge.l0, keys, open.nano_rho, open.atto_delta),
        };
        expected.as_ref() == Ok(charge)
    });
    (drawn.reserve_entry == open.entry && is_answer && recomputed).then_some(())?;
    Some((digest_of(&folder).ok()?, drawn.charges))
}

/// A question in hand: the ledger is locked until this is dropped.
pub struct Asking<'a> {
    runs: &'a Path,
    audit: &'a Audit,
    ledger: Standing,
    query: QueryId,
}

/// What to do about a question.
pub enum Answer {
    /// It was answered before: here.
    Stored(PathBuf),
    /// Draw with these parameters, then [`Asking::commit`].
    Draw(Reservation, BTreeMap<String, String>),
}

impl<'a> Asking<'a> {
    /// Opens the ledger and finishes what a dead process left.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`] when the ledger cannot be trusted or is not there.
    pub fn open(runs: &'a Path, audit: &'a Audit, place: &Place, policy: &Policy, query: QueryId) -> Result<Self, Failure> {
        let ledger = standing(&Store::of(runs), audit, place, policy)?;
        Ok(Self { runs, audit, ledger, query })
    }

    /// The stored answer, or a reserve for a new one. Refused before anything is drawn where the budget does not allow it.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`]; [`Exit::DigestMismatch`] when the committed answer is gone or changed.
    pub fn decide(&mut self, price: &Price, logical_day: i32, policy: &Policy, stage: Digest) -> Result<Answer, Failure> {
        let home = home(self.runs, &self.query);
        if let Some((sequence, report)) = self.ledger.committed(&self.query) {
            if !home.exists() && part(&home).exists() {
                disk::publish_dir(&part(&home), &home)?;
            }
            return match digest_of(&home) {
                Ok(digest) if digest == report => Ok(Answer::Stored(home)),
                _ => Err(Failure::new(
                    Exit::DigestMismatch,
                    format!(
                        "answer the question of ledger entry {sequence} again: the stored answer is missing or changed; restore the folder {FOLDER} of the runs folder, or ask at another price (--rho), which is a new spend"
                    ),
                )),
            };
        }
        let request =
            Request { purpose: Purpose::Query, query: self.query, logical_day, nano_rho: price.charge.nano_rho, atto_delta: price.charge.atto_delta };
        let reservation = match self.ledger.reserve(&request) {
            Ok(Reserved::New(reservation)) => reservation,
            Ok(Reserved::Replay { sequence, .. }) => return Err(Failure::internal(format!("answer the question of ledger entry {sequence} again"))),
            Err(error) => {
                let failure = failure(error);
                self.audit.append(AuditAction::BudgetRefused, details([("reason", failure.sentence().into())]))?;
                return Err(failure);
            }
        };
        let reserve = *reservation.reserve();
        self.audit.append(
            AuditAction::BudgetReserved,
            details([
                ("reserve", reserve.sequence.into()),
                (ENTRY_DETAIL, reserve.entry.to_string().into()),
                ("nano_rho", reserve.nano_rho.0.into()),
                ("atto_delta", reserve.atto_delta.0.into()),
            ]),
        )?;
        let conversion = LedgerPolicy::from_report(&policy.report).map_or(AttoDelta(0), |promise| promise.conversion_atto_delta);
        let parameters = self.ledger.summary().release_parameters(&reserve, conversion, stage).to_parameters();
        let staging = part(&home);
        if staging.exists() {
            disk::remove_dir(&staging)?;
        }
        Ok(Answer::Draw(reservation, parameters))
    }

    /// Stages the drawn files, commits them, and gives them their name. `files` are the bundle's bytes, `charges` and `drawn_for` what the step said.
    ///
    /// # Errors
    /// [`Exit::BudgetRefused`] when the noise is not that of the price; the spend stays.
    pub fn commit(&mut self, reservation: Reservation, price: &Price, bundle: &[u8], facts: &BTreeMap<String, String>) -> Result<PathBuf, Failure> {
        let refused = |why: &str| Failure::new(Exit::BudgetRefused, format!("commit the answer: {why}"));
        let charges: Option<Vec<Charge>> = facts.get("charges").and_then(|text| serde_json::from_str(text).ok());
        let reserve_entry = facts.get(RESERVE_FACT).and_then(|text| Digest::from_hex(text));
        let charges = charges.filter(|charges| *charges == [price.charge.clone()]).ok_or_else(|| refused("its noise is not that of its price"));
        let (charges, reserve_entry) = match (charges, reserve_entry) {
            (Ok(charges), Some(entry)) if entry == reservation.reserve().entry => (charges, entry),
            (charges, _) => {
                self.lose(reservation)?;
                return Err(charges.err().unwrap_or_else(|| refused("it was drawn for another reserve")));
            }
        };
        let home = home(self.runs, &self.query);
        let staging = part(&home);
        let root = self.runs.join(FOLDER);
        disk::make_dir(&root, disk::RAW_DIR_MODE)?;
        let name = staging.file_name().and_then(|name| name.to_str()).ok_or_else(|| Failure::internal("name an answer"))?;
        crate::bundle::unpack(bundle, "report", &root, name, &mut BTreeSet::new())?;
        let drawn = serde_json::to_value(Drawn { reserve_entry, charges: charges.clone() }).map_err(|_| Failure::internal("write what was drawn"))?;
        disk::write_atomic(&staging.join(DRAWN), &crate::manifest::canonical_json(&drawn)?, 0o600)?;
        disk::sync_dir(&staging)?;
        let digest = digest_of(&staging)?;
        let sequence = reservation.reserve().sequence;
        self.ledger.commit(reservation, digest, &charges).map_err(failure)?;
        self.audit.append(AuditAction::BudgetCommitted, details([("reserve", sequence.into()), ("report", serde_json::json!(digest))]))?;
        disk::publish_dir(&staging, &home)?;
        Ok(home)
    }

    /// Notes that the step failed; the spend stays, since noise may have been drawn.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn lose(&mut self, reservation: Reservation) -> Result<(), Failure> {
        let reserve = reservation.reserve().sequence;
        self.ledger.lose(reservation).map_err(failure)?;
        self.audit.append(AuditAction::BudgetLost, details([("reserve", reserve.into())]))
    }
}

#[cfg(test)]
mod tests {
    use schemas::container::{BlockBuilder, ContainerWriter};
    use schemas::policy::{ReportPolicy, Schedule};
    use schemas::record::{Bundle, BundleFile};

    use super::*;

    const DAY: i32 = 20_777;

    struct Case {
        dir: tempfile::TempDir,
        audit: Audit,
        place: Place,
        policy: Policy,
        price: Price,
    }

    impl Case {
        fn new(text: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let (audit, place) = (Audit::of(dir.path()), Place::of(dir.path(), None, None));
            let policy = Policy { report: ReportPolicy { schedule: Schedule::Nightly, ..ReportPolicy::default() }, ..Policy::default() };
            place.create(&policy, DAY).unwrap();
            let price = price(&text.parse().unwrap(), &policy, Wish::Usual).unwrap();
            Self { dir, audit, place, policy, price }
        }

        fn ask(&self, query: u32) -> Result<(Asking<'_>, Answer), Failure> {
            let query = QueryId { input: Digest::of(b"input"), policy: Digest::of(b"policy"), query: Digest::of(&query.to_le_bytes()) };
            let mut asking = Asking::open(self.dir.path(), &self.audit, &self.place, &self.policy, query)?;
            let answer = asking.decide(&self.price, DAY, &self.policy, Digest::of(b"stage"))?;
            Ok((asking, answer))
        }

        fn facts(&self, reservation: &Reservation) -> BTreeMap<String, String> {
            let charges = serde_json::to_string(&[&self.price.charge]).unwrap();
            BTreeMap::from([("charges".to_owned(), charges), (RESERVE_FACT.to_owned(), reservation.reserve().entry.to_string())])
        }

        fn spent(&self) -> (u64, u64, u64) {
            let summary = self.place.summary().unwrap().unwrap();
            (summary.spent_nano_rho.0 / self.price.charge.nano_rho.0, summary.committed, summary.lost)
        }
    }

    fn bundle() -> Vec<u8> {
        let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"answer"), 1).unwrap();
        let mut block = BlockBuilder::new(0);
        FILES.iter().for_each(|path| block.push(&BundleFile { path, bytes: path.as_bytes() }, None).unwrap());
        writer.write(block).unwrap();
        writer.finish().unwrap().0
    }

    fn answer(case: &Case, query: u32) -> PathBuf {
        let (mut asking, found) = case.ask(query).unwrap();
        let Answer::Draw(reservation, _) = found else { panic!("a new question") };
        let facts = case.facts(&reservation);
        asking.commit(reservation, &case.price, &bundle(), &facts).unwrap()
    }

    #[test]
    fn the_same_question_twice_costs_once() {
        let case = Case::new("count customers by endpoint");
        let first = answer(&case, 1);
        let Ok((_, Answer::Stored(second))) = case.ask(1) else { panic!("answered before") };
        assert_eq!((first, case.spent()), (second, (1, 1, 0)));
    }

    #[test]
    fn a_ranking_is_one_charge_without_delta_and_its_margin_is_what_it_costs() {
        let case = Case::new("top 3 customers by status");
        assert_eq!((case.price.charge.mechanism, case.price.charge.atto_delta), (Mechanism::Exponential, AttoDelta(0)));
        drop(answer(&case, 1));
        assert_eq!(case.spent(), (1, 1, 0));
        let question: Question = "top 3 customers by status".parse().unwrap();
        for within in [2, 10, 50, 400] {
            let found = price(&question, &case.policy, Wish::Within(within)).unwrap();
            assert!(found.half_width <= i64::from(within), "{within}");
            let cheaper = price(&question, &case.policy, Wish::Rho(NanoRho(found.charge.nano_rho.0 * 96 / 100))).unwrap();
            assert!(cheaper.half_width >= i64::from(within), "{within}: {} would do", cheaper.half_width);
        }
    }

    /// Forty questions of the usual price are the whole share; the next is refused and nothing is drawn.
    #[test]
    fn questions_past_the_share_are_refused() {
        let case = Case::new("count customers by status_class");
        assert_eq!(case.price.charge.threshold, None);
        (0..40).for_each(|query| drop(answer(&case, query)));
        let refused = case.ask(40).err().unwrap();
        assert_eq!(refused.exit, Exit::BudgetRefused);
        for word in ["share for queries", "are spent", "are left"] {
            assert!(refused.sentence().contains(word), "{}", refused.sentence());
        }
        assert_eq!(case.spent(), (40, 40, 0));
    }

    #[test]
    fn an_answer_staged_by_a_dead_process_is_completed_and_one_that_is_not_is_lost() {
        let case = Case::new("count customers");
        let (asking, found) = case.ask(1).unwrap();
        let Answer::Draw(reservation, _) = found else { panic!("new") };
        let staging = part(&home(case.dir.path(), &asking.query));
        drop(asking);
        disk::make_dir(&case.dir.path().join(FOLDER), 0o700).unwrap();
        let name = staging.file_name().unwrap().to_str().unwrap();
        crate::bundle::unpack(&bundle(), "report", &case.dir.path().join(FOLDER), name, &mut BTreeSet::new()).unwrap();
        let drawn = Drawn { reserve_entry: reservation.reserve().entry, charges: vec![case.price.charge.clone()] };
        std::fs::write(staging.join(DRAWN), serde_json::to_vec(&drawn).unwrap()).unwrap();
        drop(reservation);
        let Ok((_, Answer::Stored(_))) = case.ask(1) else { panic!("completed, not drawn again") };
        assert_eq!(case.spent(), (1, 1, 0));
        // Another process dies before it staged anything: lost, and the next try is a new spend.
        drop(case.ask(2).unwrap());
        drop(answer(&case, 2));
        assert_eq!(case.spent(), (3, 2, 1));
    }

    #[test]
    fn an_answer_with_other_noise_or_for_another_reserve_is_lost() {
        let case = Case::new("count customers by endpoint");
        for (query, fact) in [(1, "charges"), (2, RESERVE_FACT)] {
            let (mut asking, found) = case.ask(query).unwrap();
            let Answer::Draw(reservation, _) = found else { panic!("new") };
            let mut facts = case.facts(&reservation);
            facts.insert(fact.to_owned(), facts[fact].replace(['1', '2'], "3"));
            assert_eq!(asking.commit(reservation, &case.price, &bundle(), &facts).unwrap_err().exit, Exit::BudgetRefused);
        }
        assert_eq!(case.spent(), (2, 0, 2));
    }

    #[test]
    fn an_answer_that_changed_is_refused_and_not_drawn_again() {
        let case = Case::new("count customers");
        std::fs::write(answer(&case, 1).join("report.json"), b"{}").unwrap();
        assert_eq!(case.ask(1).err().map(|failure| failure.exit), Some(Exit::DigestMismatch));
        assert_eq!(case.spent(), (1, 1, 0));
    }

    #[test]
    fn the_price_of_an_accuracy_is_the_least_that_reaches_it() {
        let policy = Policy::default();
        for within in [1, 10, 50, 400] {
            let question: Question = "count customers by endpoint".parse().unwrap();
            let found = price(&question, &policy, Wish::Within(within)).unwrap();
            assert!(found.half_width <= i64::from(within));
            let cheaper = price(&question, &policy, Wish::Rho(NanoRho(found.charge.nano_rho.0 * 98 / 100))).unwrap();
            assert!(cheaper.half_width >= i64::from(within), "{within}: {} would do", cheaper.half_width);
        }
    }
}
