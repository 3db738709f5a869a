//! Finishes the pages that Leptos renders.

use std::sync::LazyLock;

use app::keeping::{Keeping, KeepingSaid};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LINK};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::assets::ASSETS;

/// Larger than any page; a page past it is a bug, not a reader's fault.
const PAGE_MAX: usize = 16 * 1024 * 1024;

/// Cuts what Leptos appends after `</html>`: inline scripts that hand resources to a hydrating page. Islands take their
/// data as properties, and a strict content security policy would refuse the scripts. A page that has an island names
/// the module and the WASM in its head, so that they load beside the styles. What the page said of itself is then in the answer's
/// extensions, as a [`Keeping`].
pub async fn finish(mut request: Request, next: Next) -> Response {
    let said = KeepingSaid::default();
    request.extensions_mut().insert(said.clone());
    let mut response = next.run(request).await;
    if let Some(keeping) = said.get() {
        response.extensions_mut().insert(keeping);
        if keeping == Keeping::Secret {
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
    let is_html = |value: &HeaderValue| value.as_bytes().starts_with(b"text/html");
    if !response.headers().get(CONTENT_TYPE).is_some_and(is_html) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(mut page) = to_bytes(body, PAGE_MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(end) = find_last(&page, b"</html>") {
        page.truncate(end);
    }
    if find_last(&page, b"<leptos-island").is_some()
        && let Some(hints) = hints()
    {
        parts.headers.append(LINK, hints);
    }
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(page.len()));
    Response::from_parts(parts, Body::from(page))
}

/// Names the module and the WASM, so that they load beside the styles.
pub fn hints() -> Option<HeaderValue> {
    static HINTS: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
        if ASSETS.app.is_empty() {
            return None;
        }
        let hints = format!(
            "<{}>; rel=modulepreload, <{}>; rel=preload; as=fetch; type=\"application/wasm\"; crossorigin; fetchpriority=low",
            ASSETS.app, ASSETS.wasm
        );
        HeaderValue::from_str(&hints).ok()
    });
    HINTS.clone()
}

/// The position after the last `needle`.
fn find_last(page: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(page, needle).map(|at| at + needle.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_ends_with_its_last_closing_tag() {
        assert_eq!(find_last(b"<p>&lt;/html></p></html><script>1</script>", b"</html>"), Some(24));
        assert_eq!(find_last(b"<p>", b"</html>"), None);
    }
}
