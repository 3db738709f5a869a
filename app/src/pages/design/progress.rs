use chrono::TimeDelta;
use domain::quotas::{Quota as Limits, QuotaState, Usage};
use leptos::prelude::*;
use scoring::metric::Task;

use super::{Part, Specimen, ago, sample_now, say, seoul};
use crate::ui::{
    BadgeState, Button, Card, Check, Checks, Code, Countdown, Cover, Dday, DropZone, Fact, Facts, FileCard, FileState,
    Icon, Look, ProgressBar, Quota, StateBadge, Step, StepState, Stepper, Tile, Tiles,
};

fn quota(today: i64, limits: Limits) -> QuotaState {
    let used = Usage { today, total: 36, in_flight: 0, last_at: Some(ago(1)) };
    QuotaState::new(limits, used, sample_now() + TimeDelta::minutes(567), sample_now())
}

#[component]
pub fn Progress() -> impl IntoView {
    let now = sample_now();
    let steps = |third: StepState, name: &str| {
        let step = |label: &str, note: Option<&str>, state| Step {
            label: label.to_owned(),
            note: note.map(str::to_owned),
            state,
        };
        vec![
            step(say("업로드", "Upload"), Some(say("0.4초", "0.4 s")), StepState::Done),
            step(say("대기", "Queue"), Some(say("1.1초", "1.1 s")), StepState::Done),
            step(name, None, third),
            step(
                say("완료", "Done"),
                Some(say("이 화면을 닫아도 돼요", "You may close this page")),
                StepState::Waiting,
            ),
        ]
    };
    let check = |holds, text: &str, note: &str| Check { holds, text: text.to_owned(), note: Some(note.to_owned()) };
    let checks = vec![
        check(true, say("열 2개", "2 columns"), "id, malignant"),
        check(true, say("행 228개", "228 rows"), say("필요한 228개와 같아요", "as many as needed")),
        check(true, say("id 모두 일치", "Every id matches"), say("빠짐·중복 없음", "none missing, none twice")),
        check(false, say("값 0–1 사이", "Values between 0 and 1"), say("43번째 줄의 1.2", "1.2 in line 43")),
    ];
    let many = Limits { per_day: Some(50), min_interval_seconds: Some(180), ..Limits::default() };
    let end = now + TimeDelta::minutes(6 * 1440 + 3 * 60 + 27);
    view! {
        <Part id="progress" title=say("한도·진행", "Quota, progress") note=say("남은 횟수와 초기화 시각을 함께", "What is left, and when it resets")>
            <div class="specimens three">
                {[3, 9, 10]
                    .map(|used| view! { <div class="card"><Quota state=quota(used, Limits::default()) now zone=seoul()/></div> })
                    .collect_view()}
                <div class="card"><Quota state=quota(31, many) now zone=seoul()/></div>
                <div class="card">
                    <p class="row between"><span class="strong">{say("예선 마감까지", "Preliminary closes in")}</span><Dday deadline=Some(end) now zone=seoul()/></p>
                    <Countdown until=end now/>
                </div>
            </div>
            <div class="specimens">
                <div class="card"><Stepper label=say("제출 진행 예시", "Sample steps") steps=steps(StepState::Current, say("채점", "Scoring"))/></div>
                <div class="card"><Stepper label=say("실패한 제출 예시", "Sample of a failed one") steps=steps(StepState::Failed, say("실패", "Failed"))/></div>
            </div>
            <ProgressBar id="pg" label=say("answer_v13.csv 올리는 중 · 62%", "Uploading answer_v13.csv · 62%").to_owned() percent=62/>
        </Part>
        <Part id="files" title=say("파일", "Files") note=say("끌어다 놓기·고르기·검사", "Drop, choose, check")>
            <div class="specimens">
                <DropZone name="csv">{say("올리기 전에 이 브라우저에서 먼저 검사해요. ", "Checked in this browser before it is sent. ")}<a href="#files">{say("제출 양식 받기", "Sample file")}</a></DropZone>
                <DropZone name="csv-over" over=true>{say("놓으면 바로 검사해요", "It is checked at once")}</DropZone>
                <FileCard state=FileState::Checking name="answer_v13.csv" note=say("검사하고 있어요", "Checking")>""</FileCard>
                <FileCard state=FileState::Right name="answer_v13.csv" note=say("5.1 KB · 228행 2열 · 검사 0.01초", "5.1 KB · 228 rows, 2 columns · 0.01 s")>
                    <Button look=Look::Ghost icon=Icon::X label=say("answer_v13.csv 빼기", "Remove answer_v13.csv")/>
                </FileCard>
                <FileCard state=FileState::Wrong name="answer_최종_진짜.csv" note=say("5.0 KB · 227행 2열 · 고칠 곳 5건", "5.0 KB · 227 rows, 2 columns · 5 to fix")>
                    <Button>{say("다른 파일 고르기", "Choose another")}</Button>
                </FileCard>
                <FileCard state=FileState::Plain name="train.csv" note="31 KB">""</FileCard>
            </div>
            <Checks label=say("브라우저 검사 결과", "What the browser found") checks/>
            <Code label=say("제출 명령", "the command") text=r#"curl --user "email:token" -X POST -F "files=@answer.csv" "https://madang.example.kr/api/direct-report/127?password=$MADANG_KEY""#/>
        </Part>
        <Part id="cards" title=say("카드", "Cards") note=say("숫자가 먼저, 말은 그다음", "Numbers first, words after")>
            <Tiles>
                <Tile term=say("참가자", "Participants") value="163" unit=say("명", "") note=say("정원 180 · 대기 7", "of 180 · 7 waiting")/>
                <Tile term=say("팀", "Teams") value="46" unit=say("팀", "") note=say("모든 팀이 제출", "all have submitted") href="#cards"/>
                <Tile term=say("오늘 제출", "Submissions today") value="134" unit=say("건", "") note=say("어제 이때 119", "119 by this time yesterday")/>
                <Tile term=say("채점 시간", "Scoring time") value="3.1" unit=say("초", " s") note=say("중앙값 · 95% 6.8초", "median · 95% 6.8 s")/>
                <Tile term=say("채점 실패", "Failed") value="1.2" unit="%" note=say("24시간 · 3건", "3 in 24 hours")/>
            </Tiles>
            <div class="specimens">
                <Card id="limits" title=say("그 밖의 한도", "Other limits") note=|| view! { <span class="caption">{say("예선", "Preliminary")}</span> }>
                    <Facts lines=true>
                        <Fact term=say("다음 제출", "Next one")>{say("지금 가능", "Now")}</Fact>
                        <Fact term=say("동시에", "At once")>"1 / 2"</Fact>
                        <Fact term=say("예선 전체", "In all")>"36 / 150"</Fact>
                    </Facts>
                </Card>
                <article class="card comp">
                    <Cover task=Task::Number/>
                    <div class="body">
                        <div class="row between"><StateBadge state=BadgeState::Open/><Dday deadline=Some(now + TimeDelta::days(19)) now zone=seoul()/></div>
                        <h3><a href="#cards">{say("당뇨 진행도 예측 챌린지", "Diabetes Progression Challenge")}</a></h3>
                        <p class="muted">{say("주최 △△의료원", "Hosted by △△ Medical Center")}</p>
                        <Facts>
                            <Fact term=say("평가지표", "Metric")>"RMSE"</Fact>
                            <Fact term=say("참가", "Teams")>"28"</Fact>
                            <Fact term=say("총상금", "Prizes")>{say("500만 원", "5M KRW")}</Fact>
                        </Facts>
                    </div>
                </article>
            </div>
            <Specimen caption=say("조용한 목록", "A quiet list")>
                <ul class="card items grow">
                    <li><p class="caption num">"11. 25.(수) 02:00–04:00"</p><p>{say("서버 점검", "Maintenance")}</p></li>
                    <li><p class="caption num">"11. 27.(금) 18:00"</p><p class="strong">{say("예선 마감, 최종 제출물 선택", "Closing, final selection")}</p></li>
                </ul>
            </Specimen>
        </Part>
    }
}
