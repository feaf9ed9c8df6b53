//! `preview`: a site on this machine, for a look at it. Nobody else can see it.

use std::convert::Infallible;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::error::CommandError;
use crate::files::{MAX_FILE, read};

/// Connections at once; more wait.
const MAX_CONNECTIONS: usize = 256;

/// Which site, and where.
#[derive(Debug, Args)]
pub struct Preview {
    /// Folder of the site.
    site: PathBuf,
    /// Port on 127.0.0.1; 0 is any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// Serves until it is interrupted.
///
/// # Errors
/// When the folder is no site, or the port is taken.
pub fn run(command: &Preview, out: &mut dyn Write) -> Result<(), CommandError> {
    if !command.site.join("metadata/timestamp.json").is_file() {
        return Err(CommandError::content(
            &command.site,
            "it is no site; make one with `index-builder build`",
        ));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, command.port));
        let listener = TcpListener::bind(address).await?;
        writeln!(out, "http://{}/ (Ctrl-C ends it)", listener.local_addr()?)?;
        out.flush()?;
        tokio::select! {
            () = serve(listener, &command.site) => Ok(()),
            ended = tokio::signal::ctrl_c() => Ok(ended?),
        }
    })
}

/// Serves a folder to whoever connects, until it is dropped.
pub async fn serve(listener: TcpListener, site: &Path) {
    let site: Arc<Path> = site.into();
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= MAX_CONNECTIONS || connections.try_join_next().is_some() {
            if connections.len() >= MAX_CONNECTIONS {
                connections.join_next().await;
            }
        }
        // A visitor who is gone before being let in is no reason to end.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let site = Arc::clone(&site);
        connections.spawn(async move {
            let service = service_fn(|request| {
                let answer = answer(&site, &request);
                async move { Ok::<_, Infallible>(answer) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // How a visitor leaves is the visitor's matter.
            let _ = connection.await;
        });
    }
}

fn answer(site: &Path, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    let Some(file) = file_of(request.uri().path()) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let Ok(bytes) = read(&site.join(&file), MAX_FILE) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let hash = Sha256::digest(&bytes);
    let tag: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let asked = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let kind = kind_of(&file);
    let packed = asked(ACCEPT_ENCODING).is_some_and(accepts_zstd)
        && kind.starts_with("text/") | kind.ends_with("json");
    // Another form of the same file is another thing to a cache.
    let tag = if packed {
        format!("\"{tag}-zstd\"")
    } else {
        format!("\"{tag}\"")
    };
    if asked(IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        let mut response = plain(StatusCode::NOT_MODIFIED);
        put(&mut response, ETAG, &tag);
        return response;
    }
    let packed = if packed {
        zstd::encode_all(bytes.as_slice(), 3).ok()
    } else {
        None
    };
    let encoded = packed.is_some();
    let mut response = Response::new(Full::new(Bytes::from(packed.unwrap_or(bytes))));
    put(&mut response, CONTENT_TYPE, kind);
    put(&mut response, ETAG, &tag);
    put(&mut response, VARY, "accept-encoding");
    if encoded {
        put(&mut response, CONTENT_ENCODING, "zstd");
    }
    response
}

fn accepts_zstd(accepted: &str) -> bool {
    accepted
        .split(',')
        .any(|one| one.split(';').next().map(str::trim) == Some("zstd"))
}

fn put(response: &mut Response<Full<Bytes>>, name: hyper::header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// The file that a path of an address means: inside the folder, nothing hidden.
fn file_of(path: &str) -> Option<PathBuf> {
    let mut file = PathBuf::new();
    for part in path.strip_prefix('/')?.split('/') {
        let part = decoded(part)?;
        if part.starts_with('.') || part.contains(['/', '\0']) {
            return None;
        }
        file.push(part);
    }
    if path.ends_with('/') {
        file.push("index.html");
    }
    Some(file)
}

/// `%2F` and the like as what they stand for.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

fn kind_of(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("yaml") => "text/yaml; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_in_the_folder() {
        for (path, file) in [
            ("/", Some("index.html")),
            ("/gallery/a.html", Some("gallery/a.html")),
            (
                "/metadata/1.app-a%2Db.json",
                Some("metadata/1.app-a-b.json"),
            ),
            ("/../etc/passwd", None),
            ("/%2e%2e/etc/passwd", None),
            ("/a/..%2f..", None),
            ("/a%2f..%2fb", None),
            ("/.index-builder/state.json", None),
            ("/%", None),
            ("/%ff", None),
            ("/%00", None),
            ("relative", None),
            ("*", None),
        ] {
            assert_eq!(file_of(path), file.map(PathBuf::from), "{path}");
        }
        // An empty part is no step to the root of the file system.
        assert_eq!(file_of("//etc/passwd"), Some(PathBuf::from("etc/passwd")));
    }
}
