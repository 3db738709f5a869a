//! The letters that a competition has caused, as its organizers see them and send them again; on both databases.

use both::both;
use chrono::Duration;
use domain::access::{Actor, Role, Scope, Via};
use domain::accounts::User;
use domain::audit::Deed;
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::LetterId;
use domain::{ErrorCode, Locale, address};
use platform::competitions::letters::{self, LetterState, LettersPage, LettersWanted, ResentLetters};
use platform::competitions::roles;
use platform::mail::letter::Letter;
use platform::mail::{Recipient, deliver};
use platform::participation::decisions::Decision;
use platform::testing::smtp::SmtpServer;
use platform::testing::{Store, applicant, by, demo_competition, noon, organizes, person, team_of_two};
use platform::{Services, audit, jobs, teams};

use crate::applications::{decide, organizer};
use crate::cases::{Scene, due};
use crate::common::{code, wrong};

fn kind(_: Locale, kind: &str) -> Option<&'static str> {
    Letter::OF_COMPETITIONS.into_iter().find(|known| *known == kind)
}

fn state(_: Locale, state: LetterState) -> &'static str {
    state.key()
}

/// The breast-cancer demo whose letters go to a server.
async fn open(store: &mut Store, server: &SmtpServer) -> (Services, Competition) {
    store.config.mail_url = server.url("");
    let services = store.services(noon()).await;
    let competition = demo_competition(&services, "breast-cancer").await;
    (services, competition)
}

async fn found(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    state: Option<LetterState>,
    text: &str,
) -> LettersPage {
    let wanted = LettersWanted { state, text: text.into(), limit: 100, offset: 0 };
    let page = letters::list(services, competition, actor, &wanted, (Locale::Ko, kind)).await.unwrap();
    assert_eq!(i64::try_from(page.rows.len()), Ok(page.total));
    page
}

/// Those to whom the letters on a page are, in order.
fn addresses(page: &LettersPage) -> Vec<&str> {
    let mut addresses: Vec<_> = page.rows.iter().map(|letter| letter.address.as_str()).collect();
    addresses.sort_unstable();
    addresses
}

async fn resend(services: &Services, competition: &Competition, actor: &Actor, ids: &[LetterId]) -> ResentLetters {
    letters::resend(services, competition, actor, ids).await.unwrap()
}

/// How often letters were sent again, as the record has it.
async fn recorded(services: &Services, competition: &Competition) -> usize {
    let entries = audit::entries(services, 0, Some(competition.id)).await.unwrap();
    entries.iter().filter(|entry| entry.deed == Deed::ResendLetter.key()).count()
}

#[both]
async fn letters_that_a_competition_causes_stand_in_its_mail_room_and_no_others(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let (services, competition) = open(&mut store, &server).await;
    let other = demo_competition(&services, "digits").await;
    let (team, leader, _) = team_of_two(&services, &competition, "garam").await;
    teams::invite(&services, &team, &by(&leader), "secret.friend@example.kr", Locale::Ko).await.unwrap();
    let desk = organizer(&services, &competition).await;
    let hana = applicant(&services, &competition, "hana").await;
    let refused = applicant(&services, &competition, "refused").await;
    decide(&services, &competition, &desk, &[&hana, &refused], Decision::Approve).await;
    roles::invite(&services, &other, &Actor::COMMAND, "elsewhere@example.kr", Role::Judge, Locale::Ko).await.unwrap();
    let waits = found(&services, &competition, &desk, Some(LetterState::Waiting), "").await;
    assert_eq!(waits.total, 3);
    while deliver::deliver_due(&services).await.unwrap() > 0 {}

    let page = found(&services, &competition, &desk, None, "").await;
    assert_eq!(addresses(&page), ["hana@example.kr", "refused@example.kr", "s***@example.kr"]);
    assert_eq!(
        [LetterState::Failed, LetterState::Waiting, LetterState::Sent].map(|state| page.counts.of(state)),
        [1, 0, 2]
    );
    let failed = found(&services, &competition, &desk, Some(LetterState::Failed), "").await;
    assert_eq!(failed.rows[0].last_error.as_deref(), Some("the recipient was refused (550 5.1.1)"));
    assert_eq!(failed.rows[0].name.as_deref(), Some("refused"));
    for (text, finds) in [("HANA@", 1), ("approved", 2), ("secret", 0), ("friend", 0), ("team_inv", 1), ("nobody", 0)] {
        assert_eq!(found(&services, &competition, &desk, None, text).await.total, finds, "{text}");
    }
    let words = (kind as fn(_, &str) -> _, state as fn(_, _) -> _, (|_, why: &str| why.to_owned()) as fn(_, &str) -> _);
    let wanted = LettersWanted::default();
    let csv = letters::csv(&services, &competition, &desk, &wanted, Locale::Ko, words).await.unwrap();
    assert!(csv.starts_with("\u{feff}\"종류\"") && csv.contains("hana@example.kr"), "{csv}");
    assert!(!csv.contains("secret") && !csv.contains("key="), "{csv}");

    let judge = person(&services, "judge").await;
    roles::give(&services, &competition, &Actor::COMMAND, &judge.email, Some(Role::Judge)).await.unwrap();
    let by_token = Actor { via: Via::Token(Scope::Organize.into()), ..desk.clone() };
    let visitor = Actor::browser(None, None);
    for (actor, why) in [
        (by(&judge), ErrorCode::NotOrganizer),
        (by(&leader), ErrorCode::NotOrganizer),
        (by_token, ErrorCode::TokenNotAllowed),
        (visitor, ErrorCode::LoginRequired),
    ] {
        let listed = letters::list(&services, &competition, &actor, &wanted, (Locale::Ko, kind)).await;
        assert_eq!(code(listed), why);
        assert_eq!(code(letters::counts(&services, &competition, &actor).await), why);
        assert_eq!(code(letters::resend(&services, &competition, &actor, &[failed.rows[0].id]).await), why);
    }
}

#[both]
async fn what_failed_is_sent_again_one_by_one_or_many_at_once_and_once_each(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let (services, competition) = open(&mut store, &server).await;
    let other = demo_competition(&services, "digits").await;
    let desk = organizer(&services, &competition).await;
    let mut people = Vec::new();
    for name in ["refused", "refused-content", "hana"] {
        people.push(applicant(&services, &competition, name).await);
    }
    let people: Vec<&User> = people.iter().collect();
    decide(&services, &competition, &desk, &people, Decision::Approve).await;
    while deliver::deliver_due(&services).await.unwrap() > 0 {}
    let failed = found(&services, &competition, &desk, Some(LetterState::Failed), "").await;
    let sent = found(&services, &competition, &desk, Some(LetterState::Sent), "").await;
    let ids: Vec<_> = failed.rows.iter().map(|letter| letter.id).collect();
    assert_eq!((ids.len(), sent.total), (2, 1));

    let refused = letters::resend(&services, &competition, &desk, &[]).await;
    assert_eq!(wrong(refused), ("letters".into(), FieldProblem::Letters));
    let many = vec![ids[0]; 201];
    assert_eq!(wrong(letters::resend(&services, &competition, &desk, &many).await).1, FieldProblem::Letters);
    let elsewhere = person(&services, "elsewhere").await;
    organizes(&services, &other, &elsewhere).await;
    let outcome = resend(&services, &other, &by(&elsewhere), &ids).await;
    assert_eq!(outcome, ResentLetters { done: 0, moved: 2 }, "another competition's do not exist here");
    assert_eq!(recorded(&services, &competition).await, 0);

    let outcome = resend(&services, &competition, &desk, &[ids[0], ids[0], sent.rows[0].id]).await;
    assert_eq!(outcome, ResentLetters { done: 1, moved: 2 }, "what was sent is not sent twice");
    assert_eq!(resend(&services, &competition, &desk, &ids).await, ResentLetters { done: 1, moved: 1 });
    assert_eq!(recorded(&services, &competition).await, 2);
    assert_eq!(found(&services, &competition, &desk, Some(LetterState::Waiting), "").await.total, 2);
    assert_eq!(deliver::deliver_due(&services).await.unwrap(), 2);
    let page = found(&services, &competition, &desk, None, "").await;
    assert_eq!((page.counts.of(LetterState::Failed), page.counts.all()), (2, 3));
}

#[both]
async fn what_a_letter_tells_of_may_be_over_and_then_it_is_not_sent_again(mut store: Store) {
    let server = SmtpServer::start(&[]).await;
    let (services, competition) = open(&mut store, &server).await;
    let desk = organizer(&services, &competition).await;
    let until = noon() + Duration::hours(2);
    let (page, title) = (address::apply(&competition.slug), competition.settings.title.clone());
    let letter = Letter::PlaceOffered { page, until, zone: competition.settings.zone, competition: title };
    let mut tx = services.db.begin().await.unwrap();
    let to = Recipient {
        user: None,
        competition: Some(competition.id),
        address: "refused@example.kr",
        locale: Locale::Ko,
        reply_to: None,
    };
    let id = services.mail.post(&mut tx, to, &letter, noon()).await.unwrap();
    tx.commit().await.unwrap();
    deliver::deliver_due(&services).await.unwrap();
    services.clock.set(until - Duration::minutes(1));
    assert_eq!(resend(&services, &competition, &desk, &[id]).await, ResentLetters { done: 1, moved: 0 });
    deliver::deliver_due(&services).await.unwrap();
    services.clock.set(until);
    assert_eq!(resend(&services, &competition, &desk, &[id]).await, ResentLetters { done: 0, moved: 1 });
    assert!(!deliver::resend(&services, &Actor::COMMAND, id).await.unwrap(), "nor by the operator");
}

#[both]
async fn letters_about_cases_are_hidden_from_who_was_ever_in_a_team_here(store: Store) {
    let scene = Scene::on(&store).await;
    let Scene { services, competition, organizer, member, .. } = &scene;
    let number = scene.open(scene.suspicion()).await;
    teams::remove(services, &scene.team, &by(member), member.id).await.unwrap();
    roles::give(services, competition, &Actor::COMMAND, &member.email, Some(Role::Organizer)).await.unwrap();
    scene.ask(number).await;
    jobs::run_until_idle(services).await.unwrap();
    services.clock.set(due());
    jobs::run_until_idle(services).await.unwrap();

    let count = async |actor: &Actor| found(services, competition, actor, None, "case_").await.total;
    assert!(count(&by(organizer)).await >= 2);
    assert_eq!(count(&by(member)).await, 0);
    let all = found(services, competition, &by(member), None, "").await;
    assert_eq!(all.counts.all(), all.total, "they are in no number either");
    crate::common::behind_the_back(&store.db, "UPDATE letters SET state = 'failed' WHERE kind = 'case_deliberates'")
        .await;
    let hidden: Vec<_> = found(services, competition, &by(organizer), Some(LetterState::Failed), "").await.rows;
    let ids: Vec<_> = hidden.iter().map(|letter| letter.id).collect();
    assert!(!ids.is_empty());
    let outcome = resend(services, competition, &by(member), &ids).await;
    assert_eq!(outcome, ResentLetters { done: 0, moved: ids.len() });
}
