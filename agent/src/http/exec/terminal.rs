//! An open terminal: bytes both ways, until one side ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::audit::AuditEntry;
use crate::auth::sessions::SessionGuard;
use crate::flows::{
    EngineError, ExecInput, ExecOutput, ExecPlan, ExecStream, exec_exit_code, open_exec,
    resize_exec,
};
use crate::http::App;
use crate::http::access::{ADMIN, Remote, RequestId};
use crate::http::error::{ApiError, sentence};
use crate::operations::error_chain;

/// Bytes read from the engine at once, which is also the largest message to a
/// client.
const CHUNK: usize = 32 << 10;
/// How long to wait for the exit code after the output ended.
const EXIT_TRIES: u32 = 50;
const EXIT_PAUSE: Duration = Duration::from_millis(20);
/// Time for the engine to start a command.
const OPEN_LIMIT: Duration = Duration::from_secs(30);
/// Pause between the keys that end a shell.
const LEAVE_PAUSE: Duration = Duration::from_millis(150);
/// Time for last words.
const SAY_LIMIT: Duration = Duration::from_secs(5);
/// A peer that takes nothing for so long is gone.
const SEND_LIMIT: Duration = Duration::from_secs(60 * 5);

/// A text message to the client.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Said {
    Exit { code: i64 },
    Error { code: &'static str, message: String },
}

/// A text message from the client.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum Asked {
    Resize { cols: u16, rows: u16 },
    Eof {},
    Pause {},
    Resume {},
}

/// Whether a client's text message is one of those a terminal knows.
#[must_use]
pub fn terminal_message_is_known(text: &str) -> bool {
    serde_json::from_str::<Asked>(text).is_ok()
}

/// Serves one terminal and writes its beginning and end to the audit log.
pub(super) async fn terminal(
    app: Arc<App>,
    plan: ExecPlan,
    guard: SessionGuard,
    socket: WebSocket,
    id: RequestId,
    remote: Remote,
) {
    let entry = AuditEntry {
        request_id: id.0,
        user: ADMIN.to_owned(),
        remote: remote.0.to_string(),
        action: "container.exec.session".to_owned(),
        target: plan.container_name.clone(),
        outcome: None,
        code: None,
        duration_ms: None,
    };
    let (mut to_client, from_client) = socket.split();
    if let Err(error) = app.audit.before(entry.clone()).await {
        tracing::error!(%error, "a terminal was refused: the audit log cannot be written");
        let error = ApiError::from(error);
        say(
            &mut to_client,
            &Said::Error {
                code: error.code,
                message: error.message,
            },
        )
        .await;
        return;
    }
    let began = Instant::now();
    let code = run(&app, &plan, guard, &mut to_client, from_client).await;
    // Saying goodbye to a client that is gone fails, and may.
    let _ = tokio::time::timeout(SAY_LIMIT, to_client.close()).await;
    let after = AuditEntry {
        outcome: Some(code.map_or("closed".to_owned(), |code| format!("exit {code}"))),
        duration_ms: u64::try_from(began.elapsed().as_millis()).ok(),
        ..entry
    };
    if let Err(error) = app.audit.after(after).await {
        tracing::error!(%error, "a terminal's end could not be audited");
    }
}

/// Moves bytes until one side ends; answers the exit code when there is one.
async fn run(
    app: &Arc<App>,
    plan: &ExecPlan,
    mut guard: SessionGuard,
    to_client: &mut SplitSink<WebSocket, Message>,
    from_client: SplitStream<WebSocket>,
) -> Option<i64> {
    let opened = tokio::select! {
        opened = tokio::time::timeout(OPEN_LIMIT, open_exec(&app.flows, plan)) => {
            opened.unwrap_or_else(|_| Err(EngineError::Down("no answer in time".to_owned())))
        }
        _ = guard.ended() => return None,
        () = app.closing.cancelled() => return None,
    };
    let (exec, stream) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let message = sentence(&error.to_string());
            say(
                to_client,
                &Said::Error {
                    code: "exec_failed",
                    message,
                },
            )
            .await;
            return None;
        }
    };
    if let Some((cols, rows)) = plan.size {
        resize(app, &exec, cols, rows).await;
    }
    let (mut output, mut input) = ExecStream::split(stream);
    let (pause, paused) = watch::channel(false);
    let ended = tokio::select! {
        ended = pump_output(&mut output, to_client, paused) => ended,
        () = pump_input(app, &exec, &mut input, from_client, &pause) => Ended::Client,
        _ = guard.ended() => Ended::Session,
        () = app.closing.cancelled() => Ended::Closing,
    };
    if !matches!(ended, Ended::Process) {
        leave(plan, &mut input, &mut output).await;
    }
    match ended {
        Ended::Process => {
            let Some(code) = exit_code(app, &exec).await else {
                let message = "It ended, but its exit code cannot be read.".to_owned();
                say(
                    to_client,
                    &Said::Error {
                        code: "exit_unknown",
                        message,
                    },
                )
                .await;
                return None;
            };
            say(to_client, &Said::Exit { code }).await;
            Some(code)
        }
        Ended::Session => {
            let message = "You were signed out.".to_owned();
            say(
                to_client,
                &Said::Error {
                    code: "session_ended",
                    message,
                },
            )
            .await;
            None
        }
        Ended::Closing => {
            let message = "The agent is shutting down.".to_owned();
            say(
                to_client,
                &Said::Error {
                    code: "closing",
                    message,
                },
            )
            .await;
            None
        }
        Ended::Client => None,
    }
}

/// Nobody is there any more. The engine does not end an exec whose caller went
/// away, so a shell is told as a person would: interrupt what runs, then end
/// of input, a few times, because programs throw away what was typed before.
async fn leave(plan: &ExecPlan, input: &mut ExecInput, output: &mut ExecOutput) {
    let told = async {
        if !plan.start.tty {
            return input.close().await;
        }
        loop {
            input.write_all(b"\x03").await?;
            tokio::time::sleep(LEAVE_PAUSE).await;
            input.write_all(b"\x04").await?;
            tokio::time::sleep(LEAVE_PAUSE).await;
        }
    };
    // What is still printed is for nobody; its end is the process's.
    let drained = async {
        let mut buffer = vec![0; CHUNK];
        while output.read(&mut buffer).await? > 0 {}
        std::io::Result::Ok(())
    };
    let both = async {
        tokio::select! { done = told => done, done = drained => done }
    };
    match tokio::time::timeout(SAY_LIMIT, both).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "an exec had ended before"),
        Err(_) => {
            tracing::info!(container = %plan.container_name, "a program goes on without its terminal")
        }
    }
}

enum Ended {
    Process,
    Client,
    Session,
    Closing,
}

/// Waits for the client to take what was read before it reads on. A browser
/// takes everything off its connection however slowly a page draws it, so a
/// page that is behind says so.
async fn pump_output(
    output: &mut ExecOutput,
    to_client: &mut SplitSink<WebSocket, Message>,
    mut paused: watch::Receiver<bool>,
) -> Ended {
    let mut buffer = vec![0; CHUNK];
    loop {
        match output.read(&mut buffer).await {
            Ok(0) => return Ended::Process,
            Ok(read) => {
                if paused.wait_for(|paused| !paused).await.is_err() {
                    return Ended::Client;
                }
                let message = Message::Binary(bytes::Bytes::copy_from_slice(&buffer[..read]));
                match tokio::time::timeout(SEND_LIMIT, to_client.send(message)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) | Err(_) => return Ended::Client,
                }
            }
            Err(error) => {
                tracing::debug!(%error, "an exec's connection ended");
                return Ended::Process;
            }
        }
    }
}

/// Ends when the client does. Without an input left it goes on listening for
/// resizes.
async fn pump_input(
    app: &Arc<App>,
    exec: &str,
    input: &mut ExecInput,
    mut from_client: SplitStream<WebSocket>,
    pause: &watch::Sender<bool>,
) {
    let mut open = true;
    while let Some(Ok(message)) = from_client.next().await {
        match message {
            Message::Binary(bytes) if open => {
                if let Err(error) = input.write_all(&bytes).await {
                    tracing::debug!(%error, "an exec takes no more input");
                    open = false;
                }
            }
            Message::Text(text) => match serde_json::from_str::<Asked>(&text) {
                Ok(Asked::Resize { cols, rows }) => resize(app, exec, cols, rows).await,
                Ok(Asked::Pause {}) => {
                    pause.send_replace(true);
                }
                Ok(Asked::Resume {}) => {
                    pause.send_replace(false);
                }
                Ok(Asked::Eof {}) => {
                    open = false;
                    if let Err(error) = input.close().await {
                        tracing::debug!(%error, "an exec's input was closed already");
                    }
                }
                Err(error) => tracing::debug!(%error, "a message of a terminal is not known"),
            },
            Message::Close(_) => return,
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => {}
        }
    }
}

async fn resize(app: &Arc<App>, exec: &str, cols: u16, rows: u16) {
    if cols == 0 || rows == 0 {
        return;
    }
    // A process that has just ended has no terminal any more.
    if let Err(error) = resize_exec(&app.flows, exec, cols, rows).await {
        tracing::debug!(error = %error_chain(&error), "a terminal was not resized");
    }
}

/// The engine closes the output a moment before it knows the exit code.
async fn exit_code(app: &Arc<App>, exec: &str) -> Option<i64> {
    for _ in 0..EXIT_TRIES {
        match exec_exit_code(&app.flows, exec).await {
            Ok(Some(code)) => return Some(code),
            Ok(None) => tokio::time::sleep(EXIT_PAUSE).await,
            Err(error) => {
                tracing::warn!(error = %error_chain(&error), "an exit code cannot be read");
                return None;
            }
        }
    }
    None
}

async fn say(to_client: &mut SplitSink<WebSocket, Message>, said: &Said) {
    let Ok(text) = serde_json::to_string(said) else {
        return;
    };
    // A client that is gone need not hear it.
    let _ = tokio::time::timeout(SAY_LIMIT, to_client.send(Message::Text(text.into()))).await;
}
