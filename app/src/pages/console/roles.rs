use std::sync::Arc;

use domain::access::{Action, Role};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::competitions::roles::{self, Holder, WaitingRole};

use crate::api::roles::{ChangeRole, InviteToRole, WithdrawRoleInvitation};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::{Room, role_word, room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Badge, Button, Dialog, DialogCloser, DialogOpener, EmptyRow, Look, Section, Select, Size, Table, TextField,
    Time, TimeForm, Tone,
};

/// `/competitions/:slug/manage/roles`: who helps to run the competition, and who is asked to.
#[component]
pub fn RolesPage() -> impl IntoView {
    let state = FormState::of_any(&[ChangeRole::PATH, WithdrawRoleInvitation::PATH]);
    let invited = FormState::of::<InviteToRole>();
    room(Room::Roles, move |here| async move {
        let l = locale();
        let roles = roles::list(&request::services(), &here.competition, &request::actor()).await?;
        let gives = here.may(Action::GiveRoles);
        let done = [&state, &invited].into_iter().find_map(|state| state.done()).map(|path| said(l, path));
        Ok(view! {
            {done.map(|text| view! { <Alert tone=Tone::Success>{text}</Alert> })}
            <FormError state/>
            <p class="muted">{t(l, k::console::roles::LEAD)}</p>
            <Holders here=Arc::clone(&here) holders=roles.holders gives/>
            <Waiting here=Arc::clone(&here) invitations=roles.invitations gives/>
            {gives.then(|| view! { <Invite here=Arc::clone(&here) state=invited/> })}
        })
    })
}

fn said(l: Locale, path: &str) -> &'static str {
    t(
        l,
        match path {
            InviteToRole::PATH => k::console::roles::INVITED,
            WithdrawRoleInvitation::PATH => k::console::roles::WITHDRAWN,
            _ => k::console::roles::CHANGED,
        },
    )
}

/// The roles to choose from, with their values, the most first.
fn choices(l: Locale) -> Vec<(String, String)> {
    let choice = |role: Role| (role.key().to_owned(), role_word(l, role).to_owned());
    Role::ALL.into_iter().rev().map(choice).collect()
}

#[component]
fn Holders(here: Arc<Here>, holders: Vec<Holder>, gives: bool) -> impl IntoView {
    let l = locale();
    let me = here.actor.user.as_ref().map(|user| user.id);
    let rows = holders.into_iter().map(|holder| {
        let is_me = Some(holder.user_id) == me;
        let role = match (gives, is_me) {
            (true, _) => view! { <ChangeForm here=Arc::clone(&here) holder=holder.clone()/> }.into_html(),
            (false, true) => view! {
                <span class="row tight one">{role_word(l, holder.role)} <LayDown here=Arc::clone(&here) holder=holder.clone()/></span>
            }
            .into_html(),
            (false, false) => role_word(l, holder.role).into_html(),
        };
        view! {
            <tr>
                <th scope="row">
                    <strong>{holder.name.clone()}</strong>
                    {is_me.then(|| view! { " " <span class="caption">{t(l, k::teams::ME)}</span> })}
                    <span class="meta">{holder.email}</span>
                    <span class="meta narrow-only">{holder.affiliation.clone()}</span>
                </th>
                <td class="wide-only">{holder.affiliation}</td>
                <td class="wide-only tight-col"><Time at=holder.given_at zone=here.zone() form=TimeForm::Date/></td>
                <td>{role}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let none = rows.is_empty();
    view! {
        <Table caption=t(l, k::console::roles::HOLDERS) class="roomy">
            <thead>
                <tr>
                    <th scope="col">{t(l, k::console::roles::WHO)}</th>
                    <th scope="col" class="wide-only fill">{t(l, k::console::roles::AFFILIATION)}</th>
                    <th scope="col" class="wide-only">{t(l, k::console::roles::SINCE)}</th>
                    <th scope="col">{t(l, k::console::roles::ROLE)}</th>
                </tr>
            </thead>
            <tbody>
                {rows}
                {none.then(|| view! { <EmptyRow columns=4>{t(l, k::console::roles::NONE)}</EmptyRow> })}
            </tbody>
        </Table>
    }
}

/// Another role for somebody, or none.
#[component]
fn ChangeForm(here: Arc<Here>, holder: Holder) -> impl IntoView {
    let l = locale();
    let mut options = choices(l);
    options.push((String::new(), t(l, k::console::roles::NO_ROLE).to_owned()));
    let name = tf!(l, k::console::roles::ROLE_OF, name = holder.name);
    let change = tf!(l, k::console::roles::CHANGE_OF, name = holder.name);
    view! {
        <form class="row tight one" method="post" action=ChangeRole::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="user" value=holder.user_id.to_string()/>
            <select class="input" name="role" aria-label=name>
                {options
                    .into_iter()
                    .map(|(value, word)| {
                        let chosen = value == holder.role.key();
                        view! { <option value=value selected=chosen>{word}</option> }
                    })
                    .collect_view()}
            </select>
            <Button size=Size::Small submit=true label=change>{t(l, k::console::roles::CHANGE)}</Button>
        </form>
    }
}

/// What anybody may do with their own role.
#[component]
fn LayDown(here: Arc<Here>, holder: Holder) -> impl IntoView {
    let l = locale();
    let slug = here.slug().to_owned();
    let id = holder.user_id;
    let actions = move || {
        view! {
            <DialogCloser dialog="lay-down">{t(l, k::console::roles::LAY_DOWN_KEEP)}</DialogCloser>
            <form method="post" action=ChangeRole::PATH>
                <input type="hidden" name="slug" value=slug.clone()/>
                <input type="hidden" name="user" value=id.to_string()/>
                <Button look=Look::Danger submit=true>{t(l, k::console::roles::LAY_DOWN)}</Button>
            </form>
        }
    };
    view! {
        <DialogOpener dialog="lay-down" size=Size::Small>{t(l, k::console::roles::LAY_DOWN)}</DialogOpener>
        <Dialog id="lay-down" title=t(l, k::console::roles::LAY_DOWN_TITLE) actions><p>{t(l, k::console::roles::LAY_DOWN_TEXT)}</p></Dialog>
    }
}

/// Roles that wait for whoever was written to.
#[component]
fn Waiting(here: Arc<Here>, invitations: Vec<WaitingRole>, gives: bool) -> impl IntoView {
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

#[component]
fn Invite(here: Arc<Here>, state: FormState) -> impl IntoView {
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
