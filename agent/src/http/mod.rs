//! The HTTP side: the only code that knows axum. Every request passes the same
//! doors (`router.rs`, `access.rs`) before a handler sees it.

mod about;
mod access;
mod account;
mod assets;
mod audit;
mod audited;
mod auth;
mod containers;
mod convert;
mod create;
mod document;
mod door;
mod engine;
mod error;
mod events;
mod exec;
mod form;
mod health;
mod icons;
mod images;
mod json;
mod logs;
mod networks;
mod operations;
mod peer;
mod prune;
mod recreate;
mod registry;
mod router;
mod server;
mod settings;
mod stats;
mod store;
mod timeline;
mod updates;
mod volumes;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use access::{Access, RouteRule};
pub use document::document;
pub use exec::terminal_message_is_known;
pub use peer::{TrustedProxies, TrustedProxyError};
pub use router::rules;
pub use server::{Listener, ListenerError, serve};

use crate::audit::{AuditLog, Chain};
use crate::auth::account::Account;
use crate::auth::password::PasswordHasher;
use crate::auth::sessions::Sessions;
use crate::auth::setup::SetupCode;
use crate::auth::throttle::LoginThrottle;
use crate::auth::tickets::Tickets;
use crate::flows::{Context, ExecPlan};
use crate::stats::Stats;
use crate::views::ServerInfo;

/// How the site is reached.
#[derive(Clone, Debug)]
pub struct Site {
    /// Host names under which requests are accepted, without ports.
    pub hosts: Vec<String>,
    /// Whether the browser speaks HTTPS with us or with the proxy before us.
    pub secure: bool,
    /// Peers whose forwarded headers are believed.
    pub proxies: TrustedProxies,
}

/// Everything handlers work with.
pub struct App {
    /// What the agent can do.
    pub flows: Context,
    /// Live numbers.
    pub stats: Arc<Stats>,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Places for open terminals.
    pub terminals: Arc<Semaphore>,
    /// Tickets for WebSocket handshakes.
    pub tickets: Tickets<ExecPlan>,
    /// Checks passwords.
    pub hasher: PasswordHasher,
    /// Slows guessing down.
    pub throttle: LoginThrottle,
    /// Slows down guessing the current password by somebody signed in.
    pub change_throttle: LoginThrottle,
    /// The setup code, until the first password is set.
    pub setup: Mutex<Option<Arc<SetupCode>>>,
    /// What was done, by whom.
    pub audit: Arc<AuditLog>,
    /// Whether that is whole.
    pub chain: Chain,
    /// The admin's account.
    pub account: Account,
    /// How the site is reached.
    pub site: Site,
    /// The machine; uptime is read anew.
    pub server: ServerInfo,
    /// Actions at work; they end even when their caller goes away.
    pub tasks: TaskTracker,
    /// Ends when the agent shuts down: streams close, mutations are refused.
    pub closing: CancellationToken,
}

/// Terminals open at once.
pub const MAX_TERMINALS: usize = 64;

impl App {
    /// The setup code, while there is no password.
    fn setup_code(&self) -> Option<Arc<SetupCode>> {
        self.setup
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Name of the session cookie. The `__Host-` prefix (RFC 6265bis, section
    /// 4.1.3.2) keeps other hosts and plain HTTP from setting it.
    fn cookie_name(&self) -> &'static str {
        if self.site.secure {
            "__Host-harbourmaster"
        } else {
            "harbourmaster-insecure"
        }
    }
}
