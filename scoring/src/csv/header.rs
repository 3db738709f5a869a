//! Finds the wanted columns in the header line.

use std::collections::BTreeSet;

use super::errors::{Detail, ErrorKind, FileError, FileErrors, excerpt};
use super::reader::Plan;

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
    if !plan.names().any(|wanted| names.iter().any(|name| alike(name, wanted)))
        && (is_id || names.iter().any(|name| name.parse::<f64>().is_ok()))
    {
        errors.add(ErrorKind::NoHeader, || {
            let detail = Detail::Header(plan.header());
            FileError::at(line, None, Some(&names.join(",")), ErrorKind::NoHeader, detail)
        });
        return None;
    }
    let mut taken = BTreeSet::new();
    let id = find(line, names, &plan.id, false, plan, &mut taken, errors);
    let columns = plan
        .columns
        .iter()
        .map(|column| find(line, names, &column.name, column.optional, plan, &mut taken, errors))
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

/// The field of one wanted column; a name that is only spelled otherwise is reported and used all the same,
/// so that the errors below it are told too.
fn find(
    line: u64,
    names: &[&str],
    wanted: &str,
    optional: bool,
    plan: &Plan,
    taken: &mut BTreeSet<usize>,
    errors: &mut FileErrors,
) -> Option<usize> {
    let mut exact = names.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(at, _)| at);
    if let Some(first) = exact.next() {
        taken.insert(first);
        let repeats: Vec<usize> = exact.collect();
        if !repeats.is_empty() && !plan.ignore_extra {
            let count = Detail::Count { expected: 1, found: repeats.len() as u64 + 1 };
            errors.add(ErrorKind::RepeatedColumn, || {
                FileError::at(line, Some(wanted), None, ErrorKind::RepeatedColumn, count)
            });
            taken.extend(repeats);
        }
        return Some(first);
    }
    let similar = names.iter().position(|name| alike(name, wanted) && !plan.names().any(|other| other == *name));
    let similar = similar.filter(|at| taken.insert(*at));
    if similar.is_some() || !optional {
        errors.add(ErrorKind::MissingColumn, || {
            let found = similar.and_then(|at| names.get(at)).copied();
            let detail = if found.is_some() { Detail::Meant(excerpt(wanted)) } else { Detail::None };
            FileError::at(line, Some(wanted), found, ErrorKind::MissingColumn, detail)
        });
    }
    similar
}

/// A header that is one field although it holds another separator.
fn other_separator(names: &[&str], plan: &Plan) -> Option<char> {
    let [only] = names else { return None };
    if plan.names().any(|wanted| wanted == *only) {
        return None;
    }
    ['\t', ';', '|'].into_iter().find(|&separator| only.contains(separator))
}

/// Equal but for capitals, spaces and marks.
fn alike(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    a == b || (letters(a) == letters(b) && !letters(a).is_empty())
}
