use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::access::Obstacle;
use domain::address;
use domain::boards::{BoardKind, PostDraft, PostFile, TITLE_MAX};
use domain::ids::ScheduledNoticeId;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;

use crate::api::boards::{EditPost, WritePost, checked_roles, listed};
use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::PostEditor;
use crate::keeping::{Keeping, say};
use crate::pages::boards::attaching::PostFilesField;
use crate::pages::boards::list::named_board;
use crate::pages::boards::recruiting::{OpenAlready, RolesField, beginning, roles_of};
use crate::pages::boards::similar::SimilarField;
use crate::pages::boards::words::{category_word, new_words};
use crate::pages::cases::fields::wall;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
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
        let (seeks, open) = if kind.has_cards() { beginning(&here).await? } else { ("", None) };
        let draft = PostDraft { category: seeks.to_owned(), ..PostDraft::default() };
        Ok(editor(&here, kind, Subject::New, draft, files, open, state))
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
        Ok(editor(&here, kind, Subject::Post(number), draft, files, None, state))
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
    let roles = if kind.has_cards() { roles_of(here, &post.row).await? } else { BTreeSet::new() };
    let draft = PostDraft {
        title: post.row.title,
        markdown: post.markdown,
        category: post.row.category,
        secret: post.row.secret,
        pinned: post.row.pinned,
        required: post.row.required,
        for_all: post.row.for_all,
        based_on: post.version,
        files: Vec::new(),
        roles,
    };
    Ok((draft, post.files.into_iter().filter(|file| !file.is_picture).collect()))
}

/// The attachments that a form shows, and whether each is checked: the post's own, and after a failure those that came with the form.
pub(crate) async fn attached(
    here: &Here,
    own: Vec<PostFile>,
    state: &FormState,
) -> Result<Vec<(PostFile, bool)>, AppError> {
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
pub fn draft_key(here: &Here, kind: BoardKind, number: impl Display) -> String {
    let user = here.actor.id().map(|user| user.to_string()).unwrap_or_default();
    format!("{user}/{}/{kind}/{number}", here.slug())
}

/// What the form writes.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    New,
    Post(i64),
    Scheduled(ScheduledNoticeId, DateTime<Utc>),
}

pub(crate) fn editor(
    here: &Arc<Here>,
    kind: BoardKind,
    subject: Subject,
    mut draft: PostDraft,
    files: Vec<(PostFile, bool)>,
    // The number of the post by which one recruits already.
    open: Option<i64>,
    state: FormState,
) -> impl IntoView + use<> {
    let l = locale();
    let seeks = if kind.has_cards() { draft.category.clone() } else { String::new() };
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
            for_all: checked("for_all"),
            // Whoever was told that it is another one by now has seen that.
            based_on: match state.error() {
                Some(error) if error.code == ErrorCode::PostChanged => draft.based_on,
                _ => state.value("version").parse().unwrap_or(draft.based_on),
            },
            files: Vec::new(),
            roles: state.all_typed().map(checked_roles).unwrap_or_default(),
        };
    }
    let is_notice = kind == BoardKind::Notice;
    let (new_title, new_note) = new_words(l, kind);
    let slug = here.competition.slug.clone();
    let (heading, note, send, action, back, draft_key) = match subject {
        Subject::New => {
            let (action, back) = (address::new_post(&slug, kind), address::board(&slug, kind));
            (new_title, new_note, t(l, k::boards::POST), action, back, draft_key(here, kind, 0))
        }
        Subject::Post(number) => {
            let (title, note) = (t(l, k::boards::EDIT_TITLE), t(l, k::boards::EDIT_NOTE));
            let (action, back) = (address::edit_post(&slug, kind, number), address::post(&slug, kind, number));
            (title, note, t(l, k::boards::SAVE), action, back, draft_key(here, kind, number))
        }
        Subject::Scheduled(id, _) => {
            use k::boards::scheduled as w;
            let (action, back) = (address::scheduled_notice(&slug, id), address::manage_notices(&slug));
            (t(l, w::EDIT_TITLE), t(l, w::EDIT_NOTE), t(l, w::SAVE), action, back, draft_key(here, kind, id))
        }
    };
    let publish_at = (is_notice && !matches!(subject, Subject::Post(_))).then(|| {
        use k::boards::scheduled as w;
        let value = match subject {
            Subject::Scheduled(_, at) => wall(here.zone(), at),
            _ => String::new(),
        };
        let value = state.typed("publish_at").cloned().unwrap_or(value);
        let zone = here.zone().name();
        let hint = match subject {
            Subject::Scheduled(..) => tf!(l, w::AT_HINT, zone = zone),
            _ => tf!(l, w::AT_HINT_NEW, zone = zone),
        };
        let error = state.field_error("publish_at");
        view! { <TextField name="publish_at" kind="datetime-local" label=t(l, w::AT) value hint error required=matches!(subject, Subject::Scheduled(..))/> }
    });
    let (title_error, body_error) = (state.field_error("title"), state.field_error("markdown"));
    let category_error = state.field_error("category");
    let files_error = state.field_error("files");
    let categories: Vec<_> = [(String::new(), t(l, k::boards::CATEGORY_NONE).to_owned())]
        .into_iter()
        .chain(kind.categories().iter().filter_map(|key| Some(((*key).to_owned(), category_word(l, key)?.to_owned()))))
        // Who seeks stays who they are.
        .filter(|(key, _)| matches!(subject, Subject::New) || seeks.is_empty() || *key == seeks)
        .collect();
    let taken = state.error().filter(|error| error.code == ErrorCode::RecruitOpen);
    let open = taken.and_then(|error| error.params.get("number")?.parse().ok()).or(open);
    let open = open.map(|number| view! { <OpenAlready slug=slug.clone() number/> });
    let above = taken.is_none().then(|| view! { <FormError state=state.clone()/> });
    let roles_error = state.field_error("roles");
    let roles = kind.has_cards().then(|| view! { <RolesField roles=draft.roles error=roles_error/> });
    view! {
        <Title text=format!("{heading} · {}", here.title())/>
        <div class="page body">
            <div class="stack reading">
                <header class="section-head"><h1>{heading}</h1><span class="caption">{note}</span></header>
                {above}
                {open}
                <form class="stack" method="post" enctype="multipart/form-data" action=action data-draft=draft_key>
                    {(draft.based_on > 0).then(|| view! { <input type="hidden" name="version" value=draft.based_on/> })}
                    <div class="alert" data-tone="info" data-draft-bar="" hidden role="status"><div>{t(l, k::boards::DRAFT_FOUND)}</div><Button size=Size::Small>{t(l, k::boards::DRAFT_DROP)}</Button></div>
                    <Select name="category" label=t(l, k::boards::CATEGORY_OF) options=categories value=draft.category error=category_error/>
                    {roles}
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
                    {matches!(subject, Subject::New).then(|| view! { <SimilarField slug=slug.clone() kind/> })}
                    <PostEditor slug=slug.clone() board=kind.key().to_owned() value=draft.markdown error=body_error/>
                    <PostFilesField slug kind files error=files_error/>
                    {is_notice
                        .then(|| {
                            view! {
                                <Choices legend=t(l, k::boards::OPTIONS)>
                                    <Checkbox name="pinned" checked=draft.pinned>{t(l, k::boards::PIN_CHECK)}</Checkbox>
                                    <Checkbox name="required" checked=draft.required>{t(l, k::boards::REQUIRED_CHECK)}</Checkbox>
                                    <Checkbox name="for_all" checked=draft.for_all>{t(l, k::boards::FOR_ALL_CHECK)}</Checkbox>
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
                    {publish_at}
                    <p class="row">
                        <Button look=Look::Primary submit=true>{send}</Button>
                        <LinkButton href=back look=Look::Ghost>{t(l, k::boards::CANCEL)}</LinkButton>
                    </p>
                </form>
            </div>
        </div>
    }
}
