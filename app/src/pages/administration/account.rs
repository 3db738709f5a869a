use domain::ids::UserId;
use domain::text::REASON_MAX;
use domain::zone::Zone;
use domain::{ErrorCode, address};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_params_map;
use platform::administration::{self, ListedAccount};
use uuid::Uuid;

use super::accounts::marks;
use super::{AdminRoom, room};
use crate::api::administration::{ResetSecondFactor, ResumeAccount, SuspendAccount, VouchForAddress};
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Phrase, k, t};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::ui::{Alert, Button, Card, Fact, Facts, Icon, LinkButton, Size, TextArea, Time, Tone};

/// Server functions that end on this page.
const FUNCTIONS: [&str; 4] =
    [SuspendAccount::PATH, ResumeAccount::PATH, ResetSecondFactor::PATH, VouchForAddress::PATH];

/// `/admin/accounts/:id`: one account, and what can be done about it.
#[component]
pub fn AdminAccountPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    let state = FormState::of_any(&FUNCTIONS);
    room(AdminRoom::Accounts, move || async move {
        use k::administration as w;
        let l = locale();
        let id: Uuid = id.parse().map_err(|_| ErrorCode::NotFound)?;
        let actor = request::actor();
        let account = administration::account(&request::services(), &actor, UserId(id)).await?;
        let is_own = actor.id() == Some(account.id);
        let said = said(&state);
        let refused = state.error().is_some_and(|error| error.fields.is_empty());
        let error = refused.then(|| view! { <FormError state=state.clone()/> });
        let parts = [
            view! {
                <p><LinkButton href=address::ADMIN_ACCOUNTS size=Size::Small icon=Icon::Left>{t(l, w::BACK)}</LinkButton></p>
                {error}
                {said}
            }
            .into_html(),
            view! { <Who account=account.clone()/> }.into_html(),
            (!is_own).then(|| view! { <Suspension account=account.clone() state/> }).into_html(),
            (!is_own).then(|| view! { <Doors account/> }).into_html(),
        ];
        Ok(parts.collect_view())
    })
}

#[component]
fn Who(account: ListedAccount) -> impl IntoView {
    use k::administration as w;
    let (l, zone) = (locale(), Zone::default());
    let noted = account.clone();
    let time = move |term: Phrase, at| view! { <Fact term=t(l, term)><Time at zone/></Fact> };
    let verified = account.verified_at.map(|at| time(w::VERIFIED_AT, at));
    let suspended = account.suspended_at.map(|at| time(w::SUSPENDED_AT, at));
    let reason = account.suspended_reason.map(|reason| view! { <Fact term=t(l, w::REASON)>{reason}</Fact> });
    view! {
        <Card id="who" title=account.name note=move || marks(l, &noted)>
            <Facts lines=true>
                <Fact term=t(l, w::EMAIL)><span class="any-wrap">{account.email}</span></Fact>
                <Fact term=t(l, w::AFFILIATION)>{account.affiliation}</Fact>
                {time(w::SIGNED_UP, account.created_at)}
                {verified}
                <Fact term=t(l, w::TEAMS)>{account.teams}</Fact>
                {suspended}
                {reason}
            </Facts>
        </Card>
    }
}

#[component]
fn Suspension(account: ListedAccount, state: FormState) -> impl IntoView {
    use k::administration as w;
    let l = locale();
    let id = account.id.to_string();
    if account.suspended_at.is_some() {
        return view! {
            <Card id="suspension" title=t(l, w::RESUME)>
                <form class="stack" method="post" action=ResumeAccount::PATH>
                    <p class="muted">{t(l, w::RESUME_TEXT)}</p>
                    <input type="hidden" name="id" value=id/>
                    <p><Button submit=true>{t(l, w::RESUME)}</Button></p>
                </form>
            </Card>
        }
        .into_html();
    }
    view! {
        <Card id="suspension" title=t(l, w::SUSPEND)>
            <form class="stack" method="post" action=SuspendAccount::PATH>
                <p class="muted">{t(l, w::SUSPEND_TEXT)}</p>
                <input type="hidden" name="id" value=id/>
                <TextArea
                    name="reason"
                    label=t(l, w::REASON)
                    hint=t(l, w::REASON_HINT)
                    value=state.value("reason")
                    error=state.field_error("reason")
                    max=u32::try_from(REASON_MAX).unwrap_or(u32::MAX)
                    rows=2
                />
                <div class="row tight"><button class="btn danger" type="submit">{t(l, w::SUSPEND)}</button></div>
            </form>
        </Card>
    }
    .into_html()
}

/// What its owner may have lost: the device of the second factor, or the letter that confirms the address.
#[component]
fn Doors(account: ListedAccount) -> impl IntoView {
    use k::administration as w;
    let l = locale();
    let form = |action: &'static str, text: Phrase, word: Phrase| -> Html {
        view! {
            <form class="stack s" method="post" action=action>
                <p class="muted">{t(l, text)}</p>
                <input type="hidden" name="id" value=account.id.to_string()/>
                <p><Button submit=true>{t(l, word)}</Button></p>
            </form>
        }
        .into_html()
    };
    let factor =
        account.has_second_factor.then(|| form(ResetSecondFactor::PATH, w::RESET_FACTOR_TEXT, w::RESET_FACTOR));
    let address = account.verified_at.is_none().then(|| form(VouchForAddress::PATH, w::VOUCH_TEXT, w::VOUCH));
    let forms: Vec<_> = [factor, address].into_iter().flatten().collect();
    (!forms.is_empty()).then(|| view! { <Card id="doors" title=t(l, w::DOORS)><div class="stack">{forms}</div></Card> })
}

/// What was just done.
fn said(state: &FormState) -> Option<Html> {
    use k::administration as w;
    let words = match state.done()? {
        SuspendAccount::PATH => w::SUSPENDED_DONE,
        ResumeAccount::PATH => w::RESUMED,
        ResetSecondFactor::PATH => w::FACTOR_RESET,
        _ => w::VOUCHED,
    };
    Some(view! { <div role="status"><Alert tone=Tone::Success>{t(locale(), words)}</Alert></div> }.into_html())
}
