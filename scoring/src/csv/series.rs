//! Events in series: what is checked and remembered of a file where an id may come any number of times.

use super::errors::ErrorKind;
use super::ids::Ids;
use super::value;
use crate::values::Values;

const EVENT: &str = "event";
const ONSET: &str = "onset";
const OFFSET: &str = "offset";
/// The event of a series without events.
const NO_EVENT: &str = "-";

#[derive(Debug, Default)]
pub(super) struct Series {
    /// By event: the position of its series.
    codes: Vec<u32>,
    /// By position: whether the series has events, or is marked as one without.
    has_events: Vec<Option<bool>>,
}

/// The fields of one row that make an event.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    event: Option<&'a str>,
    onset: &'a str,
    offset: &'a str,
}

impl<'a> Fields<'a> {
    pub(super) fn of(named: impl Fn(&str) -> Option<&'a str>) -> Self {
        let time = |name| named(name).unwrap_or_default();
        Self { event: named(EVENT), onset: time(ONSET), offset: time(OFFSET) }
    }
}

/// What a row of a series is.
pub(super) struct EventRow<'a> {
    /// It says that its series has no events.
    pub(super) is_none: bool,
    /// The place of its event among all; absent where it has none, or its series is unknown.
    pub(super) place: Option<usize>,
    /// What is wrong with it: column, value, kind.
    pub(super) fault: Option<(&'static str, Option<&'a str>, ErrorKind)>,
}

impl Series {
    /// Takes a row of the series at `position`; `may_be_none` where a row may say that its series has no events.
    pub(super) fn row<'a>(&mut self, position: Option<usize>, row: Fields<'a>, may_be_none: bool) -> EventRow<'a> {
        let is_none = may_be_none && row.event == Some(NO_EVENT);
        let is_alone = position.is_none_or(|position| self.agrees(position, !is_none));
        let has_times = !(row.onset.is_empty() && row.offset.is_empty());
        let fault = if !is_alone || (is_none && has_times) {
            Some((EVENT, row.event, ErrorKind::NotEmptySeries))
        } else if is_backward(row) {
            Some((OFFSET, Some(row.offset), ErrorKind::BackwardEvent))
        } else {
            None
        };
        let place = position.filter(|_| !is_none).map(|position| {
            self.codes.push(u32::try_from(position).unwrap_or(u32::MAX));
            self.codes.len() - 1
        });
        EventRow { is_none, place, fault }
    }

    /// Whether a series may have this row beside those before it: any number of events, or one row that says there are none.
    fn agrees(&mut self, position: usize, has_event: bool) -> bool {
        if position >= self.has_events.len() {
            self.has_events.resize(position + 1, None);
        }
        let before = self.has_events.get_mut(position).and_then(|known| known.replace(has_event));
        before.is_none_or(|before| before && has_event)
    }

    /// The series of each event, with all ids as classes.
    pub(super) fn values(self, ids: &Ids) -> Values {
        Values::Labels { classes: ids.iter().map(str::to_owned).collect(), codes: self.codes }
    }
}

/// Whether an event ends before it begins; texts that are no numbers are told elsewhere.
fn is_backward(row: Fields<'_>) -> bool {
    matches!((value::number(row.onset), value::number(row.offset)), (Ok(onset), Ok(offset)) if offset < onset)
}
