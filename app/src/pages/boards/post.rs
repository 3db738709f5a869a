use std::sync::Arc;

use domain::access::Action;
use domain::boards::{BoardKind, Neighbour, NoticeReaders, Post, PostRow, QuestionTies, TeamRead};
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards::{self, CommentsAsked, PostsAsked};

use crate::api::boards::{
    BlockWriter, EditComment, EditPost, FollowPost, HidePost, PinNotice, RemindOfNotice, RemoveComment, RemovePost,
    ReportPost, ShowPost, WriteComment, WritePost,
};
use crate::api::questions::{LinkQuestion, PublishQuestion};
use crate::api::reactions::ReactToPost;
use crate::api::recruiting::{AskByPost, InviteByPost, SetRecruitCard};
use crate::context::{locale, viewer};
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Phrase, k, t};
use crate::islands::CopyButton;
use crate::keeping::{Keeping, say};
use crate::pages::boards::attaching::Attachments;
use crate::pages::boards::comments::Comments;
use crate::pages::boards::deeds::PostDeeds;
use crate::pages::boards::edit::draft_key;
use crate::pages::boards::list::named_board;
use crate::pages::boards::place::BoardPlace;
use crate::pages::boards::reactions::Reactions;
use crate::pages::boards::recruiting::recruit_card;
use crate::pages::boards::row::{Marks, PostState};
use crate::pages::boards::ties::{QuestionDeeds, TieLines};
use crate::pages::boards::words::{board_word, category_word};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Button, Card, Glyph, Icon, LinkButton, Size, Time, TimeForm, Tone};

/// The forms that end on a post's page.
const FORMS: [&str; 19] = [
    ReactToPost::PATH,
    SetRecruitCard::PATH,
    AskByPost::PATH,
    InviteByPost::PATH,
    RemindOfNotice::PATH,
    WritePost::PATH,
    EditPost::PATH,
    PinNotice::PATH,
    RemovePost::PATH,
    WriteComment::PATH,
    EditComment::PATH,
    RemoveComment::PATH,
    FollowPost::PATH,
    ReportPost::PATH,
    HidePost::PATH,
    ShowPost::PATH,
    BlockWriter::PATH,
    PublishQuestion::PATH,
    LinkQuestion::PATH,
];

/// Posts that a post's page shows beside it.
pub const BESIDE: usize = 7;

/// What is said after a form has done what it was for.
fn done_word(path: &str) -> Option<Phrase> {
    Some(match path {
        WritePost::PATH => k::boards::POSTED,
        EditPost::PATH => k::boards::CHANGED,
        PinNotice::PATH => k::boards::PIN_CHANGED,
        RemindOfNotice::PATH => k::boards::REMINDED,
        WriteComment::PATH => k::boards::comments::POSTED,
        EditComment::PATH => k::boards::comments::CHANGED,
        RemoveComment::PATH => k::boards::comments::REMOVED,
        FollowPost::PATH => k::boards::FOLLOW_CHANGED,
        ReportPost::PATH => k::boards::REPORTED,
        HidePost::PATH => k::boards::HIDDEN_DONE,
        ShowPost::PATH => k::boards::SHOWN_DONE,
        BlockWriter::PATH => k::boards::BLOCKED_DONE,
        PublishQuestion::PATH => k::boards::questions::PUBLISHED_DONE,
        LinkQuestion::PATH => k::boards::questions::LINKED_DONE,
        SetRecruitCard::PATH => k::boards::recruit::CARD_CHANGED,
        AskByPost::PATH => k::teams::ask::SENT,
        InviteByPost::PATH => k::boards::recruit::SENT,
        _ => return None,
    })
}

/// `/competitions/:slug/boards/:board/:number`
#[component]
pub fn PostPage() -> impl IntoView {
    let kind = named_board();
    let number = use_params_map().read_untracked().get("number").and_then(|number| number.parse().ok());
    let state = FormState::of_any(&FORMS);
    competition_page(CompetitionTab::Board(kind.unwrap_or(BoardKind::Notice)), false, move |here| async move {
        page(here, kind.ok_or(ErrorCode::NotFound)?, number.ok_or(ErrorCode::NotFound)?, state).await
    })
}

async fn page(here: Arc<Here>, kind: BoardKind, number: i64, state: FormState) -> Result<impl IntoView, AppError> {
    let l = locale();
    let services = request::services();
    let reader = here.visit().board_reader();
    let post = boards::get(&services, &here.competition, kind, reader, number).await;
    let mut post = post.map_err(AppError::from).map_err(|error| match error.code {
        // Whoever follows a link of a mail may read it once they are logged in.
        ErrorCode::SecretPost if reader.user.is_none() => ErrorCode::LoginRequired.into(),
        _ => error,
    })?;
    let blocked = if reader.organizes {
        None
    } else {
        boards::check_not_blocked(&services, &here.competition, &here.actor).await.err().map(AppError::from)
    };
    if post.row.secret || post.row.hidden {
        say(Keeping::Secret);
    }
    if here.visit().role.is_none() && !post.removed {
        let reader = viewer().user.map_or_else(|| request::client_address().to_string(), |user| user.id.to_string());
        post.row.views += i64::from(boards::viewed(&services, post.row.id, &reader));
    }
    if let Some(user) = here.actor.id().filter(|_| post.row.required && !post.removed) {
        boards::note_read(&services, post.row.id, user);
    }
    let readers = if post.row.required && !post.removed && here.may(kind.writes()) {
        Some(boards::notice_readers(&services, &here.competition, &here.actor, &post.row).await?)
    } else {
        None
    };
    let for_all = post.row.for_all;
    let follows = match here.actor.id() {
        Some(user) => boards::is_following(&services, post.row.id, user).await?,
        None => false,
    };
    let asked = |name: &str| request::query(name).and_then(|number| number.parse().ok());
    let comments = match asked("comment") {
        Some(comment) => CommentsAsked::With(comment),
        None => CommentsAsked::Page(asked("comments").unwrap_or(1)),
    };
    let comments = boards::comment_page(&services, post.row.id, reader, comments).await?;
    let ties = if kind.has_answers() && !post.removed {
        boards::ties(&services, &post, reader).await?
    } else {
        QuestionTies::default()
    };
    let answers = kind.has_answers() && !post.removed && here.may(Action::RunBoards);
    let canned =
        if answers { Some(boards::canned_answers(&services, &here.competition, &here.actor).await?) } else { None };
    let reactions = boards::reactions(&services, post.row.id, &comments.comments, reader).await?;
    let beside = boards::list(&services, &here.competition, kind, reader, &PostsAsked::default()).await?;
    let (beside_title, mut beside) = match kind {
        BoardKind::Notice => (k::boards::PINNED_LIST, beside.pinned),
        _ => (k::boards::NEWEST_LIST, beside.rows),
    };
    beside.retain(|row| row.readable);
    beside.truncate(BESIDE);
    let title = if post.removed { t(l, k::boards::REMOVED_POST).to_owned() } else { post.row.title.clone() };
    let title = format!("{title} · {}", here.title());
    let said = state.done().and_then(done_word);
    let sent = match state.done() {
        Some(WritePost::PATH) => Some(draft_key(&here, kind, 0)),
        Some(EditPost::PATH) => Some(draft_key(&here, kind, number)),
        _ => None,
    };
    let html = post.html.clone();
    let place = Arc::new(BoardPlace::of_competition(&here, kind));
    let head = view! { <PostHead place=Arc::clone(&place) post=post.clone()/> }.into_html();
    let deeds = (!post.removed).then(|| {
        view! { <PostDeeds here=Arc::clone(&here) kind row=post.row.clone() follows state=state.clone()/> }.into_html()
    });
    let (is_same, is_published) = (ties.same.is_some(), ties.published.is_some());
    let question = (!post.removed).then(|| {
        view! { <QuestionDeeds here=Arc::clone(&here) kind row=post.row.clone() is_same is_published state=state.clone()/> }
            .into_html()
    });
    let share = (!post.removed && !post.row.secret && !post.row.hidden).then(|| {
        let link = format!("{}{}", request::base_url(), address::post(here.slug(), kind, number));
        let what = t(l, k::boards::LINK);
        view! { <p class="row tight deeds"><span class="caption">{what}</span> <CopyButton text=link what=what.to_owned()/></p> }
    });
    let ties = view! { <TieLines here=Arc::clone(&here) kind ties/> }.into_html();
    let card =
        if kind.has_cards() && !post.removed { recruit_card(&here, &post.row, state.clone()).await? } else { None };
    let attachments =
        view! { <Attachments slug=here.slug().to_owned() files=std::mem::take(&mut post.files)/> }.into_html();
    let around = view! { <Around place=Arc::clone(&place) post=post.clone()/> }.into_html();
    let may_react = here.may(Action::Comment) && blocked.is_none() && !post.row.hidden;
    let reacted = (!post.removed).then(|| {
        let (slug, subject) = (here.slug().to_owned(), post.row.id.0);
        view! { <Reactions slug kind number subject counts=reactions.clone() may=may_react/> }.into_html()
    });
    let comments =
        view! { <Comments here=Arc::clone(&here) kind post=post.clone() page=comments reactions state=state.clone() blocked canned/> }
            .into_html();
    let hidden = post.row.hidden.then(|| {
        let why = tf!(l, k::boards::HIDDEN_WHY, reason = post.hidden_why);
        view! { <Alert tone=Tone::Danger>{why}</Alert> }
    });
    let body = if post.removed {
        view! { <p class="muted">{t(l, k::boards::REMOVED_TEXT)}</p> }.into_html()
    } else {
        view! { <div class="prose" inner_html=html></div> }.into_html()
    };
    Ok(view! {
        <Title text=title/>
        <div class="page body with-rail">
            <div class="stack l">
                <div class="stack">
                    {sent.map(|key| view! { <span hidden data-draft-sent=key></span> })}
                    {said.map(|phrase| view! { <div role="status"><Alert tone=Tone::Success>{t(l, phrase)}</Alert></div> })}
                    <FormError state/>
                    <article class="stack l">
                        {head}
                        {hidden}
                        {ties}
                        {body}
                        {attachments}
                        {card}
                        {reacted}
                        <div class="stack s">{share} {deeds} {question}</div>
                    </article>
                </div>
                {comments}
                {around}
            </div>
            <aside class="stack" aria-label=t(l, k::boards::BESIDE)>
                {readers.map(|readers| view! { <Readers here=Arc::clone(&here) number readers for_all/> })}
                {(!beside.is_empty()).then(|| view! { <Beside place title=t(l, beside_title) rows=beside number/> })}
            </aside>
        </div>
    })
}

/// What stands over a post's text.
#[component]
pub fn PostHead(place: Arc<BoardPlace>, post: Post) -> impl IntoView {
    let l = locale();
    let (kind, zone) = (place.kind, place.zone);
    let row = post.row;
    let marked = row.required || row.pinned;
    let category = category_word(l, &row.category);
    let title = if post.removed { t(l, k::boards::REMOVED_POST).to_owned() } else { row.title.clone() };
    let author = place.author(l, &row);
    let staff = (row.by_staff && kind != BoardKind::Notice && !row.anonymous)
        .then(|| view! { " " <Badge tone=Tone::Accent>{t(l, k::boards::STAFF)}</Badge> });
    let may_see_history = row.mine || place.sees_history;
    let history = place.history(row.number);
    let edited = post.updated_at.filter(|_| !post.removed).map(|at| {
        let time = view! { <Time at zone form=TimeForm::Short/> }.into_html();
        let time = if may_see_history { view! { <a href=history>{time}</a> }.into_html() } else { time };
        view! { <div><dt>{t(l, k::boards::EDITED)}</dt><dd>{time}</dd></div> }
    });
    let who = (!post.removed).then(|| {
        let team = row.team.clone();
        view! {
            <div>
                <dt>{t(l, k::boards::AUTHOR)}</dt>
                <dd>{author} {(!team.is_empty()).then(|| view! { " · " {team} })} {staff}</dd>
            </div>
        }
    });
    view! {
        <header class="post-head stack s">
            <p class="row tight">
                <Marks required=row.required pinned=row.pinned long=true/>
                <PostState kind row=row.clone()/>
                {category.map(|word| view! { <span class="caption">{word}</span> })}
                {(!marked && category.is_none() && !kind.has_answers()).then(|| view! { <span class="caption">{board_word(l, kind)}</span> })}
            </p>
            <h1>{title}</h1>
            <dl class="meta-line">
                {who}
                <div><dt>{t(l, k::boards::WRITTEN)}</dt><dd><Time at=row.created_at zone/></dd></div>
                {edited}
                <div><dt>{t(l, k::boards::VIEWS)}</dt><dd>{format::grouped(row.views)}</dd></div>
                {(!place.is_site())
                    .then(|| view! { <div><dt>{t(l, k::boards::comments::TITLE)}</dt><dd>{format::grouped(row.comments)}</dd></div> })}
            </dl>
        </header>
    }
}

/// The way to the neighbours of a post and to the list.
#[component]
pub fn Around(place: Arc<BoardPlace>, post: Post) -> impl IntoView {
    let l = locale();
    let line = |neighbour: Option<Neighbour>, icon: Icon, word: &'static str| {
        neighbour.map(|neighbour| {
            let date = format::list_day(l, place.zone, neighbour.created_at, place.now);
            view! {
                <li>
                    <span class="way"><Glyph icon small=true/>{word}</span>
                    <a href=place.post(neighbour.number)>{neighbour.title}</a>
                    <span class="caption num push wide-only">{date}</span>
                </li>
            }
        })
    };
    let alone = post.newer.is_none() && post.older.is_none();
    view! {
        <nav class="stack" aria-label=t(l, k::boards::AROUND)>
            {(!alone)
                .then(|| {
                    view! {
                        <ul class="neighbours">
                            {line(post.newer, Icon::Up, t(l, k::boards::NEWER))}
                            {line(post.older, Icon::Down, t(l, k::boards::OLDER))}
                        </ul>
                    }
                })}
            <p class="center"><LinkButton href=place.list()>{t(l, k::boards::LIST)}</LinkButton></p>
        </nav>
    }
}

/// Teams that are named of those whose leaders have not read a notice.
const NAMED: usize = 12;

/// Which teams' leaders have read a required notice, for the organizers.
#[component]
fn Readers(here: Arc<Here>, number: i64, readers: NoticeReaders, for_all: bool) -> impl IntoView {
    let l = locale();
    let NoticeReaders { people, read, waiting } = readers;
    let is_cut = waiting.len() > NAMED;
    let named = waiting
        .into_iter()
        .take(NAMED)
        .map(|TeamRead { number, name, people, read }| {
            let href = address::public_team(here.slug(), number);
            let of = for_all.then(|| view! { " " <span class="num">{read} "/" {people}</span> });
            view! { <li><a href=href>{name}</a>{of}</li> }
        })
        .collect_view();
    let (read_by, remind) = if for_all {
        (tf!(l, k::boards::READ_BY_ALL, n = read, all = people), k::boards::REMIND_ALL)
    } else {
        (tf!(l, k::boards::READ_BY, n = read, all = people), k::boards::REMIND)
    };
    let slug = here.competition.slug.clone();
    view! {
        <Card id="readers" title=t(l, k::boards::READERS)>
            <p>{read_by}</p>
            {(read < people)
                .then(|| {
                    view! {
                        <p class="caption">{t(l, k::boards::UNREAD_TEAMS)}</p>
                        <ul class="row tight">{named}</ul>
                        {is_cut.then(|| view! { <p class="caption">{t(l, k::boards::MORE_TEAMS)}</p> })}
                        <form method="post" action=RemindOfNotice::PATH>
                            <input type="hidden" name="slug" value=slug/>
                            <input type="hidden" name="number" value=number/>
                            <Button submit=true size=Size::Small icon=Icon::Mail>{t(l, remind)}</Button>
                        </form>
                    }
                })}
        </Card>
    }
}

/// Other posts of the board.
#[component]
pub fn Beside(place: Arc<BoardPlace>, title: &'static str, rows: Vec<PostRow>, number: i64) -> impl IntoView {
    view! {
        <Card id="beside" title=title>
            <ul class="items">
                {rows
                    .into_iter()
                    .map(|row| {
                        let href = place.post(row.number);
                        if row.number == number {
                            view! { <li><a href=href aria-current="page"><strong>{row.title}</strong></a></li> }.into_html()
                        } else {
                            view! { <li><a href=href>{row.title}</a></li> }.into_html()
                        }
                    })
                    .collect_view()}
            </ul>
        </Card>
    }
}
