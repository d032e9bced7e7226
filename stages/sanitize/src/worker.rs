//! One thread's state: caches and buffers that live as long as the step, so that a record allocates nothing in the steady state.

use schemas::pattern::Match;
use schemas::pii::{Operator, PiiClass};
use schemas::record::LexiconRecord;

use crate::canonical::{canonical_into, reference_form_into};
use crate::detect::class_of_whole;
use crate::engine::Engine;
use crate::fields::tree::{NodeId, PathTree, RECORD, TEXT};
use crate::fields::{NO_RANK, Rule, is_key_of};
use crate::fold;
use crate::gate::form::Form;
use crate::gathered_names::GatheredNames;
use crate::hash::{Cache, HalfLine};
use crate::lexicon::FORM_BYTES_MAX;
use crate::memo::{Made, Quiet, Remembered, SmallWords};
use crate::ner::Residues;
use crate::operator::Shift;
use crate::record::{Orders, Shape};
use crate::scan::context::Cues;
use crate::scan::driver::Scope;
use crate::scan::hits::{Hit, Hits};
use crate::scan::run::Group;
use crate::split::Split;
use crate::token::{MAC_LEN, push_dropped, token_len, token_mac};
use crate::vault::Noting;

/// Longest path of a field.
const PATH_BYTES_MAX: usize = 512;
/// Worse by so much is a role found in text than one of a field of its own.
const TEXT_RANK: u8 = 100;
/// Rank of a customer that only a detector saw.
const DETECTED_RANK: u8 = 220;

/// Pairs of slots of the caches of values and words, and of names of fields found in values, as powers of two.
const CACHE_BITS: u32 = 14;
/// Words are remembered only when the lexicon may know them.
const WORD_BITS: u32 = 12;
const TAKEN_BITS: u32 = 10;
/// Longest word that is remembered; what is longer is most likely a number of its own and would only take the place of others.
const WORD_KEY_BYTES: usize = 29;
/// Longest name of a field in text of which it is remembered whether it tells anything.
const TELLING_KEY_BYTES: usize = 61;
const DIGEST_BITS: u32 = 11;
const QUIET_BITS: u32 = 13;
const SMALL_BITS: u32 = 11;
const LABEL_BITS: u32 = 7;
/// What tells values of which only the class is certain from those that stand for themselves, among the remembered.
const INSIDE_TEXT: u8 = 0x80;

/// One thread's state.
pub(crate) struct Worker<'e> {
    pub(crate) engine: &'e Engine,
    pub(crate) paths: PathTree,
    made: Cache<Remembered>,
    pub(crate) quiet: Quiet,
    pub(crate) small: SmallWords,
    /// Times that a role was offered by a text.
    pub(crate) notes: u64,
    pub(crate) words: Cache<u8, WORD_KEY_BYTES, HalfLine>,
    pub(crate) hits: Hits,
    /// Spans found out of order (columns of tables, quoted values named behind them), laid over the hits at the end of a text.
    pub(crate) cells: Vec<Hit>,
    /// End of the segments of EDIFACT or X12 that were looked at in the text at hand.
    pub(crate) segments_to: usize,
    pub(crate) shape: Shape,
    pub(crate) orders: Orders,
    pub(crate) groups: Vec<Group>,
    /// In the text that is scanned, the end of what may hold a letter, as far as it was passed.
    pub(crate) letters_end: usize,
    pub(crate) maps: Vec<Vec<u32>>,
    pub(crate) form: String,
    canonical: String,
    buffers: Vec<String>,
    /// Lexicon entries instead of tokens: the worker of `collect`.
    pub(crate) gathered: Option<Vec<LexiconRecord>>,
    digests: Cache<[u8; 12]>,
    taken: Cache<u32>,
    names: GatheredNames,
    pub(crate) block: u32,
    /// Digests of replaced values for the gate, since they were last taken.
    pub(crate) told: Vec<LexiconRecord>,
    pub(crate) told_form: Form,
    labels: Cache<u8>,
    telling: Cache<bool, TELLING_KEY_BYTES>,
    /// Values replaced since it was last taken.
    pub(crate) replaced: u64,
    /// Of these, those only the lexicon knew.
    pub(crate) by_lexicon: u64,
    /// Bytes of embedded JSON that turned out to be none, in this record.
    pub(crate) wasted: usize,
    /// Bytes of statements of this record that were searched for the columns of bound values.
    pub(crate) searched: usize,
    /// The same for values that stand beside their numbers.
    pub(crate) bound_searched: usize,
    /// Names of this record's placeholders, hashed, each with the class of the column it is compared with.
    pub(crate) named_binds: Vec<(u64, PiiClass)>,
    /// The operator of the field whose value is being made, when the policy gives it one of its own.
    pub(crate) own: Option<Operator>,
    /// What moves the dates of the record at hand.
    pub(crate) shift: Option<Shift>,
    /// What the policy's own patterns found in a text.
    pub(crate) matches: Vec<Match>,
    /// The value whose parts are being met.
    pub(crate) split: Option<Split>,
    /// What tokens stand for, when there is a vault to tell.
    pub(crate) vault: Option<Noting>,
    /// The given name or surname that was gathered last, where it stood, and whether it was the given name.
    pub(crate) half: Option<(NodeId, bool, String)>,
    /// Texts for the model of names, where there is one: of the worker of `collect`.
    pub(crate) residues: Option<Residues<'e>>,
}

impl<'e> Worker<'e> {
    pub(crate) fn new(engine: &'e Engine, gathers: bool) -> Self {
        let seed = engine.keys.table_seed;
        let (apply_bits, taken_bits, digest_bits) = if gathers { (0, TAKEN_BITS, DIGEST_BITS) } else { (CACHE_BITS, TAKEN_BITS, 0) };
        Self {
            engine,
            paths: PathTree::new(seed),
            made: Cache::new(seed, apply_bits),
            quiet: Quiet::new(seed, if gathers { 0 } else { QUIET_BITS }),
            small: SmallWords::new(if gathers { 0 } else { SMALL_BITS }),
            notes: 0,
            words: Cache::new(seed, if gathers { 0 } else { WORD_BITS }),
            hits: Hits::default(),
            cells: Vec::new(),
            segments_to: 0,
            shape: Shape::default(),
            orders: Orders::default(),
            groups: Vec::new(),
            letters_end: 0,
            maps: Vec::new(),
            form: String::new(),
            canonical: String::new(),
            buffers: Vec::new(),
            gathered: gathers.then(Vec::new),
            digests: Cache::new(seed, digest_bits),
            taken: Cache::new(seed, taken_bits),
            names: GatheredNames::new(seed, gathers),
            block: 1,
            told: Vec::new(),
            told_form: Form::default(),
            labels: Cache::new(seed, LABEL_BITS),
            telling: Cache::new(seed, LABEL_BITS + 2),
            replaced: 0,
            by_lexicon: 0,
            wasted: 0,
            searched: 0,
            bound_searched: 0,
            named_binds: Vec::new(),
            own: None,
            shift: None,
            matches: Vec::new(),
            split: None,
            vault: None,
            half: None,
            residues: None,
        }
    }

    /// Notes what of a free text the model of names is to be asked about, where there is one.
    pub(crate) fn note_residue(&mut self, text: &str) {
        if let Some(residues) = &mut self.residues {
            residues.note(text, &self.engine.keys);
        }
    }

    pub(crate) fn take_buffer(&mut self) -> String {
        self.buffers.pop().unwrap_or_default()
    }

    pub(crate) fn return_buffer(&mut self, mut buffer: String) {
        buffer.clear();
        if buffer.capacity() <= 1 << 20 {
            self.buffers.push(buffer);
        }
    }

    /// The node of `key` below `parent`.
    pub(crate) fn child(&mut self, parent: NodeId, key: &str) -> NodeId {
        match self.paths.find(parent, key.as_bytes()) {
            Some(node) => node,
            None => self.add_child(parent, key),
        }
    }

    /// The class that a text names, when it is the name of a sensitive field.
    pub(crate) fn class_of_label(&mut self, label: &str) -> Option<PiiClass> {
        let fields = &self.engine.fields;
        let class = self.labels.get_or(0, label.as_bytes(), || fields.class_of_label(label).map_or(0, |class| class as u8 + 1));
        class.checked_sub(1).and_then(|number| PiiClass::ALL.get(usize::from(number)).copied())
    }

    /// The same, or what a text that names a field tells of a value of the right shape.
    pub(crate) fn rule_of_label(&mut self, label: &str) -> Option<Rule> {
        if let Some(class) = self.class_of_label(label) {
            return Some(Rule::Class(class));
        }
        let fields = &self.engine.fields;
        let shaped = self.labels.get_or(1, label.as_bytes(), || u8::from(fields.rule_of_label(label).is_some()));
        if shaped == 0 { None } else { fields.rule_of_label(label) }
    }

    /// The node of a key found in text, none when it says nothing of its value: what stands before a colon in prose is often a name or a
    /// number of its own, and must not fill the tree.
    pub(crate) fn text_node(&mut self, key: &str) -> Option<NodeId> {
        if let Some(node) = self.paths.find(TEXT, key.as_bytes()) {
            return Some(node);
        }
        let fields = &self.engine.fields;
        let telling = self.telling.get_or(0, key.as_bytes(), || fields.tells(key));
        telling.then(|| self.add_child(TEXT, key))
    }

    /// The node of the items of a list.
    pub(crate) fn item(&mut self, parent: NodeId) -> NodeId {
        if let Some(node) = self.paths.find(parent, b"[]\0") {
            return node;
        }
        let above = self.paths.node(parent);
        let (decision, path) = (self.paths.decision(parent).clone(), format!("{}[]", above.path));
        self.paths.add(parent, b"[]\0", decision, path)
    }

    fn add_child(&mut self, parent: NodeId, key: &str) -> NodeId {
        let above = self.paths.node(parent).path.clone();
        let mut raw_path = above.to_string();
        if parent != RECORD && parent != TEXT {
            raw_path.push('.');
        }
        let prefix = raw_path.len();
        raw_path.push_str(key);
        let decision = self.engine.fields.decide(self.paths.parent_decision(parent), key, &raw_path);
        let (parent_rule, keys) = (self.paths.node(parent).rule, self.paths.decision(parent).keys);
        let of_keys = keys.filter(|&(class, explicit)| {
            is_key_of(class, key, explicit) && (matches!(decision.rule, Rule::Scan | Rule::Own(None, _)) || class == PiiClass::Name)
        });
        let mut path = raw_path;
        path.truncate(prefix);
        self.push_key_unseen(key, of_keys.map_or(parent_rule, |(class, _)| Rule::Class(class)), of_keys.is_some(), &mut path);
        if path.len() > PATH_BYTES_MAX {
            let end = (0..=PATH_BYTES_MAX).rev().find(|&at| path.is_char_boundary(at)).unwrap_or(0);
            path.truncate(end);
        }
        self.paths.add(parent, key.as_bytes(), decision, path)
    }

    /// Appends a key to a path. Each thread does so once for a key, so neither the counts nor the record at hand may show it.
    fn push_key_unseen(&mut self, key: &str, parent: Rule, is_value: bool, path: &mut String) {
        let before = (self.replaced, self.by_lexicon, self.notes, self.wasted);
        let (shape, own, shift, vault) = (std::mem::take(&mut self.shape), self.own.take(), self.shift.take(), self.vault.take());
        self.push_key(key, parent, is_value, path);
        (self.shape, self.own, self.shift, self.vault) = (shape, own, shift, vault);
        (self.replaced, self.by_lexicon, self.notes, self.wasted) = before;
    }

    /// Appends a key to a path: as it is when it is a name, as a token when it is a value.
    fn push_key(&mut self, key: &str, parent: Rule, is_value: bool, path: &mut String) {
        if self.is_token(key) {
            return path.push_str(key);
        }
        let digits = key.bytes().filter(u8::is_ascii_digit).count();
        let plain =
            key.len() <= 40 && digits < 5 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.@$ ".contains(&byte)) && !key.contains('@');
        if let (Rule::Class(class) | Rule::Own(Some(class), _), true) = (parent, is_value || digits >= 5)
            && let Some(made) = self.make_value(class, key)
        {
            return path.push_str(fold::cut(&self.hits.made, made.0, made.1));
        }
        if plain && !key.contains(char::is_uppercase) && !key.contains(' ') {
            return path.push_str(key);
        }
        let base = self.hits.len();
        self.scan(key, Scope { cues: Cues::NONE, strong_only: false, depth: 1 });
        self.hits.render(key, base, path);
    }

    /// Makes the replacement of a value of a class, as a range of `hits.made`; none when the policy keeps it.
    pub(crate) fn make(&mut self, class: PiiClass, value: &str) -> Option<(usize, usize)> {
        if self.gathered.is_some() {
            return None;
        }
        self.remembered(class as u8 | INSIDE_TEXT, value, |worker| worker.make_new(class, value))
    }

    /// The replacement that a value had before, or what `make` makes of it.
    fn remembered(&mut self, tag: u8, value: &str, make: impl FnOnce(&mut Self) -> Made) -> Option<(usize, usize)> {
        let made = match self.made.get(tag, value.as_bytes()) {
            Some(known) => known.made,
            None => {
                let made = make(self);
                self.made.put(tag, value.as_bytes(), Remembered { made, told: false });
                made
            }
        };
        self.put_made(made, tag, value)
    }

    /// The replacement of a value that stands for itself, and whether the gate was told of it before; it is from now on.
    pub(crate) fn made_and_told(&mut self, class: PiiClass, raw: &str) -> Option<((usize, usize), bool)> {
        let tag = class as u8;
        let (made, told) = match self.made.get(tag, raw.as_bytes()) {
            Some(known) => (known.made, std::mem::replace(&mut known.told, true)),
            None => {
                let made = self.make_as_written(class, raw);
                self.made.put(tag, raw.as_bytes(), Remembered { made, told: true });
                (made, false)
            }
        };
        Some((self.put_made(made, tag, raw)?, told))
    }

    /// Writes what became of a value; none when it stays.
    fn put_made(&mut self, made: Made, tag: u8, value: &str) -> Option<(usize, usize)> {
        let from = self.hits.made.len();
        match made {
            Made::Kept => return None,
            Made::Dropped(class) => push_dropped(class, &mut self.hits.made),
            Made::Token(class, text) => {
                self.engine.heads.push_token(class, &text, &mut self.hits.made);
                self.note_token(class, text, value, tag & INSIDE_TEXT == 0);
            }
            Made::Written(class) => self.write(class, self.engine.operators.of(class), value, tag & INSIDE_TEXT == 0),
        }
        self.replaced += 1;
        Some((from, self.hits.made.len()))
    }

    fn make_new(&mut self, class: PiiClass, value: &str) -> Made {
        match self.engine.operators.of(class) {
            Operator::Keep => Made::Kept,
            Operator::Drop => Made::Dropped(class),
            Operator::Token => Made::Token(class, self.token_of(class, value)),
            _ => Made::Written(class),
        }
    }

    /// What stands for a plain value in its token.
    pub(crate) fn token_of(&mut self, class: PiiClass, value: &str) -> [u8; MAC_LEN] {
        let mut canonical = std::mem::take(&mut self.canonical);
        tokenized_into(class, value, &mut canonical);
        let text = token_mac(&self.engine.keys, class, &canonical);
        self.canonical = canonical;
        text
    }

    /// The same for a value that stands for itself (of a field, behind a name): any notation, and an unmistakable value of another class has
    /// that class.
    pub(crate) fn make_value(&mut self, class: PiiClass, raw: &str) -> Option<(usize, usize)> {
        if self.gathered.is_some() {
            self.gather_value(class, raw);
            return None;
        }
        if let Some(operator) = self.own {
            return self.make_own(class, operator, raw);
        }
        self.remembered(class as u8, raw, |worker| worker.make_as_written(class, raw))
    }

    fn make_as_written(&mut self, class: PiiClass, raw: &str) -> Made {
        if raw.is_ascii() && !raw.contains('%') {
            return self.make_plain(class, raw);
        }
        let plain = self.plain(raw);
        let made = self.make_plain(class, &plain);
        self.return_buffer(plain);
        made
    }

    /// A value without percent-encoding and unusual signs, in a buffer that is to be given back.
    pub(crate) fn plain(&mut self, raw: &str) -> String {
        let mut plain = self.take_buffer();
        if raw.contains('%') {
            fold::percent_decode_into(raw, &mut plain)
        } else {
            plain.push_str(raw)
        }
        if fold::needs_fold(&plain) {
            let mut folded = self.take_buffer();
            let mut map = Vec::new();
            fold::fold_into(&plain, &mut folded, &mut map);
            std::mem::swap(&mut plain, &mut folded);
            self.return_buffer(folded);
        }
        plain
    }

    fn make_plain(&mut self, class: PiiClass, plain: &str) -> Made {
        let class = whole_class(class, plain);
        if self.gathered.is_some() {
            self.gather(class, plain);
            return Made::Kept;
        }
        self.make_new(class, plain)
    }

    /// Whether a whole value is a token already, or several of them.
    pub(crate) fn is_token(&self, value: &str) -> bool {
        if !value.starts_with('[') && self.engine.operators.plain() {
            return false;
        }
        let mut rest = self.engine.heads.bare(value).as_bytes();
        let mut found = false;
        while rest.first() == Some(&b'[')
            && let Some(len) = token_len(&self.engine.keys, rest)
        {
            found = true;
            rest = self.engine.heads.over_joint(&rest[len..]);
        }
        found && rest.is_empty()
    }

    /// Whether a value is a number whose letters were left before its token: `ord-[CUSTOMER_...]`.
    pub(crate) fn is_token_behind_letters(&self, value: &str) -> bool {
        value.ends_with(']')
            && value.rsplit_once('-').is_some_and(|(letters, token)| letters.bytes().all(|byte| byte.is_ascii_lowercase()) && self.is_token(token))
    }

    /// Notes a value for the lexicon, once a block.
    pub(crate) fn gather_value(&mut self, class: PiiClass, raw: &str) {
        if self.is_told(class, raw) {
            return;
        }
        if class != PiiClass::Name {
            self.make_as_written(class, raw);
            return;
        }
        let Some(gathered) = &mut self.gathered else { return };
        if let Some(entries) = self.names.get(raw) {
            return gathered.extend_from_slice(entries);
        }
        let before = gathered.len();
        self.make_as_written(class, raw);
        self.names.put(raw, self.gathered.as_ref().and_then(|gathered| gathered.get(before..)).unwrap_or_default());
    }

    /// Whether a value was met in this block before; it is from now on.
    pub(crate) fn is_told(&mut self, class: PiiClass, raw: &str) -> bool {
        let told = self.taken.get(class as u8, raw.as_bytes()).is_some_and(|block| *block == self.block);
        if !told {
            self.taken.put(class as u8, raw.as_bytes(), self.block);
        }
        told
    }

    /// What was gathered from a block; the next one begins.
    pub(crate) fn take_gathered(&mut self) -> Vec<LexiconRecord> {
        self.block += 1;
        self.gathered.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Notes a value for the lexicon: as a whole, and the parts of a person's name.
    fn gather(&mut self, class: PiiClass, value: &str) {
        use PiiClass::{Account, Card, Customer, Device, Email, Iban, Name, NationalId, Phone, Ssn, User};
        // Sessions are left out: there are as many as records, and the lexicon must follow the customers.
        if !matches!(class, Account | Card | Customer | Device | Email | Iban | Name | NationalId | Phone | Ssn | User)
            || value.len() > 4 * FORM_BYTES_MAX
        {
            return;
        }
        let mut form = std::mem::take(&mut self.form);
        form.clear();
        if class == Name {
            self.gather_name(value, &mut form);
        } else {
            reference_form_into(value, &mut form);
            let digits = form.bytes().filter(u8::is_ascii_digit).count();
            let joined = value.trim().bytes().any(|byte| matches!(byte, b'-' | b'_' | b'.'));
            // A single small word may be any word, and a short number any number.
            let telling = if digits == form.len() {
                digits >= 6
            } else {
                form.len() >= 5 && (digits > 0 || joined) && !value.trim().contains(' ') || class == Iban
            };
            if telling {
                self.gather_form(class, &form, 1);
                if value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    self.gather_shape(class, &form);
                }
            }
        }
        self.form = form;
    }

    pub(crate) fn gather_form(&mut self, class: PiiClass, form: &str, words: u8) {
        if form.len() > FORM_BYTES_MAX {
            return;
        }
        let keys = &self.engine.keys;
        let digest = self.digests.get_or(0, form.as_bytes(), || keys.lexicon_digest(form.as_bytes()));
        if let Some(gathered) = &mut self.gathered {
            gathered.push(LexiconRecord { digest, class, length: form.len() as u16, words });
        }
    }

    /// Notes that the value behind a key in text can name the record's session, customer or trace.
    pub(crate) fn note_role_in_text(&mut self, node: NodeId, made: (usize, usize)) {
        if self.paths.node(node).has_role {
            self.notes += 1;
            let roles = self.paths.node(node).roles;
            let worse = |rank: u8| if rank == NO_RANK { NO_RANK } else { rank.saturating_add(TEXT_RANK).min(DETECTED_RANK - 1) };
            let text = fold::cut(&self.hits.made, made.0, made.1);
            let unit = self.engine.unit(text);
            self.shape.session.offer(worse(roles.session), unit);
            self.shape.customer.offer(worse(roles.customer), unit);
            self.shape.trace.offer(worse(roles.trace), text);
        }
    }

    /// Notes the trace that stands behind a key in text; traces are nobody's and stay as they are.
    pub(crate) fn note_trace_in_text(&mut self, node: NodeId, text: &str, start: usize) {
        let node = self.paths.node(node);
        if !node.has_role || node.roles.trace == NO_RANK {
            return;
        }
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let start = start + usize::from(matches!(rest.first(), Some(b'"' | b'\'')));
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let len = rest.iter().take(65).take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'-').count();
        if (8..=64).contains(&len) {
            self.notes += 1;
            self.shape.trace.offer(node.roles.trace.saturating_add(TEXT_RANK), fold::cut(text, start, start + len));
        }
    }

    pub(crate) fn note_customer_in_text(&mut self, made: (usize, usize)) {
        self.notes += 1;
        let text = fold::cut(&self.hits.made, made.0, made.1);
        self.shape.customer.offer(DETECTED_RANK, self.engine.unit(text));
    }
}

/// Replaces `out` by what the token of a plain value is made of.
pub(crate) fn tokenized_into(class: PiiClass, value: &str, out: &mut String) {
    out.clear();
    canonical_into(class, value, out);
    if out.is_empty() {
        out.push_str(value);
    }
}

/// The class of a plain value: an unmistakable one of another class has that class.
pub(crate) fn whole_class(class: PiiClass, plain: &str) -> PiiClass {
    if class == PiiClass::Secret { class } else { class_of_whole(plain).unwrap_or(class) }
}

/// Whether a name holds this lower-case word with a capital, or in a script that has none.
pub(crate) fn has_capitalised(value: &str, word: &str) -> bool {
    let words = value.split(|c: char| !c.is_alphabetic() && c != '\'');
    let mut capitalised = words.filter(|word| word.chars().any(|c| c.is_alphabetic() && !c.is_lowercase()));
    capitalised.any(|found| {
        let joined = || found.to_lowercase().split('\'').collect::<String>();
        found.eq_ignore_ascii_case(word) || ((!found.is_ascii() || found.contains('\'')) && joined() == word)
    })
}

/// Words that say that there is no value.
#[rustfmt::skip]
const PLACEHOLDERS: [&str; 23] = [
    "null", "none", "nil", "undefined", "n/a", "na", "unknown", "true", "false", "empty", "redacted", "filtered", "masked", "hidden", "removed", "omitted",
    "not set", "unset", "not available", "nan", "anonymous", "not", "protected",
];
/// Their lengths, a bit each.
const PLACEHOLDER_LENGTHS: u64 = {
    let (mut lengths, mut at) = (0, 0);
    while at < PLACEHOLDERS.len() {
        lengths |= 1 << PLACEHOLDERS[at].len();
        at += 1;
    }
    lengths
};
/// Signs that say so in any number.
const PLACEHOLDER_SIGNS: &[u8] = b"*-.?#xX ";

/// First bytes of the above; what is no visible ASCII may be a blank, which is cut off.
const MAY_BEGIN_PLACEHOLDER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte <= 0x20 || byte >= 0x7F || matches!(byte as u8, b'<' | b'[' | b'(');
        byte += 1;
    }
    let mut at = 0;
    while at < PLACEHOLDERS.len() {
        table[PLACEHOLDERS[at].as_bytes()[0] as usize] = true;
        table[PLACEHOLDERS[at].as_bytes()[0].to_ascii_uppercase() as usize] = true;
        at += 1;
    }
    let mut at = 0;
    while at < PLACEHOLDER_SIGNS.len() {
        table[PLACEHOLDER_SIGNS[at] as usize] = true;
        at += 1;
    }
    table
};

/// Values that say that there is none, or show no more of it than its ends.
pub(crate) fn is_placeholder(value: &str) -> bool {
    // Asked for every value, and few begin like one of these or with a blank; what is masked begins with a digit or a sign that is in numbers.
    if value.as_bytes().first().is_some_and(|&first| {
        !MAY_BEGIN_PLACEHOLDER[usize::from(first)] && !((first.is_ascii_digit() || first == b'+') && memchr::memchr(b'*', value.as_bytes()).is_some())
    }) {
        return false;
    }
    let value = value.trim();
    if value.len() > 32 {
        return false;
    }
    // Signs and digits begin what is signs alone or masked, and a bracket or a letter the words.
    let wordy = value.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || b"<>[]()".contains(&first));
    if !wordy {
        return value.bytes().all(|byte| PLACEHOLDER_SIGNS.contains(&byte)) || is_masked(value);
    }
    let word = value.trim_matches(['<', '>', '[', ']', '(', ')']);
    value.bytes().all(|byte| PLACEHOLDER_SIGNS.contains(&byte))
        || PLACEHOLDER_LENGTHS >> word.len() & 1 == 1 && PLACEHOLDERS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a number shows its ends alone, and less than half of it: `476173******0119`, `+49 *** ***18`. Of a card, these are ten digits at most (PCI DSS 4.0, 3.4.1).
fn is_masked(value: &str) -> bool {
    let stars = value.bytes().filter(|&byte| byte == b'*').count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let whole = value.bytes().all(|byte| byte.is_ascii_digit() || b"* -+".contains(&byte));
    whole && memchr::memmem::find(value.as_bytes(), b"***").is_some() && stars >= 5 && (digits <= 4 || digits <= 10 && value.len() >= 12)
}
