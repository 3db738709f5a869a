//! Where cases meet what else becomes of a team and its people; on both databases.

use both::both;
use domain::ErrorCode;
use domain::access::Role;
use domain::cases::CaseOutcome::{Disqualified, NoBreach};
use platform::competitions::roles;
use platform::teams::{self, idle};
use platform::testing::{Store, by};

use crate::cases::Scene;
use crate::common::{behind_the_back, code};

#[both]
async fn what_was_decided_while_a_team_was_excluded_holds_when_it_comes_back_and_a_reversal_counts_its_days_anew(
    store: Store,
) {
    let scene = Scene::on(&store).await;
    let number = scene.deliberated(scene.suspicion()).await;
    behind_the_back(&store.db, "UPDATE teams SET ended = 'excluded'").await;
    scene.decide(number, Disqualified).await.unwrap();
    let (services, competition) = (&scene.services, &scene.competition);
    let now = || async { teams::by_number(services, competition, scene.team.number).await.unwrap() };
    assert!(now().await.is_excluded());
    idle::restore(services, competition, &by(&scene.organizer), scene.team.number).await.unwrap();
    assert!(now().await.is_disqualified(), "on {}", store.name);
    scene.decide(number, NoBreach).await.unwrap();
    assert_eq!(now().await.ended, None);
    let signs = services.db.team_signs(scene.team.id).await.unwrap().unwrap();
    assert_eq!(signs.since, services.clock.now(), "what it could not do is no silence");
}

#[both]
async fn whoever_was_ever_in_a_team_neither_sees_nor_opens_a_case_against_it(store: Store) {
    let scene = Scene::on(&store).await;
    let (services, competition) = (&scene.services, &scene.competition);
    let organizer = by(&scene.organizer);
    teams::move_member(services, &scene.team, &organizer, scene.member.id, None, "본인이 부탁함").await.unwrap();
    let operator = domain::access::Actor::COMMAND;
    let role = Some(Role::Organizer);
    roles::give(services, competition, &operator, &scene.member.email, role).await.unwrap();
    let number = scene.open(scene.suspicion()).await;
    assert_eq!(code(scene.seen_by(&scene.member, number).await), ErrorCode::NotFound);
    let opened = platform::cases::open(services, competition, &by(&scene.member), scene.suspicion()).await;
    assert_eq!(code(opened), ErrorCode::InvalidInput, "on {}", store.name);
    assert!(scene.seen_by(&scene.organizer, number).await.is_ok());
}
