//! What is asked of accounts.

use serde::Deserialize;
use utoipa::ToSchema;

use super::Section;

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct Accounts {
    /// `true`: a role in a competition, and administration, count for nothing until whoever has them turns a second factor on
    #[schema(default = "false")]
    pub require_second_factor: bool,
}

impl Section for Accounts {
    fn checked(self) -> anyhow::Result<Self> {
        Ok(self)
    }
}
