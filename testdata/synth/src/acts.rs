//! Everything a record can be about: the acts, and the table that says how each is written down.

use crate::ledger::System;
use crate::template::{Template, parse};
use crate::{branch, core, mobile, notes, payments};

/// What a record is about. A teller's step is one act, its name lies in the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    AppStart,
    Login,
    Locked,
    MfaChallenge,
    MfaVerified,
    TokenRefresh,
    ViewAccounts,
    ViewBalance,
    ListTransactions,
    TransferValidate,
    TransferSubmit,
    TransferConfirm,
    BeneficiaryAdd,
    CardPayment,
    CardFreeze,
    ProfileUpdate,
    KycCheck,
    CustomerSearch,
    Statement,
    SupportNote,
    StandingOrder,
    FxQuote,
    DataAccess,
    CustomerFile,
    Logout,
    SessionExpired,
    BulkAccess,
    PaymentAccept,
    PaymentScreen,
    PaymentSettle,
    PaymentTimeout,
    CardAuthorise,
    PaymentNote,
    PaymentHeartbeat,
    ClearingFile,
    OrphanSettle,
    CoreAuth,
    CoreBalance,
    LedgerReserve,
    LedgerPost,
    LedgerRefuse,
    LedgerFault,
    ClearingTimeout,
    RiskScore,
    CoreNote,
    CounterBooking,
    CoreHeartbeat,
    CoreBuild,
    CoreReplica,
    TellerStep,
}

impl Act {
    const COUNT: usize = Self::TellerStep as usize + 1;

    /// The system that writes it.
    pub(crate) const fn system(self) -> System {
        match self as usize {
            n if n <= Self::BulkAccess as usize => System::Mobile,
            n if n <= Self::OrphanSettle as usize => System::Payments,
            n if n <= Self::CoreReplica as usize => System::Core,
            _ => System::Branch,
        }
    }
}

/// How an act is written down. Messages, paths and extras of a table row are combined in turn.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) act: Act,
    /// Event name.
    pub(crate) name: &'static str,
    /// HTTP method or Java logger.
    pub(crate) detail: &'static str,
    pub(crate) paths: &'static [&'static str],
    /// Messages for status below 400.
    pub(crate) good: &'static [&'static str],
    /// Messages for other statuses; none: the good ones.
    pub(crate) bad: &'static [&'static str],
    /// What follows: fields, or a stack trace.
    pub(crate) extra: &'static [&'static str],
}

/// The parsed forms of an act.
#[derive(Default)]
pub(crate) struct Forms {
    pub(crate) name: &'static str,
    pub(crate) good: Vec<Template>,
    pub(crate) bad: Vec<Template>,
    /// How often each list was used: forms take turns, so that each occurs in a small run too.
    pub(crate) turn: [u32; 2],
}

/// The parsed forms of all acts, by act.
pub(crate) fn compile() -> Vec<Forms> {
    let mut all: Vec<Forms> = (0..Act::COUNT).map(|_| Forms::default()).collect();
    let of_sessions = [mobile::SOURCES, payments::SOURCES, core::SOURCES].into_iter().flatten().map(|source| (source, true));
    let of_systems = [mobile::SYSTEM, payments::SYSTEM, core::SYSTEM].into_iter().flatten().map(|source| (source, false));
    for (source, in_session) in of_sessions.chain(of_systems) {
        let forms = &mut all[source.act as usize];
        forms.name = source.name;
        forms.good = combine(source, source.good, in_session);
        forms.bad = if source.bad.is_empty() { combine(source, source.good, in_session) } else { combine(source, source.bad, in_session) };
    }
    all[Act::TellerStep as usize] = teller();
    all
}

fn combine(source: &Source, messages: &[&'static str], in_session: bool) -> Vec<Template> {
    let at = |list: &[&'static str], turn: usize| list[turn % list.len()];
    let turns = lcm(lcm(messages.len(), source.paths.len()), source.extra.len());
    (0..turns).map(|turn| frame(source, at(messages, turn), at(source.paths, turn), at(source.extra, turn), in_session)).collect()
}

fn lcm(a: usize, b: usize) -> usize {
    (1..=b).map(|times| a * times).find(|multiple| multiple % b == 0).expect("a times b is a multiple of b")
}

fn frame(source: &Source, message: &'static str, path: &'static str, extra: &'static str, in_session: bool) -> Template {
    match (source.act.system(), in_session) {
        (System::Mobile, _) => {
            let context = if in_session { mobile::CONTEXT } else { ",\"trace_id\":\"<trace>\"" };
            let http = ["\",\"http\":{\"method\":\"", source.detail, "\",\"path\":\"", path, "\",\"status\":<status>,\"latency_ms\":<latency>}"];
            parse(&[&[mobile::BEFORE_MESSAGE, message], &http[..], &[context, extra, "}\n"]].concat())
        }
        (System::Payments, true) => parse(&[payments::BEFORE_MESSAGE, message, "\"", payments::CONTEXT, extra, "\n"]),
        (System::Payments, false) => parse(&[payments::BEFORE_MESSAGE, message, "\"", extra, "\n"]),
        (System::Core, true) => parse(&[
            "<ts> <level> [<thread>] ",
            source.detail,
            " [session=<session:mdc> customer=<customer:mdc> trace=<trace>] - ",
            message,
            extra,
            "\n",
        ]),
        (System::Core, false) => parse(&["<ts> <level> [<thread>] ", source.detail, " - ", message, extra, "\n"]),
        (System::Branch, _) => unreachable!("teller steps have forms of their own"),
    }
}

/// Teller steps: ordinary cells, and the notes for steps that something went wrong with.
fn teller() -> Forms {
    let good = branch::NOTES.iter().map(|cell| parse(&[branch::BEFORE_NOTES, cell, "\n"])).collect();
    let bad = notes::NOTES.iter().map(|note| parse(&[branch::BEFORE_NOTES, "\"", note, "\"\n"])).collect();
    Forms { name: "", good, bad, turn: [0; 2] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Piece;

    #[test]
    fn every_act_can_be_written() {
        for (act, forms) in compile().iter().enumerate() {
            assert!(!forms.good.is_empty() && !forms.bad.is_empty(), "act {act}");
        }
    }

    /// A note with a quote, backslash or line break would break JSON, CSV or key=value.
    #[test]
    fn notes_fit_every_format() {
        assert!(notes::NOTES.iter().all(|note| !note.contains(['"', '\\', '\n'])));
    }

    #[test]
    fn extras_and_messages_all_get_their_turn() {
        let forms = compile();
        let slots = |act: Act| forms[act as usize].good.iter().flatten().filter(|piece| matches!(piece, Piece::Secret(..))).count();
        assert!(slots(Act::TokenRefresh) >= 2);
        assert!(slots(Act::KycCheck) >= 1);
    }
}
