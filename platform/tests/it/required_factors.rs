//! Where a second factor is required of whoever helps to run something; on both databases.

use both::both;
use domain::ErrorCode;
use domain::access::{Action, Actor, Role, Scope, SiteAction, Via};
use domain::accounts::User;
use domain::competitions::Competition;
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{self, Lifetime, second_factors};
use platform::competitions::roles;
use platform::testing::{Store, TEST_PASSWORD, by, demo_competition, form, noon, person};
use platform::{Result, Services, access, participation};

use crate::common::code;

/// As whoever has just logged in.
async fn visiting(services: &Services, user: &User) -> Actor {
    let known = accounts::log_in(services, &user.email, TEST_PASSWORD, [127, 0, 0, 1].into()).await.unwrap();
    let secret = sessions::begin(services, &known, None, &SessionPlace::default()).await.unwrap();
    Actor::browser(Some(sessions::find(services, &secret).await.unwrap().unwrap().user), None)
}

async fn give(services: &Services, competition: &Competition, user: &User) -> Result<bool> {
    let role = Some(Role::Owner);
    roles::give(services, competition, &Actor::COMMAND, &user.email, role).await.map(|(_, changed)| changed)
}

#[both]
async fn a_role_counts_for_nothing_until_its_holder_has_one_and_takes_no_part_meanwhile(mut store: Store) {
    store.config.requires_factor = true;
    let services = store.services(noon()).await;
    let competition = demo_competition(&services, "breast-cancer").await;
    let kim = person(&services, "kim").await;
    give(&services, &competition, &kim).await.unwrap();
    let bare = visiting(&services, &kim).await;
    for action in [Action::Manage, Action::GiveRoles, Action::WriteNotices] {
        let refused = access::check(&services, &competition, &bare, action).await;
        assert_eq!(code(refused), ErrorCode::SecondFactorNeeded, "{action:?} on {}", store.name);
    }
    let lee = person(&services, "lee").await;
    let given = roles::give(&services, &competition, &bare, &lee.email, Some(Role::Judge)).await;
    assert_eq!(code(given.map(|_| ())), ErrorCode::SecondFactorNeeded, "under the lock too");
    assert_eq!(code(participation::join(&services, &competition, &bare, true).await), ErrorCode::HasRole);
    let organize = [Scope::Organize].into_iter().collect();
    let token = accounts::create_token(&services, &bare, "자동화", Lifetime::LONGEST, organize).await.unwrap().1;
    let by_token = async || {
        let (user, scopes) = accounts::user_of_token(&services, &token).await.unwrap();
        let actor = Actor { user: Some(user), via: Via::Token(scopes), from: None };
        access::check(&services, &competition, &actor, Action::Manage).await
    };
    assert_eq!(code(by_token().await), ErrorCode::SecondFactorNeeded);
    let other = visiting(&services, &lee).await;
    assert_eq!(code(access::check(&services, &competition, &other, Action::Manage).await), ErrorCode::NotOrganizer);

    let setup = second_factors::set_up(&services, &kim, None).unwrap();
    let shown = second_factors::code_at(&setup.secret, services.clock.now()).unwrap();
    let session = accounts::log_in(&services, &kim.email, TEST_PASSWORD, [127, 0, 0, 1].into()).await.unwrap();
    let secret = sessions::begin(&services, &session, None, &SessionPlace::default()).await.unwrap();
    let on = second_factors::turn_on(&services, &by(&kim), &setup.secret, &shown, TEST_PASSWORD, Some(&secret)).await;
    on.unwrap();
    let user = sessions::find(&services, &secret).await.unwrap().unwrap().user;
    access::check(&services, &competition, &Actor::browser(Some(user), None), Action::GiveRoles).await.unwrap();
    by_token().await.unwrap();
}

#[both]
async fn an_administrator_is_none_without_one_and_where_none_is_required_nothing_is_asked(mut store: Store) {
    let services = store.services(noon()).await;
    let admin = accounts::add(&services, &Actor::COMMAND, form("admin"), true).await.unwrap();
    let free = visiting(&services, &admin).await;
    assert!(free.may(SiteAction::ManageAccounts).check().is_ok());
    store.config.requires_factor = true;
    let services = store.services(noon()).await;
    let bare = visiting(&services, &admin).await;
    let refused = bare.may(SiteAction::ManageAccounts).check().unwrap_err();
    assert_eq!(domain::AppError::from(refused).code, ErrorCode::SecondFactorNeeded, "on {}", store.name);
    assert!(bare.may(SiteAction::ChangeAccount).check().is_ok(), "how else would they turn it on");
    let competition = demo_competition(&services, "breast-cancer").await;
    let managing = access::check(&services, &competition, &bare, Action::Manage).await;
    assert_eq!(code(managing), ErrorCode::SecondFactorNeeded);
}
