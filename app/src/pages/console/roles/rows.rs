use std::sync::Arc;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::competitions::roles::Holder;

use super::choices;
use crate::api::roles::ChangeRole;
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::console::frame::role_word;
use crate::tf;
use crate::ui::{Button, Dialog, DialogCloser, DialogOpener, Look, NoValue, Size, Table, Time, TimeForm};

/// Those who have a role as rows, with the form that changes it for whoever gives roles.
#[component]
pub(super) fn HolderRows(here: Arc<Here>, holders: Vec<Holder>, gives: bool) -> impl IntoView {
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
        let given_by = match holder.given_by.clone() {
            Some(name) => name.into_html(),
            None => view! { <NoValue/> }.into_html(),
        };
        view! {
            <tr>
                <th scope="row">
                    <strong>{holder.name.clone()}</strong>
                    {is_me.then(|| view! { " " <span class="caption">{t(l, k::teams::ME)}</span> })}
                    {known(holder.email, "meta")}
                    {known(holder.affiliation.clone(), "meta narrow-only")}
                </th>
                <td class="wide-only">{holder.affiliation}</td>
                <td class="wide-only tight-col"><Time at=holder.given_at zone=here.zone() form=TimeForm::Date/></td>
                <td class="wide-only tight-col">{given_by}</td>
                <td>{role}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Table caption=t(l, k::console::roles::HOLDERS) class="roomy">
            <thead>
                <tr>
                    <th scope="col">{t(l, k::console::roles::WHO)}</th>
                    <th scope="col" class="wide-only fill">{t(l, k::console::roles::AFFILIATION)}</th>
                    <th scope="col" class="wide-only">{t(l, k::console::roles::SINCE)}</th>
                    <th scope="col" class="wide-only">{t(l, k::console::roles::BY)}</th>
                    <th scope="col">{t(l, k::console::roles::ROLE)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

/// What may be known of somebody; empty where it may not.
fn known(text: String, class: &'static str) -> Option<impl IntoView> {
    (!text.is_empty()).then(|| view! { <span class=class>{text}</span> })
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
