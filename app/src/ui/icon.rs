//! Icons: 24-pixel strokes from one sprite file (`icons.svg`) in the colour of the text around them.

use leptos::prelude::*;

use crate::i18n::k::ICONS;

macro_rules! icons {
    ($($name:ident = $id:literal),+ $(,)?) => {
        /// A symbol of the sprite.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($name),+ }

        impl Icon {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The symbol's id in `icons.svg`, without its `i-`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }
        }
    };
}

icons! {
    Alert = "alert", Bad = "bad", Bell = "bell", Calendar = "calendar", Chat = "chat", Check = "check", Clip = "clip",
    Clock = "clock", Copy = "copy", Down = "down", Download = "download", Edit = "edit", External = "external",
    Eye = "eye", File = "file", Flag = "flag", Flask = "flask", Globe = "globe", Heart = "heart", Home = "home", Inbox = "inbox",
    Info = "info", Leader = "leader", Left = "left", Lock = "lock", Mail = "mail", Menu = "menu", More = "more",
    Ok = "ok", Pin = "pin", Refresh = "refresh", Right = "right", Search = "search", Settings = "settings",
    Shield = "shield", Star = "star", Terminal = "terminal", Theme = "theme", Thumb = "thumb", Trash = "trash", Trophy = "trophy", Up = "up",
    Upload = "upload", User = "user", Users = "users", X = "x",
}

/// A decorative icon; the words beside it, or the control's own name, say what it means.
#[component]
pub fn Glyph(
    icon: Icon,
    /// 16 instead of 20 pixels.
    #[prop(optional)]
    small: bool,
    /// Among words in running text.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    let class = match (small, inline) {
        (_, true) => "icon s inline",
        (true, false) => "icon s",
        (false, false) => "icon",
    };
    view! {
        <svg class=class aria-hidden="true">
            <use_ href=format!("{ICONS}#i-{}", icon.id())></use_>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Icon;

    #[test]
    fn every_icon_is_a_symbol_of_the_sprite_and_no_symbol_is_unused() {
        let sprite = include_str!("../../icons.svg");
        for icon in Icon::ALL {
            assert!(sprite.contains(&format!("id=\"i-{}\"", icon.id())), "icons.svg lacks {icon:?}");
        }
        assert_eq!(sprite.matches("<symbol").count(), Icon::ALL.len());
    }
}
