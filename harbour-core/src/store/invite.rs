//! An invitation to a store: one line of text that can be sent to a friend.
//!
//! `harbour:store:` and then, in base64url without padding: a byte for the form
//! (1), the 32 bytes of the [`StoreId`], then three lists, each as a count byte
//! and that many texts, each text as its length in two bytes (big endian) and
//! UTF-8: origins, peers, and the display name (none or one).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::id::StoreId;

/// What every invitation begins with.
pub const PREFIX: &str = "harbour:store:";
/// Characters of an invitation.
pub const MAX_INVITE: usize = 2_048;
/// Origins in it.
pub const MAX_ORIGINS: usize = 8;
/// Peers in it.
pub const MAX_PEERS: usize = 16;
/// Bytes of an origin's or a peer's address.
const MAX_ADDRESS: usize = 255;
/// Bytes of the display name.
const MAX_NAME: usize = 80;
const FORM: u8 = 1;

/// Which store, and where to begin looking for it. Only the id is trusted: an
/// origin or a peer that gives another root is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    store: StoreId,
    origins: Vec<String>,
    peers: Vec<String>,
    name: Option<String>,
}

/// Why a text is no invitation, or can not become one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// It begins with something else.
    #[error("an invitation to a store begins with {PREFIX}")]
    Prefix,
    /// It is larger than any.
    #[error("an invitation has at most {MAX_INVITE} characters; leave out some addresses")]
    TooLong,
    /// Characters are missing or were changed on the way.
    #[error("the invitation is damaged; copy all of it, from {PREFIX} to its end")]
    Damaged,
    /// It was written by a later version.
    #[error("the invitation is of form {0}, which this version does not know; update it")]
    Form(u8),
    /// More addresses than fit.
    #[error("an invitation has at most {MAX_ORIGINS} origins and {MAX_PEERS} peers")]
    TooMany,
    /// An address that is none.
    #[error("“{0}” is no origin; it looks like https://store.example")]
    Origin(String),
    /// A peer that is none.
    #[error("“{0}” is no peer; it looks like /ip4/192.0.2.1/tcp/4410/p2p/12D3…")]
    Peer(String),
    /// A name that can not be shown in a line.
    #[error("a store's name has 1 to {MAX_NAME} bytes and no control characters")]
    Name,
}

impl Invite {
    /// An invitation with these addresses.
    ///
    /// # Errors
    /// When there are too many, or one is none.
    pub fn new(
        store: StoreId,
        origins: Vec<String>,
        peers: Vec<String>,
        name: Option<String>,
    ) -> Result<Self, InviteError> {
        if origins.len() > MAX_ORIGINS || peers.len() > MAX_PEERS {
            return Err(InviteError::TooMany);
        }
        for origin in &origins {
            check_origin(origin)?;
        }
        for peer in &peers {
            check_peer(peer)?;
        }
        let shown = |name: &String| {
            (1..=MAX_NAME).contains(&name.len()) && !name.chars().any(char::is_control)
        };
        if !name.as_ref().is_none_or(shown) {
            return Err(InviteError::Name);
        }
        let invite = Self {
            store,
            origins,
            peers,
            name,
        };
        match invite.to_string().len() <= MAX_INVITE {
            true => Ok(invite),
            false => Err(InviteError::TooLong),
        }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> StoreId {
        self.store
    }

    /// Addresses of web servers that have the store's site.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// Multiaddresses of peers, each with the peer's id.
    #[must_use]
    pub fn peers(&self) -> &[String] {
        &self.peers
    }

    /// What the inviter calls the store; not signed by anybody.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// An address of a web server, without user or password.
///
/// # Errors
/// When it is none.
pub fn check_origin(text: &str) -> Result<(), InviteError> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next());
    let good = text.len() <= MAX_ADDRESS
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.contains(['?', '#'])
        && host.is_some_and(|host| !host.is_empty() && !host.contains('@'));
    good.then_some(())
        .ok_or_else(|| InviteError::Origin(text.chars().take(MAX_ADDRESS).collect()))
}

/// The shape of a multiaddress with a peer's id at its end. Whether each of
/// its parts has a meaning is for whoever dials it to say.
fn check_peer(text: &str) -> Result<(), InviteError> {
    let id = text.rsplit_once("/p2p/").map(|(_, id)| id);
    let good = text.len() <= MAX_ADDRESS
        && text.starts_with('/')
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && id.is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric()));
    good.then_some(())
        .ok_or_else(|| InviteError::Peer(text.chars().take(MAX_ADDRESS).collect()))
}

impl fmt::Display for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(self.store.as_bytes());
        let name = self.name.as_slice();
        for list in [&self.origins[..], &self.peers[..], name] {
            bytes.push(u8::try_from(list.len()).map_err(|_| fmt::Error)?);
            for text in list {
                let length = u16::try_from(text.len()).map_err(|_| fmt::Error)?;
                bytes.extend_from_slice(&length.to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
        write!(f, "{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Invite {
    type Err = InviteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() > MAX_INVITE {
            return Err(InviteError::TooLong);
        }
        let body = text.strip_prefix(PREFIX).ok_or(InviteError::Prefix)?;
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(body)
            .map_err(|_| InviteError::Damaged)?;
        let mut reader = Reader(&bytes);
        match reader.byte()? {
            FORM => {}
            other => return Err(InviteError::Form(other)),
        }
        let hash = reader.take(32)?;
        let hash: [u8; 32] = hash.try_into().map_err(|_| InviteError::Damaged)?;
        let (origins, peers) = (reader.list()?, reader.list()?);
        let mut names = reader.list()?;
        if !reader.0.is_empty() || names.len() > 1 {
            return Err(InviteError::Damaged);
        }
        Self::new(StoreId::from_bytes(hash), origins, peers, names.pop())
    }
}

impl Serialize for Invite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Invite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], InviteError> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(InviteError::Damaged)?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, InviteError> {
        Ok(self.take(1)?[0])
    }

    fn list(&mut self) -> Result<Vec<String>, InviteError> {
        let count = self.byte()?;
        (0..count)
            .map(|_| {
                let length = u16::from_be_bytes([self.byte()?, self.byte()?]);
                let text = self.take(usize::from(length))?.to_vec();
                String::from_utf8(text).map_err(|_| InviteError::Damaged)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &str =
        "/ip4/192.0.2.7/tcp/4410/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

    fn invite() -> Invite {
        let origins = vec!["https://store.example/shop".to_owned()];
        let name = Some("Ann’s store".to_owned());
        Invite::new(
            StoreId::of_root(b"root"),
            origins,
            vec![PEER.to_owned()],
            name,
        )
        .unwrap()
    }

    #[test]
    fn reads_back_what_was_written() {
        let least = Invite::new(StoreId::of_root(b""), vec![], vec![], None).unwrap();
        for invite in [invite(), least] {
            let text = invite.to_string();
            assert_eq!(text.parse(), Ok(invite.clone()), "{text}");
            assert_eq!(format!(" {text}\n").parse(), Ok(invite), "as pasted");
        }
    }

    #[test]
    fn a_damaged_one_is_refused_with_a_reason() {
        let text = invite().to_string();
        for end in PREFIX.len()..text.len() {
            let error = text[..end].parse::<Invite>().unwrap_err();
            assert_eq!(error, InviteError::Damaged, "{end}");
        }
        let wrong = |text: &str| text.parse::<Invite>().unwrap_err();
        assert_eq!(wrong("https://store.example"), InviteError::Prefix);
        assert_eq!(wrong(&format!("{PREFIX}=")), InviteError::Damaged);
        assert_eq!(wrong(&format!("{text}AAAA")), InviteError::Damaged);
        assert_eq!(wrong(&text.repeat(20)), InviteError::TooLong);
        let later = BASE64_URL_SAFE_NO_PAD.encode([2; 40]);
        assert_eq!(wrong(&format!("{PREFIX}{later}")), InviteError::Form(2));
    }

    #[test]
    fn addresses_are_checked() {
        let with = |origins: &[&str], peers: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
            Invite::new(StoreId::of_root(b""), own(origins), own(peers), None)
        };
        for origin in [
            "ftp://a",
            "https://",
            "https://me:secret@a",
            "https://a b",
            "https://a?b",
            "a",
        ] {
            let refused = InviteError::Origin(origin.to_owned());
            assert_eq!(with(&[origin], &[]), Err(refused));
        }
        for peer in ["/ip4/192.0.2.7/tcp/1", "x/p2p/a", "/p2p/", "/p2p/a b", ""] {
            assert_eq!(with(&[], &[peer]), Err(InviteError::Peer(peer.to_owned())));
        }
        assert_eq!(with(&["https://a"; 9], &[]), Err(InviteError::TooMany));
        assert_eq!(with(&[], &[PEER; 17]), Err(InviteError::TooMany));
        assert!(with(&["http://127.0.0.1:8000/"], &[PEER; 16]).is_ok());
        let long = format!("/dns/{}.example{PEER}", "a".repeat(100));
        assert_eq!(with(&[], &[long.as_str(); 16]), Err(InviteError::TooLong));
    }

    #[test]
    fn names_fit_into_a_line() {
        let named = |name: &str| {
            Invite::new(StoreId::of_root(b""), vec![], vec![], Some(name.to_owned())).map(drop)
        };
        assert_eq!(named("Books & films"), Ok(()));
        for name in ["", "a\nb", &"a".repeat(81)] {
            assert_eq!(named(name), Err(InviteError::Name), "{name}");
        }
    }
}
