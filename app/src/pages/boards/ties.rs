//! What a question has to do with others: the lines over it, and what organizers do about it.

use std::sync::Arc;

use domain::access::Action;
use domain::address;
use domain::boards::{BoardKind, Neighbour, PostRow, QuestionTies};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::api::questions::LinkQuestion;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{Alert, Button, Icon, LinkButton, Look, Size, TextField, Tone};

/// The lines over a question's text, as far as what they lead to is for the reader.
#[component]
pub fn TieLines(here: Arc<Here>, kind: BoardKind, ties: QuestionTies) -> impl IntoView {
    let l = locale();
    let slug = here.slug().to_owned();
    let to = |other: Neighbour| {
        let href = address::post(&slug, kind, other.number);
        (href, format!("#{} {}", other.number, other.title))
    };
    let line = |word: &'static str, (href, title): (String, String)| {
        view! { <Alert tone=Tone::Info>{word} " " <a href=href>{title}</a></Alert> }
    };
    let same = ties.same.map(|other| line(t(l, k::boards::questions::SAME), to(other)));
    let published = ties.published.map(|other| line(t(l, k::boards::questions::PUBLISHED), to(other)));
    let source = ties.source.map(|number| {
        let href = address::post(here.slug(), kind, number);
        view! {
            <p class="caption">
                {t(l, k::boards::questions::SOURCE)} " " <a href=href>{format!("#{number}")}</a> " " {t(l, k::boards::questions::SOURCE_NOTE)}
            </p>
        }
    });
    let sames = (ties.sames > 0)
        .then(|| view! { <p class="caption">{tf!(l, k::boards::questions::SAMES, n = ties.sames)}</p> });
    view! {
        {same}
        {published}
        {source}
        {sames}
    }
}

/// What organizers do with a question: publish a secret one, and say that it was asked before.
#[component]
pub fn QuestionDeeds(
    here: Arc<Here>,
    kind: BoardKind,
    row: PostRow,
    /// It is the same as another one.
    is_same: bool,
    /// It is published, and that is still there.
    is_published: bool,
    state: FormState,
) -> impl IntoView {
    let l = locale();
    (kind.has_answers() && here.may(Action::RunBoards)).then(|| {
        let (slug, number) = (here.slug().to_owned(), row.number);
        let publish = (row.secret && !row.hidden && !is_published).then(|| {
            let href = address::publish_question(&slug, kind, number);
            view! { <LinkButton href size=Size::Small icon=Icon::External>{t(l, k::boards::questions::PUBLISH)}</LinkButton> }
        });
        let failed = state.is_of(LinkQuestion::PATH) && state.error().is_some();
        let (value, error) = if failed { (state.value("same"), state.field_error("same")) } else { (String::new(), None) };
        let of = || {
            view! {
                <input type="hidden" name="slug" value=slug.clone()/>
                <input type="hidden" name="board" value=kind.key()/>
                <input type="hidden" name="number" value=number/>
            }
        };
        let undo = is_same.then(|| {
            view! {
                <form method="post" action=LinkQuestion::PATH>
                    {of()}
                    <input type="hidden" name="undo" value="on"/>
                    <Button submit=true size=Size::Small look=Look::Ghost>{t(l, k::boards::questions::UNLINK)}</Button>
                </form>
            }
        });
        view! {
            <div class="row tight deeds" role="group" aria-label=t(l, k::boards::questions::MANAGE)>
                {publish}
                {undo}
                <details class="folded" open=failed>
                    <summary class="btn ghost s">{t(l, k::boards::questions::LINK)}</summary>
                    <form class="stack s" method="post" action=LinkQuestion::PATH>
                        {of()}
                        <TextField
                            name="same"
                            label=t(l, k::boards::questions::LINK_NUMBER)
                            hint=t(l, k::boards::questions::LINK_HINT)
                            value
                            error
                            required=true
                            max=20
                            autocomplete="off"
                        />
                        <p><Button submit=true size=Size::Small look=Look::Primary>{t(l, k::boards::questions::LINK_DO)}</Button></p>
                    </form>
                </details>
            </div>
        }
    })
}
