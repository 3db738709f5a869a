//! Who may apply at all, and to which rules one agrees; on both databases.

use both::both;
use domain::access::Actor;
use domain::accounts::User;
use domain::applications::{ApplyMode, ApplySettings};
use domain::competitions::Competition;
use domain::participation::ParticipationState::Approved;
use domain::{ErrorCode, Locale};
use platform::access;
use platform::changes::Change;
use platform::competitions::import::import;
use platform::participation::{self, invitations};
use platform::testing::{Store, by, dated_folder, noon, person};

use crate::applications::{apply, code, letters, of, organizer, with};
use crate::common::changed;

#[both]
async fn a_competition_for_a_domain_takes_its_addresses_and_one_by_invitation_whom_it_asked(store: Store) {
    let domains = vec!["example.kr".to_owned()];
    let (services, competition) = with(&store, ApplySettings { domains, ..of(ApplyMode::Domain, None) }).await;
    let kim = person(&services, "kim").await;
    let typed = User { verified_at: None, ..kim.clone() };
    assert_eq!(code(apply(&services, &competition, &typed).await), ErrorCode::NotVerified);
    assert_eq!(apply(&services, &competition, &kim).await.unwrap(), Approved);
    let competition =
        changed(&store, &competition, |settings| settings.apply.domains = vec!["hospital.kr".into()]).await;
    let lee = person(&services, "lee").await;
    assert_eq!(code(apply(&services, &competition, &lee).await), ErrorCode::OtherDomain);
    let competition = changed(&store, &competition, |settings| settings.apply = of(ApplyMode::Invitation, None)).await;
    assert_eq!(code(apply(&services, &competition, &lee).await), ErrorCode::InvitationOnly);
    let actor = organizer(&services, &competition).await;
    let invite = async |emails: &str| invitations::invite(&services, &competition, &actor, emails, Locale::Ko).await;
    assert_eq!(code(invite("lee@example.kr, nobody").await), ErrorCode::InvalidInput);
    let invited = invite(" LEE@example.kr\nhan@example.kr; lee@example.kr").await.unwrap();
    assert_eq!((invited.sent, invited.known), (2, 0));
    let again = invite("han@example.kr").await.unwrap();
    assert_eq!((again.sent, again.known), (0, 1));
    let told = letters(&services, &store).await;
    assert_eq!(told.iter().filter(|(_, text)| text.contains("참가 신청에 초대합니다")).count(), 2, "{told:?}");
    assert_eq!(apply(&services, &competition, &lee).await.unwrap(), Approved);
    let list = invitations::list(&services, &competition, &actor).await.unwrap();
    let mut list: Vec<_> = list.iter().map(|one| (one.email.as_str(), one.has_applied)).collect();
    list.sort_unstable();
    assert_eq!(list, [("han@example.kr", false), ("lee@example.kr", true)]);
    invitations::uninvite(&services, &competition, &actor, "han@example.kr").await.unwrap();
    let han = person(&services, "han").await;
    assert_eq!(code(apply(&services, &competition, &han).await), ErrorCode::InvitationOnly);
}

#[both]
async fn whoever_agreed_to_an_earlier_version_of_the_rules_is_asked_again_and_shown_what_is_new(store: Store) {
    let services = store.services(noon()).await;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let kim = person(&services, "kim").await;
    let competition = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    apply(&services, &competition, &kim).await.unwrap();
    let rules = folder.join("pages/rules.ko.md");
    let text = std::fs::read_to_string(&rules).unwrap();
    // A text that is mended asks nobody; a version does.
    let owes = async |competition: &Competition, user: &User| {
        let part = access::part(&services, competition, &by(user)).await.unwrap();
        part.visit(competition, &by(user), services.clock.now()).owes_agreement()
    };
    std::fs::write(&rules, format!("{text}\n\n")).unwrap();
    let mended = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(!owes(&mended, &kim).await);
    std::fs::write(&rules, format!("{text}\n- 새로 생긴 규칙입니다.\n")).unwrap();
    let path = folder.join("competition.toml");
    let manifest = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{manifest}\n[apply]\nrules = 2\n")).unwrap();
    let newer = import(&services, &Actor::COMMAND, &folder, None).await.unwrap();
    assert!(owes(&newer, &kim).await, "{}", store.name);
    let lines = participation::rules::changes(&services, &newer, 1, Locale::Ko).await.unwrap();
    let came: Vec<_> = lines.iter().filter(|(change, _)| *change == Change::Added).collect();
    assert_eq!(came, [&(Change::Added, "- 새로 생긴 규칙입니다.".to_owned())], "{lines:?}");
    assert!(!lines.iter().any(|(change, text)| *change == Change::Same && text.contains("{{")), "filled in");
    let lee = person(&services, "lee").await;
    apply(&services, &newer, &lee).await.unwrap();
    assert!(!owes(&newer, &lee).await);
    assert_eq!(code(participation::agree(&services, &newer, &by(&kim), None).await), ErrorCode::RulesNotAgreed);
    let before = services.db.audit_last().await.unwrap();
    for _ in 0..2 {
        participation::agree(&services, &newer, &by(&kim), Some(2)).await.unwrap();
    }
    assert!(!owes(&newer, &kim).await);
    assert_eq!(services.db.audit_last().await.unwrap(), before + 1, "once");
    let stranger = person(&services, "stranger").await;
    assert_eq!(code(participation::agree(&services, &newer, &by(&stranger), Some(2)).await), ErrorCode::NotParticipant);
}
