//! Every route in one place, and the layers around them in order.

use app::context::Viewer;
use app::keeping::{Keeping, KeepingSaid};
use app::request::{BaseUrl, ClientAddress, Flash, Shared};
use app::session::SessionId;
use app::shell::shell;
use axum::Router;
use axum::extract::Request;
use axum::http::header::ACCEPT_RANGES;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, StatusCode, Version};
use axum::middleware;
use axum::routing::{get, post};
use domain::address::{self, file, service};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::{DefaultOnResponse, TraceLayer};

use crate::assets::{self, ASSETS};
use crate::rest::{self, boards, files, ops, tables};
use crate::state::AppState;
use crate::{
    application_form, case_forms, forms, frame, html, institution, live_list, placed, post_forms, preferences,
    submit_form, viewer,
};

/// The header with a request's number.
const ID: HeaderName = HeaderName::from_static("x-request-id");

pub fn router(state: AppState) -> Router {
    let routes = generate_route_list(app::routes::Pages);
    let pages = Router::new()
        .leptos_routes_with_context(&state, routes, provide(&state), || shell(ASSETS))
        .layer(middleware::from_fn(html::finish))
        .route(
            service::PREFERENCES,
            post(preferences::choose).layer(middleware::from_fn_with_state(state.clone(), forms::whole)),
        )
        .route(file::LIVE_LIST, get(live_list::list))
        .route(service::INSTITUTION_BEGIN, get(institution::begin))
        .route(service::INSTITUTION_BACK, get(institution::back));
    let (programs, streams) = rest::routers(&state);
    let files = Router::new()
        .route(file::DATA_FILE, get(files::file))
        .route(file::IMAGE, get(files::image))
        .route(file::SUBMITTED, get(files::submitted))
        .route(file::ACCOUNT, get(files::own_data))
        .route(file::APPLICATIONS, get(tables::applications))
        .route(file::PEOPLE, get(tables::people))
        .route(file::TEAMS, get(tables::teams))
        .route(file::ROLES, get(tables::roles))
        .route(file::MAIL, get(tables::mail))
        .route(file::ADMIN_ACCOUNTS, get(tables::admin_accounts))
        .route(file::ADMIN_MAIL, get(tables::admin_mail))
        .route(file::ADMIN_QUEUE, get(tables::admin_queue))
        .route(file::CASES, get(tables::cases))
        .route(file::CASE_FILE, get(files::case_file))
        .route(file::ANSWER_FILE, get(files::answer_file))
        .route(file::POST_FILE, get(files::post_file))
        .layer(middleware::from_fn_with_state(state.clone(), placed::file));
    // What programs fetch too: they show a token or a password with each request.
    let programs = programs
        .merge(files)
        .route(file::IDS, get(files::ids))
        .route(file::NOTICES_ATOM, get(boards::site_atom))
        .route(service::METRICS, get(ops::metrics));

    pages
        .layer(middleware::from_fn_with_state(state.clone(), viewer::attach))
        .route(address::SUBMIT, post(submit_form::submit))
        .route(address::APPLY, post(application_form::apply))
        .route(address::MANAGE_CASES, post(case_forms::open))
        .route(address::MANAGE_CASE, post(case_forms::evidence))
        .route(address::CASE, post(case_forms::statement))
        .route(address::NEW_POST, post(post_forms::write))
        .route(address::EDIT_POST, post(post_forms::edit))
        .route(address::SCHEDULED_NOTICE, post(post_forms::scheduled))
        .route(file::POST_FILES, post(post_forms::upload))
        .merge(programs)
        .layer(middleware::from_fn_with_state(state.clone(), frame::inner))
        .route(service::HEALTHZ, get(ops::healthz))
        .route(service::READYZ, get(ops::readyz))
        // What is packed already (kept boards) or never (pictures) passes as it is; assets were packed at build time.
        // A file that can be asked for in parts is sent as it is, for its parts are those of the file, not of a packing; so is a page that says
        // that it shows a secret.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(DefaultPredicate::new().and(may_be_packed)),
        )
        // Never packed, and open for hours: a packer's state would be half of what an open page costs.
        .merge(streams.layer(middleware::from_fn_with_state(state.clone(), frame::inner)))
        .merge(assets::router())
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(ID, MakeRequestUuid))
                .layer(
                    TraceLayer::new_for_http()
                        .make_span_with(span)
                        .on_response(DefaultOnResponse::new().level(tracing::Level::DEBUG)),
                )
                .layer(PropagateRequestIdLayer::new(ID))
                .layer(middleware::from_fn_with_state(state.clone(), frame::outer)),
        )
        .with_state(state)
}

fn may_be_packed(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    !headers.contains_key(ACCEPT_RANGES) && extensions.get() != Some(&Keeping::Secret)
}

/// One line of the log is one request: its number, method and path, without the query, which may hold a key.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path())
}

/// What pages and server functions find in their context.
fn provide(state: &AppState) -> impl Fn() + Clone + Send + Sync + use<> {
    let state = state.clone();
    move || {
        provide_context(state.services.clone());
        provide_context(BaseUrl(state.settings.base_url.clone()));
        let Some(parts) = use_context::<Parts>() else { return };
        if let Some(viewer) = parts.extensions.get::<Viewer>() {
            provide_context(viewer.clone());
        }
        if let Some(shared) = parts.extensions.get::<Shared>() {
            provide_context(shared.clone());
        }
        if let Some(said) = parts.extensions.get::<KeepingSaid>() {
            provide_context(said.clone());
        }
        if let Some(session) = parts.extensions.get::<SessionId>() {
            provide_context(session.clone());
        }
        if let Some(address) = parts.extensions.get::<ClientAddress>() {
            provide_context(*address);
        }
        if let Some(flash) = parts.extensions.get::<Flash>() {
            provide_context(flash.clone());
        }
    }
}
