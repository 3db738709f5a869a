//! Publishing a secret question without its author's name: nothing of what is published leads to who asked, on both databases.

use std::collections::BTreeSet;

use both::both;
use bytes::Bytes;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::Deed;
use domain::boards::{BoardKind, CommentDraft, Listed, Post, PostDraft, PostPage, Publication, QuestionTies, Sought};
use domain::error::FieldProblem;
use domain::notifications::{News, NotificationFilter};
use domain::{AppError, ErrorCode};
use platform::attachments::Attachment;
use platform::boards::{self, CommentsAsked, PostsAsked};
use platform::testing::{Store, by};
use platform::{Error, accounts, jobs, notifications};

use crate::common::mailed;
use crate::posts_readers::Town;

const KIND: BoardKind = BoardKind::Qna;

fn text(title: &str, markdown: &str, answer: &str) -> Publication {
    Publication { title: title.into(), markdown: markdown.into(), category: "data".into(), answer: answer.into() }
}

fn edited() -> Publication {
    text("공개된 제목", "다듬은 본문", "다듬은 답변")
}

impl Town {
    /// What each of the people is to the boards, and who they are.
    fn actor(&self, who: &str) -> Actor {
        if who == "nobody" { Actor::browser(None, None) } else { by(self.user(who)) }
    }

    async fn publish(&self, who: &str, number: i64, publication: Publication) -> Result<i64, AppError> {
        let (services, competition) = (&self.services, &self.competition);
        let published = boards::publish(services, competition, KIND, &self.actor(who), number, publication).await;
        published.map_err(AppError::from)
    }

    async fn read(&self, who: &str, number: i64) -> Result<(Post, QuestionTies), Error> {
        let reader = boards::reader(&self.services, &self.competition, &self.actor(who)).await?;
        let post = boards::get(&self.services, &self.competition, KIND, reader, number).await?;
        let ties = boards::ties(&self.services, &post, reader).await?;
        Ok((post, ties))
    }

    async fn listed(&self, who: &str, which: Listed, sought: Option<Sought>) -> PostPage {
        let reader = boards::reader(&self.services, &self.competition, &self.actor(who)).await.unwrap();
        let asked = PostsAsked { which, sought, per_page: 50, ..PostsAsked::default() };
        boards::list(&self.services, &self.competition, KIND, reader, &asked).await.unwrap()
    }

    async fn told(&self, who: &str) -> Vec<News> {
        jobs::run_until_idle(&self.services).await.unwrap();
        let page = notifications::list(&self.services, &self.actor(who), &NotificationFilter::default(), 1).await;
        page.unwrap().notifications.into_iter().map(|one| one.news).collect()
    }

    /// The author's secret question, with a further comment and an official answer.
    async fn secret(&self) -> i64 {
        let number = self.write(KIND, "author", "비밀 제목", true).await;
        for (who, markdown, official) in [("mate", "팀원의 말", false), ("organizer", "공식 답변", true)] {
            let draft = CommentDraft { markdown: markdown.into(), official, asks_again: false };
            let (services, competition, actor) = (&self.services, &self.competition, self.actor(who));
            boards::comment(services, competition, KIND, &actor, number, None, draft).await.unwrap();
        }
        number
    }
}

const PEOPLE: [&str; 6] = ["nobody", "stranger", "rival", "mate", "author", "organizer"];

#[both]
async fn what_is_published_says_to_nobody_who_asked_and_is_answered(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let secret = town.secret().await;
    let organizer = town.actor("organizer");
    let (form, _) = boards::publication(services, competition, KIND, &organizer, secret).await.unwrap();
    assert_eq!((form.title.as_str(), form.answer.as_str()), ("비밀 제목", "공식 답변"), "what the form begins with");
    let public = town.publish("organizer", secret, edited()).await.unwrap();
    assert_eq!(public, secret + 1);
    for who in PEOPLE {
        let (post, ties) = town.read(who, public).await.unwrap();
        let row = &post.row;
        assert_eq!((row.title.as_str(), post.markdown.as_str()), ("공개된 제목", "다듬은 본문"), "{who}");
        assert_eq!((row.author.as_str(), row.team.as_str(), row.anonymous), ("", "", true), "{who} on {}", store.name);
        assert!(row.answered && !row.secret, "{who}");
        assert_eq!(row.mine, who == "organizer", "{who}: nobody who asked has it among their own");
        let source = (who == "organizer").then_some(secret);
        assert_eq!(
            ties,
            QuestionTies { source, ..QuestionTies::default() },
            "{who}: nothing leads back but for organizers"
        );
        let reader = boards::reader(services, competition, &town.actor(who)).await.unwrap();
        let comments = boards::comment_page(services, row.id, reader, CommentsAsked::Page(1)).await.unwrap();
        assert_eq!(comments.comments.len(), 1);
        assert!(comments.comments[0].official && comments.comments[0].markdown == "다듬은 답변");
        if who != "nobody" {
            let follows = boards::is_following(services, row.id, town.user(who).id).await.unwrap();
            assert_eq!(follows, who == "organizer", "{who}");
        }
        let of_author = town.listed(who, Listed::All, Some(Sought::Author("깃털".into()))).await;
        assert!(of_author.rows.iter().all(|row| row.number != public), "{who}: by the author's name it is not found");
        let mine = town.listed(who, Listed::Mine, None).await;
        assert_eq!(mine.rows.iter().any(|row| row.number == public), who == "organizer", "{who}");
    }
    // Of the secret one everything stays, and it leads to the public one for whoever may read it.
    for who in PEOPLE {
        let Ok((post, ties)) = town.read(who, secret).await else {
            assert!(["nobody", "stranger", "rival"].contains(&who), "{who}");
            continue;
        };
        assert!(post.row.secret && post.row.title == "비밀 제목" && post.row.comments == 2, "{who}");
        assert_eq!(ties.published.map(|other| (other.number, other.title)), Some((public, "공개된 제목".into())));
    }
    let own = accounts::own_data::of(services, &town.actor("author")).await.unwrap().to_string();
    assert!(own.contains("비밀 제목") && !own.contains("공개된 제목") && !own.contains("다듬은"), "{own}");
}

#[both]
async fn the_askers_side_is_told_that_it_was_published_and_nobody_else(store: Store) {
    let town = Town::new(&store).await;
    let secret = town.secret().await;
    for who in ["author", "mate", "rival"] {
        town.told(who).await;
    }
    mailed(&town.services, &store).await;
    let public = town.publish("organizer", secret, edited()).await.unwrap();
    let news = News::QuestionPublished { board: KIND, number: secret, title: "비밀 제목".into() };
    for who in ["author", "mate"] {
        let told = town.told(who).await;
        assert_eq!(told.iter().filter(|one| **one == news).count(), 1, "{who} on {}", store.name);
        let of_public = told.iter().any(|one| one.page(&town.competition.slug).ends_with(&format!("/qna/{public}")));
        assert!(!of_public, "{who}");
    }
    for who in ["rival", "stranger", "organizer"] {
        assert!(!town.told(who).await.contains(&news), "{who}");
    }
    let letters = mailed(&town.services, &store).await;
    let to: BTreeSet<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
    let side = [town.user("author").email.as_str(), town.user("mate").email.as_str()];
    assert_eq!((letters.len(), to), (2, BTreeSet::from(side)), "by mail too");
    assert!(letters.iter().all(|letter| letter.text.contains(&format!("/qna/{secret}"))));
    // A comment on the public one is news for nobody who asked.
    let draft = CommentDraft { markdown: "저도 궁금해요".into(), ..CommentDraft::default() };
    let (services, competition) = (&town.services, &town.competition);
    boards::comment(services, competition, KIND, &town.actor("rival"), public, None, draft).await.unwrap();
    assert!(
        !town.told("author").await.iter().any(|one| matches!(one, News::Commented { number, .. } if *number == public))
    );
}

#[both]
async fn a_secret_question_is_published_once_while_that_is_there(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let secret = town.secret().await;
    let public = town.publish("organizer", secret, edited()).await.unwrap();
    let again = town.publish("organizer", secret, edited()).await.unwrap();
    assert_eq!(again, public, "the same again, on {}", store.name);
    let other = town.publish("organizer", secret, text("또", "또", "")).await.unwrap_err();
    assert_eq!(other.code, ErrorCode::InvalidInput, "another text is not thrown away without a word");
    assert_eq!(town.listed("nobody", Listed::All, None).await.total, 2);
    boards::remove(services, competition, KIND, &town.actor("organizer"), public).await.unwrap();
    assert_eq!(town.read("author", secret).await.unwrap().1.published, None);
    let anew = town.publish("organizer", secret, text("다시", "본문", " ")).await.unwrap();
    let (post, _) = town.read("nobody", anew).await.unwrap();
    assert!(anew > public && !post.row.answered, "without an answer it waits for one");
}

#[both]
async fn a_secret_question_that_becomes_public_says_nothing_of_the_one_without_a_name(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let secret = town.write(KIND, "author", "비밀 제목", true).await;
    town.publish("organizer", secret, edited()).await.unwrap();
    let open = PostDraft { title: "비밀 제목".into(), markdown: "본문".into(), ..PostDraft::default() };
    services.clock.advance(TimeDelta::minutes(3));
    boards::edit(services, competition, KIND, &town.actor("author"), secret, open).await.unwrap();
    for who in PEOPLE {
        assert_eq!(town.read(who, secret).await.unwrap().1.published, None, "{who} on {}", store.name);
    }
}

#[both]
async fn organizers_alone_publish_and_only_what_is_secret_and_there(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let secret = town.secret().await;
    for (who, code) in [
        ("nobody", ErrorCode::LoginRequired),
        ("stranger", ErrorCode::NotOrganizer),
        ("rival", ErrorCode::NotOrganizer),
        ("author", ErrorCode::NotOrganizer),
    ] {
        assert_eq!(town.publish(who, secret, edited()).await.unwrap_err().code, code, "{who} on {}", store.name);
        let form = boards::publication(services, competition, KIND, &town.actor(who), secret).await;
        assert_eq!(form.unwrap_err().code(), Some(code), "{who}");
    }
    let open = town.write(KIND, "author", "공개 질문", false).await;
    let hidden = town.write(KIND, "author", "가려진 비밀", true).await;
    boards::hide(services, competition, KIND, &town.actor("organizer"), hidden, "까닭").await.unwrap();
    let removed = town.write(KIND, "author", "지워진 비밀", true).await;
    boards::remove(services, competition, KIND, &town.actor("author"), removed).await.unwrap();
    for number in [open, hidden, removed, 99] {
        let refused = town.publish("organizer", number, edited()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound, "{number}");
        assert!(boards::publication(services, competition, KIND, &town.actor("organizer"), number).await.is_err());
    }
    let wrong = town.publish("organizer", secret, Publication::default()).await.unwrap_err();
    let fields: Vec<_> = wrong.fields.iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["title", "markdown"]);
    let deep = ">".repeat(60);
    let wrong = town.publish("organizer", secret, text("제목", "본문", &format!("{deep} 답"))).await.unwrap_err();
    assert_eq!((wrong.fields[0].field.as_str(), wrong.fields[0].problem), ("answer", FieldProblem::BodyDeep));
}

#[both]
async fn a_text_that_names_a_file_of_the_secret_question_is_refused_at_its_field(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, author) = (&town.services, &town.competition, town.actor("author"));
    let pdf = Attachment { name: "서약서.pdf".into(), bytes: Bytes::from_static(b"%PDF-1.7 a") };
    let file = boards::upload(services, competition, KIND, &author, pdf).await.unwrap();
    let draft = PostDraft {
        title: "비밀".into(),
        markdown: "본문".into(),
        secret: true,
        files: vec![file.id],
        ..PostDraft::default()
    };
    let secret = boards::write(services, competition, KIND, &author, draft).await.unwrap();
    let organizer = town.actor("organizer");
    let (_, files) = boards::publication(services, competition, KIND, &organizer, secret).await.unwrap();
    assert_eq!(files.len(), 1, "the form says what stays behind");
    let link = format!("[서약서]({})", file.address(&competition.slug).to_uppercase());
    for (publication, field) in [
        (text("제목", &link, "답"), "markdown"),
        (text("제목", "본문", &link), "answer"),
        (text(&file.id.to_string(), "본문", "답"), "title"),
    ] {
        let refused = town.publish("organizer", secret, publication).await.unwrap_err();
        let wrong = (refused.fields[0].field.as_str(), refused.fields[0].problem);
        assert_eq!(wrong, (field, FieldProblem::NamesSecretFile), "on {}", store.name);
    }
    assert_eq!(town.listed("nobody", Listed::All, None).await.total, 1, "nothing was published");
    let public = town.publish("organizer", secret, edited()).await.unwrap();
    assert!(town.read("nobody", public).await.unwrap().0.files.is_empty());
}

#[both]
async fn the_record_says_that_a_question_was_published_and_neither_what_nor_whose(store: Store) {
    let town = Town::new(&store).await;
    let secret = town.secret().await;
    let public = town.publish("organizer", secret, edited()).await.unwrap();
    let entries = crate::audit::since(&town.services, 0).await;
    let entry = entries.iter().find(|entry| entry.deed == Deed::PublishQuestion.key()).unwrap();
    assert_eq!((entry.user_id, entry.team_id), (None, None), "on {}", store.name);
    let facts = format!("{:?} {:?}", entry.before, entry.after);
    assert!(facts.contains(&public.to_string()) && !facts.contains("공개된"), "{facts}");
    assert!(!facts.contains(&town.user("author").id.to_string()), "{facts}");
}
