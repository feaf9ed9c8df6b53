//! One file for each kind of row.

pub(crate) mod cost;
pub(crate) mod events;
pub(crate) mod exec;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod readers;
pub(crate) mod sse;
pub(crate) mod start;
pub(crate) mod stats;
pub(crate) mod store;

/// Whether a turn is the agent's, of twice as many as each side has: agent,
/// engine, engine, agent, agent … so that neither always follows the other.
pub(crate) fn is_agents(turn: usize) -> bool {
    matches!(turn % 4, 0 | 3)
}
