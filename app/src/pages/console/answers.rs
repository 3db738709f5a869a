//! `/competitions/:slug/manage/boards/answers`: the answers that organizers keep.

use std::sync::Arc;

use domain::address;
use domain::boards::CannedAnswer;
use domain::boards::questions::{CANNED_MAX, CANNED_TITLE_MAX};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::boards;

use crate::api::questions::{RemoveCannedAnswer, SetCannedAnswer};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Card, Empty, Icon, Look, Size, TextArea, TextField, Tone};

#[component]
pub fn ManageAnswersPage() -> impl IntoView {
    let state = FormState::of_any(&[SetCannedAnswer::PATH, RemoveCannedAnswer::PATH]);
    room(Room::Boards, move |here| async move {
        use k::console::answers as w;
        let l = locale();
        let answers = boards::canned_answers(&request::services(), &here.competition, &request::actor()).await?;
        let done = state.done().map(|path| t(l, if path == SetCannedAnswer::PATH { w::SET } else { w::REMOVED }));
        let count = i64::try_from(answers.len()).unwrap_or(CANNED_MAX);
        let none = answers.is_empty();
        let cards: Vec<_> = answers
            .into_iter()
            .map(|one| view! { <One here=Arc::clone(&here) one state=state.clone()/> }.into_html())
            .collect();
        let own = state.value("id").is_empty();
        let new = if own { state.clone() } else { FormState::default() };
        let parts = [
            view! { <h2>{t(l, w::TITLE)}</h2> }.into_html(),
            view! { <p class="muted reading">{tf!(l, w::LEAD, n = CANNED_MAX)} " " <a href=address::manage_boards(here.slug())>{t(l, w::BACK)}</a></p> }
                .into_html(),
            done.map(|text| view! { <div role="status"><Alert tone=Tone::Success>{text}</Alert></div> }).into_html(),
            view! { <FormError state/> }.into_html(),
            none.then(|| view! { <Empty whole_page=true icon=Icon::Chat title=t(l, w::NONE) text=t(l, w::NONE_TEXT)/> })
                .into_html(),
            cards.into_html(),
            (count < CANNED_MAX)
                .then(|| view! { <Card id="new" title=t(l, w::NEW)><AnswerForm here one=None state=new/></Card> })
                .into_html(),
        ];
        Ok(parts.into_iter().collect_view())
    })
}

#[component]
fn One(here: Arc<Here>, one: CannedAnswer, state: FormState) -> impl IntoView {
    use k::console::answers as w;
    let l = locale();
    let id = one.id.to_string();
    // What was typed stands again in the form that it was typed into.
    let own = state.error().is_some() && state.value("id") == id;
    let typed = if own { state } else { FormState::default() };
    let (slug, text) = (here.slug().to_owned(), one.markdown.clone());
    let remove = tf!(l, w::REMOVE_NAMED, title = one.title);
    view! {
        <Card id=format!("answer-{id}") title=one.title.clone()>
            <div class="stack s">
                <pre class="canned">{text}</pre>
                <div class="row tight deeds">
                    <details class="folded" open=own>
                        <summary class="btn ghost s">{t(l, w::CHANGE)}</summary>
                        <AnswerForm here one=Some(one) state=typed/>
                    </details>
                    <form method="post" action=RemoveCannedAnswer::PATH>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="id" value=id/>
                        <Button submit=true size=Size::Small look=Look::Danger icon=Icon::Trash label=remove>{t(l, w::REMOVE)}</Button>
                    </form>
                </div>
            </div>
        </Card>
    }
}

#[component]
fn AnswerForm(here: Arc<Here>, one: Option<CannedAnswer>, state: FormState) -> impl IntoView {
    use k::console::answers as w;
    let l = locale();
    let id = one.as_ref().map(|one| one.id.to_string()).unwrap_or_default();
    let (title, markdown) = one.map(|one| (one.title, one.markdown)).unwrap_or_default();
    let title = state.typed("title").cloned().unwrap_or(title);
    let markdown = state.typed("markdown").cloned().unwrap_or(markdown);
    let (title_error, text_error) = (state.field_error("title"), state.field_error("markdown"));
    view! {
        <form class="stack s" method="post" action=SetCannedAnswer::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="id" value=id.clone()/>
            <TextField
                name="title"
                id=format!("title-{id}")
                label=t(l, w::NAME)
                hint=t(l, w::NAME_HINT)
                value=title
                error=title_error
                max=u32::try_from(CANNED_TITLE_MAX).unwrap_or(u32::MAX)
                autocomplete="off"
                required=true
            />
            <TextArea name="markdown" id=format!("markdown-{id}") label=t(l, w::TEXT) hint=t(l, w::TEXT_HINT) value=markdown error=text_error rows=6 required=true/>
            <p><Button submit=true look=Look::Primary>{t(l, w::SAVE)}</Button></p>
        </form>
    }
}
