//! The payments switch: key=value lines.

use crate::acts::{Act, Source};

pub(crate) const BEFORE_MESSAGE: &str = "ts=<ts>Z level=<level> svc=payments event=<event> msg=\"";
pub(crate) const CONTEXT: &str = " session=<session:field> customer=<customer:field> trace=<trace>";

const fn source(act: Act, name: &'static str) -> Source {
    Source { act, name, detail: "", paths: &[""], good: &[], bad: &[], extra: &[""] }
}

const ORDER: &str = " order=<order> amount=<amount> currency=<currency> status=<status> latency_ms=<latency>";

pub(crate) const SOURCES: &[Source] = &[
    Source {
        good: &["payment accepted", "payment to <payee.name> accepted"],
        bad: &["payment refused", "payment refused: limit exceeded"],
        extra: &[
            " iban=<iban:field> beneficiary_iban=<payee.iban:field> beneficiary=\"<payee.name:field>\" order=<order> amount=<amount> currency=<currency> status=<status>",
        ],
        ..source(Act::PaymentAccept, "payment_accepted")
    },
    Source {
        good: &["screening passed in <latency> ms", "screening passed, <10..90> lists"],
        bad: &["screening hit on beneficiary <payee.name.upper>"],
        extra: &[ORDER],
        ..source(Act::PaymentScreen, "payment_screened")
    },
    Source {
        good: &["payment settled", "settled <currency> <amount_text> from account <account>"],
        extra: &[
            " iban=<iban:field> order=<order> amount=<amount> currency=<currency> status=<status> batch=B<1000..9999>",
            " account=<account:field> order=<order> amount=<amount> currency=<currency> status=<status>",
        ],
        ..source(Act::PaymentSettle, "payment_settled")
    },
    Source {
        good: &["clearing slow"],
        bad: &["clearing did not answer, attempt <attempt>"],
        extra: &[ORDER],
        ..source(Act::PaymentTimeout, "payment_timeout")
    },
    Source {
        good: &["card authorised", "card <card.grouped> authorised"],
        bad: &["card declined: do not honour", "card declined, holder <name>"],
        extra: &[
            " card=<card:field> amount=<amount> currency=<currency> status=<status> terminal=<terminal>",
            " pan=<card.dashed:field> cvv=<cvv:field> amount=<amount> currency=<currency> status=<status>",
        ],
        ..source(Act::CardAuthorise, "card_authorised")
    },
    Source {
        good: crate::notes::NOTES,
        extra: &[
            " client_ip=<ip:field> user=<user:field> phone=\"<phone.grouped:field>\"",
            " device=<device:field> mac=<mac:field> email=<email:field>",
            " ssn=<ssn:field> dob=<birth_date:field> national_id=<national_id:field> geo=<geo:field>",
            " password=<password:field> address=\"<address:field>\" pin=<pin:field>",
        ],
        ..source(Act::PaymentNote, "manual_review")
    },
];

/// Lines of the switch itself.
pub(crate) const SYSTEM: &[Source] = &[
    Source {
        good: &["queue depth <0..400>", "heartbeat ok, uptime <10000..99999> s"],
        extra: &[" node=<pod> batch_ms=<latency>"],
        ..source(Act::PaymentHeartbeat, "heartbeat")
    },
    Source {
        good: &["clearing file written"],
        extra: &[" file=clearing-2026-<1000..9999>.xml bytes=<bytes> sha256=<digest>"],
        ..source(Act::ClearingFile, "clearing_file")
    },
    Source {
        good: &["settled without reference"],
        extra: &[" order=<order> amount=<amount> currency=<currency> status=<status>"],
        ..source(Act::OrphanSettle, "payment_settled")
    },
];
