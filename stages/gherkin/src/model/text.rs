//! Pieces of text that are safe where they are put, whatever they were made from.

use std::fmt;

/// Characters of a title or description line at most.
const LINE_CHARS_MAX: usize = 160;
/// Characters of a line of a text that is broken into several, and how many of these there are at most.
const WRAPPED_CHARS: usize = 120;
const WRAPPED_LINES_MAX: usize = 6;
/// Bytes of a step parameter at most; longer event names have no portable form.
const PARAMETER_BYTES_MAX: usize = 200;
/// Bytes of an event name at most that is written as a doc string.
const EVENT_NAME_BYTES_MAX: usize = 1_000;

/// Whether a character breaks a line in some runner (Python splits at more places than Gherkin) or hides what a line says.
fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// One line after a keyword or in a description: no line break, no control character, no leading or trailing space, never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line(String);

impl Line {
    /// Makes a line of any text: what breaks lines becomes a space, double quotes become single ones, the rest is cut at its bound.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let plain: String = text.chars().map(|c| if breaks_lines(c) || c.is_whitespace() { ' ' } else { c }).collect();
        let joined = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").replace('"', "'");
        let cut: String = joined.chars().take(LINE_CHARS_MAX).collect();
        let trimmed = cut.trim_end_matches(['\\', ' ']);
        Self(if trimmed.is_empty() { "unnamed".to_owned() } else { trimmed.to_owned() })
    }

    /// Lines of a long text, broken between words, the first few of them. Each begins with `label`, so that none begins like a keyword.
    #[must_use]
    pub fn wrapped(label: &'static str, text: &str) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WRAPPED_CHARS {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines.iter().take(WRAPPED_LINES_MAX).map(|line| Self::new(&format!("{label}: {}", Self::new(line).as_str()))).collect()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Description and steps as an earlier night printed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept(String);

impl Kept {
    /// Takes what [`super::body`] printed; none when it is anything else than indented lines, since those could end a scenario or begin one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_inside = |line: &str| line.is_empty() || line.starts_with("    ");
        let is_line =
            |line: &str| !["Scenario", "Feature", "Rule", "Background", "Example", "@", "#"].iter().any(|word| line.trim_start().starts_with(word));
        let tame = !text.chars().any(|c| c != '\n' && breaks_lines(c)) && text.ends_with('\n');
        (tame && text.lines().all(|line| is_inside(line) && is_line(line))).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lower-case ASCII letters in words joined by `-`: file names and tags that pass kebab-case linters, which split words at digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Makes a slug of any text, at most 40 letters; `fallback` when nothing of it is a letter.
    #[must_use]
    pub fn new(text: &str, fallback: &'static str) -> Self {
        let mut slug = String::new();
        for c in text.chars() {
            if slug.len() >= 40 {
                break;
            }
            if c.is_ascii_alphabetic() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        Self(if slug.is_empty() { fallback.to_owned() } else { slug.to_owned() })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An HTTP method that a test may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// OPTIONS.
    Options,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Method {
    /// The method of this name, in any case.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let all = [Self::Get, Self::Head, Self::Options, Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter().find(|method| method.name().eq_ignore_ascii_case(name))
    }

    /// The name in upper case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether requests of this method carry a body.
    #[must_use]
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }

    /// Whether the method only reads.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

/// A URL path for a step: plain ASCII, ids as `${alias}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    text: String,
    aliases: Vec<String>,
}

impl Path {
    /// Makes a path of a mined route. `{account_id}`, `<*>` and whole-segment tokens `[CLASS_...]` become aliases; none when the
    /// route is no plain path, since then no request can be made of it.
    #[must_use]
    pub fn new(route: &str) -> Option<Self> {
        if !route.starts_with('/') || route.len() > PARAMETER_BYTES_MAX {
            return None;
        }
        let mut text = String::new();
        let mut aliases = Vec::new();
        let mut word_before = "";
        for segment in route.trim_end_matches('/').split('/').skip(1) {
            text.push('/');
            if let Some(alias) = alias_of(segment) {
                let alias = if alias == "id" { qualified_id(word_before) } else { alias };
                text.push_str(&format!("${{{alias}}}"));
                aliases.push(alias);
            } else if segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%:@!&'()*+,;=?".contains(&byte)) {
                text.push_str(segment);
                word_before = segment;
            } else {
                return None;
            }
        }
        if text.is_empty() {
            text.push('/');
        }
        Some(Self { text, aliases })
    }

    /// The same path with its last alias replaced by one for a value that exists nowhere; none without aliases.
    #[must_use]
    pub fn of_unknown(&self) -> Option<Self> {
        let (last, others) = self.aliases.split_last()?;
        let at = self.text.rfind(&format!("${{{last}}}"))?;
        let unknown = format!("unknown_{last}");
        let (before, after) = (self.text.get(..at)?, self.text.get(at + last.len() + 3..)?);
        Some(Self { text: format!("{before}${{{unknown}}}{after}"), aliases: others.iter().cloned().chain([unknown]).collect() })
    }

    /// The same path with its first alias replaced by one for a value that belongs to somebody else; none without aliases.
    #[must_use]
    pub fn of_foreign(&self) -> Option<Self> {
        let first = self.aliases.first()?;
        let (alias, foreign) = (format!("${{{first}}}"), format!("foreign_{first}"));
        let aliases = std::iter::once(foreign.clone()).chain(self.aliases.iter().skip(1).cloned()).collect();
        Some(Self { text: self.text.replacen(&alias, &format!("${{{foreign}}}"), 1), aliases })
    }

    /// The same path about the same things as `other`: as far as both begin alike, this one's aliases become the other's. Two routes may
    /// have been logged with tokens of two classes for one id.
    #[must_use]
    pub fn about_the_same_as(&self, other: &Self) -> Self {
        let mut alike = true;
        let mut others = other.text.split('/');
        let segments: Vec<&str> = self
            .text
            .split('/')
            .map(|segment| match others.next() {
                Some(same) if alike && is_alias(segment) && is_alias(same) => same,
                same => {
                    alike &= same == Some(segment);
                    segment
                }
            })
            .collect();
        let aliases = segments.iter().filter_map(|segment| segment.strip_prefix("${")?.strip_suffix('}')).map(str::to_owned).collect();
        Self { text: segments.join("/"), aliases }
    }

    /// The alias of one thing in the collection that `self` is: `${transfer_id}` when `other` is `self/${transfer_id}` or goes on after
    /// it, whatever the aliases before are called.
    #[must_use]
    pub fn alias_of_member(&self, other: &Self) -> Option<String> {
        let shape = |text: &str| text.split('/').map(|segment| if is_alias(segment) { "$" } else { segment }.to_owned()).collect::<Vec<_>>();
        let (collection, member) = (shape(&self.text), shape(&other.text));
        if !member.starts_with(&collection) || member.get(collection.len()).is_none_or(|segment| segment != "$") {
            return None;
        }
        let segment = other.text.split('/').nth(collection.len())?;
        segment.strip_prefix("${")?.strip_suffix('}').map(str::to_owned)
    }

    /// Whether both paths begin alike, up to an alias at least: they are about the same thing.
    #[must_use]
    pub fn shares_a_thing(&self, other: &Self) -> bool {
        let shared = self.shared_segments(other);
        self.text.split('/').skip(1).take(shared).any(is_alias)
    }

    /// Whether `other` takes back what this path does: `.../freeze` and `.../unfreeze`, `.../enable` and `.../disable`.
    #[must_use]
    pub fn is_taken_back_by(&self, other: &Self) -> bool {
        let (Some((thing, word)), Some((other_thing, other_word))) = (self.text.rsplit_once('/'), other.text.rsplit_once('/')) else { return false };
        let pairs = [("activate", "deactivate"), ("enable", "disable"), ("open", "close"), ("start", "stop"), ("suspend", "resume")];
        let is_opposite = other_word.strip_prefix("un").is_some_and(|stem| !stem.is_empty() && stem == word) || pairs.contains(&(word, other_word));
        let alike = thing.split('/').zip(other_thing.split('/')).all(|(a, b)| a == b || (is_alias(a) && is_alias(b)));
        is_opposite && alike && thing.split('/').count() == other_thing.split('/').count()
    }

    /// How many segments of `other` this path begins with.
    #[must_use]
    pub fn shared_segments(&self, other: &Self) -> usize {
        let alike = |(a, b): &(&str, &str)| a == b || (is_alias(a) && is_alias(b));
        self.text.split('/').zip(other.text.split('/')).skip(1).take_while(alike).count()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Aliases in order.
    #[must_use]
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// Words that say what the path is about, without `api` and versions.
    #[must_use]
    pub fn telling_words(&self) -> Vec<&str> {
        self.text.split('/').filter(|word| !word.is_empty() && !word.starts_with("${") && !is_noise(word)).collect()
    }
}

fn is_alias(segment: &str) -> bool {
    segment.starts_with("${")
}

/// Whether a literal segment is more likely an id than a word of a route: routes are not written in capitals.
fn looks_like_id(segment: &str) -> bool {
    segment.len() >= 6 && segment.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The alias of a path segment that stands for a value.
fn alias_of(segment: &str) -> Option<String> {
    let inner = if segment == "<*>" || looks_like_id(segment) {
        "id"
    } else if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        name
    } else {
        // A pseudonym is still about one person: only its class goes into a test.
        segment.strip_prefix('[')?.strip_suffix(']')?.split('_').next()?
    };
    let valid = !inner.is_empty() && inner.len() <= 40 && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    valid.then(|| inner.to_ascii_lowercase())
}

fn is_noise(word: &str) -> bool {
    let is_version = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    matches!(word, "api" | "rest" | "public" | "internal" | "mobile" | "gateway") || word.strip_prefix('v').is_some_and(is_version)
}

/// What `id` after this word is the id of: ids of different things need different test values.
fn qualified_id(word: &str) -> String {
    let noun: String = singular(word).chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    if noun.is_empty() { "id".to_owned() } else { format!("{noun}_id") }
}

/// The singular of an English noun, as far as its ending tells.
#[must_use]
pub fn singular(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if is_plural(noun) { noun.strip_suffix('s').unwrap_or(noun).to_owned() } else { noun.to_owned() }
}

/// Whether a noun ends like a plural.
#[must_use]
pub fn is_plural(noun: &str) -> bool {
    noun.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| noun.ends_with(ending))
}

/// The name of an event in a step: in quotes where that is portable, else as a JSON string in a doc string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventName {
    /// Safe between double quotes.
    Quoted(String),
    /// A JSON string in printable ASCII, quotes inside it as `\u0022`: no runner changes any of it.
    Json(String),
}

impl EventName {
    /// The portable form; none when the name is empty or too long to be one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        if name.is_empty() || name.len() > EVENT_NAME_BYTES_MAX {
            return None;
        }
        let quotable = name.len() <= PARAMETER_BYTES_MAX && name.trim() == name && !name.chars().any(|c| breaks_lines(c) || c == '"' || c == '\\');
        Some(if quotable { Self::Quoted(name.to_owned()) } else { Self::Json(json_ascii(name)) })
    }
}

fn json_ascii(text: &str) -> String {
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ 0x20..=0x7e) if byte != b'"' && byte != b'\\' && byte != b'`' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_path(route: &str, expected: Option<&str>) {
        assert_eq!(Path::new(route).as_ref().map(Path::as_str), expected, "{route}");
    }

    #[test]
    fn ids_in_routes_become_aliases() {
        check_path("/v1/accounts/{account_id}/balance", Some("/v1/accounts/${account_id}/balance"));
        check_path("/accounts/<*>/", Some("/accounts/${account_id}"));
        check_path("/{id}/bulk-entries/{id}", Some("/${id}/bulk-entries/${bulk_entry_id}"));
        check_path("/cards/[CARD_k1ABCDEF]", Some("/cards/${card}"));
        check_path("/customers/CUS-EYLLDYSL/file", Some("/customers/${customer_id}/file"));
        check_path("/", Some("/"));
    }

    #[test]
    fn what_is_no_plain_path_has_no_request() {
        for route in ["", "accounts", "/a\"b", "/a|b", "/a\nScenario: x", "/ü", "/a b", "/${x}", "/a/{b c}", "/a#b", "/<b>"] {
            check_path(route, None);
        }
        check_path(&format!("/{}", "a".repeat(10_000)), None);
    }

    #[test]
    fn the_last_id_is_the_unknown_one() {
        let path = Path::new("/a/{x}/b/{x}").unwrap().of_unknown().unwrap();
        assert_eq!((path.as_str(), path.aliases().len()), ("/a/${x}/b/${unknown_x}", 2));
        assert_eq!(Path::new("/a").unwrap().of_unknown(), None);
    }

    #[test]
    fn paths_are_told_about_the_same_things() {
        let path = |text: &str| Path::new(text).unwrap();
        let about = |a: &str, b: &str| path(a).about_the_same_as(&path(b)).as_str().to_owned();
        assert_eq!(about("/accounts/{account}/balance", "/accounts/{iban}/transfers"), "/accounts/${iban}/balance");
        assert_eq!(about("/cards/{card}", "/accounts/{iban}/transfers"), "/cards/${card}");
        assert_eq!(path("/a/{x}/b/{y}").of_foreign().unwrap().as_str(), "/a/${foreign_x}/b/${y}");
        let member = |a: &str, b: &str| path(a).alias_of_member(&path(b));
        assert_eq!(member("/accounts/{iban}/transfers", "/accounts/{account}/transfers/{id}/confirm"), Some("transfer_id".to_owned()));
        assert_eq!(member("/accounts/{iban}/transfers", "/accounts/{account}/transfers/validate"), None);
        assert_eq!(member("/accounts/{iban}/transfers", "/accounts/{account}/transfers"), None);
        assert_eq!(path("/a/{x}/b").shared_segments(&path("/a/{y}/c")), 2);
        assert!(path("/cards/{x}/freeze").is_taken_back_by(&path("/cards/{y}/unfreeze")));
        assert!(!path("/cards/{x}/unfreeze").is_taken_back_by(&path("/cards/{y}/freeze")));
        assert!(path("/a/{x}/b").shares_a_thing(&path("/a/{y}/c")) && !path("/a/b/{x}").shares_a_thing(&path("/a/c/{y}")));
    }

    #[test]
    fn odd_event_names_become_json() {
        assert_eq!(EventName::new("login ok"), Some(EventName::Quoted("login ok".to_owned())));
        assert_eq!(EventName::new("a\"b\n\\c"), Some(EventName::Json(r#""a\u0022b\u000a\u005cc""#.to_owned())));
        assert_eq!(EventName::new("\u{1f4a5}\u{202e}"), Some(EventName::Json(r#""\ud83d\udca5\u202e""#.to_owned())));
        assert_eq!(EventName::new(&"x".repeat(10_240)), None);
        assert_eq!(EventName::new(""), None);
    }

    #[test]
    fn nouns_lose_their_plural() {
        for (plural, expected) in [("transfers", "transfer"), ("entries", "entry"), ("status", "status"), ("access", "access")] {
            assert_eq!(singular(plural), expected);
        }
    }

    #[test]
    fn what_is_kept_ends_no_scenario() {
        assert!(Kept::new("    Why: x.\n\n    Given the API is available\n").is_some());
        for text in ["", "    Given x", "  Scenario: forged\n", "    Scenario: forged\n", "Feature: x\n", "    @tag\n", "    Given x\u{2028}y\n"] {
            assert_eq!(Kept::new(text), None, "{text}");
        }
    }

    #[test]
    fn lines_and_slugs_are_tame() {
        assert_eq!(Line::new(" a\n\u{2028}\"b\"\t c\\ ").as_str(), "a 'b' c");
        assert_eq!(Line::new("\n").as_str(), "unnamed");
        assert_eq!(Slug::new("Transfers_v2 (new)", "x").as_str(), "transfers-v-new");
        assert_eq!(Slug::new("123 é", "events").as_str(), "events");
    }
}
