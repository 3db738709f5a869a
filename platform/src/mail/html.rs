//! A letter as HTML that mail programs understand: tables, styles at each element, 600 px, one button. The colours are the screen's;
//! programs that follow the reader's theme find the dark ones in the frame's head.

use std::fmt::Write as _;

use domain::Locale;

use super::template::{Block, Inline, fill};

const FRAME: &str = include_str!("templates/frame.html");

/// The letter in its frame.
pub(super) fn html(letter: &[Block], subject: &str, site: &str, base_url: &str, locale: Locale) -> String {
    let mut body = String::new();
    for block in letter {
        write_block(&mut body, block, locale);
    }
    let site = link(&escape(base_url), &escape(site));
    let sent = match locale {
        Locale::Ko => format!("{site}에서 자동으로 보낸 메일입니다."),
        Locale::En => format!("Sent automatically by {site}."),
    };
    let values = [
        ("lang", locale.tag().to_owned()),
        ("subject", escape(subject)),
        ("brand", locale.lang().pick("마당", "Madang").to_owned()),
        ("body", body),
        ("sent", sent),
    ];
    fill(FRAME, locale, &values)
}

fn write_block(out: &mut String, block: &Block, locale: Locale) {
    let _ = match block {
        Block::Title(inlines) => writeln!(
            out,
            r#"<h1 class="text" style="margin:0 0 16px;font-size:24px;line-height:1.35;font-weight:700;color:#1e2124">{}</h1>"#,
            written(inlines)
        ),
        Block::Paragraph(inlines) => writeln!(
            out,
            r#"<p class="text" style="margin:0 0 16px;font-size:17px;line-height:1.6;color:#1e2124">{}</p>"#,
            written(inlines)
        ),
        Block::Item(inlines) => writeln!(
            out,
            r#"<p class="text" style="margin:0 0 8px;font-size:17px;line-height:1.6;color:#1e2124">· {}</p>"#,
            written(inlines)
        ),
        Block::Button { label, address } => {
            let (label, address) = (escape(label), escape(address));
            let otherwise = match locale {
                Locale::Ko => "버튼이 눌리지 않으면 이 주소를 브라우저에 붙여 넣으십시오.",
                Locale::En => "If the button does nothing, paste this address into a browser:",
            };
            let whole = link(&address, &address);
            // The cell's colour and mso-padding-alt are for Outlook, which knows no space around a link's words.
            writeln!(
                out,
                r##"<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 12px"><tr><td bgcolor="#256ef4" style="border-radius:8px;background:#256ef4;mso-padding-alt:12px 24px"><a href="{address}" style="display:inline-block;padding:12px 24px;border-radius:8px;font-size:17px;line-height:1.35;font-weight:600;color:#ffffff;text-decoration:none">{label}</a></td></tr></table>
<p class="muted" style="margin:0 0 16px;font-size:13px;line-height:1.6;color:#58616a">{otherwise}<br><span style="word-break:break-all">{whole}</span></p>"##
            )
        }
        Block::Note(inlines) => writeln!(
            out,
            r#"<p class="muted" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #e6e8ea;font-size:15px;line-height:1.6;color:#58616a">{}</p>"#,
            written(inlines)
        ),
    };
}

fn written(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) => escape(text),
        Inline::Strong(text) => format!(r#"<strong style="font-weight:600">{}</strong>"#, escape(text)),
        Inline::Code(text) => format!(
            r#"<code class="code" style="padding:1px 5px;border-radius:4px;background:#f4f5f6;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:0.9em">{}</code>"#,
            escape(text)
        ),
        Inline::Link { label, address } => link(&escape(address), &escape(label)),
    };
    inlines.iter().map(one).collect()
}

/// A link; both texts are escaped already.
fn link(address: &str, label: &str) -> String {
    format!(r#"<a class="link" href="{address}" style="color:#0b50d0">{label}</a>"#)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
