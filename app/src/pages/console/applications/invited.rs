use std::sync::Arc;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::participation::InvitedAddress;
use platform::participation::invitations::Invited;

use crate::api::participation::{InviteToApply, UninviteToApply};
use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::{FormError, FormState};
use crate::tf;
use crate::ui::{Alert, Badge, Button, Look, Section, Size, Table, TextArea, Time, TimeForm, Tone};

/// Whom the organizers have asked, where a competition is by invitation, and the form to ask more.
#[component]
pub(super) fn InvitedList(here: Arc<Here>, addresses: Vec<InvitedAddress>, state: FormState) -> impl IntoView {
    let l = locale();
    let rows: Vec<_> = addresses.into_iter().map(|address| row(&here, address)).collect();
    let list = (!rows.is_empty()).then(|| {
        view! {
            <Table caption=t(l, k::console::applications::INVITATIONS) class="roomy">
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::console::applications::EMAIL)}</th>
                        <th scope="col" class="wide-only">{t(l, k::console::applications::INVITED_AT)}</th>
                        <th scope="col"><span class="sr-only">{t(l, k::console::applications::UNINVITE)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
    });
    let said = said(&state);
    view! {
        <Section id="invite" title=t(l, k::console::applications::INVITE)>
            <FormError state=state.clone()/>
            {said}
            <form class="card stack" method="post" action=InviteToApply::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <TextArea
                    name="emails"
                    label=t(l, k::console::applications::EMAILS)
                    hint=t(l, k::console::applications::EMAILS_HINT)
                    value=state.value("emails")
                    error=state.field_error("emails")
                    rows=5
                    required=true
                />
                <p><Button look=Look::Primary submit=true>{t(l, k::console::applications::INVITE_DO)}</Button></p>
            </form>
            {list}
        </Section>
    }
}

fn row(here: &Here, address: InvitedAddress) -> impl IntoView + use<> {
    let l = locale();
    let InvitedAddress { email, invited_at, has_applied } = address;
    let take_back = tf!(l, k::console::applications::UNINVITE_OF, email = email);
    view! {
        <tr>
            <th scope="row">
                {email.clone()}
                {has_applied.then(|| view! { " " <Badge tone=Tone::Success>{t(l, k::console::applications::HAS_APPLIED)}</Badge> })}
            </th>
            <td class="wide-only tight-col"><Time at=invited_at zone=here.zone() form=TimeForm::Date/></td>
            <td class="end">
                <form method="post" action=UninviteToApply::PATH>
                    <input type="hidden" name="slug" value=here.slug().to_owned()/>
                    <input type="hidden" name="email" value=email/>
                    <Button size=Size::Small submit=true label=take_back>{t(l, k::console::applications::UNINVITE)}</Button>
                </form>
            </td>
        </tr>
    }
}

fn said(state: &FormState) -> Option<Html> {
    let l = locale();
    let text = match state.done()? {
        UninviteToApply::PATH => t(l, k::console::applications::UNINVITED).to_owned(),
        _ => {
            let Invited { sent, known } = serde_json::from_value(state.result()?.clone()).ok()?;
            let parts = [
                (sent > 0).then(|| tf!(l, k::console::applications::INVITED, n = sent)),
                (known > 0).then(|| tf!(l, k::console::applications::KNOWN, n = known)),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    };
    Some(view! { <div role="status"><Alert tone=Tone::Success>{text}</Alert></div> }.into_html())
}
