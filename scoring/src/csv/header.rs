//! Finds the wanted columns in the header line.

use std::collections::{BTreeSet, HashMap};

use super::errors::{Detail, ErrorKind, FileError, FileErrors, excerpt};
use super::plan::Plan;

/// Where the wanted columns are.
#[derive(Debug)]
pub(super) struct Header {
    /// How many fields each row must have.
    pub(super) fields: usize,
    pub(super) id: Option<usize>,
    /// One for each column of the plan.
    pub(super) columns: Vec<Option<usize>>,
}

/// Reads the header, adding what is wrong with it. Absent when nothing below it can be understood.
pub(super) fn read(line: u64, names: &[&str], plan: &Plan, is_id: bool, errors: &mut FileErrors) -> Option<Header> {
    if let Some(separator) = other_separator(names, plan) {
        errors.add(ErrorKind::Separator, || {
            FileError::at(line, None, names.first().copied(), ErrorKind::Separator, Detail::Separator(separator))
        });
        return None;
    }
    let places = Places::of(names, plan);
    if places.are_empty() && (is_id || names.iter().any(|name| name.parse::<f64>().is_ok())) {
        errors.add(ErrorKind::NoHeader, || {
            let detail = Detail::Header(plan.header());
            FileError::at(line, None, Some(&names.join(",")), ErrorKind::NoHeader, detail)
        });
        return None;
    }
    let mut taken = BTreeSet::new();
    let id = find(line, &places, &plan.id, false, plan, &mut taken, errors);
    let columns = plan
        .columns
        .iter()
        .map(|column| find(line, &places, &column.name, column.optional, plan, &mut taken, errors))
        .collect();
    if !plan.ignore_extra {
        for name in names.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, name)| name) {
            errors.add(ErrorKind::ExtraColumn, || {
                FileError::at(line, Some(name), None, ErrorKind::ExtraColumn, Detail::None)
            });
        }
    }
    Some(Header { fields: names.len(), id, columns })
}

/// Where the wanted names stand: found in one pass, for a header may be as long as a record.
struct Places<'a> {
    exact: HashMap<&'a str, Vec<usize>>,
    /// By folded name: the first that is only spelled otherwise, and is no other wanted name.
    similar: HashMap<String, Option<(usize, &'a str)>>,
}

impl<'a> Places<'a> {
    fn of(names: &[&'a str], plan: &'a Plan) -> Self {
        let mut exact: HashMap<_, Vec<usize>> = plan.names().map(|wanted| (wanted, Vec::new())).collect();
        let mut similar: HashMap<_, _> = plan.names().map(|wanted| (folded(wanted), None)).collect();
        // Names of marks alone resemble nothing.
        similar.remove("");
        for (at, &name) in names.iter().enumerate() {
            if let Some(places) = exact.get_mut(name) {
                places.push(at);
            } else if let Some(place) = similar.get_mut(&folded(name)) {
                place.get_or_insert((at, name));
            }
        }
        Self { exact, similar }
    }

    /// Whether no name is a wanted one, not even in another spelling.
    fn are_empty(&self) -> bool {
        self.exact.values().all(Vec::is_empty) && self.similar.values().all(Option::is_none)
    }
}

/// The field of one wanted column; a name that is only spelled otherwise is reported and used all the same,
/// so that the errors below it are told too.
fn find(
    line: u64,
    places: &Places<'_>,
    wanted: &str,
    optional: bool,
    plan: &Plan,
    taken: &mut BTreeSet<usize>,
    errors: &mut FileErrors,
) -> Option<usize> {
    if let Some((&first, repeats)) = places.exact.get(wanted).and_then(|exact| exact.split_first()) {
        taken.insert(first);
        if !repeats.is_empty() && !plan.ignore_extra {
            let count = Detail::Count { expected: 1, found: repeats.len() as u64 + 1 };
            errors.add(ErrorKind::RepeatedColumn, || {
                FileError::at(line, Some(wanted), None, ErrorKind::RepeatedColumn, count)
            });
            taken.extend(repeats.iter().copied());
        }
        return Some(first);
    }
    let similar = places.similar.get(&folded(wanted)).copied().flatten().filter(|(at, _)| taken.insert(*at));
    if similar.is_some() || !optional {
        errors.add(ErrorKind::MissingColumn, || {
            let found = similar.map(|(_, name)| name);
            let detail = if found.is_some() { Detail::Meant(excerpt(wanted)) } else { Detail::None };
            FileError::at(line, Some(wanted), found, ErrorKind::MissingColumn, detail)
        });
    }
    similar.map(|(at, _)| at)
}

/// A header that is one field although it holds another separator.
fn other_separator(names: &[&str], plan: &Plan) -> Option<char> {
    let [only] = names else { return None };
    if plan.names().any(|wanted| wanted == *only) {
        return None;
    }
    ['\t', ';', '|'].into_iter().find(|&separator| only.contains(separator))
}

/// What names have in common that differ in capitals, spaces, marks and the form of their Hangul alone.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).flat_map(|letter| jamo(letter).into_iter().flatten()).collect()
}

/// The parts of a syllable, as macOS writes file names (Unicode, section 3.12); any other letter is its only part.
fn jamo(letter: char) -> [Option<char>; 3] {
    let Some(at) = u32::from(letter).checked_sub(0xac00).filter(|&at| at < 11_172) else {
        return [Some(letter), None, None];
    };
    let (lead, vowel, tail) = (at / 588, at % 588 / 28, at % 28);
    [Some(0x1100 + lead), Some(0x1161 + vowel), (tail > 0).then_some(0x11a7 + tail)]
        .map(|part| part.and_then(char::from_u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::PlanColumn;
    use crate::schema::ColumnKind;

    fn plan(names: &[&str]) -> Plan {
        let column = |name: &&str| PlanColumn { name: (*name).to_owned(), kind: ColumnKind::Number, optional: false };
        Plan { columns: names.iter().map(column).collect(), ignore_extra: false, ..Plan::of_ids("id") }
    }

    /// Where the columns are, and what is wrong as `kind column value`.
    fn found(names: &[&str], plan: &Plan) -> (Vec<Option<usize>>, Vec<String>) {
        let mut errors = FileErrors::default();
        let header = read(1, names, plan, false, &mut errors).unwrap();
        let told = |error: &FileError| {
            let (column, value) = (error.column.as_deref(), error.value.as_deref());
            format!("{} {} {}", error.kind.code(), column.unwrap_or_default(), value.unwrap_or_default())
        };
        ([header.id].into_iter().chain(header.columns).collect(), errors.first.iter().map(told).collect())
    }

    #[test]
    fn the_first_name_in_another_spelling_stands_in_unless_it_is_wanted_itself() {
        let (places, errors) = found(&["I-D", "Y", "y ", "y!", "X"], &plan(&["y", "Y", "+"]));
        assert_eq!(places, [Some(0), Some(2), Some(1), None]);
        assert_eq!(
            errors,
            [
                "missing_column id I-D",
                "missing_column y y ",
                "missing_column + ",
                "extra_column y! ",
                "extra_column X "
            ]
        );
    }

    #[test]
    fn a_name_stands_in_for_one_column_only_and_an_exact_one_comes_first() {
        let (places, errors) = found(&["ID", "id", "A b"], &plan(&["ab", "a_b"]));
        assert_eq!(places, [Some(1), Some(2), None]);
        assert_eq!(errors, ["missing_column ab A b", "missing_column a_b ", "extra_column ID "]);
    }

    #[test]
    fn hangul_in_parts_and_unseen_characters_are_another_spelling() {
        let parts = "\u{1100}\u{1161}\u{11a8}"; // 각
        let (places, errors) = found(&["\u{feff}id", parts, "가\u{200b}"], &plan(&["각", "가"]));
        assert_eq!(places, [Some(0), Some(1), Some(2)]);
        let expected = ["id <U+FEFF>id".to_owned(), format!("각 {parts}"), "가 가<U+200B>".to_owned()];
        assert_eq!(errors, expected.map(|told| format!("missing_column {told}")));
    }

    #[test]
    fn a_header_of_a_hundred_thousand_names_is_held_against_hundreds_of_columns() {
        let wanted: Vec<String> = (0..500).map(|at| format!("class {at}")).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let others: Vec<String> = (0..100_000).map(|at| format!("n{at}")).collect();
        let names: Vec<&str> =
            others.iter().map(String::as_str).chain(["Class 7", "id", "class 8", "class 8"]).collect();
        let mut errors = FileErrors::default();
        let header = read(1, &names, &plan(&wanted), false, &mut errors).unwrap();
        assert_eq!((header.id, header.columns[7], header.columns[8]), (Some(100_001), Some(100_000), Some(100_002)));
        let counts: Vec<_> = errors.kinds.iter().map(|(kind, count)| (kind.code(), *count)).collect();
        assert_eq!(counts, [("missing_column", 499), ("extra_column", 100_000), ("repeated_column", 1)]);
    }
}
