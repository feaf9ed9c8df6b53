//! Files by name between peers, protocol `/harbour/files/1`: one request, one
//! answer, each at once and within limits.
//!
//! Request: area (1 byte), store (32), name (the rest, UTF-8).
//! Answer: kind (1 byte), then nothing (missing, busy), the file (inline), or
//! BLAKE3 hash (32), length (8) and UDP port (2) of a blob. Numbers big endian.

use super::id::StoreId;

/// The name of the protocol.
pub const PROTOCOL: &str = "/harbour/files/1";
/// Bytes of a file's name.
pub const MAX_NAME: usize = 1_200;
/// Bytes of a request.
pub const MAX_REQUEST: usize = 1 + 32 + MAX_NAME;
/// Bytes of a file that is sent in the answer itself.
pub const MAX_INLINE: usize = 64 * 1_024;
/// Bytes of an answer.
pub const MAX_ANSWER: usize = 1 + MAX_INLINE;

/// Which half of a site a file is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Area {
    /// Below `metadata/`.
    Metadata,
    /// Below `targets/`.
    Target,
}

/// Asks a peer for a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName {
    /// The store.
    pub store: StoreId,
    /// The half of its site.
    pub area: Area,
    /// Below the area, as the verifier asks for it.
    pub name: String,
}

/// What a peer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileAnswer {
    /// It does not have the file.
    Missing,
    /// It has too much to do; ask later, or somebody else.
    Busy,
    /// The file.
    Inline(Vec<u8>),
    /// The file is large: fetch it by its hash, from this peer or another.
    Blob {
        /// Its BLAKE3 hash, a claim until the bytes are verified.
        blake3: [u8; 32],
        /// Its bytes, a claim too.
        length: u64,
        /// Where the peer gives blobs away, at the address it is connected from.
        port: u16,
    },
}

/// What came is no message of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the peer does not speak {PROTOCOL}: {0}")]
pub struct WireError(&'static str);

impl Area {
    /// The folder of a site.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Target => "targets",
        }
    }

    /// The area with this folder.
    #[must_use]
    pub fn of_folder(folder: &str) -> Option<Self> {
        [Self::Metadata, Self::Target]
            .into_iter()
            .find(|area| area.folder() == folder)
    }
}

impl FileName {
    /// A file of a store.
    ///
    /// # Errors
    /// When the name could lead out of a folder or is too long: no part of it
    /// may be empty, `.` or `..`.
    pub fn new(store: StoreId, area: Area, name: &str) -> Result<Self, WireError> {
        let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let good = name.len() <= MAX_NAME
            && name.split('/').all(plain)
            && !name.contains(['\\', '\0'])
            && !name.chars().any(char::is_control);
        match good {
            true => Ok(Self {
                store,
                area,
                name: name.to_owned(),
            }),
            false => Err(WireError("the name is none of a file")),
        }
    }

    /// The message.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![match self.area {
            Area::Metadata => 0,
            Area::Target => 1,
        }];
        bytes.extend_from_slice(self.store.as_bytes());
        bytes.extend_from_slice(self.name.as_bytes());
        bytes
    }

    /// Reads the message.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let (area, rest) = bytes.split_first().ok_or(WireError("empty request"))?;
        let area = match area {
            0 => Area::Metadata,
            1 => Area::Target,
            _ => return Err(WireError("unknown area")),
        };
        let (store, name) = rest
            .split_first_chunk::<32>()
            .ok_or(WireError("short request"))?;
        let name = std::str::from_utf8(name).map_err(|_| WireError("the name is no text"))?;
        Self::new(StoreId::from_bytes(*store), area, name)
    }
}

impl FileAnswer {
    /// The message.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Missing => vec![0],
            Self::Busy => vec![1],
            Self::Inline(file) => {
                let mut bytes = Vec::with_capacity(1 + file.len());
                bytes.push(2);
                bytes.extend_from_slice(file);
                bytes
            }
            Self::Blob {
                blake3,
                length,
                port,
            } => {
                let mut bytes = vec![3];
                bytes.extend_from_slice(blake3);
                bytes.extend_from_slice(&length.to_be_bytes());
                bytes.extend_from_slice(&port.to_be_bytes());
                bytes
            }
        }
    }

    /// Reads the message.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_bytes(mut bytes: Vec<u8>) -> Result<Self, WireError> {
        if bytes.len() > MAX_ANSWER {
            return Err(WireError("long answer"));
        }
        match bytes.first() {
            Some(0) if bytes.len() == 1 => Ok(Self::Missing),
            Some(1) if bytes.len() == 1 => Ok(Self::Busy),
            Some(2) => {
                bytes.remove(0);
                Ok(Self::Inline(bytes))
            }
            Some(3) => {
                let wrong = WireError("an answer about a blob has 43 bytes");
                let body: &[u8; 42] = bytes[1..].try_into().map_err(|_| wrong)?;
                let (blake3, rest) = body.split_first_chunk::<32>().ok_or(wrong)?;
                let (length, port) = rest.split_first_chunk::<8>().ok_or(wrong)?;
                Ok(Self::Blob {
                    blake3: *blake3,
                    length: u64::from_be_bytes(*length),
                    port: u16::from_be_bytes(port.try_into().map_err(|_| wrong)?),
                })
            }
            _ => Err(WireError("unknown answer")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_back() {
        let store = StoreId::of_root(b"root");
        for (area, name) in [
            (Area::Metadata, "timestamp.json"),
            (Area::Metadata, "deltas/3-4.snapshot.json.zst"),
            (Area::Target, "apps/immich/ab.icon.png"),
            (Area::Target, "ü b%20c"),
        ] {
            let file = FileName::new(store, area, name).unwrap();
            assert_eq!(FileName::from_bytes(&file.to_bytes()), Ok(file));
        }
        for answer in [
            FileAnswer::Missing,
            FileAnswer::Busy,
            FileAnswer::Inline(vec![]),
            FileAnswer::Inline(vec![7; MAX_INLINE]),
            FileAnswer::Blob {
                blake3: [9; 32],
                length: u64::MAX - 1,
                port: 4_410,
            },
        ] {
            assert_eq!(FileAnswer::from_bytes(answer.to_bytes()), Ok(answer));
        }
    }

    #[test]
    fn names_stay_in_their_folder_and_messages_in_their_limits() {
        let store = StoreId::of_root(b"root");
        let long = "a".repeat(MAX_NAME + 1);
        for name in [
            "",
            "/",
            "/etc/passwd",
            "a/../b",
            "..",
            ".",
            "a//b",
            "a/",
            "a\\b",
            "a\0",
            "a\nb",
            &long,
        ] {
            assert!(
                FileName::new(store, Area::Target, name).is_err(),
                "{name:?}"
            );
        }
        for bytes in [
            vec![],
            vec![4],
            vec![0, 0],
            vec![1, 1],
            vec![3; 42],
            vec![3; 44],
        ] {
            assert!(FileAnswer::from_bytes(bytes.clone()).is_err(), "{bytes:?}");
        }
        assert!(FileAnswer::from_bytes(vec![2; MAX_ANSWER + 1]).is_err());
        for bytes in [&[][..], &[0; 32], &[2; 40], &[1; 33]] {
            assert!(FileName::from_bytes(bytes).is_err(), "{bytes:?}");
        }
    }
}
