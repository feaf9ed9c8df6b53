//! Memory and processor time of this process, and when its nodes heard something.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// When a node passed an announcement on, noted as it happens.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Instant>>>);

impl<S: tracing::Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let meta = event.metadata();
        if meta.target() == "store_node::swarm::events" && *meta.level() == tracing::Level::DEBUG {
            let mut text = String::new();
            event.record(
                &mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
                    if field.name() == "message" {
                        text = format!("{value:?}");
                    }
                },
            );
            if text == "an announcement is passed on" {
                self.0.lock().unwrap().push(Instant::now());
            }
        }
    }
}

impl Heard {
    /// Begins to listen, for the whole process.
    pub(crate) fn listen() -> Self {
        let heard = Self::default();
        tracing_subscriber::registry().with(heard.clone()).init();
        heard
    }

    /// What was heard since the last time.
    pub(crate) fn take(&self) -> Vec<Instant> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Bytes in memory.
pub(crate) fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = text.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4_096
}

/// Processor time so far, in ms; the kernel counts in steps of 10.
pub(crate) fn processor() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, rest) = text.rsplit_once(')').unwrap();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    ticks * 10
}
