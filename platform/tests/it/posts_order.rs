//! Keeping order on boards: reports, hiding, keeping somebody from writing, the rates, and what the record says of it.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::audit::Deed;
use domain::boards::{BoardKind, BoardReader, CommentDraft, PostDraft};
use domain::notifications::{News, NotificationFilter};
use platform::boards;
use platform::testing::{Store, by, person};
use platform::{audit, jobs, notifications};

use crate::posts_readers::Town;

/// What is recorded of it.
pub(crate) const DEEDS: [Deed; 12] = [
    Deed::ScheduleNotice,
    Deed::UnscheduleNotice,
    Deed::SetUnwantedWords,
    Deed::RemindOfNotice,
    Deed::RemovePost,
    Deed::HidePost,
    Deed::ShowPost,
    Deed::HideComment,
    Deed::ShowComment,
    Deed::SettleReports,
    Deed::BlockWriter,
    Deed::UnblockWriter,
];

const KIND: BoardKind = BoardKind::Talk;

fn says(markdown: &str) -> CommentDraft {
    CommentDraft { markdown: markdown.into(), ..CommentDraft::default() }
}

#[both]
async fn all_that_organizers_do_to_keep_order_is_recorded_without_what_was_written(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let (organizer, author) = (by(town.user("organizer")), by(town.user("author")));
    let number = town.write(KIND, "author", "속상한 제목", false).await;
    let comment =
        boards::comment(services, competition, KIND, &author, number, None, says("속상한 댓글")).await.unwrap();
    boards::hide(services, competition, KIND, &organizer, number, "까닭 하나").await.unwrap();
    boards::show(services, competition, KIND, &organizer, number).await.unwrap();
    boards::hide_comment(services, competition, KIND, &organizer, number, comment, "까닭 둘").await.unwrap();
    boards::show_comment(services, competition, KIND, &organizer, number, comment).await.unwrap();
    boards::settle(services, competition, KIND, &organizer, number, None).await.unwrap();
    boards::block(services, competition, KIND, &organizer, number, Some(comment), 7, "까닭 셋").await.unwrap();
    boards::unblock(services, competition, &organizer, town.user("author").id).await.unwrap();
    boards::remove(services, competition, KIND, &organizer, number).await.unwrap();
    let draft = PostDraft { title: "필수".into(), markdown: "본문".into(), required: true, ..PostDraft::default() };
    let notice = boards::write(services, competition, BoardKind::Notice, &organizer, draft).await.unwrap();
    services.clock.advance(TimeDelta::hours(1));
    boards::remind(services, competition, &organizer, notice).await.unwrap();
    boards::set_unwanted(services, competition, &organizer, "속상한").await.unwrap();
    let draft = PostDraft { title: "곧".into(), markdown: "속상한 본문".into(), ..PostDraft::default() };
    let at = Some(services.clock.now() + TimeDelta::hours(1));
    let waiting = boards::schedule(services, competition, &organizer, None, draft, at).await.unwrap();
    boards::unschedule(services, competition, &organizer, waiting).await.unwrap();
    let entries = crate::audit::since(services, 0).await;
    let told: Vec<_> = entries.iter().filter(|entry| DEEDS.iter().any(|deed| deed.key() == entry.deed)).collect();
    let deeds: Vec<_> = told.iter().map(|entry| entry.deed.as_str()).collect();
    let expected = [
        "post.hide",
        "post.show",
        "comment.hide",
        "comment.show",
        "report.settle",
        "board.block",
        "board.unblock",
        "post.remove",
        "notice.remind",
        "boards.words",
        "notice.schedule",
        "notice.unschedule",
    ];
    assert_eq!(deeds, expected, "on {}", store.name);
    assert!(told.iter().all(|entry| entry.actor_id == organizer.id() && entry.competition_id == Some(competition.id)));
    let whole = format!("{:?}", entries.iter().map(|entry| (&entry.before, &entry.after)).collect::<Vec<_>>());
    assert!(whole.contains("까닭 하나") && !whole.contains("속상한"), "{whole}");
    audit::verify(services).await.unwrap();
}

#[both]
async fn what_is_reported_waits_until_it_is_seen_to_and_counts_once_a_person(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let number = town.write(KIND, "author", "글", false).await;
    for (who, times) in [("rival", 3), ("stranger", 1)] {
        for _ in 0..times {
            boards::report(services, competition, KIND, &by(town.user(who)), number, None, "욕설").await.unwrap();
        }
    }
    let waiting = boards::reported(services, competition, &organizer).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].reports, waiting[0].post), (1, 2, number), "on {}", store.name);
    assert_eq!(boards::count_reported(services, competition, &organizer).await.unwrap(), 1);
    let refused = boards::reported(services, competition, &by(town.user("rival"))).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotOrganizer));
    jobs::run_until_idle(services).await.unwrap();
    let news = notifications::list(services, &organizer, &NotificationFilter::default(), 1).await.unwrap();
    let reported = news.notifications.iter().filter(|one| matches!(one.news, News::PostReported { .. })).count();
    assert_eq!(reported, 2, "once for each who reported");
    boards::hide(services, competition, KIND, &organizer, number, "욕설").await.unwrap();
    assert_eq!(boards::count_reported(services, competition, &organizer).await.unwrap(), 0);
}

#[both]
async fn whoever_is_kept_from_writing_reads_on_and_writes_again_afterwards(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let number = town.write(KIND, "author", "글", false).await;
    boards::block(services, competition, KIND, &organizer, number, None, 7, "도배").await.unwrap();
    let author = by(town.user("author"));
    let write = async || {
        let draft = PostDraft { title: "또".into(), markdown: "본문".into(), ..PostDraft::default() };
        boards::write(services, competition, KIND, &author, draft).await.map_err(|error| error.code())
    };
    assert_eq!(write().await, Err(Some(ErrorCode::WritingBlocked)));
    let refused = boards::comment(services, competition, KIND, &author, number, None, says("댓글")).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::WritingBlocked), "on {}", store.name);
    assert!(boards::get(services, competition, KIND, BoardReader::EVERYONE, number).await.is_ok());
    services.clock.advance(TimeDelta::days(7));
    assert!(write().await.is_ok());
    let own = boards::write(
        services,
        competition,
        KIND,
        &organizer,
        PostDraft { title: "운영".into(), markdown: "본문".into(), ..PostDraft::default() },
    )
    .await
    .unwrap();
    let refused = boards::block(services, competition, KIND, &organizer, own, None, 7, "실수").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Forbidden), "nobody who helps to run it");
}

#[both]
async fn a_new_account_writes_less_than_one_of_yesterday_and_nobody_writes_without_end(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let draft = || PostDraft { title: "글".into(), markdown: "본문".into(), ..PostDraft::default() };
    let new = by(&person(services, "new").await);
    for (actor, most) in [(&new, 2), (&by(town.user("stranger")), 10)] {
        let mut written = 0;
        while boards::write(services, competition, KIND, actor, draft()).await.is_ok() {
            written += 1;
            assert!(written <= most, "on {}", store.name);
        }
        assert_eq!(written, most);
        let refused = boards::write(services, competition, KIND, actor, draft()).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::TooManyAttempts));
    }
    // Beside them everybody else behind the same address writes on.
    assert!(boards::write(services, competition, KIND, &by(town.user("rival")), draft()).await.is_ok());
}

#[both]
async fn unwanted_words_are_refused_of_everyone_but_the_organizers_who_alone_know_the_list(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let (author, organizer) = (by(town.user("author")), by(town.user("organizer")));
    boards::set_unwanted(services, competition, &organizer, "도박\nCasino").await.unwrap();
    let refused = boards::unwanted(services, competition, &author).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotOrganizer));
    let field = |error: platform::Error| match error {
        platform::Error::App(error) => {
            (error.fields[0].field.clone(), error.fields[0].problem.key(), error.params["word"].clone())
        }
        other => panic!("{other:?}"),
    };
    let draft =
        |title: &str, text: &str| PostDraft { title: title.into(), markdown: text.into(), ..PostDraft::default() };
    let write = async |actor, title, text| {
        boards::write(services, competition, BoardKind::Talk, actor, draft(title, text)).await
    };
    let error = field(write(&author, "온라인 도박", "본문").await.unwrap_err());
    assert_eq!(error, ("title".into(), "unwanted_word", "도박".into()), "on {}", store.name);
    let error = field(write(&author, "제목", "좋은 CASINO 안내").await.unwrap_err());
    assert_eq!(error, ("markdown".into(), "unwanted_word", "casino".into()));
    for apart in ["ca**s**ino", "ca&#115;ino", "ca\u{34f}sino"] {
        assert!(write(&author, "제목", apart).await.is_err(), "{apart}");
    }
    let number = write(&author, "괜찮은 글", "본문").await.unwrap();
    let changed = boards::edit(services, competition, BoardKind::Talk, &author, number, draft("글", "도박")).await;
    assert_eq!(field(changed.unwrap_err()).0, "markdown");
    let says = |text: &str| CommentDraft { markdown: text.into(), ..CommentDraft::default() };
    let comment = boards::comment(services, competition, BoardKind::Talk, &author, number, None, says("도박")).await;
    assert_eq!(field(comment.unwrap_err()).1, "unwanted_word");
    write(&organizer, "도박 광고를 올리지 마세요", "본문").await.unwrap();
    boards::set_unwanted(services, competition, &organizer, "").await.unwrap();
    write(&author, "온라인 도박", "본문").await.unwrap();
}
