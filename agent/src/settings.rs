//! scratch
use std::path::PathBuf;
pub struct Values { pub app_data_root: PathBuf, pub timeline_days: u32, pub timeline_entries: u32 }
#[derive(Clone)] pub struct Settings(pub PathBuf);
impl Settings { pub fn get(&self) -> Values { unimplemented!() } }
