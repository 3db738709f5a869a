use std::sync::Arc;

use domain::AppError;
use domain::access::{Action, Obstacle};
use domain::address;
use domain::teams::Team;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams::{self, Merges};

use crate::api::participation::Join;
use crate::api::teams::{
    AnswerMerge, AnswerRequest, AskToJoin, CreateTeam, HandOver, InviteMember, JoinByLetter, JoinTeam, OfferMerge,
    RemoveMember, RenameTeam, RenewInvitation, RenewKey, ShowKey, TakeBackInvitation, WithdrawMerge, WithdrawRequest,
};
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::cases::card::own_cases;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::console::organizes::Organizes;
use crate::pages::load::{FormError, FormState};
use crate::pages::participation::new_rules::RulesChanged;
use crate::pages::teams::cards::{InvitationCard, KeyCard, LeaveCard, ReadyCard, Settling};
use crate::pages::teams::entering::{MailCard, Requests};
use crate::pages::teams::hero::Hero;
use crate::pages::teams::history::{self, History};
use crate::pages::teams::idle::Idling;
use crate::pages::teams::members::Members;
use crate::pages::teams::merging::{MergeCard, OfferedMerges};
use crate::pages::teams::place;
use crate::pages::teams::start::{NoTeam, Over, TakePartFirst, Visitor};
use crate::request;
use crate::ui::{Alert, Tone};

/// Server functions that end on this page.
const FUNCTIONS: [&str; 18] = [
    Join::PATH,
    CreateTeam::PATH,
    JoinTeam::PATH,
    RenameTeam::PATH,
    RemoveMember::PATH,
    HandOver::PATH,
    RenewInvitation::PATH,
    ShowKey::PATH,
    RenewKey::PATH,
    InviteMember::PATH,
    TakeBackInvitation::PATH,
    JoinByLetter::PATH,
    AskToJoin::PATH,
    WithdrawRequest::PATH,
    AnswerRequest::PATH,
    OfferMerge::PATH,
    WithdrawMerge::PATH,
    AnswerMerge::PATH,
];

/// `/competitions/:slug/team`: one's own team, or the way to one.
#[component]
pub fn TeamPage() -> impl IntoView {
    say(Keeping::Secret);
    let ended = FormState::of_any(&FUNCTIONS);
    competition_page(CompetitionTab::Team, false, move |here| async move {
        let said = said(&here, &ended);
        let changed = view! { <RulesChanged here=Arc::clone(&here)/> }.into_html();
        let content = match (&here.actor.user, &here.team) {
            (_, Some(team)) => own(Arc::clone(&here), team.clone(), ended).await?.into_html(),
            (None, None) => view! { <Visitor here/> }.into_html(),
            (Some(_), None) => match here.visit().create().told() {
                Err(Obstacle::HasRole) => view! { <Organizes here/> }.into_html(),
                Err(Obstacle::NotParticipant) => view! { <TakePartFirst here/> }.into_html(),
                Err(_) => view! { <Over here/> }.into_html(),
                Ok(()) => {
                    let user = request::user()?;
                    let asked = teams::own_requests(&request::services(), &here.competition, &user).await?;
                    view! { <NoTeam here asked state=ended/> }.into_html()
                }
            },
        };
        Ok(view! { <div class="page body stack">{changed}{said}{content}</div> })
    })
}

/// What was just done, in a sentence.
fn said(here: &Here, state: &FormState) -> Option<impl IntoView + use<>> {
    let l = locale();
    let in_team = here.team.is_some();
    let phrase = match state.done()? {
        Join::PATH if !in_team => k::teams::TAKING_PART,
        CreateTeam::PATH if here.competition.settings.team.max == 1 => k::teams::CREATED_ALONE,
        CreateTeam::PATH => k::teams::CREATED,
        JoinTeam::PATH | JoinByLetter::PATH => k::teams::ENTERED,
        RenameTeam::PATH => k::teams::RENAMED,
        RemoveMember::PATH if in_team => k::teams::REMOVED,
        RemoveMember::PATH => k::teams::LEFT,
        HandOver::PATH => k::teams::HANDED_OVER,
        RenewInvitation::PATH => k::teams::INVITED,
        RenewKey::PATH => k::teams::KEY_RENEWED,
        InviteMember::PATH => k::teams::mail::SENT,
        TakeBackInvitation::PATH => k::teams::mail::TAKEN_BACK,
        AskToJoin::PATH => k::teams::ask::SENT,
        WithdrawRequest::PATH => k::teams::ask::WITHDRAWN,
        AnswerRequest::PATH => k::teams::requests::ANSWERED,
        OfferMerge::PATH => k::teams::merge::OFFERED,
        WithdrawMerge::PATH => k::teams::merge::WITHDRAWN,
        AnswerMerge::PATH => k::teams::merge::ANSWERED,
        _ => return None,
    };
    Some(view! { <div role="status"><Alert tone=Tone::Success>{t(l, phrase)}</Alert></div> })
}

async fn own(here: Arc<Here>, team: Team, ended: FormState) -> Result<impl IntoView + use<>, AppError> {
    let l = locale();
    let user = request::user()?;
    let standing = place(&here, team.id).await?;
    let history = history::asked(&here, &team).await?;
    let invitation = teams::invitation(&request::services(), &team, &user).await?;
    let may = |action| here.visit().change(action, &team).check().is_ok();
    let (renames, invites, renews) = (may(Action::RenameTeam), may(Action::RenewInvitation), may(Action::RenewKey));
    // Those who left are not in the table, but what they submitted is on the leaderboard.
    let sent = team.members.iter().map(|member| member.submissions).sum::<i64>();
    let sent = standing.as_ref().map_or(sent, |place| place.row.submissions.max(sent));
    let leaving = here.visit().remove(&team, user.id, sent > 0).check();
    let leaving = leaving.map_err(|obstacle| format::error::error(l, &obstacle.into()));
    let cases = own_cases(&here, &team).await?;
    let key = ended
        .result()
        .and_then(|key| key.as_str())
        .map(str::to_owned)
        .filter(|_| matches!(ended.done(), Some(ShowKey::PATH | RenewKey::PATH)));
    // A wrong name stands at its field; every other obstacle is said above.
    let refused = ended.error().is_some_and(|error| error.fields.is_empty());
    let takes_more = here.visit().gathers() && here.competition.settings.team.max > 1;
    let (services, competition) = (request::services(), &here.competition);
    let idleness = teams::idle::of(&services, competition, &team).await?;
    let small = i64::try_from(team.members.len()).is_ok_and(|have| have < competition.settings.team.min);
    let mailed = if takes_more && may(Action::InviteMember) {
        Some(teams::waiting(&services, competition, &here.actor, &team).await?)
    } else {
        None
    };
    let applicants = if takes_more && may(Action::AnswerRequests) {
        teams::applicants(&services, competition, &here.actor, &team).await?
    } else {
        Vec::new()
    };
    let merges = if takes_more { teams::merges(&services, &team, &user).await? } else { Merges::default() };
    let can_merge = takes_more && (may(Action::MergeTeams) || !merges.made.is_empty());
    // Erased one by one: the type of the whole page would be too deep for the compiler.
    let main = [
        view! { <Hero here=Arc::clone(&here) team=team.clone() standing sent state=ended.clone() renames/> }
            .into_html(),
        cases,
        view! { <Settling here=Arc::clone(&here) team=team.clone()/> }.into_html(),
        view! { <Idling here=Arc::clone(&here) idleness excluded=team.is_excluded() small/> }.into_html(),
        view! { <Requests here=Arc::clone(&here) applicants/> }.into_html(),
        view! { <OfferedMerges here=Arc::clone(&here) team=team.clone() got=merges.got/> }.into_html(),
        view! { <Members here=Arc::clone(&here) team=team.clone()/> }.into_html(),
    ];
    let base = address::team(here.slug());
    let history = view! { <History here=Arc::clone(&here) history base/> }.into_html();
    let rail = [
        // What makes a team take part is of no use to one that may not.
        (!team.is_disqualified()).then(|| view! { <ReadyCard here=Arc::clone(&here) team=team.clone()/> }.into_html()),
        takes_more.then(|| {
            view! { <InvitationCard here=Arc::clone(&here) team=team.clone() invitation renews=invites/> }.into_html()
        }),
        mailed.map(|waiting| view! { <MailCard here=Arc::clone(&here) waiting state=ended.clone()/> }.into_html()),
        Some(view! { <KeyCard here=Arc::clone(&here) key renews/> }.into_html()),
        can_merge.then(|| {
            view! { <MergeCard here=Arc::clone(&here) team=team.clone() made=merges.made state=ended.clone()/> }
                .into_html()
        }),
        Some(view! { <LeaveCard here team user leaving/> }.into_html()),
    ];
    let error = refused.then(|| view! { <FormError state=ended/> }.into_html());
    Ok(view! {
        {error}
        <div class="with-rail snug">
            <div class="stack l">{main.collect_view()}</div>
            <aside class="stack" aria-label=t(l, k::teams::MANAGE)>{rail.into_iter().flatten().collect_view()}</aside>
        </div>
        // Below all that can be done, on a phone too: it may be long.
        {history}
    })
}
