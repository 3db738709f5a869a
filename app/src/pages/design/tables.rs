use chrono::TimeDelta;
use domain::leaderboards::Change;
use leptos::prelude::*;

use super::{Part, ago, sample_now, say, seoul};
use crate::format;
use crate::html::IntoHtml as _;
use crate::ui::{
    Ago, Badge, Bar, BarChart, Card, Glyph, Icon, NoValue, Rank, RankChange, ScoreChart, ScoreSeries, SkeletonRows,
    SortHead, Sorted, Spark, Table, Time, TimeForm, Tone,
};

#[component]
pub fn Tables() -> impl IntoView {
    view! {
        <Part id="tables" title=say("표", "Tables") note=say("굵은 윗선, 가는 행 선, 숫자는 오른쪽", "A heavy top line, hairlines, numbers flush right")>
            <Leaders/>
            <Posts/>
        </Part>
        <Part id="charts" title=say("그래프", "Charts") note=say("그림의 뜻은 말로, 값은 표로도", "The finding in words, the values as a table")>
            <Charts/>
        </Part>
    }
}

#[component]
fn Leaders() -> impl IntoView {
    let rows = [
        (1, false, None, 104, "새벽판독실", 0.94873, 11, [0.871, 0.9, 0.926, 0.94, 0.94873]),
        (5, true, Some(Change::By(-1)), 122, "백의정렬", 0.93494, 900, [0.87, 0.89, 0.91, 0.93, 0.93494]),
        (7, false, Some(Change::By(2)), 127, "두번째소견", 0.93147, 23, [0.868, 0.88, 0.912, 0.92, 0.93147]),
        (10, false, Some(Change::New), 146, "라온메딕스", 0.91658, 80, [0.84, 0.84, 0.84, 0.9, 0.91658]),
    ];
    view! {
        <Table caption=say("리더보드 행의 상태", "Rows of a leaderboard") class="leaderboard">
            <thead>
                <tr>
                    <th scope="col" class="center">{say("순위", "Rank")}</th>
                    <th scope="col" class="wide-only">{say("변동", "Change")}</th>
                    <th scope="col" class="fill">{say("팀", "Team")}</th>
                    <SortHead href="#tables" sorted=Some(Sorted::Descending) class="end">{say("점수", "Score")}</SortHead>
                    <th scope="col" class="wide-only">{say("추이", "Trend")}</th>
                    <th scope="col" class="end wide-only">{say("마지막 제출", "Last submission")}</th>
                </tr>
            </thead>
            <tbody>
                {rows
                    .map(|(rank, tied, change, number, name, score, minutes, steps)| {
                        let own = number == 127;
                        view! {
                            <tr class=own.then_some("own")>
                                <td class="center"><Rank rank tied/>{change.map(|change| view! { <RankChange change=Some(change) class="narrow-only"/> })}</td>
                                <td class="wide-only tight-col"><RankChange change/></td>
                                <th scope="row">
                                    <span class="team">
                                        <span class="no wide-only">{number}</span>
                                        <a class="name" href="#tables">{name}</a>
                                        {own.then(|| view! { <Badge tone=Tone::Accent>{say("우리 팀", "Our team")}</Badge> })}
                                    </span>
                                    <span class="meta narrow-only"><span class="num">{number}</span>" · "{format::relative(crate::context::locale(), ago(minutes), sample_now())}</span>
                                </th>
                                <td class="end score">{format::score(score, 5)}</td>
                                <td class="wide-only"><Spark values=steps.to_vec() lowest=0.84 highest=0.95/></td>
                                <td class="end wide-only nowrap">
                                    <Time at=ago(minutes) zone=seoul() form=TimeForm::Short/>
                                    <span class="meta"><Ago at=ago(minutes) now=sample_now() zone=seoul()/></span>
                                </td>
                            </tr>
                        }
                    })
                    .collect_view()}
                <tr class="baseline">
                    <td class="center"><NoValue/></td>
                    <td class="wide-only"></td>
                    <th scope="row"><span class="team">{say("기준 모델", "Baseline")}<Badge>{say("로지스틱 회귀", "Logistic regression")}</Badge></span></th>
                    <td class="end score">{format::score(0.92193, 5)}</td>
                    <td class="wide-only"></td>
                    <td class="wide-only"></td>
                </tr>
                <SkeletonRows columns=3 rows=1/>
            </tbody>
        </Table>
    }
}

#[component]
fn Posts() -> impl IntoView {
    let posts = [
        (
            true,
            20,
            say("예선 마감 및 최종 제출물 선택 안내", "Closing of the preliminary and final selection"),
            12,
            true,
            412,
            1_600,
        ),
        (false, 17, say("노트북 접속이 느릴 때 확인할 것", "When the notebook is slow"), 3, false, 96, 31),
        (
            false,
            16,
            say("11월 25일(수) 02:00–04:00 서버 점검 안내", "Maintenance on 25 November, 02:00–04:00"),
            0,
            false,
            1_188,
            2_900,
        ),
    ];
    let l = crate::context::locale();
    view! {
        <Table caption=say("게시판의 행", "Rows of a board") class="posts">
            <thead>
                <tr>
                    <th scope="col" class="center wide-only">{say("번호", "No.")}</th>
                    <th scope="col" class="fill">{say("제목", "Title")}</th>
                    <th scope="col" class="wide-only">{say("글쓴이", "Author")}</th>
                    <th scope="col" class="end wide-only">{say("조회", "Views")}</th>
                    <th scope="col" class="end wide-only">{say("날짜", "Date")}</th>
                </tr>
            </thead>
            <tbody>
                {posts
                    .map(|(required, number, title, comments, attached, views, minutes)| {
                        let date = format::list_day(l, seoul(), ago(minutes), sample_now());
                        let mark = move || view! { <Badge tone=Tone::Danger icon=Icon::Pin>{say("필수", "Required")}</Badge> };
                        view! {
                            <tr class=required.then_some("pinned")>
                                <td class="center wide-only num">{if required { mark().into_html() } else { number.into_html() }}</td>
                                <th scope="row">
                                    {required.then(|| view! { <span class="narrow-only">{mark()}" "</span> })}
                                    <a class="title" href="#tables">{title}</a>
                                    {(comments > 0)
                                        .then(|| {
                                            view! { " " <span class="replies"><span aria-hidden="true">"["{comments}"]"</span><span class="sr-only">{say("댓글 ", "comments: ")}{comments}</span></span> }
                                        })}
                                    {attached.then(|| view! { " " <Glyph icon=Icon::Clip inline=true/><span class="sr-only">{say("첨부파일 있음", "has attachments")}</span> })}
                                    {(minutes < 1440).then(|| view! { " " <Badge tone=Tone::Warning>{say("새 글", "New")}</Badge> })}
                                    <span class="meta narrow-only num">{say("운영팀 · 조회 ", "Organizers · ")}{format::grouped(views)}" · "{date.clone()}</span>
                                </th>
                                <td class="wide-only tight-col">{say("운영팀", "Organizers")}</td>
                                <td class="end wide-only">{format::grouped(views)}</td>
                                <td class="end wide-only nowrap">{date}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </Table>
    }
}

#[component]
fn Charts() -> impl IntoView {
    let until = sample_now();
    let from = until - TimeDelta::hours(292);
    let at = |percent: i64| from + TimeDelta::minutes(292 * 60 * percent / 100);
    let series: Vec<_> = [
        (
            "새벽판독실",
            vec![(3, 0.871), (10, 0.892), (28, 0.915), (37, 0.921), (48, 0.928), (69, 0.941), (93, 0.948_73)],
        ),
        ("결절탐험대", vec![(6, 0.862), (19, 0.901), (31, 0.908), (41, 0.919), (60, 0.934), (97, 0.944_7)]),
        ("한빛AI연구회", vec![(2, 0.884), (13, 0.905), (20, 0.917), (45, 0.93), (75, 0.943_16)]),
        ("그래디언트하강", vec![(7, 0.85), (15, 0.88), (25, 0.89), (52, 0.92), (89, 0.939_62)]),
        ("소노그래프", vec![(9, 0.861), (26, 0.889), (47, 0.9), (82, 0.921), (99, 0.934_94)]),
    ]
    .into_iter()
    .map(|(name, steps)| ScoreSeries {
        name: name.to_owned(),
        steps: steps.into_iter().map(|(percent, score)| (at(percent), score)).collect(),
    })
    .collect();
    let counts = [96, 142, 168, 151, 187, 121, 98, 173, 201, 214, 196, 247, 134];
    let bars = (9..)
        .zip(counts)
        .map(|(day, count)| Bar {
            label: if day == 21 {
                say("오늘", "Today").to_owned()
            } else if day % 2 == 1 {
                day.to_string()
            } else {
                String::new()
            },
            name: format!("11. {day}. {count}{}", say("건", " submissions")),
            value: f64::from(count),
            note: (count == 247 || day == 21).then(|| count.to_string()),
            now: day == 21,
        })
        .collect();
    view! {
        <section class="card" aria-label=say("상위 5팀의 점수 흐름", "Scores of the top five")>
            <ScoreChart id="leaders" title=say("상위 5팀의 점수 흐름", "Scores of the top five") note=say("공개 점수 기준 팀 최고점", "best public score of each team") series from until zone=seoul() places=5/>
        </section>
        <div class="charts">
            <section class="card" aria-label=say("하루 제출", "Submissions a day")>
                <BarChart
                    id="daily"
                    title=say("하루 제출", "Submissions a day")
                    note=say("11. 9. – 11. 21. 14:33 · 모두 2,128건", "9 – 21 Nov, 14:33 · 2,128 in all")
                    finding=say("하루 제출 수 막대그래프. 11월 20일이 247건으로 가장 많고, 오늘은 14시 33분까지 134건이에요.", "Bars of submissions a day. 20 November has the most with 247; today has 134 by 14:33.")
                    bars
                />
            </section>
            <Card id="too-little" title=say("점수 흐름", "Scores over time")>
                <ScoreChart id="none" title="" note="" series=Vec::new() from until zone=seoul() places=5/>
            </Card>
        </div>
    }
}
