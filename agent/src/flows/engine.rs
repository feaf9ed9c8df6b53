//! What the engine is and can.

use super::Context;
use crate::docker::EngineError;
use crate::views::EngineFacts;

/// Asks the engine about itself.
///
/// # Errors
/// When Docker does not answer.
pub async fn engine_facts(context: &Context) -> Result<EngineFacts, EngineError> {
    context.engine.facts().await
}
