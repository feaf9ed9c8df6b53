//! How much of a stranger's metadata is read. The specification leaves the
//! numbers to the application; ours are those of python-tuf where it has one,
//! so that what we read other clients read too.

/// Bytes of a root file.
pub const MAX_ROOT: u64 = 512_000;
/// Bytes of a timestamp file.
pub const MAX_TIMESTAMP: u64 = 16_384;
/// Bytes of a snapshot file when the timestamp does not say; never more.
pub const MAX_SNAPSHOT: u64 = 2_000_000;
/// Bytes of a targets file when the snapshot does not say; never more.
pub const MAX_TARGETS: u64 = 5_000_000;
/// Bytes of a target, whatever is signed: a publisher may not fill a disk.
pub const MAX_TARGET: u64 = 1 << 30;
/// Root files that one update follows; the next update goes on from there.
pub const MAX_ROOT_ROTATIONS: u32 = 256;
/// Roles that one search for a target may visit, the top-level one included.
pub const MAX_VISITED_ROLES: usize = 33;
/// Signatures of one file.
pub const MAX_SIGNATURES: usize = 256;
/// Bytes of the name of a role or of the path of a target.
pub const MAX_NAME: usize = 1_024;
