//! What an event type does, as rules over sequences see it, by the words of its name and route. Judged once a run and type.

use schemas::record::{EventTypeRecord, Outcome};

use crate::event::words::{any, pair, words};

const FACTOR: [&str; 12] =
    ["mfa", "otp", "totp", "sca", "tan", "pushtan", "phototan", "stepup", "authenticator", "biometric", "biometrics", "twofactor"];
const ACCEPTED: [&str; 13] = [
    "verified",
    "verify",
    "accepted",
    "passed",
    "confirmed",
    "completed",
    "success",
    "succeeded",
    "successful",
    "approved",
    "ok",
    "validated",
    "granted",
];
const CREDENTIAL: [&str; 19] = [
    "password",
    "passwords",
    "passcode",
    "pin",
    "credential",
    "credentials",
    "email",
    "phone",
    "mobile",
    "address",
    "contact",
    "contacts",
    "profile",
    "device",
    "mfa",
    "otp",
    "authenticator",
    "username",
    "telephone",
];
const CHANGED: [&str; 19] = [
    "change",
    "changed",
    "update",
    "updated",
    "reset",
    "replace",
    "replaced",
    "modify",
    "modified",
    "edit",
    "edited",
    "enroll",
    "enrolled",
    "enrol",
    "enrolment",
    "registered",
    "rebound",
    "bound",
    "set",
];
const PAYEE: [&str; 8] = ["payee", "payees", "beneficiary", "beneficiaries", "recipient", "recipients", "counterparty", "creditor"];
const ADDED: [&str; 9] = ["add", "added", "create", "created", "new", "register", "registered", "saved", "save"];
const BEGUN: [&str; 12] =
    ["initiated", "initiate", "created", "create", "entered", "submitted", "submit", "requested", "prepared", "keyed", "captured", "input"];
const APPROVED: [&str; 9] = ["approve", "approved", "approval", "countersigned", "released", "release", "checker", "signoff", "authorized_by"];

/// What an event type does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Nature {
    /// A second factor was accepted.
    pub step_up: bool,
    /// Credentials or contact data were changed.
    pub credential: bool,
    /// A payee was added.
    pub payee: bool,
    /// Somebody began a transaction that others must approve.
    pub initiates: bool,
    /// Somebody approved one.
    pub approves: bool,
}

impl Nature {
    /// Of an event type. What failed did nothing.
    pub(crate) fn of(record: &EventTypeRecord<'_>) -> Self {
        if record.outcome == Outcome::Failure {
            return Self::default();
        }
        let (name, route) = (words(record.name), words(record.route));
        let writes = matches!(record.method, "POST" | "PUT" | "PATCH");
        let reads = matches!(record.method, "GET" | "HEAD");
        let factor = any(&name, &FACTOR)
            || pair(&name, &["second", "two", "step", "strong"], &["factor", "up", "authentication"])
            || record.name.contains("2fa")
            || record.name.contains("3ds");
        let payee = any(&name, &PAYEE) && any(&name, &ADDED) || writes && route.last().is_some_and(|last| PAYEE.contains(&last.as_str()));
        Self {
            step_up: factor && any(&name, &ACCEPTED),
            credential: !reads && any(&name, &CREDENTIAL) && any(&name, &CHANGED) && !any(&name, &["requested", "sent", "viewed"]),
            payee: payee && !reads,
            initiates: any(&name, &BEGUN),
            approves: any(&name, &APPROVED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::ids::StableId;
    use schemas::record::{EventCategory, Severity};

    fn nature(name: &str, method: &str, route: &str, outcome: Outcome) -> Nature {
        let (category, severity) = (EventCategory::Other, Severity::Info);
        Nature::of(&EventTypeRecord { number: 0, id: StableId(0), name, category, method, route, status: 0, severity, outcome, count: 1 })
    }

    #[track_caller]
    fn check(name: &str, expected: Nature) {
        assert_eq!(nature(name, "", "", Outcome::Success), expected, "{name}");
    }

    #[test]
    fn by_words() {
        let none = Nature::default();
        check("mfa_verified", Nature { step_up: true, ..none });
        check("Second factor accepted", Nature { step_up: true, ..none });
        check("mfa_challenge", none);
        check("profile_updated", Nature { credential: true, ..none });
        check("PasswordReset", Nature { credential: true, ..none });
        check("password_reset_requested", Nature { initiates: true, ..none });
        check("beneficiary_added", Nature { payee: true, ..none });
        check("beneficiary_check", none);
        check("payment_initiated", Nature { initiates: true, ..none });
        check("SUPERVISOR_APPROVE", Nature { approves: true, ..none });
        check("card_authorised", none);
    }

    #[test]
    fn routes_and_failures() {
        assert!(nature("POST /api/customers/{id}/payees 201", "POST", "/api/customers/{id}/payees", Outcome::Success).payee);
        assert!(!nature("GET /api/payees 200", "GET", "/api/payees", Outcome::Success).payee);
        assert_eq!(nature("mfa_verified", "", "", Outcome::Failure), Nature::default());
    }
}
