//! Deleting an account, and all that is kept about it; on both databases.

use std::net::IpAddr;

use both::both;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::participation::ParticipationState;
use domain::teams::TeamEnd;
use domain::{ErrorCode, Locale};
use futures::future::join_all;
use platform::accounts::deletion::{self, Hindrance};
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Lifetime, own_data, resets, second_factors};
use platform::audit::Walked;
use platform::competitions::roles;
use platform::testing::{Store, TEST_PASSWORD, by, form, noon, person, scopes, team_of_two};
use platform::{Result, Services, administration, audit, competitions, leaderboards, mail, participation, teams};

use crate::common::{code, mailed, open_competition, submit, submit_and_score, wrong};

const WORD: &str = "계정 삭제";

fn from(user: &User) -> Actor {
    Actor { from: Some(IpAddr::from([203, 0, 113, 9])), ..by(user) }
}

async fn delete(services: &Services, user: &User) -> Result<()> {
    deletion::delete(services, &from(user), WORD, TEST_PASSWORD, "").await
}

/// All that the database says, but for what is made anew: rows as text.
async fn everything(services: &Services) -> String {
    let entries = audit::entries(services, 0, None).await.unwrap();
    let details = services.db.audit_details(0, i64::MAX).await.unwrap();
    let letters = mail::deliver::list(services, false).await.unwrap();
    format!("{:?} {details:?} {letters:?}", entries.iter().map(audit::AuditEntry::line).collect::<Vec<_>>())
}

#[both]
async fn the_person_goes_and_their_results_stay(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    accounts::set_public_name(&services, &from(&member), "별지기").await.unwrap();
    let member = services.db.user_by_id(member.id).await.unwrap().unwrap().user;
    submit_and_score(&services, &competition, &team, &member, "svc.csv").await;
    let known = accounts::log_in(&services, &member.email, TEST_PASSWORD, [203, 0, 113, 9].into()).await.unwrap();
    let session = sessions::begin(&services, &known, None, &SessionPlace::default()).await.unwrap();
    let (_, token) =
        accounts::create_token(&services, &from(&member), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    roles::invite(&services, &competition, &Actor::COMMAND, &member.email, Role::Viewer, Locale::Ko).await.unwrap();
    resets::ask(&services, &member.email, Locale::Ko, [203, 0, 113, 9].into()).await.unwrap();
    let keys: Vec<_> = mailed(&services, &store).await.into_iter().map(|letter| letter.key).collect();
    assert!(everything(&services).await.contains("garam-2@example.kr"), "the search below is not blind");

    assert_eq!(
        wrong(deletion::delete(&services, &from(&member), "yes", TEST_PASSWORD, "").await).1,
        FieldProblem::WordWrong
    );
    assert_eq!(
        wrong(deletion::delete(&services, &from(&member), WORD, "wrong", "").await).1,
        FieldProblem::PasswordWrong
    );
    delete(&services, &member).await.unwrap();

    let left = everything(&services).await;
    for own in ["garam-2", "별지기", "203.0.113.9"] {
        assert!(!left.contains(own), "{own} in {left}");
    }
    assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { .. }));
    assert_eq!(sessions::find(&services, &session).await.unwrap(), None);
    assert!(accounts::user_of_token(&services, &token).await.is_err());
    assert!(accounts::log_in(&services, "garam-2@example.kr", TEST_PASSWORD, [203, 0, 113, 9].into()).await.is_err());
    for key in &keys {
        assert!(resets::opened(&services, key).await.is_err());
        assert_eq!(code(roles::invited(&services, &competition, key).await), ErrorCode::NotFound);
    }
    assert!(services.db.user_by_id(member.id).await.unwrap().is_none());
    // The team stands where it stood, with a member without a name.
    let team = teams::for_insiders(&services, &competition, &by(&leader), team.number).await.unwrap();
    let gone = team.member(member.id).unwrap();
    assert_eq!(
        (gone.name.as_str(), &gone.public_name, gone.affiliation.as_str(), gone.submissions),
        ("", &None, "", 1)
    );
    let lead = teams::hand_over(&services, &team, &by(&leader), member.id).await;
    assert_eq!(code(lead), ErrorCode::NotFound, "nobody who is gone leads");
    let competition = competitions::get(&services, &competition.slug).await.unwrap();
    let stage = competition.current_stage(services.clock.now()).unwrap();
    let shown = leaderboards::get(&services, &competition, stage, domain::leaderboards::Side::Public).await.unwrap();
    assert_eq!(shown.rows.len(), 1);
    assert!(!format!("{:?}", shown.rows).contains("별지기"));
    // The address is free.
    accounts::sign_up(&services, &Actor::browser(None, None), form("garam-2")).await.unwrap();
    assert_eq!(code(delete(&services, &member).await), ErrorCode::LoginRequired, "once");
}

#[both]
async fn the_only_owner_and_who_leads_others_are_told_what_to_do_first(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (owner, second) = (person(&services, "owner").await, person(&services, "second").await);
    let give = async |user: &User, role| {
        roles::give(&services, &competition, &Actor::COMMAND, &user.email, Some(role)).await.unwrap();
    };
    give(&owner, Role::Owner).await;
    give(&second, Role::Judge).await;
    let first = deletion::hindrances(&services, &owner).await.unwrap();
    assert!(matches!(first.as_slice(), [Hindrance::OwnsAlone(of)] if of.id == competition.id), "{first:?}");
    assert_eq!(code(delete(&services, &owner).await), ErrorCode::OwnsAlone);
    give(&second, Role::Owner).await;
    assert!(deletion::hindrances(&services, &owner).await.unwrap().is_empty());
    delete(&services, &owner).await.unwrap();
    let holders = roles::list(&services, &competition, &Actor::COMMAND).await.unwrap().holders;
    assert_eq!(holders.iter().map(|holder| holder.user_id).collect::<Vec<_>>(), [second.id]);

    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    let first = deletion::hindrances(&services, &leader).await.unwrap();
    assert!(matches!(first.as_slice(), [Hindrance::LeadsOthers(_, name)] if name == "garam"), "{first:?}");
    assert_eq!(code(delete(&services, &leader).await), ErrorCode::LeadsOthers);
    teams::hand_over(&services, &team, &by(&leader), member.id).await.unwrap();
    delete(&services, &leader).await.unwrap();
    let team = teams::for_insiders(&services, &competition, &by(&member), team.number).await.unwrap();
    assert_eq!(team.members.len(), 1, "who has submitted nothing leaves");
    delete(&services, &member).await.unwrap();
    let ended = teams::by_number(&services, &competition, team.number).await.unwrap();
    assert_eq!(ended.ended, Some(TeamEnd::Withdrawn), "with the last one a team ends that has nothing");
}

#[both]
async fn what_was_begun_before_an_account_was_deleted_or_suspended_is_refused_after_it(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, _, member) = team_of_two(&services, &competition, "garam").await;
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    submit_and_score(&services, &competition, &team, &member, "tree.csv").await;
    delete(&services, &kim).await.unwrap();
    delete(&services, &member).await.unwrap();
    let admin = by(&accounts::add(&services, &Actor::COMMAND, form("admin"), true).await.unwrap());
    administration::suspend(&services, &admin, lee.id, "까닭").await.unwrap();
    let apply = async |user| participation::join(&services, &competition, &by(user), true).await;
    assert_eq!(code(apply(&kim).await), ErrorCode::LoginRequired, "on {}", store.name);
    assert_eq!(code(apply(&lee).await), ErrorCode::AccountSuspended);
    // Who has submitted stays in the team, under no name.
    let submitted = submit(&services, &competition, &team, &member, "svc.csv").await;
    assert_eq!(code(submitted), ErrorCode::LoginRequired);
    for user in [&kim, &lee] {
        assert!(participation::own(&services, &competition, user).await.unwrap().is_none());
    }
}

#[both]
async fn who_only_applied_withdraws_with_their_account(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = person(&services, "kim").await;
    participation::join(&services, &competition, &by(&kim), true).await.unwrap();
    delete(&services, &kim).await.unwrap();
    let stands = services.db.applications_of(kim.id).await.unwrap();
    assert_eq!(stands, [(competition.id, ParticipationState::Withdrawn)]);
    let data = services.db.own_participations(kim.id).await.unwrap();
    assert_eq!(data[0].answers, None);
}

#[both]
async fn once_the_competition_is_over_a_leader_goes_and_the_team_stays_as_it_was(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
    services.clock.set(competition.stages[1].reveal_at.unwrap());
    delete(&services, &leader).await.unwrap();
    let team = teams::for_insiders(&services, &competition, &by(&member), team.number).await.unwrap();
    assert_eq!((team.leader_id, team.members.len()), (leader.id, 2));
}

#[both]
async fn nobody_deletes_an_account_and_enters_a_team_or_keeps_a_token_in_the_same_moment(store: Store) {
    let (services, competition) = open_competition(&store).await;
    for round in 0..8 {
        let (team, leader, _) = team_of_two(&services, &competition, &format!("team{round}")).await;
        let link = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
        let kim = person(&services, &format!("kim{round}")).await;
        participation::join(&services, &competition, &by(&kim), true).await.unwrap();
        let actor = by(&kim);
        let (deleted, entered, token) = tokio::join!(
            delete(&services, &kim),
            teams::join_by_link(&services, &competition, &actor, &link),
            accounts::create_token(&services, &actor, "노트북", Lifetime::LONGEST, scopes()),
        );
        if deleted.is_ok() {
            if let Ok((_, token)) = token {
                assert!(accounts::user_of_token(&services, &token).await.is_err(), "{} in {round}", store.name);
            }
            assert!(accounts::log_in(&services, &kim.email, TEST_PASSWORD, [203, 0, 113, 9].into()).await.is_err());
        } else {
            assert!(entered.is_ok(), "{deleted:?} on {}", store.name);
        }
        assert!(matches!(audit::verify(&services).await.unwrap(), Walked::Whole { .. }));
    }
}

#[both]
async fn of_two_owners_who_delete_their_accounts_at_once_one_stays(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let mut owners = Vec::new();
    for name in ["kim", "lee"] {
        let user = person(&services, name).await;
        roles::give(&services, &competition, &Actor::COMMAND, &user.email, Some(Role::Owner)).await.unwrap();
        owners.push(user);
    }
    let outcomes = join_all(owners.iter().map(|owner| delete(&services, owner))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?} on {}", store.name);
    assert_eq!(roles::list(&services, &competition, &Actor::COMMAND).await.unwrap().holders.len(), 1);
}

#[both]
async fn an_account_with_a_second_factor_asks_for_a_code_too(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    let secret = second_factors::set_up(&services, &kim, None).unwrap().secret;
    let right = second_factors::code_at(&secret, noon()).unwrap();
    let codes = second_factors::turn_on(&services, &by(&kim), &secret, &right, TEST_PASSWORD, None).await.unwrap();
    assert_eq!(wrong(delete(&services, &kim).await), ("code".into(), FieldProblem::CodeWrong));
    deletion::delete(&services, &by(&kim), "Delete my account", TEST_PASSWORD, &codes[0]).await.unwrap();
}

/// Somebody in a team who has submitted.
async fn active(services: &Services, competition: &Competition) -> (User, User) {
    let (team, leader, member) = team_of_two(services, competition, "garam").await;
    submit_and_score(services, competition, &team, &member, "svc.csv").await;
    (leader, member)
}

#[both]
async fn ones_own_data_are_all_of_ones_own_and_nothing_of_anybody_elses(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let (leader, member) = active(&services, &competition).await;
    accounts::set_public_name(&services, &from(&member), "별지기").await.unwrap();
    let token = accounts::create_token(&services, &by(&member), "노트북", Lifetime::LONGEST, scopes()).await.unwrap().1;
    let data = own_data::of(&services, &from(&member)).await.unwrap();
    assert_eq!(data["account"]["email"], "garam-2@example.kr");
    assert_eq!(data["tokens"][0]["name"], "노트북");
    assert_eq!(data["participations"][0]["competition"], "breast-cancer");
    assert_eq!((&data["teams"][0]["name"], &data["teams"][0]["is_leader"]), (&"garam".into(), &false.into()));
    let submission = &data["submissions"][0];
    assert_eq!((&submission["file"], &submission["status"]), (&"svc.csv".into(), &"scored".into()));
    let record = data["record"].as_array().unwrap();
    let named = record.iter().find(|entry| entry["deed"] == "account.public_name").unwrap();
    assert_eq!((&named["after"]["public_name"], &named["from"]), (&"별지기".into(), &"203.0.113.9".into()));
    let text = data.to_string();
    for other in ["garam-1", leader.name.as_str(), token.as_str(), "password", "argon2", "0.93494", "score\""] {
        assert!(!text.contains(other), "{other} in {text}");
    }
    let by_token = Actor { via: domain::access::Via::Token(scopes()), ..by(&member) };
    assert_eq!(code(own_data::of(&services, &by_token).await), ErrorCode::TokenNotAllowed);
}

#[both]
async fn who_signs_up_under_anothers_address_and_leaves_takes_no_letter_of_theirs_along(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let email = form("prof").email;
    roles::invite(&services, &competition, &Actor::COMMAND, &email, Role::Judge, Locale::Ko).await.unwrap();
    let stranger = accounts::sign_up(&services, &Actor::browser(None, None), form("prof")).await.unwrap().user;
    deletion::delete(&services, &by(&stranger), "delete my account", TEST_PASSWORD, "").await.unwrap();
    let waiting = roles::list(&services, &competition, &Actor::COMMAND).await.unwrap().invitations;
    assert_eq!(waiting.len(), 1, "on {}", store.name);
}

#[both]
async fn a_request_that_was_under_way_writes_nothing_into_an_account_that_is_gone(store: Store) {
    let services = store.services(noon()).await;
    let kim = person(&services, "kim").await;
    delete(&services, &kim).await.unwrap();
    // As whoever was let in before.
    let actor = from(&kim);
    assert_eq!(code(accounts::set_public_name(&services, &actor, "별지기").await), ErrorCode::LoginRequired);
    let token = accounts::create_token(&services, &actor, "노트북", Lifetime::LONGEST, scopes()).await;
    assert_eq!(code(token.map(|_| ())), ErrorCode::LoginRequired, "on {}", store.name);
}
