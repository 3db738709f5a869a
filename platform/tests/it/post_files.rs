//! Pictures and attachments of posts: who may have them, when they become a post's and when they go; on both databases.

use both::both;
use bytes::Bytes;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::accounts::User;
use domain::attachments::ATTACHMENT_MAX;
use domain::boards::files::{POST_FILES_MAX, WAITING_FILES_MAX};
use domain::boards::{BoardKind, BoardReader, Post, PostDraft, PostFile};
use domain::error::FieldProblem;
use domain::ids::PostFileId;
use domain::{AppError, ErrorCode};
use platform::attachments::Attachment;
use platform::boards::{self, files};
use platform::testing::{Store, TEST_PASSWORD, by};
use platform::{Error, accounts, jobs, visits};
use tokio::join;

use crate::common::stored;
use crate::posts_readers::Town;

const KIND: BoardKind = BoardKind::Qna;

/// A picture of one pixel.
const PIXEL: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn pdf(text: &str) -> Attachment {
    Attachment { name: format!("{text}.pdf"), bytes: Bytes::from(format!("%PDF-1.7 {text}")) }
}

fn pixel() -> Attachment {
    Attachment { name: "점수.gif".into(), bytes: Bytes::from_static(PIXEL) }
}

fn says(markdown: &str, listed: &[&PostFile]) -> PostDraft {
    PostDraft {
        title: "질문".into(),
        markdown: markdown.into(),
        files: listed.iter().map(|file| file.id).collect(),
        ..PostDraft::default()
    }
}

/// The code of a refusal, and what is wrong with a field.
fn refusal<T>(outcome: Result<T, Error>) -> (ErrorCode, Option<FieldProblem>) {
    let error: AppError = outcome.err().unwrap().into();
    (error.code, error.fields.first().map(|wrong| wrong.problem))
}

impl Town {
    async fn bring(&self, who: &str, file: Attachment) -> Result<PostFile, Error> {
        self.services.clock.advance(TimeDelta::minutes(3));
        boards::upload(&self.services, &self.competition, KIND, &by(self.user(who)), file).await
    }

    async fn posted(&self, who: &str, draft: PostDraft) -> Result<i64, Error> {
        self.services.clock.advance(TimeDelta::minutes(3));
        boards::write(&self.services, &self.competition, KIND, &by(self.user(who)), draft).await
    }

    async fn changed(&self, who: &str, number: i64, draft: PostDraft) -> Result<(), Error> {
        self.services.clock.advance(TimeDelta::minutes(3));
        boards::edit(&self.services, &self.competition, KIND, &by(self.user(who)), number, draft).await
    }

    async fn seen(&self, number: i64) -> Post {
        let reader = BoardReader { organizes: true, ..BoardReader::EVERYONE };
        boards::get(&self.services, &self.competition, KIND, reader, number).await.unwrap()
    }

    async fn may_have(&self, who: Option<&User>, id: PostFileId) -> bool {
        let actor = Actor::browser(who.cloned(), None);
        files::file(&self.services, &self.competition, &actor, id.0).await.is_ok()
    }

    /// Who of all people may have a file.
    async fn havers(&self, id: PostFileId) -> Vec<&'static str> {
        let mut havers = Vec::new();
        for name in ["nobody", "stranger", "rival", "mate", "author", "organizer"] {
            let who = (name != "nobody").then(|| self.user(name));
            if self.may_have(who, id).await {
                havers.push(name);
            }
        }
        havers
    }
}

#[both]
async fn a_file_is_whoevers_that_gave_it_and_then_for_whoever_may_read_its_post(store: Store) {
    let town = Town::new(&store).await;
    let slug = town.competition.slug.clone();
    let (file, picture) =
        (town.bring("author", pdf("서약서")).await.unwrap(), town.bring("author", pixel()).await.unwrap());
    assert!(picture.is_picture && picture.name == "점수.png" && !file.is_picture);
    for id in [file.id, picture.id] {
        assert_eq!(town.havers(id).await, ["author"], "before there is a post");
    }
    let markdown = format!("그림 {}", picture.markdown(&slug));
    let number = town.posted("author", PostDraft { secret: true, ..says(&markdown, &[&file]) }).await.unwrap();
    for id in [file.id, picture.id] {
        assert_eq!(town.havers(id).await, ["mate", "author", "organizer"], "of a secret post");
    }
    let post = town.seen(number).await;
    assert_eq!((post.row.files, post.files.len()), (1, 2), "the list's mark is of attachments");
    assert!(post.html.contains(&picture.address(&slug)), "{}", post.html);
    town.changed("author", number, says(&markdown, &[&file])).await.unwrap();
    assert_eq!(town.havers(picture.id).await.len(), 6, "of an open one");
    let (services, competition) = (&town.services, &town.competition);
    boards::hide(services, competition, KIND, &by(town.user("organizer")), number, "도배").await.unwrap();
    for id in [file.id, picture.id] {
        assert_eq!(town.havers(id).await, ["author", "organizer"], "of a hidden one");
    }
    boards::show(services, competition, KIND, &by(town.user("organizer")), number).await.unwrap();
    assert_eq!(stored(&store, "boards").len(), 2);
    boards::remove(services, competition, KIND, &by(town.user("author")), number).await.unwrap();
    assert_eq!((town.havers(file.id).await.len(), stored(&store, "boards").len()), (0, 0), "gone with it");
}

#[both]
async fn what_a_post_names_no_longer_goes_and_nothing_of_anothers_becomes_its_own(store: Store) {
    let town = Town::new(&store).await;
    let slug = town.competition.slug.clone();
    let (one, two) = (town.bring("author", pdf("하나")).await.unwrap(), town.bring("author", pixel()).await.unwrap());
    let number = town.posted("author", says(&two.markdown(&slug), &[&one])).await.unwrap();
    // A post of somebody else that names the same picture shows it, and does not have it; an attachment is one post's alone.
    let quoting = town.posted("rival", says(&two.markdown(&slug), &[])).await.unwrap();
    assert_eq!(town.seen(quoting).await.files, []);
    let taken = town.posted("rival", says("본문", &[&one])).await;
    assert_eq!(refusal(taken), (ErrorCode::InvalidInput, Some(FieldProblem::PostFileGone)));
    let waiting = town.bring("author", pixel()).await.unwrap();
    let borrowed = town.posted("rival", says(&waiting.markdown(&slug), &[])).await;
    assert_eq!(refusal(borrowed), (ErrorCode::InvalidInput, Some(FieldProblem::PictureGone)));
    let asked = boards::PostsAsked::default();
    let posts = boards::list(&town.services, &town.competition, KIND, BoardReader::EVERYONE, &asked);
    assert!(posts.await.unwrap().rows.iter().all(|row| row.title != "본문"), "what is refused is not written");
    // The text without its picture, the list without its file.
    town.changed("author", number, says("글만", &[])).await.unwrap();
    let post = town.seen(number).await;
    assert_eq!((post.files, post.row.files), (vec![], 0));
    assert_eq!(stored(&store, "boards").len(), 1, "but for what waits");
    assert!(town.may_have(Some(town.user("author")), waiting.id).await);
    // A file alone is a change too, and the same again is none.
    let late = town.bring("author", pdf("나중")).await.unwrap();
    let draft = says("글만", &[&late]);
    town.changed("author", number, draft.clone()).await.unwrap();
    let version = town.seen(number).await.version;
    town.changed("author", number, draft).await.unwrap();
    let post = town.seen(number).await;
    assert_eq!((post.version, post.row.files), (version, 1));
}

#[both]
async fn of_two_posts_that_take_the_same_file_at_once_one_has_it(store: Store) {
    let town = Town::new(&store).await;
    let file = town.bring("author", pdf("하나")).await.unwrap();
    let actor = by(town.user("author"));
    let write = |title: &str| {
        let draft = PostDraft { title: title.into(), ..says("본문", &[&file]) };
        let (services, competition, actor) = (&town.services, &town.competition, &actor);
        async move { boards::write(services, competition, KIND, actor, draft).await }
    };
    let (one, two) = join!(write("하나"), write("둘"));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?} on {}", store.name);
    let number = one.as_ref().or(two.as_ref()).copied().unwrap();
    assert_eq!(town.seen(number).await.row.files, 1);
    let lost = if one.is_ok() { two } else { one };
    assert_eq!(refusal(lost), (ErrorCode::InvalidInput, Some(FieldProblem::PostFileGone)));
}

#[both]
async fn what_became_no_posts_goes_after_a_day_with_its_bytes(store: Store) {
    let town = Town::new(&store).await;
    let slug = town.competition.slug.clone();
    let (file, picture) =
        (town.bring("author", pdf("하나")).await.unwrap(), town.bring("author", pixel()).await.unwrap());
    town.services.clock.advance(TimeDelta::hours(23));
    assert_eq!((files::remove_due(&town.services).await.unwrap(), stored(&store, "boards").len()), (0, 2));
    let number = town.posted("author", says("본문", &[&file])).await.unwrap();
    town.services.clock.advance(TimeDelta::hours(2));
    let late = town.posted("author", says(&picture.markdown(&slug), &[])).await;
    assert_eq!(refusal(late).1, Some(FieldProblem::PictureGone), "too late, whether it is gone already or not");
    assert!(!town.may_have(Some(town.user("author")), picture.id).await);
    assert_eq!((files::remove_due(&town.services).await.unwrap(), stored(&store, "boards").len()), (1, 1));
    assert_eq!(town.seen(number).await.files.len(), 1, "what a post has stays");
}

#[both]
async fn files_are_bounded_in_kind_size_and_number(store: Store) {
    let town = Town::new(&store).await;
    let large = vec![b' '; usize::try_from(ATTACHMENT_MAX).unwrap() + 1];
    for (name, bytes, problem) in [
        ("run.exe", Bytes::from_static(b"MZ"), FieldProblem::CaseFileKind),
        ("page.html", Bytes::from_static(b"<script>"), FieldProblem::CaseFileKind),
        ("figure.svg", Bytes::from_static(b"<svg/>"), FieldProblem::CaseFileKind),
        ("a.png", Bytes::from_static(b"<svg onload=alert(1)>"), FieldProblem::FileContent),
        ("a.gif", Bytes::from_static(b"GIF89a"), FieldProblem::PictureBroken),
        ("a.txt", large.into(), FieldProblem::CaseFileLarge),
    ] {
        let outcome = town.bring("author", Attachment { name: name.into(), bytes }).await;
        assert_eq!(refusal(outcome), (ErrorCode::InvalidInput, Some(problem)), "{name}");
    }
    assert_eq!(stored(&store, "boards").len(), 0);
    let mut brought = Vec::new();
    for n in 0..WAITING_FILES_MAX {
        brought.push(town.bring("author", pdf(&n.to_string())).await.unwrap());
    }
    assert_eq!(refusal(town.bring("author", pdf("또")).await), (ErrorCode::TooManyUploads, None));
    let listed: Vec<_> = brought.iter().collect();
    let much = town.posted("author", says("본문", &listed[..=POST_FILES_MAX])).await;
    assert_eq!(refusal(much).1, Some(FieldProblem::PostFiles));
    let number = town.posted("author", says("본문", &listed[..POST_FILES_MAX])).await.unwrap();
    assert_eq!(town.seen(number).await.row.files, 10);
    town.bring("author", pdf("또")).await.unwrap();
    // Three of ten megabytes are as many as a post may have, with nothing beside.
    let full =
        || Attachment { name: "a.txt".into(), bytes: vec![b' '; usize::try_from(ATTACHMENT_MAX).unwrap()].into() };
    let mut large = Vec::new();
    for _ in 0..3 {
        large.push(town.bring("rival", full()).await.unwrap());
    }
    large.push(town.bring("rival", pdf("넷")).await.unwrap());
    let listed: Vec<_> = large.iter().collect();
    assert_eq!(refusal(town.posted("rival", says("본문", &listed)).await).1, Some(FieldProblem::PostFiles));
    town.posted("rival", says("본문", &listed[..3])).await.unwrap();
}

#[both]
async fn whoever_may_not_write_brings_nothing(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let bring = async |actor: &Actor, kind| {
        let outcome = boards::upload(services, competition, kind, actor, pdf("하나")).await;
        outcome.err().and_then(|error| error.code())
    };
    assert_eq!(bring(&Actor::browser(None, None), KIND).await, Some(ErrorCode::LoginRequired));
    let unsure = User { verified_at: None, ..town.user("stranger").clone() };
    assert_eq!(bring(&by(&unsure), KIND).await, Some(ErrorCode::NotVerified));
    assert_eq!(bring(&by(town.user("author")), BoardKind::Notice).await, Some(ErrorCode::NotOrganizer));
    assert_eq!(bring(&by(town.user("organizer")), BoardKind::Notice).await, None);
    let number = town.posted("rival", says("도배", &[])).await.unwrap();
    boards::block(services, competition, KIND, &by(town.user("organizer")), number, None, 1, "도배").await.unwrap();
    assert_eq!(bring(&by(town.user("rival")), KIND).await, Some(ErrorCode::WritingBlocked));
    assert_eq!(stored(&store, "boards").len(), 1);
}

#[both]
async fn downloads_are_counted_once_a_day_and_shown_before_they_are_written(store: Store) {
    let town = Town::new(&store).await;
    let file = town.bring("author", pdf("하나")).await.unwrap();
    let number = town.posted("author", says("본문", &[&file])).await.unwrap();
    for reader in ["203.0.113.9", "203.0.113.9", "203.0.113.10"] {
        files::taken(&town.services, file.id, reader);
    }
    assert_eq!(town.seen(number).await.files[0].downloads, 2);
    visits::write(&town.services).await.unwrap();
    visits::write(&town.services).await.unwrap();
    assert_eq!(town.seen(number).await.files[0].downloads, 2);
    jobs::run_until_idle(&town.services).await.unwrap();
}

#[both]
async fn with_an_account_go_the_files_that_no_post_has(store: Store) {
    let town = Town::new(&store).await;
    let slug = town.competition.slug.clone();
    let kept = town.bring("mate", pixel()).await.unwrap();
    let number = town.posted("mate", says(&kept.markdown(&slug), &[])).await.unwrap();
    let waiting = town.bring("mate", pdf("기다림")).await.unwrap();
    let actor = by(town.user("mate"));
    let data = accounts::own_data::of(&town.services, &actor).await.unwrap();
    let told = data["files_of_posts"].as_array().unwrap();
    assert_eq!((told.len(), told[1]["name"].as_str()), (2, Some("기다림.pdf")));
    assert_eq!(told[0]["address"].as_str(), Some(kept.address(&slug).as_str()));
    accounts::deletion::delete(&town.services, &actor, "계정 삭제", TEST_PASSWORD, "").await.unwrap();
    assert_eq!(stored(&store, "boards").len(), 1);
    assert_eq!(town.seen(number).await.files.len(), 1, "what a post has stays with it");
    assert!(!town.may_have(Some(town.user("organizer")), waiting.id).await);
}
