//! stub
use crate::draft::CreateDraft;
/// stub
pub fn to_yaml(draft: &CreateDraft) -> String {
    draft.image.clone()
}
