//! Writes a journey bank: the log in time order and the truth.

use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Result, Write};
use std::path::PathBuf;

use super::act::Act;
use super::catalog::FAULTS;
use super::client::{CHANNELS, CURRENCIES, Client, REGIONS, SEGMENTS, SYSTEMS, VERSIONS};
use super::play::{Day, Event, Mark, Status, play};
use super::truth::{Fault, Faults, Numbers};
use crate::clock::Calendar;
use crate::options;

/// What to generate. The same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Journeys, exactly.
    pub journeys: u32,
    /// Seed of everything.
    pub seed: u64,
    /// Plant nothing: all failures are without a reason.
    pub fault_free: bool,
    /// Folder that receives `journeys.jsonl` and `truth/`.
    pub out: PathBuf,
}

/// Writes `journeys.jsonl`, `truth/faults.json` and `truth/steps.csv` into `options.out` and returns the truth. Memory follows the number of
/// records, 20 bytes each.
///
/// # Errors
///
/// The folder or a file cannot be written.
pub fn generate(options: &Options) -> Result<Faults> {
    let folder = options.out.join("truth");
    create_dir_all(&folder)?;
    let mut day = play(options.journeys, options.seed, options.fault_free);
    let truth = truth_of(&day, options.journeys, options.seed, options.fault_free);
    std::fs::write(folder.join("faults.json"), truth.to_json())?;
    write_steps(&day, &mut BufWriter::new(File::create(folder.join("steps.csv"))?))?;
    day.events.sort_unstable_by_key(|event| (event.at, event.journey));
    write_log(&day, &mut BufWriter::with_capacity(1 << 18, File::create(options.out.join("journeys.jsonl"))?))?;
    Ok(truth)
}

/// The truth about a day, without writing it.
#[must_use]
pub fn truth(journeys: u32, seed: u64, fault_free: bool) -> Faults {
    truth_of(&play(journeys, seed, fault_free), journeys, seed, fault_free)
}

impl Faults {
    /// The bytes of `truth/faults.json`.
    ///
    /// # Panics
    ///
    /// Never: the truth holds texts and numbers.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts and numbers become JSON") + "\n"
    }
}

fn truth_of(day: &Day, journeys: u32, seed: u64, fault_free: bool) -> Faults {
    let planted = if fault_free { &[] } else { &FAULTS[..] };
    let faults = planted.iter().enumerate().map(|(number, fault)| {
        let marks: Vec<&Mark> = day.marks.iter().filter(|mark| usize::from(mark.fault) == number).collect();
        let steps = Numbers { matching: marks.len() as u64, failing: marks.iter().filter(|mark| mark.failing).count() as u64 };
        let of_journeys = marks.chunk_by(|a, b| a.journey == b.journey).fold(Numbers::default(), |sum, marks| Numbers {
            matching: sum.matching + 1,
            failing: sum.failing + u64::from(marks.iter().any(|mark| mark.failing)),
        });
        Fault {
            id: fault.id.to_owned(),
            kind: fault.kind.to_owned(),
            sentence: fault.sentence.to_owned(),
            outcome: fault.outcome(),
            condition: fault.condition(),
            probability_per_mille: fault.per_mille,
            among: fault.among(),
            reversal: fault.other.filter(|_| fault.among().is_none()).map(|act| act.name().to_owned()),
            journeys: of_journeys,
            steps,
        }
    });
    Faults { seed, journeys, events: day.events.len() as u64, faults: faults.collect() }
}

fn session_id(client: &Client) -> String {
    format!("sess-{:016x}", client.session)
}

fn write_steps(day: &Day, file: &mut impl Write) -> Result<()> {
    writeln!(file, "fault,session_id,step,failing")?;
    for mark in &day.marks {
        let (fault, session) = (FAULTS[usize::from(mark.fault)].id, session_id(&day.clients[mark.journey as usize]));
        writeln!(file, "{fault},{session},{},{}", mark.step, u8::from(mark.failing))?;
    }
    file.flush()
}

fn write_log(day: &Day, file: &mut impl Write) -> Result<()> {
    let calendar = Calendar::new(options::Options::new(0, 0, "").day);
    let mut line = Vec::with_capacity(512);
    for event in &day.events {
        line.clear();
        write_record(&mut line, &calendar, event, &day.clients[event.journey as usize])?;
        file.write_all(&line)?;
    }
    file.flush()
}

fn write_record(line: &mut Vec<u8>, calendar: &Calendar, event: &Event, client: &Client) -> Result<()> {
    // What differs without meaning anything; not drawn, so that it does not disturb what is.
    let noise = (client.session ^ (u64::from(event.at) << 20)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let customer = client.customer;
    let good = event.status == Status::Success;
    let severity = if good { "INFO" } else { ["ERROR", "ERROR", "WARN"][(noise % 3) as usize] };
    line.extend_from_slice(br#"{"timestamp":""#);
    calendar.write(line, u64::from(event.at), b'T', b'.');
    let channel = CHANNELS[usize::from(client.channel)];
    write!(line, r#"Z","severity":"{severity}","service":"{channel}-gateway","event":"{}""#, event.act.name())?;
    write!(line, r#","session_id":"{}","customer_id":"C{:08}","channel":"{channel}""#, session_id(client), 10_000_000 + customer.number)?;
    if client.is_mobile() {
        write!(line, r#","os":"{}""#, SYSTEMS[usize::from(customer.system)])?;
    }
    write!(line, r#","app_version":"{}""#, VERSIONS[usize::from(client.version)])?;
    write!(line, r#","region":"{}","segment":"{}""#, REGIONS[usize::from(customer.region)], SEGMENTS[usize::from(customer.segment)])?;
    if event.amount > 0 {
        let currency = CURRENCIES[usize::from(event.currency)];
        write!(line, r#","amount":{}.{:02},"currency":"{currency}""#, event.amount / 100, event.amount % 100)?;
    }
    let (status, http, duration_ms) = match event.status {
        Status::Success if event.act.name().ends_with("_view") => ("success", 200, 10 + noise % 400),
        Status::Success => ("success", if creates(event.act) { 201 } else { 200 }, 20 + noise % 900),
        Status::Failed => ("failed", [409, 422, 422, 500][(noise / 3 % 4) as usize], 15 + noise % 1500),
        Status::Timeout => ("timeout", 504, 30_000 + noise % 40),
    };
    write!(line, r#","status":"{status}""#)?;
    if !client.is_branch() {
        write!(line, r#","http_status":{http}"#)?;
    }
    let message = if event.status == Status::Timeout { "No answer in time" } else { event.act.message(good) };
    writeln!(line, r#","duration_ms":{duration_ms},"message":"{message}"}}"#)
}

fn creates(act: Act) -> bool {
    matches!(act, Act::TransferSubmit | Act::BeneficiaryAdd | Act::StandingOrderCreate | Act::LoanSubmit | Act::SavingsDeposit)
}
