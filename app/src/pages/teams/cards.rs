//! The rail of the team page: what is missing, the invitation link, the submission key, leaving.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::User;
use domain::address;
use domain::teams::{Invitation, Team};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::api::teams::{RemoveMember, RenewInvitation, RenewKey};
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::islands::{CopyButton, KeyReveal};
use crate::pages::competitions::here::Here;
use crate::pages::teams::head_count;
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, Badge, Button, Card, Check, Checks, Dialog, DialogCloser, DialogOpener, Icon, Look, Size, Tone,
};

/// What a team needs before it can submit.
#[component]
pub fn ReadyCard(here: Arc<Here>, team: Team) -> impl IntoView {
    let l = locale();
    let size = here.competition.settings.team;
    let have = head_count(&team);
    let enough = have >= size.min;
    let text = if size.min == size.max {
        tf!(l, k::teams::CHECK_SIZE_ONE, n = size.max)
    } else {
        tf!(l, k::teams::CHECK_SIZE, min = size.min, max = size.max)
    };
    let note = if enough {
        tf!(l, k::teams::CHECK_SIZE_HAVE, n = have)
    } else {
        tf!(l, k::teams::CHECK_SIZE_NEED, n = have, missing = size.min - have)
    };
    // Nobody enters a team without having agreed, so this holds for all of them.
    let agreed = Check {
        holds: true,
        text: t(l, k::teams::CHECK_RULES).to_owned(),
        note: Some(tf!(l, k::teams::CHECK_RULES_HAVE, n = have, of = have)),
    };
    let checks = vec![Check { holds: enough, text, note: Some(note) }, agreed];
    let mark = move || {
        if enough {
            view! { <Badge tone=Tone::Success>{t(l, k::teams::READY_ALL)}</Badge> }
        } else {
            view! { <Badge tone=Tone::Warning>{tf!(l, k::teams::READY_MISSING, n = 1)}</Badge> }
        }
    };
    view! {
        <Card id="ready" title=t(l, k::teams::READY) note=mark>
            <div class="stack s">
                <Checks label=t(l, k::teams::READY) checks/>
                <p class="caption">{t(l, if enough { k::teams::CONFIRMED_TEXT } else { k::teams::READY_HINT })}</p>
            </div>
        </Card>
    }
}

/// How long before teams should have all their members the page warns those that have not.
const WARNED: TimeDelta = TimeDelta::days(7);

/// Whether a team has too few members and by when it should have them, where that is soon or was.
pub fn too_few(here: &Here, team: &Team) -> Option<(i64, DateTime<Utc>)> {
    let (have, min) = (head_count(team), here.competition.settings.team.min);
    let until = here.competition.teams_settle_at().filter(|at| *at - WARNED <= here.now)?;
    (team.ended.is_none() && have < min).then_some((min - have, until))
}

/// Warns a team that has too few members, in the week before it should have them and from then on.
#[component]
pub fn Settling(here: Arc<Here>, team: Team) -> impl IntoView {
    let l = locale();
    let Some((missing, until)) = too_few(&here, &team) else { return ().into_html() };
    let time = format::deadline(l, here.zone(), until);
    if here.now < until {
        let title = tf!(l, k::teams::settle::SOON, n = missing, time = time);
        return view! { <Alert tone=Tone::Warning title>{t(l, k::teams::settle::SOON_TEXT)}</Alert> }.into_html();
    }
    let title = tf!(l, k::teams::settle::OVER, n = missing, time = time);
    let text = t(l, if here.visit().gathers() { k::teams::settle::OVER_TEXT } else { k::teams::settle::ENDED_TEXT });
    view! { <Alert tone=Tone::Danger title>{text}</Alert> }.into_html()
}

#[component]
pub fn InvitationCard(
    here: Arc<Here>,
    team: Team,
    invitation: Option<Invitation>,
    /// Whether the reader may make a new link.
    renews: bool,
) -> impl IntoView {
    let l = locale();
    let slug = here.competition.slug.clone();
    let is_full = head_count(&team) >= here.competition.settings.team.max;
    let body = match invitation {
        Some(invitation) => {
            let link = format!("{}{}", request::base_url(), address::invitation(&slug, &invitation.code));
            view! {
                <input class="input" readonly aria-label=t(l, k::teams::INVITE) value=link.clone()/>
                <div class="row tight">
                    <CopyButton text=link what=t(l, k::teams::INVITE).to_owned()/>
                    {renews.then(|| view! { <DialogOpener dialog="renew-link" size=Size::Small icon=Icon::Refresh>{t(l, k::teams::INVITE_RENEW)}</DialogOpener> })}
                </div>
                <p class="caption num">
                    {tf!(l, k::teams::INVITE_TEXT, time = format::deadline(l, here.zone(), invitation.expires_at))}
                    {is_full.then(|| view! { " " {t(l, k::teams::INVITE_FULL)} })}
                </p>
                {renews.then(|| view! { <RenewLink slug/> })}
            }
            .into_html()
        }
        None if renews => view! {
            <p class="caption">{t(l, k::teams::INVITE_NONE)}</p>
            <form method="post" action=RenewInvitation::PATH>
                <input type="hidden" name="slug" value=slug/>
                <Button submit=true wide=true>{t(l, k::teams::INVITE_MAKE)}</Button>
            </form>
        }
        .into_html(),
        None => view! { <p class="caption">{t(l, k::teams::INVITE_NONE_MEMBER)}</p> }.into_html(),
    };
    view! {
        <section class="card stack s" aria-labelledby="invite">
            <h2 class="card-title" id="invite">{t(l, k::teams::INVITE)}</h2>
            {body}
        </section>
    }
}

#[component]
fn RenewLink(slug: String) -> impl IntoView {
    let l = locale();
    let actions = move || {
        view! {
            <DialogCloser dialog="renew-link">{t(l, k::teams::INVITE_RENEW_KEEP)}</DialogCloser>
            <form method="post" action=RenewInvitation::PATH>
                <input type="hidden" name="slug" value=slug.clone()/>
                <Button look=Look::Primary submit=true>{t(l, k::teams::INVITE_RENEW)}</Button>
            </form>
        }
    };
    view! { <Dialog id="renew-link" title=t(l, k::teams::INVITE_RENEW_TITLE) actions><p>{t(l, k::teams::INVITE_RENEW_TEXT)}</p></Dialog> }
}

#[component]
pub fn KeyCard(
    here: Arc<Here>,
    /// The key, when the form that asks for it was just sent.
    key: Option<String>,
    /// Whether the reader may make a new key.
    renews: bool,
) -> impl IntoView {
    let l = locale();
    let slug = here.competition.slug.clone();
    let actions = {
        let slug = slug.clone();
        move || {
            view! {
                <DialogCloser dialog="renew-key">{t(l, k::teams::KEY_RENEW_KEEP)}</DialogCloser>
                <form method="post" action=RenewKey::PATH>
                    <input type="hidden" name="slug" value=slug.clone()/>
                    <Button look=Look::Danger submit=true>{t(l, k::teams::KEY_RENEW)}</Button>
                </form>
            }
        }
    };
    view! {
        <section class="card stack s" aria-labelledby="key">
            <div class="row between">
                <h2 class="card-title" id="key">{t(l, k::teams::KEY)}</h2>
                {renews
                    .then(|| view! { <DialogOpener dialog="renew-key" size=Size::Small look=Look::Ghost icon=Icon::Refresh>{t(l, k::teams::KEY_RENEW)}</DialogOpener> })}
            </div>
            <KeyReveal slug shown=key/>
            <p class="caption">{t(l, k::teams::KEY_TEXT)} " " {t(l, k::teams::KEY_RECORDED)}</p>
            {renews
                .then(|| {
                    view! { <Dialog id="renew-key" title=t(l, k::teams::KEY_RENEW_TITLE) actions><p>{t(l, k::teams::KEY_RENEW_TEXT)}</p></Dialog> }
                })}
        </section>
    }
}

#[component]
pub fn LeaveCard(
    here: Arc<Here>,
    team: Team,
    user: User,
    /// Or the sentence that says why not.
    leaving: Result<(), String>,
) -> impl IntoView {
    let l = locale();
    let is_last = team.members.len() == 1;
    let may_leave = leaving.is_ok();
    let consequence = t(l, if is_last { k::teams::LEAVE_LAST } else { k::teams::LEAVE_TEXT });
    let slug = here.competition.slug.clone();
    let actions = move || {
        view! {
            <DialogCloser dialog="leave-team">{t(l, k::teams::LEAVE_KEEP)}</DialogCloser>
            <form method="post" action=RemoveMember::PATH>
                <input type="hidden" name="slug" value=slug.clone()/>
                <input type="hidden" name="member" value=user.id.to_string()/>
                <Button look=Look::Danger submit=true>{t(l, k::teams::LEAVE)}</Button>
            </form>
        }
    };
    view! {
        <section class="card stack s" aria-labelledby="leave">
            <h2 class="card-title" id="leave">{t(l, k::teams::LEAVE)}</h2>
            <p class="caption">{leaving.err().unwrap_or_else(|| consequence.to_owned())}</p>
            {may_leave
                .then(|| {
                    view! {
                        <p><DialogOpener dialog="leave-team" size=Size::Small look=Look::Danger>{t(l, k::teams::LEAVE)}</DialogOpener></p>
                        <Dialog id="leave-team" title=t(l, k::teams::LEAVE_TITLE) actions><p>{consequence}</p></Dialog>
                    }
                })}
        </section>
    }
}
