//! Builds the agent, owns every task, and takes it down in order.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use jiff::Timestamp;
use rustls::ServerConfig;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::audit::{AuditEntry, AuditError, AuditLimits, AuditLog, Chain};
use crate::auth::account::Account;
use crate::auth::password::PasswordHasher;
use crate::auth::sessions::Sessions;
use crate::auth::setup::SetupCode;
use crate::auth::throttle::LoginThrottle;
use crate::auth::tickets::Tickets;
use crate::config::{Config, Listen};
use crate::db::{Db, DbError, DbThread, OperationRecord, session_store};
use crate::docker::{Engine, Watch};
use crate::events::EventHub;
use crate::flows::{Context, Flows, Inventory};
use crate::host;
use crate::http::{App, Listener, ListenerError, MAX_TERMINALS, Site, serve};
use crate::icons::Icons;
use crate::operations::{Hooks, Locks, Supervisor, error_chain};
use crate::secrets::Secret;
use crate::settings::Settings;
use crate::timeline::Timeline;
use crate::tls::{TlsError, ensure_server_config};

/// Time for streams and requests to end, and for operations to stop.
const GRACE: Duration = Duration::from_secs(8);
/// How often the certificate is looked at.
const RENEW_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How often expired sessions are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How often unused icons are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// Why the agent did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its directory cannot be made.
    #[error("the data directory {path} cannot be used; give another with --data-dir")]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Its audit log.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Its certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Its address.
    #[error(transparent)]
    Listen(#[from] ListenerError),
}

/// A running agent.
pub struct Agent {
    app: Arc<App>,
    db: DbThread,
    closing: CancellationToken,
    /// Ends the watch, after operations have stopped.
    stop: CancellationToken,
    server: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
    /// `https://127.0.0.1:8443`
    pub address: String,
    /// The code for the first password, while there is none.
    pub setup_code: Option<Secret<String>>,
    /// Certificate of the local authority, when HTTPS is served.
    pub ca_path: Option<PathBuf>,
}

/// Where the database lies in the data directory.
#[must_use]
pub fn database_path(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("agent.redb")
}

/// Where the audit log lies in the data directory.
#[must_use]
pub fn audit_dir(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("audit")
}

/// Makes the data directory, readable to its owner only.
///
/// # Errors
/// When the system refuses.
pub fn ensure_data_dir(path: &std::path::Path) -> Result<(), StartError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o700)))
        .map_err(|source| StartError::DataDir {
            path: path.to_owned(),
            source,
        })
}

impl Agent {
    /// Starts everything; on return it listens.
    ///
    /// # Errors
    /// When any part cannot start. Nothing is left running then.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        ensure_data_dir(&config.data_dir)?;
        let (db, thread) = Db::open(&database_path(&config.data_dir))?;
        let audit = Arc::new(AuditLog::open(
            &audit_dir(&config.data_dir),
            AuditLimits::default(),
        )?);
        let ends = Arc::clone(&audit);

        let settings = Settings::open(db.clone(), config.app_data_root.clone()).await?;
        let timeline = Timeline::open(db.clone(), settings.clone()).await?;
        let icons = Icons::open(db.clone()).await?;
        let recent = timeline.recent();
        let told_until = recent.newest_seen();
        let boot = ulid::Ulid::generate().to_string();
        let events = Arc::new(EventHub::new(boot, recent));
        let locks = Locks::default();
        let inventory = Inventory::new(Arc::clone(&events), locks.clone(), icons.clone());
        let engine = Engine::new(config.docker_socket.clone());
        let holder = Arc::clone(&inventory);
        let operations = Supervisor::new(
            db.clone(),
            Arc::clone(&events),
            locks.clone(),
            Arc::new(Flows {
                engine: Arc::clone(&engine),
                inventory: Arc::clone(&inventory),
            }),
            Hooks {
                on_hold: Box::new(move |name, id| holder.hold(name, id)),
                on_end: Box::new(move |record| {
                    let audit = Arc::clone(&ends);
                    Box::pin(async move { audit_end(&audit, record).await })
                }),
            },
        );
        // Names are taken before the first request can be.
        operations
            .recover(Arc::clone(&inventory).ready().shared())
            .await?;

        let (setup, setup_code) = setup_code(&db).await?;
        let records = db.sessions().await?;
        let sessions = Sessions::new(config.sessions, records, session_store(&db));
        let Door { listener, renewal } = listen(&config).await?;
        let ca_path = renewal.as_ref().map(|r| r.ca_path.clone());
        let closing = CancellationToken::new();
        let app = Arc::new(App {
            flows: Context {
                engine: Arc::clone(&engine),
                inventory: Arc::clone(&inventory),
                operations,
                locks,
                events,
                settings,
                timeline: timeline.clone(),
                icons,
                protected: protected(&config),
            },
            sessions,
            tickets: Tickets::new(),
            terminals: Arc::new(Semaphore::new(MAX_TERMINALS)),
            hasher: PasswordHasher::new(),
            throttle: LoginThrottle::new(),
            change_throttle: LoginThrottle::new(),
            setup: Mutex::new(setup.map(Arc::new)),
            chain: Chain::new(audit_dir(&config.data_dir)),
            audit,
            account: Account::open(db).await?,
            site: site(&config),
            server: host::server_info(&config.app_data_root),
            tasks: TaskTracker::new(),
            closing: closing.clone(),
        });
        let address = listener.address();
        let stop = CancellationToken::new();
        let watch = Watch::new(engine, inventory, told_until, stop.clone());
        let mut background = vec![
            tokio::spawn(watch.run()),
            tokio::spawn(timeline.run(stop.clone())),
            tokio::spawn(sweep(Arc::clone(&app), stop.clone())),
        ];
        background.extend(renewal.map(|r| tokio::spawn(renew(r, stop.clone()))));
        let server = tokio::spawn(serve(Arc::clone(&app), listener, closing.clone(), GRACE));
        Ok(Self {
            app,
            db: thread,
            closing,
            stop,
            server,
            background,
            address,
            setup_code,
            ca_path,
        })
    }

    /// Takes everything down: refuse changes, end streams, let requests end,
    /// stop operations at a step, close the database.
    pub async fn stop(self) {
        let Self {
            app,
            db,
            closing,
            stop,
            server,
            background,
            ..
        } = self;
        closing.cancel();
        app.tasks.close();
        app.flows.operations.park(GRACE).await;
        if tokio::time::timeout(GRACE, app.tasks.wait()).await.is_err() {
            tracing::warn!("an action did not end in time; Docker finishes it without us");
        }
        if server.await.is_err() {
            tracing::error!("the server ended with a panic");
        }
        stop.cancel();
        for task in background {
            if task.await.is_err() {
                tracing::error!("a background task ended with a panic");
            }
        }
        // Last, when nobody tells anything any more.
        app.flows.timeline.flush_or_log().await;
        match Arc::try_unwrap(app) {
            Ok(app) => {
                drop(app);
                // All handles are gone, so the thread ends.
                db.join();
            }
            Err(_) => tracing::warn!("something still holds the database; what is written is safe"),
        }
    }
}

/// What came of an operation, under the id it was begun with.
async fn audit_end(audit: &AuditLog, record: OperationRecord) {
    let entry = AuditEntry {
        request_id: record.id,
        user: record.actor,
        remote: String::new(),
        action: format!("operation.{}", record.plan.kind()),
        target: record.title,
        outcome: Some(record.state),
        code: None,
        duration_ms: None,
    };
    if let Err(error) = audit.after(entry).await {
        tracing::error!(%error, "an operation's end could not be audited");
    }
}

/// Where the agent keeps its keys and where the engine's socket lies. A socket
/// directly in a common folder protects itself by its name.
fn protected(config: &Config) -> Vec<String> {
    let real = |path: &std::path::Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    [real(&config.data_dir), real(&config.docker_socket)]
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect()
}

/// A fresh code at each start, until there is a password.
async fn setup_code(db: &Db) -> Result<(Option<SetupCode>, Option<Secret<String>>), DbError> {
    if db.password().await?.is_some() {
        return Ok((None, None));
    }
    let (code, text) = SetupCode::generate();
    Ok((Some(code), Some(text)))
}

/// What is listened on, and how HTTPS keeps its certificate fresh.
struct Door {
    listener: Listener,
    renewal: Option<Renewal>,
}

/// Issues the server's certificate anew before it runs out.
struct Renewal {
    dir: PathBuf,
    names: Vec<String>,
    ca_path: PathBuf,
    config: watch::Sender<Arc<ServerConfig>>,
}

async fn listen(config: &Config) -> Result<Door, StartError> {
    let plain = |listener| Door {
        listener,
        renewal: None,
    };
    let address = match &config.listen {
        Listen::Unix(path) => return Ok(plain(Listener::unix(path)?)),
        Listen::Tcp(address) if config.insecure_http => {
            return Ok(plain(Listener::tcp(*address, None).await?));
        }
        Listen::Tcp(address) => *address,
    };
    let dir = config.data_dir.join("tls");
    let names = certificate_names(config);
    let setup = ensure_server_config(&dir, &names, Timestamp::now())?;
    let sender = watch::Sender::new(setup.config);
    let listener = Listener::tcp(address, Some(sender.subscribe())).await?;
    let renewal = Renewal {
        dir,
        names,
        ca_path: setup.ca_path,
        config: sender,
    };
    Ok(Door {
        listener,
        renewal: Some(renewal),
    })
}

/// Looks at the certificate once a day; it is issued again in its last month.
async fn renew(renewal: Renewal, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RENEW_EVERY) => {}
        }
        let (dir, names) = (renewal.dir.clone(), renewal.names.clone());
        let ensure = move || ensure_server_config(&dir, &names, Timestamp::now());
        match tokio::task::spawn_blocking(ensure).await {
            Ok(Ok(setup)) => {
                renewal.config.send_replace(setup.config);
            }
            Ok(Err(error)) => {
                let error = error_chain(&error);
                tracing::error!(%error, "the certificate could not be renewed");
            }
            Err(error) => tracing::error!(%error, "the renewal was interrupted"),
        }
    }
}

/// Names under which the site may be opened.
fn hosts(config: &Config) -> Vec<String> {
    let mut hosts: Vec<String> = ["localhost", "127.0.0.1", "::1"]
        .iter()
        .map(|h| (*h).to_owned())
        .collect();
    hosts.push(host::hostname().to_ascii_lowercase());
    if let Listen::Tcp(address) = &config.listen
        && !address.ip().is_unspecified()
    {
        hosts.push(address.ip().to_string());
    }
    hosts.extend(config.allowed_hosts.iter().map(|h| h.to_ascii_lowercase()));
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Of those, what a certificate can name.
fn certificate_names(config: &Config) -> Vec<String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
    };
    hosts(config)
        .into_iter()
        .filter(|name| name.parse::<std::net::IpAddr>().is_ok() || is_name(name))
        .collect()
}

fn site(config: &Config) -> Site {
    let plain = config.insecure_http && matches!(config.listen, Listen::Tcp(_));
    Site {
        hosts: hosts(config),
        secure: !plain,
        proxies: config.trusted_proxies.clone(),
    }
}

async fn sweep(app: Arc<App>, stop: CancellationToken) {
    let mut tidied = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {
                for id in app.sessions.sweep(Timestamp::now()) {
                    app.tickets.void_session(&id);
                }
                tidy_icons(&app, &mut tidied).await;
            }
        }
    }
}

/// Forgets unused icons once in a while; only when it is known which
/// containers there are.
async fn tidy_icons(app: &App, last: &mut Option<Instant>) {
    let fresh = last.is_some_and(|at| at.elapsed() < TIDY_EVERY);
    if fresh || !app.flows.inventory.engine().connected {
        return;
    }
    *last = Some(Instant::now());
    let containers = app.flows.inventory.list(true);
    let names = containers.iter().map(|c| c.summary.name.clone()).collect();
    if let Err(error) = app.flows.icons.tidy(&names, Timestamp::now()).await {
        tracing::error!(error = %error_chain(&error), "unused icons could not be forgotten");
    }
}
