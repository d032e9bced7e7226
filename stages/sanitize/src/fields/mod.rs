//! What a field's name says about its value. The policy file decides first, then the built-in table ([`bank`]), then the parent.
//!
//! Decisions are made once for each path and thread and remembered in [`tree::PathTree`]; nothing here runs for every record.

mod bank;
mod composed;
mod glued;
mod keyed;
mod name;
mod national;
mod part;
mod scripts;
mod shape;
mod standards;
mod stem;
mod table;
pub(crate) mod tree;
mod why;

use std::collections::BTreeMap;

use schemas::pii::{Operator, PiiClass, is_dropped_field};
use schemas::policy::{Policy, SanitizePolicy};

pub(crate) use keyed::is_count;
pub(crate) use name::normalise;
pub(crate) use part::part_of;
pub(crate) use scripts::label_ending;
pub(crate) use shape::{Shape, is_full_name, is_key_of};
pub(crate) use standards::WRAPPERS;
pub(crate) use why::Why;

use crate::scan::context::{self, Cues};
use crate::scan::numbered::class_of_element;
use table::Table;

/// What is done with the value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The policy file says: never touch.
    Untouched,
    /// A technical field: numbers and times stay, text is searched for unmistakable values.
    Keep,
    /// The whole value is of this class.
    Class(PiiClass),
    /// The whole value is of this class when it has the shape; else it is searched, and an expiry that is none is a technical time.
    Shaped(PiiClass, Shape),
    /// The policy gives the field an operator of its own, by its number: for a value of this class, or for a number of none.
    Own(Option<PiiClass>, u8),
    /// Search it.
    Scan,
}

impl Rule {
    /// The same for values that have the shape of somebody's number alone.
    pub(crate) fn numbered(self) -> Self {
        match self {
            Self::Class(class) | Self::Shaped(class, _) => Self::Shaped(class, Shape::PersonNumber),
            rule => rule,
        }
    }

    /// The rule for a value at hand.
    #[inline]
    pub(crate) fn of_value(self, value: &str) -> Self {
        match self {
            Self::Shaped(class, shape) if shape.fits(value) => Self::Class(class),
            Self::Shaped(_, Shape::Expiry | Shape::Coordinates) => Self::Keep,
            Self::Shaped(PiiClass::Name, shape) => shape.class_of_no_name(value).map_or(Self::Scan, Self::Class),
            Self::Shaped(..) => Self::Scan,
            rule => rule,
        }
    }
}

/// Rank of a field that does not have a role.
pub(crate) const NO_RANK: u8 = u8::MAX;

/// Which of the record's own columns a field can fill; lower ranks win.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Roles {
    pub(crate) time: u8,
    pub(crate) message: u8,
    pub(crate) session: u8,
    pub(crate) customer: u8,
    pub(crate) trace: u8,
}

impl Roles {
    /// No role.
    pub(crate) const NONE: Self = Self { time: NO_RANK, message: NO_RANK, session: NO_RANK, customer: NO_RANK, trace: NO_RANK };

    fn best_of(self, other: &Self) -> Self {
        Self {
            time: self.time.min(other.time),
            message: self.message.min(other.message),
            session: self.session.min(other.session),
            customer: self.customer.min(other.customer),
            trace: self.trace.min(other.trace),
        }
    }

    /// Whether there is any.
    pub(crate) fn any(self) -> bool {
        [self.time, self.message, self.session, self.customer, self.trace].iter().any(|&rank| rank != NO_RANK)
    }
}

/// Everything that is known of a path before its values are seen.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) rule: Rule,
    pub(crate) why: Why,
    pub(crate) roles: Roles,
    pub(crate) cues: Cues,
    pub(crate) name: String,
    /// The class of the keys below it, and whether its name says so itself.
    pub(crate) keys: Option<(PiiClass, bool)>,
}

/// A name pattern of the policy file: normalised, with a star at either end.
struct Pattern {
    text: String,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let inner = text.trim_matches('*');
        Self { text: normalise(inner), open_start: text.starts_with('*'), open_end: text.ends_with('*') && text.len() > 1 }
    }

    fn fits(&self, name: &str) -> bool {
        match (self.open_start, self.open_end) {
            (false, false) => name == self.text || name.replace('_', "") == self.text.replace('_', ""),
            (true, false) => name.ends_with(&self.text),
            (false, true) => name.starts_with(&self.text),
            (true, true) => name.contains(&self.text),
        }
    }

    /// Patterns with a dot are matched against the whole path, others against the last key too.
    fn fits_path(&self, name: &str, path: &str) -> bool {
        self.fits(name) || self.fits(path)
    }
}

/// Letters of the shortest word that is joined with what stands below it: `tax.id`, and no `p.code`.
const WORD_BYTES_MIN: usize = 3;
/// Names of types around a value in MongoDB's Extended JSON.
const EXTENDED: &[&str] = &["$date", "$oid", "$numberLong", "$numberInt", "$numberDecimal", "$numberDouble", "$uuid"];
/// Operators of fields that are looked at.
const OWN_OPERATORS_MAX: usize = 256;

/// The compiled field policy.
pub(crate) struct Fields {
    untouched: Vec<Pattern>,
    own: Vec<(Pattern, PiiClass)>,
    operators: Vec<(Pattern, Operator)>,
    exact: Table<Rule>,
    suffix: Table<Rule>,
    things: Vec<&'static str>,
    /// Roles of names without word borders.
    roles: Table<Roles>,
}

/// Whether a text is, or ends with, what stands for a value: `[SECRET]`, `[NAME_7XN...]`.
fn is_mark(text: &str) -> bool {
    const BODY_LEN_MIN: usize = 12;
    let Some((_, mark)) = text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) else { return false };
    mark == "SECRET" || mark.rsplit_once('_').is_some_and(|(_, body)| body.len() >= BODY_LEN_MIN && body.bytes().all(crate::secret::is_base32))
}

/// Whether a label was hidden, or is a credential: `[SECRET]`, `Bearer [SECRET]`.
fn names_nothing(label: &str) -> bool {
    let credential = ["Bearer ", "Basic "].iter().any(|scheme| label.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
    credential || is_mark(label) || label.eq_ignore_ascii_case("bearer") || label.eq_ignore_ascii_case("basic")
}

impl Fields {
    /// Compiles the policy file's entries and the built-in table.
    pub(crate) fn new(policy: &Policy) -> Self {
        let (mut exact, mut suffix) = (BTreeMap::new(), BTreeMap::new());
        let mut add = |patterns: &[&str], rule: Rule| {
            for pattern in patterns {
                match pattern.strip_prefix("*_") {
                    Some(end) => suffix.insert(end.to_owned(), rule),
                    None => exact.insert(compact(pattern), rule),
                };
            }
        };
        for &(class, patterns) in bank::SENSITIVE.iter().chain(standards::SENSITIVE).chain(scripts::SENSITIVE).chain(national::SENSITIVE) {
            add(patterns, Rule::Class(class));
        }
        for &(class, shape, patterns) in standards::SHAPED.iter().chain(national::SHAPED) {
            add(patterns, Rule::Shaped(class, shape));
        }
        add(bank::KEPT, Rule::Keep);
        add(standards::KEPT, Rule::Keep);
        let (ingest, sanitize) = (&policy.ingest, &policy.sanitize);
        let mut roles = BTreeMap::new();
        add_role(&mut roles, one(&ingest.timestamp_field), bank::TIME_FIELDS, |roles| &mut roles.time);
        add_role(&mut roles, one(&ingest.message_field), bank::MESSAGE_FIELDS, |roles| &mut roles.message);
        add_role(&mut roles, &sanitize.session_fields, bank::SESSION_FIELDS, |roles| &mut roles.session);
        add_role(&mut roles, &sanitize.customer_fields, bank::CUSTOMER_FIELDS, |roles| &mut roles.customer);
        add_role(&mut roles, &[], bank::TRACE_FIELDS, |roles| &mut roles.trace);
        Self {
            untouched: policy.sanitize.keep_fields.iter().map(|text| Pattern::new(text)).collect(),
            own: policy.sanitize.fields.iter().map(|(text, &class)| (Pattern::new(text), class)).collect(),
            operators: policy
                .sanitize
                .field_operators
                .iter()
                .take(OWN_OPERATORS_MAX)
                .map(|(text, &operator)| (Pattern::new(text), operator))
                .collect(),
            exact: exact.into(),
            suffix: suffix.into(),
            things: bank::THINGS.to_vec(),
            roles: roles.into(),
        }
    }

    /// Decides about `key` below `parent` (none: at the top). `path` is the whole path, keys joined by dots.
    pub(crate) fn decide(&self, parent: Option<&Decision>, key: &str, path: &str) -> Decision {
        let name = normalise(key);
        let whole = normalise_path(path);
        let (rule, why) = match parent {
            // `{"birthDate": {"$date": "1974-09-21T00:00:00Z"}}` (MongoDB Extended JSON v2)
            Some(parent) if EXTENDED.contains(&key) && matches!(parent.rule, Rule::Class(_) | Rule::Shaped(..)) => (parent.rule, Why::Inherited),
            _ => self.rule(parent, &name, &whole),
        };
        let roles = self.roles(parent, &name, &whole);
        let (rule, why) = match rule {
            Rule::Scan if roles.session != NO_RANK => (Rule::Class(PiiClass::Session), Why::SessionFields),
            Rule::Scan if roles.customer != NO_RANK => (Rule::Class(PiiClass::Customer), Why::CustomerFields),
            rule => (rule, why),
        };
        let rule = self.with_own_operator(parent, &name, &whole, rule);
        let cues = parent.map_or(Cues::NONE, |parent| parent.cues).with(context::cues_of_name(&name));
        let keys = keyed::key_name(&name).and_then(|(one, explicit)| Some((self.class_of_key(&one)?, explicit)));
        // `kfz_kennzeichen: {"B-MW 1234": ...}`.
        let keys = keys.or(match rule {
            Rule::Class(class) if is_entity(class) => Some((class, false)),
            _ => None,
        });
        Decision { rule, why, roles, cues, name, keys }
    }

    /// The rule of a field that the policy gives an operator of its own, when its class may have it; below such a field, values of its class have it
    /// too.
    fn with_own_operator(&self, parent: Option<&Decision>, name: &str, whole: &str, rule: Rule) -> Rule {
        let class = match rule {
            Rule::Class(class) => Some(class),
            Rule::Keep | Rule::Scan => None,
            // What such a value is, its shape says first: a band of it or a mask of the wrong class would show it.
            Rule::Untouched | Rule::Own(..) | Rule::Shaped(..) => return rule,
        };
        let fits = |operator: &Operator| class.map_or(operator.fits_numbers(), |class| operator.refused_for(class).is_none());
        let own = self.operators.iter().position(|(pattern, operator)| pattern.fits_path(name, whole) && fits(operator));
        match (own, parent.map(|parent| parent.rule)) {
            (Some(number), _) => Rule::Own(class, number as u8),
            (None, Some(Rule::Own(above, number))) if above == class && class.is_some() => Rule::Own(class, number),
            _ => rule,
        }
    }

    /// The operator with this number.
    pub(crate) fn own_operator(&self, number: u8) -> Operator {
        self.operators.get(usize::from(number)).map_or(Operator::Token, |(_, operator)| *operator)
    }

    /// The words of all built-in names of fields.
    pub(crate) fn words() -> impl Iterator<Item = String> {
        let names = bank::SENSITIVE.iter().flat_map(|(_, names)| names.iter()).chain(bank::KEPT).chain(bank::THINGS);
        names.flat_map(|name| name.split(|c: char| !c.is_alphabetic())).map(str::to_lowercase)
    }

    /// How many names of fields the built-in table has for a class, and the first few.
    pub(crate) fn names_of(class: PiiClass) -> (usize, Vec<&'static str>) {
        const EXAMPLES: usize = 4;
        let tables = || bank::SENSITIVE.iter().chain(standards::SENSITIVE).chain(scripts::SENSITIVE);
        let names = || tables().filter(|(known, _)| *known == class).flat_map(|(_, names)| names.iter().copied());
        (names().count(), names().take(EXAMPLES).collect())
    }

    /// Decides about a path of keys joined by dots, as if each key were an object's.
    pub(crate) fn decide_path(&self, path: &str) -> Decision {
        let mut decision = self.decide(None, "", "");
        let mut ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).chain([path.len()]).collect();
        ends.dedup();
        for (at, &end) in ends.iter().enumerate() {
            let start = at.checked_sub(1).map_or(0, |before| ends[before] + 1);
            let parent = (at > 0).then_some(&decision);
            decision = self.decide(parent, path.get(start..end).unwrap_or_default(), path.get(..end).unwrap_or_default());
        }
        decision
    }

    /// The first field that cannot have the operator that the policy gives it, and why. A pattern with a star is for those of its fields that can.
    pub(crate) fn refused_operator(&self, policy: &SanitizePolicy) -> Option<(String, String)> {
        policy.field_operators.iter().filter(|(name, _)| !name.contains('*')).find_map(|(name, operator)| {
            let why = match self.decide(None, name, name).rule {
                Rule::Own(..) | Rule::Untouched => return None,
                Rule::Class(class) => operator.refused_for(class)?,
                Rule::Keep | Rule::Scan | Rule::Shaped(..) => {
                    "the field has no class; name it under [sanitize.fields], or give a number a band: generalise:N".to_owned()
                }
            };
            Some((name.clone(), why))
        })
    }

    /// Whether the name of a value in text says anything about it.
    pub(crate) fn tells(&self, key: &str) -> bool {
        // Pieces of addresses and times stand before colons all the time, and each is new: `2001:db8:4f1c`. A name that is in one writing already
        // is looked up without making it first.
        let plain = !key.is_empty() && key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if plain && self.untouched.is_empty() && self.own.is_empty() && self.operators.is_empty() {
            return self.exact.contains(key)
                || self.roles.contains(key)
                || self.plural(key).is_some()
                || self.of_part(key).is_some()
                || composed::rule(key).is_some()
                || self.of_glued(key).is_some();
        }
        if !has_letters(key) && self.untouched.is_empty() && self.own.is_empty() {
            return false;
        }
        let decision = self.decide(None, key, key);
        decision.rule != Rule::Scan || decision.roles.any()
    }

    fn rule(&self, parent: Option<&Decision>, name: &str, whole: &str) -> (Rule, Why) {
        let secret = (Rule::Class(PiiClass::Secret), Why::DroppedOnly);
        // An open pattern must not lay bare what nothing may keep: `p*` is also the name of a password.
        if self.untouched.iter().any(|pattern| pattern.fits_path(name, whole)) {
            return if is_dropped_field(name) { secret } else { (Rule::Untouched, Why::KeepFields) };
        }
        if let Some((_, class)) = self.own.iter().find(|(pattern, _)| pattern.fits_path(name, whole)) {
            return if is_dropped_field(name) { secret } else { (Rule::Class(*class), Why::Fields) };
        }
        let Some(parent) = parent else { return self.named(name).map_or((Rule::Scan, Why::Nothing), |rule| (rule, Why::BuiltIn)) };
        let above = match parent.rule {
            Rule::Own(Some(class), _) => Rule::Class(class),
            Rule::Own(None, _) => Rule::Scan,
            rule => rule,
        };
        if above == Rule::Untouched {
            return if is_dropped_field(name) { secret } else { (Rule::Untouched, Why::BelowKept) };
        }
        if above == Rule::Class(PiiClass::Secret) {
            return (above, Why::BelowSecret);
        }
        if let Some(&rule) = self.exact.get(&compact(&format!("{}.{name}", parent.name))) {
            return (rule, Why::WithParent);
        }
        // `{"zip": {"code": ...}}`
        if parent.name.len() >= WORD_BYTES_MIN
            && let Some(&rule @ (Rule::Class(_) | Rule::Shaped(..))) = self.exact.get(&compact(&format!("{}_{name}", parent.name)))
        {
            return (rule, Why::WithParent);
        }
        if bank::ELEMENT_PARENTS.contains(&parent.name.as_str())
            && let Some((class, shape)) = name.parse().ok().and_then(class_of_element)
        {
            return (Rule::Shaped(class, shape), Why::WithParent);
        }
        let of_thing = self.things.contains(&parent.name.rsplit('_').next().unwrap_or(""));
        if of_thing && matches!(name, "name" | "id" | "address" | "location") {
            return (Rule::Keep, Why::OfThing);
        }
        if let (Rule::Class(class), "id" | "number" | "no" | "num" | "nr" | "ref" | "reference" | "value") = (above, name) {
            return (Rule::Class(class), Why::IdOfParent);
        }
        if above == Rule::Scan
            && matches!(name, "id" | "number" | "no" | "num" | "nr" | "nbr" | "value")
            && let Some(class) = self.class_of_details(&parent.name)
        {
            return (Rule::Class(class), Why::IdOfParent);
        }
        match (self.named(name), above) {
            (Some(rule), _) => (rule, Why::BuiltIn),
            (None, Rule::Shaped(..)) if name == "value" || standards::WRAPPERS.contains(&name) => (above, Why::Inherited),
            // `lat: {proxy: 3, request: 4}` is a latency; a degree has a fraction.
            (None, Rule::Class(PiiClass::Geo)) if matches!(parent.name.as_str(), "lat" | "lon" | "lng") => {
                (Rule::Shaped(PiiClass::Geo, Shape::Coordinates), Why::Inherited)
            }
            (None, Rule::Class(class)) if !is_entity(class) || standards::WRAPPERS.contains(&name) => (Rule::Class(class), Why::Inherited),
            _ => (Rule::Scan, Why::Nothing),
        }
    }

    /// The built-in rule of a name alone: as it is, without the words that say which one it is, and with borders between its words.
    fn named(&self, name: &str) -> Option<Rule> {
        // `customer_d.o.b`
        if name.strip_suffix("d.o.b").is_some_and(|before| before.is_empty() || before.ends_with(['_', '.'])) {
            return self.exact.get("dob").copied();
        }
        self.of_words(name).or_else(|| self.of_glued(name))
    }

    /// The rule of a name whose words have no borders.
    fn of_glued(&self, name: &str) -> Option<Rule> {
        let apart = glued::apart(name).filter(|apart| glued::is_of_somebody(apart))?;
        self.of_words(&apart).filter(|rule| matches!(rule, Rule::Class(_) | Rule::Shaped(..)))
    }

    fn of_words(&self, name: &str) -> Option<Rule> {
        match self.of_name(name) {
            None => self.of_stem(name, 1),
            // `user_verification_code` is no code like others.
            // `p_spouse_vorname`: a word that means nothing stands before all others, and less of the value is asked for without it.
            Some(rule @ Rule::Shaped(PiiClass::Name, Shape::FullName)) if !self.exact.contains(&compact(name)) => {
                self.of_stem(name, 1).or(Some(rule))
            }
            Some(Rule::Keep) if !self.exact.contains(&compact(name)) => self.of_stem(name, 2).or(Some(Rule::Keep)),
            rule => rule,
        }
    }

    /// The rule of what is left of a name without the words that only say which one it is, as many words or more: `old_kundennummer`.
    fn of_stem(&self, name: &str, words: usize) -> Option<Rule> {
        let long = |stem: &&str| stem.split(['_', '.']).count() >= words;
        stem::stems(name).filter(long).find_map(|stem| stem::rule_of(stem, self.of_name(stem)?))
    }

    /// The rule of the last two words or more of a path that are one name: `applicant.zip.code`.
    fn of_dotted(&self, name: &str) -> Option<Rule> {
        let telling = |rule: &&Rule| matches!(rule, Rule::Class(_) | Rule::Shaped(..));
        let starts = [0].into_iter().chain(name.match_indices('.').map(|(at, _)| at + 1));
        let whole =
            |end: &&str| end.contains('.') && end.split('.').enumerate().all(|(at, word)| word.len() >= if at == 0 { WORD_BYTES_MIN } else { 1 });
        starts.filter_map(|at| name.get(at..).filter(whole)).find_map(|end| {
            // A record of Kafka's has a key.
            if end == "consumer.key" {
                return None;
            }
            let joined: String = end.chars().filter(|c| !matches!(c, '.' | '_')).collect();
            self.exact.get(&joined).filter(telling).copied()
        })
    }

    /// The rule of a name as it is: exact first, then the longest ending.
    fn of_name(&self, name: &str) -> Option<Rule> {
        // Keys that are account numbers are new in each record, and no name is without letters.
        if !has_letters(name) {
            return None;
        }
        if let Some(&rule) = self.exact.get(&compact(name)) {
            return Some(rule);
        }
        // `nameOnPan`
        if [
            "name_on_card",
            "name_on_account",
            "name_on_pan",
            "name_on_cheque",
            "name_on_check",
            "name_on_document",
            "name_on_passport",
            "name_on_statement",
        ]
        .iter()
        .any(|known| name.ends_with(known))
        {
            return Some(Rule::Class(PiiClass::Name));
        }
        if let Some(rule) = self.of_dotted(name) {
            return Some(rule);
        }
        // `service.name`: what a path names is the last thing on it.
        if let Some((above, "name" | "id" | "address" | "location")) = name.rsplit_once('.')
            && self.things.contains(&above.rsplit(['.', '_']).next().unwrap_or(above))
        {
            return Some(Rule::Keep);
        }
        // `campaign_name`, `queue2_name`.
        if let Some(above) = name.strip_suffix("_name")
            && self.things.contains(&above.rsplit(['.', '_']).next().unwrap_or(above).trim_end_matches(|c: char| c.is_ascii_digit()))
        {
            return Some(Rule::Keep);
        }
        // Fields of one's own in Salesforce: `SSN__c`.
        if let Some(stem) = name.strip_suffix("_c").filter(|stem| !stem.is_empty()) {
            return self.of_name(stem);
        }
        if keyed::is_container(name) {
            return None;
        }
        if let Some(rule) = self.of_part(name) {
            return Some(rule);
        }
        // A header of one's own: `X-Session`.
        if let Some(&rule) = name.strip_prefix("x_").and_then(|name| self.exact.get(&compact(name))) {
            return Some(rule);
        }
        let by_ending = name.match_indices(['_', '.']).find_map(|(at, _)| {
            let end = name.get(at + 1..)?;
            let whole = || self.exact.get(&compact(end)).filter(|rule| name.as_bytes()[at] == b'.' || is_telling_ending(end, **rule));
            self.suffix.get(end).or_else(whole).copied()
        });
        let of_header = || name.strip_prefix("x_").and_then(|name| self.of_name(name));
        by_ending.or_else(|| self.plural(name)).or_else(|| self.part(name)).or_else(|| composed::rule(name)).or_else(of_header)
    }

    /// The rule of a number that is logged in pieces: `pesel_part1`, `cardNumberHi`.
    fn part(&self, name: &str) -> Option<Rule> {
        let whole = keyed::part(name)?;
        let class = self.class_of_name(whole)?;
        let numbered = matches!(
            class,
            PiiClass::Card | PiiClass::Account | PiiClass::Iban | PiiClass::Ssn | PiiClass::NationalId | PiiClass::Phone | PiiClass::Customer
        );
        numbered.then_some(Rule::Class(class))
    }

    /// The rule of many values of a class: `customerIds`.
    fn plural(&self, name: &str) -> Option<Rule> {
        let one = keyed::singular(name)?;
        let rule = self.exact.get(&compact(&one)).or_else(|| one.match_indices('_').find_map(|(at, _)| self.suffix.get(one.get(at + 1..)?)));
        rule.copied().filter(|rule| matches!(rule, Rule::Class(_) | Rule::Shaped(..)))
    }

    /// The class of what an object tells more of: `cardDetails`, `accountInfo`.
    fn class_of_details(&self, name: &str) -> Option<PiiClass> {
        let (thing, _) = name.rsplit_once('_').filter(|(_, last)| matches!(*last, "details" | "dtls" | "info" | "data" | "document" | "doc"))?;
        self.class_of_name(thing)
    }

    fn class_of_name(&self, name: &str) -> Option<PiiClass> {
        match self.of_name(name) {
            Some(Rule::Class(class)) => Some(class),
            _ => None,
        }
    }

    /// The rule of the part of a value that is written in several fields: that of the whole, where the value is one that can be cut up.
    fn of_part(&self, name: &str) -> Option<Rule> {
        use PiiClass::{Account, Address, Card, Email, Iban, Name, NationalId, Phone, Ssn};
        let (base, _) = part_of(name)?;
        let rule = self.of_name(base)?;
        matches!(rule, Rule::Class(Account | Address | Card | Email | Iban | Name | NationalId | Phone | Ssn)).then_some(rule)
    }

    /// The class that keys of an object can have: their own shape is looked at anyway.
    fn class_of_key(&self, name: &str) -> Option<PiiClass> {
        match self.named(name) {
            Some(Rule::Class(class)) => Some(class),
            Some(Rule::Shaped(class, Shape::Digits | Shape::Identifier)) => Some(class),
            _ => None,
        }
    }

    /// The class a name stands for when it is the value of a naming key: `{"key": "ssn", "value": ...}`.
    pub(crate) fn class_of_label(&self, label: &str) -> Option<PiiClass> {
        if names_nothing(label) {
            return None;
        }
        let name = normalise(label);
        if let Some((_, class)) = self.own.iter().find(|(pattern, _)| pattern.fits(&name)) {
            return Some(*class);
        }
        match self.named(&name) {
            // What is called an age has one.
            Some(Rule::Class(class) | Rule::Shaped(class @ PiiClass::BirthDate, _)) => Some(class),
            _ => None,
        }
    }

    /// What such a name tells: the class, or the class of a value that has its shape.
    pub(crate) fn rule_of_label(&self, label: &str) -> Option<Rule> {
        if names_nothing(label) {
            return None;
        }
        match (self.class_of_label(label), self.named(&normalise(label))) {
            (Some(class), _) => Some(Rule::Class(class)),
            (None, Some(rule @ Rule::Shaped(_, shape))) if shape != Shape::Signature => Some(rule),
            _ => None,
        }
    }

    /// The best of the roles that a key has by its own name, by its whole path, or together with the key above it.
    fn roles(&self, parent: Option<&Decision>, name: &str, whole: &str) -> Roles {
        let below = parent.map(|parent| compact(&format!("{}.{name}", parent.name)));
        let known = [Some(compact(name)), Some(compact(whole)), below];
        let found = known.iter().flatten().filter_map(|name| self.roles.get(name));
        let best = found.fold(Roles::NONE, |best, roles| best.best_of(roles));
        if parent.is_none() { best } else { Roles { time: NO_RANK, message: NO_RANK, ..best } }
    }
}

/// A list of the one name, or of none.
fn one(own: &String) -> &[String] {
    if own.is_empty() { &[] } else { std::slice::from_ref(own) }
}

/// Gives each name its rank in a role: the policy file's names first.
fn add_role(roles: &mut BTreeMap<String, Roles>, own: &[String], built_in: &[&str], rank_of: impl Fn(&mut Roles) -> &mut u8) {
    let names = own.iter().map(|name| compact(&normalise(name))).chain(built_in.iter().map(|name| compact(name)));
    for (rank, name) in names.enumerate() {
        let known = rank_of(roles.entry(name).or_insert(Roles::NONE));
        *known = (*known).min(rank.min(usize::from(NO_RANK) - 1) as u8);
    }
}

fn has_letters(name: &str) -> bool {
    name.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80)
}

/// Whether a key names what stands beside it, or is that value.
pub(crate) fn is_naming_key(name: &str) -> bool {
    bank::NAMING_KEYS.contains(&name)
}

/// Whether a key is the number of what the type beside it names: `entity_type: Customer, entity_id: 44718820`.
pub(crate) fn is_party_id(name: &str) -> bool {
    let Some(stem) = name.strip_suffix("id").or_else(|| name.strip_suffix("Id")).or_else(|| name.strip_suffix("ID")) else { return false };
    ["entity", "object", "resource", "target", "subject", "aggregate"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(stem.trim_end_matches(['_', '-'])))
}

/// Whether a key is the value beside a naming key.
pub(crate) fn is_value_key(name: &str) -> bool {
    bank::VALUE_KEYS.contains(&name)
}

/// Classes whose objects hold other things beside the value: `account: {number, type, balance}`.
fn is_entity(class: PiiClass) -> bool {
    matches!(class, PiiClass::Customer | PiiClass::User | PiiClass::Device | PiiClass::Account | PiiClass::Card | PiiClass::Session)
}

/// Whether a name that ends with the words of a known one means the same: `orig_card_no`. One word says too little.
fn is_telling_ending(end: &str, rule: Rule) -> bool {
    end.contains('_') && matches!(rule, Rule::Class(_))
}

/// Without word borders, so that `customername` is `customer_name`.
fn compact(name: &str) -> String {
    name.chars().filter(|&c| c != '_').collect()
}

fn normalise_path(path: &str) -> String {
    path.split('.').map(normalise).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::pii::PiiClass::*;

    fn rule_of(fields: &Fields, path: &str) -> Rule {
        let mut decision: Option<Decision> = None;
        let mut whole = String::new();
        for key in path.split('/') {
            if !whole.is_empty() {
                whole.push('.');
            }
            whole.push_str(key);
            decision = Some(fields.decide(decision.as_ref(), key, &whole));
        }
        decision.unwrap().rule
    }

    fn check(path: &str, expected: Rule) {
        assert_eq!(rule_of(&Fields::new(&Policy::default()), path), expected, "{path}");
    }

    #[test]
    fn names_in_any_writing() {
        for path in ["customer_name", "customerName", "CUSTOMER-NAME", "customername", "Customer Name", "beneficiary.name", "card/holder_name"] {
            check(path, Rule::Class(Name));
        }
        for path in
            ["organisationsnummer", "OrgNr", "lanr", "st-nr", "x-uen", "numer_nip", "by_payee/abn", "companyNumber", "arztnummer_list", "pesel_part1"]
        {
            check(path, Rule::Class(NationalId));
        }
        for path in ["vehicleRegistrationNumber", "X-Vrm", "registration_plate"] {
            check(path, Rule::Class(Device));
        }
        for path in ["max_age", "cache_age", "session_age", "status_list", "balance_hi", "address_hi"] {
            assert!(!matches!(rule_of(&Fields::new(&Policy::default()), path), Rule::Class(NationalId | BirthDate)), "{path}");
        }
        check("customer-age", Rule::Shaped(BirthDate, Shape::Age));
        check("ssn", Rule::Class(Ssn));
        check("customer/ssn", Rule::Class(Ssn));
        check("dateOfBirth", Rule::Class(BirthDate));
        check("clientIp", Rule::Class(Ip));
        check("newPassword", Rule::Class(Secret));
        check("Authorization", Rule::Class(Secret));
    }

    #[test]
    fn technical_names_are_kept() {
        for path in
            ["service_name", "service/name", "event_name", "status", "amount", "total_amount", "latency_ms", "created_at", "thread_name", "hostName"]
        {
            check(path, Rule::Keep);
        }
        check("note", Rule::Scan);
        check("url", Rule::Scan);
    }

    #[test]
    fn parents_decide_about_unknown_children() {
        check("account/number", Rule::Class(Account));
        check("account/type", Rule::Keep);
        check("account/colour", Rule::Scan);
        check("customer/id", Rule::Class(Customer));
        check("address/whatever", Rule::Class(Address));
        check("name/first", Rule::Class(Name));
        check("lat/proxy", Rule::Shaped(Geo, Shape::Coordinates));
        check("geo/x", Rule::Class(Geo));
        check("credentials/x", Rule::Class(Secret));
    }

    #[test]
    fn the_policy_file_comes_first() {
        let mut policy = Policy::default();
        policy.sanitize.keep_fields.push("customer_name".to_owned());
        policy.sanitize.fields.insert("*_handle".to_owned(), User);
        policy.sanitize.fields.insert("payload.ref*".to_owned(), Account);
        policy.sanitize.session_fields.push("visit".to_owned());
        let fields = Fields::new(&policy);
        assert_eq!(rule_of(&fields, "customerName"), Rule::Untouched);
        assert_eq!(rule_of(&fields, "chat_handle"), Rule::Class(User));
        assert_eq!(rule_of(&fields, "payload/reference"), Rule::Class(Account));
        assert_eq!(rule_of(&fields, "reference"), Rule::Scan);
        assert_eq!(rule_of(&fields, "visit"), Rule::Class(Session));
    }

    #[test]
    fn a_plain_name_tells_what_the_whole_decision_says() {
        let fields = Fields::new(&Policy::default());
        let names = bank::SENSITIVE
            .iter()
            .chain(standards::SENSITIVE)
            .chain(scripts::SENSITIVE)
            .flat_map(|(_, names)| names.iter())
            .chain(bank::KEPT)
            .chain(standards::KEPT)
            .chain(bank::CUSTOMER_FIELDS)
            .chain(bank::TIME_FIELDS);
        for name in names.map(|name| compact(name)).chain(["db8", "4f1c", "de35", "x9", "note"].map(str::to_owned)) {
            let decision = fields.decide(None, &name, &name);
            assert_eq!(fields.tells(&name), decision.rule != Rule::Scan || decision.roles.any(), "{name}");
        }
    }

    #[test]
    fn what_may_only_be_dropped_is_a_secret_by_its_name() {
        let fields = Fields::new(&Policy::default());
        for name in schemas::pii::DROPPED_FIELDS.iter().map(|name| name.trim_start_matches(['*', '_'])) {
            assert_eq!(rule_of(&fields, name), Rule::Class(Secret), "{name}");
            assert!(is_dropped_field(&format!("user_{name}")) || schemas::pii::DROPPED_FIELDS.contains(&name), "{name}");
        }
    }

    #[test]
    fn fields_have_operators_of_their_own_where_their_class_may() {
        let mut policy = Policy::default();
        policy.sanitize.field_operators.insert("*_ip".to_owned(), "generalise".parse().unwrap());
        policy.sanitize.field_operators.insert("amount".to_owned(), "generalise:100".parse().unwrap());
        policy.sanitize.field_operators.insert("customer*".to_owned(), "format_preserving".parse().unwrap());
        let fields = Fields::new(&policy);
        assert_eq!(rule_of(&fields, "client_ip"), Rule::Own(Some(Ip), 0));
        assert_eq!(rule_of(&fields, "amount"), Rule::Own(None, 1));
        assert_eq!(rule_of(&fields, "customer_id"), Rule::Class(Customer), "the unit of the report stays a token");
        assert_eq!(rule_of(&fields, "customer_name"), Rule::Own(Some(Name), 2));
        assert_eq!(rule_of(&fields, "customer_pin"), Rule::Class(Secret));
        assert_eq!(fields.refused_operator(&policy.sanitize), None);
        policy.sanitize.field_operators.insert("exp".to_owned(), "generalise:100".parse().unwrap());
        let fields = Fields::new(&policy);
        assert_eq!(rule_of(&fields, "exp"), Rule::Shaped(Secret, Shape::Expiry), "the shape of the value decides first");
        assert_eq!(fields.refused_operator(&policy.sanitize).map(|(name, _)| name).as_deref(), Some("exp"));
        policy.sanitize.field_operators.remove("exp");
        policy.sanitize.field_operators.insert("customer_id".to_owned(), "mask".parse().unwrap());
        assert_eq!(Fields::new(&policy).refused_operator(&policy.sanitize).map(|(name, _)| name).as_deref(), Some("customer_id"));
    }

    #[test]
    fn no_name_stands_twice_in_the_table() {
        let mut seen = BTreeMap::new();
        let all = bank::SENSITIVE
            .iter()
            .chain(standards::SENSITIVE)
            .chain(scripts::SENSITIVE)
            .flat_map(|(_, names)| names.iter())
            .chain(bank::KEPT)
            .chain(standards::KEPT)
            .chain(standards::SHAPED.iter().flat_map(|(_, _, names)| names.iter()));
        for name in all {
            let key = if name.starts_with('*') { (*name).to_owned() } else { compact(name) };
            if let Some(first) = seen.insert(key, name) {
                assert_eq!(compact(first), compact(name), "{name} contradicts {first}");
                assert_ne!(first, name, "{name} stands twice");
            }
        }
    }
}
