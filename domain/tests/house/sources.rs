//! The sources of a crate, read as the compiler reads them, without what is for tests alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, Meta};

/// The crates of the house, below before above.
pub(crate) const CRATES: [&str; 8] = ["scoring", "domain", "storage", "sandbox", "platform", "app", "server", "bench"];

/// One file of a crate.
pub(crate) struct Source {
    /// From the workspace's folder on.
    pub(crate) file: String,
    /// `csv::reader`; the program's and the library's root are both empty.
    pub(crate) module: String,
    pub(crate) syntax: syn::File,
}

impl Source {
    pub(crate) fn new(file: &str, module: &str, text: &str) -> Self {
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        Self { file: file.to_owned(), module: module.to_owned(), syntax }
    }
}

/// The files of a crate of the workspace.
pub(crate) fn of_crate(name: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let src = root.join(name).join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(&root).unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(Source::new(file, &module(path.strip_prefix(&src).unwrap()), &text));
            }
        }
    }
    assert!(found.len() > 3, "{name} was not found");
    found.sort_by(|a, b| a.file.cmp(&b.file));
    without_tests(found)
}

/// Without the files of modules that are for tests alone.
pub(crate) fn without_tests(sources: Vec<Source>) -> Vec<Source> {
    let of_tests = |source: &Source| {
        let modules = source.syntax.items.iter().filter_map(|item| match item {
            Item::Mod(module) if is_of_tests(&module.attrs) => Some(module.ident.to_string()),
            _ => None,
        });
        let names = modules.map(|name| within(&source.module, &name));
        names.collect::<Vec<_>>()
    };
    let tests: BTreeSet<String> = sources.iter().flat_map(of_tests).collect();
    let is_kept = |source: &Source| !tests.iter().any(|test| is_within(&source.module, test));
    sources.into_iter().filter(is_kept).collect()
}

/// Whether what has these attributes is for tests alone.
pub(crate) fn is_of_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// Whether a module is another one or in it.
pub(crate) fn is_within(module: &str, folder: &str) -> bool {
    module.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn within(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn module(path: &Path) -> String {
    let path: PathBuf = if path.ends_with("mod.rs") { path.parent().unwrap().into() } else { path.with_extension("") };
    let name = path.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::");
    if matches!(name.as_str(), "lib" | "main") { String::new() } else { name }
}
