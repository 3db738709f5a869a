//! Distance between the surfaces of run-length encoded masks.

use std::collections::VecDeque;

use super::{MASKS, mask_pairs, masks};
use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::sum::mean;
use crate::metric::{Direction, Input, Range};
use crate::runs::runs;
use crate::values::Values;

/// The larger of the two 95th percentiles (linear between neighbours) of the distances from each surface to the other
/// (Taha and Hanbury, BMC Medical Imaging 15:29, 2015). The surface are the pixels of a mask with one of their four neighbours
/// outside of it or of the image. Distances are in pixels; two empty masks have 0, one empty mask the image's diagonal.
pub(in crate::metric) const HAUSDORFF95: Entry = Entry {
    id: "hausdorff95",
    name: ["하우스도르프 거리(95백분위수)", "Hausdorff distance (95th percentile)"],
    direction: Direction::Lower,
    range: Range::POSITIVE,
    formula: r"\mathrm{HD}_{95} = \frac{1}{n} \sum_{i=1}^{n} \max\left( P_{95}\left( d(A_i, B_i) \right), P_{95}\left( d(B_i, A_i) \right) \right)",
    notes: [
        "경계는 마스크의 픽셀 가운데 상하좌우에 마스크 밖이나 이미지 밖이 있는 픽셀입니다. 한쪽 경계의 픽셀마다 다른 쪽 경계까지의 가장 짧은 거리를 구해 95백분위수(이웃한 값 사이는 선형 보간)를 얻고, 두 방향 가운데 큰 값을 씁니다.",
        "The border of a mask are its pixels with one of their four neighbours outside of it or of the image. For each border pixel the shortest distance to the other border is taken; of each direction the 95th percentile (linear between neighbours), and of both the larger one.",
    ],
    explanation: [
        "두 마스크의 경계가 서로 얼마나 떨어져 있는지 나타내는 거리(픽셀)로, 가장 먼 5%는 빼고 봅니다. 두 마스크가 모두 비어 있으면 0, 하나만 비어 있으면 이미지의 대각선 길이로 칩니다.",
        "How far the borders of the two masks lie apart, in pixels, leaving the farthest 5% out. Two empty masks count 0, and one empty mask the diagonal of the image.",
    ],
    check: |_, truth| {
        masks(truth)?;
        sizes(truth).map(|_| ())
    },
    score: |_, input| mean_distance(input),
    ..MASKS
};

fn sizes(truth: &[Values]) -> Result<(&[f64], &[f64]), Problem> {
    match truth {
        [_, Values::Numbers(heights), Values::Numbers(widths)] => Ok((heights, widths)),
        _ => Err(Problem::NoSizes),
    }
}

fn mean_distance(input: Input<'_>) -> Result<f64, Problem> {
    let (truth, prediction) = mask_pairs(input)?;
    let (heights, widths) = sizes(input.truth)?;
    let sizes = heights.iter().zip(widths).map(|(&height, &width)| (height, width));
    let rows = truth.iter().zip(prediction.iter()).zip(sizes);
    let distances: Vec<f64> = rows
        .map(|((truth, prediction), (height, width))| {
            let (truth, prediction) = (surface(&spans(truth, height)), surface(&spans(prediction, height)));
            match (truth.is_empty(), prediction.is_empty()) {
                (true, true) => 0.0,
                (false, false) => far(&truth, &prediction).max(far(&prediction, &truth)),
                _ => height.hypot(width),
            }
        })
        .collect();
    if distances.len() != truth.len() {
        return Err(Problem::WrongColumns);
    }
    Ok(mean(distances.into_iter(), input.weights))
}

/// The 95th percentile of the distances from one surface to the other.
fn far(from: &[Pixel], to: &[Pixel]) -> f64 {
    let mut squares = squared_distances(from, to);
    squares.sort_unstable();
    let place = 0.95 * (squares.len() as f64 - 1.0);
    let distance = |at: usize| squares.get(at).map_or(0.0, |&square| (square as f64).sqrt());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list is small and not negative"
    )]
    let below = place.floor() as usize;
    let (low, high) = (distance(below), distance((below + 1).min(squares.len() - 1)));
    low + (high - low) * (place - place.floor())
}

/// Rows `begin..end` of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    column: i64,
    begin: i64,
    end: i64,
}

/// A pixel by its column and row, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pixel {
    column: i64,
    row: i64,
}

/// The runs of a mask cut at the columns' ends, those that touch joined.
fn spans(mask: &str, height: f64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a height is a whole number from 1 on")]
    let height = (height as u64).max(1);
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    for run in runs(mask) {
        let mut start = run.start;
        while start < run.end {
            let column = start / height;
            let end = run.end.min((column + 1) * height);
            let (column, begin, end, next) =
                (signed(column), signed(start % height), signed(end - column * height), end);
            match spans.last_mut() {
                Some(last) if last.column == column && last.end == begin => last.end = end,
                _ => spans.push(Span { column, begin, end }),
            }
            start = next;
        }
    }
    spans
}

/// Pixels with one of four neighbours outside of the mask, in order.
fn surface(spans: &[Span]) -> Vec<Pixel> {
    let columns: Vec<&[Span]> = spans.chunk_by(|a, b| a.column == b.column).collect();
    let mut surface = Vec::new();
    let mut covered = VecDeque::new();
    for (at, spans) in columns.iter().enumerate() {
        let Some(column) = spans.first().map(|span| span.column) else { continue };
        let beside = |at: Option<usize>, wanted: i64| {
            let spans = at.and_then(|at| columns.get(at)).copied().unwrap_or_default();
            if spans.first().is_some_and(|span| span.column == wanted) { spans } else { &[] }
        };
        both(beside(at.checked_sub(1), column - 1), beside(Some(at + 1), column + 1), &mut covered);
        for span in *spans {
            let mut row = span.begin;
            let mut keep = |rows: std::ops::Range<i64>| surface.extend(rows.map(|row| Pixel { column, row }));
            while let Some(&(begin, end)) = covered.front() {
                // The ends of a span are surface whatever is beside them.
                let (inner, inner_end) = (begin.max(span.begin + 1), end.min(span.end - 1));
                if inner < inner_end {
                    keep(row..inner);
                    row = inner_end;
                }
                if end > span.end {
                    break;
                }
                covered.pop_front();
            }
            keep(row..span.end);
        }
    }
    surface
}

/// The rows that two columns have in common.
fn both(left: &[Span], right: &[Span], common: &mut VecDeque<(i64, i64)>) {
    common.clear();
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let (begin, end) = (a.begin.max(b.begin), a.end.min(b.end));
        if begin < end {
            common.push_back((begin, end));
        }
        if a.end <= b.end {
            left.next()
        } else {
            right.next()
        };
    }
}

/// The squared distance from each pixel to the nearest of `to`, which is in order and not empty; row by row, and in each row by
/// the lower envelope of the columns' parabolas (Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012), in integers.
fn squared_distances(from: &[Pixel], to: &[Pixel]) -> Vec<i64> {
    let columns: Vec<&[Pixel]> = to.chunk_by(|a, b| a.column == b.column).collect();
    // Of each column: where its nearest pixel is, which only moves down as the rows do.
    let mut nearest = vec![0_usize; columns.len()];
    let mut from = from.to_vec();
    from.sort_unstable_by_key(|pixel| (pixel.row, pixel.column));
    let mut squares = Vec::with_capacity(from.len());
    let mut envelope = Vec::new();
    for line in from.chunk_by(|a, b| a.row == b.row) {
        let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
        lower_envelope(&columns, &mut nearest, (first.row, first.column, last.column), &mut envelope);
        read(line, &envelope, &mut squares);
    }
    squares
}

/// A column that is the nearest from `since` on, at this squared distance along its rows.
#[derive(Clone, Copy)]
struct Parabola {
    since: i64,
    column: i64,
    square: i64,
}

impl Parabola {
    fn at(self, column: i64) -> i64 {
        (column - self.column).pow(2) + self.square
    }
}

/// The nearest columns from `low` to `high` in `row`.
fn lower_envelope(
    columns: &[&[Pixel]],
    nearest: &mut [usize],
    (row, low, high): (i64, i64, i64),
    envelope: &mut Vec<Parabola>,
) {
    envelope.clear();
    for (pixels, at) in columns.iter().zip(nearest) {
        let distance = |at: usize| pixels.get(at).map(|pixel| (pixel.row - row).abs());
        while distance(*at + 1).is_some_and(|next| Some(next) <= distance(*at)) {
            *at += 1;
        }
        let Some(pixel) = pixels.get(*at) else { continue };
        let mut here = Parabola { since: low, column: pixel.column, square: (pixel.row - row).pow(2) };
        while envelope.last().is_some_and(|last| last.at(last.since) > here.at(last.since)) {
            envelope.pop();
        }
        if let Some(last) = envelope.last() {
            let ahead = here.column.pow(2) - last.column.pow(2) + here.square - last.square;
            here.since = ahead.div_euclid(2 * (here.column - last.column)) + 1;
        }
        if here.since <= high {
            envelope.push(here);
        }
    }
}

/// The squared distances of one line of pixels.
fn read(line: &[Pixel], envelope: &[Parabola], squares: &mut Vec<i64>) {
    let mut at = 0;
    for pixel in line {
        while envelope.get(at + 1).is_some_and(|next| next.since <= pixel.column) {
            at += 1;
        }
        squares.extend(envelope.get(at).map(|parabola| parabola.at(pixel.column)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Metric, MetricError, Params};

    fn score(truth: &str, prediction: &str, height: f64, width: f64) -> Result<f64, MetricError> {
        let masks = |mask: &str| Values::Texts([mask].into_iter().collect());
        let truth = [masks(truth), Values::Numbers(vec![height]), Values::Numbers(vec![width])];
        HAUSDORFF95.score(&Params::default(), Input::new(&truth, &[masks(prediction)]))
    }

    #[test]
    fn the_inside_of_a_mask_is_no_surface() {
        // Five by five, full: the border is left.
        assert_eq!(surface(&spans("1 25", 5.0)).len(), 16);
        assert_eq!(surface(&spans("1 3 4 22", 5.0)).len(), 16);
        // A hole in the middle makes its four neighbours surface.
        assert_eq!(surface(&spans("1 12 14 12", 5.0)).len(), 20);
    }

    #[test]
    fn two_pixels_are_as_far_apart_as_they_are() {
        // Column 0, row 0 and column 4, row 3 of a ten by ten image.
        assert_eq!(score("1 1", "44 1", 10.0, 10.0), Ok(5.0));
        assert_eq!(score("1 25", "1 25", 5.0, 5.0), Ok(0.0));
    }

    #[test]
    fn an_empty_mask_is_as_far_as_the_image_is_wide() {
        assert_eq!(score("-", "-", 3.0, 4.0), Ok(0.0));
        assert_eq!(score("-", "1 1", 3.0, 4.0), Ok(5.0));
        assert_eq!(score("1 1", "-", 3.0, 4.0), Ok(5.0));
    }

    #[test]
    fn without_height_and_width_there_is_no_distance() {
        let masks = [Values::Texts(["1 1"].into_iter().collect())];
        let error = HAUSDORFF95.check(&Params::default(), &masks).unwrap_err();
        assert_eq!(error.problem, Problem::NoSizes);
    }

    #[test]
    fn distances_are_those_to_the_nearest_of_all_pixels() {
        let pixels = |step: i64, count: i64| -> Vec<Pixel> {
            let mut pixels: Vec<Pixel> =
                (0..count).map(|n| Pixel { column: n * step % 23, row: n * n * step % 31 }).collect();
            pixels.sort_unstable();
            pixels.dedup();
            pixels
        };
        let (from, to) = (pixels(7, 60), pixels(5, 9));
        let mut expected: Vec<i64> = from
            .iter()
            .map(|a| to.iter().map(|b| (a.column - b.column).pow(2) + (a.row - b.row).pow(2)).min().unwrap())
            .collect();
        let mut squares = squared_distances(&from, &to);
        squares.sort_unstable();
        expected.sort_unstable();
        assert_eq!(squares, expected);
    }
}
