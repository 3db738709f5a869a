//! The catalogue as a page: docs/metrics.md.

use std::fmt::Write as _;

use super::{Allowed, Direction, Metric, Param, Range, Task, catalogue};
use crate::lang::Lang;

const HEAD: &str = "# 평가지표 · Metrics

이 쪽은 프로그램의 목록에서 만듭니다(`madang metrics --markdown`). 대회는 `competition.toml`의 `[metric]`에 id와 설정을 적고, 서버 없이도
`madang score --metric ID --param 이름=값 --solution 정답.csv --submission 제출.csv`로 채점해 볼 수 있습니다.

This page is made from the catalogue (`madang metrics --markdown`). A competition names a metric in `[metric]` of its `competition.toml`;
`madang score` tries one on two files without a server. A solution may also have the columns `usage` (Public, Private, Ignored),
`weight` (where a metric takes row weights) and `group` (rows that a split keeps together). A row of weight 0 does not count; a weight below 10^-100 of
the largest counts as that.

목록에 없는 지표는 직접 만들어 붙일 수 있습니다: [custom-metrics.md](custom-metrics.md). A metric that is not listed can be added as a component of your own.

Several at once: `[metric] id = \"combined\"` with `combine = [{ weight = 0.7, id = \"roc_auc\" }, { weight = 0.3, id = \"average_precision\" }]` ranks by
their weighted mean; `secondary = [{ id = \"log_loss\" }]` shows further metrics beside the score without ranking by them. All must read the same columns,
and combined ones must have the same better direction.
";

/// The whole catalogue as Markdown.
pub fn handbook() -> String {
    let mut page = HEAD.to_owned();
    let mut tasks: Vec<Task> = Vec::new();
    for metric in catalogue() {
        if !tasks.contains(&metric.task()) {
            tasks.push(metric.task());
        }
    }
    for task in tasks {
        let (title, columns) = task_text(task);
        let _ = write!(page, "\n## {title}\n\n{columns}\n");
        for metric in catalogue().iter().filter(|metric| metric.task() == task) {
            entry(&mut page, *metric);
        }
    }
    page
}

fn entry(page: &mut String, metric: &dyn Metric) {
    let (ko, en) = (metric.name(Lang::Ko), metric.name(Lang::En));
    let name = if ko == en { ko.to_owned() } else { format!("{ko} · {en}") };
    let better = match metric.direction() {
        Direction::Higher => "클수록 좋음 · higher is better",
        Direction::Lower => "작을수록 좋음 · lower is better",
    };
    let weights = if metric.takes_weights() { " · 행 가중치 row weights" } else { "" };
    let _ = write!(
        page,
        "\n### {name} `{}`\n\n{better} · {}{weights}\n\n$${}$$\n\n{}\n\n{}\n",
        metric.id(),
        range(metric.range()),
        metric.formula(),
        metric.explanation(Lang::Ko),
        metric.explanation(Lang::En),
    );
    for notes in [metric.notes(Lang::Ko), metric.notes(Lang::En)].into_iter().filter(|notes| !notes.is_empty()) {
        let _ = write!(page, "\n> {notes}\n");
    }
    if !metric.params().is_empty() {
        page.push_str("\n| 설정 parameter | 기본값 default | 쓸 수 있는 값 allowed |\n|---|---|---|\n");
        for Param { id, default, allowed } in metric.params() {
            let _ = writeln!(page, "| `{id}` | `{default}` | {} |", allowed_text(*allowed));
        }
    }
}

fn range(range: Range) -> String {
    let end = |end: Option<f64>, infinite: &str| end.map_or_else(|| infinite.to_owned(), |end| end.to_string());
    format!("{} – {}", end(range.low, "−∞"), end(range.high, "∞"))
}

fn allowed_text(allowed: Allowed) -> String {
    match allowed {
        Allowed::OneOf(values) => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" "),
        Allowed::Text => "레이블 a label".to_owned(),
        Allowed::Number { low, high } => format!("{low} – {high}"),
        Allowed::Numbers { low, high } => format!("{low} – {high}, 여럿은 띄어서 several separated by spaces"),
        Allowed::Whole { low, high } => format!("{low}, …, {high}"),
    }
}

/// Title, and the columns of solution and submission.
fn task_text(task: Task) -> (&'static str, &'static str) {
    match task {
        Task::Label => ("레이블 · Labels", "정답 solution `id, TARGET` · 제출 submission `id, TARGET`"),
        Task::Probability => (
            "확률 · Probabilities",
            "정답 solution `id, TARGET` · 제출 submission `id, TARGET` (두 클래스 two classes), 클래스마다 한 열 one column a class (더 많을 때 more), \
             정답에 0/1 열이 여럿이면 같은 열 the same columns where the solution has several 0/1 columns",
        ),
        Task::Number => ("수 · Numbers", "정답 solution `id, TARGET` · 제출 submission `id, TARGET`"),
        Task::Survival => (
            "생존 · Survival",
            "정답 solution `id, time, event` (event 0: 중도 절단 censored) · 제출 submission `id, risk` (클수록 이르게 higher means sooner)",
        ),
        Task::Ranking => (
            "순위 매기기 · Rankings",
            "정답 solution `id, relevant` (`a b` 또는 `a:2 b:1`) · 제출 submission `id, ranked` (좋은 것부터 best first)",
        ),
        Task::Segmentation => (
            "분할 · Segmentation",
            "정답 solution `id, rle[, height, width]` · 제출 submission `id, rle` (`시작 길이` 쌍 `start length` pairs, 1부터 1-based, 열 우선 column-major, `-`는 빈 마스크 empty)",
        ),
        Task::Events => (
            "사건 · Events",
            "정답 solution `id, event, onset, offset` · 제출 submission `id, event, onset, offset, score` (id마다 여러 행 any number of rows a series)",
        ),
    }
}
