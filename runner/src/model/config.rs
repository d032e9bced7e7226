//! What the JSON beside a model says, as far as it is used: `config.json` and `tokenizer_config.json` of the Hugging Face layout.

use std::collections::BTreeMap;

use schemas::limits::NER_LABELS_MAX;
use schemas::ner::{Label, Settings};

/// Tokens of a model whose configuration does not say how many it takes: what a BERT takes.
const TOKENS_MAX_DEFAULT: u32 = 512;

#[derive(serde::Deserialize)]
struct Config {
    id2label: BTreeMap<String, String>,
    max_position_embeddings: Option<u32>,
}

#[derive(serde::Deserialize)]
struct Tokenizer {
    do_lower_case: Option<bool>,
}

/// The labels by number, and how text is cut. Without a word about it in `tokenizer`, letters are made small when no piece of `vocabulary` has a capital.
///
/// # Errors
/// A fragment that completes "... `config.json`": what is wrong with it.
pub(super) fn read(config: &[u8], tokenizer: Option<&[u8]>, vocabulary: &str) -> Result<(Vec<String>, Settings), String> {
    let config: Config = serde_json::from_slice(config).map_err(|_| "config.json has no id2label, or is no JSON".to_owned())?;
    let mut labels = BTreeMap::new();
    for (number, label) in config.id2label {
        let number: usize = number.parse().map_err(|_| "config.json numbers a label with what is no number".to_owned())?;
        if label.contains('\n') || labels.insert(number, label).is_some() {
            return Err("config.json has two labels of one number, or one of two lines".to_owned());
        }
    }
    if labels.len() > NER_LABELS_MAX || !labels.keys().copied().eq(0..labels.len()) {
        return Err("config.json does not number its labels from 0 on, or has too many".to_owned());
    }
    let labels: Vec<String> = labels.into_values().collect();
    if labels.iter().all(|label| Label::of(label) == Label::Other) {
        return Err("config.json has no label for persons (PER, B-PER, I-PER, PERSON ...)".to_owned());
    }
    let told = match tokenizer {
        Some(bytes) => {
            serde_json::from_slice::<Tokenizer>(bytes).map_err(|_| "tokenizer_config.json is no JSON of a tokenizer".to_owned())?.do_lower_case
        }
        None => None,
    };
    // Pieces in brackets are signs of the model's own.
    let capitals = || vocabulary.lines().any(|piece| !piece.starts_with('[') && piece.chars().any(char::is_uppercase));
    let settings =
        Settings { lower_case: told.unwrap_or_else(|| !capitals()), tokens_max: config.max_position_embeddings.unwrap_or(TOKENS_MAX_DEFAULT) };
    Ok((labels, settings))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASED: &str = "[PAD]\n[UNK]\nHans\n";
    const SMALL: &str = "[PAD]\n[UNK]\nhans\n";

    #[track_caller]
    fn check(config: &str, tokenizer: Option<&str>, vocabulary: &str, expected: Result<(bool, u32), &str>) {
        let found = read(config.as_bytes(), tokenizer.map(str::as_bytes), vocabulary).map(|(_, settings)| (settings.lower_case, settings.tokens_max));
        match expected {
            Ok(settings) => assert_eq!(found, Ok(settings)),
            Err(says) => assert!(found.as_ref().is_err_and(|why| why.contains(says)), "{found:?}"),
        }
    }

    #[test]
    fn the_tokenizer_decides_about_capitals_and_else_the_vocabulary() {
        let config = r#"{"id2label": {"0": "O", "1": "B-PER", "2": "I-PER"}, "max_position_embeddings": 256, "more": [1]}"#;
        check(config, Some(r#"{"do_lower_case": true}"#), CASED, Ok((true, 256)));
        check(config, Some(r#"{"do_lower_case": false}"#), SMALL, Ok((false, 256)));
        check(config, Some("{}"), CASED, Ok((false, 256)));
        check(config, None, SMALL, Ok((true, 256)));
        check(config, Some("[]"), SMALL, Err("tokenizer_config.json"));
    }

    #[test]
    fn wrong_label_maps_are_refused() {
        check("{}", None, CASED, Err("no id2label"));
        check("no json", None, CASED, Err("no id2label"));
        check(r#"{"id2label": {"0": "O", "2": "PER"}}"#, None, CASED, Err("from 0 on"));
        check(r#"{"id2label": {"O": "0"}}"#, None, CASED, Err("no number"));
        check(r#"{"id2label": {"0": "O", "00": "PER"}}"#, None, CASED, Err("two labels of one number"));
        check(r#"{"id2label": {"0": "O", "1": "B-LOC"}}"#, None, CASED, Err("no label for persons"));
        check(r#"{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}"#, None, CASED, Err("no label for persons"));
        check(r#"{"id2label": {"0": "O", "1": "person"}}"#, None, CASED, Ok((false, 512)));
    }

    #[test]
    fn labels_stand_in_the_order_of_their_numbers() {
        let map: Vec<String> =
            (0..12).map(|number| format!(r#""{number}": "{}""#, if number == 11 { "PER".to_owned() } else { format!("L{number}") })).collect();
        let (labels, _) = read(format!(r#"{{"id2label": {{{}}}}}"#, map.join(",")).as_bytes(), None, CASED).unwrap();
        assert_eq!((labels[2].as_str(), labels[11].as_str()), ("L2", "PER"));
    }
}
