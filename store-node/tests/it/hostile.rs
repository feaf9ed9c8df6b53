//! Servers that mean no good: endless, slow, redirecting, broken.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use harbour_core::tuf::client::Fetch;
use store_node::origin::{Origin, OriginError};

/// Answers every connection until the test ends; gives its address.
fn serve(
    answer: impl Fn(&mut TcpStream, usize) + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    // Ends with the process: the test harness has no other owner for it.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let number = counted.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4_096];
            if stream.read(&mut request).is_ok() {
                answer(&mut stream, number);
            }
        }
    });
    (base, count)
}

/// Sends what is taken; a client that has enough hangs up.
fn send(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).is_ok()
}

fn fetch(base: &str, limit: u64) -> Result<Option<Vec<u8>>, OriginError> {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let origin = Origin::new(&[base])?;
    let path = "timestamp.json".to_owned();
    runtime.block_on(origin.fetch(base, &Fetch { path, limit }))
}

#[test]
fn a_file_without_end_is_cut_at_its_limit() {
    let (base, _) = serve(|stream, _| {
        let mut go = send(
            stream,
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        while go {
            go =
                send(stream, b"1000\r\n") && send(stream, &[b' '; 0x1000]) && send(stream, b"\r\n");
        }
    });
    let started = Instant::now();
    let error = fetch(&base, 100_000).unwrap_err();
    assert!(
        matches!(error, OriginError::TooLarge { limit: 100_000, .. }),
        "{error}"
    );
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_length_beyond_the_limit_is_refused_before_a_byte_is_read() {
    let (base, _) = serve(|stream, _| {
        send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n");
        thread::sleep(Duration::from_millis(500));
    });
    let started = Instant::now();
    let error = fetch(&base, 100_000).unwrap_err();
    assert!(matches!(error, OriginError::TooLarge { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_millis(450));
}

#[test]
fn a_length_up_to_the_limit_is_read() {
    let (base, _) = serve(|stream, _| {
        send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour");
    });
    assert_eq!(fetch(&base, 4).unwrap(), Some(b"four".to_vec()));
}

#[test]
fn only_404_and_403_mean_that_there_is_none() {
    for (status, none) in [
        (404, true),
        (403, true),
        (500, false),
        (204, false),
        (429, false),
    ] {
        let (base, _) = serve(move |stream, _| {
            send(
                stream,
                format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n").as_bytes(),
            );
        });
        match fetch(&base, 10) {
            Ok(None) => assert!(none, "{status}"),
            Err(OriginError::Status { status: found, .. }) => {
                assert!(!none && found.as_u16() == status);
            }
            other => panic!("{status}: {other:?}"),
        }
    }
}

#[test]
fn redirects_do_not_go_round_for_ever() {
    let (base, count) = serve(|stream, _| {
        send(
            stream,
            b"HTTP/1.1 302 X\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    });
    let error = fetch(&base, 10).unwrap_err();
    assert!(matches!(error, OriginError::Unreachable { .. }), "{error}");
    assert!(count.load(Ordering::SeqCst) <= 5);
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    let (base, _) = serve(|stream, _| {
        send(
            stream,
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
        );
    });
    let error = fetch(&base, 1_000).unwrap_err();
    assert!(matches!(error, OriginError::Unreachable { .. }), "{error}");
}

#[test]
fn a_server_that_drips_is_given_up() {
    let (base, _) = serve(|stream, _| {
        let mut go = send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
        while go {
            thread::sleep(Duration::from_millis(20));
            go = send(stream, b" ");
        }
    });
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Tokio's own clock, which runs ahead while nothing else is to be done,
    // would outrun the real socket; so the real patience, made short.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let origin = Origin::new(&[&base])
        .unwrap()
        .with_patience(Duration::from_millis(300));
    let started = Instant::now();
    let path = "timestamp.json".to_owned();
    let result = runtime.block_on(origin.fetch(
        &base,
        &Fetch {
            path,
            limit: 10_000,
        },
    ));
    let error = result.unwrap_err();
    assert!(matches!(error, OriginError::Slow { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn addresses_are_http() {
    for base in ["file:///etc", "ftp://a", "nothing", ""] {
        let _ = rustls::crypto::ring::default_provider().install_default();
        assert!(
            matches!(Origin::new(&[base]), Err(OriginError::Address(_))),
            "{base}"
        );
    }
}
