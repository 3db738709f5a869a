use std::sync::Arc;

use domain::access::Obstacle;
use domain::address;
use domain::boards::{BoardKind, PostDraft, PostFile, TITLE_MAX};
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;

use crate::api::boards::{EditPost, WritePost, listed};
use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::PostEditor;
use crate::keeping::{Keeping, say};
use crate::pages::boards::attaching::PostFilesField;
use crate::pages::boards::list::named_board;
use crate::pages::boards::similar::SimilarField;
use crate::pages::boards::words::{category_word, new_words};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Button, Checkbox, Choices, LinkButton, Look, Select, Size, TextField};

/// `/competitions/:slug/boards/:board/new`
#[component]
pub fn NewPostPage() -> impl IntoView {
    let kind = named_board();
    let state = FormState::of::<WritePost>();
    competition_page(CompetitionTab::Board(kind.unwrap_or(BoardKind::Notice)), false, move |here| async move {
        let kind = kind.ok_or(ErrorCode::NotFound)?;
        here.visit().may(kind.writes(), None).check()?;
        if !here.visit().is_organizer() {
            boards::check_not_blocked(&request::services(), &here.competition, &here.actor).await?;
        }
        let files = attached(&here, Vec::new(), &state).await?;
        Ok(editor(&here, kind, None, PostDraft::default(), files, state))
    })
}

/// `/competitions/:slug/boards/:board/:number/edit`
#[component]
pub fn EditPostPage() -> impl IntoView {
    let kind = named_board();
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of::<EditPost>();
    say(Keeping::Secret);
    competition_page(CompetitionTab::Board(kind.unwrap_or(BoardKind::Notice)), false, move |here| async move {
        let kind = kind.ok_or(ErrorCode::NotFound)?;
        let number: i64 = number.ok_or(ErrorCode::NotFound)?;
        let (draft, files) = changeable(&here, kind, number).await?;
        let files = attached(&here, files, &state).await?;
        Ok(editor(&here, kind, Some(number), draft, files, state))
    })
}

/// What a post says that the reader may change, with its attachments: a notice for organizers, others for whoever wrote them.
async fn changeable(here: &Here, kind: BoardKind, number: i64) -> Result<(PostDraft, Vec<PostFile>), AppError> {
    let visit = here.visit();
    if kind == BoardKind::Notice {
        visit.may(kind.writes(), None).check()?;
    } else if visit.user.is_none() {
        return Err(Obstacle::NotSignedIn.into());
    }
    let reader = visit.board_reader();
    let post = boards::get(&request::services(), &here.competition, kind, reader, number).await?;
    if post.removed {
        return Err(ErrorCode::NotFound.into());
    }
    if kind != BoardKind::Notice && !post.row.may_change(&reader) {
        // Its author knows why: the post's page says it.
        return Err(if post.row.mine { ErrorCode::NotFound } else { ErrorCode::NotAuthor }.into());
    }
    let draft = PostDraft {
        title: post.row.title,
        markdown: post.markdown,
        category: post.row.category,
        secret: post.row.secret,
        pinned: post.row.pinned,
        required: post.row.required,
        files: Vec::new(),
    };
    Ok((draft, post.files.into_iter().filter(|file| !file.is_picture).collect()))
}

/// The attachments that a form shows, and whether each is checked: the post's own, and after a failure those that came with the form.
async fn attached(here: &Here, own: Vec<PostFile>, state: &FormState) -> Result<Vec<(PostFile, bool)>, AppError> {
    let Some(typed) = state.all_typed() else { return Ok(own.into_iter().map(|file| (file, true)).collect()) };
    let ids = listed(typed);
    let came = boards::files::waiting(&request::services(), &here.competition, &here.actor, &ids).await?;
    let came = came.into_iter().filter(|file| !file.is_picture);
    Ok(own
        .into_iter()
        .chain(came)
        .map(|file| {
            let is_listed = ids.contains(&file.id);
            (file, is_listed)
        })
        .collect())
}

/// Under which name a browser keeps what its reader has begun to write there; number 0 is a new post.
pub fn draft_key(here: &Here, kind: BoardKind, number: i64) -> String {
    let user = here.actor.id().map(|user| user.to_string()).unwrap_or_default();
    format!("{user}/{}/{kind}/{number}", here.slug())
}

fn editor(
    here: &Arc<Here>,
    kind: BoardKind,
    number: Option<i64>,
    mut draft: PostDraft,
    files: Vec<(PostFile, bool)>,
    state: FormState,
) -> impl IntoView + use<> {
    let l = locale();
    if state.error().is_some() {
        // What was typed comes back as it was, also what was emptied.
        let checked = |name: &str| !state.value(name).is_empty();
        draft = PostDraft {
            title: state.value("title"),
            markdown: state.value("markdown"),
            category: state.value("category"),
            secret: checked("secret"),
            pinned: checked("pinned"),
            required: checked("required"),
            files: Vec::new(),
        };
    }
    let (new_title, new_note) = new_words(l, kind);
    let slug = here.competition.slug.clone();
    let (heading, note, send, action) = match number {
        None => (new_title, new_note, t(l, k::boards::POST), address::new_post(&slug, kind)),
        Some(number) => {
            let (title, note) = (t(l, k::boards::EDIT_TITLE), t(l, k::boards::EDIT_NOTE));
            (title, note, t(l, k::boards::SAVE), address::edit_post(&slug, kind, number))
        }
    };
    let back = number.map_or_else(|| address::board(&slug, kind), |number| address::post(&slug, kind, number));
    let (title_error, body_error) = (state.field_error("title"), state.field_error("markdown"));
    let category_error = state.field_error("category");
    let files_error = state.field_error("files");
    let categories: Vec<_> = [(String::new(), t(l, k::boards::CATEGORY_NONE).to_owned())]
        .into_iter()
        .chain(kind.categories().iter().filter_map(|key| Some(((*key).to_owned(), category_word(l, key)?.to_owned()))))
        .collect();
    let is_notice = kind == BoardKind::Notice;
    view! {
        <Title text=format!("{heading} · {}", here.title())/>
        <div class="page body">
            <div class="stack reading">
                <header class="section-head"><h1>{heading}</h1><span class="caption">{note}</span></header>
                <FormError state/>
                <form class="stack" method="post" enctype="multipart/form-data" action=action data-draft=draft_key(here, kind, number.unwrap_or_default())>
                    <div class="alert" data-tone="info" data-draft-bar="" hidden role="status"><div>{t(l, k::boards::DRAFT_FOUND)}</div><Button size=Size::Small>{t(l, k::boards::DRAFT_DROP)}</Button></div>
                    <Select name="category" label=t(l, k::boards::CATEGORY_OF) options=categories value=draft.category error=category_error/>
                    <TextField
                        name="title"
                        label=t(l, k::boards::POST_TITLE)
                        value=draft.title
                        hint=t(l, if is_notice { k::boards::TITLE_HINT } else { k::boards::TITLE_HINT_SHORT })
                        error=title_error
                        max=u32::try_from(TITLE_MAX).unwrap_or(u32::MAX)
                        autocomplete="off"
                        required=true
                    />
                    {number.is_none().then(|| view! { <SimilarField slug=slug.clone() kind/> })}
                    <PostEditor slug=slug.clone() board=kind.key().to_owned() value=draft.markdown error=body_error/>
                    <PostFilesField slug kind files error=files_error/>
                    {is_notice
                        .then(|| {
                            view! {
                                <Choices legend=t(l, k::boards::OPTIONS)>
                                    <Checkbox name="pinned" checked=draft.pinned>{t(l, k::boards::PIN_CHECK)}</Checkbox>
                                    <Checkbox name="required" checked=draft.required>{t(l, k::boards::REQUIRED_CHECK)}</Checkbox>
                                </Choices>
                            }
                        })}
                    {kind
                        .has_secrets()
                        .then(|| {
                            view! {
                                <Choices legend=t(l, k::boards::OPTIONS)>
                                    <Checkbox name="secret" checked=draft.secret>{t(l, k::boards::SECRET_CHECK)}</Checkbox>
                                </Choices>
                            }
                        })}
                    <p class="row">
                        <Button look=Look::Primary submit=true>{send}</Button>
                        <LinkButton href=back look=Look::Ghost>{t(l, k::boards::CANCEL)}</LinkButton>
                    </p>
                </form>
            </div>
        </div>
    }
}
