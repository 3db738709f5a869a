//! Run-length encoded masks, held against pixels one by one.

use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};

use crate::csv::{Ids, mask};
use crate::fit;
use crate::metric::{self, Input};
use crate::runs::{Run, runs};
use crate::values::Values;

/// Takes two masks as text, as numbers, or as pixels of a small image.
pub fn masks(data: &[u8]) {
    // Bytes that are too few to choose from are no case.
    let _ = case(Unstructured::new(data));
}

fn case(mut bytes: Unstructured<'_>) -> Result<()> {
    match bytes.arbitrary::<u8>()? % 3 {
        0 => {
            let area = bytes.arbitrary::<u32>()?;
            let text = String::from_utf8_lossy(bytes.take_rest());
            let (a, b) = text.split_once('/').unwrap_or((&text, "-"));
            texts(a.trim(), b.trim(), u64::from(area));
        }
        1 => {
            let area = bytes.int_in_range(0..=1_000_000_000_000)?;
            let (a, b) = (numbers(&mut bytes)?, numbers(&mut bytes)?);
            texts(&a, &b, area);
        }
        _ => {
            let (height, width) = (bytes.int_in_range(1..=12)?, bytes.int_in_range(1..=12)?);
            let (a, b) = (image(height * width, &mut bytes)?, image(height * width, &mut bytes)?);
            let (a_text, b_text) = (written(&a, &mut bytes)?, written(&b, &mut bytes)?);
            texts(&a_text, &b_text, height * width);
            let (found, expected) = (hausdorff(&a_text, &b_text, height, width), distance(&a, &b, height, width));
            assert!(
                (found - expected).abs() <= 1e-12 * expected.max(1.0),
                "{a_text} / {b_text}: {found} and not {expected}"
            );
        }
    }
    Ok(())
}

/// Rising runs, mostly; steps of every size.
fn numbers(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut free = 1_u32;
    let mut numbers = Vec::new();
    for _ in 0..bytes.int_in_range(0..=12)? {
        let step = |bytes: &mut Unstructured<'_>| -> Result<u32> {
            Ok(bytes.arbitrary::<u32>()? >> bytes.int_in_range(0..=31)?)
        };
        let (start, length) = (free.saturating_add(step(bytes)?), step(bytes)?);
        free = start.saturating_add(length);
        numbers.extend([start.to_string(), length.to_string()]);
    }
    Ok(if numbers.is_empty() { "-".to_owned() } else { numbers.join(" ") })
}

/// What holds for any two texts, and for an image of `area` pixels.
fn texts(a: &str, b: &str, area: u64) {
    for text in [a, b] {
        let expected = plainly(text);
        assert_eq!(mask(text).is_ok(), expected.is_some(), "{text:?}");
        let Some(expected) = expected else { continue };
        let found: Vec<Run> = runs(text).collect();
        assert_eq!(found, expected, "{text:?}");
        let canonical = canonical(&found);
        assert!(mask(&canonical).is_ok(), "{text:?}: {canonical:?}");
        assert_eq!(joined(runs(&canonical)), joined(found.iter().copied()), "{text:?}: {canonical:?}");
        let inside = found.last().is_none_or(|run| run.end <= area);
        let ids = Ids::from_csv(b"id\na\n", "id").unwrap_or_default();
        let fits = fit::masks(format!("id,rle\na,{text}\n").as_bytes(), "id", &ids, "rle", &column(text), &[area]);
        assert_eq!(fits.is_ok(), inside, "{text:?} in {area}");
    }
    let (Some(first), Some(second)) = (plainly(a), plainly(b)) else { return };
    let pixels = |runs: &[Run]| runs.iter().map(|run| u128::from(run.end - run.start)).sum::<u128>();
    let both = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
    let both: u128 = both.map(|(a, b)| u128::from(a.end.min(b.end).saturating_sub(a.start.max(b.start)))).sum();
    let all = pixels(&first) + pixels(&second);
    let ratio = |part: u128, whole: u128| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    for (id, expected) in [("dice", ratio(2 * both, all)), ("iou", ratio(both, all - both))] {
        let score = |a: &str, b: &str| score(id, &[column(a)], &[column(b)]);
        let found = score(a, b);
        assert!((0.0..=1.0).contains(&found) && (found - expected).abs() < 1e-12, "{id} of {a:?} and {b:?}: {found}");
        assert_eq!(found.to_bits(), score(b, a).to_bits());
        assert_eq!(score(a, a).to_bits(), 1.0_f64.to_bits());
    }
}

fn column(text: &str) -> Values {
    Values::Texts([text].into_iter().collect())
}

fn score(id: &str, truth: &[Values], prediction: &[Values]) -> f64 {
    let score = metric::find(id).map(|metric| metric.score(&metric::Params::default(), Input::new(truth, prediction)));
    score.and_then(std::result::Result::ok).unwrap_or(f64::NAN)
}

/// The runs of a text, if it is a mask at all: read as plainly as can be.
fn plainly(text: &str) -> Option<Vec<Run>> {
    if text == "-" {
        return Some(Vec::new());
    }
    let numbers: Option<Vec<u64>> = text.split_ascii_whitespace().map(|number| number.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| numbers.len() % 2 == 0)?;
    let mut free = 1;
    let mut runs = Vec::new();
    for pair in numbers.chunks(2) {
        let (start, length) = (pair[0], pair[1]);
        let allowed = 1..=u64::from(u32::MAX);
        if !allowed.contains(&start) || !allowed.contains(&length) || start < free {
            return None;
        }
        free = start + length;
        runs.push(Run { start: start - 1, end: free - 1 });
    }
    Some(runs)
}

/// Runs that touch as one.
fn joined(runs: impl Iterator<Item = Run>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for run in runs {
        match all.last_mut() {
            Some(last) if last.end == run.start => last.end = run.end,
            _ => all.push(run),
        }
    }
    all
}

/// The shortest text of these pixels; a run longer than a number may be is written as several.
fn canonical(runs: &[Run]) -> String {
    let most = u64::from(u32::MAX);
    let mut numbers = Vec::new();
    for run in joined(runs.iter().copied()) {
        let mut start = run.start;
        while start < run.end {
            // A start beyond the largest number cannot be written: only a run's own start is known to fit.
            let known = runs.iter().map(|run| run.start).filter(|&known| known > start && known < run.end);
            let end = if run.end - start <= most {
                run.end
            } else {
                known.take_while(|at| at - start <= most).last().unwrap_or(run.end)
            };
            numbers.push(format!("{} {}", start + 1, end - start));
            start = end;
        }
    }
    if numbers.is_empty() { "-".to_owned() } else { numbers.join(" ") }
}

fn image(pixels: u64, bytes: &mut Unstructured<'_>) -> Result<Vec<bool>> {
    let mut image = Vec::new();
    while (image.len() as u64) < pixels {
        let (value, count) = (bytes.arbitrary::<bool>()?, bytes.int_in_range(1..=24)?);
        image.extend(std::iter::repeat_n(value, count));
    }
    image.truncate(usize::try_from(pixels).unwrap_or(0));
    Ok(image)
}

/// An image as runs, some of them cut in two.
fn written(image: &[bool], bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut numbers = Vec::new();
    let mut start = 1;
    for run in image.chunk_by(|a, b| a == b) {
        let cut = if run.len() > 1 && bytes.ratio(1, 4)? { run.len() / 2 } else { 0 };
        for length in [cut, run.len() - cut] {
            if run[0] && length > 0 {
                numbers.push(format!("{start} {length}"));
            }
            start += length;
        }
    }
    Ok(if numbers.is_empty() { "-".to_owned() } else { numbers.join(" ") })
}

fn hausdorff(a: &str, b: &str, height: u64, width: u64) -> f64 {
    let size = |side: u64| Values::Numbers(vec![side as f64]);
    score("hausdorff95", &[column(a), size(height), size(width)], &[column(b)])
}

/// The same by its definition: every pixel of one surface against every one of the other.
fn distance(a: &[bool], b: &[bool], height: u64, width: u64) -> f64 {
    let surface = |image: &[bool]| -> BTreeSet<(i64, i64)> {
        let height = i64::try_from(height).unwrap_or(1);
        let pixels = (0..).zip(image).filter(|(_, inside)| **inside).map(|(at, _)| (at / height, at % height));
        let pixels: BTreeSet<(i64, i64)> = pixels.collect();
        let beside = |&(x, y): &(i64, i64)| [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)];
        pixels.iter().filter(|pixel| beside(pixel).iter().any(|next| !pixels.contains(next))).copied().collect()
    };
    let (a, b) = (surface(a), surface(b));
    if a.is_empty() != b.is_empty() {
        return (height as f64).hypot(width as f64);
    }
    let far = |from: &BTreeSet<(i64, i64)>, to: &BTreeSet<(i64, i64)>| {
        let nearest = |p: &(i64, i64)| to.iter().map(|q| (p.0 - q.0).pow(2) + (p.1 - q.1).pow(2)).min().unwrap_or(0);
        let mut squares: Vec<i64> = from.iter().map(nearest).collect();
        squares.sort_unstable();
        let hundredths = 95 * (squares.len() - 1);
        let at = |place: usize| (squares[place.min(squares.len() - 1)] as f64).sqrt();
        let (low, high) = (at(hundredths / 100), at(hundredths / 100 + 1));
        low + (high - low) * ((hundredths % 100) as f64 / 100.0)
    };
    if a.is_empty() { 0.0 } else { far(&a, &b).max(far(&b, &a)) }
}
