//! A whole file as texts, for files that organizers write: splitting and committing a solution.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::bytes::{Sniffed, encoding_of, sniff};
use super::errors::{Detail, ErrorKind, FileError, FileErrors};
use super::records::{Record, Records, Sink, Unreadable};

/// Header and rows, all trimmed; every row has as many fields as the header.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// # Errors
    /// The first thing that keeps the bytes from being a table.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, FileErrors> {
        let skip = match sniff(bytes.get(..super::bytes::HEAD).unwrap_or(bytes)) {
            Sniffed::Text { skip } => skip,
            Sniffed::Refused { kind, detail } => return Err(FileErrors::one(FileError::of_file(kind, detail))),
        };
        let mut reading = Reading::default();
        let mut records = Records::default();
        if records.push(bytes.get(skip..).unwrap_or_default(), &mut reading).is_continue() {
            records.finish(&mut reading);
        }
        match reading.error {
            Some(error) => Err(FileErrors::one(error)),
            None if reading.table.header.is_empty() => {
                Err(FileErrors::one(FileError::of_file(ErrorKind::EmptyFile, Detail::None)))
            }
            None => Ok(reading.table),
        }
    }

    /// The place of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub(crate) fn column(&self, name: &str) -> Result<usize, FileErrors> {
        self.header.iter().position(|column| column == name).ok_or_else(|| {
            FileErrors::one(FileError {
                column: Some(name.to_owned()),
                ..FileError::of_file(ErrorKind::MissingColumn, Detail::None)
            })
        })
    }

    /// As CSV: LF, quotes only where a field needs them.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut text = String::new();
        for row in std::iter::once(&self.header).chain(&self.rows) {
            for (at, field) in row.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&quoted(field));
            }
            text.push('\n');
        }
        text.into_bytes()
    }
}

/// The names in the first line that is not empty, trimmed; none where the bytes are not text.
pub fn column_names(bytes: &[u8]) -> Vec<String> {
    let Sniffed::Text { skip } = sniff(bytes.get(..super::bytes::HEAD).unwrap_or(bytes)) else { return Vec::new() };
    let mut reading = Reading { only_header: true, ..Reading::default() };
    let mut records = Records::default();
    if records.push(bytes.get(skip..).unwrap_or_default(), &mut reading).is_continue() {
        records.finish(&mut reading);
    }
    reading.table.header
}

fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(field)
    }
}

#[derive(Default)]
struct Reading {
    table: Table,
    error: Option<FileError>,
    only_header: bool,
}

impl Sink for Reading {
    fn record(&mut self, record: Record<'_>) -> ControlFlow<()> {
        let mut start = 0;
        let mut fields = Vec::with_capacity(record.ends.len());
        for &end in record.ends {
            let Ok(field) = str::from_utf8(record.bytes.get(start..end).unwrap_or_default()) else {
                let detail = Detail::Encoding(encoding_of(record.bytes));
                self.error = Some(FileError::at(record.line, None, None, ErrorKind::Encoding, detail));
                return ControlFlow::Break(());
            };
            fields.push(field.trim().to_owned());
            start = end;
        }
        if self.table.header.is_empty() {
            self.table.header = fields;
            return if self.only_header { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        }
        let (expected, found) = (self.table.header.len(), fields.len());
        if expected != found {
            let kind = if found < expected { ErrorKind::TooFewFields } else { ErrorKind::TooManyFields };
            let detail = Detail::Count { expected: expected as u64, found: found as u64 };
            self.error = Some(FileError::at(record.line, None, None, kind, detail));
            return ControlFlow::Break(());
        }
        self.table.rows.push(fields);
        ControlFlow::Continue(())
    }

    fn unreadable(&mut self, why: Unreadable) {
        let (line, kind) = match why {
            Unreadable::UnterminatedQuote { line } => (line, ErrorKind::UnterminatedQuote),
            Unreadable::TooLong { line } => (line, ErrorKind::RowTooLong),
        };
        self.error = Some(FileError::at(line, None, None, kind, Detail::None));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_written_as_it_was_read_but_for_its_clothes() {
        let table = Table::read("\u{feff}id , x\r\n\"a,1\",\"say \"\"hi\"\"\"\r\n b ,2".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(table.write()).unwrap(), "id,x\n\"a,1\",\"say \"\"hi\"\"\"\nb,2\n");
        assert_eq!(Table::read(&table.write()).unwrap(), table);
    }

    #[test]
    fn column_names_are_those_of_the_first_line_with_text_whatever_follows() {
        assert_eq!(
            column_names("\u{feff}\nid,\"a, b\" ,\"say \"\"x\"\"\"\n\"open".as_bytes()),
            ["id", "a, b", "say \"x\""]
        );
        assert_eq!(column_names(b"\x89PNG\r\n\x1a\n"), Vec::<String>::new());
        assert_eq!(column_names(b""), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        let kind = |bytes: &[u8]| Table::read(bytes).unwrap_err().first.remove(0);
        assert_eq!((kind(b"a,b\n1\n").kind, kind(b"a,b\n1\n").line), (ErrorKind::TooFewFields, Some(2)));
        assert_eq!(kind(b"").kind, ErrorKind::EmptyFile);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n").kind, ErrorKind::Format);
        assert_eq!(kind(b"a\n\xb0\xa1\n").kind, ErrorKind::Encoding);
        assert_eq!(kind(b"a\n\"x\n").kind, ErrorKind::UnterminatedQuote);
    }
}
