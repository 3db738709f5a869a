//! Collecting what was measured, and saying it: a Markdown table for people, JSON for programs.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::say;

/// Measured durations.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<u32>);

impl Samples {
    /// Adds one, in microseconds up to an hour.
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The value that `share` percent are not above, in milliseconds; nothing of nothing.
    pub(crate) fn at(&mut self, share: usize) -> Option<f64> {
        if self.0.is_empty() {
            return None;
        }
        let place = ((self.0.len() * share).div_ceil(100)).clamp(1, self.0.len()) - 1;
        let (_, value, _) = self.0.select_nth_unstable(place);
        Some(f64::from(*value) / 1000.0)
    }
}

/// One table: what, measured, aim.
#[derive(Default)]
pub(crate) struct Report {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    json: Map<String, Value>,
}

impl Report {
    pub(crate) fn new(title: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(ToString::to_string).collect();
        Self { title: title.to_owned(), columns, ..Self::default() }
    }

    pub(crate) fn row(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(ToString::to_string).collect());
    }

    pub(crate) fn value(&mut self, name: &str, value: impl Into<Value>) {
        self.json.insert(name.to_owned(), value.into());
    }

    /// The table, and below it one line of JSON.
    pub(crate) fn print(&self) {
        say(&format!("\n{}\n", self.title));
        let line = |cells: &[String]| say(&format!("| {} |", cells.join(" | ")));
        line(&self.columns);
        say(&format!("|{}", "---|".repeat(self.columns.len())));
        for row in &self.rows {
            line(row);
        }
        say(&format!("\n{}", Value::Object(self.json.clone())));
    }
}

/// Milliseconds as people read them.
pub(crate) fn ms(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value < 10.0 => format!("{value:.1} ms"),
        Some(value) if value < 1000.0 => format!("{value:.0} ms"),
        Some(value) => format!("{:.1} s", value / 1000.0),
    }
}

/// A count with commas, such as 12,345.
pub(crate) fn count(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let mut samples = Samples::default();
        assert_eq!(samples.at(50), None);
        for millis in (1..=100).rev() {
            samples.add(Duration::from_millis(millis));
        }
        assert_eq!((samples.at(50), samples.at(99), samples.at(100)), (Some(50.0), Some(99.0), Some(100.0)));
    }

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(count(1_234_567.0), "1,234,567");
        assert_eq!(count(999.0), "999");
        assert_eq!(ms(Some(1500.0)), "1.5 s");
        assert_eq!(ms(Some(4.21)), "4.2 ms");
    }
}
