//! Builds the agent, owns every task, and takes it down in order.

mod listen;
mod sweep;

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use store_node::node::NodeError;
use tokio::sync::Semaphore;
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
use crate::config::Config;
use crate::db::{Db, DbError, DbThread, OperationRecord, session_store};
use crate::docker::{Engine, Watch};
use crate::events::EventHub;
use crate::flows::store::store_view;
use crate::flows::{Context, Flows, Inventory, updates};
use crate::host;
use crate::http::{App, ListenerError, MAX_TERMINALS, serve};
use crate::icons::Icons;
use crate::net::Net;
use crate::operations::{Hooks, Locks, Supervisor};
use crate::secrets::Secret;
use crate::settings::Settings;
use crate::stats::{Stats, StatsError};
use crate::store::Catalogue;
use crate::timeline::Timeline;
use crate::tls::TlsError;
use listen::{Door, listen, renew, site};
use sweep::sweep;

/// Time for streams and requests to end, and for operations to stop.
const GRACE: Duration = Duration::from_secs(8);

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
    /// Its history of live numbers.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// Its network half.
    #[error("the node of the app store did not start: {0}")]
    Net(#[from] NodeError),
    /// What is trusted of stores.
    #[error("the folder {path} of the app store cannot be used")]
    Stores {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
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

/// Where the history of live numbers lies in the data directory.
#[must_use]
pub fn stats_dir(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("stats")
}

/// Where the network half keeps its files in the data directory.
#[must_use]
pub fn network_dir(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("network")
}

/// Where what is trusted of each store lies in the data directory.
#[must_use]
pub fn stores_dir(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("stores")
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
        let after = db.clone();

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
        let hub = Arc::clone(&events);
        let operations = Supervisor::new(
            db.clone(),
            Arc::clone(&events),
            locks.clone(),
            Arc::new(Flows {
                engine: Arc::clone(&engine),
                inventory: Arc::clone(&inventory),
                db: db.clone(),
                events: Arc::clone(&events),
            }),
            Hooks {
                on_hold: Box::new(move |name, id| holder.hold(name, id)),
                on_end: Box::new(move |record| {
                    let (audit, db) = (Arc::clone(&ends), after.clone());
                    let hub = Arc::clone(&hub);
                    Box::pin(async move {
                        if let Err(error) = updates::ended(&db, &hub, &record).await {
                            tracing::error!(%error, "an update's end could not be kept");
                        }
                        audit_end(&audit, record).await;
                    })
                }),
            },
        );
        // Names are taken before the first request can be.
        operations
            .recover(Arc::clone(&inventory).ready().shared())
            .await?;

        let net = Net::start(&config.network, &network_dir(&config.data_dir)).await?;
        let net = Arc::new(net);
        let path = stores_dir(&config.data_dir);
        let catalogue = Catalogue::new(Arc::clone(&net), path.clone());
        let catalogue = Arc::new(catalogue.map_err(|source| StartError::Stores { path, source })?);
        let hub = Arc::clone(&events);
        catalogue.on_change(Box::new(move |store| {
            hub.publish("store", &store_view(&store));
        }));

        let (setup, setup_code) = setup_code(&db).await?;
        let records = db.sessions().await?;
        let sessions = Sessions::new(config.sessions, records, session_store(&db));
        let stats = Stats::open(
            &stats_dir(&config.data_dir),
            Arc::clone(&engine),
            Arc::clone(&inventory),
        )?;
        let Door { listener, renewal } = listen(&config).await?;
        let ca_path = renewal.as_ref().map(|r| r.ca_path.clone());
        let closing = CancellationToken::new();
        let app = Arc::new(App {
            flows: Context {
                engine: Arc::clone(&engine),
                inventory: Arc::clone(&inventory),
                operations,
                locks,
                net,
                catalogue: Arc::clone(&catalogue),
                db: db.clone(),
                events,
                settings,
                timeline: timeline.clone(),
                icons,
                checks: Arc::default(),
                own_container: host::own_container(),
                protected: protected(&config),
            },
            stats: Arc::clone(&stats),
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
        let sampling = stats.run(
            config.stats_source,
            config.app_data_root.clone(),
            stop.clone(),
        );
        let mut background = vec![
            tokio::spawn(sampling),
            tokio::spawn(watch.run()),
            tokio::spawn(timeline.run(stop.clone())),
            tokio::spawn(catalogue.run(config.stores.clone(), stop.clone())),
            tokio::spawn(sweep(Arc::clone(&app), stop.clone())),
            tokio::spawn(updates::by_itself(app.flows.clone(), stop.clone())),
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
        app.flows.net.stop().await;
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
