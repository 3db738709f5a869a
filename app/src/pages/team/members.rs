use std::sync::Arc;

use domain::account::User;
use domain::team::{Member, Team};
use leptos::prelude::*;

use super::head_count;
use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::pages::competition::frame::Here;
use crate::tf;
use crate::ui::{
    Avatar, Badge, Button, Dialog, DialogCloser, DialogOpener, Form, Icon, Look, Menu, NoValue, Section, Size, Table,
    Time, Tone,
};

/// The members; the leader can hand over and remove.
#[component]
pub fn Members(here: Arc<Here>, team: Team, user: User, leads: bool) -> impl IntoView {
    let l = locale();
    let (count, max) = (head_count(&team), here.competition.settings.team.max);
    let places = match max - count {
        0 if max == 1 => tf!(l, k::team::PLACES, n = count, max = max),
        ..=0 => tf!(l, k::team::PLACES_FULL, n = count, max = max),
        left => tf!(l, k::team::PLACES_LEFT, n = count, max = max, left = left),
    };
    let manages = leads && count > 1;
    let others: Vec<Member> =
        team.members.iter().filter(|member| manages && member.user_id != user.id).cloned().collect();
    let rows: Vec<_> = team
        .members
        .iter()
        .cloned()
        .map(|member| {
            let is_leader = member.user_id == team.leader_id;
            let is_me = member.user_id == user.id;
            row(l, &here, member, is_leader, is_me, manages)
        })
        .collect();
    view! {
        <Section id="members" title=t(l, k::team::MEMBERS) tight=true note=move || view! { <span class="caption num">{places.clone()}</span> }>
            <Table caption=t(l, k::team::MEMBERS_CAPTION) class="roomy">
                <thead>
                    <tr>
                        <th scope="col">{t(l, k::team::MEMBER)}</th>
                        <th scope="col">{t(l, k::team::ROLE)}</th>
                        <th scope="col" class="wide-only fill">{t(l, k::team::AFFILIATION)}</th>
                        <th scope="col" class="wide-only end">{t(l, k::team::JOINED)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::team::SUBMISSIONS)}</th>
                        {manages.then(|| view! { <th scope="col"><span class="sr-only">{t(l, k::team::MANAGE)}</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </Section>
        {others.into_iter().map(|member| view! { <Decisions here=Arc::clone(&here) member/> }).collect_view()}
    }
}

fn row(l: Locale, here: &Here, member: Member, is_leader: bool, is_me: bool, manages: bool) -> impl IntoView + use<> {
    let name = member.name.clone();
    let affiliation = member.affiliation.clone();
    let meta = [affiliation.clone(), tf!(l, k::team::SUBMISSIONS_N, n = member.submissions)]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>();
    view! {
        <tr>
            <th scope="row">
                <span class="row tight one">
                    <Avatar name=name.clone() me=is_me/>
                    <strong class="nowrap">{name.clone()}</strong>
                    {is_me.then(|| view! { <span class="caption">{t(l, k::team::ME)}</span> })}
                </span>
                <span class="meta narrow-only num">{meta.join(" · ")}</span>
            </th>
            <td class="nowrap">
                {if is_leader {
                    view! { <Badge tone=Tone::Accent icon=Icon::Leader>{t(l, k::team::LEADER)}</Badge> }.into_any()
                } else {
                    t(l, k::team::PLAIN_MEMBER).into_any()
                }}
            </td>
            <td class="wide-only">{if affiliation.is_empty() { view! { <NoValue/> }.into_any() } else { affiliation.into_any() }}</td>
            <td class="wide-only end"><Time at=member.joined_at zone=here.zone() form=Form::Date/></td>
            <td class="end wide-only">{member.submissions}</td>
            {manages
                .then(|| {
                    let id = member.user_id;
                    view! {
                        <td class="end">
                            {(!is_me)
                                .then(|| {
                                    view! {
                                        <Menu id=format!("manage-{id}") look=Look::Ghost size=Size::Small label=tf!(l, k::team::MANAGE_WHO, name = name)>
                                            <DialogOpener dialog=format!("lead-{id}") icon=Icon::Leader look=Look::Ghost>{t(l, k::team::HAND_OVER)}</DialogOpener>
                                            <DialogOpener dialog=format!("remove-{id}") icon=Icon::X look=Look::Ghost>{t(l, k::team::REMOVE)}</DialogOpener>
                                        </Menu>
                                    }
                                })}
                        </td>
                    }
                })}
        </tr>
    }
}

/// The two dialogs about a member.
#[component]
fn Decisions(here: Arc<Here>, member: Member) -> impl IntoView {
    let l = locale();
    let id = member.user_id;
    let (lead, remove) = (format!("lead-{id}"), format!("remove-{id}"));
    let send = move |action: &'static str, look: Look, words: &'static str| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                <input type="hidden" name="member" value=id.to_string()/>
                <Button look submit=true>{words}</Button>
            </form>
        }
    };
    let lead_actions = {
        let (send, dialog) = (send.clone(), lead.clone());
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::team::HAND_OVER_KEEP)}</DialogCloser>
                {send("/api/fn/hand_over", Look::Primary, t(l, k::team::HAND_OVER))}
            }
        }
    };
    let remove_actions = {
        let dialog = remove.clone();
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::team::REMOVE_KEEP)}</DialogCloser>
                {send("/api/fn/remove_member", Look::Danger, t(l, k::team::REMOVE))}
            }
        }
    };
    view! {
        <Dialog id=lead title=tf!(l, k::team::HAND_OVER_TITLE, name = member.name) actions=lead_actions>
            <p>{t(l, k::team::HAND_OVER_TEXT)}</p>
        </Dialog>
        <Dialog id=remove title=tf!(l, k::team::REMOVE_TITLE, name = member.name) actions=remove_actions>
            <p>{tf!(l, k::team::REMOVE_TEXT, name = member.name)}</p>
        </Dialog>
    }
}
