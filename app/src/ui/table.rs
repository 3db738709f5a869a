//! Tables. Rows and cells are plain HTML; these are the parts around them.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::context::locale;
use crate::html::Children;
use crate::i18n::{k, t};

/// How a table is set; several may be joined with a space: `dense`, `leaderboard`, `posts`, `bare`, `roomy`.
///
/// Children are `<thead>` and `<tbody>`. With `scrolls` the wrapper can be focused and scrolled from the keyboard.
#[component]
pub fn Table<C: IntoView + 'static>(
    /// What the table is, for screen readers.
    #[prop(into)]
    caption: String,
    #[prop(optional)] class: &'static str,
    /// The table may be wider than a phone.
    #[prop(optional)]
    scrolls: bool,
    children: TypedChildren<C>,
) -> impl IntoView {
    let name = scrolls.then(|| caption.clone());
    view! {
        <div class="table-wrap" role=scrolls.then_some("region") aria-label=name tabindex=scrolls.then_some("0")>
            <table class=format!("table {class}")>
                <caption class="sr-only">{caption}</caption>
                {children.into_inner()()}
            </table>
        </div>
    }
}

/// Whether and how a table is sorted by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    Ascending,
    Descending,
}

/// A column's head that sorts: a link to the same page in the other order.
#[component]
pub fn SortHead(
    #[prop(into)] href: String,
    #[prop(optional_no_strip)] sorted: Option<Sorted>,
    /// `end` for numbers, `center`, `wide-only`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let (order, icon) = match sorted {
        Some(Sorted::Ascending) => (Some("ascending"), Some(Icon::Up)),
        Some(Sorted::Descending) => (Some("descending"), Some(Icon::Down)),
        None => (None, None),
    };
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="sort" href=href>{children.view()}{icon.map(|icon| view! { <Glyph icon small=true/> })}</a>
        </th>
    }
}

/// Rows in the shape of what comes, for a table of `columns` columns.
#[component]
pub fn SkeletonRows(columns: usize, #[prop(default = 3)] rows: usize) -> impl IntoView {
    (0..rows)
        .map(|_| {
            view! {
                <tr aria-busy="true">
                    {(0..columns)
                        .map(|column| view! { <td><span class=if column == 1 { "skeleton mid" } else { "skeleton" }></span></td> })
                        .collect_view()}
                </tr>
            }
        })
        .collect_view()
}

/// A row that stands for none: nothing yet, nothing found.
#[component]
pub fn EmptyRow(columns: usize, children: Children) -> impl IntoView {
    view! { <tr class="none"><td colspan=columns.to_string()>{children.view()}</td></tr> }
}

/// That there is no value, read aloud as such.
#[component]
pub fn NoValue() -> impl IntoView {
    view! { <span aria-hidden="true">"—"</span><span class="sr-only">{t(locale(), k::ui::table::NONE)}</span> }
}
