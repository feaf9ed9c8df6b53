//! scratch
use crate::views::*;
pub struct Key; impl Key { pub fn parse(_: &str) -> Option<Self> { None } }
pub struct Wanted { pub before: Option<Key>, pub app: Option<String>, pub kind: Option<ActivityKind>, pub by_you: Option<bool>, pub text: Option<String>, pub since: Option<jiff::Timestamp>, pub until: Option<jiff::Timestamp> }
pub struct Page { pub entries: Vec<Activity>, pub more: bool }
#[derive(Clone)] pub struct Timeline;
impl Timeline { pub async fn page(&self, _: Wanted, _: usize) -> Result<Page, crate::db::DbError> { unimplemented!() } pub async fn apps(&self) -> Result<Vec<String>, crate::db::DbError> { unimplemented!() } }
