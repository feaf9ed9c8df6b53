//! A thousand bad messages a second, from fifty names at a time that come back
//! under other names and from other addresses: what is honest comes through,
//! memory stays flat, whoever sends them is cut off.
//!
//! Ten seconds of it are a test; `HARBOUR_FLOOD_SECONDS=60` makes it a minute.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol as Part;

use crate::daemon::{Daemon, SOON};
use crate::evil::{Crowd, Evil, nothing};
use crate::kit::{host, run_for, version_is};
use crate::site::Site;

/// Bad messages that are handed out each second.
const RATE: u64 = 1_000;
/// Names at a time.
const NAMES: u32 = 50;
/// Time between two versions that are published.
const EACH: Duration = Duration::from_millis(500);
/// Time within which a version counts as delivered.
const DELIVERED: Duration = Duration::from_secs(2);

/// One of four kinds: forged, no message at all, old, or of keys that are
/// nobody's. No two are the same, so that none is dropped as a copy.
fn bad(genuine: &[u8], foreign: &[u8], nth: u64) -> Vec<u8> {
    let padding = vec![b' '; usize::try_from(nth % 997).unwrap()];
    let numbered = |bytes: &[u8]| {
        let version = format!("\"version\":{}", 1_000_000 + nth);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.replacen("\"version\":1", &version, 9).into_bytes()
    };
    match nth % 4 {
        0 => numbered(genuine),
        1 => format!("bad message {nth}").into_bytes(),
        2 => [genuine, &padding].concat(),
        _ => numbered(foreign),
    }
}

/// The largest and the last of what was measured, in the two halves.
fn most(memory: &[u64]) -> [u64; 2] {
    let (first, second) = memory.split_at(memory.len() / 2);
    [first, second].map(|half| half.iter().copied().max().unwrap_or(0))
}

#[test]
fn a_thousand_bad_messages_a_second_keep_no_news_away() {
    let seconds = std::env::var("HARBOUR_FLOOD_SECONDS").ok();
    let seconds = seconds.map_or(10, |text| text.parse().expect("a number of seconds"));
    let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 180);
    site.file("index.json", b"0");
    site.publish();
    let genuine = site.timestamp();
    let stranger = Site::new(folders[3].path(), 200);
    stranger.publish();
    let foreign = stranger.timestamp();
    run_for(Duration::from_secs(seconds + 60), async {
        let (first, invite) = host(&folders[1], &site).await;
        version_is(&first.network(), &site, 1).await;
        let root = site.folder.join("metadata/1.root.json");
        let args = [
            "--trust",
            root.to_str().unwrap(),
            "--peer",
            &invite.peers()[0],
        ];
        let target = Daemon::start(folders[2].path(), &args);
        target.wait_for("version 1", SOON);
        let (_, at) = target.wait_for("listening ", SOON);
        let at: Multiaddr = at.parse().unwrap();
        let port = at.iter().find_map(|part| match part {
            Part::Tcp(port) => Some(port),
            _ => None,
        });
        let crowd = Crowd::before(port.unwrap()).await;
        let network = target.network();

        let (mut names, store) = (0, site.id);
        let mut sybil = || {
            names += 1;
            Evil::start(crowd.to.clone(), store, nothing)
        };
        let mut sybils: Vec<Evil> = (0..NAMES).map(|_| sybil()).collect();
        let (start, mut handed, mut said) = (Instant::now(), 0, 0);
        let (mut version, mut out, mut late) = (1, None, Vec::new());
        let (mut memory, mut measured) = (Vec::new(), 0);
        while start.elapsed() < Duration::from_secs(seconds) {
            for place in &mut sybils {
                if place.gone() {
                    said += place.said.load(Ordering::Relaxed);
                    *place = sybil();
                }
            }
            let due = u64::try_from(start.elapsed().as_millis()).unwrap() * RATE / 1_000;
            let there: Vec<&Evil> = sybils.iter().filter(|one| one.connected()).collect();
            while handed < due && !there.is_empty() {
                let nth = usize::try_from(handed).unwrap() % there.len();
                there[nth].say(bad(&genuine, &foreign, handed)).await;
                handed += 1;
            }
            match out {
                Some(at) => {
                    if let Some((heard, _)) = target.said(&format!("version {version} ")) {
                        late.push(heard.saturating_duration_since(at));
                        out = None;
                    } else if at.elapsed() > DELIVERED {
                        late.push(at.elapsed());
                        out = None;
                    }
                }
                None if start.elapsed() > EACH * u32::try_from(version).unwrap() => {
                    site.file("index.json", version.to_string().as_bytes());
                    version = site.publish();
                    first.network().refresh(site.id).await.unwrap();
                    out = Some(Instant::now());
                }
                None => {}
            }
            if start.elapsed().as_secs() > measured {
                measured += 1;
                memory.push(target.memory());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        said += sybils
            .iter()
            .map(|one| one.said.load(Ordering::Relaxed))
            .sum::<u64>();
        let published = late.len();
        let good = late.iter().filter(|late| **late <= DELIVERED).count();
        late.sort();
        let [before, after] = most(&memory);
        let status = network.status().await.unwrap();
        println!(
            "{seconds} s: {handed} bad messages handed out, {said} sent, by {names} names; \
             {good} of {published} versions delivered, half of them within {:?}, the last in {:?}; \
             memory at most {} kB in the first half, {} kB in the second; {:?}",
            late[published / 2],
            late[published - 1],
            before / 1_024,
            after / 1_024,
            status.messages,
        );
        assert!(
            published >= usize::try_from(seconds).unwrap(),
            "{published} versions"
        );
        assert!(good * 100 >= published * 99, "{good} of {published}");
        assert!(
            status.messages.cut_off >= u64::from(NAMES),
            "{:?}",
            status.messages
        );
        assert!(said >= 4 * u64::from(NAMES), "{said} messages went out");
        assert!(
            after <= before + (8 << 20),
            "{before} and then {after} bytes"
        );
        assert!(after < 96 << 20, "{after} bytes");
        let honest = first.network().status().await.unwrap().peer_id;
        assert!(status.peers.iter().any(|peer| peer.id == honest));
        first.shutdown().await;
    });
}
