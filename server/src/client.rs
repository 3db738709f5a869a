//! Where a request comes from, as far as proxies are trusted.

use std::net::{IpAddr, SocketAddr};

use app::request::ClientAddress;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

/// The client's address: the connection's, or what the nearest trusted proxies say of it.
pub fn address(parts: &Parts, proxies: &[IpNet]) -> ClientAddress {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    peer.map_or_else(ClientAddress::default, |peer| ClientAddress(behind(peer, &parts.headers, proxies)))
}

/// Whether an address is one of these proxies'.
pub fn is_any(proxies: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    proxies.iter().any(|proxy| proxy.contains(&address))
}

/// Goes back from hop to hop for as long as the last one is trusted, and ends at the first that cannot be read: what stands before
/// it, the client may have written.
fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let lines: Vec<&HeaderValue> = headers.get_all("x-forwarded-for").into_iter().collect();
    let mut hops = lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    while is_any(proxies, address) {
        let Some(hop) = hops.next().and_then(hop) else { break };
        address = hop;
    }
    address
}

/// `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn hop(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip())).ok()?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of a connection from `peer` with these header lines, where `10.0.0.0/8` and `::1` are trusted.
    fn client(peer: &str, lines: &[&str]) -> String {
        let proxies: Vec<IpNet> = ["10.0.0.0/8", "::1/128"].map(|net| net.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        behind(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_stranger_cannot_say_that_it_is_someone_else() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_its_client_and_the_client_about_nothing() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["192.0.2.66, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["192.0.2.66,198.51.100.1 , 10.0.0.2"]), "198.51.100.1");
        assert_eq!(client("::1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn a_line_of_its_own_that_a_proxy_adds_comes_after_the_clients() {
        // HAProxy's `option forwardfor` does not touch the line that the client sent.
        assert_eq!(client("10.0.0.1", &["192.0.2.66", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["192.0.2.66, 10.0.0.9", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
    }

    #[test]
    fn a_hop_may_have_a_port_and_brackets() {
        assert_eq!(client("10.0.0.1", &["192.0.2.66, 198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
    }

    #[test]
    fn what_cannot_be_read_ends_the_way_back() {
        for line in
            ["192.0.2.66, unknown", "192.0.2.66, _hidden", "192.0.2.66, ", "192.0.2.66, 한국", "192.0.2.66, 1.2.3.4.5"]
        {
            assert_eq!(client("10.0.0.1", &[line]), "10.0.0.1", "{line}");
        }
        assert_eq!(client("10.0.0.1", &["192.0.2.66", "unknown, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn an_ipv4_address_written_as_ipv6_is_that_address() {
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.1, ::ffff:10.0.0.2"]), "198.51.100.1");
        assert_eq!(client("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
