//! For a projector: the questions with most votes in large letters, and the way to the page. Nothing else.

use std::sync::Arc;

use domain::AppError;
use domain::address::{self, file};
use domain::live::LiveSession;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::qr::QrPicture;

use super::list::{LiveListAsked, html};
use super::page::{NoSession, version_of};
use super::words::{hours, turns};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::islands::{LiveEvents, LiveQuestions};
use crate::pages::competitions::here::Here;
use crate::pages::competitions::moments::Moments;
use crate::pages::load::load;
use crate::pages::qr::qr;
use crate::request;

/// `/competitions/:slug/live/screen`
#[component]
pub fn LiveScreenPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    load(async move {
        let here = Here::find(&slug).await?;
        let session = LiveSession::shown(&here.competition.live, here.now).cloned();
        let title = view! { <Title text=format!("{} · {}", t(locale(), k::live::TITLE), here.title())/> };
        let Some(session) = session else { return Ok(view! { {title}<NoSession here/> }.into_html()) };
        let asked = LiveListAsked { all: false, screen: true, now: true };
        let list = html(&request::services(), &here, locale(), &session, asked).await?;
        let link = format!("{}{}", request::base_url(), address::live(here.slug()));
        let picture = QrPicture::of(&link)?;
        Ok::<_, AppError>(view! { {title}<Screen here session list link picture/> }.into_html())
    })
}

#[component]
fn Screen(here: Arc<Here>, session: LiveSession, list: String, link: String, picture: QrPicture) -> impl IntoView {
    let l = locale();
    let short = link.split_once("://").map_or(link.as_str(), |(_, rest)| rest).to_owned();
    let address = address::asking(&file::live_list(here.slug()), &[("screen", "on")]);
    let (version, moments) = (version_of(&list), turns(&session, here.now));
    view! {
        <div class="live-screen" data-theme="dark">
            <header>
                <p class="of">{here.title().to_owned()}</p>
                <h1>{session.title.clone()}</h1>
                <p class="hours num">{hours(l, here.zone(), &session)}</p>
            </header>
            <div class="way">
                {qr(&picture, t(l, k::live::QR))}
                <p>{t(l, k::live::SCREEN_OPEN)}</p>
                <p class="num">{short}</p>
            </div>
            <h2 class="sr-only">{t(l, k::live::QUESTIONS)}</h2>
            <div inner_html=list></div>
            <LiveQuestions address version moments/>
        </div>
        <LiveEvents slug=here.slug().to_owned()/>
        // For the server's clock; what they would say stands in the list.
        <Moments here=Arc::clone(&here) is_kept=false/>
    }
}
