//! stub
use super::{Context, CreateError, FindError};
use harbour_core::change::Change;
use harbour_core::draft::CreateDraft;
use harbour_core::plan::CreatePreview;

/// s
#[derive(Debug)]
pub struct Settings {
    /// d
    pub draft: CreateDraft,
    /// r
    pub revision: String,
    /// k
    pub keeps: Vec<(String, String)>,
}
/// p
#[derive(Debug)]
pub struct RecreatePreview {
    /// p
    pub plan: CreatePreview,
    /// c
    pub changes: Vec<Change>,
}
/// e
#[derive(Debug, thiserror::Error)]
pub enum RecreateError {
    /// f
    #[error(transparent)]
    Find(#[from] FindError),
    /// c
    #[error(transparent)]
    Create(#[from] CreateError),
}
/// s
/// # Errors
/// x
pub async fn settings(context: &Context, id: &str) -> Result<Settings, RecreateError> {
    Err(context
        .inventory
        .find(id)
        .map(|_| FindError::None(id.to_owned()))
        .err()
        .unwrap_or(FindError::None(id.to_owned()))
        .into())
}
/// s
/// # Errors
/// x
pub async fn preview_recreate(
    context: &Context,
    id: &str,
    _d: CreateDraft,
    _r: &str,
) -> Result<RecreatePreview, RecreateError> {
    settings(context, id).await?;
    Err(FindError::None(id.to_owned()).into())
}
/// s
/// # Errors
/// x
pub async fn recreate(
    context: &Context,
    id: &str,
    _d: CreateDraft,
    _r: &str,
    _a: String,
) -> Result<String, RecreateError> {
    settings(context, id).await?;
    Err(FindError::None(id.to_owned()).into())
}
