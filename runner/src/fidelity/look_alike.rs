//! Look-alikes: what resembles personal data and is none. It must stay as it is.

use super::checks::iban;
use super::class::{Class, PLAIN};
use super::prng::Prng;
use super::value::Value;

const fn kind(
    id: &'static str,
    title: &'static str,
    keys: &'static [&'static str],
    words: &'static [&'static str],
    make: fn(&mut Prng) -> Value,
) -> Class {
    Class { id, title, keys, words, frames: FRAMES, make, ..PLAIN }
}

const FRAMES: &[&str] =
    &["finished with {w} {v}", "{w} {v} is new", "{w}: {v}, nothing to do", "expected another {w} than {v}", "worker 3 reports {w} {v}"];

/// All kinds, in the order of reports.
pub const KINDS: &[Class] = &[
    kind("epoch-s", "Unix time, seconds", &["started_at_s", "expires_epoch", "not_before"], &["epoch", "since", "deadline"], |prng| {
        Value::plain(prng.between(1_700_000_000, 1_799_999_999).to_string())
    }),
    kind("epoch-ms", "Unix time, milliseconds", &["started_at_ms", "received_ms", "expires_ms"], &["epoch ms", "deadline", "watermark"], |prng| {
        Value::plain(prng.between(1_700_000_000_000, 1_799_999_999_999).to_string())
    }),
    kind("epoch-us", "Unix time, microseconds", &["started_at_us", "received_us"], &["epoch us", "watermark"], |prng| {
        Value::plain(prng.between(1_700_000_000_000_000, 1_799_999_999_999_999).to_string())
    }),
    kind("epoch-ns", "Unix time, nanoseconds", &["started_at_ns", "received_ns"], &["epoch ns", "watermark"], |prng| {
        Value::plain(prng.between(1_700_000_000_000_000_000, 1_799_999_999_999_999_999).to_string())
    }),
    kind("iso-time", "ISO 8601 time", &["started_at", "valid_until", "processed_at"], &["since", "valid until", "processed"], |prng| {
        Value::plain(format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{}Z",
            prng.between(1, 12),
            prng.between(1, 28),
            prng.between(0, 23),
            prng.between(0, 59),
            prng.between(0, 59),
            prng.any_digits(3)
        ))
    }),
    kind("date", "date of a booking", &["booking_date", "value_date", "due_date"], &["booking date", "value date", "due"], |prng| {
        let (month, day) = (prng.between(1, 12), prng.between(1, 28));
        Value::plain(match prng.below(3) {
            0 => format!("2026-{month:02}-{day:02}"),
            1 => format!("{day:02}.{month:02}.2026"),
            _ => format!("{day:02}/{month:02}/2026"),
        })
    }),
    kind("uuid", "UUID of a request", &["request_id", "correlation_id", "message_id", "span_uuid"], &["request", "correlation", "message"], |prng| {
        Value::plain(format!("{}-{}-4{}-a{}-{}", prng.hex(8), prng.hex(4), prng.hex(3), prng.hex(3), prng.hex(12)))
    }),
    kind("trace-id", "trace and span id", &["trace_id", "span_id", "parent_span"], &["trace", "span"], |prng| {
        let length = prng.one(&[16, 32]);
        Value::plain(prng.hex(length))
    }),
    kind("git-digest", "commit", &["commit", "git_sha", "revision", "build_commit"], &["commit", "revision", "built from"], |prng| {
        let length = prng.one(&[7, 12, 40]);
        Value::plain(format!("{}{}", prng.of("abcdef", 1), prng.hex(length - 1)))
    }),
    kind(
        "digest",
        "digest of a file or image",
        &["sha256", "checksum", "digest", "image_digest", "etag"],
        &["digest", "checksum", "image"],
        |prng| {
            let (prefix, length) = prng.one(&[("", 64), ("sha256:", 64), ("", 32), ("md5:", 32)]);
            Value::plain(format!("{prefix}{}", prng.hex(length)))
        },
    ),
    kind("byte-count", "count of bytes", &["bytes", "size_bytes", "content_length", "heap_used"], &["bytes", "size", "heap"], |prng| {
        let length = prng.one(&[5, 7, 9, 10, 12, 13]);
        Value::plain(prng.digits(length))
    }),
    kind("offset", "offset of a queue or file", &["offset", "committed_offset", "lag", "position_in_log"], &["offset", "lag", "sequence"], |prng| {
        let length = prng.one(&[4, 6, 8, 9, 10]);
        Value::plain(prng.digits(length))
    }),
    kind("port", "host and port", &["listen", "bind_port", "upstream_host"], &["port", "listener", "upstream"], |prng| match prng.below(2) {
        0 => Value::plain(prng.between(1_025, 65_535).to_string()),
        _ => Value::plain(format!("ledger-{}.core.svc:{}", prng.between(1, 40), prng.between(1_025, 65_535))),
    }),
    kind("version", "version", &["version", "app_version", "driver_version", "schema_version"], &["version", "release", "driver version"], |prng| {
        Value::plain(match prng.below(4) {
            0 => format!("{}.{}.{}", prng.between(1, 30), prng.between(0, 40), prng.between(0, 99)),
            1 => format!("v{}.{}.{}.{}", prng.between(1, 12), prng.between(0, 9), prng.between(0, 99), prng.between(1, 250)),
            2 => format!("{}.{}.{}-rc.{}", prng.between(1, 9), prng.between(0, 40), prng.between(0, 9), prng.between(1, 9)),
            _ => format!("2026.{}.{}+build.{}", prng.between(1, 11), prng.between(1, 28), prng.digits(5)),
        })
    }),
    kind(
        "order-reference",
        "reference of an order or payment",
        &["order_ref", "end_to_end_id", "reference", "transaction_ref", "batch_ref"],
        &["order", "reference", "batch"],
        |prng| {
            Value::plain(match prng.below(4) {
                0 => format!("ORD-2026-{}", prng.any_digits(6)),
                1 => format!("INV{}", prng.digits(8)),
                2 => format!("TRX-{}-{}", prng.any_digits(4), prng.of("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 8)),
                _ => format!("BATCH/20261120/{}", prng.any_digits(4)),
            })
        },
    ),
    kind("amount", "amount of money", &["amount", "balance", "fee", "total", "limit_amount"], &["amount", "fee", "total"], |prng| {
        let (whole, cents) = (prng.between(1, 999), prng.any_digits(2));
        Value::plain(match prng.below(8) {
            0 => format!("{whole}.{}5", prng.between(0, 9)),
            1 => format!("{}.{}5", prng.digits(6), prng.between(0, 9)),
            2 => format!("{},{:03}.{cents}", prng.between(1, 99), whole),
            3 => format!("{}.{:03},{cents} EUR", prng.between(1, 99), whole),
            4 => format!("CHF {}'{:03}.{cents}", prng.between(1, 99), whole),
            5 => format!("USD {}.00", prng.digits(7)),
            6 => format!("-{whole}.{cents}€"),
            _ => format!("₹{},{:02},{:03}.00", prng.between(1, 99), prng.between(0, 99), whole),
        })
    }),
    kind("duration", "duration", &["duration", "elapsed", "latency", "timeout"], &["after", "took", "latency"], |prng| {
        Value::plain(match prng.below(5) {
            0 => format!("{}ms", prng.between(1, 99_999)),
            1 => format!("{}.{}s", prng.between(1, 900), prng.any_digits(3)),
            2 => format!("PT{}M{}S", prng.between(1, 59), prng.between(1, 59)),
            3 => format!("{:02}:{:02}:{:02}.{}", prng.between(0, 23), prng.between(0, 59), prng.between(0, 59), prng.any_digits(3)),
            _ => format!("{}us", prng.digits(7)),
        })
    }),
    kind(
        "http-status",
        "status and error codes",
        &["status_code", "http_status", "response_code", "errno"],
        &["status", "HTTP", "response code"],
        |prng| Value::plain(prng.one(&["200", "201", "302", "400", "401", "403", "404", "409", "422", "429", "500", "502", "503", "504"])),
    ),
    kind(
        "class-name",
        "class, method and thread names",
        &["logger_name", "thread_name", "bean", "handler"],
        &["logger", "thread", "handler"],
        |prng| {
            Value::plain(prng.one(&[
                "com.bank.payments.CardAuthorizationService",
                "o.s.web.servlet.DispatcherServlet",
                "org.hibernate.engine.jdbc.spi.SqlExceptionHelper",
                "http-nio-8080-exec-17",
                "ForkJoinPool.commonPool-worker-3",
                "kafka-producer-network-thread | producer-12",
                "pool-4-thread-128",
                "AccountStatementController#render",
                "PaymentOrderMapper.toEntity",
                "scheduling-1",
                "TransferValidator$$EnhancerBySpringCGLIB$$3f8a21bc",
            ]))
        },
    ),
    kind("file-path", "path of a file", &["file", "path", "log_file", "module_path"], &["file", "path", "reading"], |prng| {
        Value::plain(match prng.below(5) {
            0 => format!("/var/log/ledger/core-{}.log", prng.any_digits(4)),
            1 => format!("/srv/batch/in/pain001_20261120_{}.xml", prng.any_digits(6)),
            2 => format!("C:/apps/switch/conf/node{}.properties", prng.between(1, 99)),
            3 => format!("s3://bank-statements/2026/11/part-{}.parquet", prng.any_digits(5)),
            _ => format!("/opt/app/lib/netty-all-4.1.{}.Final.jar", prng.between(10, 120)),
        })
    }),
    kind("percentage", "percentage and rate", &["ratio", "cpu_load", "cache_hit_rate", "interest_rate"], &["load", "hit rate", "rate"], |prng| {
        Value::plain(match prng.below(3) {
            0 => format!("{}.{}%", prng.between(0, 99), prng.between(1, 9)),
            1 => format!("0.{}{}", prng.any_digits(4), prng.between(1, 9)),
            _ => format!("{} %", prng.between(1, 100)),
        })
    }),
    kind(
        "screen-position",
        "position of something on a screen",
        &["bounds", "click_at", "element_rect", "viewport"],
        &["clicked", "bounds", "viewport"],
        |prng| {
            Value::plain(match prng.below(4) {
                0 => format!("{}x{}", prng.between(320, 3_840), prng.between(480, 2_160)),
                1 => format!("x={},y={}", prng.between(0, 1_920), prng.between(0, 1_080)),
                2 => format!("({}.5, {}.25)", prng.between(0, 1_920), prng.between(0, 1_080)),
                _ => format!("[{},{}][{},{}]", prng.between(0, 99), prng.between(100, 400), prng.between(401, 900), prng.between(901, 1_900)),
            })
        },
    ),
    kind(
        "harmless-base64",
        "base64 without personal data",
        &["thumbnail", "avro_schema", "state_blob", "public_nonce"],
        &["blob", "nonce", "cursor"],
        |prng| {
            let text = match prng.below(3) {
                0 => format!("{{\"page\":{},\"sort\":\"asc\",\"limit\":50}}", prng.between(2, 900)),
                1 => "the quick brown fox jumps over the lazy dog".to_owned(),
                _ => format!("\u{0}\u{1}PNG\u{2}{}", prng.any_digits(24)),
            };
            Value::plain(crate::base64::encode(text.as_bytes()))
        },
    ),
    Class {
        frames: &[
            "the bill of materials {v} due in may, mark it as rich text",
            "will frank the chase summary at max speed, grace period {v}",
            "may retry, will wait, mark {v} as done, no bill yet",
            "dawn batch and summer time switch: {v} jobs, faith in the art of retry",
            "hope is no plan: {v} rows, pat the queue, jack of all trades",
        ],
        ..kind("name-words", "common words that are names too", &["hint", "note_code"], &["grace period", "may", "will"], |prng| {
            Value::plain(prng.one(&["will", "may", "grace", "mark", "bill", "rich", "chase", "summer", "max", "frank", "hope", "dawn"]))
        })
    },
    kind("counter", "counts and sequence numbers", &["count", "rows", "attempt", "sequence", "queue_depth"], &["rows", "count", "attempt"], |prng| {
        let length = prng.one(&[1, 2, 3, 4, 5, 6]);
        Value::plain(prng.digits(length))
    }),
    kind(
        "bank-code",
        "BIC: names a bank, not a person",
        &["bic", "swift_code", "correspondent_bic"],
        &["BIC", "correspondent", "SWIFT code"],
        |prng| {
            Value::plain(prng.one(&[
                "DEUTDEFF",
                "BNPAFRPPXXX",
                "CHASUS33",
                "BARCGB22",
                "NDEAFIHH",
                "INGBNL2A",
                "UBSWCHZH80A",
                "COBADEFFXXX",
                "HSBCSGSG",
            ]))
        },
    ),
    kind(
        "wrong-iban",
        "looks like an IBAN, is a build label",
        &["build_label", "artifact", "release_tag"],
        &["build", "artifact", "label"],
        |prng| {
            // The check digits of another number: no bank would take it.
            let right = iban("XX", &prng.digits(8));
            Value::plain(format!("BUILD-{}-{}", right.chars().skip(2).take(4).collect::<String>(), prng.hex(6)))
        },
    ),
    kind("enumeration", "constants and event names", &["event", "state", "reason", "outcome_code"], &["event", "state", "reason"], |prng| {
        Value::plain(prng.one(&[
            "PAYMENT_AUTHORIZED",
            "CARD_BLOCKED",
            "CUSTOMER_NOT_FOUND",
            "AC04_CLOSED",
            "SESSION_EXPIRED",
            "LIMIT_EXCEEDED",
            "RETRY_3_OF_5",
            "MT103_ACCEPTED",
            "PIN_TRIES_EXCEEDED",
            "PENDING-REVIEW",
        ]))
    }),
];
