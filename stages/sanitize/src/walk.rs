//! Walks JSON once, without building anything: each value meets the decision of its path. The same walk serves records (fields come
//! out), JSON inside text (hits come out) and `collect` (lexicon entries come out).

use schemas::limits::{CLEAN_FIELDS_MAX, JSON_DEPTH_MAX};
use schemas::pii::{Grain, Operator, PiiClass};

use crate::fields::tree::{NodeId, RECORD, TEXT};
use crate::fields::{NO_RANK, Rule, is_count};
use crate::fold::{cut, unescape_into};
use crate::json;
use crate::operator::band;
use crate::record::Value;
use crate::scan::driver::Scope;
use crate::scan::hits::Hit;
use crate::scan::names::is_only_name;
use crate::scan::plausible::is_of_thing;
use crate::worker::{Worker, is_placeholder};

/// Levels that are followed; ingest refuses deeper records, so only JSON inside text gets there.
const DEPTH_MAX: u32 = JSON_DEPTH_MAX + 4;
/// Keys that are looked through for the name of a value.
const LABEL_KEYS_MAX: usize = 16;
/// Least digits of a number that is searched.
const NUMBER_DIGITS_MIN: usize = 6;

/// Where values go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// To the fields of the record.
    Fields,
    /// To the hits above a base, in the text that is walked.
    Hits { base: usize, scope: Scope },
}

/// What is done with a value: the path's rule, unless a naming key beside it says otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) node: NodeId,
    pub(crate) rule: Rule,
    pub(crate) depth: u32,
}

impl Worker<'_> {
    /// Walks the record; none when it is no JSON object after all.
    pub(crate) fn walk_record(&mut self, text: &str) -> Option<()> {
        let at = json::blanks(text.as_bytes(), 0);
        let end = self.object(text, at, Place { node: RECORD, rule: Rule::Scan, depth: 0 }, Target::Fields)?;
        (json::blanks(text.as_bytes(), end) == text.len()).then_some(())
    }

    /// Handles the `{` at `at` of a text: JSON is walked, anything else is text. Returns where to go on.
    #[cold]
    #[inline(never)]
    pub(crate) fn embedded(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let next = json::blanks(bytes, at + 1);
        // What fails is paid for once: a text full of braces must not be read to its end from each of them.
        if bytes.get(next) != Some(&b'"') || self.wasted > 2 * text.len() || self.hits.floor(base) > at {
            return at + 1;
        }
        let mark = self.hits.len();
        let place = Place { node: TEXT, rule: Rule::Scan, depth: 0 };
        match json::value_end(bytes, at).and_then(|_| self.object(text, at, place, Target::Hits { base, scope: scope.deeper() })) {
            Some(end) => end,
            None => {
                self.wasted += text.len() - at;
                self.hits.truncate(mark);
                at + 1
            }
        }
    }

    fn object(&mut self, text: &str, at: usize, place: Place, target: Target) -> Option<usize> {
        let bytes = text.as_bytes();
        if bytes.get(at) != Some(&b'{') || place.depth >= DEPTH_MAX {
            return None;
        }
        let mut at = json::blanks(bytes, at + 1);
        if bytes.get(at) == Some(&b'}') {
            return Some(at + 1);
        }
        let (mut label, mut before) = (None, place.node);
        loop {
            if bytes.get(at) != Some(&b'"') {
                return None;
            }
            let key_start = at + 1;
            let (node, key_end) = self.key(text, key_start, (before, place.node), target)?;
            before = node;
            at = json::blanks(bytes, key_end + 1);
            if bytes.get(at) != Some(&b':') {
                return None;
            }
            at = json::blanks(bytes, at + 1);
            let rule = self.rule_of(node, place.rule, &mut label, text, at);
            let rule = if self.named_binds.is_empty() {
                rule
            } else {
                self.rule_of_named_bind(cut(text, key_start, key_end), rule, cut(text, at, text.len()))
            };
            let value = Place { node, rule, depth: place.depth + 1 };
            let split = if self.paths.node(node).is_part { self.split_field(text, at, place.node, value, target) } else { None };
            let end = match split {
                Some(end) => end,
                None => self.value(text, at, value, target)?,
            };
            at = json::blanks(bytes, end);
            match bytes.get(at)? {
                b',' => at = json::blanks(bytes, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// The node of the key whose body begins at `at`, and where that ends; in text a personal key is replaced too.
    fn key(&mut self, text: &str, at: usize, (before, parent): (NodeId, NodeId), target: Target) -> Option<(NodeId, usize)> {
        let bytes = text.as_bytes();
        let (node, end, escaped) = match self.paths.expected(before, parent, bytes.get(at..)?) {
            Some((node, len)) => (node, at + len, false),
            None => {
                let (end, escaped) = json::string_end(bytes, at)?;
                (self.node_of_key(cut(text, at, end), escaped, before, parent), end, escaped)
            }
        };
        if let Target::Hits { base, .. } = target
            && !escaped
        {
            self.key_in_text(node, parent, text, (at, end), base);
        }
        Some((node, end))
    }

    fn node_of_key(&mut self, raw: &str, escaped: bool, before: NodeId, parent: NodeId) -> NodeId {
        if !escaped {
            return match self.paths.find_after(before, parent, raw.as_bytes()) {
                Some(node) => node,
                None => self.child(parent, raw),
            };
        }
        let mut plain = self.take_buffer();
        unescape_into(raw, &mut plain);
        let node = self.child(parent, &plain);
        self.return_buffer(plain);
        node
    }

    /// Replaces a key that is personal itself, in a text that is no record.
    #[cold]
    #[inline(never)]
    fn key_in_text(&mut self, node: NodeId, parent: NodeId, text: &str, (at, end): (usize, usize), base: usize) {
        if self.paths.node(node).path.ends_with(cut(text, at, end)) {
            return;
        }
        let prefix = if parent == TEXT { 0 } else { self.paths.node(parent).path.len() + 1 };
        let from = self.hits.made.len();
        let sanitized = self.paths.node(node).path.get(prefix..).unwrap_or("[KEY]");
        self.hits.made.push_str(sanitized);
        let made = (from, self.hits.made.len());
        self.hits.push(base, Hit { start: at, end, made });
    }

    /// The rule of a value: a naming key beside it (`{"key": "ssn", "value": ...}`) comes before the path.
    fn rule_of(&mut self, node: NodeId, parent: Rule, label: &mut Option<Rule>, text: &str, at: usize) -> Rule {
        let (rule, naming, value_of_pair) = {
            let node = self.paths.node(node);
            (node.rule, node.naming, node.value_of_pair)
        };
        // The name of a person is asked for what it names only where a value stands beside it: nearly all are new.
        let personal = matches!(rule, Rule::Class(_) | Rule::Own(Some(_), _));
        // `"changed":["phone"]`: a list of one name.
        let quote = at + usize::from(naming && text.as_bytes().get(at) == Some(&b'['));
        if naming && text.as_bytes().get(quote) == Some(&b'"') && (!personal || self.value_follows(text, at)) {
            let end = json::string_end(text.as_bytes(), quote + 1).map_or(quote + 1, |(end, _)| end);
            let alone = quote == at || text.as_bytes().get(end + 1) == Some(&b']');
            let body = if alone { cut(text, quote + 1, end) } else { "" };
            let class = if body.len() <= 40 { self.rule_of_label(body) } else { None };
            if class.is_some() && label.is_none() {
                *label = class;
                // The label itself is no value when the value stands beside it.
                return Rule::Keep;
            }
        }
        if matches!(rule, Rule::Class(PiiClass::Name) | Rule::Shaped(PiiClass::Name, _)) && self.is_logger(node, text, at) {
            return Rule::Keep;
        }
        match (value_of_pair, rule) {
            (true, Rule::Scan | Rule::Keep) => match label.or_else(|| self.label_ahead(text, at)) {
                Some(named) if !is_small_number(named, text.as_bytes(), at) => {
                    let of_party = crate::fields::is_party_id(&self.paths.decision(node).name);
                    // The type of what an event is about also stands beside names of its own kind: `secret`, `db-credentials`.
                    if of_party { named.numbered() } else { named }
                }
                _ => rule,
            },
            (false, Rule::Scan) if parent == Rule::Untouched => Rule::Untouched,
            _ => rule,
        }
    }

    /// Whether the name is that of the logger in a record of Python's: `"name":"ledger.posting","levelname":"INFO"`.
    fn is_logger(&mut self, node: NodeId, text: &str, at: usize) -> bool {
        if self.paths.decision(node).name != "name" || text.as_bytes().get(at) != Some(&b'"') {
            return false;
        }
        let end = json::string_end(text.as_bytes(), at + 1).map_or(at + 1, |(end, _)| end);
        let body = cut(text, at + 1, end);
        let part =
            |part: &str| part.starts_with(|c: char| c.is_ascii_lowercase()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let dotted = body.contains('.') && body.split('.').all(|word| part(word) && !is_only_name(word));
        let is_level = |value: &str| value.len() > 5 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'"');
        dotted && self.siblings(text, at, |_, name, value| (name == "levelname" && is_level(value)).then_some(())).is_some()
    }

    fn value_follows(&mut self, text: &str, at: usize) -> bool {
        self.siblings(text, at, |_, name, _| crate::fields::is_value_key(name).then_some(())).is_some()
    }

    fn label_ahead(&mut self, text: &str, at: usize) -> Option<Rule> {
        self.siblings(text, at, |worker, name, value| {
            let value = value.strip_prefix('[').and_then(|list| list.strip_suffix(']')).unwrap_or(value);
            let body = value.strip_prefix('"')?.strip_suffix('"').filter(|body| !body.contains('"'))?;
            if crate::fields::is_naming_key(name) && body.len() <= 40 { worker.engine.fields.rule_of_label(body) } else { None }
        })
    }

    /// Shows the keys and values that follow the value at `at` in its object, a few of them at most.
    pub(crate) fn siblings<T>(&mut self, text: &str, at: usize, mut look: impl FnMut(&Self, &str, &str) -> Option<T>) -> Option<T> {
        let bytes = text.as_bytes();
        let mut at = json::value_end(bytes, at)?;
        for _ in 0..LABEL_KEYS_MAX {
            at = json::blanks(bytes, at);
            if bytes.get(at) != Some(&b',') {
                return None;
            }
            let key = json::blanks(bytes, at + 1);
            let key_end = json::string_end(bytes, key + 1)?.0;
            let value = json::blanks(bytes, json::blanks(bytes, key_end + 1) + 1);
            let end = json::value_end(bytes, value)?;
            if let Some(found) = look(self, &crate::fields::normalise(cut(text, key + 1, key_end)), cut(text, value, end)) {
                return Some(found);
            }
            at = end;
        }
        None
    }

    fn value(&mut self, text: &str, at: usize, place: Place, target: Target) -> Option<usize> {
        let bytes = text.as_bytes();
        match bytes.get(at)? {
            b'"' => {
                let (end, escaped) = json::string_end(bytes, at + 1)?;
                self.string(cut(text, at + 1, end), escaped, at + 1, place, target);
                Some(end + 1)
            }
            b'{' => self.object(text, at, place, target),
            b'[' => self.array(text, at, place, target),
            _ => {
                let end = json::word_end(bytes, at)?;
                if !json::is_literal(cut(text, at, end)) {
                    return None;
                }
                self.bare(cut(text, at, end), at, place, target);
                Some(end)
            }
        }
    }

    fn array(&mut self, text: &str, at: usize, place: Place, target: Target) -> Option<usize> {
        let bytes = text.as_bytes();
        if place.depth >= DEPTH_MAX {
            return None;
        }
        let node = self.item(place.node);
        let mut at = json::blanks(bytes, at + 1);
        if bytes.get(at) == Some(&b']') {
            return Some(at + 1);
        }
        if matches!(bytes.get(at), Some(b'"' | b'0'..=b'9'))
            && let Some(end) = self.split_list(text, at, place, node, target)
        {
            return Some(end);
        }
        loop {
            at = json::blanks(bytes, self.value(text, at, Place { node, rule: place.rule, depth: place.depth + 1 }, target)?);
            match bytes.get(at)? {
                b',' => at = json::blanks(bytes, at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    fn string(&mut self, raw: &str, escaped: bool, at: usize, place: Place, target: Target) {
        if !escaped {
            return self.plain_string(raw, at, place, target);
        }
        let mut plain = self.take_buffer();
        unescape_into(raw, &mut plain);
        match target {
            Target::Fields => self.plain_string(&plain, at, place, target),
            Target::Hits { base, scope } => {
                let inner = self.hits.len();
                self.plain_string(&plain, 0, place, Target::Hits { base: inner, scope });
                if self.hits.len() > inner {
                    let mut rendered = self.take_buffer();
                    self.hits.render(&plain, inner, &mut rendered);
                    let from = self.hits.made.len();
                    json::escape_into(&rendered, &mut self.hits.made);
                    let made = (from, self.hits.made.len());
                    self.hits.push(base, Hit { start: at, end: at + raw.len(), made });
                    self.return_buffer(rendered);
                }
            }
        }
        self.return_buffer(plain);
    }

    /// A string without escapes; `at` is its offset for hits.
    fn plain_string(&mut self, text: &str, at: usize, place: Place, target: Target) {
        let rule = if matches!(place.rule, Rule::Shaped(..)) { place.rule.of_value(text) } else { place.rule };
        let rule = match rule {
            Rule::Class(class) if is_of_thing(class, text) => Rule::Scan,
            Rule::Class(PiiClass::Name) if is_without_letters(text) || self.is_token_behind_letters(text) => Rule::Scan,
            rule => rule,
        };
        let place = Place { rule, ..place };
        if let Target::Hits { base, scope } = target {
            return self.string_to_hits(text, at, place, base, scope);
        }
        if self.gathered.is_some() {
            self.gather_half(place, text);
            return self.gather_string(text, place.rule);
        }
        let from = self.shape.text.len();
        match place.rule {
            Rule::Untouched => self.shape.text.push_str(text),
            Rule::Keep if is_measure(text) => match self.measure_replacement(text) {
                Some(made) => self.shape.text.push_str(cut(&self.hits.made, made.0, made.1)),
                None => self.shape.text.push_str(text),
            },
            Rule::Class(class) if !is_placeholder(text) && !self.is_token(text) => match self.make_known(class, text) {
                Some(made) => self.shape.text.push_str(cut(&self.hits.made, made.0, made.1)),
                None => self.shape.text.push_str(text),
            },
            Rule::Class(_) => self.shape.text.push_str(text),
            Rule::Own(class, number) => self.own_string(text, class, number, place),
            Rule::Keep | Rule::Scan | Rule::Shaped(..) => self.searched(text, place),
        }
        let to = self.shape.text.len();
        self.field(place, Value::Text(from, to));
    }

    /// What is left of a number or time in a technical field that is none, or holds a value that is known from elsewhere.
    fn measure_replacement(&mut self, text: &str) -> Option<(usize, usize)> {
        if self.gathered.is_some() {
            return None;
        }
        class_of_measure(text).and_then(|class| self.make_value(class, text)).or_else(|| self.known_in_measure(text))
    }

    /// A string in a field that has an operator of its own.
    #[cold]
    #[inline(never)]
    fn own_string(&mut self, text: &str, class: Option<PiiClass>, number: u8, place: Place) {
        match self.own_replacement(text, class, number) {
            Some(made) => self.shape.text.push_str(cut(&self.hits.made, made.0, made.1)),
            None if class.is_some() => self.shape.text.push_str(text),
            None => self.searched(text, Place { rule: Rule::Scan, ..place }),
        }
    }

    /// What the field's own operator makes of a value; none when there is nothing to be made of it.
    pub(crate) fn own_replacement(&mut self, text: &str, class: Option<PiiClass>, number: u8) -> Option<(usize, usize)> {
        if is_placeholder(text) || self.is_token(text) {
            return None;
        }
        let operator = self.engine.fields.own_operator(number);
        match (class, operator) {
            (Some(class), operator) => {
                self.own = Some(operator);
                let made = self.make_value(class, text);
                self.own = None;
                made
            }
            (None, Operator::Generalise(Grain::By(width))) => {
                let band = band(text, width)?;
                let from = self.hits.made.len();
                self.hits.made.push_str(&band);
                Some((from, self.hits.made.len()))
            }
            (None, _) => None,
        }
    }

    /// What `collect` does with a string: nothing is written.
    fn gather_string(&mut self, text: &str, rule: Rule) {
        match rule {
            Rule::Untouched => {}
            Rule::Keep if is_measure(text) => {}
            Rule::Class(_) | Rule::Own(Some(_), _) if is_placeholder(text) || self.is_token(text) => {}
            Rule::Class(class) | Rule::Own(Some(class), _) => {
                self.make_value(class, text);
            }
            Rule::Keep => self.gather_pairs(text, Scope::TEXT),
            Rule::Scan | Rule::Shaped(..) | Rule::Own(None, _) => {
                self.note_residue(text);
                self.gather_pairs(text, Scope::TEXT);
            }
        }
    }

    /// Searches a text and appends what is left of it to the record's text.
    pub(crate) fn search_into_record(&mut self, text: &str, scope: Scope) {
        if self.gathered.is_some() {
            self.note_residue(text);
            return self.gather_pairs(text, scope);
        }
        let key = scope.number();
        let place = self.quiet.place(key, text);
        if place.is_some_and(|place| self.quiet.has(place, key, text)) {
            return self.shape.text.push_str(text);
        }
        let (base, notes) = (self.hits.len(), self.notes);
        self.scan(text, scope);
        let hits = self.hits.render(text, base, &mut self.shape.text);
        // Where braces were given up for this record, another record may look again.
        if let Some(place) = place.filter(|_| hits == 0 && notes == self.notes && self.wasted == 0) {
            self.quiet.put(place, key, text);
        }
    }

    fn searched(&mut self, text: &str, place: Place) {
        let scope = self.scope(place, Scope::TEXT);
        self.search_into_record(text, scope);
    }

    fn scope(&self, place: Place, outer: Scope) -> Scope {
        Scope { cues: self.paths.node(place.node).cues, strong_only: place.rule == Rule::Keep, depth: outer.depth }
    }

    fn string_to_hits(&mut self, text: &str, at: usize, place: Place, base: usize, scope: Scope) {
        match place.rule {
            Rule::Untouched => {}
            Rule::Keep if is_measure(text) => {
                if let Some(made) = self.measure_replacement(text) {
                    self.hits.push(base, Hit { start: at, end: at + text.len(), made });
                }
            }
            Rule::Class(class) => {
                if !is_placeholder(text)
                    && !self.is_token(text)
                    && let Some(made) = self.make_known(class, text)
                {
                    self.hits.push(base, Hit { start: at, end: at + text.len(), made });
                    self.note_role_in_text(place.node, made);
                }
            }
            Rule::Own(class, number) if class.is_some() || self.gathered.is_none() => match self.own_replacement(text, class, number) {
                Some(made) => {
                    self.hits.push(base, Hit { start: at, end: at + text.len(), made });
                    self.note_role_in_text(place.node, made);
                }
                None if class.is_some() => {}
                None => self.string_to_hits(text, at, Place { rule: Rule::Scan, ..place }, base, scope),
            },
            Rule::Keep | Rule::Scan | Rule::Shaped(..) | Rule::Own(..) => {
                if self.gathered.is_some() {
                    return self.gather_pairs(text, scope);
                }
                let inner = self.hits.len();
                let scope = self.scope(place, scope);
                self.scan(text, scope);
                for hit in self.hits.above_mut(inner) {
                    hit.start += at;
                    hit.end += at;
                }
            }
        }
    }

    /// A number or a literal.
    fn bare(&mut self, word: &str, at: usize, place: Place, target: Target) {
        let place = Place { rule: place.rule.of_value(word), ..place };
        if let Rule::Own(None, number) = place.rule {
            return self.bare_in_band(word, number, at, place, target);
        }
        let made = self.bare_replacement(word, place);
        match (target, made) {
            (Target::Hits { base, .. }, Some(made)) => {
                let quoted = self.in_quotes(made);
                self.hits.push(base, Hit { start: at, end: at + word.len(), made: quoted });
                self.note_role_in_text(place.node, made);
            }
            (Target::Hits { .. }, None) => {}
            (Target::Fields, Some(made)) => {
                let from = self.shape.text.len();
                self.shape.text.push_str(cut(&self.hits.made, made.0, made.1));
                let to = self.shape.text.len();
                self.field(place, Value::Text(from, to));
            }
            (Target::Fields, None) if self.gathered.is_some() => {}
            (Target::Fields, None) => {
                let value = self.typed(word, place);
                self.field(place, value);
            }
        }
    }

    /// The same replacement in quotes, for what stood without.
    #[cold]
    #[inline(never)]
    pub(crate) fn in_quotes(&mut self, made: (usize, usize)) -> (usize, usize) {
        let from = self.hits.made.len();
        let text = cut(&self.hits.made, made.0, made.1).to_owned();
        self.hits.made.push_str(&format!("\"{text}\""));
        (from, self.hits.made.len())
    }

    /// A number of no class in a field that has an operator of its own: it stays a number.
    #[cold]
    #[inline(never)]
    fn bare_in_band(&mut self, word: &str, number: u8, at: usize, place: Place, target: Target) {
        let scanned = Place { rule: Rule::Scan, ..place };
        match if self.gathered.is_none() { self.own_replacement(word, None, number) } else { None } {
            None => self.bare(word, at, scanned, target),
            Some(made) => match target {
                Target::Hits { base, .. } => self.hits.push(base, Hit { start: at, end: at + word.len(), made }),
                Target::Fields => {
                    let band = cut(&self.hits.made, made.0, made.1).to_owned();
                    let value = self.typed(&band, scanned);
                    self.field(place, value);
                }
            },
        }
    }

    fn bare_replacement(&mut self, word: &str, place: Place) -> Option<(usize, usize)> {
        let number = word.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-');
        match place.rule {
            Rule::Class(_) | Rule::Own(Some(_), _) if word.len() <= 4 && is_count(&self.paths.decision(place.node).name, word) => None,
            Rule::Class(PiiClass::Name) if number && is_without_letters(word) => None,
            Rule::Class(class) if number => {
                let whole = whole_number(word);
                self.make_known(class, whole.as_deref().unwrap_or(word))
            }
            Rule::Own(class @ Some(_), own) if number => {
                let whole = whole_number(word);
                self.own_replacement(whole.as_deref().unwrap_or(word), class, own)
            }
            // A count of bytes may be any number, and nobody writes a card there.
            Rule::Keep if number && self.gathered.is_none() && self.paths.node(place.node).path.ends_with("bytes") => self.known_in_measure(word),
            Rule::Keep if number && word.len() >= NUMBER_DIGITS_MIN && self.gathered.is_none() => self.measure_replacement(word),
            Rule::Scan if number && word.len() >= NUMBER_DIGITS_MIN && self.gathered.is_none() => {
                let whole = whole_number(word);
                let text = whole.as_deref().unwrap_or(word);
                let base = self.hits.len();
                let scope = self.scope(place, Scope::TEXT);
                self.scan(text, scope);
                if self.hits.len() == base {
                    return None;
                }
                let mut rendered = self.take_buffer();
                self.hits.render(text, base, &mut rendered);
                let from = self.hits.made.len();
                self.hits.made.push_str(&rendered);
                self.return_buffer(rendered);
                Some((from, self.hits.made.len()))
            }
            _ => None,
        }
    }

    fn typed(&mut self, word: &str, place: Place) -> Value {
        match word {
            "null" => return Value::Null,
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            _ => {}
        }
        if let Ok(number) = word.parse::<i64>() {
            return Value::Int(number);
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && let Ok(number) = word.parse::<f64>()
            && number.is_finite()
        {
            return Value::Float(number);
        }
        // NaN, Infinity or nonsense: text like any other.
        let from = self.shape.text.len();
        self.searched(word, place);
        Value::Text(from, self.shape.text.len())
    }

    /// Inlined: the value is then made where it is kept, not copied there in pieces of another size than it was written in.
    #[inline]
    pub(crate) fn field(&mut self, place: Place, value: Value) {
        if self.gathered.is_some() {
            return;
        }
        if self.shape.fields.len() >= CLEAN_FIELDS_MAX {
            self.shape.left_out += 1;
            return;
        }
        let index = self.shape.fields.len();
        self.shape.fields.push((place.node, value));
        if self.paths.node(place.node).has_role {
            self.roles(place.node, value, index);
        }
    }

    /// Kept apart, so that the above stays small enough to be inlined.
    #[inline(never)]
    fn roles(&mut self, node: NodeId, value: Value, index: usize) {
        let roles = self.paths.node(node).roles;
        let better = |best: Option<(u8, usize)>, rank: u8| rank != NO_RANK && best.is_none_or(|(other, _)| rank < other);
        if better(self.shape.time, roles.time) {
            self.shape.time = Some((roles.time, index));
        }
        let Value::Text(from, to) = value else { return };
        if from == to {
            return;
        }
        if better(self.shape.message, roles.message) {
            self.shape.message = Some((roles.message, index));
        }
        if [roles.session, roles.customer, roles.trace].iter().all(|&rank| rank == NO_RANK) {
            return;
        }
        let text = cut(&self.shape.text, from, to);
        if is_placeholder(text) {
            return;
        }
        let unit = self.engine.unit(text);
        self.shape.session.offer(roles.session, unit);
        self.shape.customer.offer(roles.customer, unit);
        self.shape.trace.offer(roles.trace, text);
    }
}

/// The class of a number in a technical field that is no measure: a card by its range and checksum, or a dashed social security number.
pub(crate) fn class_of_measure(text: &str) -> Option<PiiClass> {
    // Whoever asks has looked at the bytes: they are digits and signs of ASCII.
    let value = text.as_bytes().trim_ascii();
    if !(11..=24).contains(&value.len()) || !value.iter().all(|&byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-')) {
        return None;
    }
    crate::detect::class_of_whole(text).or_else(|| crate::detect::is_dashed_ssn(value).then_some(PiiClass::Ssn))
}

/// Bytes of the shortest telephone number with the code of its country (ITU-T E.164).
pub(crate) const PHONE_BYTES_MIN: usize = 9;

/// What numbers and times are written with.
const IN_MEASURE: [bool; 256] = {
    let mut table = [false; 256];
    let signs = b"0123456789.,:-+/ TZ%";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether a bare number of up to four digits stands here where a longer one is somebody's: `{"type": "login", "before": 3, "after": 5}` counts.
fn is_small_number(rule: Rule, bytes: &[u8], at: usize) -> bool {
    use PiiClass::{Account, Card, Customer, Device, Email, Iban, Name, Phone, Session, User};
    let long = matches!(rule, Rule::Class(Account | Card | Customer | Device | Email | Iban | Name | Phone | Session | User));
    let bare = bytes.get(at).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    long && bare && json::word_end(bytes, at).is_some_and(|end| end - at <= 4)
}

/// What no name is, but a share of an owner (`{"owner":{"n":"Jane Roe","pct":"37.5"}}`) or another number in the object of a person.
fn is_without_letters(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'%' | b'-' | b' '))
}

/// A number or a time, in any notation of either.
fn is_measure(text: &str) -> bool {
    // `203.0.113.7` may be an address, where `3.11.20.4` is a version; `+44 20 7946 0958` a telephone, where `+1234567.50` is an amount.
    let parts = || text.split(['.', ':']).map(str::len);
    let address = || parts().count() >= 4 && parts().next() > Some(1) && parts().take(4).any(|len| len >= 3);
    let dialled = || (text.starts_with('+') || text.starts_with("00")) && text.contains([' ', '-']) && !text.contains('.');
    let searched = || text.bytes().filter(|&byte| byte == b'.').count() == 3 && address() || text.len() >= PHONE_BYTES_MIN && dialled();
    text.len() <= 40 && text.bytes().all(|byte| IN_MEASURE[usize::from(byte)]) && !searched()
}

/// The digits of a number that is written with a fraction or an exponent but is whole: `4.111e15`.
fn whole_number(word: &str) -> Option<String> {
    if !word.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return None;
    }
    let number = word.parse::<f64>().ok()?;
    (number.fract() == 0.0 && (1e5..9e18).contains(&number)).then(|| format!("{}", number as u64))
}
