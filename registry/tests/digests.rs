//! Digests, platforms and sizes from a real registry, and how it is asked; a
//! front before it says “later” or breaks down in passing.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use harbour_core::image_ref::ImageRef;
use registry::{Registries, RegistryError};
use testkit::Registry;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

fn registries() -> Registries {
    // Another test of this program may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Registries::new()
}

/// Passes connections on to a registry; the first ones get these answers.
struct Front {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Front {
    async fn start(behind: String, faults: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        // Ends with the runtime of the test.
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let fault = faults.get(number).copied();
                let behind = behind.clone();
                tokio::spawn(async move {
                    if let Some(fault) = fault {
                        let mut head = vec![0; 8192];
                        if stream.read(&mut head).await.is_ok() {
                            let answer = format!(
                                "HTTP/1.1 {fault}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            );
                            let _ = stream.write_all(answer.as_bytes()).await;
                        }
                    } else if let Ok(mut upstream) = TcpStream::connect(behind).await {
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut upstream).await;
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn image(&self, name: &str) -> ImageRef {
        ImageRef::parse(&format!("{}/{name}", self.address)).unwrap()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_has_its_platforms_and_their_sizes() {
    let registry = Registry::start().await.unwrap();
    let all = [
        "linux/amd64",
        "linux/arm/v7",
        "linux/arm64",
        "windows/amd64",
    ];
    let put = registry
        .put_image("hm-test/multi", "1.2", &all, "a")
        .await
        .unwrap();
    let image = ImageRef::parse(&format!("{}/hm-test/multi:1.2", registry.address())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let registries = registries().with_cache(folder.path().join("answers"));
    let found = registries.resolve(&image).await.unwrap();
    assert_eq!(found.digest.to_string(), put.digest);
    let shown: Vec<_> = found
        .platforms
        .iter()
        .map(|one| (one.platform.clone(), one.digest.to_string(), one.size))
        .collect();
    // Windows images are left out.
    assert_eq!(shown, put.platforms[..3]);
    assert_eq!(registries.digest(&image).await.unwrap(), found.digest);

    // By digest, and from the folder: one cheap question, no manifest.
    let pinned = ImageRef::parse(&format!("{}@{}", image.name(), put.digest)).unwrap();
    let fresh = self::registries().with_cache(folder.path().join("answers"));
    let asked = manifests_asked(&registry);
    assert_eq!(fresh.resolve(&pinned).await.unwrap(), found);
    assert_eq!(manifests_asked(&registry), asked);

    // The tag moves; a single image has the platform of its configuration.
    let put = registry
        .put_image("hm-test/multi", "1.2", &["linux/arm64/v8"], "b")
        .await
        .unwrap();
    let found = registries.resolve(&image).await.unwrap();
    assert_eq!(found.digest.to_string(), put.digest);
    assert_eq!(found.platforms.len(), 1);
    assert_eq!(found.platforms[0].platform, "linux/arm64/v8");
    assert_eq!(found.platforms[0].size, put.platforms[0].2);

    for (name, tag) in [("hm-test/multi", "none"), ("hm-test/nobody", "1")] {
        let image = ImageRef::parse(&format!("{}/{name}:{tag}", registry.address())).unwrap();
        let error = registries.resolve(&image).await.unwrap_err();
        assert!(
            matches!(error, RegistryError::NoSuchImage { .. }),
            "{error:?}"
        );
    }
}

/// How many manifests were fetched, by the registry's log.
fn manifests_asked(registry: &Registry) -> usize {
    let log = registry.log_tail(10_000);
    log.lines()
        .filter(|line| line.contains("\"GET /v2/") && line.contains("/manifests/"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn later_means_later() {
    let registry = Registry::start().await.unwrap();
    let put = registry
        .put_image("hm-test/app", "1", &["linux/amd64"], "a")
        .await
        .unwrap();
    // Twice in passing, then for a second.
    let front = Front::start(registry.address(), &["503 X", "429 X\r\nRetry-After: 1"]).await;
    let started = Instant::now();
    let found = registries()
        .resolve(&front.image("hm-test/app:1"))
        .await
        .unwrap();
    assert_eq!(found.digest.to_string(), put.digest);
    assert!(
        started.elapsed() >= Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );

    // For an hour: nobody waits that long, and nobody asks again.
    let front = Front::start(registry.address(), &["429 X\r\nRetry-After: 3600"]).await;
    let registries = registries();
    let image = front.image("hm-test/app:1");
    for _ in 0..3 {
        let error = registries.resolve(&image).await.unwrap_err();
        assert!(matches!(error, RegistryError::TooMany(_)), "{error:?}");
    }
    assert_eq!(front.asked(), 1);
    let error = registries.tags(&image).await.unwrap_err();
    assert!(matches!(error, RegistryError::TooMany(_)), "{error:?}");
    assert_eq!(front.asked(), 1);
    let pause = registries.pause(image.registry()).unwrap();
    assert!(pause > Duration::from_secs(3_500), "{pause:?}");
    // Another registry is asked all the same.
    let other = ImageRef::parse(&format!("{}/hm-test/app:1", registry.address())).unwrap();
    assert!(registries.resolve(&other).await.is_ok());
}

/// Answers each request by its path.
async fn answering(answer: fn(&str) -> Vec<u8>) -> ImageRef {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // Ends with the runtime of the test.
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 8192];
            let read = stream.read(&mut head).await.unwrap();
            let text = String::from_utf8_lossy(&head[..read]).into_owned();
            // A client that has enough hangs up.
            let _ = stream.write_all(&answer(&text)).await;
        }
    });
    ImageRef::parse(&format!("{address}/a/b:1")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_lies_is_not_believed() {
    fn with(digest: bool, body: &str) -> Vec<u8> {
        let named = format!("Docker-Content-Digest: sha256:{}\r\n", "a".repeat(64));
        let named = if digest { named } else { String::new() };
        format!(
            "HTTP/1.1 200 X\r\n{named}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
    let check = async |answer: fn(&str) -> Vec<u8>, reason: &str| {
        let image = answering(answer).await;
        let error = registries().resolve(&image).await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error:?}");
    };
    check(|_| with(true, ""), "something else").await;
    check(|_| with(false, "<html>"), "could not be read").await;
    check(
        |head| match head.starts_with("HEAD") {
            true => with(true, ""),
            false => [
                b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n".as_slice(),
                &vec![b' '; 5 * 1024 * 1024],
            ]
            .concat(),
        },
        "has more than",
    )
    .await;
    check(
        |_| b"HTTP/1.1 401 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec(),
        "sign in",
    )
    .await;
    // An index that names an index, and so on for ever.
    check(
        |head| {
            let body = r#"{"schemaVersion":2,"manifests":[]}"#;
            match head.starts_with("HEAD") {
                true => with(true, ""),
                false => with(false, body),
            }
        },
        "something else",
    )
    .await;
}
