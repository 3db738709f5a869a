use domain::accounts::User;
use domain::address;
use domain::competitions::Competition;
use domain::ids::UserId;
use domain::teams::Team;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams;

use super::PublicNameField;
use super::address_card::AddressCard;
use super::fields::Done;
use super::room::{AccountRoom, account_room};
use crate::api::accounts::{SetProfile, SetPublicName};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Button, Card, Empty, Icon, LinkButton, Look, Section, Select, Table, TextField};

/// `/account`: who I am, and my teams.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let (profile, public_name) = (FormState::of::<SetProfile>(), FormState::of::<SetPublicName>());
    account_room(AccountRoom::Profile, None, move |user| async move {
        let l = locale();
        let mine = teams::all_of(&request::services(), &user).await?;
        let address = AddressCard::read(&user).await?;
        let user_id = user.id;
        Ok(view! {
            {address.alerts(l, &user)}
            <div class="grid-2">
                <ProfileCard user=user.clone() state=profile/>
                <div class="stack">
                    {address.view(l, &user)}
                    <PublicName chosen=user.public_name.unwrap_or_default() state=public_name/>
                </div>
            </div>
            <Section id="teams" title=t(l, k::accounts::TEAMS)><Teams mine user_id/></Section>
        })
    })
}

/// Name, affiliation and the language of letters.
#[component]
fn ProfileCard(user: User, state: FormState) -> impl IntoView {
    let l = locale();
    let done = state.done().map(|_| t(l, k::accounts::profile::SET));
    let languages = [Locale::Ko, Locale::En].map(|locale| (locale.tag().to_owned(), language(l, locale).to_owned()));
    let typed = |field: &str, now: &str| state.typed(field).cloned().unwrap_or_else(|| now.to_owned());
    let (name, affiliation) = (typed("name", &user.name), typed("affiliation", &user.affiliation));
    let chosen = typed("locale", user.locale.tag());
    view! {
        <Card id="profile" title=t(l, k::accounts::profile::TITLE)>
            <form class="stack" method="post" action=SetProfile::PATH>
                <Done text=done/>
                <FormError state=state.clone()/>
                <TextField name="name" label=t(l, k::accounts::auth::NAME) value=name error=state.field_error("name") autocomplete="name" max=40 required=true/>
                <TextField
                    name="affiliation"
                    label=t(l, k::accounts::auth::AFFILIATION)
                    note=t(l, k::accounts::auth::OPTIONAL)
                    value=affiliation
                    error=state.field_error("affiliation")
                    hint=t(l, k::accounts::WHO_SEES)
                    autocomplete="organization"
                    max=80
                />
                <Select
                    name="locale"
                    label=t(l, k::accounts::profile::LOCALE)
                    options=languages.to_vec()
                    value=chosen
                    hint=t(l, k::accounts::profile::LOCALE_HINT)
                    error=state.field_error("locale")
                />
                <p><Button submit=true>{t(l, k::accounts::profile::DO)}</Button></p>
            </form>
        </Card>
    }
}

fn language(l: Locale, locale: Locale) -> &'static str {
    t(
        l,
        match locale {
            Locale::Ko => k::accounts::profile::KO,
            Locale::En => k::accounts::profile::EN,
        },
    )
}

/// The name that everyone may see, and the form that changes it.
#[component]
fn PublicName(chosen: String, state: FormState) -> impl IntoView {
    let l = locale();
    let done = state.done().map(|_| t(l, k::accounts::PUBLIC_NAME_SET));
    view! {
        <Card id="public-name" title=t(l, k::accounts::auth::PUBLIC_NAME)>
            <form class="stack" method="post" action=SetPublicName::PATH>
                <Done text=done/>
                <FormError state=state.clone()/>
                <PublicNameField state chosen/>
                <p><Button submit=true>{t(l, k::accounts::PUBLIC_NAME_DO)}</Button></p>
            </form>
        </Card>
    }
}

#[component]
fn Teams(mine: Vec<(Competition, Team)>, user_id: UserId) -> impl IntoView {
    let l = locale();
    if mine.is_empty() {
        return view! {
            <Empty icon=Icon::Users title=t(l, k::accounts::TEAMS_NONE) text=t(l, k::accounts::TEAMS_NONE_TEXT)>
                <LinkButton href=address::HOME look=Look::Primary>{t(l, k::accounts::TEAMS_NONE_DO)}</LinkButton>
            </Empty>
        }
        .into_html();
    }
    let rows = mine.into_iter().map(move |(competition, team)| {
        let slug = competition.slug.as_str();
        let role = if team.leader_id == user_id { k::accounts::LEADER } else { k::accounts::MEMBER };
        view! {
            <tr>
                <th scope="row"><a href=address::competition(slug)>{competition.settings.title.get(l).to_owned()}</a></th>
                <td class="tight-col"><a href=address::team(slug)>{team.name}</a> " " <span class="caption num">{team.number}</span></td>
                <td class="wide-only tight-col">{t(l, role)}</td>
                <td class="end"><a href=address::submissions(slug)>{t(l, k::submissions::CRUMBS)}</a></td>
            </tr>
        }
    });
    view! {
        <Table caption=t(l, k::accounts::TEAMS)>
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::accounts::COMPETITION)}</th>
                    <th scope="col">{t(l, k::accounts::TEAM)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::ROLE)}</th>
                    <th scope="col" class="end">{t(l, k::competitions::tabs::SUBMIT)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_html()
}
