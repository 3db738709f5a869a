//! Writing on boards: posts, comments and answers, who is told, what stays, on both databases.

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::boards::{BoardKind, BoardReader, CommentDraft, Listed, Post, PostDraft};
use domain::notifications::{News, NotificationFilter};
use platform::boards::{self, CommentsAsked, PostsAsked};
use platform::testing::{Store, by};
use platform::{jobs, notifications};

use crate::common::mailed;
use crate::posts_readers::Town;

const KIND: BoardKind = BoardKind::Qna;

fn says(markdown: &str) -> CommentDraft {
    CommentDraft { markdown: markdown.into(), ..CommentDraft::default() }
}

fn answer(markdown: &str) -> CommentDraft {
    CommentDraft { official: true, ..says(markdown) }
}

impl Town {
    async fn comment(
        &self,
        who: &str,
        number: i64,
        to: Option<i64>,
        draft: CommentDraft,
    ) -> Result<i64, Option<ErrorCode>> {
        let actor = by(self.user(who));
        let written = boards::comment(&self.services, &self.competition, KIND, &actor, number, to, draft).await;
        written.map_err(|error| error.code())
    }

    async fn post(&self, number: i64) -> Post {
        boards::get(&self.services, &self.competition, KIND, BoardReader::EVERYONE, number).await.unwrap()
    }

    /// Comments in their order, as (number, thread, HTML).
    async fn comments(&self, number: i64) -> Vec<(i64, i64, String)> {
        let post = self.post(number).await;
        let page = boards::comment_page(&self.services, post.row.id, BoardReader::EVERYONE, CommentsAsked::Page(1));
        page.await.unwrap().comments.into_iter().map(|one| (one.number, one.thread, one.html)).collect()
    }

    pub(crate) async fn news(&self, who: &str) -> Vec<News> {
        jobs::run_until_idle(&self.services).await.unwrap();
        let filter = NotificationFilter::default();
        let page = notifications::list(&self.services, &by(self.user(who)), &filter, 1).await.unwrap();
        page.notifications.into_iter().map(|one| one.news).collect()
    }
}

#[both]
async fn an_answer_in_the_organizers_name_stands_first_and_the_asker_is_told_by_page_and_mail(store: Store) {
    let town = Town::new(&store).await;
    let number = town.write(KIND, "author", "질문", false).await;
    assert!(matches!(&town.news("organizer").await[0], News::QuestionAsked { number: one, .. } if *one == number));
    assert_eq!(town.comment("rival", number, None, answer("사칭")).await, Err(Some(ErrorCode::NotOrganizer)));
    town.comment("rival", number, None, says("저도 궁금해요")).await.unwrap();
    let before = mailed(&town.services, &store).await.len();
    let official = town.comment("organizer", number, None, answer("공식 답변")).await.unwrap();
    town.comment("mate", number, Some(official), says("고맙습니다")).await.unwrap();
    let order: Vec<_> = town.comments(number).await.into_iter().map(|(number, thread, _)| (number, thread)).collect();
    assert_eq!(order, [(2, 2), (3, 2), (1, 1)], "the answer and what follows it, then the others");
    assert!(town.post(number).await.row.answered);
    let title = "질문".to_owned();
    let answered = News::Answered { board: KIND, number, title: title.clone(), comment: official };
    assert!(town.news("author").await.contains(&answered), "on {}", store.name);
    assert!(town.news("rival").await.contains(&answered), "whoever wrote there follows it");
    let letters = mailed(&town.services, &store).await;
    assert!(letters.len() > before);
    // A further question makes it wait again; that of somebody else does not.
    let again = CommentDraft { asks_again: true, ..says("더 있어요") };
    town.comment("rival", number, None, again.clone()).await.unwrap();
    assert!(town.post(number).await.row.answered);
    town.comment("author", number, None, again).await.unwrap();
    assert!(!town.post(number).await.row.answered);
}

#[both]
async fn an_answer_that_goes_leaves_the_question_waiting(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "질문", false).await;
    let first = town.comment("organizer", number, None, answer("첫 답")).await.unwrap();
    let second = town.comment("organizer", number, None, answer("다음 답")).await.unwrap();
    let organizer = by(town.user("organizer"));
    boards::remove_comment(services, competition, KIND, &organizer, number, second).await.unwrap();
    assert!(town.post(number).await.row.answered, "the first is still there");
    boards::hide_comment(services, competition, KIND, &organizer, number, first, "까닭").await.unwrap();
    assert!(!town.post(number).await.row.answered, "on {}", store.name);
    boards::show_comment(services, competition, KIND, &organizer, number, first).await.unwrap();
    let order: Vec<_> = town.comments(number).await.into_iter().map(|(number, ..)| number).collect();
    assert_eq!(order, [first]);
}

#[both]
async fn a_deleted_comment_keeps_its_place_where_it_is_answered_and_says_nothing(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "질문", false).await;
    for (to, text) in [(None, "첫째"), (Some(1), "첫째의 답"), (None, "둘째"), (Some(2), "답의 답")] {
        town.comment("author", number, to, says(text)).await.unwrap();
    }
    let threads: Vec<_> = town.comments(number).await.into_iter().map(|(number, thread, _)| (number, thread)).collect();
    assert_eq!(threads, [(1, 1), (2, 1), (4, 1), (3, 3)], "two levels and no more");
    let rival = by(town.user("rival"));
    let refused = boards::remove_comment(services, competition, KIND, &rival, number, 1).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotAuthor));
    let author = by(town.user("author"));
    for one in [1, 3] {
        boards::remove_comment(services, competition, KIND, &author, number, one).await.unwrap();
    }
    let left: Vec<_> =
        town.comments(number).await.into_iter().map(|(number, _, html)| (number, html.is_empty())).collect();
    assert_eq!(left, [(1, true), (2, false), (4, false)], "on {}", store.name);
    assert_eq!(town.post(number).await.row.comments, 2);
    assert_eq!(town.comment("author", number, Some(1), says("지운 댓글에")).await, Err(Some(ErrorCode::NotFound)));
}

#[both]
async fn what_a_post_said_before_stays_and_is_for_its_author_and_the_organizers(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "처음", false).await;
    let draft = PostDraft { title: "나중".into(), markdown: "바뀐 본문".into(), ..PostDraft::default() };
    let refused = boards::edit(services, competition, KIND, &by(town.user("mate")), number, draft.clone()).await;
    assert_eq!(refused.unwrap_err().code(), Some(ErrorCode::NotAuthor));
    boards::edit(services, competition, KIND, &by(town.user("author")), number, draft.clone()).await.unwrap();
    // The same again is no other version.
    boards::edit(services, competition, KIND, &by(town.user("author")), number, draft).await.unwrap();
    assert_eq!((town.post(number).await.version, town.post(number).await.row.title.as_str()), (2, "나중"));
    for (name, may) in [("author", true), ("organizer", true), ("rival", false), ("mate", false)] {
        let reader = town.reader(Some(town.user(name))).await;
        let told = boards::history(services, competition, KIND, reader, number).await;
        assert_eq!(told.is_ok(), may, "{name}");
        if let Ok((_, revisions)) = told {
            assert_eq!((revisions.len(), revisions[0].title.as_str()), (1, "처음"), "on {}", store.name);
        }
    }
}

#[both]
async fn a_deleted_post_goes_from_the_list_and_its_answers_stay(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let (answered, alone) =
        (town.write(KIND, "author", "답이 있는", false).await, town.write(KIND, "author", "혼자", false).await);
    town.comment("rival", answered, None, says("남는 댓글")).await.unwrap();
    for number in [answered, alone] {
        boards::remove(services, competition, KIND, &by(town.user("author")), number).await.unwrap();
    }
    let all = boards::list(services, competition, KIND, BoardReader::EVERYONE, &PostsAsked::default()).await.unwrap();
    assert_eq!((all.total, all.rows.len()), (0, 0));
    let post = town.post(answered).await;
    assert!(post.removed && post.row.title.is_empty() && post.html.is_empty() && post.row.author.is_empty());
    assert_eq!(town.comments(answered).await.len(), 1, "on {}", store.name);
    let gone = boards::get(services, competition, KIND, BoardReader::EVERYONE, alone).await.unwrap_err();
    assert_eq!(gone.code(), Some(ErrorCode::NotFound));
    assert_eq!(town.comment("rival", answered, None, says("더")).await, Err(Some(ErrorCode::NotFound)));
}

#[both]
async fn a_secret_question_that_others_have_answered_does_not_become_public(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "비밀", true).await;
    town.comment("organizer", number, None, answer("비밀 답변")).await.unwrap();
    let open = PostDraft { title: "비밀".into(), markdown: "본문".into(), ..PostDraft::default() };
    let refused = boards::edit(services, competition, KIND, &by(town.user("author")), number, open).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::PostAnswered), "on {}", store.name);
}

#[both]
async fn pages_of_a_list_meet_whatever_their_size_and_filters_count_what_they_show(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    for index in 0..23 {
        let draft = PostDraft {
            title: format!("질문 {index}"),
            markdown: "본문".into(),
            category: if index % 2 == 0 { "data".into() } else { String::new() },
            ..PostDraft::default()
        };
        services.clock.advance(TimeDelta::minutes(3));
        boards::write(services, competition, KIND, &by(town.user("author")), draft).await.unwrap();
    }
    town.comment("organizer", 5, None, answer("답")).await.unwrap();
    let reader = town.reader(Some(town.user("mate"))).await;
    for (which, total) in [
        (Listed::All, 23),
        (Listed::Category("data".into()), 12),
        (Listed::Answered(true), 1),
        (Listed::Answered(false), 22),
        (Listed::Mine, 23),
    ] {
        for per_page in [10, 20, 50] {
            let mut seen = Vec::new();
            for page in 1.. {
                let asked = PostsAsked { which: which.clone(), page, per_page, ..PostsAsked::default() };
                let shown = boards::list(services, competition, KIND, reader, &asked).await.unwrap();
                assert_eq!((shown.total, shown.page), (total, page), "{which:?} on {}", store.name);
                seen.extend(shown.rows.iter().map(|row| row.number));
                if page == shown.pages {
                    break;
                }
            }
            assert_eq!(seen.len(), usize::try_from(total).unwrap(), "{which:?} by {per_page}");
            assert!(seen.is_sorted_by(|one, next| one > next));
        }
    }
}

#[both]
async fn korean_words_are_found_by_any_part_of_them(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let texts = [
        ("제출마감을 늦춰 주세요", "ROC-AUC가 0.97 나왔습니다"),
        ("데이터 받기", "train.csv 파일이 열리지 않아요 100%"),
    ];
    for (title, markdown) in texts {
        let draft = PostDraft { title: title.into(), markdown: markdown.into(), ..PostDraft::default() };
        services.clock.advance(TimeDelta::minutes(3));
        boards::write(services, competition, KIND, &by(town.user("author")), draft).await.unwrap();
    }
    for (typed, expected) in [
        ("마감", vec![1]),
        ("감", vec![1]),
        ("출마감을 늦", vec![1]),
        ("마감", vec![1]),
        ("roc-auc", vec![1]),
        ("0.97", vec![1]),
        ("train.csv", vec![2]),
        ("100%", vec![2]),
        ("%", vec![]),
        ("요", vec![2, 1]),
        ("감마", vec![]),
        ("1%0", vec![]),
        ("\"", vec![]),
        ("OR NOT *", vec![]),
    ] {
        let sought = domain::boards::Sought::of(typed, false);
        let asked = PostsAsked { sought, ..PostsAsked::default() };
        let found = boards::list(services, competition, KIND, BoardReader::EVERYONE, &asked).await.unwrap();
        let numbers: Vec<_> = found.rows.iter().map(|row| row.number).collect();
        assert_eq!(
            (numbers, found.total),
            (expected.clone(), i64::try_from(expected.len()).unwrap()),
            "{typed} on {}",
            store.name
        );
    }
}

#[both]
async fn a_hundred_posts_at_once_have_a_hundred_numbers(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let one = |index: usize| {
        let draft = PostDraft { title: format!("글 {index}"), markdown: "본문".into(), ..PostDraft::default() };
        boards::write(services, competition, BoardKind::Talk, &organizer, draft)
    };
    let mut numbers: Vec<_> =
        futures::future::join_all((0..100).map(one)).await.into_iter().map(|written| written.unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>(), "on {}", store.name);
    let asked = PostsAsked::default();
    let all = boards::list(services, competition, BoardKind::Talk, BoardReader::EVERYONE, &asked).await.unwrap();
    assert_eq!(all.total, 100);
}

#[both]
async fn organizers_see_which_leaders_have_read_a_required_notice_and_tell_the_others_again(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let draft = PostDraft { title: "필수".into(), markdown: "본문".into(), required: true, ..PostDraft::default() };
    let number = boards::write(services, competition, BoardKind::Notice, &organizer, draft).await.unwrap();
    let row = boards::get(services, competition, BoardKind::Notice, BoardReader::EVERYONE, number).await.unwrap().row;
    let post = row.id;
    let unread =
        async |who: &str| boards::unread_notices(services, competition, town.user(who).id, true).await.unwrap().len();
    assert_eq!((unread("author").await, unread("rival").await), (1, 1));
    boards::note_read(services, post, town.user("author").id);
    platform::visits::write(services).await.unwrap();
    assert_eq!((unread("author").await, unread("rival").await), (0, 1), "on {}", store.name);
    let readers = boards::notice_readers(services, competition, &organizer, &row).await.unwrap();
    let waiting: Vec<_> = readers.waiting.iter().map(|team| team.name.as_str()).collect();
    assert_eq!((readers.read, readers.people, waiting), (1, 2, vec!["naru"]));
    let refused = boards::notice_readers(services, competition, &by(town.user("rival")), &row).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotOrganizer));
    let count = async |who: &str| {
        town.news(who).await.iter().filter(|news| matches!(news, News::RequiredNotice { .. })).count()
    };
    assert_eq!((count("author").await, count("rival").await), (1, 1));
    let again = boards::remind(services, competition, &organizer, number).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::TooManyAttempts), "within the hour");
    services.clock.advance(TimeDelta::hours(1));
    boards::remind(services, competition, &organizer, number).await.unwrap();
    assert_eq!((count("author").await, count("rival").await), (1, 2));
    // Of what need not be read nothing is kept.
    let usual = town.write(BoardKind::Talk, "rival", "글", false).await;
    let usual = boards::get(services, competition, BoardKind::Talk, BoardReader::EVERYONE, usual).await.unwrap().row;
    boards::note_read(services, usual.id, town.user("author").id);
    platform::visits::write(services).await.unwrap();
    let kept = boards::notice_readers(services, competition, &organizer, &usual).await.unwrap();
    assert_eq!(kept.read, 0);
}

#[both]
async fn who_changes_a_notice_that_another_has_changed_meanwhile_is_told_and_nothing_is_lost(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let organizer = by(town.user("organizer"));
    let draft = |text: &str, based_on| PostDraft {
        title: "공지".into(),
        markdown: text.into(),
        based_on,
        ..PostDraft::default()
    };
    let kind = BoardKind::Notice;
    let number = boards::write(services, competition, kind, &organizer, draft("처음", 0)).await.unwrap();
    let edit = async |text, seen| {
        boards::edit(services, competition, kind, &organizer, number, draft(text, seen)).await.map_err(|e| e.code())
    };
    assert_eq!(edit("먼저 고침", 1).await, Ok(()), "on {}", store.name);
    assert_eq!(edit("나중에 고침", 1).await, Err(Some(ErrorCode::PostChanged)));
    let post = boards::get(services, competition, kind, BoardReader::EVERYONE, number).await.unwrap();
    assert_eq!((post.markdown.as_str(), post.version), ("먼저 고침", 2));
    assert_eq!(edit("보고 다시 고침", 2).await, Ok(()));
    assert_eq!(edit("프로그램이 고침", 0).await, Ok(()), "whoever does not say what they have seen");
}

#[both]
async fn a_double_press_is_one_post_and_one_comment(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let author = by(town.user("author"));
    let draft = || PostDraft { title: "두 번".into(), markdown: "본문".into(), ..PostDraft::default() };
    let presses = (0..3).map(|_| boards::write(services, competition, KIND, &author, draft()));
    let numbers: Vec<_> = futures::future::join_all(presses).await.into_iter().map(|one| one.unwrap()).collect();
    assert_eq!(numbers, [1, 1, 1], "on {}", store.name);
    let presses = (0..3).map(|_| town.comment("author", 1, None, says("댓글")));
    let comments: Vec<_> = futures::future::join_all(presses).await.into_iter().map(|one| one.unwrap()).collect();
    assert_eq!((comments, town.post(1).await.row.comments), (vec![1, 1, 1], 1));
    let secret = PostDraft { secret: true, ..draft() };
    assert_eq!(boards::write(services, competition, KIND, &author, secret).await.unwrap(), 2, "another one");
    services.clock.advance(TimeDelta::minutes(5));
    assert_eq!(boards::write(services, competition, KIND, &author, draft()).await.unwrap(), 3, "said again later");
}

#[both]
async fn what_a_team_has_written_in_secret_goes_with_it_into_the_team_it_becomes_part_of(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let number = town.write(KIND, "author", "비밀", true).await;
    let of = async |who: &str| platform::teams::of(services, competition, town.user(who)).await.unwrap().unwrap();
    let (ends, stays) = (of("author").await, of("rival").await);
    platform::teams::offer_merge(services, &ends, &by(town.user("author")), stays.number).await.unwrap();
    let got = platform::teams::merges(services, &stays, town.user("rival")).await.unwrap().got;
    platform::teams::accept_merge(services, &stays, &by(town.user("rival")), got[0].id).await.unwrap();
    for who in ["mate", "rival"] {
        let reader = town.reader(Some(town.user(who))).await;
        assert!(boards::get(services, competition, KIND, reader, number).await.is_ok(), "{who} on {}", store.name);
    }
}
