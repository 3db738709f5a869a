//! Files that come with a form, whatever it is for.

use bytes::Bytes;
use domain::attachments::{fits, tidy_name};

/// A file that comes with a form.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// As it was sent.
    pub name: String,
    pub bytes: Bytes,
}

impl Attachment {
    /// The name as it is kept.
    pub(crate) fn kept_name(&self) -> String {
        tidy_name(&self.name)
    }

    pub(crate) fn length(&self) -> i64 {
        i64::try_from(self.bytes.len()).unwrap_or(i64::MAX)
    }

    /// Whether the content is what the name says.
    pub(crate) fn fits(&self) -> bool {
        fits(&self.kept_name(), &self.bytes)
    }
}
