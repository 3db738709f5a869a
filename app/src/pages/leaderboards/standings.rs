//! The table of a leaderboard: teams, and baselines among them without a rank.

use std::sync::Arc;

use domain::address;
use domain::leaderboards::{Baseline, Change, Leaderboard, Ranking, Row, Scale, Side, better};
use domain::stages::{Phase, Stage};
use domain::submissions::Secondary;
use leptos::prelude::*;
use scoring::Direction;

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::pages::competitions::parts::{metric_name, metrics_beside};
use crate::pages::leaderboards::asked::{Asked, Shown};
use crate::tf;
use crate::ui::{
    Ago, Avatars, Badge, Empty, EmptyRow, Icon, NoValue, Rank, RankChange, Spark, Table, Time, TimeForm, Tone,
};

/// Beside those of the secondary metrics.
const COLUMNS: usize = 7;

#[component]
pub fn Standings(
    here: Arc<Here>,
    stage: Stage,
    leaderboard: Arc<Leaderboard>,
    asked: Asked,
    shown: Shown,
) -> impl IntoView {
    let l = locale();
    let scale = leaderboard.scale;
    let which = t(l, if asked.side == Side::Private { k::leaderboards::PRIVATE } else { k::leaderboards::PUBLIC });
    let caption =
        tf!(l, k::leaderboards::CAPTION, stage = stage.name.get(l), board = which, n = leaderboard.rows.len());
    let baselines = if asked.search.is_empty() { leaderboard.baselines.clone() } else { Vec::new() };
    let beside = metrics_beside(l, &here.competition);
    let labels: Arc<[String]> = beside.iter().map(|(label, _)| label.clone()).collect();
    let columns = COLUMNS + labels.len();
    let empty = shown.rows.is_empty().then(|| empty_text(&here, &stage, &asked, leaderboard.rows.is_empty()));
    view! {
        <Table caption class="leaderboard">
            <thead>
                <tr>
                    <th scope="col" class="center">{t(l, k::leaderboards::RANK)}</th>
                    <th scope="col" class="wide-only">{t(l, k::leaderboards::CHANGE)}</th>
                    <th scope="col" class="fill">{t(l, k::leaderboards::TEAM)}</th>
                    <th scope="col" class="end">{tf!(l, k::leaderboards::SCORE, metric = metric_name(l, &here.competition))}</th>
                    {beside.into_iter().map(|(_, name)| view! { <th scope="col" class="end roomy-only">{name}</th> }).collect_view()}
                    <th scope="col" class="wide-only">{t(l, k::leaderboards::TREND)}</th>
                    <th scope="col" class="end wide-only">{t(l, k::leaderboards::ENTRIES)}</th>
                    <th scope="col" class="end wide-only">{t(l, k::leaderboards::LAST)}</th>
                </tr>
            </thead>
            <tbody>
                {with_baselines(leaderboard.direction, &leaderboard.rows, baselines, &shown)
                    .into_iter()
                    .map(|line| match line {
                        Line::Team(row) => view! { <TeamRow here=Arc::clone(&here) row=*row scale labels=Arc::clone(&labels)/> }.into_html(),
                        Line::Baseline(index, baseline) => view! { <BaselineRow here=Arc::clone(&here) index baseline labels=labels.clone()/> }.into_html(),
                    })
                    .collect_view()}
                {empty.map(|(icon, title, text)| view! { <EmptyRow columns><Empty icon title text whole_page=true/></EmptyRow> })}
            </tbody>
        </Table>
    }
}

/// Nothing yet, not open yet, or nothing found.
fn empty_text(here: &Here, stage: &Stage, asked: &Asked, none_at_all: bool) -> (Icon, String, String) {
    let l = locale();
    if !none_at_all {
        return (
            Icon::Search,
            tf!(l, k::leaderboards::NOBODY, q = asked.search),
            t(l, k::leaderboards::FIND_HINT).to_owned(),
        );
    }
    let text = match stage.phase(here.now) {
        Phase::Upcoming => tf!(l, k::leaderboards::EMPTY_SOON, at = format::deadline(l, here.zone(), stage.starts_at)),
        Phase::Open | Phase::Closed => t(l, k::leaderboards::EMPTY_TEXT).to_owned(),
    };
    (Icon::Trophy, t(l, k::leaderboards::EMPTY).to_owned(), text)
}

enum Line {
    Team(Box<Row>),
    /// With its position among the baselines.
    Baseline(usize, Baseline),
}

/// The page's rows with every baseline above the first row that it beats.
fn with_baselines(direction: Direction, all: &[Row], baselines: Vec<Baseline>, shown: &Shown) -> Vec<Line> {
    // As published: a baseline has no digits besides.
    let ranking = Ranking { direction, decimals: None };
    let end = shown.start + shown.rows.len();
    let last_page = shown.page == shown.pages;
    let mut placed: Vec<(usize, usize, Baseline)> = baselines
        .into_iter()
        .enumerate()
        .map(|(index, baseline)| {
            (all.partition_point(|row| !better(ranking, baseline.score, row.score)), index, baseline)
        })
        .filter(|(at, ..)| (shown.start..end).contains(at) || (last_page && *at >= end))
        .collect();
    placed.sort_by(|a, b| {
        let by_score =
            if better(ranking, a.2.score, b.2.score) { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
        a.0.cmp(&b.0).then(by_score)
    });
    let mut placed = placed.into_iter().peekable();
    let mut lines = Vec::new();
    for (offset, row) in shown.rows.iter().enumerate() {
        while let Some((_, index, baseline)) = placed.next_if(|(at, ..)| *at <= shown.start + offset) {
            lines.push(Line::Baseline(index, baseline));
        }
        lines.push(Line::Team(Box::new(row.clone())));
    }
    lines.extend(placed.map(|(_, index, baseline)| Line::Baseline(index, baseline)));
    lines
}

#[component]
pub fn TeamRow(here: Arc<Here>, row: Row, scale: Scale, labels: Arc<[String]>) -> impl IntoView {
    let l = locale();
    let (now, zone) = (here.now, here.zone());
    let own = here.team.as_ref().is_some_and(|team| team.id == row.team_id);
    let members = if own { own_members(&here) } else { row.members.iter().map(|name| (name.clone(), false)).collect() };
    let moved = !matches!(row.change, Change::By(0) | Change::New);
    let values: Vec<f64> = row.steps.iter().map(|(_, score)| *score).collect();
    let last = row.last_submission_at;
    let beside = beside(&here, &row.secondary, &labels);
    let name = if own {
        view! { <a class="name" href=address::team(here.slug())>{row.team_name.clone()}</a>" "<Badge tone=Tone::Accent>{t(l, k::leaderboards::OWN)}</Badge> }.into_html()
    } else {
        view! { <span class="name">{row.team_name.clone()}</span> }.into_html()
    };
    view! {
        <tr class=own.then_some("own") id=own.then_some("own") data-team=row.team_number data-rank=row.rank data-mark=format!("{}/{}", row.score, row.submissions)>
            <td class="center">
                <Rank rank=row.rank tied=row.tied_first ahead_unseen=row.ahead_unseen/>
                {moved.then(|| view! { <RankChange change=Some(row.change) class="narrow-only"/> })}
            </td>
            <td class="wide-only tight-col"><RankChange change=Some(row.change)/></td>
            <th scope="row">
                <span class="team">
                    <span class="no wide-only">{row.team_number}</span>
                    {name}
                    <span class="wide-only"><Avatars members/></span>
                </span>
                <span class="meta narrow-only">
                    <span class="num">{row.team_number}</span>" · "{tf!(l, k::leaderboards::ENTRIES_SHORT, n = row.submissions)}" · "<Ago at=last now zone/>
                </span>
            </th>
            <td class="end score">{here.score(row.score)}</td>
            {beside}
            <td class="wide-only"><Spark values lowest=scale.worst highest=scale.best/></td>
            <td class="end wide-only">{row.submissions}</td>
            <td class="end wide-only nowrap"><Time at=last zone form=TimeForm::Short/><span class="meta"><Ago at=last now zone/></span></td>
        </tr>
    }
}

/// The reader's own team by its members' real names; everyone else's are the public ones.
pub fn own_members(here: &Here) -> Vec<(String, bool)> {
    let me = here.actor.user.as_ref().map(|user| user.id);
    let members = here.team.iter().flat_map(|team| &team.members);
    members.map(|member| (member.name.clone(), Some(member.user_id) == me)).collect()
}

/// A cell for each secondary metric.
fn beside(here: &Here, secondary: &Secondary, labels: &[String]) -> impl IntoView + use<> {
    let cell = |label| {
        let value = secondary.get(label).map(|value| here.score(*value));
        view! { <td class="end roomy-only">{value.map_or_else(|| view! { <NoValue/> }.into_html(), IntoHtml::into_html)}</td> }
    };
    labels.iter().map(cell).collect_view()
}

#[component]
fn BaselineRow(here: Arc<Here>, index: usize, baseline: Baseline, labels: Arc<[String]>) -> impl IntoView {
    let l = locale();
    let beside = beside(&here, &baseline.secondary, &labels);
    view! {
        <tr class="baseline" data-team=format!("baseline-{index}")>
            <td class="center"><span aria-hidden="true">"—"</span><span class="sr-only">{t(l, k::leaderboards::NO_RANK)}</span></td>
            <td class="wide-only"></td>
            <th scope="row"><span class="team">{t(l, k::leaderboards::BASELINE)}" "<Badge>{baseline.name.get(l).to_owned()}</Badge></span></th>
            <td class="end score">{here.score(baseline.score)}</td>
            {beside}
            <td class="wide-only"></td>
            <td class="wide-only"></td>
            <td class="wide-only"></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::Text;
    use domain::ids::{SubmissionId, TeamId};
    use domain::leaderboards::Record;

    use super::*;

    fn row(rank: i64, score: f64) -> Row {
        let at = DateTime::from_timestamp(rank, 0).unwrap_or_default();
        let record = Record {
            team_id: TeamId::random(),
            team_number: 100 + rank,
            team_name: format!("팀{rank}"),
            members: Vec::new(),
            score,
            secondary: Secondary::new(),
            best: SubmissionId::random(),
            submissions: 1,
            last_submission_at: at,
            steps: vec![(at, score)],
        };
        Row { rank, tied_first: false, ahead_unseen: false, change: Change::New, record: Arc::new(record) }
    }

    fn lines(direction: Direction, scores: &[f64], baselines: &[f64]) -> Vec<String> {
        let rows: Vec<Row> = (1..).zip(scores).map(|(rank, score)| row(rank, *score)).collect();
        let shown = Shown { rows: rows.clone(), start: 0, total: rows.len(), page: 1, pages: 1 };
        let baselines = baselines
            .iter()
            .map(|score| Baseline { name: Text::default(), score: *score, secondary: Secondary::new() })
            .collect();
        let word = |line: Line| match line {
            Line::Team(row) => row.rank.to_string(),
            Line::Baseline(_, baseline) => format!("b{}", baseline.score),
        };
        with_baselines(direction, &rows, baselines, &shown).into_iter().map(word).collect()
    }

    #[test]
    fn a_baseline_stands_above_the_first_team_it_beats() {
        assert_eq!(
            lines(Direction::Higher, &[0.9, 0.8, 0.7], &[0.5, 0.8, 0.85]),
            ["1", "b0.85", "2", "b0.8", "3", "b0.5"]
        );
        assert_eq!(lines(Direction::Lower, &[50.0, 60.0], &[55.0]), ["1", "b55", "2"]);
    }

    #[test]
    fn baselines_stand_alone_before_the_first_submission() {
        assert_eq!(lines(Direction::Lower, &[], &[60.0, 55.0]), ["b55", "b60"]);
    }
}
