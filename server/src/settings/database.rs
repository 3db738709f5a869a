//! Where the database is.

use anyhow::bail;
use platform::DatabaseKind;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Section;

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
        let url = &self.database_url;
        match (url.find("://"), url.rfind('@')) {
            (Some(start), Some(at)) if start < at => format!("{}://…{}", &url[..start], &url[at..]),
            _ => url.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_never_shows_the_databases_password() {
        let masked = |url: &str| Database { database_url: url.to_owned() }.masked();
        assert_eq!(masked("postgres://madang:s3cret@db:5432/madang"), "postgres://…@db:5432/madang");
        assert_eq!(masked("sqlite://data/madang.db"), "sqlite://data/madang.db");
    }
}
