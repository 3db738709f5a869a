use domain::address;
use leptos::prelude::*;
use platform::competitions;
use platform::competitions::roles;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::console::frame::{Room, role_word, room};
use crate::request;
use crate::tf;
use crate::ui::{Card, Fact, Facts, Tile, Tiles};

/// `/competitions/:slug/manage`: the competition at a glance.
#[component]
pub fn ManagePage() -> impl IntoView {
    room(Room::Overview, |here| async move {
        let l = locale();
        let services = request::services();
        let (teams, people) = competitions::count(&services, &here.competition).await?;
        let today = competitions::submitted_today(&services, &here.competition).await?;
        let roles = roles::list(&services, &here.competition, &request::actor()).await?;
        let leaderboard = address::leaderboard(here.slug());
        let all =
            move || view! { <a class="caption" href=address::manage_roles(here.slug())>{t(l, k::console::ALL)}</a> };
        let waiting = roles.invitations.len();
        Ok(view! {
            <Tiles>
                <Tile term=t(l, k::console::PEOPLE) value=people.to_string() unit=t(l, k::console::PEOPLE_UNIT) note=t(l, k::console::PEOPLE_NOTE)/>
                <Tile term=t(l, k::console::TEAMS) value=teams.to_string() unit=t(l, k::console::TEAMS_UNIT) note=t(l, k::console::TEAMS_NOTE) href=leaderboard/>
                <Tile term=t(l, k::console::TODAY) value=today.to_string() unit=t(l, k::console::TODAY_UNIT) note=t(l, k::console::TODAY_NOTE)/>
            </Tiles>
            <Card id="roles" title=t(l, k::console::roles::TITLE) note=all>
                <Facts lines=true>
                    {roles.holders.into_iter().map(|holder| view! { <Fact term=holder.name>{role_word(l, holder.role)}</Fact> }).collect_view()}
                </Facts>
                {(waiting > 0).then(|| view! { <p class="caption">{tf!(l, k::console::roles::WAITING_N, n = waiting)}</p> })}
            </Card>
        })
    })
}
