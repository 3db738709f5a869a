//! Ranked items against relevant ones, a query a row; the score is the mean over the queries.

use crate::items::gain;
use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::sum::{Sum, mean};
use crate::metric::{Allowed, Direction, Input, Param, Params, Range, Task};
use crate::values::{Texts, Values};

const K: &[Param] = &[Param { id: "k", default: "10", allowed: Allowed::Whole { low: 1, high: 10_000 } }];

const RANKING: Entry = Entry {
    direction: Direction::Higher,
    task: Task::Ranking,
    params: K,
    range: Range::UNIT,
    check: |_, truth| {
        let mut items = Vec::new();
        let without = texts(truth)?.iter().filter(|text| !relevant(text, &mut items)).count();
        if without == 0 { Ok(()) } else { Err(Problem::NoRelevant { rows: without as u64 }) }
    },
    ..Entry::ERROR
};

/// Järvelin and Kekäläinen, ACM Transactions on Information Systems 20, 2002, with linear gains and the discount of
/// scikit-learn's `ndcg_score`; items that are not ranked gain nothing.
pub(in crate::metric) const NDCG: Entry = Entry {
    id: "ndcg",
    name: ["NDCG@k", "NDCG@k"],
    formula: r"\mathrm{NDCG@}k = \frac{1}{Q} \sum_{q=1}^{Q} \frac{\sum_{i=1}^{k} g_{q,i} / \log_2(i + 1)}{\sum_{i=1}^{k} g^{*}_{q,i} / \log_2(i + 1)}",
    explanation: [
        "상위 k개 항목의 이득을 순위의 로그로 나누어 더한 뒤, 가장 좋은 순서로 놓았을 때의 값으로 나누어 평균합니다. 이득은 그대로 더하며(선형), 적지 않으면 1로 봅니다.",
        "The gains of the first k items, discounted by the logarithm of their rank, relative to the best order, averaged over the queries. Gains are added as they are (linear) and are 1 where none is given.",
    ],
    score: |params, input| {
        let k = params.whole("k");
        mean_of(input, |query, ranked| {
            let discounted = |(rank, gain): (usize, f64)| gain / (rank as f64 + 2.0).log2();
            let best = &mut *query.best;
            best.clear();
            best.extend(query.items.iter().map(|item| item.1));
            best.sort_unstable_by(|a, b| b.total_cmp(a));
            let ideal: Sum = best.iter().take(k).copied().enumerate().map(discounted).collect();
            let found: Sum = query.gains(ranked).take(k).enumerate().map(discounted).collect();
            found.value() / ideal.value()
        })
    },
    ..RANKING
};

/// As Kaggle's MAP@k: the precisions at the hits, over the smaller of k and the number of relevant items.
pub(in crate::metric) const MAP: Entry = Entry {
    id: "map",
    name: ["MAP@k", "MAP@k"],
    formula: r"\mathrm{MAP@}k = \frac{1}{Q} \sum_{q=1}^{Q} \frac{1}{\min(R_q, k)} \sum_{i=1}^{k} P_q(i)\, \mathrm{rel}_q(i)",
    explanation: [
        "관련 항목이 나온 순위마다 거기까지의 정밀도를 구해 더하고, 관련 항목 수와 k 가운데 작은 값으로 나누어 평균합니다. 관련 항목이 앞에 많이 모일수록 1에 가까워집니다.",
        "The precision at the rank of each relevant item among the first k, summed, over the smaller of k and the number of relevant items, averaged over the queries. The more relevant items stand in front, the closer it is to 1.",
    ],
    score: |params, input| {
        let k = params.whole("k");
        mean_of(input, |query, ranked| {
            let relevant = query.items.iter().filter(|item| item.1 > 0.0).count();
            let mut hits = 0.0;
            let mut precisions = Sum::default();
            for (rank, _) in query.gains(ranked).take(k).enumerate().filter(|(_, gain)| *gain > 0.0) {
                hits += 1.0;
                precisions.add(hits / (rank as f64 + 1.0));
            }
            precisions.value() / relevant.min(k) as f64
        })
    },
    ..RANKING
};

pub(in crate::metric) const MRR: Entry = Entry {
    id: "mrr",
    name: ["MRR(평균 역순위)", "MRR (mean reciprocal rank)"],
    params: &[],
    formula: r"\mathrm{MRR} = \frac{1}{Q} \sum_{q=1}^{Q} \frac{1}{\mathrm{rank}_q}",
    explanation: [
        "관련 항목이 처음 나온 순위의 역수를 평균한 값입니다. 관련 항목이 하나도 없는 행은 0으로 칩니다.",
        "The mean of one over the rank of the first relevant item. A row without any relevant item counts 0.",
    ],
    score: |_, input| {
        mean_of(input, |query, ranked| {
            query.gains(ranked).position(|gain| gain > 0.0).map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0))
        })
    },
    ..RANKING
};

pub(in crate::metric) const HIT_RATE: Entry = Entry {
    id: "hit_rate",
    name: ["적중률@k", "Hit rate@k"],
    formula: r"\mathrm{HR@}k = \frac{1}{Q} \sum_{q=1}^{Q} \mathbf{1}\left[ \mathrm{rank}_q \le k \right]",
    explanation: [
        "상위 k개 안에 관련 항목이 하나라도 있는 행의 비율입니다. 몇 개가 몇 번째에 있는지는 보지 않습니다.",
        "The share of rows with at least one relevant item among the first k. How many there are and where does not matter.",
    ],
    score: |params: &Params, input| {
        let k = params.whole("k");
        mean_of(input, |query, ranked| f64::from(query.gains(ranked).take(k).any(|gain| gain > 0.0)))
    },
    ..RANKING
};

/// The relevant items of one row.
struct Query<'a, 'b> {
    /// By name.
    items: &'b [(&'a str, f64)],
    /// Room for the best order.
    best: &'b mut Vec<f64>,
}

impl Query<'_, '_> {
    /// The gains of ranked items, in their order.
    fn gains(&self, ranked: &str) -> impl Iterator<Item = f64> {
        ranked.split_ascii_whitespace().map(|item| {
            let place = self.items.binary_search_by(|(name, _)| (*name).cmp(item));
            place.ok().and_then(|at| self.items.get(at)).map_or(0.0, |item| item.1)
        })
    }
}

/// Reads the items into `items`, by name; whether one of them has a gain.
fn relevant<'a>(text: &'a str, items: &mut Vec<(&'a str, f64)>) -> bool {
    items.clear();
    items.extend(text.split_ascii_whitespace().map(gain));
    items.sort_unstable_by(|a, b| a.0.cmp(b.0));
    items.iter().any(|item| item.1 > 0.0)
}

fn texts(columns: &[Values]) -> Result<&Texts, Problem> {
    match columns {
        [Values::Texts(texts)] if texts.is_empty() => Err(Problem::NoRows),
        [Values::Texts(texts)] => Ok(texts),
        _ => Err(Problem::WrongColumns),
    }
}

/// The weighted mean of `score(query, ranked)` over all rows.
fn mean_of(input: Input<'_>, mut score: impl FnMut(&mut Query<'_, '_>, &str) -> f64) -> Result<f64, Problem> {
    let (truth, prediction) = (texts(input.truth)?, texts(input.prediction)?);
    if truth.len() != prediction.len() {
        return Err(Problem::WrongColumns);
    }
    let (mut items, mut best) = (Vec::new(), Vec::new());
    let rows = truth.iter().zip(prediction.iter()).map(|(text, ranked)| {
        relevant(text, &mut items);
        score(&mut Query { items: &items, best: &mut best }, ranked)
    });
    let scores: Vec<f64> = rows.collect();
    Ok(mean(scores.into_iter(), input.weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{MetricError, MetricSpec};

    fn score(spec: &MetricSpec, rows: &[(&str, &str)]) -> Result<f64, MetricError> {
        let (metric, params) = spec.resolve().unwrap();
        let truth = Values::Texts(rows.iter().map(|row| row.0).collect());
        let prediction = Values::Texts(rows.iter().map(|row| row.1).collect());
        metric.score(&params, Input::new(&[truth], &[prediction]))
    }

    #[test]
    fn the_best_order_is_perfect_by_every_metric() {
        for id in ["ndcg", "map", "mrr", "hit_rate"] {
            assert_eq!(score(&MetricSpec::new(id), &[("a:3 b:2 c", "a b c x"), ("z", "z")]), Ok(1.0), "{id}");
            assert_eq!(score(&MetricSpec::new(id), &[("a:3 b:2 c", "x y"), ("z", "")]), Ok(0.0), "{id}");
        }
    }

    #[test]
    fn known_cases_are_right() {
        let rows = [("a b c", "x a y b")];
        let of = |id: &str, k: &str| score(&MetricSpec::new(id).with("k", k), &rows);
        assert_eq!(of("map", "4"), Ok((0.5 + 0.5) / 3.0));
        assert_eq!(of("map", "2"), Ok(0.25));
        assert_eq!((of("hit_rate", "1"), of("hit_rate", "2")), (Ok(0.0), Ok(1.0)));
        assert_eq!(score(&MetricSpec::new("mrr"), &rows), Ok(0.5));
        let expected = (1.0 / 3_f64.log2() + 1.0 / 5_f64.log2()) / (1.0 + 1.0 / 3_f64.log2() + 0.5);
        assert!((of("ndcg", "10").unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn rows_without_relevant_items_are_counted() {
        let error = score(&MetricSpec::new("map"), &[("", "a"), ("a:0", "a"), ("b", "b")]).unwrap_err();
        assert_eq!(error.problem, Problem::NoRelevant { rows: 2 });
    }
}
