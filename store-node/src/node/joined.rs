//! A store that the node takes part in: what it is, and how it is doing.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use harbour_core::store::id::StoreId;
use harbour_core::store::wire::Area;
use harbour_core::tuf::client::Client;

use crate::db::StoreRecord;
use crate::origin::Origin;

/// Time until an incomplete copy of a store is tried again; doubled up to the
/// second. Whoever has the rest may come at any time.
const MIRROR_AGAIN: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));

/// How long peers may need to fetch what a new version lists, before they can
/// give it on.
const SPREADS: Duration = Duration::from_secs(5);

/// How soon they are asked again meanwhile.
pub(super) const SPREADING: Duration = Duration::from_millis(50);

/// Web servers, and how to ask them.
type Web = (Vec<String>, Result<Origin, String>);

/// A store that the node takes part in.
pub(super) struct Joined {
    pub(super) id: StoreId,
    pub(super) record: RwLock<StoreRecord>,
    /// Asks its web servers; made when it is first needed, and again when there
    /// are others.
    web: Mutex<Option<Web>>,
    /// The timestamp of a hosted folder that was looked at last.
    pub(super) tried: Mutex<Option<Vec<u8>>>,
    /// The verifier, while it is needed; whoever holds it changes the store.
    pub(super) client: tokio::sync::Mutex<Option<Client>>,
    pub(super) touched: Mutex<Instant>,
    pub(super) consistent: AtomicBool,
    last: Mutex<Last>,
    pub(super) mirroring: AtomicBool,
    /// When its newest version came.
    renewed: Mutex<Instant>,
    /// When an incomplete copy is looked at again, and how long to wait then.
    again: Mutex<Option<(Instant, Duration)>>,
}

/// How the last update went.
#[derive(Debug, Clone, Default)]
pub(super) struct Last {
    pub(super) checked: Option<i64>,
    pub(super) failure: Option<String>,
}

impl Joined {
    pub(super) fn new(id: StoreId, record: StoreRecord) -> Self {
        Self {
            id,
            record: RwLock::new(record),
            web: Mutex::default(),
            tried: Mutex::default(),
            client: tokio::sync::Mutex::new(None),
            touched: Mutex::new(Instant::now()),
            consistent: AtomicBool::new(true),
            last: Mutex::default(),
            mirroring: AtomicBool::new(false),
            renewed: Mutex::new(Instant::now()),
            again: Mutex::default(),
        }
    }

    pub(super) fn record(&self) -> StoreRecord {
        let record = self.record.read().unwrap_or_else(PoisonError::into_inner);
        record.clone()
    }

    pub(super) fn sites(&self) -> Vec<PathBuf> {
        self.record().sites
    }

    /// Addresses of the half of the site on each web server, and how to ask it.
    pub(super) fn origins(&self, area: Area) -> Vec<(String, Result<Origin, String>)> {
        let origins = self.record().origins;
        if origins.is_empty() {
            return Vec::new();
        }
        let mut web = self.web.lock().unwrap_or_else(PoisonError::into_inner);
        let client = match &*web {
            Some((of, client)) if *of == origins => client.clone(),
            _ => {
                let all: Vec<&str> = origins.iter().map(String::as_str).collect();
                let client = Origin::new(&all).map_err(|error| error.to_string());
                *web = Some((origins.clone(), client.clone()));
                client
            }
        };
        let base = |origin: &String| format!("{}/{}", origin.trim_end_matches('/'), area.folder());
        let each = origins.iter().map(|origin| (base(origin), client.clone()));
        each.collect()
    }

    pub(super) fn touched(&self) {
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(super) fn consistent(&self) -> bool {
        self.consistent.load(Ordering::Relaxed)
    }

    /// A new version is here.
    pub(super) fn renewed(&self) {
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Whether what peers do not have may just be on its way to them.
    pub(super) fn spreads(&self) -> bool {
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        let record = self.record();
        renewed.elapsed() < SPREADS && record.origins.is_empty() && record.sites.is_empty()
    }

    /// How the copy of a pinned store ended.
    pub(super) fn mirrored(&self, complete: bool) {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        *again = match (complete, *again) {
            (true, _) => None,
            (false, before) => {
                let wait = before.map_or(MIRROR_AGAIN.0, |(_, wait)| wait * 2);
                let wait = wait.min(MIRROR_AGAIN.1);
                Some((Instant::now() + wait, wait))
            }
        };
    }

    /// Whether an incomplete copy is to be looked at now.
    pub(super) fn mirror_is_due(&self) -> bool {
        let again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        again.is_some_and(|(at, _)| at <= Instant::now())
    }

    pub(super) fn last(&self) -> Last {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    pub(super) fn set_last(&self, change: impl FnOnce(&mut Last)) {
        change(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
