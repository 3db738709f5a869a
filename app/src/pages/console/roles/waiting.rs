use std::sync::Arc;

use domain::access::Role;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::competitions::roles::WaitingRole;

use super::choices;
use crate::api::roles::{InviteToRole, WithdrawRoleInvitation};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::role_word;
use crate::pages::load::{FormError, FormState};
use crate::tf;
use crate::ui::{Badge, Button, Look, Section, Select, Size, Table, TextField, Time, TimeForm, Tone};

/// Roles that wait for whoever was written to.
#[component]
pub(super) fn WaitingRows(here: Arc<Here>, invitations: Vec<WaitingRole>, gives: bool) -> impl IntoView {
    let l = locale();
    if invitations.is_empty() {
        return ().into_html();
    }
    let rows = invitations.into_iter().map(|WaitingRole { invitation, is_sent, has_failed }| {
        let letter = match (is_sent, has_failed) {
            (_, true) => Some(view! { <Badge tone=Tone::Danger>{t(l, k::console::roles::LETTER_FAILED)}</Badge> }.into_html()),
            (true, _) => None,
            _ => Some(t(l, k::console::roles::LETTER_WAITS).into_html()),
        };
        let take_back = tf!(l, k::console::roles::WITHDRAW_OF, email = invitation.email);
        view! {
            <tr>
                <th scope="row">
                    {invitation.email}
                    <span class="meta narrow-only">{role_word(l, invitation.role)}</span>
                    {letter.map(|letter| view! { <span class="meta">{letter}</span> })}
                </th>
                <td class="wide-only tight-col">{role_word(l, invitation.role)}</td>
                <td class="wide-only tight-col"><Time at=invitation.expires_at zone=here.zone() form=TimeForm::Deadline/></td>
                <td class="end">
                    {gives
                        .then(|| {
                            view! {
                                <form method="post" action=WithdrawRoleInvitation::PATH>
                                    <input type="hidden" name="slug" value=here.slug().to_owned()/>
                                    <input type="hidden" name="id" value=invitation.id.to_string()/>
                                    <Button size=Size::Small submit=true label=take_back>{t(l, k::console::roles::WITHDRAW)}</Button>
                                </form>
                            }
                        })}
                </td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Section id="waiting" title=t(l, k::console::roles::WAITING)>
            <Table caption=t(l, k::console::roles::WAITING) class="roomy">
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::console::roles::EMAIL)}</th>
                        <th scope="col" class="wide-only">{t(l, k::console::roles::ROLE)}</th>
                        <th scope="col" class="wide-only">{t(l, k::console::roles::UNTIL)}</th>
                        <th scope="col"><span class="sr-only">{t(l, k::console::roles::WITHDRAW)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </Section>
    }
    .into_html()
}

/// Asks somebody to help.
#[component]
pub(super) fn Invite(here: Arc<Here>, state: FormState) -> impl IntoView {
    let l = locale();
    let chosen = state.typed("role").cloned().unwrap_or_else(|| Role::Organizer.key().to_owned());
    view! {
        <Section id="invite" title=t(l, k::console::roles::INVITE)>
            <FormError state=state.clone()/>
            <form class="card stack" method="post" action=InviteToRole::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <TextField
                    name="email"
                    kind="email"
                    label=t(l, k::console::roles::EMAIL)
                    value=state.value("email")
                    error=state.field_error("email")
                    hint=t(l, k::console::roles::EMAIL_HINT)
                    autocomplete="off"
                    required=true
                />
                <Select name="role" label=t(l, k::console::roles::ROLE) options=choices(l) value=chosen hint=t(l, k::console::roles::ROLE_HINT) error=state.field_error("role")/>
                <p><Button look=Look::Primary submit=true>{t(l, k::console::roles::INVITE_DO)}</Button></p>
            </form>
        </Section>
    }
}
