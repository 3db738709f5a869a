//! Roles: who gives them, who takes them, and what they exclude; on both databases.

use both::both;
use chrono::Duration;
use domain::access::{Actor, Role};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::{ErrorCode, Locale};
use futures::future::join_all;
use platform::accounts::addresses;
use platform::competitions::roles;
use platform::mail::deliver;
use platform::testing::{Store, by, form, person, team_of_two};
use platform::{Result, Services, access, accounts, participation, teams};

use crate::common::{code, mailed, open_competition};

/// Somebody whom the operator gave a role.
async fn holder(services: &Services, competition: &Competition, name: &str, role: Role) -> User {
    let user = person(services, name).await;
    roles::give(services, competition, &Actor::COMMAND, &user.email, Some(role)).await.unwrap();
    user
}

async fn role_of(services: &Services, competition: &Competition, user: &User) -> Option<Role> {
    access::part(services, competition, &by(user)).await.unwrap().role
}

/// Sends the one letter that waits, and the key of its link.
async fn sent_key(services: &Services, store: &Store) -> String {
    let [letter] = <[_; 1]>::try_from(mailed(services, store).await).unwrap_or_else(|_| panic!("one letter"));
    letter.key
}

#[both]
async fn the_operator_gives_a_role_changes_it_and_takes_it_back(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let kim = person(&services, "kim").await;
    let give = |role| roles::give(&services, &competition, &Actor::COMMAND, " KIM@example.kr", role);
    for (role, changed) in [(Some(Role::Judge), true), (Some(Role::Judge), false), (Some(Role::Owner), true)] {
        assert_eq!(give(role).await.unwrap().1, changed);
        assert_eq!(role_of(&services, &competition, &kim).await, role);
    }
    assert_eq!(code(give(None).await), ErrorCode::LastOwner);
    holder(&services, &competition, "lee", Role::Owner).await;
    assert_eq!((give(None).await.unwrap().1, give(None).await.unwrap().1), (true, false));
    assert_eq!(role_of(&services, &competition, &kim).await, None);
    let nobody = roles::give(&services, &competition, &Actor::COMMAND, "nobody@example.kr", Some(Role::Owner)).await;
    assert_eq!(code(nobody), ErrorCode::NotFound);
}

#[both]
async fn of_two_owners_who_lay_their_role_down_at_once_one_stays(store: Store) {
    let (services, competition) = open_competition(&store).await;
    for round in 0..5 {
        let (kim, lee) = (
            holder(&services, &competition, &format!("kim{round}"), Role::Owner).await,
            holder(&services, &competition, &format!("lee{round}"), Role::Owner).await,
        );
        let both = [&kim, &lee].map(|user| async {
            roles::change(&services, &competition, &by(user), user.id, None).await.map_err(|error| error.code())
        });
        let mut outcomes = join_all(both).await;
        outcomes.sort_by_key(Result::is_err);
        // One of the round before may still be there: then both may go.
        let owners = roles::list(&services, &competition, &Actor::COMMAND).await.unwrap().holders.len();
        assert!(owners >= 1, "{outcomes:?} on {}", store.name);
        if round == 0 {
            assert_eq!(outcomes, [Ok(true), Err(Some(ErrorCode::LastOwner))], "{}", store.name);
        }
    }
}

#[both]
async fn an_owner_changes_who_has_a_role_and_asks_who_has_none(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let owner = holder(&services, &competition, "owner", Role::Owner).await;
    let judge = holder(&services, &competition, "judge", Role::Judge).await;
    let stranger = person(&services, "stranger").await;
    let change =
        async |actor: &User, user: &User, role| roles::change(&services, &competition, &by(actor), user.id, role).await;
    assert_eq!(code(change(&owner, &stranger, Some(Role::Owner)).await), ErrorCode::NotFound, "is asked first");
    assert_eq!(code(change(&judge, &judge, Some(Role::Owner)).await), ErrorCode::NotOwner);
    assert_eq!(code(change(&stranger, &judge, None).await), ErrorCode::NotOwner);
    assert!(change(&owner, &judge, Some(Role::Organizer)).await.unwrap());
    assert!(change(&judge, &judge, None).await.unwrap(), "lays it down");
    assert_eq!(code(change(&owner, &owner, Some(Role::Viewer)).await), ErrorCode::LastOwner);
}

#[both]
async fn an_invitation_is_taken_once_in_time_and_by_its_address_alone(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let owner = holder(&services, &competition, "owner", Role::Owner).await;
    let (kim, lee) = (person(&services, "kim").await, person(&services, "lee").await);
    let invite = async |role| {
        roles::invite(&services, &competition, &by(&owner), " Kim@Example.kr ", role, Locale::Ko).await.unwrap();
        sent_key(&services, &store).await
    };
    let accept = |user: &User, code: String| {
        let actor = by(user);
        let (services, competition) = (&services, &competition);
        async move { roles::accept(services, competition, &actor, &code).await }
    };
    let first = invite(Role::Viewer).await;
    let second = invite(Role::Organizer).await;
    assert_eq!(code(accept(&kim, first).await), ErrorCode::NotFound, "another took its place");
    assert_eq!(code(accept(&lee, second.clone()).await), ErrorCode::NotInvited);
    assert_eq!(roles::list(&services, &competition, &by(&owner)).await.unwrap().invitations.len(), 1);
    let at_once = join_all((0..4).map(|_| accept(&kim, second.clone()))).await;
    assert_eq!(at_once.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{at_once:?} on {}", store.name);
    assert_eq!(code(accept(&kim, second).await), ErrorCode::InviteUsed);
    assert_eq!(role_of(&services, &competition, &kim).await, Some(Role::Organizer));
    let lesser = invite(Role::Viewer).await;
    assert_eq!(accept(&kim, lesser).await.unwrap(), Role::Organizer, "a role that is more stays");
    let late = invite(Role::Owner).await;
    services.clock.advance(Duration::days(7));
    assert_eq!(code(accept(&kim, late).await), ErrorCode::InviteExpired);
    assert!(roles::list(&services, &competition, &by(&owner)).await.unwrap().invitations.is_empty());
}

#[both]
async fn an_invitation_that_was_taken_back_leads_nowhere_and_only_so_many_wait(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let owner = by(&holder(&services, &competition, "owner", Role::Owner).await);
    let kim = person(&services, "kim").await;
    roles::invite(&services, &competition, &owner, &kim.email, Role::Judge, Locale::En).await.unwrap();
    let sent = sent_key(&services, &store).await;
    let waiting = roles::list(&services, &competition, &owner).await.unwrap().invitations;
    roles::withdraw(&services, &competition, &owner, waiting[0].invitation.id).await.unwrap();
    assert_eq!(code(roles::accept(&services, &competition, &by(&kim), &sent).await), ErrorCode::NotFound);
    let invite = async |actor: &Actor, email: &str| {
        roles::invite(&services, &competition, actor, email, Role::Viewer, Locale::Ko).await
    };
    // Of twenty letters at once one was written.
    for _ in 1..20 {
        invite(&owner, "p0@example.kr").await.unwrap();
    }
    assert_eq!(code(invite(&owner, "p0@example.kr").await), ErrorCode::TooManyAttempts);
    for index in 0..50 {
        invite(&Actor::COMMAND, &format!("p{index}@example.kr")).await.unwrap();
    }
    let one_more = invite(&Actor::COMMAND, "more@example.kr").await;
    assert_eq!(code(one_more), ErrorCode::TooManyInvitations);
    services.clock.advance(Duration::days(8));
    invite(&owner, "more@example.kr").await.unwrap();
}

#[both]
async fn whoever_has_a_role_takes_no_part_and_who_is_in_a_team_gets_none(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let viewer = holder(&services, &competition, "viewer", Role::Viewer).await;
    assert_eq!(code(participation::join(&services, &competition, &by(&viewer), true).await), ErrorCode::HasRole);
    let (_, leader, _) = team_of_two(&services, &competition, "garam").await;
    let given = roles::give(&services, &competition, &Actor::COMMAND, &leader.email, Some(Role::Viewer)).await;
    assert_eq!(code(given), ErrorCode::TakesPart);
    // Agreed to the rules, in no team yet: from now on none is entered.
    let kim = person(&services, "kim").await;
    participation::join(&services, &competition, &by(&kim), true).await.unwrap();
    roles::give(&services, &competition, &Actor::COMMAND, &kim.email, Some(Role::Judge)).await.unwrap();
    assert_eq!(code(teams::create(&services, &competition, &by(&kim), "새벽").await), ErrorCode::HasRole);
}

#[both]
async fn a_role_that_was_taken_or_lowered_is_not_had_back_by_a_button_of_before(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let owner = holder(&services, &competition, "owner", Role::Owner).await;
    let (other, second) =
        (holder(&services, &competition, "other", Role::Owner).await, person(&services, "second").await);
    let mut keys = Vec::new();
    for to in [&other, &second] {
        roles::invite(&services, &competition, &by(&other), &to.email, Role::Owner, Locale::Ko).await.unwrap();
        keys.push((to, sent_key(&services, &store).await));
    }
    roles::change(&services, &competition, &by(&owner), other.id, Some(Role::Viewer)).await.unwrap();
    for (who, key) in keys {
        let taken = roles::accept(&services, &competition, &by(who), &key).await;
        assert_eq!(code(taken), ErrorCode::NotFound, "{} on {}", who.name, store.name);
    }
    assert_eq!(role_of(&services, &competition, &other).await, Some(Role::Viewer));
}

#[both]
async fn nobody_enters_a_team_and_gets_a_role_at_once(store: Store) {
    let (services, competition) = open_competition(&store).await;
    for round in 0..12 {
        let (team, leader, _) = team_of_two(&services, &competition, &format!("team{round}")).await;
        let code = teams::renew_invitation(&services, &team, &by(&leader)).await.unwrap().code;
        let kim = person(&services, &format!("kim{round}")).await;
        participation::join(&services, &competition, &by(&kim), true).await.unwrap();
        let actor = by(&kim);
        let (entered, given) = tokio::join!(
            teams::join_by_link(&services, &competition, &actor, &code),
            roles::give(&services, &competition, &Actor::COMMAND, &kim.email, Some(Role::Viewer)),
        );
        let part = access::part(&services, &competition, &actor).await.unwrap();
        assert!(part.role.is_none() || part.team.is_none(), "both in round {round} on {}", store.name);
        assert!(entered.is_ok() != given.is_ok(), "{entered:?} and {given:?} on {}", store.name);
    }
}

#[both]
async fn an_invitation_that_is_taken_back_before_it_was_sent_is_never_sent(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let owner = by(&holder(&services, &competition, "owner", Role::Owner).await);
    let waiting = async || roles::list(&services, &competition, &owner).await.unwrap().invitations;
    let invite = async || {
        roles::invite(&services, &competition, &owner, "kim@example.kr", Role::Judge, Locale::Ko).await.unwrap();
    };
    invite().await;
    assert_eq!((waiting().await[0].is_sent, waiting().await[0].has_failed), (false, false));
    roles::withdraw(&services, &competition, &owner, waiting().await[0].invitation.id).await.unwrap();
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 0);
    // Nor one that another has taken the place of.
    invite().await;
    invite().await;
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 1);
    assert_eq!(waiting().await.len(), 1);
    assert!(waiting().await[0].is_sent);
}

#[both]
async fn an_address_that_was_only_typed_is_given_no_role(store: Store) {
    let (services, competition) = open_competition(&store).await;
    let typed = accounts::sign_up(&services, &Actor::browser(None, None), form("prof")).await.unwrap().user;
    let give = |role| roles::give(&services, &competition, &Actor::COMMAND, &typed.email, role);
    assert_eq!(code(give(Some(Role::Owner)).await), ErrorCode::NotVerified);
    assert_eq!(role_of(&services, &competition, &typed).await, None, "on {}", store.name);
    addresses::vouch(&services, &Actor::COMMAND, &typed.email).await.unwrap();
    assert!(give(Some(Role::Owner)).await.unwrap().1);
}
