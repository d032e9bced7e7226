//! Words of an event name, route or template: the one place that looks at vocabulary.

/// The lower-case words of a text: runs of letters; a capital after a small letter begins a new one.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word.to_owned()));
    words
}

/// Hands over the same words one after the other.
pub(crate) fn each_word(text: &str, mut sink: impl FnMut(&str)) {
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
            // Punctuation is kept as a word of its own, so that a number before a word can be told.
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

    #[test]
    fn words_of_names() {
        assert_eq!(words("loginFailed"), ["login", "failed"]);
        assert_eq!(words("LOGIN_FAILED"), ["login", "failed"]);
        assert_eq!(words("POST /api/logins 401"), ["post", "/", "api", "/", "logins", "4", "0", "1"]);
    }
}
