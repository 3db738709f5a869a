//! What `platform` and `storage` offer is compiled there, and not again in each crate that asks: docs/decisions/0020.

use syn::visit::{self, Visit};
use syn::{Attribute, GenericParam, ImplItemFn, Item, Lifetime, Meta, Signature, Visibility};

use crate::sources::{Source, is_of_tests, of_crate};

/// Nothing is compiled with it, and ten thousand quiet readers wait in it.
const CHEAP: [&str; 1] = ["next"];

#[test]
fn public_futures_of_platform_and_storage_are_boxed() {
    let found: Vec<String> = ["platform", "storage"].iter().flat_map(|name| unboxed(&of_crate(name))).collect();
    assert!(found.is_empty(), "#[boxed] belongs on:\n{}", found.join("\n"));
}

#[test]
fn a_planted_future_without_a_box_is_named_and_one_that_cannot_have_any_is_not() {
    let text = "
        pub async fn bare(a: &str) {}
        #[boxed] pub async fn boxed() {}
        pub(crate) async fn inner() {}
        pub async fn generic<T>(value: T) {}
        pub async fn borrows(row: Row<'_>) {}
        #[cfg(test)] pub async fn of_tests() {}
        #[cfg(any(test, feature = \"testing\"))] pub async fn of_others_tests() {}
        impl Db { pub async fn method(&self) {} }";
    let found = unboxed(&[Source::new("a.rs", "a", text)]);
    assert_eq!(found, ["bare in a.rs", "method in a.rs"]);
}

fn unboxed(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !source.file.ends_with("testing.rs")) {
        let mut functions = Functions::default();
        functions.visit_file(&source.syntax);
        found.extend(functions.found.into_iter().map(|name| format!("{name} in {}", source.file)));
    }
    found
}

#[derive(Default)]
struct Functions {
    found: Vec<String>,
}

impl Functions {
    fn look(&mut self, attributes: &[Attribute], visibility: &Visibility, signature: &Signature) {
        let is_public = matches!(visibility, Visibility::Public(_)) && signature.asyncness.is_some();
        let is_boxed = attributes.iter().any(|attribute| attribute.path().is_ident("boxed"));
        let is_generic = signature.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
        let mut lifetimes = Lifetimes::default();
        lifetimes.visit_signature(signature);
        let name = signature.ident.to_string();
        let is_offered = !is_of_tests(attributes) && !attributes.iter().any(is_for_tests_of_others);
        let may_be = !is_generic && !lifetimes.found && !CHEAP.contains(&name.as_str()) && is_offered;
        if is_public && !is_boxed && may_be {
            self.found.push(name);
        }
    }
}

/// `#[cfg(any(test, feature = "testing"))]`
fn is_for_tests_of_others(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string().contains("testing"))
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(item) => self.look(&item.attrs, &item.vis, &item.sig),
            Item::Mod(item) if is_of_tests(&item.attrs) => {}
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.look(&item.attrs, &item.vis, &item.sig);
    }
}

/// Whether a lifetime is named, if only as `'_`.
#[derive(Default)]
struct Lifetimes {
    found: bool,
}

impl Visit<'_> for Lifetimes {
    fn visit_lifetime(&mut self, _: &Lifetime) {
        self.found = true;
    }
}
