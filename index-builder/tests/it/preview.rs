//! `preview`, asked as a browser asks.
#![allow(clippy::disallowed_methods, reason = "a test of a program runs it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::store::Store;

/// The program, ended when dropped.
struct Preview {
    child: Child,
    address: String,
}

impl Preview {
    fn start(store: &Store) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_index-builder"))
            .arg("preview")
            .arg(store.at("out"))
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").unwrap();
        let address = address.split('/').next().unwrap().to_owned();
        Self { child, address }
    }

    /// Status, head and body.
    fn get(&self, path: &str, more: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let at = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..at].to_vec())
            .unwrap()
            .to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[at + 4..].to_vec())
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_site_is_shown_on_this_machine() {
    let store = Store::founded();
    store.app("immich", "alice");
    store.build().unwrap();
    let preview = Preview::start(&store);
    assert!(preview.address.starts_with("127.0.0.1:"));
    let page = store.read("out/index.html");
    let (status, head, body) = preview.get("/", "");
    assert_eq!((status, &body), (200, &page));
    assert!(head.contains("content-type: text/html"), "{head}");
    let tag = |head: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix("etag: "));
        line.unwrap().to_owned()
    };
    let known = format!("If-None-Match: {}\r\n", tag(&head));
    let (status, _, body) = preview.get("/", &known);
    assert_eq!((status, body.len()), (304, 0));
    let (status, head, body) = preview.get("/", "Accept-Encoding: gzip, zstd\r\n");
    assert!(
        status == 200 && head.contains("content-encoding: zstd"),
        "{head}"
    );
    assert!(body.len() < page.len());
    assert_eq!(zstd::decode_all(body.as_slice()).unwrap(), page);
    for path in [
        "/nothing",
        "/../1.root.json",
        "/%2e%2e/1.root.json",
        "/metadata",
    ] {
        assert_eq!(preview.get(path, "").0, 404, "{path}");
    }
    let (status, head, body) = preview.get("/metadata/timestamp.json", "");
    assert_eq!(
        (status, body),
        (200, store.read("out/metadata/timestamp.json"))
    );
    assert!(head.contains("application/json"), "{head}");
}

#[test]
fn what_is_no_site_is_not_shown() {
    let store = Store::founded();
    let error = store.run("preview @store --port 0").unwrap_err();
    assert!(error.contains("it is no site"), "{error}");
}
