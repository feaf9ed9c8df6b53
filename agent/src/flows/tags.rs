//! stub
use super::Context;
/// t
#[derive(Debug)]
pub struct TagList {
    /// i
    pub image: String,
    /// t
    pub tags: Vec<String>,
    /// m
    pub more: bool,
}
/// e
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct TagsError;
/// t
/// # Errors
/// x
pub async fn tags(_c: &Context, _i: &str) -> Result<TagList, TagsError> {
    Err(TagsError)
}
