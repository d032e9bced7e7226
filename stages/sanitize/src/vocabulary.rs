//! The words that stay under `strict`: ordinary words of bank and system logs ([`schemas::words`]), the words of the built-in field names, and those of
//! the policy's dictionary `vocabulary`.

use schemas::policy::{SanitizePolicy, VOCABULARY};
use schemas::words::Words;

use crate::fields::Fields;

/// The words that stay.
pub(crate) fn of(policy: &SanitizePolicy) -> Words {
    let own = policy.dictionary.iter().filter(|dictionary| dictionary.name == VOCABULARY).flat_map(|dictionary| &dictionary.words);
    let split = |text: &str| text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect::<Vec<_>>();
    let around = [&policy.token_prefix, &policy.token_suffix];
    Words::with(own.chain(around).flat_map(|text| split(text)).chain(Fields::words()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_logs_stay_and_names_go() {
        let vocabulary = of(&SanitizePolicy::default());
        for word in [
            "payment",
            "Declined",
            "PaymentService",
            "NullPointerException",
            "retrying",
            "stopped",
            "queries",
            "customer's",
            "HTTPServer",
            "T0042",
            "x",
        ] {
            assert!(vocabulary.has_all(word), "{word}");
        }
        for name in ["Jane", "Zwiebelfisch", "müller", "jdoe42", "JaneRoe", "Larkspurton1", "wang"] {
            assert!(!vocabulary.has_all(name), "{name}");
        }
    }
}
