use std::sync::Arc;

use domain::address;
use domain::teams::{NAME_MAX, Team};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::{TeamBadge, TeamRank};
use crate::api::teams::RenameTeam;
use crate::context::locale;
use crate::format;
use crate::html::{Children, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{
    Button, Dialog, DialogCloser, DialogOpener, Fact, Facts, Icon, Look, NoValue, Place, RankChange, Size, TextField,
    Time, TimeForm,
};

/// The number everyone calls the team by, its name and how it stands.
#[component]
pub fn Hero(
    here: Arc<Here>,
    team: Team,
    standing: Option<TeamRank>,
    /// Submissions of the team.
    sent: i64,
    state: FormState,
    /// Whether the reader may give it another name.
    renames: bool,
) -> impl IntoView {
    let l = locale();
    let is_final = standing.as_ref().is_some_and(|place| place.is_final);
    let wrong_name = state.field_error("name");
    let zone = here.zone();
    let public_page = address::public_team(here.slug(), team.number);
    let leaderboard = is_final.then(|| here.leaderboard_href());
    view! {
        <section class="card team-card" aria-labelledby="team-name">
            <TeamNumber number=team.number/>
            <div class="stack s">
                <div class="row between">
                    <div class="row tight">
                        <h1 id="team-name">{team.name.clone()}</h1>
                        <TeamBadge team=team.clone() min=here.competition.settings.team.min/>
                    </div>
                    {(renames && wrong_name.is_none())
                        .then(|| view! { <DialogOpener dialog="rename" size=Size::Small icon=Icon::Edit>{t(l, k::teams::RENAME)}</DialogOpener> })}
                </div>
                // A name that was refused stays open where it can be put right.
                {wrong_name.is_some().then(|| view! { <RenameForm here=Arc::clone(&here) number=None name=state.value("name") error=wrong_name.clone()/> })}
                <StandingFacts standing>
                    <Fact term=t(l, k::teams::SUBMISSIONS)>{tf!(l, k::teams::SUBMISSIONS_N, n = format::grouped(sent))}</Fact>
                    <Fact term=t(l, k::teams::MADE_ON)><Time at=team.created_at zone form=TimeForm::Date/></Fact>
                </StandingFacts>
                <p class="caption">
                    <a href=public_page>{t(l, k::teams::PUBLIC_PAGE)}</a>
                    {leaderboard.map(|href| view! { " · " <a href=href>{t(l, k::participation::BOARD)}</a> })}
                </p>
            </div>
        </section>
        {renames.then(|| view! { <RenameDialog here name=team.name/> })}
    }
}

/// Rank and best score, then what else the children say.
#[component]
pub fn StandingFacts(standing: Option<TeamRank>, children: Children) -> impl IntoView {
    let l = locale();
    let is_final = standing.as_ref().is_some_and(|place| place.is_final);
    let (rank, best) =
        if is_final { (k::teams::FINAL_RANK, k::teams::FINAL_SCORE) } else { (k::teams::RANK, k::teams::BEST) };
    let score = standing.as_ref().map(|place| place.score.clone());
    view! {
        <Facts>
            <Fact term=t(l, rank)>
                {match standing {
                    Some(place) => view! { <Place rank=place.row.rank of=place.of/> " " <RankChange change=Some(place.row.change)/> }.into_html(),
                    None => view! { <span class="muted">{t(l, k::teams::NO_RANK)}</span> }.into_html(),
                }}
            </Fact>
            <Fact term=t(l, best)>
                {match score {
                    Some(score) => score.into_html(),
                    None => view! { <NoValue/> }.into_html(),
                }}
            </Fact>
            {children.view()}
        </Facts>
    }
}

#[component]
pub fn TeamNumber(number: i64) -> impl IntoView {
    let l = locale();
    view! {
        <div class="team-no" role="img" aria-label=tf!(l, k::teams::NUMBER_IS, n = number)>
            <span>{t(l, k::teams::NUMBER)}</span>
            <strong>{number}</strong>
        </div>
    }
}

/// Gives a team another name; with its `number` where it is not the reader's own.
#[component]
pub fn RenameForm(here: Arc<Here>, number: Option<i64>, name: String, error: Option<String>) -> impl IntoView {
    let l = locale();
    view! {
        <form class="stack s" method="post" action=RenameTeam::PATH>
            <input type="hidden" name="slug" value=here.competition.slug.clone()/>
            {number.map(|number| view! { <input type="hidden" name="team" value=number/> })}
            <TextField
                name="name"
                id="wrong-name"
                label=t(l, k::teams::NAME)
                value=name
                hint=t(l, k::teams::NAME_HINT)
                error
                max=u32::try_from(NAME_MAX).unwrap_or(u32::MAX)
                autocomplete="off"
                required=true
            />
            <p><Button submit=true>{t(l, k::teams::RENAME_DO)}</Button></p>
        </form>
    }
}

#[component]
fn RenameDialog(here: Arc<Here>, name: String) -> impl IntoView {
    let l = locale();
    let actions = move || {
        view! {
            <DialogCloser dialog="rename">{t(l, k::teams::CANCEL)}</DialogCloser>
            <Button look=Look::Primary submit=true attr:form="rename-form">{t(l, k::teams::RENAME_DO)}</Button>
        }
    };
    view! {
        <Dialog id="rename" title=t(l, k::teams::RENAME_TITLE) actions>
            <form id="rename-form" method="post" action=RenameTeam::PATH>
                <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                <TextField
                    name="name"
                    id="new-name"
                    label=t(l, k::teams::NAME)
                    value=name
                    hint=t(l, k::teams::NAME_HINT)
                    max=u32::try_from(NAME_MAX).unwrap_or(u32::MAX)
                    autocomplete="off"
                    required=true
                />
            </form>
        </Dialog>
    }
}
