//! Checks the records of a file against a plan, one by one.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::bytes::encoding_of;
use super::errors::{Detail, ErrorKind, FileError, FileErrors, NAMED, excerpt};
use super::header::{self, Header};
use super::ids::Ids;
use super::plan::{Plan, Read, ReadColumn, adds_up};
use super::records::{Record, Sink, Unreadable};
use super::series::{self, Series};
use super::store::Store;
use super::value;
use crate::schema::ColumnKind;
use crate::text_table::{Insert, TextTable};

/// What is known of the file so far: its header, its ids, its values and what is wrong.
#[derive(Debug)]
pub(super) struct RowChecker {
    pub(super) plan: Plan,
    header: Option<Header>,
    /// Given, or else collected in `collected`.
    pub(super) ids: Option<Ids>,
    collected: TextTable,
    /// By position: the line where the id came; 0 when it has not come yet.
    pub(super) lines: Vec<u64>,
    /// Where the next id is expected.
    next: usize,
    series: Series,
    columns: Vec<Store>,
    keeps_values: bool,
    pub(super) count: u64,
    pub(super) errors: FileErrors,
    /// Pixels of each image, by position, where masks must fit into them.
    pub(super) areas: Option<Arc<[u64]>>,
    /// Nothing below can be understood.
    pub(super) stopped: bool,
}

impl RowChecker {
    pub(super) fn new(plan: Plan, ids: Option<Ids>) -> Self {
        let columns = plan.columns.iter().map(|column| Store::new(&column.kind)).collect();
        let lines = vec![0; ids.as_ref().map_or(0, Ids::len)];
        Self {
            plan,
            header: None,
            ids,
            collected: TextTable::default(),
            lines,
            next: 0,
            series: Series::default(),
            columns,
            keeps_values: false,
            count: 0,
            errors: FileErrors::default(),
            areas: None,
            stopped: false,
        }
    }

    pub(super) fn keep_values(&mut self) {
        self.keeps_values = true;
        let rows = if self.plan.repeats { 0 } else { self.lines.len() };
        for (store, column) in self.columns.iter_mut().zip(&self.plan.columns) {
            store.keep(&column.kind, rows);
        }
    }

    pub(super) fn stop(&mut self, error: FileError) {
        self.errors.add(error.kind, || error);
        self.stopped = true;
    }

    fn header(&mut self, line: u64, text: &str, ends: &[usize]) -> ControlFlow<()> {
        let mut start = 0;
        let mut names = Vec::with_capacity(ends.len());
        for &end in ends {
            names.push(text.get(start..end).unwrap_or_default().trim());
            start = end;
        }
        let is_id = self.ids.as_ref().is_some_and(|ids| names.iter().any(|name| ids.position(name, 0).is_some()));
        self.header = header::read(line, &names, &self.plan, is_id, &mut self.errors);
        if self.header.is_none() {
            self.stopped = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn row(&mut self, record: &Record<'_>, text: &str) {
        let Some(header) = self.header.take() else { return };
        self.check(record, text, &header);
        self.header = Some(header);
    }

    fn check(&mut self, record: &Record<'_>, text: &str, header: &Header) {
        let line = record.line;
        self.count += 1;
        let field = |at: usize| -> Option<&str> {
            let start = at.checked_sub(1).and_then(|before| record.ends.get(before)).copied().unwrap_or(0);
            text.get(start..*record.ends.get(at)?).map(str::trim)
        };
        if self.count == 1 && record.ends.len() == header.fields + 1 && self.has_row_names(header, &field) {
            let (kind, detail) = (ErrorKind::TooManyFields, Detail::RowNames);
            self.stop(FileError::at(line, None, field(0), kind, detail));
            return;
        }
        let whole = record.ends.len() == header.fields;
        let position = match header.id {
            Some(at) => field(at).and_then(|id| self.place(line, id)),
            None => None,
        };
        if let Some(at) = record.stray_quote {
            let name = self.name_of(header, at).map(str::to_owned);
            self.errors.add(ErrorKind::StrayQuote, || {
                FileError::at(line, name.as_deref(), field(at), ErrorKind::StrayQuote, Detail::None)
            });
            return;
        }
        if !whole {
            let (expected, found) = (header.fields as u64, record.ends.len() as u64);
            let kind = if found < expected { ErrorKind::TooFewFields } else { ErrorKind::TooManyFields };
            self.errors.add(kind, || FileError::at(line, None, None, kind, Detail::Count { expected, found }));
            return;
        }
        let event = self.plan.repeats.then(|| {
            let named = |name: &str| {
                let at = self.plan.columns.iter().position(|column| column.name == name)?;
                header.columns.get(at).copied().flatten().and_then(field)
            };
            // Only a solution says which series have no events.
            self.series.row(position, series::Fields::of(named), self.ids.is_none())
        });
        if let Some((column, value, kind)) = event.as_ref().and_then(|event| event.fault) {
            self.errors.add(kind, || FileError::at(line, Some(column), value, kind, Detail::None));
        }
        let first = position.and_then(|at| self.lines.get(at)).copied().unwrap_or(0);
        let mut is_right = true;
        // Absent once a number of the row is missing or wrong.
        let mut sum = self.plan.sums_to_one.then_some(0.0);
        for ((store, column), at) in self.columns.iter_mut().zip(&self.plan.columns).zip(&header.columns) {
            let Some(text) = at.and_then(field) else {
                sum = None;
                continue;
            };
            let of_event = event.as_ref().filter(|_| !column.optional);
            if of_event.is_some_and(|event| event.is_none) {
                continue;
            }
            if event.is_some() && column.optional && first != 0 && position.is_some_and(|at| !store.holds(text, at)) {
                let (kind, detail) = (ErrorKind::UnevenSeries, Detail::FirstLine(first));
                self.errors.add(kind, || FileError::at(line, Some(&column.name), Some(text), kind, detail));
                continue;
            }
            let taken = store.take(text, &column.kind, of_event.map_or(position, |event| event.place));
            let area = position.and_then(|at| self.areas.as_ref()?.get(at)).filter(|_| column.kind == ColumnKind::Mask);
            match taken.and_then(|number| value::inside(text, area.copied()).map(|()| number)) {
                Ok(number) => sum = sum.map(|sum| sum + number),
                Err(refusal) => {
                    sum = None;
                    is_right &= !column.optional;
                    let kind = refusal.0;
                    let value = (!text.is_empty()).then_some(text);
                    self.errors.add(kind, || {
                        FileError::at(line, Some(&column.name), value, kind, store.detail(text, refusal))
                    });
                }
            }
        }
        if let Some(sum) = sum.filter(|&sum| !adds_up(sum)) {
            let kind = ErrorKind::RowSum;
            self.errors.add(kind, || FileError::at(line, None, None, kind, Detail::Sum(sum)));
        }
        // The other rows of a series are compared with its first one whose shared values are right.
        let first = position.and_then(|at| self.lines.get_mut(at)).filter(|first| **first == 0);
        if let Some(first) = first.filter(|_| is_right) {
            *first = line;
        }
    }

    /// Whether the first row has its id one field further: behind a name of the row, as R writes it.
    fn has_row_names<'a>(&self, header: &Header, field: &impl Fn(usize) -> Option<&'a str>) -> bool {
        match &self.ids {
            Some(ids) if !ids.is_empty() => {
                header.id.and_then(|at| field(at + 1)).is_some_and(|id| ids.position(id, 0).is_some())
            }
            _ => field(0) == Some("1"),
        }
    }

    /// The row's position by its id; absent when the id is wrong or was there before.
    fn place(&mut self, line: u64, id: &str) -> Option<usize> {
        let column = Some(self.plan.id.as_str());
        if id.is_empty() {
            let kind = ErrorKind::EmptyId;
            self.errors.add(kind, || FileError::at(line, column, None, kind, Detail::None));
            return None;
        }
        let position = match &self.ids {
            Some(ids) if ids.is_empty() => return None,
            Some(ids) => {
                let Some(position) = ids.position(id, self.next) else {
                    let kind = ErrorKind::UnknownId;
                    self.errors.add(kind, || FileError::at(line, column, Some(id), kind, Detail::None));
                    return None;
                };
                self.next = if self.plan.repeats { position } else { position + 1 };
                position
            }
            None => match self.collected.insert(id) {
                Insert::Old(position) => position,
                Insert::New(position) => {
                    self.lines.push(0);
                    position
                }
            },
        };
        if self.plan.repeats {
            return Some(position);
        }
        let first = self.lines.get_mut(position)?;
        if *first != 0 {
            let (kind, detail) = (ErrorKind::DuplicateId, Detail::FirstLine(*first));
            self.errors.add(kind, || FileError::at(line, column, Some(id), kind, detail));
            return None;
        }
        *first = line;
        Some(position)
    }

    fn name_of(&self, header: &Header, at: usize) -> Option<&str> {
        if header.id == Some(at) {
            return Some(&self.plan.id);
        }
        let index = header.columns.iter().position(|column| *column == Some(at))?;
        self.plan.columns.get(index).map(|column| column.name.as_str())
    }

    pub(super) fn finish(mut self, bytes: u64) -> Result<Read, FileErrors> {
        if !self.stopped {
            if self.header.is_none() {
                self.stop(FileError::of_file(ErrorKind::EmptyFile, Detail::None));
            } else if self.count == 0 {
                self.stop(FileError::of_file(ErrorKind::NoRows, Detail::None));
            } else if !self.plan.repeats {
                self.report_missing();
            }
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let header = self.header;
        let present =
            |index: usize| header.as_ref().and_then(|header| header.columns.get(index)).is_some_and(Option::is_some);
        let columns = self.columns.into_iter().zip(self.plan.columns).enumerate().map(|(index, (store, column))| {
            let range = store.range();
            let values = store.values(&column.kind);
            ReadColumn { name: column.name, present: present(index), range, values }
        });
        let ids = self.ids.unwrap_or_else(|| Ids::from_table(self.collected));
        let series = (self.plan.repeats && self.keeps_values).then(|| {
            let values = self.series.values(&ids);
            ReadColumn { name: self.plan.id, present: true, range: None, values }
        });
        Ok(Read { columns: series.into_iter().chain(columns).collect(), ids, rows: self.count, bytes })
    }

    /// Ids that never came: one error that names the smallest few, for the order of a solution may tell something. Not told
    /// when the id column itself is missing.
    fn report_missing(&mut self) {
        let has_ids = self.header.as_ref().is_some_and(|header| header.id.is_some());
        let Some(ids) = self.ids.as_ref().filter(|_| has_ids) else { return };
        let (mut count, mut smallest) = (0, Vec::with_capacity(NAMED + 1));
        for id in ids.iter().zip(&self.lines).filter(|(_, line)| **line == 0).map(|(id, _)| id) {
            count += 1;
            let at = smallest.partition_point(|&known| known < id);
            if at < NAMED {
                smallest.insert(at, id);
                smallest.truncate(NAMED);
            }
        }
        if count > 0 {
            let first = smallest.into_iter().map(excerpt).collect();
            let detail = Detail::Names { count, first };
            let column = Some(excerpt(&self.plan.id));
            let error = FileError { column, ..FileError::of_file(ErrorKind::MissingId, detail) };
            self.errors.add_summary(count, error);
        }
    }
}

impl Sink for RowChecker {
    fn record(&mut self, record: Record<'_>) -> ControlFlow<()> {
        let text = str::from_utf8(record.bytes).ok();
        // Two halves of a letter in neighbouring fields are no letter.
        let text = text.filter(|text| record.ends.iter().all(|&end| text.is_char_boundary(end)));
        let Some(text) = text else {
            let detail = Detail::Encoding(encoding_of(record.bytes));
            self.stop(FileError::at(record.line, None, None, ErrorKind::Encoding, detail));
            return ControlFlow::Break(());
        };
        if self.header.is_none() {
            return self.header(record.line, text, record.ends);
        }
        self.row(&record, text);
        if self.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn unreadable(&mut self, why: Unreadable) {
        let (line, kind) = match why {
            Unreadable::UnterminatedQuote { line } => (line, ErrorKind::UnterminatedQuote),
            Unreadable::TooLong { line } => (line, ErrorKind::RowTooLong),
        };
        self.stop(FileError::at(line, None, None, kind, Detail::None));
    }
}
