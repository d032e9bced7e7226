//! The parts: escapes, folds, whole values, names of fields.

use std::sync::LazyLock;

use fuzz::shape;
use schemas::pii::PiiClass;
use schemas::policy::Policy;

use super::seeded;
use crate::fields::Fields;
use crate::{canonical, detect, fold, json, walk};

static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields::new(&Policy::default()));

/// Escapes and folds: what is folded has a place in the original for each of its bytes; what is escaped unescapes to what it was.
#[test]
fn fold_and_escape() {
    seeded("sanitize-fold").check(|input| {
        let text = String::from_utf8_lossy(input);
        let (mut folded, mut map) = (String::new(), Vec::new());
        fold::fold_into(&text, &mut folded, &mut map);
        assert!(map.len() >= folded.len() && map.iter().all(|&at| at as usize <= text.len()));
        assert!(map.windows(2).all(|pair| pair[0] <= pair[1]));
        let (mut escaped, mut back, mut decoded) = (String::new(), String::new(), String::new());
        json::escape_into(&text, &mut escaped);
        fold::unescape_into(&escaped, &mut back);
        assert_eq!(back, *text);
        fold::unescape_into(&text, &mut back);
        fold::percent_decode_into(&text, &mut decoded);
        assert!(decoded.len() <= 3 * text.len());
        let ends = (json::string_end(input, 0), json::value_end(input, 0), json::word_end(input, 0));
        assert!(ends.1.is_none_or(|end| end <= input.len()));
        shape(&(fold::needs_fold(&text), folded.len().min(64), text.len() == decoded.len(), ends.1.is_some(), ends.0.is_some()))
    });
}

/// Values as a whole: numbers, classes, canonical forms.
#[test]
fn value() {
    seeded("sanitize-value").bytes_max(64).check(|input| {
        let text = String::from_utf8_lossy(input);
        let mut seen = 0;
        for &class in PiiClass::ALL {
            let (mut canonical, mut again) = (String::new(), String::new());
            canonical::canonical_into(class, &text, &mut canonical);
            canonical::canonical_into(class, &text, &mut again);
            assert_eq!(canonical, again, "{class:?}: the canonical form depends on more than the value");
            seen = seen * 3 + canonical.len().min(2);
        }
        shape(&(detect::class_of_whole(&text), walk::class_of_measure(&text), seen))
    });
}

/// Names of fields, of whatever characters.
#[test]
fn field() {
    seeded("sanitize-field").bytes_max(64).check(|input| {
        let text = String::from_utf8_lossy(input);
        let parent = FIELDS.decide(None, "customer", "customer");
        let top = FIELDS.decide(None, &text, &text);
        let inner = FIELDS.decide(Some(&parent), &text, &format!("customer.{text}"));
        let rule = |decision: &crate::fields::Decision| format!("{:?}", decision.rule);
        shape(&(rule(&top), rule(&inner), FIELDS.class_of_label(&text), top.roles.any()))
    });
}
