//! A client of the agent's API, as a page would be one.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use testkit::{Agent, wait};

use crate::world::{PASSWORD, SOON};

#[derive(Clone)]
pub struct Api {
    http: Client,
    base: String,
    pub cookie: String,
    pub proof: String,
}

/// An answer that was read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body of an answer with this status, or a failure that shows both.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Checks an error's status and code; gives its message.
    #[track_caller]
    pub fn error(self, status: u16, code: &str) -> String {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        let text = self.body["message"].as_str().unwrap().to_owned();
        assert!(
            text.ends_with(['.', '!', '?']) && !text.is_empty(),
            "not a sentence: {text}"
        );
        assert!(
            self.body["requestId"]
                .as_str()
                .is_some_and(|id| id.len() == 26),
            "{}",
            self.body
        );
        text
    }
}

impl Api {
    pub fn new(agent: &Agent) -> Self {
        let mut builder = Client::builder().no_proxy().connect_timeout(SOON);
        // The local authority, not blind trust.
        if let Ok(pem) = std::fs::read(agent.data_dir().join("tls/ca.pem")) {
            builder = builder.tls_certs_only([Certificate::from_pem(&pem).unwrap()]);
        }
        Self {
            http: builder.build().unwrap(),
            base: agent.url(),
            cookie: String::new(),
            proof: String::new(),
        }
    }

    /// The same session over another connection.
    pub fn on_a_new_connection(&self, agent: &Agent) -> Self {
        Self {
            cookie: self.cookie.clone(),
            proof: self.proof.clone(),
            ..Self::new(agent)
        }
    }

    /// Follows an agent that was started again.
    pub fn moved(&mut self, agent: &Agent) {
        self.base = agent.url();
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        self.base.split_once("://").unwrap().1
    }

    pub async fn set_up(&mut self, agent: &Agent) {
        let code = agent.setup_code().await.unwrap();
        let answer = self
            .raw_sign_in("/api/setup", &json!({"code": code, "password": PASSWORD}))
            .await;
        answer.ok(200);
    }

    pub async fn log_in(&mut self) -> Answer {
        self.raw_sign_in("/api/login", &json!({"password": PASSWORD}))
            .await
    }

    pub async fn raw_sign_in(&mut self, path: &str, body: &Value) -> Answer {
        let response = self
            .http
            .post(self.url(path))
            .json(body)
            .send()
            .await
            .unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.starts_with("__Host-harbourmaster="), "{cookie}");
            for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
                assert!(cookie.contains(part), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        let answer = read(response).await;
        if let Some(proof) = answer.body["proof"].as_str() {
            assert_eq!(answer.body["proofHeader"], "X-Session-Proof");
            self.proof = proof.to_owned();
        }
        answer
    }

    /// Waits until the agent has everything from its engine.
    pub async fn ready(&self) {
        wait::until(SOON, "the agent to know its engine", || async {
            let health = self.get("/api/health").await.body;
            if health["status"] == "ok" {
                Ok(())
            } else {
                Err(health.to_string())
            }
        })
        .await
        .unwrap();
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request with nothing shown.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// A request with both proofs.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .header(COOKIE, &self.cookie)
            .header("X-Session-Proof", &self.proof)
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends bytes of some kind.
    pub async fn put_bytes(&self, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::PUT, path).header("content-type", kind);
        read(request.body(bytes).send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn act(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Makes a container from a local image; gives its id.
    pub async fn create(&self, body: &Value) -> String {
        self.post("/api/containers", body).await.ok(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn remove(&self, container: &str) {
        self.delete(&format!(
            "/api/containers/{container}?force=true&volumes=true"
        ))
        .await
        .ok(204);
    }

    /// Waits until an operation has ended.
    pub async fn ended(&self, id: &str) -> Value {
        self.operation(id, |o| o["endedAt"].is_string()).await
    }

    /// Waits until an operation is as wanted.
    pub async fn operation(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/operations/{id}");
        wait::until(Duration::from_secs(60), "the operation", || async {
            let operation = self.get(&path).await.ok(200);
            if wanted(&operation) {
                Ok(operation)
            } else {
                Err(operation.to_string())
            }
        })
        .await
        .unwrap()
    }

    /// Waits until a container is as wanted.
    pub async fn container(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/containers/{name}");
        wait::until(SOON, "the container", || async {
            let answer = self.get(&path).await;
            if answer.status == 200 && wanted(&answer.body) {
                Ok(answer.body)
            } else {
                Err(answer.body.to_string())
            }
        })
        .await
        .unwrap()
    }

    /// Joins the event stream.
    pub async fn events(&self, query: &str, last_id: Option<&str>) -> Events {
        let mut request = self.request(Method::GET, &format!("/api/events{query}"));
        if let Some(id) = last_id {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            response,
            text: String::new(),
        }
    }
}

async fn read(response: Response) -> Answer {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    Answer { status, body }
}

/// An open event stream.
pub struct Events {
    response: Response,
    text: String,
}

#[derive(Debug)]
pub struct Event {
    pub id: Option<String>,
    pub name: String,
    pub data: Value,
}

impl Events {
    /// The next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if let Some(event) = parse(&block) {
                    return Some(event);
                }
            }
            let chunk = self.response.chunk().await.unwrap_or(None)?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The first event that is as wanted, with those before it.
    pub async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut seen = Vec::new();
        let all = async {
            loop {
                let event = self.next().await.expect("the stream goes on");
                let found = wanted(&event);
                seen.push(event);
                if found {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(SOON, all).await;
        assert!(in_time.is_ok(), "not among {seen:#?}");
        seen
    }
}

fn parse(block: &str) -> Option<Event> {
    let field = |name: &str| {
        block
            .lines()
            .find_map(|l| l.strip_prefix(name))
            .map(|v| v.trim_start().to_owned())
    };
    Some(Event {
        id: field("id:"),
        name: field("event:")?,
        data: serde_json::from_str(&field("data:")?).unwrap(),
    })
}

/// Reads a body to its end.
pub async fn bytes_of(response: Response) -> Vec<u8> {
    let mut stream = response.bytes_stream();
    let mut all = Vec::new();
    while let Some(chunk) = stream.next().await {
        all.extend_from_slice(&chunk.unwrap());
    }
    all
}
