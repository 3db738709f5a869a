//! Handing a file in.

use std::sync::Arc;

use domain::access::Obstacle;
use domain::address;
use domain::ids::SubmissionId;
use domain::quotas::QuotaState;
use domain::submissions::Submission;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use platform::competitions::sample;
use platform::submissions;
use scoring::{Direction, Schema};

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::islands::submissions::{ErrorRow, Going, QuotaNow, Refusal, SubmitForm, Wait, Wanted};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormState, login_href};
use crate::pages::submissions::list::{SubmissionTable, team_best};
use crate::pages::submissions::rail::{Final, SubmitRules, Used};
use crate::request;
use crate::tf;
use crate::ui::{Code, Empty, Glyph, Icon, LinkButton, Look, Section, quota_sentence};

/// How many submissions the page shows; the others have a page of their own.
const RECENT: i64 = 6;

/// `/competitions/:slug/submit`
#[component]
pub fn SubmitPage() -> impl IntoView {
    let state = FormState::of_any(&[address::SUBMIT]);
    competition_page(CompetitionTab::Submit, false, move |here| async move {
        let l = locale();
        // A stage whose solution is still missing has no schema; everything else of the page stands.
        let schema = submissions::schema(&request::services(), &here.competition).await.ok();
        let format = schema.as_ref().map(|schema| format_line(l, &here, schema));
        let obstacle = here.visit().submit().told().err();
        let content = match (obstacle, here.team.clone(), schema) {
            (None, Some(team), Some(schema)) => {
                view! { <Desk here=Arc::clone(&here) desk=SubmitData::load(&here, team, schema).await? state/> }
                    .into_html()
            }
            (Some(obstacle), ..) => view! { <Blocked here=Arc::clone(&here) obstacle format/> }.into_html(),
            _ => return Err(ErrorCode::Unavailable.into()),
        };
        Ok(content)
    })
}

/// `CSV · UTF-8 · 최대 10 MB · 열 2개(id, malignant), 행 228개`
fn format_line(l: Locale, here: &Here, schema: &Schema) -> String {
    let names: Vec<_> =
        std::iter::once(schema.id.as_str()).chain(schema.columns.iter().map(|column| column.name.as_str())).collect();
    let (n, columns, mb) = (names.len(), names.join(", "), here.competition.settings.file_mb);
    match schema.rows {
        Some(rows) => tf!(l, k::submissions::submit::FORMAT, mb = mb, n = n, columns = columns, rows = rows),
        None => tf!(l, k::submissions::submit::FORMAT_OPEN, mb = mb, n = n, columns = columns),
    }
}

/// The page of a reader who cannot submit (now): why, and the one thing to do about it.
#[component]
fn Blocked(here: Arc<Here>, obstacle: Obstacle, format: Option<String>) -> impl IntoView {
    use k::submissions::submit as s;
    let l = locale();
    let deadline = |at| format::deadline(l, here.zone(), at);
    let plain = |phrase| t(l, phrase).to_owned();
    let soon =
        |at| (Icon::Calendar, s::SOON_TITLE, tf!(l, s::SOON_TEXT, at = at), address::data(here.slug()), s::SOON_DO);
    let to_team = address::team(here.slug());
    let (icon, title, text, href, action) = match obstacle {
        Obstacle::NotOpen { at } => soon(deadline(at)),
        Obstacle::Closed { at } => {
            let text = tf!(l, s::CLOSED_TEXT, at = deadline(at));
            (Icon::Flag, s::CLOSED_TITLE, text, address::leaderboard(here.slug()), s::TO_BOARD)
        }
        Obstacle::HasRole => (
            Icon::Shield,
            k::console::ORGANIZES,
            plain(k::console::ORGANIZES_TEXT),
            address::manage(here.slug()),
            k::console::OPEN,
        ),
        Obstacle::NotSignedIn => (Icon::Lock, s::LOGIN_TITLE, plain(s::LOGIN_TEXT), login_href(), k::site::LOGIN),
        Obstacle::NoTeam { takes_part: false } => (Icon::Flag, s::JOIN_TITLE, plain(s::JOIN_TEXT), to_team, s::JOIN_DO),
        Obstacle::TooSmall { have, min } => {
            (Icon::Users, s::SMALL_TITLE, tf!(l, s::SMALL_TEXT, have = have, min = min), to_team, s::SMALL_DO)
        }
        Obstacle::TeamEnded if here.team.as_ref().is_some_and(Team::is_disqualified) => {
            use k::cases::own as c;
            (Icon::Flag, c::SUBMIT_TITLE, plain(c::SUBMIT_TEXT), to_team, c::SUBMIT_DO)
        }
        Obstacle::TeamEnded => {
            (Icon::Flag, s::ENDED_TITLE, plain(s::ENDED_TEXT), address::leaderboard(here.slug()), s::TO_BOARD)
        }
        Obstacle::NoTeam { .. } => (Icon::Users, s::TEAM_TITLE, plain(s::TEAM_TEXT), to_team, s::TEAM_DO),
        _ => soon(String::new()),
    };
    let has_submissions = here.team.is_some();
    view! {
        <div class="page body with-rail snug">
            <div class="stack l">
                <div class="section-head"><h1>{t(l, s::TITLE)}</h1>{format.map(|format| view! { <span class="caption">{format}</span> })}</div>
                <div class="card">
                    <div class="empty">
                        <Glyph icon/>
                        <h2 class="card-title">{t(l, title)}</h2>
                        <p>{text}</p>
                        <LinkButton href look=Look::Primary>{t(l, action)}</LinkButton>
                    </div>
                </div>
                {has_submissions.then(|| view! { <p><a href=address::submissions(here.slug())>{t(l, k::submissions::TITLE)}</a></p> })}
            </div>
            <aside class="stack sticky" aria-label=t(l, s::RAIL)><SubmitRules here=Arc::clone(&here)/><Final here/></aside>
        </div>
    }
}

/// What the page of a team that may submit shows.
struct SubmitData {
    team: Team,
    wanted: Wanted,
    quota: QuotaState,
    recent: Vec<Submission>,
    total: i64,
    best: Option<(SubmissionId, f64)>,
    email: String,
    base_url: String,
}

impl SubmitData {
    async fn load(here: &Here, team: Team, schema: Schema) -> Result<Self, AppError> {
        let services = request::services();
        let user = request::user()?;
        let quota = submissions::quota(&services, &here.competition, &team, &here.actor).await?;
        let (recent, total) = submissions::list(&services, &here.competition, &team, &here.actor, RECENT, 0).await?;
        let best = team_best(here).await?;
        let ids = sample::version(&services, &here.competition, &schema).await?;
        let ids = ids.map(|version| address::file::ids(here.slug(), &version));
        let wanted = Wanted { schema, ids, file_mb: here.competition.settings.file_mb };
        Ok(Self { team, wanted, quota, recent, total, best, email: user.email, base_url: request::base_url() })
    }
}

/// Form, recent submissions, the notebook's line, and the limits beside them.
#[component]
fn Desk(here: Arc<Here>, desk: SubmitData, state: FormState) -> impl IntoView {
    let l = locale();
    let ranking = here.competition.ranking();
    let (zone, now) = (here.zone(), here.now);
    let SubmitData { team, wanted, quota, recent, total, best, email, base_url } = desk;
    let going =
        recent.iter().find(|submission| !submission.status.finished()).map(|submission| going(&here, submission));
    let refusal = state.error().map(|error| Refusal {
        message: format::error::error(l, error),
        rows: error.file.as_deref().map(|errors| ErrorRow::of(l, errors)).unwrap_or_default(),
        total: error.file.as_deref().map_or(0, |errors| errors.total),
    });
    let command = format!(
        "curl --user \"{email}:$MADANG_TOKEN\" -X POST -F \"files=@answer.csv\" \"{base_url}/api/direct-report/{}?password=$MADANG_KEY\"",
        team.number
    );
    let sentence = quota_sentence(l, &quota, now, zone);
    let format = format_line(l, &here, &wanted.schema);
    let all = address::submissions(here.slug());
    let recent_note = move || {
        (total > RECENT)
            .then(|| view! { <a class="caption" href=all.clone()>{tf!(l, k::submissions::submit::ALL, n = total)}</a> })
    };
    let list = if recent.is_empty() {
        view! { <Empty icon=Icon::Inbox title=t(l, k::submissions::submit::NONE) text=t(l, k::submissions::submit::NONE_TEXT)/> }.into_html()
    } else {
        view! { <SubmissionTable caption=t(l, k::submissions::submit::RECENT_CAPTION) rows=recent best=best.map(|(id, _)| id) here=Arc::clone(&here)/> }
            .into_html()
    };
    let team_page = address::team(here.slug());
    view! {
        <div class="page body with-rail snug">
            <div class="stack l">
                <section class="stack" aria-labelledby="give">
                    <div class="section-head"><h1 id="give">{t(l, k::submissions::submit::TITLE)}</h1><span class="caption">{format}</span></div>
                    <p class="caption num narrow-only" id="quota-line">{sentence}</p>
                    <SubmitForm
                        slug=here.competition.slug.clone()
                        wanted
                        quota=quota_now(&here, &quota)
                        going
                        best=best.map(|(_, score)| score)
                        lower=ranking.direction == Direction::Lower
                        compared=ranking.decimals
                        decimals=here.competition.settings.decimals
                        refusal
                        memo=state.value("memo")
                        is_dry=!state.value("dry_run").is_empty()
                    />
                </section>
                <div id="recent-list">
                    <Section id="recent" title=t(l, k::submissions::submit::RECENT) note=recent_note tight=true>{list}</Section>
                </div>
                <Section id="curl" title=t(l, k::submissions::submit::CURL) note=move || view! { <span class="caption">{t(l, k::submissions::submit::CURL_NOTE)}</span> } tight=true>
                    <Code label=t(l, k::submissions::submit::CURL_WHAT) text=command/>
                    <p class="caption">
                        {t(l, k::submissions::submit::CURL_TOKEN)} <a href=address::TOKENS>{t(l, k::submissions::submit::CURL_TOKEN_LINK)}</a>
                        {t(l, k::submissions::submit::CURL_KEY)} <a href=team_page>{t(l, k::submissions::submit::CURL_KEY_LINK)}</a> {t(l, k::submissions::submit::CURL_END)}
                    </p>
                </Section>
            </div>
            <aside class="stack sticky" aria-label=t(l, k::submissions::submit::RAIL)>
                <div class="stack" id="limits-now"><Used here=Arc::clone(&here) quota/></div>
                <Final here/>
            </aside>
        </div>
    }
}

/// The quota as the island needs it, with its times in words.
fn quota_now(here: &Here, quota: &QuotaState) -> QuotaNow {
    let zone = here.zone();
    let clock = |at| format!("{} {}", format::clock(zone, at), zone.abbreviation(at));
    QuotaNow {
        limits: (quota.limits.per_day, quota.limits.total, quota.limits.in_flight),
        used: (quota.used.today, quota.used.total, quota.used.in_flight),
        resets: clock(quota.resets_at),
        resets_at: quota.resets_at.timestamp_millis(),
        wait: quota.next_allowed_at.map(|at| Wait { until: at.timestamp_millis(), text: clock(at) }),
        zone: zone.abbreviation(quota.resets_at),
    }
}

/// A submission that is under way while the page is loaded.
fn going(here: &Here, submission: &Submission) -> Going {
    Going {
        id: submission.id.to_string(),
        number: submission.number,
        dry_run: submission.dry_run,
        status: submission.status,
        file_name: submission.file_name.clone(),
        created_at: here.zone().local(submission.created_at).format("%Y-%m-%dT%H:%M:%S").to_string(),
        ahead: submission.ahead,
        public_score: None,
        note: None,
    }
}
