//! The values of one column while a file is read.

use super::errors::{Detail, ErrorKind};
use super::value;
use crate::schema::ColumnKind;
use crate::text_table::{Insert, TextTable};
use crate::values::{Texts, Values};

/// What is remembered of one column.
#[derive(Debug)]
pub(super) struct Store {
    classes: TextTable,
    range: Option<(f64, f64)>,
    keep: bool,
    numbers: Vec<f64>,
    codes: Vec<u32>,
    letters: String,
    spans: Vec<(usize, usize)>,
}

impl Store {
    pub(super) fn new(kind: &ColumnKind) -> Self {
        let mut classes = TextTable::default();
        if let ColumnKind::Label { classes: names } = kind {
            for name in names {
                classes.insert(name);
            }
        }
        Self {
            classes,
            range: None,
            keep: false,
            numbers: Vec::new(),
            codes: Vec::new(),
            letters: String::new(),
            spans: Vec::new(),
        }
    }

    /// Keeps the values, with room for `rows` of them.
    pub(super) fn keep(&mut self, kind: &ColumnKind, rows: usize) {
        self.keep = true;
        match kind {
            ColumnKind::Number
            | ColumnKind::Probability
            | ColumnKind::Amount
            | ColumnKind::Weight
            | ColumnKind::Size => self.numbers = vec![f64::NAN; rows],
            ColumnKind::Label { .. } => self.codes = vec![0; rows],
            ColumnKind::Items | ColumnKind::Gains | ColumnKind::Mask => self.spans = vec![(0, 0); rows],
        }
    }

    /// Smallest and largest number.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    /// Checks a field and keeps its value when it has a place. Gives the number it is; 0 for what is none.
    pub(super) fn take(
        &mut self,
        text: &str,
        kind: &ColumnKind,
        position: Option<usize>,
    ) -> Result<f64, value::Refusal> {
        if text.is_empty() && !matches!(kind, ColumnKind::Items | ColumnKind::Gains) {
            return Err(value::empty(kind));
        }
        match kind {
            ColumnKind::Number => return Ok(self.take_number(value::number(text)?, position)),
            ColumnKind::Amount => {
                return Ok(self.take_number(value::amount(text, ErrorKind::Negative)?, position));
            }
            ColumnKind::Weight => {
                return Ok(self.take_number(value::amount(text, ErrorKind::BadWeight)?, position));
            }
            ColumnKind::Size => return Ok(self.take_number(value::size(text)?, position)),
            ColumnKind::Probability => return Ok(self.take_number(value::probability(text)?, position)),
            ColumnKind::Label { classes } => {
                let guess = position.and_then(|row| row.checked_sub(1)).and_then(|row| self.codes.get(row));
                let guess = guess.map_or(0, |code| *code as usize);
                let code = match self.classes.find(text.as_bytes(), guess) {
                    Some(code) => code,
                    None if classes.is_empty() && self.keep => match self.classes.insert(text) {
                        Insert::Old(code) | Insert::New(code) => code,
                    },
                    None if classes.is_empty() => return Ok(0.0),
                    None => return Err((ErrorKind::UnknownLabel, Detail::None)),
                };
                let code = u32::try_from(code).unwrap_or(u32::MAX);
                put(&mut self.codes, position.filter(|_| self.keep), code);
            }
            ColumnKind::Items => self.take_text(value::items(text)?, position),
            ColumnKind::Gains => self.take_text(value::gains(text)?, position),
            ColumnKind::Mask => self.take_text(value::mask(text)?, position),
        }
        Ok(0.0)
    }

    /// Whether the kept value at a position is this one.
    pub(super) fn holds(&self, text: &str, position: usize) -> bool {
        let label = self.codes.get(position).and_then(|&code| self.classes.get(code as usize));
        let number = self.numbers.get(position);
        label == Some(text) || number.is_some_and(|number| value::number(text).as_ref() == Ok(number))
    }

    /// What to say about a refused field. It looks through all classes, so only for an error that is kept.
    pub(super) fn detail(&self, text: &str, (kind, detail): value::Refusal) -> Detail {
        match kind {
            ErrorKind::UnknownLabel => value::instead_of_label(text, &self.classes),
            _ => detail,
        }
    }

    fn take_text(&mut self, text: &str, position: Option<usize>) {
        if self.keep && position.is_some() {
            let begin = self.letters.len();
            self.letters.push_str(text);
            put(&mut self.spans, position, (begin, self.letters.len()));
        }
    }

    fn take_number(&mut self, number: f64, position: Option<usize>) -> f64 {
        let (low, high) = self.range.unwrap_or((number, number));
        self.range = Some((low.min(number), high.max(number)));
        put(&mut self.numbers, position.filter(|_| self.keep), number);
        number
    }

    /// The kept values.
    pub(super) fn values(self, kind: &ColumnKind) -> Values {
        match kind {
            ColumnKind::Number
            | ColumnKind::Probability
            | ColumnKind::Amount
            | ColumnKind::Weight
            | ColumnKind::Size => Values::Numbers(self.numbers),
            ColumnKind::Label { .. } => {
                Values::Labels { classes: self.classes.iter().map(str::to_owned).collect(), codes: self.codes }
            }
            ColumnKind::Items | ColumnKind::Gains | ColumnKind::Mask => {
                Values::Texts(Texts::new(self.letters, self.spans))
            }
        }
    }
}

/// Writes at a position; one past the end appends. Gaps come only from rows with errors, whose values nobody uses.
fn put<T: Clone>(values: &mut Vec<T>, position: Option<usize>, value: T) {
    let Some(position) = position else { return };
    if position >= values.len() {
        values.resize(position + 1, value);
    } else if let Some(place) = values.get_mut(position) {
        *place = value;
    }
}
