//! The real program: hosts, follows, answers, ends in order, and is killed.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use store_node::api::Network;

use crate::kit::{big, run, until};
use crate::python::{TOOL, text};
use crate::site::Site;

/// A running node, killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    lines: Arc<Mutex<Vec<(Instant, String)>>>,
    pub(crate) data: PathBuf,
}

impl Daemon {
    /// Starts the program with these words before its own, for instance to run
    /// it in a network of its own.
    pub(crate) fn start_in(before: &[&str], data: &Path, args: &[&str]) -> Self {
        Self::run_in(before, "serve", data, args)
    }

    /// The same with another command than `serve`.
    pub(crate) fn run_in(before: &[&str], command: &str, data: &Path, args: &[&str]) -> Self {
        let mut words = before.to_vec();
        words.extend([TOOL, command, "--data-dir", data.to_str().unwrap()]);
        words.extend(args);
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .stdout(Stdio::piped())
            // What a test is about is said by the test.
            .env(
                "RUST_LOG",
                std::env::var("RUST_LOG").unwrap_or("error".to_owned()),
            )
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (out, said) = (child.stdout.take().unwrap(), Arc::clone(&lines));
        // Ends with the program.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                said.lock().unwrap().push((Instant::now(), line));
            }
        });
        Self {
            child,
            lines,
            data: data.to_owned(),
        }
    }

    pub(crate) fn start(data: &Path, args: &[&str]) -> Self {
        let local = [
            "--listen",
            "/ip4/127.0.0.1/tcp/0",
            "--listen-blobs",
            "127.0.0.1:0",
        ];
        let args: Vec<&str> = local
            .into_iter()
            .chain(["--mdns", "off"])
            .chain(args.to_vec())
            .collect();
        Self::start_in(&[], data, &args)
    }

    /// When it said a line that begins so, and the rest of the line.
    pub(crate) fn said(&self, start: &str) -> Option<(Instant, String)> {
        let lines = self.lines.lock().unwrap();
        lines.iter().find_map(|(at, line)| {
            let rest = line.strip_prefix(start)?;
            Some((*at, rest.trim().to_owned()))
        })
    }

    pub(crate) fn wait_for(&self, start: &str, limit: Duration) -> (Instant, String) {
        let end = Instant::now() + limit;
        loop {
            if let Some(found) = self.said(start) {
                return found;
            }
            assert!(
                Instant::now() < end,
                "no “{start}” in {:?}",
                self.lines.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn network(&self) -> Network {
        Network::socket(&self.data.join("node.sock"))
    }

    /// Bytes in memory.
    pub(crate) fn memory(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id())).unwrap();
        let pages: u64 = text.split_whitespace().nth(1).unwrap().parse().unwrap();
        pages * 4_096
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }

    fn ask(&self, words: &[&str]) -> Output {
        Command::new(TOOL)
            .arg(words[0])
            .args(["--data-dir", self.data.to_str().unwrap()])
            .args(&words[1..])
            .output()
            .unwrap()
    }

    pub(crate) fn answer(&self, words: &[&str]) -> String {
        let output = self.ask(words);
        assert!(output.status.success(), "{words:?}: {}", text(&output));
        text(&output)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) const SOON: Duration = Duration::from_secs(15);

#[test]
fn a_folder_is_all_it_takes_to_host_a_store() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 100);
    site.file("index.json", b"one");
    site.app("immich", 1, b"slug: immich\n");
    site.publish();
    let seed = site.folder.to_str().unwrap();
    let mut first = Daemon::start(folders[1].path(), &["--seed", seed]);
    let (_, invite) = first.wait_for("invite ", SOON);
    assert!(invite.starts_with("harbour:store:"), "{invite}");
    first.wait_for("version 1", SOON);
    let mut second = Daemon::start(folders[2].path(), &[]);
    second.wait_for("node ", SOON);
    let said = second.answer(&["add-store", &invite, "--pin"]);
    assert!(said.contains(&site.id.to_string()), "{said}");
    second.wait_for("version 1", SOON);

    let status = second.answer(&["status"]);
    assert!(
        status.contains("version 1, ready, complete copy"),
        "{status}"
    );
    let status = second.answer(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["stores"][0]["version"], 1);
    let peers = second.answer(&["peers"]);
    assert!(
        peers.contains("near") && peers.contains("harbourmaster/"),
        "{peers}"
    );
    let verified = second.answer(&["verify"]);
    assert!(
        verified.contains("version 1 is signed and complete"),
        "{verified}"
    );
    let wrong = second.ask(&["add-store", "harbour:store:AQAA"]);
    assert!(!wrong.status.success());
    assert!(text(&wrong).contains("damaged"), "{}", text(&wrong));

    // The folder is watched.
    site.file("index.json", b"two");
    site.publish();
    second.wait_for("version 2", SOON);
    for daemon in [&mut second, &mut first] {
        let started = Instant::now();
        daemon.signal(Signal::TERM);
        assert!(daemon.wait().success());
        assert!(
            started.elapsed() < Duration::from_secs(8),
            "{:?}",
            started.elapsed()
        );
        assert!(!daemon.data.join("node.sock").exists());
        let gone = daemon.ask(&["status"]);
        assert!(text(&gone).contains("is it running?"), "{}", text(&gone));
    }
}

#[test]
fn metrics_are_prometheus_text() {
    use std::io::{Read as _, Write as _};
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 110);
    site.file("index.json", b"one");
    site.publish();
    let seed = site.folder.to_str().unwrap();
    let node = Daemon::start(folders[1].path(), &["--seed", seed]);
    node.wait_for("version 1", SOON);
    let mut stream = std::os::unix::net::UnixStream::connect(node.data.join("node.sock")).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    let line = format!("harbour_store_version{{store=\"{}\"}} 1", site.id);
    assert!(body.contains(&line), "{body}");
    for line in body.lines().filter(|line| !line.starts_with('#')) {
        let value = line.rsplit_once(' ').map(|(_, value)| value.parse::<f64>());
        assert!(matches!(value, Some(Ok(_))), "{line}");
    }
}

fn data_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder.join("blobs/data"))
        .into_iter()
        .flatten()
        .flatten();
    let data = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "data"));
    data.filter_map(|entry| entry.metadata().ok())
        .map(|meta| meta.len())
        .sum()
}

#[test]
fn killed_while_it_fetches_it_loses_nothing_verified_and_takes_up_the_rest() {
    run(async {
        let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let mut site = Site::new(folders[0].path(), 120);
        const LARGE: usize = 60_000_000;
        site.file("large.bin", &big(1, LARGE));
        for nth in 0..40 {
            site.file(&format!("{nth}.json"), format!("file {nth}").as_bytes());
        }
        site.publish();
        let seed = site.folder.to_str().unwrap();
        let mut first = Daemon::start(folders[1].path(), &["--seed", seed]);
        let (_, invite) = first.wait_for("invite ", SOON);
        until("the host's copy", || async {
            let stores = first.network().stores().await.ok()?;
            (stores[0].files >= 45).then_some(())
        })
        .await;
        let mut second = Daemon::start(folders[2].path(), &[]);
        second.wait_for("node ", SOON);
        second.answer(&["add-store", &invite, "--pin"]);
        // In the middle of the large file, with some small ones there.
        let network = second.network();
        let before = until("a part of it", || async {
            let files = network.stores().await.ok()?[0].files;
            (data_bytes(folders[2].path()) > 20_000_000 && files > 5).then_some(files)
        })
        .await;
        second.signal(Signal::KILL);
        second.wait();
        first.signal(Signal::TERM);
        first.wait();

        // Alone: what was verified is here, all of it readable.
        let second = Daemon::start(folders[2].path(), &[]);
        second.wait_for("node ", SOON);
        let network = second.network();
        let store = network.stores().await.unwrap().remove(0);
        assert!(store.files >= before, "{} of {before} files", store.files);
        assert_eq!(store.version, Some(1));
        let said = second.answer(&["verify"]);
        assert!(said.contains("signed and complete"), "{said}");

        // With the host again it goes on where it was.
        let first = Daemon::start(folders[1].path(), &["--seed", seed]);
        let (_, invite) = first.wait_for("invite ", SOON);
        second.answer(&["add-store", &invite]);
        let store = until("the complete copy", || async {
            let store = network.stores().await.ok()?.remove(0);
            (store.files >= 45).then_some(store)
        })
        .await;
        let large = u64::try_from(LARGE).unwrap();
        let came = store.bytes.lan;
        assert!(
            came < large,
            "{came} bytes came after the kill, not all of it again"
        );
    });
}
