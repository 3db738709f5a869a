//! Notices as JSON and as an Atom feed.

use atom_syndication::{Content, Entry, Feed, Link, Person};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::boards::{BoardKind, BoardReader, PostRow, Sought};
use domain::competitions::Competition;
use domain::{Locale, address};
use platform::boards;
use platform::boards::{FeedEntry, PostsAsked};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{Time, moment};
use crate::error::{ApiResult, ErrorBody};
use crate::extract::InCompetition;
use crate::language::Language;
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub(super) struct NoticeOut {
    number: i64,
    title: String,
    author: String,
    pinned: bool,
    required: bool,
    views: i64,
    created_at: Time,
    url: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NoticesOut {
    total: i64,
    pages: i64,
    notices: Vec<NoticeOut>,
}

#[derive(Deserialize)]
pub(super) struct NoticesQuery {
    #[serde(default)]
    page: Option<i64>,
    #[serde(default)]
    q: String,
}

/// Notices, pinned ones first.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/notices", tag = "notices", params(("slug" = String, Path), ("page" = Option<i64>, Query), ("q" = Option<String>, Query)),
    responses((status = 200, body = NoticesOut), (status = 404, body = ErrorBody)))]
pub(super) async fn list(
    State(state): State<AppState>,
    Language(locale): Language,
    Query(which): Query<NoticesQuery>,
    InCompetition(competition): InCompetition,
) -> ApiResult<Json<NoticesOut>> {
    let asked =
        PostsAsked { sought: Sought::of(&which.q, false), page: which.page.unwrap_or(1), ..PostsAsked::default() };
    let reader = BoardReader::EVERYONE;
    let page = boards::list(&state.services, &competition, BoardKind::Notice, reader, &asked).await?;
    let out = |row: &PostRow| NoticeOut {
        number: row.number,
        title: row.title.clone(),
        author: app::format::author(locale, &row.author),
        pinned: row.pinned,
        required: row.required,
        views: row.views,
        created_at: moment(&competition, row.created_at),
        url: format!("{}{}", state.settings.base_url, address::post(&competition.slug, BoardKind::Notice, row.number)),
    };
    Ok(Json(NoticesOut {
        total: page.total,
        pages: page.pages,
        notices: page.pinned.iter().chain(&page.rows).map(out).collect(),
    }))
}

/// The newest notices as an Atom feed (RFC 4287).
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/notices.atom", tag = "notices", params(("slug" = String, Path)),
    responses((status = 200, content_type = "application/atom+xml"), (status = 404, body = ErrorBody)))]
pub(super) async fn atom(
    State(state): State<AppState>,
    Language(locale): Language,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let services = &state.services;
    let notices = boards::feed(services, &competition, BoardKind::Notice).await?;
    let feed = feed(locale, &competition, &state.settings.base_url, &notices);
    Ok(([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed.to_string()).into_response())
}

/// `GET /notices.atom`: the newest notices of the site.
pub async fn site_atom(State(state): State<AppState>, Language(locale): Language) -> ApiResult<Response> {
    let notices = boards::site::feed(&state.services).await?;
    let base = &state.settings.base_url;
    let about = About {
        title: app::format::site_notices(locale),
        id: format!("{base}{}", address::NOTICES),
        feed: address::file::NOTICES_ATOM.to_owned(),
        list: address::NOTICES.to_owned(),
        post: &|number| address::notice(number),
        author: &|name| app::format::administrator(locale, name),
    };
    let feed = about.feed(base, &notices);
    Ok(([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed.to_string()).into_response())
}

fn feed(locale: Locale, competition: &Competition, base: &str, notices: &[FeedEntry]) -> Feed {
    let slug = &competition.slug;
    let about = About {
        title: competition.settings.title.get(locale).to_owned(),
        id: format!("urn:uuid:{}", competition.id),
        feed: address::api::notices_atom(slug),
        list: address::board(slug, BoardKind::Notice),
        post: &|number| address::post(slug, BoardKind::Notice, number),
        author: &|name| app::format::author(locale, name),
    };
    about.feed(base, notices)
}

/// What a feed is about, with the addresses of its pages.
struct About<'a> {
    title: String,
    id: String,
    feed: String,
    list: String,
    post: &'a (dyn Fn(i64) -> String + Sync),
    /// Who wrote it, by their public name if they have one.
    author: &'a (dyn Fn(&str) -> String + Sync),
}

impl About<'_> {
    fn feed(&self, base: &str, notices: &[FeedEntry]) -> Feed {
        let link = |path: String| Link { href: format!("{base}{path}"), ..Link::default() };
        let entry = |notice: &FeedEntry| Entry {
            title: allowed(&notice.title).into(),
            id: format!("urn:uuid:{}", notice.id),
            published: Some(notice.created_at.into()),
            updated: notice.updated_at.into(),
            authors: vec![Person { name: allowed(&(self.author)(&notice.author)), ..Person::default() }],
            links: vec![link((self.post)(notice.number))],
            content: Some(Content {
                content_type: Some("html".to_owned()),
                value: Some(allowed(&notice.html)),
                ..Content::default()
            }),
            ..Entry::default()
        };
        Feed {
            title: allowed(&self.title).into(),
            id: self.id.clone(),
            updated: notices.iter().map(|notice| notice.updated_at).max().unwrap_or_default().into(),
            links: vec![Link { rel: "self".to_owned(), ..link(self.feed.clone()) }, link(self.list.clone())],
            entries: notices.iter().map(entry).collect(),
            ..Feed::default()
        }
    }
}

/// Without the characters that XML 1.0 forbids.
fn allowed(text: &str) -> String {
    text.chars()
        .filter(|c| (!c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')) || matches!(c, '\t' | '\n' | '\r'))
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::ids::{CompetitionId, PostId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_feed_says_what_a_notice_says_whatever_is_in_it() {
        let settings = serde_json::json!({
            "title": { "ko": "대회 \"<A&B>\"" }, "lead": { "ko": "" }, "kind": "binary",
            "metric": { "id": "roc_auc" }, "columns": { "id": "id", "target": ["y"] },
        });
        let competition = Competition {
            id: CompetitionId(Uuid::nil()),
            slug: "contest".into(),
            settings: serde_json::from_value(settings).unwrap(),
            stages: Vec::new(),
            has_banner: false,
            live: Vec::new(),
        };
        let notice = FeedEntry {
            id: PostId(Uuid::from_u128(7)),
            number: 3,
            title: "예선 <마감> & \"it's\"\0\u{1b}\u{fffe}".into(),
            author: String::new(),
            html: "<p>a &lt; b\n&amp;\u{1} ]]&gt; c</p>".into(),
            created_at: "2026-11-21T00:00:00Z".parse().unwrap(),
            updated_at: "2026-11-22T00:00:00.25Z".parse().unwrap(),
        };
        let said = feed(Locale::Ko, &competition, "https://example.org", &[notice]).to_string();
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
            <title>대회 &quot;&lt;A&amp;B&gt;&quot;</title>\n<id>urn:uuid:00000000-0000-0000-0000-000000000000</id>\n\
            <updated>2026-11-22T00:00:00.250+00:00</updated>\n\
            <link rel=\"self\" href=\"https://example.org/api/v1/competitions/contest/notices.atom\"/>\n\
            <link href=\"https://example.org/competitions/contest/boards/notice\"/>\n\
            <entry>\n<title>예선 &lt;마감&gt; &amp; &quot;it's&quot;</title>\n\
            <id>urn:uuid:00000000-0000-0000-0000-000000000007</id>\n<published>2026-11-21T00:00:00+00:00</published>\n\
            <updated>2026-11-22T00:00:00.250+00:00</updated>\n<author><name>운영자</name></author>\n\
            <link href=\"https://example.org/competitions/contest/boards/notice/3\"/>\n\
            <content type=\"html\">&lt;p&gt;a &amp;lt; b\n&amp;amp; ]]&amp;gt; c&lt;/p&gt;</content>\n</entry>\n</feed>\n";
        assert_eq!(said.parse::<Feed>().unwrap(), expected.parse::<Feed>().unwrap(), "{said}");
    }
}
