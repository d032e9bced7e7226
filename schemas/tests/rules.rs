//! Rules of every type that is encoded (F2, F6), read from the sources: what a derive would take but a hostile file could use.
//!
//! No recursion (bincode would follow it until the stack ends), no zero-sized type (a length of 2^60 of them passes any limit on bytes), no map or set
//! with an order of chance (equal records would give other bytes), no `usize` (its width is the machine's). And nothing in the package asks for the
//! time, the process, the environment or chance, so that nothing of it can come into a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What may not stand in an encoded type.
const FORBIDDEN: [&str; 10] = ["usize", "isize", "HashMap", "HashSet", "Box", "Rc", "Arc", "PhantomData", "Instant", "SystemTime"];

/// What may not be asked for anywhere in the package (tests apart).
const FORBIDDEN_CALLS: [&str; 8] = ["SystemTime", "Instant::", "process::id", "env::var", "hostname", "thread_rng", "RandomState", "temp_dir"];

#[derive(Debug, Default)]
struct Type {
    file: String,
    body: String,
}

/// Every struct and enum that derives an encoding, with the text of its fields.
fn encoded_types() -> BTreeMap<String, Type> {
    let mut types = BTreeMap::new();
    for (file, text) in sources() {
        let mut rest = text.as_str();
        while let Some(at) = rest.find("derive(") {
            rest = rest.split_at(at).1;
            let close = rest.find(")]").expect("a derive ends");
            let (derive, after) = rest.split_at(close);
            rest = after;
            if !derive.contains("bincode::") {
                continue;
            }
            let Some(at) = ["struct ", "enum "].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min() else { continue };
            let item = rest.split_at(at).1;
            let name: String = item.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            types.insert(name, Type { file: file.clone(), body: body(item) });
        }
    }
    types
}

/// The text from after the name to the matching bracket, or to the semicolon of a tuple struct.
fn body(item: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for c in item.chars().skip_while(|c| !matches!(c, '{' | '(' | ';')) {
        out.push(c);
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    out
}

/// Sources of the package without comments; tests are left out.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != "fuzz" {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" && name != "corrupt.rs" {
                let text = std::fs::read_to_string(&path).unwrap();
                let code: Vec<&str> =
                    text.lines().map(|line| line.split("//").next().unwrap_or_default()).take_while(|line| *line != "mod tests {").collect();
                files.push((path.display().to_string(), code.join("\n")));
            }
        }
    }
    files
}

fn words(body: &str) -> BTreeSet<&str> {
    body.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

#[test]
fn the_types_are_found() {
    let types = encoded_types();
    for name in
        ["JobSpec", "StageReport", "Policy", "CleanRecord", "Scalar", "JourneyRecord", "RawText", "Digest", "RecordKind", "RejectReason", "Summary"]
    {
        assert!(types.contains_key(name), "{name} was not found among {:?}", types.keys());
    }
    assert!(types["CleanRecord"].body.contains("Vec<Field<'a>>"));
}

#[test]
fn no_type_holds_what_a_hostile_file_could_use() {
    for (name, ty) in encoded_types() {
        let words = words(&ty.body);
        for forbidden in FORBIDDEN {
            assert!(!words.contains(forbidden), "{name} in {} holds {forbidden}", ty.file);
        }
        let hollow = ty.body.trim_matches(['{', '}', '(', ')', ';', ' ', '\n']).is_empty();
        assert!(!hollow && !ty.body.contains("()") && !ty.body.contains("; 0]"), "{name} in {} is or holds a type without size", ty.file);
    }
}

#[test]
fn no_type_holds_itself() {
    let types = encoded_types();
    for name in types.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(ty) = open.pop() {
            let Some(body) = types.get(ty).map(|ty| ty.body.as_str()) else { continue };
            for word in words(body).into_iter().filter(|word| types.contains_key(*word)) {
                // A variant may have the name of another type; only fields count, and they follow a colon or an opening bracket.
                let is_field = [": ", "(", "<", "["].iter().any(|before| body.contains(&format!("{before}{word}")));
                if is_field && seen.insert(word) {
                    open.push(word);
                }
            }
        }
        assert!(!seen.contains(name.as_str()), "{name} holds itself");
    }
}

#[test]
fn nothing_of_the_moment_or_the_machine_can_come_into_a_file() {
    for (file, text) in sources() {
        for call in FORBIDDEN_CALLS {
            assert!(!text.contains(call), "{file} asks for {call}");
        }
    }
}
