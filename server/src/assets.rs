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
    let bundle = memory_serve::load!("bundle").index_file(None).cache_control(CacheControl::Long);
    let public = memory_serve::load!("public").index_file(None).cache_control(CacheControl::Medium);
    Router::new().merge(bundle.into_router()).merge(public.into_router())
}
