//! Markdown to HTML, the one way for pages and notices: CommonMark with tables and `$` formulas, formulas as MathML, one sanitiser.
//! A text may come from anyone: its size, its nesting and the work it costs are bounded, and no async thread converts it.

pub mod images;

mod formula;
mod korean;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use ammonia::Builder;
use comrak::arena_tree::NodeEdge;
use comrak::nodes::{Node, NodeHtmlBlock, NodeValue};
use comrak::{Arena, Options, format_html, try_parse_document};
use domain::error::FieldProblem;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use formula::Formulas;

/// Raised whenever the same text becomes other HTML, so that what is stored is converted anew.
pub(crate) const REVISION: i64 = 2;

/// Longest text in bytes.
const SIZE_MAX: usize = 200_000;
/// Deepest nesting of quotes, lists, emphasis and links, and of groups in a formula.
const NESTING_MAX: usize = 50;
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

/// Why a text is not converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Long,
    Deep,
    Much,
}

/// A text that is not converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub why: Why,
    /// Where it begins; lines are counted from 1.
    pub line: usize,
}

impl Refused {
    /// The same for who has written it into a form.
    pub const fn problem(self) -> FieldProblem {
        match self.why {
            Why::Long => FieldProblem::BodyLong,
            Why::Deep => FieldProblem::BodyDeep,
            Why::Much => FieldProblem::BodyMuch,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line;
        match self.why {
            Why::Long => write!(f, "the text has more than {SIZE_MAX} bytes; divide it or shorten it"),
            Why::Deep => write!(
                f,
                "line {line}: quotes, lists, emphasis, links or a formula's groups are nested more than {NESTING_MAX} deep \
                 (or the formula is too long); close or remove some"
            ),
            Why::Much => write!(f, "line {line}: the text has too many marks or table cells; divide it or shorten it"),
        }
    }
}

/// HTML of a text, converted on a thread of its own kind.
///
/// # Errors
/// Outside when the conversion could not run; inside why the text is refused.
pub async fn render(markdown: String, breaks: Breaks) -> Result<Result<String, Refused>> {
    let permit = AT_ONCE.acquire().await.map_err(Error::other)?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        html(&markdown, breaks)
    })
    .await
    .map_err(Error::other)
}

/// HTML of a text that is shown in any case: as it was typed, if it is refused.
pub async fn render_any(markdown: String, breaks: Breaks) -> Result<String> {
    let converted = render(markdown.clone(), breaks).await?;
    Ok(converted.unwrap_or_else(|_| literal(&markdown)))
}

/// The text as it was typed.
fn literal(markdown: &str) -> String {
    format!("<pre tabindex=\"0\">{}</pre>", escape(markdown))
}

/// Elements of MathML Core that the converter writes.
const MATH_TAGS: [&str; 23] = [
    "math",
    "mrow",
    "mi",
    "mo",
    "mn",
    "mtext",
    "ms",
    "mspace",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mfrac",
    "msqrt",
    "mroot",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
];
const MATH_ATTRIBUTES: [&str; 18] = [
    "display",
    "displaystyle",
    "scriptlevel",
    "mathvariant",
    "stretchy",
    "symmetric",
    "largeop",
    "movablelimits",
    "lspace",
    "rspace",
    "minsize",
    "maxsize",
    "accent",
    "accentunder",
    "columnalign",
    "width",
    "linethickness",
    "form",
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(MATH_TAGS)
        .add_generic_attributes(MATH_ATTRIBUTES)
        .rm_tags(["map", "area", "center", "article", "aside", "header", "footer", "nav", "figure", "bdo"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .set_tag_attribute_values(HashMap::from([("table", HashMap::from([("class", "table dense")]))]))
        .add_allowed_classes("div", ["formula"]);
    builder
});

/// Sanitised HTML of a Markdown text. Takes its time on the thread it is called on, so servers call [`render`].
///
/// # Errors
/// When the text is too long, nested too deep or costs too much.
pub fn html(markdown: &str, breaks: Breaks) -> Result<String, Refused> {
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

    let formulas = Formulas::new();
    for node in root.descendants() {
        if matches!(node.data().value, NodeValue::Link(_)) {
            korean::end_before_particle(&arena, node, &markdown);
        }
        let mut ast = node.data_mut();
        let replacement = match &ast.value {
            NodeValue::Math(math) => {
                let latex = korean::show_lone_tildes(&math.literal);
                Some(NodeValue::HtmlInline(formulas.html(&latex, math.display_math)))
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
    let mut html = String::new();
    if format_html(root, &options, &mut html).is_err() {
        return Ok(literal(&korean::show_lone_tildes(&markdown)));
    }
    let clean = SANITISER.clean(&korean::show_lone_tildes(&html)).to_string();
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

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Converts as a server does, on a stack of the size that its threads have.
    fn on_a_servers_stack(markdown: String) -> Result<String, Refused> {
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
        thread.spawn(move || html(&markdown, Breaks::Line)).unwrap().join().unwrap()
    }

    fn page(markdown: &str) -> String {
        html(markdown, Breaks::Space).unwrap()
    }

    #[test]
    fn a_formula_becomes_mathml_and_what_is_wide_can_scroll() {
        let html = page(
            "점수는 $\\frac{1}{n}$ 입니다.\n\n$$\\sum_{i=1}^n x_i$$\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n",
        );
        assert!(html.contains("<mfrac>"), "{html}");
        assert!(html.contains("<div class=\"formula\" tabindex=\"0\">"), "{html}");
        assert!(html.contains("<pre tabindex=\"0\"><code>code"), "{html}");
        assert!(html.contains("<div class=\"table-wrap\" tabindex=\"0\"><table class=\"table dense\">"), "{html}");
    }

    #[test]
    fn scripts_handlers_and_bad_links_do_not_survive() {
        let attack = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) <b onclick=x>b</b> \
            $\\href{javascript:alert(1)}{x}$ <svg/onload=alert(1)> <style>*{}</style>";
        let html = page(attack);
        for bad in ["<script", "<img", "href=\"javascript", "<b onclick", "<svg", "<style"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn a_formula_that_cannot_be_read_stays_readable() {
        let html = page("$\\frac{1$");
        assert!(html.contains("\\frac{1"), "{html}");
    }

    #[test]
    fn nesting_that_would_end_the_process_is_refused_with_its_line() {
        let times = 1_200;
        let openers =
            ["{", "\\frac{", "x^{", "\\sqrt{", "\\left(", "\\begin{matrix}", "\\sqrt[", "\\hat", "\\displaystyle a "];
        for opener in openers {
            for dollars in ["$", "$$"] {
                let formula = format!("앞줄\n\n{dollars}{}x{dollars}", opener.repeat(times));
                let refused = on_a_servers_stack(formula).unwrap_err();
                assert_eq!(refused, Refused { why: Why::Deep, line: 3 }, "{opener}");
            }
        }
    }

    #[test]
    fn fifty_levels_are_converted_and_fifty_one_are_not() {
        for (opener, closer) in [("{", "}"), ("\\left(", "\\right)"), ("\\begin{matrix}", "\\end{matrix}")] {
            let nested = |n: usize| format!("${}x{}$", opener.repeat(n), closer.repeat(n));
            assert!(on_a_servers_stack(nested(50)).unwrap().contains("<math"), "{opener}");
            assert!(on_a_servers_stack(nested(51)).is_err(), "{opener}");
        }
        for (mark, tag) in [("> ", "<blockquote>"), ("- ", "<li>")] {
            assert_eq!(on_a_servers_stack(mark.repeat(50) + "x").unwrap().matches(tag).count(), 50, "{mark}");
            assert_eq!(on_a_servers_stack(mark.repeat(51) + "x").unwrap_err().why, Why::Deep, "{mark}");
        }
    }

    #[test]
    fn fifty_kilobytes_of_any_mark_end_with_an_answer() {
        let marks = [
            ">",
            "> ",
            "*",
            "**a",
            "*a ",
            "_a ",
            "[",
            "![",
            "[a](",
            "](b)",
            "- ",
            "1. ",
            "* ",
            "`",
            "``a",
            "~~a",
            "~",
            "$",
            "$a$",
            "$$",
            "<",
            "<a ",
            "&",
            "|",
            "|a\n",
            "# ",
            "\\",
            "\\[",
            "a\n>",
            "https://",
            "www.",
            "a@",
            "{",
            "\t",
            " ",
            "\n",
            "> - ",
            "*_",
            "[^",
            "<!--",
            "<?",
            "http://a.kr를",
        ];
        for mark in marks {
            let text = mark.repeat(50_000 / mark.len());
            // Whatever the answer, it comes and it is not much longer than the text.
            if let Ok(html) = on_a_servers_stack(text) {
                assert!(html.len() < 5_000_000, "{mark:?}: {} bytes", html.len());
            }
        }
        let columns = 6_000;
        let wide = format!("{}|\n{}|\n{}", "|a".repeat(columns), "|-".repeat(columns), "a|\n".repeat(8_000));
        let refused = on_a_servers_stack(wide).map(|html| html.len());
        assert_eq!(refused.unwrap_err().why, Why::Much);
    }

    #[test]
    fn a_text_that_is_refused_is_shown_as_it_was_typed() {
        let typed = format!("<b>${}x$", "{".repeat(60));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let shown = runtime.block_on(render_any(typed, Breaks::Line)).unwrap();
        assert!(shown.starts_with("<pre tabindex=\"0\">&lt;b&gt;${{{"), "{shown}");
    }

    #[test]
    fn one_tilde_is_a_range_and_two_strike_through() {
        let html = page("접수 11/3~11/5, **발표 11/10~11/12**\n\n`a~b` ~~취소~~ <https://example.kr/~user>\n\n$a~b$");
        assert!(html.contains("접수 11/3~11/5, <strong>발표 11/10~11/12</strong>"), "{html}");
        assert!(html.contains("<code>a~b</code> <del>취소</del>"), "{html}");
        assert!(html.contains("href=\"https://example.kr/~user\""), "{html}");
        assert!(html.contains("<math") && !html.contains('\u{fdd1}'), "{html}");
    }

    #[test]
    fn korean_may_follow_bold_text_that_ends_with_a_sign() {
        let html = page("**마감(11월 30일)**까지, **\"필독\"**입니다. 이것은**(중요)**합니다.");
        for bold in
            ["<strong>마감(11월 30일)</strong>까지", "<strong>\"필독\"</strong>입니다", "<strong>(중요)</strong>합니다"]
        {
            assert!(html.contains(bold), "{bold} in {html}");
        }
    }

    #[test]
    fn a_bare_address_ends_before_its_particle() {
        let html = page(
            "규칙은 https://madang.example.kr/rules를 봐 주세요. <https://ko.example.org/규칙을> [글](https://a.kr/글을)",
        );
        assert!(html.contains("href=\"https://madang.example.kr/rules\""), "{html}");
        assert!(html.contains(">https://madang.example.kr/rules</a>를 봐"), "{html}");
        assert!(html.contains(">https://ko.example.org/규칙을</a>"), "{html}");
    }

    #[test]
    fn a_line_break_is_one_in_a_notice_and_a_space_in_a_page() {
        assert!(html("첫 줄\n둘째 줄", Breaks::Line).unwrap().contains("첫 줄<br>"));
        assert_eq!(page("첫 줄\n둘째 줄"), "<p>첫 줄\n둘째 줄</p>\n");
    }
}
