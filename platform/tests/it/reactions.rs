//! Reactions to posts and comments, on both databases.

use both::both;
use domain::ErrorCode;
use domain::boards::{BoardKind, BoardReader, CommentDraft, Reaction, ReactionCount};
use platform::accounts::deletion;
use platform::boards::{self, CommentsAsked};
use platform::testing::{Store, TEST_PASSWORD, by};

use crate::posts_readers::Town;

const KIND: BoardKind = BoardKind::Qna;

impl Town {
    async fn react(&self, who: &str, number: i64, comment: Option<i64>, given: bool) -> Result<i64, Option<ErrorCode>> {
        let actor = by(self.user(who));
        let reaction = Reaction::Helpful;
        boards::react(&self.services, &self.competition, KIND, &actor, number, comment, reaction, given)
            .await
            .map_err(|error| error.code())
    }

    /// What a reader sees of the reactions to a post and its first comments.
    async fn reactions(&self, reader: BoardReader, number: i64) -> Vec<ReactionCount> {
        let everything = BoardReader { organizes: true, ..BoardReader::EVERYONE };
        let post = boards::get(&self.services, &self.competition, KIND, everything, number).await.unwrap().row.id;
        let page = boards::comment_page(&self.services, post, everything, CommentsAsked::Page(1)).await.unwrap();
        boards::reactions(&self.services, post, &page.comments, reader).await.unwrap()
    }
}

fn says(markdown: &str) -> CommentDraft {
    CommentDraft { markdown: markdown.into(), ..CommentDraft::default() }
}

#[both]
async fn a_reaction_counts_once_a_person_and_is_taken_back(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "질문", false).await;
    let comment =
        boards::comment(services, competition, KIND, &by(town.user("mate")), number, None, says("댓글")).await.unwrap();
    for of in [None, Some(comment)] {
        assert_eq!(town.react("rival", number, of, true).await, Ok(1));
        assert_eq!(town.react("rival", number, of, true).await, Ok(1), "pressed twice on {}", store.name);
        assert_eq!(town.react("organizer", number, of, true).await, Ok(2));
    }
    let seen = async |who: Option<&str>| {
        let reader = town.reader(who.map(|who| town.user(who))).await;
        let counts = town.reactions(reader, number).await;
        counts.into_iter().map(|one| (one.kind, one.count, one.mine)).collect::<Vec<_>>()
    };
    assert_eq!(seen(Some("rival")).await, [(Reaction::Helpful, 2, true); 2]);
    assert_eq!(seen(None).await, [(Reaction::Helpful, 2, false); 2], "everyone sees how many");
    assert_eq!(town.react("rival", number, None, false).await, Ok(1));
    assert_eq!(town.react("rival", number, None, false).await, Ok(1));
    assert_eq!(seen(Some("rival")).await.iter().filter(|(.., mine)| *mine).count(), 1);
}

#[both]
async fn what_is_not_for_a_reader_has_no_reactions_for_them(store: Store) {
    use ErrorCode::NotFound;
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let secret = town.write(KIND, "author", "비밀", true).await;
    assert_eq!(town.react("rival", secret, None, true).await, Err(Some(NotFound)), "on {}", store.name);
    assert_eq!(town.react("mate", secret, None, true).await, Ok(1));
    let rival = town.reader(Some(town.user("rival"))).await;
    assert_eq!(town.reactions(rival, secret).await, []);
    assert_eq!(town.reactions(BoardReader::EVERYONE, secret).await, []);
    let open = town.write(KIND, "author", "공개", false).await;
    let author = by(town.user("author"));
    let [hidden, removed] = [says("가릴 댓글"), says("지울 댓글")].map(|draft| {
        let author = author.clone();
        async move { boards::comment(services, competition, KIND, &author, open, None, draft).await.unwrap() }
    });
    let (hidden, removed) = (hidden.await, removed.await);
    for comment in [hidden, removed] {
        town.react("rival", open, Some(comment), true).await.unwrap();
    }
    let organizer = by(town.user("organizer"));
    boards::hide_comment(services, competition, KIND, &organizer, open, hidden, "까닭").await.unwrap();
    boards::remove_comment(services, competition, KIND, &author, open, removed).await.unwrap();
    for comment in [hidden, removed] {
        assert_eq!(town.react("rival", open, Some(comment), true).await, Err(Some(NotFound)));
    }
    assert_eq!(town.reactions(rival, open).await, []);
    assert_eq!(town.react("rival", open, None, true).await, Ok(1));
    boards::hide(services, competition, KIND, &organizer, open, "까닭").await.unwrap();
    assert_eq!(town.reactions(rival, open).await, []);
    assert_eq!(town.react("author", open, None, true).await, Err(Some(NotFound)), "also for its author");
}

#[both]
async fn whoever_may_not_write_gives_no_reaction_and_takes_theirs_back(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "글", false).await;
    let own = town.write(KIND, "rival", "도배", false).await;
    town.react("rival", number, None, true).await.unwrap();
    let organizer = by(town.user("organizer"));
    boards::block(services, competition, KIND, &organizer, own, None, 7, "도배").await.unwrap();
    assert_eq!(town.react("rival", own, None, true).await, Err(Some(ErrorCode::WritingBlocked)));
    assert_eq!(town.react("rival", number, None, false).await, Ok(0), "on {}", store.name);
}

#[both]
async fn nobody_reacts_without_end(store: Store) {
    let town = Town::new(&store).await;
    let number = town.write(KIND, "author", "글", false).await;
    let mut times = 0;
    while town.react("rival", number, None, times % 2 == 0).await.is_ok() {
        times += 1;
        assert!(times <= 100, "on {}", store.name);
    }
    assert_eq!(town.react("rival", number, None, true).await, Err(Some(ErrorCode::TooManyAttempts)));
    assert_eq!(times, 100);
    assert!(town.react("mate", number, None, true).await.is_ok());
}

#[both]
async fn reactions_go_with_the_account_and_are_in_the_copy_of_ones_own_data(store: Store) {
    let town = Town::new(&store).await;
    let services = &town.services;
    let number = town.write(KIND, "author", "글", false).await;
    town.react("stranger", number, None, true).await.unwrap();
    let stranger = by(town.user("stranger"));
    let data = services.db.own_reactions(town.user("stranger").id).await.unwrap();
    assert_eq!(data, [(town.competition.slug.clone(), KIND, number, None, "helpful".to_owned())], "on {}", store.name);
    deletion::delete(services, &stranger, "계정 삭제", TEST_PASSWORD, "").await.unwrap();
    assert_eq!(town.reactions(BoardReader::EVERYONE, number).await, []);
}
