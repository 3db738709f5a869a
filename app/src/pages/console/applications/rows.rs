use std::sync::Arc;

use domain::address;
use domain::participation::ParticipationState;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::participation::Applicant;
use platform::participation::decisions::Decision;

use super::bulk::FORM;
use crate::api::participation::DecideApplications;
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{BadgeState, Button, Icon, Size, StateBadge, Table, Time, TimeForm};

/// Applications as rows, each with the decision that is usual where it stands; with boxes to check for the form below.
#[component]
pub fn ApplicantRows(
    here: Arc<Here>,
    rows: Vec<Applicant>,
    /// With the boxes; without them it stands within a card.
    #[prop(optional)]
    chosen: bool,
    /// Whose boxes are checked, their ids, after an error.
    #[prop(optional)]
    ticked: String,
) -> impl IntoView {
    let l = locale();
    let rows: Vec<_> = rows.into_iter().map(|row| line(&here, row, chosen, &ticked)).collect();
    view! {
        <Table caption=t(l, k::console::applications::CAPTION) class=if chosen { "roomy" } else { "bare roomy" }>
            <thead>
                <tr>
                    {chosen.then(|| view! { <th scope="col" class="tight-col"><span class="sr-only">{t(l, k::console::applications::BULK)}</span></th> })}
                    <th scope="col" class="fill">{t(l, k::console::applications::WHO)}</th>
                    <th scope="col" class="wide-only">{t(l, k::console::applications::TEAM)}</th>
                    <th scope="col" class="wide-only">{t(l, k::console::applications::APPLIED)}</th>
                    <th scope="col">{t(l, k::console::applications::STATE)}</th>
                    <th scope="col" class="end"><span class="sr-only">{t(l, k::console::applications::DECIDE)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn line(here: &Arc<Here>, row: Applicant, chosen: bool, ticked: &str) -> impl IntoView + use<> {
    let (l, zone) = (locale(), here.zone());
    let href = address::manage_application(here.slug(), row.user_id);
    let choose = chosen.then(|| {
        let name = tf!(l, k::console::applications::CHOOSE, name = row.name);
        let (value, checked) = (row.user_id.to_string(), ticked.contains(&row.user_id.to_string()));
        view! {
            <td class="tight-col">
                <input type="checkbox" name="users[]" value=value checked=checked form=FORM aria-label=name/>
            </td>
        }
    });
    let team = match (&row.team_number, &row.team_name) {
        (Some(number), Some(name)) => {
            view! { <a href=address::public_team(here.slug(), number)>{name.clone()}</a> }.into_html()
        }
        _ => view! { <span class="muted">{t(l, k::console::applications::NO_TEAM)}</span> }.into_html(),
    };
    let until = row.offer_until.map(|at| {
        let at = format::short(l, zone, at);
        view! { <span class="meta num">{tf!(l, k::console::applications::UNTIL, at = at)}</span> }
    });
    let applied = format::short(l, zone, row.applied_at);
    let approve = (row.state == ParticipationState::Applied).then(|| approve(here, &row));
    view! {
        <tr>
            {choose}
            <th scope="row">
                <a href=href><strong>{row.name.clone()}</strong></a>
                <span class="meta">{row.affiliation.clone()}</span>
                <span class="meta narrow-only num">{applied}</span>
            </th>
            <td class="wide-only tight-col">{team}</td>
            <td class="wide-only tight-col num"><Time at=row.applied_at zone form=TimeForm::Short/></td>
            <td class="tight-col"><StateBadge state=BadgeState::of_application(row.state, row.place)/>{until}</td>
            <td class="end">{approve}</td>
        </tr>
    }
}

/// A form of its own, so that it works beside the boxes.
fn approve(here: &Here, row: &Applicant) -> Html {
    let l = locale();
    let label = tf!(l, k::console::applications::APPROVE_OF, name = row.name);
    view! {
        <form method="post" action=DecideApplications::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="users[]" value=row.user_id.to_string()/>
            <input type="hidden" name="decision" value=Decision::Approve.key()/>
            <Button size=Size::Small icon=Icon::Check submit=true label>{t(l, k::console::applications::APPROVE)}</Button>
        </form>
    }
    .into_html()
}
