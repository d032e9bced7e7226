//! What the lexicon learns of a person's name: the whole, its parts, and the user names that are made of it.

use schemas::pii::PiiClass;

use crate::canonical::name_form_into;
use crate::fields::Rule;
use crate::scan::gazetteer::ascii_forms;
use crate::scan::name_shape::is_particle;
use crate::scan::names::{is_common, is_company, is_ordinary, is_technical, is_word};
use crate::walk::Place;
use crate::worker::{Worker, has_capitalised, is_placeholder};

/// What names of fields of given names and surnames hold, in several languages.
const GIVEN: [&str; 8] = ["first", "given", "fore", "vorname", "prenom", "nombre", "voornaam", "christian"];
const FAMILY: [&str; 9] = ["last", "sur", "family", "nachname", "familien", "famille", "apellido", "cognome", "achternaam"];
/// Bytes of the longest half of a name.
const HALF_BYTES_MAX: usize = 40;

/// Words of the longest name.
const WORDS_MAX: usize = 6;
/// Letters of the shortest part.
const PART_CHARS_MIN: usize = 3;
/// Letters of the shortest part that is found without a capital.
const SMALL_PART_CHARS_MIN: usize = 4;
/// Letters of the shortest user name.
const USER_CHARS_MIN: usize = 4;

impl Worker<'_> {
    /// Notes a person's name as a whole and by its parts; a company's name has no parts.
    pub(crate) fn gather_name(&mut self, value: &str, form: &mut String) {
        let words = name_form_into(value, form);
        let letters = form.chars().filter(|c| c.is_alphabetic()).count();
        // A template's parts are the names of its variables: `Payment of {iban}`.
        if words == 1 && is_technical(value.trim()) || value.contains(['{', '}', '<', '>', '=']) {
            return;
        }
        if letters < PART_CHARS_MIN
            || usize::from(words) > WORDS_MAX
            || form.bytes().any(|byte| byte.is_ascii_digit())
            || (words == 1 && is_common(form))
        {
            return;
        }
        // `name=android`: a single word without a capital may be any word.
        let proper = words > 1 || has_capitalised(value, form);
        self.gather_form(PiiClass::Name, form, if proper { words } else { 0 });
        if words == 1 && proper {
            self.gather_written(value, form);
        }
        if words > 1 && !is_company(form) {
            let parts: Vec<&str> = form.split(' ').collect();
            for part in &parts {
                self.gather_part(value, part);
            }
            // `{"name": "ethereum_wallet"}` is nobody's.
            if parts.iter().all(|part| is_particle(part) || has_capitalised(value, part)) {
                self.gather_users(value, &parts);
            }
        }
    }

    /// Notes the given name and the surname of two fields of one object as one name.
    pub(crate) fn gather_half(&mut self, place: Place, text: &str) {
        if !matches!(place.rule, Rule::Class(PiiClass::Name) | Rule::Own(Some(PiiClass::Name), _)) || text.len() > HALF_BYTES_MAX {
            return;
        }
        let name = self.paths.decision(place.node).name.as_str();
        let is_given = GIVEN.iter().any(|word| name.contains(word));
        if is_placeholder(text) || self.is_token(text) || (!is_given && !FAMILY.iter().any(|word| name.contains(word))) {
            return;
        }
        let parent = self.paths.node(place.node).parent();
        match self.half.take() {
            Some((other, given, half)) if other == parent && given != is_given => {
                let whole = if given { format!("{half} {text}") } else { format!("{text} {half}") };
                self.gather_value(PiiClass::Name, &whole);
            }
            _ => self.half = Some((parent, is_given, text.to_owned())),
        }
    }

    /// Notes a part, unless it is a particle. Words of bank logs are known as parts as well, but only where something beside them asks for it.
    fn gather_part(&mut self, value: &str, part: &str) {
        if part.chars().count() < PART_CHARS_MIN || is_particle(part) {
            return;
        }
        let proper = !is_common(part) && has_capitalised(value, part);
        self.gather_form(PiiClass::Name, part, u8::from(proper));
        if proper {
            self.gather_written(value, part);
        }
    }

    /// Notes how else a part is written: without accents, and without what an apostrophe parts from it (`d'Aubigny`).
    fn gather_written(&mut self, value: &str, part: &str) {
        ascii_forms(part).filter(|plain| plain.len() >= PART_CHARS_MIN).for_each(|plain| self.gather_form(PiiClass::Name, &plain, 1));
        if !value.contains(['\'', '\u{2019}']) {
            return;
        }
        for tail in value
            .split(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '\u{2019}'))
            .filter_map(|word| word.split_once(['\'', '\u{2019}']))
            .map(|(_, tail)| tail.to_lowercase())
        {
            if tail.chars().count() >= SMALL_PART_CHARS_MIN && part.ends_with(&tail) && !is_common(&tail) {
                self.gather_form(PiiClass::Name, &tail, 1);
            }
        }
    }

    /// Notes user names: `jroe`, `roej`, and where parts alone would not be found `janeroe` and `roejane`.
    fn gather_users(&mut self, value: &str, parts: &[&str]) {
        let mut order: Vec<&str> = parts.to_vec();
        // `Roe, Jane`
        if let Some((family, given)) = value.split_once(", ").filter(|(_, given)| !given.contains(',')) {
            let mut form = String::new();
            let family = usize::from(name_form_into(family, &mut form));
            if family < order.len() && !given.is_empty() {
                order.rotate_left(family);
            }
        }
        if !order.iter().all(|part| part.chars().all(char::is_alphabetic)) {
            return;
        }
        let mut forms: Vec<String> = Vec::new();
        for plain in plain_writings(&order) {
            let count = plain.len();
            for from in (1..count).rev().take(3) {
                let (given, family) = (plain[..from].concat(), plain[from..].concat());
                if let Some(initial) = given.chars().next() {
                    forms.push(format!("{initial}{family}"));
                    forms.push(format!("{family}{initial}"));
                }
                let hidden = |part: &String| part.chars().count() < SMALL_PART_CHARS_MIN || is_ordinary(part);
                if count > 2 || plain.iter().any(hidden) {
                    forms.push(format!("{given}{family}"));
                    forms.push(format!("{family}{given}"));
                }
                // `garmendiaruiz`, `mariajose`
                forms.extend([given, family].into_iter().filter(|joined| count > 2 && joined.len() > SMALL_PART_CHARS_MIN));
            }
        }
        forms.sort_unstable();
        forms.dedup();
        for form in forms.iter().filter(|form| form.chars().count() >= USER_CHARS_MIN && !is_word(form) && !is_ordinary(form)) {
            self.gather_form(PiiClass::Name, form, 1);
        }
    }
}

/// The parts as they are, or in the ways in which small ASCII letters write them.
fn plain_writings(parts: &[&str]) -> Vec<Vec<String>> {
    if parts.iter().all(|part| part.is_ascii()) {
        return vec![parts.iter().map(|part| (*part).to_owned()).collect()];
    }
    (0..2)
        .map(|way| {
            parts.iter().map(|part| ascii_forms(part).nth(way).or_else(|| ascii_forms(part).next()).unwrap_or_else(|| (*part).to_owned())).collect()
        })
        .collect()
}
