use axum::http::StatusCode;
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::competitions::roles::{self, RoleInvitation};

use crate::api::roles::AcceptRole;
use crate::context::{locale, viewer};
use crate::format;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::keeping::{Keeping, say};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::role_word;
use crate::pages::load::{FormError, FormState, load};
use crate::pages::teams::start::Doors;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Empty, Icon, LinkButton, Look, Size, Tone};

/// `/competitions/:slug/roles?key=…`: where the link of an invitation to a role leads. Looking changes nothing; the button does.
#[component]
pub fn RoleInvitationPage() -> impl IntoView {
    let l = locale();
    say(Keeping::Secret);
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let key = request::query("key").unwrap_or_default();
    let state = FormState::of::<AcceptRole>();
    load(async move {
        let here = Here::find(&slug).await?;
        let found = roles::invited(&request::services(), &here.competition, &key).await.map_err(AppError::from);
        let content = match found {
            Ok(invitation) => view! {
                <FormError state/>
                <section class="card stack" aria-label=t(l, k::console::invitation::TITLE)>{next_step(&here, &invitation, key)}</section>
            }
            .into_html(),
            Err(error) if matches!(error.code, ErrorCode::NotFound | ErrorCode::InviteUsed | ErrorCode::InviteExpired) => useless(&error),
            Err(error) => return Err(error),
        };
        Ok(view! {
            <Title text=format!("{} · {}", t(l, k::console::invitation::TITLE), here.title())/>
            <div class="page body">
                <div class="door wide stack">
                    <header class="stack s">
                        <h1>{t(l, k::console::invitation::TITLE)}</h1>
                        <p class="muted">{here.title().to_owned()}</p>
                    </header>
                    {content}
                </div>
            </div>
        })
    })
}

/// A link that has expired, was used or taken back, or never was one.
fn useless(error: &AppError) -> Html {
    let l = locale();
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND));
    }
    let (title, text) = match error.code {
        ErrorCode::InviteUsed => (k::console::invitation::USED, k::console::invitation::USED_TEXT),
        ErrorCode::InviteExpired => (k::console::invitation::EXPIRED, k::console::invitation::EXPIRED_TEXT),
        _ => (k::console::invitation::UNKNOWN, k::console::invitation::UNKNOWN_TEXT),
    };
    view! {
        <Empty whole_page=true icon=Icon::Mail title=t(l, title) text=t(l, text)>
            <LinkButton href=address::HOME>{t(l, k::ui::problem::HOME)}</LinkButton>
        </Empty>
    }
    .into_html()
}

/// What the reader can do about it.
fn next_step(here: &Here, invitation: &RoleInvitation, key: String) -> Html {
    let l = locale();
    let Some(user) = viewer().user else {
        // The address is not said to whoever only has the link.
        return view! { <p>{t(l, k::console::invitation::LOGIN)}</p> <Doors/> }.into_html();
    };
    if user.email != invitation.email {
        return view! {
            <Alert tone=Tone::Warning title=t(l, k::console::invitation::OTHER)>{tf!(l, k::console::invitation::OTHER_TEXT, email = user.email)}</Alert>
        }
        .into_html();
    }
    let role = role_word(l, invitation.role);
    view! {
        <p class="strong">{tf!(l, k::console::invitation::LEAD, role = role)}</p>
        <p class="muted">{t(l, k::console::invitation::TEXT)}</p>
        <p class="caption num">{tf!(l, k::console::invitation::UNTIL, at = format::deadline(l, here.zone(), invitation.expires_at))}</p>
        <form method="post" action=AcceptRole::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="key" value=key/>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{t(l, k::console::invitation::DO)}</Button>
        </form>
    }
    .into_html()
}
