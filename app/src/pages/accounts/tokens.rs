use chrono::{DateTime, Utc};
use domain::access::Scope;
use domain::accounts::Token;
use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::accounts;

use crate::api::accounts::{CreateToken, RevokeToken};
use crate::context::{Zone, locale};
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::accounts::room::{AccountRoom, account_room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Ago, Alert, Badge, Button, Checkbox, Choices, Code, Dialog, DialogCloser, DialogOpener, Empty, Icon, Look, Section,
    Select, Size, Table, TextField, Time, TimeForm, Tone,
};

/// Lifetimes to choose from, in days; the first is chosen unless the form says otherwise.
const DAYS: [u32; 3] = [90, 30, 365];

/// `/account/tokens`: make, see and revoke personal access tokens.
#[component]
pub fn TokensPage() -> impl IntoView {
    let made = FormState::of::<CreateToken>();
    let revoked = FormState::of::<RevokeToken>();
    account_room(AccountRoom::Tokens, None, move |user| async move {
        let l = locale();
        let services = request::services();
        let tokens = accounts::tokens(&services, &user).await?;
        let now = services.clock.now();
        let secret = made.result().and_then(|secret| secret.as_str()).map(str::to_owned);
        let base_url = request::base_url();
        let command = format!("curl -H \"Authorization: Bearer $MADANG_TOKEN\" {base_url}{}", address::api::ME);
        let count = tf!(l, k::accounts::tokens::COUNT, n = tokens.len());
        Ok(view! {
                <p class="muted">{t(l, k::accounts::tokens::LEAD)}</p>
                <FormError state=revoked.clone()/>
                {revoked.done().map(|_| view! { <Alert tone=Tone::Success>{t(l, k::accounts::tokens::REVOKED)}</Alert> })}
                {secret
                    .map(|secret| {
                        view! {
                            <div class="stack s" role="status">
                                <Alert tone=Tone::Warning title=t(l, k::accounts::tokens::MADE)>{t(l, k::accounts::tokens::MADE_TEXT)}</Alert>
                                <Code label=t(l, k::accounts::tokens::SECRET) text=secret/>
                            </div>
                        }
                    })}
                <Section id="mine" title=t(l, k::accounts::tokens::MINE) note=move || view! { <span class="caption num">{count.clone()}</span> }>
                    <Tokens tokens now/>
                </Section>
                <div class="grid-2">
                    <Section id="new" title=t(l, k::accounts::tokens::NEW)><NewToken state=made/></Section>
                    <Section id="use" title=t(l, k::accounts::tokens::USE)>
                        <p class="muted">{t(l, k::accounts::tokens::USE_TEXT)}</p>
                        <Code label=t(l, k::accounts::tokens::USE_WHAT) text=command/>
                    </Section>
                </div>
        })
    })
}

#[component]
fn NewToken(state: FormState) -> impl IntoView {
    let l = locale();
    let options: Vec<_> =
        DAYS.iter().map(|days| (days.to_string(), tf!(l, k::accounts::tokens::DAYS, n = days))).collect();
    // After a failure what was chosen; before, what a notebook needs.
    let is_new = state.error().is_none();
    let boxes = Scope::ALL.map(|scope| {
        let checked = if is_new { scope != Scope::Organize } else { state.typed(scope.key()).is_some() };
        view! { <Checkbox name=scope.key() checked=checked>{scope_words(l, scope)}</Checkbox> }
    });
    view! {
        <FormError state=state.clone()/>
        <form class="card stack" method="post" action=CreateToken::PATH>
            <TextField
                name="name"
                label=t(l, k::accounts::tokens::NAME)
                value=state.value("name")
                error=state.field_error("name")
                hint=t(l, k::accounts::tokens::NEW_NAME_HINT)
                placeholder=t(l, k::accounts::tokens::NEW_NAME_PLACEHOLDER)
                autocomplete="off"
                max=40
                required=true
            />
            <Select name="days" label=t(l, k::accounts::tokens::LIFETIME) options value=state.value("days") error=state.field_error("days")/>
            <Choices legend=t(l, k::accounts::tokens::SCOPES) error=state.field_error("scopes")>{boxes.collect_view()}</Choices>
            <p><Button look=Look::Primary submit=true>{t(l, k::accounts::tokens::NEW_DO)}</Button></p>
        </form>
    }
}

/// What a scope lets a token do.
fn scope_words(l: Locale, scope: Scope) -> &'static str {
    t(
        l,
        match scope {
            Scope::Read => k::accounts::tokens::SCOPE_READ,
            Scope::Submit => k::accounts::tokens::SCOPE_SUBMIT,
            Scope::Organize => k::accounts::tokens::SCOPE_ORGANIZE,
        },
    )
}

#[component]
fn Tokens(tokens: Vec<Token>, now: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    if tokens.is_empty() {
        return view! { <Empty icon=Icon::Terminal title=t(l, k::accounts::tokens::NONE) text=t(l, k::accounts::tokens::NONE_TEXT)/> }
            .into_html();
    }
    view! {
        <Table caption=t(l, k::accounts::tokens::MINE) class="roomy">
            <thead>
                <tr>
                    <th scope="col" class="fill">{t(l, k::accounts::tokens::NAME)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::tokens::CREATED)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::tokens::EXPIRES)}</th>
                    <th scope="col" class="wide-only">{t(l, k::accounts::tokens::LAST_USED)}</th>
                    <th scope="col"><span class="sr-only">{t(l, k::accounts::tokens::MANAGE)}</span></th>
                </tr>
            </thead>
            <tbody>{tokens.into_iter().map(|token| row(l, token, now)).collect_view()}</tbody>
        </Table>
    }
    .into_html()
}

fn row(l: Locale, token: Token, now: DateTime<Utc>) -> impl IntoView {
    // An account belongs to no competition, so its days are the installation's.
    let zone = Zone::default();
    let expires = move || match token.expires_at {
        None => t(l, k::accounts::tokens::NEVER_EXPIRES).into_html(),
        Some(at) if at <= now => {
            view! { <Badge tone=Tone::Danger>{t(l, k::accounts::tokens::EXPIRED)}</Badge> }.into_html()
        }
        Some(at) => view! { <Time at zone form=TimeForm::Date/> }.into_html(),
    };
    let used = move || match token.last_used_at {
        None => t(l, k::accounts::tokens::NEVER_USED).into_html(),
        Some(at) => view! { <Ago at now zone/> }.into_html(),
    };
    let dialog = format!("revoke-{}", token.id);
    let actions = {
        let (dialog, id) = (dialog.clone(), token.id);
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::accounts::tokens::REVOKE_KEEP)}</DialogCloser>
                <form method="post" action=RevokeToken::PATH>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Button look=Look::Danger submit=true>{t(l, k::accounts::tokens::REVOKE_DO)}</Button>
                </form>
            }
        }
    };
    let scopes: Vec<_> = Scope::ALL.into_iter().filter(|scope| token.scopes.has(*scope)).collect();
    let scopes = scopes.into_iter().map(|scope| format::error::scope_word(l, scope)).collect::<Vec<_>>().join(" · ");
    let title = tf!(l, k::accounts::tokens::REVOKE_TITLE, name = token.name);
    let text = tf!(l, k::accounts::tokens::REVOKE_TEXT, prefix = token.prefix);
    view! {
        <tr>
            <th scope="row">
                <span class="strong">{token.name}</span>
                <span class="meta"><code>{format!("{}…", token.prefix)}</code> " · " {scopes}</span>
                <span class="meta narrow-only">{t(l, k::accounts::tokens::EXPIRES)} " " {expires()} " · " {t(l, k::accounts::tokens::LAST_USED)} " " {used()}</span>
            </th>
            <td class="wide-only tight-col"><Time at=token.created_at zone form=TimeForm::Date/></td>
            <td class="wide-only tight-col">{expires()}</td>
            <td class="wide-only tight-col">{used()}</td>
            <td>
                <DialogOpener dialog=dialog.clone() look=Look::Danger size=Size::Small>{t(l, k::accounts::tokens::REVOKE)}</DialogOpener>
                <Dialog id=dialog title actions><p>{text}</p></Dialog>
            </td>
        </tr>
    }
}
