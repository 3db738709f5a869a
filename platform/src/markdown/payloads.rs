//! Several hundred ways to bring a script into a page, each of which must come out as words (`end2end/fixtures/payloads.json`; the browser
//! tests show the same to Chromium).

use std::collections::BTreeMap;

use super::harmless::clean;
use super::{Breaks, html, images};

fn payloads() -> Vec<String> {
    let text = include_str!("../../../end2end/fixtures/payloads.json");
    let families: BTreeMap<String, Vec<String>> = serde_json::from_str(text).unwrap();
    families.into_values().flatten().collect()
}

/// Elements that no text has: what runs, loads, asks, covers the page or is read otherwise than it is written.
const FORBIDDEN: [&str; 39] = [
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "option",
    "svg",
    "link",
    "meta",
    "base",
    "template",
    "slot",
    "noscript",
    "title",
    "xmp",
    "plaintext",
    "noembed",
    "noframes",
    "frame",
    "frameset",
    "portal",
    "dialog",
    "video",
    "audio",
    "source",
    "track",
    "map",
    "area",
    "math-ml",
    "maction",
    "annotation-xml",
    "mglyph",
    "foreignobject",
    "leptos-island",
];

/// What is wrong with HTML as the sanitiser writes it: in a tag every attribute is a name, `="`, the value without a quote, `"`.
fn harm(html: &str) -> Option<String> {
    for tag in html.split('<').skip(1) {
        let end = tag.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(tag.len());
        let name = tag[..end].trim_start_matches('/').to_lowercase();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) || FORBIDDEN.contains(&name.as_str()) {
            return Some(format!("<{tag}"));
        }
        let mut rest = &tag[end..];
        while !rest.starts_with('>')
            && let Some((attribute, (value, after))) = rest
                .split_once("=\"")
                .and_then(|(name, rest)| Some((name.trim().to_lowercase(), rest.split_once('"')?)))
        {
            let value: String =
                value.to_lowercase().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            let names_address = ["href", "src", "cite", "xlink:href"].contains(&attribute.as_str());
            let runs = ["javascript:", "vbscript:", "data:", "blob:"].iter().any(|scheme| value.starts_with(scheme));
            let forbidden =
                ["id", "name", "style", "srcdoc", "srcset", "action", "formaction", "ping", "usemap", "target"];
            if attribute.starts_with("on")
                || attribute.starts_with("data-")
                || forbidden.contains(&attribute.as_str())
                || (names_address && runs)
            {
                return Some(format!("{attribute}={value}"));
            }
            rest = after;
        }
    }
    None
}

#[test]
fn there_are_several_hundred_payloads_and_what_looks_for_harm_finds_it() {
    assert!(payloads().len() >= 200, "{}", payloads().len());
    for harmful in ["<svg>", "<img src=\"x\" onerror=\"x\">", "<a href=\"java script:x\">", "<p id=\"x\">", "<script>"]
    {
        assert!(harm(harmful).is_some(), "{harmful}");
    }
    assert_eq!(harm("<p><a href=\"https://a.example\" rel=\"nofollow\">x</a></p>"), None);
}

#[test]
fn no_payload_comes_through_and_what_is_clean_stays_as_it_is() {
    for payload in payloads() {
        // As a text, and as if the converter had let all of it through.
        for raw in [html(&payload, Breaks::Line), html(&payload, Breaks::Space), Ok(payload.clone())] {
            let Ok(raw) = raw else { continue };
            let once = clean(&raw);
            assert_eq!(clean(&once), once, "{payload:?} changes when it is read again");
            assert_eq!(harm(&once), None, "{payload:?} became {once}");
        }
        let Ok(shown) = html(&payload, Breaks::Line) else { continue };
        let shown = images::shown(&shown, "a");
        assert_eq!(harm(&shown), None, "{payload:?} is shown as {shown}");
        let elsewhere =
            images::named(&shown).into_iter().filter(|image| matches!(image, images::ImageSource::Elsewhere(_)));
        assert_eq!(elsewhere.collect::<Vec<_>>(), [], "{payload:?}");
    }
}

#[test]
fn a_picture_from_elsewhere_is_a_link_and_within_a_link_its_words() {
    let shown = |text: &str| html(text, Breaks::Line).unwrap();
    let link = shown("![점수](https://a.example/x.png)");
    assert!(
        link.contains("<a href=\"https://a.example/x.png\"") && link.contains(">점수</a>") && !link.contains("<img"),
        "{link}"
    );
    let within = shown("[![점수](//a.example/x.png)](https://b.example)");
    assert!(within.contains("b.example") && !within.contains("a.example") && within.contains("점수"), "{within}");
    assert!(shown("![x](/competitions/a/boards/files/b)").contains("<img"));
    assert!(shown("![x](/\\a.example/x.png)").contains("<a "));
}
