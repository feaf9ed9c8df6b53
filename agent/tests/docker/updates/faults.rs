//! Updates that are disturbed: at every call of the engine, after every entry of
//! the journal, twice, with a good image and with one that fails. What must hold
//! afterwards is in [`super::invariant`].

#![allow(
    clippy::print_stdout,
    reason = "what was measured is part of a test's output"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{Cut, images, wait};
use tokio::task::JoinHandle;

use super::invariant::{Before, violations};
use super::{Published, inspect, made};
use crate::client::Api;
use crate::world::{Harbour, SOON, World};

/// Agents that are disturbed side by side.
const WORKERS: usize = 6;
/// Faults of one kind at most, should an update never end.
const MOST: usize = 120;
/// Each kind of fault meets one of so many calls of an update, and other kinds
/// meet others. `HARBOUR_FAULTS=all` meets all of them, in six minutes.
const STRIDE: usize = 6;
/// Faults that must have been met.
const ENOUGH: usize = 150;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Image {
    Good,
    /// It ends at once, so that the update is undone.
    Bad,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The engine never sees a call.
    CallLost,
    /// The engine does it and its answer is lost.
    AnswerLost,
    /// The agent is killed before the engine sees a call.
    KilledBefore,
    /// The agent is killed when the engine did it.
    KilledAfter,
    /// As before, and again while it recovers.
    KilledTwice,
    /// The agent is killed right after an entry of the journal.
    KilledAtEntry,
    /// The engine goes away after an entry, for a second.
    EngineAway,
}

const KINDS: [(Fault, Image); 12] = [
    (Fault::KilledAfter, Image::Good),
    (Fault::KilledAfter, Image::Bad),
    (Fault::KilledBefore, Image::Good),
    (Fault::KilledBefore, Image::Bad),
    (Fault::KilledAtEntry, Image::Good),
    (Fault::KilledAtEntry, Image::Bad),
    (Fault::KilledTwice, Image::Good),
    (Fault::KilledTwice, Image::Bad),
    (Fault::AnswerLost, Image::Good),
    (Fault::AnswerLost, Image::Bad),
    (Fault::CallLost, Image::Good),
    (Fault::EngineAway, Image::Good),
];

/// The wish for an update, which may never be answered.
struct Asked(JoinHandle<()>);

impl Asked {
    fn new(api: Api, path: String, body: Value) -> Self {
        // The operation tells what came of it.
        Self(tokio::spawn(async move {
            api.post(&path, &body).await;
        }))
    }

    fn is_answered(&self) -> bool {
        self.0.is_finished()
    }

    async fn answered(self) {
        self.0.await.unwrap();
    }
}

/// Hands out which fault comes next, until an update ends before it is met.
struct Queue {
    stride: usize,
    next: Mutex<BTreeMap<(Fault, Image), usize>>,
    over: Mutex<BTreeMap<(Fault, Image), usize>>,
}

impl Queue {
    fn new() -> Self {
        let all = std::env::var("HARBOUR_FAULTS").is_ok_and(|what| what == "all");
        Self {
            stride: if all { 1 } else { STRIDE },
            next: Mutex::default(),
            over: Mutex::default(),
        }
    }

    fn take(&self) -> Option<(Fault, Image, usize)> {
        let over = self.over.lock().unwrap();
        let mut next = self.next.lock().unwrap();
        let open = KINDS.iter().filter(|kind| !over.contains_key(kind));
        // The kinds go side by side, so that the last one does not run alone.
        let kind = *open.min_by_key(|kind| next.get(kind).copied().unwrap_or(0))?;
        // There are few entries and many calls.
        let at_entry = matches!(kind.0, Fault::KilledAtEntry | Fault::EngineAway);
        let stride = if at_entry { 1 } else { self.stride };
        let place = KINDS.iter().position(|one| *one == kind)?;
        let nth = next.entry(kind).or_insert(place % stride);
        *nth += stride;
        Some((kind.0, kind.1, *nth - stride))
    }

    /// This one was not met: those after it would not be either.
    fn end(&self, fault: Fault, image: Image, nth: usize) {
        let mut over = self.over.lock().unwrap();
        let first = over.entry((fault, image)).or_insert(nth);
        *first = nth.min(*first);
    }
}

/// One agent and its container.
struct Patient<'a> {
    world: &'a World,
    harbour: Harbour,
    name: String,
    token: String,
    good: [String; 2],
    bad: String,
    references: Vec<String>,
}

impl<'a> Patient<'a> {
    async fn new(world: &'a World) -> Self {
        let harbour = world.harbour().await;
        let (name, network) = (world.name("patient"), world.name("ward"));
        let subnet = harbour.own_network(world, &network).await;
        let image = Published::new(world);
        let (mut digests, mut references) = (Vec::new(), Vec::new());
        let bad = "CMD [\"sh\", \"-c\", \"exit 3\"]";
        // Nobody else has an image of the same content, which the engine would
        // take for the same image.
        let own = format!("LABEL patient={name}");
        let mut reference = String::new();
        for instructions in [
            &[&own, "VOLUME /anonymous", "COPY root.tar /second.tar"][..],
            &[&own, bad, "VOLUME /anonymous"],
            &[&own, "VOLUME /anonymous"],
        ] {
            reference = image.version(instructions, false).await;
            let local = world.docker().inspect_image(&reference).await.unwrap();
            let full = local.repo_digests.unwrap().remove(0);
            digests.push(full.split_once('@').unwrap().1.to_owned());
            references.push(full);
        }
        let (volume, token) = (world.name("chart"), format!("token of {name}"));
        let binds = json!([format!("{volume}:/data")]);
        let writer = world.name("writer");
        let write = format!("echo -n '{token}' > /data/token");
        let body = json!({"Image": reference, "Cmd": ["sh", "-c", write],
            "HostConfig": {"Binds": binds}});
        made(world, &writer, serde_json::from_value(body).unwrap(), true).await;
        wait::until_true(SOON, "the data to be written", || async {
            inspect(world, &writer).await["State"]["Status"] == "exited"
        })
        .await
        .unwrap();
        let body = json!({
            "Image": reference, "Env": ["OWN=kept"],
            "HostConfig": {"Binds": binds, "NetworkMode": network, "Memory": 64 << 20,
                "RestartPolicy": {"Name": "unless-stopped"}},
            "NetworkingConfig": {"EndpointsConfig": {network.clone(): {"Aliases": ["alias"],
                "IPAMConfig": {"IPv4Address": format!("{}.9", subnet.trim_end_matches(".0/24"))}}}},
        });
        made(world, &name, serde_json::from_value(body).unwrap(), true).await;
        harbour.api.remove(&writer).await;
        let policy = json!({"mode": "follow", "watchSeconds": 1});
        let path = format!("/api/containers/{name}/update-policy");
        harbour.api.container(&name, |_| true).await;
        harbour.api.put(&path, &policy).await.ok(200);
        let second = digests.remove(0);
        let bad = digests.remove(0);
        Self {
            world,
            harbour,
            name,
            token,
            good: [digests.remove(0), second],
            bad,
            references,
        }
    }

    /// What runs, and what it shall be updated to.
    async fn before(&self, image: Image) -> Before {
        let known = self.harbour.api.get("/api/updates").await.ok(200);
        let known = known["containers"].as_array().unwrap().iter();
        let known = known.clone().find(|one| one["name"] == self.name.as_str());
        let from = known.unwrap()["digest"].as_str().unwrap().to_owned();
        let to = match image {
            Image::Bad => &self.bad,
            Image::Good => self.good.iter().find(|one| **one != from).unwrap(),
        };
        Before {
            name: self.name.clone(),
            inspected: inspect(self.world, &self.name).await,
            from,
            to: to.clone(),
            token: self.token.clone(),
        }
    }

    /// The engine forgets an image, so that it has to be fetched.
    async fn forget(&self, digest: &str) {
        let docker = self.world.docker();
        for reference in self.references.iter().filter(|one| one.ends_with(digest)) {
            // It may have been forgotten in a round before, and a killed agent's
            // pull of it may not have ended yet.
            let gone = wait::until(SOON, "the image to go", || async {
                match docker.inspect_image(reference).await {
                    Ok(_) => images::remove(&docker, reference)
                        .await
                        .map_err(|error| error.to_string()),
                    Err(_) => Ok(()),
                }
            });
            gone.await.unwrap();
        }
    }

    fn arm(&self, fault: Fault, nth: usize) {
        match fault {
            Fault::CallLost => self.harbour.proxy.cut_nth(nth, Cut::Before),
            Fault::AnswerLost => self.harbour.proxy.cut_nth(nth, Cut::AfterResponse),
            Fault::KilledBefore => self.harbour.proxy.hold_nth(nth, Cut::Before),
            Fault::KilledAfter | Fault::KilledTwice => {
                self.harbour.proxy.hold_nth(nth, Cut::AfterResponse);
            }
            Fault::KilledAtEntry | Fault::EngineAway => {}
        }
    }

    async fn kill(&mut self) {
        self.harbour.agent.kill9().await.unwrap();
        self.harbour.proxy.disarm();
        self.harbour.proxy.cut_all();
    }

    /// The newest operation on its container, if there is one after `last`.
    async fn newest(&self, last: &Value) -> Option<Value> {
        let all = self.harbour.api.get("/api/operations").await.ok(200);
        let newest = all.as_array().unwrap().first()?;
        (newest["id"] != *last).then(|| newest.clone())
    }

    /// One update with one fault. Answers whether the fault was met, and what is
    /// wrong after it.
    async fn round(&mut self, fault: Fault, image: Image, nth: usize) -> (bool, Vec<String>) {
        let api = self.harbour.api.clone();
        let before = self.before(image).await;
        self.forget(&before.to).await;
        let last = api.get("/api/operations").await.ok(200)[0]["id"].clone();
        let path = format!("/api/containers/{}/update", self.name);
        let wanted = format!("{path}?digest={}", before.to);
        // The fault before may have left it with connections that are dead.
        let plan = wait::until(SOON, "the plan", || async {
            let answer = api.get(&wanted).await;
            match answer.status {
                200 => Ok(answer.body),
                _ => Err(answer.body.to_string()),
            }
        })
        .await
        .unwrap();
        assert_eq!(plan["refused"], json!([]), "{plan}");
        let body = json!({"revision": plan["revision"], "digest": before.to});
        let mut events = api.events("", None).await;
        self.arm(fault, nth);
        let asked = Asked::new(api.clone(), path, body);
        let at_entry = matches!(fault, Fault::KilledAtEntry | Fault::EngineAway);
        let met = if at_entry {
            self.harbour.proxy.delay(Duration::from_millis(25));
            let mut entries = 0;
            loop {
                let seen = events.until(|event| event.name == "operation").await;
                let entry = &seen.last().unwrap().data;
                let ours = entry["target"]["containerName"] == self.name.as_str();
                if !ours || entry["id"] == last {
                    continue;
                }
                if entry["endedAt"].is_string() {
                    break false;
                }
                if entries == nth {
                    break true;
                }
                entries += 1;
            }
        } else {
            self.met_or_ended(&asked, &last).await
        };
        match fault {
            _ if !met => {}
            Fault::CallLost | Fault::AnswerLost => asked.answered().await,
            Fault::EngineAway => {
                self.harbour.proxy.refuse(true);
                self.harbour.proxy.cut_all();
                tokio::time::sleep(Duration::from_secs(1)).await;
                self.harbour.proxy.refuse(false);
                asked.answered().await;
            }
            _ => {
                asked.0.abort();
                self.kill().await;
                if fault == Fault::KilledTwice {
                    self.harbour.proxy.hold_nth(nth % 7 + 4, Cut::AfterResponse);
                    self.harbour.agent.start_again().await.unwrap();
                    self.harbour.api.moved(&self.harbour.agent);
                    // Where recovery needs no more calls, it is killed after it.
                    let held = || async { self.harbour.proxy.holds() };
                    let _ = wait::until_true(Duration::from_secs(2), "a call", held).await;
                    self.kill().await;
                }
            }
        }
        self.harbour.proxy.delay(Duration::ZERO);
        self.harbour.proxy.disarm();
        let begun = Instant::now();
        self.harbour.start_again().await;
        let operation = match self.newest(&last).await {
            Some(one) => Some(self.harbour.api.ended(one["id"].as_str().unwrap()).await),
            None => None,
        };
        let took = begun.elapsed();
        let mut wrong = self.settled(&before, operation.as_ref()).await;
        if took > Duration::from_secs(60) {
            wrong.push(format!("it took {took:?}"));
        }
        if !met && image == Image::Good && operation.is_none_or(|one| one["state"] != "succeeded") {
            wrong.push("undisturbed, and not updated".into());
        }
        (met, wrong)
    }

    /// Whether the fault was met before all was over.
    async fn met_or_ended(&self, asked: &Asked, last: &Value) -> bool {
        let proxy = &self.harbour.proxy;
        loop {
            if proxy.holds() || proxy.met() {
                return true;
            }
            if asked.is_answered() {
                let newest = self.newest(last).await;
                if newest.is_none_or(|one| one["endedAt"].is_string()) {
                    return proxy.met();
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What is wrong once the engine's news have reached the agent.
    async fn settled(&self, before: &Before, operation: Option<&Value>) -> Vec<String> {
        let until = Instant::now() + Duration::from_secs(3);
        loop {
            let wrong = violations(self.world, &self.harbour.api, before, operation).await;
            if wrong.is_empty() || Instant::now() > until {
                return wrong;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn discharge(self) {
        self.harbour.api.remove(&self.name).await;
    }
}

/// Runs rounds until the queue is empty; answers what was met and what is wrong.
async fn work(world: &World, queue: &Queue) -> (usize, Vec<String>) {
    let (mut met, mut wrong) = (0, Vec::new());
    let mut patient = Patient::new(world).await;
    while let Some((fault, image, nth)) = queue.take() {
        let (was_met, found) = patient.round(fault, image, nth).await;
        met += usize::from(was_met);
        if !was_met || nth >= MOST {
            queue.end(fault, image, nth);
        }
        if !found.is_empty() {
            wrong.push(format!("{fault:?} {nth}, {image:?}: {}", found.join("; ")));
            // What comes next needs a container that is well.
            patient.discharge().await;
            patient = Patient::new(world).await;
        }
    }
    patient.discharge().await;
    (met, wrong)
}

pub async fn every_disturbance_leaves_the_old_or_the_new(world: &World) {
    let (queue, begun) = (Queue::new(), Instant::now());
    let workers = (0..WORKERS).map(|_| work(world, &queue));
    let results = futures_util::future::join_all(workers).await;
    let met: usize = results.iter().map(|(met, _)| met).sum();
    let wrong: Vec<String> = results.into_iter().flat_map(|(_, wrong)| wrong).collect();
    println!(
        "{met} faults in {:.0} s; an update ended before the fault of this number: {:?}",
        begun.elapsed().as_secs_f64(),
        queue.over.lock().unwrap()
    );
    assert!(
        wrong.is_empty(),
        "{} of {met}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(met >= ENOUGH, "only {met} faults were met");
}
