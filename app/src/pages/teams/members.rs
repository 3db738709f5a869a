use std::sync::Arc;

use domain::access::{Action, TeamRole};
use domain::ids::UserId;
use domain::teams::{Member, Team};
use domain::text::REASON_MAX;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::api::teams::{HandOver, MoveMember, RemoveMember};
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::teams::head_count;
use crate::tf;
use crate::ui::{
    Avatar, Badge, Button, Dialog, DialogCloser, DialogOpener, Icon, Look, Menu, NoValue, Section, Size, Table,
    TextArea, TextField, Time, TimeForm, Tone,
};

/// A member, and what the reader may decide about them.
#[derive(Clone)]
struct Line {
    member: Member,
    is_me: bool,
    may_lead: bool,
    may_go: bool,
}

/// The members by their real names. Whoever may, hands over and removes: the leader, or an organizer.
#[component]
pub fn Members(here: Arc<Here>, team: Team) -> impl IntoView {
    let l = locale();
    let (count, max) = (head_count(&team), here.competition.settings.team.max);
    let places = match max - count {
        0 if max == 1 => tf!(l, k::teams::PLACES, n = count, max = max),
        ..=0 => tf!(l, k::teams::PLACES_FULL, n = count, max = max),
        left => tf!(l, k::teams::PLACES_LEFT, n = count, max = max, left = left),
    };
    let lines = lines(&here, &team);
    let manages = lines.iter().any(|line| line.may_lead || line.may_go);
    let bound = manages && lines.iter().any(|line| !line.is_me && line.may_lead && !line.may_go);
    let number = (here.visit().team_role(&team) == TeamRole::Organizer).then_some(team.number);
    let deciding: Vec<_> = lines.iter().filter(|line| line.may_lead || line.may_go).cloned().collect();
    let rows: Vec<_> =
        lines.into_iter().map(|line| row(l, &here, line, team.leader_id, (manages, number.is_some()))).collect();
    view! {
        <Section id="members" title=t(l, k::teams::MEMBERS) tight=true note=move || view! { <span class="caption num">{places.clone()}</span> }>
            <Table caption=t(l, k::teams::MEMBERS_CAPTION) class="roomy">
                <thead>
                    <tr>
                        <th scope="col">{t(l, k::teams::MEMBER)}</th>
                        <th scope="col">{t(l, k::teams::ROLE)}</th>
                        <th scope="col" class="wide-only fill">{t(l, k::teams::AFFILIATION)}</th>
                        <th scope="col" class="wide-only end">{t(l, k::teams::JOINED)}</th>
                        <th scope="col" class="end wide-only">{t(l, k::teams::SUBMISSIONS)}</th>
                        {manages.then(|| view! { <th scope="col"><span class="sr-only">{t(l, k::teams::MANAGE)}</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </Section>
        {bound.then(|| view! { <p class="caption">{t(l, k::teams::BOUND)}</p> })}
        {deciding.into_iter().map(|line| view! { <Decisions here=Arc::clone(&here) number member=line.member/> }).collect_view()}
    }
}

fn lines(here: &Here, team: &Team) -> Vec<Line> {
    let visit = here.visit();
    let me = here.actor.user.as_ref().map(|user| user.id);
    let hands_over = visit.change(Action::HandOver, team).check().is_ok();
    let submitted = team.members.iter().any(|member| member.submissions > 0);
    let line = |member: &Member| {
        let is_me = Some(member.user_id) == me;
        let may_go = !is_me && visit.remove(team, member.user_id, submitted).check().is_ok();
        let may_lead = hands_over && member.user_id != team.leader_id && !member.is_gone();
        Line { member: member.clone(), is_me, may_lead, may_go }
    };
    team.members.iter().map(line).collect()
}

fn row(
    l: Locale,
    here: &Here,
    line: Line,
    leader: UserId,
    (manages, organizes): (bool, bool),
) -> impl IntoView + use<> {
    let Line { member, is_me, may_lead, may_go } = line;
    let remove = if organizes { k::teams::MOVE } else { k::teams::REMOVE };
    let is_leader = member.user_id == leader;
    let name = format::person(l, &member.name);
    let affiliation = member.affiliation.clone();
    let meta = [affiliation.clone(), tf!(l, k::teams::SUBMISSIONS_N, n = member.submissions)]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>();
    view! {
        <tr>
            <th scope="row">
                <span class="row tight one">
                    <Avatar name=member.name.clone() me=is_me/>
                    <strong class="nowrap">{name.clone()}</strong>
                    {is_me.then(|| view! { <span class="caption">{t(l, k::teams::ME)}</span> })}
                </span>
                <span class="meta narrow-only num">{meta.join(" · ")}</span>
            </th>
            <td class="nowrap">
                {if is_leader {
                    view! { <Badge tone=Tone::Accent icon=Icon::Leader>{t(l, k::teams::LEADER)}</Badge> }.into_html()
                } else {
                    t(l, k::teams::PLAIN_MEMBER).into_html()
                }}
            </td>
            <td class="wide-only">{if affiliation.is_empty() { view! { <NoValue/> }.into_html() } else { affiliation.into_html() }}</td>
            <td class="wide-only end"><Time at=member.joined_at zone=here.zone() form=TimeForm::Date/></td>
            <td class="end wide-only">{member.submissions}</td>
            {manages
                .then(|| {
                    let id = member.user_id;
                    view! {
                        <td class="end">
                            {(may_lead || may_go)
                                .then(|| {
                                    view! {
                                        <Menu id=format!("manage-{id}") look=Look::Ghost size=Size::Small label=tf!(l, k::teams::MANAGE_WHO, name = name)>
                                            {may_lead.then(|| view! { <DialogOpener dialog=format!("lead-{id}") icon=Icon::Leader look=Look::Ghost>{t(l, k::teams::HAND_OVER)}</DialogOpener> })}
                                            {may_go.then(|| view! { <DialogOpener dialog=format!("remove-{id}") icon=Icon::X look=Look::Ghost>{t(l, remove)}</DialogOpener> })}
                                        </Menu>
                                    }
                                })}
                        </td>
                    }
                })}
        </tr>
    }
}

/// The two dialogs about a member; with the team's `number` where it is not the reader's own.
#[component]
fn Decisions(here: Arc<Here>, number: Option<i64>, member: Member) -> impl IntoView {
    let l = locale();
    let id = member.user_id;
    let (lead, remove) = (format!("lead-{id}"), format!("remove-{id}"));
    let slug = here.slug().to_owned();
    let send = move |action: &'static str, look: Look, words: &'static str| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="slug" value=here.competition.slug.clone()/>
                <input type="hidden" name="member" value=id.to_string()/>
                {number.map(|number| view! { <input type="hidden" name="team" value=number/> })}
                <Button look submit=true>{words}</Button>
            </form>
        }
    };
    let lead_actions = {
        let (send, dialog) = (send.clone(), lead.clone());
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::teams::HAND_OVER_KEEP)}</DialogCloser>
                {send(HandOver::PATH, Look::Primary, t(l, k::teams::HAND_OVER))}
            }
        }
    };
    let remove_actions = {
        let dialog = remove.clone();
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::teams::REMOVE_KEEP)}</DialogCloser>
                {send(RemoveMember::PATH, Look::Danger, t(l, k::teams::REMOVE))}
            }
        }
    };
    let lead = view! {
        <Dialog id=lead title=tf!(l, k::teams::HAND_OVER_TITLE, name = member.name) actions=lead_actions>
            <p>{t(l, k::teams::HAND_OVER_TEXT)}</p>
        </Dialog>
    };
    if let Some(number) = number {
        return view! { {lead} <MoveDialog slug number member/> }.into_html();
    }
    view! {
        {lead}
        <Dialog id=remove title=tf!(l, k::teams::REMOVE_TITLE, name = format::person(l, &member.name)) actions=remove_actions>
            <p>{tf!(l, k::teams::REMOVE_TEXT, name = format::person(l, &member.name))}</p>
        </Dialog>
    }
    .into_html()
}

/// An organizer's: to another team or out of this one, with a reason.
#[component]
fn MoveDialog(slug: String, number: i64, member: Member) -> impl IntoView {
    let l = locale();
    let id = member.user_id;
    let (dialog, form) = (format!("remove-{id}"), format!("move-{id}"));
    let actions = {
        let (dialog, form) = (dialog.clone(), form.clone());
        move || {
            view! {
                <DialogCloser dialog=dialog.clone()>{t(l, k::teams::REMOVE_KEEP)}</DialogCloser>
                <Button look=Look::Danger submit=true attr:form=form.clone()>{t(l, k::teams::MOVE_DO)}</Button>
            }
        }
    };
    view! {
        <Dialog id=dialog title=tf!(l, k::teams::MOVE_TITLE, name = format::person(l, &member.name)) actions>
            <p>{t(l, k::teams::MOVE_TEXT)}</p>
            <form class="stack s" id=form method="post" action=MoveMember::PATH>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="team" value=number/>
                <input type="hidden" name="member" value=id.to_string()/>
                <TextField name="to" id=format!("to-{id}") label=t(l, k::teams::MOVE_TO) hint=t(l, k::teams::MOVE_TO_HINT) autocomplete="off"/>
                <TextArea
                    name="reason"
                    id=format!("reason-{id}")
                    label=t(l, k::teams::MOVE_REASON)
                    max=u32::try_from(REASON_MAX).unwrap_or(u32::MAX)
                    rows=2
                    required=true
                />
            </form>
        </Dialog>
    }
}
