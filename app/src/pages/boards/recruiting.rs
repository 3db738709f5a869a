//! The card of a recruiting post: whom it seeks, whether it still does, and the way from it into a team.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::access::{Action, Obstacle};
use domain::boards::recruiting::{BY_PERSON, BY_TEAM};
use domain::boards::{BoardKind, CardClosed, PostRow, RecruitCard, RecruitRole, Seeker};
use domain::ids::{TeamNumber, UserId};
use domain::teams::MESSAGE_MAX;
use domain::{AppError, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::{boards, teams};

use crate::api::recruiting::{AskByPost, InviteByPost, SetRecruitCard};
use crate::context::locale;
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::pages::boards::words::role_word;
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormState, login_href};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Badge, Button, Card, Checkbox, Choices, Fact, Facts, Icon, LinkButton, Look, Size, TextArea, Tone,
};

/// Whether a card is open.
#[component]
pub fn CardBadge(open: bool) -> impl IntoView {
    let (tone, word) =
        if open { (Tone::Success, k::boards::recruit::OPEN) } else { (Tone::Neutral, k::boards::recruit::CLOSED) };
    view! { <Badge tone>{t(locale(), word)}</Badge> " " }
}

/// The names of roles, one after the other.
pub fn role_words(l: Locale, roles: &BTreeSet<RecruitRole>) -> String {
    roles.iter().map(|role| role_word(l, *role)).collect::<Vec<_>>().join(" · ")
}

/// Why a card is closed, in a sentence.
fn closed_words(l: Locale, here: &Here, closed: CardClosed) -> String {
    use k::boards::recruit::why as w;
    let word = match closed {
        CardClosed::ByHand => w::BY_HAND,
        CardClosed::Hidden => w::HIDDEN,
        CardClosed::Because(Obstacle::MergesClosed { at }) => {
            return tf!(l, w::MERGES, time = format::deadline(l, here.zone(), at));
        }
        CardClosed::Because(Obstacle::Full { max }) => return tf!(l, w::FULL, max = max),
        CardClosed::Because(Obstacle::TeamsFrozen) => w::OVER,
        CardClosed::Because(Obstacle::TeamEnded) => w::ENDED,
        CardClosed::Because(Obstacle::InTeam) => w::IN_TEAM,
        CardClosed::Because(_) => w::LEFT,
    };
    t(l, word).to_owned()
}

/// The card of a post, with what its reader can do about it; nothing for a post of before there were cards.
///
/// # Errors
/// Faults of the database only.
pub async fn recruit_card(here: &Arc<Here>, row: &PostRow, state: FormState) -> Result<Option<Html>, AppError> {
    let l = locale();
    let reader = here.visit().board_reader();
    let cards = boards::cards(&request::services(), reader, &[row.id]).await?;
    let Some(card) = cards.into_values().next() else { return Ok(None) };
    let closed = card.closed(&here.competition, here.now);
    let way = match (&card.seeker, closed) {
        (_, Some(_)) => None,
        (Seeker::Team { number, .. }, None) => Some(into_team(here, row.number, *number, state).await?),
        (Seeker::Person { user, .. }, None) => Some(to_person(here, row, *user).await?),
    };
    let leads = matches!(&card.seeker, Seeker::Team { leader, .. } if Some(*leader) == here.actor.id());
    let own = (row.mine || leads) && here.may(Action::Comment) && !row.hidden;
    let by_hand = match closed {
        None => Some(false),
        // A card of a team that one leads no more, or where a reason stands that no button takes away.
        Some(CardClosed::ByHand) if leads || matches!(card.seeker, Seeker::Person { .. }) => Some(true),
        Some(_) => None,
    };
    let by_hand = by_hand.filter(|_| own).map(|opens| set_form(l, here, row.number, opens));
    let title =
        if matches!(card.seeker, Seeker::Team { .. }) { k::boards::recruit::TEAM } else { k::boards::recruit::PERSON };
    let facts = facts(l, here, &card);
    let why = closed.map(|closed| closed_words(l, here, closed));
    Ok(Some(
        view! {
            <Card id="recruit" title=t(l, title) note=move || view! { <CardBadge open=closed.is_none()/> }>
                <div class="stack s">
                    {facts}
                    {why.map(|why| view! { <p class="muted">{why}</p> })}
                    {way}
                    {by_hand}
                </div>
            </Card>
        }
        .into_html(),
    ))
}

fn facts(l: Locale, here: &Here, card: &RecruitCard) -> Html {
    use k::boards::recruit as w;
    let (team, word) = match &card.seeker {
        Seeker::Team { number, name, members, .. } => {
            let max = here.competition.settings.team.max;
            let (href, name) = (address::public_team(here.slug(), *number), name.clone());
            let places = tf!(l, w::PLACES, left = (max - members).max(0), n = members, max = max);
            let facts = view! {
                <Fact term=t(l, w::TEAM_NAME)><a href=href>{name}</a></Fact>
                <Fact term=t(l, w::FREE)><span class="num">{places}</span></Fact>
            };
            (Some(facts), w::WANTED)
        }
        Seeker::Person { .. } => (None, w::OFFERED),
    };
    let roles = role_words(l, &card.roles);
    view! { <Facts>{team} <Fact term=t(l, word)>{roles}</Fact></Facts> }.into_html()
}

/// Asks to be let in, or why one cannot, in a sentence.
async fn into_team(here: &Arc<Here>, post: i64, number: TeamNumber, state: FormState) -> Result<Html, AppError> {
    let l = locale();
    let services = request::services();
    let Some(user) = here.actor.user.as_ref() else {
        return Ok(view! {
            <p class="row tight">
                <span class="muted">{t(l, k::boards::recruit::LOG_IN)}</span>
                <LinkButton href=login_href() size=Size::Small>{t(l, k::site::LOGIN)}</LinkButton>
            </p>
        }
        .into_html());
    };
    let team = teams::by_number(&services, &here.competition, number).await?;
    if team.member(user.id).is_some() {
        return Ok(().into_html());
    }
    let requests = match here.team {
        None => teams::own_requests(&services, &here.competition, user).await?,
        Some(_) => Vec::new(),
    };
    if let Some(own) = requests.into_iter().find(|request| request.team_id == team.id) {
        let title = if own.refused_at.is_some() { k::teams::ask::REFUSED } else { k::teams::ask::WAITS };
        let (tone, text) = match own.refused_at {
            Some(_) => (Tone::Warning, k::teams::ask::REFUSED_TEXT),
            None => (Tone::Success, k::teams::ask::WAITS_TEXT),
        };
        return Ok(view! { <Alert tone title=t(l, title)>{t(l, text)}</Alert> }.into_html());
    }
    if let Err(obstacle) = here.visit().join(&team).told() {
        return Ok(view! { <p class="muted">{format::error::error(l, &obstacle.into())}</p> }.into_html());
    }
    Ok(view! {
        <form class="stack s" method="post" action=AskByPost::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="number" value=post/>
            <TextArea
                name="message"
                id="ask-message"
                label=t(l, k::teams::ask::MESSAGE)
                note=t(l, k::teams::ask::MESSAGE_NOTE)
                value=state.value("message")
                error=state.field_error("message")
                max=u32::try_from(MESSAGE_MAX).unwrap_or(u32::MAX)
                rows=2
            />
            <p><Button look=Look::Primary submit=true>{t(l, k::teams::ask::DO)}</Button></p>
            <p class="caption">{t(l, k::teams::ask::TEXT)}</p>
        </form>
    }
    .into_html())
}

/// Invites whoever offers themself, or who can.
async fn to_person(here: &Arc<Here>, row: &PostRow, person: UserId) -> Result<Html, AppError> {
    use k::boards::recruit as w;
    let l = locale();
    let leads = here.team.as_ref().filter(|team| here.visit().may(Action::InviteMember, Some(*team)).check().is_ok());
    let Some(team) = leads.filter(|_| !row.mine) else {
        let sentence = (!row.mine).then(|| view! { <p class="muted">{t(l, w::LEADERS_INVITE)}</p> });
        return Ok(sentence.into_html());
    };
    let waiting = teams::waiting(&request::services(), &here.competition, &here.actor, team).await?;
    if let Some(sent) = waiting.iter().find(|one| one.invitation.user_id == Some(person)) {
        let until = format::short(l, here.zone(), sent.invitation.expires_at);
        return Ok(
            view! { <Alert tone=Tone::Success title=t(l, w::INVITED)>{tf!(l, w::INVITED_TEXT, time = until)}</Alert> }
                .into_html(),
        );
    }
    let members = i64::try_from(team.members.len()).unwrap_or(i64::MAX);
    let obstacles = here.competition.takes_in(team.ended.is_some(), members, here.now);
    if let Some(obstacle) = obstacles.into_iter().flatten().next() {
        return Ok(view! { <p class="muted">{format::error::error(l, &obstacle.into())}</p> }.into_html());
    }
    Ok(view! {
        <form class="stack s" method="post" action=InviteByPost::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="number" value=row.number/>
            <p><Button look=Look::Primary submit=true icon=Icon::Mail>{t(l, w::INVITE)}</Button></p>
            <p class="caption">{tf!(l, w::INVITE_TEXT, team = team.name)}</p>
        </form>
    }
    .into_html())
}

fn set_form(l: Locale, here: &Here, post: i64, opens: bool) -> Html {
    let word = if opens { k::boards::recruit::OPEN_AGAIN } else { k::boards::recruit::CLOSE };
    view! {
        <form method="post" action=SetRecruitCard::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="number" value=post/>
            {opens.then(|| view! { <input type="hidden" name="open" value="on"/> })}
            <Button submit=true size=Size::Small>{t(l, word)}</Button>
        </form>
    }
    .into_html()
}

/// What whoever begins a recruiting post most likely seeks, and the number of the post by which they do already.
///
/// # Errors
/// Faults of the database only.
pub async fn beginning(here: &Here) -> Result<(&'static str, Option<i64>), AppError> {
    let team = here.team.as_ref();
    let seeks = match team {
        None => BY_PERSON,
        Some(team) if Some(team.leader_id) == here.actor.id() => BY_TEAM,
        Some(_) => "",
    };
    let team = team.map(|team| team.id);
    Ok((seeks, boards::open_card(&request::services(), &here.competition, &here.actor, team).await?))
}

/// The roles of a post's card.
///
/// # Errors
/// Faults of the database only.
pub async fn roles_of(here: &Here, row: &PostRow) -> Result<BTreeSet<RecruitRole>, AppError> {
    let cards = boards::cards(&request::services(), here.visit().board_reader(), &[row.id]).await?;
    Ok(cards.into_values().next().map(|card| card.roles).unwrap_or_default())
}

/// Says by which post one recruits already.
#[component]
pub fn OpenAlready(slug: String, number: i64) -> impl IntoView {
    let l = locale();
    let href = address::post(&slug, BoardKind::Recruit, number);
    let see =
        move || view! { <LinkButton href=href.clone() size=Size::Small>{t(l, k::boards::recruit::SEE)}</LinkButton> };
    view! { <Alert tone=Tone::Warning action=see>{tf!(l, k::ui::error::RECRUIT_OPEN, number = number)}</Alert> }
}

/// A form's check boxes of roles.
#[component]
pub fn RolesField(roles: BTreeSet<RecruitRole>, error: Option<String>) -> impl IntoView {
    let l = locale();
    let boxes = RecruitRole::ALL.map(|role| {
        let (name, checked) = (format!("roles[{}]", role.key()), roles.contains(&role));
        view! { <Checkbox name value=role.key() checked>{role_word(l, role)}</Checkbox> }
    });
    view! {
        <Choices legend=t(l, k::boards::recruit::ROLES) error>
            <div class="row">{boxes.into_iter().collect_view()}</div>
        </Choices>
    }
}
