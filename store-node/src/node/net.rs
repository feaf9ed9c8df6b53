//! The part of the node that runs only while there are stores: its swarm and
//! its exchange of large files.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::NodeError;
use super::core::Core;
use super::files::VerifiedShelf;
use super::trust::Hint;
use crate::blobs::{Blobs, BlobsConfig};
use crate::swarm::{Command, Swarm, SwarmConfig, Update};

/// The part of the node that runs only while there are stores.
#[derive(Clone)]
pub(super) struct Net {
    pub(super) swarm: Swarm,
    pub(super) blobs: Arc<Blobs>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Core {
    pub(super) async fn net(&self) -> Option<Net> {
        self.net.read().await.clone()
    }

    pub(super) async fn ensure_net(self: &Arc<Self>) -> Result<Net, NodeError> {
        let mut place = self.net.write().await;
        if let Some(net) = &*place {
            return Ok(net.clone());
        }
        let started = self.start_net().await;
        let trouble = started.as_ref().err().map(ToString::to_string);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        let net = started?;
        *place = Some(net.clone());
        Ok(net)
    }

    async fn start_net(self: &Arc<Self>) -> Result<Net, NodeError> {
        let config = &self.config;
        let shelf = Arc::new(VerifiedShelf {
            db: Arc::clone(&self.db),
            port: AtomicU16::new(0),
        });
        let swarm = SwarmConfig {
            key: self.key.clone(),
            listen: config.listen.clone(),
            any_port: config.any_port,
            external: config.external.clone(),
            peers: config.peers.clone(),
            relays: config.relays.clone(),
            mdns: config.mdns,
            serve_relay: config.serve_relay,
            limits: config.limits,
            ping: config.ping,
            started: self.started,
        };
        let running = Swarm::start(swarm, Arc::clone(&shelf) as _)?;
        let folder = config.data_dir.join("blobs");
        // The collector outlives the node a little, and must not hold its database.
        let db = Arc::downgrade(&self.db);
        let blobs = Blobs::start(BlobsConfig {
            folder: &folder,
            key: &self.key,
            bind: config.blobs.clone(),
            any_port: config.any_port,
            relays: config.blob_relays.clone(),
            collect_every: config.collect,
            kept: Arc::new(move || match db.upgrade()?.blobs() {
                Ok(kept) => Some(kept),
                Err(error) => {
                    tracing::error!(%error, "no files are collected now");
                    None
                }
            }),
            protocol: Arc::clone(&running.protocol),
            started: self.started,
        })
        .await;
        let blobs = match blobs {
            Ok(blobs) => blobs,
            Err(error) => {
                running.swarm.tell(Command::Stop).await;
                return Err(error.into());
            }
        };
        shelf.port.store(blobs.port(), Ordering::Relaxed);
        for (_, record) in self.db.files(None)? {
            if let Some(hash) = record.blake3() {
                blobs.offered().add(hash, record.length);
            }
        }
        let core = Arc::clone(self);
        self.tasks
            .spawn(async move { core.listen(running.updates).await });
        Ok(Net {
            swarm: running.swarm,
            blobs: Arc::new(blobs),
            task: Arc::new(Mutex::new(Some(running.task))),
        })
    }

    pub(super) async fn stop_net(&self) {
        let Some(net) = self.net.write().await.take() else {
            return;
        };
        net.swarm.tell(Command::Stop).await;
        let task = net
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the swarm ended badly");
        }
        net.blobs.stop().await;
    }

    /// Does what the swarm decides, until it ends.
    async fn listen(self: Arc<Self>, mut updates: mpsc::Receiver<Update>) {
        while let Some(update) = updates.recv().await {
            let Update {
                store,
                timestamp,
                from,
            } = update;
            let hint = Hint {
                look: timestamp.is_none(),
                timestamp,
                from,
            };
            let core = Arc::clone(&self);
            self.tasks
                .spawn(async move { core.run_update(store, hint).await });
        }
    }
}
