use chrono::TimeDelta;
use domain::leaderboards::Change;
use leptos::prelude::*;
use scoring::metric::Task;

use super::{Part, Specimen, ago, sample_now, say, seoul};
use crate::ui::{
    Ago, Avatar, Avatars, Badge, BadgeState, Cover, Dday, Icon, Live, Pagination, Rank, RankChange, Segment, Segmented,
    StateBadge, Tab, Tabs, Time, TimeForm, Tone,
};

#[component]
pub fn MarksSection() -> impl IntoView {
    let now = sample_now();
    let submission = [
        BadgeState::Queued,
        BadgeState::Scoring,
        BadgeState::Scored,
        BadgeState::Failed,
        BadgeState::Passed,
        BadgeState::Voided,
    ];
    let application = [
        BadgeState::Pending,
        BadgeState::Approved,
        BadgeState::Waitlisted(3),
        BadgeState::Offered,
        BadgeState::Lapsed,
        BadgeState::Rejected,
        BadgeState::Cancelled,
    ];
    let other = [
        BadgeState::Answered,
        BadgeState::Unanswered,
        BadgeState::Secret,
        BadgeState::Confirmed,
        BadgeState::Disqualified,
        BadgeState::Withdrawn,
        BadgeState::Excluded,
    ];
    let stage = [BadgeState::Upcoming, BadgeState::Open, BadgeState::Always, BadgeState::Closed];
    let badges = |states: &[BadgeState]| states.iter().map(|state| view! { <StateBadge state=*state/> }).collect_view();
    let changes = [Some(Change::By(2)), Some(Change::By(-1)), None, Some(Change::New)];
    let members = ["한지우", "오세린", ""]
        .map(|name| (name.to_owned(), false))
        .into_iter()
        .chain([("김서연".to_owned(), true)])
        .collect();
    let deadlines = [Some(19), Some(6), Some(0), Some(-1), None];
    view! {
        <Part id="marks" title=say("배지·표시", "Marks") note=say("색만으로 알리지 않고 말과 모양을 함께", "Never colour alone: a word and a shape too")>
            <div class="specimens">
                <Specimen caption=say("제출 상태", "Submission")>{badges(&submission)}</Specimen>
                <Specimen caption=say("참가 신청", "Application")>{badges(&application)}</Specimen>
                <Specimen caption=say("질문 · 팀", "Question, team")>{badges(&other)}</Specimen>
                <Specimen caption=say("단계 · 그 밖", "Stage, others")>
                    {badges(&stage)}
                    <Badge tone=Tone::Danger icon=Icon::Pin>{say("필수", "Required")}</Badge>
                    <Badge>{say("이진 분류", "Binary")}</Badge>
                </Specimen>
                <Specimen caption=say("순위 · 변동", "Rank, change")>
                    {[1, 2, 3, 12].map(|rank| view! { <Rank rank/> }).collect_view()}
                    {changes.map(|change| view! { <RankChange change/> }).collect_view()}
                </Specimen>
                <Specimen caption=say("사람 · D-day", "People, D-day")>
                    <Avatars members/>
                    <Avatar name="신해온" large=true/>
                    {deadlines
                        .map(|days| {
                            let deadline = days.map(|days| now + TimeDelta::days(days) + TimeDelta::hours(3));
                            view! { <Dday deadline now zone=seoul()/> }
                        })
                        .collect_view()}
                </Specimen>
                <Specimen caption=say("실시간", "Live")>
                    <Live at=now - TimeDelta::seconds(12) now/>
                    <Live at=ago(2) now stale=true/>
                </Specimen>
                <Specimen caption=say("시각", "Times")>
                    <Time at=now + TimeDelta::days(6) zone=seoul() form=TimeForm::Deadline/>
                    <span class="caption"><Time at=ago(23) zone=seoul() form=TimeForm::Short/>" · "<Ago at=ago(23) now zone=seoul()/></span>
                </Specimen>
            </div>
            <ul class="covers">
                {[Task::Probability, Task::Number, Task::Label].map(|task| view! { <li class="card flush"><Cover task/></li> }).collect_view()}
            </ul>
        </Part>
        <Part id="moving" title=say("탭·쪽 이동", "Moving around") note=say("주소가 바뀌는 곳은 모두 링크", "Where the address changes it is a link")>
            <Tabs label=say("탭 예시", "Sample tabs") inline=true>
                <Tab href="#moving" current=true>{say("개요", "Overview")}</Tab>
                <Tab href="#moving">{say("데이터", "Data")}</Tab>
                <Tab href="#moving">{say("리더보드", "Leaderboard")}</Tab>
                <Tab href="#moving" count=12>{say("질문", "Questions")}</Tab>
            </Tabs>
            <div class="row between">
                <Segmented label=say("리더보드 종류 예시", "Sample boards")>
                    <Segment href="#moving" current=true>{say("공개", "Public")}</Segment>
                    <Segment reason_id="locked">{say("비공개", "Private")}</Segment>
                </Segmented>
                <span class="caption" id="locked">{say("11. 27.(금) 18:00 KST에 열려요", "Opens Fri 27 Nov, 18:00 KST")}</span>
                <Pagination label=say("쪽 이동 예시", "Sample pages") page=2 pages=9 href=|_| "#moving".to_owned()/>
            </div>
        </Part>
    }
}
