//! Every route, tried without a key.

use agent::http::{Access, rules};
use reqwest::Method;
use reqwest::header::{COOKIE, HOST, ORIGIN};
use serde_json::{Value, json};

use testkit::{Dockerd, images};

use crate::world::{BUSYBOX, World, harbour_on};

/// A path with its parameters filled in.
fn path(template: &str, container: &str) -> String {
    template
        .replace(
            "/api/operations/{id}",
            "/api/operations/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        )
        .replace("{store}", &"0".repeat(64))
        .replace("{slug}", "no-such-app")
        .replace("{id}", container)
        .replace("{name}", "no-such-volume")
        .replace("{*name}", "no-such/image:1")
}

pub async fn every_route_is_closed(_: &World) {
    // An engine of its own: other tests' containers would make the agent read.
    let engine = Dockerd::start().await.unwrap();
    images::busybox(&engine.docker(), BUSYBOX).await.unwrap();
    let harbour = harbour_on(engine.socket()).await;
    let api = &harbour.api;
    let name = "closed".to_owned();
    api.create(&json!({"image": BUSYBOX, "name": name})).await;
    let before = api.get("/api/containers?all=true").await.ok(200);
    harbour.proxy.forget_requests();
    let rules = rules();
    assert!(rules.len() > 50, "{}", rules.len());
    let mut public = 0;
    for rule in &rules {
        let path = path(&rule.path, &name);
        let method = rule.method.clone();
        let code = async |request: reqwest::RequestBuilder| {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let body: Value = response.json().await.unwrap_or_default();
            (status, body["code"].as_str().unwrap_or_default().to_owned())
        };
        let case = format!("{method} {path}");
        let bare = || api.bare(method.clone(), &path);
        let full = || api.request(method.clone(), &path);
        let is = |status: u16, code: &str| (status, code.to_owned());

        assert_eq!(
            code(full().header(HOST, "evil.example")).await,
            is(421, "foreign_host"),
            "{case}"
        );
        assert_eq!(
            code(full().header(ORIGIN, "https://localhost:1")).await,
            is(403, "foreign_origin"),
            "{case}"
        );
        assert_eq!(
            code(full().header("Sec-Fetch-Site", "same-site")).await,
            is(403, "foreign_origin"),
            "{case}"
        );
        if rule.access == Access::Public {
            public += 1;
            continue;
        }
        assert_eq!(code(bare()).await, is(401, "not_signed_in"), "{case}");
        let proof_only = bare().header("X-Session-Proof", &api.proof);
        assert_eq!(code(proof_only).await, is(401, "not_signed_in"), "{case}");
        let cookie_only = bare().header(COOKIE, &api.cookie);
        assert_eq!(code(cookie_only).await, is(403, "proof_missing"), "{case}");
        if rule.access != Access::Ticket {
            let wrong = bare()
                .header(COOKIE, &api.cookie)
                .header("X-Session-Proof", "wrong");
            assert_eq!(code(wrong).await, is(403, "proof_wrong"), "{case}");
        }
    }
    assert_eq!(public, 3, "health, setup and login");
    assert_eq!(
        harbour.engine_calls(),
        Vec::<String>::new(),
        "nothing reached the engine"
    );
    assert_eq!(
        api.get("/api/containers?all=true").await.ok(200),
        before,
        "nothing changed"
    );
    for path in ["/api", "/api/", "/api/nothing", "/api/containers/x/y/z"] {
        api.get(path).await.error(404, "no_such_path");
    }
    api.send(Method::PUT, "/api/containers", None)
        .await
        .error(405, "method_not_allowed");
    api.remove(&name).await;
}

pub async fn forwarded_headers_are_not_believed(world: &World) {
    let harbour = world.harbour().await;
    let request = harbour
        .api
        .request(Method::POST, "/api/images/pull")
        .header("X-Forwarded-For", "203.0.113.7")
        .header("Forwarded", "for=203.0.113.7")
        .header("X-Forwarded-Host", "evil.example")
        .json(&json!({"image": "not a reference"}));
    assert_eq!(request.send().await.unwrap().status(), 422);
    let audit = harbour.api.get("/api/audit?limit=2").await.ok(200);
    assert_eq!(audit[0]["remote"], "127.0.0.1", "{audit}");
}

pub async fn every_mutation_is_audited(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let secret = "hunter2-in-an-environment";
    let mut seen = 0;
    // Signing out comes last, or nobody could look.
    let mut mutations: Vec<_> = rules();
    mutations.sort_by_key(|r| r.path == "/api/logout");
    for rule in mutations {
        let Access::Mutation(action) = rule.access else {
            continue;
        };
        seen += 1;
        let body = match action {
            "container.create" => Some(json!({
                "image": "no-such/image@sha256:1", "name": "audited",
                "env": [{"name": "PASSWORD", "value": secret}],
            })),
            "container.rename" => Some(json!({"name": "new"})),
            "image.pull" => Some(json!({"image": "UPPER CASE"})),
            "network.create" | "volume.create" => Some(json!({"name": "no spaces"})),
            "account.password" => Some(json!({"current": secret, "password": secret})),
            "session.logout" => continue,
            _ => None,
        };
        api.send(
            rule.method.clone(),
            &path(&rule.path, "no-such-container"),
            body.as_ref(),
        )
        .await;
        let lines = api.get("/api/audit?limit=2").await.ok(200);
        let (after, before) = (&lines[0], &lines[1]);
        for line in [after, before] {
            assert_eq!(line["action"], action, "{lines}");
            assert_eq!(
                (&line["user"], &line["remote"]),
                (&json!("admin"), &json!("127.0.0.1"))
            );
            assert_eq!(line["requestId"], before["requestId"]);
            assert!(!line["target"].as_str().unwrap().is_empty(), "{line}");
        }
        assert_eq!(
            (&before["phase"], &after["phase"]),
            (&json!("before"), &json!("after"))
        );
        if action == "update.check" {
            // Nothing can be wrong with it.
            assert_eq!(after["outcome"], "ok", "{after}");
            continue;
        }
        assert_eq!(after["outcome"], "failed", "{after}");
        assert!(
            after["code"].is_string() && after["durationMs"].is_u64(),
            "{after}"
        );
    }
    assert!(seen >= 24, "{seen}");
    api.act("/api/logout").await.ok(204);
    let entries = std::fs::read_dir(harbour.agent.data_dir().join("audit")).unwrap();
    let text: String = entries
        .map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap())
        .collect();
    assert!(!text.contains(secret) && !text.contains(&api.proof));
    assert!(
        text.contains("session.logout") && text.contains("session.setup"),
        "{text}"
    );
}
