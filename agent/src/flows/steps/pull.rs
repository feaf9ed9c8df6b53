//! The step that fetches an image.

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
