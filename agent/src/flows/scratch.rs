//! scratch
use super::*; use crate::views::*; use crate::docker::EngineError; use std::collections::BTreeMap; use harbour_core::volume::VolumeDraft;
pub struct NetworkDraft { pub name: String, pub driver: Option<String>, pub internal: bool, pub ipv6: bool, pub subnet: Option<String>, pub gateway: Option<String>, pub labels: BTreeMap<String, String> }
pub async fn create_network(_: &Context, _: NetworkDraft) -> Result<(String, String), EngineError> { unimplemented!() }
pub async fn remove_network(_: &Context, _: &str) -> Result<(), EngineError> { unimplemented!() }
pub fn preview_networks(_: &Context) -> PrunePreview { unimplemented!() }
pub async fn prune_networks(_: &Context, _: &[String]) -> Result<Pruned, EngineError> { unimplemented!() }
pub async fn prune_volumes(_: &Context, _: &[String]) -> Result<Pruned, EngineError> { unimplemented!() }
pub async fn prune_images(_: &Context, _: &[String]) -> Result<Pruned, EngineError> { unimplemented!() }
pub async fn preview_volumes(_: &Context, _: bool) -> Result<PrunePreview, EngineError> { unimplemented!() }
pub async fn preview_images(_: &Context, _: bool) -> Result<PrunePreview, EngineError> { unimplemented!() }
pub async fn list_volumes(_: &Context, _: bool) -> Result<Vec<Volume>, EngineError> { unimplemented!() }
pub async fn create_volume(_: &Context, _: VolumeDraft) -> Result<Volume, EngineError> { unimplemented!() }
pub async fn remove_volume(_: &Context, _: &str) -> Result<(), EngineError> { unimplemented!() }
pub enum IconChoice { Builtin(String), Stored(String), Picture(bytes::Bytes) }
pub async fn set_icon(_: &Context, _: &str, _: IconChoice) -> Result<String, EngineError> { unimplemented!() }
pub async fn remove_icon(_: &Context, _: &str) -> Result<(), EngineError> { unimplemented!() }
#[derive(Clone)] pub struct Icons; impl Icons { pub fn stored(&self) -> Vec<(String, Vec<String>)> { vec![] } pub async fn picture(&self, _: &str) -> Result<bytes::Bytes, EngineError> { unimplemented!() } }
pub struct SettingsDraft { pub app_data_root: PathBuf, pub timeline_days: u32, pub timeline_entries: Option<u32> }
pub async fn change_settings(_: &Context, _: SettingsDraft) -> Result<crate::settings::Values, EngineError> { unimplemented!() }
