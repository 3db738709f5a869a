//! How a page gets its data: awaited on the server before anything is sent, with a page of its own when it fails.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use domain::address;
use domain::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;

use crate::context::{Assets, Theme, Viewer, locale, viewer};
use crate::format;
use crate::head::first_in_head;
use crate::html::{Html, IntoHtml as _};
use crate::i18n::{Locale, k, t};
use crate::request::Flash;
use crate::ui::{Alert, Empty, Icon, LinkButton, Look, Tone};

/// The page that `future` gives, or one that says what is in the way and what to do, under the status that fits.
/// Its type is erased: a router over thirty pages in full would be a type that the compiler chokes on.
pub fn load<F, V>(future: F) -> AnyView
where
    F: Future<Output = Result<V, AppError>> + Send + 'static,
    V: IntoView + 'static,
{
    let page: Pin<Box<dyn Future<Output = Html> + Send>> = Box::pin(async move {
        match future.await {
            Ok(page) => page.into_html(),
            Err(error) => view! { <Problem error/> }.into_html(),
        }
    });
    let page = Suspend::new(page);
    view! { <Suspense>{page}</Suspense> }.into_any()
}

/// A page about an error.
#[component]
pub fn Problem(error: AppError) -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        if let Some(seconds) = error.retry_after {
            response.insert_header(RETRY_AFTER, seconds.into());
        }
    }
    view! {
        <Title text=problem(locale(), &error)/>
        <Way error/>
    }
}

/// What is in the way, in three words.
fn problem(l: Locale, error: &AppError) -> &'static str {
    match error.code {
        ErrorCode::NotFound => t(l, k::ui::problem::NOT_FOUND),
        ErrorCode::LoginRequired => t(l, k::ui::problem::LOGIN),
        _ if error.status() == 403 => t(l, k::ui::problem::FORBIDDEN),
        _ => t(l, k::ui::problem::OTHER),
    }
}

/// What is in the way, and where to go from there.
#[component]
fn Way(error: AppError) -> impl IntoView {
    let l = locale();
    let title = problem(l, &error);
    let action = match error.code {
        ErrorCode::LoginRequired => (login_href(), t(l, k::site::LOGIN)),
        ErrorCode::SecondFactorNeeded => (address::SECOND_FACTOR.to_owned(), t(l, k::ui::problem::SECOND_FACTOR)),
        _ => (address::HOME.to_owned(), t(l, k::ui::problem::HOME)),
    };
    view! {
        <div class="page body">
            <h1 class="sr-only">{title}</h1>
            <Empty icon=Icon::Alert title text=format::error::error(l, &error)>
                <LinkButton href=action.0 look=Look::Primary>{action.1}</LinkButton>
            </Empty>
        </div>
    }
}

/// The whole document about an error for when no page can be made: it asks nobody for anything.
pub fn document(assets: Assets, viewer: Viewer, error: &AppError) -> String {
    Owner::new().with(|| {
        let (l, theme) = (viewer.locale, viewer.theme.map(Theme::key));
        provide_context(viewer);
        let title = format!("{} · {}", problem(l, error), t(l, k::site::NAME));
        let view = view! {
            <!DOCTYPE html>
            <html lang=l.tag() data-theme=theme>
                <head>
                    {first_in_head()}
                    <link rel="stylesheet" href=assets.style/>
                    <link rel="stylesheet" href=assets.fonts/>
                    <title>{title}</title>
                </head>
                <body>
                    <main id="main"><Way error=error.clone()/></main>
                </body>
            </html>
        };
        view.to_html()
    })
}

/// The page of an address that is none.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <Problem error=AppError::new(ErrorCode::NotFound)/> }.into_html()
}

/// The address of the login page that comes back here.
pub fn login_href() -> String {
    address::login_then(&viewer().path)
}

/// How a form on this page just ended, ready for its fields.
#[derive(Debug, Clone, Default)]
pub struct FormState(Option<Flash>);

impl FormState {
    /// The state of a form that calls this server function.
    pub fn of<F: ServerFn>() -> Self {
        Self::of_any(&[F::PATH])
    }

    /// The state of forms that are sent to any of these paths.
    pub fn of_any(paths: &[&str]) -> Self {
        Self(crate::request::flash(paths))
    }

    pub fn error(&self) -> Option<&AppError> {
        self.0.as_ref()?.outcome.as_ref().err()
    }

    /// What was typed into a field, so that it stands there again; only after a failure.
    pub fn typed(&self, field: &str) -> Option<&String> {
        self.0.as_ref().filter(|flash| flash.outcome.is_err())?.values.get(field)
    }

    /// All of it, by the names of the fields.
    pub fn all_typed(&self) -> Option<&BTreeMap<String, String>> {
        self.0.as_ref().filter(|flash| flash.outcome.is_err()).map(|flash| &flash.values)
    }

    /// The same, or nothing.
    pub fn value(&self, field: &str) -> String {
        self.typed(field).cloned().unwrap_or_default()
    }

    /// Why a field is wrong.
    pub fn field_error(&self, field: &str) -> Option<String> {
        format::error::of_field(locale(), self.error(), field)
    }

    /// What the function returned.
    pub fn result(&self) -> Option<&serde_json::Value> {
        self.0.as_ref()?.outcome.as_ref().ok()
    }

    /// Whether the form was sent there.
    pub fn is_of(&self, path: &str) -> bool {
        self.0.as_ref().is_some_and(|flash| flash.path == path)
    }

    /// Path of the function that just succeeded, for a sentence of confirmation.
    pub fn done(&self) -> Option<&str> {
        self.0.as_ref().filter(|flash| flash.outcome.is_ok()).map(|flash| flash.path.as_str())
    }
}

/// The error of a form above it; field errors stand at their fields besides.
#[component]
pub fn FormError(state: FormState) -> impl IntoView {
    let text = state.error().map(|error| format::error::error(locale(), error));
    text.map(|text| view! { <Alert tone=Tone::Danger urgent=true>{text}</Alert> })
}
