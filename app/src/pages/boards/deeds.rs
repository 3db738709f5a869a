//! What can be done with a post or a comment. Each form stands folded in the page, so that it works without a script.

use std::sync::Arc;

use domain::access::Action;
use domain::boards::{BoardKind, PostRow};
use domain::{address, boards::Comment};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::boards::BLOCK_DAYS;

use crate::api::boards::{
    BlockWriter, EditComment, FollowPost, HidePost, PinNotice, RemoveComment, RemovePost, ReportPost, ShowPost,
    WriteComment,
};
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{
    Button, Checkbox, Dialog, DialogCloser, DialogOpener, Icon, LinkButton, Look, Radio, Size, TextArea, TextField,
};

/// Which post, and which comment of it, a form is about.
#[component]
fn Of(slug: String, kind: BoardKind, number: i64, #[prop(optional_no_strip)] comment: Option<i64>) -> impl IntoView {
    view! {
        <input type="hidden" name="slug" value=slug/>
        <input type="hidden" name="board" value=kind.key()/>
        <input type="hidden" name="number" value=number/>
        {comment.map(|comment| view! { <input type="hidden" name="comment" value=comment/> })}
    }
}

/// A form that is unfolded by its name; open where what was typed into it comes back.
fn folded(word: &'static str, open: bool, form: Html) -> Html {
    view! { <details class="folded" open=open><summary class="btn ghost s">{word}</summary>{form}</details> }
        .into_html()
}

/// What comes back of a form that asks for a reason and failed.
struct Returned {
    failed: bool,
    reason: String,
    error: Option<String>,
}

impl Returned {
    /// Of the form that is sent there about a post, or a comment of it.
    fn of(state: &FormState, path: &str, comment: Option<i64>) -> Self {
        let of = comment.map(|comment| comment.to_string()).unwrap_or_default();
        let failed = state.is_of(path) && state.error().is_some() && state.value("comment") == of;
        let (reason, error) =
            if failed { (state.value("reason"), state.field_error("reason")) } else { (String::new(), None) };
        Self { failed, reason, error }
    }
}

/// A form that asks for a reason; its id, its label and the word on its button.
fn with_reason(
    action: &'static str,
    of: Html,
    (id, label, send): (String, &'static str, &'static str),
    returned: Returned,
    rest: Option<Html>,
) -> Html {
    let Returned { reason, error, .. } = returned;
    view! {
        <form class="stack s" method="post" action=action>
            {of}
            {rest}
            <TextField name="reason" id label value=reason error required=true max=300 autocomplete="off"/>
            <p><Button submit=true size=Size::Small look=Look::Danger>{send}</Button></p>
        </form>
    }
    .into_html()
}

/// What is reported, hidden or kept from being written: a post, or a comment of it, as its reader sees it.
#[derive(Clone, Copy)]
struct Subject {
    kind: BoardKind,
    number: i64,
    comment: Option<i64>,
    mine: bool,
    hidden: bool,
}

/// Whether somebody may report, hide and block here: everyone signed in reports what others wrote, organizers keep order.
fn keeping_order(here: &Here, subject: Subject, state: &FormState) -> Html {
    let l = locale();
    let Subject { kind, number, comment, mine, hidden } = subject;
    let slug = here.competition.slug.clone();
    let of = || view! { <Of slug=slug.clone() kind number comment/> }.into_html();
    let id = |what: &str| format!("{what}-{}", comment.unwrap_or_default());
    let returned = |path: &str| Returned::of(state, path, comment);
    let organizes = here.may(Action::RunBoards);
    let report = (!mine && !organizes && here.may(Action::Comment)).then(|| {
        let words = (id("report"), t(l, k::boards::REPORT_WHY), t(l, k::boards::REPORT_DO));
        let returned = returned(ReportPost::PATH);
        folded(t(l, k::boards::REPORT), returned.failed, with_reason(ReportPost::PATH, of(), words, returned, None))
    });
    let hide = (organizes && !hidden).then(|| {
        let words = (id("hide"), t(l, k::boards::HIDE_WHY), t(l, k::boards::HIDE_DO));
        let returned = returned(HidePost::PATH);
        folded(t(l, k::boards::HIDE), returned.failed, with_reason(HidePost::PATH, of(), words, returned, None))
    });
    let show = (organizes && hidden).then(|| {
        view! { <form method="post" action=ShowPost::PATH>{of()}<Button submit=true size=Size::Small>{t(l, k::boards::SHOW)}</Button></form> }
    });
    let block = (organizes && !mine).then(|| {
        let returned = returned(BlockWriter::PATH);
        let chosen = BLOCK_DAYS.into_iter().find(|days| returned.failed && state.value("days") == days.to_string());
        let days = BLOCK_DAYS.map(|days| {
            view! { <Radio name="days" value=days.to_string() checked=days == chosen.unwrap_or(BLOCK_DAYS[0])>{tf!(l, k::boards::DAYS, n = days)}</Radio> }
        });
        let days = view! { <div class="row tight" role="radiogroup" aria-label=t(l, k::boards::BLOCK_FOR)>{days.into_iter().collect_view()}</div> };
        let words = (id("block"), t(l, k::boards::BLOCK_WHY), t(l, k::boards::BLOCK_DO));
        let failed = returned.failed;
        let form = with_reason(BlockWriter::PATH, of(), words, returned, Some(days.into_html()));
        folded(t(l, k::boards::BLOCK), failed, form)
    });
    view! {
        {report}
        {show}
        {hide}
        {block}
    }
    .into_html()
}

/// What can be done with a post.
#[component]
pub fn PostDeeds(here: Arc<Here>, kind: BoardKind, row: PostRow, follows: bool, state: FormState) -> impl IntoView {
    let l = locale();
    let slug = here.competition.slug.clone();
    let number = row.number;
    let of = {
        let slug = slug.clone();
        move || view! { <Of slug=slug.clone() kind number/> }.into_html()
    };
    let reader = here.visit().board_reader();
    let is_notice = kind == BoardKind::Notice;
    let changes = if is_notice { here.may(kind.writes()) } else { row.may_change(&reader) };
    let removes = changes || (!is_notice && here.may(Action::RunBoards));
    // A required notice stays on top as long as it is required.
    let pin = (is_notice && changes && !row.required).then(|| {
        let (value, words) = if row.pinned { ("", k::boards::UNPIN) } else { ("on", k::boards::PIN) };
        view! {
            <form method="post" action=PinNotice::PATH>
                {of()}
                <input type="hidden" name="pinned" value=value/>
                <Button submit=true size=Size::Small icon=Icon::Pin>{t(l, words)}</Button>
            </form>
        }
    });
    let follow = here.may(Action::Comment).then(|| {
        let (value, words) = if follows { ("", k::boards::UNFOLLOW) } else { ("on", k::boards::FOLLOW) };
        view! {
            <form method="post" action=FollowPost::PATH>
                {of()}
                <input type="hidden" name="follows" value=value/>
                <Button submit=true size=Size::Small look=Look::Ghost icon=Icon::Bell>{t(l, words)}</Button>
            </form>
        }
    });
    let actions = {
        let of = of.clone();
        move || {
            view! {
                <DialogCloser dialog="remove-post">{t(l, k::boards::REMOVE_KEEP)}</DialogCloser>
                <form method="post" action=RemovePost::PATH>
                    {of()}
                    <Button look=Look::Danger submit=true>{t(l, k::boards::REMOVE_DO)}</Button>
                </form>
            }
        }
    };
    let edit = changes.then(|| {
        let href = address::edit_post(here.slug(), kind, number);
        view! { <LinkButton href size=Size::Small icon=Icon::Edit>{t(l, k::boards::EDIT)}</LinkButton> }
    });
    let subject = Subject { kind, number, comment: None, mine: row.mine, hidden: row.hidden };
    let order = (!is_notice).then(|| keeping_order(&here, subject, &state));
    view! {
        <div class="row tight deeds" role="group" aria-label=t(l, k::boards::MANAGE)>
            {follow}
            {edit}
            {pin}
            {removes
                .then(|| {
                    view! {
                        <DialogOpener dialog="remove-post" size=Size::Small look=Look::Danger icon=Icon::Trash>{t(l, k::boards::REMOVE)}</DialogOpener>
                        <Dialog id="remove-post" title=t(l, k::boards::REMOVE_TITLE) actions><p>{tf!(l, k::boards::REMOVE_TEXT, title = row.title)}</p></Dialog>
                    }
                })}
            {order}
        </div>
    }
}

/// What can be done with a comment.
#[component]
pub fn CommentDeeds(
    here: Arc<Here>,
    kind: BoardKind,
    number: i64,
    comment: Comment,
    state: FormState,
    /// The reader may write nothing here.
    closed: bool,
    /// It is the reader's own post without their name.
    unnamed: bool,
) -> impl IntoView {
    let l = locale();
    let slug = here.competition.slug.clone();
    let one = comment.number;
    let of = || view! { <Of slug=slug.clone() kind number comment=Some(one)/> }.into_html();
    let failed = |path: &str, field: &str| state.is_of(path) && state.value(field) == one.to_string();
    let (edit_failed, reply_failed) = (failed(EditComment::PATH, "comment"), failed(WriteComment::PATH, "answers"));
    let error = state.field_error("markdown");
    let changes = comment.mine && !comment.hidden && !closed && here.may(Action::Comment);
    let answers = kind.has_answers() && here.may(Action::RunBoards);
    let reply = (!comment.hidden && !closed && here.may(Action::Comment)).then(|| {
        let (value, error) = if reply_failed { (state.value("markdown"), error.clone()) } else { (String::new(), None) };
        let form = view! {
            <form class="stack s" method="post" action=WriteComment::PATH>
                <Of slug=slug.clone() kind number/>
                <input type="hidden" name="answers" value=one/>
                <TextArea name="markdown" id=format!("reply-{one}") label=t(l, k::boards::comments::REPLY_LABEL) value error rows=3 required=true/>
                {unnamed.then(|| view! { <p class="caption">{t(l, k::boards::comments::UNNAMED_NOTE)}</p> })}
                {answers.then(|| view! { <Checkbox name="official">{t(l, k::boards::comments::OFFICIAL_CHECK)}</Checkbox> })}
                <p><Button submit=true size=Size::Small look=Look::Primary>{t(l, k::boards::comments::SEND)}</Button></p>
            </form>
        };
        folded(t(l, k::boards::comments::REPLY), reply_failed, form.into_html())
    });
    let edit = changes.then(|| {
        let (value, error) =
            if edit_failed { (state.value("markdown"), error.clone()) } else { (comment.markdown.clone(), None) };
        let form = view! {
            <form class="stack s" method="post" action=EditComment::PATH>
                {of()}
                <TextArea name="markdown" id=format!("edit-{one}") label=t(l, k::boards::comments::EDIT_LABEL) value error rows=4 required=true/>
                <p><Button submit=true size=Size::Small look=Look::Primary>{t(l, k::boards::comments::SAVE)}</Button></p>
            </form>
        };
        folded(t(l, k::boards::EDIT), edit_failed, form.into_html())
    });
    let remove = (comment.mine && !comment.hidden && here.may(Action::Comment)).then(|| {
        let form = view! {
            <form class="stack s" method="post" action=RemoveComment::PATH>
                {of()}
                <p class="caption">{t(l, k::boards::comments::REMOVE_TEXT)}</p>
                <p><Button submit=true size=Size::Small look=Look::Danger>{t(l, k::boards::comments::REMOVE_DO)}</Button></p>
            </form>
        };
        folded(t(l, k::boards::REMOVE), false, form.into_html())
    });
    let subject = Subject { kind, number, comment: Some(one), mine: comment.mine, hidden: comment.hidden };
    let order = keeping_order(&here, subject, &state);
    view! {
        <div class="row tight deeds" role="group" aria-label=tf!(l, k::boards::comments::MANAGE, n = one)>
            {reply}
            {edit}
            {remove}
            {order}
        </div>
    }
}
