//! The team's submissions, newest first.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::address;
use domain::ids::SubmissionId;
use domain::leaderboards::Side;
use domain::submissions::Submission;
use leptos::prelude::*;
use platform::{leaderboards, submissions};

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::request;
use crate::tf;
use crate::ui::{
    BadgeState, Empty, Icon, LinkButton, Look, NoValue, PageHead, Pagination, StateBadge, Table, Time, TimeForm,
};

const PER_PAGE: i64 = 50;

/// `/competitions/:slug/submissions`
#[component]
pub fn SubmissionsPage() -> impl IntoView {
    let page = request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1_i64).clamp(1, 1_000_000);
    competition_page(CompetitionTab::Submit, false, move |here| async move {
        let l = locale();
        let services = request::services();
        request::user()?;
        let team = here.team.clone().ok_or(ErrorCode::NotMember)?;
        let (rows, total) =
            submissions::list(&services, &here.competition, &team, &here.actor, PER_PAGE, (page - 1) * PER_PAGE)
                .await?;
        let best = team_best(&here).await?.map(|(id, _)| id);
        let pages = total.max(1).div_euclid(PER_PAGE) + i64::from(total.max(1) % PER_PAGE != 0);
        let base = address::submissions(here.slug());
        let list = if rows.is_empty() {
            let (text, href) = (t(l, k::submissions::submit::NONE_TEXT), address::submit(here.slug()));
            view! { <h2 class="sr-only">{t(l, k::submissions::submit::RECENT)}</h2><Empty icon=Icon::Upload title=t(l, k::submissions::submit::NONE) text><LinkButton href look=Look::Primary>{t(l, k::submissions::NEW)}</LinkButton></Empty> }
                .into_html()
        } else {
            view! { <SubmissionTable caption=t(l, k::submissions::CAPTION) rows best here=Arc::clone(&here)/> }
                .into_html()
        };
        Ok(view! {
            <div class="page body stack">
                <PageHead title=t(l, k::submissions::TITLE) note=tf!(l, k::submissions::COUNT, n = total)>
                    {(total > 0).then(|| view! { <LinkButton href=address::submit(here.slug()) icon=Icon::Upload>{t(l, k::submissions::NEW)}</LinkButton> })}
                </PageHead>
                {list}
                <Pagination label=t(l, k::submissions::PAGES) page pages href=move |page| format!("{base}?page={page}")/>
            </div>
        })
    })
}

/// The team's best public score in the current stage and the submission that has it.
pub(super) async fn team_best(here: &Here) -> Result<Option<(SubmissionId, f64)>, domain::AppError> {
    let (Some(team), Some(stage)) = (&here.team, here.competition.current_stage(here.now)) else { return Ok(None) };
    let leaderboard = leaderboards::get(&request::services(), &here.competition, stage, Side::Public).await?;
    Ok(leaderboard.rows.iter().find(|row| row.team_number == team.number).map(|row| (row.best, row.score)))
}

/// What a submission is called: `36번 제출`.
pub(super) fn name_of(l: Locale, submission: &Submission) -> String {
    let n = submission.number;
    if submission.dry_run { tf!(l, k::submissions::ONE_DRY, n = n) } else { tf!(l, k::submissions::ONE, n = n) }
}

/// Submissions as rows. A column of private scores stands there once one is known.
#[component]
pub(super) fn SubmissionTable(
    #[prop(into)] caption: String,
    rows: Vec<Submission>,
    /// The team's best, marked where it stands: an equal score that came later is not it.
    best: Option<SubmissionId>,
    here: Arc<Here>,
) -> impl IntoView {
    let l = locale();
    let has_private = rows.iter().any(|row| row.private_score.is_some());
    let body = rows.into_iter().map(move |submission| {
        let is_best = best == Some(submission.id);
        let href = address::submission(here.slug(), submission.id);
        row(&here, submission, href, is_best, has_private)
    });
    view! {
        <Table caption class="dense">
            <thead>
                <tr>
                    <th scope="col">{t(l, k::submissions::NUMBER)}</th>
                    <th scope="col" class="fill">{t(l, k::submissions::FILE)}</th>
                    <th scope="col" class="wide-only">{t(l, k::submissions::BY)}</th>
                    <th scope="col" class="wide-only">{t(l, k::submissions::AT)}</th>
                    <th scope="col">{t(l, k::submissions::STATE)}</th>
                    <th scope="col" class="end">{t(l, k::submissions::PUBLIC)}</th>
                    {has_private.then(|| view! { <th scope="col" class="end">{t(l, k::submissions::PRIVATE)}</th> })}
                </tr>
            </thead>
            <tbody>{body.collect_view()}</tbody>
        </Table>
    }
}

fn row(here: &Here, submission: Submission, href: String, is_best: bool, has_private: bool) -> impl IntoView + use<> {
    let (l, zone) = (locale(), here.zone());
    let state = BadgeState::of_submission(submission.status, submission.dry_run);
    let voided = submission.voided;
    let number = if submission.dry_run { t(l, k::submissions::DRY).to_owned() } else { submission.number.to_string() };
    let note =
        submission.note.as_ref().filter(|_| state == BadgeState::Failed).map(|note| format::note::sentence(l, note));
    let (who, when) = (format::person(l, &submission.user_name), format::short(l, zone, submission.created_at));
    let public = match submission.public_score {
        Some(score) if is_best => {
            view! { <strong>{here.score(score)}</strong><span class="meta">{t(l, k::submissions::BEST)}</span> }
                .into_html()
        }
        Some(score) => here.score(score).into_html(),
        None => view! { <NoValue/> }.into_html(),
    };
    let private = has_private.then(|| {
        let score = match submission.private_score {
            Some(score) => here.score(score).into_html(),
            None => view! { <NoValue/> }.into_html(),
        };
        view! { <td class="end">{score}</td> }
    });
    view! {
        <tr>
            <td class="num">{number}</td>
            <th scope="row">
                <a href=href>{submission.file_name}</a>
                {(!submission.memo.is_empty()).then(|| view! { <span class="meta">{submission.memo}</span> })}
                {note.map(|note| view! { <span class="meta">{note}</span> })}
                <span class="meta narrow-only num">{who.clone()} " · " {when}</span>
            </th>
            <td class="wide-only tight-col">{who}</td>
            <td class="wide-only tight-col"><Time at=submission.created_at zone form=TimeForm::Short/></td>
            <td><StateBadge state/>{voided.then(|| view! { " " <StateBadge state=BadgeState::Voided/> })}</td>
            <td class="end">{public}</td>
            {private}
        </tr>
    }
}

/// Seconds with one place, for how long a step took.
pub(super) fn seconds(l: Locale, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let length = (to - from).num_milliseconds().max(0) as f64 / 1000.0;
    tf!(l, k::ui::time::SECONDS, n = format!("{length:.1}"))
}
