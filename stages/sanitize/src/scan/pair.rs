//! Names in front of values in text: `key=value`, `"key":"value"`, `Key: value`, `<key>value</key>`. The field policy decides about the value.

use schemas::pii::PiiClass;

use super::binds::placeholder_len;
use super::brackets::bracketed_key;
use super::driver::Scope;
use super::hits::Hit;
use super::key::{KEY_BYTES_MAX, is_key, key_before, object_around};
use super::name_rules::{given_behind_blanks, given_behind_comma};
use super::name_small::small_name_end;
use super::names::{is_also_name, is_common, is_given, is_only_name, is_word};
use super::plausible::{is_identifier, is_login_label, plausible, without_next_label};
use super::value::{VALUE_BYTES_MAX, after_measure, bracket_end, is_delimiter, is_particle, is_written_end, value_at, value_start};
use super::value_groups::grouped_end;
use crate::detect::{is_measured, is_no_user};
use crate::fields::{Rule, Shape, is_count, label_ending, tree};
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::{Worker, is_placeholder};

/// Bytes of a text that are searched for the header of LEEF.
const LEEF_REACH_BYTES: usize = 256;
/// Names of a list.
const NAMES_MAX: usize = 8;
/// Bytes of one.
const NAME_BYTES_MAX: usize = 60;
/// Bytes of the longest card (ISO/IEC 7812), in groups.
const CARD_BYTES_MAX: usize = 24;

/// Whether a name of names goes on (RFC 8141): `urn:oasis:names:tc:SAML:2.0:ac:classes`.
fn is_in_urn(head: &[u8]) -> bool {
    let len = head.iter().rev().take(120).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'.' | b'_')).count();
    let name = &head[head.len() - len..];
    [&b"urn:oasis:"[..], b"urn:ietf:", b"urn:mace:", b"urn:iso:", b"urn:oid:", b"urn:schemas-", b"urn:gov:"]
        .iter()
        .any(|space| name.starts_with(space))
}

impl Worker<'_> {
    /// Handles the sign at `at` (`=`, `:`, `>` or `->`); returns where to go on.
    pub(crate) fn pair(&mut self, text: &str, at: usize, base: usize, _scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let sign = bytes[at];
        if sign == b'='
            && let Some(on) =
                self.bound_parameter(text, at, base).or_else(|| self.query_name(text, at, base)).or_else(|| self.distinguished_name(text, at, base))
        {
            return on;
        }
        if sign != b'>' {
            self.bound_values(text, at);
            self.value_of_key(text, at);
            self.swift_tagged(text, at);
        }
        if sign != b'>'
            && let Some(on) = self.ofs_field(text, at, base)
        {
            return on;
        }
        if at > 0
            && sign != b'>'
            && (bytes[at - 1].is_ascii_digit() || (bytes[at - 1] == b' ' && at > 1 && bytes[at - 2].is_ascii_digit()))
            && let Some(on) = self.numbered(text, at, base)
        {
            return on;
        }
        if sign == b'=' && (bytes[..at].ends_with(b"; Path") || bytes[..at].ends_with(b"; path")) && self.hits.floor(base) < at - 6 {
            self.cookie_before(text, at - 6);
        }
        if sign == b'='
            && let Some(on) = self.constraint(text, at, base)
        {
            return on;
        }
        if sign == b':' && is_port(bytes, at) {
            return at + 1;
        }
        let Some((key_start, node, rule, prose)) = self.key_of(text, at, base) else { return at + 1 };
        // What was replaced already names nothing.
        let is_token =
            memchr::memchr_iter(b'[', &bytes[key_start..at]).any(|open| token_len(&self.engine.keys, &bytes[key_start + open..]).is_some());
        if is_token || self.hits.floor(base) > key_start || sign == b':' && is_in_urn(&bytes[..key_start]) {
            return at + 1;
        }
        let start = value_start(bytes, at);
        // `on field 'password': rejected value [x]`
        if sign == b':' && bytes.get(start..).is_some_and(|rest| rest.starts_with(b"rejected value [")) {
            return at + 1;
        }
        match rule {
            Rule::Keep | Rule::Untouched if !prose => {
                self.note_trace_in_text(node, text, start);
                after_measure(bytes, start).unwrap_or(at + 1)
            }
            Rule::Class(class) => self.class_behind_key(text, (key_start, at), start, node, (class, None), prose, base),
            Rule::Shaped(class, shape) => self.class_behind_key(text, (key_start, at), start, node, (class, Some(shape)), prose, base),
            Rule::Own(Some(class), number) => {
                self.own = Some(self.engine.fields.own_operator(number));
                let on = self.class_behind_key(text, (key_start, at), start, node, (class, None), prose, base);
                self.own = None;
                on
            }
            Rule::Own(None, number) if !prose => self.number_behind_key(text, (at, start), number, base),
            _ => at + 1,
        }
    }

    /// A parameter of a statement in PostgreSQL's log: `where account_no=$2 ... parameters: $2 = '1048827703'`.
    fn bound_parameter(&mut self, text: &str, at: usize, base: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let head = bytes[..at].strip_suffix(b" ")?;
        let digits = head.iter().rev().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        let start = head.len() - digits;
        if !(1..=2).contains(&digits) || !head[..start].ends_with(b"$") || bytes.get(at + 1..at + 3) != Some(b" '") || self.hits.floor(base) > start {
            return None;
        }
        let class = self.class_beside(text, start, cut(text, start, head.len()))?;
        let from = at + 3;
        let end = from + memchr::memchr(b'\'', bytes.get(from..)?)?;
        let raw = cut(text, from, end);
        if raw.is_empty() || self.is_token(raw) || is_placeholder(raw) {
            return None;
        }
        let made = self.make_known(class, raw)?;
        self.hits.push(base, Hit { start: from, end, made });
        Some(end)
    }

    /// The key before the sign at `at`: where it begins, its node, its rule, and whether it may be prose.
    fn key_of(&mut self, text: &str, at: usize, base: usize) -> Option<(usize, tree::NodeId, Rule, bool)> {
        let (bytes, sign) = (text.as_bytes(), text.as_bytes()[at]);
        if sign != b'>'
            && let Some((start, name)) = bracketed_key(text, at)
        {
            let node = self.text_node(&name)?;
            return Some((start, node, self.paths.node(node).rule, false));
        }
        let (start, end, quoted) = inner_key(bytes, at).or_else(|| changed_key(bytes, at)).or_else(|| key_before(bytes, at))?;
        // The prefix of a tag: `<cardholder:PIN>`.
        if sign == b':' && !quoted && start > 0 && (bytes[start - 1] == b'<' || bytes[..start].ends_with(b"</")) {
            return None;
        }
        let prose = matches!(sign, b':' | b'-') && !quoted;
        // `User Id=crm_reader;` of a connection string.
        let of_user = sign == b'='
            && bytes[start..end].eq_ignore_ascii_case(b"id")
            && start.checked_sub(5).is_some_and(|from| bytes[from..start].eq_ignore_ascii_case(b"user "));
        let start = if of_user { start - 5 } else { start };
        let floor = self.hits.floor(base);
        let touching = sign == b'=' && !quoted && end == at;
        let found = self.key_node(text, (start, end), floor, prose || (sign == b'=' && !quoted && bytes.get(end) == Some(&b' ')), touching);
        let (node, from) = (found.map(|(node, _)| node), found.map_or(start, |(_, from)| from));
        if sign == b'>' {
            let (node, rule) = self.class_of_tag(text, at, (start, end), node)?;
            return Some((start, node, rule, prose));
        }
        let rule = node.map(|node| self.paths.node(node).rule);
        let spoken = prose && !matches!(bytes.get(value_start(bytes, at)), Some(b'"' | b'\'' | b'['));
        if Self::is_open(rule)
            && !spoken
            && let Some(class) = self.class_of_bound_pair(text, (start, end), at).or_else(|| self.class_beside(text, start, cut(text, start, end)))
        {
            let rule = Rule::Class(class);
            let of_party = crate::fields::is_party_id(cut(text, start, end));
            return Some((start, tree::TEXT, if of_party { rule.numbered() } else { rule }, prose));
        }
        let below =
            if prose && node.is_none_or(|node| !self.tells_class(node)) { self.node_by_indent(text, start, cut(text, start, end)) } else { None };
        below.filter(|&below| node.is_none() || self.tells_class(below)).or(node).map(|node| (from, node, self.paths.node(node).rule, prose))
    }

    /// The node of the key: of the two or three words before a colon when these are a name, else of the last. No word of it lies before `floor`: what
    /// was replaced names nothing. Before a sign that touches the last word, they must name somebody's value.
    fn key_node(&mut self, text: &str, (start, end): (usize, usize), floor: usize, prose: bool, touching: bool) -> Option<(tree::NodeId, usize)> {
        let bytes = text.as_bytes();
        // A single letter ends no name of several words: `if a == b` is no `ifa`.
        if end - start > 1
            && (prose || touching && self.is_last_word(text, (start, end)))
            && let Some(found) = self.node_of_words(text, (start, end), floor, prose)
        {
            return Some(found);
        }
        let key = cut(text, start, end);
        if key.is_empty() {
            return None;
        }
        let node = self.text_node(key).or_else(|| label_ending(key).and_then(|ending| self.text_node(ending)));
        let silent = matches!(key, "name" | "id" | "ref") || node.is_none_or(|node| self.paths.node(node).rule == Rule::Scan);
        let in_object = !prose
            || matches!(bytes.get(end + 1..end + 3), Some(b" \"" | b" '"))
            || [&b"{ "[..], b"{", b", "].iter().any(|open| bytes[..start].ends_with(open));
        let found = match if silent && in_object { object_around(bytes, start) } else { None } {
            Some((from, to)) => {
                let mut path = self.take_buffer();
                path.push_str(cut(text, from, to));
                path.push('.');
                path.push_str(key);
                let below = self.text_node(&path);
                self.return_buffer(path);
                below.or(node)
            }
            None => node,
        };
        found.map(|node| (node, start))
    }

    /// Whether the key says nothing by itself, or only what kind of value it is, so that the words before it are asked: `Cust Num=882044`.
    fn is_last_word(&mut self, text: &str, (start, end): (usize, usize)) -> bool {
        let bytes = text.as_bytes();
        if start < 2 || bytes[start - 1] != b' ' || !bytes[start - 2].is_ascii_alphabetic() {
            return false;
        }
        let one = bytes[start + 1..end].iter().all(u8::is_ascii_lowercase) || bytes[start..end].iter().all(u8::is_ascii_uppercase);
        match self.text_node(cut(text, start, end)).map(|node| self.paths.node(node).rule) {
            None | Some(Rule::Scan) => true,
            Some(Rule::Keep) => one,
            _ => false,
        }
    }

    /// The node of the two or three words before a sign, and where they begin, when these are a name.
    fn node_of_words(&mut self, text: &str, (start, end): (usize, usize), floor: usize, prose: bool) -> Option<(tree::NodeId, usize)> {
        let bytes = text.as_bytes();
        let mut from = start;
        for _ in 0..2 {
            if from < 2 || bytes[from - 1] != b' ' || !is_key(bytes[from - 2]) {
                break;
            }
            from = bytes[..from - 1]
                .iter()
                .rev()
                .take(KEY_BYTES_MAX)
                .position(|&byte| !is_key(byte))
                .map_or_else(|| (from - 1).saturating_sub(KEY_BYTES_MAX), |back| from - 1 - back);
            // `brand=VISA last4=4417`: the value of the pair before is none of its words.
            let value = || from > 0 && !matches!(bytes[from - 1], b' ' | b',' | b';' | b'(' | b'[' | b'{' | b'|' | b'\n' | b'\t');
            let digit = || bytes[from..start].iter().any(u8::is_ascii_digit);
            if from < floor || !prose && (value() || digit()) {
                break;
            }
            // `thread name: Kafka Consumer` is a thread's.
            let decides = |rule| matches!(rule, Rule::Class(_) | Rule::Own(Some(_), _)) || prose && rule == Rule::Keep;
            let Some(node) = self.text_node(cut(text, from, end)) else { continue };
            let rule = self.paths.node(node).rule;
            let last = self.text_node(cut(text, start, end)).map(|last| self.paths.node(last).rule);
            let silent = !prose || matches!(last, None | Some(Rule::Scan | Rule::Keep));
            if decides(rule) || matches!(rule, Rule::Shaped(..)) && silent {
                return Some((node, from));
            }
        }
        None
    }

    #[expect(clippy::too_many_arguments, reason = "the place in the text and the decision, all small")]
    fn class_behind_key(
        &mut self,
        text: &str,
        (key, at): (usize, usize),
        start: usize,
        node: tree::NodeId,
        (class, shape): (PiiClass, Option<Shape>),
        prose: bool,
        base: usize,
    ) -> usize {
        let bytes = text.as_bytes();
        let start = self.engine.heads.opening(bytes, start);
        // `where last_name = ? and`: its value stands elsewhere.
        let placeholder = if bytes[at] == b'=' { placeholder_len(text, start, class) } else { 0 };
        if placeholder > 0 {
            self.note_named_bind(cut(text, start, start + placeholder), class);
            return start + placeholder;
        }
        // `user=CN=Jane Roe,OU=Retail`: the parts of a distinguished name (RFC 4514) say what they are.
        if class == PiiClass::User && bytes.get(start..start + 3).is_some_and(|head| head.eq_ignore_ascii_case(b"cn=")) {
            return at + 1;
        }
        let class = match class {
            PiiClass::Name if is_login_label(cut(text, key, at)) => PiiClass::User,
            // `reviewer=Jane Roe`: a name has more words than a login, or a number.
            PiiClass::Customer if bytes[at] == b'=' && text.is_char_boundary(start) && is_words_of_name(text, start) => PiiClass::Name,
            PiiClass::User
                if (shape == Some(Shape::Actor) || cut(text, key, at).trim_end() == "name") && is_word_of_name(&bytes[start.min(bytes.len())..])
                    || bytes[at] == b'=' && text.is_char_boundary(start) && is_words_of_name(text, start) =>
            {
                PiiClass::Name
            }
            class => class,
        };
        if bytes.get(start) == Some(&b'[') {
            if let Some(len) = token_len(&self.engine.keys, &bytes[start..]) {
                return if class == PiiClass::Secret { self.tail_of_secret(text, start + len, base) } else { start + len };
            }
            return self.list_behind_key(text, start, class, shape);
        }
        // `(202) 555-0143`: the detector takes it whole.
        let area = |end: usize| bytes[start + 1..end - 1].iter().all(u8::is_ascii_digit) && bytes.get(end) == Some(&b' ');
        if class == PiiClass::Secret
            && let Some(end) = bracket_end(bytes, start)
        {
            if end > start + 2 && bytes[start] == b'(' && area(end) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
                return at + 1;
            }
            // Nothing below a secret is worth a risk.
            if let Some(made) = self.make_value(class, cut(text, start, end)) {
                self.hits.push(base, Hit { start, end, made });
            }
            return end;
        }
        if class == PiiClass::Secret && bytes[start.min(bytes.len())..].starts_with(b"-----BEGIN ") {
            // The detector knows where it ends.
            return at + 1;
        }
        if class == PiiClass::Secret && bytes[start.min(bytes.len())..].starts_with(b"${") {
            // The name of a variable.
            return bracket_end(bytes, start + 1).unwrap_or(at + 1);
        }
        if matches!(class, PiiClass::Card | PiiClass::Account | PiiClass::Iban)
            && let Some(end) = masked_end(bytes, start)
        {
            return end;
        }
        let in_url = key > 0 && matches!(bytes[key - 1], b'&' | b'?');
        if prose && bytes.get(start) == Some(&b'\n') && class != PiiClass::Secret {
            self.items_below(text, start, class, shape);
            return start;
        }
        // `customer=CustomerType(RETAIL)`, `card=CardDto{id=1}`: an object, in which the pairs say what they are.
        if class != PiiClass::Secret && is_object(&bytes[start.min(bytes.len())..]) {
            return at + 1;
        }
        // `CN=CN=CN=`: what has a shape is no chain of pairs, and asking anew for each would take long.
        if shape.is_some() && is_chain(&bytes[start.min(bytes.len())..]) {
            return at + 1;
        }
        let Some(value) = value_at(bytes, at, start, class, prose, in_url) else { return at + 1 };
        let mut value = without_next_label(text, value, class);
        // `^usrName=jroe^src=10.0.0.1`: an own delimiter of LEEF 2.0.
        if !value.delimited
            && class != PiiClass::Secret
            && let Some(len) = memchr::memchr(b'^', &bytes[value.start..value.end])
            && memchr::memmem::find(&bytes[..at.min(LEEF_REACH_BYTES)], b"LEEF:2.0|").is_some()
            && begins_with_key(cut(text, value.start + len + 1, value.end))
        {
            value.end = value.start + len;
        }
        // `payee: HAMILTON, DEREK`, `user=Roe, Jane`
        let of_somebody = matches!(class, PiiClass::Name | PiiClass::User | PiiClass::Customer);
        if of_somebody
            && !value.delimited
            && (class == PiiClass::Name || is_word_of_name(&bytes[value.start..]) && is_also_name(cut(text, value.start, value.end)))
            && let Some(end) = given_behind_comma(text, value.end)
        {
            value.end = end;
        }
        // `approver=maria lopez`
        if of_somebody
            && !value.delimited
            && let Some(end) = small_name_end(text, value.start).filter(|&end| end > value.end)
        {
            value.end = end;
        }
        // `NAME=ROE  JANE M PAYOFF-AMT=`: a field of fixed width, in which blanks part the surname from the others.
        if class == PiiClass::Name
            && !value.delimited
            && bytes[at] == b'='
            && let Some(end) = given_behind_blanks(text, value.start, value.end)
        {
            value.end = end;
        }
        if !value.delimited
            && let Some(end) = end_of_fours(text, value.start, value.end)
        {
            value.end = end;
        }
        // `user: +44 20 7946 0958`, `card=0044 20 7946 0958`
        let dialled = matches!(bytes[value.start..value.end], [b'+', ..] | [b'0', b'0', b'1'..=b'9', _]);
        if !value.delimited && dialled && class != PiiClass::Phone {
            value.end = grouped_end(bytes, value.start, value.end, PiiClass::Phone);
        }
        // `user=Basic am9lOnB3ZDEyMzQ1`: what stands behind is looked at by itself.
        if class != PiiClass::Secret && !value.delimited && matches!(&bytes[value.start..value.end], b"Basic" | b"Bearer") {
            return at + 1;
        }
        let raw = cut(text, value.start, value.end);
        if self.is_token(raw) {
            return value.end;
        }
        // `ruser= rhost=183.62.140.253`: nothing, and the next name.
        if bytes[at] == b'=' && !value.delimited && value.start > at + 1 && class != PiiClass::Secret && begins_with_key(raw) {
            return at + 1;
        }
        // `PWD=/opt/ledger/bin`: where a shell works, maybe somebody's home.
        if class == PiiClass::Secret && matches!(cut(text, key, at), "PWD" | "OLDPWD") && self.is_working_folder(text, value.start, raw) {
            return at + 1;
        }
        // `<field name="ssn">`: the name of a field is nobody's.
        if class == PiiClass::Name
            && value.delimited
            && bytes[at] == b'='
            && cut(text, key, at).eq_ignore_ascii_case("name")
            && is_identifier(raw)
            && self.text_node(raw).is_some()
        {
            return value.end;
        }
        // `Name="urn:oid:2.5.4.4"`; the user of an address is looked for.
        if class == PiiClass::Name && value.delimited && ["urn:", "http:", "https:"].iter().any(|scheme| raw.starts_with(scheme)) {
            return if raw.contains('@') { at + 1 } else { value.end };
        }
        // `GET /cases?owner=Jane%20Roe`, `owner='maria lopez'`
        let shape = shape.filter(|_| !of_somebody || !(in_url && is_encoded_name(raw)) && small_name_end(raw, 0) != Some(raw.len()));
        // `party=P00933817`
        let (class, shape) = match (class, shape) {
            // `owner=a.varga`
            (PiiClass::Name, Some(shape)) => shape.class_of_no_name(raw).map_or((class, Some(shape)), |class| (class, None)),
            known => known,
        };
        // `created_by: jroe; step: 2`: one of a list of pairs.
        value.prose &= !(class == PiiClass::User && is_listed_login(bytes, value.end, raw));
        // `first_seen=11:02 age=87 s` is no person's.
        if shape == Some(Shape::Age) && is_measured(bytes, value.end) {
            return at + 1;
        }
        if shape.is_some_and(|shape| !shape.fits(raw))
            || is_count(&self.paths.decision(node).name, raw)
            || shape != Some(Shape::ShortCode) && !plausible(class, raw, value, cut(text, key, at))
        {
            return at + 1;
        }
        if let Some(made) = self.make_known(class, raw) {
            self.hits.push(base, Hit { start: value.start, end: value.end, made });
            self.note_role_in_text(node, made);
        }
        if class == PiiClass::Name && !value.delimited && bytes[at] == b':' {
            self.more_names(text, value.end);
        }
        value.end
    }

    /// Notes the names that stand behind the first of a list: `holders: Jane Roe; Max Muster`.
    fn more_names(&mut self, text: &str, mut at: usize) {
        for _ in 0..NAMES_MAX {
            let Some(sign @ (b',' | b';' | b'/' | b'&')) = text.as_bytes().get(at).copied() else { return };
            let start = at + 1 + usize::from(text.as_bytes().get(at + 1) == Some(&b' '));
            let rest = cut(text, start, text.len());
            let len =
                rest.bytes().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" -'.".contains(byte)).count();
            let len = (0..=len).rev().find(|&len| rest.is_char_boundary(len)).unwrap_or(0);
            let name = cut(rest, 0, len).trim_end();
            let ends = rest.as_bytes().get(len).is_none_or(|byte| *byte == sign || *byte == b'\n' || *byte == b')');
            if !ends || !crate::fields::is_full_name(name) || !name.split(' ').any(|word| is_only_name(word) || is_given(word)) {
                return;
            }
            self.note_cell(PiiClass::Name, text, (start, start + name.len()));
            at = start + name.len();
        }
    }

    /// Whether a value is a folder, somebody's home or an address that was replaced in it maybe.
    fn is_working_folder(&self, text: &str, start: usize, raw: &str) -> bool {
        let head = raw.split('[').next().unwrap_or(raw);
        let replaced = || token_len(&self.engine.keys, text.as_bytes().get(start + head.len()..).unwrap_or_default()).is_some();
        is_folder(raw) || is_folder(head) && replaced()
    }

    /// A number of no class behind the name of a field that has an operator of its own; anything else is searched like any text.
    fn number_behind_key(&mut self, text: &str, (at, start): (usize, usize), number: u8, base: usize) -> usize {
        let Some(end) = after_measure(text.as_bytes(), start).filter(|_| self.gathered.is_none()) else { return at + 1 };
        let quote = usize::from(matches!(text.as_bytes().get(start), Some(b'"' | b'\'')));
        let (start, end) = (start + quote, end);
        if let Some(made) = self.own_replacement(cut(text, start, end), None, number) {
            self.hits.push(base, Hit { start, end, made });
        }
        end
    }

    /// What touches a token that stands for a secret is a part of it: `password=[SECRET]x9`.
    fn tail_of_secret(&mut self, text: &str, at: usize, base: usize) -> usize {
        let rest = &text.as_bytes()[at..];
        let len = (0..rest.len()).find(|&at| rest[at] <= b' ' || is_delimiter(rest[at]) || is_written_end(&rest[at..])).unwrap_or(rest.len());
        let end = at + len;
        let tail = cut(text, at, end).trim_end_matches(['.', ':']);
        // The port behind an address that was replaced.
        if tail.strip_prefix(':').is_some_and(|port| (2..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit())) {
            return end;
        }
        let end = at + tail.len();
        if let Some(made) = tail.bytes().any(|byte| byte.is_ascii_alphanumeric()).then(|| self.make_value(PiiClass::Secret, tail)).flatten() {
            self.hits.push(base, Hit { start: at, end, made });
        }
        end
    }

    /// `"emails": ["a", "b"]` in text that is not JSON as a whole: each item is of the class. What does not look like it is searched like any text:
    /// `sender=[jane@example.com]`.
    fn list_behind_key(&mut self, text: &str, start: usize, class: PiiClass, shape: Option<Shape>) -> usize {
        let bytes = text.as_bytes();
        let reach = &bytes[start..bytes.len().min(start + VALUE_BYTES_MAX)];
        // A list of objects or lists is searched like any text.
        let Some(close) = reach.iter().skip(1).position(|&byte| matches!(byte, b']' | b'[' | b'{')).map(|at| at + 1) else { return start + 1 };
        if reach[close] != b']' {
            return start + 1;
        }
        let mut from = start + 1;
        for at in (start + 1..=start + close).filter(|&at| matches!(reach[at - start], b',' | b']')) {
            let item = cut(text, from, at);
            let inner = item.trim_matches([' ', '"', '\'', '\\']);
            let offset = from + (item.len() - item.trim_start_matches([' ', '"', '\'', '\\']).len());
            let class = match shape {
                Some(shape) if !shape.fits(inner) => shape.class_of_no_name(inner),
                _ => Some(class),
            };
            if let Some(class) = class {
                self.note_cell(class, text, (offset, offset + inner.len()));
            }
            from = at + 1;
        }
        start + 1
    }
}

/// Whether a word that is none of any language ends where pairs of a list do: a login, and no state of one.
fn is_listed_login(bytes: &[u8], end: usize, raw: &str) -> bool {
    let ends = bytes.get(end).is_none_or(|byte| matches!(byte, b';' | b',' | b'|' | b')' | b']' | b'}' | b'\n'));
    ends && (3..=16).contains(&raw.len())
        && raw.bytes().all(|byte| byte.is_ascii_lowercase())
        && !is_word(raw)
        && !is_common(raw)
        && !is_no_user(raw.as_bytes())
}

/// Whether the name of a class and an opening bracket begin the value.
fn is_object(value: &[u8]) -> bool {
    if !value.first().is_some_and(u8::is_ascii_uppercase) {
        return false;
    }
    let len = value.iter().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let hump = || value[..len].windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    match value.get(len) {
        Some(b'{') => true,
        Some(b'(') => len >= 8 && hump(),
        _ => false,
    }
}

/// Whether a key and its sign begin the value, and another one its own: `CN=CN=`, or the same once more: `CN:CN:`. A value in base64 ends with signs and
/// has no two keys, an address of a machine has pairs of digits by colons.
fn is_chain(value: &[u8]) -> bool {
    let key = |value: &[u8]| value.iter().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let first = key(value);
    let Some((&sign, rest)) = value.get(first..).and_then(<[u8]>::split_first).filter(|(sign, _)| first > 0 && matches!(sign, b'=' | b':')) else {
        return false;
    };
    let second = key(rest);
    second > 0 && rest.get(second) == Some(&sign) && (sign == b'=' || rest[..second] == value[..first])
}

/// Where the account or card in groups of four ends whose first group is the value so far: `acct=DE33 2005 0550 1204 7718 36 amt=`,
/// `user: 4111 1111 1111 1111`.
fn end_of_fours(text: &str, start: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if end - start < 4 || bytes.get(start + 4) != Some(&b' ') {
        return None;
    }
    if !bytes[start].is_ascii_digit() {
        return crate::detect::iban_end(bytes, start).filter(|&found| found > end);
    }
    let len = bytes[start..].iter().take(CARD_BYTES_MAX).take_while(|byte| byte.is_ascii_digit() || **byte == b' ').count();
    let card = |end: &usize| crate::detect::class_of_whole(cut(text, start, *end)) == Some(PiiClass::Card);
    (end + 1..=start + len).rev().filter(|&end| bytes[end - 1] != b' ' && bytes.get(end).is_none_or(|byte| !byte.is_ascii_digit())).find(card)
}

/// Whether the encoded value of a query has the shape of a full name.
fn is_encoded_name(raw: &str) -> bool {
    if !raw.contains('%') || raw.len() > VALUE_BYTES_MAX {
        return false;
    }
    let mut plain = String::new();
    crate::fold::percent_decode_into(raw, &mut plain);
    crate::fields::is_full_name(&plain)
}

/// Whether a capital and a small letter begin the value, in quotes or not.
fn is_word_of_name(value: &[u8]) -> bool {
    let value = if let [b'"' | b'\'', rest @ ..] = value { rest } else { value };
    matches!(value, [first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_lowercase())
}

/// Whether the words of a full name are all that stands before the next pair, a sign or the end: `suser=Jane Roe duser=`; or before small words that go
/// on: `user=Jane Roe failed twice`.
fn is_words_of_name(text: &str, start: usize) -> bool {
    let rest = cut(text, start, text.len());
    let len = rest.bytes().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" -'.".contains(byte)).count();
    let len = (0..=len).rev().find(|&len| rest.is_char_boundary(len)).unwrap_or(0);
    let words = cut(rest, 0, len);
    let name = match rest.as_bytes().get(len) {
        // The last word is the next key.
        Some(b'=') => words.rsplit_once(' ').map_or("", |(name, _)| name),
        Some(byte) if !is_delimiter(*byte) && !matches!(byte, b'\n' | b'(') => "",
        _ => words,
    };
    let is_name = |name: &str| {
        let all = || name.split([' ', '-']).filter(|word| word.len() > 1);
        crate::fields::is_full_name(name) && (all().any(is_only_name) || all().all(|word| !is_word(word)))
    };
    is_name(name.trim_end()) || words_before_small(words).is_some_and(is_name)
}

/// The words with capitals that begin a text, the particles of names among them, where there are two or more and a small word follows.
fn words_before_small(words: &str) -> Option<&str> {
    let (mut at, mut end, mut capitals) = (0, 0, 0);
    for word in words.split_inclusive(' ') {
        let bare = word.trim_end();
        at += word.len();
        if bare.starts_with(char::is_uppercase) {
            capitals += 1;
            end = at - (word.len() - bare.len());
        } else if capitals == 0 || !is_particle(bare.as_bytes()) {
            return (capitals >= 2 && bare.starts_with(char::is_lowercase)).then(|| cut(words, 0, end));
        }
    }
    None
}

/// Whether a name and `=` stand first.
fn begins_with_key(raw: &str) -> bool {
    raw.split_once('=')
        .is_some_and(|(key, _)| key.len() >= 2 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')))
}

/// Whether a value is the path of a folder: `/opt/ledger/bin`.
fn is_folder(value: &str) -> bool {
    let mut parts = value.split('/');
    value.starts_with('/')
        && parts.clone().count() >= 3
        && parts.all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte)))
}

/// Whether the colon at `at` stands between a host and its port: `//pg-cust-01:5432/`.
fn is_port(bytes: &[u8], at: usize) -> bool {
    let port = bytes[at + 1..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let host =
        || bytes[..at].iter().rev().take(KEY_BYTES_MAX).take_while(|&&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    (2..=5).contains(&port)
        && matches!(bytes.get(at + 1 + port), None | Some(b'/' | b'?' | b',' | b';' | b' ' | b'"' | b'\''))
        && (bytes[..at - host()].ends_with(b"//") || is_numbered_host(&bytes[at - host()..at]) && bytes[..at - host()].ends_with(b"node="))
}

/// `redis-otp-1:6380`: the first of several machines.
fn is_numbered_host(name: &[u8]) -> bool {
    let digits = name.iter().rev().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let stem = &name[..name.len() - digits];
    (1..=2).contains(&digits)
        && stem.strip_suffix(b"-").is_some_and(|stem| stem.contains(&b'-') && stem.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-'))
}

/// The field in quotes that changed before the `:` at `at`: `'familyName' changed: 'Roe' -> 'Doe'` (JaVers).
fn changed_key(bytes: &[u8], at: usize) -> Option<(usize, usize, bool)> {
    let head = bytes[..at].strip_suffix(b" changed").or_else(|| bytes[..at].strip_suffix(b" changed from"))?;
    let quote = *head.last().filter(|quote| matches!(quote, b'\'' | b'"'))?;
    let end = head.len() - 1;
    let len = bytes[..end].iter().rev().take(KEY_BYTES_MAX).take_while(|&&byte| is_key(byte)).count();
    (len > 0 && bytes[..end - len].last() == Some(&quote)).then_some((end - len, end, true))
}

/// The column in a function before the `=` at `at`: `lower(last_name)='roe'`.
fn inner_key(bytes: &[u8], at: usize) -> Option<(usize, usize, bool)> {
    if bytes[at] != b'=' {
        return None;
    }
    let end = bytes[..at].trim_ascii_end().strip_suffix(b")")?.len();
    let len = bytes[..end].iter().rev().take(KEY_BYTES_MAX).take_while(|&&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let function = bytes[..end - len].strip_suffix(b"(")?;
    let known = [&b"lower"[..], b"upper", b"trim", b"ltrim", b"rtrim", b"ucase", b"lcase"];
    let named = known.iter().any(|name| function.len() >= name.len() && function[function.len() - name.len()..].eq_ignore_ascii_case(name));
    (named && len > 0).then_some((end - len, end, false))
}

/// The end of a number in groups that shows ten digits at most and hides more than four: `5412 75** **** 5430`.
fn masked_end(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let len = rest.iter().take(32).take_while(|&&byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'X' | b'x' | b' ' | b'-')).count();
    let number = rest[..len].trim_ascii_end();
    let (digits, signs) =
        (number.iter().filter(|byte| byte.is_ascii_digit()).count(), number.iter().filter(|byte| matches!(byte, b'*' | b'X' | b'x')).count());
    let ends = rest.get(number.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let grouped = number.split(|byte| matches!(byte, b' ' | b'-')).all(|group| matches!(group.len(), 2..=7));
    (ends && grouped && number.contains(&b' ') && signs >= 5 && (4..=10).contains(&digits) && digits + signs >= 12).then_some(start + number.len())
}
