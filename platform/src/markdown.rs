//! Markdown to HTML, the one way for pages and notices: CommonMark with tables and `$` formulas, formulas as MathML, one sanitiser.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use comrak::nodes::{NodeHtmlBlock, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

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

/// Sanitised HTML of a Markdown text. A formula that cannot be read stays as its source in a code element.
pub fn render(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.math_dollars = true;
    // Raw HTML in the source stays escaped text; only our own MathML passes, and the sanitiser has the last word.
    options.render.r#unsafe = true;
    options.render.escape = false;

    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    for node in root.descendants() {
        let mut ast = node.data.borrow_mut();
        let replacement = match &ast.value {
            NodeValue::Math(math) => Some(NodeValue::HtmlInline(formula(&math.literal, math.display_math))),
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
        return format!("<p>{}</p>", escape(markdown));
    }
    let clean = SANITISER.clean(&html).to_string();
    // What may be wider than the page can be scrolled from the keyboard.
    clean
        .replace("<table", "<div class=\"table-wrap\" tabindex=\"0\"><table")
        .replace("</table>", "</table></div>")
        .replace("<pre", "<pre tabindex=\"0\"")
        .replace("<div class=\"formula\"", "<div class=\"formula\" tabindex=\"0\"")
}

fn formula(latex: &str, display: bool) -> String {
    let style = if display { MathDisplay::Block } else { MathDisplay::Inline };
    let converted = LatexToMathML::new(MathCoreConfig::default())
        .ok()
        .and_then(|converter| converter.convert_with_local_state(latex, style).ok())
        .map(|result| result.mathml);
    match converted {
        Some(mathml) if display => format!("<div class=\"formula\">{mathml}</div>"),
        Some(mathml) => mathml,
        None => format!("<code>{}</code>", escape(latex)),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_mathml_and_what_is_wide_can_scroll() {
        let html = render(
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
        let html = render(attack);
        for bad in ["<script", "<img", "href=\"javascript", "<b onclick", "<svg", "<style"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn a_formula_that_cannot_be_read_stays_readable() {
        let html = render("$\\frac{1$");
        assert!(html.contains("\\frac{1"), "{html}");
    }
}
