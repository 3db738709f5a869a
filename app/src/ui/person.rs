//! People as small round marks, and a competition's drawing.

use leptos::prelude::*;
use scoring::metric::Task;

use crate::context::locale;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::k;
use crate::i18n::k::COVERS;
use crate::tf;
use crate::ui::{Glyph, Icon};

/// The letter that stands for a person: the first syllable of a Korean given name, else (운영팀, Ada) the first letter.
fn initial(name: &str) -> String {
    let hangul = |c: char| ('가'..='힣').contains(&c);
    let letters: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    let is_korean_name =
        (2..=4).contains(&letters.len()) && letters.iter().all(|c| hangul(*c)) && !name.ends_with('팀');
    let letter = if is_korean_name { letters.get(1) } else { letters.first() };
    letter.map(|c| c.to_uppercase().to_string()).unwrap_or_default()
}

/// A person's mark; filled for the reader's own. Decorative: the name stands beside it. Someone without a name is a mere head.
#[component]
pub fn Avatar(#[prop(into)] name: String, #[prop(optional)] me: bool, #[prop(optional)] large: bool) -> impl IntoView {
    let class = format!("avatar{}{}", if me { " me" } else { "" }, if large { " l" } else { "" });
    view! { <span class=class aria-hidden="true">{mark(&name)}</span> }
}

fn mark(name: &str) -> Html {
    if name.is_empty() { view! { <Glyph icon=Icon::User small=true/> }.into_html() } else { initial(name).into_html() }
}

/// A team's members; `true` marks the reader. Those without a name are counted alone.
#[component]
pub fn Avatars(members: Vec<(String, bool)>) -> impl IntoView {
    let l = locale();
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).filter(|name| !name.is_empty()).collect();
    let label = if names.is_empty() {
        tf!(l, k::ui::person::UNNAMED, n = members.len())
    } else {
        tf!(l, k::ui::person::MEMBERS, n = members.len(), names = names.join(", "))
    };
    view! {
        <span class="avatars" role="img" aria-label=label>
            {members
                .into_iter()
                .map(|(name, me)| view! { <span class=if me { "avatar me" } else { "avatar" } title=(!name.is_empty()).then(|| name.clone())>{mark(&name)}</span> })
                .collect_view()}
        </span>
    }
}

/// A competition's picture: the organizer's banner, else a drawing by what is predicted. Fills its box.
#[component]
pub fn Cover(
    task: Task,
    /// Address of the banner.
    #[prop(optional_no_strip)]
    banner: Option<String>,
    /// The wide cut, for a competition's own head.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    if let Some(banner) = banner {
        return view! { <img class="cover" src=banner alt=""/> }.into_html();
    }
    let (id, view_box) = match (task, wide) {
        (Task::Probability | Task::Segmentation, true) => ("cells", "0 0 760 330"),
        (Task::Probability | Task::Segmentation, false) => ("cells", "330 20 320 300"),
        (Task::Number | Task::Survival | Task::Events, true) => ("curve", "0 0 400 300"),
        (Task::Number | Task::Survival | Task::Events, false) => ("curve", "20 40 130 240"),
        (Task::Label | Task::Ranking, true) => ("digits", "-60 -60 620 400"),
        (Task::Label | Task::Ranking, false) => ("digits", "44 -125 320 530"),
    };
    view! {
        <svg class="cover" viewBox=view_box preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            <use_ href=format!("{COVERS}#{id}")></use_>
        </svg>
    }
    .into_html()
}

#[cfg(test)]
mod tests {
    use super::initial;

    #[test]
    fn a_korean_name_shows_its_given_name() {
        assert_eq!(["김서연", "한지우", "운영팀", "Ada Lovelace", "kim"].map(initial), ["서", "지", "운", "A", "K"]);
        assert_eq!(initial(""), "");
    }
}
