//! Splits bytes into records and fields (RFC 4180). Chunks may end anywhere.

use std::ops::{ControlFlow, Deref};

use crate::words::{up_to_comma, word};

/// The longest record that is held in memory, in bytes and separators together.
pub(super) const MAX_RECORD: usize = 4 << 20;

/// One record; borrowed from the reader, valid until the next one.
pub(super) struct Record<'a> {
    /// Physical line of its first byte, from 1.
    pub(super) line: u64,
    /// All fields one after another, without separators and quotes.
    pub(super) bytes: &'a Bytes<'a>,
    /// Where each field ends in `bytes`.
    pub(super) ends: &'a [usize],
    /// The field with text after its closing quote.
    pub(super) stray_quote: Option<usize>,
}

/// The bytes of a record, which may not be text at all.
pub(super) struct Bytes<'a> {
    pub(super) all: &'a [u8],
    /// No line end follows, so the file may have been cut here.
    pub(super) end_the_file: bool,
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.all
    }
}

/// Why no record can be read any more. The line is where the trouble begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    UnterminatedQuote { line: u64 },
    TooLong { line: u64 },
}

/// Takes records as they are completed.
pub(super) trait Sink {
    /// Break ends the reading.
    fn record(&mut self, record: Record<'_>) -> ControlFlow<()>;
    fn unreadable(&mut self, why: Unreadable);
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Plain,
    Quoted,
    /// Just behind a quote inside a quoted field: its end, or the first half of `""`.
    Closing,
    /// Spaces and tabs after a closed field.
    Closed,
}

/// Position in the file and the record that is being read.
#[derive(Debug)]
pub(super) struct Records {
    state: State,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Current physical line.
    line: u64,
    record_line: u64,
    quote_line: u64,
    /// The last byte was a carriage return, so a line feed now belongs to it.
    after_cr: bool,
    had_quote: bool,
    stray_quote: Option<usize>,
}

impl Default for Records {
    fn default() -> Self {
        Self {
            state: State::Plain,
            bytes: Vec::new(),
            ends: Vec::new(),
            line: 1,
            record_line: 1,
            quote_line: 1,
            after_cr: false,
            had_quote: false,
            stray_quote: None,
        }
    }
}

impl Records {
    /// Reads on. Break means that nothing more shall be pushed.
    pub(super) fn push(&mut self, chunk: &[u8], sink: &mut impl Sink) -> ControlFlow<()> {
        let mut rest = chunk;
        while !rest.is_empty() {
            let run = match self.state {
                State::Plain => separator(rest),
                State::Quoted => rest.iter().position(|b| matches!(b, b'"' | b'\n' | b'\r')),
                State::Closing | State::Closed => Some(0),
            }
            .unwrap_or(rest.len());
            if self.bytes.len() + self.ends.len() + run >= MAX_RECORD {
                sink.unreadable(self.too_long());
                return ControlFlow::Break(());
            }
            let (text, tail) = rest.split_at(run);
            if run > 0 {
                self.after_cr = false;
                self.bytes.extend_from_slice(text);
            }
            let Some((&byte, tail)) = tail.split_first() else { break };
            rest = tail;
            match self.state {
                State::Plain => self.plain(byte, sink)?,
                State::Quoted => self.quoted(byte),
                State::Closing | State::Closed => self.closing(byte, sink)?,
            }
        }
        ControlFlow::Continue(())
    }

    /// The end of the file: the last record may lack its line end.
    pub(super) fn finish(&mut self, sink: &mut impl Sink) {
        if self.state == State::Quoted {
            sink.unreadable(Unreadable::UnterminatedQuote { line: self.quote_line });
        } else if !self.bytes.is_empty() || !self.ends.is_empty() || self.had_quote {
            // Break has no meaning after the last record.
            let _ = self.end_record(true, sink);
        }
    }

    fn plain(&mut self, byte: u8, sink: &mut impl Sink) -> ControlFlow<()> {
        let after_cr = std::mem::take(&mut self.after_cr);
        match byte {
            b',' => self.end_field(),
            b'\n' if after_cr => {}
            b'\n' => return self.end_line(sink),
            b'\r' => {
                self.after_cr = true;
                return self.end_line(sink);
            }
            // Spaces before an opening quote are not part of the value.
            b'"' if self.field().iter().all(u8::is_ascii_whitespace) => {
                let start = self.field_start();
                self.bytes.truncate(start);
                self.state = State::Quoted;
                self.quote_line = self.line;
                self.had_quote = true;
            }
            _ => self.bytes.push(byte),
        }
        ControlFlow::Continue(())
    }

    fn quoted(&mut self, byte: u8) {
        let after_cr = std::mem::take(&mut self.after_cr);
        match byte {
            b'"' => {
                self.state = State::Closing;
                return;
            }
            b'\r' => {
                self.after_cr = true;
                self.line += 1;
            }
            b'\n' if !after_cr => self.line += 1,
            _ => {}
        }
        self.bytes.push(byte);
    }

    fn closing(&mut self, byte: u8, sink: &mut impl Sink) -> ControlFlow<()> {
        match byte {
            b'"' if self.state == State::Closing => {
                self.bytes.push(b'"');
                self.state = State::Quoted;
            }
            b',' => self.end_field(),
            b'\n' => return self.end_line(sink),
            b'\r' => {
                self.after_cr = true;
                return self.end_line(sink);
            }
            b' ' => self.state = State::Closed,
            // Kept, for it may be what separates the values; where it is not, values are trimmed.
            b'\t' => {
                self.bytes.push(byte);
                self.state = State::Closed;
            }
            _ => {
                self.stray_quote.get_or_insert(self.ends.len());
                self.bytes.push(byte);
                self.state = State::Plain;
            }
        }
        ControlFlow::Continue(())
    }

    fn field_start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn field(&self) -> &[u8] {
        self.bytes.get(self.field_start()..).unwrap_or_default()
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
        self.state = State::Plain;
    }

    fn end_line(&mut self, sink: &mut impl Sink) -> ControlFlow<()> {
        let flow = self.end_record(false, sink);
        self.line += 1;
        self.record_line = self.line;
        flow
    }

    fn end_record(&mut self, end_the_file: bool, sink: &mut impl Sink) -> ControlFlow<()> {
        // Commas alone are the empty rows of a spreadsheet.
        let blank = !self.had_quote && self.bytes.iter().all(u8::is_ascii_whitespace);
        self.end_field();
        let flow = if blank {
            ControlFlow::Continue(())
        } else {
            sink.record(Record {
                line: self.record_line,
                bytes: &Bytes { all: &self.bytes, end_the_file },
                ends: &self.ends,
                stray_quote: self.stray_quote,
            })
        };
        self.bytes.clear();
        self.ends.clear();
        self.had_quote = false;
        self.stray_quote = None;
        flow
    }

    fn too_long(&self) -> Unreadable {
        match self.state {
            State::Quoted => Unreadable::UnterminatedQuote { line: self.quote_line },
            _ => Unreadable::TooLong { line: self.record_line },
        }
    }
}

/// The first byte that may end a plain field or open a quoted one.
fn separator(bytes: &[u8]) -> Option<usize> {
    for begin in (0..bytes.len()).step_by(8) {
        let mut low = up_to_comma(word(bytes, begin));
        while low != 0 {
            let at = begin + low.trailing_zeros() as usize / 8;
            if matches!(bytes.get(at), Some(b',' | b'\n' | b'\r' | b'"')) {
                return Some(at);
            }
            low &= low - 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Debug, PartialEq)]
    struct Seen {
        records: Vec<(u64, Vec<String>)>,
        unreadable: Vec<Unreadable>,
        strays: Vec<usize>,
    }

    impl Sink for Seen {
        fn record(&mut self, record: Record<'_>) -> ControlFlow<()> {
            let mut start = 0;
            let mut fields = Vec::new();
            for &end in record.ends {
                fields.push(String::from_utf8(record.bytes[start..end].to_vec()).unwrap());
                start = end;
            }
            self.records.push((record.line, fields));
            self.strays.extend(record.stray_quote);
            ControlFlow::Continue(())
        }

        fn unreadable(&mut self, why: Unreadable) {
            self.unreadable.push(why);
        }
    }

    fn read(chunks: &[&[u8]]) -> Seen {
        let (mut records, mut seen) = (Records::default(), Seen::default());
        for chunk in chunks {
            if records.push(chunk, &mut seen).is_break() {
                return seen;
            }
        }
        records.finish(&mut seen);
        seen
    }

    fn fields(text: &str) -> Vec<(u64, Vec<String>)> {
        let whole = read(&[text.as_bytes()]);
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), whole, "byte by byte: {text:?}");
        whole.records
    }

    #[test]
    fn every_line_end_ends_a_record() {
        for text in ["a,b\nc,d\n", "a,b\r\nc,d", "a,b\rc,d\r", "a,b\n\n \nc,d\n\n", ",\na,b\nc,d\n,\n , ,\n,"] {
            let records: Vec<_> = fields(text).into_iter().map(|(_, fields)| fields).collect();
            assert_eq!(records, [["a", "b"], ["c", "d"]], "{text:?}");
        }
    }

    #[test]
    fn quoted_fields_hold_separators_line_ends_and_quotes() {
        let records = fields("\"a,\"\"b\"\"\",\"c\r\nd\ne\"\n \"x\" ,\"\"\n");
        assert_eq!(records[0], (1, vec!["a,\"b\"".to_owned(), "c\r\nd\ne".to_owned()]));
        assert_eq!(records[1], (4, vec!["x".to_owned(), String::new()]));
    }

    #[test]
    fn a_quote_inside_a_plain_field_is_text() {
        assert_eq!(fields("5\" disk,1")[0].1, ["5\" disk", "1"]);
    }

    #[test]
    fn text_after_a_closing_quote_is_noticed() {
        assert_eq!(read(&[b"1,\"a\"b\n1,\"a\" \"b\"\n"]).strays, [1, 1]);
    }

    #[test]
    fn a_tab_after_a_closing_quote_is_kept_and_a_space_is_not() {
        assert_eq!(fields("\"id\"\t\"y\"\n")[0].1, ["id\t\"y\""]);
        assert_eq!(fields("\"a\" ,\"b\"\t,c")[0].1, ["a", "b\t", "c"]);
    }

    #[test]
    fn an_unterminated_quote_is_reported_where_it_opened() {
        assert_eq!(read(&[b"a,b\n1,\"2\n3,4\n5,6\n"]).unreadable, [Unreadable::UnterminatedQuote { line: 2 }]);
    }

    #[test]
    fn a_record_without_an_end_does_not_fill_the_memory() {
        let long = vec![b'x'; MAX_RECORD + 1];
        assert_eq!(read(&[b"a\n", &long]).unreadable, [Unreadable::TooLong { line: 2 }]);
        assert_eq!(read(&[b"a\n\"", &long]).unreadable, [Unreadable::UnterminatedQuote { line: 2 }]);
        assert_eq!(read(&[&vec![b','; MAX_RECORD + 1]]).unreadable, [Unreadable::TooLong { line: 1 }]);
    }
}
