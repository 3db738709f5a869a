//! Cases from a suspicion to a decision, and by which moments; on both databases.

use std::sync::Arc;

use both::both;
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::cases::CaseEntryKind::{self, Asked, Decision, Deliberation, Evidence, Extended, Opened, Statement};
use domain::cases::{CaseOutcome, CaseState, STATEMENTS_MAX};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::teams::Team;
use futures::future::join_all;
use platform::attachments::Attachment;
use platform::cases::{self, CaseView, NewCase};
use platform::competitions::roles;
use platform::testing::{Store, by, noon, organizes, person, team_of_two};
use platform::{Result, Services, jobs};

use crate::common::{code, open_competition, stored, wrong};

/// A competition with a team, an organizer and what a case against it needs.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) services: Services,
    pub(crate) competition: Competition,
    pub(crate) team: Team,
    pub(crate) leader: User,
    pub(crate) member: User,
    pub(crate) organizer: User,
}

pub(crate) fn file(name: &str) -> Attachment {
    let content: &[u8] = match name.rsplit('.').next() {
        Some("pdf") => b"%PDF-1.4 found",
        Some("png") => b"\x89PNG\r\n\x1a\n found",
        _ => b"what was found",
    };
    Attachment { name: name.into(), bytes: Bytes::from_static(content) }
}

pub(crate) fn due() -> DateTime<Utc> {
    noon() + Duration::days(3)
}

pub(crate) fn votes_until() -> DateTime<Utc> {
    due() + Duration::days(2)
}

impl Scene {
    pub(crate) async fn on(store: &Store) -> Self {
        let (services, competition) = open_competition(store).await;
        let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
        let organizer = person(&services, "organizer").await;
        organizes(&services, &competition, &organizer).await;
        Self { services, competition, team, leader, member, organizer }
    }

    pub(crate) async fn with_role(&self, name: &str, role: Role) -> User {
        let user = person(&self.services, name).await;
        roles::give(&self.services, &self.competition, &Actor::COMMAND, &user.email, Some(role)).await.unwrap();
        user
    }

    pub(crate) fn suspicion(&self) -> NewCase {
        NewCase {
            team: self.team.number,
            title: "두 팀의 제출이 같음".into(),
            markdown: "같은 파일을 **두 팀**이 냈습니다.".into(),
            ..NewCase::default()
        }
    }

    pub(crate) async fn open(&self, new: NewCase) -> i64 {
        cases::open(&self.services, &self.competition, &by(&self.organizer), new).await.unwrap()
    }

    pub(crate) async fn ask(&self, number: i64) {
        let until = (Some(due()), Some(votes_until()));
        let actor = by(&self.organizer);
        cases::ask(&self.services, &self.competition, &actor, number, "설명해 주세요.", until).await.unwrap();
    }

    /// A case whose time for a statement is over.
    pub(crate) async fn deliberated(&self, new: NewCase) -> i64 {
        let number = self.open(new).await;
        self.ask(number).await;
        self.services.clock.set(due());
        jobs::run_until_idle(&self.services).await.unwrap();
        number
    }

    pub(crate) async fn decide(&self, number: i64, outcome: CaseOutcome) -> Result<()> {
        let actor = by(&self.organizer);
        cases::decide(&self.services, &self.competition, &actor, number, Some(outcome), "이유는 이렇습니다.").await
    }

    pub(crate) async fn vote(&self, judge: &User, number: i64, outcome: CaseOutcome) -> Result<()> {
        let reason = format!("{}의 의견", judge.name);
        cases::vote(&self.services, &self.competition, &by(judge), number, Some(outcome), &reason).await
    }

    pub(crate) async fn state(&self, user: &User, number: i64, text: &str, at: Option<DateTime<Utc>>) -> Result<()> {
        cases::state(&self.services, &self.competition, &by(user), number, text, vec![file("소명서.pdf")], at).await
    }

    pub(crate) async fn seen_by(&self, user: &User, number: i64) -> Result<CaseView> {
        cases::of(&self.services, &self.competition, &by(user), number).await
    }

    pub(crate) async fn own(&self, user: &User, number: i64) -> Result<CaseView> {
        cases::own(&self.services, &self.competition, &by(user), number).await
    }
}

pub(crate) fn kinds(view: &CaseView) -> Vec<CaseEntryKind> {
    view.entries.iter().map(|shown| shown.entry.kind).collect()
}

#[both]
async fn a_case_goes_from_a_suspicion_to_a_decision_and_every_step_is_kept(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, member, .. } = &scene;
    let number = scene.open(NewCase { files: vec![file("화면.png")], ..scene.suspicion() }).await;
    let add = async |shown: bool, text: &str| {
        cases::add_evidence(services, competition, &by(organizer), number, (text, shown), vec![file("로그.txt")]).await
    };
    add(false, "운영자만 봅니다.").await.unwrap();
    add(true, "팀도 봅니다.").await.unwrap();
    assert_eq!(code(scene.own(leader, number).await), ErrorCode::NotFound, "the team knows nothing of a suspicion");
    assert_eq!(code(scene.state(leader, number, "미리", None).await), ErrorCode::NotFound);
    scene.ask(number).await;

    let own = scene.own(member, number).await.unwrap();
    assert_eq!((own.state, kinds(&own)), (CaseState::Asked, vec![Evidence, Asked]), "on {}", store.name);
    assert_eq!(own.entries[0].files.len(), 1);
    assert!(own.case.title.is_empty() && own.entries.iter().all(|shown| shown.entry.author.is_none()));
    scene.state(leader, number, "첫 번째 소명", None).await.unwrap();
    scene.state(member, number, "고친 소명", None).await.unwrap();
    assert_eq!(scene.own(leader, number).await.unwrap().state, CaseState::Answered);
    assert_eq!(code(scene.decide(number, CaseOutcome::Warning).await), ErrorCode::CaseMoved, "not before the deadline");

    services.clock.set(due());
    jobs::run_until_idle(services).await.unwrap();
    jobs::run_until_idle(services).await.unwrap();
    scene.decide(number, CaseOutcome::Warning).await.unwrap();
    services.clock.advance(Duration::minutes(1));
    scene.decide(number, CaseOutcome::NoBreach).await.unwrap();
    let all = scene.seen_by(organizer, number).await.unwrap();
    let steps = [Opened, Evidence, Evidence, Asked, Statement, Statement, Deliberation, Decision, Decision];
    assert_eq!((all.state, kinds(&all)), (CaseState::Decided, steps.to_vec()), "each once and in its order");
    let outcomes: Vec<_> = all.entries.iter().filter_map(|shown| shown.entry.outcome).collect();
    assert_eq!(outcomes, [CaseOutcome::Warning, CaseOutcome::NoBreach]);
    let texts: Vec<_> = all.entries.iter().map(|shown| shown.entry.markdown.as_str()).collect();
    assert!(texts.contains(&"첫 번째 소명") && texts.contains(&"고친 소명"), "{texts:?}");
    assert!(all.entries[0].html.contains("<strong>두 팀</strong>"), "{}", all.entries[0].html);
    let own = scene.own(leader, number).await.unwrap();
    assert_eq!(kinds(&own), [Evidence, Asked, Statement, Statement, Deliberation, Decision, Decision]);
    assert_eq!(own.entries[2].entry.author.as_deref(), Some(leader.name.as_str()), "who of us wrote it");
}

#[both]
async fn a_statement_is_taken_until_the_deadline_by_the_moment_at_which_it_was_received(store: Store) {
    let scene = Scene::on(&store).await;
    let (services, leader) = (&scene.services, &scene.leader);
    let number = scene.open(scene.suspicion()).await;
    scene.ask(number).await;
    let last = due() - Duration::microseconds(1);
    services.clock.set(last);
    scene.state(leader, number, "마지막 순간", None).await.unwrap();
    services.clock.set(due());
    let late = scene.state(leader, number, "늦은 소명", None).await;
    let Err(platform::Error::App(error)) = late else { panic!("{late:?}") };
    assert_eq!((error.code, error.status()), (ErrorCode::StatementClosed, 410));
    assert_eq!(error.params.get("zone").map(String::as_str), Some("Asia/Seoul"), "told in the competition's zone");
    // Its body took long; the timer was faster.
    jobs::run_until_idle(services).await.unwrap();
    services.clock.advance(Duration::seconds(5));
    scene.state(leader, number, "제때 도착한 소명", Some(last)).await.unwrap();
    let own = scene.own(leader, number).await.unwrap();
    assert_eq!((own.state, kinds(&own)), (CaseState::Deliberating, vec![Asked, Statement, Deliberation, Statement]));
    assert_eq!(code(scene.state(leader, number, "또", Some(due())).await), ErrorCode::StatementClosed);
    scene.decide(number, CaseOutcome::NoBreach).await.unwrap();
    assert_eq!(code(scene.state(leader, number, "또", Some(last)).await), ErrorCode::CaseMoved, "it is decided");
}

#[both]
async fn a_judge_whose_role_was_taken_still_counts_among_those_asked_and_the_others_see_it(store: Store) {
    let scene = Scene::on(&store).await;
    let judges = [scene.with_role("judge-1", Role::Judge).await, scene.with_role("judge-2", Role::Judge).await];
    let number = scene.deliberated(NewCase { by_vote: true, ..scene.suspicion() }).await;
    roles::give(&scene.services, &scene.competition, &Actor::COMMAND, &judges[1].email, None).await.unwrap();
    assert_eq!(code(scene.vote(&judges[1], number, CaseOutcome::Disqualified).await), ErrorCode::NotOrganizer);
    scene.vote(&judges[0], number, CaseOutcome::Disqualified).await.unwrap();
    let told = scene.seen_by(&judges[0], number).await.unwrap();
    let tally = told.votes.unwrap();
    assert_eq!((told.state, tally.asked, tally.given, tally.gone), (CaseState::Deliberating, 2, 1, 1));
    scene.services.clock.set(votes_until());
    jobs::run_until_idle(&scene.services).await.unwrap();
    let outcome = scene.seen_by(&judges[0], number).await.unwrap().case.outcome;
    assert_eq!(outcome, Some(CaseOutcome::NoBreach), "one of two is no majority, on {}", store.name);
}

#[both]
async fn one_member_cannot_use_up_what_another_has_to_say(store: Store) {
    let scene = Scene::on(&store).await;
    let number = scene.open(scene.suspicion()).await;
    scene.ask(number).await;
    for version in 0..STATEMENTS_MAX {
        scene.services.clock.advance(Duration::minutes(20));
        scene.state(&scene.member, number, &format!("{version}번째"), None).await.unwrap();
    }
    scene.services.clock.advance(Duration::minutes(20));
    assert_eq!(code(scene.state(&scene.member, number, "또", None).await), ErrorCode::CaseFull);
    scene.state(&scene.leader, number, "팀장의 소명", None).await.unwrap();
    let own = scene.own(&scene.leader, number).await.unwrap();
    assert_eq!(own.entries.iter().filter(|shown| shown.entry.kind == Statement).count(), 11, "on {}", store.name);
}

#[both]
async fn the_deadline_is_moved_also_after_it_is_over_and_no_longer_once_a_judge_has_voted(store: Store) {
    let scene = Scene::on(&store).await;
    let judges = [scene.with_role("judge-1", Role::Judge).await, scene.with_role("judge-2", Role::Judge).await];
    let number = scene.open(NewCase { by_vote: true, ..scene.suspicion() }).await;
    let until = |days: i64| Some(due() + Duration::days(days));
    let extend = async |due, votes| {
        cases::extend(&scene.services, &scene.competition, &by(&scene.organizer), number, due, votes).await
    };
    assert_eq!(code(extend(until(1), until(2)).await), ErrorCode::CaseMoved, "before it is asked");
    scene.ask(number).await;
    scene.services.clock.set(due());
    jobs::run_until_idle(&scene.services).await.unwrap();
    assert_eq!(scene.own(&scene.leader, number).await.unwrap().state, CaseState::Deliberating);
    assert_eq!(wrong(extend(until(0), until(2)).await), ("until".into(), FieldProblem::Deadline), "it is past");
    let soon = |days: i64| until(days).map(|at| at - Duration::microseconds(1));
    assert_eq!(wrong(extend(soon(1), until(3)).await), ("until".into(), FieldProblem::Deadline), "less than a day");
    assert_eq!(wrong(extend(until(1), soon(2)).await), ("votes_until".into(), FieldProblem::VotesUntil), "nor to vote");
    assert_eq!(wrong(extend(until(3), until(2)).await), ("votes_until".into(), FieldProblem::VotesUntil));
    assert_eq!(wrong(extend(None, until(2)).await).0, "until");
    extend(until(2), until(4)).await.unwrap();
    assert_eq!(
        wrong(extend(until(1), until(4)).await),
        ("until".into(), FieldProblem::Deadline),
        "what was promised stays"
    );
    scene.state(&scene.leader, number, "늘어난 기한에 냅니다.", None).await.unwrap();
    assert_eq!(code(scene.vote(&judges[0], number, CaseOutcome::Warning).await), ErrorCode::VoteClosed);
    let in_time = due() + Duration::days(2) - Duration::microseconds(1);
    scene.services.clock.set(due() + Duration::days(2));
    jobs::run_until_idle(&scene.services).await.unwrap();
    let own = scene.own(&scene.leader, number).await.unwrap();
    assert_eq!(kinds(&own), [Asked, Deliberation, Extended, Statement, Deliberation]);
    scene.vote(&judges[0], number, CaseOutcome::Warning).await.unwrap();
    assert_eq!(code(extend(until(4), until(5)).await), ErrorCode::CaseMoved);
    let late = scene.state(&scene.leader, number, "제때 왔지만 투표가 시작됐습니다.", Some(in_time)).await;
    assert_eq!(code(late), ErrorCode::CaseMoved, "it was in time, so nobody is told that it was late");
}

#[both]
async fn two_judges_who_vote_at_once_both_count_and_the_last_one_decides(store: Store) {
    let scene = Arc::new(Scene::on(&store).await);
    let mut judges = Vec::new();
    for name in ["judge-1", "judge-2", "judge-3"] {
        judges.push(scene.with_role(name, Role::Judge).await);
    }
    let number = scene.deliberated(NewCase { by_vote: true, ..scene.suspicion() }).await;
    let votes = judges.iter().map(|judge| scene.vote(judge, number, CaseOutcome::Disqualified));
    for vote in join_all(votes).await {
        vote.unwrap();
    }
    let view = scene.seen_by(&scene.organizer, number).await.unwrap();
    let tally = view.votes.clone().unwrap();
    assert_eq!((tally.asked, tally.given, view.state), (3, 3, CaseState::Decided), "on {}", store.name);
    assert_eq!(kinds(&view).into_iter().filter(|kind| *kind == Decision).count(), 1, "once");
    assert_eq!(view.case.voted, Some(CaseOutcome::Disqualified));
    // One who votes twice at once.
    let other =
        Scene { team: team_of_two(&scene.services, &scene.competition, "naru").await.0, ..Scene::clone(&scene) };
    let number = other.open(NewCase { by_vote: true, ..other.suspicion() }).await;
    let until = (Some(votes_until()), Some(votes_until() + Duration::days(1)));
    cases::ask(&other.services, &other.competition, &by(&other.organizer), number, "?", until).await.unwrap();
    other.services.clock.set(votes_until());
    let twice = [(); 2].map(|()| other.vote(&judges[0], number, CaseOutcome::Warning));
    let twice = join_all(twice).await;
    assert_eq!(twice.iter().filter(|vote| vote.is_ok()).count(), 1, "on {}", store.name);
    assert_eq!(code(twice.into_iter().find(Result::is_err).unwrap()), ErrorCode::HasVoted);
}

#[both]
async fn a_vote_counts_until_its_moment_and_then_the_majority_of_those_asked_decides(store: Store) {
    let scene = Scene::on(&store).await;
    let mut judges = Vec::new();
    for name in ["judge-1", "judge-2", "judge-3", "judge-4"] {
        judges.push(scene.with_role(name, Role::Judge).await);
    }
    let number = scene.deliberated(NewCase { by_vote: true, ..scene.suspicion() }).await;
    let newcomer = scene.with_role("judge-5", Role::Judge).await;
    assert_eq!(code(scene.vote(&newcomer, number, CaseOutcome::Warning).await), ErrorCode::NotAskedToVote);
    assert_eq!(code(scene.vote(&scene.organizer, number, CaseOutcome::Warning).await), ErrorCode::NotAskedToVote);
    assert_eq!(code(scene.decide(number, CaseOutcome::Warning).await), ErrorCode::CaseMoved, "it is the judges'");
    assert_eq!(
        wrong(scene.vote(&judges[0], number, CaseOutcome::Voided).await).1,
        FieldProblem::CaseOutcome,
        "there is nothing to void"
    );
    scene.vote(&judges[0], number, CaseOutcome::Disqualified).await.unwrap();
    let told = scene.seen_by(&judges[1], number).await.unwrap().votes.unwrap();
    assert_eq!((told.given, told.counts, told.mine), (1, None, None), "they know how many have voted, and not how");
    scene.services.clock.set(votes_until() - Duration::microseconds(1));
    scene.vote(&judges[1], number, CaseOutcome::Disqualified).await.unwrap();
    let told = scene.seen_by(&judges[1], number).await.unwrap().votes.unwrap();
    assert_eq!((told.mine, told.counts), (Some(CaseOutcome::Disqualified), None), "nor what others vote after it");
    scene.services.clock.set(votes_until());
    assert_eq!(code(scene.vote(&judges[2], number, CaseOutcome::Disqualified).await), ErrorCode::VoteClosed);
    jobs::run_until_idle(&scene.services).await.unwrap();
    let own = scene.own(&scene.leader, number).await.unwrap();
    let decision = &own.entries.last().unwrap().entry;
    assert_eq!(decision.outcome, Some(CaseOutcome::NoBreach), "two of four are no majority, on {}", store.name);
    assert_eq!((decision.author.as_ref(), decision.markdown.as_str()), (None, ""), "nobody carried it");
    let counts = scene.seen_by(&judges[2], number).await.unwrap().votes.unwrap().counts.unwrap();
    assert_eq!(counts[3], (CaseOutcome::Disqualified, 2), "once it is decided");
    let text = format!("{own:?}");
    assert!(!text.contains("judge-"), "no judge is named to the team: {text}");
}

#[both]
async fn the_reasons_of_the_judges_who_carried_it_reach_the_team_without_their_names(store: Store) {
    let scene = Scene::on(&store).await;
    let judges = [scene.with_role("judge-1", Role::Judge).await, scene.with_role("judge-2", Role::Judge).await];
    let late = scene.with_role("judge-3", Role::Judge).await;
    let number = scene.deliberated(NewCase { by_vote: true, ..scene.suspicion() }).await;
    let says = async |judge: &User, outcome, reason: &str| {
        cases::vote(&scene.services, &scene.competition, &by(judge), number, Some(outcome), reason).await.unwrap();
    };
    says(&judges[0], CaseOutcome::Warning, "파일이 같습니다.").await;
    says(&judges[1], CaseOutcome::NoBreach, "우연일 수 있습니다.").await;
    says(&late, CaseOutcome::Disqualified, "고의입니다.").await;
    let own = scene.own(&scene.member, number).await.unwrap();
    let decision = &own.entries.last().unwrap().entry;
    assert_eq!(decision.outcome, Some(CaseOutcome::Warning), "the median of three");
    assert!(decision.markdown.contains("파일이 같습니다.") && decision.markdown.contains("고의입니다."));
    assert!(!decision.markdown.contains("우연"), "{}", decision.markdown);
    let tally = scene.seen_by(&scene.organizer, number).await.unwrap();
    assert!(
        tally.entries.iter().all(|shown| shown.entry.kind != CaseEntryKind::Vote),
        "nor to organizers who voted how"
    );
    // Milder than the judges an organizer may be, severer never.
    assert_eq!(wrong(scene.decide(number, CaseOutcome::Disqualified).await).1, FieldProblem::CaseOutcome);
    scene.decide(number, CaseOutcome::NoBreach).await.unwrap();
}

#[both]
async fn what_is_wrong_with_a_case_is_told_field_by_field_and_leaves_no_file_behind(store: Store) {
    let scene = Scene::on(&store).await;
    let open =
        async |new: NewCase| wrong(cases::open(&scene.services, &scene.competition, &by(&scene.organizer), new).await);
    let field = |name: &str, problem| (name.to_owned(), problem);
    assert_eq!(open(NewCase { title: " ".into(), ..scene.suspicion() }).await, field("title", FieldProblem::Title));
    assert_eq!(open(NewCase { team: 7, ..scene.suspicion() }).await, field("team", FieldProblem::TeamNumber));
    let long = "가".repeat(10_000);
    assert_eq!(open(NewCase { markdown: long, ..scene.suspicion() }).await, field("markdown", FieldProblem::CaseLong));
    assert_eq!(
        open(NewCase { markdown: "\n".into(), ..scene.suspicion() }).await,
        field("markdown", FieldProblem::BodyEmpty)
    );
    for submissions in ["1", "many"] {
        let new = NewCase { submissions: submissions.into(), files: vec![file("a.pdf")], ..scene.suspicion() };
        assert_eq!(open(new).await, field("submissions", FieldProblem::CaseSubmissions), "{submissions}");
    }
    let judged = NewCase { by_vote: true, files: vec![file("a.pdf")], ..scene.suspicion() };
    assert_eq!(open(judged).await, field("by_vote", FieldProblem::CaseJudges), "there are none");
    for (files, problem) in [
        (vec![file("a.pdf"); 6], FieldProblem::CaseFiles),
        (vec![file("run.exe")], FieldProblem::CaseFileKind),
        (vec![Attachment { name: "a.pdf".into(), bytes: vec![0; (10 << 20) + 1].into() }], FieldProblem::CaseFileLarge),
        (vec![Attachment { name: "a.pdf".into(), ..file("run.txt") }], FieldProblem::FileContent),
    ] {
        assert_eq!(open(NewCase { files, ..scene.suspicion() }).await, field("files", problem));
    }
    assert_eq!(stored(&store, "cases"), Vec::<std::path::PathBuf>::new(), "on {}", store.name);
    let number = scene.open(NewCase { files: vec![file("a.pdf"), file("b.csv")], ..scene.suspicion() }).await;
    assert_eq!(stored(&store, "cases").len(), 2);
    for question in ["", " "] {
        let until = (Some(due()), None);
        let actor = by(&scene.organizer);
        let asked = cases::ask(&scene.services, &scene.competition, &actor, number, question, until).await;
        assert_eq!(wrong(asked), field("question", FieldProblem::BodyEmpty));
    }
    scene.ask(number).await;
    for _ in 0..10 {
        scene.state(&scene.leader, number, "소명", None).await.unwrap();
    }
    let one_more = scene.state(&scene.leader, number, "소명", None).await;
    assert_eq!(code(one_more), ErrorCode::CaseFull);
    assert_eq!(stored(&store, "cases").len(), 12, "of the refused one nothing is kept, on {}", store.name);
}
