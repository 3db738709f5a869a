//! Where the load goes to and comes from: this machine only, from many of its addresses.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context as _, bail};

/// A server on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) to: SocketAddr,
}

impl Place {
    /// # Errors
    /// For any address that is not in 127.0.0.0/8.
    pub(crate) fn new(url: &str) -> anyhow::Result<Self> {
        let rest = url.strip_prefix("http://").with_context(|| format!("{url:?} does not start with http://"))?;
        let to: SocketAddr = rest
            .trim_end_matches('/')
            .parse()
            .with_context(|| format!("{url:?} is no address and port such as http://127.0.0.1:3000"))?;
        match to.ip() {
            IpAddr::V4(ip) if ip.is_loopback() => Ok(Self { to }),
            _ => bail!("{url} is not on this machine: load only goes to 127.0.0.0/8"),
        }
    }
}

/// The address the `index`th client comes from. One address has some 28,000 ports, and a server may let one address hold only so
/// many streams: `each` clients share one, as people behind one router do.
pub(crate) fn source(index: usize, each: usize) -> Ipv4Addr {
    let number = index / each.max(1);
    let digit = |place: usize| u8::try_from(number / place % 250).unwrap_or_default();
    // From 127.1.0.1 on: 127.0.0.1 stays the server's.
    Ipv4Addr::new(127, digit(62_500) + 1, digit(250), digit(1) + 1)
}

/// As many open files as the system lets this process have.
///
/// # Errors
/// When they are fewer than `needed`.
pub(crate) fn room(needed: usize) -> anyhow::Result<()> {
    let most = rlimit::increase_nofile_limit(u64::MAX).context("the limit of open files could not be read")?;
    if most < needed as u64 {
        bail!("{needed} open files are needed and {most} allowed: raise the limit with ulimit -n, for the server too");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_never_leaves_this_machine() {
        assert!(Place::new("http://127.0.0.1:3000/").is_ok());
        assert!(Place::new("http://127.5.0.9:80").is_ok());
        for elsewhere in ["http://10.0.0.1:80", "https://127.0.0.1:443", "http://localhost:3000", "http://0.0.0.0:1"] {
            assert!(Place::new(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn clients_come_from_many_addresses_of_this_machine() {
        assert_eq!(source(0, 10), Ipv4Addr::new(127, 1, 0, 1));
        assert_eq!(source(9, 10), source(0, 10));
        assert_eq!(source(25, 10), Ipv4Addr::new(127, 1, 0, 3));
        assert_eq!(source(250, 1), Ipv4Addr::new(127, 1, 1, 1));
        assert!(source(10_000_000, 1).is_loopback());
    }
}
