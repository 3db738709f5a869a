//! `/competitions/:slug/apply`: take part, and see where one's application stands.

pub mod new_rules;
pub mod questions;
pub mod standing;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::access::Obstacle;
use domain::address;
use domain::applications::{ApplyMode, ApplySettings, CapacityOf};
use domain::participation::ParticipationState;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use platform::participation::{AnswerFile, answer_files, rules};
use platform::{competitions, participation};

use self::new_rules::NewRules;
use self::questions::Questions;
use self::standing::{Before, Joined, Standing, withdraws};
use crate::api::participation::{AcceptPlace, AgreeToRules, Join, WithdrawApplication};
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::keeping::{Keeping, say};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::console::organizes::Organizes;
use crate::pages::load::{FormError, FormState};
use crate::pages::teams::start::Doors;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Checkbox, Empty, Fact, Facts, Icon, LinkButton, Look, Size, Tone};

#[component]
pub fn ApplyPage() -> impl IntoView {
    let next = request::query("next").unwrap_or_default();
    let form = FormState::of_any(&[Join::PATH, address::APPLY]);
    let step = FormState::of_any(&[WithdrawApplication::PATH, AcceptPlace::PATH, AgreeToRules::PATH]);
    // One's own answers stand on it.
    say(Keeping::Secret);
    competition_page(CompetitionTab::Overview, false, move |here| async move { page(here, next, form, step).await })
}

async fn page(here: Arc<Here>, next: String, form: FormState, step: FormState) -> Result<impl IntoView, AppError> {
    let l = locale();
    let title = format!("{} · {}", t(l, k::participation::TITLE), here.title());
    let own = match &here.actor.user {
        Some(user) => participation::own(&request::services(), &here.competition, user).await?,
        None => None,
    };
    let content = match (own, here.visit().take_part().told()) {
        (Some(own), _) if here.visit().owes_agreement() => {
            let services = request::services();
            let lines = rules::changes(&services, &here.competition, own.rules_version, l).await?;
            view! { <NewRules here lines step/> }.into_html()
        }
        (Some(own), _) if own.state == ParticipationState::Approved => view! { <Joined here step/> }.into_html(),
        (_, Err(Obstacle::HasRole)) => {
            let withdraws = withdraws(&here);
            view! { <Organizes here/> {withdraws} }.into_html()
        }
        (_, Err(Obstacle::Closed { at })) => view! { <Over here at/> }.into_html(),
        (Some(own), _) if own.state.is_open() || own.state == ParticipationState::Excluded => {
            let files = match &here.actor.user {
                Some(user) => answer_files::own(&request::services(), &here.competition, user).await?,
                None => Vec::new(),
            };
            view! { <Standing here own files step/> }.into_html()
        }
        (own, obstacle) => {
            let rules = competitions::page(&request::services(), &here.competition, "rules", l).await?;
            let files = match &here.actor.user {
                Some(user) if own.is_some() => answer_files::own(&request::services(), &here.competition, user).await?,
                _ => Vec::new(),
            };
            let before = own.map(|own| view! { <Before here=Arc::clone(&here) own step/> }.into_html());
            return Ok(
                view! { <Title text=title/> <Apply here next rules state=form obstacle=obstacle.err() before files/> }
                    .into_html(),
            );
        }
    };
    Ok(view! { <Title text=title/> <div class="page body">{content}</div> }.into_html())
}

/// The rules, and the form of an application beside them.
#[component]
fn Apply(
    here: Arc<Here>,
    next: String,
    rules: String,
    state: FormState,
    obstacle: Option<Obstacle>,
    /// What came of an earlier application.
    before: Option<Html>,
    /// What it has for files.
    files: Vec<AnswerFile>,
) -> impl IntoView {
    let l = locale();
    let action = match (&here.actor.user, obstacle) {
        (None, _) => view! {
            <p class="strong">{t(l, k::participation::LOGIN_TITLE)}</p>
            <p class="caption">{t(l, k::participation::LOGIN_TEXT)}</p>
            <Doors/>
        }
        .into_html(),
        (Some(user), Some(obstacle)) => stranger(l, &here, &user.email, obstacle),
        (Some(user), None) => {
            let who = if here.competition.settings.apply.is_plain() {
                tf!(l, k::participation::WHO, name = user.name)
            } else {
                tf!(l, k::participation::WHO_APPLIES, name = user.name)
            };
            view! {
                <Agreement here=Arc::clone(&here) next words=do_word(l, &here) state=state.clone() files/>
                <p class="caption">{who}</p>
            }
            .into_html()
        }
    };
    let lead = lead(l, &here);
    // Many questions want more room than there is beside the rules.
    let (below, beside) = if here.competition.settings.apply.questions.is_empty() || here.actor.user.is_none() {
        (None, Some(action))
    } else {
        let title = t(l, k::participation::QUESTIONS);
        (
            Some(
                view! { <section class="card stack" aria-labelledby="form"><h2 class="card-title" id="form">{title}</h2>{action}</section> },
            ),
            None,
        )
    };
    view! {
        <div class="page body with-rail snug">
            <div class="stack">
                <header class="stack s"><h1>{t(l, k::participation::TITLE)}</h1><p class="muted">{lead}</p></header>
                {before}
                <FormError state/>
                <section class="card flush" aria-labelledby="rules">
                    <header>
                        <h2 id="rules">{t(l, k::participation::RULES)}</h2>
                        <a class="caption" href=address::rules(here.slug())>{t(l, k::participation::RULES_PAGE)}</a>
                    </header>
                    <div class="prose rules-box" role="region" tabindex="0" aria-label=t(l, k::participation::RULES) inner_html=lowered(&rules)></div>
                </section>
                {below}
            </div>
            <aside class="stack sticky" aria-label=t(l, k::participation::TITLE)>
                <section class="card stack" aria-labelledby="short">
                    <h2 class="card-title" id="short">{t(l, k::participation::IN_SHORT)}</h2>
                    <RulesInShort here/>
                    {beside}
                </section>
            </aside>
        </div>
    }
}

/// How one comes to take part, in a sentence.
fn lead(l: Locale, here: &Here) -> String {
    let apply = &here.competition.settings.apply;
    match (apply.mode, here.competition.open_stage(here.now)) {
        (ApplyMode::Approval, _) => t(l, k::participation::LEAD_APPROVAL).to_owned(),
        (ApplyMode::Domain, _) => tf!(l, k::participation::LEAD_DOMAIN, domains = domains(apply)),
        (ApplyMode::Invitation, _) => t(l, k::participation::LEAD_INVITATION).to_owned(),
        (ApplyMode::Open, Err(Obstacle::NotOpen { at })) => {
            tf!(l, k::participation::LEAD_UPCOMING, time = format::deadline(l, here.zone(), at))
        }
        (ApplyMode::Open, _) => t(l, k::participation::LEAD).to_owned(),
    }
}

/// `@hospital.kr, @snu.ac.kr`
fn domains(apply: &ApplySettings) -> String {
    apply.domains.iter().map(|domain| format!("@{domain}")).collect::<Vec<_>>().join(", ")
}

/// What the button says.
pub fn do_word(l: Locale, here: &Here) -> &'static str {
    let apply = &here.competition.settings.apply;
    let decides = apply.mode == ApplyMode::Approval || !apply.questions.is_empty();
    t(l, if decides { k::participation::APPLY_DO } else { k::participation::DO })
}

/// Whether agreeing to the rules is all there is to it, so that it can be done on any page.
pub fn is_plain(here: &Here) -> bool {
    here.competition.settings.apply.questions.is_empty() && here.application.is_none()
}

/// Why the reader cannot apply, and what they can do.
fn stranger(l: Locale, here: &Here, email: &str, obstacle: Obstacle) -> Html {
    let (title, text) = match obstacle {
        Obstacle::OtherDomain => {
            let domains = domains(&here.competition.settings.apply);
            let text = tf!(l, k::participation::status::NO_DOMAIN_TEXT, domains = domains, email = email);
            (t(l, k::participation::status::NO_DOMAIN), text)
        }
        Obstacle::InvitationOnly => (
            t(l, k::participation::status::NO_INVITATION),
            tf!(l, k::participation::status::NO_INVITATION_TEXT, email = email),
        ),
        other => {
            // What can be done about it, an address that is not verified, is on one's account.
            let text = format::error::error(l, &other.into());
            return view! {
                <Alert tone=Tone::Warning>{text}</Alert>
                <LinkButton href=address::ACCOUNT look=Look::Primary wide=true>{t(l, k::site::ACCOUNT)}</LinkButton>
            }
            .into_html();
        }
    };
    view! { <Alert tone=Tone::Warning title>{text}</Alert> }.into_html()
}

/// Written pages begin at `h2`; here they stand under one.
fn lowered(html: &str) -> String {
    html.replace("<h3", "<h4").replace("</h3", "</h4").replace("<h2", "<h3").replace("</h2", "</h3")
}

/// Sizes and limits that the rules say in sentences.
#[component]
pub fn RulesInShort(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let settings = &here.competition.settings;
    let team = match (settings.team.min, settings.team.max) {
        (_, 1) => t(l, k::participation::TEAM_ALONE).to_owned(),
        (min, max) if min == max => tf!(l, k::participation::TEAM_EXACT, n = max),
        (min, max) => tf!(l, k::participation::TEAM_SIZE_VALUE, min = min, max = max),
    };
    let quota = settings.quota.per_day.map_or_else(
        || t(l, k::participation::QUOTA_NONE).to_owned(),
        |n| tf!(l, k::participation::QUOTA_VALUE, n = n),
    );
    let external = t(
        l,
        if settings.policy.external_data { k::participation::EXTERNAL_YES } else { k::participation::EXTERNAL_NO },
    );
    let ends = here.competition.phase_stage(here.now).and_then(|stage| stage.ends_at);
    let deadline =
        ends.map_or_else(|| t(l, k::participation::NO_DEADLINE).to_owned(), |at| format::deadline(l, here.zone(), at));
    let apply = &settings.apply;
    let mode = match apply.mode {
        ApplyMode::Open => t(l, k::participation::MODE_OPEN).to_owned(),
        ApplyMode::Approval => t(l, k::participation::MODE_APPROVAL).to_owned(),
        ApplyMode::Domain => tf!(l, k::participation::MODE_DOMAIN, domains = domains(apply)),
        ApplyMode::Invitation => t(l, k::participation::MODE_INVITATION).to_owned(),
    };
    let capacity = capacity(l, apply);
    view! {
        <Facts lines=true>
            <Fact term=t(l, k::participation::MODE)>{mode}</Fact>
            {capacity.map(|capacity| view! { <Fact term=t(l, k::participation::CAPACITY)>{capacity}</Fact> })}
            <Fact term=t(l, k::participation::TEAM_SIZE)>{team}</Fact>
            <Fact term=t(l, k::participation::QUOTA)>{quota}</Fact>
            <Fact term=t(l, k::participation::EXTERNAL)>{external}</Fact>
            <Fact term=t(l, k::participation::DEADLINE)>{deadline}</Fact>
        </Facts>
    }
}

/// How many places there are, where that is bounded.
pub fn capacity(l: Locale, apply: &ApplySettings) -> Option<String> {
    let n = apply.capacity?;
    Some(match apply.capacity_of {
        CapacityOf::People => tf!(l, k::participation::CAPACITY_PEOPLE, n = n),
        CapacityOf::Teams => tf!(l, k::participation::CAPACITY_TEAMS, n = n),
    })
}

/// The questions, the check box and the button of an application; `next` is where whoever takes part then goes, the team page if empty.
#[component]
pub fn Agreement(
    here: Arc<Here>,
    next: String,
    words: &'static str,
    state: FormState,
    /// Those of an earlier application.
    #[prop(optional)]
    files: Vec<AnswerFile>,
) -> impl IntoView {
    let l = locale();
    // A form with files goes to a door of its own.
    let (action, kind) = if here.competition.settings.apply.file_questions().next().is_some() {
        (address::apply(here.slug()), Some("multipart/form-data"))
    } else {
        (Join::PATH.to_owned(), None)
    };
    view! {
        <form class="stack" method="post" action=action enctype=kind>
            <input type="hidden" name="slug" value=here.competition.slug.clone()/>
            <input type="hidden" name="next" value=next/>
            <input type="hidden" name="rules" value=here.competition.settings.apply.rules/>
            <Questions here state files/>
            <Checkbox name="agree" required=true>{t(l, k::participation::AGREE)}</Checkbox>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{words}</Button>
        </form>
    }
}

#[component]
fn Over(here: Arc<Here>, at: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    let withdraws = withdraws(&here);
    view! {
        <h1 class="sr-only">{t(l, k::participation::TITLE)}</h1>
        <Empty whole_page=true icon=Icon::Flag title=t(l, k::participation::OVER) text=tf!(l, k::participation::OVER_TEXT, time = format::deadline(l, here.zone(), at))>
            <LinkButton href=here.leaderboard_href() look=Look::Primary>{t(l, k::participation::BOARD)}</LinkButton>
        </Empty>
        {withdraws}
    }
}
