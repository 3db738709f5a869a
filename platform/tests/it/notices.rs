//! Notices that wait for their moment, those that everyone must read, and those that go up by themselves.

use std::path::Path;

use both::both;
use chrono::{DateTime, TimeDelta, Utc};
use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::boards::{BoardKind, BoardReader, Post, PostDraft};
use domain::competitions::Competition;
use domain::notifications::News;
use platform::boards::{self, PostsAsked};
use platform::competitions::import::import;
use platform::testing::{Store, by, dated_folder, noon, organizes, person};
use platform::{Services, accounts, jobs};

use crate::common::mailed;
use crate::posts_readers::Town;

fn draft(title: &str) -> PostDraft {
    PostDraft { title: title.into(), markdown: "본문".into(), ..PostDraft::default() }
}

/// Titles of the notices that everyone sees, the newest first.
async fn listed(services: &Services, competition: &Competition) -> Vec<String> {
    let asked = PostsAsked::default();
    let page = boards::list(services, competition, BoardKind::Notice, BoardReader::EVERYONE, &asked).await.unwrap();
    page.pinned.into_iter().chain(page.rows).map(|row| row.title).collect()
}

async fn notice(services: &Services, competition: &Competition, number: i64) -> Post {
    boards::get(services, competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap()
}

#[both]
async fn a_scheduled_notice_is_nobodys_to_see_until_its_moment_and_goes_up_once_then(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let at = services.clock.now() + TimeDelta::hours(2);
    let schedule = async |id, title: &str, at| {
        let draft = PostDraft { required: true, ..draft(title) };
        boards::schedule(services, competition, &organizer, id, draft, Some(at)).await
    };
    let id = schedule(None, "처음 제목", at).await.unwrap();
    // Put off by an hour, and with other words: its old moment passes without it.
    let later = at + TimeDelta::hours(1);
    assert_eq!(schedule(Some(id), "새 제목", later).await.unwrap(), id);
    services.clock.set(at);
    let required = async || {
        let news = town.news("author").await.into_iter();
        news.filter(|news| matches!(news, News::RequiredNotice { .. })).collect::<Vec<_>>()
    };
    assert_eq!(required().await, []);
    assert_eq!(listed(services, competition).await, [""; 0], "on {}", store.name);
    let waiting = boards::scheduled(services, competition, &organizer).await.unwrap();
    assert_eq!(waiting.iter().map(|one| (one.draft.title.as_str(), one.at)).collect::<Vec<_>>(), [("새 제목", later)]);
    services.clock.set(later);
    let told = required().await;
    assert!(matches!(told.as_slice(), [News::RequiredNotice { number: 1, .. }]), "{told:?}");
    assert_eq!(listed(services, competition).await, ["새 제목"]);
    let posted = notice(services, competition, 1).await;
    assert_eq!((posted.row.created_at, posted.row.required, posted.row.by_staff), (later, true, true));
    assert!(boards::scheduled(services, competition, &organizer).await.unwrap().is_empty());
    let gone = schedule(Some(id), "또", later + TimeDelta::hours(1)).await.unwrap_err();
    assert_eq!(gone.code(), Some(ErrorCode::NotFound));
    jobs::run_until_idle(services).await.unwrap();
    assert_eq!(
        (listed(services, competition).await.len(), mailed(services, &store).await.len()),
        (1, 2),
        "two leaders, once"
    );
}

#[both]
async fn whoever_runs_the_competition_posts_and_calls_off_what_another_scheduled_and_changes_none_of_it(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let second = person(services, "second").await;
    organizes(services, competition, &second).await;
    let (first, second) = (by(town.user("organizer")), by(&second));
    let at = Some(services.clock.now() + TimeDelta::hours(1));
    let new =
        async |title: &str| boards::schedule(services, competition, &first, None, draft(title), at).await.unwrap();
    let (one, two) = (new("하나").await, new("둘").await);
    let changed = boards::schedule(services, competition, &second, Some(one), draft("셋"), at).await.unwrap_err();
    assert_eq!(changed.code(), Some(ErrorCode::NotAuthor), "on {}", store.name);
    for other in ["author", "stranger"] {
        let other = by(town.user(other));
        let refused = [
            boards::schedule(services, competition, &other, None, draft("넷"), at).await.err(),
            boards::scheduled(services, competition, &other).await.err(),
            boards::scheduled_one(services, competition, &other, one).await.err(),
            boards::publish_now(services, competition, &other, one).await.err(),
            boards::unschedule(services, competition, &other, one).await.err(),
        ];
        assert!(refused.iter().all(|error| error.as_ref().unwrap().code() == Some(ErrorCode::NotOrganizer)));
    }
    assert_eq!(boards::publish_now(services, competition, &second, one).await.unwrap(), 1);
    boards::unschedule(services, competition, &second, two).await.unwrap();
    let gone = boards::publish_now(services, competition, &second, two).await.unwrap_err();
    assert_eq!(gone.code(), Some(ErrorCode::NotFound));
    services.clock.advance(TimeDelta::hours(2));
    jobs::run_until_idle(services).await.unwrap();
    assert_eq!(listed(services, competition).await, ["하나"]);
}

#[both]
async fn what_somebody_scheduled_who_no_longer_helps_waits_for_those_who_do(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let helper = person(services, "helper").await;
    organizes(services, competition, &helper).await;
    let at = services.clock.now() + TimeDelta::hours(1);
    boards::schedule(services, competition, &by(&helper), None, draft("남긴 공지"), Some(at)).await.unwrap();
    let mut tx = services.db.begin().await.unwrap();
    tx.give_role(competition.id, helper.id, Role::Judge, None, services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    services.clock.set(at);
    jobs::run_until_idle(services).await.unwrap();
    assert_eq!(listed(services, competition).await, [""; 0], "on {}", store.name);
    let organizer = by(town.user("organizer"));
    let waiting = boards::scheduled(services, competition, &organizer).await.unwrap();
    assert_eq!(waiting.len(), 1);
    boards::publish_now(services, competition, &organizer, waiting[0].id).await.unwrap();
    assert_eq!(listed(services, competition).await, ["남긴 공지"]);
}

#[both]
async fn a_notice_that_is_scheduled_again_with_the_same_text_waits_once(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let at = Some(services.clock.now() + TimeDelta::hours(1));
    let presses = (0..20).map(|_| boards::schedule(services, competition, &organizer, None, draft("공지"), at));
    let ids: Vec<_> = futures::future::join_all(presses).await.into_iter().map(|one| one.unwrap()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "on {}", store.name);
    boards::schedule(services, competition, &organizer, None, draft("다른 공지"), at).await.unwrap();
    assert_eq!(boards::scheduled(services, competition, &organizer).await.unwrap().len(), 2);
}

#[both]
async fn rules_of_any_length_never_stop_an_import(store: Store) {
    let (services, competition, folder) = under_way(&store).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let long = (0..200).map(|n| format!("{n} {}", "가나다라 ".repeat(60))).collect::<Vec<_>>().join("\n\n");
    change(&folder, "pages/rules.ko.md", "## ", &format!("{long}\n\n## "));
    import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(listed(&services, &competition).await, ["규칙이 바뀌었습니다 (rules changed)"], "on {}", store.name);
}

#[both]
async fn a_moment_that_is_past_or_years_away_is_refused_and_so_is_the_fifty_first_notice(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let now = services.clock.now();
    let try_at = async |at: Option<DateTime<Utc>>| {
        let error = boards::schedule(services, competition, &organizer, None, draft("공지"), at).await.err()?;
        let platform::Error::App(error) = error else { panic!("{error:?}") };
        Some(error.fields[0].problem.key())
    };
    for wrong in [None, Some(now), Some(now - TimeDelta::days(1)), Some(now + TimeDelta::days(400))] {
        assert_eq!(try_at(wrong).await, Some("publish_at"), "{wrong:?} on {}", store.name);
    }
    for minute in 1..=50 {
        assert_eq!(try_at(Some(now + TimeDelta::minutes(minute))).await, None);
    }
    assert_eq!(try_at(Some(now + TimeDelta::hours(1))).await, Some("scheduled"));
}

#[both]
async fn a_notice_for_everyone_is_told_to_each_who_takes_part_and_counts_who_has_read_it(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let number = boards::write(
        services,
        competition,
        BoardKind::Notice,
        &organizer,
        PostDraft { for_all: true, ..draft("모두 읽어 주세요") },
    )
    .await
    .unwrap();
    let row = notice(services, competition, number).await.row;
    assert!(row.required && row.pinned && row.for_all);
    let count = async |who: &str| {
        town.news(who).await.iter().filter(|news| matches!(news, News::RequiredNotice { .. })).count()
    };
    assert_eq!((count("mate").await, count("author").await, count("stranger").await), (1, 1, 0), "on {}", store.name);
    let unread =
        async |who: &str| boards::unread_notices(services, competition, town.user(who).id, false).await.unwrap().len();
    assert_eq!((unread("mate").await, unread("author").await), (1, 1));
    boards::note_read(services, row.id, town.user("mate").id);
    platform::visits::write(services).await.unwrap();
    assert_eq!((unread("mate").await, unread("author").await), (0, 1));
    let readers = boards::notice_readers(services, competition, &organizer, &row).await.unwrap();
    let waiting: Vec<_> = readers.waiting.iter().map(|team| (team.name.as_str(), team.read, team.people)).collect();
    assert_eq!((readers.read, readers.people, waiting), (1, 4, vec![("garam", 1, 2), ("naru", 0, 2)]));
    services.clock.advance(TimeDelta::hours(1));
    boards::remind(services, competition, &organizer, number).await.unwrap();
    assert_eq!((count("mate").await, count("author").await), (1, 2), "whoever has read it is left in peace");
}

/// A competition under way, from a folder that can be changed.
async fn under_way(store: &Store) -> (Services, Competition, std::path::PathBuf) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    (services, competition, folder)
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[both]
async fn changed_dates_limits_and_rules_post_a_required_notice_with_the_difference_by_themselves(store: Store) {
    let (services, competition, folder) = under_way(&store).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    accounts::set_public_name(&services, &by(&organizer), "운영하는 사람").await.unwrap();
    import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(listed(&services, &competition).await, [""; 0], "nothing changed, on {}", store.name);

    change(&folder, "competition.toml", "per_day = 10", "per_day = 3");
    change(&folder, "pages/rules.ko.md", "## ", "## 새 장\n\n새로 생긴 줄이에요.\n\n## ");
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(listed(&services, &competition).await, ["제한·규칙이 바뀌었습니다 (limits and rules changed)"]);
    let post = notice(&services, &competition, 1).await;
    assert!(post.row.for_all && post.row.required && post.row.pinned && post.row.by_staff);
    assert_eq!((post.row.author.as_str(), post.row.anonymous), ("", true), "nobody has written it");
    for part in ["하루 제출 | 10 | 3", "Submissions a day | 10 | 3", "+ 새로 생긴 줄이에요."] {
        assert!(post.markdown.contains(part), "{}", post.markdown);
    }
    assert!(post.html.contains("<td>3</td>"), "{}", post.html);
    import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(listed(&services, &competition).await.len(), 1, "the same folder again says nothing");
}

#[both]
async fn nothing_goes_up_by_itself_before_the_start_after_the_end_or_where_nobody_runs_the_competition(store: Store) {
    let (services, competition, folder) = under_way(&store).await;
    change(&folder, "competition.toml", "per_day = 10", "per_day = 4");
    import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert_eq!(listed(&services, &competition).await, [""; 0], "nobody runs it, on {}", store.name);
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let (start, end) = {
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
        (stage.starts_at, stage.ends_at.unwrap())
    };
    for (now, per_day, posted) in [(start - TimeDelta::hours(1), (4, 6), 0), (end, (6, 7), 0), (start, (7, 8), 1)] {
        services.clock.set(now);
        let (from, to) = (format!("per_day = {}", per_day.0), format!("per_day = {}", per_day.1));
        change(&folder, "competition.toml", &from, &to);
        import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
        assert_eq!(listed(&services, &competition).await.len(), posted, "at {now}");
    }
}

#[both]
async fn an_account_that_is_deleted_takes_what_it_scheduled_along(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let helper = person(services, "helper").await;
    organizes(services, competition, &helper).await;
    let at = Some(services.clock.now() + TimeDelta::hours(1));
    boards::schedule(services, competition, &by(&helper), None, draft("곧 갈 사람의 공지"), at).await.unwrap();
    accounts::deletion::delete(services, &by(&helper), "계정 삭제", platform::testing::TEST_PASSWORD, "")
        .await
        .unwrap();
    let waiting = boards::scheduled(services, competition, &by(town.user("organizer"))).await.unwrap();
    assert!(waiting.is_empty(), "on {}", store.name);
}
