//! Registries that answer in pages, or not like registries at all. The real one
//! of Debian knows no pages, so a few lines of HTTP stand in for the others.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use harbour_core::image_ref::ImageRef;
use registry::{Registries, RegistryError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers each request by its path, on a loopback port.
async fn answering(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> ImageRef {
    let provider = rustls::crypto::ring::default_provider();
    // Another test of this program was first.
    let _ = provider.install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 8192];
            let read = stream.read(&mut head).await.unwrap();
            let text = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default();
            let (status, body) = answer(path);
            let length = body.len();
            let reply = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    ImageRef::parse(&format!("{address}/a/b")).unwrap()
}

fn list(tags: impl Iterator<Item = String>) -> String {
    let tags: Vec<String> = tags.map(|tag| format!("\"{tag}\"")).collect();
    format!("{{\"name\":\"a/b\",\"tags\":[{}]}}", tags.join(","))
}

#[tokio::test]
async fn pages_are_followed_to_their_end() {
    let image = answering(|path| match path {
        path if !path.contains("/tags/") => (200, String::new()),
        path if path.contains("last=1.99") => (200, list((100..150).map(|n| format!("1.{n}")))),
        path if path.contains("last=1.149") => (200, list(std::iter::empty())),
        _ => (200, list((0..100).map(|n| format!("1.{n}")))),
    })
    .await;
    let found = Registries::new().tags(&image).await.unwrap();
    assert_eq!(
        (found.tags.len(), found.tags[0].as_str(), found.more),
        (150, "1.149", false)
    );
}

#[tokio::test]
async fn an_endless_registry_has_an_end() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let image = answering(move |path| {
        if !path.contains("/tags/") {
            return (200, String::new());
        }
        let page = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        (200, list((0..200).map(|n| format!("{page}.{n}"))))
    })
    .await;
    let found = Registries::new().tags(&image).await.unwrap();
    assert!(
        found.more && found.tags.len() == 1000,
        "{}",
        found.tags.len()
    );
}

#[tokio::test]
async fn strange_answers_are_named() {
    for (status, body, expected) in [
        (401, "", "Auth"),
        (404, "not json", "NoSuchRepository"),
        (
            404,
            r#"{"errors":[{"code":"NAME_UNKNOWN","message":"m","detail":{}}]}"#,
            "NoSuchRepository",
        ),
        (403, "", "Auth"),
        (429, "", "TooMany"),
        (500, "<html>", "Unreachable"),
        (200, "<html>", "Unreachable"),
    ] {
        let image = answering(move |path| {
            if path.contains("/tags/") {
                (status, body.to_owned())
            } else {
                (200, String::new())
            }
        })
        .await;
        let error: RegistryError = Registries::new().tags(&image).await.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(expected),
            "{status} {body}: {error:?}"
        );
        assert!(!error.to_string().contains("html"), "{error}");
    }
}
