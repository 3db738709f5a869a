use chrono::{DateTime, Utc};
use domain::address;
use domain::competitions::Competition;
use leptos::prelude::*;
use platform::participation::OwnPart;

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::frame::phase_word;
use crate::pages::console::frame::role_word;
use crate::tf;
use crate::ui::{Badge, BadgeState, Empty, Icon, LinkButton, Look, NoValue, StateBadge, Table, Tone};

/// The competitions in which the reader has a part: what they are there, their team and what it has submitted.
#[component]
pub fn OwnCompetitions(own: Vec<(Competition, OwnPart)>, now: DateTime<Utc>) -> impl IntoView {
    use k::accounts::competitions as w;
    let l = locale();
    if own.is_empty() {
        return view! {
            <Empty icon=Icon::Users title=t(l, w::NONE) text=t(l, w::NONE_TEXT)>
                <LinkButton href=address::HOME look=Look::Primary>{t(l, w::NONE_DO)}</LinkButton>
            </Empty>
        }
        .into_html();
    }
    view! {
        <Table caption=t(l, w::TITLE) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, w::COMPETITION)}</th>
                    <th scope="col">{t(l, w::PART)}</th>
                    <th scope="col" class="wide-only">{t(l, w::TEAM)}</th>
                    <th scope="col" class="wide-only end">{t(l, w::SUBMISSIONS)}</th>
                </tr>
            </thead>
            <tbody>{own.into_iter().map(|(competition, part)| row(l, &competition, part, now)).collect_view()}</tbody>
        </Table>
    }
    .into_html()
}

fn row(l: Locale, competition: &Competition, part: OwnPart, now: DateTime<Utc>) -> impl IntoView + use<> {
    use k::accounts::competitions as w;
    let slug = competition.slug.as_str();
    let (phase, tone) = phase_word(l, competition, now);
    let what = match (part.role, part.state) {
        (Some(role), _) => view! { <a href=address::manage(slug)>{role_word(l, role)}</a> }.into_html(),
        (None, Some(state)) => {
            view! { <a href=address::apply(slug)><StateBadge state=BadgeState::of_application(state, None)/></a> }
                .into_html()
        }
        (None, None) => view! { <NoValue/> }.into_html(),
    };
    let ended = part.team_ended.is_some();
    let name = part.team_name.zip(part.team_number).map(|(name, n)| tf!(l, k::teams::ask::TEAM, n = n, name = name));
    let team = || {
        let name = name.clone()?;
        let leads = part.leads.then(|| view! { " " <span class="caption">{t(l, w::LEADER)}</span> });
        let ended = ended.then(|| view! { " " <Badge tone=Tone::Neutral>{t(l, w::ENDED)}</Badge> });
        Some(view! { <a href=address::team(slug)>{name}</a>{leads}{ended} })
    };
    let submissions = || {
        let at = format::short(l, competition.settings.zone, part.submitted_at?);
        Some(view! { <a href=address::submissions(slug)>{tf!(l, w::SUBMITTED, n = part.submissions, at = at)}</a> })
    };
    let (narrow_team, narrow_submissions, team, submissions) = (team(), submissions(), team(), submissions());
    view! {
        <tr>
            <th scope="row">
                <a href=address::competition(slug)>{competition.settings.title.get(l).to_owned()}</a>
                <span class="meta"><Badge tone>{phase}</Badge></span>
                <span class="meta narrow-only">{narrow_team}</span>
                <span class="meta narrow-only num">{narrow_submissions}</span>
            </th>
            <td class="tight-col">{what}</td>
            <td class="wide-only tight-col">{team}</td>
            <td class="wide-only end num">{submissions}</td>
        </tr>
    }
}
