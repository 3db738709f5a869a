//! All errors of a file as text for a terminal or a log.

use super::errors::{FileError, FileErrors};
use crate::lang::Lang;

impl FileErrors {
    /// A line for every error that is kept: where, what happened and what to do. Then what is not kept, by kind.
    pub fn listing(&self, lang: Lang) -> String {
        let mut lines: Vec<String> =
            self.first.iter().map(|error| format!("  {}{}", place(error, lang), error.message(lang))).collect();
        // A summary counts for many and is one line: what else there is, only the kinds can tell.
        if self.first.len() == super::KEPT {
            let kinds: Vec<String> =
                self.kinds.iter().map(|(kind, count)| format!("{} {count}", kind.code())).collect();
            let (total, kinds) = (self.total, kinds.join(", "));
            lines.push(match lang {
                Lang::Ko => format!("  … 모두 {total}건: {kinds}"),
                Lang::En => format!("  … {total} in all: {kinds}"),
            });
        }
        lines.join("\n")
    }

    /// How many errors a named file has, and all of them.
    pub fn listing_of(&self, file: &str, lang: Lang) -> String {
        let count = self.total;
        let head = match lang {
            Lang::Ko => format!("{file}: 오류 {count}건"),
            Lang::En if count == 1 => format!("{file}: 1 error"),
            Lang::En => format!("{file}: {count} errors"),
        };
        format!("{head}\n{}", self.listing(lang))
    }
}

/// `line 7, p, “NaN”: `, as far as it is known.
fn place(error: &FileError, lang: Lang) -> String {
    let line = error.line.map(|line| match lang {
        Lang::Ko => format!("{line}행"),
        Lang::En => format!("line {line}"),
    });
    // A column without a name has nothing to show.
    let column = error.column.clone().filter(|name| !name.is_empty());
    let value = error.value.as_ref().map(|value| match lang {
        Lang::Ko => format!("‘{value}’"),
        Lang::En => format!("“{value}”"),
    });
    let parts: Vec<_> = [line, column, value].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { parts.join(", ") + ": " }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{Detail, ErrorKind};

    #[test]
    fn every_error_has_its_place_and_its_cure_in_both_languages() {
        let errors: FileErrors = [
            FileError::at(7, Some("p"), Some("NaN"), ErrorKind::Nan, Detail::None),
            FileError::of_file(ErrorKind::NoRows, Detail::None),
        ]
        .into_iter()
        .collect();
        let text = errors.listing_of("a.csv", Lang::Ko);
        assert!(text.starts_with("a.csv: 오류 2건\n  7행, p, ‘NaN’: "), "{text}");
        assert_eq!(text.lines().count(), 3);
        let text = errors.listing_of("a.csv", Lang::En);
        assert!(text.starts_with("a.csv: 2 errors\n  line 7, p, “NaN”: "), "{text}");
    }

    #[test]
    fn a_column_without_a_name_leaves_no_gap_in_the_place() {
        let errors = FileErrors::one(FileError::at(1, Some(""), None, ErrorKind::ExtraColumn, Detail::None));
        assert!(errors.listing(Lang::Ko).starts_with("  1행: 이름이 없는 열이"), "{}", errors.listing(Lang::Ko));
        assert!(errors.listing(Lang::En).starts_with("  line 1: There is"), "{}", errors.listing(Lang::En));
    }

    #[test]
    fn what_is_not_kept_is_counted_by_kind() {
        let wrong = |line| FileError::at(line, None, None, ErrorKind::NotANumber, Detail::None);
        let errors: FileErrors = (2..252).map(wrong).collect();
        let text = errors.listing(Lang::En);
        assert!(text.ends_with("\n  … 250 in all: not_a_number 250"), "{text}");
        assert_eq!(text.lines().count(), 101);
    }
}
