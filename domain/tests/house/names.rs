//! A type, trait or constant that leaves its module has a name of its own in the whole crate: whoever looks for it finds one place.
//! Functions may share a name, for they are called through their module; components of pages are written like types and count.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, Meta, Visibility};

use crate::sources::{CRATES, Source, is_of_tests, of_crate, without_tests};

#[test]
fn no_public_name_is_declared_twice_in_a_crate() {
    let found: Vec<String> = CRATES
        .iter()
        .flat_map(|name| doubles(&of_crate(name)).into_iter().map(move |double| format!("{name}: {double}")))
        .collect();
    assert!(found.is_empty(), "let each name say what it is:\n{}", found.join("\n"));
}

#[test]
fn a_planted_double_is_named_with_its_files() {
    let double = [("a", "pub(super) struct Fault;"), ("b", "mod inner { pub(crate) enum Fault {} }")];
    assert_eq!(planted(&double), ["Fault is in a.rs and b.rs"]);
    for kind in ["trait Twice {}", "type Twice = u8;", "const Twice: u8 = 1;", "static Twice: u8 = 1;", "fn Twice() {}"]
    {
        let sources = [("a", format!("pub {kind}")), ("b", "pub union Twice { a: u8 }".to_owned())];
        let sources = sources.each_ref().map(|(module, text)| (*module, text.as_str()));
        assert_eq!(planted(&sources), ["Twice is in a.rs and b.rs"], "{kind}");
    }
    assert_eq!(planted(&[("a", "pub struct S; mod inner { pub struct S; }")]), ["S is in a.rs and a.rs"]);
}

#[test]
fn what_is_private_or_for_tests_and_functions_and_the_same_thing_in_another_build_are_no_doubles() {
    let sources = [
        ("", "pub struct S; pub fn read() {} #[cfg(test)] mod tests; #[cfg(test)] mod inner { pub struct S; }"),
        ("a", "struct S; pub fn read() {} impl T { pub const S: u8 = 1; }"),
        ("tests", "pub struct S; mod deeper;"),
        ("tests::deeper", "pub struct S;"),
        ("zone", "#[cfg(feature = \"x\")] pub struct Z; #[cfg(not(feature = \"x\"))] pub struct Z;"),
    ];
    assert_eq!(planted(&sources), [""; 0]);
}

/// The doubles of a crate whose modules hold these texts.
fn planted(modules: &[(&str, &str)]) -> Vec<String> {
    let source = |(module, text): &(&str, &str)| Source::new(&format!("{module}.rs"), module, text);
    doubles(&without_tests(modules.iter().map(source).collect()))
}

/// A place where a name is declared.
struct Place {
    file: String,
    /// The conditions under which it is there.
    conditions: Vec<String>,
}

impl Place {
    /// Whether one of the two is there in builds where the other is not.
    fn is_instead_of(&self, other: &Self) -> bool {
        let differ = self.conditions != other.conditions;
        self.file == other.file && differ && !self.conditions.is_empty() && !other.conditions.is_empty()
    }
}

fn doubles(sources: &[Source]) -> Vec<String> {
    let mut names = Names::default();
    for source in sources {
        source.file.clone_into(&mut names.file);
        names.visit_file(&source.syntax);
    }
    let said = names.found.into_iter().filter_map(|(name, places)| {
        let mut own: Vec<Place> = Vec::new();
        for place in places {
            if !own.iter().any(|known| known.is_instead_of(&place)) {
                own.push(place);
            }
        }
        let files: Vec<String> = own.into_iter().map(|place| place.file).collect();
        (files.len() > 1).then(|| format!("{name} is in {}", files.join(" and ")))
    });
    said.collect()
}

/// The public names of a crate and where they are declared.
#[derive(Default)]
struct Names {
    file: String,
    found: BTreeMap<String, Vec<Place>>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, visibility, name) = match item {
            Item::Struct(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Enum(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Union(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Trait(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Type(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Const(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Static(item) => (&item.attrs, &item.vis, &item.ident),
            Item::Fn(item) if item.sig.ident.to_string().starts_with(char::is_uppercase) => {
                (&item.attrs, &item.vis, &item.sig.ident)
            }
            Item::Mod(ItemMod { attrs, .. }) if is_of_tests(attrs) => return,
            _ => return visit::visit_item(self, item),
        };
        if !matches!(visibility, Visibility::Inherited) && !is_of_tests(attributes) {
            let place = Place { file: self.file.clone(), conditions: conditions(attributes) };
            self.found.entry(name.to_string()).or_default().push(place);
        }
    }
}

/// What stands in `cfg(…)`.
fn conditions(attributes: &[Attribute]) -> Vec<String> {
    let condition = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(list.tokens.to_string()),
        _ => None,
    };
    attributes.iter().filter_map(condition).collect()
}
