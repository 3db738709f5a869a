//! What comments said before they were changed, and why they were reported, on both databases.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::boards::{BoardKind, CommentDraft, PostDraft};
use platform::boards;
use platform::testing::{Store, by, person};

use crate::posts_readers::Town;

const KIND: BoardKind = BoardKind::Talk;

fn says(markdown: &str) -> CommentDraft {
    CommentDraft { markdown: markdown.into(), ..CommentDraft::default() }
}

impl Town {
    /// What a comment said before, the newest first, for somebody.
    async fn said_before(
        &self,
        kind: BoardKind,
        who: Option<&str>,
        number: i64,
        comment: i64,
    ) -> Result<Vec<String>, Option<ErrorCode>> {
        let reader = self.reader(who.map(|who| self.user(who))).await;
        let found = boards::comment_history(&self.services, &self.competition, kind, reader, number, comment).await;
        found
            .map(|(_, revisions)| revisions.into_iter().map(|one| one.markdown).collect())
            .map_err(|error| error.code())
    }
}

#[both]
async fn what_a_comment_said_before_is_for_its_author_and_the_organizers(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "글", false).await;
    let mate = by(town.user("mate"));
    let comment = boards::comment(services, competition, KIND, &mate, number, None, says("처음")).await.unwrap();
    for text in ["다음", "나중"] {
        boards::edit_comment(services, competition, KIND, &mate, number, comment, text.into()).await.unwrap();
    }
    for who in ["mate", "organizer"] {
        let said = town.said_before(KIND, Some(who), number, comment).await;
        assert_eq!(said.unwrap(), ["다음", "처음"], "{who} on {}", store.name);
    }
    let unchanged = boards::comment(services, competition, KIND, &mate, number, None, says("그대로")).await.unwrap();
    assert_eq!(town.said_before(KIND, Some("mate"), number, unchanged).await, Ok(Vec::new()));
    for who in [None, Some("author"), Some("rival")] {
        for one in [comment, unchanged, 99] {
            let told = town.said_before(KIND, who, number, one).await;
            assert_eq!(told, Err(Some(ErrorCode::NotFound)), "{who:?} of {one}");
        }
    }
    boards::remove_comment(services, competition, KIND, &mate, number, comment).await.unwrap();
    let told = town.said_before(KIND, Some("organizer"), number, comment).await;
    assert_eq!(told, Err(Some(ErrorCode::NotFound)), "it is taken back");
}

#[both]
async fn what_organizers_said_under_a_notice_before_is_for_everyone_and_under_secret_posts_for_nobody_else(
    store: Store,
) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let draft = PostDraft { title: "공지".into(), markdown: "본문".into(), ..PostDraft::default() };
    let notice = boards::write(services, competition, BoardKind::Notice, &organizer, draft).await.unwrap();
    for (who, seen) in [("organizer", true), ("rival", false)] {
        let (actor, kind) = (by(town.user(who)), BoardKind::Notice);
        let comment = boards::comment(services, competition, kind, &actor, notice, None, says("처음")).await.unwrap();
        boards::edit_comment(services, competition, kind, &actor, notice, comment, "나중".into()).await.unwrap();
        assert_eq!(town.said_before(kind, None, notice, comment).await.is_ok(), seen, "{who} on {}", store.name);
    }
    let kind = BoardKind::Qna;
    let secret = town.write(kind, "author", "비밀", true).await;
    let comment = boards::comment(services, competition, kind, &organizer, secret, None, says("처음")).await.unwrap();
    boards::edit_comment(services, competition, kind, &organizer, secret, comment, "나중".into()).await.unwrap();
    let told = town.said_before(kind, Some("rival"), secret, comment).await;
    assert_eq!(told, Err(Some(ErrorCode::SecretPost)), "as the post itself");
    assert_eq!(town.said_before(kind, Some("author"), secret, comment).await, Err(Some(ErrorCode::NotFound)));
}

#[both]
async fn the_five_newest_reasons_of_what_is_reported_are_shown_and_all_are_counted(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "글", false).await;
    let other = town.write(KIND, "author", "다른 글", false).await;
    for (index, why) in ["하", "파", "가", "나", "다", "라"].into_iter().enumerate() {
        let who = person(services, &format!("reader{index}")).await;
        services.clock.advance(TimeDelta::minutes(1));
        boards::report(services, competition, KIND, &by(&who), number, None, why).await.unwrap();
    }
    services.clock.advance(TimeDelta::minutes(1));
    boards::report(services, competition, KIND, &by(town.user("rival")), other, None, "광고").await.unwrap();
    let rows = boards::reported(services, competition, &by(town.user("organizer"))).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.post, row.reports, row.reasons.join(" "))).collect();
    assert_eq!(told, [(other, 1, "광고".into()), (number, 6, "라 다 나 가 파".into())], "on {}", store.name);
}
