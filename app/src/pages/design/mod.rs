//! `/design`: every component in every state, in both languages, with invented names and numbers. The browser tests
//! look at it, and so does whoever changes a component.

pub mod controls;
pub mod feedback;
pub mod foundations;
pub mod marks;
pub mod progress;
pub mod tables;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::{Zone, locale};
use crate::html::{Children, IntoHtml as _};
use crate::i18n::{Locale, Phrase, t};
use crate::ui::{Band, Section, SideGroup, SideLink, SideNav};

/// A sample's words in both languages.
fn say(ko: &'static str, en: &'static str) -> &'static str {
    t(locale(), Phrase { ko, en })
}

/// The moment of all samples: 21 November 2026, 14:33 in Seoul.
fn sample_now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_239_180, 0).unwrap_or_default()
}

fn ago(minutes: i64) -> DateTime<Utc> {
    sample_now() - TimeDelta::minutes(minutes)
}

fn seoul() -> Zone {
    Zone::default()
}

/// A specimen under its caption.
#[component]
fn Specimen(#[prop(into)] caption: String, children: Children) -> impl IntoView {
    view! {
        <div class="specimen">
            <span class="caption">{caption}</span>
            <div class="row">{children.view()}</div>
        </div>
    }
}

/// A section of the page with what it is about in small letters.
#[component]
fn Part(id: &'static str, title: &'static str, note: &'static str, children: Children) -> impl IntoView {
    view! { <Section id title note=move || view! { <span class="caption">{note}</span> }>{children.view()}</Section> }
}

#[component]
pub fn Design() -> impl IntoView {
    let parts = [
        ("colour", say("색", "Colour")),
        ("type", say("글자", "Type")),
        ("buttons", say("버튼", "Buttons")),
        ("fields", say("입력", "Fields")),
        ("marks", say("배지·표시", "Marks")),
        ("moving", say("탭·쪽 이동", "Moving around")),
        ("tables", say("표", "Tables")),
        ("charts", say("그래프", "Charts")),
        ("progress", say("한도·진행", "Quota, progress")),
        ("files", say("파일", "Files")),
        ("cards", say("카드", "Cards")),
        ("messages", say("알림", "Messages")),
        ("dialogs", say("대화 상자", "Dialogs")),
        ("empty", say("빈 화면·불러오기", "Empty, loading")),
    ];
    let lang = if locale() == Locale::Ko { "마당 디자인" } else { "Madang design" };
    view! {
        <Title text=say("컴포넌트", "Components")/>
        <Band title=say("컴포넌트", "Components") heading=true crumbs=vec![(lang.to_owned(), None)]>
            <span class="muted">{say("모든 상태를 한 화면에 모았어요. 어두운 화면도 확인해 주세요.", "Every state on one page. Look at the dark theme too.")}</span>
        </Band>
        <div class="page body with-nav">
            <SideNav label=say("컴포넌트", "Components") sticky=true>
                <SideGroup>
                    {parts.map(|(id, name)| view! { <SideLink href=format!("#{id}")>{name}</SideLink> }).collect_view()}
                </SideGroup>
            </SideNav>
            <div class="stack xl">
                <foundations::Foundations/>
                <controls::Controls/>
                <marks::MarksSection/>
                <tables::Tables/>
                <progress::Progress/>
                <feedback::Feedback/>
            </div>
        </div>
    }
    .into_html()
}
