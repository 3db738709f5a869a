//! Which news are marked as new, and which come by mail besides.

use domain::notifications::Topic;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::notifications::Wishes;

use crate::api::notifications::SetNotifications;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::load::{FormError, FormState};
use crate::pages::notifications::words;
use crate::tf;
use crate::ui::{Alert, Button, Section, Table, Tone};

#[component]
pub fn NewsChoices(wishes: Wishes, state: FormState) -> impl IntoView {
    let l = locale();
    let done = state.done().is_some();
    let rows = Topic::ALL.map(|topic| {
        let (name, fixed) = (words::topic(l, topic), topic.is_required());
        let choice = |field: &'static str, of: &[Topic], label: String| {
            view! {
                <td class="center">
                    <label class="check">
                        <input type="checkbox" name=field value=topic.key() checked=of.contains(&topic) disabled=fixed aria-label=label/>
                    </label>
                </td>
            }
        };
        view! {
            <tr>
                <th scope="row" class="fill">{name}</th>
                {choice("marked[]", &wishes.marked, tf!(l, k::notifications::CHOICE_MARKED, topic = name))}
                {choice("mailed[]", &wishes.mailed, tf!(l, k::notifications::CHOICE_MAILED, topic = name))}
            </tr>
        }
    });
    view! {
        <Section id="settings" title=t(l, k::notifications::SETTINGS)>
            <form class="stack" method="post" action=SetNotifications::PATH>
                {done.then(|| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::notifications::SETTINGS_SET)}</Alert></div> })}
                <FormError state/>
                <Table caption=t(l, k::notifications::SETTINGS)>
                    <thead>
                        <tr>
                            <th scope="col" class="fill">{t(l, k::notifications::WHAT)}</th>
                            <th scope="col" class="center">{t(l, k::notifications::MARKED)}</th>
                            <th scope="col" class="center">{t(l, k::notifications::MAILED)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </Table>
                <p class="caption">{t(l, k::notifications::SETTINGS_NOTE)}</p>
                <p><Button submit=true>{t(l, k::notifications::SETTINGS_DO)}</Button></p>
            </form>
        </Section>
    }
}
