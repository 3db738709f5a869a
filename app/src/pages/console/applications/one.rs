use std::sync::Arc;

use domain::ErrorCode;
use domain::address;
use domain::ids::UserId;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_params_map;
use platform::participation::decisions::{self, Decision};
use platform::participation::{AnswerFile, Applicant, answer_files};
use uuid::Uuid;

use super::bulk::{self, Reason};
use crate::api::participation::DecideApplications;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, room};
use crate::pages::load::{FormError, FormState};
use crate::pages::participation::standing::answered;
use crate::request;
use crate::tf;
use crate::ui::{BadgeState, Card, Fact, Facts, Icon, LinkButton, Size, StateBadge, Time, TimeForm};

/// `/competitions/:slug/manage/applications/:user`: one application, with its answers.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let user = use_params_map().read_untracked().get("user").unwrap_or_default();
    let state = FormState::of::<DecideApplications>();
    room(Room::Applications, move |here| async move {
        let user: Uuid = user.parse().map_err(|_| ErrorCode::NotFound)?;
        let (services, actor) = (request::services(), request::actor());
        let applicant = decisions::of(&services, &here.competition, &actor, UserId(user)).await?;
        let files = answer_files::of(&services, &here.competition, &actor, UserId(user)).await?;
        let said = bulk::said(&state);
        let l = locale();
        let parts = [
            view! {
                <p><LinkButton href=address::manage_applications(here.slug()) size=Size::Small icon=Icon::Left>{t(l, k::console::applications::BACK)}</LinkButton></p>
                <FormError state=state.clone()/>
                {said}
            }
            .into_html(),
            view! { <Who here=Arc::clone(&here) applicant=applicant.clone()/> }.into_html(),
            view! { <Answered here=Arc::clone(&here) applicant=applicant.clone() files/> }.into_html(),
            view! { <Decide here applicant state/> }.into_html(),
        ];
        Ok(parts.collect_view())
    })
}

#[component]
fn Who(here: Arc<Here>, applicant: Applicant) -> impl IntoView {
    use k::console::applications as a;
    let (l, zone) = (locale(), here.zone());
    let version = (here.competition.settings.apply.rules > 1).then(|| tf!(l, a::VERSION, n = applicant.rules_version));
    let team = applicant.team_number.zip(applicant.team_name).map(|(number, name)| {
        view! { <Fact term=t(l, a::TEAM)><a href=address::public_team(here.slug(), number)>{name}</a></Fact> }
    });
    let state = BadgeState::of_application(applicant.state, applicant.place);
    let until = applicant
        .offer_until
        .map(|at| view! { <Fact term=t(l, a::OFFER_UNTIL)><Time at zone form=TimeForm::Deadline/></Fact> });
    let reason = applicant.reason.map(|reason| view! { <Fact term=t(l, a::REASON)>{reason}</Fact> });
    let place = applicant.place.map(|place| view! { <Fact term=t(l, a::PLACE)>{tf!(l, a::PLACE_N, n = place)}</Fact> });
    view! {
        <Card id="who" title=applicant.name note=move || view! { <StateBadge state/> }>
            <Facts lines=true>
                <Fact term=t(l, a::EMAIL)>{applicant.email}</Fact>
                <Fact term=t(l, a::AFFILIATION)>{applicant.affiliation}</Fact>
                {team}
                <Fact term=t(l, a::APPLIED)><Time at=applicant.applied_at zone/></Fact>
                <Fact term=t(l, a::AGREED)><Time at=applicant.agreed_at zone/>{version}</Fact>
                <Fact term=t(l, a::SINCE)><Time at=applicant.changed_at zone/></Fact>
                {place}
                {until}
                {reason}
            </Facts>
        </Card>
    }
}

#[component]
fn Answered(here: Arc<Here>, applicant: Applicant, files: Vec<AnswerFile>) -> impl IntoView {
    let l = locale();
    let answers = applicant.answers.unwrap_or_default();
    let rows = answered(l, &here, &answers, &files);
    let none = rows.is_empty() || answers.is_empty();
    view! {
        <Card id="answers" title=t(l, k::console::applications::ANSWERS)>
            {if none {
                view! { <p class="muted">{t(l, k::console::applications::NO_ANSWERS)}</p> }.into_html()
            } else {
                view! { <Facts>{rows}</Facts> }.into_html()
            }}
        </Card>
    }
}

#[component]
fn Decide(here: Arc<Here>, applicant: Applicant, state: FormState) -> impl IntoView {
    let l = locale();
    let fits = |decision: &Decision| decision.leads(applicant.state, true).is_some();
    let decisions: Vec<_> = Decision::ALL.into_iter().filter(fits).collect();
    let form = if decisions.is_empty() {
        view! { <p class="muted">{t(l, k::console::applications::NO_DECISION)}</p> }.into_html()
    } else {
        view! {
            <form class="stack" method="post" action=DecideApplications::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <input type="hidden" name="users[]" value=applicant.user_id.to_string()/>
                <Reason state/>
                {bulk::buttons(l, decisions)}
            </form>
        }
        .into_html()
    };
    view! { <Card id="decision" title=t(l, k::console::applications::DECISION)>{form}</Card> }
}
