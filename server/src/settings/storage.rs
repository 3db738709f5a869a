//! Where files are kept.

use anyhow::bail;
use platform::files::StorageKind;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Section;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Storage {
    /// Or `s3://bucket/prefix`, with the usual `AWS_…` variables (see S3 storage)
    pub storage_url: String,
}

impl Default for Storage {
    fn default() -> Self {
        Self { storage_url: platform::Config::default().storage_url }
    }
}

impl Section for Storage {
    fn checked(self) -> anyhow::Result<Self> {
        if StorageKind::of(&self.storage_url).is_none() {
            bail!("MADANG_STORAGE_URL is {:?}; it {}", self.storage_url, StorageKind::STARTS);
        }
        Ok(self)
    }
}
