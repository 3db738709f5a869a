use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::accounts::deletion::{self, Hindrance};
use platform::accounts::second_factors;

use super::fields::{CodeField, CurrentPassword};
use super::room::{AccountRoom, account_room};
use crate::api::accounts::DeleteAccount;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Card, Icon, LinkButton, Look, TextField, Tone};

/// `/account/data`: all that is kept about me, and the end of my account.
#[component]
pub fn DataPage() -> impl IntoView {
    let state = FormState::of::<DeleteAccount>();
    account_room(AccountRoom::Data, None, move |user| async move {
        let l = locale();
        let services = request::services();
        let first = deletion::hindrances(&services, &user).await?;
        let asks_code = second_factors::state(&services, &user).await?.is_on;
        let ending = if first.is_empty() {
            view! { <Deletion state=state.clone() asks_code/> }.into_html()
        } else {
            let rows = first.into_iter().map(|hindrance| hinders(l, hindrance)).collect_view();
            view! {
                <Alert tone=Tone::Warning title=t(l, k::accounts::data::FIRST)/>
                <ul class="items">{rows}</ul>
            }
            .into_html()
        };
        Ok(view! {
            <Card id="download" title=t(l, k::accounts::data::DOWNLOAD)>
                <div class="stack">
                    <p class="muted reading">{t(l, k::accounts::data::DOWNLOAD_TEXT)}</p>
                    <p><LinkButton href=address::file::ACCOUNT icon=Icon::Download>{t(l, k::accounts::data::DOWNLOAD_DO)}</LinkButton></p>
                </div>
            </Card>
            <Card id="deletion" title=t(l, k::accounts::data::TITLE)>
                <div class="stack">
                    <p class="reading">{t(l, k::accounts::data::TEXT)}</p>
                    <p class="muted reading">{t(l, k::accounts::data::STAYS)}</p>
                    <FormError state/>
                    {ending}
                </div>
            </Card>
        })
    })
}

/// What has to be done before, and where.
fn hinders(l: Locale, hindrance: Hindrance) -> impl IntoView {
    let (href, competition, text) = match hindrance {
        Hindrance::OwnsAlone(competition) => {
            (address::manage_roles(&competition.slug), competition, t(l, k::accounts::data::OWNS).to_owned())
        }
        Hindrance::LeadsOthers(competition, team) => {
            (address::team(&competition.slug), competition, tf!(l, k::accounts::data::LEADS, team = team))
        }
    };
    view! { <li><p><a class="strong" href=href>{competition.settings.title.get(l).to_owned()}</a></p><p class="muted">{text}</p></li> }
}

#[component]
fn Deletion(state: FormState, asks_code: bool) -> impl IntoView {
    let l = locale();
    view! {
        <form class="stack reading" method="post" action=DeleteAccount::PATH>
            <CurrentPassword id="delete-password" state=state.clone()/>
            {asks_code.then(|| view! { <CodeField id="delete-code" state=state.clone() hint=t(l, k::accounts::factor::ANY_CODE_HINT) required=true/> })}
            <TextField
                name="word"
                label=t(l, k::accounts::data::WORD)
                value=state.value("word")
                error=state.field_error("word")
                hint=t(l, k::accounts::data::WORD_HINT)
                autocomplete="off"
                required=true
            />
            <p><Button look=Look::Danger submit=true>{t(l, k::accounts::data::DO)}</Button></p>
        </form>
    }
}
