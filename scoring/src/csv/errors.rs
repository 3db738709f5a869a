//! Everything that can be wrong with a file. All types cross to the browser and into JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::kinds::{Encoding, Format};
use crate::lang::Lang;
use crate::metric::MetricError;

/// How many errors are kept with their lines; the others are only counted.
pub const KEPT: usize = 100;
/// How many characters of a value are kept.
const VALUE_CHARS: usize = 40;
/// How many missing ids or classes are named in one message.
pub(super) const NAMED: usize = 5;

/// Makes [`ErrorKind`] with one name for JSON and for programs.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal,)+) => {
        /// What is wrong. The name in JSON is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorKind {
            $($(#[$doc])* #[serde(rename = $code)] $kind,)+
        }

        impl ErrorKind {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The stable name, as in JSON.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)+
                }
            }
        }
    };
}

kinds! {
    EmptyFile = "empty_file",
    /// A header and nothing below it.
    NoRows = "no_rows",
    /// The first line is data.
    NoHeader = "no_header",
    /// Not UTF-8.
    Encoding = "encoding",
    /// Not a CSV at all.
    Format = "format",
    /// Separated by something else than commas.
    Separator = "separator",
    MissingColumn = "missing_column",
    ExtraColumn = "extra_column",
    RepeatedColumn = "repeated_column",
    TooFewFields = "too_few_fields",
    TooManyFields = "too_many_fields",
    /// Text after a closing quote.
    StrayQuote = "stray_quote",
    UnterminatedQuote = "unterminated_quote",
    RowTooLong = "row_too_long",
    EmptyId = "empty_id",
    DuplicateId = "duplicate_id",
    UnknownId = "unknown_id",
    MissingId = "missing_id",
    RowCount = "row_count",
    EmptyValue = "empty_value",
    NotANumber = "not_a_number",
    Nan = "nan",
    Infinite = "infinite",
    ThousandsSeparator = "thousands_separator",
    /// A probability outside 0 to 1.
    OutOfRange = "out_of_range",
    /// Probabilities of a row that do not add up to 1.
    RowSum = "row_sum",
    UnknownLabel = "unknown_label",
    /// A weight below zero.
    BadWeight = "bad_weight",
    /// A number below zero, where there can be none.
    Negative = "negative",
    /// An image's side that is not a whole number from 1 on.
    BadSize = "bad_size",
    /// A gain below zero, or no number.
    BadGain = "bad_gain",
    /// An item that stands twice in one ranking.
    RepeatedItem = "repeated_item",
    /// Not a run-length encoded mask.
    BadMask = "bad_mask",
    /// A mask with pixels beyond its image.
    OutsideImage = "outside_image",
    /// An event that ends before it begins.
    BackwardEvent = "backward_event",
    /// A series marked as one without events that has some.
    NotEmptySeries = "not_empty_series",
    /// A value that must be the same in all rows of a series.
    UnevenSeries = "uneven_series",
    /// A solution that the metric cannot score.
    Metric = "metric",
}

/// What a message needs beyond line, column and value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    #[default]
    None,
    Encoding(Encoding),
    Format(Format),
    /// The separator that was found.
    Separator(char),
    /// The header line that is expected.
    Header(String),
    /// Counts that should agree.
    Count {
        expected: u64,
        found: u64,
    },
    /// What the probabilities of a row add up to.
    Sum(f64),
    /// The line where an id came first.
    FirstLine(u64),
    /// How many, and the first few by name.
    Names {
        count: u64,
        first: Vec<String>,
    },
    /// The spelling that was meant.
    Meant(String),
    /// Each row begins with a value that the header has no name for.
    RowNames,
    /// `50%`
    Percent,
    /// `0,5`
    DecimalComma,
    /// What the column holds: an empty value's cure.
    Probability,
    Label,
    Mask,
    Metric(MetricError),
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileError {
    /// Physical line in the file, from 1; absent when it is about the whole file.
    pub line: Option<u64>,
    pub column: Option<String>,
    /// What was read, at most 40 characters; those that cannot be seen are told as `<U+200B>`.
    pub value: Option<String>,
    pub kind: ErrorKind,
    #[serde(default)]
    pub detail: Detail,
}

impl FileError {
    /// An error about the whole file.
    pub(crate) fn of_file(kind: ErrorKind, detail: Detail) -> Self {
        Self { line: None, column: None, value: None, kind, detail }
    }

    /// An error on one line.
    pub(crate) fn at(line: u64, column: Option<&str>, value: Option<&str>, kind: ErrorKind, detail: Detail) -> Self {
        Self { line: Some(line), column: column.map(excerpt), value: value.map(excerpt), kind, detail }
    }

    /// What happened and what to do, in one text.
    pub fn message(&self, lang: Lang) -> String {
        format!("{} {}", self.what(lang), self.fix(lang))
    }
}

/// Every error of a file: all counted, the first [`KEPT`] with their places.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileErrors {
    pub total: u64,
    pub kinds: BTreeMap<ErrorKind, u64>,
    pub first: Vec<FileError>,
}

impl FileErrors {
    /// A file with just this error.
    pub(crate) fn one(error: FileError) -> Self {
        let mut errors = Self::default();
        errors.add(error.kind, || error);
        errors
    }

    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Counts an error; it is only made when there is room for it.
    pub(super) fn add(&mut self, kind: ErrorKind, make: impl FnOnce() -> FileError) {
        self.count(kind, 1);
        if self.first.len() < KEPT {
            self.first.push(make());
        }
    }

    /// Counts `count` errors that are told as one about the whole file. It stands first, whatever came before.
    pub(super) fn add_summary(&mut self, count: u64, error: FileError) {
        self.count(error.kind, count);
        self.first.insert(0, error);
        self.first.truncate(KEPT);
    }

    fn count(&mut self, kind: ErrorKind, count: u64) {
        self.total += count;
        *self.kinds.entry(kind).or_default() += count;
    }
}

impl FromIterator<FileError> for FileErrors {
    fn from_iter<I: IntoIterator<Item = FileError>>(given: I) -> Self {
        let mut errors = Self::default();
        for error in given {
            errors.add(error.kind, || error);
        }
        errors
    }
}

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first.first() {
            Some(first) => write!(f, "{} errors in the file, the first: {}", self.total, first.what(Lang::En)),
            None => write!(f, "{} errors in the file", self.total),
        }
    }
}

impl std::error::Error for FileErrors {}

/// At most 40 characters, and those that cannot be seen by their pictures or numbers.
pub(super) fn excerpt(text: &str) -> String {
    let mut cut = String::new();
    // As much as leaves room for the mark that there is more.
    let mut kept = 0;
    for c in text.chars() {
        match c {
            // U+2400 and on are the pictures of the control characters.
            '\0'..='\u{1f}' => cut.extend(char::from_u32(u32::from(c) + 0x2400)),
            '\u{7f}' => cut.push('\u{2421}'),
            _ if is_invisible(c) => cut.extend(["<U+", &format!("{:04X}", u32::from(c)), ">"]),
            _ => cut.push(c),
        }
        match cut.chars().count() {
            ..VALUE_CHARS => kept = cut.len(),
            VALUE_CHARS => {}
            _ => {
                cut.truncate(kept);
                cut.push('…');
                break;
            }
        }
    }
    cut
}

/// What looks like nothing or like a usual space: hard spaces, marks of width, joining and direction, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_to_forty_characters() {
        assert_eq!(excerpt(&"가".repeat(40)), "가".repeat(40));
        assert_eq!(excerpt(&"가".repeat(41)), format!("{}…", "가".repeat(39)));
    }

    #[test]
    fn characters_that_cannot_be_seen_are_shown() {
        assert_eq!(excerpt("a\nb\u{7f}"), "a␊b␡");
        assert_eq!(excerpt("\u{feff}id"), "<U+FEFF>id");
        assert_eq!(excerpt("New\u{a0}York\u{200b}"), "New<U+00A0>York<U+200B>");
        assert_eq!(excerpt(&"\u{200b}".repeat(5)), "<U+200B>".repeat(5));
        assert_eq!(excerpt(&"\u{200b}".repeat(6)), format!("{}…", "<U+200B>".repeat(4)));
        for unseen in ['\u{85}', '\u{ad}', '\u{200f}', '\u{202e}', '\u{2060}'] {
            assert_eq!(excerpt(&unseen.to_string()), format!("<U+{:04X}>", u32::from(unseen)));
        }
        for seen in ["가 나", "é", "・", "1 234", "😀"] {
            assert_eq!(excerpt(seen), seen);
        }
    }

    #[test]
    fn only_the_first_hundred_are_kept_and_all_are_counted() {
        let mut errors = FileErrors::default();
        for line in 1..=250 {
            errors.add(ErrorKind::Nan, || FileError::at(line, None, None, ErrorKind::Nan, Detail::None));
        }
        errors.add_summary(7, FileError::of_file(ErrorKind::MissingId, Detail::None));
        assert_eq!((errors.total, errors.first.len()), (257, KEPT));
        assert_eq!(errors.first[0].kind, ErrorKind::MissingId);
        assert_eq!(errors.first[1].line, Some(1));
        assert_eq!(errors.kinds[&ErrorKind::MissingId], 7);
    }

    #[test]
    fn errors_survive_json() {
        let mut errors =
            FileErrors::one(FileError::at(9, Some("id"), Some("P1"), ErrorKind::DuplicateId, Detail::FirstLine(3)));
        errors.add_summary(
            2,
            FileError::of_file(ErrorKind::MissingId, Detail::Names { count: 2, first: vec!["a".to_owned()] }),
        );
        let json = serde_json::to_string(&errors).unwrap();
        assert!(json.contains(r#""kinds":{"duplicate_id":1,"missing_id":2}"#), "{json}");
        assert_eq!(serde_json::from_str::<FileErrors>(&json).unwrap(), errors);
    }
}
