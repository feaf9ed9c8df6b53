//! Real programs on machines of their own, with real mDNS and real dialling.

use std::path::Path;
use std::time::{Duration, Instant};

use harbour_core::store::wire::Area;
use rustix::process::Signal;
use store_node::api::types::Source;

use crate::daemon::{Daemon, SOON};
use crate::kit::{big, run, until};
use crate::lab::Lab;
use crate::site::Site;

/// Time for what begins with a broadcast.
const FOUND: Duration = Duration::from_secs(20);

fn node(lab: &Lab, number: u8, data: &Path, more: &[&str]) -> Daemon {
    let machine = lab.machine(number);
    let mut args = vec!["--ping", "1"];
    args.extend(more);
    Daemon::start_in(&["ip", "netns", "exec", &machine], data, &args)
}

#[test]
fn three_machines_find_each_other_part_and_meet_again() {
    run(async {
        let mut lab = Lab::new("10.77.0");
        let machines = [lab.add(), lab.add(), lab.add()];
        let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
        let mut site = Site::new(folders[3].path(), 140);
        let large = big(4, 200_000);
        site.file("index.json", b"1");
        site.file("large.bin", &large);
        site.publish();
        let seed = site.folder.to_str().unwrap();
        let root = site.folder.join("metadata/1.root.json");
        let trust = ["--trust", root.to_str().unwrap()];
        let first = node(&lab, machines[0], folders[0].path(), &["--seed", seed]);
        first.wait_for("version 1", SOON);
        let others: Vec<Daemon> = (1..3)
            .map(|nth| node(&lab, machines[nth], folders[nth].path(), &trust))
            .collect();
        for other in &others {
            other.wait_for("version 1", FOUND);
        }
        let third = others[1].network();
        until("a mesh of all three", || async {
            let peers = third.status().await.ok()?.peers;
            (peers.len() == 2 && peers.iter().all(|peer| peer.near)).then_some(())
        })
        .await;
        let name = site.name("large.bin");
        let fetched = third.fetch(site.id, Area::Target, &name, 1 << 20).await;
        let fetched = fetched.unwrap().unwrap();
        assert_eq!(
            (&fetched.bytes[..], fetched.source),
            (&large[..], Source::Lan)
        );

        // No origin anywhere: the news come from the folder's owner by gossip.
        site.file("index.json", b"2");
        site.publish();
        let (told, _) = first.wait_for("version 2", SOON);
        for other in &others {
            let (heard, _) = other.wait_for("version 2", SOON);
            let late = heard.saturating_duration_since(told);
            assert!(late < Duration::from_secs(1), "{late:?}");
        }

        // The third one's cable is pulled; two versions come out meanwhile.
        lab.plug(machines[2], false);
        for version in [3, 4] {
            site.file("index.json", format!("{version}").as_bytes());
            site.publish();
            others[0].wait_for(&format!("version {version}"), SOON);
        }
        assert!(others[1].said("version 3").is_none());
        let store = third.stores().await.unwrap().remove(0);
        assert_eq!(store.version, Some(2));
        lab.plug(machines[2], true);
        let healed = Instant::now();
        others[1].wait_for("version 4", Duration::from_secs(40));
        assert!(healed.elapsed() < Duration::from_secs(40));
        assert!(
            others[1].said("version 3").is_none(),
            "straight to the newest"
        );
    });
}

#[test]
fn machines_far_from_each_other_hear_through_one_they_both_know() {
    run(async {
        // Addresses that are nobody's private ones.
        let mut lab = Lab::new("198.51.100");
        let machines = [lab.add(), lab.add(), lab.add()];
        let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
        let mut site = Site::new(folders[3].path(), 160);
        site.file("index.json", b"1");
        site.publish();
        let root = site.folder.join("metadata/1.root.json");
        let middle_at = format!("/ip4/{}/tcp/4410", lab.address(machines[0]));
        let trust = ["--trust", root.to_str().unwrap(), "--mdns", "off"];
        let more = ["--external", &middle_at];
        let middle: Vec<&str> = trust.iter().chain(&more).copied().collect();
        let middle = node(&lab, machines[0], folders[0].path(), &middle);
        let (_, id) = middle.wait_for("node ", SOON);
        let known = format!("{middle_at}/p2p/{id}");
        let seed = site.folder.to_str().unwrap();
        let host = ["--seed", seed, "--mdns", "off", "--peer", &known];
        let host = node(&lab, machines[1], folders[1].path(), &host);
        host.wait_for("version 1", SOON);
        middle.wait_for("version 1", SOON);
        let last: Vec<&str> = trust.iter().chain(&["--peer", &known]).copied().collect();
        let last = node(&lab, machines[2], folders[2].path(), &last);
        last.wait_for("version 1", SOON);
        let network = last.network();
        let name = site.name("index.json");
        // The middle has only the metadata; the host is found through it.
        let fetched = until("the file from afar", || async {
            network
                .fetch(site.id, Area::Target, &name, 100)
                .await
                .ok()?
        })
        .await;
        assert_eq!(
            (&fetched.bytes[..], fetched.source),
            (&b"1"[..], Source::Peer)
        );
        site.file("index.json", b"2");
        site.publish();
        let (told, _) = host.wait_for("version 2", SOON);
        let (heard, _) = last.wait_for("version 2", SOON);
        let late = heard.saturating_duration_since(told);
        assert!(late < Duration::from_secs(1), "{late:?}");
    });
}

#[test]
fn who_can_not_reach_each_other_hear_through_a_relay_also_after_it_was_gone() {
    run(async {
        let mut lab = Lab::new("203.0.113");
        let machines = [lab.add(), lab.add(), lab.add()];
        lab.part(&machines[1..]);
        let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
        let mut site = Site::new(folders[3].path(), 220);
        site.file("index.json", b"1");
        site.publish();
        let at = format!("/ip4/{}/tcp/4410", lab.address(machines[0]));
        let machine = lab.machine(machines[0]);
        let before = ["ip", "netns", "exec", &machine];
        let words = ["--mdns", "off", "--external", &at];
        let mut relay = Daemon::run_in(&before, "relay", folders[0].path(), &words);
        let (_, known) = relay.wait_for("relay ", SOON);
        assert!(known.starts_with(&at), "{known}");
        let stores = relay.network().stores().await.unwrap();
        assert_eq!(stores, [], "a relay has no store");

        let seed = site.folder.to_str().unwrap();
        let through = ["--mdns", "off", "--relay", &known];
        let host: Vec<&str> = through.iter().chain(&["--seed", seed]).copied().collect();
        let host = node(&lab, machines[1], folders[1].path(), &host);
        host.wait_for("version 1", SOON);
        let invite = until("an address at the relay", || async {
            let invite = host.network().invite(site.id).await.ok()?;
            let peers = invite.peers().iter();
            peers
                .clone()
                .any(|peer| peer.contains("p2p-circuit"))
                .then_some(invite)
        })
        .await;
        let last = node(&lab, machines[2], folders[2].path(), &["--mdns", "off"]);
        last.wait_for("node ", SOON);
        last.answer(&["add-store", &invite.to_string()]);
        last.wait_for("version 1", SOON);
        let network = last.network();
        let peers = network.status().await.unwrap().peers;
        assert!(
            peers
                .iter()
                .any(|peer| peer.address.contains("p2p-circuit") && !peer.near),
            "{peers:?}"
        );
        let name = site.name("index.json");
        let fetched = network.fetch(site.id, Area::Target, &name, 100).await;
        assert_eq!(fetched.unwrap().unwrap().source, Source::Peer);

        // The relay is killed and comes back; what comes out meanwhile arrives then.
        relay.signal(Signal::KILL);
        relay.wait();
        site.file("index.json", b"2");
        site.publish();
        host.wait_for("version 2", SOON);
        let relay = Daemon::run_in(&before, "relay", folders[0].path(), &words);
        relay.wait_for("relay ", SOON);
        last.wait_for("version 2", Duration::from_secs(40));
    });
}
