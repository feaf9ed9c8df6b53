//! Ranges of IP addresses as networks have them: `172.18.0.0/16`.

use std::net::IpAddr;
use std::str::FromStr;

/// An address and how many of its leading bits a range has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnet {
    address: IpAddr,
    bits: u8,
}

/// A text that is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no range of addresses like 172.18.0.0/16")]
pub struct SubnetError(String);

impl Subnet {
    /// True if the address lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let apart = match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            _ => return false,
        };
        apart >= u32::from(self.bits)
    }

    /// True for IPv4.
    pub fn is_ipv4(&self) -> bool {
        self.address.is_ipv4()
    }
}

impl std::fmt::Display for Subnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl FromStr for Subnet {
    type Err = SubnetError;

    fn from_str(text: &str) -> Result<Self, SubnetError> {
        let bad = || SubnetError(text.to_owned());
        let (address, bits) = text.split_once('/').ok_or_else(bad)?;
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let bits: u8 = bits.parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        if bits > most {
            return Err(bad());
        }
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_in_their_range() {
        let check = |range: &str, address: &str, expected: bool| {
            let range: Subnet = range.parse().unwrap();
            assert_eq!(
                range.contains(address.parse().unwrap()),
                expected,
                "{range} {address}"
            );
        };
        check("172.18.0.0/16", "172.18.255.1", true);
        check("172.18.0.0/16", "172.19.0.1", false);
        check("10.0.0.5/32", "10.0.0.5", true);
        check("10.0.0.5/32", "10.0.0.4", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("fd00::/64", "fd00::1:2", true);
        check("fd00::/64", "fd00:0:0:1::2", false);
        check("fd00::/64", "10.0.0.1", false);
        for bad in ["", "10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/-1"] {
            assert!(bad.parse::<Subnet>().is_err(), "{bad}");
        }
    }
}
