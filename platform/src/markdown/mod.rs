//! Markdown to HTML, the one way for pages and notices: CommonMark with tables and `$` formulas, formulas as MathML, one sanitiser.
//! A text may come from anyone: its size, its nesting and the work it costs are bounded, and no async thread converts it.

pub mod images;

mod code;
mod formula;
mod harmless;
mod korean;
mod marked;
mod refused;

use std::cell::Cell;

use async_recursion::async_recursion as boxed;
use comrak::arena_tree::NodeEdge;
use comrak::nodes::{Node, NodeHeading, NodeHtmlBlock, NodeValue};
use comrak::{Arena, Options, format_html, try_parse_document};
use tokio::sync::Semaphore;

use self::code::Colours;
use self::formula::Formulas;
use self::harmless::escape;
pub(crate) use self::marked::{Marked, Named, is_same};
use self::refused::{NESTING_MAX, SIZE_MAX};
pub use self::refused::{Refused, Why};
use crate::error::{Error, Result};

/// A text that was not written as Markdown, as Markdown that says it.
pub(crate) fn plain(text: &str) -> String {
    // A lone tilde is one already.
    let escaped = |c: char| if c.is_ascii_punctuation() && c != '~' { vec!['\\', c] } else { vec![c] };
    text.chars().flat_map(escaped).collect()
}

#[cfg(test)]
mod payloads;
#[cfg(test)]
mod tests;

/// Raised whenever the same text becomes other HTML, so that what is stored is converted anew.
pub(crate) const REVISION: i64 = 4;

/// Most parts of a text: words that differ in their marks, cells, items.
const PARTS_MAX: usize = 100_000;
/// Steps of reading (lines, marks, parts) that a byte may cost, and those that any text may.
const STEPS_PER_BYTE: usize = 50;
const STEPS_LEAST: usize = 100_000;
/// Steps between two questions of the reader whether to go on.
const STEPS_AT_ONCE: usize = 256;

/// Texts converted at once: writers shall not take the processor from those who submit.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What a line break within a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    /// A space, as Markdown has it: for a folder's pages, whose lines are wrapped by editors.
    Space,
    /// A line break, as whoever types into a form means it.
    Line,
}

/// HTML of a text, converted on a thread of its own kind.
///
/// # Errors
/// Outside when the conversion could not run; inside why the text is refused.
#[boxed]
pub async fn render(markdown: String, breaks: Breaks) -> Result<Result<String, Refused>> {
    let permit = AT_ONCE.acquire().await.map_err(Error::other)?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        html(&markdown, breaks)
    })
    .await
    .map_err(Error::other)
}

/// HTML of what a form brought, in which people and teams may be named, converted likewise.
///
/// # Errors
/// As [`render`].
#[boxed]
pub(crate) async fn render_marked(markdown: String) -> Result<Result<Marked, Refused>> {
    let permit = AT_ONCE.acquire().await.map_err(Error::other)?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        marked_html(&markdown)
    })
    .await
    .map_err(Error::other)
}

fn marked_html(markdown: &str) -> Result<Marked, Refused> {
    convert(markdown, Breaks::Line, true).map(Marked::new)
}

/// HTML of a text that is shown in any case: as it was typed, if it is refused.
#[boxed]
pub async fn render_any(markdown: String, breaks: Breaks) -> Result<String> {
    let converted = render(markdown.clone(), breaks).await?;
    Ok(converted.unwrap_or_else(|_| literal(&markdown)))
}

/// The text as it was typed.
fn literal(markdown: &str) -> String {
    format!("<pre tabindex=\"0\">{}</pre>", escape(markdown))
}

/// Sanitised HTML of a Markdown text. Takes its time on the thread it is called on, so servers call [`render`].
///
/// # Errors
/// When the text is too long, nested too deep or costs too much.
pub fn html(markdown: &str, breaks: Breaks) -> Result<String, Refused> {
    convert(markdown, breaks, false)
}

fn convert(markdown: &str, breaks: Breaks, marks: bool) -> Result<String, Refused> {
    if markdown.len() > SIZE_MAX {
        return Err(Refused { why: Why::Long, line: 1 });
    }
    let options = options(breaks);
    let markdown = korean::hide_lone_tildes(markdown);
    let arena = Arena::new();
    let steps = Cell::new(STEPS_LEAST + STEPS_PER_BYTE * markdown.len());
    let is_spent = || {
        steps.set(steps.get().saturating_sub(STEPS_AT_ONCE));
        steps.get() == 0
    };
    let root =
        try_parse_document(&arena, &markdown, &options, &is_spent).map_err(|_| Refused { why: Why::Much, line: 1 })?;
    refuse(root)?;

    let (formulas, mut colours) = (Formulas::new(), Colours::new());
    for node in root.descendants() {
        if matches!(node.data().value, NodeValue::Link(_)) {
            korean::end_before_particle(&arena, node, &markdown);
        }
        let in_link = node.ancestors().skip(1).any(|above| matches!(above.data().value, NodeValue::Link(_)));
        let mut ast = node.data_mut();
        let replacement = match &ast.value {
            NodeValue::Math(math) => {
                let latex = korean::show_lone_tildes(&math.literal);
                Some(NodeValue::HtmlInline(formulas.html(&latex, math.display_math)))
            }
            NodeValue::CodeBlock(block) => colours
                .html(&block.info, &korean::show_lone_tildes(&block.literal))
                .map(|literal| NodeValue::HtmlBlock(NodeHtmlBlock { block_type: 6, literal })),
            // A post's title is the page's heading of the first level.
            NodeValue::Heading(heading) if breaks == Breaks::Line && heading.level == 1 => {
                Some(NodeValue::Heading(NodeHeading { level: 2, ..*heading }))
            }
            // What a form brings shows pictures of this server alone; others are a link, and within a link the words that stand for them.
            NodeValue::Image(image) if breaks == Breaks::Line && images::is_elsewhere(&image.url) => {
                Some(if in_link { NodeValue::Emph } else { NodeValue::Link(image.clone()) })
            }
            NodeValue::HtmlInline(raw) => Some(NodeValue::Text(raw.clone().into())),
            NodeValue::HtmlBlock(NodeHtmlBlock { literal, .. }) => Some(NodeValue::HtmlBlock(NodeHtmlBlock {
                block_type: 6,
                literal: format!("<p>{}</p>\n", escape(literal.trim_end())),
            })),
            _ => None,
        };
        if let Some(value) = replacement {
            ast.value = value;
        }
    }
    if marks {
        marked::mark(&arena, root);
    }
    let mut html = String::new();
    if format_html(root, &options, &mut html).is_err() {
        return Ok(literal(&korean::show_lone_tildes(&markdown)));
    }
    let clean = harmless::clean(&korean::show_lone_tildes(&html));
    // What may be wider than the page can be scrolled from the keyboard.
    Ok(clean
        .replace("<table", "<div class=\"table-wrap\" tabindex=\"0\"><table")
        .replace("</table>", "</table></div>")
        .replace("<pre", "<pre tabindex=\"0\"")
        .replace("<div class=\"formula\"", "<div class=\"formula\" tabindex=\"0\""))
}

fn options(breaks: Breaks) -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.math_dollars = true;
    // `**마감(11월 30일)**까지` is bold: a letter may follow the asterisks after a closing sign.
    options.extension.cjk_friendly_emphasis = true;
    options.render.hardbreaks = breaks == Breaks::Line;
    // Raw HTML in the source stays escaped text; only our own MathML passes, and the sanitiser has the last word.
    options.render.r#unsafe = true;
    options.render.escape = false;
    options
}

/// Looks at the text as it was read: what follows recurses, or costs the square of the depth.
fn refuse(root: Node<'_>) -> Result<(), Refused> {
    let nests = |value: &NodeValue| {
        matches!(
            value,
            NodeValue::BlockQuote
                | NodeValue::Item(_)
                | NodeValue::Emph
                | NodeValue::Strong
                | NodeValue::Strikethrough
                | NodeValue::Link(_)
                | NodeValue::Image(_)
        )
    };
    let (mut depth, mut parts) = (0, 0);
    for edge in root.traverse() {
        let (NodeEdge::Start(node) | NodeEdge::End(node)) = edge;
        let ast = node.data();
        let refused = |why| Err(Refused { why, line: ast.sourcepos.start.line.max(1) });
        if matches!(edge, NodeEdge::End(_)) {
            depth -= usize::from(nests(&ast.value));
            continue;
        }
        depth += usize::from(nests(&ast.value));
        parts += 1;
        let is_deep_formula = matches!(&ast.value, NodeValue::Math(math) if !formula::is_convertible(&math.literal));
        if depth > NESTING_MAX || is_deep_formula {
            return refused(Why::Deep);
        }
        if parts > PARTS_MAX {
            return refused(Why::Much);
        }
    }
    Ok(())
}
