//! Templates: Markdown with places for values, as the texts of the screen have them. The Markdown is read first and the values are put
//! in afterwards, so that whatever a name holds, it is a name.

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, parse_document};
use domain::Locale;

use super::letter::Value;

/// A part of a letter, in its order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Title(Vec<Inline>),
    Paragraph(Vec<Inline>),
    Item(Vec<Inline>),
    /// A link that is alone in its paragraph.
    Button {
        label: String,
        address: String,
    },
    /// What stands below the line: why the letter came, and what to do if it should not have.
    Note(Vec<Inline>),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    Strong(String),
    Code(String),
    Link { label: String, address: String },
}

/// The parts of a template with its values.
pub(super) fn read(markdown: &str, locale: Locale, values: &[Value]) -> Vec<Block> {
    let arena = Arena::new();
    let mut options = Options::default();
    // `**{team}**에` is bold: a particle may follow the asterisks.
    options.extension.cjk_friendly_emphasis = true;
    let root = parse_document(&arena, markdown, &options);
    let (mut blocks, mut is_below) = (Vec::new(), false);
    for node in root.children() {
        let inlines = |node| inlines(node, locale, values);
        match &node.data().value {
            NodeValue::Heading(_) => blocks.push(Block::Title(inlines(node))),
            NodeValue::ThematicBreak => is_below = true,
            NodeValue::List(_) => blocks.extend(node.children().map(|item| Block::Item(inlines(item)))),
            _ if is_below => blocks.push(Block::Note(inlines(node))),
            _ => blocks.push(paragraph(inlines(node))),
        }
    }
    blocks
}

fn paragraph(mut inlines: Vec<Inline>) -> Block {
    match inlines.pop() {
        Some(Inline::Link { label, address }) if inlines.is_empty() => Block::Button { label, address },
        last => {
            inlines.extend(last);
            Block::Paragraph(inlines)
        }
    }
}

fn inlines(node: Node<'_>, locale: Locale, values: &[Value]) -> Vec<Inline> {
    let filled = |text: &str| fill(text, locale, values);
    let mut found = Vec::new();
    for child in node.children() {
        match &child.data().value {
            NodeValue::Text(text) => found.push(Inline::Text(filled(text))),
            NodeValue::SoftBreak | NodeValue::LineBreak => found.push(Inline::Text(" ".to_owned())),
            NodeValue::Strong => found.push(Inline::Strong(filled(&words(child)))),
            NodeValue::Code(code) => found.push(Inline::Code(filled(&code.literal))),
            NodeValue::Link(link) => {
                found.push(Inline::Link { label: filled(&words(child)), address: filled(&link.url) });
            }
            _ => found.extend(inlines(child, locale, values)),
        }
    }
    found
}

/// The text of what is within.
fn words(node: Node<'_>) -> String {
    let text = |node: Node<'_>| match &node.data().value {
        NodeValue::Text(text) => text.to_string(),
        _ => String::new(),
    };
    node.descendants().map(text).collect()
}

/// A text with its values: `{name}` is one, `{name|을/를}` the particle that fits it, in English the word for one or for many.
/// A place without a value stays as it is written, and a test finds it.
pub(super) fn fill(text: &str, locale: Locale, values: &[Value]) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let filled = part.split_once('}').and_then(|(place, rest)| Some((put(place, locale, values)?, rest)));
        match filled {
            Some((value, rest)) => {
                out.extend([value, rest]);
            }
            None => out.extend(["{", part]),
        }
    }
    out
}

fn put<'a>(place: &'a str, locale: Locale, values: &'a [Value]) -> Option<&'a str> {
    let (name, choice) = place.split_once('|').map_or((place, None), |(name, choice)| (name, choice.split_once('/')));
    let (_, value) = values.iter().find(|(known, _)| *known == name)?;
    Some(match (choice, locale) {
        (None, _) => value,
        (Some((closed, open)), Locale::Ko) => scoring::josa(value, closed, open),
        (Some((one, _)), Locale::En) if value == "1" => one,
        (Some((_, many)), Locale::En) => many,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_particle_fits_the_value_and_a_place_without_a_value_is_seen() {
        let values = [("role", "운영자".to_owned()), ("n", "1".to_owned())];
        assert_eq!(fill("{role|으로/로} 초대", Locale::Ko, &values), "로 초대");
        assert_eq!(fill("{n} {n|team/teams}", Locale::En, &values), "1 team");
        assert_eq!(fill("{rôle} {", Locale::Ko, &values), "{rôle} {");
    }

    #[test]
    fn whatever_a_name_holds_it_is_no_markdown() {
        let name = "**[여기](https://evil.example)** <b>{name}</b>\n# 제목";
        let read = read("{name} 님\n\n[보기]({name})", Locale::Ko, &[("name", name.to_owned())]);
        let expected = [
            Block::Paragraph(vec![Inline::Text(format!("{name} 님"))]),
            Block::Button { label: "보기".to_owned(), address: name.to_owned() },
        ];
        assert_eq!(read, expected);
    }
}
