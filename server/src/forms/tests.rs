//! What is kept of a form that failed, how long one may take to come, and where its way back leads.

use app::api::accounts::{CreateToken, SignUp};
use app::api::boards::WritePost;
use futures::StreamExt as _;
use leptos::server_fn::ServerFn as _;

use super::flash::VALUES_MAX;
use super::*;

fn failed(path: &str, code: ErrorCode, fields: &[(&str, String)]) -> BTreeMap<String, String> {
    let values = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    values_of(path, Err(code.into()), values)
}

fn values_of(
    path: &str,
    outcome: Result<Value, AppError>,
    values: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    flash::values(&Flash { path: path.to_owned(), outcome, values })
}

#[test]
fn what_was_typed_is_kept_without_the_password_and_without_what_no_page_shows() {
    let typed = ["email", "password", "name", "whatever"].map(|field| (field, "김서연".to_owned()));
    let kept = failed(SignUp::PATH, ErrorCode::InvalidInput, &typed);
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["email", "name"]);
    assert_eq!(failed("nowhere", ErrorCode::InvalidInput, &typed), BTreeMap::new());
    let all = typed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    assert_eq!(values_of(SignUp::PATH, Ok(Value::Null), all), BTreeMap::new(), "after a success nothing");
}

#[test]
fn four_kilobytes_of_a_form_are_kept_and_a_notice_whole_for_whoever_may_write_it() {
    let long = "가".repeat(50_000);
    let size = |kept: BTreeMap<String, String>| kept.values().map(String::len).sum::<usize>();
    let typed = [("name", long.clone()), ("days", long.clone())];
    assert_eq!(size(failed(CreateToken::PATH, ErrorCode::InvalidInput, &typed)), 4092, "at the end of a character");
    let notice = [("title", "공지".to_owned()), ("markdown", long)];
    assert_eq!(size(failed(WritePost::PATH, ErrorCode::InvalidInput, &notice)), 150_006);
    assert!(size(failed(WritePost::PATH, ErrorCode::NotOrganizer, &notice)) <= VALUES_MAX);
}

#[tokio::test]
async fn a_form_has_its_time_in_all_however_often_a_part_of_it_comes() {
    let parts = futures::stream::iter(0..5_000_000).then(async |_| {
        tokio::task::yield_now().await;
        Ok::<_, std::convert::Infallible>(Bytes::new())
    });
    let slow = Body::from_stream(parts);
    let within = std::time::Duration::from_millis(20);
    let refused = body::read(&HeaderMap::new(), slow, BODY_MAX, ErrorCode::FormTooLarge, within).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooSlow);
}

#[test]
fn the_way_back_stays_on_this_site() {
    let mut headers = HeaderMap::new();
    assert_eq!(referer(&headers), None);
    headers.insert(REFERER, HeaderValue::from_static("https://elsewhere.example//evil.example/path"));
    assert_eq!(referer(&headers).as_deref(), Some("/"));
    headers.insert(REFERER, HeaderValue::from_static("http://127.0.0.1:3000/login?next=%2Faccount"));
    assert_eq!(referer(&headers).as_deref(), Some("/login?next=%2Faccount"));
}
