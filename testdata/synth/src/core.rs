//! The core ledger: plain text of a Java service, with stack traces.

use crate::acts::{Act, Source};

const fn source(act: Act, name: &'static str, logger: &'static str) -> Source {
    Source { act, name, detail: logger, paths: &[""], good: &[], bad: &[], extra: &[""] }
}

const LOCK_TRACE: &str = "
com.bank.core.ledger.StaleLedgerEntryException: row version <3..40> is stale, expected <3..40>
\tat com.bank.core.ledger.LedgerService.reserve(LedgerService.java:<100..480>)
\tat com.bank.core.ledger.LedgerFacade.debit(LedgerFacade.java:<40..99>)
\tat com.bank.core.payment.TransferHandler.handle(TransferHandler.java:<100..300>)
\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1136)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.sql.SQLTransactionRollbackException: could not serialize access for account <account:trace>
\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2713)
\t... 12 more";
const TIMEOUT_TRACE: &str = "
java.net.SocketTimeoutException: Read timed out after <latency> ms
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\tat com.bank.core.clearing.ClearingClient.send(ClearingClient.java:<50..220>)
\tat com.bank.core.payment.TransferHandler.handle(TransferHandler.java:<100..300>)
\t... 9 more";
const VALIDATION_TRACE: &str = "
com.bank.core.customer.CustomerValidationException: customer <name:trace> (<email:trace>) rejected, phone <phone:trace>
\tat com.bank.core.customer.CustomerValidator.check(CustomerValidator.java:<20..180>)
\tat com.bank.core.customer.CustomerService.update(CustomerService.java:<60..240>)
Suppressed: java.lang.IllegalArgumentException: card <card:trace>, iban <iban:trace>, ssn <ssn:trace>
\t\tat com.bank.core.customer.CardRules.match(CardRules.java:<20..80>)";

pub(crate) const SOURCES: &[Source] = &[
    Source {
        good: &["authentication of user <user> accepted by realm retail", "token issued, session <session>"],
        bad: &["authentication of user <user> refused by realm retail"],
        ..source(Act::CoreAuth, "core_auth", "c.b.core.auth.RealmService")
    },
    Source {
        good: &["balance read for account <account> in <latency> ms", "balance read, cache miss, <1..30> rows"],
        bad: &["balance read for account <account> failed"],
        ..source(Act::CoreBalance, "core_balance", "c.b.core.ledger.BalanceReader")
    },
    Source {
        good: &["reserved <currency> <amount_text> on account <account>, order <order>", "reserved <amount> <currency> for transfer <transfer>"],
        ..source(Act::LedgerReserve, "ledger_reserve", "c.b.core.ledger.LedgerService")
    },
    Source {
        good: &["posted debit of <currency> <amount_text> on <iban>, order <order>", "posted transfer <transfer> in <latency> ms, entries <2..6>"],
        ..source(Act::LedgerPost, "ledger_post", "c.b.core.ledger.LedgerService")
    },
    Source {
        good: &["limit check done"],
        bad: &["insufficient funds on account <account>, missing <currency> <amount_text>", "limit of customer <customer> exceeded by <amount>"],
        ..source(Act::LedgerRefuse, "ledger_refuse", "c.b.core.ledger.LimitGuard")
    },
    Source {
        good: &["retry scheduled"],
        bad: &["transfer <transfer> could not be reserved, order <order>", "reserve failed for <iban>, session <session>"],
        extra: &[LOCK_TRACE],
        ..source(Act::LedgerFault, "ledger_fault", "c.b.core.ledger.LedgerService")
    },
    Source {
        good: &["clearing slow"],
        bad: &["clearing timed out for order <order>, attempt <attempt>"],
        extra: &[TIMEOUT_TRACE],
        ..source(Act::ClearingTimeout, "clearing_timeout", "c.b.core.clearing.ClearingClient")
    },
    Source {
        good: &["risk score <0..99> for customer <customer>", "risk score <0..99>, rules <10..60>, took <latency> ms"],
        ..source(Act::RiskScore, "risk_score", "c.b.core.risk.RiskEngine")
    },
    Source {
        good: crate::notes::NOTES,
        extra: &["", VALIDATION_TRACE, "", ""],
        ..source(Act::CoreNote, "core_note", "c.b.core.customer.CustomerService")
    },
    Source {
        good: &["counter booking <transaction> by <teller> on account <account>", "counter booking of <currency> <amount_text>, branch <branch>"],
        ..source(Act::CounterBooking, "counter_booking", "c.b.core.branch.CounterService")
    },
];

/// Lines of the service itself.
pub(crate) const SYSTEM: &[Source] = &[
    Source {
        good: &[
            "pool stats active=<1..40> idle=<1..40> waiting=0",
            "failover completed, 0 errors",
            "checkpoint <bytes> bytes in <latency> ms",
            "batch interest run <digest> finished, <1000..9999> accounts",
        ],
        ..source(Act::CoreHeartbeat, "core_heartbeat", "c.b.core.ops.Housekeeping")
    },
    Source {
        good: &["build com.bank.core version <version> on host <pod>, started at <epoch>"],
        ..source(Act::CoreBuild, "core_build", "c.b.core.ops.BuildInfo")
    },
    Source {
        good: &["connection pool exhausted"],
        bad: &["connection to replica lost, reconnecting in <100..900> ms"],
        ..source(Act::CoreReplica, "core_replica", "c.b.core.ops.ReplicaWatch")
    },
];
