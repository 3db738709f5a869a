//! Where the server listens, and as whom it is known.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context as _, bail};
use ipnet::IpNet;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Section;

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Http {
    /// Where to listen
    pub addr: String,
    /// Public address: links, the cookies' Secure flag (https), same-origin checks, HSTS
    #[schema(default = "http://ADDR")]
    pub base_url: String,
    /// Addresses and ranges (`10.0.0.0/8`) whose X-Forwarded-For counts, comma-separated
    #[schema(default = "none")]
    pub trusted_proxies: String,
}

impl Default for Http {
    fn default() -> Self {
        Self { addr: "127.0.0.1:3000".to_owned(), base_url: String::new(), trusted_proxies: String::new() }
    }
}

impl Section for Http {
    fn checked(mut self) -> anyhow::Result<Self> {
        let addr = self.socket()?;
        if self.base_url.is_empty() {
            self.base_url = format!("http://{addr}");
        }
        self.base_url = self.base_url.trim_end_matches('/').to_owned();
        if !self.base_url.starts_with("http://") && !self.base_url.starts_with("https://") {
            bail!("MADANG_BASE_URL is {:?}; it starts with http:// or https://", self.base_url);
        }
        self.proxies()?;
        Ok(self)
    }
}

impl Http {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trusted_proxy_is_an_address_or_a_range() {
        let proxies = |text: &str| Http { trusted_proxies: text.into(), ..Http::default() }.proxies();
        let read = proxies("10.0.0.0/8, 192.0.2.1,2001:db8::/32, ::ffff:192.0.2.2").unwrap();
        let read: Vec<_> = read.iter().map(ToString::to_string).collect();
        assert_eq!(read, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "192.0.2.2/32"]);
        assert!(proxies("").unwrap().is_empty());
        let wrong = proxies("10.0.0.1, proxy.example").unwrap_err().to_string();
        assert!(wrong.contains("\"proxy.example\"") && wrong.contains("10.0.0.0/8"), "{wrong}");
    }
}
