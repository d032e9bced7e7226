//! Fuzz target of questions: what an operator, or a script of one, hands to `logminer query`.

use fuzz::{Target, shape};

use crate::policy::ReportPolicy;
use crate::question::{QUESTION_BYTES_MAX, Question, QuestionError};

const TOKENS: &[&[u8]] = &[
    b"count",
    b"top ",
    b" customers",
    b" by ",
    b" where ",
    b" and ",
    b"event_type",
    b"endpoint",
    b"route",
    b"status",
    b"method",
    b"status_class",
    b"outcome",
    b"category",
    b"!=",
    b"<=",
    b">=",
    b"=",
    b"<",
    b">",
    b"''",
    b"'",
    b"65535",
    b"65536",
    b"0500",
    b"50",
    b"4294967296",
    b"\xc3\xa4",
    b"\xe2\x80\xae",
    b"\t",
];

/// A question has one form, which is again that question, and which can be asked: charged once means asked twice is the same text.
#[test]
fn question() {
    let seeds = ["count customers by endpoint where status>=500", "top 3 customers by status where route='it''s' and method!=GET", "count customers"];
    let target =
        seeds.iter().fold(Target::new("schemas-question", TOKENS).bytes_max(QUESTION_BYTES_MAX + 64), |target, seed| target.seed(seed.as_bytes()));
    target.check(|input| {
        let Ok(text) = std::str::from_utf8(input) else { return 0 };
        match text.parse::<Question>() {
            Ok(question) => {
                let canonical = question.to_string();
                assert!(canonical.len() <= QUESTION_BYTES_MAX, "the canonical form is too long to be handed on");
                let again = canonical.parse::<Question>().expect("the canonical form is a question");
                assert!(again == question && again.to_string() == canonical);
                assert!(question.top.is_none() || (question.by.is_some() && question.top.is_some_and(|places| (1..=50).contains(&places))));
                let policy = ReportPolicy::default();
                assert!(question.terms(&policy).0 > 0);
                shape(&(1, question.top.is_some(), question.by.map(|by| by as u8), question.conditions.len(), question.candidates(&policy).len()))
            }
            Err(QuestionError::TooLong) => 2,
            Err(QuestionError::Syntax { at, expected }) => {
                assert!(text.len() >= at.len());
                shape(&(3, expected, at.is_empty()))
            }
        }
    });
}
