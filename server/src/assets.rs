//! The files inside the binary: the browser bundle (hashed names, cached for good) and `public/`.

use app::context::Assets;
use axum::Router;
use memory_serve::CacheControl;

/// The hashed names of the bundle that this binary carries, as `build.rs` found them.
pub const ASSETS: Assets = include!(concat!(env!("OUT_DIR"), "/asset_names.rs"));

/// Serves both folders. Call it once: memory-serve keeps what it unpacks for the life of the process.
///
/// # Panics
/// Never: `build.rs` puts a note in the place of a missing bundle.
#[expect(unused_qualifications, reason = "in memory-serve's generated code")]
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    if is_stale() {
        tracing::warn!(
            "dist/ was built again after this binary: build the server again, or pages will lack styles and scripts"
        );
    }
    let bundle = memory_serve::load!("bundle").index_file(None).cache_control(CacheControl::Long);
    let public = memory_serve::load!("public").index_file(None).cache_control(CacheControl::Medium);
    Router::new().merge(bundle.into_router()).merge(public.into_router())
}

/// Whether a debug build, which reads the bundle from dist/, names files that are no longer there.
fn is_stale() -> bool {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    let is_gone = |address: &str| !address.is_empty() && !dist.join(address.trim_start_matches('/')).exists();
    cfg!(debug_assertions) && [ASSETS.style, ASSETS.boot, ASSETS.app, ASSETS.wasm].into_iter().any(is_gone)
}
