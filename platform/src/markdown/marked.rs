//! HTML of a text in which it is known where somebody may be called by name: behind each `@` of running text, none of code, of a link or
//! of an e-mail address. Whom it is is decided where the text is stored; whatever it says, no more than a name is marked.

use std::fmt::Write as _;

use comrak::Arena;
use comrak::nodes::{AstNode, Node, NodeValue};
use domain::names;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{harmless, images, literal};

/// An `@` behind which a name may stand. No text can bring it: in sanitised HTML an attribute has no quote and a text no bracket.
const MARK: &str = "<span class=\"at\">@</span>";
/// So many signs of a text are looked at.
const CALLS_MAX: usize = 20;
/// Letters of the longest name, of a team or a person.
const NAME_MAX: usize = 20;

/// Such HTML, which is shown with or without names in it.
#[derive(Debug, Clone)]
pub(crate) struct Marked(String);

/// Somebody whose name is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// As it stands in the text.
    pub name: String,
    /// The page about them, where there is one.
    pub page: Option<String>,
}

impl Marked {
    pub(super) fn new(html: String) -> Self {
        Self(html)
    }

    /// A text that is no Markdown, as it was typed.
    pub(crate) fn literal(text: &str) -> Self {
        Self(literal(text))
    }

    /// With the pictures of a competition.
    pub(crate) fn with_images(self, slug: &str) -> Self {
        Self(images::shown(&self.0, slug))
    }

    /// The HTML without any name in it.
    pub(crate) fn plain(&self) -> String {
        self.0.replace(MARK, "@")
    }

    /// What may be the name behind each `@`, the longest first: names have spaces, and a particle may follow one.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        let calls = self.0.split(MARK).skip(1).map(|rest| starts(rest).into_iter().map(|(name, _)| name).collect());
        calls.filter(|call: &Vec<String>| !call.is_empty()).collect()
    }

    /// The HTML with these names marked where they are called, the longest that fits.
    pub(crate) fn shown(&self, named: &[Named]) -> String {
        let mut parts = self.0.split(MARK);
        let mut html = parts.next().unwrap_or_default().to_owned();
        for rest in parts {
            let found = starts(rest).into_iter().find_map(|(start, end)| {
                let one = named.iter().find(|one| is_same(&one.name, &start))?;
                Some((one, rest.split_at(end)))
            });
            let _ = match found {
                Some((Named { page: Some(page), .. }, (name, rest))) => {
                    write!(html, "<a class=\"mention\" href=\"{}\">@{name}</a>{rest}", harmless::escape(page))
                }
                Some((_, (name, rest))) => write!(html, "<span class=\"mention\">@{name}</span>{rest}"),
                None => write!(html, "@{rest}"),
            };
        }
        html
    }
}

/// Whether two names are one as they are typed, whatever their case and composition.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    names::plain(one) == names::plain(other)
}

/// All that may be a name at the start of a text in HTML, the longest first, and where each ends.
fn starts(html: &str) -> Vec<(String, usize)> {
    let text = html.split('<').next().unwrap_or_default();
    let mut found: Vec<(String, usize)> = Vec::new();
    let (mut name, mut at) = (String::new(), 0);
    while let Some((letter, length)) = letter(&text[at..]).filter(|_| found.len() < NAME_MAX) {
        name.push(letter);
        at += length;
        let next = self::letter(&text[at..]).map(|(next, _)| next);
        if name.starts_with(char::is_whitespace) {
            break;
        }
        if !letter.is_whitespace() && next.is_none_or(|next| !continues(letter, next)) {
            found.push((name.nfc().collect(), at));
        }
    }
    found.reverse();
    found
}

/// Whether a name cannot end between two letters: within a word, but before Hangul, where a particle may begin; within a letter of parts.
fn continues(letter: char, next: char) -> bool {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_hangul = |c: char| matches!(c, '가'..='힣' | '\u{1100}'..='\u{115F}');
    is_combining_mark(next)
        || matches!(next, '\u{1160}'..='\u{11FF}')
        || (is_of_word(letter) && is_of_word(next) && !is_hangul(next))
}

/// The first letter of a text as the sanitiser writes it, and how long it is there.
fn letter(text: &str) -> Option<(char, usize)> {
    let written = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{A0}')];
    if let Some((entity, letter)) = written.into_iter().find(|(entity, _)| text.starts_with(entity)) {
        return Some((letter, entity.len()));
    }
    text.chars().next().map(|letter| (letter, letter.len_utf8()))
}

/// Marks each `@` of running text that may call somebody.
pub(super) fn mark<'a>(arena: &'a Arena<'a>, root: Node<'a>) {
    let is_elsewhere = |node: Node<'a>| {
        node.ancestors().skip(1).any(|above| matches!(above.data().value, NodeValue::Link(_) | NodeValue::Image(_)))
    };
    let texts: Vec<_> = root
        .descendants()
        .filter_map(|node| match &node.data().value {
            NodeValue::Text(text) if text.contains('@') => Some((node, text.to_string())),
            _ => None,
        })
        .filter(|(node, _)| !is_elsewhere(node))
        .collect();
    let mut left = CALLS_MAX;
    for (node, text) in texts {
        let (mut from, mut last) = (0, node);
        for (at, _) in text.match_indices('@') {
            if left == 0 || !begins(&text[..at], &text[at + 1..]) {
                continue;
            }
            left -= 1;
            let before = NodeValue::Text(text[from..at].to_owned().into());
            if from == 0 {
                node.data_mut().value = before;
            } else {
                last = after(arena, last, before);
            }
            last = after(arena, last, NodeValue::HtmlInline(MARK.to_owned()));
            from = at + 1;
        }
        if from > 0 {
            after(arena, last, NodeValue::Text(text[from..].to_owned().into()));
        }
    }
}

fn after<'a>(arena: &'a Arena<'a>, node: Node<'a>, value: NodeValue) -> Node<'a> {
    let next = arena.alloc(AstNode::from(value));
    node.insert_after(next);
    next
}

/// Whether an `@` between two texts is none of an address.
fn begins(before: &str, after: &str) -> bool {
    let is_of_address = |c: char| c.is_ascii_alphanumeric() || "._%+-/@=".contains(c);
    // What looks like HTML stands in a part of its own.
    !before.ends_with(is_of_address) && !after.starts_with(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::marked_html;

    fn shown(text: &str, names: &[&str]) -> String {
        let named: Vec<_> = names.iter().map(|name| Named { name: (*name).into(), page: None }).collect();
        marked_html(text).unwrap().shown(&named)
    }

    #[test]
    fn the_longest_name_is_marked_and_a_particle_may_follow_it() {
        let mark = |name: &str| format!("<span class=\"mention\">@{name}</span>");
        for (text, names, name) in [
            ("안녕 @가람이랑 해요", vec!["가람"], "가람"),
            ("안녕 @가람이랑 해요", vec!["가람", "가람이"], "가람이"),
            ("@한빛 AI 연구는", vec!["한빛", "한빛 AI", "한빛 AI 연구"], "한빛 AI 연구"),
            ("(@anna, 봐 주세요)", vec!["Anna"], "anna"),
            ("**@anna**님", vec!["anna"], "anna"),
            ("@R&D팀이", vec!["R&D팀"], "R&amp;D팀"),
        ] {
            let html = shown(text, &names);
            assert!(html.contains(&mark(name)), "{text}: {html}");
            assert_eq!(html.matches("mention").count(), 1);
        }
        let parts = "@\u{1100}\u{1161}\u{1105}\u{1161}\u{11b7}이";
        assert_eq!(shown(parts, &["가람"]).matches("mention").count(), 1, "as a Mac writes it");
        assert_eq!(shown(parts, &["가라"]).matches("mention").count(), 0);
    }

    #[test]
    fn code_links_addresses_and_other_words_call_nobody() {
        for text in [
            "`@anna`",
            "```\n@anna\n```",
            "x@anna",
            "kim@anna.kr",
            "[@anna](https://a.kr)",
            "![@anna](/a.png)",
            "https://a.kr/@anna",
            "@annabel",
            "@anna_b",
            "@ anna",
            "$@anna$",
            "<b title='@anna'>",
        ] {
            let html = shown(text, &["anna", "b title"]);
            assert!(!html.contains("mention") && !html.contains("class=\"at\""), "{text}: {html}");
        }
        let many = "@anna ".repeat(2 * CALLS_MAX);
        assert_eq!(shown(&many, &["anna"]).matches("mention").count(), CALLS_MAX);
        assert_eq!(shown(&many, &["anna"]).matches("@anna").count(), 2 * CALLS_MAX);
    }

    #[test]
    fn nobody_can_forge_a_mark_and_a_name_is_words_whatever_is_in_it() {
        for text in [
            MARK.to_owned() + "anna",
            "<span class=\"mention\">@x</span>".to_owned(),
            format!("![x](/a.png '{MARK}anna')"),
            format!("[x](/a '{MARK}anna')"),
            format!("`{MARK}anna`"),
            "&lt;span class=\"at\"&gt;@&lt;/span&gt;anna".to_owned(),
        ] {
            let html = shown(&text, &["nobody"]);
            assert!(!html.contains("<span"), "{text}: {html}");
        }
        let html = shown("@<img src=x onerror=alert(1)> 안녕", &["<img src=x onerror=alert(1)>"]);
        assert_eq!(html.trim(), "<p><span class=\"mention\">@&lt;img src=x onerror=alert(1)&gt;</span> 안녕</p>");
        let page = Named { name: "가람".into(), page: Some("/a\"><script>".into()) };
        assert!(!marked_html("@가람").unwrap().shown(&[page]).contains("<script"));
    }
}
