//! Cards of recruiting posts: who may write which, how each closes by itself, and the ways from a post into a team; on both databases.

use std::collections::BTreeSet;

use both::both;
use chrono::TimeDelta;
use domain::ErrorCode;
use domain::access::Obstacle;
use domain::accounts::User;
use domain::boards::recruiting::{BY_PERSON, BY_TEAM};
use domain::boards::{BoardKind, BoardReader, CardClosed, PostDraft, RecruitCard, RecruitRole};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::teams::{Team, TeamEnd};
use platform::accounts::own_data;
use platform::boards::{self, PostsAsked};
use platform::testing::{Store, by, organizes, person, team_of_two};
use platform::{Result, Services, accounts, participation, teams};

use crate::common::{changed, code, mailed, open_competition, wrong};

const KIND: BoardKind = BoardKind::Recruit;

fn seeks(category: &str, title: &str, roles: &[RecruitRole]) -> PostDraft {
    let (category, roles) = (category.into(), roles.iter().copied().collect());
    PostDraft { title: title.into(), markdown: "함께해요".into(), category, roles, ..PostDraft::default() }
}

/// A team of two that may have three, somebody in no team, and the leader of another team.
struct Village {
    services: Services,
    competition: Competition,
    team: Team,
    leader: User,
    member: User,
    kim: User,
    rivals: Team,
    rival: User,
}

impl Village {
    async fn new(store: &Store) -> Self {
        let (services, competition) = open_competition(store).await;
        let competition = changed(store, &competition, |settings| settings.team.max = 3).await;
        let (team, leader, member) = team_of_two(&services, &competition, "garam").await;
        let (rivals, rival, _) = team_of_two(&services, &competition, "naru").await;
        let kim = person(&services, "kim").await;
        participation::join(&services, &competition, &by(&kim), true).await.unwrap();
        services.clock.advance(TimeDelta::days(2));
        Self { services, competition, team, leader, member, kim, rivals, rival }
    }

    async fn write(&self, who: &User, category: &str) -> Result<i64> {
        self.services.clock.advance(TimeDelta::minutes(3));
        let draft = seeks(category, &format!("{category} {}", who.name), &[RecruitRole::Clinical]);
        boards::write(&self.services, &self.competition, KIND, &by(who), draft).await
    }

    async fn set(&self, who: &User, number: i64, open: bool) -> Result<()> {
        boards::set_card(&self.services, &self.competition, &by(who), number, open).await
    }

    async fn card(&self, number: i64, reader: BoardReader) -> Option<RecruitCard> {
        let post = boards::get(&self.services, &self.competition, KIND, reader, number).await.ok()?;
        boards::cards(&self.services, reader, &[post.row.id]).await.unwrap().into_values().next()
    }

    /// Why a card is closed; the list of open ones must say the same.
    async fn closed(&self, number: i64) -> Option<CardClosed> {
        let closed = self
            .card(number, BoardReader::EVERYONE)
            .await
            .map(|card| card.closed(&self.competition, self.services.clock.now()));
        let asked = PostsAsked { open: true, ..PostsAsked::default() };
        let list = boards::list(&self.services, &self.competition, KIND, BoardReader::EVERYONE, &asked).await.unwrap();
        assert_eq!(usize::try_from(list.total), Ok(list.rows.len()));
        assert_eq!(list.rows.iter().any(|row| row.number == number), closed == Some(None), "the list of open ones");
        closed.unwrap_or(Some(CardClosed::Hidden))
    }

    async fn ask(&self, who: &User, number: i64) -> Result<()> {
        boards::ask_by_card(&self.services, &self.competition, &by(who), number, "함께하고 싶어요").await
    }

    async fn let_in(&self, who: &User) {
        let asked = services_requests(self).await;
        let one = asked.into_iter().find(|one| one.user_id == who.id).unwrap();
        teams::accept_request(&self.services, &self.team, &by(&self.leader), one.id).await.unwrap();
    }
}

async fn services_requests(village: &Village) -> Vec<teams::JoinApplicant> {
    let Village { services, competition, team, leader, .. } = village;
    teams::applicants(services, competition, &by(leader), team).await.unwrap()
}

#[both]
async fn a_leader_seeks_members_and_who_has_no_team_seeks_one_and_nobody_else(store: Store) {
    let village = Village::new(&store).await;
    let (services, competition) = (&village.services, &village.competition);
    let category = |problem| ("category".to_owned(), problem);
    let refused = wrong(village.write(&village.member, BY_TEAM).await);
    assert_eq!(refused, category(FieldProblem::SeeksLeader));
    assert_eq!(wrong(village.write(&village.kim, BY_TEAM).await), category(FieldProblem::SeeksLeader));
    assert_eq!(wrong(village.write(&village.leader, BY_PERSON).await), category(FieldProblem::SeeksHasTeam));
    assert_eq!(wrong(village.write(&village.leader, "").await), category(FieldProblem::CategoryNeeded));
    let stranger = person(services, "lee").await;
    assert_eq!(code(village.write(&stranger, BY_PERSON).await), ErrorCode::NotParticipant);
    let none = boards::write(services, competition, KIND, &by(&village.kim), seeks(BY_PERSON, "팀", &[])).await;
    assert_eq!(wrong(none), ("roles".to_owned(), FieldProblem::RecruitRoles));
    let (of_team, of_kim) =
        (village.write(&village.leader, BY_TEAM).await.unwrap(), village.write(&village.kim, BY_PERSON).await.unwrap());
    assert_eq!((village.closed(of_team).await, village.closed(of_kim).await), (None, None), "on {}", store.name);
    // Sent twice it is the same post, not a second one.
    let draft = seeks(BY_PERSON, &format!("{BY_PERSON} {}", village.kim.name), &[RecruitRole::Clinical]);
    assert_eq!(boards::write(services, competition, KIND, &by(&village.kim), draft).await.unwrap(), of_kim);
    // Whom a card seeks is changed with the post; who seeks is not.
    let several = seeks(BY_TEAM, "고친 글", &[RecruitRole::Writing, RecruitRole::Imaging]);
    boards::edit(services, competition, KIND, &by(&village.leader), of_team, several).await.unwrap();
    let card = village.card(of_team, BoardReader::EVERYONE).await.unwrap();
    assert_eq!(card.roles, BTreeSet::from([RecruitRole::Imaging, RecruitRole::Writing]));
    let other = seeks(BY_PERSON, "고친 글", &[RecruitRole::Writing]);
    let refused = boards::edit(services, competition, KIND, &by(&village.leader), of_team, other).await;
    assert_eq!(wrong(refused), category(FieldProblem::SeeksFixed));
}

#[both]
async fn a_second_card_is_refused_by_the_number_of_the_first_until_that_is_closed(store: Store) {
    let village = Village::new(&store).await;
    let first = village.write(&village.leader, BY_TEAM).await.unwrap();
    let refused = village.write(&village.leader, BY_TEAM).await.unwrap_err();
    let platform::Error::App(error) = refused else { panic!("{refused:?}") };
    assert_eq!((error.code, error.params["number"].as_str()), (ErrorCode::RecruitOpen, first.to_string().as_str()));
    // A team has one, whoever leads it.
    teams::hand_over(&village.services, &village.team, &by(&village.leader), village.member.id).await.unwrap();
    assert_eq!(code(village.write(&village.member, BY_TEAM).await), ErrorCode::RecruitOpen);
    assert_eq!(code(village.set(&village.rival, first, false).await), ErrorCode::NotAuthor);
    village.set(&village.member, first, false).await.unwrap();
    assert_eq!(village.closed(first).await, Some(CardClosed::ByHand), "on {}", store.name);
    let second = village.write(&village.member, BY_TEAM).await.unwrap();
    assert_eq!(code(village.set(&village.member, first, true).await), ErrorCode::RecruitOpen);
    village.set(&village.member, second, false).await.unwrap();
    // Its author leads no more.
    assert_eq!(wrong(village.set(&village.leader, first, true).await).1, FieldProblem::SeeksLeader);
    village.set(&village.member, first, true).await.unwrap();
    assert_eq!(village.closed(first).await, None);
}

#[both]
async fn of_two_cards_at_once_one_is_written(store: Store) {
    let village = Village::new(&store).await;
    let (services, competition) = (&village.services, &village.competition);
    let write = async |title: &str| {
        let draft = seeks(BY_PERSON, title, &[RecruitRole::Data]);
        boards::write(services, competition, KIND, &by(&village.kim), draft).await.is_ok()
    };
    let (one, other) = tokio::join!(write("하나"), write("둘"));
    assert!(one != other, "on {}", store.name);
}

#[both]
async fn a_request_from_the_post_ends_with_the_team_and_its_card_closes_when_the_team_is_full(store: Store) {
    let village = Village::new(&store).await;
    let number = village.write(&village.leader, BY_TEAM).await.unwrap();
    assert_eq!(code(village.ask(&village.rival, number).await), ErrorCode::AlreadyInTeam);
    let stranger = person(&village.services, "lee").await;
    assert_eq!(code(village.ask(&stranger, number).await), ErrorCode::NotParticipant);
    village.ask(&village.kim, number).await.unwrap();
    let asked = services_requests(&village).await;
    assert_eq!(asked.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), ["함께하고 싶어요"]);
    village.let_in(&village.kim).await;
    let full = Some(CardClosed::Because(Obstacle::Full { max: 3 }));
    assert_eq!(village.closed(number).await, full, "on {}", store.name);
    participation::join(&village.services, &village.competition, &by(&stranger), true).await.unwrap();
    assert_eq!(code(village.ask(&stranger, number).await), ErrorCode::TeamFull);
    teams::remove(&village.services, &village.team, &by(&village.kim), village.kim.id).await.unwrap();
    assert_eq!(village.closed(number).await, None, "there is a place again");
    village.set(&village.leader, number, false).await.unwrap();
    assert_eq!(code(village.ask(&stranger, number).await), ErrorCode::RecruitClosed);
}

#[both]
async fn a_teams_card_closes_when_the_team_ends_and_opens_if_it_is_taken_back(store: Store) {
    let village = Village::new(&store).await;
    let number = village.write(&village.rival, BY_TEAM).await.unwrap();
    let ended = Some(CardClosed::Because(Obstacle::TeamEnded));
    for how in [TeamEnd::Disqualified, TeamEnd::Excluded] {
        let mut tx = village.services.db.begin().await.unwrap();
        assert!(tx.end_team(village.rivals.id, how).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(village.closed(number).await, ended, "{how:?} on {}", store.name);
        let mut tx = village.services.db.begin().await.unwrap();
        assert!(tx.restore_team(village.rivals.id, how, village.services.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(village.closed(number).await, None);
    }
}

#[both]
async fn the_card_of_a_team_that_is_merged_away_is_closed_and_the_other_ones_stays(store: Store) {
    let mut village = Village::new(&store).await;
    village.competition = changed(&store, &village.competition, |settings| settings.team.max = 5).await;
    let (goes, stays) =
        (village.write(&village.rival, BY_TEAM).await.unwrap(), village.write(&village.leader, BY_TEAM).await.unwrap());
    let services = &village.services;
    teams::offer_merge(services, &village.rivals, &by(&village.rival), village.team.number).await.unwrap();
    let merges = teams::merges(services, &village.team, &village.leader).await.unwrap();
    teams::accept_merge(services, &village.team, &by(&village.leader), merges.got[0].id).await.unwrap();
    assert_eq!(village.closed(goes).await, Some(CardClosed::Because(Obstacle::TeamEnded)), "on {}", store.name);
    assert_eq!(village.closed(stays).await, None);
}

#[both]
async fn cards_close_with_the_merge_deadline_and_with_the_competition(store: Store) {
    let mut village = Village::new(&store).await;
    let until = village.services.clock.now() + TimeDelta::hours(1);
    village.competition = changed(&store, &village.competition, |settings| settings.merges_until = Some(until)).await;
    let (of_team, of_kim) =
        (village.write(&village.leader, BY_TEAM).await.unwrap(), village.write(&village.kim, BY_PERSON).await.unwrap());
    assert_eq!((village.closed(of_team).await, village.closed(of_kim).await), (None, None));
    village.services.clock.set(until);
    let merges = Some(CardClosed::Because(Obstacle::MergesClosed { at: until }));
    assert_eq!((village.closed(of_team).await, village.closed(of_kim).await), (merges, merges), "on {}", store.name);
    assert_eq!(code(village.ask(&village.kim, of_team).await), ErrorCode::MergesClosed);
    assert_eq!(code(village.write(&village.rival, BY_TEAM).await), ErrorCode::MergesClosed);
    village.services.clock.advance(TimeDelta::days(400));
    let over = Some(CardClosed::Because(Obstacle::TeamsFrozen));
    assert_eq!((village.closed(of_team).await, village.closed(of_kim).await), (over, over));
}

#[both]
async fn the_card_of_a_hidden_or_deleted_post_seeks_nobody(store: Store) {
    let village = Village::new(&store).await;
    let (services, competition) = (&village.services, &village.competition);
    let organizer = person(services, "organizer").await;
    organizes(services, competition, &organizer).await;
    let number = village.write(&village.leader, BY_TEAM).await.unwrap();
    boards::hide(services, competition, KIND, &by(&organizer), number, "까닭").await.unwrap();
    assert_eq!(village.card(number, BoardReader::EVERYONE).await, None);
    let author = boards::reader(services, competition, &by(&village.leader)).await.unwrap();
    let card = village.card(number, author).await.unwrap();
    assert_eq!(card.closed(competition, services.clock.now()), Some(CardClosed::Hidden), "on {}", store.name);
    assert_eq!(code(village.ask(&village.kim, number).await), ErrorCode::NotFound);
    village.closed(number).await;
    // Another takes its place, and stays the only one when the first is shown again.
    let second = village.write(&village.leader, BY_TEAM).await.unwrap();
    boards::show(services, competition, KIND, &by(&organizer), number).await.unwrap();
    assert_eq!((village.closed(number).await, village.closed(second).await), (Some(CardClosed::ByHand), None));
    boards::remove(services, competition, KIND, &by(&village.leader), second).await.unwrap();
    assert_eq!(code(village.ask(&village.kim, second).await), ErrorCode::NotFound);
    village.closed(second).await;
    village.set(&village.leader, number, true).await.unwrap();
}

#[both]
async fn an_invitation_from_an_offer_arrives_and_nobody_learns_an_address(store: Store) {
    let village = Village::new(&store).await;
    let (services, competition) = (&village.services, &village.competition);
    accounts::set_public_name(services, &by(&village.kim), "깃털펜").await.unwrap();
    let number = village.write(&village.kim, BY_PERSON).await.unwrap();
    let invite =
        async |team: &Team, who: &User| boards::invite_by_card(services, competition, team, &by(who), number).await;
    // A guess at the address waits beside it: whichever came first, neither takes the other's place.
    let email = village.kim.email.clone();
    teams::invite(services, &village.team, &by(&village.leader), &email, domain::Locale::Ko).await.unwrap();
    mailed(services, &store).await;
    assert_eq!(code(invite(&village.team, &village.member).await), ErrorCode::NotLeader);
    invite(&village.team, &village.leader).await.unwrap();
    invite(&village.team, &village.leader).await.unwrap();
    let letters = mailed(services, &store).await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [email.as_str()], "one letter");
    let waiting = teams::waiting(services, competition, &by(&village.leader), &village.team).await.unwrap();
    let known: Vec<_> = waiting.iter().map(|one| (one.invitation.email.as_deref(), one.name.as_str())).collect();
    assert_eq!(known, [(Some(email.as_str()), ""), (None, "깃털펜")], "on {}", store.name);
    let told = format!("{:?}", village.card(number, BoardReader::EVERYONE).await);
    let own = own_data::of(services, &by(&village.leader)).await.unwrap().to_string();
    for secret in [&email, &village.kim.name] {
        assert!(!told.contains(secret.as_str()) && !format!("{:?}", waiting[1]).contains(secret.as_str()));
    }
    assert_eq!(own.matches(&email).count(), 0);
    teams::join_by_letter(services, competition, &by(&village.kim), &letters[0].key).await.unwrap();
    assert_eq!(village.closed(number).await, Some(CardClosed::Because(Obstacle::InTeam)));
    // Their team is full now, and the person has one.
    assert_eq!(code(invite(&village.rivals, &village.rival).await), ErrorCode::RecruitClosed);
}

#[both]
async fn a_full_team_invites_nobody_and_who_takes_part_no_longer_is_offered_no_more(store: Store) {
    let village = Village::new(&store).await;
    let (services, competition) = (&village.services, &village.competition);
    let number = village.write(&village.kim, BY_PERSON).await.unwrap();
    let small = changed(&store, competition, |settings| settings.team.max = 2).await;
    let refused = boards::invite_by_card(services, &small, &village.team, &by(&village.leader), number).await;
    assert_eq!(code(refused), ErrorCode::TeamFull);
    let own = own_data::of(services, &by(&village.kim)).await.unwrap();
    assert_eq!(own["posts"][0]["roles"], "clinical", "one's own data has the card");
    participation::withdraw(services, competition, &by(&village.kim)).await.unwrap();
    let left = Some(CardClosed::Because(Obstacle::NotParticipant));
    assert_eq!(village.closed(number).await, left, "on {}", store.name);
    let refused = boards::invite_by_card(services, competition, &village.rivals, &by(&village.rival), number).await;
    assert_eq!(code(refused), ErrorCode::RecruitClosed);
}
