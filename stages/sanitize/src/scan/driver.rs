//! The driver: from byte to byte, word by word.

use std::cell::OnceCell;

use schemas::pii::PiiClass;

use super::ach::{BACS_DIGITS, CFONB_DIGITS};
use super::hits::Hit;
use super::login_shape::initials_and_family;
use super::name_small::{may_be_given, may_be_title};
use super::references::Asked;
use super::rows::Tables;
use super::table::{CLASS, DIGIT, EDGE, HIGH, LETTER, LOWER, SIGN, UPPER, WORD};
use super::{base64, context::Cues, digest, run};
use crate::detect::needs::Panel;
use crate::detect::{Found, REACH_BYTES, Spot, Trigger, prefix, stripe_behind};
use crate::fold;
use crate::memo::{SmallWords, Traits};
use crate::token::token_len;
use crate::worker::Worker;

/// Texts inside texts (decoded, embedded) that are followed.
pub(crate) const NESTING_MAX: u8 = 4;
/// Least digits of a number that is looked up in the lexicon.
const KNOWN_DIGITS_MIN: usize = 6;
/// Digits in one piece at the beginning of an entry of an ACH file: up to the account's first four.
const ACH_DIGITS_MIN: usize = 16;
/// Longest piece of text that is looked through for letters when it is passed in one go.
const BARE_PASSED_MAX: usize = 48;

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// Cues of the field's name and its parents.
    pub(crate) cues: Cues,
    /// Only what needs no context, or what the lexicon knows: the field is technical.
    pub(crate) strong_only: bool,
    /// How deep this text lies in others.
    pub(crate) depth: u8,
}

impl Scope {
    pub(crate) const TEXT: Self = Self { cues: Cues::NONE, strong_only: false, depth: 0 };

    /// A number of its own for each scope at the depth of a record.
    pub(crate) fn number(self) -> u32 {
        self.cues.bits() << 1 | u32::from(self.strong_only)
    }

    pub(crate) fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl Worker<'_> {
    /// Finds everything personal in `text`; hits are above the number of hits there were before.
    pub(crate) fn scan(&mut self, text: &str, scope: Scope) {
        if !fold::needs_fold(text) {
            return self.scan_folded(text, scope);
        }
        let (mut folded, mut map) = (self.take_buffer(), self.maps.pop().unwrap_or_default());
        map.clear();
        fold::fold_into(text, &mut folded, &mut map);
        let base = self.hits.len();
        self.scan_folded(&folded, scope);
        for hit in self.hits.above_mut(base) {
            hit.start = map.get(hit.start).map_or(0, |&at| at as usize);
            hit.end = map.get(hit.end).map_or(text.len(), |&at| at as usize);
        }
        self.return_buffer(folded);
        self.maps.push(map);
    }

    fn scan_folded(&mut self, text: &str, scope: Scope) {
        let base = self.hits.len();
        self.scan_bytes(text, scope);
        if self.engine.has_own_rules {
            self.own_rules(text, base, scope);
        }
    }

    fn scan_bytes(&mut self, text: &str, scope: Scope) {
        let (bytes, base, cells) = (text.as_bytes(), self.hits.len(), self.cells.len());
        let (mut at, mut tables) = (0, Tables::default());
        let outer = (std::mem::take(&mut self.segments_to), std::mem::take(&mut self.letters_end));
        // Groups of another text say nothing of this one.
        self.groups.clear();
        while let Some(&byte) = bytes.get(at) {
            let class = CLASS[usize::from(byte)];
            let next = if class & WORD != 0 {
                self.word(text, at, base, scope)
            } else if class & SIGN != 0 {
                self.sign(text, at, base, scope)
            } else {
                if class & EDGE != 0 && !scope.strong_only {
                    self.edge(text, at, (base, cells), &mut tables);
                }
                at + 1
            };
            // What is long and passed in one go counts as letters.
            if class & LETTER != 0 || next - at > BARE_PASSED_MAX || bytes[at + 1..next].iter().any(|&byte| CLASS[usize::from(byte)] & LETTER != 0) {
                self.letters_end = next;
            }
            at = next;
        }
        self.groups.clear();
        (self.segments_to, self.letters_end) = outer;
        if self.hits.len() > base && tables.none_to > 0 {
            self.columns_beside_hits(text, base);
            self.rows_of_persons(text, base);
        }
        if self.hits.len() > base {
            self.around_names(text, base);
            self.moved(text, base);
        }
        if !scope.strong_only {
            self.aligned(text);
        }
        if self.cells.len() > cells {
            let mut noted = std::mem::take(&mut self.cells);
            self.hits.overlay(text, base, &mut noted, cells);
            self.cells = noted;
        }
    }

    /// Handles a quote or a sign that may part columns; `below` are the numbers of hits and cells of other texts.
    fn edge(&mut self, text: &str, at: usize, below: (usize, usize), tables: &mut Tables) {
        if matches!(text.as_bytes()[at], b'"' | b'\'') {
            self.quoted(text, at);
            return;
        }
        match text.as_bytes()[at] {
            b'*' => return self.x12(text, at),
            b'(' => return self.picture(text, at, below),
            b',' => self.ofs(text, at),
            _ => {}
        }
        let noted = self.cells.len();
        if at >= tables.none_to {
            tables.none_to = self.table(text, at, tables);
        }
        if self.cells.len() == noted && begins_line(text.as_bytes(), at) {
            self.statement_line(text, at);
        }
        if text.as_bytes()[at] != b',' {
            self.name_cell(text, at);
        }
    }

    /// Handles the word at `at`; returns where to go on. What the lexicon said to be unknown is not looked up again.
    fn word(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        if at > 3 && bytes[at - 1] == b'\\' && is_escaped_line(bytes, at) {
            return at + 1;
        }
        let (mut flags, mut end) = (0, at);
        while let Some(&byte) = bytes.get(end) {
            let class = CLASS[usize::from(byte)];
            if class & WORD == 0 {
                break;
            }
            flags |= class;
            end += 1;
        }
        if flags & (HIGH | DIGIT) == HIGH | DIGIT
            && let Some(cut) = unspaced_end(&bytes[at..end])
        {
            end = at + cut;
            flags = bytes[at..end].iter().fold(0, |flags, &byte| flags | CLASS[usize::from(byte)]);
        }
        let next = bytes.get(end).copied().unwrap_or(0);
        if next == b'-'
            && flags == DIGIT
            && end - at == 4
            && !scope.cues.any(Cues::BIRTH)
            && let Some(on) = leading_time(bytes, at)
        {
            return on;
        }
        let joined = matches!(next, b'-' | b'_' | b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
        let digest = flags & DIGIT != 0 && digest::is_plain(&bytes[at..end]);
        if digest && scope.strong_only {
            self.known_word(text, at, end, base);
            return end;
        }
        let mut unknown = false;
        if (joined || flags & DIGIT != 0) && flags & HIGH == 0 {
            match self.reference(text, at, base, scope) {
                Asked::Taken(on) => {
                    // `OKONKWO-BRANDT      CHIDINMA     19680914`
                    if bytes.get(on) == Some(&b' ') && flags & LOWER == 0 && !scope.strong_only {
                        self.padded_person(text, on);
                    }
                    return on;
                }
                Asked::UnknownWord => unknown = true,
                Asked::Open => {}
            }
        }
        if matches!(next, b'-' | b':' | b'.')
            && flags & HIGH == 0
            && matches!(end - at, 1..=4 | 8)
            && let Some(on) = self.hex(text, at, end, base, scope)
        {
            return on;
        }
        if at > 5 && matches!(bytes[at - 1], b'/' | b'\\') {
            self.home_user(text, at);
        }
        // What a call is given is looked at behind its name.
        if flags == LOWER {
            if next == b'(' {
                self.beside_sign(text, at, end, flags, next);
            }
            if next == b'\\' {
                self.user_of_small_domain(text, at, end);
            }
            return self.small_word(text, (at, end), base, scope);
        }
        if next == b'+' && end - at == 3 && matches!(&bytes[at..end], b"UNB" | b"UNH" | b"BGM" | b"LIN" | b"SEQ" | b"NAD" | b"FII" | b"CTA" | b"COM")
        {
            self.edifact(text, at);
        }
        self.beside_sign(text, at, end, flags, next);
        if next == b' ' && flags & UPPER != 0 && flags & LOWER == 0 && !scope.strong_only {
            self.padded_person(text, end);
        }
        if next == b' ' && end - at == 3 && &bytes[at..end] == b"PIC" {
            self.picture_clause(text, end);
        }
        if next == b' ' && end - at == 4 && &bytes[at..end] == b"PASS" {
            self.ftp_password(text, at);
        }
        if flags == DIGIT {
            return self.digits(text, (at, end), unknown, base, scope);
        }
        if flags & DIGIT != 0 {
            return self.mixed(text, (at, end), (unknown, digest), base, scope);
        }
        let on = self.prefix(text, at, end, base, scope);
        if on != end {
            return on;
        }
        if bytes[at] & 0x80 == 0 && CLASS[usize::from(bytes[at])] != UPPER {
            self.known_humps(text, at, end, base);
            if next == b' '
                && !scope.strong_only
                && self.hits.floor(base) <= at
                && let Some(on) = self.small_name(text, at, end, base)
            {
                return on;
            }
            return end;
        }
        let on = self.names(text, at, end, base, scope);
        if on > end && bytes.get(on) == Some(&b' ') && flags & LOWER == 0 && !scope.strong_only {
            self.padded_person(text, on);
        }
        // `DEBUG INSERT INTO t (...)`: words in capitals were passed together, and the statement is looked at from its first.
        let passed = bytes.get(end..on).unwrap_or_default();
        if flags & LOWER == 0
            && passed.len() >= 4
            && let Some(before) = memchr::memmem::find(passed, b" PIC")
        {
            self.picture_clause(text, end + before + 4);
        }
        match memchr::memmem::find(passed, b" INSERT") {
            Some(before) if is_statement(&bytes[end + before + 7..]) => end + before + 1,
            _ => on,
        }
    }

    /// Handles a word of small letters: nearly all are passed, whatever stands around them.
    fn small_word(&mut self, text: &str, (at, end): (usize, usize), base: usize, scope: Scope) -> usize {
        let number = SmallWords::number(text.as_bytes(), at, end);
        let traits = match number.and_then(|number| self.small.get(number)) {
            Some(traits) => traits,
            None => {
                let traits = self.traits_of(fold::cut(text, at, end));
                if let Some(number) = number {
                    self.small.put(number, traits);
                }
                traits
            }
        };
        if traits == Traits::DULL {
            return end;
        }
        if traits.has(Traits::ANNOUNCES) {
            let on = self.prefix(text, at, end, base, scope);
            if on != end {
                return on;
            }
        }
        if traits.has(Traits::KNOWN) && self.known_part(text, at, end, base) {
            return end;
        }
        if traits.has(Traits::LOGIN)
            && !scope.strong_only
            && let Some(on) = self.login_of_letters(text, (at, end), base)
        {
            return on;
        }
        if traits.has(Traits::GIVEN)
            && text.as_bytes().get(end) == Some(&b' ')
            && !scope.strong_only
            && let Some(on) = self.small_name(text, at, end, base)
        {
            return on;
        }
        if traits.has(Traits::TITLE)
            && !scope.strong_only
            && let Some(on) = self.small_titled(text, at, end, base)
        {
            return on;
        }
        end
    }

    /// What a word of small letters may be.
    fn traits_of(&mut self, word: &str) -> Traits {
        Traits::DULL
            .with(Traits::ANNOUNCES, prefix::may_be(word.as_bytes()))
            .with(Traits::KNOWN, self.is_known(word.as_bytes()))
            .with(Traits::LOGIN, initials_and_family(word).is_some())
            .with(Traits::GIVEN, may_be_given(word.as_bytes()))
            .with(Traits::TITLE, may_be_title(word))
    }

    /// Looks at what stands behind a word and the sign that touches it.
    fn beside_sign(&mut self, text: &str, at: usize, end: usize, flags: u8, next: u8) {
        let len = end - at;
        match next {
            b'\\' if (2..=15).contains(&len) && flags & (LOWER | HIGH) == 0 => self.domain_user(text, at, end),
            b'(' if len == 4 && text.as_bytes()[at..end] == *b"USER" => self.racf_user(text, end),
            b'(' if matches!(text.as_bytes().get(end + 1), Some(b'\'' | b'"' | b'N')) => self.procedure_arguments(text, at, end),
            b'(' if flags == LOWER && matches!(&text.as_bytes()[at..end], b"imap" | b"lmtp" | b"lda" | b"managesieve") => {
                self.mailbox_user(text, end)
            }
            // `P<NLDVAN<DEN<BOSCH<<JANNEKE`, and the line of the number.
            b'<' if flags & (LOWER | HIGH) == 0 => self.travel_document(text, at),
            b',' if matches!(len, 7 | 8) && flags == UPPER => self.ofs(text, end),
            b'|' | b'^' | b'!' | b'+' | b';' | b':' | b'~' if len == 3 && flags & LOWER == 0 => self.x12(text, end),
            _ => {}
        }
    }

    fn sign(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let byte = |offset: usize| bytes.get(at + offset).copied().unwrap_or(0);
        match bytes[at] {
            b'\\' => if matches!(byte(1), b'x' | b'u') { self.hex_escapes(text, at, scope) } else { None }.unwrap_or(at + 1),
            // No address has two.
            b'@' if byte(1) == b'@' => at + 1,
            b'@' => self.ask(Trigger::At, text, at, at + 1, base, scope).unwrap_or(at + 1),
            b'%' if scope.depth < NESTING_MAX && fold::percent_at(bytes, at).is_some() => self.percent(text, at, base, scope),
            b'[' => match token_len(&self.engine.keys, &bytes[at..]) {
                Some(len) => at + len,
                None if (byte(1).is_ascii_digit() || at > 1 && bytes[at - 1] == b' ' && bytes[at - 2].is_ascii_digit())
                    && let Some(on) = self.dumped_element(text, at, base) =>
                {
                    on
                }
                None => {
                    if byte(3) == b'/' {
                        self.common_log_user(text, at);
                    }
                    if bytes[..at].ends_with(b": ") {
                        self.radius_user(text, at);
                    }
                    if bytes[..at].ends_with(b"value ") {
                        self.quoted(text, at);
                    }
                    if bytes[..at].ends_with(b"] - ") || bytes[..at].ends_with(b" <- ") {
                        self.bound_in_bracket(text, at);
                    }
                    at + 1
                }
            },
            b'{' if byte(5) == b'}' => {
                self.fedwire(text, at);
                at + 1
            }
            // `values (?, ?) {"bindings":[17,"Roe"]}`
            b'{' if byte(1) == b'"' && byte(2) == b'b' && byte(3) == b'i' && byte(4) == b'n' && scope.depth < NESTING_MAX => {
                let colon = memchr::memchr(b':', &bytes[at..bytes.len().min(at + 16)]);
                self.bound_values(text, colon.map_or(at, |len| at + len));
                self.embedded(text, at, base, scope)
            }
            b'{' if scope.depth < NESTING_MAX => match self.python_dict(text, at, base, scope) {
                Some(on) => on,
                None => self.embedded(text, at, base, scope),
            },
            b'-' if byte(1) == b'-' => {
                let len = bytes[at..].iter().take_while(|&&byte| byte == b'-').count();
                let found = if len >= 5 { self.ask(Trigger::Dashes, text, at + len - 5, at + len, base, scope) } else { None };
                found.unwrap_or(at + len)
            }
            // `Map(password -> x)`, and no `user->name`.
            b'-' if byte(1) == b'>' && byte(2) == b' ' && at > 0 && bytes[at - 1] == b' ' => self.pair(text, at, base, scope),
            b':' if byte(1) == b'/' && byte(2) == b'/' => self.ask(Trigger::Scheme, text, at, at + 3, base, scope).unwrap_or(at + 3),
            b':' if byte(1) == b':'
                && byte(2) == b'5'
                && let Some(on) = self.swift_customer(text, at + 1, base) =>
            {
                on
            }
            b':' if byte(1) == b'8' && byte(2) == b'6' && byte(3) == b':' => {
                self.swift_details(text, at + 4);
                at + 4
            }
            b':' if byte(1) == b'2'
                && byte(2) == b'5'
                && let Some(on) = self.swift_account(text, at, base) =>
            {
                on
            }
            b':' if byte(1) == b':' => self.ask(Trigger::Hex, text, at, at, base, scope).unwrap_or(at + 2),
            b':' if byte(1) == b'5'
                && let Some(on) = self.swift_customer(text, at, base) =>
            {
                on
            }
            b':' if byte(1) == b' ' && byte(2) == b'(' && byte(3) == b't' && bytes[..at].ends_with(b"su") => {
                self.su_user(text, at);
                at + 1
            }
            b':' if byte(1) == b' ' && at > 15 && bytes[at - 1].is_ascii_digit() && matches!(bytes[at - 2], b' ' | b'0'..=b'9') => {
                self.bound_variable(text, at);
                self.pair(text, at, base, scope)
            }
            b'=' if byte(1) == b'?'
                && let Some(on) = self.mime_word(text, at, base, scope) =>
            {
                on
            }
            b'=' if at > 2
                && matches!(bytes[at - 1], b'e' | b'g' | b'c' | b'h' | b't' | b'n' | b'E' | b'k')
                && let Some(on) = self.query_secret(text, at, base) =>
            {
                on
            }
            b'=' if bytes[..at].ends_with(b" TTY") => {
                self.sudo_user(text, at);
                at + 1
            }
            b'=' | b':' | b'>' => self.pair(text, at, base, scope),
            _ => at + 1,
        }
    }

    /// Handles the group of digits at `at`, together with those joined to it. Where nothing is found only this group is passed: the next one may be
    /// the beginning of something else.
    fn digits(&mut self, text: &str, (at, end): (usize, usize), unknown: bool, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        if end - at >= ACH_DIGITS_MIN && bytes[at] == b'6' && !scope.strong_only {
            self.ach_entry(text, at);
        }
        if end - at == 9 && at > 4 && bytes[at - 5] == b'6' && !scope.strong_only {
            self.spaced_entry(text, at);
        }
        if end - at == CFONB_DIGITS && bytes[at] == b'0' && !scope.strong_only {
            self.cfonb_record(text, at);
        }
        let mut groups = std::mem::take(&mut self.groups);
        run::collect(bytes, at, end, &mut groups);
        // A group that is tied to the one before it, unless that one is part of a value already.
        let tied = at > 1 && matches!(bytes[at - 1], b'-' | b'.' | b'/') && bytes[at - 2].is_ascii_digit() && self.hits.floor(base) + 1 < at;
        let joined = if tied { bytes[at - 1] } else { 0 };
        let spot = Spot {
            text: bytes,
            at,
            end,
            groups: &groups,
            joined,
            field: scope.cues,
            floor: self.hits.floor(base),
            bare: at.saturating_sub(self.letters_end) > REACH_BYTES,
            near: OnceCell::new(),
            names: OnceCell::new(),
        };
        let found = if is_nothing(&spot) { None } else { find(self.engine.detectors.of(Trigger::Digits), &spot, scope) };
        self.groups = groups;
        if let Some(found) = found {
            self.settle(text, found, base);
            return self.hits.floor(base).max(found.end).max(end);
        }
        if !scope.strong_only
            && let Some(class) = self.carried(text, at, end, base)
        {
            self.settle(text, Found { start: at, end, class: Some(class), strong: false }, base);
            return end;
        }
        if let Some(on) = self.known_groups(text, (at, end), base) {
            return on;
        }
        if end - at >= KNOWN_DIGITS_MIN && !unknown {
            self.known_word(text, at, end, base);
        }
        end
    }

    fn mixed(&mut self, text: &str, (at, end): (usize, usize), (unknown, digest): (bool, bool), base: usize, scope: Scope) -> usize {
        if end - at > BACS_DIGITS && !scope.strong_only {
            self.bacs_entry(text, at);
        }
        if scope.depth < NESTING_MAX
            && let Some(on) = self.hex_text(text, (at, end), base, scope)
        {
            return on;
        }
        let spot = self.spot(text, at, end, base, scope);
        if digest && spot.names().is_empty() {
            debug_assert!(find(self.engine.detectors.of(Trigger::Mixed), &spot, scope).is_none());
            if !unknown {
                self.known_word(text, at, end, base);
            }
            return end;
        }
        if let Some(on) = self.ask(Trigger::Mixed, text, at, end, base, scope) {
            return on;
        }
        let lettered = bytes_are_login(&text.as_bytes()[at..end]) && !scope.strong_only;
        if lettered && let Some(on) = self.login_of_letters(text, (at, end), base) {
            return on;
        }
        // Digests and trace ids have letters of one case.
        let before = at.checked_sub(1).map_or(0, |at| text.as_bytes()[at]);
        let run_on = matches!(text.as_bytes().get(end), Some(b'+' | b'/')) && end - at >= 4 && !matches!(before, b'+' | b'/' | b'-' | b'_');
        if (end - at >= base64::LEN_MIN || run_on)
            && scope.depth < NESTING_MAX
            && has_both_cases(&text.as_bytes()[at..end])
            && let Some(on) = self.base64(text, at, base, scope)
        {
            return on;
        }
        if !unknown {
            self.known_word(text, at, end, base);
        }
        self.known_humps(text, at, end, base);
        end
    }

    /// Asks what a word before a blank says of that which follows.
    fn prefix(&mut self, text: &str, at: usize, end: usize, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let may = bytes.get(end) == Some(&b' ') && (prefix::may_be(&bytes[at..end]) || (end - at <= 12 && !bytes[at..end].is_ascii()));
        if !may {
            return end;
        }
        if bytes[at..end].eq_ignore_ascii_case(b"insert")
            && let Some(on) = self.insert(text, at, base, scope)
        {
            return on;
        }
        if &bytes[at..end] == b"contains" {
            self.quoted_row(text, end + 1, base);
            return end;
        }
        if prefix::is_command(&bytes[at..end]) {
            self.command_password(text, at, end);
            return end;
        }
        self.ask(Trigger::Prefix, text, at, end, base, scope).unwrap_or(end)
    }

    fn hex(&mut self, text: &str, at: usize, end: usize, base: usize, scope: Scope) -> Option<usize> {
        let bytes = text.as_bytes();
        if !bytes[at..end].iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        // A clock time is the most frequent thing of this shape by far.
        if let Some(&[a, b, b':', c, d, b':', e, f]) = bytes.get(at..at + 8)
            && [a, b, c, d, e, f].iter().all(u8::is_ascii_digit)
            && !matches!(bytes.get(at + 8), Some(b':' | b'a'..=b'f' | b'A'..=b'F'))
        {
            return Some(at + 8);
        }
        self.ask(Trigger::Hex, text, at, end, base, scope)
    }

    /// Asks the detectors of a trigger; settles what they find and returns where it ends.
    fn ask(&mut self, trigger: Trigger, text: &str, at: usize, end: usize, base: usize, scope: Scope) -> Option<usize> {
        let spot = self.spot(text, at, end, base, scope);
        let found = find(self.engine.detectors.of(trigger), &spot, scope)?;
        self.settle(text, found, base);
        Some(found.end.max(end))
    }

    /// A candidate that is no number.
    fn spot<'t>(&self, text: &'t str, at: usize, end: usize, base: usize, scope: Scope) -> Spot<'t> {
        Spot {
            text: text.as_bytes(),
            at,
            end,
            groups: &[],
            joined: 0,
            field: scope.cues,
            floor: self.hits.floor(base),
            bare: false,
            near: OnceCell::new(),
            names: OnceCell::new(),
        }
    }

    fn settle(&mut self, text: &str, found: Found, base: usize) {
        let Some(class) = found.class else { return };
        let (mut start, mut end) = (found.start, found.end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        if let Some(made) = self.make(class, fold::cut(text, start, end)) {
            if found.strong {
                self.tell(class, fold::cut(text, start, end));
            }
            self.hits.push(base, Hit { start, end, made });
            if class == PiiClass::Customer {
                self.note_customer_in_text(made);
            }
            if class == PiiClass::Card {
                self.stripe(text, end, base);
            }
            if class == PiiClass::Ip {
                self.web_server_user(text, start);
                if start > 3 && matches!(text.as_bytes()[start - 1], b'@' | b'/' | b'|') {
                    self.user_before_address(text, start);
                }
            }
        }
    }

    /// Drops the data of a magnetic stripe behind the card that ends at `end`, as PCI DSS 3.3 asks.
    #[cold]
    #[inline(never)]
    pub(super) fn stripe(&mut self, text: &str, end: usize, base: usize) {
        let Some((from, to)) = stripe_behind(&text.as_bytes()[end..]).map(|(from, to)| (end + from, end + to)) else { return };
        if text.is_char_boundary(from)
            && text.is_char_boundary(to)
            && let Some(made) = self.make_value(PiiClass::Secret, fold::cut(text, from, to))
        {
            self.hits.push(base, Hit { start: from, end: to, made });
        }
    }
}

/// Whether what stands behind `INSERT` says soon where to: ` INTO`, ` IGNORE INTO`, ` OR REPLACE INTO`.
fn is_statement(rest: &[u8]) -> bool {
    rest.first() == Some(&b' ') && memchr::memmem::find(&rest[..rest.len().min(24)], b"INTO ").is_some()
}

/// Whether no detector can find anything in digits without a word around: a row of single digits, or a small number before a sign.
fn is_nothing(spot: &Spot<'_>) -> bool {
    let alone = match spot.groups {
        [only] => only.len() < KNOWN_DIGITS_MIN && matches!(spot.byte(spot.end), b':' | b';' | b'=' | b'[' | b']' | b'{' | b'}' | b'@'),
        groups => groups.len() > 4 && groups.iter().all(|group| group.len() == 1),
    };
    alone && spot.bare && spot.field.bits() == 0
}

/// End of the time that a line begins with: `2026-11-20 00:00:10,370`, `[2026-11-20T00:00:10.370Z`. No word before it says that it is anything else.
fn leading_time(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes[..at].strip_suffix(b"[").unwrap_or(&bytes[..at]);
    if head.last().is_some_and(|&byte| byte != b'\n') {
        return None;
    }
    const SHAPE: &[u8; 19] = b"0000-00-00 00:00:00";
    let text = bytes.get(at..at + SHAPE.len())?;
    let fits = |(&byte, &shape): (&u8, &u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape || (shape == b' ' && byte == b'T') };
    if !text.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let end = at + SHAPE.len();
    let fraction = match bytes.get(end) {
        Some(b',' | b'.') => 1 + bytes[end + 1..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    let end = end + if (2..=10).contains(&fraction) { fraction } else { 0 };
    let end = end + usize::from(bytes.get(end) == Some(&b'Z'));
    matches!(bytes.get(end), Some(b' ' | b']' | b'\t') | None).then_some(end)
}

/// Where digits meet a script without blanks inside a word: `口座番号4418207です` is three words.
fn unspaced_end(word: &[u8]) -> Option<usize> {
    (1..word.len()).find(|&at| {
        let (before, here) = (word[at - 1].is_ascii_digit(), word[at].is_ascii_digit());
        (before && run::is_unspaced(word[at])) || (here && at >= 3 && word[at - 1] >= 0x80 && run::is_unspaced(word[at - 3]))
    })
}

/// Whether the letter at `at` ends a line in an escaped text, right behind another such escape: `\\r\\nfr74 2004` begins a line with `fr74`.
fn is_escaped_line(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'n' && matches!(bytes[at - 3..at - 1], [b'\\', b'r' | b'n'])
}

/// Whether the sign at `at` parts the first column of a line from the second.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    let back = bytes[..at].iter().rev().take(80).take_while(|&&byte| byte != bytes[at] && byte >= b' ').count();
    matches!(bytes[at], b';' | b'\t') && (back == at || bytes[at - back - 1] == b'\n')
}

/// Whether a word of letters and digits begins with six small letters or more and ends with a few digits.
fn bytes_are_login(word: &[u8]) -> bool {
    let letters = word.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    letters >= 6 && letters < word.len() && word.len() - letters <= 4 && word[letters..].iter().all(u8::is_ascii_digit)
}

fn has_both_cases(word: &[u8]) -> bool {
    word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase)
}

fn find(detectors: &Panel, spot: &Spot<'_>, scope: Scope) -> Option<Found> {
    detectors.of(spot).find_map(|detector| (detector.find)(spot).filter(|found| found.strong || !scope.strong_only))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_passed_only_where_a_line_begins_with_it() {
        for (text, at, end) in [
            ("2026-11-20 00:00:10,370 INFO", 0, Some(23)),
            ("[2026-11-20T00:00:10.370Z] x", 1, Some(25)),
            ("a\n2026-11-20 00:00:10\tx", 2, Some(21)),
            ("2026-11-20 00:00:10", 0, Some(19)),
            ("born 1949-07-07 00:00:00 x", 5, None),
            ("2026-11-20 00:00:10.4539148803436467", 0, None),
            ("2026-11-20 00:00", 0, None),
            ("2026-11-20 00:00:10-536-22-8145", 0, None),
        ] {
            assert_eq!(leading_time(text.as_bytes(), at), end, "{text}");
        }
    }
}
