//! Settings: flags, then environment, then `madang.toml`, then defaults that run on a laptop.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context as _, bail};
use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Every setting; the environment's name is `MADANG_` and the field in capitals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub addr: String,
    /// Public address, for links, the cookies' Secure flag and same-origin checks; `http://ADDR` when empty.
    pub base_url: String,
    pub database_url: String,
    pub storage_url: String,
    /// Scoring at once in this process; 0 is the number of cores.
    pub workers: usize,
    pub log: String,
    pub log_format: String,
    /// Comma-separated addresses and ranges whose X-Forwarded-For counts; empty is none.
    pub trusted_proxies: String,
    /// Connections at once.
    pub connections: usize,
    /// Of them from one address (a /56 of IPv6) that is no trusted proxy's.
    pub connections_per_address: usize,
    /// Of these, event streams; behind a trusted proxy the address is the client's.
    pub streams_per_address: usize,
    /// Seconds a worker may be silent before another takes its job.
    pub lease_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:3000".to_owned(),
            base_url: String::new(),
            database_url: "sqlite://data/madang.db".to_owned(),
            storage_url: "file://data/files".to_owned(),
            workers: 0,
            log: "info".to_owned(),
            log_format: "text".to_owned(),
            trusted_proxies: String::new(),
            connections: 16_000,
            connections_per_address: 4_000,
            streams_per_address: 2_000,
            lease_seconds: 30,
        }
    }
}

impl Settings {
    /// Reads every source and checks every value.
    ///
    /// # Errors
    /// One line that names the variable, the value and what would be right.
    pub fn load(addr: Option<&str>) -> anyhow::Result<Self> {
        let mut figment = Figment::from(Serialized::defaults(Self::default())).merge(Toml::file("madang.toml")).merge(
            Env::prefixed("MADANG_").only(&[
                "addr",
                "base_url",
                "database_url",
                "storage_url",
                "workers",
                "log",
                "log_format",
                "trusted_proxies",
                "connections",
                "connections_per_address",
                "streams_per_address",
                "lease_seconds",
            ]),
        );
        if let Some(addr) = addr {
            figment = figment.merge(("addr", addr));
        }
        let mut settings: Self = figment.extract().map_err(|error| {
            let name = error.path.first().map(|field| format!("MADANG_{}: ", field.to_uppercase())).unwrap_or_default();
            anyhow::anyhow!("{name}{}", error.kind)
        })?;
        let addr = settings.socket()?;
        if settings.base_url.is_empty() {
            settings.base_url = format!("http://{addr}");
        }
        settings.base_url = settings.base_url.trim_end_matches('/').to_owned();
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> anyhow::Result<()> {
        if !self.base_url.starts_with("http://") && !self.base_url.starts_with("https://") {
            bail!("MADANG_BASE_URL is {:?}; it starts with http:// or https://", self.base_url);
        }
        let database = ["sqlite:", "postgres://", "postgresql://"];
        if !database.iter().any(|start| self.database_url.starts_with(start)) {
            bail!("MADANG_DATABASE_URL is {:?}; it starts with sqlite:// or postgres://", self.database_url);
        }
        if !self.storage_url.starts_with("file://") && !self.storage_url.starts_with("s3://") {
            bail!("MADANG_STORAGE_URL is {:?}; it starts with file:// or s3://", self.storage_url);
        }
        if !["text", "json"].contains(&self.log_format.as_str()) {
            bail!("MADANG_LOG_FORMAT is {:?}; it is text or json", self.log_format);
        }
        let least_one = [
            ("LEASE_SECONDS", self.lease_seconds == 0),
            ("CONNECTIONS", self.connections == 0),
            ("CONNECTIONS_PER_ADDRESS", self.connections_per_address == 0),
            ("STREAMS_PER_ADDRESS", self.streams_per_address == 0),
        ];
        if let Some((name, _)) = least_one.iter().find(|(_, is_zero)| *is_zero) {
            bail!("MADANG_{name} is 0; it is at least 1");
        }
        self.proxies().map(|_| ())
    }

    /// The address to listen on.
    pub fn socket(&self) -> anyhow::Result<SocketAddr> {
        self.addr.parse().with_context(|| {
            format!("MADANG_ADDR is {:?}; it is an address and a port such as 127.0.0.1:3000", self.addr)
        })
    }

    /// The trusted proxies; an address is a range of one.
    pub fn proxies(&self) -> anyhow::Result<Vec<IpNet>> {
        let parts = self.trusted_proxies.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| {
                let range =
                    part.parse().or_else(|_| part.parse::<IpAddr>().map(|address| address.to_canonical().into()));
                range.with_context(|| {
                    format!(
                        "MADANG_TRUSTED_PROXIES has {part:?}; each part is an IP address or a range such as 10.0.0.0/8"
                    )
                })
            })
            .collect()
    }

    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, Into::into),
            count => count,
        }
    }

    /// The application's part of the settings.
    pub fn platform(&self) -> platform::Config {
        platform::Config {
            database_url: self.database_url.clone(),
            storage_url: self.storage_url.clone(),
            lease: std::time::Duration::from_secs(self.lease_seconds),
            ..platform::Config::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trusted_proxy_is_an_address_or_a_range() {
        let proxies = |text: &str| Settings { trusted_proxies: text.into(), ..Settings::default() }.proxies();
        let read = proxies("10.0.0.0/8, 192.0.2.1,2001:db8::/32, ::ffff:192.0.2.2").unwrap();
        let read: Vec<_> = read.iter().map(ToString::to_string).collect();
        assert_eq!(read, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "192.0.2.2/32"]);
        assert!(proxies("").unwrap().is_empty());
        let wrong = proxies("10.0.0.1, proxy.example").unwrap_err().to_string();
        assert!(wrong.contains("\"proxy.example\"") && wrong.contains("10.0.0.0/8"), "{wrong}");
    }
}
