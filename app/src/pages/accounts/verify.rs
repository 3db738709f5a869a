use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use platform::accounts::addresses;
use platform::mail::links::OpenedLink;

use super::useless::UselessLink;
use crate::api::accounts::VerifyAddress;
use crate::context::{locale, viewer};
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::load::{FormError, FormState, load, login_href};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, LinkButton, Look, Size, Tone};

/// `/verify?key=…`: where the link of a letter leads that asks whose an address is. Looking changes nothing; the button does.
#[component]
pub fn VerifyPage() -> impl IntoView {
    say(Keeping::Secret);
    let l = locale();
    let key = request::query("key").unwrap_or_default();
    let state = FormState::of::<VerifyAddress>();
    load(async move {
        let content = match addresses::opened(&request::services(), &key).await.map_err(AppError::from) {
            Ok(link) => view! {
                <FormError state=state.clone()/>
                {state.field_error("email").map(|text| view! { <p class="error">{text}</p> })}
                <section class="card stack" aria-label=t(l, k::accounts::verify::TITLE)>{next_step(&link, key)}</section>
            }
            .into_html(),
            Err(error) => useless(error)?,
        };
        Ok(view! {
            <Title text=t(l, k::accounts::verify::TITLE)/>
            <div class="page body">
                <div class="door stack">
                    <h1>{t(l, k::accounts::verify::TITLE)}</h1>
                    {content}
                </div>
            </div>
        })
    })
}

/// What the reader can do about it. To whoever only has the link, the address is not said.
fn next_step(link: &OpenedLink, key: String) -> Html {
    let l = locale();
    let Some(user) = viewer().user else {
        return view! {
            <p>{t(l, k::accounts::verify::LOGIN)}</p>
            <p class="row tight centered"><LinkButton href=login_href() look=Look::Primary>{t(l, k::site::LOGIN)}</LinkButton></p>
        }
        .into_html();
    };
    if link.user != Some(user.id) {
        let text = tf!(l, k::accounts::verify::OTHER_TEXT, email = user.email);
        return view! { <Alert tone=Tone::Warning title=t(l, k::accounts::verify::OTHER)>{text}</Alert> }.into_html();
    }
    let moves = (link.address != user.email)
        .then(|| tf!(l, k::accounts::verify::MOVES, old = user.email, email = link.address));
    view! {
        <p class="strong any-wrap">{tf!(l, k::accounts::verify::LEAD, email = link.address)}</p>
        {moves.map(|text| view! { <p class="muted any-wrap">{text}</p> })}
        <form method="post" action=VerifyAddress::PATH>
            <input type="hidden" name="key" value=key/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::verify::DO)}</Button>
        </form>
    }
    .into_html()
}

/// A link that was used, has ended or never was one; any other error is another page's.
fn useless(error: AppError) -> Result<Html, AppError> {
    let l = locale();
    let (title, text) = match error.code {
        ErrorCode::LinkUsed => (k::accounts::verify::USED, k::accounts::verify::USED_TEXT),
        ErrorCode::LinkEnded => (k::accounts::verify::ENDED, k::accounts::verify::ENDED_TEXT),
        ErrorCode::NotFound => (k::accounts::verify::UNKNOWN, k::accounts::verify::UNKNOWN_TEXT),
        _ => return Err(error),
    };
    let action = t(l, k::accounts::verify::ACCOUNT);
    Ok(view! { <UselessLink error title=t(l, title) text=t(l, text) href=address::ACCOUNT action/> }.into_html())
}
