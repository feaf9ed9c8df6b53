//! The password, sessions, settings, and what the agent says of itself.

use reqwest::Method;
use serde_json::json;

use crate::world::{BUSYBOX, PASSWORD, World};

pub async fn a_new_password_ends_other_sessions(world: &World) {
    let mut harbour = world.harbour().await;
    let own = harbour.api.clone();
    let mut other = own.clone();
    other.log_in().await.ok(200);
    let mut stream = other.events("", None).await;
    stream.until(|e| e.name == "hello").await;
    let change = |current: &str, new: &str| {
        let body = json!({"current": current, "password": new});
        let own = own.clone();
        async move { own.post("/api/account/password", &body).await }
    };
    let wrong = change("not it at all", "another good one").await;
    assert_eq!(wrong.body["field"], "current");
    wrong.error(403, "wrong_password");
    let weak = change(PASSWORD, "short").await;
    assert_eq!(weak.body["field"], "password");
    weak.error(422, "weak_password");
    other.get("/api/session").await.ok(200);

    change(PASSWORD, "another good one").await.ok(204);
    stream.until(|e| e.name == "session-ended").await;
    assert!(stream.next().await.is_none(), "its streams are closed");
    other.get("/api/session").await.error(401, "not_signed_in");
    own.get("/api/session").await.ok(200);
    other.log_in().await.error(401, "wrong_password");
    let new = json!({"password": "another good one"});
    other.raw_sign_in("/api/login", &new).await.ok(200);
    let lines = own.get("/api/audit?limit=50").await.ok(200);
    let changed = lines.as_array().unwrap().iter();
    let changed = changed.filter(|l| l["action"] == "account.password" && l["outcome"] == "ok");
    assert_eq!(changed.count(), 1, "{lines}");
    assert!(!lines.to_string().contains("another good one"));

    harbour.agent.kill9().await.unwrap();
    harbour.start_again().await;
    harbour.api.get("/api/session").await.ok(200);
    let sessions = harbour.api.get("/api/sessions").await.ok(200);
    assert_eq!(sessions.as_array().unwrap().len(), 2, "{sessions}");
}

pub async fn guessing_the_current_password_is_slowed_down(world: &World) {
    let harbour = world.harbour().await;
    let body = json!({"current": "not it at all", "password": "another good one"});
    let mut held_up = false;
    for _ in 0..12 {
        let answer = harbour.api.post("/api/account/password", &body).await;
        held_up |= answer.status == 429;
    }
    assert!(held_up);
    harbour.api.clone().log_in().await.ok(200);
}

pub async fn single_sessions_can_be_ended(world: &World) {
    let harbour = world.harbour().await;
    let own = &harbour.api;
    let request = own
        .bare(Method::POST, "/api/login")
        .header("user-agent", "Lighthouse/1")
        .json(&json!({"password": PASSWORD}));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let sessions = own.get("/api/sessions").await.ok(200);
    let list = sessions.as_array().unwrap();
    assert_eq!(list.len(), 2, "{sessions}");
    let of = |current: bool| list.iter().find(|s| s["current"] == current).unwrap();
    assert_eq!(of(false)["userAgent"], "Lighthouse/1");
    assert_eq!(of(false)["remote"], "127.0.0.1");
    assert!(of(true)["lastUsedAt"].is_string() && of(true)["createdAt"].is_string());
    let id = of(false)["id"].as_str().unwrap();
    own.delete(&format!("/api/sessions/{id}")).await.ok(204);
    own.delete(&format!("/api/sessions/{id}"))
        .await
        .error(404, "session_not_found");
    let sessions = own.get("/api/sessions").await.ok(200);
    assert_eq!(sessions.as_array().unwrap().len(), 1);
}

pub async fn settings_hold_at_once_and_are_kept(world: &World) {
    let mut harbour = world.harbour().await;
    let api = &harbour.api;
    let root = harbour.app_data.to_str().unwrap().to_owned();
    let old = api.get("/api/settings").await.ok(200);
    assert_eq!(
        old,
        json!({"appDataRoot": root, "timelineDays": 90, "timelineEntries": 50_000})
    );
    let data = harbour.agent.data_dir().to_str().unwrap().to_owned();
    for bad in [
        "appdata",
        "/etc",
        "/var/lib/docker/x",
        data.as_str(),
        "/srv/../etc",
    ] {
        let body = json!({"appDataRoot": bad, "timelineDays": 30});
        let answer = api.put("/api/settings", &body).await;
        assert_eq!(answer.body["field"], "appDataRoot", "{bad}");
        answer.error(422, "invalid_request");
    }
    let both = json!({"appDataRoot": "x", "timelineDays": 0});
    let problems = api.put("/api/settings", &both).await.body["problems"].clone();
    assert_eq!(problems.as_array().unwrap().len(), 2, "{problems}");
    assert_eq!(
        api.get("/api/settings").await.ok(200),
        old,
        "nothing changed"
    );

    let new = format!("{root}-new");
    let body = json!({"appDataRoot": new, "timelineDays": 30});
    let changed = api.put("/api/settings", &body).await.ok(200);
    assert_eq!(changed["appDataRoot"], json!(new));
    assert!(std::path::Path::new(&new).is_dir(), "it was made");
    let health = api.get("/api/health").await.ok(200);
    assert_eq!(health["server"]["appDataRoot"], json!(new));
    // A folder that is missing may be made below the root, and only there.
    let name = world.name("rooted");
    let source = format!("{new}/{name}/config");
    let mounts = json!([{"type": "bind", "source": source, "target": "/config", "create": true}]);
    api.create(&json!({"image": BUSYBOX, "name": name, "mounts": mounts}))
        .await;
    assert!(std::path::Path::new(&source).is_dir());
    api.remove(&name).await;

    harbour.start_again().await;
    let kept = harbour.api.get("/api/settings").await.ok(200);
    assert_eq!(kept, changed);
}

pub async fn the_chain_and_the_components(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let chain = api.get("/api/audit/chain").await.ok(200);
    assert_eq!(chain["ok"], true, "{chain}");
    assert!(chain["lines"].as_u64().unwrap() >= 2 && chain["lastHash"].is_string());
    let again = api.get("/api/audit/chain").await.ok(200);
    assert_eq!(
        again["checkedAt"], chain["checkedAt"],
        "not checked each time"
    );
    let about = api.get("/api/about").await.ok(200);
    assert_eq!(about["licence"], "AGPL-3.0-or-later");
    assert!(about["engineVersion"].is_string() && about["kernel"].is_string());
    let components = about["components"].as_array().unwrap();
    for name in ["tokio", "redb", "react"] {
        assert!(components.iter().any(|c| c["name"] == name), "{name}");
    }
}
