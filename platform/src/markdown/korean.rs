//! What Markdown's rules, made for English, get wrong in Korean.

use comrak::Arena;
use comrak::nodes::{AstNode, Node, NodeValue};

/// Stands for a lone `~` while the text is read; a code point that is no character.
const LONE_TILDE: char = '\u{fdd1}';
/// The same in an address.
const LONE_TILDE_IN_ADDRESS: &str = "%EF%B7%91";

/// Particles and endings that follow an address without a space, longer ones before those they begin with.
const PARTICLES: [&str; 32] = [
    "입니다",
    "이에요",
    "이라고",
    "이라는",
    "에서는",
    "에서",
    "에게",
    "에는",
    "에도",
    "으로",
    "까지",
    "부터",
    "처럼",
    "보다",
    "라고",
    "라는",
    "예요",
    "이며",
    "이고",
    "이나",
    "에",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "로",
    "와",
    "과",
    "의",
    "도",
];

/// The text with each lone `~` hidden: `11/3~11/5, 11/10~11/12` are ranges, only `~~` strikes through.
pub(super) fn hide_lone_tildes(markdown: &str) -> String {
    let mut hidden = String::with_capacity(markdown.len());
    let mut before = None;
    let mut letters = markdown.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_lone = letter == '~' && before != Some('~') && letters.peek() != Some(&'~');
        hidden.push(match letter {
            _ if is_lone => LONE_TILDE,
            LONE_TILDE => char::REPLACEMENT_CHARACTER,
            letter => letter,
        });
        before = Some(letter);
    }
    hidden
}

/// Puts the hidden tildes back.
pub(super) fn show_lone_tildes(text: &str) -> String {
    text.replace(LONE_TILDE, "~").replace(LONE_TILDE_IN_ADDRESS, "~")
}

/// Ends a bare address before the particle that follows it: `https://madang.example.kr/rules를`.
pub(super) fn end_before_particle<'a>(arena: &'a Arena<'a>, link: Node<'a>, markdown: &str) {
    let Some(inner) = link.first_child().filter(|inner| inner.next_sibling().is_none()) else { return };
    let shown = match &inner.data().value {
        NodeValue::Text(shown) => shown.to_string(),
        _ => return,
    };
    let is_bare = match &link.data().value {
        NodeValue::Link(to) => to.url.ends_with(&shown) && !is_bracketed(link, markdown),
        _ => false,
    };
    let Some(at) = particle(&shown).filter(|_| is_bare) else { return };
    let (address, particle) = shown.split_at(at);
    inner.data_mut().value = NodeValue::Text(address.to_owned().into());
    if let NodeValue::Link(to) = &mut link.data_mut().value {
        to.url.truncate(to.url.len() - particle.len());
    }
    link.insert_after(arena.alloc(AstNode::from(NodeValue::Text(particle.to_owned().into()))));
}

/// Whether a link's source begins with a bracket, so that the writer has said where it ends.
fn is_bracketed(link: Node<'_>, markdown: &str) -> bool {
    let start = link.data().sourcepos.start;
    let line = markdown.lines().nth(start.line.saturating_sub(1)).unwrap_or_default();
    matches!(line.as_bytes().get(start.column.saturating_sub(1)), Some(b'<' | b'['))
}

/// Where the particle begins, if Hangul that is no part of the address follows it.
fn particle(address: &str) -> Option<usize> {
    let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
    let (_, path) = address.split_once("//").unwrap_or(("", address));
    let offset = address.len() - path.len();
    let mut before = None;
    for (at, letter) in path.char_indices() {
        if is_hangul(letter) && before.is_some_and(|before: char| before.is_ascii()) {
            let run: String = path[at..].chars().take_while(|letter| is_hangul(*letter)).collect();
            let starts = PARTICLES.iter().any(|particle| run.starts_with(particle));
            let is_one = PARTICLES.contains(&run.as_str()) && at + run.len() == path.len();
            // `/rules를` and `/rules를읽고`, but not `/의료/` or `?q=이름`.
            if (starts && before.is_some_and(|before| before.is_ascii_alphanumeric())) || is_one {
                return Some(offset + at);
            }
        }
        before = Some(letter);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_particle_is_told_from_a_korean_path() {
        for (address, expected) in [
            ("https://madang.example.kr/rules를", Some("를")),
            ("https://madang.example.kr/rules에서는", Some("에서는")),
            ("https://madang.example.kr에", Some("에")),
            ("https://madang.example.kr/를", Some("를")),
            ("www.example.kr/a를보고", Some("를보고")),
            ("https://ko.example.org/wiki/의료영상", None),
            ("https://example.kr/?q=이름", None),
            ("https://example.kr/2026년", None),
            ("https://example.kr/rules", None),
        ] {
            assert_eq!(particle(address).map(|at| &address[at..]), expected, "{address}");
        }
    }
}
