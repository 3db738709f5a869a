//! What the audit record has of cases: who did which step of which case, and none of what was written there.

use both::both;
use domain::access::Role;
use domain::accounts::User;
use domain::audit::Deed;
use domain::cases::CaseOutcome;
use domain::ids::{TeamId, UserId};
use platform::audit::Walked;
use platform::cases::{self, NewCase};
use platform::testing::{Store, by};
use platform::{audit, jobs};
use serde_json::{Value, json};

use crate::cases::{Scene, due, file, votes_until};

/// Deeds of cases, each of which is done below.
pub(crate) const DEEDS: [Deed; 10] = [
    Deed::DisqualifyTeam,
    Deed::RestoreTeam,
    Deed::OpenCase,
    Deed::AddEvidence,
    Deed::AskForStatement,
    Deed::ExtendStatement,
    Deed::GiveStatement,
    Deed::DeliberateCase,
    Deed::VoteOnCase,
    Deed::DecideCase,
];

/// Deed, who did it by which door, the team that it names, and what it says.
type Told = (String, Option<UserId>, String, Option<TeamId>, Value);

#[both]
async fn each_step_of_a_case_is_recorded_with_who_did_it_and_without_what_was_written(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, leader, team, .. } = &scene;
    let judge = scene.with_role("judge", Role::Judge).await;
    let mut last = services.db.audit_last().await.unwrap();
    let mut told = async || -> Vec<Told> {
        let entries = audit::entries(services, last, None).await.unwrap();
        last = entries.last().map_or(last, |entry| entry.seq);
        let tell = |entry: audit::AuditEntry| {
            assert_eq!((entry.competition_id, entry.user_id), (Some(competition.id), None), "{}", entry.deed);
            assert!(!entry.line().contains("같은") && !entry.line().contains("소명서"), "{}", entry.line());
            (entry.deed, entry.actor_id, entry.via, entry.team_id, serde_json::from_str(&entry.after).unwrap())
        };
        entries.into_iter().map(tell).collect()
    };
    let step = |deed: Deed, who: Option<&User>, after: Value| -> Told {
        let via = if who.is_some() { "session" } else { "timer" };
        (deed.key().to_owned(), who.map(|user| user.id), via.to_owned(), None, after)
    };
    let number = scene.open(NewCase { by_vote: true, files: vec![file("a.pdf")], ..scene.suspicion() }).await;
    assert_eq!(told().await, [step(Deed::OpenCase, Some(organizer), json!({ "case": number, "files": 1 }))]);
    let by_organizer = by(organizer);
    cases::add_evidence(services, competition, &by_organizer, number, ("증거", true), vec![]).await.unwrap();
    assert_eq!(told().await, [step(Deed::AddEvidence, Some(organizer), json!({ "case": number }))]);
    scene.ask(number).await;
    let until = json!({ "case": number, "until": domain::audit::moment(due()) });
    assert_eq!(told().await, [step(Deed::AskForStatement, Some(organizer), until.clone())]);
    scene.state(leader, number, "같은 파일이 아닙니다.", None).await.unwrap();
    assert_eq!(told().await, [step(Deed::GiveStatement, Some(leader), json!({ "case": number, "files": 1 }))]);
    let until_both = (Some(due()), Some(votes_until()));
    cases::extend(services, competition, &by_organizer, number, until_both.0, until_both.1).await.unwrap();
    assert_eq!(told().await, [step(Deed::ExtendStatement, Some(organizer), until)]);
    services.clock.set(due());
    jobs::run_until_idle(services).await.unwrap();
    assert_eq!(told().await, [step(Deed::DeliberateCase, None, json!({ "case": number }))], "on {}", store.name);
    scene.vote(&judge, number, CaseOutcome::Disqualified).await.unwrap();
    let outcome = |outcome: &str| json!({ "case": number, "outcome": outcome });
    let of_team = |deed: Deed, who: Option<&User>| {
        let (deed, who, via, _, after) = step(deed, who, json!({}));
        (deed, who, via, Some(team.id), after)
    };
    let decided = [
        step(Deed::VoteOnCase, Some(&judge), json!({ "case": number })),
        step(Deed::DecideCase, None, outcome("disqualified")),
        of_team(Deed::DisqualifyTeam, None),
    ];
    assert_eq!(told().await, decided);
    scene.decide(number, CaseOutcome::Warning).await.unwrap();
    let reversed =
        [step(Deed::DecideCase, Some(organizer), outcome("warning")), of_team(Deed::RestoreTeam, Some(organizer))];
    assert_eq!(told().await, reversed);
    assert!(matches!(audit::verify(services).await.unwrap(), Walked::Whole { .. }));
}
