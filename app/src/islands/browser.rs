//! What the browser is asked for, each in one small function.

use gloo_net::http::{Request, Response};
use js_sys::{Array, JSON, Promise, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, DomParser, HtmlAnchorElement, HtmlInputElement, SupportedType, Url,
    UrlSearchParams,
};

use crate::islands::morph::morph;

/// A value of a JSON answer, read by the browser: a tenth of what a deserializer for every shape would weigh.
pub(super) struct Json(JsValue);

impl Json {
    pub(super) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// The value under `key`; nothing where there is none.
    pub(super) fn get(&self, key: &str) -> Self {
        Self(Reflect::get(&self.0, &key.into()).unwrap_or(JsValue::UNDEFINED))
    }

    pub(super) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    pub(super) fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    #[expect(clippy::cast_possible_truncation, reason = "counts are far below 2^53")]
    pub(super) fn whole(&self) -> Option<i64> {
        self.0.as_f64().map(|number| number as i64)
    }

    pub(super) fn is_true(&self) -> bool {
        self.0.as_bool() == Some(true)
    }

    pub(super) fn list(&self) -> Vec<Self> {
        if Array::is_array(&self.0) { Array::from(&self.0).iter().map(Self).collect() } else { Vec::new() }
    }
}

/// The input of that id.
pub(super) fn input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Waits without holding the page.
pub(super) async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        // Without a timer there is nothing to wait for.
        if window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

async fn get(address: &str) -> Option<Response> {
    let response = Request::get(address).send().await.ok()?;
    response.ok().then_some(response)
}

/// The text behind an address of this site; `None` when it cannot be had.
pub(super) async fn get_text(address: &str) -> Option<String> {
    get(address).await?.text().await.ok()
}

/// What the server function of this address answers to these fields, where that is a text; `None` when it refuses or cannot be
/// reached. Leptos' own way to call one would weigh thirty kilobytes: it reads every error in every detail.
pub(super) async fn call(function: &str, fields: &[(&str, &str)]) -> Option<String> {
    Json::parse(&post(function, fields).await?.text().await.ok()?)?.text()
}

/// Whether the server function of this address has taken these fields.
pub(super) async fn send(function: &str, fields: &[(&str, &str)]) -> bool {
    post(function, fields).await.is_some()
}

async fn post(function: &str, fields: &[(&str, &str)]) -> Option<Response> {
    let body = UrlSearchParams::new().ok()?;
    for (name, value) in fields {
        body.append(name, value);
    }
    let response = Request::post(function).body(&body).ok()?.send().await.ok()?;
    response.ok().then_some(response)
}

/// The bytes behind an address of this site.
pub(super) async fn get_bytes(address: &str) -> Option<Vec<u8>> {
    get(address).await?.binary().await.ok()
}

/// The bytes of a file from `start` up to `end`.
pub(super) async fn slice(file: &Blob, start: f64, end: f64) -> Option<Vec<u8>> {
    let part = file.slice_with_f64_and_f64(start, end).ok()?;
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Saves a text as a file.
pub(super) fn save(name: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/csv;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// This page as the server has it now.
pub(super) async fn fetch_page() -> Option<Document> {
    let html = get_text(&window().location().href().ok()?).await?;
    DomParser::new().ok()?.parse_from_string(&html, SupportedType::TextHtml).ok()
}

/// Loads this page once more and takes over the parts of these ids: numbers and times are written by the server, which
/// knows the zone.
pub(super) async fn refresh(ids: &[&str]) {
    let Some(fresh) = fetch_page().await else { return };
    for id in ids {
        let (Some(old), Some(new)) = (document().get_element_by_id(id), fresh.get_element_by_id(id)) else { continue };
        morph(&old, &new);
    }
}
