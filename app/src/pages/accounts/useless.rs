//! What a letter's link shows when it does nothing any more, or the way back from an institution.

use axum::http::StatusCode;
use domain::AppError;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::ui::{Empty, Icon, LinkButton, Look};

/// That a link was used, has ended or never was one, and what to do next.
#[component]
pub(super) fn UselessLink(
    error: AppError,
    title: &'static str,
    #[prop(into)] text: String,
    #[prop(into)] href: String,
    action: &'static str,
    #[prop(default = Icon::Mail)] icon: Icon,
) -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND));
    }
    view! {
        <Empty whole_page=true icon title text>
            <LinkButton href look=Look::Primary>{action}</LinkButton>
        </Empty>
    }
}
