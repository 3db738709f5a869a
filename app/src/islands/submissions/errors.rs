//! The table of what is wrong with a file; pages show it too.

use domain::text::cell;
use leptos::either::Either;
use leptos::prelude::*;
use scoring::csv::KEPT;
use scoring::{ErrorKind, FileErrors};
use serde::{Deserialize, Serialize};

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::{NoValue, Table};

/// One wrong place of a file, in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorRow {
    /// `None` is about the whole file.
    pub line: Option<u64>,
    pub column: Option<String>,
    pub value: Option<String>,
    pub what: String,
    /// Empty where the server has told both in one sentence.
    pub fix: String,
}

impl ErrorRow {
    /// The kept errors of a file.
    pub fn of(l: Locale, errors: &FileErrors) -> Vec<Self> {
        let row = |error: &scoring::FileError| Self {
            line: error.line,
            column: error.column.clone().filter(|column| !column.is_empty()),
            value: match (&error.value, error.kind) {
                (None, ErrorKind::EmptyValue | ErrorKind::EmptyId) => {
                    Some(t(l, k::submissions::file_errors::EMPTY).to_owned())
                }
                (value, _) => value.clone(),
            },
            what: error.what(l.lang()),
            fix: error.fix(l.lang()),
        };
        errors.first.iter().map(row).collect()
    }

    fn place(&self, l: Locale) -> String {
        self.line.map_or_else(|| t(l, k::submissions::file_errors::WHOLE).to_owned(), |line| line.to_string())
    }
}

/// Errors with line, column, value, what and how. `total` counts those that are not shown too. `save` stands at the end of
/// the line below: the button that saves the list.
pub fn error_table(rows: Vec<ErrorRow>, total: u64, save: impl IntoView + 'static) -> impl IntoView {
    let l = locale();
    let shown = rows.len();
    // A row may stand for several errors, so only a full table has left some out.
    let count = if shown >= KEPT && total > shown as u64 {
        tf!(
            l,
            k::submissions::file_errors::SOME,
            total = format::grouped(i64::try_from(total).unwrap_or(i64::MAX)),
            n = shown
        )
    } else {
        tf!(l, k::submissions::file_errors::ALL, n = total)
    };
    view! {
        <Table caption=t(l, k::submissions::file_errors::CAPTION) class="dense" scrolls=true>
            <thead>
                <tr>
                    <th scope="col" class="end">{t(l, k::submissions::file_errors::LINE)}</th>
                    <th scope="col" class="wide-only">{t(l, k::submissions::file_errors::COLUMN)}</th>
                    <th scope="col" class="wide-only">{t(l, k::submissions::file_errors::VALUE)}</th>
                    <th scope="col">{t(l, k::submissions::file_errors::WHAT)}</th>
                    <th scope="col" class="wide-only">{t(l, k::submissions::file_errors::FIX)}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|error| row(l, error)).collect_view()}</tbody>
        </Table>
        <p class="row between">
            <span class="caption">{count}</span>
            {save}
        </p>
    }
}

fn row(l: Locale, error: ErrorRow) -> impl IntoView {
    let place = error.place(l);
    let code = |text: Option<String>| match text {
        Some(text) => Either::Left(view! { <code>{text}</code> }),
        None => Either::Right(view! { <NoValue/> }),
    };
    let ErrorRow { column, value, what, fix, .. } = error;
    // A narrow screen says the other columns in a second line.
    let folded = [column.clone(), value.clone()].into_iter().flatten().map(|text| view! { <code>{text}</code> " " });
    let arrow = (column.is_some() || value.is_some()) && !fix.is_empty();
    let folded = (arrow || !fix.is_empty()).then(|| {
        view! { <span class="meta narrow-only">{folded.collect_view()} {arrow.then_some("→ ")} {fix.clone()}</span> }
    });
    view! {
        <tr>
            <td class="end">{place}</td>
            <td class="wide-only tight-col">{code(column)}</td>
            <td class="wide-only tight-col">{code(value)}</td>
            <td>{what} {folded}</td>
            <td class="wide-only">{fix}</td>
        </tr>
    }
}

/// The list as a CSV with a byte order mark, so that spreadsheets read its Korean.
pub fn to_csv(l: Locale, rows: &[ErrorRow]) -> String {
    let head = [
        k::submissions::file_errors::LINE,
        k::submissions::file_errors::COLUMN,
        k::submissions::file_errors::VALUE,
        k::submissions::file_errors::WHAT,
        k::submissions::file_errors::FIX,
    ];
    let mut out = String::from('\u{feff}');
    out.push_str(&head.map(|word| cell(t(l, word))).join(","));
    out.push_str("\r\n");
    for row in rows {
        let place = row.place(l);
        let cells = [
            &place,
            row.column.as_deref().unwrap_or_default(),
            row.value.as_deref().unwrap_or_default(),
            &row.what,
            &row.fix,
        ];
        out.push_str(&cells.map(cell).join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<ErrorRow> {
        let ids = scoring::Ids::from_csv(b"id,x\na,0\nb,0\n", "id").unwrap();
        let columns = vec![scoring::Column { name: "x".to_owned(), kind: scoring::ColumnKind::Probability }];
        let schema = scoring::Schema { id: "id".to_owned(), columns, rows: None, repeats: false, sums_to_one: false };
        let mut checker = scoring::Checker::new(schema, ids);
        checker.push("id,x\na,\nb,=1\"\n".as_bytes());
        ErrorRow::of(Locale::Ko, &checker.finish().unwrap_err())
    }

    #[test]
    fn an_empty_value_is_said_in_words() {
        assert_eq!(rows()[0].value.as_deref(), Some("(빈 값)"));
        assert_eq!(rows()[0].line, Some(2));
    }

    #[test]
    fn the_saved_list_is_quoted_and_starts_no_formula() {
        let csv = to_csv(Locale::Ko, &rows());
        assert!(csv.starts_with("\u{feff}\"줄\",\"열\",\"읽은 값\""), "{csv}");
        assert!(csv.contains("\"'=1\"\"\""), "{csv}");
    }
}
