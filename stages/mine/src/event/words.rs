//! Words of an event name, route or template: the one place that looks at vocabulary.

/// The lower-case words of a text: runs of letters; a capital after a small letter begins a new one.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word.to_owned()));
    words
}

/// Hands over the same words one after the other.
pub(crate) fn each_word(text: &str, mut sink: impl FnMut(&str)) {
    if text.is_ascii() { each_ascii_word(text, &mut sink) } else { each_letter_word(text, &mut sink) }
}

/// The same of a text in ASCII, as nearly all are: words in small letters are handed over where they stand.
fn each_ascii_word(text: &str, sink: &mut impl FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        let mut before = letter_of(byte);
        if before == Letter::None {
            // Punctuation is kept as a word of its own, so that a number before a word can be told.
            if !char::from(byte).is_whitespace() && byte != b'_' && byte != b'-' {
                sink(text.get(start..at).unwrap_or(""));
            }
            continue;
        }
        let mut has_capital = before == Letter::Capital;
        while let Some(next) = bytes.get(at).map(|next| letter_of(*next)) {
            if next == Letter::None || next == Letter::Capital && before == Letter::Small {
                break;
            }
            has_capital |= next == Letter::Capital;
            before = next;
            at += 1;
        }
        let word = text.get(start..at).unwrap_or("");
        if has_capital { sink(&word.to_ascii_lowercase()) } else { sink(word) }
    }
}

/// What a byte of a text in ASCII is to words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    None,
    Small,
    Capital,
}

const LETTERS: [Letter; 256] = {
    let mut letters = [Letter::None; 256];
    let mut at = 0;
    while at < 26 {
        letters[b'a' as usize + at] = Letter::Small;
        letters[b'A' as usize + at] = Letter::Capital;
        at += 1;
    }
    letters
};

fn letter_of(byte: u8) -> Letter {
    LETTERS[usize::from(byte)]
}

fn each_letter_word(text: &str, sink: &mut impl FnMut(&str)) {
    let mut word = String::new();
    let mut small_before = false;
    for letter in text.chars() {
        let letter_is_word = letter.is_alphabetic();
        if (!letter_is_word || (small_before && letter.is_uppercase())) && !word.is_empty() {
            sink(&word);
            word.clear();
        }
        if letter.is_ascii_alphabetic() {
            word.push(letter.to_ascii_lowercase());
        } else if letter_is_word {
            word.extend(letter.to_lowercase());
        } else if !letter.is_whitespace() && letter != '_' && letter != '-' {
            sink(letter.encode_utf8(&mut [0; 4]));
        }
        small_before = letter.is_lowercase();
    }
    if !word.is_empty() {
        sink(&word);
    }
}

/// Whether any of `words` is one of `wanted`.
pub(crate) fn any(words: &[String], wanted: &[&str]) -> bool {
    words.iter().any(|word| wanted.contains(&word.as_str()))
}

/// Whether two words follow each other.
pub(crate) fn pair(words: &[String], first: &[&str], second: &[&str]) -> bool {
    words.windows(2).any(|two| first.contains(&two[0].as_str()) && second.contains(&two[1].as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_in_ascii_are_those_of_any_text(text in "[ -~\\t\\x0b\\x1f]{0,40}|[a-cA-C]{0,12}") {
            let (mut fast, mut slow) = (Vec::new(), Vec::new());
            each_ascii_word(&text, &mut |word: &str| fast.push(word.to_owned()));
            each_letter_word(&text, &mut |word: &str| slow.push(word.to_owned()));
            prop_assert_eq!(fast, slow);
        }
    }

    #[test]
    fn words_of_names() {
        assert_eq!(words("loginFailed"), ["login", "failed"]);
        assert_eq!(words("LOGIN_FAILED"), ["login", "failed"]);
        assert_eq!(words("Körner loginÜber x"), ["körner", "login", "über", "x"]);
        assert_eq!(words("POST /api/logins 401"), ["post", "/", "api", "/", "logins", "4", "0", "1"]);
    }
}
