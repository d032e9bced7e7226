//! Request bodies, from clean records to the fields of each route: what the log shows of a body is found, what belongs to the call is not, and
//! no value of few customers is shown.

use schemas::container::Container;
use schemas::ids::RecordRef;
use schemas::limits::{BODY_FIELDS_MAX, BODY_ROUTES_MAX};
use schemas::record::{BodyField, Clean, CleanRecord, Field, RecordKind, Scalar, Severity};
use stage_runtime::testing::{Harness, Outcome, container_of};

/// Fields of one record.
type Line = (String, Vec<(&'static str, Scalar<'static>)>);

fn text(text: String) -> Scalar<'static> {
    Scalar::Text(text.leak())
}

/// A call as a gateway logs it.
fn call(customer: u32, method: &'static str, path: &'static str, status: i64, body: &[(&'static str, Scalar<'static>)]) -> Line {
    let all = [
        ("event", text(format!("{method}{path}"))),
        ("http.method", Scalar::Text(method)),
        ("http.path", Scalar::Text(path)),
        ("http.status", Scalar::Int(status)),
        ("http.latency_ms", Scalar::Int(i64::from(customer))),
        ("thread", text(format!("worker-{}", customer % 3))),
        ("user_agent", text("app".to_owned())),
    ];
    (format!("[CUSTOMER_K1{customer}]"), all.into_iter().chain(body.iter().copied()).collect())
}

fn day() -> Vec<Line> {
    let mut lines = Vec::new();
    for customer in 0..60_u32 {
        let token = |class: &str| text(format!("[{class}_K1{customer}]"));
        lines.push(call(customer, "GET", "/accounts", 200, &[]));
        let amount = ("amount", Scalar::Float(f64::from(customer) + 0.5));
        let currency = ("currency", Scalar::Text(if customer % 3 == 0 { "PLN" } else { "EUR" }));
        let note = ("note", if customer == 7 { text("for-my-knee".to_owned()) } else { text("rent".to_owned()) });
        lines.push(call(customer, "POST", "/transfers", 201, &[amount, currency, ("payee.iban", token("IBAN")), note, ("transfer_id", token("ID"))]));
        // A refusal has other fields, and a few calls have one more.
        lines.push(call(customer, "POST", "/transfers", 422, &[("refused_by", Scalar::Text("limit"))]));
        if customer < 9 {
            lines.push(call(
                customer,
                "POST",
                "/transfers",
                201,
                &[amount, currency, ("payee.iban", token("IBAN")), note, ("express", Scalar::Bool(true))],
            ));
        }
        let logged = text(format!("{{\"card\":\"[CARD]\",\"limit\":{{\"amount\":{customer},\"per\":\"day\"}},\"tags\":[\"a\",\"b\"],\"x.y\":1}}"));
        lines.push(call(customer, "PUT", "/cards/limit", 200, &[("request_body", logged), ("channel", Scalar::Text("app"))]));
        lines.push(call(customer, "POST", "/logout", 204, &[]));
        // An advisor serves many customers, and is a person all the same; so do dates of one night, and a program's own words.
        let advisor = [("advisor", text("mkeller".to_owned())), ("due", text("2026-11-20".to_owned())), ("branch_no", Scalar::Int(17))];
        lines.push(call(customer, "POST", "/advice", 200, &[advisor.as_slice(), &[("hostname", text("pay-01".to_owned()))]].concat()));
        // Ten items of one call in ten are no field of most calls.
        let item = [("request.body.lines[].isin", token("ISIN")); 10];
        let order = [[("request.body.side", Scalar::Text("BUY"))].as_slice(), if customer % 10 == 0 { item.as_slice() } else { &[] }].concat();
        lines.push(call(customer, "POST", "/orders", 201, &order));
        // A log record of its own kind has a body too.
        lines.push(call(customer, "PUT", "/otel", 200, &[("body.msg", text("handled".to_owned()))]));
        lines.push(call(customer, "PATCH", "/profile", 200, &[("request.body.marketing", Scalar::Bool(customer % 2 == 0))]));
    }
    // Of two customers alone.
    for customer in [1, 2] {
        lines.push(call(customer, "POST", "/complaints", 201, &[("subject", Scalar::Text("my neighbour"))]));
    }
    lines
}

fn clean(lines: &[(u64, &Line)]) -> Vec<u8> {
    container_of::<Clean>(|block| {
        for (offset, (customer, fields)) in lines {
            let fields = fields.iter().map(|(path, value)| Field { path: block.intern(path), value: *value }).collect();
            let at = RecordRef { source: 0, offset: *offset };
            let record = CleanRecord { at, time_ns: None, severity: Severity::Info, session: "", customer, trace: "", message: "", fields };
            block.push(&record, None).unwrap();
        }
    })
}

fn run(step: &str, inputs: &[(&str, &[u8])], outputs: &[(&str, RecordKind)]) -> Outcome {
    let harness = inputs.iter().fold(Harness::new(step), |harness, (name, bytes)| harness.input(name, bytes.to_vec()));
    let outcome = outputs.iter().fold(harness, |harness, (name, kind)| harness.output(name, *kind)).run(stage_mine::process);
    assert_eq!(outcome.report.error, "", "{step}");
    outcome
}

/// The run's bodies, a line a field.
fn bodies(lines: &[(u64, &Line)], shards: usize) -> Vec<String> {
    let outputs = [
        ("skeleton", RecordKind::Skeleton),
        ("rare_shape", RecordKind::RareShape),
        ("event_type_part", RecordKind::EventType),
        ("body_part", RecordKind::BodyField),
    ];
    let parts: Vec<Outcome> =
        lines.chunks(lines.len().div_ceil(shards)).map(|lines| run("mine.skeleton", &[("clean", &clean(lines))], &outputs)).collect();
    let inputs: Vec<(&str, &[u8])> =
        outputs.iter().flat_map(|(name, _)| parts.iter().map(move |part| (*name, part.outputs[*name].as_slice()))).collect();
    let outputs = [("template", RecordKind::Template), ("event_type", RecordKind::EventType), ("body", RecordKind::BodyField)];
    let run = run("mine.templates", &inputs, &outputs);
    let container = Container::open(&run.outputs["body"]).unwrap();
    let mut scratch = Vec::new();
    let mut rows = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<BodyField>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            assert!(record.units.is_empty());
            rows.push(format!("{} {} {} {:?} {} {}", record.method, record.route, record.path, record.kind, record.value, record.count));
        }
    }
    rows
}

#[test]
fn the_fields_of_bodies_are_found_and_nothing_of_few() {
    let day = day();
    let numbered: Vec<(u64, &Line)> = (0..).zip(&day).collect();
    let found = bodies(&numbered, 1);
    let expected = [
        "PATCH /profile marketing Boolean false 60",
        "POST /advice advisor Text  60",
        "POST /advice branch_no Integer  60",
        "POST /advice due Text  60",
        "POST /orders side Text BUY 60",
        "POST /transfers amount Decimal  69",
        "POST /transfers currency Text EUR 69",
        "POST /transfers note Text  69",
        "POST /transfers payee.iban Token IBAN 69",
        "PUT /cards/limit card Token CARD 60",
        "PUT /cards/limit limit.amount Integer  60",
        "PUT /cards/limit limit.per Text day 60",
        "PUT /cards/limit tags[] Text a 60",
        // `msg` and `body` are the log's on other records too, where it has others.
        "PUT /otel msg Text handled 60",
    ];
    assert_eq!(found, expected);
    let mut reversed = numbered.clone();
    reversed.reverse();
    for (lines, shards) in [(&numbered, 3), (&numbered, 7), (&reversed, 2)] {
        assert_eq!(bodies(lines, shards), expected, "{shards} shards");
    }
}

#[test]
fn without_calls_that_have_no_body_nothing_tells_fields_apart() {
    let day: Vec<Line> = day().into_iter().filter(|(_, fields)| !fields.iter().any(|field| field.1 == Scalar::Text("GET"))).collect();
    let numbered: Vec<(u64, &Line)> = (0..).zip(&day).collect();
    let found = bodies(&numbered, 2);
    assert!(found.iter().all(|row| !row.starts_with("POST /transfers")) && found.iter().any(|row| row.starts_with("PUT /cards/limit")), "{found:?}");
}

/// More routes and fields than are counted: which are left does not depend on order or shards, and what is known of them is whole.
#[test]
fn beyond_the_limit_the_same_fields_are_left() {
    let mut day: Vec<Line> = (0..40).map(|customer| call(customer, "GET", "/accounts", 200, &[])).collect();
    for route in 0..900_u32 {
        let path: &'static str =
            format!("/things/kind-{}{}", char::from(b'a' + (route % 26) as u8), ["x", "y", "z"][route as usize % 3].repeat(route as usize / 26 + 1))
                .leak();
        for customer in 0..6 {
            let fields =
                ["request.body.amount", "request.body.currency", "request.body.note"].map(|name| (name, Scalar::Int(i64::from(customer % 2))));
            day.push(call(customer, "POST", path, 201, &fields));
        }
    }
    let numbered: Vec<(u64, &Line)> = (0..).zip(&day).collect();
    let found = bodies(&numbered, 1);
    assert!(found.iter().all(|row| row.ends_with(" 6")), "{found:?}");
    // Whole routes are left out, no single field.
    assert_eq!(found.len(), 3 * BODY_ROUTES_MAX);
    let mut reversed = numbered.clone();
    reversed.reverse();
    for (lines, shards) in [(&numbered, 3), (&reversed, 2)] {
        assert!(bodies(lines, shards) == found, "{shards} shards");
    }
}

/// With more fields than are counted on calls without a body, a field that is not among them may still be one of theirs: none is taken for a body's.
#[test]
fn what_calls_without_a_body_have_is_known_or_nothing_is_concluded() {
    let mut day = day();
    for customer in 0..3_000_u32 {
        let name: &'static str = format!("odd_{customer}").leak();
        day.push(call(customer % 50, "GET", "/odd", 200, &[(name, Scalar::Int(1))]));
    }
    let numbered: Vec<(u64, &Line)> = (0..).zip(&day).collect();
    for shards in [1, 3] {
        let found = bodies(&numbered, shards);
        assert!(
            found.iter().all(|row| !row.starts_with("POST /transfers")) && found.iter().any(|row| row.starts_with("PUT /cards/limit")),
            "{found:?}"
        );
    }
}

/// A body of more fields than are counted is left out whole.
#[test]
fn of_a_body_with_too_many_fields_none_is_known() {
    let mut day = day();
    let names: Vec<&'static str> = (0..=BODY_FIELDS_MAX).map(|number| &*format!("request.body.field_{number}").leak()).collect();
    for customer in 0..6 {
        let fields: Vec<_> = names.iter().map(|name| (*name, Scalar::Int(1))).collect();
        day.push(call(customer, "POST", "/wide", 201, &fields[..fields.len() / 2]));
        day.push(call(customer, "POST", "/wide", 201, &fields[fields.len() / 2..]));
    }
    let numbered: Vec<(u64, &Line)> = (0..).zip(&day).collect();
    let found = bodies(&numbered, 1);
    assert!(found.iter().all(|row| !row.contains("/wide")) && found.iter().any(|row| row.starts_with("POST /orders")), "{found:?}");
    assert_eq!(bodies(&numbered, 3), found);
}
