//! Who is at the other end of a connection, and whose word about it counts.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

/// The other end of the connection itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// A TCP connection.
    Tcp(SocketAddr),
    /// The Unix socket: always the proxy that was set up before us.
    Unix,
}

/// Why a proxy entry cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an IP address; trusted_proxies takes addresses like 127.0.0.1")]
pub struct TrustedProxyError(pub String);

/// Peers whose forwarded headers are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    addresses: Vec<IpAddr>,
}

impl TrustedProxies {
    /// Reads the configured addresses.
    ///
    /// # Errors
    /// Names the entry that is not an IP address.
    pub fn parse(entries: &[String]) -> Result<Self, TrustedProxyError> {
        let addresses = entries
            .iter()
            .map(|e| e.parse().map_err(|_| TrustedProxyError(e.clone())))
            .collect::<Result<_, _>>()?;
        Ok(Self { addresses })
    }

    fn trusts(&self, peer: Peer) -> bool {
        match peer {
            Peer::Unix => true,
            Peer::Tcp(address) => self.addresses.contains(&address.ip().to_canonical()),
        }
    }

    /// The client's address: the peer's own, or, from a trusted proxy, the
    /// last entry of `X-Forwarded-For`, which is the one the proxy wrote.
    pub(super) fn client(&self, peer: Peer, headers: &HeaderMap) -> IpAddr {
        let own = match peer {
            Peer::Tcp(address) => address.ip().to_canonical(),
            Peer::Unix => IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        };
        if !self.trusts(peer) {
            return own;
        }
        headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.rsplit(',').next())
            .and_then(|v| v.trim().parse::<IpAddr>().ok())
            .map_or(own, |ip| ip.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_headers_count_from_the_proxy_only() {
        let proxies = TrustedProxies::parse(&["127.0.0.1".into()]).expect("an address");
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "1.1.1.1, 10.0.0.9".parse().expect("ascii"),
        );
        let from = |ip: &str| Peer::Tcp(format!("{ip}:5").parse().expect("address"));
        let ip = |text: &str| text.parse::<IpAddr>().expect("address");
        assert_eq!(proxies.client(from("127.0.0.1"), &headers), ip("10.0.0.9"));
        assert_eq!(proxies.client(from("192.0.2.1"), &headers), ip("192.0.2.1"));
        assert_eq!(proxies.client(Peer::Unix, &headers), ip("10.0.0.9"));
        headers.insert("x-forwarded-for", "nonsense".parse().expect("ascii"));
        assert_eq!(proxies.client(from("127.0.0.1"), &headers), ip("127.0.0.1"));
        assert!(TrustedProxies::parse(&["localhost".into()]).is_err());
    }
}
