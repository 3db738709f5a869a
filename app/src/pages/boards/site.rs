//! `/notices`: the notices of the site, which administrators write and everyone reads.

use std::sync::Arc;

use domain::access::SiteAction;
use domain::boards::{Post, PostDraft, SITE_CATEGORIES, TITLE_MAX};
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards::{self, PostsAsked, site};

use crate::api::site_notices::{EditSiteNotice, PinSiteNotice, RemoveSiteNotice, WriteSiteNotice};
use crate::context::{locale, viewer};
use crate::html::IntoHtml as _;
use crate::i18n::{Phrase, k, t};
use crate::islands::PostEditor;
use crate::keeping::{Keeping, say};
use crate::pages::boards::history::{Said, TextHistory};
use crate::pages::boards::list::{AskedPosts, Board};
use crate::pages::boards::news::competition_notices;
use crate::pages::boards::place::BoardPlace;
use crate::pages::boards::post::{Around, BESIDE, Beside, PostHead};
use crate::pages::boards::words::category_word;
use crate::pages::load::{FormError, FormState, load};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Button, Checkbox, Choices, Dialog, DialogCloser, DialogOpener, Icon, LinkButton, Look, Select, Size,
    TextField, Tone,
};

/// `/notices`
#[component]
pub fn NoticesPage() -> impl IntoView {
    let state = FormState::of::<RemoveSiteNotice>();
    load(async move {
        let place = Arc::new(BoardPlace::of_site());
        let asked = AskedPosts::of_address(&place);
        let posts = site::list(&request::services(), &asked.posts()).await?;
        // Who looks for something looks among the site's alone.
        let others = if asked.is_plain() { Some(competition_notices().await?) } else { None };
        Ok(view! {
            <Title text=place.title.clone()/>
            <Board place posts asked state/>
            {others}
        })
    })
}

/// The number in the address; none where it is no number, which the page then says.
fn number() -> Option<i64> {
    use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok())
}

/// What is said after a form has done what it was for.
fn done_word(path: &str) -> Option<Phrase> {
    Some(match path {
        WriteSiteNotice::PATH => k::boards::POSTED,
        EditSiteNotice::PATH => k::boards::CHANGED,
        PinSiteNotice::PATH => k::boards::PIN_CHANGED,
        _ => return None,
    })
}

/// `/notices/:number`
#[component]
pub fn NoticePage() -> impl IntoView {
    let number = number();
    let state =
        FormState::of_any(&[WriteSiteNotice::PATH, EditSiteNotice::PATH, PinSiteNotice::PATH, RemoveSiteNotice::PATH]);
    load(async move { notice(number.ok_or(ErrorCode::NotFound)?, state).await })
}

async fn notice(number: i64, state: FormState) -> Result<impl IntoView, AppError> {
    let l = locale();
    let services = request::services();
    let place = Arc::new(BoardPlace::of_site());
    let mut post = site::get(&services, number).await?;
    if !place.writes {
        let reader = viewer().user.map_or_else(|| request::client_address().to_string(), |user| user.id.to_string());
        post.row.views += i64::from(boards::viewed(&services, post.row.id, &reader));
    }
    let mut beside = site::list(&services, &PostsAsked::default()).await?.pinned;
    beside.truncate(BESIDE);
    let said = state.done().and_then(done_word);
    let sent = match state.done() {
        Some(WriteSiteNotice::PATH) => Some(draft_key(0)),
        Some(EditSiteNotice::PATH) => Some(draft_key(number)),
        _ => None,
    };
    let deeds = place.writes.then(|| view! { <Deeds post=post.clone()/> }.into_html());
    Ok(view! {
        <Title text=format!("{} · {}", post.row.title, place.title)/>
        <div class="page body with-rail">
            <div class="stack l">
                <div class="stack">
                    {sent.map(|key| view! { <span hidden data-draft-sent=key></span> })}
                    {said.map(|phrase| view! { <div role="status"><Alert tone=Tone::Success>{t(l, phrase)}</Alert></div> })}
                    <FormError state/>
                    <article class="stack l">
                        <PostHead place=Arc::clone(&place) post=post.clone()/>
                        <div class="prose" inner_html=post.html.clone()></div>
                        {deeds}
                    </article>
                </div>
                <Around place=Arc::clone(&place) post/>
            </div>
            <aside class="stack" aria-label=t(l, k::boards::BESIDE)>
                {(!beside.is_empty()).then(|| view! { <Beside place title=t(l, k::boards::PINNED_LIST) rows=beside number/> })}
            </aside>
        </div>
    })
}

/// What an administrator can do with a notice.
#[component]
fn Deeds(post: Post) -> impl IntoView {
    let l = locale();
    let row = post.row;
    let number = row.number;
    let (pinned, word) = if row.pinned { ("", k::boards::UNPIN) } else { ("on", k::boards::PIN) };
    let actions = move || {
        view! {
            <DialogCloser dialog="remove-post">{t(l, k::boards::REMOVE_KEEP)}</DialogCloser>
            <form method="post" action=RemoveSiteNotice::PATH>
                <input type="hidden" name="number" value=number/>
                <Button look=Look::Danger submit=true>{t(l, k::boards::REMOVE_DO)}</Button>
            </form>
        }
    };
    view! {
        <div class="row tight deeds" role="group" aria-label=t(l, k::boards::MANAGE)>
            <LinkButton href=address::edit_notice(number) size=Size::Small icon=Icon::Edit>{t(l, k::boards::EDIT)}</LinkButton>
            <form method="post" action=PinSiteNotice::PATH>
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="pinned" value=pinned/>
                <Button submit=true size=Size::Small icon=Icon::Pin>{t(l, word)}</Button>
            </form>
            <DialogOpener dialog="remove-post" size=Size::Small look=Look::Danger icon=Icon::Trash>{t(l, k::boards::REMOVE)}</DialogOpener>
            <Dialog id="remove-post" title=t(l, k::boards::REMOVE_TITLE) actions><p>{tf!(l, k::boards::site::REMOVE_TEXT, title = row.title)}</p></Dialog>
        </div>
    }
}

/// `/notices/new`
#[component]
pub fn NewNoticePage() -> impl IntoView {
    let state = FormState::of::<WriteSiteNotice>();
    say(Keeping::Secret);
    load(async move {
        request::actor().may(SiteAction::WriteSiteNotices).check()?;
        Ok(editor(None, PostDraft::default(), state))
    })
}

/// `/notices/:number/edit`
#[component]
pub fn EditNoticePage() -> impl IntoView {
    let number = number();
    let state = FormState::of::<EditSiteNotice>();
    say(Keeping::Secret);
    load(async move {
        request::actor().may(SiteAction::WriteSiteNotices).check()?;
        let number = number.ok_or(ErrorCode::NotFound)?;
        let Post { row, markdown, .. } = site::get(&request::services(), number).await?;
        let (title, category, pinned) = (row.title, row.category, row.pinned);
        let draft = PostDraft { title, markdown, category, pinned, ..PostDraft::default() };
        Ok(editor(Some(number), draft, state))
    })
}

/// Under which name a browser keeps what its reader has begun to write; no competition has an empty name. Number 0 is a new notice.
fn draft_key(number: i64) -> String {
    let user = request::actor().id().map(|user| user.to_string()).unwrap_or_default();
    format!("{user}//notice/{number}")
}

fn editor(number: Option<i64>, mut draft: PostDraft, state: FormState) -> impl IntoView {
    use k::boards as w;
    let l = locale();
    if state.error().is_some() {
        // What was typed comes back as it was, also what was emptied.
        let pinned = !state.value("pinned").is_empty();
        let (title, markdown, category) = (state.value("title"), state.value("markdown"), state.value("category"));
        draft = PostDraft { title, markdown, category, pinned, ..PostDraft::default() };
    }
    let (heading, note, send, action) = match number {
        None => (w::site::NEW, w::site::NEW_NOTE, w::POST, WriteSiteNotice::PATH),
        Some(_) => (w::EDIT_TITLE, w::EDIT_NOTE, w::SAVE, EditSiteNotice::PATH),
    };
    let back = number.map_or_else(|| address::NOTICES.to_owned(), address::notice);
    let [title_error, body_error, category_error] =
        ["title", "markdown", "category"].map(|field| state.field_error(field));
    let words = SITE_CATEGORIES.iter().filter_map(|key| Some(((*key).to_owned(), category_word(l, key)?.to_owned())));
    let categories: Vec<_> = [(String::new(), t(l, w::CATEGORY_NONE).to_owned())].into_iter().chain(words).collect();
    view! {
        <Title text=format!("{} · {}", t(l, heading), t(l, k::site::NOTICES))/>
        <div class="page body">
            <div class="stack reading">
                <header class="section-head"><h1>{t(l, heading)}</h1><span class="caption">{t(l, note)}</span></header>
                <FormError state/>
                <form class="stack" method="post" action=action data-draft=draft_key(number.unwrap_or_default())>
                    <div class="alert" data-tone="info" data-draft-bar="" hidden role="status"><div>{t(l, w::DRAFT_FOUND)}</div><Button size=Size::Small>{t(l, w::DRAFT_DROP)}</Button></div>
                    {number.map(|number| view! { <input type="hidden" name="number" value=number/> })}
                    <Select name="category" label=t(l, w::CATEGORY_OF) options=categories value=draft.category error=category_error/>
                    <TextField
                        name="title"
                        label=t(l, w::POST_TITLE)
                        value=draft.title
                        hint=t(l, w::TITLE_HINT)
                        error=title_error
                        max=u32::try_from(TITLE_MAX).unwrap_or(u32::MAX)
                        autocomplete="off"
                        required=true
                    />
                    // Without a competition the preview is that of the site.
                    <PostEditor slug=String::new() board="notice".to_owned() value=draft.markdown error=body_error/>
                    <Choices legend=t(l, w::OPTIONS)>
                        <Checkbox name="pinned" checked=draft.pinned>{t(l, w::PIN_CHECK)}</Checkbox>
                    </Choices>
                    <p class="row">
                        <Button look=Look::Primary submit=true>{t(l, send)}</Button>
                        <LinkButton href=back look=Look::Ghost>{t(l, w::CANCEL)}</LinkButton>
                    </p>
                </form>
            </div>
        </div>
    }
}

/// `/notices/:number/history`
#[component]
pub fn NoticeHistoryPage() -> impl IntoView {
    let number = number();
    load(async move {
        let number = number.ok_or(ErrorCode::NotFound)?;
        let (post, revisions) = site::history(&request::services(), number).await?;
        let said = Said::of_post(post, revisions, address::notice(number));
        Ok(view! { <TextHistory place=Arc::new(BoardPlace::of_site()) said/> })
    })
}
