//! Headers that narrow what a page may do, and the refusal of other sites' forms.

use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, ETAG, HOST, ORIGIN, REFERER,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use domain::address;
use domain::{AppError, ErrorCode};

/// Nothing but our own files; no inline script or style exists, so none needs a nonce. WASM needs its own word.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the answer may hold what is one person's.
pub fn is_answer(request: &Request) -> bool {
    let known = [AUTHORIZATION, COOKIE].iter().any(|name| request.headers().contains_key(name));
    known && request.uri().path().starts_with(address::api::PREFIX)
}

/// What every answer says of itself.
pub fn headers(headers: &mut HeaderMap, is_answer: bool, base_url: &str) {
    // What has an ETag is the same for everyone.
    if is_answer && !headers.contains_key(ETAG) {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    // What was attached brings a narrower one.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if base_url.starts_with("https://") {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// What a server function answers may be a secret, and is sent as it is, as a page that says [`app::keeping::Keeping::Secret`].
pub fn leave_functions_unpacked(request: &mut Request) {
    if request.uri().path().starts_with(address::function::FUNCTIONS) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}

/// Refuses what another site makes a browser send, whatever credentials go along: a browser that has logged in to a proxy sends
/// those with every request.
///
/// # Errors
/// `cross_site`.
pub fn same_origin(request: &Request, base_url: &str) -> Result<(), AppError> {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !is_own(request.headers(), base_url) { Err(ErrorCode::CrossSite.into()) } else { Ok(()) }
}

/// Browsers say where a request comes from in one of two headers; a program that says neither has no session to borrow.
fn is_own(headers: &HeaderMap, base_url: &str) -> bool {
    match text(headers, SEC_FETCH_SITE) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => text(headers, ORIGIN).is_none_or(|origin| is_here(origin, headers, base_url)),
    }
}

/// Whether a page of ours made the browser ask. Under TLS browsers say so; elsewhere it is the page's address that says it.
pub fn is_of_our_page(headers: &HeaderMap, base_url: &str) -> bool {
    match text(headers, SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => text(headers, REFERER).is_some_and(|page| {
            let end = page.match_indices('/').nth(2).map_or(page.len(), |(end, _)| end);
            is_here(&page[..end], headers, base_url)
        }),
    }
}

fn is_here(origin: &str, headers: &HeaderMap, base_url: &str) -> bool {
    let host = origin.split_once("://").map(|(_, host)| host);
    origin == base_url || (host.is_some() && host == text(headers, HOST))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://madang.example.kr";

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        is_own(&map(pairs), BASE)
    }

    #[test]
    fn a_page_of_ours_is_told_by_the_browsers_word_or_without_one_by_its_address() {
        let of_ours = |pairs: &[(&'static str, &'static str)]| is_of_our_page(&map(pairs), BASE);
        assert!(of_ours(&[("sec-fetch-site", "same-origin")]));
        assert!(!of_ours(&[("sec-fetch-site", "none"), ("referer", "https://madang.example.kr/")]));
        assert!(of_ours(&[("referer", "https://madang.example.kr/competitions/x")]));
        assert!(of_ours(&[("referer", "http://10.1.2.3:3000"), ("host", "10.1.2.3:3000")]));
        assert!(!of_ours(&[("referer", "https://madang.example.kr.evil.example/"), ("host", "madang.example.kr")]));
        assert!(!of_ours(&[("referer", "about:blank"), ("host", "madang.example.kr")]));
        assert!(!of_ours(&[("host", "madang.example.kr")]));
    }

    #[test]
    fn another_sites_request_is_told_by_either_header() {
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "https://madang.example.kr")]));
        assert!(!own(&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(own(&[("origin", "https://madang.example.kr")]));
        assert!(own(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(!own(&[("origin", "https://evil.example"), ("host", "madang.example.kr")]));
        assert!(!own(&[("origin", "null"), ("host", "madang.example.kr")]));
        assert!(own(&[]));
    }
}
