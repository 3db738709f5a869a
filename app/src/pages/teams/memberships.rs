//! Who was in a team from when until when, for organizers.

use std::sync::Arc;

use leptos::prelude::*;
use platform::teams::TeamMembership;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::ui::{Section, Table, Time};

#[component]
pub fn Memberships(here: Arc<Here>, memberships: Vec<TeamMembership>) -> impl IntoView {
    let l = locale();
    let rows = memberships.into_iter().map(|one| {
        let name = if one.name.is_empty() { t(l, k::teams::history::GONE).to_owned() } else { one.name };
        let until = match one.left_at {
            Some(at) => view! { <Time at zone=here.zone()/> }.into_html(),
            None => t(l, k::teams::memberships::NOW).into_html(),
        };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="end tight-col num"><Time at=one.joined_at zone=here.zone()/></td>
                <td class="end tight-col num">{until}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Section id="memberships" title=t(l, k::teams::memberships::TITLE) tight=true>
            <Table caption=t(l, k::teams::memberships::TITLE) class="dense">
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::teams::MEMBER)}</th>
                        <th scope="col" class="end">{t(l, k::teams::memberships::FROM)}</th>
                        <th scope="col" class="end">{t(l, k::teams::memberships::UNTIL)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </Section>
    }
}
