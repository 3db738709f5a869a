//! A team's history: who did what when, for its members and organizers.

use std::sync::Arc;

use domain::AppError;
use domain::audit::{Author, Deed, HistoryEntry, HistoryPage};
use domain::teams::Team;
use leptos::prelude::*;
use platform::audit;

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::request;
use crate::tf;
use crate::ui::{Empty, EmptyRow, Icon, Pagination, Section, Table, Time};

/// The field of the address that says which page of the history is shown.
const FIELD: &str = "history";

/// The page of the team's history that the address asks for.
///
/// # Errors
/// `login_required`; `not_member` for who is neither in the team nor an organizer.
pub async fn asked(here: &Here, team: &Team) -> Result<HistoryPage, AppError> {
    let page = request::query(FIELD).and_then(|page| page.parse().ok()).unwrap_or(1);
    Ok(audit::history(&request::services(), &here.competition, team, &here.actor, page).await?)
}

/// What was done in and to the team, newest first; `base` is the address of the page it stands on.
#[component]
pub fn History(here: Arc<Here>, history: HistoryPage, base: String) -> impl IntoView {
    let l = locale();
    let HistoryPage { entries, total, page, pages } = history;
    let nothing = entries.is_empty();
    let rows = entries.into_iter().map(|entry| row(l, &here, entry)).collect_view();
    let count = tf!(l, k::teams::history::COUNT, n = total);
    view! {
        <Section id=FIELD title=t(l, k::teams::history::TITLE) tight=true note=move || view! { <span class="caption num">{count.clone()}</span> }>
            <Table caption=t(l, k::teams::history::CAPTION) class="dense">
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::teams::history::WHAT)}</th>
                        <th scope="col" class="wide-only">{t(l, k::teams::history::WHO)}</th>
                        <th scope="col" class="wide-only end">{t(l, k::teams::history::WHEN)}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {nothing
                        .then(|| {
                            view! { <EmptyRow columns=3><Empty icon=Icon::Clock title=t(l, k::teams::history::NONE) text=t(l, k::teams::history::NONE_TEXT)/></EmptyRow> }
                        })}
                </tbody>
            </Table>
            <p class="caption">{t(l, k::teams::history::NOTE)}</p>
            <Pagination label=t(l, k::teams::history::PAGES) page pages href=move |page| format!("{base}?{FIELD}={page}#{FIELD}")/>
        </Section>
    }
}

fn row(l: Locale, here: &Here, entry: HistoryEntry) -> impl IntoView + use<> {
    let zone = here.zone();
    let who = match &entry.author {
        Author::Member(name) => format::person(l, name),
        Author::Organizer => t(l, k::teams::history::ORGANIZER).to_owned(),
        Author::OtherTeam => t(l, k::teams::history::OTHER_TEAM).to_owned(),
        Author::System => t(l, k::teams::history::SYSTEM).to_owned(),
    };
    view! {
        <tr>
            <th scope="row">
                {what(l, &entry)}
                <span class="meta narrow-only num">{who.clone()} " · " <Time at=entry.at zone/></span>
            </th>
            <td class="wide-only tight-col">{who}</td>
            <td class="wide-only end tight-col num"><Time at=entry.at zone/></td>
        </tr>
    }
}

/// The deed in a sentence.
fn what(l: Locale, entry: &HistoryEntry) -> String {
    let whom = entry.whom.as_str();
    let plain = match (entry.deed, &entry.names) {
        (Deed::RenameTeam, Some((before, after))) => {
            return tf!(l, k::teams::history::RENAMED, before = before, after = after);
        }
        (Deed::MoveMember, Some((before, after))) => {
            return tf!(l, k::teams::history::MOVED, whom = whom, before = before, after = after);
        }
        (Deed::RemoveMember, _) if !whom.is_empty() => return tf!(l, k::teams::history::REMOVED, whom = whom),
        (Deed::HandOverTeam, _) if !whom.is_empty() => return tf!(l, k::teams::history::HANDED_OVER, whom = whom),
        (Deed::CreateTeam, _) => k::teams::history::CREATED,
        (Deed::JoinTeam, _) => k::teams::history::JOINED,
        (Deed::LeaveTeam, _) => k::teams::history::LEFT,
        (Deed::RemoveMember, _) => k::teams::history::REMOVED_SOMEONE,
        (Deed::HandOverTeam, _) => k::teams::history::HANDED_OVER_SOMEONE,
        (Deed::RenewInvitation, _) => k::teams::history::INVITED,
        (Deed::InviteToTeam, _) => k::teams::history::INVITED_BY_MAIL,
        (Deed::WithdrawTeamInvitation, _) => k::teams::history::TOOK_BACK,
        (Deed::JoinByLetter, _) => k::teams::history::JOINED_BY_MAIL,
        (Deed::AcceptRequest, _) if !whom.is_empty() => {
            return tf!(l, k::teams::history::REQUEST_ACCEPTED, whom = whom);
        }
        (Deed::AcceptRequest, _) => k::teams::history::REQUEST_ACCEPTED_SOMEONE,
        (Deed::RefuseRequest, _) => k::teams::history::REQUEST_REFUSED,
        (Deed::OfferMerge, _) => k::teams::history::MERGE_OFFERED,
        (Deed::WithdrawMerge, _) => k::teams::history::MERGE_WITHDRAWN,
        (Deed::RefuseMerge, _) => k::teams::history::MERGE_REFUSED,
        (Deed::MergeTeams, _) => k::teams::history::MERGED,
        (Deed::JoinByMerge, _) if !whom.is_empty() => return tf!(l, k::teams::history::JOINED_BY_MERGE, whom = whom),
        (Deed::JoinByMerge, _) => k::teams::history::JOINED_BY_MERGE_SOMEONE,
        (Deed::ShowKey, _) => k::teams::history::KEY_SHOWN,
        (Deed::DisqualifyTeam, _) => k::teams::history::DISQUALIFIED,
        (Deed::RestoreTeam, _) => k::teams::history::RESTORED,
        (Deed::WarnIdleTeam, _) => k::teams::history::IDLE_WARNED,
        (Deed::ExcludeTeam, _) => k::teams::history::EXCLUDED,
        (Deed::UndoExclusion, _) => k::teams::history::EXCLUSION_UNDONE,
        (Deed::RenewKey, _) => k::teams::history::KEY_RENEWED,
        _ => k::teams::history::OTHER,
    };
    t(l, plain).to_owned()
}
