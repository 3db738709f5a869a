//! Where the database is.

use anyhow::bail;
use platform::DatabaseKind;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Section, masked};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Database {
    /// Or `postgres://user:password@host/database`
    pub database_url: String,
}

impl Default for Database {
    fn default() -> Self {
        Self { database_url: platform::Config::default().database_url }
    }
}

impl Section for Database {
    fn checked(self) -> anyhow::Result<Self> {
        if DatabaseKind::of(&self.database_url).is_none() {
            bail!("MADANG_DATABASE_URL is {:?}; it {}", self.database_url, DatabaseKind::STARTS);
        }
        Ok(self)
    }
}

impl Database {
    /// The URL without its password.
    pub fn masked(&self) -> String {
        masked(&self.database_url)
    }
}
