//! What is wrong with a folder, or worth knowing: where it is and what to do about it, in both languages.

use std::fmt;

use scoring::{FileErrors, Lang, Text};

/// One thing about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path within the folder; empty where the text names it.
    pub file: String,
    pub line: Option<usize>,
    pub text: Text,
}

/// A text in both languages.
pub(crate) fn said(ko: impl Into<String>, en: impl Into<String>) -> Text {
    Text { ko: ko.into(), en: Some(en.into()) }
}

impl Problem {
    pub(crate) fn of(file: impl Into<String>, text: Text) -> Self {
        Self { file: file.into(), line: None, text }
    }

    pub(crate) fn at(file: impl Into<String>, line: Option<usize>, text: Text) -> Self {
        Self { line, ..Self::of(file, text) }
    }

    /// A table with every error that is kept.
    pub(crate) fn table(file: &str, errors: &FileErrors) -> Self {
        let listing = |lang| errors.listing_of(file, lang);
        Self::of("", said(listing(Lang::Ko), listing(Lang::En)))
    }

    /// What the operating system says; it speaks one language.
    pub(crate) fn system(file: impl Into<String>, error: &std::io::Error) -> Self {
        let text = match error.kind() {
            std::io::ErrorKind::NotFound => said("이 파일이 없어요.", "This file is missing."),
            std::io::ErrorKind::InvalidData => {
                said("UTF-8이 아니에요. UTF-8로 저장해 주세요.", "It is not UTF-8; save it as UTF-8.")
            }
            _ => said(format!("읽지 못했어요: {error}"), format!("It cannot be read: {error}")),
        };
        Self::of(file, text)
    }

    pub fn message(&self, lang: Lang) -> String {
        let text = self.text.get(lang);
        match (self.file.as_str(), self.line) {
            ("", _) => text.to_owned(),
            (file, Some(line)) => format!("{file}:{line}: {text}"),
            (file, None) => format!("{file}: {text}"),
        }
    }
}

/// Everything that keeps a folder from being imported; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// One alone on its line; of several, how many and each on a line of its own.
    pub fn listing(&self, lang: Lang) -> String {
        let lines: Vec<String> = self.0.iter().map(|problem| problem.message(lang)).collect();
        if let [line] = lines.as_slice() {
            return line.clone();
        }
        let count = lines.len();
        let head = lang.pick(
            format!("폴더에 고칠 곳이 {count}군데 있어요. 아무것도 바꾸지 않았어요."),
            format!("{count} things are wrong with the folder; nothing was changed."),
        );
        format!("{head}\n{}", lines.join("\n"))
    }

    /// Nothing, if there is nothing wrong.
    pub(crate) fn check(found: Vec<Problem>) -> Result<(), Self> {
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.listing(Lang::En))
    }
}

impl std::error::Error for Problems {}
