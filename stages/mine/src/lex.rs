//! The lexer: one pass over a message's bytes, constants and typed variables out.
//!
//! A run of letters, digits and joining punctuation ends at a blank, bracket, quote, `=`, `,`, `;` or `|`. Most runs hold neither a
//! digit nor a slash and are constants at once; the others are classified as a whole, else part by part. Redaction tokens
//! (`[CARD_...]`) are variables. It names no system and knows no vocabulary but `true`, `false`, `null` and units.

mod alike;
mod amount;
mod beyond;
mod class;
mod run;
mod token;

use schemas::pii::PiiClass;

use crate::trim::trim;

pub(crate) use alike::{digits_of_constants, is_certain, without_digits};
pub(crate) use token::{redaction, without_tokens};

/// What a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// `https://host/path`.
    Url,
    /// `host:8080`.
    HostPort,
    /// An IP address, with or without port or prefix length.
    Ip,
    /// A MAC address.
    Mac,
    /// A UUID.
    Uuid,
    /// `/var/log/x`, `C:\x\y`.
    Path,
    /// `12:34:56.789`.
    Time,
    /// `2026-11-22`, with or without time.
    Date,
    /// `0x1f`, `9f4ef63`.
    Hex,
    /// An amount of money with its currency.
    Amount,
    /// A number, with or without unit.
    Number,
    /// A word with digits: `blk_123`, `node-12`.
    Identifier,
    /// `[CARD_...]`.
    Redacted(PiiClass),
    /// `true`, `false`, `null`.
    Literal,
}

/// A piece of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Constant text, punctuation and blanks included. Adjacent ones may follow each other.
    Text(&'a str),
    /// A variable.
    Variable(Class, &'a str),
}

/// The class of a text that is one redaction token.
pub(crate) fn redacted(text: &str) -> Option<PiiClass> {
    // Most texts begin with a letter or figure.
    if matches!(text.as_bytes(), [b'!'..=b'Z' | b'a'..=b'~', ..]) {
        return None;
    }
    let text = trim(text);
    let (class, length) = redaction(text.as_bytes())?;
    (length == text.len()).then_some(class)
}

/// How a byte takes part in a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Delimiter,
    Letter,
    Digit,
    /// Joins letters and digits to one run.
    Joiner,
}

const KINDS: [Kind; 256] = kinds();

const fn kinds() -> [Kind; 256] {
    let mut table = [Kind::Letter; 256];
    let mut byte = 0;
    while byte < 256 {
        let kind = match byte as u8 {
            0..=b' ' | 0x7f => Kind::Blank,
            b'0'..=b'9' => Kind::Digit,
            b'.' | b'_' | b'-' | b':' | b'/' | b'@' | b'+' | b'%' | b'#' | b'~' | b'\\' | b'&' | b'?' | b'*' | b'$' | b'!' => Kind::Joiner,
            b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'=' | b',' | b';' | b'|' | b'"' | b'\'' | b'`' | b'^' => Kind::Delimiter,
            _ => Kind::Letter,
        };
        table[byte] = kind;
        byte += 1;
    }
    table
}

fn kind(byte: u8) -> Kind {
    KINDS[byte as usize]
}

/// Cuts `message` into pieces that join to it again.
pub(crate) fn lex<'a>(message: &'a str, sink: &mut impl FnMut(Piece<'a>)) {
    let bytes = message.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        match kind(bytes[at]) {
            Kind::Blank => at += 1,
            Kind::Delimiter => match redaction(&bytes[at..]) {
                Some((class, length)) => {
                    text(message, start, at, sink);
                    sink(Piece::Variable(Class::Redacted(class), part(message, at, at + length)));
                    at += length;
                    start = at;
                }
                None => {
                    // `<1 sec`: the sign belongs to the number, and so does its unit.
                    let after_blank = at == 0 || kind(bytes[at - 1]) == Kind::Blank;
                    let length = if after_blank { beyond::bound(part(message, at, bytes.len())) } else { 0 };
                    if length > 0 {
                        text(message, start, at, sink);
                        sink(Piece::Variable(Class::Number, part(message, at, at + length)));
                        start = at + length;
                    }
                    at += length.max(1);
                }
            },
            _ => {
                if amount::may_begin(&bytes[at..]) {
                    let length = amount::amount(part(message, at, bytes.len()));
                    if length > 0 {
                        text(message, start, at, sink);
                        sink(Piece::Variable(Class::Amount, part(message, at, at + length)));
                        at += length;
                        start = at;
                        continue;
                    }
                }
                let (mut end, look) = run_end(bytes, at);
                if look == Look::Other {
                    end = beyond::query_end(message, at, end);
                }
                let whole = part(message, at, end);
                let is_value = match look {
                    Look::Word => run::is_word_value(whole),
                    Look::Joined => run::is_value(whole),
                    Look::Other => true,
                };
                if look == Look::Word && end - at == 3 {
                    let length = beyond::calendar(part(message, at, bytes.len()), end - at);
                    if length > 0 {
                        text(message, start, at, sink);
                        sink(Piece::Variable(Class::Date, part(message, at, at + length)));
                        at += length;
                        start = at;
                        continue;
                    }
                }
                if is_value {
                    text(message, start, at, sink);
                    let unit = run::classify(whole, part(message, end, bytes.len()), sink);
                    if unit > 0 {
                        sink(Piece::Variable(Class::Number, part(message, end, end + unit)));
                    }
                    at = end + unit;
                    start = at;
                }
                at = at.max(end);
            }
        }
    }
    text(message, start, bytes.len(), sink);
}

/// What a run is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Letters only: nearly always a constant.
    Word,
    /// Letters and harmless punctuation.
    Joined,
    /// Digits, slashes or `@` too.
    Other,
}

/// What a byte makes of its run, as bits that add up.
const LOOKS: [u8; 256] = looks();
const JOINED: u8 = 1;
const OTHER: u8 = 2;
/// It ends the run.
const END: u8 = 4;

const fn looks() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match (KINDS[byte], byte as u8) {
            (Kind::Letter, _) => 0,
            (Kind::Digit, _) | (Kind::Joiner, b'/' | b'\\' | b'@') => OTHER,
            (Kind::Joiner, _) => JOINED,
            (Kind::Blank | Kind::Delimiter, _) => END,
        };
        byte += 1;
    }
    table
}

/// The end of the run that begins at `at`, and what it is made of.
fn run_end(bytes: &[u8], at: usize) -> (usize, Look) {
    let mut look = 0;
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().position(|byte| {
        let of_byte = LOOKS[usize::from(*byte)];
        look |= of_byte;
        of_byte == END
    });
    let look = match look {
        look if look & OTHER != 0 => Look::Other,
        look if look & JOINED != 0 => Look::Joined,
        _ => Look::Word,
    };
    (length.map_or(bytes.len(), |length| at + length), look)
}

fn text<'a>(message: &'a str, start: usize, end: usize, sink: &mut impl FnMut(Piece<'a>)) {
    if start < end {
        sink(Piece::Text(part(message, start, end)));
    }
}

/// A slice at borders the lexer found: always beside ASCII bytes or at an end, so never inside a character.
fn part(message: &str, start: usize, end: usize) -> &str {
    message.get(start..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(message: &str) -> String {
        let mut out = String::new();
        lex(message, &mut |piece| match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Variable(class, _) => out.push_str(&format!("<{class:?}>")),
        });
        out
    }

    #[track_caller]
    fn check(message: &str, expected: &str) {
        assert_eq!(shown(message), expected, "{message}");
    }

    #[test]
    fn numbers_and_units() {
        check("took 35 ms", "took <Number> ms");
        check("took 35ms, 5.2 KB at 99.5%", "took <Number>, <Number><Number> at <Number>");
        check("lasted <1 sec, >90% of <3>", "lasted <Number>, <Number> of <<Number>>");
        check("mask ffffffff of 8 Bytes", "mask <Hex> of <Number> Bytes");
        check("delta -17 +3 1,024", "delta <Number> <Number> <Number>,<Number>");
        check("size=0x1F80 id=9f4ef63a", "size=<Hex> id=<Hex>");
    }

    #[test]
    fn amounts() {
        check("paid $1,234.56 and EUR 12,50 of 1,024 items", "paid <Amount> and <Amount> of <Number>,<Number> items");
        check("35\u{b0}C in L2 of u0", "<Number> in L2 of u0");
    }

    #[test]
    fn addresses() {
        check("from 10.0.0.1 to 10.0.0.2:8080.", "from <Ip> to <Ip>.");
        check("net 10.0.0.0/24", "net <Ip>");
        check("peer fe80::1ff:fe23:4567:890a up", "peer <Ip> up");
        check("hw 00:1a:2b:3c:4d:5e", "hw <Mac>");
        check("call https://bank.example/a?b=c&d=e, now", "call <Url>, now");
        check("\"GET /a/b?c=1&d=2 HTTP/1.1\" 200", "\"GET <Path><Number>\" <Number>");
        check("at org.example.Thing.run:42 of it", "at <Identifier> of it");
        check("to proxy.example.com:5070 failed", "to <HostPort> failed");
        check("to mail.example.org. java.io.IOException", "to <HostPort>. java.io.IOException");
    }

    #[test]
    fn times_and_dates() {
        check("at 12:34:56.789 on 2026-11-22", "at <Time> on <Date>");
        check("at 2026-11-22T12:34:56Z ok", "at <Date> ok");
        check("since Sat Jul  9 22:53:19 2005, Mon, 7 and Jul 9 on", "since <Date>, Mon, <Number> and <Date> on");
        check("May I, Sun is up, Dec 2026", "May I, Sun is up, Dec <Number>");
        check("2026-11-22 12:34:56,789 INFO up", "<Date> <Time><Number> INFO up");
    }

    #[test]
    fn identifiers_and_paths() {
        check("block blk_-123 on node-12", "block <Identifier> on node-<Identifier>");
        check(
            "host n12-a wrote core.862 by jk2_init() of metrics2.properties",
            "host <Identifier> wrote core.<Identifier> by jk2_init() of metrics2.properties",
        );
        check("id 123e4567-e89b-12d3-a456-426614174000", "id <Uuid>");
        check("open /var/log/messages failed", "open <Path> failed");
    }

    #[test]
    fn literals_and_tokens() {
        check("ready=true last: null on:false", "ready=<Literal> last: <Literal> on:<Literal>");
        check("card [CARD_k1ABCDEFGHIJKLMNOP] of [NAME]", "card <Redacted(Card)> of <Redacted(Name)>");
        check("[main] started [A]", "[main] started [A]");
    }

    #[test]
    fn words_stay() {
        check("Connection closed by peer - retry?", "Connection closed by peer - retry?");
        check("PacketResponder::run() done.", "PacketResponder::run() done.");
    }

    proptest! {
        #[test]
        fn words_are_judged_as_runs_are(word in "[a-fA-Fxy]{1,34}|[a-f]{8}|[a-f]{16}|[A-F]{32}|true|nil|None|FALSE") {
            prop_assert_eq!(run::is_word_value(&word), run::is_value(&word));
        }

        #[test]
        fn pieces_join_to_the_message(message in "\\PC{0,80}") {
            let mut joined = String::new();
            lex(&message, &mut |piece| match piece { Piece::Text(text) | Piece::Variable(_, text) => joined.push_str(text) });
            prop_assert_eq!(joined, message);
        }

        #[test]
        fn loggy_text_joins_too(message in "([a-z]{1,5}|[0-9.:/_-]{1,9}|\\[[A-Z]{2,6}_[A-Za-z0-9]{0,20}\\]|0x[0-9a-f]{1,4}|[ =,;()é]){0,20}") {
            let mut joined = String::new();
            lex(&message, &mut |piece| match piece { Piece::Text(text) | Piece::Variable(_, text) => joined.push_str(text) });
            prop_assert_eq!(joined, message);
        }
    }
}
