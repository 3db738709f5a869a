//! What every route works with.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use ipnet::IpNet;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use platform::Services;
use tokio::sync::watch;

use crate::crowd::Crowd;
use crate::page_cache::PageCache;
use crate::settings::Http;

/// A handle: every layer of the router has one and copies it with each request.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

impl AppState {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What all handles share.
pub struct Parts {
    pub services: Services,
    pub settings: Arc<Http>,
    pub proxies: Arc<[IpNet]>,
    pub leptos: LeptosOptions,
    pub metrics: Option<PrometheusHandle>,
    pub pages: Arc<PageCache>,
    pub crowd: Arc<Crowd>,
    /// Whether demo accounts exist.
    pub is_demo: bool,
    /// Turns true when the server is asked to stop; open event streams end then.
    pub stop: watch::Receiver<bool>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl FromRef<AppState> for Services {
    fn from_ref(state: &AppState) -> Self {
        state.services.clone()
    }
}
