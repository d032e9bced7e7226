//! What the operators of a policy leave of values, and that they leave the rest of the promises alone.

mod common;

use common::{Run, raw};
use schemas::exit::Exit;
use schemas::pii::PiiClass;
use schemas::policy::{CustomPattern, Dictionary, SanitizePolicy};
use schemas::record::RecordKind;

fn run(change: impl FnOnce(&mut SanitizePolicy)) -> Run {
    let mut run = Run::default();
    change(&mut run.policy.sanitize);
    run
}

fn with_class(class: PiiClass, operator: &str) -> Run {
    run(|policy| _ = policy.operators.insert(class, operator.parse().unwrap()))
}

fn with_field(field: &str, operator: &str) -> Run {
    run(|policy| _ = policy.field_operators.insert(field.to_owned(), operator.parse().unwrap()))
}

/// What operators wrote in a text, class by class.
fn written(text: &str, class: &str) -> Vec<String> {
    let head = format!("[{class}_");
    let pieces = text.split(&head).skip(1);
    pieces.filter_map(|piece| piece.split_once(']')?.0.split_once(':').map(|(_, body)| body.to_owned())).collect()
}

fn message(line: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    value["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_card_is_masked_in_every_carrier() {
    let run = with_class(PiiClass::Card, "mask:6:4");
    let texts = [
        "paid with 4111111111111111 today",
        "card=4111111111111111",
        r#"{"card_number":4111111111111111}"#,
        r#"{"m":"{\"pan\":\"4111111111111111\"}"}"#,
        r#"{"u":"https://x.test/p?c=4111%3111111111111&d=1","pan":"4111111111111111"}"#,
    ];
    for line in run.lines(&texts) {
        assert_eq!(written(&line, "CARD").first().map(String::as_str), Some("411111******1111"), "{line}");
        assert!(!line.contains("11111111"), "{line}");
    }
    let line = run.lines(&["card 4111-1111-1111-1111 ok"]).remove(0);
    assert_eq!(written(&line, "CARD"), ["4111-11**-****-1111"]);
}

#[test]
fn what_cannot_be_masked_safely_is_a_token() {
    let run = with_class(PiiClass::Account, "mask:0:4");
    let lines = run.lines(&["account=12345678", "account=12345678901234567"]);
    assert!(written(&lines[0], "ACCOUNT").is_empty() && lines[0].contains("[ACCOUNT_"), "{}", lines[0]);
    assert_eq!(written(&lines[1], "ACCOUNT"), ["*************4567"]);
}

#[test]
fn addresses_dates_and_positions_become_coarse() {
    let run = run(|policy| {
        for (class, operator) in [
            (PiiClass::Ip, "generalise"),
            (PiiClass::BirthDate, "generalise:month"),
            (PiiClass::Geo, "generalise:1"),
            (PiiClass::Address, "generalise:2"),
        ] {
            policy.operators.insert(class, operator.parse().unwrap());
        }
    });
    let line = run.lines(&[r#"{"m":"from 203.0.113.61","dob":"1980-02-03","lat":52.52437,"zip":"90210","street":"12 High Street"}"#]).remove(0);
    assert_eq!(written(&line, "IP"), ["203.0.113.0/24"]);
    assert_eq!(written(&line, "BIRTH_DATE"), ["1980-02"]);
    assert_eq!(written(&line, "GEO"), ["52.5"]);
    assert_eq!(written(&line, "ADDRESS"), ["90*"], "a street has no area and is a token: {line}");
}

#[test]
fn dates_of_one_customer_move_together_wherever_the_customer_stands() {
    let run = with_class(PiiClass::BirthDate, "date_shift:30");
    let lines = run.lines(&[
        r#"{"dob":"1980-02-03","other":{"date_of_birth":"2001-12-31"},"customer_id":"C-1"}"#,
        r#"{"customer_id":"C-1","dob":"03.02.1980","birth_date":"1980-02-03"}"#,
        "customer_id=C-1 dob=1980-02-03 ok",
        r#"{"customer_id":"C-2","dob":"1980-02-03"}"#,
        r#"{"dob":"1980-02-03"}"#,
    ]);
    let first = written(&lines[0], "BIRTH_DATE");
    assert_eq!(first.len(), 2, "{}", lines[0]);
    assert!(!lines.iter().any(|line| line.contains("1980-02-03")), "{lines:#?}");
    assert!(first[0] != "1980-02-03" && first[0].len() == 10);
    // A notation that does not say which part is the day is a token; the other field of the record moves as before.
    assert_eq!(written(&lines[1], "BIRTH_DATE"), first[..1]);
    assert_eq!(written(&lines[2], "BIRTH_DATE"), first[..1]);
    assert_eq!(written(&lines[3], "BIRTH_DATE").len(), 1);
    assert!(written(&lines[4], "BIRTH_DATE").is_empty() && lines[4].contains("[BIRTH_DATE_"), "no customer, no days: {}", lines[4]);
}

#[test]
fn a_drawn_value_keeps_its_shape_and_its_equality() {
    let run = run(|policy| {
        for class in [PiiClass::Card, PiiClass::Iban] {
            policy.operators.insert(class, "format_preserving".parse().unwrap());
        }
    });
    let lines = run.lines(&["card 4111-1111-1111-1111", "pan=4111111111111111", "iban DE89370400440532013000", "card 5555555555554444"]);
    let drawn: Vec<String> = lines.iter().flat_map(|line| [written(line, "CARD"), written(line, "IBAN")].concat()).collect();
    assert_eq!(drawn.len(), 4, "{lines:#?}");
    assert_eq!(drawn[0].replace('-', ""), drawn[1]);
    assert_eq!((drawn[0].len(), drawn[1].len(), drawn[2].len()), (19, 16, 22));
    assert_ne!(drawn[1], drawn[3]);
    assert!(!lines.iter().any(|line| line.contains("1111") || line.contains("37040044")));
}

#[test]
fn a_field_has_an_operator_of_its_own() {
    let line = with_field("billing_ip", "generalise").lines(&[r#"{"billing_ip":"203.0.113.61","client_ip":"203.0.113.61"}"#]).remove(0);
    assert_eq!(written(&line, "IP"), ["203.0.113.0/24"]);
    assert_eq!(line.matches("[IP_").count(), 2, "{line}");
    let line = with_field("payment.card*", "mask:0:4")
        .lines(&[r#"{"payment":{"card":{"number":"4111111111111111","pan":["5555555555554444"]}},"pan":"4111111111111111"}"#])
        .remove(0);
    assert_eq!(written(&line, "CARD"), ["************1111", "************4444"], "{line}");
    let lines = with_field("amount", "generalise:100").lines(&[
        r#"{"amount":1234.56,"fee":12.5}"#,
        r#"{"amount":"1234.56"}"#,
        r#"{"m":"{\"amount\":1234.56}"}"#,
        "paid amount=1234.56 EUR",
        r#"{"amount":"4111111111111111 or so"}"#,
    ]);
    for (line, expected) in lines.iter().zip([r#"["amount",1200]"#, r#"["amount","1200"]"#, r#"\"amount\":1200"#, "amount=1200 EUR", "[CARD_"]) {
        assert!(line.contains(expected) && !line.contains("1234") && !line.contains("4111"), "{expected} not in {line}");
    }
}

#[test]
fn sanitizing_twice_changes_nothing_under_any_operator() {
    let texts = [
        "card 4111-1111-1111-1111 account=12345678901234567 from 203.0.113.61 dob=1980-02-03 customer_id=C-77 ok",
        "user jane@x.com, iban DE89370400440532013000; phone +44 20 7946 0958 account 12345678, password=hunter2 end",
        r#"body {"customer_name":"Jane Roe","ip":"203.0.113.9","n":{"dob":"1980-01-01"},"lat":"52.52437","amount":123456.7} end jane%40x.com"#,
        "insert into t (card_no, name, note) values ('4111111111111111', 'Jane Roe', 'from 203.0.113.9') {\"pan\":[\"4539\",\"6613\",\"1860\",\"9139\"],\"card_hi\":45396613,\"card_lo\":18609139}",
        "Mr Ottokar Zwiebel (customer Jane Roe) accounts 55779911, 55779912 and 4111111111111111 pin 4821",
    ];
    let policies: [fn(&mut SanitizePolicy); 5] = [
        |policy| policy.strict = true,
        |policy| {
            // Hungry enough to eat tokens, if it were let.
            policy.pattern = vec![CustomPattern { pattern: "[A-Z0-9]{5,}".to_owned(), ..loan_pattern() }];
            policy.dictionary = vec![dictionary("words", Some(PiiClass::Name), &["customer", "card"])];
            policy.operators.insert(PiiClass::Card, "mask:6:4".parse().unwrap());
        },
        |policy| {
            for (class, operator) in
                [(PiiClass::Card, "mask:6:4"), (PiiClass::Account, "mask:2:2"), (PiiClass::Ip, "generalise"), (PiiClass::BirthDate, "date_shift")]
            {
                policy.operators.insert(class, operator.parse().unwrap());
            }
        },
        |policy| {
            for class in [PiiClass::Card, PiiClass::Account, PiiClass::Iban, PiiClass::Phone, PiiClass::Email, PiiClass::Name, PiiClass::User] {
                policy.operators.insert(class, "format_preserving".parse().unwrap());
            }
            policy.operators.insert(PiiClass::BirthDate, "generalise".parse().unwrap());
            policy.field_operators.insert("amount".to_owned(), "generalise:1000".parse().unwrap());
        },
        |policy| (policy.token_prefix, policy.token_suffix) = ("tok.".to_owned(), "|end|".to_owned()),
    ];
    for change in policies {
        let run = run(change);
        let once: Vec<String> = run.lines(&texts).iter().map(|line| message(line)).collect();
        assert!(once.iter().zip(texts).all(|(once, text)| once != text));
        let twice: Vec<String> = run.lines(&once.iter().map(String::as_str).collect::<Vec<_>>()).iter().map(|line| message(line)).collect();
        assert_eq!(twice, once);
    }
}

#[test]
fn no_writing_names_a_customer_or_a_session() {
    let run = run(|policy| {
        policy.operators.insert(PiiClass::User, "format_preserving".parse().unwrap());
        policy.token_prefix = "tok.".to_owned();
    });
    let lines = run.lines(&[r#"{"user_id":"maximiliane.roe77"}"#, r#"{"user_id":"maximiliane.roe77","customer_id":"C-1","session_id":"s-9912"}"#]);
    let value = |line: &str, key: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()[key].as_str().unwrap().to_owned();
    assert_eq!(value(&lines[0], "customer"), "", "a drawn user name is no token");
    assert!(value(&lines[1], "customer").starts_with("[CUSTOMER_") && value(&lines[1], "session").starts_with("[SESSION_"));
    assert!(lines[1].contains("tok.[CUSTOMER_"), "{}", lines[1]);
}

#[test]
fn threads_do_not_show_under_any_operator() {
    let lines: Vec<String> = (0..4000)
        .map(|i| {
            let dates = format!(r#""dob":"19{:02}-03-{:02}","card":"4111111111111111""#, i % 80 + 10, i % 28 + 1);
            format!(r#"{{{dates},"customer_id":"C-{:04}","amount":{i},"m":"from 203.0.113.{} to {{\"dob\":\"1980-02-03\"}}"}}"#, i % 97, i % 250)
        })
        .collect();
    let raw = common::raw_in_blocks(&lines, 250);
    let bytes = |threads| {
        let mut run = run(|policy| {
            for (class, operator) in [(PiiClass::Card, "format_preserving"), (PiiClass::BirthDate, "date_shift:90"), (PiiClass::Ip, "generalise")] {
                policy.operators.insert(class, operator.parse().unwrap());
            }
            policy.field_operators.insert("amount".to_owned(), "generalise:50".parse().unwrap());
        });
        run.threads = threads;
        let outcome = run.all(std::slice::from_ref(&raw)).remove(0);
        (outcome.outputs["clean"].clone(), outcome.report.counters)
    };
    let one = bytes(1);
    assert!(one == bytes(2) && one == bytes(5));
}

#[test]
fn a_policy_that_may_not_be_is_refused_with_exit_32() {
    let policies: [fn(&mut SanitizePolicy); 6] = [
        |policy| _ = policy.operators.insert(PiiClass::Secret, "token".parse().unwrap()),
        |policy| _ = policy.operators.insert(PiiClass::Customer, "drop".parse().unwrap()),
        |policy| policy.keep_fields.push("cvv".to_owned()),
        |policy| _ = policy.field_operators.insert("customer_id".to_owned(), "format_preserving".parse().unwrap()),
        |policy| _ = policy.field_operators.insert("colour".to_owned(), "mask".parse().unwrap()),
        |policy| policy.token_prefix = "[".to_owned(),
    ];
    for change in policies {
        let run = run(change);
        let outcome = run.step("sanitize.collect").input("raw", raw(&["x"])).output("lexicon_part", RecordKind::Lexicon).run(stage_sanitize::process);
        assert_eq!(outcome.report.exit, Exit::KeyRefused, "{}", outcome.report.error);
    }
    let open = run(|policy| policy.keep_fields.push("p*".to_owned()));
    let line = open.lines(&[r#"{"password":"hunter2","plan":"Jane"}"#, "pin=4821 plan=x"]).join(" ");
    assert!(!line.contains("hunter2") && !line.contains("4821") && line.contains(r#"["plan","Jane"]"#), "{line}");
}

fn loan_pattern() -> CustomPattern {
    CustomPattern { name: "loan".to_owned(), class: Some(PiiClass::Account), pattern: r"\bLN-?(\d{6})\b".to_owned(), ..Default::default() }
}

fn dictionary(name: &str, class: Option<PiiClass>, words: &[&str]) -> Dictionary {
    Dictionary { name: name.to_owned(), class, words: words.iter().map(|&word| word.to_owned()).collect(), ..Default::default() }
}

#[test]
fn patterns_and_words_of_the_policy_are_replaced_in_every_carrier() {
    let run = run(|policy| {
        policy.pattern = vec![
            loan_pattern(),
            CustomPattern {
                operator: Some("drop".parse().unwrap()),
                ..CustomPattern { name: "box".to_owned(), pattern: "BOX[A-Z]+".to_owned(), ..loan_pattern() }
            },
        ];
        policy.dictionary = vec![dictionary("projects", Some(PiiClass::Name), &["bluebird", "Projekt Zürich"])];
    });
    let texts = [
        "form LN-123456 of BOXABC for BlueBird, bluebirds stay",
        r#"{"note":"LN-123456","x":{"y":["Bluebird and 4111111111111111"]}}"#,
        r#"{"m":"{\"z\":\"LN123456\"}","u":"https://x.test/?q=LN%2D123456"}"#,
        "status=ok; projekt zürich LN-123456, card 4111 1111 1111 1111",
        r#"{"logger":"c.b.LN-123456"}"#,
    ];
    let lines = run.lines(&texts);
    for line in &lines {
        assert!(
            !line.contains("123456") && !line.to_lowercase().contains("bluebird ") && !line.contains("BOXABC") && !line.contains("zürich"),
            "{line}"
        );
        assert!(line.contains("[ACCOUNT_") || line.contains("[CARD_"), "{line}");
    }
    assert!(
        lines[0].contains("form LN-[ACCOUNT_") && lines[0].contains("of [ACCOUNT] for [NAME_") && lines[0].contains("bluebirds stay"),
        "{}",
        lines[0]
    );
    let account = |line: &str| line.split("[ACCOUNT_").nth(1).and_then(|rest| rest.get(..19)).unwrap().to_owned();
    assert!([1, 2, 3].iter().all(|&at| account(&lines[at]) == account(&lines[0])), "one value is one token: {lines:#?}");
    let plain = Run::default().lines(&texts);
    assert!(plain[0].contains("LN-123456 of BOXABC for BlueBird"), "{}", plain[0]);
    let rows = explained(&run, None, "detector");
    assert!(rows.iter().any(|row| row[0] == "pattern loan" && row[1] == "ACCOUNT") && rows.iter().any(|row| row[0] == "dictionary projects"));
}

#[test]
fn a_pattern_that_is_wrong_by_its_own_examples_stops_the_step() {
    for entry in [
        CustomPattern { must_match: vec!["none".to_owned()], ..loan_pattern() },
        CustomPattern { must_not_match: vec!["LN-123456".to_owned()], ..loan_pattern() },
        CustomPattern { pattern: "x*".to_owned(), ..loan_pattern() },
    ] {
        let run = run(|policy| policy.pattern.push(entry));
        let outcome = run.step("sanitize.collect").input("raw", raw(&["x"])).output("lexicon_part", RecordKind::Lexicon).run(stage_sanitize::process);
        assert_eq!(outcome.report.exit, Exit::KeyRefused);
        assert!(outcome.report.error.contains("sanitize.pattern.0."), "{}", outcome.report.error);
    }
}

#[test]
fn strict_keeps_words_of_the_vocabulary_alone() {
    let run = run(|policy| {
        policy.strict = true;
        policy.dictionary.push(dictionary("vocabulary", None, &["Tannhauser gate"]));
    });
    let texts = [
        "Payment of 12.50 EUR to zwiebelfisch declined by PaymentService in 120ms, trace 4bf92f3577b34da6a3ce929d0e0e4736 at 10:30:45",
        r#"{"message":"customer ottokar called about Tannhauser gate","amount":12.5,"logger":"com.acmebank.Zwiebel","email":"jane@x.com","note":"see o'brien, \u674e\u660e"}"#,
        r#"body {"note":"sent to ottokar","status":"ok"} card 4111111111111111"#,
    ];
    let lines = run.lines(&texts);
    assert!(
        message(&lines[0])
            .starts_with("Payment of 12.50 EUR to <WORD> declined by PaymentService in 120ms, trace 4bf92f3577b34da6a3ce929d0e0e4736 at 10:30:45"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains("customer <WORD> called about Tannhauser gate") && lines[1].contains("see <WORD>, <WORD>"), "{}", lines[1]);
    assert!(
        lines[1].contains(r#"["amount",12.5]"#) && lines[1].contains("com.acmebank.Zwiebel") && lines[1].contains("[EMAIL_"),
        "technical fields as ever: {}",
        lines[1]
    );
    assert_eq!(message(&lines[2]).split("card").next(), Some(r#"body {"note":"sent to <WORD>","status":"ok"} "#));
    let once: Vec<String> = lines.iter().map(|line| message(line)).collect();
    let twice: Vec<String> = run.lines(&once.iter().map(String::as_str).collect::<Vec<_>>()).iter().map(|line| message(line)).collect();
    assert_eq!(twice, once);
    assert!(Run::default().lines(&texts)[0].contains("to zwiebelfisch declined"), "off by default");
}

/// The rows of a table of `explain`.
fn explained(run: &Run, fields: Option<&str>, table: &str) -> Vec<Vec<String>> {
    let fields = fields.map(str::to_owned);
    let policy = run.policy.clone();
    let step = stage_runtime::testing::Harness::new("sanitize.explain").job(|job| {
        job.policy = policy;
        job.parameters.extend(fields.map(|fields| ("fields".to_owned(), fields)));
    });
    let outcome = step.run(stage_sanitize::process);
    assert_eq!(outcome.report.error, "");
    outcome.report.facts[table].lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn a_policy_tells_what_it_does_with_a_field_and_which_rule_decided() {
    let run = run(|policy| {
        policy.keep_fields.push("build".to_owned());
        policy.fields.insert("*_handle".to_owned(), PiiClass::User);
        policy.field_operators.insert("amount".to_owned(), "generalise:100".parse().unwrap());
        policy.operators.insert(PiiClass::Ip, "generalise".parse().unwrap());
    });
    let asked = "build\nchat_handle\namount\nclientIp\ncustomer.name\nservice.name\ncredentials.x\naccount.number\nnote\naddress.whatever\nbuild.cvv\ncore_cif";
    let rows = explained(&run, Some(asked), "field");
    let expected = [
        ("kept without a look", "-", "-", "keep_fields"),
        ("replaced as a whole", "USER", "token", "fields of the policy"),
        ("numbers put in bands, text searched", "-", "generalise:100", "field_operators"),
        ("replaced as a whole", "IP", "generalise", "the built-in table names it"),
        ("replaced as a whole", "NAME", "token", "the built-in table names it"),
        ("numbers and times kept, text searched for unmistakable values", "-", "-", "of a thing"),
        ("replaced as a whole", "SECRET", "drop", "below a secret"),
        ("replaced as a whole", "ACCOUNT", "token", "together with the field above it"),
        ("searched", "-", "-", "no rule names it"),
        ("replaced as a whole", "ADDRESS", "token", "what the field above it is"),
        ("replaced as a whole", "SECRET", "drop", "which no policy keeps"),
        ("replaced as a whole when it looks like one, else searched", "CUSTOMER", "token", "the built-in table names it"),
    ];
    assert_eq!(rows.len(), expected.len());
    for (row, (does, class, operator, why)) in rows.iter().zip(expected) {
        assert_eq!((row[1].as_str(), row[2].as_str(), row[3].as_str()), (does, class, operator), "{row:?}");
        assert!(row[4].contains(why), "{row:?}");
    }
}

#[test]
fn every_class_and_every_detector_is_listed_with_what_it_finds() {
    let run = with_class(PiiClass::Card, "mask:6:4");
    let classes = explained(&run, None, "class");
    assert_eq!(classes.len(), PiiClass::ALL.len());
    assert!(classes.iter().any(|row| row[0] == "CARD" && row[1] == "mask:6:4" && row[2].parse::<usize>().unwrap() > 10));
    let detectors = explained(&run, None, "detector");
    let find = |id: &str| detectors.iter().find(|row| row[0] == id).unwrap_or_else(|| panic!("{id} is not listed")).clone();
    assert_eq!(find("card")[1..4], ["CARD", "shape", "-"]);
    assert_eq!(find("customer")[1..4], ["CUSTOMER", "cue", "-"]);
    assert!(detectors.iter().any(|row| row[3] == "DE"));
    for (id, need) in
        [("email", "shape"), ("phone", "shape"), ("account", "cue"), ("date", "cue"), ("code", "cue"), ("nino", "shape"), ("jwt", "shape")]
    {
        assert_eq!(find(id)[2], need, "{id}");
    }
    // What is known as harmless has no class; all else has one.
    assert!(detectors.iter().all(|row| row[1] != "-" || row[0] == "uuid"), "{detectors:#?}");
}
