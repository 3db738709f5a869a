use std::sync::Arc;

use domain::access::Action;
use domain::address;
use domain::boards::TITLE_MAX;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;

use crate::api::boards::{EditNotice, PostNotice};
use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::NoticeEditor;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Button, Checkbox, Choices, LinkButton, Look, TextField};

/// What stands in the form.
struct Draft {
    /// The notice that is changed; `None` is a new one.
    number: Option<i64>,
    title: String,
    markdown: String,
    pinned: bool,
    required: bool,
}

/// `/competitions/:slug/boards/notice/new`
#[component]
pub fn NewNoticePage() -> impl IntoView {
    let state = FormState::of::<PostNotice>();
    competition_page(CompetitionTab::Notices, false, move |here| async move {
        allowed(&here)?;
        let draft =
            Draft { number: None, title: String::new(), markdown: String::new(), pinned: false, required: false };
        Ok(editor(&here, draft, state))
    })
}

/// `/competitions/:slug/boards/notice/:number/edit`
#[component]
pub fn EditNoticePage() -> impl IntoView {
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of::<EditNotice>();
    competition_page(CompetitionTab::Notices, false, move |here| async move {
        allowed(&here)?;
        let number: i64 = number.ok_or(ErrorCode::NotFound)?;
        let notice = boards::get(&request::services(), &here.competition, number).await?;
        let draft = Draft {
            number: Some(number),
            title: notice.row.title,
            markdown: notice.markdown,
            pinned: notice.row.pinned,
            required: notice.row.required,
        };
        Ok(editor(&here, draft, state))
    })
}

/// Organizers only.
fn allowed(here: &Here) -> Result<(), AppError> {
    Ok(here.visit().may(Action::WriteNotices, None).check()?)
}

fn editor(here: &Arc<Here>, mut draft: Draft, state: FormState) -> impl IntoView + use<> {
    let l = locale();
    if state.error().is_some() {
        // What was typed comes back as it was, also what was emptied.
        draft.title = state.value("title");
        draft.markdown = state.value("markdown");
        draft.pinned = !state.value("pinned").is_empty();
        draft.required = !state.value("required").is_empty();
    }
    let (heading, note, send, action) = match draft.number {
        None => (k::boards::NEW_TITLE, k::boards::STYLE_NOTE, k::boards::POST, PostNotice::PATH),
        Some(_) => (k::boards::EDIT_TITLE, k::boards::EDIT_NOTE, k::boards::SAVE, EditNotice::PATH),
    };
    let back =
        draft.number.map_or_else(|| address::notices(here.slug()), |number| address::notice(here.slug(), number));
    let (title_error, body_error) = (state.field_error("title"), state.field_error("markdown"));
    view! {
        <Title text=format!("{} · {}", t(l, heading), here.title())/>
        <div class="page body">
            <div class="stack reading">
                <header class="section-head"><h1>{t(l, heading)}</h1><span class="caption">{t(l, note)}</span></header>
                <FormError state/>
                <form class="stack" method="post" action=action>
                    <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                    {draft.number.map(|number| view! { <input type="hidden" name="number" value=number/> })}
                    <TextField
                        name="title"
                        label=t(l, k::boards::POST_TITLE)
                        value=draft.title
                        hint=t(l, k::boards::TITLE_HINT)
                        error=title_error
                        max=u32::try_from(TITLE_MAX).unwrap_or(u32::MAX)
                        autocomplete="off"
                        required=true
                    />
                    <NoticeEditor slug=here.competition.slug.clone() value=draft.markdown error=body_error/>
                    <Choices legend=t(l, k::boards::OPTIONS)>
                        <Checkbox name="pinned" checked=draft.pinned>{t(l, k::boards::PIN_CHECK)}</Checkbox>
                        <Checkbox name="required" checked=draft.required>{t(l, k::boards::REQUIRED_CHECK)}</Checkbox>
                    </Choices>
                    <p class="row">
                        <Button look=Look::Primary submit=true>{t(l, send)}</Button>
                        <LinkButton href=back look=Look::Ghost>{t(l, k::boards::CANCEL)}</LinkButton>
                    </p>
                </form>
            </div>
        </div>
    }
}
