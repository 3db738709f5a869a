//! The comments under a post.

use std::sync::Arc;

use domain::access::Action;
use domain::boards::{BoardKind, CannedAnswer, Comment, CommentPage, Post, PostRow, ReactionCount};
use domain::{AppError, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::api::boards::WriteComment;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::boards::canned::CannedAnswers;
use crate::pages::boards::deeds::CommentDeeds;
use crate::pages::boards::reactions::Reactions;
use crate::pages::boards::words::writer;
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormState, login_href};
use crate::tf;
use crate::ui::{Avatar, Badge, Button, Checkbox, Icon, LinkButton, Look, Pagination, TextArea, Time, TimeForm, Tone};

/// All comments of a page of them, and the form for another one.
#[component]
pub fn Comments(
    here: Arc<Here>,
    kind: BoardKind,
    post: Post,
    page: CommentPage,
    /// To the post and its comments.
    reactions: Vec<ReactionCount>,
    state: FormState,
    /// Why the reader may not write for now.
    blocked: Option<AppError>,
    /// What organizers may answer with; nothing for others.
    canned: Option<Vec<CannedAnswer>>,
) -> impl IntoView {
    let l = locale();
    let (number, slug) = (post.row.number, here.competition.slug.clone());
    let href = {
        let post = address::post(&slug, kind, number);
        move |page: i64| format!("{}#comments", address::asking(&post, &[("comments", &page.to_string())]))
    };
    let none = page.comments.is_empty();
    // Where a script finds whom a comment may name.
    let names = here.may(Action::Comment).then_some(address::function::NAMES_TO_CALL);
    let all = page
        .comments
        .into_iter()
        .map(|comment| {
            let (here, row, reactions, state) = (Arc::clone(&here), post.row.clone(), reactions.clone(), state.clone());
            // Under a deleted post nobody writes any longer.
            let closed = blocked.is_some() || post.removed;
            view! { <One here kind row comment reactions state closed/> }
        })
        .collect_view();
    let form = (!post.removed).then(|| view! { <Write here=Arc::clone(&here) kind post state blocked canned/> });
    view! {
        <section class="stack" id="comments" aria-labelledby="comments-title" data-names=names data-names-said=t(l, k::boards::comments::NAMES)>
            <h2 id="comments-title">{t(l, k::boards::comments::TITLE)} " " <span class="muted num">{format::grouped(page.total)}</span></h2>
            {none.then(|| view! { <p class="muted">{t(l, k::boards::comments::NONE)}</p> })}
            <ol>{all}</ol>
            <Pagination label=t(l, k::boards::comments::PAGES) page=page.page pages=page.pages href/>
            {form}
        </section>
    }
}

#[component]
fn One(
    here: Arc<Here>,
    kind: BoardKind,
    row: PostRow,
    comment: Comment,
    reactions: Vec<ReactionCount>,
    state: FormState,
    /// The reader may write nothing here.
    closed: bool,
) -> impl IntoView {
    let l = locale();
    let number = row.number;
    let class = match (comment.is_reply(), comment.official) {
        (true, _) => "comment reply",
        (false, true) => "comment official",
        (false, false) => "comment",
    };
    let id = format!("comment-{}", comment.number);
    let gone = match (comment.removed, comment.hidden && comment.html.is_empty()) {
        (true, _) => Some(k::boards::comments::GONE),
        (_, true) => Some(k::boards::comments::OUT_OF_SIGHT),
        _ => None,
    };
    if let Some(word) = gone {
        return view! { <li class=class id=id><p class="muted">{t(l, word)}</p></li> }.into_html();
    }
    let zone = here.zone();
    let name = writer(l, &comment.author, comment.by_staff, false);
    let (author, mine, team) = (comment.author.clone(), comment.mine, comment.team.clone());
    let badges = view! {
        {comment.official.then(|| view! { <Badge tone=Tone::Success icon=Icon::Check>{t(l, k::boards::comments::OFFICIAL)}</Badge> })}
        {(comment.by_staff && !comment.official).then(|| view! { <Badge tone=Tone::Accent>{t(l, k::boards::STAFF)}</Badge> })}
        {comment.hidden.then(|| view! { <Badge tone=Tone::Danger>{t(l, k::boards::HIDDEN)}</Badge> })}
    };
    let why = comment.hidden.then(|| tf!(l, k::boards::HIDDEN_WHY, reason = comment.hidden_why));
    let html = comment.html.clone();
    let created = comment.created_at;
    let edited = comment.updated_at.is_some().then(|| {
        let word = t(l, k::boards::EDITED);
        if !comment.shows_history(kind, &here.visit().board_reader()) {
            return word.into_html();
        }
        let href = address::comment_history(here.slug(), kind, number, comment.number);
        view! { <a href=href>{word}</a> }.into_html()
    });
    let may_react = here.may(Action::Comment) && !closed && !row.hidden && !comment.hidden;
    let (slug, subject, one) = (here.slug().to_owned(), comment.id.0, comment.number);
    let unnamed = row.anonymous && row.mine;
    view! {
        <li class=class id=id>
            <Avatar name=author me=mine/>
            <p class="row tight">
                <strong>{name}</strong>
                {badges}
                <span class="caption num">
                    {(!team.is_empty()).then(|| view! { {team} " · " })}
                    <Time at=created zone form=TimeForm::Short/>
                    {edited.map(|edited| view! { " · " {edited} })}
                </span>
            </p>
            <div class="stack s">
                {why.map(|why| view! { <p class="caption">{why}</p> })}
                <div class="prose s" inner_html=html></div>
                <Reactions slug kind number comment=Some(one) subject counts=reactions may=may_react/>
                <CommentDeeds here kind number comment state closed unnamed/>
            </div>
        </li>
    }
    .into_html()
}

/// The form for another comment, or what stands in the way of it.
#[component]
fn Write(
    here: Arc<Here>,
    kind: BoardKind,
    post: Post,
    state: FormState,
    blocked: Option<AppError>,
    canned: Option<Vec<CannedAnswer>>,
) -> impl IntoView {
    let l = locale();
    let may = here.visit().may(Action::Comment, None).check();
    if let Some(error) = may.err().map(AppError::from).or(blocked) {
        let is_nobody = here.actor.id().is_none();
        let text =
            if is_nobody { t(l, k::boards::comments::LOG_IN).to_owned() } else { format::error::error(l, &error) };
        return view! {
            <p class="row">
                <span class="muted">{text}</span>
                {is_nobody.then(|| view! { <LinkButton href=login_href()>{t(l, k::site::LOGIN)}</LinkButton> })}
            </p>
        }
        .into_html();
    }
    let failed = state.is_of(WriteComment::PATH) && state.value("answers").is_empty();
    let value = if failed { state.value("markdown") } else { String::new() };
    let error = if failed { state.field_error("markdown") } else { None };
    let official = kind.has_answers() && here.may(Action::RunBoards);
    let asks = kind.has_answers() && post.row.mine && post.row.answered;
    let note = match (post.row.anonymous && post.row.mine, post.row.secret) {
        (true, _) => k::boards::comments::UNNAMED_NOTE,
        (false, true) => k::boards::comments::SECRET_NOTE,
        (false, false) => k::boards::comments::NOTE,
    };
    view! {
        <form class="stack s" method="post" action=WriteComment::PATH>
            <input type="hidden" name="slug" value=here.competition.slug.clone()/>
            <input type="hidden" name="board" value=kind.key()/>
            <input type="hidden" name="number" value=post.row.number/>
            <TextArea name="markdown" id="comment" label=t(l, k::boards::comments::WRITE) hint=t(l, note) value error rows=4 required=true/>
            {canned.map(|answers| view! { <CannedAnswers slug=here.slug().to_owned() answers/> })}
            {official.then(|| view! { <Checkbox name="official" checked=!post.row.answered>{t(l, k::boards::comments::OFFICIAL_CHECK)}</Checkbox> })}
            {asks.then(|| view! { <Checkbox name="asks_again">{t(l, k::boards::comments::ASKS_AGAIN)}</Checkbox> })}
            <p><Button look=Look::Primary submit=true>{t(l, k::boards::comments::SEND)}</Button></p>
        </form>
    }
    .into_html()
}
