//! What several shapes of the JSON are made of.

use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::{Locale, Text};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A moment, RFC 3339 with the competition's offset.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(super) struct Time(String);

pub(super) fn moment(competition: &Competition, at: DateTime<Utc>) -> Time {
    Time(competition.settings.zone.exact(at))
}

/// A text in both languages.
pub(super) fn text(text: &Text) -> Value {
    json!({ "ko": text.ko, "en": text.get(Locale::En) })
}
