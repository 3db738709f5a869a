//! Why a value in a TOML file is not what it should be, in words of both languages.

use std::fmt;

use domain::Text;
use scoring::{Lang, josa};
use serde::de::{self, Expected, Unexpected};

use super::problems::said;

/// Why a value is not what it should be.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) path: String,
    /// The key that is not there.
    pub(super) missing: Option<String>,
    pub(super) text: Text,
}

impl Wrong {
    fn new(text: Text) -> Self {
        Self { path: String::new(), missing: None, text }
    }

    /// The way to it, where it is not known yet.
    pub(super) fn within(mut self, path: &str) -> Self {
        if self.path.is_empty() {
            path.clone_into(&mut self.path);
            self.missing = self.missing.map(|key| join(path, &key));
        }
        self
    }

    /// The innermost key that it stands under: without the places in lists behind it.
    pub(super) fn key(&self) -> String {
        let is_place = |step: &str| step.bytes().all(|byte| byte.is_ascii_digit());
        let mut path = self.path.as_str();
        while let Some((above, step)) = path.rsplit_once('.') {
            if !is_place(step) {
                break;
            }
            path = above;
        }
        path.to_owned()
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.get(Lang::En))
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::new(said(what.to_string(), what.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let ((ko, en), (found_ko, found_en)) = (wanted(&expected.to_string()), given(found));
        Self::new(said(
            format!(
                "여기에는 {ko}{} 적어야 하는데 {found_ko}{} 적혀 있어요.",
                josa(&ko, "을", "를"),
                josa(&found_ko, "이", "가")
            ),
            format!("This must be {en}; it is {found_en}."),
        ))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        let known = known.join(", ");
        Self::new(said(
            format!("‘{word}’{} 쓸 수 없어요. 다음 가운데 하나를 적어 주세요: {known}", josa(word, "은", "는")),
            format!("“{word}” is none of the words that may stand here: {known}"),
        ))
    }

    fn missing_field(name: &'static str) -> Self {
        let text = said(format!("‘{name}’ 항목이 빠졌어요."), format!("The key “{name}” is missing."));
        Self { missing: Some(name.to_owned()), ..Self::new(text) }
    }
}

/// What serde expects, in words.
fn wanted(expected: &str) -> (String, String) {
    let (ko, en) = match expected {
        "a string" | "string" => ("따옴표로 감싼 글", "a text in quotes"),
        "u8" | "u16" | "u32" | "u64" | "usize" => ("0 이상의 정수", "a whole number, 0 or more"),
        "i8" | "i16" | "i32" | "i64" | "isize" => ("정수", "a whole number"),
        "f32" | "f64" => ("수", "a number"),
        "a boolean" => ("true나 false", "true or false"),
        "a sequence" => ("[ ]로 묶은 목록", "a list in [ ]"),
        "a map" => ("{ } 속의 항목", "keys in { }"),
        other if other.starts_with("struct ") => ("{ } 속의 항목", "keys in { }"),
        other => (other, other),
    };
    (ko.to_owned(), en.to_owned())
}

/// What stands there, in words.
fn given(found: Unexpected<'_>) -> (String, String) {
    match found {
        Unexpected::Str(text) => (format!("글 ‘{text}’"), format!("the text “{text}”")),
        Unexpected::Bool(value) => (value.to_string(), value.to_string()),
        Unexpected::Signed(number) => (number.to_string(), number.to_string()),
        Unexpected::Unsigned(number) => (number.to_string(), number.to_string()),
        Unexpected::Float(number) => (number.to_string(), number.to_string()),
        Unexpected::Seq => ("목록".to_owned(), "a list".to_owned()),
        Unexpected::Map => ("묶은 항목".to_owned(), "a table of keys".to_owned()),
        other => (other.to_string(), other.to_string()),
    }
}

/// The way to a key under another.
pub(super) fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") }
}
