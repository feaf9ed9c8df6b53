//! A store of its own for a test: keys, root, apps signed by publishers, a site,
//! and a server for it. Made with the product's own commands.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::Docker;
use harbour_core::digest::Digest;
use harbour_core::manifest;
use harbour_core::store::id::StoreId;
use harbour_core::store::index::service_key;
use harbour_core::store::lock::{Found, Lock};
use harbour_core::tuf::time::Time;

use crate::{KitError, Result, images};

/// The image that the runnable apps are written for.
const RUNNABLE: &str = "hm-test/app";
/// The runnable apps: one container; a database, a setup and a page.
const WEB: &str = include_str!("../../fixtures/runnable/web.yaml");
const STACK: &str = include_str!("../../fixtures/runnable/stack.yaml");

/// A store that grows app by app.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

/// How long its roles are good for, and from when on.
#[derive(Debug, Clone, Copy)]
pub struct Validity {
    /// When it is signed, in seconds before now.
    pub signed_ago: i64,
    /// Days from then until the timestamp expires.
    pub timestamp_days: u32,
}

impl Default for Validity {
    fn default() -> Self {
        Self {
            signed_ago: 0,
            timestamp_days: 7,
        }
    }
}

impl Store {
    /// Founds a store in `folder`: keys, and a root that is signed.
    ///
    /// # Errors
    /// When a file cannot be written or a command refuses.
    pub fn found(folder: &Path, name: &str) -> Result<Self> {
        let store = Self {
            folder: folder.to_owned(),
        };
        let settings = format!("name: {name:?}\ndescription: Apps that run without an internet.\n");
        store.write("from/store.yaml", settings.as_bytes())?;
        let keys = folder.join("keys");
        fs::create_dir_all(&keys).map_err(KitError::file("make", &keys))?;
        for key in ["root", "targets", "snapshot", "timestamp", "publisher"] {
            store.run(
                &["keys", "new", "@keys/KEY", "--name", "the tests"]
                    .map(|word| word.replace("KEY", key)),
            )?;
        }
        store.run(&[
            "root",
            "init",
            "--out",
            "@root",
            "--threshold",
            "1",
            "--root-key",
            "@keys/root.pub",
            "--timestamp-key",
            "@keys/timestamp.pub",
            "--snapshot-key",
            "@keys/snapshot.pub",
            "--targets-key",
            "@keys/targets.pub",
        ])?;
        store.run(&[
            "root",
            "sign",
            "@root/1.root.json",
            "--key",
            "@keys/root.key",
        ])?;
        Ok(store)
    }

    /// A store that was founded in `folder` before.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Its id.
    ///
    /// # Errors
    /// When its root file cannot be read.
    pub fn id(&self) -> Result<StoreId> {
        let path = self.folder.join("root/1.root.json");
        let bytes = fs::read(&path).map_err(KitError::file("read", &path))?;
        Ok(StoreId::of_root(&bytes))
    }

    /// The site that was published.
    #[must_use]
    pub fn site(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// Adds an app, or a newer version of it, with the digest of each service's
    /// image, signed by the one publisher.
    ///
    /// # Errors
    /// When the manifest is none, or cannot be signed.
    pub fn app(&mut self, text: &str, digest_of: impl Fn(&str) -> Digest) -> Result<()> {
        let refused = |what: String| KitError::Unsuitable(what);
        let manifest = manifest::parse(text.as_bytes())
            .map_err(|faults| refused(faults.iter().map(ToString::to_string).collect()))?;
        let slug = manifest.slug.clone();
        self.write(&format!("from/apps/{slug}/app.yaml"), text.as_bytes())?;
        let signed = format!("@from/apps/{slug}/app.yaml");
        self.run(&[
            "publisher",
            "sign",
            &signed,
            "--key",
            "@keys/publisher.key",
            "--name",
            "the tests",
        ])?;
        let found = manifest.services.iter().map(|service| {
            let found = Found {
                tag: service.default_tag.clone(),
                digest: digest_of(&service.name),
                platforms: Vec::new(),
            };
            (service_key(&manifest, &service.name).to_owned(), found)
        });
        // As `resolve` writes it, which would ask the registry.
        let lock = Lock::empty().after(&manifest, &found.collect(), now());
        self.write(&format!("from/locks/{slug}.json"), &lock.write())
    }

    /// Adds the two runnable apps, whose image is at `registry` under `digest`;
    /// see [`push_runnable`].
    ///
    /// # Errors
    /// As [`Self::app`].
    pub fn runnable(&mut self, registry: &str, digest: &Digest) -> Result<()> {
        for text in [WEB, STACK] {
            self.app(&at_registry(text, registry), |_| digest.clone())?;
        }
        Ok(())
    }

    /// Writes the index and publishes everything.
    ///
    /// # Errors
    /// When a file cannot be written or a command refuses.
    pub fn publish(&self, validity: Validity) -> Result<()> {
        let signed = Time::from_unix(now().unix() - validity.signed_ago);
        let (days, at) = (validity.timestamp_days.to_string(), signed.to_string());
        self.run(&[
            "build",
            "--from",
            "@from",
            "--root",
            "@root/1.root.json",
            "--out",
            "@site",
            "--targets-key",
            "@keys/targets.key",
            "--snapshot-key",
            "@keys/snapshot.key",
            "--timestamp-key",
            "@keys/timestamp.key",
            "--timestamp-days",
            &days,
            "--now",
            &at,
        ])
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(KitError::file("make", folder))?;
        fs::write(&path, bytes).map_err(KitError::file("write", &path))
    }

    /// Runs a command of index-builder; `@` stands for the folder.
    fn run(&self, words: &[impl AsRef<str>]) -> Result<()> {
        let here = |word: &str| match word.strip_prefix('@') {
            Some(rest) => self.folder.join(rest).to_string_lossy().into_owned(),
            None => word.to_owned(),
        };
        let words: Vec<String> = std::iter::once("index-builder".to_owned())
            .chain(words.iter().map(|word| here(word.as_ref())))
            .collect();
        index_builder::cli::run(words.clone(), now(), &mut std::io::sink())
            .map_err(|error| KitError::Unsuitable(format!("{}: {error}", words.join(" "))))
    }
}

/// Builds the image of the runnable apps and pushes it to `registry`
/// (`127.0.0.1:5000`); the engine knows it by that name then.
///
/// # Errors
/// When the engine or the registry refuses.
pub async fn push_runnable(docker: &Docker, registry: &str) -> Result<Digest> {
    let local = format!("{RUNNABLE}:1");
    images::busybox(docker, &local).await?;
    let pushed = images::push(docker, &local, registry).await?;
    digest_of(docker, &pushed).await
}

/// A manifest of the runnable apps with its images at a registry.
#[must_use]
pub fn at_registry(text: &str, registry: &str) -> String {
    text.replace(
        &format!("image: {RUNNABLE}\n"),
        &format!("image: {registry}/{RUNNABLE}\n"),
    )
}

/// The runnable app of one container.
#[must_use]
pub fn web() -> &'static str {
    WEB
}

/// The runnable app of a database, a setup and a page.
#[must_use]
pub fn stack() -> &'static str {
    STACK
}

/// The digest under which a registry knows a pushed image.
///
/// # Errors
/// When the engine does not know it.
pub async fn digest_of(docker: &Docker, reference: &str) -> Result<Digest> {
    let image = docker.inspect_image(reference).await;
    let image = image.map_err(KitError::engine(format!("look at {reference}")))?;
    let name = reference
        .rsplit_once(':')
        .map_or(reference, |(name, _)| name);
    let names = image.repo_digests.unwrap_or_default();
    let own = names
        .iter()
        .find_map(|known| known.strip_prefix(name)?.strip_prefix('@'));
    let digest = own.and_then(|text| Digest::parse(text).ok());
    digest.ok_or_else(|| KitError::Unsuitable(format!("{reference} has no digest")))
}

fn now() -> Time {
    let span = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time::from_unix(i64::try_from(span.as_secs()).unwrap_or(i64::MAX))
}

/// A static web server for a folder on loopback, ended when dropped.
#[derive(Debug)]
pub struct SiteServer {
    address: String,
    stop: Arc<AtomicBool>,
    away: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl SiteServer {
    /// Serves `folder` on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn start(folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .map_err(KitError::file("listen for", folder))?;
        let address = listener
            .local_addr()
            .map_err(KitError::file("listen for", folder))?;
        let (stop, away) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicBool::new(false)),
        );
        let (stopped, gone, folder) = (Arc::clone(&stop), Arc::clone(&away), folder.to_owned());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                // While it is away connections are cut at once.
                if !gone.load(Ordering::Relaxed) {
                    // A client that goes away is no fault of the server.
                    let _ = answer(stream, &folder);
                }
            }
        });
        Ok(Self {
            address: format!("http://{address}"),
            stop,
            away,
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Cuts every connection from now on, or no longer.
    pub fn away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }
}

impl Drop for SiteServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread; if nobody listens any more it has ended.
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed already.
            let _ = thread.join();
        }
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < 64 << 10 {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
    let text = String::from_utf8_lossy(&request);
    let path = text
        .split_whitespace()
        .nth(1)
        .unwrap_or("/")
        .trim_start_matches('/');
    let bytes = match path.contains("..") {
        true => None,
        false => fs::read(folder.join(path)).ok(),
    };
    let (status, bytes) = match bytes {
        Some(bytes) => ("200 OK", bytes),
        None => ("404 Not Found", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&bytes)
}
