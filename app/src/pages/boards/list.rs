use std::collections::BTreeMap;
use std::sync::Arc;

use domain::boards::posts::{FOUND_MAX, POSTS_PER_PAGE, SEARCH_MAX};
use domain::boards::{BoardKind, Listed, PostPage, PostRow, Sought};
use domain::ids::PostId;
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos_meta::{Link, Title};
use leptos_router::hooks::use_params_map;
use platform::boards::{self, PostsAsked};

use crate::api::boards::RemovePost;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::boards::place::BoardPlace;
use crate::pages::boards::recruiting::{CardBadge, role_words};
use crate::pages::boards::row::{Marks, PostState, is_fresh};
use crate::pages::boards::words::{board_word, category_word, empty_words, heading_word};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::load::FormState;
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Badge, Button, Empty, EmptyRow, Glyph, Icon, LinkButton, Look, Pagination, Segment, Segmented, Size, Table,
    Tone,
};

/// The board that the address names; none where there is no such board, which the page then says.
pub fn named_board() -> Option<BoardKind> {
    BoardKind::from_key(&use_params_map().read_untracked().get("board").unwrap_or_default())
}

/// What of a list the address asks for, each part of it as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPosts {
    kind: BoardKind,
    /// The key of [`Listed`], or nothing.
    only: String,
    search: String,
    in_authors: bool,
    rows: i64,
    page: i64,
}

impl AskedPosts {
    pub fn of_address(place: &BoardPlace) -> Self {
        let kind = place.kind;
        let number = |name: &str| request::query(name).and_then(|number| number.parse().ok());
        let only = request::query("only").unwrap_or_default();
        let known = ["answered", "waiting"].contains(&only.as_str()) && kind.has_answers()
            || (only == "mine" && !place.is_site())
            || (only == "open" && place.kind.has_cards())
            || place.categories().contains(&only.as_str());
        Self {
            kind,
            only: if known { only } else { String::new() },
            search: request::query("q").unwrap_or_default().trim().to_owned(),
            in_authors: request::query("in").as_deref() == Some("author"),
            rows: number("rows").filter(|rows| POSTS_PER_PAGE.contains(rows)).unwrap_or(POSTS_PER_PAGE[0]),
            page: number("page").unwrap_or(1),
        }
    }

    /// Whether it is the beginning of the whole list.
    pub fn is_plain(&self) -> bool {
        self.only.is_empty() && self.search.is_empty() && self.page <= 1
    }

    pub fn posts(&self) -> PostsAsked {
        let which = match self.only.as_str() {
            // Open ones are said apart.
            "" | "open" => Listed::All,
            "answered" => Listed::Answered(true),
            "waiting" => Listed::Answered(false),
            "mine" => Listed::Mine,
            category => Listed::Category(category.to_owned()),
        };
        let sought = Sought::of(&self.search, self.in_authors);
        PostsAsked { which, open: self.only == "open", sought, page: self.page, per_page: self.rows }
    }

    /// The address of another page of it.
    fn href(&self, place: &BoardPlace, page: i64) -> String {
        let (rows, page) = (self.rows.to_string(), page.to_string());
        let fields = [
            ("only", self.only.as_str(), self.only.is_empty()),
            ("q", self.search.as_str(), self.search.is_empty()),
            ("in", "author", !self.in_authors),
            ("rows", rows.as_str(), self.rows == POSTS_PER_PAGE[0]),
            ("page", page.as_str(), page == "1"),
        ];
        let said: Vec<_> =
            fields.iter().filter(|(.., is_usual)| !is_usual).map(|(name, value, _)| (*name, *value)).collect();
        address::asking(&place.list(), &said)
    }
}

/// `/competitions/:slug/boards/:board`
#[component]
pub fn BoardPage() -> impl IntoView {
    let kind = named_board();
    let state = FormState::of::<RemovePost>();
    competition_page(CompetitionTab::Board(kind.unwrap_or(BoardKind::Notice)), false, move |here| async move {
        let place = Arc::new(BoardPlace::of_competition(&here, kind.ok_or(ErrorCode::NotFound)?));
        let asked = AskedPosts::of_address(&place);
        let reader = here.visit().board_reader();
        let services = request::services();
        let posts = boards::list(&services, &here.competition, asked.kind, reader, &asked.posts()).await?;
        let cards = if asked.kind.has_cards() {
            let ids: Vec<_> = posts.pinned.iter().chain(&posts.rows).map(|row| row.id).collect();
            boards::cards(&services, reader, &ids).await?
        } else {
            BTreeMap::new()
        };
        let l = locale();
        let seeks = cards.into_iter().map(|(post, card)| {
            (post, (card.closed(&here.competition, here.now).is_none(), role_words(l, &card.roles)))
        });
        let seeks: BTreeMap<_, _> = seeks.collect();
        Ok::<_, AppError>(view! { <Board place posts seeks asked state/> })
    })
}

/// A list of posts.
#[component]
pub fn Board(
    place: Arc<BoardPlace>,
    posts: PostPage,
    /// Of recruiting posts whether they are open, and whom they seek.
    #[prop(optional)]
    seeks: BTreeMap<PostId, (bool, String)>,
    asked: AskedPosts,
    state: FormState,
) -> impl IntoView {
    let l = locale();
    let kind = asked.kind;
    let total = match (asked.search.as_str(), posts.total >= FOUND_MAX) {
        ("", _) => tf!(l, k::boards::TOTAL, n = format::grouped(posts.total)),
        (q, false) => tf!(l, k::boards::FOUND, q = q, n = format::grouped(posts.total)),
        (q, true) => tf!(l, k::boards::FOUND_MANY, q = q, n = format::grouped(posts.total)),
    };
    let is_search = !asked.search.is_empty();
    let nothing = (posts.total == 0).then(|| {
        let asked = asked.clone();
        let list = place.list();
        view! { <EmptyRow columns=5><Nothing asked list/></EmptyRow> }
    });
    let page_href = {
        let (asked, place) = (asked.clone(), Arc::clone(&place));
        move |page: i64| asked.href(&place, page)
    };
    let all = posts.pinned.into_iter().map(|row| (true, row)).chain(posts.rows.into_iter().map(|row| (false, row)));
    let rows = all.map(|(on_top, row)| line(l, &place, seeks.get(&row.id).cloned(), row, on_top)).collect_view();
    let feed = place.feed();
    view! {
        {feed.clone().map(|feed| view! { <Link rel="alternate" type_="application/atom+xml" href=feed title=t(l, k::boards::ATOM)/> })}
        {is_search.then(|| view! { <Title text=format!("{total} · {}", place.title)/> })}
        <div class="page body stack">
            {state.done().map(|_| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::boards::REMOVED)}</Alert></div> })}
            <header class="row between">
                <div class="section-head"><h1>{heading_word(l, kind)}</h1><span class="caption num">{total.clone()}</span></div>
                <div class="row tight">
                    // A feed is another document: the link leaves the site's pages.
                    {feed.map(|feed| view! { <LinkButton href=feed look=Look::Ghost size=Size::Small icon=Icon::Bell>{t(l, k::boards::ATOM)}</LinkButton> })}
                    {place
                        .writes
                        .then(|| view! { <LinkButton href=place.new_post() look=Look::Primary icon=Icon::Edit>{t(l, if kind == BoardKind::Qna { k::boards::ASK } else { k::boards::WRITE })}</LinkButton> })}
                </div>
            </header>
            <Filters place=Arc::clone(&place) asked=asked.clone()/>
            <Table caption=tf!(l, k::boards::CAPTION, board = board_word(l, kind)) class="posts">
                <thead>
                    <tr>
                        <th scope="col" class="center wide-only">{t(l, k::boards::NO)}</th>
                        <th scope="col" class="fill">{t(l, k::boards::POST_TITLE)}</th>
                        <th scope="col" class="wide-only">{t(l, k::boards::AUTHOR)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::boards::VIEWS)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::boards::DATE)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {nothing}
                </tbody>
            </Table>
            <Pagination label=t(l, k::boards::PAGES) page=posts.page pages=posts.pages href=page_href/>
            <Search place asked/>
        </div>
    }
}

/// All posts, or those of one kind: a link each.
#[component]
fn Filters(place: Arc<BoardPlace>, asked: AskedPosts) -> impl IntoView {
    let l = locale();
    let answers = [("waiting", k::boards::WAITING), ("answered", k::boards::ANSWERED)];
    let mut only = vec![("", t(l, k::boards::ALL))];
    if asked.kind.has_cards() {
        only.push(("open", t(l, k::boards::recruit::ONLY_OPEN)));
    }
    if asked.kind.has_answers() {
        only.extend(answers.map(|(key, word)| (key, t(l, word))));
    }
    let categories = place.categories().iter();
    only.extend(categories.filter_map(|key| category_word(l, key).map(|word| (*key, word))));
    if place.signed_in && asked.kind != BoardKind::Notice {
        only.push(("mine", t(l, k::boards::MINE)));
    }
    let link = |(key, word): (&'static str, &'static str)| {
        let there = AskedPosts { only: key.to_owned(), search: String::new(), in_authors: false, ..asked.clone() };
        let current = asked.search.is_empty() && asked.only == key;
        view! { <Segment href=there.href(&place, 1) current>{word}</Segment> }
    };
    let links = only.into_iter().map(link).collect_view();
    view! { <div class="scroll-x"><Segmented label=t(l, k::boards::FILTER)>{links}</Segmented></div> }
}

#[component]
fn Search(place: Arc<BoardPlace>, asked: AskedPosts) -> impl IntoView {
    let l = locale();
    let sizes = POSTS_PER_PAGE.map(|rows| {
        let there = AskedPosts { rows, ..asked.clone() };
        let word = tf!(l, k::boards::ROWS, n = rows);
        if rows == asked.rows {
            return view! { <strong aria-current="true">{word}</strong> " " }.into_html();
        }
        view! { <a href=there.href(&place, 1)>{word}</a> " " }.into_html()
    });
    view! {
        <form class="row centered" role="search" method="get" action=place.list()>
            <label class="sr-only" for="search-in">{t(l, k::boards::SEARCH_IN)}</label>
            <select class="input s" id="search-in" name="in">
                <option value="text" selected=!asked.in_authors>{t(l, k::boards::SEARCH_TEXT)}</option>
                <option value="author" selected=asked.in_authors>{t(l, k::boards::AUTHOR)}</option>
            </select>
            <span class="search">
                <Glyph icon=Icon::Search/>
                <input
                    class="input"
                    type="search"
                    name="q"
                    value=asked.search.clone()
                    maxlength=SEARCH_MAX.to_string()
                    aria-label=t(l, k::boards::SEARCH)
                    placeholder=t(l, k::boards::SEARCH_PLACEHOLDER)
                />
            </span>
            {(asked.rows != POSTS_PER_PAGE[0]).then(|| view! { <input type="hidden" name="rows" value=asked.rows/> })}
            <Button submit=true>{t(l, k::boards::SEARCH_DO)}</Button>
        </form>
        <p class="caption center" role="group" aria-label=t(l, k::boards::ROWS_LABEL)>{sizes.into_iter().collect_view()}</p>
    }
}

#[component]
fn Nothing(asked: AskedPosts, list: String) -> impl IntoView {
    let l = locale();
    if asked.search.is_empty() && asked.only.is_empty() {
        let (title, text) = empty_words(l, asked.kind);
        return view! { <Empty whole_page=true title text/> }.into_html();
    }
    let title = if asked.search.is_empty() {
        t(l, k::boards::NONE_SUCH).to_owned()
    } else {
        tf!(l, k::boards::NONE_FOUND, q = asked.search)
    };
    view! {
        <Empty whole_page=true icon=Icon::Search title text=t(l, k::boards::NONE_FOUND_TEXT)>
            <LinkButton href=list>{t(l, k::boards::CLEAR)}</LinkButton>
        </Empty>
    }
    .into_html()
}

/// A post's row; one that stands on top shows its mark instead of its number, and one that is not for the reader says so alone.
fn line(
    l: Locale,
    place: &BoardPlace,
    seeks: Option<(bool, String)>,
    row: PostRow,
    on_top: bool,
) -> impl IntoView + use<> {
    let kind = place.kind;
    let date = format::list_day(l, place.zone, row.created_at, place.now);
    let views = format::grouped(row.views);
    let fresh = is_fresh(&row, place.now);
    let marked = row.required || row.pinned;
    let (required, pinned, number) = (row.required, row.pinned, row.number);
    let href = place.post(row.number);
    let when = row.created_at.to_rfc3339();
    let readable = row.readable;
    let author = if readable { place.author(l, &row) } else { "–".to_owned() };
    let team = row.team.clone();
    let category = category_word(l, &row.category);
    let (comments, files) = (row.comments, row.files);
    let state = view! { <PostState kind row=row.clone()/> }.into_html();
    let (badge, roles) = seeks.map(|(open, roles)| (view! { <CardBadge open/> }, roles)).unzip();
    let title = if readable {
        view! { <a class="title" href=href>{row.title}</a> }.into_html()
    } else {
        let word = if row.hidden { k::boards::HIDDEN_ROW } else { k::boards::SECRET_ROW };
        view! { <span class="muted"><Glyph icon=Icon::Lock inline=true/>" "{t(l, word)}</span> }.into_html()
    };
    let replies = (comments > 0).then(|| {
        view! {
            " "
            <span class="replies"><span aria-hidden="true">{format!("[{comments}]")}</span><span class="sr-only">{tf!(l, k::boards::COMMENT_COUNT, n = comments)}</span></span>
        }
    });
    let clip = (files > 0).then(|| {
        view! { " " <Glyph icon=Icon::Clip inline=true/><span class="sr-only">{t(l, k::boards::HAS_FILES)}</span> }
    });
    let meta = if readable { tf!(l, k::boards::META, author = author, views = views) } else { String::new() };
    view! {
        <tr class=on_top.then_some("pinned")>
            <td class="center wide-only num">
                {if marked { view! { <Marks required pinned/> }.into_html() } else { number.into_html() }}
            </td>
            <th scope="row">
                {marked.then(|| view! { <span class="narrow-only"><Marks required pinned/>" "</span> })}
                {state}
                {badge}
                {category.map(|word| view! { <span class="muted">"["{word}"] "</span> })}
                {title}
                {replies}
                {clip}
                {fresh.then(|| view! { " " <Badge tone=Tone::Warning>{t(l, k::boards::FRESH)}</Badge> })}
                {roles.map(|roles| view! { <span class="meta">{roles}</span> })}
                <span class="meta narrow-only num">{(!meta.is_empty()).then(|| view! { {meta.clone()} " · " })} {date.clone()}</span>
            </th>
            <td class="wide-only tight-col">
                {author.clone()}
                {(!team.is_empty()).then(|| view! { <span class="meta">{team}</span> })}
            </td>
            <td class="end wide-only">{if readable { views.clone() } else { "–".to_owned() }}</td>
            <td class="end wide-only nowrap"><time datetime=when>{date}</time></td>
        </tr>
    }
}
