//! Why a goal is missed, as found by profiling. A row without an entry here has
//! not been looked into, and the document says so.

use crate::report::{Row, Verdict};

const MEMORY: &str = "pages of the program itself, which the kernel may drop again (`/proc/PID/smaps`): 22 MB of the \
         29 MB right after the start, before any work. Since the node of the store is in it, libp2p and \
         iroh, the program has 40 MB of code instead of 15. What the agent allocates is 4 MB at the start";

const COLD: &str = "cold memory (`perf trace`): while the engine makes its own list, 5 to 14 ms long, it turns \
         the agent out of the processor's caches; of 300 then 0.2 ms pass before the first of three \
         64 kB writes, in TLS over text that is no longer near. The detail of the row has the same \
         list asked for back to back";

/// Near its goal, above it when the machine is slower than at other times.
const TILES: &str = "building and painting 300 tiles (trace of the browser, in the detail of the main thread's \
         CPU): half is React's rendering, a third layout, style and painting. It is near its goal; \
         runs on this machine lie on both sides of it";

const CAUSES: &[(&str, &str)] = &[
    ("list-p50-100", COLD),
    ("list-p50-300", COLD),
    ("ui-quiet", TILES),
    ("ui-load-cpu", TILES),
    ("ui-interaction", TILES),
    ("ui-lighthouse-mobile", TILES),
    (
        "idle-cpu",
        "timers of the runtime's workers (`perf record -g` for 40 s: 34 samples, all in \
         `tokio-rt-worker`, a third of them the kernel's switching of tasks). The node of the store \
         has timers of its own since it is part of the program. The figure is 5 to 8 ticks of \
         10 ms in a minute; runs on this machine lie on both sides of the goal",
    ),
    (
        "logs-cpu",
        "the kernel (`perf record -g`): the engine writes each line as a packet of its own, and to \
         receive a million of them is 43 % of the agent's time, to wait for them 30 %; the agent's \
         own code, TLS included, is 20 %",
    ),
    (
        "exec-p50",
        "two processes more on the way (`strace -f`, `perf record -g`): of a key the agent reads, writes, \
         reads and writes once each, on one thread, and is woken twice; 39 % of its samples are the \
         kernel waking a thread on the other of two virtual processors, none of its own functions has \
         more than 1 %",
    ),
    ("rss-lists", MEMORY),
    ("rss-everything", MEMORY),
];

/// The cause for a row that did not reach its goal.
pub(crate) fn of(row: &Row) -> String {
    if row.verdict == Verdict::Failed {
        return format!("could not be measured: {}", row.detail);
    }
    let known = CAUSES.iter().find(|(id, _)| *id == row.id);
    known.map_or_else(
        || "not profiled yet".to_owned(),
        |(_, cause)| (*cause).to_owned(),
    )
}
