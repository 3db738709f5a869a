use std::sync::Arc;

use domain::access::Action;
use domain::address;
use domain::cases::CaseState;
use domain::participation::ParticipationState;
use leptos::prelude::*;
use platform::cases::{self, CaseCounts};
use platform::competitions::letters::{self, LetterCounts, LetterState};
use platform::competitions::people::PeopleFilter;
use platform::competitions::roles;
use platform::participation::decisions::ApplicantsPage;
use platform::participation::{ApplicantsAsked, decisions};
use platform::teams::overview::{TeamsAsked, TeamsFilter};
use platform::{competitions, teams};

use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::applications::rows::ApplicantRows;
use crate::pages::console::frame::{Room, role_word, room};
use crate::pages::participation::capacity;
use crate::request;
use crate::tf;
use crate::ui::{Card, Fact, Facts, Tile, Tiles};

/// Applications that stand on the first page.
const PENDING: i64 = 5;

/// `/competitions/:slug/manage`: the competition at a glance.
#[component]
pub fn ManagePage() -> impl IntoView {
    room(Room::Overview, |here| async move {
        let l = locale();
        let services = request::services();
        let (teams, people) = competitions::count(&services, &here.competition).await?;
        let today = competitions::submitted_today(&services, &here.competition).await?;
        let roles = roles::list(&services, &here.competition, &request::actor()).await?;
        let (pending, waiting) = if here.may(Action::DecideApplications) {
            let state = Some(ParticipationState::Applied);
            let asked = ApplicantsAsked { state, limit: PENDING, ..ApplicantsAsked::default() };
            let page = decisions::list(&services, &here.competition, &request::actor(), &asked).await?;
            let waiting = page.count(ParticipationState::Waiting);
            (Some(page), waiting)
        } else {
            (None, 0)
        };
        let cases = if here.may(Action::ReadCases) {
            Some(cases::counts(&services, &here.competition, &request::actor()).await?)
        } else {
            None
        };
        let cases = cases.map(|counts| cases_tile(&here, &counts));
        let mail = if here.may(Action::ManageMail) {
            Some(letters::counts(&services, &here.competition, &request::actor()).await?)
        } else {
            None
        };
        let mail = mail.map(|counts| mail_tile(&here, &counts));
        let note = match capacity(l, &here.competition.settings.apply) {
            Some(places) if waiting > 0 => {
                tf!(l, k::console::applications::PLACES_WAITING, n = places, waiting = waiting)
            }
            Some(places) => tf!(l, k::console::applications::PLACES, n = places),
            None => t(l, k::console::PEOPLE_NOTE).to_owned(),
        };
        let pending = pending
            .filter(|page| page.total > 0)
            .map(|page| view! { <Pending here=Arc::clone(&here) page/> }.into_html());
        let all = TeamsAsked::default();
        let idle = teams::overview::list(&services, &here.competition, &request::actor(), &all).await?;
        let (idle, soon) = (idle.count(TeamsFilter::Idle), idle.count(TeamsFilter::IdleSoon));
        // The most pressing of what the line says.
        let (teams_note, teams_note_href) = match (idle, soon) {
            (0, 0) => (t(l, k::console::team_list::SEE_ALL).to_owned(), address::manage_teams(here.slug())),
            (0, _) => (
                tf!(l, k::console::team_list::IDLE_N, idle = idle, soon = soon),
                teams_in(&here, TeamsFilter::IdleSoon),
            ),
            _ => (tf!(l, k::console::team_list::IDLE_N, idle = idle, soon = soon), teams_in(&here, TeamsFilter::Idle)),
        };
        let waiting_href = (waiting > 0).then(|| applications_in(&here, ParticipationState::Waiting));
        let teams_href = teams_in(&here, TeamsFilter::TakesPart);
        let small = teams::too_small(&services, &here.competition, &request::actor()).await?;
        let small = small.into_iter().map(|(number, name, have)| {
            let team = tf!(l, k::teams::ask::TEAM, n = number, name = name);
            let href = address::public_team(here.slug(), number);
            view! { <li class="row between"><a href=href>{team}</a> <span class="caption num">{tf!(l, k::teams::ALONE_MEMBERS, n = have)}</span></li> }
        });
        let small: Vec<_> = small.collect();
        let text = here.competition.teams_settle_at().map(|at| {
            let time = format::deadline(l, here.zone(), at);
            let min = here.competition.settings.team.min;
            if here.now < at {
                tf!(l, k::console::SMALL_SOON, time = time, min = min)
            } else {
                tf!(l, k::console::SMALL_OVER, time = time, min = min)
            }
        });
        let small = (!small.is_empty()).then(|| {
            view! {
                <Card id="small" title=t(l, k::console::SMALL)>
                    <div class="stack s">
                        {text.map(|text| view! { <p class="caption num">{text}</p> })}
                        <ul class="stack s">{small}</ul>
                    </div>
                </Card>
            }
        });
        let [people_href, today_href] =
            [PeopleFilter::TakesPart, PeopleFilter::Today].map(|filter| people_in(&here, filter));
        let all =
            move || view! { <a class="caption" href=address::manage_roles(here.slug())>{t(l, k::console::ALL)}</a> };
        let waiting = roles.invitations.len();
        Ok(view! {
            <Tiles>
                <Tile term=t(l, k::console::PEOPLE) value=people.to_string() unit=t(l, k::console::PEOPLE_UNIT) note href=people_href note_href=waiting_href/>
                <Tile term=t(l, k::console::TEAMS) value=teams.to_string() unit=t(l, k::console::TEAMS_UNIT) note=teams_note href=teams_href note_href=Some(teams_note_href)/>
                <Tile term=t(l, k::console::TODAY) value=today.to_string() unit=t(l, k::console::TODAY_UNIT) note=t(l, k::console::TODAY_NOTE) href=today_href/>
                {cases}
                {mail}
            </Tiles>
            {pending}
            <Card id="roles" title=t(l, k::console::roles::TITLE) note=all>
                <Facts lines=true>
                    {roles.holders.into_iter().map(|holder| view! { <Fact term=holder.name>{role_word(l, holder.role)}</Fact> }).collect_view()}
                </Facts>
                {(waiting > 0).then(|| view! { <p class="caption">{tf!(l, k::console::roles::WAITING_N, n = waiting)}</p> })}
            </Card>
            {small}
        })
    })
}

/// The applications that stand in a state.
fn applications_in(here: &Here, state: ParticipationState) -> String {
    address::asking(&address::manage_applications(here.slug()), &[("state", state.key())])
}

/// The people of a kind.
fn people_in(here: &Here, filter: PeopleFilter) -> String {
    address::asking(&address::manage_people(here.slug()), &[("state", filter.key())])
}

/// The teams of a kind.
fn teams_in(here: &Here, filter: TeamsFilter) -> String {
    address::asking(&address::manage_teams(here.slug()), &[("state", filter.key())])
}

/// How many cases are to be decided, and how many suspicions nobody was asked about yet.
fn cases_tile(here: &Here, counts: &CaseCounts) -> Html {
    use k::cases::house as h;
    let l = locale();
    let base = address::manage_cases(here.slug());
    let href = address::asking(&base, &[("state", CaseState::Deliberating.key())]);
    let note = tf!(l, h::WAITING_NOTE, n = counts.of(CaseState::Suspected));
    let note_href = Some(address::asking(&base, &[("state", CaseState::Suspected.key())]));
    let value = counts.waiting().to_string();
    view! { <Tile term=t(l, h::WAITING) value unit=t(l, h::WAITING_UNIT) note href note_href/> }.into_html()
}

/// How many letters failed, and how many wait.
fn mail_tile(here: &Here, counts: &LetterCounts) -> Html {
    use k::console::mail as w;
    let l = locale();
    let base = address::manage_mail(here.slug());
    let failed = counts.of(LetterState::Failed);
    let list = |state: LetterState| address::asking(&base, &[("state", state.key())]);
    let (href, note_href) = (list(LetterState::Failed), Some(list(LetterState::Waiting)));
    let note = tf!(l, w::WAITING_NOTE, n = counts.of(LetterState::Waiting));
    view! { <Tile term=t(l, w::FAILED_TILE) value=failed.to_string() unit=t(l, w::UNIT) note href note_href/> }
        .into_html()
}

/// The first of those who wait for a decision, and the way to all.
#[component]
fn Pending(here: Arc<Here>, page: ApplicantsPage) -> impl IntoView {
    let l = locale();
    let href = applications_in(&here, ParticipationState::Applied);
    let note = move || view! { <a class="caption" href=href.clone()>{t(l, k::console::ALL)}</a> };
    let title = format!("{} {}", t(l, k::console::applications::PENDING), page.total);
    view! { <Card id="pending" title class="flush" note><ApplicantRows here rows=page.rows/></Card> }
}
