//! Forgets what nobody needs any more: expired sessions, unused icons.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::http::App;
use crate::operations::error_chain;

/// How often expired sessions are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How often unused icons are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// Looks once a minute, until stopped.
pub(super) async fn sweep(app: Arc<App>, stop: CancellationToken) {
    let mut tidied = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {
                for id in app.sessions.sweep(Timestamp::now()) {
                    app.tickets.void_session(&id);
                }
                tidy_icons(&app, &mut tidied).await;
            }
        }
    }
}

/// Forgets unused icons once in a while; only when it is known which
/// containers there are.
async fn tidy_icons(app: &App, last: &mut Option<Instant>) {
    let fresh = last.is_some_and(|at| at.elapsed() < TIDY_EVERY);
    if fresh || !app.flows.inventory.engine().connected {
        return;
    }
    *last = Some(Instant::now());
    let containers = app.flows.inventory.list(true);
    let names = containers.iter().map(|c| c.summary.name.clone()).collect();
    if let Err(error) = app.flows.icons.tidy(&names, Timestamp::now()).await {
        tracing::error!(error = %error_chain(&error), "unused icons could not be forgotten");
    }
}
