//! Live questions: who may what, and who learns whose they are.

use both::both;
use domain::ErrorCode;
use domain::access::{Actor, Role};
use domain::events::{Audience, Event};
use platform::accounts::own_data;
use platform::competitions::roles;
use platform::testing::{Store, by, noon, person, team_of_two};
use platform::{live, participation};

use crate::common::code;
use crate::live::{Scene, draft};

#[both]
async fn whoever_takes_part_or_has_a_role_asks_and_votes_and_nobody_else(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, .. } = &scene;
    let (stranger, viewer) = (person(services, "stranger").await, person(services, "viewer").await);
    roles::give(services, competition, &Actor::COMMAND, &viewer.email, Some(Role::Viewer)).await.unwrap();
    let (visitor, text) = (Actor::browser(None, None), "물어봐도 되나요?");
    for (actor, refused) in [(visitor, ErrorCode::LoginRequired), (by(&stranger), ErrorCode::NotParticipant)] {
        assert_eq!(code(live::ask(services, competition, &actor, 1, text, true).await), refused);
        assert_eq!(code(live::vote(services, competition, &actor, (1, 1), true).await), refused);
    }
    scene.ask(&scene.leader, text).await.unwrap();
    scene.ask(&viewer, text).await.unwrap();
    scene.vote(&viewer, 1, true).await.unwrap();
    let listed = scene.listed(false).await;
    let told: Vec<_> = listed.iter().map(|one| (one.number, one.by_staff, one.team_number)).collect();
    assert_eq!(told, [(1, false, Some(101)), (2, true, None)]);
    participation::join(services, competition, &by(&stranger), true).await.unwrap();
    scene.ask(&stranger, "팀이 없어도 되나요?").await.unwrap();
    assert_eq!(code(live::ask(services, competition, &by(&stranger), 9, text, true).await), ErrorCode::NotFound);
}

#[both]
async fn organizers_alone_set_hours_answer_mark_pin_and_hide(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services: s, competition: c, leader, .. } = &scene;
    scene.ask(leader, "누가 답하나요?").await.unwrap();
    let judge = person(s, "judge").await;
    roles::give(s, c, &Actor::COMMAND, &judge.email, Some(Role::Judge)).await.unwrap();
    let visitor = Actor::browser(None, None);
    for (actor, refused) in [
        (visitor, ErrorCode::LoginRequired),
        (by(leader), ErrorCode::NotOrganizer),
        (by(&judge), ErrorCode::NotOrganizer),
    ] {
        assert_eq!(code(live::set(s, c, &actor, None, draft(noon(), 1)).await), refused);
        assert_eq!(code(live::set(s, c, &actor, Some(1), draft(noon(), 1)).await), refused);
        assert_eq!(code(live::close(s, c, &actor, 1).await), refused);
        assert_eq!(code(live::answer(s, c, &actor, (1, 1), "답").await), refused);
        assert_eq!(code(live::mark(s, c, &actor, (1, 1), true).await), refused);
        assert_eq!(code(live::pin(s, c, &actor, (1, 1), true).await), refused);
        assert_eq!(code(live::hide(s, c, &actor, (1, 1), Some("이유")).await), refused);
        assert_eq!(code(live::move_to_board(s, c, &actor, (1, 1)).await), refused);
        assert_eq!(code(live::tallies(s, c, &actor).await), refused);
    }
}

#[both]
async fn of_a_question_without_a_name_organizers_learn_who_and_nobody_else_anything(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, leader, member, .. } = &scene;
    team_of_two(services, competition, "naru").await;
    let everyone = Audience::Everyone(competition.id);
    let mut heard = services.events.listen(competition.id, &[everyone]);
    live::ask(services, competition, &by(leader), 1, "이름 없이 물어요", false).await.unwrap();
    let announced = heard.next().await.unwrap();
    assert!(matches!(announced.event, Event::Live { version: 2, .. }), "{:?}", announced.event);
    let said = serde_json::to_string(&announced.event).unwrap();
    assert!(!said.contains(&leader.id.to_string()) && !said.contains("garam"), "{said}");

    for with_hidden in [false, true] {
        let listed = scene.listed(with_hidden).await;
        let one = &listed[0];
        assert_eq!((one.named, one.by_staff, one.team_number, one.team_name.as_deref()), (false, false, None, None));
    }
    let askers = services.db.live_askers(scene.session().id).await.unwrap();
    let told: Vec<_> =
        askers.iter().map(|one| (one.name.as_str(), one.team_number, one.team_name.as_deref())).collect();
    assert_eq!(told, [("garam-1", Some(101), Some("garam"))]);

    let theirs = own_data::of(services, &by(leader)).await.unwrap();
    assert_eq!(theirs["live_questions"][0]["text"], "이름 없이 물어요");
    scene.vote(member, 1, true).await.unwrap();
    let others = own_data::of(services, &by(member)).await.unwrap();
    assert_eq!(others["live_questions"], serde_json::json!([]), "not even the team's others");
    assert_eq!(others["live_votes"][0]["question"], "이름 없이 물어요");
}
