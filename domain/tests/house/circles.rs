//! In no crate do modules import each other in a circle, however long. A folder's `mod.rs` and what is in the folder are one family,
//! between which arrows go both ways.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemFn, ItemMod, ItemUse, Macro, UseTree};

use crate::sources::{CRATES, Source, is_of_tests, is_within, of_crate};

/// What each module imports of the others.
type Modules = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for name in CRATES {
        found.extend(circles(&modules(&of_crate(name))).iter().map(|circle| format!("{name}: {}", circle.join(" → "))));
    }
    assert!(found.is_empty(), "move what both need below both:\n{}", found.join("\n"));
}

#[test]
fn a_planted_circle_is_named_and_a_familys_arrows_and_those_of_tests_are_none() {
    let sources = [
        ("", "mod a; mod b; mod c; mod d;"),
        ("a", "use crate::b::{self, One};"),
        ("b", "mod inner; fn f() { crate::c::g(); } pub use inner::Two;"),
        ("b::inner", "use super::f; use crate::c;"),
        ("c", "fn g() { let _ = vec![crate::a::X]; }"),
        ("d", "#[cfg(test)] mod tests { use crate::e; } /* use crate::e; */"),
        ("e", "use crate::d; use super::f::X as d;"),
        ("f", "use crate::d;"),
    ];
    let sources = sources.map(|(module, text)| Source::new(module, module, text));
    assert_eq!(circles(&modules(&sources)), [["a", "b", "c", "a"]]);
}

fn modules(sources: &[Source]) -> Modules {
    let known: BTreeSet<&str> = sources.iter().map(|source| source.module.as_str()).collect();
    let mut modules = Modules::new();
    for source in sources {
        let mut imports = Imports { module: &source.module, known: &known, found: BTreeSet::new() };
        imports.visit_file(&source.syntax);
        // The program and its library are two roots of one crate, and a root is in no circle.
        modules.entry(source.module.clone()).or_default().extend(imports.found);
    }
    modules
}

struct Imports<'a> {
    module: &'a str,
    known: &'a BTreeSet<&'a str>,
    found: BTreeSet<String>,
}

impl Imports<'_> {
    /// Adds the module that a path leads to, as far as it names modules.
    fn add(&mut self, path: &[String]) {
        let mut at: Vec<&str> = self.module.split("::").filter(|part| !part.is_empty()).collect();
        let mut rest = path.iter().map(String::as_str).peekable();
        match rest.next() {
            Some("crate") => at.clear(),
            Some("self") => {}
            Some("super") => {
                at.pop();
                while rest.next_if_eq(&"super").is_some() {
                    at.pop();
                }
            }
            _ => return,
        }
        for part in rest {
            at.push(part);
            if !self.known.contains(at.join("::").as_str()) {
                at.pop();
                break;
            }
        }
        let to = at.join("::");
        if !to.is_empty() && !is_within(&to, self.module) && !is_within(self.module, &to) {
            self.found.insert(to);
        }
    }

    fn tree(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(&path.tree, before);
                before.pop();
            }
            UseTree::Name(name) => self.leaf(before, &name.ident.to_string()),
            UseTree::Rename(rename) => self.leaf(before, &rename.ident.to_string()),
            UseTree::Glob(_) => self.add(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
        }
    }

    fn leaf(&mut self, before: &[String], name: &str) {
        let mut path = before.to_vec();
        path.extend((name != "self").then(|| name.to_owned()));
        self.add(&path);
    }
}

impl<'ast> Visit<'ast> for Imports<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Mod(ItemMod { attrs, .. }) | Item::Fn(ItemFn { attrs, .. }) | Item::Use(ItemUse { attrs, .. }) => {
                attrs
            }
            _ => &[],
        };
        if !is_of_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    /// What a macro is given is no syntax yet: the paths in it are looked for in its words.
    fn visit_macro(&mut self, called: &'ast Macro) {
        let text = called.tokens.to_string().replace(' ', "");
        for (at, _) in text.match_indices("crate::") {
            let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let path = text[at..].split(|c| !is_path(c)).next().unwrap_or_default();
            self.add(&path.split("::").map(str::to_owned).collect::<Vec<_>>());
        }
        visit::visit_macro(self, called);
    }
}

/// The shortest circle through each module that is in one; each circle once.
fn circles(modules: &Modules) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for start in modules.keys() {
        let Some(circle) = way_back(modules, start) else { continue };
        let members = |circle: &[String]| circle.iter().cloned().collect::<BTreeSet<_>>();
        if !found.iter().any(|known| members(known) == members(&circle)) {
            found.push(circle);
        }
    }
    found
}

/// The shortest way that begins and ends at a module.
fn way_back(modules: &Modules, start: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut ways = VecDeque::from([vec![start.to_owned()]]);
    while let Some(way) = ways.pop_front() {
        for next in way.last().and_then(|last| modules.get(last)).into_iter().flatten() {
            let further = || way.iter().cloned().chain([next.clone()]).collect();
            if next == start {
                return Some(further());
            }
            if seen.insert(next) {
                ways.push_back(further());
            }
        }
    }
    None
}
