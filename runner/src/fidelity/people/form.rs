//! Ways of writing a name.

use super::persons::{Person, plain, telling};
use crate::fidelity::prng::Prng;

/// Where a form fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frame {
    /// A person's whole name.
    Whole,
    /// An English genitive.
    EnglishGenitive,
    /// A German genitive before its noun.
    GermanGenitive,
    /// Behind a preposition that makes a genitive.
    Of,
    /// An e-mail address.
    Mail,
    /// A user name behind a word that says so.
    UserCued,
    /// A user name with no such word.
    User,
    /// A surname behind a title or a role.
    FamilyCued,
    /// A surname with nothing before it that announces a person.
    Family,
    /// A given name among colleagues.
    Given,
}

/// A name as it stands in a text.
pub struct Written {
    /// As it stands there.
    pub text: String,
    /// What must not be readable, in small letters.
    pub tells: Vec<String>,
}

/// A way of writing a name.
pub struct Form {
    /// Name in reports.
    pub id: &'static str,
    /// An example.
    pub title: &'static str,
    /// Where it fits.
    pub frame: Frame,
    /// Whether it is planted where no field knows the person: nobody can tell that an unannounced `jroe` is a name.
    pub free: bool,
    /// Writes a person's name.
    pub write: fn(&Person, &mut Prng) -> Written,
}

const fn form(id: &'static str, title: &'static str, frame: Frame, write: fn(&Person, &mut Prng) -> Written) -> Form {
    Form { id, title, frame, free: true, write }
}

/// All forms, in the order of reports.
pub const FORMS: &[Form] = &[
    form("as-written", "Jane Roe", Frame::Whole, |person, _| whole(person, format!("{} {}", person.given, person.family))),
    form("upper", "JANE ROE", Frame::Whole, |person, _| whole(person, format!("{} {}", person.given, person.family).to_uppercase())),
    form("lower", "jane roe", Frame::Whole, |person, _| whole(person, format!("{} {}", person.given, person.family).to_lowercase())),
    form("family-comma", "ROE, JANE; Roe, Jane", Frame::Whole, |person, prng| {
        let text = format!("{}, {}", person.family, person.given);
        whole(person, if prng.once_in(2) { text.to_uppercase() } else { text })
    }),
    form("family-first", "Roe Jane", Frame::Whole, |person, _| whole(person, format!("{} {}", person.family, person.given))),
    form("initial-family", "J. Roe; J Roe", Frame::Whole, |person, prng| {
        let dot = if prng.once_in(3) { "" } else { "." };
        Written { text: format!("{}{dot} {}", person.initial(), person.family), tells: telling(person.family) }
    }),
    form("given-initial", "Jane R.", Frame::Whole, |person, _| {
        let letter = person.stem().chars().next().unwrap_or('X');
        Written { text: format!("{} {letter}.", person.given), tells: telling(person.given) }
    }),
    form("middle", "Jane A. Roe", Frame::Whole, |person, prng| {
        let letter = prng.of("ABCDEFGHJKLMNPRSTW", 1);
        whole(person, format!("{} {letter}. {}", person.given, person.family))
    }),
    form("genitive-s", "Jane Roe's; Roe's", Frame::EnglishGenitive, |person, prng| {
        if prng.once_in(3) {
            return Written { text: format!("{}'s", person.family), tells: telling(person.family) };
        }
        whole(person, format!("{} {}'s", person.given, person.family))
    }),
    form("genitive-german", "Jane Roes", Frame::GermanGenitive, |person, _| {
        let end = if person.family.ends_with(['s', 'z', 'x', 'ß', 'ć', 'ś']) { "'" } else { "s" };
        whole(person, format!("{} {}{end}", person.given, person.family))
    }),
    form("genitive-of", "von Jane Roe", Frame::Of, |person, _| whole(person, format!("{} {}", person.given, person.family))),
    form("e-mail", "jane.roe@example.com", Frame::Mail, |person, prng| {
        let (local, tells) = user_name(person, prng);
        let host = prng.pick(&["example.com", "mail.example.org", "post.example.net", "bank.example"]);
        Written { text: format!("{local}@{host}"), tells }
    }),
    form("user-cued", "user jane.roe; login jroe", Frame::UserCued, |person, prng| {
        let (text, tells) = user_name(person, prng);
        Written { text, tells }
    }),
    Form { free: false, ..form("user-dotted", "jane.roe; roe_jane", Frame::User, dotted) },
    Form { free: false, ..form("user-short", "jroe; jroe42; roej", Frame::User, short) },
    form("family-cued", "Ms Roe; client Roe", Frame::FamilyCued, |person, _| Written {
        text: person.family.to_owned(),
        tells: telling(person.family),
    }),
    form("family-alone", "Roe", Frame::Family, |person, _| Written { text: person.family.to_owned(), tells: telling(person.family) }),
    form("given-alone", "Jane", Frame::Given, |person, _| Written { text: person.given.to_owned(), tells: telling(person.given) }),
];

fn whole(person: &Person, text: String) -> Written {
    Written { text, tells: telling(person.given).into_iter().chain(telling(person.family)).collect() }
}

fn user_name(person: &Person, prng: &mut Prng) -> (String, Vec<String>) {
    let written = if prng.once_in(3) { short(person, prng) } else { dotted(person, prng) };
    (written.text, written.tells)
}

/// Given name and surname with a sign between.
fn dotted(person: &Person, prng: &mut Prng) -> Written {
    let (given, family) = (plain(person.given), plain(person.family));
    let sign = prng.pick(&[".", ".", "_", "-"]);
    let text = if prng.once_in(4) { format!("{family}{sign}{given}") } else { format!("{given}{sign}{family}") };
    let tells = [text.clone(), given, family].into_iter().filter(|tell| tell.len() >= 3).collect();
    Written { text, tells }
}

/// Initial and surname in one word.
fn short(person: &Person, prng: &mut Prng) -> Written {
    let (given, family) = (plain(person.given), plain(person.family));
    let initial = given.get(..1).unwrap_or("x");
    let text = match prng.below(4) {
        0 => format!("{family}{initial}"),
        1 => format!("{initial}{family}{}", prng.between(1, 99)),
        2 => format!("{initial}.{family}"),
        _ => format!("{initial}{family}"),
    };
    Written { tells: vec![text.clone(), family], text }
}
