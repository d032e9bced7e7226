//! Fields that only rules look at: where a record came from, who began and who approved, what was replaced in it. Paths are judged once a block.

use schemas::pii::is_dropped_field;
use schemas::record::{CleanRecord, Scalar};

use super::mark::Marks;
use crate::event::field::snake;
use crate::remember::Remembered;
use crate::trim::trim;

/// The part a field plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Network address or prefix of whoever acted.
    Origin,
    /// The name used to sign in.
    SignInName,
    /// An account that is asked for.
    Account,
    /// The payee.
    Payee,
    /// Who began a transaction.
    Initiator,
    /// Who approved it.
    Approver,
    /// A member of staff who acted.
    Staff,
    /// The system, host, branch or terminal where it happened.
    Place,
    /// The account says that it is asleep.
    Dormant,
    /// When the account was last used.
    LastUsed,
}

const PARTS: usize = 10;

/// Names by part: the last key of the path in lower snake case, best first.
#[rustfmt::skip]
const NAMES: [(Part, &[&str]); PARTS] = [
    (Part::Origin, &["ip_prefix", "client_ip", "source_ip", "src_ip", "remote_ip", "ip_address", "client_ip_address", "ip", "remote_addr",
        "remote_address", "client_address", "source_address", "x_forwarded_for"]),
    (Part::SignInName, &["login_name", "login_id", "user_name", "username", "login", "user", "user_id", "email", "principal"]),
    (Part::Account, &["account_number", "account_no", "account_id", "iban", "account"]),
    (Part::Payee, &["payee_iban", "beneficiary_iban", "payee_account", "beneficiary_account", "payee_id", "beneficiary_id", "payee", "beneficiary",
        "creditor_iban", "creditor_account", "recipient"]),
    (Part::Initiator, &["initiator", "initiator_id", "initiated_by", "maker", "maker_id", "created_by", "entered_by", "input_by", "requested_by",
        "requester", "requester_id", "prepared_by", "submitted_by"]),
    (Part::Approver, &["approver", "approver_id", "approved_by", "checker", "checker_id", "authorised_by", "authorized_by", "released_by",
        "second_approver", "countersigned_by"]),
    (Part::Staff, &["teller_id", "teller", "employee_id", "employee", "operator_id", "operator", "clerk_id", "clerk", "officer_id", "officer",
        "staff_id", "staff", "banker_id", "banker", "advisor_id", "accessed_by", "viewed_by", "opened_by"]),
    (Part::Place, &["service", "svc", "service_name", "host", "hostname", "host_name", "node", "pod", "server", "component", "module", "logger",
        "terminal_id", "terminal", "branch_id", "branch", "channel", "device_id", "application", "app", "system", "source"]),
    (Part::Dormant, &["dormant", "is_dormant", "account_dormant", "account_status", "account_state"]),
    (Part::LastUsed, &["last_login", "last_login_at", "last_activity", "last_activity_at", "last_used", "last_used_at", "last_seen_at",
        "last_transaction_at"]),
];

/// Keys that hold what must not be kept once a payment is authorised (PCI DSS 4.0, 3.3.1: verification values, PINs, stripe data).
const AUTHENTICATION: [&str; 9] = ["cvv", "cvc", "cvv2", "cvc2", "cid", "pin", "track1", "track2", "magstripe"];

/// Parts of the paths of one block.
pub(crate) struct Parts {
    by_path: Vec<PathPart>,
}

/// What a path says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathPart {
    part: Option<(Part, u8)>,
    marks: Marks,
    authentication: bool,
}

impl Parts {
    /// Judges a block's name table.
    pub(crate) fn of_names(names: &[&str], remembered: &mut Remembered<PathPart>) -> Self {
        Self { by_path: names.iter().map(|name| remembered.of(name, PathPart::of)).collect() }
    }

    /// The parts of a record, and what was replaced in it.
    pub(crate) fn of_record<'a>(&self, record: &CleanRecord<'a>) -> Played<'a> {
        let mut played = Played { slots: [(u8::MAX, Scalar::Null); PARTS], marks: Marks::of_text(record.message) };
        for field in &record.fields {
            let Some(path) = self.by_path.get(field.path as usize) else { continue };
            played.marks.join(path.marks);
            if let Scalar::Text(text) = field.value {
                played.marks.join(Marks::of_field(text, path.authentication));
            }
            let Some((part, rank)) = path.part else { continue };
            let present = match field.value {
                Scalar::Null => false,
                Scalar::Text(text) => !trim(text).is_empty(),
                _ => true,
            };
            let slot = &mut played.slots[part as usize];
            if present && rank < slot.0 {
                *slot = (rank, field.value);
            }
        }
        played
    }
}

impl PathPart {
    fn of(path: &str) -> Self {
        let last = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]");
        let name = snake(last);
        let part = NAMES.iter().find_map(|(part, names)| {
            let rank = names.iter().position(|known| *known == name)?;
            Some((*part, u8::try_from(rank).unwrap_or(u8::MAX)))
        });
        let authentication = is_dropped_field(path) && is_authentication(&name);
        Self { part, marks: Marks::of_text(path), authentication }
    }
}

/// Whether a key in lower snake case names a verification value, PIN or stripe.
pub(super) fn is_authentication(name: &str) -> bool {
    name.split('_').any(|word| AUTHENTICATION.contains(&word))
}

/// The parts of one record.
pub(crate) struct Played<'a> {
    slots: [(u8, Scalar<'a>); PARTS],
    /// What was replaced or dropped in it.
    pub marks: Marks,
}

impl<'a> Played<'a> {
    /// The value that plays a part; null when none does.
    pub(crate) fn value(&self, part: Part) -> Scalar<'a> {
        self.slots[part as usize].1
    }

    /// Whether a value plays it.
    pub(crate) fn has(&self, part: Part) -> bool {
        !matches!(self.value(part), Scalar::Null)
    }

    /// The text that plays a part.
    pub(crate) fn text(&self, part: Part) -> Option<&'a str> {
        match self.value(part) {
            Scalar::Text(text) => Some(trim(text)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_many_spellings() {
        let check = |path: &str, expected: Option<Part>| assert_eq!(PathPart::of(path).part.map(|(part, _)| part), expected, "{path}");
        check("http.client.clientIp", Some(Part::Origin));
        check("auth.user_name", Some(Part::SignInName));
        check("payment.approvedBy", Some(Part::Approver));
        check("beneficiary.iban", Some(Part::Account));
        check("beneficiary_iban", Some(Part::Payee));
        check("amount", None);
    }

    #[test]
    fn authentication_data_is_told_from_other_secrets() {
        assert!(PathPart::of("card.cvv").authentication && PathPart::of("pin_reset.pin").authentication);
        assert!(!PathPart::of("password").authentication && !PathPart::of("cvv_ok").authentication);
    }
}
