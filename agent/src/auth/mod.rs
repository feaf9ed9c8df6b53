//! Who is calling: the password, the setup code, sessions with their two proofs, tickets and the
//! brakes on guessing. Nothing here knows HTTP.

pub mod account;
pub mod browsers;
pub mod password;
pub mod sessions;
pub mod setup;
pub mod throttle;
pub mod tickets;
