//! What the browser found in the chosen file, on the screen.

use leptos::either::Either;
use leptos::prelude::*;
use scoring::{ColumnKind, FileErrors, Schema, Summary};

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::islands::browser::{input, save};
use crate::islands::submissions::check::{Chosen, FileVerdict};
use crate::islands::submissions::desk::Desk;
use crate::islands::submissions::errors::{ErrorRow, error_table, to_csv};
use crate::tf;
use crate::ui::{Check, Checks, FileCard, FileState, Glyph, Icon, Message, Tone};

/// What is said about a file that was read to its end.
struct Found {
    state: FileState,
    note: String,
    /// Title and text of what is wrong.
    alert: Option<(String, String)>,
    checks: Option<Vec<Check>>,
    errors: Option<FileErrors>,
}

/// The file's card, and below it what was found.
pub(super) fn chosen_view(desk: Desk, chosen: Chosen) -> impl IntoView {
    let l = desk.l;
    let Chosen { name, bytes, verdict } = chosen;
    let size = format::bytes(bytes, l);
    match verdict {
        None => Either::Left(checking_view(desk, name, size)),
        Some(verdict) => Either::Right(found_view(desk, name, found(desk, size, verdict))),
    }
}

fn checking_view(desk: Desk, name: String, size: String) -> impl IntoView {
    let l = desk.l;
    let remove = remove_button(desk, &name);
    let note = move || tf!(l, k::submissions::submit::CHECKING, size = size, percent = desk.state.get().percent);
    view! {
        <div class="file">
            <span class="spinner" aria-hidden="true"></span>
            <div>
                <p class="name">{name}</p>
                <p class="caption num">{note}</p>
                <progress max="100" value=move || desk.state.get().percent.to_string() aria-label=t(l, k::submissions::submit::CHECKING_BAR)></progress>
            </div>
            {remove}
        </div>
    }
}

fn found(desk: Desk, size: String, verdict: FileVerdict) -> Found {
    let l = desk.l;
    let mb = desk.still.with_value(|still| still.wanted.file_mb);
    let wrong = |note: String, alert: (String, String), errors| Found {
        state: FileState::Wrong,
        note,
        alert: Some(alert),
        checks: None,
        errors,
    };
    match verdict {
        FileVerdict::Right { summary, knows_ids, seconds } => {
            let note = tf!(
                l,
                k::submissions::submit::RIGHT_NOTE,
                size = size,
                rows = grouped(summary.rows),
                columns = summary.columns.len() + 1,
                seconds = format!("{:.2}", seconds.max(0.01))
            );
            let checks = desk.still.with_value(|still| checks(l, &summary, &still.wanted.schema, knows_ids));
            Found { state: FileState::Right, note, alert: None, checks: Some(checks), errors: None }
        }
        FileVerdict::Wrong { errors, rows } => {
            let n = grouped(errors.total);
            let note = match rows {
                Some(rows) => tf!(l, k::submissions::submit::WRONG_NOTE, size = size, rows = grouped(rows), n = n),
                None => tf!(l, k::submissions::submit::WRONG_PLAIN, size = size, n = n),
            };
            let alert = (
                tf!(l, k::submissions::submit::WRONG_TITLE, n = n),
                t(l, k::submissions::submit::WRONG_TEXT).to_owned(),
            );
            wrong(note, alert, Some(errors))
        }
        FileVerdict::TooLarge => {
            let note = tf!(l, k::submissions::submit::TOO_LARGE_NOTE, size = size, mb = mb);
            wrong(note, (String::new(), tf!(l, k::ui::error::TOO_LARGE, mb = mb)), None)
        }
        FileVerdict::Unreadable => {
            wrong(size, (String::new(), t(l, k::submissions::submit::UNREADABLE).to_owned()), None)
        }
    }
}

fn found_view(desk: Desk, name: String, found: Found) -> impl IntoView {
    let l = desk.l;
    let Found { state, note, alert, checks, errors } = found;
    let is_right = state == FileState::Right;
    let away = is_right.then(|| remove_button(desk, &name));
    let another = (!is_right).then(|| another_button(l));
    let alert = alert.map(|(title, text)| view! { <Message tone=Tone::Danger title text urgent=true/> });
    let checks = checks.map(|checks| {
        view! {
            <p class="sr-only" role="status">{t(l, k::submissions::submit::READY)}</p>
            <Checks label=t(l, k::submissions::submit::CHECKS) checks/>
        }
    });
    let errors = errors.map(|errors| {
        view! {
            <SavedErrors rows=ErrorRow::of(l, &errors) total=errors.total/>
            <p class="row">
                <button class="btn ghost s" type="button" on:click=move |_| desk.submit()>{t(l, k::submissions::submit::ANYWAY)}</button>
                <span class="caption">{t(l, k::submissions::submit::ANYWAY_NOTE)}</span>
            </p>
        }
    });
    view! { <FileCard state name note>{away}{another}</FileCard> {alert} {checks} {errors} }
}

fn remove_button(desk: Desk, name: &str) -> impl IntoView + use<> {
    let label = tf!(desk.l, k::submissions::submit::REMOVE, name = name);
    view! {
        <button class="btn ghost icon-only" type="button" aria-label=label.clone() title=label on:click=move |_| desk.take_away()>
            <Glyph icon=Icon::X/>
        </button>
    }
}

/// Opens the window to choose a file.
fn another_button(l: Locale) -> impl IntoView {
    let choose = move |_| {
        if let Some(input) = input("file") {
            input.click();
        }
    };
    view! { <button class="btn" type="button" on:click=choose>{t(l, k::submissions::submit::ANOTHER)}</button> }
}

/// The error table with a button that saves it.
#[component]
pub(super) fn SavedErrors(rows: Vec<ErrorRow>, total: u64) -> impl IntoView {
    let l = locale();
    let kept = rows.clone();
    let download = move |_| {
        // A browser that refuses leaves the table, which says the same.
        let _ = save(&format!("{}.csv", t(l, k::submissions::file_errors::DOWNLOAD_NAME)), &to_csv(l, &kept));
    };
    let save = view! {
        <span class="scripted">
            <button class="btn s" type="button" on:click=download>
                <Glyph icon=Icon::Download small=true/>
                {t(l, k::submissions::file_errors::DOWNLOAD)}
            </button>
        </span>
    };
    error_table(rows, total, save)
}

fn checks(l: Locale, summary: &Summary, schema: &Schema, knows_ids: bool) -> Vec<Check> {
    let holds = |text: String, note: Option<String>| Check { holds: true, text, note };
    let names: Vec<_> = std::iter::once(&schema.id)
        .chain(schema.columns.iter().map(|column| &column.name))
        .map(String::as_str)
        .collect();
    let needed = schema.rows.map(|rows| tf!(l, k::submissions::submit::ROWS_MATCH, n = grouped(rows)));
    let (ids, ids_note) = if knows_ids {
        (k::submissions::submit::CHECK_IDS, k::submissions::submit::IDS_NOTE)
    } else {
        (k::submissions::submit::IDS_LATER, k::submissions::submit::IDS_LATER_NOTE)
    };
    let values = match schema.columns.first().map(|column| &column.kind) {
        Some(ColumnKind::Label { .. }) => k::submissions::submit::CHECK_LABEL,
        Some(ColumnKind::Probability) => k::submissions::submit::CHECK_PROBABILITY,
        _ => k::submissions::submit::CHECK_NUMBER,
    };
    vec![
        holds(tf!(l, k::submissions::submit::CHECK_COLUMNS, n = names.len()), Some(names.join(", "))),
        holds(tf!(l, k::submissions::submit::CHECK_ROWS, n = grouped(summary.rows)), needed),
        holds(t(l, ids).to_owned(), Some(t(l, ids_note).to_owned())),
        holds(t(l, values).to_owned(), ranges(l, summary)),
    ]
}

/// A count with commas.
fn grouped(count: u64) -> String {
    format::grouped(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Smallest and largest value of each column, the first three of them.
fn ranges(l: Locale, summary: &Summary) -> Option<String> {
    let known: Vec<_> = summary
        .columns
        .iter()
        .filter_map(|column| Some((&column.name, short(column.min?), short(column.max?))))
        .collect();
    let words: Vec<_> = match known.as_slice() {
        [] => return None,
        [(_, min, max)] => vec![tf!(l, k::submissions::submit::RANGE, min = min, max = max)],
        many => many
            .iter()
            .take(3)
            .map(|(name, min, max)| tf!(l, k::submissions::submit::RANGE_OF, name = name, min = min, max = max))
            .collect(),
    };
    Some(words.join(" · "))
}

/// Up to three places, without zeros at the end.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_short_and_has_a_true_minus() {
        assert_eq!(
            [0.003, 0.998, 1.0, -12.5, -0.000_1, 350.0].map(short),
            ["0.003", "0.998", "1", "−12.5", "0", "350"]
        );
    }
}
