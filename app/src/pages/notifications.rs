//! `/account/notifications`: what one was told, and which of it comes by mail.

use chrono::{DateTime, Utc};
use domain::address;
use domain::boards::BoardKind;
use domain::notifications::{News, Notification, NotificationPage, Topic};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use platform::notifications;

use crate::api::notifications::{ReadNotifications, SetMailed};
use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::pages::accounts::room::{AccountRoom, account_room};
use crate::pages::load::{FormError, FormState};
use crate::request;
use crate::tf;
use crate::ui::{
    Ago, Alert, Badge, Button, Checkbox, Choices, Empty, EmptyRow, Icon, Pagination, Section, Size, Table, Tone,
};

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let (read, chosen) = (FormState::of::<ReadNotifications>(), FormState::of::<SetMailed>());
    account_room(AccountRoom::Notifications, None, move |user| async move {
        let l = locale();
        let services = request::services();
        let page = request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let list = notifications::list(&services, &request::actor(), page).await?;
        let mailed = notifications::mailed(&services, &user).await?;
        Ok(view! {
            <p class="muted">{t(l, k::notifications::LEAD)}</p>
            <FormError state=read/>
            <List list now=services.clock.now()/>
            <Mailed mailed state=chosen/>
        })
    })
}

#[component]
fn List(list: NotificationPage, now: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    let NotificationPage { notifications, unread, page, pages, .. } = list;
    let nothing = notifications.is_empty();
    // What came since this page was made stays unread.
    let until = notifications.first().map_or(0, |newest| newest.seq);
    let readable = (unread > 0 && page == 1).then(|| {
        view! {
            <form class="row" method="post" action=ReadNotifications::PATH>
                <span class="caption num">{tf!(l, k::notifications::UNREAD_COUNT, n = unread)}</span>
                <input type="hidden" name="until" value=until/>
                <Button size=Size::Small submit=true>{t(l, k::notifications::READ_DO)}</Button>
            </form>
        }
    });
    view! {
        <section class="stack" aria-labelledby="list">
            <div class="section-head"><h2 id="list">{t(l, k::notifications::LIST)}</h2>{readable}</div>
            <Table caption=t(l, k::notifications::LIST)>
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::notifications::WHAT)}</th>
                        <th scope="col" class="wide-only">{t(l, k::notifications::COMPETITION)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::notifications::WHEN)}</th>
                    </tr>
                </thead>
                <tbody>
                    {notifications.into_iter().map(|one| row(l, one, now)).collect_view()}
                    {nothing
                        .then(|| {
                            view! { <EmptyRow columns=3><Empty icon=Icon::Bell title=t(l, k::notifications::NONE) text=t(l, k::notifications::NONE_TEXT)/></EmptyRow> }
                        })}
                </tbody>
            </Table>
            <Pagination label=t(l, k::notifications::PAGES) page pages href=move |page| format!("{}?page={page}", address::NOTIFICATIONS)/>
        </section>
    }
}

fn row(l: Locale, one: Notification, now: DateTime<Utc>) -> impl IntoView + use<> {
    let (text, href) = said(l, &one);
    let competition = one.competition.get(l).to_owned();
    let unread =
        (!one.is_read).then(|| view! { <Badge tone=Tone::Accent>{t(l, k::notifications::UNREAD)}</Badge> " " });
    view! {
        <tr>
            <th scope="row">
                {unread}
                <a class="title" href=href>{text}</a>
                <span class="meta narrow-only">{competition.clone()} " · " <Ago at=one.at zone=one.zone now/></span>
            </th>
            <td class="wide-only nowrap">{competition}</td>
            <td class="end wide-only tight-col num"><Ago at=one.at zone=one.zone now/></td>
        </tr>
    }
}

/// The news in a sentence, and where it leads.
fn said(l: Locale, one: &Notification) -> (String, String) {
    let who = one.who.clone().unwrap_or_else(|| t(l, k::notifications::SOMEONE).to_owned());
    let team = || address::team(&one.slug);
    match &one.news {
        News::RequiredNotice { number, title } => (
            tf!(l, k::notifications::REQUIRED_NOTICE, title = title),
            address::post(&one.slug, BoardKind::Notice, number),
        ),
        News::MemberJoined { team: name, .. } => {
            (tf!(l, k::notifications::MEMBER_JOINED, who = who, team = name), team())
        }
        News::MemberLeft { team: name, .. } => (tf!(l, k::notifications::MEMBER_LEFT, who = who, team = name), team()),
        News::RemovedFromTeam { team: name } => (tf!(l, k::notifications::REMOVED_FROM_TEAM, team = name), team()),
        News::IdleSoon { team: name, at, lacks, .. } => {
            let at = format::deadline(l, one.zone, *at);
            let text = match lacks {
                0 => tf!(l, k::notifications::IDLE_SOON, team = name, at = at),
                n => tf!(l, k::notifications::IDLE_SOON_SMALL, team = name, at = at, n = n),
            };
            (text, team())
        }
        News::TeamExcluded { team: name, .. } => (tf!(l, k::notifications::TEAM_EXCLUDED, team = name), team()),
        News::TeamRestored { team: name, .. } => (tf!(l, k::notifications::TEAM_RESTORED, team = name), team()),
        News::CaseAsked { case, team: name, until } => {
            let until = format::deadline(l, one.zone, *until);
            (tf!(l, k::notifications::CASE_ASKED, team = name, until = until), address::case(&one.slug, case))
        }
        News::CaseDecided { case, team: name } => {
            (tf!(l, k::notifications::CASE_DECIDED, team = name), address::case(&one.slug, case))
        }
        News::CaseDeliberates { case } => {
            (t(l, k::notifications::CASE_DELIBERATES).to_owned(), address::manage_case(&one.slug, case))
        }
        News::ApplicationsWait { count } => {
            (tf!(l, k::notifications::APPLICATIONS_WAIT, n = count), address::manage_applications(&one.slug))
        }
        News::QuestionAsked { number, title } => {
            (tf!(l, k::notifications::QUESTION_ASKED, title = title), address::post(&one.slug, BoardKind::Qna, number))
        }
        News::Answered { board, number, title, comment } => {
            (tf!(l, k::notifications::ANSWERED, title = title), address::comment(&one.slug, *board, number, comment))
        }
        News::Commented { board, number, title, comment } => {
            (tf!(l, k::notifications::COMMENTED, title = title), address::comment(&one.slug, *board, number, comment))
        }
        News::PostHidden { board, number, reason } => {
            (tf!(l, k::notifications::POST_HIDDEN, reason = reason), address::post(&one.slug, *board, number))
        }
        News::PostReported { .. } => {
            (t(l, k::notifications::POST_REPORTED).to_owned(), address::manage_boards(&one.slug))
        }
        News::WritingBlocked { until, reason } => {
            let until = format::deadline(l, one.zone, *until);
            let text = tf!(l, k::notifications::WRITING_BLOCKED, until = until, reason = reason);
            (text, address::competition(&one.slug))
        }
        News::LeadsTeam { team: name, .. } => (tf!(l, k::notifications::LEADS_TEAM, team = name), team()),
    }
}

/// Which topics come by mail.
#[component]
fn Mailed(mailed: Vec<Topic>, state: FormState) -> impl IntoView {
    let l = locale();
    let done = state.done().is_some();
    let boxes = Topic::ALL.map(|topic| {
        let words = match topic {
            Topic::RequiredNotices => k::notifications::TOPIC_REQUIRED_NOTICES,
            Topic::Standing => k::notifications::TOPIC_STANDING,
            Topic::Cases => k::notifications::TOPIC_CASES,
            Topic::Teams => k::notifications::TOPIC_TEAMS,
            Topic::Deliberations => k::notifications::TOPIC_DELIBERATIONS,
            Topic::Applications => k::notifications::TOPIC_APPLICATIONS,
            Topic::Questions => k::notifications::TOPIC_QUESTIONS,
            Topic::Posts => k::notifications::TOPIC_POSTS,
            Topic::Reports => k::notifications::TOPIC_REPORTS,
        };
        let (checked, fixed) = (mailed.contains(&topic), topic.is_required());
        view! { <Checkbox name=topic.key() checked disabled=fixed>{t(l, words)}</Checkbox> }
    });
    view! {
        <Section id="mailed" title=t(l, k::notifications::MAILED)>
            <form class="card stack" method="post" action=SetMailed::PATH>
                {done.then(|| view! { <div role="status"><Alert tone=Tone::Success>{t(l, k::notifications::MAILED_SET)}</Alert></div> })}
                <FormError state/>
                <Choices legend=t(l, k::notifications::MAILED_LEGEND)>{boxes.collect_view()}</Choices>
                <p class="caption">{t(l, k::notifications::MAILED_NOTE)}</p>
                <p><Button submit=true>{t(l, k::notifications::MAILED_DO)}</Button></p>
            </form>
        </Section>
    }
}
