//! The log-in of an institution, beside passwords.

use anyhow::bail;
use platform::institution::InstitutionConfig;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Section;

#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct Oidc {
    /// Address of your institution's provider of OpenID Connect (see Log-in by an institution)
    #[schema(default = "none")]
    pub oidc_issuer: String,
    /// As what this installation is known there
    #[schema(default = "none")]
    pub oidc_client_id: String,
    /// What it proves that with
    #[schema(default = "none")]
    pub oidc_client_secret: String,
    /// The institution's name, as the button on the log-in page says it
    #[schema(default = "none")]
    pub oidc_name: String,
}

impl std::fmt::Debug for Oidc {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("oidc_issuer", &self.oidc_issuer).finish_non_exhaustive()
    }
}

impl Section for Oidc {
    fn checked(self) -> anyhow::Result<Self> {
        let needed = [("CLIENT_ID", &self.oidc_client_id), ("CLIENT_SECRET", &self.oidc_client_secret)];
        if self.oidc_issuer.is_empty() {
            if let Some((name, _)) = needed.iter().find(|(_, value)| !value.is_empty()) {
                bail!("MADANG_OIDC_ISSUER is \"\"; with MADANG_OIDC_{name} it is the address of the provider");
            }
            return Ok(self);
        }
        self.institution()?;
        if let Some((name, _)) = needed.iter().find(|(_, value)| value.is_empty()) {
            bail!("MADANG_OIDC_{name} is \"\"; with MADANG_OIDC_ISSUER it is what the provider gave you");
        }
        Ok(self)
    }
}

impl Oidc {
    /// The institution, where one is set.
    ///
    /// # Errors
    /// What an issuer would be.
    pub fn institution(&self) -> anyhow::Result<Option<InstitutionConfig>> {
        let Self { oidc_issuer, oidc_client_id, oidc_client_secret, oidc_name } = self.clone();
        if oidc_issuer.is_empty() {
            return Ok(None);
        }
        match InstitutionConfig::new(&oidc_issuer, oidc_client_id, oidc_client_secret, oidc_name.trim().to_owned()) {
            Ok(institution) => Ok(Some(institution)),
            Err(right) => bail!("MADANG_OIDC_ISSUER is {oidc_issuer:?}; it {right}"),
        }
    }
}
