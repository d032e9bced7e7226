//! Counts what is planted while the logs are written: the truth is a by-product of the one call that writes a value, so text and truth
//! cannot differ. Size follows the number of customers.

use std::collections::BTreeMap;

use crate::customer::{Customer, Form, Kind};
use crate::secrets::Secrets;
use crate::truth::{Notation, PiiRow};
use schemas::pii::PiiClass;

/// The systems that write, one log file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum System {
    Mobile,
    Branch,
    Payments,
    Core,
}

impl System {
    pub(crate) const ALL: [Self; 4] = [Self::Mobile, Self::Branch, Self::Payments, Self::Core];

    /// Name of the log file.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Mobile => "mobile-api.jsonl",
            Self::Branch => "branch.csv",
            Self::Payments => "payments.log",
            Self::Core => "core.log",
        }
    }
}

macro_rules! shapes {
    ($($name:ident $label:literal)*) => {
        /// What holds a planted value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Shape { $($name,)* }
        impl Shape {
            const ALL: &'static [Self] = &[$(Self::$name,)*];
            const fn label(self) -> &'static str { match self { $(Self::$name => $label,)* } }
        }
    };
}

shapes! {
    Field "field" Number "number" Key "object_key" Array "array" JsonInString "json_in_string" Query "url_query" Path "url_path"
    Header "header" Text "free_text" Trace "stack_trace" Mdc "context"
}

/// Occurrences of one value.
#[derive(Clone, Default)]
struct Tally {
    counts: [u32; Form::ALL.len()],
    carriers: u64,
}

/// All that was planted so far.
pub(crate) struct Ledger {
    people: Vec<[Tally; Kind::ALL.len()]>,
    secrets: Vec<Tally>,
    sessions: Vec<PiiRow>,
    /// Whether the record being written holds a card number.
    pub(crate) card_in_record: bool,
}

/// Session ids that `pii.jsonl` lists; all of them are in `sessions.jsonl`.
const SESSION_ROWS_MAX: usize = 2_000;

fn carrier(system: System, shape: Shape) -> u64 {
    1 << (system as usize * Shape::ALL.len() + shape as usize)
}

fn carrier_names(set: u64) -> Vec<String> {
    let all = System::ALL.iter().flat_map(|&system| Shape::ALL.iter().map(move |&shape| (system, shape)));
    all.filter(|&(system, shape)| set & carrier(system, shape) != 0).map(|(system, shape)| format!("{}:{}", system.file(), shape.label())).collect()
}

impl Ledger {
    pub(crate) fn new(customers: usize, secrets: usize) -> Self {
        let people = (0..customers).map(|_| Default::default()).collect();
        Self { people, secrets: vec![Tally::default(); secrets], sessions: Vec::new(), card_in_record: false }
    }

    /// One more occurrence of a person's value.
    pub(crate) fn person(&mut self, customer: &Customer, kind: Kind, form: Form, system: System, shape: Shape) {
        let tally = &mut self.people[customer.index as usize][kind as usize];
        tally.counts[customer.real_form(kind, form) as usize] += 1;
        tally.carriers |= carrier(system, shape);
        self.card_in_record |= kind == Kind::Card;
    }

    /// One more occurrence of a secret.
    pub(crate) fn secret(&mut self, index: usize, system: System, shape: Shape) {
        self.secrets[index].counts[0] += 1;
        self.secrets[index].carriers |= carrier(system, shape);
    }

    /// The occurrences of a session id, when the session has ended.
    pub(crate) fn session(&mut self, id: &str, count: u32, carriers: SessionCarriers) {
        if self.sessions.len() < SESSION_ROWS_MAX && count > 0 {
            let tally = Tally { counts: std::array::from_fn(|i| if i == 0 { count } else { 0 }), carriers: carriers.0 };
            self.sessions.push(row(PiiClass::Session, id, vec![(id.to_owned(), count)], &tally));
        }
    }

    /// The rows of the truth in a fixed order: people, secrets, sessions. Values that several people share are merged.
    pub(crate) fn rows<E>(&self, people: &[Customer], secrets: &Secrets, mut each: impl FnMut(&PiiRow) -> Result<(), E>) -> Result<(), E> {
        let mut shared: BTreeMap<(PiiClass, String), PiiRow> = BTreeMap::new();
        for (customer, tallies) in people.iter().zip(&self.people) {
            for (&kind, tally) in Kind::ALL.iter().zip(tallies).filter(|(_, tally)| tally.carriers != 0) {
                let forms = Form::ALL.iter().zip(tally.counts).filter(|&(_, count)| count > 0);
                let notations = forms.map(|(&form, count)| (customer.get(kind, form).to_owned(), count)).collect();
                let plain = customer.get(kind, Form::Plain);
                let row = row(kind.class(), plain, notations, tally);
                if matches!(kind, Kind::BirthDate | Kind::Cvv | Kind::Pin | Kind::Ssn) {
                    shared.entry((kind.class(), plain.to_owned())).and_modify(|first| first.merge(&row)).or_insert(row);
                } else {
                    each(&row)?;
                }
            }
        }
        shared.values().try_for_each(&mut each)?;
        for (index, tally) in self.secrets.iter().enumerate().filter(|(_, tally)| tally.carriers != 0) {
            let value = secrets.get(index);
            each(&row(PiiClass::Secret, value, vec![(value.to_owned(), tally.counts[0])], tally))?;
        }
        self.sessions.iter().try_for_each(each)
    }
}

fn row(class: PiiClass, value: &str, notations: Vec<(String, u32)>, tally: &Tally) -> PiiRow {
    let count = notations.iter().map(|(_, count)| u64::from(*count)).sum();
    let notations = notations.into_iter().map(|(text, count)| Notation::new(text, u64::from(count))).collect();
    PiiRow { class, value: value.to_owned(), notations, carriers: carrier_names(tally.carriers), count }
}

/// Where a session id occurred.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SessionCarriers(u64);

impl SessionCarriers {
    /// One more occurrence.
    pub(crate) fn add(&mut self, system: System, shape: Shape) {
        self.0 |= carrier(system, shape);
    }
}
