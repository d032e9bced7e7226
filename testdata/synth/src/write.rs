//! The files: `logs/` while the day runs, `truth/` beside it.

use std::collections::BTreeMap;
use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Error, Result, Write};
use std::path::Path;

use crate::acts::Act;
use crate::branch::HEADER;
use crate::clock::Calendar;
use crate::customer::population;
use crate::day::{Engine, Receiver, customer_id};
use crate::ledger::System;
use crate::options::Options;
use crate::random::Random;
use crate::render::Renderer;
use crate::rules::Rules;
use crate::secrets::Secrets;
use crate::session::{Plant, Session, Step};
use crate::truth::{Counts, Journeys, Planted, SessionRow, Truth};

/// Sessions of the sequence fault and of each anomaly that the truth lists; all are counted.
const LISTED_MAX: usize = 10_000;

/// Writes `logs/` and `truth/` into `options.out` and returns the truth. Memory follows the number of customers and of open sessions.
///
/// # Errors
///
/// The folder or a file cannot be written.
///
/// ```no_run
/// let truth = synth::generate(&synth::Options::new(50_000, 1, "/tmp/bank"))?;
/// assert_eq!(truth.counts.files.values().sum::<u64>(), 50_000);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn generate(options: &Options) -> Result<Truth> {
    let (logs, truth) = (options.out.join("logs"), options.out.join("truth"));
    create_dir_all(&logs)?;
    create_dir_all(&truth)?;
    let people = population(options.seed, options.customer_count(), options.day);
    let secrets = Secrets::new(options.seed);
    let mut renderer = Renderer::new(&people, &secrets, Calendar::new(options.day), Random::new(options.seed, 3));
    let mut files = Files::create(&logs, &truth, people.len())?;
    Engine::new(options, &people).run(&mut renderer, &mut files)?;
    files.finish(&truth, options, &renderer)
}

/// A log file and what it holds so far.
struct Log {
    file: BufWriter<File>,
    records: u64,
    lines: u64,
    bytes: u64,
}

impl Log {
    fn write(&mut self, text: &[u8]) -> Result<()> {
        self.lines += text.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.bytes += text.len() as u64;
        self.file.write_all(text)
    }
}

struct Files {
    logs: [Log; 4],
    sessions: BufWriter<File>,
    /// Records by act; teller steps by name.
    acts: BTreeMap<&'static str, u64>,
    hours: [u64; 25],
    rules: Rules,
    active: Vec<bool>,
    cards: u64,
    bulk_accesses: u64,
    orphans: u64,
    journeys: Journeys,
    planted: Planted,
}

impl Files {
    fn create(logs: &Path, truth: &Path, customers: usize) -> Result<Self> {
        let open = |path: &Path| File::create(path).map(|file| BufWriter::with_capacity(1 << 18, file));
        let log = |system: System| Ok::<_, Error>(Log { file: open(&logs.join(system.file()))?, records: 0, lines: 0, bytes: 0 });
        let [mobile, branch, payments, core] = System::ALL;
        let mut logs = [log(mobile)?, log(branch)?, log(payments)?, log(core)?];
        logs[System::Branch as usize].write(HEADER.as_bytes())?;
        Ok(Self {
            logs,
            sessions: open(&truth.join("sessions.jsonl"))?,
            acts: BTreeMap::new(),
            hours: [0; 25],
            rules: Rules::new(customers),
            active: vec![false; customers],
            cards: 0,
            bulk_accesses: 0,
            orphans: 0,
            journeys: Journeys::default(),
            planted: Planted { definitions: Rules::definitions(), ..Planted::default() },
        })
    }

    fn finish(mut self, folder: &Path, options: &Options, renderer: &Renderer<'_>) -> Result<Truth> {
        for log in &mut self.logs {
            log.file.flush()?;
        }
        self.sessions.flush()?;
        let id = |&customer: &u32| customer_id(renderer.people, customer).to_owned();
        for (rule, customers) in self.rules.flagged() {
            self.planted.rules.insert((*rule).to_owned(), sorted(customers.iter().map(id)));
        }
        for customers in self.planted.fraud.values_mut() {
            customers.sort();
            customers.dedup();
        }
        self.planted.compliance.insert("PCIAccountMasking".to_owned(), self.cards);
        self.planted.compliance.insert("GDPRAccessLogging".to_owned(), self.bulk_accesses);
        self.planted.compliance.insert("AuditTrailCompleteness".to_owned(), self.orphans);
        self.journeys.events = self.acts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let of_files =
            |value: fn(&Log) -> u64| System::ALL.iter().zip(&self.logs).map(|(system, log)| (system.file().to_owned(), value(log))).collect();
        let counts = Counts {
            records: self.logs.iter().map(|log| log.records).sum(),
            files: of_files(|log| log.records),
            lines: of_files(|log| log.lines),
            bytes: of_files(|log| log.bytes),
            hours: self.hours.to_vec(),
            customers: self.active.len() as u32,
            customers_active: self.active.iter().filter(|active| **active).count() as u32,
        };
        let truth = Truth { options: options.clone(), counts, journeys: self.journeys, planted: self.planted, look_alikes: renderer.look_alikes() };
        write_truth(folder, &truth, renderer)?;
        Ok(truth)
    }
}

impl Receiver for Files {
    type Error = Error;

    fn record(&mut self, renderer: &Renderer<'_>, step: &Step, session: &Session) -> Result<()> {
        let system = step.act.system();
        let log = &mut self.logs[system as usize];
        log.records += 1;
        log.write(&renderer.out)?;
        self.hours[((step.at / 3_600_000) as usize).min(24)] += 1;
        self.bulk_accesses += u64::from(step.act == Act::BulkAccess);
        self.orphans += u64::from(step.act == Act::OrphanSettle);
        self.cards += u64::from(renderer.ledger.card_in_record);
        if matches!(system, System::Mobile | System::Branch) {
            *self.acts.entry(renderer.event(step)).or_default() += 1;
        }
        if !session.id.is_empty() {
            self.active[session.customer as usize] = true;
            if matches!(step.act, Act::TransferSubmit | Act::CardPayment | Act::CounterBooking | Act::Login) {
                let cents = session.payments.get(usize::from(step.payment)).map_or(0, |payment| payment.cents);
                self.rules.see(step, session.customer, cents);
            }
        }
        Ok(())
    }

    fn ended(&mut self, renderer: &mut Renderer<'_>, session: &Session) -> Result<()> {
        renderer.ledger.session(&session.id, session.mentions, session.carriers);
        let customer = customer_id(renderer.people, session.customer).to_owned();
        let channel = if session.mobile { "mobile" } else { "branch" };
        self.journeys.sessions += 1;
        count(&mut self.journeys.channels, channel);
        count(&mut self.journeys.variants, &session.variant);
        self.note_plant(session, &customer);
        let fault = &mut self.planted.sequence_fault;
        fault.earlier_tried += u64::from(session.earlier_tried);
        fault.earlier_failed += u64::from(session.earlier_failed);
        if let Some(status) = session.third_failed {
            fault.count += 1;
            *fault.statuses.entry(status).or_default() += 1;
            if fault.sessions.len() < LISTED_MAX {
                fault.sessions.push(session.id.clone());
            }
        }
        let visible = session.steps.iter().filter(|step| matches!(step.act.system(), System::Mobile | System::Branch));
        let row = SessionRow {
            session: session.id.clone(),
            customer,
            channel: channel.to_owned(),
            variant: session.variant.clone(),
            planted: session.planted.map(|plant| plant.label().to_owned()),
            events: visible.map(|step| renderer.event(step).to_owned()).collect(),
            records: session.steps.len() as u32,
        };
        json_line(&mut self.sessions, &row)
    }
}

impl Files {
    fn note_plant(&mut self, session: &Session, customer: &str) {
        let Some(plant) = session.planted else { return };
        let anomaly = Plant::ANOMALIES.contains(&plant);
        let (list, value) = if anomaly { (&mut self.planted.anomalies, session.id.as_str()) } else { (&mut self.planted.fraud, customer) };
        let list = list.entry(plant.label().to_owned()).or_default();
        if list.len() < LISTED_MAX {
            list.push(value.to_owned());
        }
    }
}

fn sorted(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut ids: Vec<String> = ids.collect();
    ids.sort();
    ids
}

fn count(map: &mut BTreeMap<String, u64>, key: &str) {
    match map.get_mut(key) {
        Some(count) => *count += 1,
        None => {
            map.insert(key.to_owned(), 1);
        }
    }
}

fn write_truth(folder: &Path, truth: &Truth, renderer: &Renderer<'_>) -> Result<()> {
    let open = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let mut pii = open("pii.jsonl")?;
    renderer.ledger.rows(renderer.people, renderer.secrets, |row| json_line(&mut pii, row))?;
    pii.flush()?;
    let mut look_alikes = open("look_alikes.jsonl")?;
    truth.look_alikes.iter().try_for_each(|row| json_line(&mut look_alikes, row))?;
    look_alikes.flush()?;
    let counts = serde_json::json!({ "options": truth.options, "counts": truth.counts });
    let texts = [("counts.json", pretty(&counts)?), ("journeys.json", pretty(&truth.journeys)?), ("planted.json", pretty(&truth.planted)?)];
    texts.into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
}

fn pretty(value: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn json_line(file: &mut impl Write, row: &impl serde::Serialize) -> Result<()> {
    serde_json::to_writer(&mut *file, row)?;
    file.write_all(b"\n")
}
