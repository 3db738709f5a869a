//! Questions that are the same, those like a title, and the answers that organizers keep, on both databases.

use both::both;
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::Deed;
use domain::boards::questions::CANNED_MAX;
use domain::boards::{BoardKind, CommentDraft, Listed, PostDraft, QuestionTies};
use domain::error::FieldProblem;
use domain::ids::CannedAnswerId;
use domain::notifications::{News, NotificationFilter};
use domain::{AppError, ErrorCode};
use platform::boards::{self, PostsAsked};
use platform::testing::{Store, by};
use platform::{jobs, notifications};

use crate::common::mailed;
use crate::posts_readers::Town;

/// What is recorded of it; that a question was published is tried in `posts_publishing`.
pub(crate) const DEEDS: [Deed; 4] = [Deed::PublishQuestion, Deed::LinkQuestion, Deed::SetAnswer, Deed::RemoveAnswer];

const KIND: BoardKind = BoardKind::Qna;

impl Town {
    async fn link(&self, who: &str, number: i64, same: Option<i64>) -> Result<(), (ErrorCode, Option<FieldProblem>)> {
        let actor = by(self.user(who));
        let linked = boards::link_question(&self.services, &self.competition, KIND, &actor, number, same);
        linked.await.map_err(|error| {
            let error = AppError::from(error);
            (error.code, error.fields.first().map(|wrong| wrong.problem))
        })
    }

    /// Whether a question is answered, and what it has to do with others, as somebody sees it.
    async fn tied(&self, who: &str, number: i64) -> (bool, QuestionTies) {
        let reader = self.reader(Some(self.user(who))).await;
        let post = boards::get(&self.services, &self.competition, KIND, reader, number).await.unwrap();
        (post.row.answered, boards::ties(&self.services, &post, reader).await.unwrap())
    }

    /// The number of the question that one is said to be the same as.
    async fn same(&self, who: &str, number: i64) -> Option<i64> {
        self.tied(who, number).await.1.same.map(|other| other.number)
    }

    async fn same_news(&self, who: &str) -> usize {
        jobs::run_until_idle(&self.services).await.unwrap();
        let page = notifications::list(&self.services, &by(self.user(who)), &NotificationFilter::default(), 1).await;
        page.unwrap().notifications.iter().filter(|one| matches!(one.news, News::QuestionSame { .. })).count()
    }

    async fn open(&self, who: &str, title: &str) -> i64 {
        self.write(KIND, who, title, false).await
    }

    async fn alike(&self, actor: &Actor, title: &str) -> Result<Vec<String>, ErrorCode> {
        let found = boards::similar(&self.services, &self.competition, KIND, actor, title).await;
        found.map(|found| found.into_iter().map(|one| one.title).collect()).map_err(|error| AppError::from(error).code)
    }
}

fn refused(problem: FieldProblem) -> Result<(), (ErrorCode, Option<FieldProblem>)> {
    Err((ErrorCode::InvalidInput, Some(problem)))
}

#[both]
async fn a_question_that_is_the_same_as_another_is_answered_and_says_which_until_that_is_undone(store: Store) {
    let town = Town::new(&store).await;
    let (first, second) = (town.open("rival", "먼저 한 질문").await, town.open("author", "같은 질문").await);
    jobs::run_until_idle(&town.services).await.unwrap();
    mailed(&town.services, &store).await;
    town.link("organizer", second, Some(first)).await.unwrap();
    for who in ["stranger", "rival", "author", "organizer"] {
        let (answered, ties) = town.tied(who, second).await;
        assert!(answered, "{who} on {}", store.name);
        assert_eq!(ties.same.map(|other| (other.number, other.title)), Some((first, "먼저 한 질문".into())), "{who}");
        assert_eq!(
            town.tied(who, first).await.1.sames,
            i64::from(who == "organizer"),
            "{who}: how many is for organizers"
        );
    }
    let asked = PostsAsked { which: Listed::Answered(true), ..PostsAsked::default() };
    let reader = town.reader(None).await;
    let rows = boards::list(&town.services, &town.competition, KIND, reader, &asked).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| (row.number, row.answered)).collect::<Vec<_>>(), [(second, true)]);
    assert_eq!((town.same_news("author").await, town.same_news("rival").await), (1, 0));
    let letters = mailed(&town.services, &store).await;
    assert!(letters.len() == 1 && letters[0].to == town.user("author").email, "by mail too");
    assert!(
        letters[0].text.contains("같은 질문") && !letters[0].text.contains("먼저 한 질문"),
        "of whom it is asked alone"
    );
    town.link("organizer", second, Some(first)).await.unwrap();
    assert_eq!(town.same_news("author").await, 1, "again it is nothing new");
    town.link("organizer", second, None).await.unwrap();
    assert_eq!(town.tied("author", second).await, (false, QuestionTies::default()));
}

#[both]
async fn organizers_alone_say_that_a_question_is_the_same(store: Store) {
    let town = Town::new(&store).await;
    let (first, second) = (town.open("rival", "먼저").await, town.open("author", "나중").await);
    for who in ["stranger", "rival", "author"] {
        for same in [Some(first), None] {
            assert_eq!(town.link(who, second, same).await, Err((ErrorCode::NotOrganizer, None)), "{who}");
        }
    }
    assert_eq!(town.tied("organizer", second).await, (false, QuestionTies::default()), "on {}", store.name);
    let (organizer, talk) = (by(town.user("organizer")), BoardKind::Talk);
    let talk = boards::link_question(&town.services, &town.competition, talk, &organizer, 1, Some(2));
    assert_eq!(talk.await.unwrap_err().code(), Some(ErrorCode::NotFound), "where nothing is answered");
}

#[both]
async fn a_question_is_not_the_same_as_itself_as_nothing_or_as_what_is_gone(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, organizer) = (&town.services, &town.competition, by(town.user("organizer")));
    let one = town.open("author", "질문").await;
    let [hidden, removed] = [town.open("rival", "가려진").await, town.open("rival", "지워진").await];
    boards::hide(services, competition, KIND, &organizer, hidden, "까닭").await.unwrap();
    boards::remove(services, competition, KIND, &organizer, removed).await.unwrap();
    assert_eq!(town.link("organizer", one, Some(one)).await, refused(FieldProblem::SameItself));
    for gone in [0, -1, 99, i64::MAX, hidden, removed] {
        let told = town.link("organizer", one, Some(gone)).await;
        assert_eq!(told, refused(FieldProblem::SameQuestion), "{gone} on {}", store.name);
    }
    assert_eq!(town.link("organizer", removed, Some(one)).await, Err((ErrorCode::NotFound, None)));
    assert!(!town.tied("author", one).await.0);
}

#[both]
async fn nothing_leads_to_a_secret_question_that_whoever_asked_may_not_read(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    let secret = town.write(KIND, "author", "우리 팀의 비밀", true).await;
    let open = town.open("author", "우리 팀의 공개 질문").await;
    let others = town.write(KIND, "rival", "다른 팀의 비밀", true).await;
    for one in [open, others] {
        assert_eq!(town.link("organizer", one, Some(secret)).await, refused(FieldProblem::SameUnreadable), "{one}");
    }
    let of_mate = town.write(KIND, "mate", "같은 팀의 비밀", true).await;
    town.link("organizer", of_mate, Some(secret)).await.unwrap();
    assert_eq!((town.same("author", of_mate).await, town.same("mate", of_mate).await), (Some(secret), Some(secret)));
    // It becomes public later: the line stays its team's.
    let draft = PostDraft { title: "이제 공개".into(), markdown: "본문".into(), ..PostDraft::default() };
    services.clock.advance(TimeDelta::minutes(3));
    boards::edit(services, competition, KIND, &by(town.user("mate")), of_mate, draft).await.unwrap();
    assert_eq!(town.same("mate", of_mate).await, Some(secret));
    for who in ["rival", "stranger"] {
        assert_eq!(town.tied(who, of_mate).await, (true, QuestionTies::default()), "{who} on {}", store.name);
    }
}

#[both]
async fn there_are_no_chains_of_questions_that_are_the_same(store: Store) {
    let town = Town::new(&store).await;
    let mut numbers = Vec::new();
    for title in ["하나", "둘", "셋", "넷"] {
        numbers.push(town.open("author", title).await);
    }
    let [a, b, c, d] = numbers.try_into().unwrap();
    town.link("organizer", b, Some(c)).await.unwrap();
    town.link("organizer", a, Some(b)).await.unwrap();
    assert_eq!(town.same("stranger", a).await, Some(c), "the last of them");
    town.link("organizer", c, Some(d)).await.unwrap();
    for one in [a, b, c] {
        assert_eq!(town.same("stranger", one).await, Some(d), "{one}: all go along, on {}", store.name);
    }
    assert_eq!(town.tied("organizer", d).await.1.sames, 3);
    assert_eq!(town.link("organizer", d, Some(a)).await, refused(FieldProblem::SameItself), "no circles");
}

#[both]
async fn when_the_other_question_goes_out_of_sight_those_that_were_the_same_wait_again(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, organizer) = (&town.services, &town.competition, by(town.user("organizer")));
    for way in ["hidden", "removed", "secret"] {
        let target = town.open("rival", "먼저 한 질문").await;
        let [waits, answered] = [town.open("author", "같은 질문").await, town.open("author", "답이 있는 질문").await];
        let answer = CommentDraft { markdown: "답".into(), official: true, ..CommentDraft::default() };
        boards::comment(services, competition, KIND, &organizer, answered, None, answer).await.unwrap();
        for one in [waits, answered] {
            town.link("organizer", one, Some(target)).await.unwrap();
        }
        services.clock.advance(TimeDelta::minutes(3));
        match way {
            "hidden" => boards::hide(services, competition, KIND, &organizer, target, "까닭").await.unwrap(),
            "removed" => {
                boards::remove(services, competition, KIND, &by(town.user("rival")), target).await.unwrap();
            }
            _ => {
                let draft =
                    PostDraft {
                        title: "비밀로".into(), markdown: "본문".into(), secret: true, ..PostDraft::default()
                    };
                boards::edit(services, competition, KIND, &by(town.user("rival")), target, draft).await.unwrap();
            }
        }
        assert_eq!(town.tied("author", waits).await, (false, QuestionTies::default()), "{way} on {}", store.name);
        assert_eq!(
            town.tied("author", answered).await,
            (true, QuestionTies::default()),
            "{way}: it has an answer of its own"
        );
    }
}

#[both]
async fn a_further_question_makes_it_wait_although_it_is_the_same_and_an_answer_that_goes_does_not(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, organizer) = (&town.services, &town.competition, by(town.user("organizer")));
    let (first, second) = (town.open("rival", "먼저").await, town.open("author", "나중").await);
    town.link("organizer", second, Some(first)).await.unwrap();
    let answer = CommentDraft { markdown: "답".into(), official: true, ..CommentDraft::default() };
    let comment = boards::comment(services, competition, KIND, &organizer, second, None, answer).await.unwrap();
    boards::remove_comment(services, competition, KIND, &organizer, second, comment).await.unwrap();
    assert!(town.tied("author", second).await.0, "the other question answers it, on {}", store.name);
    let more = CommentDraft { markdown: "제 것은 달라요".into(), asks_again: true, ..CommentDraft::default() };
    boards::comment(services, competition, KIND, &by(town.user("author")), second, None, more).await.unwrap();
    assert!(!town.tied("author", second).await.0);
}

#[both]
async fn whoever_types_a_title_is_offered_questions_like_it_that_are_theirs_to_read_and_no_others(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition) = (&town.services, &town.competition);
    town.open("rival", "데이터는 어디에 있나요").await;
    town.open("rival", "제출 마감은 언제인가요").await;
    town.write(KIND, "author", "제출 마감을 늦춰 주세요", true).await;
    let hidden = town.open("rival", "제출 마감 광고").await;
    boards::hide(services, competition, KIND, &by(town.user("organizer")), hidden, "광고").await.unwrap();
    let removed = town.open("stranger", "제출 마감 지워진 글").await;
    boards::remove(services, competition, KIND, &by(town.user("stranger")), removed).await.unwrap();
    let open = "제출 마감은 언제인가요".to_owned();
    let secret = "제출 마감을 늦춰 주세요".to_owned();
    let advertised = "제출 마감 광고".to_owned();
    for (who, expected) in [
        ("stranger", vec![&open]),
        ("rival", vec![&advertised, &open]),
        ("mate", vec![&secret, &open]),
        ("author", vec![&secret, &open]),
        ("organizer", vec![&advertised, &secret, &open]),
    ] {
        let mut found = town.alike(&by(town.user(who)), "제출 마감").await.unwrap();
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{who} on {}", store.name);
    }
    let visitor = Actor::browser(None, None);
    assert_eq!(town.alike(&visitor, "제출 마감").await, Err(ErrorCode::LoginRequired));
    let stranger = by(town.user("stranger"));
    for nothing in ["", "?!", "제", "전혀 상관없는 이야기", "%' OR 1=1 --\" NOT *"] {
        assert_eq!(town.alike(&stranger, nothing).await, Ok(Vec::new()), "{nothing}");
    }
    let talk = boards::similar(services, competition, BoardKind::Talk, &stranger, "제출 마감").await.unwrap();
    assert!(talk.is_empty(), "where nothing is asked nothing is offered");
}

#[both]
async fn questions_like_a_title_are_five_at_most_and_looked_for_no_more_than_one_types(store: Store) {
    let town = Town::new(&store).await;
    for _ in 0..7 {
        town.open("rival", "제출 마감").await;
    }
    let stranger = by(town.user("stranger"));
    assert_eq!(town.alike(&stranger, "제출 마감").await.unwrap().len(), 5);
    let mut looked = 1;
    while town.alike(&stranger, "제출 마감").await.is_ok() {
        looked += 1;
        assert!(looked <= 60, "on {}", store.name);
    }
    assert_eq!(town.alike(&stranger, "제출 마감").await, Err(ErrorCode::TooManyAttempts));
    assert!(town.alike(&by(town.user("mate")), "제출 마감").await.is_ok(), "others type on");
}

#[both]
async fn answers_that_organizers_keep_are_theirs_alone_and_fifty_at_most(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, organizer) = (&town.services, &town.competition, by(town.user("organizer")));
    let set = async |actor: &Actor, id, title: &str, text: &str| {
        boards::set_canned_answer(services, competition, actor, id, title, text).await.map_err(|error| error.code())
    };
    set(&organizer, None, "일정", "공지를 봐 주세요").await.unwrap();
    let kept = boards::canned_answers(services, competition, &organizer).await.unwrap();
    let id = kept[0].id;
    for who in ["stranger", "rival", "author"] {
        let actor = by(town.user(who));
        let not = Some(ErrorCode::NotOrganizer);
        let read = boards::canned_answers(services, competition, &actor).await;
        assert_eq!(read.unwrap_err().code(), not, "{who} on {}", store.name);
        assert_eq!(set(&actor, Some(id), "x", "x").await, Err(not), "{who}");
        let removed = boards::remove_canned_answer(services, competition, &actor, id).await;
        assert_eq!(removed.unwrap_err().code(), not, "{who}");
    }
    set(&organizer, Some(id), "일정", "달라진 글").await.unwrap();
    let kept = boards::canned_answers(services, competition, &organizer).await.unwrap();
    assert_eq!((kept.len(), kept[0].markdown.as_str()), (1, "달라진 글"));
    let unknown = set(&organizer, Some(CannedAnswerId::random()), "x", "x").await;
    assert_eq!(unknown, Err(Some(ErrorCode::NotFound)), "one that is gone does not come back");
    assert_eq!(set(&organizer, None, " ", "").await, Err(Some(ErrorCode::InvalidInput)));
    for n in 1..CANNED_MAX {
        set(&organizer, None, &format!("답 {n}"), "본문").await.unwrap();
    }
    assert_eq!(set(&organizer, None, "하나 더", "본문").await, Err(Some(ErrorCode::TooManyAnswers)));
    set(&organizer, Some(id), "이름을 바꿔요", "본문").await.unwrap();
    boards::remove_canned_answer(services, competition, &organizer, id).await.unwrap();
    boards::remove_canned_answer(services, competition, &organizer, id).await.unwrap();
    assert_eq!(boards::canned_answers(services, competition, &organizer).await.unwrap().len(), 49);
}

#[both]
async fn what_organizers_do_about_questions_is_recorded_without_their_texts(store: Store) {
    let town = Town::new(&store).await;
    let (services, competition, organizer) = (&town.services, &town.competition, by(town.user("organizer")));
    let (first, second) = (town.open("rival", "먼저 물음").await, town.open("author", "나중 물음").await);
    town.link("organizer", second, Some(first)).await.unwrap();
    town.link("organizer", second, None).await.unwrap();
    town.link("organizer", second, None).await.unwrap();
    boards::set_canned_answer(services, competition, &organizer, None, "일정", "속 내용").await.unwrap();
    let id = boards::canned_answers(services, competition, &organizer).await.unwrap()[0].id;
    boards::remove_canned_answer(services, competition, &organizer, id).await.unwrap();
    let entries = crate::audit::since(services, 0).await;
    let told: Vec<_> = entries.iter().filter(|entry| DEEDS.iter().any(|deed| deed.key() == entry.deed)).collect();
    let deeds: Vec<_> = told.iter().map(|entry| entry.deed.as_str()).collect();
    assert_eq!(deeds, ["question.link", "question.link", "answer.set", "answer.remove"], "on {}", store.name);
    assert!(told.iter().all(|entry| entry.actor_id == organizer.id() && entry.user_id.is_none()));
    let facts = format!("{:?}", told.iter().map(|entry| (&entry.before, &entry.after)).collect::<Vec<_>>());
    assert!(!facts.contains("물음") && !facts.contains("속 내용"), "{facts}");
}
