//! What is logged, and how.

use anyhow::bail;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use utoipa::ToSchema;

use super::Section;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Log {
    /// Tracing filter, such as `info,platform=debug`
    pub log: String,
    /// `json` for machines
    pub log_format: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { log: "info".to_owned(), log_format: "text".to_owned() }
    }
}

impl Section for Log {
    fn checked(self) -> anyhow::Result<Self> {
        if !["text", "json"].contains(&self.log_format.as_str()) {
            bail!("MADANG_LOG_FORMAT is {:?}; it is text or json", self.log_format);
        }
        Ok(self)
    }
}

impl Log {
    /// Starts the log: lines for people, or JSON for machines.
    pub fn start(&self) -> anyhow::Result<()> {
        // It would name each of its two hundred files at every start.
        let filter = EnvFilter::try_new(format!("memory_serve=warn,{}", self.log)).map_err(|_| {
            anyhow::anyhow!("MADANG_LOG is {:?}; it is a tracing filter such as info or info,platform=debug", self.log)
        })?;
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let started = if self.log_format == "json" {
            log.json().flatten_event(true).try_init()
        } else {
            log.compact().try_init()
        };
        started.map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
    }
}
