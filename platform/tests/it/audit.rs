//! The audit record, on both databases: what is recorded of each deed.

use std::collections::HashSet;

use both::both;
use chrono::TimeDelta;
use domain::Locale;
use domain::access::{Actor, Role, Scope, Via};
use domain::accounts::Profile;
use domain::accounts::User;
use domain::applications::ApplyMode;
use domain::audit::Deed;
use domain::boards::{BoardKind, PostDraft};
use domain::competitions::Competition;
use domain::ids::{TeamId, UserId};
use domain::notifications::Topic;
use platform::accounts::sessions::{self, SessionPlace};
use platform::accounts::{Lifetime, addresses, deletion, identities, second_factors};
use platform::audit::{AuditEntry, Walked};
use platform::competitions::roles;
use platform::participation::decisions::{self, Decision};
use platform::participation::invitations;
use platform::testing::{Store, TEST_PASSWORD, by, dated_folder, form, noon, organizes, person, scopes, team_of_two};
use platform::{
    Services, accounts, administration, audit, boards, competitions, jobs, mail, notifications, participation,
    submissions, teams,
};
use serde_json::{Value, json};
use storage::accounts::Arrival;

use crate::common::{self, behind_the_back, mailed, submit_and_score};

pub(crate) const ADDRESS: &str = "203.0.113.9";

/// Those that `idle` and `live` look at.
const APART: [Deed; 10] = [
    Deed::WarnIdleTeam,
    Deed::ExcludeTeam,
    Deed::UndoExclusion,
    Deed::SetLive,
    Deed::CloseLive,
    Deed::AnswerLive,
    Deed::MarkLive,
    Deed::PinLive,
    Deed::HideLive,
    Deed::MoveLive,
];

/// Somebody from an address.
pub(crate) fn from(user: &User) -> Actor {
    Actor { from: Some(ADDRESS.parse().unwrap()), ..by(user) }
}

/// All entries after a number.
pub(crate) async fn since(services: &Services, last: i64) -> Vec<AuditEntry> {
    audit::entries(services, last, None).await.unwrap()
}

pub(crate) async fn last(services: &Services) -> i64 {
    services.db.audit_last().await.unwrap()
}

/// What is told of an entry, with the personal details put back.
pub(crate) async fn told(services: &Services, entry: &AuditEntry) -> (Value, Value, Option<String>) {
    let mut details = services.db.audit_details(entry.seq - 1, entry.seq).await.unwrap();
    let mut text = [entry.before.clone(), entry.after.clone()];
    let origin = entry.origin.as_ref().map(|hash| {
        let at = details.iter().position(|detail| &detail.hash == hash).unwrap();
        details.swap_remove(at).value
    });
    for detail in details {
        let (reference, value) = (json!({ "detail": detail.hash }).to_string(), json!(detail.value).to_string());
        text = text.map(|text| text.replace(&reference, &value));
    }
    let [before, after] = text.map(|text| serde_json::from_str(&text).unwrap());
    (before, after, origin)
}

/// What an entry must say.
struct Expected {
    deed: Deed,
    actor: Option<UserId>,
    via: &'static str,
    /// Whether it was done in the competition.
    inside: bool,
    team: Option<TeamId>,
    user: Option<UserId>,
    before: Value,
    after: Value,
}

/// Looks at the only entry since the last one.
async fn check(services: &Services, competition: &Competition, seen: &mut (i64, HashSet<Deed>), expected: Expected) {
    let entries = since(services, seen.0).await;
    let Expected { deed, actor, via, inside, team, user, before, after } = expected;
    assert_eq!(entries.iter().map(|entry| entry.deed.as_str()).collect::<Vec<_>>(), [deed.key()]);
    let entry = &entries[0];
    let (was, is, origin) = told(services, entry).await;
    assert_eq!((entry.actor_id, entry.via.as_str()), (actor, via), "{}", deed.key());
    assert_eq!(entry.competition_id, inside.then_some(competition.id), "{}", deed.key());
    assert_eq!((entry.team_id, entry.user_id), (team, user), "{}", deed.key());
    // What another run would make anew is looked at by its name alone.
    let known = |mut told: Value, expected: &Value| {
        for (name, value) in told.as_object_mut().unwrap() {
            if expected.get(name) == Some(&json!("any")) && !value.is_null() {
                *value = json!("any");
            }
        }
        told
    };
    assert_eq!((known(was, &before), known(is, &after)), (before, after), "{}", deed.key());
    // Of a deleted account nothing is kept any more.
    let known = via == "session" && deed != Deed::DeleteAccount;
    assert_eq!(origin.as_deref(), known.then_some(ADDRESS), "{}", deed.key());
    assert_eq!(entry.at, services.clock.now());
    seen.0 = entry.seq;
    seen.1.insert(deed);
}

/// The key of the link in the letter that was posted last.
async fn sent_key(store: &Store, services: &Services) -> String {
    mail::deliver::deliver_due(services).await.unwrap();
    let folder = std::fs::read_dir(store.folder.path().join("mail")).unwrap();
    let last = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).max().unwrap();
    let letter = std::fs::read(last).unwrap();
    let text = mail_parser::MessageParser::default().parse(&letter).unwrap().body_text(0).unwrap().into_owned();
    let (_, rest) = text.split_once("?key=").expect("a link");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Somebody came from an institution, with that in their cookie.
async fn arrived(services: &Services, secret: &str) {
    let arrival = Arrival {
        id: scoring::Hash::of(secret).to_string(),
        issuer: "https://login.example".into(),
        subject: "kim there".into(),
        email: None,
        name: String::new(),
        next: "/".into(),
        until: services.clock.now() + TimeDelta::minutes(10),
    };
    let mut tx = services.db.begin().await.unwrap();
    tx.insert_arrival(&arrival).await.unwrap();
    tx.commit().await.unwrap();
}

#[both]
async fn each_deed_writes_one_entry_with_who_whence_before_and_after(store: Store) {
    let services = store.services(noon()).await;
    let s = &services;
    let folder = dated_folder("breast-cancer", store.folder.path(), noon());
    let competition = competitions::import::import(s, &Actor::COMMAND, &folder, None).await.unwrap();
    let mut seen = (0, HashSet::new());
    macro_rules! entry {
        ($deed:ident by $actor:expr, $via:literal, inside $inside:literal, team $team:expr, user $user:expr, $before:tt => $after:tt) => {
            let expected = Expected {
                deed: Deed::$deed,
                actor: $actor,
                via: $via,
                inside: $inside,
                team: $team,
                user: $user,
                before: json!($before),
                after: json!($after),
            };
            check(s, &competition, &mut seen, expected).await;
        };
    }
    entry!(CreateCompetition by None, "command", inside true, team None, user None, {} => { "slug": "breast-cancer", "settings": "any" });
    std::fs::write(folder.join("pages/rules.ko.md"), "# 다른 규칙").unwrap();
    competitions::import::import(s, &Actor::COMMAND, &folder, None).await.unwrap();
    entry!(ImportCompetition by None, "command", inside true, team None, user None, { "settings": "any" } =>
        { "settings": "any", "added": [], "changed": ["pages/rules.ko.md"], "removed": [] });

    let visitor = Actor::browser(None, Some(ADDRESS.parse().unwrap()));
    let kim = accounts::sign_up(s, &visitor, form("kim")).await.unwrap().user;
    entry!(CreateAccount by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} => { "email": "kim@example.kr", "is_admin": false });
    accounts::set_public_name(s, &from(&kim), "별지기").await.unwrap();
    entry!(SetPublicName by Some(kim.id), "session", inside false, team None, user Some(kim.id), { "public_name": null } => { "public_name": "별지기" });
    let mut wishes = notifications::wishes(s, kim.id).await.unwrap();
    wishes.mailed.retain(|topic| *topic != Topic::Teams);
    notifications::set_wishes(s, &from(&kim), &wishes).await.unwrap();
    entry!(SetMailed by Some(kim.id), "session", inside false, team None, user Some(kim.id), { "mailed": true } => { "mailed": false, "topic": "teams" });
    wishes.marked.retain(|topic| *topic != Topic::Teams);
    notifications::set_wishes(s, &from(&kim), &wishes).await.unwrap();
    entry!(SetMarked by Some(kim.id), "session", inside false, team None, user Some(kim.id), { "marked": true } => { "marked": false, "topic": "teams" });
    let key = mailed(s, &store).await.remove(0).key;
    addresses::verify(s, &from(&kim), &key).await.unwrap();
    entry!(VerifyAddress by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} => {});
    let profile = Profile { name: "김서연".into(), affiliation: "마당대학교".into(), locale: Locale::En };
    accounts::set_profile(s, &from(&kim), profile).await.unwrap();
    entry!(SetProfile by Some(kim.id), "session", inside false, team None, user Some(kim.id),
        { "name": "kim", "affiliation": "", "locale": "ko" } => { "name": "김서연", "affiliation": "마당대학교", "locale": "en" });
    let kim = s.db.user_by_id(kim.id).await.unwrap().unwrap().user;
    addresses::ask_for_another(s, &from(&kim), "seoyeon@example.kr", TEST_PASSWORD).await.unwrap();
    let key = mailed(s, &store).await.remove(0).key;
    addresses::verify(s, &from(&kim), &key).await.unwrap();
    entry!(ChangeAddress by Some(kim.id), "session", inside false, team None, user Some(kim.id),
        { "email": "kim@example.kr" } => { "email": "seoyeon@example.kr" });
    let kim = s.db.user_by_id(kim.id).await.unwrap().unwrap().user;
    let known = accounts::log_in(s, &kim.email, TEST_PASSWORD, ADDRESS.parse().unwrap()).await.unwrap();
    sessions::begin(s, &known, None, &SessionPlace::default()).await.unwrap();
    let open = sessions::list(s, &kim, None).await.unwrap().remove(0);
    sessions::end_one(s, &from(&kim), &open.id).await.unwrap();
    entry!(EndSession by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} => {});
    let secret = second_factors::set_up(s, &kim, None).unwrap().secret;
    let code = || second_factors::code_at(&secret, s.clock.now()).unwrap();
    second_factors::turn_on(s, &from(&kim), &secret, &code(), TEST_PASSWORD, None).await.unwrap();
    entry!(SetSecondFactor by Some(kim.id), "session", inside false, team None, user Some(kim.id), { "on": false } => { "on": true });
    s.clock.advance(TimeDelta::seconds(30));
    let codes = second_factors::renew_recovery_codes(s, &from(&kim), &code(), TEST_PASSWORD).await.unwrap();
    entry!(RenewRecoveryCodes by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} => {});
    let address = ADDRESS.parse().unwrap();
    accounts::log_in_with_code(s, &kim.email, TEST_PASSWORD, &codes[0], address).await.unwrap();
    entry!(UseRecoveryCode by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} => {});
    let (token, _) = accounts::create_token(s, &from(&kim), "노트북", Lifetime::LONGEST, scopes()).await.unwrap();
    entry!(CreateToken by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} =>
        { "token": (token.id.to_string()), "prefix": (token.prefix), "scopes": "read submit", "expires_at": "any" });
    accounts::revoke_token(s, &from(&kim), token.id).await.unwrap();
    entry!(RevokeToken by Some(kim.id), "session", inside false, team None, user Some(kim.id), { "token": (token.id.to_string()) } => {});
    arrived(s, "a secret").await;
    s.clock.advance(TimeDelta::seconds(30));
    identities::link(s, &from(&kim), "a secret", TEST_PASSWORD, &code()).await.unwrap();
    entry!(LinkIdentity by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} =>
        { "issuer": "https://login.example", "subject": "kim there" });
    s.clock.advance(TimeDelta::seconds(30));
    let linked = identities::list(s, &kim).await.unwrap()[0].id;
    identities::unlink(s, &from(&kim), linked, TEST_PASSWORD, &code(), None).await.unwrap();
    entry!(UnlinkIdentity by Some(kim.id), "session", inside false, team None, user Some(kim.id),
        { "issuer": "https://login.example", "subject": "kim there" } => {});
    sessions::end_all(s, &from(&kim)).await.unwrap();
    entry!(LogOutEverywhere by Some(kim.id), "session", inside false, team None, user Some(kim.id), {} => {});
    accounts::set_password(s, &Actor::COMMAND, &kim.email, "another good password", true).await.unwrap();
    entry!(SetPassword by None, "command", inside false, team None, user Some(kim.id), {} => { "revoked_tokens": 0 });

    participation::join(s, &competition, &from(&kim), true).await.unwrap();
    entry!(JoinCompetition by Some(kim.id), "session", inside true, team None, user Some(kim.id), {} => { "agreed": true, "state": "approved", "rules": 1 });
    let team = teams::create(s, &competition, &from(&kim), "가람").await.unwrap();
    entry!(CreateTeam by Some(kim.id), "session", inside true, team Some(team.id), user Some(kim.id), {} => { "number": 101, "name": "가람" });
    teams::rename(s, &team, &from(&kim), "나루").await.unwrap();
    entry!(RenameTeam by Some(kim.id), "session", inside true, team Some(team.id), user None, { "name": "가람" } => { "name": "나루" });
    let code = teams::renew_invitation(s, &team, &from(&kim)).await.unwrap().code;
    entry!(RenewInvitation by Some(kim.id), "session", inside true, team Some(team.id), user None, {} => { "expires_at": "any" });
    teams::show_submission_key(s, &team, &from(&kim)).await.unwrap();
    entry!(ShowKey by Some(kim.id), "session", inside true, team Some(team.id), user None, {} => {});
    teams::renew_submission_key(s, &team, &from(&kim)).await.unwrap();
    entry!(RenewKey by Some(kim.id), "session", inside true, team Some(team.id), user None, {} => {});
    let lee = person(s, "lee").await;
    participation::join(s, &competition, &from(&lee), true).await.unwrap();
    seen.0 = last(s).await;
    let team = teams::join_by_link(s, &competition, &from(&lee), &code).await.unwrap();
    entry!(JoinTeam by Some(lee.id), "session", inside true, team Some(team.id), user Some(lee.id), { "members": 1 } => { "members": 2 });
    teams::hand_over(s, &team, &from(&kim), lee.id).await.unwrap();
    entry!(HandOverTeam by Some(kim.id), "session", inside true, team Some(team.id), user Some(lee.id),
        { "leader": (kim.id.to_string()) } => { "leader": (lee.id.to_string()) });
    teams::remove(s, &team, &from(&lee), kim.id).await.unwrap();
    entry!(RemoveMember by Some(lee.id), "session", inside true, team Some(team.id), user Some(kim.id), { "members": 2 } => { "members": 1 });
    teams::remove(s, &team, &from(&lee), lee.id).await.unwrap();
    entry!(LeaveTeam by Some(lee.id), "session", inside true, team Some(team.id), user Some(lee.id), { "members": 1 } => { "members": 0 });

    // Who asks, who is written to, and two teams that become one.
    let (garam, leader, _) = team_of_two(s, &competition, "garam").await;
    let (dasan, other, second) = team_of_two(s, &competition, "dasan").await;
    let han = person(s, "han").await;
    participation::join(s, &competition, &from(&han), true).await.unwrap();
    seen.0 = last(s).await;
    teams::invite(s, &garam, &from(&leader), "seo@example.kr", Locale::Ko).await.unwrap();
    entry!(InviteToTeam by Some(leader.id), "session", inside true, team Some(garam.id), user None, {} => { "invitation": "any" });
    let waiting = teams::waiting(s, &competition, &from(&leader), &garam).await.unwrap()[0].invitation.id;
    teams::take_back(s, &garam, &from(&leader), waiting).await.unwrap();
    entry!(WithdrawTeamInvitation by Some(leader.id), "session", inside true, team Some(garam.id), user None,
        { "invitation": (waiting.to_string()) } => {});
    let asks = async || {
        teams::ask(s, &competition, &from(&han), garam.number, "함께").await.unwrap();
        teams::applicants(s, &competition, &from(&leader), &garam).await.unwrap()[0].id
    };
    let id = asks().await;
    entry!(AskToJoin by Some(han.id), "session", inside true, team None, user Some(han.id), {} => { "request": "any", "team": (garam.number) });
    teams::withdraw_request(s, &competition, &from(&han), id).await.unwrap();
    entry!(WithdrawRequest by Some(han.id), "session", inside true, team None, user Some(han.id), { "request": (id.to_string()) } => {});
    let id = asks().await;
    seen.0 = last(s).await;
    teams::accept_request(s, &garam, &from(&leader), id).await.unwrap();
    entry!(AcceptRequest by Some(leader.id), "session", inside true, team Some(garam.id), user Some(han.id), { "members": 2 } => { "members": 3 });
    teams::remove(s, &garam, &from(&leader), han.id).await.unwrap();
    let id = asks().await;
    seen.0 = last(s).await;
    teams::refuse_request(s, &garam, &from(&leader), id).await.unwrap();
    entry!(RefuseRequest by Some(leader.id), "session", inside true, team Some(garam.id), user None, { "request": (id.to_string()) } => {});
    teams::invite(s, &garam, &from(&leader), "han@example.kr", Locale::Ko).await.unwrap();
    seen.0 = last(s).await;
    let key = sent_key(&store, s).await;
    teams::join_by_letter(s, &competition, &from(&han), &key).await.unwrap();
    entry!(JoinByLetter by Some(han.id), "session", inside true, team Some(garam.id), user Some(han.id), { "members": 2 } => { "members": 3 });
    teams::remove(s, &garam, &from(&leader), han.id).await.unwrap();
    seen.0 = last(s).await;
    let offer = async || {
        teams::offer_merge(s, &dasan, &from(&other), garam.number).await.unwrap();
        teams::merges(s, &garam, &leader).await.unwrap().got[0].id
    };
    let id = offer().await;
    entry!(OfferMerge by Some(other.id), "session", inside true, team Some(dasan.id), user None, {} => { "number": (garam.number) });
    teams::withdraw_merge(s, &dasan, &from(&other), id).await.unwrap();
    entry!(WithdrawMerge by Some(other.id), "session", inside true, team Some(dasan.id), user None, {} => {});
    let id = offer().await;
    seen.0 = last(s).await;
    teams::refuse_merge(s, &garam, &from(&leader), id).await.unwrap();
    entry!(RefuseMerge by Some(leader.id), "session", inside true, team Some(garam.id), user None, {} => {});
    let id = offer().await;
    seen.0 = last(s).await;
    teams::accept_merge(s, &garam, &from(&leader), id).await.unwrap();
    let entries: Vec<_> =
        since(s, seen.0).await.into_iter().map(|entry| (entry.deed, entry.team_id, entry.user_id)).collect();
    let merged = |team: TeamId| (Deed::MergeTeams.key().to_owned(), Some(team), None);
    let joined = |user: UserId| (Deed::JoinByMerge.key().to_owned(), Some(garam.id), Some(user));
    assert_eq!(entries, [merged(garam.id), merged(dasan.id), joined(other.id), joined(second.id)]);
    seen.1.extend([Deed::MergeTeams, Deed::JoinByMerge]);
    let (maru, ..) = team_of_two(s, &competition, "maru").await;
    seen.0 = last(s).await;
    teams::move_member(s, &garam, &Actor::COMMAND, second.id, Some(maru.number), "까닭").await.unwrap_err();
    organizes(s, &competition, &han).await;
    seen.0 = last(s).await;
    teams::move_member(s, &garam, &from(&han), second.id, Some(maru.number), "소속이 바뀜").await.unwrap();
    let entries = since(s, seen.0).await;
    let of: Vec<_> = entries.iter().map(|entry| (entry.deed.as_str(), entry.team_id, entry.user_id)).collect();
    let moved = |team: TeamId| (Deed::MoveMember.key(), Some(team), Some(second.id));
    assert_eq!(of, [moved(garam.id), moved(maru.id)]);
    for entry in &entries {
        let (before, after, _) = told(s, entry).await;
        assert_eq!(before, json!({ "name": "garam", "number": garam.number }));
        assert_eq!(after, json!({ "name": "maru", "number": maru.number, "reason": "소속이 바뀜" }));
        assert!(!entry.line().contains("소속"), "a reason is about a person");
    }
    seen.1.insert(Deed::MoveMember);
    seen.0 = last(s).await;

    organizes(s, &competition, &lee).await;
    entry!(SetRole by None, "command", inside true, team None, user Some(lee.id), { "role": null } => { "role": "organizer" });
    roles::invite(s, &competition, &Actor::COMMAND, "han@example.kr", Role::Judge, Locale::Ko).await.unwrap();
    entry!(InviteToRole by None, "command", inside true, team None, user None, {} => { "invitation": "any", "role": "judge" });
    let waiting = roles::list(s, &competition, &Actor::COMMAND).await.unwrap().invitations[0].invitation.id;
    roles::withdraw(s, &competition, &Actor::COMMAND, waiting).await.unwrap();
    entry!(WithdrawRoleInvitation by None, "command", inside true, team None, user None, { "invitation": (waiting.to_string()) } => {});
    // A token's door is told without its scopes.
    let tokens = Actor { via: Via::Token([Scope::Organize].into_iter().collect()), ..by(&lee) };
    let draft = PostDraft {
        title: "공지".into(),
        markdown: "본문".into(),
        pinned: false,
        required: false,
        ..PostDraft::default()
    };
    let number = boards::write(s, &competition, BoardKind::Notice, &tokens, draft.clone()).await.unwrap();
    entry!(PostNotice by Some(lee.id), "token", inside true, team None, user None, {} =>
        { "number": 1, "title": "공지", "sha256": "any", "pinned": false, "required": false, "for_all": false });
    let changed = PostDraft { title: "바뀐 공지".into(), ..draft };
    boards::edit(s, &competition, BoardKind::Notice, &from(&lee), number, changed).await.unwrap();
    entry!(EditNotice by Some(lee.id), "session", inside true, team None, user None,
        { "number": 1, "title": "공지", "sha256": "any", "pinned": false, "required": false, "for_all": false } =>
        { "number": 1, "title": "바뀐 공지", "sha256": "any", "pinned": false, "required": false, "for_all": false });
    boards::pin(s, &competition, &from(&lee), number, true).await.unwrap();
    entry!(PinNotice by Some(lee.id), "session", inside true, team None, user None,
        { "number": 1, "title": "바뀐 공지", "sha256": "any", "pinned": false, "required": false, "for_all": false } =>
        { "number": 1, "title": "바뀐 공지", "sha256": "any", "pinned": true, "required": false, "for_all": false });
    boards::remove(s, &competition, BoardKind::Notice, &from(&lee), number).await.unwrap();
    entry!(RemoveNotice by Some(lee.id), "session", inside true, team None, user None,
        { "number": 1, "title": "바뀐 공지", "sha256": "any", "pinned": true, "required": false, "for_all": false } => {});

    let (team, leader, _) = team_of_two(s, &competition, "naru").await;
    submit_and_score(s, &competition, &team, &leader, "svc.csv").await;
    behind_the_back(&store.db, "UPDATE submissions SET public_score = 0.5").await;
    seen.0 = last(s).await;
    let found = submissions::rescore::look(s, &competition, 1).await.unwrap();
    submissions::rescore::apply(s, &Actor::COMMAND, &competition, &found).await.unwrap();
    entry!(RescoreCompetition by None, "command", inside true, team None, user None, {} => { "rewritten": 1 });

    behind_the_back(&store.db, "UPDATE jobs SET state = 'dead' WHERE kind = 'timer'").await;
    let dead = jobs::dead::list(s).await.unwrap().swap_remove(0);
    assert!(jobs::dead::retry(s, &Actor::COMMAND, dead.id).await.unwrap());
    entry!(RetryJob by None, "command", inside true, team None, user None,
        { "job": (dead.id), "subject": (dead.subject), "kind": "timer", "attempts": 0 } => {});
    behind_the_back(&store.db, "UPDATE jobs SET state = 'dead' WHERE kind = 'timer'").await;
    assert!(jobs::dead::drop(s, &Actor::COMMAND, dead.id).await.unwrap());
    entry!(DropJob by None, "command", inside true, team None, user None,
        { "job": (dead.id), "subject": (dead.subject), "kind": "timer", "attempts": 0 } => {});
    roles::invite(s, &competition, &Actor::COMMAND, "seo@example.kr", Role::Judge, Locale::Ko).await.unwrap();
    seen.0 = last(s).await;
    behind_the_back(&store.db, "UPDATE letters SET state = 'failed'").await;
    let letter = mail::deliver::list(s, false).await.unwrap()[0].id;
    mail::deliver::resend(s, &Actor::COMMAND, letter).await.unwrap();
    entry!(ResendLetter by None, "command", inside false, team None, user None, {} => { "letter": (letter.to_string()) });

    let han = person(s, "moon").await;
    seen.0 = last(s).await;
    deletion::delete(s, &from(&han), "delete my account", TEST_PASSWORD, "").await.unwrap();
    entry!(DeleteAccount by Some(han.id), "session", inside false, team None, user Some(han.id), {} => {});
    participation::withdraw(s, &competition, &from(&kim)).await.unwrap();
    entry!(WithdrawApplication by Some(kim.id), "session", inside true, team None, user Some(kim.id), { "state": "approved" } => {});
    let (choi, park) = (person(s, "choi").await, person(s, "park").await);
    participation::join(s, &competition, &from(&park), true).await.unwrap();
    let taken = s.db.begin().await.unwrap().places_of_people(competition.id).await.unwrap();
    let more = common::changed(&store, &competition, |settings| settings.apply.capacity = Some(taken)).await;
    seen.0 = last(s).await;
    participation::join(s, &more, &from(&choi), true).await.unwrap();
    entry!(JoinCompetition by Some(choi.id), "session", inside true, team None, user Some(choi.id), {} => { "agreed": true, "state": "waiting", "rules": 1 });
    participation::withdraw(s, &more, &from(&park)).await.unwrap();
    // The last of what that did.
    seen.0 = last(s).await - 1;
    entry!(OfferPlace by None, "timer", inside true, team None, user Some(choi.id), {} => { "until": "any" });
    s.clock.advance(TimeDelta::days(3));
    jobs::run_until_idle(s).await.unwrap();
    entry!(LapseOffer by None, "timer", inside true, team None, user Some(choi.id), { "until": "any" } => {});
    let reason = "늦었지만 괜찮아요.";
    decisions::decide(s, &more, &Actor::COMMAND, &[choi.id], Decision::Wait, reason).await.unwrap();
    seen.0 = last(s).await;
    participation::accept(s, &more, &from(&choi)).await.unwrap();
    entry!(AcceptPlace by Some(choi.id), "session", inside true, team None, user Some(choi.id), { "state": "offered" } => { "state": "approved" });
    let newer = common::changed(&store, &more, |settings| settings.apply.rules = 2).await;
    participation::agree(s, &newer, &from(&choi), Some(2)).await.unwrap();
    entry!(AgreeToRules by Some(choi.id), "session", inside true, team None, user Some(choi.id), { "rules": 1 } => { "rules": 2 });
    decisions::decide(s, &more, &Actor::COMMAND, &[choi.id], Decision::Exclude, reason).await.unwrap();
    entry!(DecideApplication by None, "command", inside true, team None, user Some(choi.id), { "state": "approved" } =>
        { "decision": "exclude", "state": "excluded", "reason": reason });
    let asks = common::changed(&store, &newer, |settings| settings.apply.mode = ApplyMode::Invitation).await;
    invitations::invite(s, &asks, &Actor::COMMAND, "a@example.kr b@example.kr", Locale::Ko).await.unwrap();
    entry!(InviteToApply by None, "command", inside true, team None, user None, {} => { "addresses": 2 });
    invitations::uninvite(s, &more, &Actor::COMMAND, "a@example.kr").await.unwrap();
    entry!(UninviteToApply by None, "command", inside true, team None, user None, {} => {});

    seen.1.extend(crate::case_records::DEEDS);
    seen.1.extend(crate::posts_order::DEEDS);
    seen.1.extend(crate::posts_questions::DEEDS);
    teams::activity::renew_token(s, &competition, &Actor::COMMAND).await.unwrap();
    entry!(RenewServiceToken by None, "command", inside true, team None, user None, {} => {});
    teams::activity::revoke_token(s, &competition, &Actor::COMMAND).await.unwrap();
    entry!(RevokeServiceToken by None, "command", inside true, team None, user None, {} => {});

    let admin = accounts::add(s, &Actor::COMMAND, form("admin"), true).await.unwrap();
    seen.0 = last(s).await;
    administration::suspend(s, &from(&admin), kim.id, "까닭").await.unwrap();
    entry!(SuspendAccount by Some(admin.id), "session", inside false, team None, user Some(kim.id), {} => { "reason": "까닭" });
    administration::resume(s, &from(&admin), kim.id).await.unwrap();
    entry!(ResumeAccount by Some(admin.id), "session", inside false, team None, user Some(kim.id), {} => {});

    let missing: Vec<_> = Deed::ALL.iter().filter(|deed| !seen.1.contains(deed) && !APART.contains(deed)).collect();
    assert!(missing.is_empty(), "nobody does {missing:?} here");
    assert!(matches!(audit::verify(s).await.unwrap(), Walked::Whole { entries, .. } if entries == seen.0));
}
