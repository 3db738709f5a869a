//! The document around every page: head, site header, main, site footer. No inline script and no style attribute,
//! so that a strict content security policy can stay.

use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::{MetaTags, Title, provide_meta_context};

use crate::api::accounts::LogOut;
use crate::context::{Assets, Theme, Viewer, viewer};
use crate::format;
use crate::head::first_in_head;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::notifications::bell::Bell;
use crate::request::shared;
use crate::routes::Pages;
use crate::tf;
use crate::ui::{Avatar, Glyph, Icon};

/// The whole document.
pub fn shell(assets: Assets) -> impl IntoView {
    provide_meta_context();
    let viewer = viewer();
    let l = viewer.locale;
    let theme = viewer.theme.map(Theme::key);
    view! {
        <!DOCTYPE html>
        <html lang=l.tag() data-theme=theme>
            <head>
                {first_in_head()}
                {assets
                    .font_preloads
                    .iter()
                    .map(|href| view! { <link rel="preload" href=*href r#as="font" r#type="font/woff2" crossorigin="anonymous"/> })
                    .collect_view()}
                <link rel="stylesheet" href=assets.style/>
                <link rel="stylesheet" href=assets.fonts/>
                <script type="module" id="boot" src=assets.boot data-app=assets.app data-wasm=assets.wasm data-live=assets.live></script>
                <MetaTags/>
            </head>
            <body>
                <Title formatter=move |page: String| site_title(l, &page)/>
                <a class="skip-link" href="#main">{t(l, k::site::SKIP)}</a>
                {viewer.is_demo.then(|| view! { <aside class="demo-note" aria-label=t(l, k::site::DEMO_LABEL)><Glyph icon=Icon::Flask small=true/><span>{t(l, k::site::DEMO)}</span></aside> })}
                <SiteHeader viewer/>
                <main id="main" tabindex="-1"><Pages/></main>
                <SiteFooter locale=l/>
            </body>
        </html>
    }
}

/// What stands in `<title>`, which is written into the page as it is: names and searches are anyone's.
fn site_title(locale: Locale, page: &str) -> String {
    let site = t(locale, k::site::NAME);
    let title = if page.is_empty() { site.to_owned() } else { format!("{page} · {site}") };
    format::between_tags(&title)
}

#[component]
fn SiteHeader(viewer: Viewer) -> impl IntoView {
    let l = viewer.locale;
    view! {
        <header class="site-header">
            <div class="page">
                <a class="brand" href=address::HOME>
                    <svg viewBox="0 0 24 24" aria-hidden="true">
                        <path d="M9.5 20.5H3.5v-17h17v17h-6" fill="none" stroke="currentColor" stroke-width="4" stroke-linejoin="miter"></path>
                    </svg>
                    {t(l, k::site::NAME)}
                </a>
                <nav class="site-nav wide-only" aria-label=t(l, k::site::NAV)>{nav_links(&viewer)}</nav>
                <div class="row tight push">
                    <div class="wide-only"><LanguageSwitch viewer=viewer.clone() class="btn ghost s"/></div>
                    <button class="btn ghost icon-only wide-only" type="button" popovertarget="theme-menu" aria-label=t(l, k::site::THEME) title=t(l, k::site::THEME)>
                        <Glyph icon=Icon::Theme/>
                    </button>
                    <div class="menu" id="theme-menu" popover="auto"><ThemeSwitch viewer=viewer.clone()/></div>
                    <UserMenu viewer=viewer.clone()/>
                    <button class="btn ghost icon-only narrow-only" type="button" popovertarget="site-menu" aria-label=t(l, k::site::MENU_OPEN)>
                        <Glyph icon=Icon::Menu/>
                    </button>
                    <div class="menu" id="site-menu" popover="auto">
                        <nav aria-label=t(l, k::site::NAV_ALL)>{nav_links(&viewer)}</nav>
                        <SignUpLink viewer=viewer.clone()/>
                        <hr/>
                        <LanguageSwitch viewer=viewer.clone() class=""/>
                        <hr/>
                        <ThemeSwitch viewer=viewer.clone()/>
                    </div>
                </div>
            </div>
        </header>
    }
    .into_html()
}

fn nav_links(viewer: &Viewer) -> impl IntoView + use<> {
    let l = viewer.locale;
    let path = viewer.path.split('?').next().unwrap_or_default();
    let here = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
    let current = |is_here: bool| is_here.then_some("page");
    view! {
        <a href=address::HOME aria-current=current(path == address::HOME || here("/competitions"))>{t(l, k::site::COMPETITIONS)}</a>
        <a href=address::NOTICES aria-current=current(here(address::NOTICES))>{t(l, k::site::NOTICES)}</a>
        <a href=address::GUIDE aria-current=current(here(address::GUIDE))>{t(l, k::site::GUIDE)}</a>
    }
}

/// A form of one button that turns the page into the other language.
#[component]
fn LanguageSwitch(viewer: Viewer, class: &'static str) -> impl IntoView {
    let other = match viewer.locale {
        Locale::Ko => Locale::En,
        Locale::En => Locale::Ko,
    };
    view! {
        <form method="post" action=address::service::PREFERENCES>
            <input type="hidden" name="next" value=viewer.path/>
            <button class=class name="lang" value=other.tag() lang=other.tag()>
                <Glyph icon=Icon::Globe small=true/>
                {t(viewer.locale, k::site::LANGUAGE)}
            </button>
        </form>
    }
}

/// A form of three buttons; `boot.js` changes the theme without loading the page again.
#[component]
fn ThemeSwitch(viewer: Viewer) -> impl IntoView {
    let l = viewer.locale;
    let chosen = viewer.theme.map_or("system", Theme::key);
    let choices = [("system", k::site::THEME_SYSTEM), ("light", k::site::THEME_LIGHT), ("dark", k::site::THEME_DARK)];
    view! {
        <form method="post" action=address::service::PREFERENCES role="group" aria-label=t(l, k::site::THEME)>
            <input type="hidden" name="next" value=viewer.path/>
            {choices
                .map(|(key, label)| {
                    let pressed = if key == chosen { "true" } else { "false" };
                    view! { <button name="theme" value=key aria-pressed=pressed><Glyph icon=Icon::Check small=true/>{t(l, label)}</button> }
                })
                .collect_view()}
        </form>
    }
}

/// The small screen's way to an account, for who has none.
#[component]
pub fn SignUpLink(viewer: Viewer) -> impl IntoView {
    if shared().is_some() {
        return view! { <mine-links></mine-links> }.into_html();
    }
    let link = view! { <hr/><a href=address::SIGNUP>{t(viewer.locale, k::site::SIGNUP)}</a> };
    viewer.user.is_none().then_some(link).into_html()
}

#[component]
pub fn UserMenu(viewer: Viewer) -> impl IntoView {
    let l = viewer.locale;
    if shared().is_some() {
        return view! { <mine-menu></mine-menu> }.into_html();
    }
    let bell = viewer.clone();
    match viewer.user {
        None => view! {
            <a class="btn ghost" href=address::LOGIN>{t(l, k::site::LOGIN)}</a>
            <a class="btn wide-only" href=address::SIGNUP>{t(l, k::site::SIGNUP)}</a>
        }
        .into_html(),
        Some(user) => view! {
            <Bell viewer=bell/>
            <button class="btn ghost" type="button" popovertarget="user-menu" data-who=user.id.0.to_string() aria-label=tf!(l, k::site::USER_MENU, name = user.name)>
                <Avatar name=user.name.clone() me=true/>
                <span class="wide-only">{user.name.clone()}</span>
                <Glyph icon=Icon::Down small=true/>
            </button>
            <div class="menu" id="user-menu" popover="auto">
                <a href=address::ACCOUNT>{t(l, k::site::ACCOUNT)}</a>
                <a href=address::NOTIFICATIONS>{t(l, k::notifications::TITLE)}</a>
                <a href=address::TOKENS>{t(l, k::site::TOKENS)}</a>
                {user.is_admin.then(|| view! { <a href=address::ADMIN>{t(l, k::administration::TITLE)}</a> })}
                <hr/>
                <form method="post" action=LogOut::PATH><button>{t(l, k::site::LOGOUT)}</button></form>
            </div>
        }
        .into_html(),
    }
}

#[component]
fn SiteFooter(locale: Locale) -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="page">
                <ul>
                    <li><a href=address::NOTICES>{t(locale, k::site::NOTICES)}</a></li>
                    <li><a href=address::GUIDE>{t(locale, k::site::GUIDE)}</a></li>
                    <li><a href=address::API_DOCS>{t(locale, k::site::API)}</a></li>
                </ul>
                <p>{tf!(locale, k::site::VERSION, version = env!("CARGO_PKG_VERSION"))}</p>
            </div>
        </footer>
    }
    .into_html()
}
