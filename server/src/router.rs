//! Every route, and the layers around them.

use app::context::Viewer;
use app::shell::shell;
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::HeaderValue;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::post;
use axum::{Router, http::request::Parts};
use leptos::prelude::{LeptosOptions, provide_context, use_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list};

use crate::assets::{self, ASSETS};
use crate::{html, preferences, viewer};

/// Nothing but our own files; WASM needs its own word.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

pub fn router() -> Router {
    let options = LeptosOptions::builder().output_name("app").build();
    let routes = generate_route_list(app::routes::Pages);
    let provide = || {
        if let Some(parts) = use_context::<Parts>() {
            provide_context::<Viewer>(viewer::viewer(&parts));
        }
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, routes, provide, || shell(ASSETS))
        .with_state(options)
        .layer(middleware::from_fn(html::finish));
    Router::new()
        .merge(pages)
        .route("/preferences", post(preferences::choose))
        .merge(assets::router())
        .layer(middleware::from_fn(secure))
}

async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
