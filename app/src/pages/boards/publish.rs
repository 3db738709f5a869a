//! The form by which organizers publish a secret question without its author's name.

use std::sync::Arc;

use domain::access::Action;
use domain::boards::{BoardKind, PostFile, Publication, TITLE_MAX};
use domain::{ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;

use crate::api::questions::PublishQuestion;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::PostEditor;
use crate::keeping::{Keeping, say};
use crate::pages::boards::list::named_board;
use crate::pages::boards::words::category_word;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, LinkButton, Look, Select, TextArea, TextField, Tone};

/// `/competitions/:slug/boards/:board/:number/publish`
#[component]
pub fn PublishQuestionPage() -> impl IntoView {
    let kind = named_board();
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of::<PublishQuestion>();
    say(Keeping::Secret);
    competition_page(CompetitionTab::Board(kind.unwrap_or(BoardKind::Qna)), false, move |here| async move {
        here.visit().may(Action::RunBoards, None).check()?;
        let kind = kind.ok_or(ErrorCode::NotFound)?;
        let number: i64 = number.ok_or(ErrorCode::NotFound)?;
        let services = request::services();
        let (publication, files) = boards::publication(&services, &here.competition, kind, &here.actor, number).await?;
        Ok(form(&here, kind, number, publication, &files, state))
    })
}

fn form(
    here: &Arc<Here>,
    kind: BoardKind,
    number: i64,
    mut publication: Publication,
    files: &[PostFile],
    state: FormState,
) -> impl IntoView + use<> {
    use k::boards::questions as w;
    let l = locale();
    if state.error().is_some() {
        // What was typed comes back as it was, also what was emptied.
        let [title, markdown, category, answer] =
            ["title", "markdown", "category", "answer"].map(|field| state.value(field));
        publication = Publication { title, markdown, category, answer };
    }
    let [title_error, category_error, body_error, answer_error] =
        ["title", "category", "markdown", "answer"].map(|field| state.field_error(field));
    let categories: Vec<_> = [(String::new(), t(l, k::boards::CATEGORY_NONE).to_owned())]
        .into_iter()
        .chain(kind.categories().iter().filter_map(|key| Some(((*key).to_owned(), category_word(l, key)?.to_owned()))))
        .collect();
    let slug = here.slug().to_owned();
    let left = (!files.is_empty()).then(|| tf!(l, w::FILES_STAY, n = files.len()));
    view! {
        <Title text=format!("{} · {}", t(l, w::PUBLISH), here.title())/>
        <div class="page body">
            <div class="stack reading">
                <header class="section-head"><h1>{t(l, w::PUBLISH)}</h1><span class="caption">{tf!(l, w::PUBLISH_OF, n = number)}</span></header>
                <FormError state/>
                <Alert tone=Tone::Warning title=t(l, w::NAMES_TITLE)>{t(l, w::NAMES_TEXT)}</Alert>
                {left.map(|left| view! { <Alert tone=Tone::Info>{left}</Alert> })}
                <form class="stack" method="post" action=PublishQuestion::PATH>
                    <input type="hidden" name="slug" value=slug.clone()/>
                    <input type="hidden" name="board" value=kind.key()/>
                    <input type="hidden" name="number" value=number/>
                    <Select name="category" label=t(l, k::boards::CATEGORY_OF) options=categories value=publication.category error=category_error/>
                    <TextField
                        name="title"
                        label=t(l, k::boards::POST_TITLE)
                        value=publication.title
                        hint=t(l, k::boards::TITLE_HINT_SHORT)
                        error=title_error
                        max=u32::try_from(TITLE_MAX).unwrap_or(u32::MAX)
                        autocomplete="off"
                        required=true
                    />
                    <PostEditor slug=slug.clone() board=kind.key().to_owned() value=publication.markdown error=body_error/>
                    <TextArea name="answer" label=t(l, k::boards::comments::OFFICIAL) note=t(l, w::ANSWER_NOTE) hint=t(l, w::ANSWER_HINT) value=publication.answer error=answer_error rows=8/>
                    <p class="row">
                        <Button look=Look::Primary submit=true>{t(l, w::PUBLISH_DO)}</Button>
                        <LinkButton href=address::post(&slug, kind, number) look=Look::Ghost>{t(l, k::boards::CANCEL)}</LinkButton>
                    </p>
                </form>
            </div>
        </div>
    }
}
