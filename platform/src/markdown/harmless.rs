//! What keeps the HTML harmless: text that stands for itself, and the one sanitiser, which has the last word.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

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

/// The classes of what code is made of.
const CODE_CLASSES: [&str; 7] =
    ["code-comment", "code-string", "code-number", "code-word", "code-name", "code-added", "code-removed"];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(MATH_TAGS)
        .add_generic_attributes(MATH_ATTRIBUTES)
        .rm_tags(["map", "area", "center", "article", "aside", "header", "footer", "nav", "figure", "bdo"])
        // Nobody sees where a quotation says that it comes from, and any address may stand there.
        .rm_tag_attributes("blockquote", ["cite"])
        .rm_tag_attributes("q", ["cite"])
        .rm_tag_attributes("del", ["cite"])
        .rm_tag_attributes("ins", ["cite"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .set_tag_attribute_values(HashMap::from([("table", HashMap::from([("class", "table dense")]))]))
        .add_allowed_classes("div", ["formula"])
        .add_allowed_classes("span", CODE_CLASSES)
        .add_allowed_classes("span", ["at"]);
    builder
});

/// Text that stands for itself.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// How often HTML is read again until nothing changes: parsers mend what is nested wrongly, and once more what they have mended.
const READS: usize = 5;

/// The HTML without what could do harm. Whoever reads it again reads the same; what never comes to that is shown as it was written.
pub(super) fn clean(html: &str) -> String {
    // A carriage return, which a reference may have brought, is a line break to every parser.
    let once = |html: &str| SANITISER.clean(html).to_string().replace('\r', "\n");
    let mut clean = once(html);
    for _ in 0..READS {
        let again = once(&clean);
        if again == clean {
            return clean;
        }
        clean = again;
    }
    escape(html)
}
