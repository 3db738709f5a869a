use std::sync::Arc;

use domain::address;
use domain::idle::Idleness;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams::overview::{TeamLine, TeamState};

use crate::api::teams::RestoreTeam;
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Badge, Button, NoValue, Size, Table, Time, TimeForm, Tone};

/// The form that the boxes of the rows belong to.
pub(super) const EXCLUDE_FORM: &str = "exclude";

/// Whether it may be excluded.
pub(super) fn is_idle(line: &TeamLine) -> bool {
    line.state() == TeamState::Idle
}

/// Teams as rows, with boxes to check for the form below at those that are idle.
#[component]
pub fn TeamRows(
    here: Arc<Here>,
    lines: Vec<TeamLine>,
    /// With the boxes.
    chosen: bool,
    /// Whether the reader may take excluded teams back.
    restores: bool,
    /// Whose boxes are checked, their numbers, after an error.
    ticked: String,
) -> impl IntoView {
    use k::console::team_list as w;
    let l = locale();
    let rows: Vec<_> = lines.into_iter().map(|row| line(&here, row, chosen, restores, &ticked)).collect();
    view! {
        <Table caption=t(l, k::console::TEAMS) class="roomy">
            <thead>
                <tr>
                    {chosen.then(|| view! { <th scope="col" class="tight-col"><span class="sr-only">{t(l, w::BULK)}</span></th> })}
                    <th scope="col" class="fill">{t(l, k::console::TEAMS)}</th>
                    <th scope="col" class="wide-only end">{t(l, w::MEMBERS)}</th>
                    <th scope="col" class="wide-only end">{t(l, w::SUBMISSIONS)}</th>
                    <th scope="col" class="wide-only">{t(l, w::SUBMITTED)}</th>
                    <th scope="col" class="wide-only">{t(l, w::ACTIVE)}</th>
                    <th scope="col">{t(l, w::STATE)}</th>
                    {restores.then(|| view! { <th scope="col" class="end"><span class="sr-only">{t(l, w::RESTORE)}</span></th> })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn line(here: &Arc<Here>, row: TeamLine, chosen: bool, restores: bool, ticked: &str) -> impl IntoView + use<> {
    use k::console::team_list as w;
    let (l, zone) = (locale(), here.zone());
    let (tone, word) = look(l, row.state());
    let number = row.team.number;
    let choose = chosen.then(|| {
        let name = tf!(l, w::CHOOSE, name = row.team.name.clone());
        let checked = ticked.split(|c: char| !c.is_ascii_digit()).any(|one| one == number.to_string());
        let cell = is_idle(&row).then(|| {
            view! { <input type="checkbox" name="teams[]" value=number.to_string() checked=checked form=EXCLUDE_FORM aria-label=name/> }
        });
        view! { <td class="tight-col">{cell}</td> }
    });
    let until = row.idleness.map(|idleness| match idleness {
        Idleness::Idle { since } => tf!(l, w::SINCE, at = format::short(l, zone, since)),
        idleness => tf!(l, w::UNTIL, at = format::short(l, zone, idleness.until())),
    });
    let time = |at| match at {
        Some(at) => view! { <Time at zone form=TimeForm::Short/> }.into_html(),
        None => view! { <NoValue/> }.into_html(),
    };
    let is_excluded = row.state() == TeamState::Excluded;
    let restore = restores.then(|| view! { <td class="end">{is_excluded.then(|| restore(here, &row))}</td> });
    let team = tf!(l, k::teams::ask::TEAM, n = number, name = row.team.name.clone());
    view! {
        <tr>
            {choose}
            <th scope="row">
                <a href=address::public_team(here.slug(), number)><strong>{team}</strong></a>
                <span class="meta">{row.team.leader.clone()}</span>
                <span class="meta narrow-only num">{tf!(l, w::IN_SHORT, members = row.team.members, n = row.team.submissions)}</span>
            </th>
            <td class="wide-only end num">{row.team.members}</td>
            <td class="wide-only end num">{row.team.submissions}</td>
            <td class="wide-only tight-col num">{time(row.team.signs.submitted_at)}</td>
            <td class="wide-only tight-col num">{time(row.team.signs.active_at)}</td>
            <td class="tight-col nowrap"><Badge tone>{word}</Badge>{until.map(|until| view! { <span class="meta num">{until}</span> })}</td>
            {restore}
        </tr>
    }
}

/// A form of its own, so that it works beside the boxes.
fn restore(here: &Here, row: &TeamLine) -> Html {
    use k::console::team_list as w;
    let l = locale();
    let label = tf!(l, w::RESTORE_OF, name = row.team.name.clone());
    view! {
        <form method="post" action=RestoreTeam::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="team" value=row.team.number.to_string()/>
            <Button size=Size::Small submit=true label>{t(l, w::RESTORE)}</Button>
        </form>
    }
    .into_html()
}

/// What a team's state is called.
pub fn team_state_word(l: Locale, state: TeamState) -> &'static str {
    look(l, state).1
}

fn look(l: Locale, state: TeamState) -> (Tone, &'static str) {
    use k::console::team_list as w;
    let (tone, word) = match state {
        TeamState::TakesPart => (Tone::Success, w::TAKES_PART),
        TeamState::Small => (Tone::Warning, w::SMALL),
        TeamState::IdleSoon => (Tone::Warning, w::IDLE_SOON),
        TeamState::Idle => (Tone::Danger, w::IDLE),
        TeamState::Excluded => (Tone::Neutral, w::EXCLUDED),
        TeamState::Merged => (Tone::Neutral, k::teams::MERGED_BADGE),
        TeamState::Disqualified => (Tone::Danger, k::ui::state::DISQUALIFIED),
        TeamState::Withdrawn => (Tone::Neutral, k::ui::state::WITHDRAWN),
    };
    (tone, t(l, word))
}
