use domain::accounts::User;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::participation;

use super::PublicNameField;
use super::address_card::AddressCard;
use super::fields::Done;
use super::own_competitions::OwnCompetitions;
use super::room::{AccountRoom, account_room};
use crate::api::accounts::{SetProfile, SetPublicName};
use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Button, Card, Section, Select, TextField};

/// `/account`: who I am, and the competitions in which I have a part.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let (profile, public_name) = (FormState::of::<SetProfile>(), FormState::of::<SetPublicName>());
    account_room(AccountRoom::Profile, None, move |user| async move {
        let l = locale();
        let services = request::services();
        let own = participation::own_parts(&services, &user).await?;
        let now = services.clock.now();
        let address = AddressCard::read(&user).await?;
        Ok(view! {
            {address.alerts(l, &user)}
            <div class="grid-2">
                <ProfileCard user=user.clone() state=profile/>
                <div class="stack">
                    {address.view(l, &user)}
                    <PublicName chosen=user.public_name.unwrap_or_default() state=public_name/>
                </div>
            </div>
            <Section id="competitions" title=t(l, k::accounts::competitions::TITLE)><OwnCompetitions own now/></Section>
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
