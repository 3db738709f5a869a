//! Files for people: a competition's data and pictures, one's own submitted files, and what is attached.

use std::ops::Range;

use app::keeping::Keeping;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{AppError, ErrorCode};
use http_range_header::{RangeUnsatisfiableError, parse_range_header};
use platform::accounts::own_data;
use platform::boards::files as post_files;
use platform::competitions::sample;
use platform::participation::answer_files;
use platform::{Services, cases, competitions, submissions};
use scoring::Hash;
use uuid::Uuid;

use crate::client;
use crate::error::ApiResult;
use crate::extract::{Caller, InCompetition};
use crate::state::AppState;

/// `GET /competitions/{slug}/files/{name}`
pub async fn file(
    State(state): State<AppState>,
    caller: Option<Caller>,
    InCompetition(competition): InCompetition,
    Path((_, name)): Path<(String, String)>,
    asked: Asked,
) -> ApiResult<Response> {
    let actor = Caller::or_visitor(caller);
    let file = competitions::download(&state.services, &competition, &name, &actor).await?;
    let kind = content_type(&file.name);
    let mut response = send(&state.services, &asked, &file.storage_key, file.bytes, &kind).await?;
    set(&mut response, CACHE_CONTROL, "private, no-cache");
    set(&mut response, CONTENT_DISPOSITION, &attached(&file.name));
    Ok(response)
}

/// `GET /competitions/{slug}/images/{name}`
pub async fn image(
    State(state): State<AppState>,
    InCompetition(competition): InCompetition,
    Path((_, name)): Path<(String, String)>,
    asked: Asked,
) -> ApiResult<Response> {
    let image = competitions::image(&state.services, &competition, &name).await?;
    let kind = content_type(&image.name);
    let mut response = send(&state.services, &asked, &image.storage_key, image.bytes, &kind).await?;
    set(&mut response, CACHE_CONTROL, "public, max-age=60");
    Ok(response)
}

/// `GET /competitions/{slug}/ids/{version}`: what the submit page checks a file's ids against, once for each version.
pub async fn ids(
    State(state): State<AppState>,
    caller: Option<Caller>,
    InCompetition(competition): InCompetition,
    Path((_, version)): Path<(String, String)>,
) -> ApiResult<Response> {
    let actor = Caller::or_visitor(caller);
    let packed = sample::packed_ids(&state.services, &competition, &version, &actor).await?;
    // Organizers have them before everybody else.
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, "private, max-age=31536000, immutable")];
    Ok((headers, packed).into_response())
}

/// `GET /account/data.json`
pub async fn own_data(State(state): State<AppState>, Caller(actor): Caller) -> ApiResult<Response> {
    let data = own_data::of(&state.services, &actor).await?;
    let text = serde_json::to_string_pretty(&data).map_err(platform::Error::other)?;
    let mut response =
        ([(CONTENT_TYPE, "application/json; charset=utf-8"), (CACHE_CONTROL, "no-store")], text).into_response();
    set(&mut response, CONTENT_DISPOSITION, &attached("madang-account.json"));
    // Never packed: what is in it is a secret.
    response.extensions_mut().insert(Keeping::Secret);
    Ok(response)
}

/// `GET /competitions/{slug}/submissions/{id}/file`
pub async fn submitted(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Path((_, id)): Path<(String, String)>,
    asked: Asked,
) -> ApiResult<Response> {
    let id: Uuid = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let file = submissions::file(&state.services, id, &actor).await?;
    // Whatever name a team gave it: only a CSV is accepted.
    let kind = "text/csv; charset=utf-8";
    let mut response = send(&state.services, &asked, &file.storage_key, file.bytes, kind).await?;
    set(&mut response, CACHE_CONTROL, "private, no-cache");
    set(&mut response, CONTENT_DISPOSITION, &attached(&file.name));
    Ok(response)
}

/// `GET /competitions/{slug}/cases/{number}/files/{id}`: whatever it is, it comes as a file and is kept by nobody on the way.
pub async fn case_file(
    State(state): State<AppState>,
    Caller(actor): Caller,
    InCompetition(competition): InCompetition,
    Path((_, number, id)): Path<(String, String, String)>,
    asked: Asked,
) -> ApiResult<Response> {
    let number: i64 = number.parse().map_err(|_| ErrorCode::NotFound)?;
    let id: Uuid = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let file = cases::stored_file(&state.services, &competition, &actor, number, id).await?;
    attachment(&state.services, &asked, (&file.storage_key, file.bytes), &file.name).await
}

/// `GET /competitions/{slug}/apply/files/{id}`: likewise, for whoever gave it and those who decide about applications.
pub async fn answer_file(
    State(state): State<AppState>,
    Caller(actor): Caller,
    InCompetition(competition): InCompetition,
    Path((_, id)): Path<(String, String)>,
    asked: Asked,
) -> ApiResult<Response> {
    // What is no id is that of no file.
    let id: Uuid = id.parse().unwrap_or_default();
    let file = answer_files::file(&state.services, &competition, &actor, id).await?;
    attachment(&state.services, &asked, (&file.storage_key, file.bytes), &file.name).await
}

/// `GET /competitions/{slug}/boards/files/{id}`: a picture of a post to be seen, anything else to be saved, for whoever may read the post.
/// A picture is one that we have made ourselves.
pub async fn post_file(
    State(state): State<AppState>,
    caller: Option<Caller>,
    InCompetition(competition): InCompetition,
    Path((_, id)): Path<(String, String)>,
    parts: Parts,
) -> ApiResult<Response> {
    let from = client::address(&parts, &state.proxies).0;
    let asked = (parts.method, parts.headers);
    let actor = Caller::or_visitor(caller);
    // What is no id is that of no file.
    let id: Uuid = id.parse().unwrap_or_default();
    let stored = post_files::file(&state.services, &competition, &actor, id).await?;
    let (file, key) = (&stored.file, &stored.storage_key);
    let mut response = if file.is_picture {
        let mut response = send(&state.services, &asked, key, file.bytes, &stored.media_type).await?;
        set(&mut response, CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
        response
    } else {
        attachment(&state.services, &asked, (key, file.bytes), &file.name).await?
    };
    // Whether it may be had is asked each time: a post becomes secret, is hidden, deleted.
    set(&mut response, CACHE_CONTROL, if stored.is_open { "private, no-cache" } else { "private, no-store" });
    let is_sent = matches!(response.status(), StatusCode::OK | StatusCode::PARTIAL_CONTENT);
    if !file.is_picture && is_sent && asked.0 != Method::HEAD {
        let reader = actor.id().map_or_else(|| from.to_string(), |user| user.to_string());
        post_files::taken(&state.services, file.id, &reader);
    }
    Ok(response)
}

/// What somebody attached: bytes to save, which run nowhere, whatever they are called.
async fn attachment(services: &Services, asked: &Asked, (key, bytes): (&str, i64), name: &str) -> ApiResult<Response> {
    let mut response = send(services, asked, key, bytes, "application/octet-stream").await?;
    set(&mut response, CACHE_CONTROL, "private, no-store");
    set(&mut response, CONTENT_DISPOSITION, &attached(name));
    set(&mut response, CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    Ok(response)
}

/// RFC 6266: the name percent-encoded, for all clients of this century.
pub(super) fn attached(name: &str) -> String {
    format!("attachment; filename*=UTF-8''{}", domain::address::encoded(name))
}

pub(super) fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What a request wants of a file.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<u64>),
    /// It has these bytes already.
    Nothing,
    /// The file has no such part.
    Outside,
}

/// The request for a file: what the answer's head depends on, and whether it has a body.
type Asked = (Method, HeaderMap);

/// A stored file or the part of it that is asked for, handed on piece by piece. For a head alone the file is not opened.
async fn send(
    services: &Services,
    (method, headers): &Asked,
    key: &str,
    bytes: i64,
    kind: &str,
) -> Result<Response, AppError> {
    let length = u64::try_from(bytes).unwrap_or(0);
    let etag = format!("\"{}\"", &Hash::of(key).to_string()[..32]);
    let (status, range) = match wanted(headers, &etag, length) {
        Wanted::All => (StatusCode::OK, Some(0..length)),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Wanted::Nothing => (StatusCode::NOT_MODIFIED, None),
        Wanted::Outside => (StatusCode::RANGE_NOT_SATISFIABLE, None),
    };
    let mut response = status.into_response();
    set(&mut response, ETAG, &etag);
    set(&mut response, ACCEPT_RANGES, "bytes");
    if status == StatusCode::RANGE_NOT_SATISFIABLE {
        set(&mut response, CONTENT_RANGE, &format!("bytes */{length}"));
    }
    let Some(range) = range else { return Ok(response) };
    set(&mut response, CONTENT_TYPE, kind);
    set(&mut response, CONTENT_LENGTH, &(range.end - range.start).to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        set(&mut response, CONTENT_RANGE, &format!("bytes {}-{}/{length}", range.start, range.end - 1));
    }
    if method != Method::HEAD {
        *response.body_mut() = Body::from_stream(services.files.stream(key, range).await?);
    }
    Ok(response)
}

/// Several ranges at once may be answered with the whole file, and are.
fn wanted(request: &HeaderMap, etag: &str, length: u64) -> Wanted {
    let text = |name: HeaderName| request.get(name).and_then(|value| value.to_str().ok());
    let is_known = |one: &str| one == "*" || one.trim_start_matches("W/") == etag;
    let known = |list: &str| list.split(',').map(str::trim).any(is_known);
    if text(IF_NONE_MATCH).is_some_and(known) {
        return Wanted::Nothing;
    }
    let is_same = text(IF_RANGE).is_none_or(|one| one == etag);
    let Some(Ok(ranges)) = text(RANGE).filter(|_| is_same && length > 0).map(parse_range_header) else {
        return Wanted::All;
    };
    match ranges.validate(length).as_deref() {
        Ok([range]) => Wanted::Part(*range.start()..range.end() + 1),
        Ok(_) | Err(RangeUnsatisfiableError::FileSuffixOutOfBounds | RangeUnsatisfiableError::OverlappingRanges) => {
            Wanted::All
        }
        Err(_) => Wanted::Outside,
    }
}

/// By the name's ending, which organizers chose; nothing is guessed from the bytes, here or by a browser. What a page could run
/// comes as bytes: scripts of this address are trusted.
fn content_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let runs = ["javascript", "ecmascript", "css", "html", "wasm"];
    if runs.iter().any(|kind| guess.subtype().as_str().contains(kind)) {
        return "application/octet-stream".to_owned();
    }
    if guess.type_() == mime_guess::mime::TEXT { format!("{guess}; charset=utf-8") } else { guess.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(HeaderName, &str)]) -> Wanted {
        let pairs = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).expect("a value")));
        wanted(&pairs.collect(), "\"abc\"", 100)
    }

    #[test]
    fn one_range_is_a_part_and_what_cannot_be_is_told() {
        for (range, expected) in [
            ("bytes=0-9", Wanted::Part(0..10)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=-5", Wanted::Part(95..100)),
            ("bytes=50-1000", Wanted::Part(50..100)),
            ("bytes=-1000", Wanted::All),
            ("bytes=100-", Wanted::Outside),
            ("bytes=0-9,20-29", Wanted::All),
            ("lines=0-9", Wanted::All),
            ("bytes=x", Wanted::All),
        ] {
            assert_eq!(asked(&[(RANGE, range)]), expected, "{range}");
        }
        let empty = [(RANGE, HeaderValue::from_static("bytes=0-"))].into_iter().collect();
        assert_eq!(wanted(&empty, "\"abc\"", 0), Wanted::All);
    }

    #[test]
    fn a_download_goes_on_only_in_the_file_that_it_began_with() {
        let range = || (RANGE, "bytes=10-");
        assert_eq!(asked(&[range(), (IF_RANGE, "\"abc\"")]), Wanted::Part(10..100));
        assert_eq!(asked(&[range(), (IF_RANGE, "\"old\"")]), Wanted::All);
        assert_eq!(asked(&[range(), (IF_RANGE, "W/\"abc\"")]), Wanted::All);
        assert_eq!(asked(&[range(), (IF_RANGE, "Sat, 21 Nov 2026 00:00:00 GMT")]), Wanted::All);
        assert_eq!(asked(&[(IF_NONE_MATCH, "\"x\", W/\"abc\"")]), Wanted::Nothing);
    }

    #[test]
    fn a_file_is_of_the_type_its_name_says() {
        let types = [
            ("train.csv", "text/csv; charset=utf-8"),
            ("images.ZIP", "application/zip"),
            ("figure.png", "image/png"),
            ("weights.whatever", "application/octet-stream"),
            ("evil.js", "application/octet-stream"),
            ("evil.MJS", "application/octet-stream"),
            ("evil.css", "application/octet-stream"),
            ("evil.xhtml", "application/octet-stream"),
            ("metric.wasm", "application/octet-stream"),
        ];
        for (name, expected) in types {
            assert_eq!(content_type(name), expected);
        }
    }
}
