//! A file from whoever has it: peers near, peers far, folders and web servers.
//! Nothing is given on before it was checked, and whoever sent something else
//! is remembered for it.

use std::cmp::Reverse;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileAnswer, FileName};
use harbour_core::tuf::client::Fetch;
use libp2p::PeerId;
use tokio::io::AsyncReadExt as _;
use tokio::time::{Instant, sleep_until};

use super::core::Core;
use super::files::Verified;
use super::joined::Joined;
use super::names::plain_path;
use super::net::Net;
use crate::api::types::Source;
use crate::blobs::BlobError;
use crate::db::Change;
use crate::origin::Origin;
use crate::protocol::peers::Offence;
use crate::swarm::{Command, Holder, chance, ip_of};

/// Peers whose answer is waited for at once.
const AT_ONCE: usize = 6;
/// Peers that are asked for one file, at most.
const MOST: usize = 64;
/// Time until the next peer is asked as well.
const HEDGE: Duration = Duration::from_millis(300);
/// How long peers are waited for, while there is a web server to be asked.
const PATIENCE: Duration = Duration::from_secs(3);

/// Longer than anybody waits.
const FOREVER: Duration = Duration::from_secs(3_600);

/// How the bytes of a file are checked.
pub(super) trait Check: Send + Sync {
    /// Whether these are the bytes, all of them.
    fn whole(&self, bytes: &[u8]) -> Result<(), String>;

    /// Their number, when it is signed.
    fn length(&self) -> Option<u64>;
}

/// What is wanted, and of whom.
pub(super) struct Wanted<'a> {
    pub(super) file: FileName,
    /// Bytes it may have.
    pub(super) limit: u64,
    /// How it is checked.
    pub(super) check: &'a dyn Check,
    /// Who is asked first.
    pub(super) first: Option<PeerId>,
    /// Only who is asked first and the folders.
    pub(super) only_first: bool,
    /// Of the peers, only those that were seen with this version or a later one.
    pub(super) since: Option<u64>,
    /// How long peers are waited for, when there is a way without the file.
    pub(super) patience: Option<Duration>,
}

/// What came, and from where.
pub(super) struct Obtained {
    pub(super) what: Verified,
    pub(super) source: Source,
}

/// How the search ended without the file.
#[derive(Debug, Default)]
pub(super) struct Sought {
    /// Somebody was there and says that there is none.
    pub(super) missing: bool,
    /// Why others did not give it.
    pub(super) failures: Vec<String>,
}

impl Sought {
    /// Whether all who could be asked say that they do not have it.
    pub(super) fn only_missing(&self) -> bool {
        self.missing && self.failures.is_empty()
    }
}

impl Core {
    /// Gets a file from outside.
    pub(super) async fn obtain(
        &self,
        joined: &Joined,
        wanted: &Wanted<'_>,
    ) -> Result<Obtained, Sought> {
        let mut sought = Sought::default();
        let net = self.net().await;
        // A folder on this machine costs nothing.
        for site in joined.sites() {
            match read_site(&site, wanted).await {
                Ok(Some(bytes)) => match wanted.check.whole(&bytes) {
                    Ok(()) => return Ok(self.got(joined.id, Source::Origin, bytes)),
                    Err(reason) => sought
                        .failures
                        .push(format!("{}: {reason}", site.display())),
                },
                Ok(None) => sought.missing = true,
                Err(error) => sought.failures.push(format!("{}: {error}", site.display())),
            }
        }
        if let Some(net) = &net
            && let Some(found) = self.ask_peers(net, joined, wanted, &mut sought).await
        {
            return Ok(found);
        }
        if wanted.only_first {
            return Err(sought);
        }
        let fetch = Fetch {
            path: wanted.file.name.clone(),
            limit: wanted.limit,
        };
        for (base, origin) in joined.origins(wanted.file.area) {
            match self.ask_origin(&base, origin, &fetch).await {
                Ok(Some(bytes)) => match wanted.check.whole(&bytes) {
                    Ok(()) => return Ok(self.got(joined.id, Source::Origin, bytes)),
                    Err(reason) => sought.failures.push(format!("{base}: {reason}")),
                },
                Ok(None) => sought.missing = true,
                Err(error) => sought.failures.push(error),
            }
        }
        Err(sought)
    }

    fn got(&self, store: StoreId, source: Source, bytes: Bytes) -> Obtained {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.meter.count(&store, source, length);
        let what = Verified::Bytes(bytes);
        Obtained { what, source }
    }

    /// Asks a web server; its certificate store is read when it is first needed.
    pub(super) async fn ask_origin(
        &self,
        base: &str,
        origin: Result<Origin, String>,
        fetch: &Fetch,
    ) -> Result<Option<Bytes>, String> {
        let fetched = origin?.fetch(base, fetch).await;
        Ok(fetched.map_err(|error| error.to_string())?.map(Bytes::from))
    }

    async fn ask_peers(
        &self,
        net: &Net,
        joined: &Joined,
        wanted: &Wanted<'_>,
        sought: &mut Sought,
    ) -> Option<Obtained> {
        let holders = self.whom_to_ask(net, wanted).await;
        tracing::trace!(file = wanted.file.name, ?holders, "asking");
        let mut waiting = holders.into_iter().take(MOST);
        let mut asked = FuturesUnordered::new();
        let mut next = Instant::now();
        let others = !wanted.only_first && !joined.record().origins.is_empty();
        let patience = wanted.patience.or(others.then_some(PATIENCE));
        let patience = patience.map(|patience| Instant::now() + patience);
        loop {
            let now = Instant::now();
            if patience.is_some_and(|until| until <= now) {
                sought.failures.push("peers are slow".to_owned());
                return None;
            }
            if asked.is_empty() || (now >= next && asked.len() < AT_ONCE) {
                match waiting.next() {
                    Some(holder) => {
                        next = Instant::now() + HEDGE;
                        let file = wanted.file.clone();
                        asked.push(async move {
                            let answer = net.swarm.ask(holder.peer, file).await;
                            (holder, answer)
                        });
                    }
                    None if asked.is_empty() => return None,
                    None => next = now + FOREVER,
                }
            }
            let wait = match asked.len() < AT_ONCE {
                true => next,
                false => now + FOREVER,
            };
            let (holder, answer) = tokio::select! {
                Some(answered) = asked.next() => answered,
                () = sleep_until(patience.map_or(wait, |until| until.min(wait))) => continue,
            };
            let failure = match answer {
                Ok(FileAnswer::Missing) => {
                    sought.missing = true;
                    continue;
                }
                Ok(FileAnswer::Busy) => "it has too much to do".to_owned(),
                Ok(FileAnswer::Inline(bytes)) => {
                    match self.inline(net, &holder, wanted, bytes).await {
                        Ok(found) => return Some(found),
                        Err(failure) => failure,
                    }
                }
                Ok(FileAnswer::Blob {
                    blake3,
                    length,
                    port,
                }) => match self.blob(net, &holder, wanted, blake3, length, port).await {
                    Ok(found) => return Some(found),
                    Err(failure) => failure,
                },
                Err(error) => error.to_string(),
            };
            tracing::debug!(peer = %holder.peer, file = wanted.file.name, failure, "not from here");
            sought
                .failures
                .push(format!("peer {}: {failure}", holder.peer));
        }
    }

    /// Who is asked, in this order: the one that was named, then the blameless,
    /// the near, those who gave good bytes before, those with the newest
    /// version; among equals by chance, so that nobody gets all the work.
    async fn whom_to_ask(&self, net: &Net, wanted: &Wanted<'_>) -> Vec<Holder> {
        let mut holders = net.swarm.holders(wanted.file.store).await;
        let first = |holder: &Holder| Some(holder.peer) == wanted.first;
        if wanted.only_first {
            holders.retain(first);
        }
        if let Some(since) = wanted.since {
            holders.retain(|holder| first(holder) || holder.version >= Some(since));
        }
        holders.sort_by_cached_key(|holder| {
            (
                !first(holder),
                holder.blamed,
                !holder.near,
                self.meter.of_peer(&holder.peer) == 0,
                Reverse(holder.version),
                chance(),
            )
        });
        holders
    }

    async fn inline(
        &self,
        net: &Net,
        holder: &Holder,
        wanted: &Wanted<'_>,
        bytes: Vec<u8>,
    ) -> Result<Obtained, String> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let checked = match length <= wanted.limit {
            true => wanted.check.whole(&bytes),
            false => Err("it is larger than it may be".to_owned()),
        };
        match checked {
            Ok(()) => {
                self.meter.came_from(holder.peer, length);
                Ok(self.got(wanted.file.store, source_of(holder), bytes.into()))
            }
            Err(reason) => {
                let offended = Command::Offended(holder.peer, Offence::WrongBytes);
                net.swarm.tell(offended).await;
                Err(reason)
            }
        }
    }

    async fn blob(
        &self,
        net: &Net,
        holder: &Holder,
        wanted: &Wanted<'_>,
        hash: [u8; 32],
        length: u64,
        port: u16,
    ) -> Result<Obtained, String> {
        let signed = wanted.check.length();
        if length > wanted.limit || signed.is_some_and(|signed| signed != length) {
            let offended = Command::Offended(holder.peer, Offence::WrongBytes);
            net.swarm.tell(offended).await;
            return Err(format!("it says that the file has {length} bytes"));
        }
        let ip = holder.address.as_ref().and_then(ip_of);
        let ip = ip.ok_or("large files do not come through a relay")?;
        let room = self.make_room(length).await;
        room.map_err(|error| error.to_string())?;
        let partial = Change::Partial(wanted.file.clone(), Some(hash));
        let noted = self.db.write(vec![partial]).await;
        noted.map_err(|error| error.to_string())?;
        let at = SocketAddr::new(ip, port);
        let fetched = net.blobs.fetch(hash, length, &holder.peer, at).await;
        let result = match fetched {
            Ok((came, tag)) => {
                let checked = self.check_blob(net, hash, wanted).await;
                checked.map(|()| (came, tag))
            }
            Err(error) => Err(error),
        };
        match result {
            Ok((came, tag)) => {
                let source = source_of(holder);
                self.meter.came_from(holder.peer, came);
                self.meter.count(&wanted.file.store, source, came);
                let what = Verified::Blob { hash, length, tag };
                Ok(Obtained { what, source })
            }
            Err(error) => {
                let offence = match &error {
                    BlobError::Wrong(_) => Some(Offence::WrongBytes),
                    BlobError::Slow => Some(Offence::Slow),
                    _ => None,
                };
                if let BlobError::Wrong(_) = &error {
                    // What is wrong is collected; what is only incomplete stays.
                    let gone = Change::Partial(wanted.file.clone(), None);
                    let noted = self.db.write(vec![gone]).await;
                    noted.map_err(|error| error.to_string())?;
                }
                if let Some(offence) = offence {
                    net.swarm
                        .tell(Command::Offended(holder.peer, offence))
                        .await;
                }
                Err(error.to_string())
            }
        }
    }

    /// Checks a blob against what was signed. BLAKE3 only said that it is what
    /// the peer promised.
    async fn check_blob(
        &self,
        net: &Net,
        hash: [u8; 32],
        wanted: &Wanted<'_>,
    ) -> Result<(), BlobError> {
        if !net.blobs.has(hash).await? {
            return Err(BlobError::Wrong("it is longer than promised".to_owned()));
        }
        let bytes = net.blobs.read(hash).await?;
        wanted.check.whole(&bytes).map_err(BlobError::Wrong)
    }
}

fn source_of(holder: &Holder) -> Source {
    match holder.near {
        true => Source::Lan,
        false => Source::Peer,
    }
}

/// Reads a file of a site that lies on this machine.
async fn read_site(site: &Path, wanted: &Wanted<'_>) -> std::io::Result<Option<Bytes>> {
    let name = match wanted.file.area {
        Area::Metadata => wanted.file.name.clone(),
        // Names in addresses are encoded, names of files are not.
        Area::Target => match plain_path(&wanted.file.name) {
            Some(name) => name,
            None => return Ok(None),
        },
    };
    let path = site.join(wanted.file.area.folder()).join(name);
    let file = match tokio::fs::File::open(&path).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(wanted.limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .await?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > wanted.limit) {
        return Err(std::io::Error::other("it is larger than it may be"));
    }
    Ok(Some(bytes.into()))
}
