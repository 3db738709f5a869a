//! Compiles `locales/{ko,en}/<area>.json` into constants (see `src/i18n.rs`), so that a missing key or a
//! placeholder that only one language has stops the build, and only texts that are used reach a binary. The constants stay
//! inside the crate, so that the compiler names one that nothing uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

use serde_json::Value;

/// One language's texts by dotted key.
type Texts = BTreeMap<String, String>;

/// A piece of a text: letters, a value, or a word chosen by a value.
#[derive(Debug)]
enum Part {
    Text(String),
    Value(String),
    /// `{name|을/를}` in Korean, `{n|time/times}` in English.
    Choice(String, String, String),
}

/// Modules and constants of the generated file, nested as the JSON is.
#[derive(Default)]
struct Group {
    items: BTreeMap<String, (Vec<Part>, Vec<Part>)>,
    groups: BTreeMap<String, Self>,
}

fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=icons.svg");
    println!("cargo::rerun-if-changed=covers.svg");
    let mut problems = Vec::new();
    let ko = read("ko", &mut problems);
    let en = read("en", &mut problems);
    let tree = compare(&ko, &en, &mut problems);
    if !problems.is_empty() {
        for problem in &problems {
            println!("cargo::error=app/{problem}");
        }
        process::exit(1);
    }
    let mut code = String::new();
    write_group(&mut code, &tree, 0);
    for (name, file) in [("ICONS", "icons.svg"), ("COVERS", "covers.svg")] {
        let version = fnv1a(&fs::read(file).unwrap_or_default());
        let _ = writeln!(code, "pub(crate) const {name}: &str = \"/assets/{file}?v={version:x}\";");
    }
    let out = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join("generated.rs"), code) {
        println!("cargo::error=generated.rs could not be written: {error}");
    }
}

/// FNV-1a, 64 bits: names a version of a file in its address.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The texts of all areas: a file's name is the first part of its keys.
fn read(language: &str, problems: &mut Vec<String>) -> Texts {
    let folder = format!("locales/{language}");
    let mut texts = Texts::new();
    let files = match fs::read_dir(&folder) {
        Ok(files) => {
            files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect::<BTreeSet<_>>()
        }
        Err(error) => {
            problems.push(format!("{folder}: {error}"));
            return texts;
        }
    };
    for file in files {
        let path = format!("{folder}/{file}");
        let Some(area) = file.strip_suffix(".json") else {
            problems.push(format!("{path}: a file of texts ends in .json"));
            continue;
        };
        match fs::read_to_string(&path).map_err(|e| e.to_string()).and_then(|json| {
            repeated_keys(&json, &path, problems);
            serde_json::from_str::<Value>(&json).map_err(|e| e.to_string())
        }) {
            Ok(value) => flatten(&format!("{area}."), &value, &path, &mut texts, problems),
            Err(error) => problems.push(format!("{path}: {error}")),
        }
    }
    texts
}

/// A key written twice in one object would silently lose its first text.
fn repeated_keys(json: &str, path: &str, problems: &mut Vec<String>) {
    let mut open: Vec<BTreeSet<&str>> = Vec::new();
    let (bytes, mut at) = (json.as_bytes(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' => open.push(BTreeSet::new()),
            b'}' => drop(open.pop()),
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                let word = json.get(start..at).unwrap_or_default();
                let is_key = json.get(at + 1..).unwrap_or_default().trim_start().starts_with(':');
                if is_key && !open.last_mut().is_none_or(|seen| seen.insert(word)) {
                    problems.push(format!("{path}: the key \"{word}\" is there twice in one group"));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn flatten(prefix: &str, value: &Value, path: &str, texts: &mut Texts, problems: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
                    && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
                if !fits {
                    problems.push(format!("{path}: \"{prefix}{name}\" must be snake_case"));
                }
                match value {
                    Value::String(text) => drop(texts.insert(format!("{prefix}{name}"), text.clone())),
                    _ => flatten(&format!("{prefix}{name}."), value, path, texts, problems),
                }
            }
        }
        _ => problems.push(format!("{path}: \"{prefix}\" must be a text or a group of texts")),
    }
}

/// Pairs the two languages and reports every difference between them.
fn compare(ko: &Texts, en: &Texts, problems: &mut Vec<String>) -> Group {
    let mut tree = Group::default();
    for key in ko.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
        let (Some(korean), Some(english)) = (ko.get(key), en.get(key)) else {
            let lacking = if ko.contains_key(key) { "en" } else { "ko" };
            problems
                .push(format!("locales/{lacking}/{}.json lacks \"{key}\"", key.split('.').next().unwrap_or_default()));
            continue;
        };
        match (parts(korean), parts(english)) {
            (Ok(korean), Ok(english)) => {
                if names(&korean) != names(&english) {
                    problems.push(format!(
                        "locales: \"{key}\" takes {:?} in Korean but {:?} in English",
                        names(&korean),
                        names(&english)
                    ));
                }
                let mut path: Vec<_> = key.split('.').collect();
                let name = path.pop().unwrap_or_default().to_owned();
                let group = path.iter().fold(&mut tree, |g, p| g.groups.entry((*p).to_owned()).or_default());
                group.items.insert(name, (korean, english));
            }
            (korean, english) => {
                problems.extend(
                    [korean.err(), english.err()].into_iter().flatten().map(|e| format!("locales: \"{key}\": {e}")),
                );
            }
        }
    }
    tree
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let close =
            rest[open..].find('}').map(|at| open + at).ok_or_else(|| format!("a {{ is not closed in \"{text}\""))?;
        if open > 0 {
            found.push(Part::Text(rest[..open].to_owned()));
        }
        let inner = &rest[open + 1..close];
        found.push(match inner.split_once('|') {
            None => Part::Value(inner.to_owned()),
            Some((name, words)) => {
                let (first, second) =
                    words.split_once('/').ok_or_else(|| format!("{{{inner}}} needs two words with a / between"))?;
                // A choice prints its word alone, so a sentence without the value would begin in its middle.
                if !found.iter().any(|part| matches!(part, Part::Value(value) if value == name)) {
                    return Err(format!("{{{inner}}} prints only the word: write {{{name}}} before it"));
                }
                Part::Choice(name.to_owned(), first.to_owned(), second.to_owned())
            }
        });
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() || found.is_empty() {
        found.push(Part::Text(rest.to_owned()));
    }
    Ok(found)
}

fn names(parts: &[Part]) -> BTreeSet<&str> {
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(name) | Part::Choice(name, ..) => Some(name.as_str()),
        })
        .collect()
}

fn write_group(code: &mut String, group: &Group, depth: usize) {
    let pad = "    ".repeat(depth);
    for (name, (ko, en)) in &group.items {
        let name = name.to_uppercase();
        let _ = match plain(ko, en) {
            Some((ko, en)) => {
                writeln!(
                    code,
                    "{pad}pub(crate) const {name}: {TYPES}Phrase = {TYPES}Phrase {{ ko: {ko:?}, en: {en:?} }};"
                )
            }
            None => writeln!(code, "{pad}pub(crate) const {name}: {TYPES}Template = {};", template(ko, en)),
        };
    }
    for (name, inner) in &group.groups {
        let _ = writeln!(code, "{pad}pub(crate) mod {name} {{");
        write_group(code, inner, depth + 1);
        let _ = writeln!(code, "{pad}}}");
    }
}

/// Where the generated code finds the types it builds.
const TYPES: &str = "crate::i18n::";

/// Both languages' letters, when there is nothing to fill in.
fn plain<'a>(ko: &'a [Part], en: &'a [Part]) -> Option<(&'a str, &'a str)> {
    match (ko, en) {
        ([Part::Text(ko)], [Part::Text(en)]) => Some((ko, en)),
        _ => None,
    }
}

fn template(ko: &[Part], en: &[Part]) -> String {
    let names: Vec<_> = names(ko).into_iter().collect();
    format!("{TYPES}Template {{ names: &{names:?}, ko: &{}, en: &{} }}", list(ko), list(en))
}

fn list(parts: &[Part]) -> String {
    let items: Vec<_> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => format!("{TYPES}Part::Text({text:?})"),
            Part::Value(name) => format!("{TYPES}Part::Value({name:?})"),
            Part::Choice(name, first, second) => format!("{TYPES}Part::Choice({name:?}, {first:?}, {second:?})"),
        })
        .collect();
    format!("[{}]", items.join(", "))
}
