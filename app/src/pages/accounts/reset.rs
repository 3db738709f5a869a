use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use platform::accounts::resets;

use super::fields::{NewPassword, Revoke};
use super::useless::UselessLink;
use crate::api::accounts::{AskForReset, ResetPassword};
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::accounts::EmailField;
use crate::pages::load::{FormError, FormState, load};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, LinkButton, Look, Size, Tone};

/// `/reset`: asks for a letter; with the key of its link, for a new password. Looking changes nothing.
#[component]
pub fn ResetPage() -> impl IntoView {
    say(Keeping::Secret);
    let l = locale();
    let key = request::query("key");
    let (asked, state) = (FormState::of::<AskForReset>(), FormState::of::<ResetPassword>());
    load(async move {
        let content = match key {
            None if asked.done().is_some() => sent(),
            None => ask(asked),
            Some(key) => match resets::opened(&request::services(), &key).await.map_err(AppError::from) {
                Ok(link) => set(&link.address, key, state),
                Err(error) => useless(error)?,
            },
        };
        Ok(view! {
            <Title text=t(l, k::accounts::reset::TITLE)/>
            <div class="page body">
                <div class="door stack">
                    <h1>{t(l, k::accounts::reset::TITLE)}</h1>
                    {content}
                </div>
            </div>
        })
    })
}

fn ask(state: FormState) -> Html {
    let l = locale();
    view! {
        <p class="muted">{t(l, k::accounts::reset::LEAD)}</p>
        <FormError state=state.clone()/>
        <form class="card stack" method="post" action=AskForReset::PATH>
            <EmailField state=state.clone()/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::reset::DO)}</Button>
        </form>
        <p class="center"><a href=address::LOGIN>{t(l, k::accounts::reset::BACK)}</a></p>
    }
    .into_html()
}

/// The same whether there is such an account.
fn sent() -> Html {
    let l = locale();
    view! {
        <div role="status"><Alert tone=Tone::Success title=t(l, k::accounts::reset::SENT)>{t(l, k::accounts::reset::SENT_TEXT)}</Alert></div>
        <p class="row tight centered">
            <LinkButton href=address::LOGIN>{t(l, k::accounts::reset::BACK)}</LinkButton>
            <LinkButton href=address::RESET look=Look::Ghost>{t(l, k::accounts::reset::AGAIN)}</LinkButton>
        </p>
    }
    .into_html()
}

fn set(email: &str, key: String, state: FormState) -> Html {
    let l = locale();
    view! {
        <p class="muted">{tf!(l, k::accounts::reset::NEW_LEAD, email = email)}</p>
        <FormError state=state.clone()/>
        <form class="card stack" method="post" action=ResetPassword::PATH>
            <input type="hidden" name="key" value=key/>
            // Which account it is, for programs that keep passwords.
            <input class="sr-only" type="email" value=email.to_owned() autocomplete="username" tabindex="-1" aria-hidden="true" readonly/>
            <NewPassword state/>
            <Revoke checked=true/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::accounts::reset::NEW_DO)}</Button>
        </form>
    }
    .into_html()
}

/// A link that was used, has ended or never was one; any other error is another page's.
fn useless(error: AppError) -> Result<Html, AppError> {
    let l = locale();
    let (title, text, href, action) = match error.code {
        ErrorCode::LinkUsed => {
            (k::accounts::reset::USED, k::accounts::reset::USED_TEXT, address::LOGIN, k::accounts::reset::BACK)
        }
        ErrorCode::LinkEnded => {
            (k::accounts::reset::ENDED, k::accounts::reset::ENDED_TEXT, address::RESET, k::accounts::reset::ANOTHER)
        }
        ErrorCode::NotFound => {
            (k::accounts::reset::UNKNOWN, k::accounts::reset::UNKNOWN_TEXT, address::RESET, k::accounts::reset::ANOTHER)
        }
        _ => return Err(error),
    };
    Ok(view! { <UselessLink error title=t(l, title) text=t(l, text) href action=t(l, action)/> }.into_html())
}
