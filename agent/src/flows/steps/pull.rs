//! The steps that fetch an image.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::engine_failed;
use crate::docker::Engine;
use crate::flows::digest;
use crate::operations::{Step, StepContext, StepError};

/// Fetches an image.
pub(super) struct Pull {
    pub(super) engine: Arc<Engine>,
    pub(super) image: String,
}

impl Step for Pull {
    fn name(&self) -> &'static str {
        "pull"
    }

    fn title(&self) -> String {
        "Pull the image".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let pulled = self
                .engine
                .pull(&self.image, ctx.progress, ctx.cancel)
                .await
                .map_err(engine_failed)?
                .ok_or(StepError::Cancelled)?;
            ctx.outputs.result.image_id = Some(pulled.id);
            ctx.outputs.result.digest = digest::of(&self.image, &pulled.digests);
            Ok(())
        })
    }

    /// What was fetched stays: it harms nothing and makes the next try quick.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Fetches an image by its digest, and no other.
pub(super) struct PullPinned {
    pub(super) engine: Arc<Engine>,
    /// Canonical reference with its digest.
    pub(super) image: String,
    /// Name for people.
    pub(super) shown: String,
}

impl Step for PullPinned {
    fn name(&self) -> &'static str {
        "pull"
    }

    fn title(&self) -> String {
        format!("Pull {}", self.shown)
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            // The engine compares what comes with the digest it asked for.
            let pulled = self
                .engine
                .pull(&self.image, ctx.progress, ctx.cancel)
                .await
                .map_err(|error| self.refused(error))?
                .ok_or(StepError::Cancelled)?;
            let wanted = self.image.rsplit_once('@').map(|(_, digest)| digest);
            let same = |name: &String| name.rsplit_once('@').map(|(_, digest)| digest) == wanted;
            if !pulled.digests.iter().any(same) {
                return Err(StepError::failed(format!(
                    "the registry gave another image for {} than the one with the digest that was asked for; nothing of it is used",
                    self.shown
                )));
            }
            Ok(())
        })
    }

    /// What was fetched stays: it harms nothing and makes the next try quick.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

impl PullPinned {
    fn refused(&self, error: crate::docker::EngineError) -> StepError {
        match engine_failed(error) {
            StepError::Failed { message, source } => StepError::Failed {
                message: format!("{} cannot be fetched: {message}", self.shown),
                source,
            },
            other => other,
        }
    }
}
