//! Setting up, signing in and out.

use serde_json::{Value, json};
use testkit::Agent;

use crate::client::Api;
use crate::world::{PASSWORD, World, options};

pub async fn the_first_password_is_set_once(world: &World) {
    let agent = Agent::start(options(world.engine.socket())).await.unwrap();
    let code = agent.setup_code().await.unwrap();
    let mut api = Api::new(&agent);
    assert_eq!(api.get("/api/health").await.ok(200)["setupNeeded"], true);
    api.log_in().await.error(409, "setup_needed");
    let wrong = json!({"code": "AAAA-AAAA-AAAA", "password": PASSWORD});
    api.raw_sign_in("/api/setup", &wrong)
        .await
        .error(403, "wrong_setup_code");
    let weak = json!({"code": code, "password": "short"});
    api.raw_sign_in("/api/setup", &weak)
        .await
        .error(422, "weak_password");

    let racers: Vec<_> = (0..50)
        .map(|n| {
            let mut api = api.clone();
            let body =
                json!({"code": code.to_lowercase(), "password": format!("password number {n}")});
            tokio::spawn(async move { (n, api.raw_sign_in("/api/setup", &body).await.status) })
        })
        .collect();
    let mut won = Vec::new();
    for racer in racers {
        let (n, status) = racer.await.unwrap();
        assert!([200, 403, 409, 429].contains(&status), "{status}");
        if status == 200 {
            won.push(n);
        }
    }
    assert_eq!(won.len(), 1, "one of fifty");
    api.raw_sign_in("/api/setup", &json!({"code": code, "password": PASSWORD}))
        .await
        .error(409, "already_set_up");
    let right = json!({"password": format!("password number {}", won[0])});
    api.raw_sign_in("/api/login", &right).await.ok(200);
    assert_eq!(api.get("/api/health").await.ok(200)["setupNeeded"], false);
}

pub async fn signing_in_and_out(world: &World) {
    let harbour = world.harbour().await;
    let first = harbour.api.clone();
    let mut second = first.clone();
    second.log_in().await.ok(200);
    assert_ne!(
        (&first.cookie, &first.proof),
        (&second.cookie, &second.proof),
        "a new session"
    );
    let session = second.get("/api/session").await.ok(200);
    assert_eq!(
        (session["user"].as_str(), session["sessions"].as_u64()),
        (Some("admin"), Some(2))
    );

    let mut mixed = second.clone();
    mixed.proof.clone_from(&first.proof);
    mixed.get("/api/session").await.error(403, "proof_wrong");

    let mut guess = second.clone();
    guess
        .raw_sign_in("/api/login", &json!({"password": "not it at all"}))
        .await
        .error(401, "wrong_password");
    for _ in 0..30 {
        let answer = guess
            .raw_sign_in("/api/login", &json!({"password": "not it at all"}))
            .await;
        if answer.status == 429 {
            answer.error(429, "slow_down");
            break;
        }
        answer.error(401, "wrong_password");
    }
    second.get("/api/session").await.ok(200);

    second.act("/api/logout").await.ok(204);
    second.get("/api/session").await.error(401, "not_signed_in");
    first.get("/api/session").await.ok(200);
    first
        .post("/api/logout", &json!({"everywhere": true}))
        .await
        .ok(204);
    first.get("/api/session").await.error(401, "not_signed_in");
}

pub async fn guessing_does_not_lock_the_admin_out(world: &World) {
    let harbour = world.harbour().await;
    let mut api = harbour.api.clone();
    let browser = api.log_in().await.ok(200)["browser"]
        .as_str()
        .unwrap()
        .to_owned();
    let guess = json!({"password": "not it at all"});
    let mut stranger = api.clone();
    let mut held_up = false;
    for _ in 0..30 {
        held_up |= stranger.raw_sign_in("/api/login", &guess).await.status == 429;
    }
    assert!(held_up, "strangers are slowed down");
    stranger.log_in().await.error(429, "slow_down");
    let known = api
        .bare(reqwest::Method::POST, "/api/login")
        .header("X-Known-Browser", &browser)
        .json(&json!({"password": PASSWORD}));
    assert_eq!(
        known.send().await.unwrap().status(),
        200,
        "the admin's browser is not"
    );
}

pub async fn streams_end_with_their_session(world: &World) {
    let harbour = world.harbour().await;
    let mut other = harbour.api.clone();
    other.log_in().await.ok(200);
    let mut events = other.events("", None).await;
    events.until(|e| e.name == "hello").await;
    harbour
        .api
        .post("/api/logout", &json!({"everywhere": true}))
        .await
        .ok(204);
    events.until(|e| e.name == "session-ended").await;
    assert!(events.next().await.is_none(), "the stream is closed");
}

pub async fn sessions_survive_a_restart(world: &World) {
    let mut harbour = world.harbour().await;
    harbour.agent.kill9().await.unwrap();
    harbour.start_again().await;
    let session: Value = harbour.api.get("/api/session").await.ok(200);
    assert_eq!(session["sessions"], 1);
    let status = harbour.agent.stop().await.unwrap();
    assert!(
        status.success(),
        "{status}: {}",
        harbour.agent.output_tail(20)
    );
}
