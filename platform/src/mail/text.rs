//! A letter as plain text, for those who read it so and for programs that look whether both say the same.

use domain::Locale;

use super::template::{Block, Inline};

/// The letter below its subject, which says the title.
pub(super) fn text(letter: &[Block], site: &str, locale: Locale) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut is_below = false;
    for block in letter {
        match block {
            Block::Title(_) => {}
            Block::Paragraph(inlines) => parts.push(written(inlines)),
            Block::Item(inlines) => parts.push(format!("- {}", written(inlines))),
            Block::Button { label, address } => parts.push(format!("{label}:\n{address}")),
            Block::Note(inlines) => {
                if !is_below {
                    parts.push("----".to_owned());
                    is_below = true;
                }
                parts.push(written(inlines));
            }
        }
    }
    parts.push(match locale {
        Locale::Ko => format!("{site}에서 자동으로 보낸 메일입니다."),
        Locale::En => format!("Sent automatically by {site}."),
    });
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

/// The words of a line.
pub(super) fn written(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Strong(text) | Inline::Code(text) => text.clone(),
        Inline::Link { label, address } => format!("{label} ({address})"),
    };
    inlines.iter().map(one).collect()
}
