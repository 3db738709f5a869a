//! Live questions, on both databases: hours, limits, votes, and what organizers do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use both::both;
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::User;
use domain::audit::Deed;
use domain::boards::{BoardKind, BoardReader};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::live::{LIVE_QUESTIONS_OF_PERSON, LiveDraft, LiveQuestion, LiveSession, LiveState};
use domain::stages::Phase;
use domain::{ErrorCode, Locale};
use futures::future::join_all;
use platform::boards::PostsAsked;
use platform::live::LiveWanted;
use platform::testing::{Store, by, noon, organizes, person, team_of_two};
use platform::{Services, boards, live};
use serde_json::json;

use crate::audit::{last, since, told};
use crate::common::{again, code, open_competition, wrong};

/// A competition with an organizer, a team and a session from noon to two.
pub(crate) struct Scene {
    pub(crate) services: Services,
    pub(crate) competition: Competition,
    pub(crate) organizer: User,
    pub(crate) leader: User,
    pub(crate) member: User,
}

pub(crate) fn draft(opens_at: DateTime<Utc>, hours: i64) -> LiveDraft {
    LiveDraft {
        title: "설명회".into(), opens_at: Some(opens_at), closes_at: Some(opens_at + TimeDelta::hours(hours))
    }
}

impl Scene {
    pub(crate) async fn on(store: &Store) -> Self {
        let (services, competition) = open_competition(store).await;
        let organizer = person(&services, "organizer").await;
        organizes(&services, &competition, &organizer).await;
        let (_, leader, member) = team_of_two(&services, &competition, "garam").await;
        live::set(&services, &competition, &by(&organizer), None, draft(noon(), 2)).await.unwrap();
        let competition = again(&services, &competition).await;
        Self { services, competition, organizer, leader, member }
    }

    pub(crate) async fn ask(&self, user: &User, text: &str) -> platform::Result<i64> {
        live::ask(&self.services, &self.competition, &by(user), 1, text, true).await
    }

    pub(crate) async fn vote(&self, user: &User, number: i64, votes: bool) -> platform::Result<()> {
        live::vote(&self.services, &self.competition, &by(user), (1, number), votes).await
    }

    pub(crate) fn session(&self) -> &LiveSession {
        &self.competition.live[0]
    }

    pub(crate) async fn listed(&self, with_hidden: bool) -> Vec<LiveQuestion> {
        self.services.db.live_questions(self.session().id, with_hidden).await.unwrap()
    }

    async fn order(&self) -> Vec<(i64, i64)> {
        self.listed(false).await.into_iter().map(|question| (question.number, question.votes)).collect()
    }
}

#[both]
async fn questions_and_votes_are_taken_from_the_first_moment_to_the_last_and_no_longer(store: Store) {
    let scene = Scene::on(&store).await;
    let micro = TimeDelta::microseconds(1);
    let closes = noon() + TimeDelta::hours(2);
    scene.services.clock.set(noon() - micro);
    assert_eq!(code(scene.ask(&scene.leader, "지금?").await), ErrorCode::LiveNotOpen);
    scene.services.clock.set(noon());
    assert_eq!(scene.ask(&scene.leader, "지금?").await.unwrap(), 1);
    scene.services.clock.set(closes - micro);
    assert_eq!(scene.ask(&scene.leader, "아직?").await.unwrap(), 2);
    scene.vote(&scene.member, 1, true).await.unwrap();
    scene.services.clock.set(closes);
    assert_eq!(code(scene.ask(&scene.leader, "이제는?").await), ErrorCode::LiveClosed);
    assert_eq!(code(scene.vote(&scene.member, 1, false).await), ErrorCode::LiveClosed);
    assert_eq!(scene.order().await, [(1, 1), (2, 0)], "what was asked stays");
}

#[both]
async fn forty_nine_votes_of_one_person_at_once_count_one_and_taking_them_back_none(store: Store) {
    let scene = Scene::on(&store).await;
    scene.ask(&scene.leader, "언제 열리나요?").await.unwrap();
    let before = live::version(&scene.services, scene.session()).await.unwrap();
    for (votes, counted) in [(true, 1), (false, 0)] {
        let outcomes = join_all((0..49).map(|_| scene.vote(&scene.member, 1, votes))).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(scene.order().await, [(1, counted)], "on {}", store.name);
    }
    let after = live::version(&scene.services, scene.session()).await.unwrap();
    assert_eq!(after, before + 2, "a vote that changes nothing is no other version");
}

#[both]
async fn of_a_hundred_questions_of_one_person_at_once_as_many_are_taken_as_one_may_ask(store: Store) {
    let scene = Scene::on(&store).await;
    let texts: Vec<_> = (0..100).map(|n| format!("질문 {n}")).collect();
    let outcomes = join_all(texts.iter().map(|text| scene.ask(&scene.leader, text))).await;
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(i64::try_from(taken).unwrap(), LIVE_QUESTIONS_OF_PERSON, "on {}", store.name);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), ErrorCode::TooManyQuestions);
    }
    scene.ask(&scene.member, "다른 사람의 질문").await.unwrap();
    assert_eq!(live::asked_by(&scene.services, scene.session(), &scene.leader).await.unwrap(), 10);
}

#[both]
async fn a_question_that_is_sent_again_is_the_same_question(store: Store) {
    let scene = Scene::on(&store).await;
    let outcomes = join_all((0..20).map(|_| scene.ask(&scene.leader, " 같은   질문 "))).await;
    assert!(outcomes.into_iter().all(|outcome| outcome.unwrap() == 1));
    assert_eq!(scene.ask(&scene.member, "같은 질문").await.unwrap(), 2, "another's is another");
}

#[both]
async fn whoever_votes_too_often_waits_and_others_behind_the_same_address_do_not(store: Store) {
    let scene = Scene::on(&store).await;
    scene.ask(&scene.leader, "몇 번?").await.unwrap();
    let mut tries = 0;
    while scene.vote(&scene.member, 1, tries % 2 == 0).await.is_ok() {
        tries += 1;
    }
    assert_eq!(tries, 100);
    assert_eq!(code(scene.vote(&scene.member, 1, true).await), ErrorCode::TooManyAttempts);
    scene.vote(&scene.leader, 1, true).await.unwrap();
    scene.services.clock.advance(TimeDelta::seconds(2));
    scene.vote(&scene.member, 1, true).await.unwrap();
}

#[both]
async fn pinned_questions_stand_first_then_those_with_more_votes_then_the_earlier(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, member, .. } = &scene;
    for text in ["하나", "둘", "셋", "넷"] {
        scene.ask(leader, text).await.unwrap();
    }
    scene.vote(member, 3, true).await.unwrap();
    scene.vote(leader, 3, true).await.unwrap();
    scene.vote(member, 2, true).await.unwrap();
    live::pin(services, competition, &by(organizer), (1, 4), true).await.unwrap();
    assert_eq!(scene.order().await, [(4, 0), (3, 2), (2, 1), (1, 0)]);
    live::pin(services, competition, &by(organizer), (1, 4), false).await.unwrap();
    scene.vote(leader, 3, false).await.unwrap();
    assert_eq!(scene.order().await, [(2, 1), (3, 1), (1, 0), (4, 0)]);
}

#[both]
async fn a_hidden_question_is_gone_for_all_but_organizers_until_it_is_shown_again(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, .. } = &scene;
    scene.ask(leader, "광고").await.unwrap();
    let by_organizer = by(organizer);
    let hide = async |reason| live::hide(services, competition, &by_organizer, (1, 1), reason).await;
    assert_eq!(wrong(hide(Some(" ")).await), ("reason".into(), FieldProblem::Reason));
    hide(Some("대회와 관계없음")).await.unwrap();
    assert_eq!(scene.order().await, []);
    assert_eq!(scene.listed(true).await[0].state, LiveState::Hidden);
    let askers = services.db.live_askers(scene.session().id).await.unwrap();
    assert_eq!(askers[0].hidden_reason, "대회와 관계없음");
    assert_eq!(code(scene.vote(leader, 1, true).await), ErrorCode::NotFound);
    assert_eq!(code(live::pin(services, competition, &by(organizer), (1, 1), true).await), ErrorCode::NotFound);
    assert_eq!(code(live::mark(services, competition, &by(organizer), (1, 1), true).await), ErrorCode::NotFound);
    live::answer(services, competition, &by(organizer), (1, 1), "나중에 답합니다.").await.unwrap();
    assert_eq!(scene.order().await, [], "an answer shows nothing");
    hide(None).await.unwrap();
    assert_eq!(scene.listed(false).await[0].state, LiveState::Answered, "as it would be");
}

#[both]
async fn each_deed_of_an_organizer_is_recorded_once_without_texts_and_without_who_asked(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services: s, competition: c, organizer, leader, .. } = &scene;
    let actor = by(organizer);
    let opened = since(s, 0).await.into_iter().find(|entry| entry.deed == Deed::SetLive.key()).unwrap();
    let hours = json!({ "session": 1, "title": "설명회", "opens_at": "2026-11-21T03:00:00.000000Z",
        "closes_at": "2026-11-21T05:00:00.000000Z" });
    assert_eq!(told(s, &opened).await.1, hours);
    scene.ask(leader, "비밀스러운 질문").await.unwrap();
    let before = last(s).await;
    // Each twice: a retry changes nothing and is no other deed.
    for _ in 0..2 {
        live::answer(s, c, &actor, (1, 1), "비밀스러운 답").await.unwrap();
    }
    for _ in 0..2 {
        live::mark(s, c, &actor, (1, 1), false).await.unwrap();
    }
    for _ in 0..2 {
        live::pin(s, c, &actor, (1, 1), true).await.unwrap();
    }
    for _ in 0..2 {
        live::hide(s, c, &actor, (1, 1), Some("광고")).await.unwrap();
    }
    for _ in 0..2 {
        live::set(s, c, &actor, Some(1), draft(noon(), 3)).await.unwrap();
    }
    for _ in 0..2 {
        live::close(s, c, &actor, 1).await.unwrap();
    }
    let entries = since(s, before).await;
    let deeds = [Deed::AnswerLive, Deed::MarkLive, Deed::PinLive, Deed::HideLive, Deed::SetLive, Deed::CloseLive];
    assert_eq!(entries.iter().map(|one| one.deed.as_str()).collect::<Vec<_>>(), deeds.map(Deed::key));
    for entry in &entries {
        assert_eq!((entry.actor_id, entry.competition_id, entry.user_id), (Some(organizer.id), Some(c.id), None));
        let said = format!("{}{}", entry.before, entry.after);
        assert!(!said.contains("비밀") && !said.contains(&leader.id.to_string()), "{said}");
    }
    assert_eq!(
        told(s, &entries[3]).await.1,
        json!({ "session": 1, "question": 1, "state": "hidden", "reason": "광고" })
    );
}

#[both]
async fn a_session_that_has_not_begun_is_taken_away_and_an_open_one_ends_now(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, .. } = &scene;
    let actor = by(organizer);
    let next = live::set(services, competition, &actor, None, draft(noon() + TimeDelta::hours(4), 1)).await.unwrap();
    assert_eq!(next, 2);
    let again_sent = draft(noon() + TimeDelta::hours(4), 1);
    assert_eq!(live::set(services, competition, &actor, None, again_sent).await.unwrap(), 2, "sent again");
    live::close(services, competition, &actor, 2).await.unwrap();
    live::close(services, competition, &actor, 1).await.unwrap();
    let now = again(services, competition).await;
    assert_eq!(now.live.iter().map(|one| (one.number, one.closes_at)).collect::<Vec<_>>(), [(1, noon())]);
    assert_eq!(code(scene.ask(&scene.leader, "아직?").await), ErrorCode::LiveClosed);
    assert_eq!(code(live::close(services, competition, &actor, 2).await), ErrorCode::NotFound);
    live::set(services, competition, &actor, Some(1), draft(noon(), 1)).await.unwrap();
    scene.ask(&scene.leader, "다시 열렸나요?").await.unwrap();
}

#[both]
async fn however_many_look_a_list_is_rendered_once_a_version(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, leader, .. } = &scene;
    scene.ask(leader, "몇 번 그리나요?").await.unwrap();
    let session = scene.session();
    let wanted = LiveWanted {
        session: session.id,
        phase: Phase::Open,
        locale: Locale::Ko,
        runs: false,
        all: false,
        screen: false,
    };
    let rendered = Arc::new(AtomicUsize::new(0));
    let look = async |at_least| {
        let rendered = Arc::clone(&rendered);
        let render = move |list: live::LiveList| {
            rendered.fetch_add(1, Ordering::SeqCst);
            (Vec::new(), list.questions.len())
        };
        live::rendered(services, wanted, at_least, render).await.unwrap().version
    };
    let first = live::version(services, session).await.unwrap();
    let all = join_all((0..100).map(|_| look(first))).await;
    assert!(all.iter().all(|version| *version == first));
    let until_now = rendered.load(Ordering::SeqCst);
    assert!(until_now <= 2, "{until_now} times: by who came first, and for all who came meanwhile");
    scene.vote(leader, 1, true).await.unwrap();
    assert_eq!(look(first).await, first, "nobody was told of a newer one");
    assert_eq!(look(first + 1).await, first + 1);
    assert_eq!(look(first + 1).await, first + 1);
    assert_eq!(rendered.load(Ordering::SeqCst), until_now + 1, "on {}", store.name);
}

#[both]
async fn an_unanswered_question_goes_on_at_the_board_once_and_names_nobody_there(store: Store) {
    use domain::boards::{BoardKind, BoardReader, Sought};
    use platform::boards::{self, PostsAsked};
    let scene = Scene::on(&store).await;
    let (services, competition) = (&scene.services, &scene.competition);
    scene.ask(&scene.leader, "**마감**은 언제인가요?").await.unwrap();
    live::ask(services, competition, &by(&scene.member), 1, "이름 없이 물어요", false).await.unwrap();
    let organizer = by(&scene.organizer);
    let posts = [
        live::move_to_board(services, competition, &organizer, (1, 1)).await.unwrap(),
        live::move_to_board(services, competition, &organizer, (1, 2)).await.unwrap(),
    ];
    assert_eq!(live::move_to_board(services, competition, &organizer, (1, 1)).await.unwrap(), posts[0], "again");
    assert_eq!(scene.listed(false).await.iter().filter(|question| question.moved_to.is_some()).count(), 2);
    let kind = BoardKind::Qna;
    let read = async |number| boards::get(services, competition, kind, BoardReader::EVERYONE, number).await.unwrap();
    let [named, unnamed] = [read(posts[0]).await, read(posts[1]).await];
    assert!(named.html.contains("**마감**은 언제인가요?") && named.html.contains("garam"), "{}", named.html);
    assert!(!unnamed.html.contains("garam"), "{}", unnamed.html);
    for post in [&named, &unnamed] {
        assert!(post.row.anonymous && post.row.author.is_empty() && post.row.team.is_empty(), "on {}", store.name);
    }
    let sought = Sought::of("garam", true);
    let asked = PostsAsked { sought, ..PostsAsked::default() };
    let found = boards::list(services, competition, kind, BoardReader::EVERYONE, &asked).await.unwrap();
    assert_eq!(found.total, 0, "nor does a search for the author");
}

#[both]
async fn what_a_question_became_is_hidden_and_shown_with_it_and_can_be_moved_again_once_deleted(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, .. } = &scene;
    let organizer = by(organizer);
    scene.ask(leader, "다음에 답할 질문").await.unwrap();
    let number = live::move_to_board(services, competition, &organizer, (1, 1)).await.unwrap();
    let listed = async || {
        let asked = PostsAsked::default();
        let page = boards::list(services, competition, BoardKind::Qna, BoardReader::EVERYONE, &asked).await.unwrap();
        page.rows.into_iter().map(|row| (row.number, row.readable)).collect::<Vec<_>>()
    };
    live::hide(services, competition, &organizer, (1, 1), Some("광고")).await.unwrap();
    assert_eq!(listed().await, [(number, false)], "on {}", store.name);
    live::hide(services, competition, &organizer, (1, 1), None).await.unwrap();
    assert_eq!(listed().await, [(number, true)]);
    // What was hidden at the board for a reason of its own stays so.
    boards::hide(services, competition, BoardKind::Qna, &organizer, number, "개인정보").await.unwrap();
    for reason in [Some("광고"), None] {
        live::hide(services, competition, &organizer, (1, 1), reason).await.unwrap();
    }
    assert_eq!(listed().await, [(number, false)]);
    boards::show(services, competition, BoardKind::Qna, &organizer, number).await.unwrap();
    boards::remove(services, competition, BoardKind::Qna, &organizer, number).await.unwrap();
    let again = live::move_to_board(services, competition, &organizer, (1, 1)).await.unwrap();
    assert_eq!((again, listed().await), (number + 1, vec![(number + 1, true)]));
}

#[both]
async fn a_question_that_was_answered_aloud_is_so_again_after_it_was_hidden(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, .. } = &scene;
    let organizer = by(organizer);
    scene.ask(leader, "말로 답한 질문").await.unwrap();
    live::mark(services, competition, &organizer, (1, 1), true).await.unwrap();
    for reason in [Some("잘못 누름"), None] {
        live::hide(services, competition, &organizer, (1, 1), reason).await.unwrap();
    }
    assert_eq!(scene.listed(false).await[0].state, LiveState::Answered, "on {}", store.name);
}
