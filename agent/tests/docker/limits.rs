//! What is too much, too long, or unknown.

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::world::{BUSYBOX, World};

pub async fn bodies_headers_and_fields(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let text = api
        .post("/api/containers", &json!({"image": BUSYBOX, "nmae": "x"}))
        .await;
    assert_eq!(text.body["field"], "nmae");
    text.error(422, "unknown_field");
    let nested = api
        .post(
            "/api/containers",
            &json!({"image": BUSYBOX, "ports": [{"container": 1, "hots": 2}]}),
        )
        .await;
    assert_eq!(nested.body["field"], "ports.0.hots");
    nested.error(422, "unknown_field");
    api.post("/api/containers", &json!({}))
        .await
        .error(422, "required");
    api.post("/api/containers", &json!([]))
        .await
        .error(422, "invalid");
    let mut big = vec![b' '; 300 << 10];
    big.extend_from_slice(b"{}");
    let request = api
        .request(Method::POST, "/api/containers")
        .header("content-type", "application/json");
    assert_eq!(request.body(big).send().await.unwrap().status(), 413);
    let request = api
        .request(Method::POST, "/api/containers")
        .header("content-type", "text/plain");
    assert_eq!(
        request
            .body(r#"{"image":"a"}"#)
            .send()
            .await
            .unwrap()
            .status(),
        415
    );
    let request = api
        .request(Method::POST, "/api/containers")
        .header("content-type", "application/json");
    assert_eq!(request.body("{").send().await.unwrap().status(), 400);
    let text = api
        .get("/api/containers?all=perhaps")
        .await
        .error(400, "invalid_query");
    assert!(text.contains("all"), "{text}");
    let text = api
        .get("/api/containers?every=true")
        .await
        .error(400, "invalid_query");
    assert!(text.contains("every"), "{text}");
    let many = (0..2000)
        .map(|n| json!({"name": format!("A{n}"), "value": ""}))
        .collect::<Vec<_>>();
    let answer = api
        .post("/api/containers", &json!({"image": BUSYBOX, "env": many}))
        .await;
    assert!(
        answer.body["problems"].to_string().contains("\"env\""),
        "{}",
        answer.body
    );
    answer.error(422, "invalid_request");

    let long = "x".repeat(64 << 10);
    let huge = api
        .request(Method::GET, "/api/containers")
        .header("x-long", long)
        .send()
        .await;
    assert!(
        huge.map_or(true, |r| r.status().is_client_error()),
        "too long a header is not taken"
    );

    // Plain HTTP to the TLS port gets nothing, and harms nobody.
    let mut tcp = tokio::net::TcpStream::connect(api.address()).await.unwrap();
    tcp.write_all(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    tcp.read_to_end(&mut answer).await.unwrap_or_default();
    assert!(
        !String::from_utf8_lossy(&answer).contains("HTTP/"),
        "no plain HTTP on the TLS port"
    );
    api.get("/api/health").await.ok(200);

    // Headers of every answer.
    let response = api
        .request(Method::GET, "/api/containers")
        .send()
        .await
        .unwrap();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    assert!(
        response
            .headers()
            .get("access-control-allow-origin")
            .is_none(),
        "no CORS"
    );
    let page = api.bare(Method::GET, "/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let again = api.bare(Method::GET, "/").send().await.unwrap();
    assert!(
        !again.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains(nonce),
        "a nonce per page"
    );
    assert!(page.text().await.unwrap().contains(nonce));
    let script = api
        .bare(Method::GET, "/assets/no-such.js")
        .send()
        .await
        .unwrap();
    assert_eq!(script.status(), 404);
}

pub async fn silent_peers_are_sent_away(world: &World) {
    let harbour = world.harbour().await;
    // One never begins its handshake, the other is a browser that says nothing.
    let mut raw = tokio::net::TcpStream::connect(harbour.api.address())
        .await
        .unwrap();
    let mut quiet = crate::exec::tls(&harbour).await;
    let ended = async {
        let mut rest = Vec::new();
        // A reset is an end as well.
        let _ = raw.read_to_end(&mut rest).await;
        let _ = quiet.read_to_end(&mut rest).await;
    };
    let in_time = tokio::time::timeout(crate::world::SOON, ended).await;
    assert!(in_time.is_ok(), "both are gone within half a minute");
    harbour.api.get("/api/health").await.ok(200);
}
