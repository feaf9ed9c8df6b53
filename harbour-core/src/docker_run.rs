//! stub
use crate::draft::CreateDraft;
/// stub
#[derive(Debug)]
pub struct Parsed {
    /// d
    pub draft: CreateDraft,
    /// n
    pub not_understood: Vec<NotUnderstood>,
}
/// A part of the line that is not in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// As it was written.
    pub text: String,
    /// Why.
    pub reason: String,
}
/// e
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("x")]
pub struct RunError;
/// p
pub fn parse(_line: &str) -> Result<Parsed, RunError> {
    Err(RunError)
}
