use std::sync::Arc;

use axum::http::StatusCode;
use domain::access::Obstacle;
use domain::address;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::teams;

use super::{People, head_count, size_sentence};
use crate::api::participation::Join;
use crate::api::teams::{JoinByLetter, JoinTeam};
use crate::context::{locale, viewer};
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::pages::participation::{Agreement, RulesInShort, is_plain};
use crate::pages::teams::hero::TeamNumber;
use crate::pages::teams::start::Doors;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Empty, Icon, LinkButton, Look, Size, Tone};

/// `/competitions/:slug/join/:code`: where an invitation link leads.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let code = use_params_map().read_untracked().get("code").unwrap_or_default();
    let state = FormState::of_any(&[Join::PATH, JoinTeam::PATH]);
    competition_page(CompetitionTab::Team, false, move |here| async move {
        let l = locale();
        let invited = teams::invited_to(&request::services(), &code).await.map_err(AppError::from);
        let invited = invited.and_then(|team| {
            if team.competition_id == here.competition.id { Ok(team) } else { Err(ErrorCode::NotFound.into()) }
        });
        let content = match invited {
            Ok(team) => view! { <Invited here team way=Way::Link(code) state/> }.into_html(),
            Err(error) if matches!(error.code, ErrorCode::NotFound | ErrorCode::InviteExpired) => {
                view! { <Useless here error/> }.into_html()
            }
            Err(error) => return Err(error),
        };
        Ok(view! {
            <Title text=t(l, k::teams::invitation::TITLE)/>
            <div class="page body">{content}</div>
        })
    })
}

/// `/competitions/:slug/join?key=…`: where the link of a letter leads. Looking changes nothing; the button does.
#[component]
pub fn MailedInvitationPage() -> impl IntoView {
    say(Keeping::Secret);
    let key = request::query("key").unwrap_or_default();
    let state = FormState::of_any(&[Join::PATH, JoinByLetter::PATH]);
    competition_page(CompetitionTab::Team, false, move |here| async move {
        let l = locale();
        let found = teams::invited_by_letter(&request::services(), &here.competition, &key).await;
        let content = match found.map_err(AppError::from) {
            Ok((_, team)) => view! { <Invited here team way=Way::Letter(key) state/> }.into_html(),
            Err(error)
                if matches!(error.code, ErrorCode::NotFound | ErrorCode::InviteUsed | ErrorCode::InviteExpired) =>
            {
                view! { <Useless here error mailed=true/> }.into_html()
            }
            Err(error) => return Err(error),
        };
        Ok(view! {
            <Title text=t(l, k::teams::invitation::TITLE)/>
            <div class="page body">{content}</div>
        })
    })
}

/// By what somebody was invited.
enum Way {
    /// The team's link, with its code.
    Link(String),
    /// A letter's, with its key.
    Letter(String),
}

/// A link that has expired, was used or taken back, or never was one.
#[component]
fn Useless(here: Arc<Here>, error: AppError, #[prop(optional)] mailed: bool) -> impl IntoView {
    let l = locale();
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND));
    }
    let (title, text) = match error.code {
        ErrorCode::InviteUsed => (k::teams::invitation::USED, k::teams::invitation::USED_TEXT),
        ErrorCode::InviteExpired => (k::teams::invitation::EXPIRED, k::teams::invitation::EXPIRED_TEXT),
        _ if mailed => (k::teams::invitation::TAKEN_BACK, k::teams::invitation::TAKEN_BACK_TEXT),
        _ => (k::teams::invitation::UNKNOWN, k::teams::invitation::UNKNOWN_TEXT),
    };
    view! {
        <h1 class="sr-only">{t(l, k::teams::invitation::TITLE)}</h1>
        <Empty whole_page=true icon=Icon::Mail title=t(l, title) text=t(l, text)>
            <LinkButton href=address::team(here.slug())>{t(l, k::teams::invitation::TO_TEAM)}</LinkButton>
        </Empty>
    }
}

#[component]
fn Invited(here: Arc<Here>, team: Team, way: Way, state: FormState) -> impl IntoView {
    let l = locale();
    let members = team.members.clone();
    let next = next_step(&here, &team, way);
    view! {
        <div class="door wide stack">
            <header class="stack s">
                <h1>{tf!(l, k::teams::invitation::HEADING, team = team.name)}</h1>
                <p class="muted">{tf!(l, k::teams::invitation::LEAD, competition = here.title())}</p>
            </header>
            <FormError state/>
            <section class="card stack" aria-label=t(l, k::teams::invitation::TITLE)>
                <div class="team-card">
                    <TeamNumber number=team.number/>
                    <div class="stack s">
                        <p class="strong">{team.name.clone()}</p>
                        <People members me=None/>
                        <p class="caption num">{tf!(l, k::teams::PLACES, n = head_count(&team), max = here.competition.settings.team.max)} " · " {size_sentence(l, &here)}</p>
                    </div>
                </div>
                {next}
            </section>
        </div>
    }
}

/// What the reader can do about the invitation.
fn next_step(here: &Arc<Here>, team: &Team, way: Way) -> Html {
    let l = locale();
    let ours = || view! { <LinkButton href=address::team(here.slug()) look=Look::Primary wide=true>{t(l, k::teams::invitation::MINE_DO)}</LinkButton> };
    let Err(obstacle) = here.visit().join(team).told() else {
        let (action, field, value) = match way {
            Way::Link(code) => (JoinTeam::PATH, "code", code),
            Way::Letter(key) => (JoinByLetter::PATH, "key", key),
        };
        return view! {
            <form class="stack s" method="post" action=action>
                <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                <input type="hidden" name=field value=value/>
                <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::teams::invitation::DO)}</Button>
                <p class="caption">{t(l, k::teams::invitation::DO_TEXT)}</p>
            </form>
        }
        .into_html();
    };
    match (obstacle, &here.team) {
        (Obstacle::InTeam, Some(other)) if other.id != team.id => view! {
            <Alert tone=Tone::Warning title=tf!(l, k::teams::invitation::OTHER, team = other.name)>{t(l, k::teams::invitation::OTHER_TEXT)}</Alert>
            {ours()}
        }
        .into_html(),
        (Obstacle::InTeam, _) => {
            view! { <Alert tone=Tone::Success title=t(l, k::teams::invitation::MINE)/> {ours()} }.into_html()
        }
        (Obstacle::TeamEnded, _) => {
            view! { <Alert tone=Tone::Warning title=t(l, k::teams::invitation::ENDED)/> }.into_html()
        }
        (Obstacle::Full { max }, _) => {
            view! { <Alert tone=Tone::Warning title=tf!(l, k::teams::invitation::FULL, max = max)>{t(l, k::teams::invitation::FULL_TEXT)}</Alert> }.into_html()
        }
        (Obstacle::HasRole, _) => view! { <Alert tone=Tone::Info title=t(l, k::console::ORGANIZES)>{t(l, k::console::ORGANIZES_TEXT)}</Alert> }.into_html(),
        (Obstacle::NotSignedIn, _) => view! { <p>{t(l, k::teams::invitation::LOGIN)}</p> <Doors/> }.into_html(),
        // Where more is asked than to agree, or was asked already, there is a page for it, which comes back here.
        (Obstacle::NotParticipant, _) if !is_plain(here) => {
            let href = address::asking(&address::apply(here.slug()), &[("next", &viewer().path)]);
            let under_way = here.application.is_some_and(|application| application.state.is_open());
            let word = if under_way { k::teams::SEE_APPLICATION } else { k::teams::APPLY };
            view! { <LinkButton href look=Look::Primary wide=true>{t(l, word)}</LinkButton> }.into_html()
        }
        (Obstacle::NotParticipant, _) => view! {
            <h2 class="card-title">{t(l, k::teams::invitation::AGREE)}</h2>
            <RulesInShort here=Arc::clone(here)/>
            <p><a href=address::rules(here.slug())>{t(l, k::participation::RULES_PAGE)}</a></p>
            <Agreement here=Arc::clone(here) next=viewer().path words=t(l, k::teams::invitation::AGREE_DO) state=FormState::default()/>
        }
        .into_html(),
        _ => view! { <Alert tone=Tone::Info title=t(l, k::teams::invitation::OVER)/> }.into_html(),
    }
}
