//! What the sections say of their fields, and the table of it in docs/deploy.md.

use std::fmt::Write as _;

use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// A setting, as its section declares it.
pub(super) struct Field {
    pub(super) name: String,
    default: String,
    text: String,
}

impl Field {
    /// Those of a section: its doc comments and defaults, read the way the API's description reads its shapes.
    pub(super) fn of<S: PartialSchema>() -> Vec<Self> {
        let RefOr::T(Schema::Object(section)) = S::schema() else { return Vec::new() };
        let field = |(name, schema)| match schema {
            RefOr::T(Schema::Object(field)) => {
                Self { name, default: plain(field.default), text: field.description.unwrap_or_default() }
            }
            _ => Self { name, default: String::new(), text: String::new() },
        };
        section.properties.into_iter().map(field).collect()
    }
}

fn plain(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// The name of a field's environment variable.
pub(super) fn variable(field: &str) -> String {
    format!("MADANG_{}", field.to_uppercase())
}

/// The fields as a table in Markdown.
pub(super) fn table(fields: &[Field]) -> String {
    let mut table = "| variable | default | |\n|---|---|---|\n".to_owned();
    for Field { name, default, text } in fields {
        let _ = writeln!(table, "| {} | {default} | {text} |", variable(name));
    }
    table
}
