//! Who may change a team when, and that leaving one gives nobody a new quota; on both databases.

use both::both;
use chrono::{DateTime, Duration, Utc};
use domain::ErrorCode;
use domain::access::{Action, TeamRole};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::teams::{TEAMS_LEFT_MAX, Team, TeamEnd};
use platform::testing::{Store, by, noon, organizes, person, team_of_two};
use platform::{Result, Services, participation, submissions, teams};
use storage::Db;

use crate::common::{open_competition, submit, submit_and_score, upload};

const ROLES: [TeamRole; 4] = [TeamRole::Leader, TeamRole::Member, TeamRole::Other, TeamRole::Organizer];

/// What changes a team.
const CHANGES: [Action; 9] = [
    Action::CreateTeam,
    Action::JoinTeam,
    Action::RenameTeam,
    Action::RemoveMember,
    Action::MoveMember,
    Action::LeaveTeam,
    Action::HandOver,
    Action::RenewInvitation,
    Action::RenewKey,
];

/// An account like `model`'s, without the work of hashing a password.
async fn double(services: &Services, model: &User, name: String) -> User {
    let id = UserId::random();
    let email = format!("{}@example.kr", name.to_lowercase());
    let sql = "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at, verified_at)
        SELECT $1, $2, $3, affiliation, password_hash, is_admin, is_demo, created_at, verified_at FROM users WHERE id = $4";
    match &services.db {
        Db::Sqlite { write, .. } => {
            let query = sqlx::query(sql).bind(id.0).bind(&email).bind(&name).bind(model.id.0);
            query.execute(write).await.map(|_| ())
        }
        Db::Postgres(pool) => {
            let query = sqlx::query(sql).bind(id.0).bind(&email).bind(&name).bind(model.id.0);
            query.execute(pool).await.map(|_| ())
        }
    }
    .unwrap();
    User { id, email, name, ..model.clone() }
}

/// A participant.
async fn participant(services: &Services, competition: &Competition, model: &User, name: String) -> User {
    let user = double(services, model, name).await;
    participation::join(services, competition, &by(&user), true).await.unwrap();
    user
}

/// An organizer takes somebody out of a team.
async fn release(services: &Services, team: &Team, organizer: &User, member: UserId) -> Result<()> {
    teams::move_member(services, team, &by(organizer), member, None, "본인이 부탁함").await
}

async fn attempt(
    services: &Services,
    competition: &Competition,
    (team, code): (&Team, &str),
    action: Action,
    actor: &User,
    other: UserId,
) -> Result<()> {
    match action {
        Action::CreateTeam => {
            teams::create(services, competition, &by(actor), &format!("새 {}", &actor.name)).await.map(|_| ())
        }
        Action::JoinTeam => teams::join_by_link(services, competition, &by(actor), code).await.map(|_| ()),
        Action::RenameTeam => teams::rename(services, team, &by(actor), &format!("다른 {}", team.number)).await,
        Action::RemoveMember => teams::remove(services, team, &by(actor), other).await,
        Action::LeaveTeam => teams::remove(services, team, &by(actor), actor.id).await,
        Action::HandOver => teams::hand_over(services, team, &by(actor), other).await,
        Action::MoveMember => teams::move_member(services, team, &by(actor), other, None, "까닭").await,
        Action::RenewInvitation => teams::renew_invitation(services, team, &by(actor)).await.map(|_| ()),
        _ => teams::renew_submission_key(services, team, &by(actor)).await.map(|_| ()),
    }
}

/// What the leader, a member, someone in no team and an organizer are told before the end, and what after it.
fn answers(action: Action) -> [[Option<ErrorCode>; 4]; 2] {
    use ErrorCode::{AlreadyInTeam, HasRole, LeaderCannotLeave, NotLeader, NotMember, NotOrganizer, TeamsFrozen};
    let (taken, leads, frozen, runs) = (Some(AlreadyInTeam), Some(NotLeader), Some(TeamsFrozen), Some(HasRole));
    match action {
        Action::CreateTeam => [[taken, taken, None, runs], [frozen; 4]],
        Action::JoinTeam => [[taken, taken, None, runs], [taken, taken, frozen, frozen]],
        Action::RenameTeam | Action::HandOver => [[None, leads, leads, None], [frozen, leads, leads, None]],
        Action::MoveMember => {
            let others = Some(NotOrganizer);
            [[others, others, others, None]; 2]
        }
        Action::LeaveTeam => {
            let [leader, other] = [Some(LeaderCannotLeave), Some(NotMember)];
            [[leader, None, other, other], [frozen, frozen, other, other]]
        }
        _ => [[None, leads, leads, leads], [frozen, leads, leads, leads]],
    }
}

#[both]
async fn who_may_do_what_to_a_team_in_which_phase_is_one_table(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let model = person(&services, "model").await;
    let contest = &competition.stages[1];
    let end = contest.ends_at.unwrap();
    // Before the start, while it is open, and after the end; the teams are made a moment before.
    let phases: [(DateTime<Utc>, usize); 3] = [(contest.starts_at - Duration::days(1), 0), (noon(), 0), (end, 1)];
    for (phase, (at, answer)) in phases.into_iter().enumerate() {
        for (index, action) in CHANGES.into_iter().enumerate() {
            for (role, expected) in ROLES.into_iter().zip(answers(action)[answer]) {
                services.clock.set(at - Duration::minutes(1));
                let name = |who: &str| format!("{who}{phase}{index}{role:?}");
                let leader = participant(&services, &competition, &model, name("l")).await;
                let member = participant(&services, &competition, &model, name("m")).await;
                let actor = match role {
                    TeamRole::Leader => leader.clone(),
                    TeamRole::Member => member.clone(),
                    TeamRole::Other | TeamRole::Organizer => {
                        participant(&services, &competition, &model, name("o")).await
                    }
                };
                if role == TeamRole::Organizer {
                    organizes(&services, &competition, &actor).await;
                }
                let made = teams::create(&services, &competition, &by(&leader), &name("")).await.unwrap();
                let code = teams::renew_invitation(&services, &made, &by(&leader)).await.unwrap().code;
                let team = teams::join_by_link(&services, &competition, &by(&member), &code).await.unwrap();
                services.clock.set(at);
                // Of the two in the team the one who is not acting.
                let other = if role == TeamRole::Member { leader.id } else { member.id };
                let got = attempt(&services, &competition, (&team, &code), action, &actor, other).await;
                let got = got.err().map(|error| error.code().unwrap_or_else(|| panic!("{error}")));
                assert_eq!(got, expected, "{action:?} by {role:?} at {at} on {}", store.name);
            }
        }
    }
}

#[both]
async fn whoever_has_submitted_leaves_only_by_an_organizer_and_takes_what_they_used_along(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    for file in ["tree.csv", "svc.csv", "mlp.csv"] {
        submit_and_score(&services, &competition, &team, &member, file).await;
    }
    for user in [&member, &leader] {
        let refused = teams::remove(&services, &team, &by(user), member.id).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::HasSubmitted));
    }
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    release(&services, &team, &organizer, member.id).await.unwrap();

    // A new team with someone who has submitted nothing begins where its member stood.
    let friend = person(&services, "friend").await;
    participation::join(&services, &competition, &by(&friend), true).await.unwrap();
    let new = teams::create(&services, &competition, &by(&member), "새 팀").await.unwrap();
    let code = teams::renew_invitation(&services, &new, &by(&member)).await.unwrap().code;
    let new = teams::join_by_link(&services, &competition, &by(&friend), &code).await.unwrap();
    let quota = submissions::quota(&services, &competition, &new, &by(&friend)).await.unwrap();
    assert_eq!((quota.used.today, quota.used.total), (3, 3));
    services.clock.advance(Duration::minutes(1));
    let accepted = submit(&services, &competition, &new, &friend, "tree.csv").await.unwrap();
    assert_eq!(accepted.quota.used.today, 4);
    // The team of before has used the same three, once each.
    let quota = submissions::quota(&services, &competition, &team, &by(&leader)).await.unwrap();
    assert_eq!((quota.used.today, quota.used.total), (3, 3));
}

#[both]
async fn what_was_used_for_a_newer_team_counts_in_an_older_one(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let (older, leader, _) = team_of_two(&services, &competition, "older").await;
    let (newer, _, member) = team_of_two(&services, &competition, "newer").await;
    for file in ["tree.csv", "svc.csv"] {
        submit_and_score(&services, &competition, &newer, &member, file).await;
    }
    release(&services, &newer, &organizer, member.id).await.unwrap();
    let code = teams::renew_invitation(&services, &older, &by(&leader)).await.unwrap().code;
    let older = teams::join_by_link(&services, &competition, &by(&member), &code).await.unwrap();
    let quota = submissions::quota(&services, &competition, &older, &by(&leader)).await.unwrap();
    assert_eq!((quota.used.today, quota.used.total), (2, 2));
    services.clock.advance(Duration::minutes(1));
    let accepted = submit(&services, &competition, &older, &leader, "mlp.csv").await.unwrap();
    assert_eq!(accepted.quota.used.today, 3);
}

#[both]
async fn the_daily_limit_holds_for_a_person_through_every_team(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let (first, leader, member) = team_of_two(&services, &competition, "garam").await;
    for _ in 0..10 {
        submit_and_score(&services, &competition, &first, &member, "tree.csv").await;
    }
    release(&services, &first, &organizer, member.id).await.unwrap();
    let second = teams::create(&services, &competition, &by(&member), "다시").await.unwrap();
    let code = teams::renew_invitation(&services, &second, &by(&member)).await.unwrap().code;
    let friend = person(&services, "friend").await;
    participation::join(&services, &competition, &by(&friend), true).await.unwrap();
    let second = teams::join_by_link(&services, &competition, &by(&friend), &code).await.unwrap();
    for user in [&member, &friend] {
        let refused = submit(&services, &competition, &second, user, "svc.csv").await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::QuotaExceeded));
    }
    let alone = teams::of(&services, &competition, &leader).await.unwrap().unwrap();
    let refused = submit(&services, &competition, &alone, &leader, "svc.csv").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TeamTooSmall));
}

#[both]
async fn a_team_that_has_submitted_keeps_someone_and_one_that_has_not_ends_and_frees_its_name(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    submit_and_score(&services, &competition, &team, &member, "tree.csv").await;
    release(&services, &team, &organizer, member.id).await.unwrap();
    let refused = teams::remove(&services, &team, &by(&leader), leader.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::LastMember));
    let refused = release(&services, &team, &organizer, leader.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::LastMember));

    let (team, leader, member) = team_of_two(&services, &competition, "naru").await;
    let dry = submissions::Upload { dry_run: true, ..upload("tree.csv") };
    submissions::accept(&services, &competition, &team, &by(&leader), dry).await.unwrap();
    teams::remove(&services, &team, &by(&member), member.id).await.unwrap();
    teams::remove(&services, &team, &by(&leader), leader.id).await.unwrap();
    let ended = teams::by_number(&services, &competition, team.number).await.unwrap();
    assert_eq!((ended.ended, ended.members.len()), (Some(TeamEnd::Withdrawn), 0), "on {}", store.name);
    assert_eq!(services.db.dry_runs(team.id, noon() - Duration::days(9)).await.unwrap(), (0, None));
    let again = teams::create(&services, &competition, &by(&member), "naru").await.unwrap();
    assert_eq!(again.number, team.number + 1, "the name is free, and the number was somebody's");
    teams::remove(&services, &again, &by(&member), member.id).await.unwrap();
    teams::create(&services, &competition, &by(&member), "naru").await.unwrap();
}

#[both]
async fn teams_that_somebody_has_made_and_left_are_bounded_and_keep_no_name(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = person(&services, "kim").await;
    participation::join(&services, &competition, &by(&kim), true).await.unwrap();
    let mut last = None;
    for number in 0..TEAMS_LEFT_MAX {
        services.clock.advance(Duration::minutes(5));
        let team = teams::create(&services, &competition, &by(&kim), &format!("팀 {number}")).await.unwrap();
        teams::remove(&services, &team, &by(&kim), kim.id).await.unwrap();
        last = Some(team);
    }
    services.clock.advance(Duration::minutes(5));
    let refused = teams::create(&services, &competition, &by(&kim), "하나 더").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyTeams), "on {}", store.name);
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let lee = person(&services, "lee").await;
    participation::join(&services, &competition, &by(&lee), true).await.unwrap();
    teams::rename(&services, &last.unwrap(), &by(&organizer), "고운 이름").await.unwrap();
    teams::create(&services, &competition, &by(&lee), "고운 이름").await.unwrap();
}

#[both]
async fn a_removed_member_does_not_come_back_by_the_link_they_know(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let code = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    teams::remove(&services, &team, &by(&leader), member.id).await.unwrap();
    let refused = teams::join_by_link(&services, &competition, &by(&member), &code).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotFound));
    let code = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
    teams::join_by_link(&services, &competition, &by(&member), &code).await.unwrap();
}

#[both]
async fn who_leads_is_asked_of_the_team_as_it_is_now_not_as_a_page_had_read_it(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (before, leader, member) = team_of_two(&services, &competition, "garam").await;
    teams::hand_over(&services, &before, &by(&leader), member.id).await.unwrap();
    let refused = [
        teams::rename(&services, &before, &by(&leader), "다른 이름").await.err(),
        teams::remove(&services, &before, &by(&leader), member.id).await.err(),
        teams::hand_over(&services, &before, &by(&leader), leader.id).await.err(),
        teams::renew_invitation(&services, &before, &by(&leader)).await.err(),
        teams::renew_submission_key(&services, &before, &by(&leader)).await.err(),
    ];
    for error in refused {
        assert_eq!(error.and_then(|error| error.code()), Some(ErrorCode::NotLeader));
    }
    // The new leader needs no page read anew, and who was removed sees no key.
    teams::remove(&services, &before, &by(&member), leader.id).await.unwrap();
    let refused = teams::show_submission_key(&services, &before, &by(&leader)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotMember));
}

#[both]
async fn an_organizer_moves_a_member_who_takes_along_what_they_used_today(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let (old, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (new, other, _) = team_of_two(&services, &competition, "naru").await;
    for file in ["tree.csv", "svc.csv", "mlp.csv"] {
        submit_and_score(&services, &competition, &old, &member, file).await;
    }
    submit_and_score(&services, &competition, &new, &other, "tree.csv").await;
    let mover = by(&organizer);
    let new_number = new.number;
    let to = Some(new_number);
    for (reason, number, field) in [("", to, "reason"), ("까닭", Some(old.number), "to"), ("까닭", Some(999), "to")]
    {
        let moved = teams::move_member(&services, &old, &mover, member.id, number, reason).await;
        let Err(platform::Error::App(error)) = moved else { panic!("{moved:?}") };
        assert_eq!(error.fields[0].field, field, "{reason} {number:?}");
    }
    let refused = teams::move_member(&services, &old, &by(&leader), member.id, to, "까닭").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotOrganizer));
    teams::move_member(&services, &old, &mover, member.id, to, "소속이 바뀜").await.unwrap();

    let new = teams::of(&services, &competition, &member).await.unwrap().unwrap();
    assert_eq!((new.number, new.members.len()), (new_number, 3));
    let used = submissions::quota(&services, &competition, &new, &by(&other)).await.unwrap().used;
    assert_eq!((used.today, used.total), (4, 4), "three of theirs, one of the team");
    let used = submissions::quota(&services, &competition, &old, &by(&leader)).await.unwrap().used;
    assert_eq!((used.today, used.total), (3, 3), "what was submitted for a team stays its own");
    let again = teams::move_member(&services, &old, &mover, member.id, to, "까닭").await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::NotFound));
}

#[both]
async fn nobody_is_moved_into_a_full_team_and_the_last_one_takes_a_team_without_submissions_along(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = crate::common::changed(&store, &competition, |settings| settings.team.max = 3).await;
    let organizer = person(&services, "organizer").await;
    organizes(&services, &competition, &organizer).await;
    let mover = by(&organizer);
    let (old, leader, member) = team_of_two(&services, &competition, "garam").await;
    let (new, ..) = team_of_two(&services, &competition, "naru").await;
    let to = Some(new.number);
    teams::move_member(&services, &old, &mover, member.id, to, "까닭").await.unwrap();
    let refused = teams::move_member(&services, &old, &mover, leader.id, to, "까닭").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TeamFull));
    assert!(teams::of(&services, &competition, &leader).await.unwrap().is_some(), "nothing was half done");
    teams::move_member(&services, &old, &mover, leader.id, None, "까닭").await.unwrap();
    let ended = teams::by_number(&services, &competition, old.number).await.unwrap();
    assert_eq!(ended.ended, Some(TeamEnd::Withdrawn));
}

#[both]
async fn where_everybody_takes_part_alone_a_team_needs_no_name_and_nobody_enters_it(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let competition = crate::common::changed(&store, &competition, |settings| {
        (settings.team.min, settings.team.max) = (1, 1);
    })
    .await;
    let [kim, lee] = [person(&services, "kim").await, person(&services, "lee").await];
    for user in [&kim, &lee] {
        participation::join(&services, &competition, &by(user), true).await.unwrap();
    }
    let team = teams::create(&services, &competition, &by(&kim), " ").await.unwrap();
    assert_eq!(team.name, format!("참가자 {}", team.number));
    let asked = teams::ask(&services, &competition, &by(&lee), team.number, "").await.unwrap_err();
    assert_eq!(asked.code(), Some(ErrorCode::TeamFull));
    teams::create(&services, &competition, &by(&lee), "혼자서").await.unwrap();
    submit(&services, &competition, &team, &kim, "tree.csv").await.unwrap();
}
