//! Patterns and dictionaries of a policy: compiled once, checked by their own examples, searched in time linear in the text.
//!
//! Nothing here is asked for a policy that has neither. A pattern is refused when it can match nothing at all, when it compiles to more than its
//! bound, or when its examples say otherwise: a pattern that does not do what its author wrote beside it must not decide what is personal.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use crate::pii::{Operator, PiiClass};
use crate::policy::{CheckDigits, CustomPattern, Refusal, SanitizePolicy};

/// Patterns of a policy.
pub const PATTERNS_MAX: usize = 64;
/// Bytes of one pattern as it is written.
pub const PATTERN_BYTES_MAX: usize = 2_000;
/// Bytes one pattern may compile to.
pub const COMPILED_BYTES_MAX: usize = 1 << 20;
/// Bytes all patterns may compile to together.
pub const COMPILED_TOGETHER_BYTES_MAX: usize = 8 << 20;
/// Bytes the lazy automaton of one pattern may hold in each thread; the one of all together may hold four times as much.
const LAZY_BYTES_MAX: usize = 256 << 10;
/// Groups in groups.
const NEST_MAX: u32 = 40;
/// Bytes before a value in which a word of its context must stand.
const CONTEXT_BYTES: usize = 60;
/// A text with the ends and borders at which what matches nothing matches.
const PROBE: &str = "a 1-_\n";

/// A value that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Class.
    pub class: PiiClass,
    /// Operator of its own.
    pub operator: Option<Operator>,
}

struct Pattern {
    regex: Regex,
    class: PiiClass,
    operator: Option<Operator>,
    context: Vec<String>,
    check: Option<CheckDigits>,
}

struct Words {
    automaton: AhoCorasick,
    /// Class and operator by word.
    classes: Vec<(PiiClass, Option<Operator>)>,
}

/// The compiled patterns and dictionaries of a policy.
pub struct Patterns {
    set: RegexSet,
    patterns: Vec<Pattern>,
    words: Option<Words>,
}

impl Patterns {
    /// Compiles; none for a policy that has neither patterns nor words.
    ///
    /// # Errors
    /// Every entry that is refused, by its place in the policy.
    pub fn compile(policy: &SanitizePolicy) -> Result<Option<Self>, Vec<Refusal>> {
        let mut refused = Vec::new();
        if policy.pattern.len() > PATTERNS_MAX {
            return Err(vec![refusal(&["sanitize", "pattern"], format!("there are more than {PATTERNS_MAX} patterns"))]);
        }
        let mut patterns = Vec::new();
        for (at, entry) in policy.pattern.iter().enumerate() {
            match compile_one(entry) {
                Ok(pattern) => {
                    refused.extend(wrong_examples(at, entry, &pattern));
                    patterns.push(pattern);
                }
                Err((key, why)) => refused.push(refusal(&["sanitize", "pattern", &at.to_string(), key], why)),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let set = RegexSetBuilder::new(policy.pattern.iter().map(|entry| entry.pattern.as_str()))
            .size_limit(COMPILED_TOGETHER_BYTES_MAX)
            .dfa_size_limit(4 * LAZY_BYTES_MAX)
            .nest_limit(NEST_MAX)
            .build()
            .map_err(|_| {
                vec![refusal(&["sanitize", "pattern"], format!("the patterns compile to more than {COMPILED_TOGETHER_BYTES_MAX} bytes together"))]
            })?;
        let words = words(policy).map_err(|()| vec![refusal(&["sanitize", "dictionary"], "the words are too many together".to_owned())])?;
        Ok((!patterns.is_empty() || words.is_some()).then_some(Self { set, patterns, words }))
    }

    /// Appends what is found in a text, in the order of places; where values overlap, all are named.
    pub fn find(&self, text: &str, found: &mut Vec<Match>) {
        let before = found.len();
        if !self.patterns.is_empty() {
            for number in self.set.matches(text) {
                if let Some(pattern) = self.patterns.get(number) {
                    found.extend(pattern.spans(text).map(|(start, end)| Match { start, end, class: pattern.class, operator: pattern.operator }));
                }
            }
        }
        if let Some(words) = &self.words {
            found.extend(words.find(text));
        }
        found[before..].sort_by_key(|found| (found.start, found.end));
    }
}

/// What a policy's patterns and dictionaries are refused for.
#[must_use]
pub fn refusals(policy: &SanitizePolicy) -> Vec<Refusal> {
    Patterns::compile(policy).err().unwrap_or_default()
}

fn refusal(place: &[&str], why: String) -> Refusal {
    Refusal { place: place.iter().map(|part| (*part).to_owned()).collect(), why }
}

fn compile_one(entry: &CustomPattern) -> Result<Pattern, (&'static str, String)> {
    let Some(class) = entry.class else { return Err(("name", "it has no class".to_owned())) };
    if let Some(why) = entry.operator.and_then(|operator| operator.refused_for(class)) {
        return Err(("operator", why));
    }
    if entry.pattern.len() > PATTERN_BYTES_MAX {
        return Err(("pattern", format!("it has more than {PATTERN_BYTES_MAX} bytes")));
    }
    let regex = RegexBuilder::new(&entry.pattern).size_limit(COMPILED_BYTES_MAX).dfa_size_limit(LAZY_BYTES_MAX).nest_limit(NEST_MAX).build();
    let regex = regex.map_err(|error| {
        let why = match error {
            regex::Error::CompiledTooBig(_) => format!("it compiles to more than {COMPILED_BYTES_MAX} bytes; use fewer or smaller repetitions"),
            _ => "it is no regular expression (no look-around, no back references)".to_owned(),
        };
        ("pattern", why)
    })?;
    let pattern = Pattern {
        regex,
        class,
        operator: entry.operator,
        context: entry.context.iter().map(|word| word.to_lowercase()).collect(),
        check: entry.check,
    };
    if [&"", &PROBE].iter().any(|text| pattern.matches(text).any(|(start, end)| start == end)) {
        return Err(("pattern", "it matches the empty text, which is everywhere".to_owned()));
    }
    Ok(pattern)
}

fn wrong_examples(at: usize, entry: &CustomPattern, pattern: &Pattern) -> Vec<Refusal> {
    let at = at.to_string();
    let examples = |key: &'static str, texts: &[String], must: bool| -> Vec<Refusal> {
        let wrong = texts.iter().enumerate().filter(|(_, text)| pattern.spans(text).next().is_some() != must);
        let why = if must { "the pattern does not find anything in this example" } else { "the pattern finds something in this example" };
        wrong.map(|(number, _)| refusal(&["sanitize", "pattern", &at, key, &number.to_string()], why.to_owned())).collect()
    };
    [examples("must_match", &entry.must_match, true), examples("must_not_match", &entry.must_not_match, false)].concat()
}

impl Pattern {
    /// Spans of the first group, or of the whole, whatever stands around them.
    fn matches<'t>(&'t self, text: &'t str) -> Box<dyn Iterator<Item = (usize, usize)> + 't> {
        if self.regex.captures_len() == 1 {
            return Box::new(self.regex.find_iter(text).map(|found| (found.start(), found.end())));
        }
        let group = |captures: regex::Captures<'t>| captures.get(1).or_else(|| captures.get(0)).map(|found| (found.start(), found.end()));
        Box::new(self.regex.captures_iter(text).filter_map(group))
    }

    /// Spans of values.
    fn spans<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        self.matches(text).filter(|&(start, end)| {
            let value = text.get(start..end).unwrap_or_default();
            !value.is_empty() && self.check.is_none_or(|check| has_check(check, value)) && self.has_context(text, start)
        })
    }

    fn has_context(&self, text: &str, at: usize) -> bool {
        if self.context.is_empty() {
            return true;
        }
        let from = (at.saturating_sub(CONTEXT_BYTES)..=at).find(|&from| text.is_char_boundary(from)).unwrap_or(at);
        let before = text.get(from..at).unwrap_or_default().to_lowercase();
        self.context.iter().any(|word| before.match_indices(word.as_str()).any(|(start, _)| is_bounded(&before, start, start + word.len())))
    }
}

fn words(policy: &SanitizePolicy) -> Result<Option<Words>, ()> {
    let (mut all, mut classes) = (Vec::new(), Vec::new());
    for dictionary in &policy.dictionary {
        let Some(class) = dictionary.class else { continue };
        for word in dictionary.words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
            let mut forms = vec![word.to_owned()];
            if !word.is_ascii() {
                // The automaton folds ASCII alone.
                forms.extend([word.to_lowercase(), word.to_uppercase()]);
            }
            forms.dedup();
            classes.extend(std::iter::repeat_n((class, dictionary.operator), forms.len()));
            all.extend(forms);
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    let automaton = AhoCorasickBuilder::new().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(&all).map_err(|_| ())?;
    Ok(Some(Words { automaton, classes }))
}

impl Words {
    fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match> + 't {
        self.automaton.find_iter(text).filter(move |found| is_bounded(text, found.start(), found.end())).filter_map(|found| {
            let (class, operator) = *self.classes.get(found.pattern().as_usize())?;
            Some(Match { start: found.start(), end: found.end(), class, operator })
        })
    }
}

/// Whether no letter or digit touches the span.
fn is_bounded(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

fn has_check(check: CheckDigits, value: &str) -> bool {
    let body = || value.bytes().filter(u8::is_ascii_alphanumeric);
    match check {
        CheckDigits::Luhn => {
            let digits: Vec<u32> = body().filter(u8::is_ascii_digit).map(|byte| u32::from(byte - b'0')).collect();
            let doubled = |(at, digit): (usize, &u32)| if at % 2 == 0 { *digit } else { digit * 2 - if *digit > 4 { 9 } else { 0 } };
            digits.len() >= 2 && digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
        }
        CheckDigits::Mod97 => {
            let body: Vec<u8> = body().collect();
            let Some((head, tail)) = body.split_at_checked(4) else { return false };
            let rest = tail.iter().chain(head).fold(0_u32, |rest, byte| match byte {
                b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
                letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
            });
            !tail.is_empty() && rest == 1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Dictionary;

    fn pattern(text: &str) -> CustomPattern {
        CustomPattern { name: "x".to_owned(), class: Some(PiiClass::Account), pattern: text.to_owned(), ..Default::default() }
    }

    fn found(entry: CustomPattern, text: &str) -> Vec<String> {
        let policy = SanitizePolicy { pattern: vec![entry], ..Default::default() };
        let mut found = Vec::new();
        Patterns::compile(&policy).unwrap().unwrap().find(text, &mut found);
        found.iter().map(|found| text.get(found.start..found.end).unwrap().to_owned()).collect()
    }

    fn refused(entry: CustomPattern, place: &str, why: &str) {
        let found = refusals(&SanitizePolicy { pattern: vec![pattern("abc"), entry], ..Default::default() });
        assert!(found.iter().any(|refusal| refusal.place.join(".") == place && refusal.why.contains(why)), "{found:?}");
    }

    #[test]
    fn values_are_found_by_form_check_and_context() {
        assert_eq!(found(pattern(r"\bLN-\d{6}\b"), "loan LN-123456, LN-12"), ["LN-123456"]);
        assert_eq!(found(pattern(r"loan (\d{6})"), "loan 123456"), ["123456"]);
        let luhn = CustomPattern { check: Some(CheckDigits::Luhn), ..pattern(r"\d{10}") };
        assert_eq!(found(luhn, "1234567897 1234567890"), ["1234567897"]);
        let mod97 = CustomPattern { check: Some(CheckDigits::Mod97), ..pattern(r"[A-Z]{2}\d{20}") };
        assert_eq!(found(mod97, "DE89370400440532013000 DE88370400440532013000"), ["DE89370400440532013000"]);
        let context = CustomPattern { context: vec!["Depot".to_owned()], ..pattern(r"\d{5}") };
        let text = format!("DEPOT no. 12345 {} 54321, depots 77777", "and so on ".repeat(8));
        assert_eq!(found(context, &text), ["12345"]);
    }

    #[test]
    fn what_matches_nothing_everywhere_or_too_much_is_refused() {
        for empty in ["", "a*", r"\b", "$", "(a|)", r"x?\s*"] {
            refused(pattern(empty), "sanitize.pattern.1.pattern", "empty text");
        }
        refused(pattern(r"(\pL{1,500}){1,500}"), "sanitize.pattern.1.pattern", "compiles to more");
        refused(pattern("(a"), "sanitize.pattern.1.pattern", "no regular expression");
        refused(pattern(r"(?=a)b"), "sanitize.pattern.1.pattern", "no regular expression");
        refused(pattern(&"a".repeat(2001)), "sanitize.pattern.1.pattern", "more than 2000 bytes");
        refused(CustomPattern { class: None, ..pattern("a") }, "sanitize.pattern.1.name", "no class");
        let secret = CustomPattern { class: Some(PiiClass::Secret), operator: Some(Operator::Keep), ..pattern("a") };
        refused(secret, "sanitize.pattern.1.operator", "dropped");
    }

    #[test]
    fn examples_hold_or_the_pattern_is_refused() {
        let entry = |must: &[&str], must_not: &[&str]| CustomPattern {
            must_match: must.iter().map(|&text| text.to_owned()).collect(),
            must_not_match: must_not.iter().map(|&text| text.to_owned()).collect(),
            ..pattern(r"LN-\d{6}")
        };
        refused(entry(&["LN-123456", "ln-123456"], &[]), "sanitize.pattern.1.must_match.1", "does not find");
        refused(entry(&[], &["order LN-123456"]), "sanitize.pattern.1.must_not_match.0", "finds something");
        assert_eq!(found(entry(&["LN-123456"], &["LN-12"]), "LN-123456"), ["LN-123456"]);
    }

    #[test]
    fn words_are_found_in_any_case_between_borders() {
        let dictionary = Dictionary {
            name: "staff".to_owned(),
            class: Some(PiiClass::Name),
            words: vec!["Zoë Ångström".to_owned(), "bluebird".to_owned()],
            ..Default::default()
        };
        let policy = SanitizePolicy { dictionary: vec![dictionary], ..Default::default() };
        let text = "project BlueBird, bluebirds, zoë ångström, x-bluebird.";
        let mut found = Vec::new();
        Patterns::compile(&policy).unwrap().unwrap().find(text, &mut found);
        let found: Vec<_> = found.iter().map(|found| text.get(found.start..found.end).unwrap()).collect();
        assert_eq!(found, ["BlueBird", "zoë ångström", "bluebird"]);
        assert!(Patterns::compile(&SanitizePolicy::default()).unwrap().is_none());
    }
}
