//! For a projector: the questions with most votes in large letters, and the way to the page. Nothing else.

use std::sync::Arc;

use domain::address::{self, file};
use domain::live::LiveSession;
use domain::stages::Phase;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::qr::QrPicture;

use super::list::{ListAsked, html};
use super::page::version_of;
use super::words::hours;
use crate::context::locale;
use crate::i18n::{k, t};
use crate::islands::{LiveEvents, LiveQuestions};
use crate::pages::competitions::here::Here;
use crate::pages::load::load;
use crate::pages::qr::qr;
use crate::request;

/// `/competitions/:slug/live/screen`
#[component]
pub fn LiveScreenPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    load(async move {
        let here = Here::find(&slug).await?;
        let session = LiveSession::shown(&here.competition.live, here.now).cloned().ok_or(ErrorCode::NotFound)?;
        let asked = ListAsked { all: false, screen: true, now: true };
        let list = html(&request::services(), &here, locale(), &session, asked).await?;
        let link = format!("{}{}", request::base_url(), address::live(here.slug()));
        let picture = QrPicture::of(&link)?;
        Ok::<_, AppError>(view! { <Screen here session list link picture/> })
    })
}

#[component]
fn Screen(here: Arc<Here>, session: LiveSession, list: String, link: String, picture: QrPicture) -> impl IntoView {
    let l = locale();
    let phase = session.phase(here.now);
    let words = match phase {
        Phase::Upcoming => t(l, k::live::SCREEN_SOON),
        Phase::Open => t(l, k::live::SCREEN_OPEN),
        Phase::Closed => t(l, k::live::OVER_TITLE),
    };
    let short = link.split_once("://").map_or(link.as_str(), |(_, rest)| rest).to_owned();
    let address = address::asking(&file::live_list(here.slug()), &[("screen", "on")]);
    let version = version_of(&list);
    view! {
        <Title text=format!("{} · {}", t(l, k::live::TITLE), here.title())/>
        <div class="live-screen" data-theme="dark">
            <header>
                <div>
                    <p class="of">{here.title().to_owned()}</p>
                    <h1>{session.title.clone()}</h1>
                    <p class="hours num">{hours(l, here.zone(), &session)}</p>
                </div>
                <div class="way">
                    {qr(&picture, t(l, k::live::QR))}
                    <p>{words}</p>
                    <p class="num">{short}</p>
                </div>
            </header>
            <h2 class="sr-only">{t(l, k::live::QUESTIONS)}</h2>
            <div inner_html=list></div>
            <LiveQuestions address version/>
        </div>
        <LiveEvents slug=here.slug().to_owned()/>
    }
}
