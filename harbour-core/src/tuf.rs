//! Trust in what a store publishes: The Update Framework, specification 1.0.
//!
//! The verifier reads no file, clock or socket. It is told the time and the
//! bytes, says what it wants next and decides what to believe. Everything a
//! mirror or a peer sends is a stranger's word until [`trusted::TrustedSet`]
//! has checked signatures, versions, hashes, lengths and expiry.
//!
//! | module | owns |
//! | --- | --- |
//! | [`canonical`], [`time`], [`key`], [`envelope`] | the format: what is signed, when, by whom |
//! | [`metadata`], [`delegation`] | the roles |
//! | [`trusted`] | the rules of a client (sections 5.3 to 5.6) |
//! | [`client`] | their order: what to fetch, keep and forget |
//! | [`content`] | target files (section 5.7) |
//! | [`clock`] | a clock that steps back |
//! | [`secret`], [`repo`] | the other side: keys, root ceremonies, publishing |
//!
//! ed25519 and ECDSA P-256 signatures are verified; RSA is not, its keys count
//! as unsupported. DSSE envelopes and mirrors lists are not read.

pub mod canonical;
pub mod client;
pub mod clock;
pub mod content;
pub mod delegation;
pub mod envelope;
mod hex;
pub mod key;
pub mod limits;
pub mod metadata;
pub mod name;
mod pattern;
pub mod refusal;
pub mod repo;
pub mod secret;
pub mod time;
pub mod trusted;

/// The version of the specification that what we write follows.
pub const SPEC_VERSION: &str = "1.0.33";
