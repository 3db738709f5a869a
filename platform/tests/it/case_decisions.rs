//! What decisions of cases do to a team: on leaderboards, in its places, to what it submits; and that a reversal undoes all of it.

use std::sync::Arc;

use both::both;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::Actor;
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings, CapacityOf};
use domain::cases::CaseOutcome::{Disqualified, NoBreach, Voided, Warning};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::leaderboards::{Leaderboard, Side};
use domain::participation::ParticipationState::{Approved, Waiting};
use domain::teams::TeamEnd;
use platform::cases::NewCase;
use platform::leaderboards::certainty;
use platform::submissions::rescore;
use platform::testing::{Store, by, person, team_of_two};
use platform::{Services, cases, jobs, leaderboards, participation, submissions, teams};

use crate::applications::{apply, of, states};
use crate::cases::{Scene, due};
use crate::common::{again, changed, code, submit, submit_and_score, upload};

async fn board(services: &Services, competition: &Competition, side: Side) -> Leaderboard {
    let competition = again(services, competition).await;
    let stage = competition.current_stage(services.clock.now()).unwrap();
    Arc::unwrap_or_clone(leaderboards::get(services, &competition, stage, side).await.unwrap())
}

/// All that a leaderboard says but its version, to the last digit.
fn said(board: &Leaderboard) -> String {
    let rows = board.rows.iter().map(|row| format!("{row:?} {:x}", row.score.to_bits()));
    format!("{:?} {:?} {:?}", rows.collect::<Vec<_>>(), board.scale, board.updated_at)
}

fn numbered(board: &Leaderboard) -> Vec<(i64, i64)> {
    board.rows.iter().map(|row| (row.rank, row.team_number)).collect()
}

/// Two more teams beside the scene's, which is between them on the leaderboard.
async fn crowd(scene: &Scene) -> [User; 2] {
    let Scene { services, competition, .. } = scene;
    let (best, best_leader, _) = team_of_two(services, competition, "naru").await;
    let (last, last_leader, _) = team_of_two(services, competition, "dari").await;
    submit_and_score(services, competition, &best, &best_leader, "logistic.csv").await;
    for file in ["naive-bayes.csv", "svc.csv"] {
        submit_and_score(services, competition, &scene.team, &scene.leader, file).await;
    }
    submit_and_score(services, competition, &last, &last_leader, "dummy.csv").await;
    [best_leader, last_leader]
}

#[both]
async fn a_disqualified_team_leaves_the_leaderboard_ranks_close_up_and_a_reversal_brings_all_back(store: Store) {
    let scene = Scene::on(&store).await;
    let (services, competition) = (&scene.services, &scene.competition);
    crowd(&scene).await;
    let number = scene.deliberated(scene.suspicion()).await;
    let before = board(services, competition, Side::Public).await;
    assert_eq!(numbered(&before).len(), 3);
    let mut heard = services.events.listen(competition.id, &[Audience::Everyone(competition.id)]);
    scene.decide(number, Disqualified).await.unwrap();
    let event = heard.next().await.unwrap().event.clone();
    assert!(matches!(event, Event::Leaderboard { version, .. } if version > before.version), "{event:?}");
    let without = board(services, competition, Side::Public).await;
    assert!(without.version > before.version);
    assert_eq!(without.rows.iter().map(|row| row.rank).collect::<Vec<_>>(), [1, 2], "on {}", store.name);
    assert!(without.rows.iter().all(|row| row.team_id != scene.team.id));
    let shown = teams::by_number(services, competition, scene.team.number).await.unwrap();
    assert!(shown.is_disqualified());
    assert_eq!(platform::competitions::count(services, competition).await.unwrap().0, 2);
    // A restarted server reads the same.
    let restarted = store.services(services.clock.now()).await;
    assert_eq!(said(&board(&restarted, competition, Side::Public).await), said(&without));

    services.clock.advance(Duration::minutes(1));
    scene.decide(number, Warning).await.unwrap();
    let after = board(services, competition, Side::Public).await;
    assert_eq!(said(&after), said(&before), "to the last digit, on {}", store.name);
    assert!(after.version > without.version);
    let restarted = store.services(services.clock.now()).await;
    assert_eq!(said(&board(&restarted, competition, Side::Public).await), said(&before));
    submit(services, competition, &scene.team, &scene.leader, "mlp.csv").await.unwrap();
}

#[both]
async fn the_private_ranking_and_its_certainty_follow_a_decision_after_the_reveal(store: Store) {
    let scene = Scene::on(&store).await;
    let (services, competition) = (&scene.services, &scene.competition);
    crowd(&scene).await;
    let number = scene.deliberated(scene.suspicion()).await;
    let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
    services.clock.set(stage.private_opens_at().unwrap() + Duration::hours(1));
    jobs::run_until_idle(services).await.unwrap();
    let report = async || {
        jobs::run_until_idle(services).await.unwrap();
        let competition = again(services, competition).await;
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().clone();
        certainty::get(services, &competition, &stage).await.unwrap()
    };
    let private = async || {
        let competition = again(services, competition).await;
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().clone();
        Arc::unwrap_or_clone(leaderboards::get(services, &competition, &stage, Side::Private).await.unwrap())
    };
    let (before, certain) = (private().await, report().await);
    assert_eq!((before.rows.len(), certain.teams.len()), (3, 3));
    scene.decide(number, Disqualified).await.unwrap();
    let (without, fewer) = (private().await, report().await);
    assert_eq!((without.rows.len(), fewer.teams.len()), (2, 2), "on {}", store.name);
    assert!(!fewer.teams.contains(&scene.team.id));
    assert_eq!(without.rows.iter().map(|row| row.rank).collect::<Vec<_>>(), [1, 2]);
    services.clock.advance(Duration::minutes(1));
    scene.decide(number, NoBreach).await.unwrap();
    assert_eq!(said(&private().await), said(&before));
    assert_eq!(report().await, certain, "made anew, and the same");
}

#[both]
async fn voided_submissions_count_for_no_ranking_and_give_no_quota_back(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, team, leader, .. } = &scene;
    crowd(&scene).await;
    let before = board(services, competition, Side::Public).await;
    let row = |board: &Leaderboard| board.rows.iter().find(|row| row.team_id == team.id).cloned();
    let was = row(&before).unwrap();
    let quota = async || submissions::quota(services, competition, team, &by(leader)).await.unwrap().used.total;
    let used = quota().await;
    // The second was the better one.
    let number = scene.deliberated(NewCase { submissions: "2".into(), ..scene.suspicion() }).await;
    let before = board(services, competition, Side::Public).await;
    scene.decide(number, Voided).await.unwrap();
    let now = row(&board(services, competition, Side::Public).await).unwrap();
    assert!(
        now.best != was.best && now.score.to_bits() != was.score.to_bits(),
        "the next best counts, on {}",
        store.name
    );
    assert_eq!((now.submissions, was.submissions), (1, 2));
    assert_eq!(quota().await, used, "no quota is given back");
    let (rows, _) = submissions::list(services, competition, team, &by(leader), 10, 0).await.unwrap();
    let voided: Vec<_> = rows.iter().filter(|row| row.voided).map(|row| row.number).collect();
    assert_eq!((rows.len(), voided), (2, vec![2]), "the row stays, and its team sees it");
    // What is scored again later stays out.
    let found = rescore::look(services, competition, 2).await.unwrap();
    assert!(found.moved.is_empty() && found.changes_nothing());
    services.clock.advance(Duration::minutes(1));
    scene.decide(number, NoBreach).await.unwrap();
    assert_eq!(said(&board(services, competition, Side::Public).await), said(&before));
    // All of a team's.
    let number = scene.open(NewCase { submissions: "1, 2".into(), ..scene.suspicion() }).await;
    let until = (Some(services.clock.now() + Duration::days(1)), None);
    cases::ask(services, competition, &by(&scene.organizer), number, "?", until).await.unwrap();
    services.clock.advance(Duration::days(1));
    scene.decide(number, Voided).await.unwrap();
    assert_eq!(row(&board(services, competition, Side::Public).await), None);
}

#[both]
async fn a_team_that_submits_while_it_is_disqualified_was_before_or_is_refused(store: Store) {
    let scene = Arc::new(Scene::on(&store).await);
    let Scene { services, competition, team, leader, .. } = &*scene;
    let number = scene.deliberated(scene.suspicion()).await;
    for round in 0..4 {
        let actor = by(leader);
        let submitting = submissions::accept(services, competition, team, &actor, upload("svc.csv"));
        let (submitted, decided) = tokio::join!(submitting, scene.decide(number, Disqualified));
        decided.unwrap();
        let (rows, total) = submissions::list(services, competition, team, &by(leader), 10, 0).await.unwrap();
        match submitted {
            Ok(accepted) => assert!(rows.iter().any(|row| row.id == accepted.submission.id), "round {round}"),
            Err(error) => assert_eq!(error.code(), Some(ErrorCode::TeamEnded), "round {round}"),
        }
        assert_eq!(code(submit(services, competition, team, leader, "svc.csv").await), ErrorCode::TeamEnded);
        let (_, after) = submissions::list(services, competition, team, &by(leader), 10, 0).await.unwrap();
        assert_eq!(total, after);
        // What was accepted is scored, and stands on no leaderboard.
        jobs::run_until_idle(services).await.unwrap();
        assert!(board(services, competition, Side::Public).await.rows.is_empty(), "on {}", store.name);
        services.clock.advance(Duration::minutes(1));
        scene.decide(number, NoBreach).await.unwrap();
        let shown = board(services, competition, Side::Public).await.rows.len();
        assert_eq!(shown, usize::from(total > 0), "what was scored meanwhile comes back too");
    }
}

#[both]
async fn a_disqualified_team_changes_no_members_and_of_two_cases_each_holds_for_itself(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, team, leader, member, .. } = &scene;
    let link = teams::renew_invitation(services, team, &by(leader)).await.unwrap().code;
    let newcomer = person(services, "newcomer").await;
    participation::join(services, competition, &by(&newcomer), true).await.unwrap();
    let (one, other) = (scene.open(scene.suspicion()).await, scene.open(scene.suspicion()).await);
    scene.ask(one).await;
    scene.ask(other).await;
    services.clock.set(due());
    for number in [one, other] {
        scene.decide(number, Disqualified).await.unwrap();
    }
    let refused = [
        code(teams::rename(services, team, &by(leader), "다른 이름").await),
        code(teams::remove(services, team, &by(leader), member.id).await),
        code(teams::remove(services, team, &by(member), member.id).await),
        code(teams::hand_over(services, team, &by(leader), member.id).await),
        code(teams::renew_invitation(services, team, &by(leader)).await),
        code(teams::join_by_link(services, competition, &by(&newcomer), &link).await),
    ];
    assert_eq!(refused, [ErrorCode::TeamEnded; 6], "on {}", store.name);
    assert_eq!(code(participation::withdraw(services, competition, &by(member)).await), ErrorCode::AlreadyInTeam);
    services.clock.advance(Duration::minutes(1));
    scene.decide(one, NoBreach).await.unwrap();
    let still = teams::by_number(services, competition, team.number).await.unwrap();
    assert!(still.is_disqualified(), "by the other case");
    scene.decide(other, Warning).await.unwrap();
    teams::join_by_link(services, competition, &by(&newcomer), &link).await.unwrap();
}

#[both]
async fn a_disqualified_teams_place_is_not_free(store: Store) {
    let scene = Scene::on(&store).await;
    let settings = ApplySettings { capacity_of: CapacityOf::Teams, ..of(ApplyMode::Open, Some(1)) };
    let competition = changed(&store, &scene.competition, |all| all.apply = settings).await;
    let scene = Scene { competition, ..scene };
    let waiting = [person(&scene.services, "waiting").await];
    apply(&scene.services, &scene.competition, &waiting[0]).await.unwrap();
    assert_eq!(states(&scene.services, &scene.competition, &waiting).await, [Waiting]);
    let number = scene.deliberated(scene.suspicion()).await;
    scene.decide(number, Disqualified).await.unwrap();
    jobs::run_until_idle(&scene.services).await.unwrap();
    let late = [person(&scene.services, "late").await];
    apply(&scene.services, &scene.competition, &late[0]).await.unwrap();
    assert_eq!(states(&scene.services, &scene.competition, &waiting).await, [Waiting], "on {}", store.name);
    let members = [scene.leader.clone(), scene.member.clone()];
    assert_eq!(states(&scene.services, &scene.competition, &members).await, [Approved; 2]);
}

#[both]
async fn a_case_follows_its_team_into_another_and_outlives_one_that_is_left_by_all(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, team, leader, organizer, .. } = &scene;
    submit_and_score(services, competition, team, leader, "svc.csv").await;
    let number = scene.open(NewCase { submissions: "1".into(), ..scene.suspicion() }).await;
    let (stays, other, _) = team_of_two(services, competition, "naru").await;
    submit_and_score(services, competition, &stays, &other, "tree.csv").await;
    teams::offer_merge(services, team, &by(leader), stays.number).await.unwrap();
    let offer = teams::merges(services, &stays, &other).await.unwrap().got[0].id;
    teams::accept_merge(services, &stays, &by(&other), offer).await.unwrap();
    scene.ask(number).await;
    for user in [leader, &other] {
        assert_eq!(scene.own(user, number).await.unwrap().case.team_id, stays.id, "all who answer for it");
    }
    services.clock.set(due());
    scene.decide(number, Disqualified).await.unwrap();
    assert!(board(services, competition, Side::Public).await.rows.is_empty(), "on {}", store.name);

    // Nobody is in it any more, and nothing was submitted.
    let (small, alone, second) = team_of_two(services, competition, "dari").await;
    let number = scene.open(NewCase { team: small.number, ..scene.suspicion() }).await;
    for user in [&second, &alone] {
        teams::remove(services, &small, &by(user), user.id).await.unwrap();
    }
    let namesake = teams::create(services, competition, &by(&alone), "dari").await.unwrap();
    assert_eq!(namesake.number, small.number + 1, "as of any team that ended like this: nothing tells of a case");
    let until = (Some(services.clock.now() + Duration::days(1)), None);
    cases::ask(services, competition, &by(organizer), number, "설명해 주세요.", until).await.unwrap();
    scene.state(&alone, number, "저희는 그만두었습니다.", None).await.unwrap();
    let view = cases::of(services, competition, &Actor::COMMAND, number).await.unwrap();
    assert_eq!((view.team.ended, view.entries.len()), (Some(TeamEnd::Withdrawn), 3));
}
