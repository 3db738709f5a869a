//! Notices of the site: who writes them, what everyone sees of them, and that competitions have nothing of it; on both databases.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::boards::{BoardKind, BoardReader, Listed, PostDraft, PostPage, Sought};
use domain::error::FieldProblem;
use platform::boards::{self, PostsAsked, site};
use platform::testing::{Store, by, form, noon, person};
use platform::{Result, Services, accounts, audit};

use crate::common::{behind_the_back, code};
use crate::posts_readers::Town;

async fn admin(services: &Services) -> User {
    accounts::add(services, &Actor::COMMAND, form("admin"), true).await.unwrap()
}

fn says(title: &str) -> PostDraft {
    PostDraft { title: title.into(), markdown: format!("{title} 본문"), ..PostDraft::default() }
}

fn titles(page: &PostPage) -> Vec<&str> {
    page.pinned.iter().chain(&page.rows).map(|row| row.title.as_str()).collect()
}

async fn listed(services: &Services, asked: PostsAsked) -> PostPage {
    site::list(services, &asked).await.unwrap()
}

async fn all(services: &Services) -> PostPage {
    listed(services, PostsAsked::default()).await
}

/// What becomes of each way of writing.
async fn tries(services: &Services, actor: &Actor, number: i64) -> Vec<Result<()>> {
    vec![
        site::write(services, actor, says("또")).await.map(|_| ()),
        site::edit(services, actor, number, says("바뀜")).await,
        site::pin(services, actor, number, true).await,
        site::preview(actor, "본문".into()).await.map(|_| ()),
        site::remove(services, actor, number).await,
    ]
}

#[both]
async fn administrators_alone_write_notices_of_the_site(store: Store) {
    let town = Town::new(&store).await;
    let services = &town.services;
    let root = admin(services).await;
    let number = site::write(services, &by(&root), says("점검")).await.unwrap();
    for who in ["stranger", "rival", "author", "organizer"] {
        for refused in tries(services, &by(town.user(who)), number).await {
            assert_eq!(code(refused), ErrorCode::Forbidden, "{who} on {}", store.name);
        }
    }
    for refused in tries(services, &Actor::browser(None, None), number).await {
        assert_eq!(code(refused), ErrorCode::LoginRequired);
    }
    let bare = User { needs_factor: true, ..root.clone() };
    for refused in tries(services, &by(&bare), number).await {
        assert_eq!(code(refused), ErrorCode::SecondFactorNeeded);
    }
    assert_eq!(titles(&all(services).await), ["점검"]);
    for done in tries(services, &by(&root), number).await {
        done.unwrap();
    }
    assert_eq!(titles(&all(services).await), ["또"], "on {}", store.name);
}

#[both]
async fn whoever_is_no_administrator_any_longer_when_it_is_written_writes_nothing(store: Store) {
    let services = store.services(noon()).await;
    let root = admin(&services).await;
    let number = site::write(&services, &by(&root), says("점검")).await.unwrap();
    // Their request has begun before.
    for (sql, expected) in [
        ("UPDATE users SET is_admin = FALSE", ErrorCode::Forbidden),
        ("UPDATE users SET is_admin = TRUE, suspended_at = created_at", ErrorCode::AccountSuspended),
    ] {
        behind_the_back(&store.db, sql).await;
        for (way, refused) in tries(&services, &by(&root), number).await.into_iter().enumerate() {
            // A preview writes nothing.
            if way != 3 {
                assert_eq!(code(refused), expected, "{way} on {}", store.name);
            }
        }
    }
    assert_eq!(titles(&all(&services).await), ["점검"]);
}

#[both]
async fn a_competitions_notices_are_not_the_sites_and_the_sites_are_no_competitions(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let root = by(&admin(services).await);
    let notice = PostDraft { pinned: true, ..says("대회 알림") };
    let of_competition =
        boards::write(services, competition, BoardKind::Notice, &by(town.user("organizer")), notice).await.unwrap();
    assert_eq!(all(services).await.total, 0);
    assert_eq!(code(site::get(services, of_competition).await.map(|_| ())), ErrorCode::NotFound);
    for title in ["사이트 알림", "사이트 점검"] {
        site::write(services, &root, says(title)).await.unwrap();
    }
    let sought = |typed: &str| PostsAsked { sought: Sought::of(typed, false), ..PostsAsked::default() };
    let reader = BoardReader::EVERYONE;
    let there =
        async |asked: PostsAsked| boards::list(services, competition, BoardKind::Notice, reader, &asked).await.unwrap();
    assert_eq!(titles(&all(services).await), ["사이트 점검", "사이트 알림"], "on {}", store.name);
    assert_eq!(titles(&there(PostsAsked::default()).await), ["대회 알림"]);
    assert_eq!(titles(&listed(services, sought("알림")).await), ["사이트 알림"]);
    assert_eq!(titles(&there(sought("알림")).await), ["대회 알림"]);
    let fed = site::feed(services).await.unwrap();
    assert_eq!(fed.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(), ["사이트 점검", "사이트 알림"]);
    assert_eq!(boards::feed(services, competition, BoardKind::Notice).await.unwrap().len(), 1);
    assert_eq!(boards::newest(services, competition.id).await.unwrap(), Some((of_competition, "대회 알림".into())));
    // Both boards number their own.
    let hers = site::get(services, 1).await.unwrap();
    assert_eq!(
        (hers.row.title.as_str(), hers.newer.map(|newer| newer.number), hers.older),
        ("사이트 알림", Some(2), None)
    );
    // What is done to one does nothing to the other of the same number.
    site::remove(services, &root, 1).await.unwrap();
    assert!(boards::get(services, competition, BoardKind::Notice, reader, 1).await.is_ok());
    assert_eq!(code(site::get(services, 1).await.map(|_| ())), ErrorCode::NotFound);
}

#[both]
async fn pinned_notices_stand_on_top_and_the_first_page_has_three_of_two_weeks(store: Store) {
    let services = store.services(noon()).await;
    let root = by(&admin(&services).await);
    let front =
        async || -> Vec<String> { site::front(&services).await.unwrap().into_iter().map(|row| row.title).collect() };
    assert!(front().await.is_empty());
    site::write(&services, &root, PostDraft { pinned: true, ..says("고정") }).await.unwrap();
    for title in ["하나", "둘", "셋"] {
        services.clock.advance(TimeDelta::days(1));
        site::write(&services, &root, says(title)).await.unwrap();
    }
    assert_eq!(titles(&all(&services).await), ["고정", "셋", "둘", "하나"], "on {}", store.name);
    assert_eq!(front().await, ["고정", "셋", "둘"]);
    services.clock.advance(TimeDelta::days(13) + TimeDelta::hours(1));
    assert_eq!(front().await, ["고정", "셋"]);
    services.clock.advance(TimeDelta::days(1));
    assert_eq!(front().await, ["고정"], "it is pinned");
    site::pin(&services, &root, 1, false).await.unwrap();
    assert!(front().await.is_empty());
    assert_eq!(titles(&all(&services).await), ["셋", "둘", "하나", "고정"]);
}

#[both]
async fn notices_are_found_by_their_text_and_by_what_they_are_about_page_by_page(store: Store) {
    let services = store.services(noon()).await;
    let root = by(&admin(&services).await);
    for n in 1..=12 {
        let category = if n % 2 == 0 { "maintenance" } else { "" }.to_owned();
        let number = site::write(&services, &root, PostDraft { category, ..says(&format!("점검 {n}")) }).await.unwrap();
        assert_eq!(number, n);
    }
    let asked = PostsAsked { page: 2, per_page: 10, ..PostsAsked::default() };
    let second = listed(&services, asked).await;
    assert_eq!((titles(&second), second.total, second.pages), (vec!["점검 2", "점검 1"], 12, 2), "on {}", store.name);
    let which = Listed::Category("maintenance".into());
    assert_eq!(listed(&services, PostsAsked { which, ..PostsAsked::default() }).await.total, 6);
    let sought = Sought::of("검 12 본", false);
    assert_eq!(titles(&listed(&services, PostsAsked { sought, ..PostsAsked::default() }).await), ["점검 12"]);
    site::edit(&services, &root, 12, says("새 기능")).await.unwrap();
    let found = async |typed| {
        listed(&services, PostsAsked { sought: Sought::of(typed, false), ..PostsAsked::default() }).await.total
    };
    assert_eq!((found("검 12").await, found("새 기능").await), (0, 1), "what it says now");
}

#[both]
async fn what_a_notice_said_before_is_for_everyone_and_goes_with_it(store: Store) {
    let services = store.services(noon()).await;
    let root = by(&admin(&services).await);
    let number = site::write(&services, &root, says("두 시 점검")).await.unwrap();
    site::edit(&services, &root, number, says("세 시 점검")).await.unwrap();
    // Saying the same again changes nothing.
    site::edit(&services, &root, number, says("세 시 점검")).await.unwrap();
    let (post, before) = site::history(&services, number).await.unwrap();
    assert_eq!((post.row.title.as_str(), post.version, before.len()), ("세 시 점검", 2, 1), "on {}", store.name);
    assert_eq!(before[0].title, "두 시 점검");
    site::remove(&services, &root, number).await.unwrap();
    assert_eq!(code(site::history(&services, number).await.map(|_| ())), ErrorCode::NotFound);
    assert_eq!(code(site::edit(&services, &root, number, says("다시")).await), ErrorCode::NotFound);
    assert!(site::feed(&services).await.unwrap().is_empty());
}

#[both]
async fn a_wrong_notice_is_refused_field_by_field_and_a_double_press_writes_one(store: Store) {
    let services = store.services(noon()).await;
    let root = by(&admin(&services).await);
    let wrong = async |draft: PostDraft| -> Vec<(String, FieldProblem)> {
        let error = site::write(&services, &root, draft).await.unwrap_err();
        let platform::Error::App(error) = error else { panic!("{error:?}") };
        error.fields.into_iter().map(|field| (field.field, field.problem)).collect()
    };
    let empty = PostDraft { category: "data".into(), ..PostDraft::default() };
    let told: Vec<_> = wrong(empty).await.into_iter().map(|(field, _)| field).collect();
    assert_eq!(told, ["title", "category", "markdown"], "on {}", store.name);
    let pictured = |to: &str| PostDraft { markdown: format!("![그림]({to})"), ..says("그림") };
    for to in ["figure.png", "/competitions/a/images/figure.png"] {
        assert_eq!(wrong(pictured(to)).await, [("markdown".to_owned(), FieldProblem::SitePicture)]);
    }
    // One elsewhere becomes a link, as it does everywhere.
    let number = site::write(&services, &root, pictured("https://example.org/a.png")).await.unwrap();
    let html = site::get(&services, number).await.unwrap().html;
    assert!(html.contains("href=\"https://example.org/a.png\"") && !html.contains("<img"), "{html}");
    let wished = PostDraft { required: true, secret: true, ..says("모두에게") };
    let first = site::write(&services, &root, wished.clone()).await.unwrap();
    assert_eq!(site::write(&services, &root, wished).await.unwrap(), first);
    let row = site::get(&services, first).await.unwrap().row;
    assert!(!row.required && !row.secret && row.by_staff && row.readable);
    assert_eq!(all(&services).await.total, 2);
}

#[both]
async fn what_is_done_to_notices_of_the_site_is_in_the_record_as_the_sites_own(store: Store) {
    let town = Town::new(&store).await;
    let services = &town.services;
    let root = by(&admin(services).await);
    let last = crate::audit::last(services).await;
    let number = site::write(services, &root, says("점검")).await.unwrap();
    site::edit(services, &root, number, says("점검 끝")).await.unwrap();
    site::pin(services, &root, number, true).await.unwrap();
    site::remove(services, &root, number).await.unwrap();
    let entries = crate::audit::since(services, last).await;
    let deeds: Vec<_> = entries.iter().map(|entry| entry.deed.as_str()).collect();
    assert_eq!(deeds, ["notice.post", "notice.edit", "notice.pin", "notice.remove"], "on {}", store.name);
    assert!(entries.iter().all(|entry| entry.competition_id.is_none() && entry.actor_id == root.id()));
    assert!(!format!("{entries:?}").contains("본문"), "a text stands there by its hash");
    audit::verify(services).await.unwrap();
}

#[both]
async fn a_notice_of_the_site_is_converted_anew_and_stays_findable(store: Store) {
    let services = store.services(noon()).await;
    let root = by(&admin(&services).await);
    let number = site::write(&services, &root, says("점검")).await.unwrap();
    behind_the_back(&store.db, "UPDATE posts SET html = 'old', renderer = 1, sought = ''").await;
    assert_eq!(boards::render_anew(&services).await.unwrap(), 1, "on {}", store.name);
    assert_eq!(site::get(&services, number).await.unwrap().html, "<p>점검 본문</p>\n");
    let sought = Sought::of("점검", false);
    assert_eq!(listed(&services, PostsAsked { sought, ..PostsAsked::default() }).await.total, 1);
    assert_eq!(boards::render_anew(&services).await.unwrap(), 0);
}

#[both]
async fn an_administrators_own_data_have_what_they_wrote_for_the_site(store: Store) {
    let services = store.services(noon()).await;
    let root = admin(&services).await;
    person(&services, "kim").await;
    site::write(&services, &by(&root), says("점검")).await.unwrap();
    let data = accounts::own_data::of(&services, &by(&root)).await.unwrap();
    assert!(data.to_string().contains("점검 본문"), "{data} on {}", store.name);
}
