//! Two teams that become one: the form that offers it, and the offers.

use std::sync::Arc;

use domain::access::Action;
use domain::address;
use domain::teams::Team;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::teams::MergeOffer;

use crate::api::teams::{AnswerMerge, OfferMerge, WithdrawMerge};
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::load::FormState;
use crate::tf;
use crate::ui::{Button, Dialog, DialogCloser, DialogOpener, Look, Section, Size, TextField};

/// What other teams have offered; nothing while none has. The leader answers.
#[component]
pub fn OfferedMerges(here: Arc<Here>, team: Team, got: Vec<MergeOffer>) -> impl IntoView {
    let l = locale();
    if got.is_empty() {
        return ().into_html();
    }
    let merges = here.visit().change(Action::MergeTeams, &team).check().is_ok();
    let count = tf!(l, k::teams::merge::COUNT, n = got.len());
    let rows = got.into_iter().map(|offer| {
        let name = tf!(l, k::teams::ask::TEAM, n = offer.number, name = offer.name);
        let href = address::public_team(here.slug(), offer.number);
        let accept = format!("merge-{}", offer.id);
        let answers = merges.then(|| {
            view! {
                <span class="row tight">
                    <DialogOpener dialog=accept size=Size::Small>{t(l, k::teams::merge::ACCEPT)}</DialogOpener>
                    <Answer here=Arc::clone(&here) id=offer.id.to_string() accept=false/>
                </span>
                <AcceptDialog here=Arc::clone(&here) offer=offer.clone()/>
            }
        });
        view! {
            <li class="card stack s">
                <div class="row between">
                    <div>
                        <a class="strong" href=href>{name}</a>
                        <p class="caption num">{tf!(l, k::teams::ALONE_MEMBERS, n = offer.members)}</p>
                    </div>
                    {answers}
                </div>
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Section id="merges" title=t(l, k::teams::merge::GOT) tight=true note=move || view! { <span class="caption num">{count.clone()}</span> }>
            <ul class="stack s">{rows}</ul>
            <p class="caption">{t(l, k::teams::merge::GOT_TEXT)}</p>
        </Section>
    }
    .into_html()
}

#[component]
fn Answer(here: Arc<Here>, id: String, accept: bool) -> impl IntoView {
    let l = locale();
    let (look, size, words) = if accept {
        (Look::Primary, Size::Medium, k::teams::merge::ACCEPT)
    } else {
        (Look::Ghost, Size::Small, k::teams::merge::REFUSE)
    };
    view! {
        <form method="post" action=AnswerMerge::PATH>
            <input type="hidden" name="slug" value=here.slug().to_owned()/>
            <input type="hidden" name="id" value=id/>
            {accept.then(|| view! { <input type="hidden" name="accept" value="on"/> })}
            <Button look size submit=true>{t(l, words)}</Button>
        </form>
    }
}

#[component]
fn AcceptDialog(here: Arc<Here>, offer: MergeOffer) -> impl IntoView {
    let l = locale();
    let dialog = format!("merge-{}", offer.id);
    let actions = {
        let (dialog, id) = (dialog.clone(), offer.id.to_string());
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::teams::merge::KEEP)}</DialogCloser>
                <Answer here=Arc::clone(&here) id=id.clone() accept=true/>
            }
        }
    };
    view! {
        <Dialog id=dialog title=tf!(l, k::teams::merge::ACCEPT_TITLE, name = offer.name) actions>
            <p>{tf!(l, k::teams::merge::ACCEPT_TEXT, name = offer.name)}</p>
        </Dialog>
    }
}

/// Offers another team to become part of it, and what was offered.
#[component]
pub fn MergeCard(here: Arc<Here>, team: Team, made: Vec<MergeOffer>, state: FormState) -> impl IntoView {
    let l = locale();
    let merges = here.visit().change(Action::MergeTeams, &team).check().is_ok();
    let until = here.competition.settings.merges_until.filter(|at| *at > here.now);
    let rows = made.into_iter().map(|offer| {
        let name = tf!(l, k::teams::ask::TEAM, n = offer.number, name = offer.name);
        let label = tf!(l, k::teams::merge::WITHDRAW_OF, name = offer.name);
        let withdraw = merges.then(|| {
            view! {
                <form method="post" action=WithdrawMerge::PATH>
                    <input type="hidden" name="slug" value=here.slug().to_owned()/>
                    <input type="hidden" name="id" value=offer.id.to_string()/>
                    <Button size=Size::Small submit=true label>{t(l, k::teams::merge::WITHDRAW)}</Button>
                </form>
            }
        });
        view! { <li class="row between"><a href=address::public_team(here.slug(), offer.number)>{name}</a> {withdraw}</li> }
    });
    let rows: Vec<_> = rows.collect();
    let some = !rows.is_empty();
    let form = merges.then(|| {
        view! {
            <form class="stack s" method="post" action=OfferMerge::PATH>
                <input type="hidden" name="slug" value=here.slug().to_owned()/>
                <TextField
                    name="number"
                    id="merge-number"
                    label=t(l, k::teams::merge::NUMBER)
                    value=state.value("number")
                    error=state.field_error("number")
                    autocomplete="off"
                    required=true
                />
                <Button submit=true wide=true>{t(l, k::teams::merge::DO)}</Button>
            </form>
        }
    });
    view! {
        <section class="card stack s" aria-labelledby="merge">
            <h2 class="card-title" id="merge">{t(l, k::teams::merge::TITLE)}</h2>
            <p class="caption">{t(l, if merges { k::teams::merge::TEXT } else { k::teams::merge::TEXT_MEMBER })}</p>
            {until.map(|at| view! { <p class="caption num">{tf!(l, k::teams::merge::UNTIL, time = format::deadline(l, here.zone(), at))}</p> })}
            {form}
            {some.then(|| view! { <ul class="stack s" aria-label=t(l, k::teams::merge::MADE)>{rows}</ul> })}
        </section>
    }
}
