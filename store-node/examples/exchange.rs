//! A large file from node to node, against plain HTTP from the same disk.
//!
//! `cargo run --release -p store-node --example exchange [MEGABYTES]`
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, and shares its kit with tests"
)]

#[path = "../tests/it/kit.rs"]
mod kit;
#[path = "../tests/it/site.rs"]
mod site;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use harbour_core::store::wire::Area;
use harbour_core::tuf::client::Fetch;
use kit::{big, config, host_with, run_for, start, version_is};
use site::Site;
use store_node::api::types::Add;
use store_node::origin::Origin;

const ROUNDS: u8 = 5;

/// Sends any file of a folder, a connection after the other.
fn serve(folder: std::path::PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    // Ends with the process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4_096];
            let count = stream.read(&mut request).unwrap();
            let text = String::from_utf8_lossy(&request[..count]).into_owned();
            let path = text
                .split(' ')
                .nth(1)
                .unwrap()
                .trim_start_matches('/')
                .to_owned();
            let mut file = std::fs::File::open(folder.join(path)).unwrap();
            let length = file.metadata().unwrap().len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            std::io::copy(&mut file, &mut stream).unwrap();
        }
    });
    base
}

fn speed(bytes: usize, times: &mut [Duration]) -> f64 {
    times.sort();
    bytes as f64 / 1e6 / times[times.len() / 2].as_secs_f64()
}

fn main() {
    let megabytes = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let megabytes: usize = megabytes.unwrap_or(64).min(200);
    let length = megabytes * 1_000_000;
    let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 10);
    for nth in 0..ROUNDS {
        site.file(&format!("{nth}.bin"), &big(nth, length));
    }
    site.publish();
    run_for(Duration::from_secs(300), async {
        // As fast as it goes: no fair shares for anybody else.
        let mut generous = config(folders[1].path());
        generous.limits.bytes_at_once = u32::MAX;
        let (first, invite) = host_with(generous, &site).await;
        version_is(&first.network(), &site, 1).await;
        // The host's own copy is part of neither side.
        for nth in 0..ROUNDS {
            let name = site.name(&format!("{nth}.bin"));
            let copied = first
                .network()
                .fetch(site.id, Area::Target, &name, 1 << 30)
                .await;
            copied.unwrap().unwrap();
        }
        let second = start(&folders[2]).await;
        second.network().add(Add::Invite { invite }).await.unwrap();
        version_is(&second.network(), &site, 1).await;
        let base = serve(site.folder.join("targets"));
        let origin = Origin::new(&[&base]).unwrap();
        let (mut by_node, mut by_http) = (Vec::new(), Vec::new());
        for nth in 0..ROUNDS {
            let name = site.name(&format!("{nth}.bin"));
            let started = Instant::now();
            let fetched = second
                .network()
                .fetch(site.id, Area::Target, &name, 1 << 30)
                .await;
            assert_eq!(fetched.unwrap().unwrap().bytes.len(), length);
            by_node.push(started.elapsed());
            let started = Instant::now();
            let mut file = std::fs::File::create(folders[3].path().join(&name)).unwrap();
            let fetch = Fetch {
                path: name,
                limit: 1 << 30,
            };
            origin
                .stream(&base, &fetch, |piece| Ok(file.write_all(piece)?))
                .await
                .unwrap();
            file.sync_all().unwrap();
            by_http.push(started.elapsed());
        }
        let (node, http) = (speed(length, &mut by_node), speed(length, &mut by_http));
        println!("{megabytes} MB, median of {ROUNDS}, loopback, to disk");
        println!("node to node, verified and kept  {node:>7.0} MB/s");
        println!("plain HTTP, neither              {http:>7.0} MB/s");
        println!("node ÷ HTTP                      {:>7.2}", node / http);
        second.shutdown().await;
        first.shutdown().await;
    });
}
