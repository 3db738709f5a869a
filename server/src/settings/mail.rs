//! How letters are sent, and whom they are from.

use anyhow::bail;
use platform::mail::mailbox;
use platform::mail::transport::Transport;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Section, masked};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Mail {
    /// A folder, one `.eml` an e-mail; or `smtp://user:password@host:587` (STARTTLS), `smtps://…:465` (see Mail)
    pub mail_url: String,
    /// Whom e-mails are from, such as `Madang <madang@example.kr>`; a mail server needs it
    #[schema(default = "none")]
    pub mail_from: String,
}

impl Default for Mail {
    fn default() -> Self {
        let platform::Config { mail_url, mail_from, .. } = platform::Config::default();
        Self { mail_url, mail_from }
    }
}

impl Section for Mail {
    fn checked(self) -> anyhow::Result<Self> {
        let Self { mail_url: url, mail_from: from } = &self;
        match Transport::of(url) {
            Err(right) => bail!("MADANG_MAIL_URL is {:?}; it {right}", masked(url)),
            Ok(Transport::Smtp(_)) if from.is_empty() => bail!(
                "MADANG_MAIL_FROM is \"\"; for {} it is whom letters are from, such as Madang <madang@example.kr>",
                masked(url)
            ),
            Ok(_) if from.is_empty() || mailbox(from).is_some() => Ok(self),
            Ok(_) => bail!("MADANG_MAIL_FROM is {from:?}; it is an address such as Madang <madang@example.kr>"),
        }
    }
}
