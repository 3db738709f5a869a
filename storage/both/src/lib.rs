//! `#[both]`: a test on each database. By hand, for it is a dozen lines that need no parser of Rust.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Makes two tests of an `async fn name(store: Store)`: `name::sqlite` and `name::postgres`, so that the failure of one
/// database never hides the other's. What it takes is anything with `storage::testing::World`; arguments are those of
/// `#[tokio::test]`.
#[proc_macro_attribute]
pub fn both(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let mut words = function.clone().into_iter().skip_while(|word| !is_fn(word)).skip(1);
    let (Some(name), Some(TokenTree::Group(taken))) = (words.next(), words.next()) else { return misplaced() };
    let world = taken.stream().into_iter().skip_while(|word| !is(word, ':')).skip(1);
    let world: TokenStream = world.take_while(|word| !is(word, ',')).collect();
    if taken.delimiter() != Delimiter::Parenthesis || world.is_empty() {
        return misplaced();
    }
    let test = |database: &str| {
        format!(
            "#[::tokio::test({arguments})] async fn {database}() {{
                let world = <{world} as ::storage::testing::World>::on(::storage::testing::{database}().await).await;
                super::{name}(world).await;
            }}"
        )
    };
    let tests = format!("mod {name} {{ use super::*; {} {} }}", test("sqlite"), test("postgres"));
    function.into_iter().chain(tests.parse().unwrap_or_else(|_| misplaced())).collect()
}

fn is_fn(word: &TokenTree) -> bool {
    matches!(word, TokenTree::Ident(ident) if ident.to_string() == "fn")
}

fn is(word: &TokenTree, mark: char) -> bool {
    matches!(word, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn misplaced() -> TokenStream {
    "compile_error!(\"#[both] stands on an async fn of one argument\");".parse().unwrap_or_default()
}
