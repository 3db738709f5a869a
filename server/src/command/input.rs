//! What several commands are given: words, parameters, files and their columns.

use std::path::Path;

use anyhow::Context as _;
use scoring::{EXTRAS, column_names};

/// One of the words that an enumeration is written with.
pub(super) fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// A parameter, as its name and its value.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A file's bytes.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The columns of a solution: its id is the one that is named, else the one called `id`, else the first; the others but
/// [`EXTRAS`] are the truth.
pub(super) fn columns(solution: &[u8], id: Option<&str>) -> (String, Vec<String>) {
    let mut names = column_names(solution);
    if let [whole] = names.as_slice() {
        // Another separator is for the reader to refuse, by the names that are meant.
        names = whole.split([';', '\t']).map(|name| name.trim().trim_matches('"').to_owned()).collect();
    }
    let at = names.iter().position(|name| name == id.unwrap_or("id")).unwrap_or(0);
    let named = id.map(str::to_owned);
    let first = (at < names.len()).then(|| names.remove(at));
    let is_extra = |name: &String| EXTRAS.iter().any(|extra| name.eq_ignore_ascii_case(extra));
    names.retain(|name| !is_extra(name));
    (named.or(first).unwrap_or_default(), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_column_of_that_name_wherever_it_stands_or_the_first_one() {
        let of = |header: &str, id: Option<&str>| columns(header.as_bytes(), id);
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(of("y,Usage,id\n", None), ("id".to_owned(), names(&["y"])));
        assert_eq!(of("case,y,weight\n", None), ("case".to_owned(), names(&["y"])));
        assert_eq!(of("y,case\n", Some("case")), ("case".to_owned(), names(&["y"])));
        assert_eq!(of("\nid,\"y, label\"\n", None), ("id".to_owned(), names(&["y, label"])));
        assert_eq!(of("\"id\";\"y\"\n", None), ("id".to_owned(), names(&["y"])));
    }
}
