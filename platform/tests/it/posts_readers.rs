//! Who may read what of a board, by every way out, on both databases: what each reader sees is compared with one table.

use std::collections::BTreeSet;

use both::both;
use chrono::TimeDelta;
use domain::accounts::User;
use domain::boards::{BoardKind, BoardReader, CommentDraft, Listed, PostDraft, PostPage, Sought};
use domain::competitions::Competition;
use domain::notifications::NotificationFilter;
use platform::boards::{self, CommentsAsked, PostsAsked};
use platform::testing::{Store, by, organizes, person, team_of_two};
use platform::{Services, accounts, jobs, notifications};

use crate::common::open_competition;

/// Everybody that a post may be for or not.
pub(crate) struct Town {
    pub(crate) services: Services,
    pub(crate) competition: Competition,
    people: Vec<(&'static str, Option<User>)>,
}

impl Town {
    /// An organizer and two teams of two, one of whom, `author`, has written one post of each visibility on each board.
    pub(crate) async fn new(store: &Store) -> Self {
        let (services, competition) = open_competition(store).await;
        let organizer = person(&services, "organizer").await;
        organizes(&services, &competition, &organizer).await;
        let (_, author, mate) = team_of_two(&services, &competition, "garam").await;
        let (_, rival, _) = team_of_two(&services, &competition, "naru").await;
        let stranger = person(&services, "stranger").await;
        accounts::set_public_name(&services, &by(&author), "깃털펜").await.unwrap();
        // Whoever has an account since yesterday writes as much as they like here.
        services.clock.advance(TimeDelta::days(2));
        let people = vec![
            ("nobody", None),
            ("stranger", Some(stranger)),
            ("rival", Some(rival)),
            ("mate", Some(mate)),
            ("author", Some(author)),
            ("organizer", Some(organizer)),
        ];
        Self { services, competition, people }
    }

    pub(crate) fn user(&self, name: &str) -> &User {
        let found = self.people.iter().find(|(one, _)| *one == name);
        found.and_then(|(_, user)| user.as_ref()).unwrap()
    }

    pub(crate) async fn reader(&self, user: Option<&User>) -> BoardReader {
        let actor = domain::access::Actor::browser(user.cloned(), None);
        boards::reader(&self.services, &self.competition, &actor).await.unwrap()
    }

    pub(crate) async fn write(&self, kind: BoardKind, who: &str, title: &str, secret: bool) -> i64 {
        let draft =
            PostDraft {
                title: title.into(), markdown: format!("{title} 본문 찾기말"), secret, ..PostDraft::default()
            };
        self.services.clock.advance(TimeDelta::minutes(3));
        boards::write(&self.services, &self.competition, kind, &by(self.user(who)), draft).await.unwrap()
    }

    /// Which of these titles a reader comes upon by each way out of a board.
    async fn ways_out(
        &self,
        kind: BoardKind,
        user: Option<&User>,
        posts: &[(i64, &str)],
    ) -> Vec<(&'static str, Vec<String>)> {
        let (services, competition) = (&self.services, &self.competition);
        let reader = self.reader(user).await;
        let list = async |which: Listed, sought: Option<Sought>| {
            let asked = PostsAsked { which, sought, per_page: 50, ..PostsAsked::default() };
            boards::list(services, competition, kind, reader, &asked).await.unwrap()
        };
        let titles = |page: &PostPage| -> BTreeSet<String> {
            page.pinned
                .iter()
                .chain(&page.rows)
                .map(|row| row.title.clone())
                .filter(|title| !title.is_empty())
                .collect()
        };
        let mut ways: Vec<(&'static str, BTreeSet<String>)> = Vec::new();
        ways.push(("list", titles(&list(Listed::All, None).await)));
        ways.push(("waiting", titles(&list(Listed::Answered(false), None).await)));
        for (way, sought) in [
            ("search", Sought::Text("찾기말".into())),
            ("search of two letters", Sought::Text("기말".into())),
            ("search of the author", Sought::Author("깃털".into())),
        ] {
            let found = list(Listed::All, Some(sought)).await;
            assert_eq!(usize::try_from(found.total), Ok(found.rows.len()), "{way}: the count is of what is shown");
            assert!(found.rows.iter().all(|row| row.readable), "{way}: what is not for the reader is not even a row");
            ways.push((way, titles(&found)));
        }
        let mut gets = BTreeSet::new();
        let mut near = BTreeSet::new();
        let mut comments = BTreeSet::new();
        for (number, title) in posts {
            if let Ok(post) = boards::get(services, competition, kind, reader, *number).await {
                assert_eq!(&post.row.title, title);
                gets.insert(post.row.title.clone());
                near.extend(post.newer.into_iter().chain(post.older).map(|one| one.title));
            }
            let row = {
                let everything = BoardReader { organizes: true, ..BoardReader::EVERYONE };
                boards::get(services, competition, kind, everything, *number).await.unwrap().row
            };
            let page = boards::comment_page(services, row.id, reader, CommentsAsked::Page(1)).await.unwrap();
            assert_eq!(usize::try_from(page.total), Ok(page.comments.len()));
            if !page.comments.is_empty() {
                comments.insert((*title).to_owned());
            }
        }
        ways.push(("post", gets));
        ways.push(("comments", comments));
        let readable: BTreeSet<String> = ways[0].1.clone();
        assert!(near.is_subset(&readable), "neighbours: {near:?} of {readable:?}");
        ways.into_iter().map(|(way, titles)| (way, titles.into_iter().collect())).collect()
    }
}

#[both]
async fn what_a_reader_comes_upon_is_the_same_by_every_way_out_and_no_more_than_is_theirs(store: Store) {
    let town = Town::new(&store).await;
    for kind in [BoardKind::Qna, BoardKind::Talk] {
        let mut posts = Vec::new();
        for (title, secret, hidden, removed) in [
            ("공개", false, false, false),
            ("비밀", true, false, false),
            ("가려진", false, true, false),
            ("가려진 비밀", true, true, false),
            ("지워진", false, false, true),
        ] {
            let number = town.write(kind, "author", title, secret).await;
            let comment = CommentDraft { markdown: "댓글".into(), ..CommentDraft::default() };
            let (services, competition) = (&town.services, &town.competition);
            let author = by(town.user("author"));
            boards::comment(services, competition, kind, &author, number, None, comment).await.unwrap();
            if hidden {
                let organizer = by(town.user("organizer"));
                boards::hide(services, competition, kind, &organizer, number, "까닭").await.unwrap();
            }
            if removed {
                boards::remove(services, competition, kind, &author, number).await.unwrap();
            } else {
                posts.push((number, title));
            }
        }
        let secrets = kind.has_secrets();
        let table: [(&str, &[&str]); 6] = [
            ("nobody", &["공개"]),
            ("stranger", &["공개"]),
            ("rival", &["공개"]),
            ("mate", &["공개", "비밀"]),
            ("author", &["가려진", "가려진 비밀", "공개", "비밀"]),
            ("organizer", &["가려진", "가려진 비밀", "공개", "비밀"]),
        ];
        for (name, expected) in table {
            let user = town.people.iter().find(|(one, _)| *one == name).unwrap().1.as_ref();
            let mut expected: Vec<_> = expected.iter().map(|title| (*title).to_owned()).collect();
            if !secrets && !expected.iter().any(|title| title == "비밀") {
                // There the mark counts for nothing.
                expected.push("비밀".into());
                expected.sort();
            }
            for (way, seen) in town.ways_out(kind, user, &posts).await {
                assert_eq!(seen, expected, "{name} by the {way} of {kind} on {}", store.name);
            }
        }
    }
}

#[both]
async fn of_a_secret_post_a_list_says_that_there_is_one_and_nothing_of_whose_or_what(store: Store) {
    let town = Town::new(&store).await;
    let number = town.write(BoardKind::Qna, "author", "비밀 질문", true).await;
    let (services, competition) = (&town.services, &town.competition);
    let rival = town.reader(Some(town.user("rival"))).await;
    let page = boards::list(services, competition, BoardKind::Qna, rival, &PostsAsked::default()).await.unwrap();
    let row = &page.rows[0];
    assert_eq!((page.total, row.number, row.secret, row.readable, row.mine), (1, number, true, false, false));
    assert_eq!((row.title.as_str(), row.author.as_str(), row.team.as_str()), ("", "", ""));
    assert_eq!((row.comments, row.views, row.files), (0, 0, 0));
    let refused = boards::get(services, competition, BoardKind::Qna, rival, number).await.unwrap_err();
    assert_eq!(refused.code(), Some(domain::ErrorCode::SecretPost));
    assert!(boards::history(services, competition, BoardKind::Qna, rival, number).await.is_err());
}

#[both]
async fn whoever_may_not_read_a_post_may_do_nothing_with_it(store: Store) {
    use domain::ErrorCode::NotFound;
    let town = Town::new(&store).await;
    let (services, competition, kind) = (&town.services, &town.competition, BoardKind::Qna);
    let number = town.write(kind, "author", "비밀 질문", true).await;
    let rival = by(town.user("rival"));
    let draft = || CommentDraft { markdown: "몰래".into(), ..CommentDraft::default() };
    let told = [
        boards::comment(services, competition, kind, &rival, number, None, draft()).await.map(|_| ()),
        boards::follow(services, competition, kind, &rival, number, true).await,
        boards::report(services, competition, kind, &rival, number, None, "까닭").await,
        boards::remove(services, competition, kind, &rival, number).await,
        boards::edit(
            services,
            competition,
            kind,
            &rival,
            number,
            PostDraft { title: "남의 글".into(), markdown: "본문".into(), ..PostDraft::default() },
        )
        .await,
    ];
    for (index, told) in told.into_iter().enumerate() {
        assert_eq!(told.unwrap_err().code(), Some(NotFound), "{index} on {}", store.name);
    }
}

#[both]
async fn who_follows_a_post_that_became_secret_is_told_of_nothing_more(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, kind) = (&town.services, &town.competition, BoardKind::Qna);
    let number = town.write(kind, "author", "공개 질문", false).await;
    let (author, rival) = (by(town.user("author")), by(town.user("rival")));
    boards::follow(services, competition, kind, &rival, number, true).await.unwrap();
    let told = async |name: &str| {
        jobs::run_until_idle(services).await.unwrap();
        notifications::list(services, &by(town.user(name)), &NotificationFilter::default(), 1).await.unwrap().total
    };
    let comment = || CommentDraft { markdown: "댓글".into(), ..CommentDraft::default() };
    let earlier = told("rival").await;
    boards::comment(services, competition, kind, &by(town.user("mate")), number, None, comment()).await.unwrap();
    let (before, mine) = (told("rival").await, told("author").await);
    // Both have read it, so that the next comment is told of by itself.
    let page = domain::address::post(&competition.slug, kind, number);
    for name in ["rival", "author"] {
        notifications::open(services, town.user(name).id, &page).await.unwrap();
    }
    assert_eq!(before, earlier + 1, "a comment on a public post");
    services.clock.advance(TimeDelta::minutes(3));
    let secret =
        PostDraft {
            title: "비밀이 된 질문".into(), markdown: "본문".into(), secret: true, ..PostDraft::default()
        };
    boards::edit(services, competition, kind, &author, number, secret).await.unwrap();
    boards::comment(services, competition, kind, &by(town.user("organizer")), number, None, comment()).await.unwrap();
    assert_eq!(told("author").await, mine + 1);
    assert_eq!(told("rival").await, before, "on {}", store.name);
}
